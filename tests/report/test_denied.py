"""What was denied, to whom."""

from __future__ import annotations

import pandas as pd
import pytest

import sim
from sim.experiments.results import RunResult
from sim.report.denied import denied, denied_table


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
