"""Stage 2: makers build up to capacity, components and cash toward expected demand."""

from __future__ import annotations

import math

import numpy as np

from sim.agents import intermediary, manufacturer
from sim.jit import kernel
from sim.world import draws
from sim.world.columns import ALIVE
from sim.world.lots import put, take_oldest
from sim.world.paths import intern

production = kernel(manufacturer.production)
restock_level = kernel(intermediary.restock_level)


@kernel
def production_column(
    makers: np.ndarray, group: np.ndarray, share: np.ndarray, review: np.ndarray, safety: np.ndarray, sells: np.ndarray,
    capacity: np.ndarray, forecast: np.ndarray, stock: np.ndarray, gain: float, room: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """The decision column `production`, float64 (agent, product), units wanted this tick before rounding.

    Args:
        makers: int64 (maker,), rows of makers.
        group: int64 (agent,).
        share: float64 (agent,).
        review: int64 (agent,), ticks.
        safety: float64 (agent,), ticks.
        sells: bool (agent, product).
        capacity: float64 (group, product), units a tick of the whole group.
        forecast: float64 (agent, product).
        stock: int64 (agent, product).
        gain: Share of the gap closed a tick.
        room: float64 (agent, product), most units that inputs allow.
        out: Written.
    """
    for a in makers:
        for p in range(out.shape[1]):
            if not sells[a, p]:
                continue
            level = restock_level(forecast[a, p], 1.0, float(review[a]), safety[a], 0.0)
            most = min(capacity[group[a], p] * share[a], room[a, p])
            out[a, p] = production(forecast[a, p], gain, level, float(stock[a, p]), most)


@kernel
def produce(
    seed: int, tick: int, makers: np.ndarray, keys: np.ndarray, group: np.ndarray, state: np.ndarray, sells: np.ndarray,
    wanted: np.ndarray, build_cost: np.ndarray, bill: np.ndarray, home: np.ndarray,
    cash: np.ndarray, stock: np.ndarray, unit_cost: np.ndarray, asked: np.ndarray,
    rows: np.ndarray, table: np.ndarray, count: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray,
    merged: np.ndarray,
    produced: np.ndarray, consumed: np.ndarray, produced_by_group: np.ndarray, made: np.ndarray,
) -> float:  # fmt: skip
    """Builds units, uses up components, pays for production.

    Args:
        seed: Seed of the run.
        tick: This tick.
        makers: int64 (maker,).
        keys: uint64 (agent,).
        group: int64 (agent,).
        state: int64 (agent,).
        sells: bool (agent, product).
        wanted: float64 (agent, product), the decision column `production`.
        build_cost: float64 (agent, product), US dollars a unit, components apart.
        bill: int64 (group, product, component).
        home: int64 (agent,), home side of makers.
        cash: float64 (agent,).
        stock: int64 (agent, product).
        unit_cost: float64 (agent, product).
        asked: float64 (agent, product), written for makers: components that wanted production calls for.
        rows: Path nodes and their lots.
        head: Lots.
        tail: Lots.
        live: Lots.
        merged: Lots.
        table: Path nodes.
        count: Path nodes.
        produced: int64 (product,), grows.
        consumed: int64 (product,), components built into drones, grows.
        produced_by_group: int64 (group, product), grows.
        made: int64 (agent, product), written for makers: units built.

    Returns:
        US dollars paid for production.
    """
    products = sells.shape[1]
    paid = 0.0
    for a in makers:
        for p in range(products):
            asked[a, p] = 0.0
            made[a, p] = 0
        if state[a] != ALIVE:
            continue
        for p in range(products):
            if not sells[a, p] or wanted[a, p] <= 0.0:
                continue
            for c in range(products):
                asked[a, c] += bill[group[a], p, c] * wanted[a, p]
            amount = draws.whole(wanted[a, p], draws.draw(seed, keys[a], tick, draws.PRODUCE, p))
            for c in range(products):
                if bill[group[a], p, c] > 0:
                    amount = min(amount, stock[a, c] // bill[group[a], p, c])
            build = build_cost[a, p]
            if build > 0.0:
                amount = min(amount, math.floor(max(0.0, cash[a]) / build))
            if amount <= 0:
                continue
            cost = build
            for c in range(products):
                need = bill[group[a], p, c]
                if need > 0:
                    cost += need * unit_cost[a, c]
                    take_oldest(rows, head, tail, live, a, c, need * amount, home, -2)
                    stock[a, c] -= need * amount
                    consumed[c] += need * amount
            cash[a] -= build * amount
            paid += build * amount
            unit_cost[a, p] = (stock[a, p] * unit_cost[a, p] + amount * cost) / (stock[a, p] + amount)
            stock[a, p] += amount
            produced[p] += amount
            produced_by_group[group[a], p] += amount
            made[a, p] = amount
            node = intern(rows, table, count, p, -1, a, -1, 0, 0, 0, 0, 0)
            put(rows, head, tail, live, merged, a, node, p, amount)
    return paid
