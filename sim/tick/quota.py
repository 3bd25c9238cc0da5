"""Stage 6, quotas: orders beyond what may leave in a period are refused."""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.policy.common import PolicyFields, Scope
from sim.policy.quota import QuotaFields
from sim.tick.order import before
from sim.world.columns import World


class Quotas:
    """The quotas of a world, and what has left under each in its present period.

    Attributes:
        rows: Rows of the policies that are quotas.
        exports: bool (quota, pair), products: bool (quota, product + 1): scopes; the last column where all products
            are.
        strength: float64 (quota,), share of sellers on whom each bears in this tick, 0 where it is not in force.
        room: int64 (quota,), units that may still leave in the present period.
        used: int64 (quota,), units that have left in it.
        on: bool (order, quota), which bear on which orders of the tick.
        acts: Whether any is in force.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope]) -> None:
        self._fields = [p for p in policies if isinstance(p, QuotaFields)]
        self.rows = np.array([i for i, p in enumerate(policies) if isinstance(p, QuotaFields)], dtype=np.int64)
        count = len(self._fields)
        pairs, products = len(world.pairs.key), len(world.names.products)
        self.exports = np.array([scopes[i].exports for i in self.rows], dtype=np.bool_).reshape(count, pairs)
        self.products = with_untold(
            np.array([scopes[i].products for i in self.rows], np.bool_).reshape(count, products)
        )
        self.strength = np.zeros(count)
        self.room = np.zeros(count, dtype=np.int64)
        self.used = np.zeros(count, dtype=np.int64)
        self.on = np.zeros((0, count), dtype=np.bool_)
        self.acts = False
        self._periods: list[int | None] = [None] * count
        self._world = world

    def open_tick(self, tick: int, strength: np.ndarray) -> None:
        """Reads which quotas act, begins periods anew, and sees what room each has left.

        Args:
            tick: This tick.
            strength: float64 (policy,), see :class:`sim.policy.common.Tables`.
        """
        if not self._fields:
            return
        self.strength = strength[self.rows]
        self.acts = bool((self.strength > 0.0).any())
        if not self.acts:
            return
        for i, fields in enumerate(self._fields):
            if self.strength[i] <= 0.0:
                continue
            now = period(self._world, fields, tick)
            if now != self._periods[i]:
                self._periods[i] = now
                self.used[i] = 0
            allowed = math.floor(fields.units.at(self._world.calendar.first_days[tick]))
            self.room[i] = max(0, allowed - self.used[i])


def with_untold(products: np.ndarray) -> np.ndarray:
    """Scopes over products, bool (policy, product), and one column more: goods of which papers do not tell the product.

    A rule bears on these only where it bears on every product.

    Example:
        >>> with_untold(np.array([[True, True], [True, False]]))[:, 2]
        array([ True, False])
    """
    return np.concatenate([products, products.all(axis=1, keepdims=True)], axis=1)


def period(world: World, fields: QuotaFields, tick: int) -> int:
    """Number of the period of a quota that holds the first day of a tick; 0 begins on the effective date.

    ``floor(days since the effective date ÷ (7·period_weeks))``; days before it, in the burn-in too, count below 0.
    """
    time = world.scenario.time
    days = (tick - world.calendar.burn_in) * time.step_days + (time.start - fields.effective).days
    return math.floor(days / (7.0 * fields.period_weeks))


@kernel
def bearing(
    count: int, exports: np.ndarray, products: np.ndarray, strength: np.ndarray, heed: np.ndarray, seller: np.ndarray,
    buyer: np.ndarray, passes: np.ndarray, o_pair: np.ndarray, o_told: np.ndarray, o_link: np.ndarray,
    o_product: np.ndarray, by_standing: tuple[np.ndarray, ...] | None,
) -> np.ndarray:  # fmt: skip
    """Which quotas bear on which orders, as papers show them.

    Args:
        count: Number of orders.
        exports: bool (quota, pair).
        products: bool (quota, product + 1).
        strength: float64 (quota,).
        heed: float64 (agent,); a quota of strength x bears on the seller where x > heed.
        seller: int64 (link,).
        buyer: int64 (link,).
        passes: bool (agent,); hand-on is no export.
        o_pair: Orders.
        o_told: Orders.
        o_link: Orders.
        o_product: Orders.
        by_standing: The strength by standing (`sim.tick.standings.Standings.strengths`); None where nobody is exempt.

    Returns:
        bool (order, quota).
    """
    on = np.zeros((count, strength.shape[0]), dtype=np.bool_)
    for o in range(count):
        a = seller[o_link[o]]
        q = o_pair[o]
        if q < 0 or passes[a]:
            continue
        bound = strength
        if by_standing is not None:
            bound = by_standing[3][by_standing[0][a] + by_standing[1][buyer[o_link[o]], o_product[o]]]
        for i in range(strength.shape[0]):
            on[o, i] = products[i, o_told[o]] and exports[i, q] and bound[i] > heed[a]
    return on


@kernel
def cut_to_quotas(
    count: int, on: np.ndarray, room: np.ndarray, key: np.ndarray, o_link: np.ndarray, o_product: np.ndarray,
    o_call: np.ndarray, o_kept: np.ndarray, o_priority: np.ndarray,
) -> int:  # fmt: skip
    """Cuts orders to the least room among the quotas that bear on them, in keyed order.

    Args:
        count: Number of orders.
        on: bool (order, quota), see :func:`bearing`.
        room: int64 (quota,), falls.
        key: uint64 (link,).
        o_link: Orders.
        o_product: Orders.
        o_call: Orders.
        o_kept: Orders, cut.
        o_priority: Orders.

    Returns:
        Orders cut.
    """
    here = np.empty(count, dtype=np.int64)
    n = 0
    for o in range(count):
        if on[o].any():
            here[n] = o
            n += 1
    _sort(here, n, key, o_link, o_product, o_call, o_priority)
    cut = 0
    for place in range(n):
        o = here[place]
        granted = o_kept[o]
        for i in range(room.shape[0]):
            if on[o, i]:
                granted = min(granted, room[i])
        for i in range(room.shape[0]):
            if on[o, i]:
                room[i] -= granted
        if granted < o_kept[o]:
            o_kept[o] = granted
            cut += 1
    return cut


@kernel
def _sort(
    here: np.ndarray, n: int, key: np.ndarray, o_link: np.ndarray, o_product: np.ndarray, o_call: np.ndarray,
    o_priority: np.ndarray,
) -> None:  # fmt: skip
    """Sorts the first ``n`` orders of a list into keyed order (Shell's sort)."""
    gap = 1
    while gap < n // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, n):
            o = here[i]
            j = i - gap
            while j >= 0 and before(o, here[j], key, o_link, o_product, o_call, o_priority):
                here[j + gap] = here[j]
                j -= gap
            here[j + gap] = o
        gap //= 3


@kernel
def use_up(count: int, on: np.ndarray, used: np.ndarray, o_kept: np.ndarray) -> None:
    """Counts what was filled of the orders against their quotas. ``o_kept`` holds the units filled by then."""
    for o in range(count):
        for i in range(used.shape[0]):
            if on[o, i]:
                used[i] += o_kept[o]
