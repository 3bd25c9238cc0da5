"""Policies as levers: what they cost, what they deny, who can pull them."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.report.brief.arms import arms_of
from sim.report.brief.levers import levers


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
    if part > 0:
        assert lever.for_dollars["russia"].value == pytest.approx(part / cost)
    else:
        assert lever.for_dollars["russia"].value is None


def test_a_lever_that_the_scenario_gives_to_nobody_is_derived() -> None:
    result = sim.run("small", runs=1, changes={"policies.china_ban.by": ""}, check_policies=False)
    lever = next(lever for lever in levers(result, arms_of(result)) if lever.policy == "china_ban")
    assert lever.who == "China" and lever.derived and lever.why.startswith("Derived:")
    assert lever.denied == {}
