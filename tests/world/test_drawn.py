"""What is drawn when a world is built has the distribution that the scenario declares."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.scenario.loading import load
from sim.world.build import build
from sim.world.columns import World
from tests.world.test_by_hand import HAND

N = 600
"""Traders, and buyers, drawn. All tests are two-sided at 0.1%, with the seed fixed."""
Z = 3.2905
POWER = 1.2816
"""Beside the critical value: with so many standard deviations more, what is wrong is found with probability 0.9."""
KOLMOGOROV = 1.9495
"""Critical value of Kolmogorov and Smirnov for large samples at 0.1%, over the square root of the number.

A distribution function that is wrong by (1.95 + 1.28 / 2) / sqrt(N) = 0.11 somewhere is found with probability 0.9 at
least: there the empirical one has a standard deviation of at most 0.5 / sqrt(N).
"""

TRADER: dict[str, Any] = {
    "kind": "intermediary", "jurisdiction": {"choice": {"A": 1, "B": 3}}, "products": ["drone", "kit"],
}  # fmt: skip
MANY: dict[str, Any] = HAND | {
    "groups": {
        "many": TRADER | {
            "count": N, "size": {"lognormal": {"mean": 2.0, "cv": 0.8}}, "mark_up": {"triangular": [0.1, 0.2, 0.6]},
            "tolerance": {"uniform": [1.0, 3.0]}, "diligence": {"beta": {"a": 2, "b": 3}}, "compliant_share": 0.3,
            "bidding_share": 0.3, "review_weeks": 8,
            "concealment": {"choice": {"0.1": 2, "0.5": 5, "0.9": 1}},
        },
        "little": TRADER | {"count": 3, "size": 1.0, "jurisdiction": "A"},
        "large": TRADER | {"count": 3, "size": 3.0, "jurisdiction": "A"},
        "users": {
            "kind": "buyer", "count": N, "jurisdiction": "A", "products": ["drone", "kit"], "side": "red",
            "end_user": True, "demand": {"drone": 10}, "budget": 1000.0, "ceiling": 2.0, "ceiling_cv": 0.5,
        },
    },
    "links": {
        "drones": {"sellers": ["little", "large"], "buyers": ["users"], "degree": 2, "products": ["drone"]},
        "kits": {"sellers": ["little", "large"], "buyers": ["users"], "degree": 1.3, "attachment": 0.0,
                 "products": ["kit"]},
    },
    "policies": {},
}  # fmt: skip


@cache
def many() -> World:
    """Six hundred traders and six hundred buyers."""
    return build(load(MANY), 11)


def column(name: str, group: str = "many") -> np.ndarray:
    """A column of a group."""
    found: np.ndarray = getattr(many().agents, name)[many().agents.group == many().names.groups.index(group)]
    return found


def lognormal(mean: float, cv: float) -> Any:
    """Its distribution function."""
    variance = math.log(1.0 + cv * cv)
    middle = math.log(mean) - variance / 2.0
    return lambda x: 0.5 * (1.0 + math.erf((math.log(x) - middle) / math.sqrt(2.0 * variance)))


def triangular(x: float) -> float:
    """From 0.1 by 0.2 to 0.6."""
    return (x - 0.1) ** 2 / (0.5 * 0.1) if x < 0.2 else 1.0 - (0.6 - x) ** 2 / (0.5 * 0.4)


def beta(x: float) -> float:
    """Of shapes 2 and 3: the density 12 x (1 - x)^2 summed up."""
    return 6.0 * x**2 - 8.0 * x**3 + 3.0 * x**4


@pytest.mark.parametrize(
    ("name", "group", "share_below"),
    [
        ("size", "many", lognormal(2.0, 0.8)),
        ("usual_mark_up", "many", triangular),
        ("tolerance", "many", lambda x: (x - 1.0) / 2.0),
        ("diligence", "many", beta),
        ("heed", "many", lambda x: x),
        ("heed", "users", lambda x: x),
        ("ceiling", "users", lognormal(2.0, 0.5)),
    ],
)
def test_a_trait_has_its_distribution(name: str, group: str, share_below: Any) -> None:
    """Kolmogorov and Smirnov's greatest distance."""
    values = np.sort(column(name, group))
    assert len(values) == N
    expected = np.array([share_below(x) for x in values.tolist()])
    steps = np.arange(N + 1) / N
    distance = max((steps[1:] - expected).max(), (expected - steps[:-1]).max())
    assert distance < KOLMOGOROV / math.sqrt(N)


def within(count: int, share: float, number: int = N) -> bool:
    """A count of independent chances lies within two-sided limits at 0.1%.

    With 600 of them a share that is wrong by 0.094 is found with probability 0.9.
    """
    assert (Z + POWER) * 0.5 / math.sqrt(N) < 0.094
    return bool(abs(count - number * share) < Z * math.sqrt(number * share * (1.0 - share)))


def test_chances_and_choices_have_their_weights() -> None:
    """Shares of compliant and of bidding firms; three values and two places by weights that do not add up to 1."""
    assert within(column("compliant").sum(), 0.3)
    assert within(column("bidding").sum(), 0.3)
    for value, weight in ((0.1, 2), (0.5, 5), (0.9, 1)):
        assert within((column("concealment") == value).sum(), weight / 8)
    assert within((column("jurisdiction") == many().names.jurisdictions.index("B")).sum(), 0.75)


def test_reviews_are_spread_over_the_time_between_them() -> None:
    """Four ticks, each the review of a quarter of the firms."""
    assert set(column("review")) == {4}
    counts = np.bincount(column("phase"), minlength=4)
    assert len(counts) == 4
    assert all(within(count, 0.25) for count in counts)


def test_no_two_traits_share_their_draws() -> None:
    """All pairs of ten traits: a correlation of 0.23 is found with probability 0.9."""
    names = (
        "size", "usual_mark_up", "tolerance", "diligence", "heed", "compliant", "bidding", "phase", "concealment",
        "jurisdiction",
    )  # fmt: skip
    ranks = np.array([np.argsort(np.argsort(column(name), kind="stable")) for name in names], dtype=float)
    for i, name in enumerate(names):
        if len(set(column(name).tolist())) < 10:  # ranks of equals would follow the row
            ranks[i] = column(name)
    found = np.abs(np.corrcoef(ranks)[np.triu_indices(len(names), 1)])
    # Forty-five pairs: 0.1% in all, 0.002% each.
    assert (4.25 + POWER) / math.sqrt(N) < 0.23
    assert found.max() < 4.25 / math.sqrt(N)


def sellers_of(product: int) -> np.ndarray:
    """Which of the six sellers each buyer knows for a product, bool (buyer, seller)."""
    world, k = many(), many().links
    carried = k.carries[:, product]
    group = [world.names.groups.index(g) for g in ("large", "little", "users")]
    rows = [np.flatnonzero(world.agents.group == g) for g in group]
    sellers = np.concatenate(rows[:2])
    table = np.zeros((N, 6), dtype=bool)
    table[k.buyer[carried] - rows[2][0], np.searchsorted(sellers, k.seller[carried])] = True
    return table


def test_degrees_are_those_declared() -> None:
    """Two for all of them; 1.3 in the mean, one or two each."""
    assert set(sellers_of(0).sum(axis=1)) == {2}
    kits = sellers_of(2).sum(axis=1)
    assert set(kits) == {1, 2}
    assert within((kits == 2).sum(), 0.3)


def test_attachment_favours_sellers_by_their_size() -> None:
    """Two of six win a race, three of them of weight 3 and three of weight 1; without attachment all are alike.

    The first is large with probability 9/12; the second is after a large one with 6/9, after a little one with 9/11.
    Of two 1.45 are large in the mean; a mean that is wrong by 0.11 is found with probability 0.9.
    """
    large = sellers_of(0)[:, :3].sum(axis=1)
    both, one = 0.75 * 6 / 9, 0.75 * 3 / 9 + 0.25 * 9 / 11
    mean = 2 * both + one
    deviation = math.sqrt(4 * both + one - mean * mean)
    assert (Z + POWER) * deviation / math.sqrt(N) < 0.11
    assert abs(large.mean() - mean) < Z * deviation / math.sqrt(N)
    kits = sellers_of(2)
    assert within(kits[:, :3].sum(), 0.5, int(kits.sum()))


def test_each_rule_has_its_own_luck() -> None:
    """The seller that a buyer knows for kits is one of its two for drones by chance only: one third of them.

    A third holds whatever the weights: kits are drawn without regard to size.
    """
    drones, kits = sellers_of(0), sellers_of(2)
    alone = kits.sum(axis=1) == 1
    assert within((drones & kits)[alone].sum(), 1 / 3, int(alone.sum()))
