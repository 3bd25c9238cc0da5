"""The real engine on the small scenario: what measures say agrees with what the engine counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiments.results import RunResult


@pytest.fixture(scope="module")
def result() -> RunResult:
    return sim.run("small", runs=2, workers=2)


def test_workers_change_no_number(result: RunResult) -> None:
    again = sim.run("small", runs=2, workers=1, check_policies=False)
    pd.testing.assert_frame_equal(again.measures, result.measures)
    pd.testing.assert_frame_equal(again.ledger, result.ledger)


def test_deliveries_are_those_of_the_series(result: RunResult) -> None:
    records = result.records[1, "run"]
    rows = records.deliveries
    table = np.zeros_like(records.series["delivered"])
    np.add.at(table, (rows["tick"], rows["side"], rows["product"]), rows["units"])
    np.testing.assert_array_equal(table, records.series["delivered"])
    whole = result.measures.query("seed == 1 and product == '' and by == ''").set_index(["measure", "side"])["value"]
    for s, side in enumerate(records.world.names.sides):
        units = whole["delivered", side] + whole["delivered_home", side]
        assert units == records.series["delivered"][:, s].sum()


def test_parts_add_up(result: RunResult) -> None:
    frame = result.measures
    whole = frame[(frame["measure"] == "delivered") & (frame["product"] == "") & (frame["by"] == "")]
    whole = whole.set_index(["seed", "side"])[["value", "twin"]]
    for by in ("brand", "channel", "corridor", "chain_length"):
        parts = frame[(frame["measure"] == "delivered") & (frame["by"] == by)]
        sums = parts.groupby(["seed", "side"])[["value", "twin"]].sum()
        pd.testing.assert_frame_equal(sums, whole.loc[sums.index], check_dtype=False)
    for measure in ("corridor_share", "brand_share", "chain_length_share"):
        shares = frame[(frame["measure"] == measure) & (frame["item"] != "")].groupby(["seed", "side"])["value"].sum()
        np.testing.assert_allclose(shares, 1.0)


def test_every_value_has_a_number_or_a_reason(result: RunResult) -> None:
    frame = result.measures
    assert (frame["value"].isna() == (frame["reason"] != "")).all()
    assert not frame.duplicated(["seed", "measure", "side", "product", "by", "item", "window"]).any()
    assert np.isfinite(frame["value"].dropna()).all()


def test_bounds(result: RunResult) -> None:
    values = result.measures.set_index("measure")["value"].dropna()
    for name in (
        "direct",
        "indirect",
        "leakage_of_delivered",
        "displacement",
        "hhi_sellers",
        "hhi_corridors",
        "at_ceiling",
    ):
        assert values[name].between(0, 1).all(), name
    assert (values["denied"] <= 1).all()
    for name in ("cover", "unmet", "chain_length", "diverted", "cost", "delivered"):
        assert (values[name] >= 0).all(), name


def test_seizures_agree_with_the_ledger(result: RunResult) -> None:
    run = result.ledger[(result.ledger["arm"] == "run")]
    rows = result.measures[(result.measures["seed"] == 1) & (result.measures["by"] == "")].set_index("measure")["value"]
    assert rows["seizures"] == run["seized"].sum()
    assert rows["seized"] == run.loc[run["seized"], "units"].sum()
    assert (run["arrival"].isna() == run["seized"]).all()


def test_the_widest_chain_can_be_traced(result: RunResult) -> None:
    chains = result.paths
    row = chains[(chains["arm"] == "run") & (chains["hops"] > 1)].iloc[0]
    hops = result.trace(int(row["node"]))
    hops = hops[hops["product"] == row["product"]]
    assert row["chain"].split(" > ") == [*hops["seller"].astype(str), hops["buyer"].astype(str).iloc[-1]]
    assert len(hops) == row["hops"]


def test_what_comes_before_the_policies_is_the_same(result: RunResult) -> None:
    early = result.traces[result.traces["date"] < "2023-02-01"].drop(columns=["arm", "price"])
    run, twin = (early[result.traces.loc[early.index, "arm"] == arm].reset_index(drop=True) for arm in ("run", "twin"))
    pd.testing.assert_frame_equal(run, twin)


def test_figures_are_drawn(result: RunResult) -> None:
    assert len(result.plot.supply()) == len(result.scenario.sides)
    assert len(result.plot.price_and_cover()) == 2
    assert len(result.plot.observed("RU", ["consumer"])) == 1


def test_records_are_shown_of_states_that_the_armies_are_supplied_in(result: RunResult) -> None:
    """By default a panel for each state in which goods reached a side that is not civil, and none beside."""
    armies = {name for name, side in result.scenario.sides.items() if not side.civil}
    rows = result.flows[result.flows["side"].isin(armies) & (result.flows[["run", "twin"]].sum(axis=1) > 0)]
    states = set(rows["corridor"].str.split(">").str[-1])
    titles = [panel.texts[0].get_text() for panel in result.plot.observed()]
    assert len(titles) == len(states) > 1
    assert {title.split()[1].rstrip(",") for title in titles} == states


def test_records_are_joined_to_the_ledger(result: RunResult) -> None:
    """By seed, arm and row; mirror statistics and weeks observed are made of the same runs."""
    rows = result.customs.merge(result.ledger, on=["seed", "arm", "row"], suffixes=("_told", ""))
    assert len(rows) == len(result.customs) > 0
    assert set(result.mirror()["arm"]) == set(result.observed("RU")["arm"]) == {"run", "twin"}
    assert result.mirror(known=True)["exporter_value"].sum() < result.mirror()["exporter_value"].sum()
