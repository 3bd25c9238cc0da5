"""No side has a code of its own: what differs between sides comes from the scenario's data."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.scenario.loading import load
from sim.scenario.model import Scenario
from sim.world.records import Records
from tests.laws.common import Bits, bits, detectable, differences, run, small, standard_error

T_199 = 1.972
"""Two-sided 5% critical value of Student's t with 199 degrees of freedom."""
T_39 = 2.023
"""The same with 39."""

BY_SIDE = ("stock", "stock_foreign", "planned", "flown", "used", "used_foreign", "unmet", "delivered", "demand")
"""Series of shape (tick, side, product)."""


@cache
def symmetric() -> Scenario:
    """Two equal sides, half a year."""
    return load("symmetric", {"time.end": "2022-06-26"})


def relabelled(value: Any, names: dict[str, str]) -> Any:
    """Plain data with sides renamed wherever they are named, as key or as word."""
    if isinstance(value, dict):
        return {names.get(key, key): relabelled(entry, names) for key, entry in value.items()}
    if isinstance(value, list):
        return [relabelled(entry, names) for entry in value]
    return names.get(value, value) if isinstance(value, str) else value


def with_sides_renamed(records: Records, names: dict[str, str], order: tuple[str, ...]) -> Bits:
    """All bits of a run as they would be if its sides had other names, in another order."""
    place = np.array([order.index(names.get(s, s)) for s in records.world.names.sides])
    back = np.argsort(place)
    found = bits(records)
    for name in BY_SIDE:
        found[f"series.{name}"] = found[f"series.{name}"][:, back]
    for name in ("deliveries.side", "waits.side"):
        found[name] = place[found[name]].astype(found[name].dtype)
    for name in ("nodes.barred_law", "nodes.barred_contract", "nodes.barred_voluntary"):
        masks = found[name]
        found[name] = sum((((masks >> i) & 1) << p for i, p in enumerate(place)), np.zeros_like(masks)).astype(
            masks.dtype
        )
    return found


POLICY = {
    "kind": "export_ban", "announced": "2022-02-10", "effective": "2022-03-10", "origins": ["M"],
    "destinations": ["X"], "sides": ["east"],
}  # fmt: skip


LICENCE = {
    "kind": "export_licence", "effective": "2022-03-10", "origins": ["M"], "destinations": ["X"], "sides": ["east"],
    "lag_weeks": 3.0, "refusal": 0.3, "capacity": 3,
}  # fmt: skip
AID = {
    "kind": "procurement_aid", "effective": "2022-03-10", "sides": ["west"], "dollars": {"step": {"2022-03-10": 9e3}},
    "intensity": 0.5,
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "policies",
    [{}, {"policies.ban": POLICY}, {"policies.licence": LICENCE, "policies.aid": AID}],
    ids=["free", "ban", "licence and aid"],
)
def test_swapped_labels_swap_the_results_exactly(seed: int, policies: dict[str, Any]) -> None:
    """Two sides with identical data, relabelled: every bit is that of the other side, also under a ban on one."""
    swap = {"east": "west", "west": "east"}
    scenario = symmetric().with_changes(policies)
    first, second = run(scenario, seed), run(load(relabelled(scenario.to_dict(), swap)), seed)
    assert "deliveries.side" in differences(bits(first), bits(second))
    assert differences(with_sides_renamed(first, swap, second.world.names.sides), bits(second)) == []


@pytest.mark.parametrize(
    "names",
    [{"russia": "ukraine", "ukraine": "russia"}, {"russia": "aa", "ukraine": "zz"}, {"russia": "x2", "ukraine": "x1"}],
    ids=["swapped", "renamed", "renamed and swapped"],
)
def test_names_of_sides_mean_nothing(names: dict[str, str]) -> None:
    """Any world, all its policies, other names and another order of three sides: the same bits."""
    first, second = run(small(), 1), run(load(relabelled(small().to_dict(), names)), 1)
    assert first.world.names.sides != second.world.names.sides or set(names) == set(names.values())
    assert differences(with_sides_renamed(first, names, second.world.names.sides), bits(second)) == []


def won(records: Records) -> list[float]:
    """Units delivered to each side, and units that the funds of each won by bidding."""
    names, ledger = records.world.names, records.ledger
    assert ledger is not None
    group = records.world.agents.group[ledger["buyer"]]
    delivered = records.series["delivered"].sum(axis=(0, 2))
    bought = [
        ledger["units"][ledger["auction"] & (group == names.groups.index(g))].sum() for g in ("x_funds", "y_funds")
    ]
    return [float(x) for x in (delivered[names.sides.index("east")], delivered[names.sides.index("west")], *bought)]


@pytest.fixture(scope="module")
def equal() -> np.ndarray:
    """200 seeds of the symmetric world: (seed, delivered east, delivered west, won east, won west)."""
    return np.array([won(run(symmetric(), seed)) for seed in range(200)])


def test_equal_sides_get_the_same_in_the_mean(equal: np.ndarray) -> None:
    """Over 200 seeds the mean difference of units delivered is zero, two-sided at 5%.

    Measured: 1,700 units a side, standard deviation of the difference 290. With 200 seeds a true difference of
    67 units (4% of what a side gets) is found with probability 0.9; the assertion keeps that power.
    """
    difference = equal[:, 0] - equal[:, 1]
    assert detectable(difference, T_199) < 0.05 * equal[:, :2].mean()
    assert abs(difference.mean()) < T_199 * standard_error(difference)


def test_equal_sides_win_half_the_scarce_lots(equal: np.ndarray) -> None:
    """Open bidding with equal data: each side wins half the units in the mean, two-sided at 5%.

    Measured: standard deviation of the share 0.15 over seeds; a true share of 0.465 or 0.535 is found with
    probability 0.9.
    """
    share = equal[:, 2] / equal[:, 2:].sum(axis=1)
    assert equal[:, 2:].sum(axis=1).min() > 50
    assert detectable(share, T_199) < 0.04
    assert abs(share.mean() - 0.5) < T_199 * standard_error(share)


@pytest.mark.parametrize(("richer", "column"), [("x_funds", 2), ("y_funds", 3)])
def test_a_willing_side_wins_more_but_not_all(richer: str, column: int) -> None:
    """Ceilings 1.3 times as high: over half of the scarce lots in the mean, and under nine tenths (5%, 40 seeds)."""
    scenario = symmetric().with_changes({f"groups.{richer}.ceiling": 1.3 * symmetric().groups[richer].ceiling})
    found = np.array([won(run(scenario, seed)) for seed in range(40)])
    share = found[:, column] / found[:, 2:].sum(axis=1)
    assert share.mean() - T_39 * standard_error(share) > 0.5
    assert share.mean() + T_39 * standard_error(share) < 0.9


def test_the_share_won_rises_with_willingness(equal: np.ndarray) -> None:
    """From ceilings a quarter lower to half as high again, each step wins more in the mean of 20 seeds."""
    means = []
    for ratio in (0.75, 1.0, 1.5):
        scenario = symmetric().with_changes({"groups.x_funds.ceiling": ratio * symmetric().groups["x_funds"].ceiling})
        found = equal[:20] if ratio == 1.0 else np.array([won(run(scenario, seed)) for seed in range(20)])
        means.append((found[:, 2] / found[:, 2:].sum(axis=1)).mean())
    assert means[0] + 0.05 < means[1] < means[2] - 0.05
