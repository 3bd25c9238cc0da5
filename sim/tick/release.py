"""Stage 1, goods held for a licence: they leave once all licences are there, or return where one is refused."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.tick.carriage import put_on_way, share_inspected, sides_above, unlawful_on_papers, write_shipment
from sim.tick.licence import (
    COST,
    FREIGHT,
    H_AUCTION,
    H_BUYER,
    H_CALL,
    H_LEG,
    H_NODE,
    H_PIECE,
    H_PRODUCT,
    H_SELLER,
    H_SINCE,
    H_TICK,
    H_UNITS,
    H_WAY,
    LEVY,
    PRICE,
    VALUE,
    must_wait,
    refused_now,
)
from sim.world import draws
from sim.world.columns import ALIVE, CLOSED
from sim.world.lots import put
from sim.world.paths import CONTRACT, LAW, VOLUNTARY, intern

HELD = 12
"""Row of the account `held`."""
VOLUNTARY_BREACH = 4
PIECES = 1 << 14


@kernel
def settle_held(
    seed: int, tick: int, whole: np.ndarray, paid: np.ndarray, keys: np.ndarray, held: np.ndarray,
    strength: np.ndarray, exports: np.ndarray, licensed: np.ndarray, fee: np.ndarray, valid: np.ndarray,
    again: np.ndarray, is_open: np.ndarray, queue: np.ndarray, queued: np.ndarray,
    state: np.ndarray, paper: np.ndarray, heed: np.ndarray, destination: np.ndarray, open_legs: np.ndarray,
    lead: np.ndarray, spread: np.ndarray, inspection: np.ndarray, ban: np.ndarray, target: np.ndarray,
    suspended: np.ndarray, inspection_value: float, de_minimis: float, de_minimis_factor: float, delay: float,
    cash: np.ndarray, licit: np.ndarray, stock: np.ndarray, unit_cost: np.ndarray, reserved: np.ndarray,
    on_order: np.ndarray, since: np.ndarray, lost: np.ndarray,
    rows: np.ndarray, table: np.ndarray, count: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray,
    merged: np.ndarray, frozen: np.ndarray,
    t_whole: np.ndarray, t_landed: np.ndarray, t_next: np.ndarray, t_head: np.ndarray, t_tail: np.ndarray,
    t_free: np.ndarray, t_used: np.ndarray,
    keep: bool, first_recorded: int, l_whole: np.ndarray, l_money: np.ndarray, l_count: np.ndarray,
    crossings: np.ndarray, inspected_pieces: np.ndarray, crossed_units: np.ndarray, crossed_value: np.ndarray,
    money: np.ndarray,
) -> int:  # fmt: skip
    """Goes through all pieces held, in the order they were reserved. Columns as of `sim.tick.ship.serve`.

    Goods of a closed seller are frozen. Where the buyer has gone, the sale has become unlawful, or a licence was
    refused, they return to the seller's stock. In all three cases the money returns to the buyer. Where all licences
    needed now are there and the leg is open, they leave.

    Returns:
        Units returned to sellers.
    """
    kept = 0
    back = 0
    for n in range(held[0]):
        a, b, p, e = whole[n, H_SELLER], whole[n, H_BUYER], whole[n, H_PRODUCT], whole[n, H_LEG]
        node, units = whole[n, H_NODE], whole[n, H_UNITS]
        landed = paid[n, PRICE] + paid[n, FREIGHT] + paid[n, LEVY]
        gone = state[a] == CLOSED
        returns = (
            gone
            or state[b] != ALIVE
            or unlawful_on_papers(ban, e, p, paper[b], heed[a])
            or refused_now(tick, a, p, e, heed[a], destination, strength, exports, licensed, again)
        )
        if not returns:
            waits = must_wait(
                tick, a, p, e, heed[a], destination, strength, exports, licensed, fee, valid, is_open, queue, queued,
                cash, money,
            )  # fmt: skip
            if waits or not open_legs[e]:
                whole[kept] = whole[n]
                paid[kept] = paid[n]
                keys[kept] = keys[n]
                kept += 1
                continue
        reserved[a, p] -= units
        money[HELD] -= units * landed
        if returns:
            on_order[b, p] -= units
            cash[b] += units * landed
            lost[b, p] += units
            if since[b, p] < 0 or since[b, p] > whole[n, H_SINCE]:
                since[b, p] = whole[n, H_SINCE]
            if gone:
                frozen[p] += units
            else:
                unit_cost[a, p] = (stock[a, p] * unit_cost[a, p] + units * paid[n, COST]) / (stock[a, p] + units)
                stock[a, p] += units
                put(rows, head, tail, live, merged, a, node, p, units)
                back += units
            continue
        cash[a] += units * paid[n, PRICE]
        money[4] += units * paid[n, FREIGHT]
        money[5] += units * paid[n, LEVY]
        licit[a] += units * (paid[n, PRICE] - paid[n, COST])
        breach = 0
        if paper[b] >= 0 and suspended[a, p, paper[b]] > heed[a]:
            breach = VOLUNTARY_BREACH
        child = intern(
            rows, table, count, p, node, b, e, whole[n, H_WAY], breach,
            rows[node, LAW] | sides_above(target, e, p, heed[a]), rows[node, CONTRACT],
            rows[node, VOLUNTARY] | sides_above(suspended, a, p, heed[a]),
        )  # fmt: skip
        # The luck of a piece is that of the tick of its order: no other piece can have the same.
        index = (p * 4 + whole[n, H_CALL]) * PIECES
        words = draws.block(seed, keys[n], whole[n, H_TICK], draws.RELEASE, index)
        mean = lead[e] * (1.0 + spread[e] * (2.0 * draws.uniform(words[2]) - 1.0))
        arrival = tick + max(1, draws.whole(mean, draws.uniform(words[3])))
        share = share_inspected(inspection[e, p], paid[n, VALUE], inspection_value, de_minimis, de_minimis_factor)
        words = draws.block(seed, keys[n], whole[n, H_TICK], draws.RELEASE, index + whole[n, H_PIECE])
        opened = draws.uniform(words[0]) < share
        crossings[e, p] += 1
        crossed_units[e, p] += units
        crossed_value[e, p] += units * paid[n, PRICE]
        if opened:
            inspected_pieces[e, p] += 1
            arrival += draws.whole(delay, 0.0)
        put_on_way(
            child, p, units, a, b, whole[n, H_SINCE], arrival, landed, t_whole, t_landed, t_next, t_head, t_tail,
            t_free, t_used,
        )  # fmt: skip
        if keep:
            write_shipment(
                tick - first_recorded, a, b, p, units, child, node, e, whole[n, H_WAY], breach, opened, False,
                arrival - first_recorded, whole[n, H_SINCE] - first_recorded, whole[n, H_AUCTION] != 0,
                paid[n, PRICE], paid[n, FREIGHT], paid[n, LEVY], paid[n, COST], l_whole, l_money, l_count,
            )  # fmt: skip
    held[0] = kept
    return back
