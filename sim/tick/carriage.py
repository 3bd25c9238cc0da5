"""Stage 8, the parts of a shipment: what papers show at the border, the way, and the row of the ledger."""

from __future__ import annotations

import numpy as np

from sim.jit import inlined


@inlined
def sides_above(table: np.ndarray, row: int, product: int, heed: float) -> int:
    """Bitmask of the sides whose entry is above a seller's heed. ``table``: float64 (row, product, side)."""
    bits = 0
    for s in range(table.shape[2]):
        if table[row, product, s] > heed:
            bits |= 1 << s
    return bits


@inlined
def put_on_way(
    node: int, product: int, units: int, seller: int, buyer: int, waited: int, arrival: int, landed: float,
    t_whole: np.ndarray, t_landed: np.ndarray, t_next: np.ndarray, t_head: np.ndarray, t_tail: np.ndarray,
    t_free: np.ndarray, t_used: np.ndarray,
) -> None:  # fmt: skip
    """Puts a piece on the way; what would arrive after the last tick is in no queue. See `sim.world.state.Transit`."""
    row = t_free[0]
    t_free[0] = t_next[row]
    t_used[0] += 1
    t_whole[row, 0] = node
    t_whole[row, 1] = product
    t_whole[row, 2] = units
    t_whole[row, 3] = seller
    t_whole[row, 4] = buyer
    t_whole[row, 5] = waited
    t_whole[row, 6] = arrival
    t_landed[row] = landed
    t_next[row] = -1
    if arrival < t_head.shape[0]:
        if t_tail[arrival] < 0:
            t_head[arrival] = row
        else:
            t_next[t_tail[arrival]] = row
        t_tail[arrival] = row


@inlined
def write_shipment(
    tick: int, seller: int, buyer: int, product: int, units: int, node: int, parent: int, corridor: int, way: int,
    breach: int, opened: bool, stopped: int, arrival: int, waited: int, auction: bool, declared: int, recorded: int,
    price: float, freight: float, facilitation: float, levy: float, cost: float, charge: float,
    l_whole: np.ndarray, l_money: np.ndarray, l_count: np.ndarray,
) -> None:  # fmt: skip
    """One row of the true ledger, in the order of ``LEDGER_WHOLE`` and ``LEDGER_NUMBERS`` of `sim.world.records`.

    Ticks count recorded ticks; ``arrival`` is -1 where the piece was seized, ``stopped`` the leg where it was, else -1.
    """
    n = l_count[0]
    l_count[0] = n + 1
    l_whole[n, 0] = tick
    l_whole[n, 1] = seller
    l_whole[n, 2] = buyer
    l_whole[n, 3] = product
    l_whole[n, 4] = units
    l_whole[n, 5] = node
    l_whole[n, 6] = parent
    l_whole[n, 7] = corridor
    l_whole[n, 8] = way
    l_whole[n, 9] = breach
    l_whole[n, 10] = opened
    l_whole[n, 11] = stopped >= 0
    l_whole[n, 12] = arrival
    l_whole[n, 13] = waited
    l_whole[n, 14] = auction
    l_whole[n, 15] = stopped
    l_whole[n, 16] = declared
    l_whole[n, 17] = recorded
    l_money[n, 0] = price
    l_money[n, 1] = freight
    l_money[n, 2] = facilitation
    l_money[n, 3] = levy
    l_money[n, 4] = cost
    l_money[n, 5] = charge
