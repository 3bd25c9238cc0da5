"""Path nodes: where units of a product have been, interned so that equal paths share one node.

A node is (product, parent, holder, corridor, way, breach flags, sides barred for each class). Its holder is the last
agent of the path, so a node addresses a lot, and the node's row holds the lot as well: one cache line for everything
that a shipment touches.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel

PARENT, HOLDER, CORRIDOR, WAY, BREACH, LAW, CONTRACT, VOLUNTARY, PRODUCT = range(9)
"""Fields that tell nodes apart; all int32."""
HOPS, MAKER, BREACH_PATH, MARK_A, MARK_B, UNITS, NEXT = range(9, 16)
"""Fields that follow from them, and the lot on the node: units held, and the next lot in the holder's queue."""
FIELDS = 16
MOST_NODES = 20_000_000
"""Beyond this many nodes a run stops with an error rather than fill the memory."""


class Paths:
    """The table of nodes.

    Args:
        room: Nodes to begin with.

    Attributes:
        rows: int32 (room, 16), fields in the order of the constants above.
        table: int32 (power of two,), open-addressing hash table of row + 1.
        count: int64 (1,).
    """

    def __init__(self, room: int = 1024) -> None:
        self.rows = np.zeros((room, FIELDS), dtype=np.int32)
        self.table = np.zeros(1 << 14, dtype=np.int32)
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
            grown = np.zeros((max(wanted, 2 * len(self.rows)), FIELDS), dtype=np.int32)
            grown[: len(self.rows)] = self.rows
            self.rows = grown
        if 2 * wanted > len(self.table):
            size = len(self.table)
            while size < 2 * wanted:
                size *= 2
            self.table = np.zeros(size, dtype=np.int32)
            rehash(self.rows, self.table, int(self.count[0]))


@kernel
def _hash(
    product: int,
    parent: int,
    holder: int,
    corridor: int,
    way: int,
    breach: int,
    law: int,
    contract: int,
    voluntary: int,
) -> int:
    x = np.uint64(parent + 1) * np.uint64(0x9E3779B97F4A7C15)
    x ^= np.uint64(holder + 1) * np.uint64(0xC2B2AE3D27D4EB4F)
    x ^= np.uint64(((corridor + 1) << 8) + product) * np.uint64(0x165667B19E3779F9)
    x ^= np.uint64((way << 3) + breach + (law << 8) + (contract << 16) + (voluntary << 24)) * np.uint64(
        0xD6E8FEB86659FD93
    )
    return x ^ (x >> np.uint64(29))


@kernel
def mark(agent: int, turn: int) -> int:
    """A bit of an agent in a path's marks; several agents share a bit."""
    return np.int32(1) << np.int32((agent * 40503 >> turn) & 31)


@kernel
def rehash(rows: np.ndarray, table: np.ndarray, count: int) -> None:
    """Fills an empty hash table with the nodes there are."""
    mask = np.uint64(table.shape[0] - 1)
    for n in range(count):
        slot = (
            _hash(
                rows[n, PRODUCT], rows[n, PARENT], rows[n, HOLDER], rows[n, CORRIDOR], rows[n, WAY], rows[n, BREACH],
                rows[n, LAW], rows[n, CONTRACT], rows[n, VOLUNTARY],
            )
            & mask
        )  # fmt: skip
        while table[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = n + 1


@kernel
def intern(
    rows: np.ndarray, table: np.ndarray, count: np.ndarray, product: int, parent: int, holder: int, corridor: int,
    way: int, breach: int, law: int, contract: int, voluntary: int,
) -> int:  # fmt: skip
    """The node with these fields, made where there is none yet. There must be room.

    Args:
        rows: int32 (room, 16).
        table: int32 hash table.
        count: int64 (1,).
        product: Product.
        parent: Row of the parent, -1 for a maker's own output.
        holder: Agent.
        corridor: Corridor of this hop, -1 at the root.
        way: Way of evasion, 0 for none.
        breach: Breach flags of this hop (1 law, 2 contract, 4 voluntary).
        law: Bitmask of sides barred by law on the whole path.
        contract: The same by contract.
        voluntary: The same by voluntary suspension.

    Returns:
        Row of the node.
    """
    mask = np.uint64(table.shape[0] - 1)
    slot = _hash(product, parent, holder, corridor, way, breach, law, contract, voluntary) & mask
    while table[slot] != 0:
        n = table[slot] - 1
        if (
            rows[n, PARENT] == parent
            and rows[n, HOLDER] == holder
            and rows[n, PRODUCT] == product
            and rows[n, CORRIDOR] == corridor
            and rows[n, WAY] == way
            and rows[n, BREACH] == breach
            and rows[n, LAW] == law
            and rows[n, CONTRACT] == contract
            and rows[n, VOLUNTARY] == voluntary
        ):
            return n
        slot = (slot + np.uint64(1)) & mask
    n = count[0]
    count[0] = n + 1
    table[slot] = n + 1
    row = rows[n]
    row[PARENT] = parent
    row[HOLDER] = holder
    row[CORRIDOR] = corridor
    row[WAY] = way
    row[BREACH] = breach
    row[LAW] = law
    row[CONTRACT] = contract
    row[VOLUNTARY] = voluntary
    row[PRODUCT] = product
    row[UNITS] = 0
    row[NEXT] = -1
    if parent < 0:
        row[HOPS] = 0
        row[MAKER] = holder
        row[BREACH_PATH] = breach
        row[MARK_A] = mark(holder, 4)
        row[MARK_B] = mark(holder, 11)
    else:
        row[HOPS] = rows[parent, HOPS] + 1
        row[MAKER] = rows[parent, MAKER]
        row[BREACH_PATH] = rows[parent, BREACH_PATH] | breach
        row[MARK_A] = rows[parent, MARK_A] | mark(holder, 4)
        row[MARK_B] = rows[parent, MARK_B] | mark(holder, 11)
    return n


@kernel
def holds(rows: np.ndarray, node: int, agent: int) -> bool:
    """Whether an agent is on the path of a node; most paths are cleared by their marks alone."""
    if rows[node, MARK_A] & mark(agent, 4) == 0 or rows[node, MARK_B] & mark(agent, 11) == 0:
        return False
    while node >= 0:
        if rows[node, HOLDER] == agent:
            return True
        node = rows[node, PARENT]
    return False
