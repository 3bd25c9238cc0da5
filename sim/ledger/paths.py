"""Path nodes read as chains: corridor, firms in between, maker, the last seller that took a price.

A node's parent has fewer hops, so each quantity is carried down the table one level of hops at a time.

Words:
    *corridor*: the maker's jurisdiction, those in between in order of first visit, the holder's. In between lie the
    states of the firms on the path and those that goods passed on their way from one firm to the next: the corridor of
    each hop, as it was and not as papers told it. Consecutive repeats count once, and none in between is named twice,
    nor are the two ends: ``CN>KZ>RU``. Goods that leave and come back read ``CN>KZ>CN``, goods that never left read
    ``CN``. *direct*: no jurisdiction lies in between, neither a firm's nor one passed.
    *chain length*: trading firms between maker and holder, the holder not counted. A maker's arms are firms;
    pass-through buyers (procurement, funds) are not, since they belong to the side. A sale by the maker itself has 0.
    *hops*: all changes of hand, hand-on included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.world.columns import INTERMEDIARY, MANUFACTURER, World
from sim.world.records import Records

CLASSES = ("law", "contract", "voluntary")
"""Classes of breach, in the order of their bits 1, 2, 4."""


@dataclass(frozen=True)
class Paths:
    """What each path node says of its goods. Shape (node,) unless said otherwise.

    Attributes:
        corridors: Names of the corridors, sorted.
        corridor: int64, row of ``corridors``.
        direct: bool, no jurisdiction in between.
        length: int64, chain length in firms.
        hops: int64, changes of hand.
        maker: int64, agent at the root; -1 for goods given as aid, which nobody in the model made.
        priced_seller: int64, last seller on the path that took a price; -1 at a root.
    """

    corridors: tuple[str, ...]
    corridor: NDArray[np.int64]
    direct: NDArray[np.bool_]
    length: NDArray[np.int64]
    hops: NDArray[np.int64]
    maker: NDArray[np.int64]
    priced_seller: NDArray[np.int64]


def corridor_of(visited: tuple[str, ...]) -> tuple[str, ...]:
    """The corridor of a sequence of jurisdictions: both ends, and what lies in between once each.

    Args:
        visited: Jurisdictions of a path in order, maker's first: of its firms, and passed between them; at least one.

    Returns:
        Jurisdictions; of length 1 where the goods never left.

    Example:
        >>> corridor_of(("CN", "CN", "HK", "CN", "KZ", "HK", "RU"))
        ('CN', 'HK', 'KZ', 'RU')
        >>> corridor_of(("CN", "RU", "KZ", "RU"))
        ('CN', 'KZ', 'RU')
        >>> corridor_of(("CN", "KZ", "CN"))
        ('CN', 'KZ', 'CN')
        >>> corridor_of(("UA", "UA"))
        ('UA',)
    """
    first, last = visited[0], visited[-1]
    between = tuple(dict.fromkeys(each for each in visited if each not in (first, last)))
    return (first,) if first == last and not between else (first, *between, last)


def paths(records: Records) -> Paths:
    """Reads the node table of a run as chains.

    Args:
        records: A run.

    Returns:
        Columns over nodes.
    """
    nodes, world = records.nodes, records.world
    parent = nodes["parent"].astype(np.int64)
    holder = nodes["holder"].astype(np.int64)
    hops = nodes["hops"].astype(np.int64)
    maker = nodes["maker"].astype(np.int64)
    place = world.agents.jurisdiction[holder]
    firm = world.agents.kind[holder] == INTERMEDIARY
    passes = world.agents.passes[holder]

    length = np.zeros(parent.size, np.int64)
    priced = np.full(parent.size, -1, np.int64)
    route = np.zeros(parent.size, np.int64)
    hop_corridor = nodes["corridor"].astype(np.int64)
    passed = [column[hop_corridor] for column in stops(world).T]
    sells = firm & (parent >= 0)
    routes = _Routes(len(world.names.jurisdictions))
    for level in _levels(hops):
        up = parent[level]
        if up.size and up[0] < 0:
            route[level] = routes.start(place[level])
            continue
        reached = route[up]
        for column in passed:
            stop = column[level]
            there = np.flatnonzero(stop >= 0)
            reached[there] = routes.extend(reached[there], stop[there])
        route[level] = routes.extend(reached, place[level])
        length[level] = length[up] + sells[up]
        priced[level] = np.where(passes[up], priced[up], holder[up])

    names = [corridor_of(tuple(world.names.jurisdictions[j] for j in visited)) for visited in routes.visited]
    labels = [">".join(name) for name in names]
    corridors = tuple(sorted(set(labels)))
    rows = {label: row for row, label in enumerate(corridors)}
    of_route = np.array([rows[label] for label in labels], np.int64)
    straight = np.array([len(name) <= 2 for name in names], np.bool_)
    return Paths(
        corridors=corridors,
        corridor=of_route[route] if route.size else route,
        direct=straight[route] if route.size else np.zeros(0, np.bool_),
        length=length,
        hops=hops,
        maker=np.where(world.agents.kind[maker] == MANUFACTURER, maker, -1),
        priced_seller=priced,
    )


def stops(world: World) -> NDArray[np.int64]:
    """The states that lie between the ends of each corridor of a hop.

    Args:
        world: The initial world.

    Returns:
        int64 (corridor + 1, legs of the longest less one): jurisdictions in order, -1 after the last. The last row is
        that of no corridor, so that -1 finds it.
    """
    table = world.corridors.legs[:, :-1]
    behind = world.corridors.legs[:, 1:] >= 0
    found = np.where(behind, world.legs.destination[table], -1)
    return np.concatenate([found, np.full((1, found.shape[1]), -1)])


def diverted(records: Records, node: NDArray[np.generic], side: NDArray[np.generic]) -> NDArray[np.int64]:
    """Breach bits of goods that reached a side, by class.

    A bit is set where any hop of the path broke the rule, or where the side was barred when the goods left a
    policy's origin. Goods that left before the policy carry neither.

    Args:
        records: A run.
        node: Path nodes, shape (row,).
        side: The side each reached, shape (row,).

    Returns:
        int64 (row,): sum of 1 (law), 2 (contract) and 4 (voluntary).
    """
    bits = records.nodes["breach_path"][node].astype(np.int64)
    reached = side.astype(np.int64)
    for place, name in enumerate(CLASSES):
        barred = records.nodes[f"barred_{name}"][node].astype(np.int64)
        bits |= ((barred >> reached) & 1) << place
    return bits


def home_made(records: Records, node: NDArray[np.generic], side: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Whether goods were made by a side's own industry: its makers' group has that side as its home.

    Args:
        records: A run.
        node: Path nodes, shape (row,).
        side: The side each reached, shape (row,).

    Returns:
        bool (row,).
    """
    maker = records.nodes["maker"][node].astype(np.int64)
    home = records.world.groups.home_side[records.world.agents.group[maker]]
    return home == side.astype(np.int64)


def _levels(hops: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Rows of each number of hops, fewest first."""
    order = np.argsort(hops.astype(np.int16), kind="stable")  # numpy sorts short numbers in one pass
    cuts = np.flatnonzero(np.diff(hops[order])) + 1
    return np.split(order, cuts)


class _Routes:
    """Sequences of jurisdictions, each kept once; consecutive repeats are one."""

    def __init__(self, jurisdictions: int) -> None:
        self.visited: list[tuple[int, ...]] = []
        self._rows: dict[tuple[int, ...], int] = {}
        self._base = max(1, jurisdictions)

    def _row(self, visited: tuple[int, ...]) -> int:
        row = self._rows.setdefault(visited, len(self.visited))
        if row == len(self.visited):
            self.visited.append(visited)
        return row

    def start(self, place: NDArray[np.int64]) -> NDArray[np.int64]:
        found, where = np.unique(place, return_inverse=True)
        return np.array([self._row((int(each),)) for each in found], np.int64)[where]

    def extend(self, route: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
        """Routes with a place more."""
        pair = route * self._base + place
        after = np.full(len(self.visited) * self._base, -1, np.int64)
        after[pair] = 0
        for found in np.flatnonzero(after == 0).tolist():
            before, here = divmod(found, self._base)
            visited = self.visited[before]
            after[found] = before if visited[-1] == here else self._row((*visited, here))
        return after[pair]
