"""Policies as levers: what they cost, what they deny, who can pull them."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.report.brief.arms import arms_of
from sim.report.brief.levers import _for_dollars, levers
from sim.report.cells import Cell


def test_levers_of_a_comparison(compare_folder: Path) -> None:
    result = sim.open_result(compare_folder)
    found = {lever.policy: lever for lever in levers(result, arms_of(result))}
    assert set(found) == set(sim.load("small").policies)
    assert found["china_ban"].arms == ("all",) and found["eu_ban"].arms == ("all", "no ban")
    assert found["china_ban"].who == "Chinese ministry and customs (China)"
    assert found["leader_exit"].who == "market leader"
    assert found["china_ban"].cost.text == "none stated"
    parts = result.parts.query("arm == 'all' and policy == 'exit_checks' and measure == 'units_denied'")
    part = parts.set_index("side").loc["russia", "part"]
    lever = found["exit_checks"]
    assert lever.denied["russia"].value == part
    cost = result.summary().query("arm == 'all' and measure == 'cost' and item == 'exit_checks'")["estimate"].item()
    assert lever.cost.value == cost > 0
    assert {cell.value for cell in lever.for_dollars.values()} == {None}, "one run says nothing of luck"


@pytest.mark.parametrize(
    ("low", "cost", "told"), [(4.0, 5.0, 2.0), (-1.0, 5.0, None), (4.0, 0.0, None), (math.nan, 5.0, None)]
)
def test_units_a_dollar_are_told_where_they_are_no_luck(low: float, cost: float, told: float | None) -> None:
    """An interval above zero, and a cost."""
    rows = pd.DataFrame([{"part": 10.0, "low": low}])
    assert _for_dollars(rows, Cell("", value=cost)).value == told


def test_a_lever_that_the_scenario_gives_to_nobody_is_derived() -> None:
    result = sim.run("small", runs=1, changes={"policies.china_ban.by": ""}, check_policies=False)
    lever = next(lever for lever in levers(result, arms_of(result)) if lever.policy == "china_ban")
    assert lever.who == "China" and lever.derived and lever.why.startswith("Derived:")
    assert lever.denied == {}
