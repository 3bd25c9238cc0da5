"""Stage 3: end users fly and wear out units; budgets fill."""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.world import draws
from sim.world.columns import ALIVE
from sim.world.lots import take_oldest


@kernel
def use(
    seed: int, tick: int, users: np.ndarray, keys: np.ndarray, group: np.ndarray, side: np.ndarray, share: np.ndarray,
    survival: np.ndarray, sorties_per_unit: np.ndarray, deals: np.ndarray, civil: np.ndarray, demand: np.ndarray,
    substitutes: np.ndarray, home: np.ndarray, state: np.ndarray, stock: np.ndarray, stock_foreign: np.ndarray,
    rows: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray,
    lost: np.ndarray, worn: np.ndarray,
    planned_sum: np.ndarray, flown_sum: np.ndarray, used_sum: np.ndarray, foreign_sum: np.ndarray, unmet_sum:
    np.ndarray,
) -> None:  # fmt: skip
    """Flies planned sorties and loses units; shortages move to substitutes in stock.

    Args:
        seed: Seed of the run.
        tick: This tick.
        users: int64 (user,), rows of end users.
        keys: uint64 (agent,).
        group: int64 (agent,).
        side: int64 (agent,), true side.
        share: float64 (agent,).
        survival: float64 (agent,), sorties a unit survives.
        sorties_per_unit: float64 (agent,).
        deals: bool (agent, product).
        civil: bool (side,).
        demand: float64 (group, product), units a tick.
        substitutes: float64 (product, product).
        home: int64 (agent,), home side of makers.
        state: int64 (agent,).
        stock: int64 (agent, product), falls.
        stock_foreign: int64 (agent, product), falls.
        rows: Path nodes and their lots.
        head: Lots.
        tail: Lots.
        live: Lots.
        lost: int64 (product,), grows.
        worn: int64 (product,), grows.
        planned_sum: int64 (side, product), grows by sorties planned.
        flown_sum: int64 (side, product), grows by sorties flown with the product.
        used_sum: int64 (side, product), grows by units lost or worn out.
        foreign_sum: int64 (side, product), the same for units foreign-made for the side.
        unmet_sum: float64 (side, product), grows by units unmet.
    """
    products = deals.shape[1]
    planned = np.zeros(products, dtype=np.int64)
    flown = np.zeros(products, dtype=np.int64)
    done = np.zeros(products, dtype=np.int64)
    for a in users:
        if state[a] != ALIVE:
            continue
        s = side[a]
        for p in range(products):
            planned[p] = 0
            flown[p] = 0
            done[p] = 0
            units_wanted = demand[group[a], p] * share[a]
            if not deals[a, p] or (units_wanted <= 0.0 and stock[a, p] == 0):
                continue
            planned[p] = draws.whole(units_wanted * survival[a], draws.draw(seed, keys[a], tick, draws.USE, p))
            flown[p] = min(planned[p], math.floor(stock[a, p] * sorties_per_unit[a]))
            done[p] = flown[p]
        for p in range(products):
            if planned[p] <= done[p]:
                continue
            for q in range(products):
                if q == p or substitutes[p, q] <= 0.0:
                    continue
                extra = min(
                    math.floor((planned[p] - done[p]) * substitutes[p, q]),
                    math.floor(stock[a, q] * sorties_per_unit[a]) - flown[q],
                )
                if extra > 0:
                    flown[q] += extra
                    done[p] += extra
        for p in range(products):
            if not deals[a, p]:
                continue
            if flown[p] > 0:
                u = draws.draw(seed, keys[a], tick, draws.LOSE, p)
                losses = min(stock[a, p], draws.binomial(flown[p], 1.0 / survival[a], u))
                if losses > 0:
                    _, foreign = take_oldest(rows, head, tail, live, a, p, losses, home, s)
                    stock[a, p] -= losses
                    stock_foreign[a, p] -= foreign
                    used_sum[s, p] += losses
                    foreign_sum[s, p] += foreign
                    if civil[s]:
                        worn[p] += losses
                    else:
                        lost[p] += losses
            planned_sum[s, p] += planned[p]
            flown_sum[s, p] += flown[p]
            unmet_sum[s, p] += (planned[p] - done[p]) / survival[a]


@kernel
def fill_budgets(
    seed: int, tick: int, buyers: np.ndarray, keys: np.ndarray, group: np.ndarray, share: np.ndarray, sigma: np.ndarray,
    pays: np.ndarray, carry_over: np.ndarray, state: np.ndarray, budget: np.ndarray, aid: np.ndarray, cash: np.ndarray,
) -> tuple[float, float]:  # fmt: skip
    """Fills the budgets of buyers and takes back what they keep unspent for too long.

    Args:
        seed: Seed of the run.
        tick: This tick.
        buyers: int64 (buyer,), rows of buyers.
        keys: uint64 (agent,).
        group: int64 (agent,).
        share: float64 (agent,).
        sigma: float64 (agent,), spread of donations.
        pays: bool (agent,).
        carry_over: float64 (agent,), ticks.
        state: int64 (agent,).
        budget: float64 (group,), US dollars a tick.
        aid: float64 (agent,), US dollars given in this tick; it comes on top of the budget.
        cash: float64 (agent,), changes.

    Returns:
        US dollars paid in, and US dollars returned.
    """
    paid = 0.0
    returned = 0.0
    for a in buyers:
        if not pays[a] or state[a] != ALIVE:
            continue
        rate = budget[group[a]] * share[a]
        u = 0.5
        if sigma[a] > 0.0:
            u = draws.draw(seed, keys[a], tick, draws.DONATE, 0)
        amount = rate * draws.donation_shock(sigma[a], u)
        cash[a] += amount + aid[a]
        paid += amount
        most = carry_over[a] * (rate + aid[a])
        if cash[a] > most:
            returned += cash[a] - most
            cash[a] = most
    return paid, returned
