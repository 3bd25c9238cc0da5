"""Stage 4: what each customer wants to order."""

from __future__ import annotations

import numpy as np

from sim.agents import buyer, intermediary
from sim.jit import kernel
from sim.world import draws
from sim.world.columns import ALIVE, BUYER
from sim.world.floats import exp, log

restock_level = kernel(intermediary.restock_level)
wanted = kernel(buyer.wanted)


@kernel
def stockpile_factors(
    links: int, seller: np.ndarray, buyer: np.ndarray, pair: np.ndarray, carries: np.ndarray, state: np.ndarray,
    on_pair: np.ndarray, on_seller: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """Greatest stockpile factor over a customer's links, float64 (agent, product)."""
    out[:] = 0.0
    for k in range(links):
        if state[seller[k]] != ALIVE:
            continue
        b = buyer[k]
        for p in range(out.shape[1]):
            if carries[k, p]:
                out[b, p] = max(out[b, p], max(on_pair[pair[k], p], on_seller[seller[k], p]))


@kernel
def use_of_users(
    passers: np.ndarray, users: np.ndarray, by_seller: np.ndarray, first_of_seller: np.ndarray, buyer: np.ndarray,
    carries: np.ndarray, state: np.ndarray, group: np.ndarray, share: np.ndarray, demand: np.ndarray,
    suppliers: np.ndarray, asked: np.ndarray,
) -> None:  # fmt: skip
    """What the end users of each pass-through buyer plan to use up, shared evenly among those who hand on to them.

    Args:
        passers: int64 (passer,), rows of pass-through buyers.
        users: int64 (user,), rows of end users.
        by_seller: int64 (link,), links in order of seller.
        first_of_seller: int64 (agent + 1,).
        buyer: int64 (link,).
        carries: bool (link, product).
        state: int64 (agent,).
        group: int64 (agent,).
        share: float64 (agent,).
        demand: float64 (group, product), units a tick.
        suppliers: int64 (agent, product), work space.
        asked: float64 (agent, product), written for pass-through buyers: units a tick.
    """
    products = asked.shape[1]
    for b in users:
        for p in range(products):
            suppliers[b, p] = 0
    for a in passers:
        if state[a] != ALIVE:
            continue
        for place in range(first_of_seller[a], first_of_seller[a + 1]):
            k = by_seller[place]
            for p in range(products):
                if carries[k, p]:
                    suppliers[buyer[k], p] += 1
    for a in passers:
        for p in range(products):
            asked[a, p] = 0.0
        if state[a] != ALIVE:
            continue
        for place in range(first_of_seller[a], first_of_seller[a + 1]):
            k = by_seller[place]
            b = buyer[k]
            for p in range(products):
                if carries[k, p]:
                    asked[a, p] += demand[group[b], p] * share[b] / suppliers[b, p]


@kernel
def restock_column(
    customers: np.ndarray, kind: np.ndarray, buys: np.ndarray, lead: np.ndarray, review: np.ndarray, safety: np.ndarray,
    stockpile: np.ndarray, storage: np.ndarray, cover: np.ndarray, end_user: np.ndarray, group: np.ndarray,
    share: np.ndarray, demand: np.ndarray, forecast: np.ndarray, factor: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """The decision column `restock_level`, float64 (agent, product), units.

    Args:
        customers: int64 (customer,), rows of customers.
        kind: int64 (agent,).
        buys: bool (agent, product).
        lead: float64 (agent,), ticks.
        review: int64 (agent,), ticks.
        safety: float64 (agent,), ticks.
        stockpile: float64 (agent,), ticks.
        storage: float64 (agent,), ticks.
        cover: float64 (agent,), ticks.
        end_user: bool (agent,).
        group: int64 (agent,).
        share: float64 (agent,).
        demand: float64 (group, product), units a tick.
        forecast: float64 (agent, product).
        factor: float64 (agent, product), stockpile factors.
        out: Written.
    """
    for a in customers:
        wait = float(review[a])
        for p in range(out.shape[1]):
            if not buys[a, p]:
                continue
            if kind[a] == BUYER:
                rate = demand[group[a], p] * share[a] if end_user[a] else forecast[a, p]
                out[a, p] = restock_level(rate, lead[a], wait, cover[a], 0.0)
            else:
                level = restock_level(forecast[a, p], lead[a], wait, safety[a], stockpile[a] * factor[a, p])
                out[a, p] = min(level, forecast[a, p] * (storage[a] + lead[a] + wait))


@kernel
def plan(
    seed: int, tick: int, customers: np.ndarray, keys: np.ndarray, kind: np.ndarray, buys: np.ndarray,
    review: np.ndarray, phase: np.ndarray, end_user: np.ndarray, group: np.ndarray, share: np.ndarray,
    elasticity: np.ndarray, pays: np.ndarray, demand: np.ndarray, reference: np.ndarray, substitutes: np.ndarray,
    gain: float, state: np.ndarray, cash: np.ndarray, forecast: np.ndarray, level: np.ndarray, stock: np.ndarray,
    on_order: np.ndarray, price_seen: np.ndarray, lost: np.ndarray, since: np.ndarray, need: np.ndarray,
    filled_need: np.ndarray,
) -> None:  # fmt: skip
    """Writes the need of every customer whose review falls on this tick, 0 for all others.

    Args:
        seed: Seed of the run.
        tick: This tick.
        customers: int64 (customer,).
        keys: uint64 (agent,).
        kind: int64 (agent,).
        buys: bool (agent, product).
        review: int64 (agent,).
        phase: int64 (agent,).
        end_user: bool (agent,).
        group: int64 (agent,).
        share: float64 (agent,).
        elasticity: float64 (agent,).
        pays: bool (agent,).
        demand: float64 (group, product).
        reference: float64 (product,).
        substitutes: float64 (product, product).
        gain: Share of the gap closed with one order.
        state: int64 (agent,).
        cash: float64 (agent,).
        forecast: float64 (agent, product).
        level: float64 (agent, product), the decision column `restock_level`.
        stock: int64 (agent, product).
        on_order: int64 (agent, product).
        price_seen: float64 (agent, product).
        lost: int64 (agent, product), units not filled at the last order; set to the need.
        since: int64 (agent, product), tick of the first unfilled order.
        need: int64 (agent, product), written.
        filled_need: int64 (agent, product), set to 0.
    """
    products = buys.shape[1]
    amounts = np.zeros(products)
    for a in customers:
        for p in range(products):
            need[a, p] = 0
        if state[a] != ALIVE or (tick + phase[a]) % review[a] != 0:
            continue
        buyer_kind = kind[a] == BUYER
        wait = float(review[a])
        total = 0.0
        for p in range(products):
            amounts[p] = 0.0
            if not buys[a, p]:
                continue
            gap = level[a, p] - stock[a, p] - on_order[a, p]
            if not buyer_kind:
                amounts[p] = max(0.0, forecast[a, p] * wait + gain * gap)
                continue
            rate = demand[group[a], p] * share[a] if end_user[a] else forecast[a, p]
            amount = wanted(gap, rate * wait, gain)
            for q in range(products):
                if substitutes[q, p] > 0.0:
                    amount += lost[a, q] * substitutes[q, p]
            if pays[a]:
                amount *= exp(elasticity[a] * log(price_seen[a, p] / reference[p]))
                total += amount * price_seen[a, p]
            amounts[p] = amount
        factor = 1.0
        if total > 0.0:
            factor = min(1.0, max(0.0, cash[a]) / total)
        for p in range(products):
            if not buys[a, p]:
                continue
            units = 0
            if amounts[p] > 0.0:
                units = draws.whole(amounts[p] * factor, draws.draw(seed, keys[a], tick, draws.PLAN, p))
            need[a, p] = units
            lost[a, p] = units
            filled_need[a, p] = 0
            if units <= 0:
                since[a, p] = -1
            elif since[a, p] < 0:
                since[a, p] = tick
