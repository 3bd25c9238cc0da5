"""Lots: units of a product on a path node, in the queue of their holder, oldest place first."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.world.paths import MAKER


class Lots:
    """Queues of lots.

    Attributes:
        units: int32 (node, product), units held; 0 where there is no lot.
        next: int32 (node, product), the next lot in the holder's queue, -1 for the last.
        head, tail: int32 (agent, product), first and last node of the queue, -1 for none.
        live: int64 (1,), lots with units.
        merged: int64 (1,), arrivals that joined a lot still held, in the present tick.
    """

    def __init__(self, agents: int, products: int) -> None:
        self.units = np.zeros((4096, products), dtype=np.int32)
        self.next = np.full((4096, products), -1, dtype=np.int32)
        self.head = np.full((agents, products), -1, dtype=np.int32)
        self.tail = np.full((agents, products), -1, dtype=np.int32)
        self.live = np.zeros(1, dtype=np.int64)
        self.merged = np.zeros(1, dtype=np.int64)

    def reserve(self, rows: int) -> None:
        """Makes room for lots on ``rows`` path nodes in all."""
        old = len(self.units)
        if rows <= old:
            return
        units = np.zeros((rows, self.units.shape[1]), dtype=np.int32)
        units[:old] = self.units
        following = np.full(units.shape, -1, dtype=np.int32)
        following[:old] = self.next
        self.units, self.next = units, following


@kernel
def put(
    units: np.ndarray, following: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray, merged: np.ndarray,
    agent: int, node: int, product: int, amount: int,
) -> None:  # fmt: skip
    """Adds units to a lot; a new lot goes to the end of the queue, a lot still held keeps its place."""
    if amount <= 0:
        return
    if units[node, product] > 0:
        units[node, product] += amount
        merged[0] += 1
        return
    units[node, product] = amount
    following[node, product] = -1
    live[0] += 1
    last = tail[agent, product]
    if last < 0:
        head[agent, product] = node
    else:
        following[last, product] = node
    tail[agent, product] = node


@kernel
def take_oldest(
    units: np.ndarray, following: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray,
    agent: int, product: int, amount: int, rows: np.ndarray, home: np.ndarray, side: int,
) -> tuple[int, int]:  # fmt: skip
    """Takes up to ``amount`` units from the front of a queue.

    Args:
        units: int32 (node, product).
        following: int32 (node, product).
        head: int32 (agent, product).
        tail: int32 (agent, product).
        live: int64 (1,).
        agent: Holder.
        product: Product.
        amount: Units wanted.
        rows: int32 (node, field), path nodes.
        home: int64 (agent,), side whose home industry a maker belongs to.
        side: The holder's side, for telling home-made units from foreign ones.

    Returns:
        Units taken, and how many of them are foreign-made for the side.
    """
    taken = 0
    foreign = 0
    node = head[agent, product]
    while taken < amount and node >= 0:
        part = min(units[node, product], amount - taken)
        units[node, product] -= part
        taken += part
        if home[rows[node, MAKER]] != side:
            foreign += part
        if units[node, product] == 0:
            live[0] -= 1
            node = following[node, product]
            head[agent, product] = node
            if node < 0:
                tail[agent, product] = -1
    return taken, foreign
