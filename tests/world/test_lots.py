"""Queues of lots and the table of path nodes against plain Python."""

from __future__ import annotations

from collections import deque

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world.accounts import held_in_lots
from sim.world.lots import Lots, put, take_oldest
from sim.world.paths import FIELDS, HOLDER, HOPS, MAKER, NEXT, PARENT, PRODUCT, UNITS, Paths, holds, intern

AGENTS, PRODUCTS = 3, 2
NODES_EACH = 4

steps = st.lists(
    st.tuples(
        st.booleans(),
        st.integers(0, AGENTS - 1),
        st.integers(0, NODES_EACH - 1),
        st.integers(0, PRODUCTS - 1),
        st.integers(0, 9),
    ),
    max_size=80,
)
"""Put or take, agent, which of its nodes, product, units."""


class Queues:
    """The same queues as deques of [node, units]."""

    def __init__(self) -> None:
        self.of = {(a, p): deque() for a in range(AGENTS) for p in range(PRODUCTS)}

    def put(self, agent: int, node: int, product: int, amount: int) -> None:
        """A new lot goes to the end; one still held keeps its place."""
        if amount <= 0:
            return
        for lot in self.of[agent, product]:
            if lot[0] == node:
                lot[1] += amount
                return
        self.of[agent, product].append([node, amount])

    def take(self, agent: int, product: int, amount: int) -> list[tuple[int, int]]:
        """Oldest first."""
        queue, parts = self.of[agent, product], []
        while amount > 0 and queue:
            part = min(amount, queue[0][1])
            parts.append((queue[0][0], part))
            queue[0][1] -= part
            amount -= part
            if queue[0][1] == 0:
                queue.popleft()
        return parts


@given(steps)
@settings(max_examples=200, deadline=None)
def test_lots_are_queues(moves: list[tuple[bool, int, int, int, int]]) -> None:
    """First in, first out; merged lots keep their place; counts of lots and units agree after every step."""
    lots, plain = Lots(AGENTS, PRODUCTS), Queues()
    rows = np.zeros((AGENTS * NODES_EACH * PRODUCTS, FIELDS), dtype=np.int32)
    rows[:, MAKER] = np.arange(len(rows)) // PRODUCTS % 2
    home = np.array([7, 8], dtype=np.int64)
    joined = 0
    for puts, agent, which, product, amount in moves:
        node = (agent * NODES_EACH + which) * PRODUCTS + product
        if puts:
            joined += amount > 0 and any(lot[0] == node for lot in plain.of[agent, product])
            plain.put(agent, node, product, amount)
            put(rows, lots.head, lots.tail, lots.live, lots.merged, agent, node, product, amount)
        else:
            parts = plain.take(agent, product, amount)
            found = take_oldest(rows, lots.head, lots.tail, lots.live, agent, product, amount, home, 7)
            foreign = sum(part for n, part in parts if home[rows[n, MAKER]] != 7)
            assert found == (sum(part for _, part in parts), foreign)
        assert contents(lots, rows) == {key: [tuple(lot) for lot in queue] for key, queue in plain.of.items()}
        assert int(lots.live[0]) == sum(map(len, plain.of.values()))
    assert int(lots.merged[0]) == joined
    total = np.zeros(PRODUCTS, dtype=np.int64)
    held_in_lots(rows, lots.head, total)
    assert total.tolist() == [
        sum(u for (_, p), q in plain.of.items() if p == product for _, u in q) for product in range(PRODUCTS)
    ]


def contents(lots: Lots, rows: np.ndarray) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Nodes and units of each queue, from its front; the tail is the last of them."""
    found = {}
    for agent in range(AGENTS):
        for product in range(PRODUCTS):
            queue, node = [], int(lots.head[agent, product])
            while node >= 0:
                queue.append((node, int(rows[node, UNITS])))
                node = int(rows[node, NEXT])
            assert int(lots.tail[agent, product]) == (queue[-1][0] if queue else -1)
            found[agent, product] = queue
    return found


hops = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.integers(0, 200),
        st.integers(0, 3),
        st.sampled_from([0, 1, 4]),
        st.integers(0, 3),
        st.integers(0, 1),
    ),
    max_size=60,
)
"""Which node to go on from (beyond the last: a root), holder, leg, breach, sides barred by law, product."""


@given(hops)
@settings(max_examples=150, deadline=None)
def test_nodes_are_interned_and_know_their_path(moves: list[tuple[int, int, int, int, int, int]]) -> None:
    """Equal fields, one node; hops, maker and holders are those of the path, for agents that share a mark too."""
    paths = Paths()
    known: dict[tuple[int, ...], int] = {}
    visited: list[list[int]] = []
    for start, holder, leg, breach, law, product in moves:
        paths.reserve(1)
        parent = start if start < len(visited) else -1
        fields = (product, parent, holder, leg if parent >= 0 else -1, 0, breach, law, 0, 0)
        node = int(intern(paths.rows, paths.table, paths.count, *fields))
        assert node == known.setdefault(fields, len(known))
        if node == len(visited):
            visited.append([*(visited[parent] if parent >= 0 else []), holder])
        assert int(paths.count[0]) == len(known) == len(visited)
    for node, path in enumerate(visited):
        assert paths.rows[node, HOLDER] == path[-1]
        assert paths.rows[node, HOPS] == len(path) - 1
        assert paths.rows[node, MAKER] == path[0]
        assert [a for a in range(201) if holds(paths.rows, node, a)] == sorted(set(path))


def test_paths_grow_and_find_their_nodes_again() -> None:
    """More nodes than the first table has room for."""
    paths = Paths()
    count = 150_000
    for holder in range(count):
        paths.reserve(1)
        parent = holder - 1 if holder % 7 else -1
        intern(paths.rows, paths.table, paths.count, 1, parent, holder, 0, 0, 0, 0, 0, 0)
    assert int(paths.count[0]) == count
    for holder in range(0, count, 991):
        parent = holder - 1 if holder % 7 else -1
        assert intern(paths.rows, paths.table, paths.count, 1, parent, holder, 0, 0, 0, 0, 0, 0) == holder
        assert (paths.rows[holder, PARENT], paths.rows[holder, PRODUCT]) == (parent, 1)
    assert int(paths.count[0]) == count
