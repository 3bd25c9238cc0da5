"""More enforcement never delivers more to the side it is aimed at, in the mean over paired seeds."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.world.records import COUNTERS
from tests.laws.common import detectable, run, small, standard_error

SEEDS = 50
T_49 = 2.010
"""Two-sided 5% critical value of Student's t with 49 degrees of freedom."""
FIRST = 13
"""Recorded tick from which all policies are in force."""
END = "2023-10-29"


@cache
def outcome(*changes: tuple[str, Any]) -> np.ndarray:
    """The small world with changes, 50 seeds: (seed, delivered russia, delivered all, seizures, listings)."""
    scenario = small().with_changes({"time.end": END} | dict(changes))
    found = []
    for seed in range(SEEDS):
        records = run(scenario, seed, ledger=False)
        by_side = records.series["delivered"][FIRST:].sum(axis=(0, 2))
        counters = records.series["counters"].sum(axis=0)
        found.append(
            [
                by_side[records.world.names.sides.index("russia")],
                by_side.sum(),
                counters[COUNTERS.index("seizures")],
                counters[COUNTERS.index("listings")],
            ]
        )
    return np.array(found, dtype=np.float64)


def paired(more: np.ndarray, less: np.ndarray) -> tuple[float, float, float]:
    """Mean difference of what the target gets, its standard error, and the difference found with probability 0.9."""
    difference = more[:, 0] - less[:, 0]
    return float(difference.mean()), standard_error(difference), detectable(difference, T_49)


NO_POLICY = tuple((f"policies.{name}.enabled", False) for name in small().policies)

STEPS: dict[str, tuple[tuple[tuple[str, Any], ...], tuple[tuple[str, Any], ...]]] = {
    # what: (more enforcement, less enforcement); () is the file as it stands
    "inspection": ((("policies.exit_checks.added", 0.6),), ()),
    "hazard of listing": ((("policies.listings.hazard", 0.16),), ()),
    "lag of listing": ((("policies.listings.lag_weeks", 1.0),), ()),
    "products banned": ((), (("policies.china_ban.products", ("consumer",)),)),
    "intensity of the ban": ((), (("policies.china_ban.intensity", 0.5),)),
    "origins banned": ((), (("policies.eu_ban.enabled", False),)),
    "destinations banned": ((("policies.china_ban.destinations", ("RU", "KZ", "TR")),), ()),
    "penalty": ((("policies.china_ban.penalty", 80_000.0),), ()),
}


@pytest.mark.parametrize("what", STEPS)
def test_more_enforcement_delivers_less_to_its_target(what: str) -> None:
    """Two-sided paired t-test at 5% over 50 seeds.

    Measured: the standard deviation of a paired difference is 60 to 200 units where 2,100 are delivered, so that a
    true difference of 28 to 94 units (1.4% to 4.5%) is found with probability 0.9; the assertion keeps that power.
    """
    more, less = STEPS[what]
    difference, error, power = paired(outcome(*more), outcome(*less))
    assert power < 0.05 * outcome()[:, 0].mean()
    assert difference < -T_49 * error, f"{difference:.1f} units, standard error {error:.1f}"


def test_a_ban_alone_delivers_less_to_its_target() -> None:
    """The Chinese ban alone against no policy at all, paired, two-sided at 5%."""
    others = tuple((f"policies.{q}.enabled", False) for q in small().policies if q != "china_ban")
    difference, error, _ = paired(outcome(*others), outcome(*NO_POLICY))
    assert difference < -T_49 * error, f"{difference:.1f} units, standard error {error:.1f}"


def test_inspection_seizes_and_listing_lists() -> None:
    """The instruments of the tests above act: otherwise their effects would come from elsewhere."""
    plain = outcome()
    unchecked = outcome(*NO_POLICY)
    hunted = outcome(("policies.listings.hazard", 0.16))
    assert plain[:, 2].mean() > 5.0
    assert unchecked[:, 2:].sum() == 0.0
    assert hunted[:, 3].mean() > plain[:, 3].mean() > 0.0


def test_all_policies_together_deny_the_target_most_of_its_share() -> None:
    """Against no policy at all: a fall beyond five standard errors, with both arms on the same seeds."""
    none = outcome(*NO_POLICY)
    difference, error, _ = paired(outcome(), none)
    assert difference < -5.0 * error
    assert math.isclose(none[:, 3].sum(), 0.0)
