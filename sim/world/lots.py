"""Lots: units of a product on a path node, in the queue of their holder, oldest place first.

The lot itself lies in its node's row (`UNITS`, `NEXT` of :mod:`sim.world.paths`).
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.world.paths import MAKER, NEXT, UNITS


class Lots:
    """Queues of lots.

    Attributes:
        head, tail: int32 (agent, product), first and last node of the queue, -1 for none.
        live: int64 (1,), lots with units.
        merged: int64 (1,), arrivals that joined a lot still held, in the present tick.
    """

    def __init__(self, agents: int, products: int) -> None:
        self.head = np.full((agents, products), -1, dtype=np.int32)
        self.tail = np.full((agents, products), -1, dtype=np.int32)
        self.live = np.zeros(1, dtype=np.int64)
        self.merged = np.zeros(1, dtype=np.int64)


@kernel
def put(
    rows: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray, merged: np.ndarray, agent: int, node: int,
    product: int, amount: int,
) -> None:  # fmt: skip
    """Adds units to a lot; a new lot goes to the end of the queue, a lot still held keeps its place.

    Args:
        rows: int32 (node, 16).
        head: int32 (agent, product).
        tail: int32 (agent, product).
        live: int64 (1,).
        merged: int64 (1,).
        agent: Holder of the node.
        node: Path node.
        product: Product of the node.
        amount: Units; nothing happens where there are none.
    """
    if amount <= 0:
        return
    if rows[node, UNITS] > 0:
        rows[node, UNITS] += amount
        merged[0] += 1
        return
    rows[node, UNITS] = amount
    rows[node, NEXT] = -1
    live[0] += 1
    last = tail[agent, product]
    if last < 0:
        head[agent, product] = node
    else:
        rows[last, NEXT] = node
    tail[agent, product] = node


@kernel
def take_oldest(
    rows: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray, agent: int, product: int, amount: int,
    home: np.ndarray, side: int,
) -> tuple[int, int]:  # fmt: skip
    """Takes up to ``amount`` units from the front of a queue.

    Args:
        rows: int32 (node, 16).
        head: int32 (agent, product).
        tail: int32 (agent, product).
        live: int64 (1,).
        agent: Holder.
        product: Product.
        amount: Units wanted.
        home: int64 (agent,), side whose home industry a maker belongs to.
        side: The holder's side, for telling home-made units from foreign ones.

    Returns:
        Units taken, and how many of them are foreign-made for the side.
    """
    taken = 0
    foreign = 0
    node = head[agent, product]
    while taken < amount and node >= 0:
        part = min(rows[node, UNITS], amount - taken)
        rows[node, UNITS] -= part
        taken += part
        if home[rows[node, MAKER]] != side:
            foreign += part
        if rows[node, UNITS] == 0:
            live[0] -= 1
            node = rows[node, NEXT]
            head[agent, product] = node
            if node < 0:
                tail[agent, product] = -1
    return taken, foreign
