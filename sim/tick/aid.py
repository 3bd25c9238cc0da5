"""Stages 3 and 9, aid: money for budgets, and goods that nobody in the model has made."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.tick.record import book_delivery
from sim.world import draws
from sim.world.columns import ALIVE
from sim.world.lots import put
from sim.world.paths import intern


@kernel
def share_money(
    dollars: float, aided: np.ndarray, pays: np.ndarray, state: np.ndarray, group: np.ndarray, share: np.ndarray,
    size: np.ndarray, budget: np.ndarray, aid: np.ndarray,
) -> None:  # fmt: skip
    """Shares money out among the buyers aided, in proportion to their budgets; to their sizes where these are all 0.

    Args:
        dollars: US dollars of this tick.
        aided: bool (agent,), buyers in scope; only those with budgets get money.
        pays: bool (agent,).
        state: int64 (agent,).
        group: int64 (agent,).
        share: float64 (agent,).
        size: float64 (agent,).
        budget: float64 (group,), US dollars a tick.
        aid: float64 (agent,), grows by US dollars.
    """
    budgets = 0.0
    sizes = 0.0
    for a in range(aided.shape[0]):
        if aided[a] and pays[a] and state[a] == ALIVE:
            budgets += budget[group[a]] * share[a]
            sizes += size[a]
    for a in range(aided.shape[0]):
        if aided[a] and pays[a] and state[a] == ALIVE:
            if budgets > 0.0:
                aid[a] += dollars * (budget[group[a]] * share[a] / budgets)
            else:
                aid[a] += dollars * (size[a] / sizes)


@kernel
def give_goods(
    seed: int, tick: int, first_recorded: int, policy_key: int, p: int, units: float, aided: np.ndarray,
    end_user: np.ndarray, deals: np.ndarray, keys: np.ndarray, side: np.ndarray, state: np.ndarray, group: np.ndarray,
    share: np.ndarray, demand: np.ndarray, forecast: np.ndarray, stock: np.ndarray, stock_foreign: np.ndarray,
    unit_cost: np.ndarray, given: np.ndarray, delivered: np.ndarray,
    rows: np.ndarray, table: np.ndarray, count: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray,
    merged: np.ndarray, d_whole: np.ndarray, d_value: np.ndarray, d_count: np.ndarray,
) -> int:  # fmt: skip
    """Shares goods out among the buyers aided, in proportion to what each expects to use.

    That is its demand for an end user, and its forecast for a pass-through buyer. Each gets
    ``whole(units·part, u(agent xor policy, GIVE, product))``. The path of goods given begins with who gets them.

    Args:
        seed: Seed of the run.
        tick: This tick.
        first_recorded: First recorded tick; before it nothing is recorded.
        policy_key: uint64 key of the policy.
        p: Product.
        units: Units of this tick, before rounding.
        aided: bool (agent,), buyers in scope.
        end_user: bool (agent,).
        deals: bool (agent, product).
        keys: uint64 (agent,).
        side: int64 (agent,), true side.
        state: int64 (agent,).
        group: int64 (agent,).
        share: float64 (agent,).
        demand: float64 (group, product), units a tick.
        forecast: float64 (agent, product), units a tick.
        stock: int64 (agent, product), grows.
        stock_foreign: int64 (agent, product), of end users, grows.
        unit_cost: float64 (agent, product), the mean over stock and what is given, at no cost.
        given: int64 (product,), grows.
        delivered: int64 (side, product), grows by what end users get.
        rows: Path nodes and their lots.
        table: Path nodes.
        count: Path nodes.
        head: Lots.
        tail: Lots.
        live: Lots.
        merged: Lots.
        d_whole: Deliveries, see :func:`sim.tick.receive.receive`; the seller of goods given is -1.
        d_value: Deliveries.
        d_count: Deliveries.

    Returns:
        Units given.
    """
    expected = 0.0
    for a in range(aided.shape[0]):
        if aided[a] and deals[a, p] and state[a] == ALIVE:
            expected += demand[group[a], p] * share[a] if end_user[a] else forecast[a, p]
    if expected <= 0.0:
        return 0
    total = 0
    for a in range(aided.shape[0]):
        if not (aided[a] and deals[a, p] and state[a] == ALIVE):
            continue
        part = (demand[group[a], p] * share[a] if end_user[a] else forecast[a, p]) / expected
        amount = draws.whole(units * part, draws.draw(seed, keys[a] ^ policy_key, tick, draws.GIVE, p))
        if amount <= 0:
            continue
        total += amount
        node = intern(rows, table, count, p, -1, a, -1, 0, 0, 0, 0, 0)
        unit_cost[a, p] = stock[a, p] * unit_cost[a, p] / (stock[a, p] + amount)
        stock[a, p] += amount
        put(rows, head, tail, live, merged, a, node, p, amount)
        given[p] += amount
        if end_user[a]:
            s = side[a]
            stock_foreign[a, p] += amount
            delivered[s, p] += amount
            if tick >= first_recorded:
                now = tick - first_recorded
                book_delivery(now, s, p, amount, node, a, -1, now, 0.0, d_whole, d_value, d_count)
    return total
