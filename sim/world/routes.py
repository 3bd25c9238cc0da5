"""Corridors: every simple path of at most three legs between two jurisdictions, and what papers show at each border."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.evasion.common import BEYOND, STOPS, TRUE
from sim.world.columns import Legs, Names

MOST_LEGS = 3
"""Legs of the longest corridor."""
SHOWN = 3
"""Stories that papers can tell of where goods go: TRUE, STOPS, BEYOND; the fourth, UNDECLARED, has no papers."""


@dataclass(frozen=True)
class Corridors:
    """Columns of corridors, ordered by pair of ends, then number of legs, then names of the legs.

    A *pair* is ``origin · jurisdictions + destination``: what policies bear on.

    Attributes:
        names: The jurisdictions of each, joined: ``CN-KZ-RU``.
        legs: int64 (corridor, 3), rows of legs, -1 after the last.
        count: int64 (corridor,), number of legs.
        origin, destination: int64 (corridor,), jurisdictions at the ends.
        first: int64 (pair + 1,), first corridor of each pair.
        direct: int64 (leg,), the corridor that is this leg alone.
        lead, lead_weeks, reach: float64 (corridor,), sums over the legs: mean time on the way in ticks and in weeks,
            and half-width of its spread in ticks.
        freight: float64 (corridor, product), US dollars a unit.
        shown: int32 (3, corridor, 3), the pair that papers show at each border by story (TRUE, STOPS, BEYOND). What
            lies beyond is chosen in a run: zeros here.
        onward: int64 (jurisdiction, jurisdiction), rows: jurisdictions that an outer leg from the row leads to, in
            order, -1 after the last.
    """

    names: tuple[str, ...]
    legs: NDArray[np.int64]
    count: NDArray[np.int64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    first: NDArray[np.int64]
    direct: NDArray[np.int64]
    lead: NDArray[np.float64]
    lead_weeks: NDArray[np.float64]
    reach: NDArray[np.float64]
    freight: NDArray[np.float64]
    shown: NDArray[np.int32]
    onward: NDArray[np.int64]


def list_corridors(names: Names, legs: Legs) -> Corridors:
    """Lists the corridors.

    Args:
        names: Ids in order of rows.
        legs: Columns of legs.

    Returns:
        All simple paths of one to three legs. A leg within a jurisdiction is a corridor of its own, and part of no
        other.
    """
    bare = _without_numbers(
        names.jurisdictions, names.legs, tuple(legs.origin.tolist()), tuple(legs.destination.tolist())
    )

    def total(column: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.zeros((len(bare.count), *column.shape[1:]))
        for place in range(MOST_LEGS):
            there = bare.legs[:, place] >= 0
            sums[there] += column[bare.legs[there, place]]
        return sums

    return replace(
        bare,
        lead=total(legs.lead),
        lead_weeks=total(legs.lead_weeks),
        reach=total(legs.lead * legs.spread),
        freight=total(legs.freight),
    )


@lru_cache(maxsize=8)
def _without_numbers(
    jurisdictions: tuple[str, ...], names: tuple[str, ...], starts: tuple[int, ...], ends: tuple[int, ...]
) -> Corridors:
    """The corridors without their sums over legs: worlds with the same legs, as in a sweep, share these columns."""
    places = len(jurisdictions)
    abroad = [leg for leg, (start, end) in enumerate(zip(starts, ends, strict=True)) if start != end]
    out: list[list[int]] = [[] for _ in range(places)]
    for leg in abroad:
        out[starts[leg]].append(leg)

    def stops(path: tuple[int, ...]) -> list[int]:
        return [starts[path[0]], *(ends[leg] for leg in path)]

    found = [(leg,) for leg in range(len(names))]
    longer = [(leg,) for leg in abroad]
    for _ in range(MOST_LEGS - 1):
        longer = [(*path, leg) for path in longer for leg in out[ends[path[-1]]] if ends[leg] not in stops(path)]
        found += longer
    found.sort(key=lambda path: (starts[path[0]] * places + ends[path[-1]], len(path), [names[leg] for leg in path]))
    table = np.full((len(found), MOST_LEGS), -1, dtype=np.int64)
    for row, path in enumerate(found):
        table[row, : len(path)] = path
    origin = np.array([starts[path[0]] for path in found], dtype=np.int64)
    destination = np.array([ends[path[-1]] for path in found], dtype=np.int64)
    count = np.array([len(path) for path in found], dtype=np.int64)
    pair = origin * places + destination
    direct = np.zeros(len(names), dtype=np.int64)
    direct[table[count == 1, 0]] = np.flatnonzero(count == 1)
    onward = np.full((places, places), -1, dtype=np.int64)
    for place, leaving in enumerate(out):
        reached = sorted(ends[leg] for leg in leaving)
        onward[place, : len(reached)] = reached
    shown = np.zeros((SHOWN, len(found), MOST_LEGS), dtype=np.int32)
    start, end = (np.array([*column, 0])[table] for column in (starts, ends))
    shown[TRUE] = np.where(table >= 0, start * places + destination[:, None], 0)
    shown[STOPS] = np.where(table >= 0, start * places + end, 0)
    shown[BEYOND] = 0
    empty = np.zeros(0)
    return Corridors(
        names=tuple("-".join(jurisdictions[stop] for stop in stops(path)) for path in found),
        legs=table,
        count=count,
        origin=origin,
        destination=destination,
        first=np.searchsorted(pair, np.arange(places * places + 1)).astype(np.int64),
        direct=direct,
        lead=empty,
        lead_weeks=empty,
        reach=empty,
        freight=empty,
        shown=shown,
        onward=onward,
    )
