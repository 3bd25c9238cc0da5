"""Records as frames, and chains traced."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.ledger import frames
from sim.ledger.labels import agent_labels
from sim.ledger.series import SERIES, series
from sim.ledger.trace import NOTE, chains, trace
from tests.measures.cases import run_by_hand
from tests.measures.synthetic import TICKS, ByHand, world


def test_labels() -> None:
    """A group of one is named after itself, others with their index."""
    labels = agent_labels(world())
    assert "leader" in labels
    assert {"small #0", "small #1"} <= set(labels)
    assert len(set(labels)) == len(labels)


def test_deliveries() -> None:
    """What the path says stands beside each delivery."""
    frame = frames.deliveries(run_by_hand().records())
    assert len(frame) == 6
    row = frame[frame["corridor"] == "AA>KK>WW"].iloc[0]
    assert (row["side"], row["brand"], row["channel"], row["seller"]) == ("west", "small #1", "traders", "fund")
    assert row["date"] == pd.Timestamp("2022-03-14")
    assert frame["home_made"].sum() == 1
    assert frame["units"].sum() == 470


def test_ledger() -> None:
    """Bits become columns; a seized piece has no arrival."""
    b = ByHand()
    node = b.path("leader", "shop", breach=5)
    b.ship(3, "quad", 7, 100.0, 80.0, node, seized=True, arrival=-1)
    b.ship(4, "quad", 8, 100.0, 80.0, node)
    frame = frames.ledger(b.records())
    assert frame[["law", "contract", "voluntary"]].iloc[0].tolist() == [True, False, True]
    assert frame["arrival"].isna().tolist() == [True, False]
    assert frame["corridor"].astype(str).tolist() == ["AA-EE", "AA-EE"]
    assert frame["way"].astype(str).tolist() == ["honest", "honest"]
    assert frame["row"].tolist() == [0, 1]
    with pytest.raises(ValueError, match="kept no ledger"):
        frames.ledger(b.records(ledger=False))


def test_agents_and_policies() -> None:
    """Ids, states and dates are readable."""
    b = ByHand()
    b.agents["state"][b.agent("traders #0")] = 3
    b.agents["closed"][b.agent("traders #0")] = 17
    b.agents["listed_by"][b.agent("traders #0")] = 2
    frame = frames.agents(b.records()).set_index("agent")
    row = frame.loc["traders #0"]
    assert (row["state"], row["closed"], row["listed_by"], row["kind"]) == ("closed", 17, "names", "intermediary")
    assert pd.isna(frame.loc["leader", "closed"])
    policies = frames.policies(b.world.scenario, ("look",)).set_index("policy")
    assert policies.loc["ban", "announced"] == pd.Timestamp("2022-01-10")
    assert policies.loc["look", "announced"] == pd.Timestamp("2022-01-17"), "the effective date where none is given"
    assert pd.isna(policies.loc["ban", "ends"])
    assert policies["off"].to_dict() == {"ban": False, "look": True, "names": False}


def test_series_keeps_every_number() -> None:
    """The long form sums to the arrays, and items that are 0 throughout have no rows."""
    b = ByHand()
    rng = np.random.default_rng(1)
    for name in SERIES:
        b.series[name] = rng.integers(0, 3, b.series[name].shape).astype(float)
    b.series["stock"][:, 1, 0] = 0
    records = b.records()
    frame = series(records)
    for name in SERIES:
        assert frame.loc[frame["series"] == name, "value"].sum() == pytest.approx(records.series[name].sum())
    east = frame[(frame["series"] == "stock") & (frame["side"] == "east")]
    assert set(east["product"]) == {"quad"}
    assert len(east) == TICKS
    row = east[east["tick"] == 5].iloc[0]
    assert row["value"] == records.series["stock"][5, 1, 1]
    assert row["date"] == pd.Timestamp("2022-02-07")
    assert set(series(records, only=("alive",))["series"]) == {"alive"}


def test_trace() -> None:
    """Volume-weighted prices and dates of each hop; hops older than the ledger are missing, not 0."""
    b = ByHand()
    last = b.path("leader", "traders #0", "shop", "front_east")
    middle = b.nodes[last]["parent"]
    b.ship(1, "quad", 30, 100.0, 80.0, middle)
    b.ship(4, "quad", 10, 140.0, 80.0, middle)
    b.ship(4, "fpv", 10, 10.0, 8.0, middle)
    b.ship(6, "quad", 5, 200.0, 110.0, last)
    b.deliver(8, "quad", 5, 1000.0, last)
    frame = trace(b.records(), last, "quad")
    assert frame["seller"].astype(str).tolist() == ["leader", "traders #0", "shop"]
    assert frame["units"].tolist() == [0, 40, 5]
    assert frame["unit_price"].tolist()[1:] == [110.0, 200.0]
    assert np.isnan(frame["unit_price"].iloc[0])
    assert pd.isna(frame["first"].iloc[0])
    assert (frame["first"].iloc[1], frame["last"].iloc[1]) == (pd.Timestamp("2022-01-10"), pd.Timestamp("2022-01-31"))
    assert frame.attrs["note"] == NOTE
    assert len(trace(b.records(), last)) == 3, "one product reached this node"
    with pytest.raises(IndexError, match="no path node 99"):
        trace(b.records(), 99)
    with pytest.raises(ValueError, match="no product 'kite'"):
        trace(b.records(), last, "kite")
    with pytest.raises(ValueError, match="kept no ledger"):
        trace(b.records(ledger=False), last)


def test_chains_widest_first() -> None:
    """Deliveries are joined by side, product and node, and sorted by units."""
    b = run_by_hand()
    b.deliver(30, "quad", 70, 10_500.0, b.path("leader", "shop", "front_east"))
    frame = chains(b.records())
    assert frame["units"].tolist() == [200, 170, 50, 50, 40, 30]
    row = frame.iloc[1]
    assert row["chain"] == "leader > shop > front_east"
    assert (row["first"], row["last"]) == (pd.Timestamp("2022-02-07"), pd.Timestamp("2022-08-01"))
    assert frame["diverted"].sum() == 2


def test_trace_says_where_a_side_was_barred() -> None:
    """On the hop on which it began, with the classes; not again on the hops after it."""
    b = ByHand()
    sides = b.world.names.sides
    east, west = (1 << sides.index(side) for side in ("east", "west"))
    b.path("leader", "traders #0", barred_voluntary=west)
    child = b.path("leader", "traders #0", barred_voluntary=west)
    b.nodes.append({**b.nodes[child], "parent": child, "holder": b.agent("shop"), "hops": 2, "barred_law": east | west})
    last = len(b.nodes) - 1
    b.ship(1, "quad", 3, 100.0, 80.0, child)
    b.ship(2, "quad", 3, 120.0, 100.0, last)
    assert trace(b.records(), last)["barred"].tolist() == ["west (voluntary)", "east (law); west (law)"]
    b.nodes[last]["barred_law"] = 0
    assert trace(b.records(), last)["barred"].tolist() == ["west (voluntary)", ""]
