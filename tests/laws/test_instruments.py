"""Levies, quotas, licences, statements never deliver more to the side they bear on, and aid never less, in the mean."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.experiments.run import policies_compared
from tests.laws.common import MORE, bits, detectable, differences, holding, run, small, standard_error

SEEDS = 30
T_29 = 2.045
"""Two-sided 5% critical value of Student's t with 29 degrees of freedom."""
FIRST = 20
"""Recorded tick from which all of them act on what arrives."""
END = "2023-10-29"


@cache
def outcome(policy: str) -> np.ndarray:
    """Units delivered by side from the twentieth tick on, with a policy or without any of these; (seed, side)."""
    scenario = (holding(policy) if policy else small()).with_changes({"time.end": END})
    runs = (run(scenario, seed, ledger=False) for seed in range(SEEDS))
    return np.array([records.series["delivered"][FIRST:].sum(axis=(0, 2)) for records in runs], dtype=np.float64)


@pytest.mark.parametrize(
    ("policy", "side", "sign"),
    [
        ("levy", "russia", -1),
        ("quota", "russia", -1),
        ("export_licence", "russia", -1),
        ("secondary_sanctions", "russia", -1),
        ("end_use_certificate", "russia", -1),
        ("procurement_aid", "ukraine", 1),
    ],
)
def test_each_instrument_moves_deliveries_its_way(policy: str, side: str, sign: int) -> None:
    """Two-sided paired t-test at 5% over 30 seeds; a true difference of a tenth is found with probability 0.9."""
    s = small_sides().index(side)
    difference = outcome(policy)[:, s] - outcome("")[:, s]
    assert detectable(difference, T_29) < 0.1 * outcome("")[:, s].mean()
    assert sign * difference.mean() > T_29 * standard_error(difference)


def small_sides() -> list[str]:
    """Sides of the small world, in the order of the records."""
    return sorted(small().sides)


def test_a_twin_has_the_same_aid() -> None:
    """By default it leaves out restrictions; so does a scenario without its policies; aid is left out by name."""
    scenario = holding("procurement_aid")
    compared = policies_compared(scenario, None)
    assert compared == tuple(sorted(small().policies))
    assert tuple(scenario.without_policies().policies) == ("procurement_aid",)
    twin = run(scenario, 3, without=compared)
    assert twin.series["counters"].any()
    kept = ("procurement_aid",)
    assert differences(bits(twin, kept), bits(run(scenario.without_policies(), 3), kept)) == []
    assert policies_compared(scenario, ["procurement_aid"]) == kept


@pytest.mark.parametrize("policy", ["levy", "quota", "secondary_sanctions"])
def test_two_of_a_kind_in_any_order_of_ids_give_the_same(policy: str) -> None:
    """Ids move rows only: two policies of a kind under exchanged names give the same bits.

    Draws of licences and aid are keyed by the id of the policy, so this is said of the others.
    """
    one, two = MORE[policy], MORE[policy] | {"origins": ["CN", "PL"], "intensity": 0.5}
    base = small().with_changes({"time.end": "2023-08-27"})
    first = run(base.with_changes({"policies.aa": one, "policies.zz": two}))
    second = run(base.with_changes({"policies.aa": two, "policies.zz": one}))
    kept = tuple(small().policies)
    assert differences(bits(first, kept), bits(second, kept)) == []
