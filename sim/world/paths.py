"""Path nodes: where units have been, interned so that equal paths share one node.

A node is (parent, holder, leg, way, breach flags, sides barred for each class). Its holder is the last agent of the
path, so that (node, product) addresses a lot.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel

PARENT, HOLDER, LEG, WAY, BREACH, LAW, CONTRACT, VOLUNTARY, HOPS, MAKER, BREACH_PATH = range(11)
"""Fields of a node's row."""
IDENTITY = 8
"""The first so many fields tell nodes apart."""
MOST_NODES = 20_000_000
"""Beyond this many nodes a run stops with an error rather than fill the memory."""


class Paths:
    """The table of nodes.

    Attributes:
        rows: int32 (room, 11), fields in the order of the constants above.
        table: int32 (power of two,), open-addressing hash table of row + 1.
        marks: uint64 (room,), one bit for each holder on the path, several holders to a bit: where an agent's bit is
            not set, the agent is not on the path.
        count: int64 (1,).
    """

    def __init__(self, products: int) -> None:
        self.products = products
        self.rows = np.zeros((4096, 11), dtype=np.int32)
        self.table = np.zeros(1 << 14, dtype=np.int32)
        self.marks = np.zeros(4096, dtype=np.uint64)
        self.count = np.zeros(1, dtype=np.int64)

    def reserve(self, rows: int) -> None:
        """Makes room for ``rows`` more nodes.

        Raises:
            MemoryError: Beyond ``MOST_NODES``.
        """
        wanted = int(self.count[0]) + rows
        if wanted > len(self.rows):
            if wanted > MOST_NODES:
                raise MemoryError(f"more than {MOST_NODES} supply paths; shorten the run or lower the number of agents")
            grown = np.zeros((max(wanted, 2 * len(self.rows)), 11), dtype=np.int32)
            grown[: len(self.rows)] = self.rows
            self.rows = grown
            marks = np.zeros(len(grown), dtype=np.uint64)
            marks[: len(self.marks)] = self.marks
            self.marks = marks
        if 2 * wanted > len(self.table):
            size = len(self.table)
            while size < 4 * wanted:
                size *= 2
            self.table = np.zeros(size, dtype=np.int32)
            rehash(self.rows, self.table, int(self.count[0]))


@kernel
def _hash(parent: int, holder: int, leg: int, way: int, breach: int, law: int, contract: int, voluntary: int) -> int:
    x = np.uint64(parent + 1) * np.uint64(0x9E3779B97F4A7C15)
    x ^= np.uint64(holder + 1) * np.uint64(0xC2B2AE3D27D4EB4F)
    x ^= np.uint64(leg + 1) * np.uint64(0x165667B19E3779F9)
    x ^= np.uint64((way << 3) + breach + (law << 8) + (contract << 16) + (voluntary << 24)) * np.uint64(0xD6E8FEB86659FD93)
    return x ^ (x >> np.uint64(29))


@kernel
def mark(agent: int) -> int:
    """The bit of an agent in the marks of a path."""
    return np.uint64(1) << np.uint64((agent * 40503 >> 4) & 63)


@kernel
def rehash(rows: np.ndarray, table: np.ndarray, count: int) -> None:
    """Fills an empty hash table with the nodes there are."""
    mask = np.uint64(table.shape[0] - 1)
    for n in range(count):
        slot = _hash(rows[n, 0], rows[n, 1], rows[n, 2], rows[n, 3], rows[n, 4], rows[n, 5], rows[n, 6], rows[n, 7]) & mask
        while table[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = n + 1


@kernel
def intern(
    rows: np.ndarray,
    table: np.ndarray,
    marks: np.ndarray,
    count: np.ndarray,
    parent: int,
    holder: int,
    leg: int,
    way: int,
    breach: int,
    law: int,
    contract: int,
    voluntary: int,
) -> int:
    """The node with these fields, made where there is none yet. There must be room.

    Args:
        rows: int32 (room, 11).
        table: int32 hash table.
        marks: uint64 (room,).
        count: int64 (1,).
        parent: Row of the parent, -1 for a maker's own output.
        holder: Agent.
        leg: Leg of this hop, -1 at the root.
        way: Way of evasion, 0 for none.
        breach: Breach flags of this hop (1 law, 2 contract, 4 voluntary).
        law: Bitmask of sides barred by law on the whole path.
        contract: The same by contract.
        voluntary: The same by voluntary suspension.

    Returns:
        Row of the node.
    """
    mask = np.uint64(table.shape[0] - 1)
    slot = _hash(parent, holder, leg, way, breach, law, contract, voluntary) & mask
    while table[slot] != 0:
        n = table[slot] - 1
        if (
            rows[n, 0] == parent
            and rows[n, 1] == holder
            and rows[n, 2] == leg
            and rows[n, 3] == way
            and rows[n, 4] == breach
            and rows[n, 5] == law
            and rows[n, 6] == contract
            and rows[n, 7] == voluntary
        ):
            return n
        slot = (slot + np.uint64(1)) & mask
    n = count[0]
    count[0] = n + 1
    table[slot] = n + 1
    rows[n, PARENT] = parent
    rows[n, HOLDER] = holder
    rows[n, LEG] = leg
    rows[n, WAY] = way
    rows[n, BREACH] = breach
    rows[n, LAW] = law
    rows[n, CONTRACT] = contract
    rows[n, VOLUNTARY] = voluntary
    if parent < 0:
        rows[n, HOPS] = 0
        rows[n, MAKER] = holder
        rows[n, BREACH_PATH] = breach
        marks[n] = mark(holder)
    else:
        rows[n, HOPS] = rows[parent, HOPS] + 1
        rows[n, MAKER] = rows[parent, MAKER]
        rows[n, BREACH_PATH] = rows[parent, BREACH_PATH] | breach
        marks[n] = marks[parent] | mark(holder)
    return n


@kernel
def holds(rows: np.ndarray, marks: np.ndarray, node: int, agent: int) -> bool:
    """Whether an agent is on the path of a node."""
    if marks[node] & mark(agent) == np.uint64(0):
        return False
    while node >= 0:
        if rows[node, HOLDER] == agent:
            return True
        node = rows[node, PARENT]
    return False
