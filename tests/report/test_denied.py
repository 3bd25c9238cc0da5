"""What was denied, to whom."""

from __future__ import annotations

import pandas as pd
import pytest

import sim
from sim.experiments.results import RunResult
from sim.report.denied import MEAN, denied, denied_table
from sim.report.numbers import number
from sim.report.style import figure_of


@pytest.fixture(scope="module")
def result() -> RunResult:
    return sim.run("small", runs=3, check_policies=False)


def test_table_has_the_numbers_of_the_summary(result: RunResult) -> None:
    table = denied_table(result.summary())
    summary = result.summary()
    whole = summary[(summary["measure"] == "denied") & (summary["by"] == "") & (summary["product"] == "")]
    own = table[(table["measure"] == "denied") & (table["product"] == "")]
    assert own["estimate"].tolist() == whole["estimate"].tolist()
    assert set(own["side"]) == set(result.scenario.sides)
    assert (table["measure"] == "collateral").any()


def test_what_arrived_stands_beside(result: RunResult) -> None:
    """In the twin and in the run, in the table and as text; twin less run is what was denied."""
    table = denied_table(result.summary())
    arrived = table[table["measure"] == "delivered"].set_index(["side", "product"])
    units = table[table["measure"] == "units_denied"].set_index(["side", "product"])
    assert (arrived["twin"] - arrived["estimate"]).tolist() == pytest.approx(units["estimate"].tolist())
    texts = [text.get_text() for text in denied(table)[1].texts]
    for row in arrived.itertuples():
        assert f"{number(row.twin, 'units')} → {number(row.estimate, 'units')}" in texts


def test_intervals_of_a_comparison_are_of_the_mean(result: RunResult) -> None:
    """Student's t over seeds, by hand; the other arm has intervals of its own."""
    measures = pd.concat([result.measures.assign(arm="a"), result.measures.assign(arm="b", value=1.0)])
    summary = pd.concat([result.summary().assign(arm="a"), result.summary().assign(arm="b")])
    table = denied_table(summary, measures)
    assert set(table["interval"]) == {MEAN}
    values = result.measures[result.measures["by"] == ""].groupby(["measure", "side", "product"])["value"]
    mean, half = values.mean(), 2.919986 * values.std(ddof=1) / 3**0.5
    for row in table[table["arm"] == "a"].itertuples():
        key = (row.measure, row.side, row.product)
        assert (row.low, row.high) == pytest.approx((mean[key] - half[key], mean[key] + half[key]), rel=1e-5)
    assert (table.loc[table["arm"] == "b", ["low", "high"]] == 1.0).all(axis=None)
    small_print = figure_of(denied(table)).legends[0].get_title().get_text()
    assert "90% intervals of the means" in small_print


def test_what_a_side_never_got_has_no_line(result: RunResult) -> None:
    summary = result.summary()
    summary.loc[(summary["product"] == "consumer") & (summary["side"] == "russia"), "estimate"] = 0.0
    table = denied_table(summary)
    assert "consumer" not in set(table[table["side"] == "russia"]["product"])
    assert "consumer" in set(table[table["side"] == "ukraine"]["product"])


def test_every_number_has_a_mark(result: RunResult) -> None:
    table = denied_table(result.summary())
    shares, units = denied(table)
    for panel, measures in ((shares, ["denied"]), (units, ["units_denied", "collateral"])):
        rows = table[table["measure"].isin(measures)]
        marks = sorted(
            float(line.get_xdata()[0]) for line in panel.lines if line.get_marker() not in ("None", None, "")
        )
        assert marks == pytest.approx(sorted(rows["estimate"].dropna()))
    names = [label.get_text() for label in shares.get_yticklabels()]
    assert [name for name in names if name in result.scenario.sides] == sorted(result.scenario.sides)


def test_undefined_is_said(result: RunResult) -> None:
    table = denied_table(result.summary())
    table.loc[(table["measure"] == "denied") & (table["product"] == ""), "estimate"] = float("nan")
    assert [text.get_text() for text in denied(table)[0].texts].count("undefined") >= 3


def test_arms_have_marks_of_their_own(result: RunResult) -> None:
    both = pd.concat([result.summary().assign(arm="a"), result.summary().assign(arm="b")])
    (shares, _) = denied(denied_table(both))
    assert {line.get_marker() for line in shares.lines} >= {"o", "s"}


def test_too_few_axes(result: RunResult) -> None:
    table = denied_table(result.summary())
    with pytest.raises(ValueError, match="need 2 axes"):
        denied(table, denied(table)[:1])
