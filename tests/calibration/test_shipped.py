"""The calibration that comes with the package is that of the baseline as it is, and its runs can be made again."""

from __future__ import annotations

from functools import cache

import pytest

from sim.calibration.calibrate import Calibration, open_calibration, plan_of
from sim.calibration.plan import last_day
from sim.engine import Engine
from sim.observables.reading import chosen
from sim.observables.values import values
from sim.scenario.loading import load
from sim.world.build import build


@cache
def shipped() -> Calibration:
    """The calibration."""
    return open_calibration("baseline")


def test_it_is_of_the_baseline_as_it_is() -> None:
    """Whoever changes the baseline, or a fact to fit, calibrates it again: `sim calibrate baseline --out DIR`."""
    facts = chosen(["fit"])
    assert list(facts) == shipped().manifest["facts"]
    assert load("baseline", {"time.end": last_day(facts.values())}).hash == shipped().manifest["scenario_hash"]


def test_its_windows_end_before_what_is_kept_aside() -> None:
    """Nothing after August 2023 is fitted."""
    assert max(str(each.last) for each in chosen(shipped().manifest["facts"]).values()) <= "2023-08-31"


@pytest.mark.parametrize("draw", [0, 117])
def test_its_runs_can_be_made_again(draw: int) -> None:
    """The scenario, a draw and its seed of luck give the facts that were stored, to the bit."""
    plan, row = plan_of(shipped()), shipped().ensemble.draws.iloc[draw]
    scenario = plan.scenario.with_draws({str(name): float(value) for name, value in row.items()})
    stored = shipped().runs.iloc[draw]
    found = values(Engine(build(scenario, int(stored["seed"])), ledger=True).run(), plan.facts)
    assert {name: each.value for name, each in found.items()} == stored.drop("seed").to_dict()
