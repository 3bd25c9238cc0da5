"""Stage 9: arrivals join stock; what end users receive is delivered."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.tick.record import book_delivery
from sim.world.columns import BUYER, CLOSED
from sim.world.lots import put
from sim.world.paths import MAKER

FROZEN_UNITS = 11


@kernel
def receive(
    tick: int, first_recorded: int, kind: np.ndarray, end_user: np.ndarray, passes: np.ndarray, side: np.ndarray,
    home: np.ndarray, state: np.ndarray, stock: np.ndarray, stock_foreign: np.ndarray, on_order: np.ndarray,
    unit_cost: np.ndarray, frozen: np.ndarray, delivered: np.ndarray,
    rows: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray, merged: np.ndarray,
    t_whole: np.ndarray, t_landed: np.ndarray, t_next: np.ndarray, t_head: np.ndarray,
    t_free: np.ndarray, t_used: np.ndarray,
    d_whole: np.ndarray, d_value: np.ndarray, d_count: np.ndarray, w_whole: np.ndarray, w_count: np.ndarray,
    counters: np.ndarray,
) -> None:  # fmt: skip
    """Receives everything due at this tick, in the order shipped.

    Args:
        tick: This tick.
        first_recorded: First recorded tick; before it nothing is recorded.
        kind: int64 (agent,).
        end_user: bool (agent,).
        passes: bool (agent,).
        side: int64 (agent,), true side.
        home: int64 (agent,), home side of makers.
        state: int64 (agent,).
        stock: int64 (agent, product), grows.
        stock_foreign: int64 (agent, product), of end users, grows.
        on_order: int64 (agent, product), falls.
        unit_cost: float64 (agent, product), moving average.
        frozen: int64 (product,), grows.
        delivered: int64 (side, product), grows.
        rows: Path nodes and their lots.
        head: Lots.
        tail: Lots.
        live: Lots.
        merged: Lots.
        t_whole: Goods on the way.
        t_landed: Goods on the way.
        t_next: Goods on the way.
        t_head: Goods on the way.
        t_free: Goods on the way.
        t_used: Goods on the way.
        d_whole: int32 (row, 7), deliveries: tick, side, product, units, node, buyer, seller, since.
        d_value: float64 (row,), deliveries: value of the row.
        d_count: int64 (1,).
        w_whole: int32 (row, 6), waits: tick, since, side, product, units, censored.
        w_count: int64 (1,).
        counters: int64 (counter,).
    """
    row = t_head[tick]
    while row >= 0:
        after = t_next[row]
        node = t_whole[row, 0]
        p = t_whole[row, 1]
        amount = t_whole[row, 2]
        a = t_whole[row, 3]
        b = t_whole[row, 4]
        since = t_whole[row, 5]
        landed = t_landed[row]
        on_order[b, p] -= amount
        if state[b] == CLOSED:
            frozen[p] += amount
            counters[FROZEN_UNITS] += amount
        else:
            unit_cost[b, p] = (stock[b, p] * unit_cost[b, p] + amount * landed) / (stock[b, p] + amount)
            stock[b, p] += amount
            put(rows, head, tail, live, merged, b, node, p, amount)
            if end_user[b]:
                s = side[b]
                delivered[s, p] += amount
                if home[rows[node, MAKER]] != s:
                    stock_foreign[b, p] += amount
                if tick >= first_recorded:
                    now, ordered = tick - first_recorded, since - first_recorded
                    book_delivery(now, s, p, amount, node, b, a, ordered, amount * landed, d_whole, d_value, d_count)
            if kind[b] == BUYER and not passes[a] and tick >= first_recorded:
                n = w_count[0]
                w_count[0] = n + 1
                w_whole[n, 0] = tick - first_recorded
                w_whole[n, 1] = since - first_recorded
                w_whole[n, 2] = side[b]
                w_whole[n, 3] = p
                w_whole[n, 4] = amount
                w_whole[n, 5] = 0
        t_next[row] = t_free[0]
        t_free[0] = row
        t_used[0] -= 1
        row = after
