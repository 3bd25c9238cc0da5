"""Corridors: every simple path of at most three legs between two jurisdictions, and what papers show at each border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evasion.common import BEYOND, STOPS, TRUE
from sim.world.columns import Legs, Names

MOST_LEGS = 3
"""Legs of the longest corridor (MODEL.md section 1)."""
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
    places = len(names.jurisdictions)
    out: list[list[int]] = [[] for _ in range(places)]
    for leg in range(len(legs.origin)):
        if legs.origin[leg] != legs.destination[leg]:
            out[int(legs.origin[leg])].append(leg)
    found = [(leg,) for leg in range(len(legs.origin))]
    longer = [(leg,) for leg in range(len(legs.origin)) if legs.origin[leg] != legs.destination[leg]]
    for _ in range(MOST_LEGS - 1):
        longer = [(*path, leg) for path in longer for leg in out[_end(legs, path)] if _is_new(legs, path, leg)]
        found += longer
    found.sort(
        key=lambda path: (_start(legs, path) * places + _end(legs, path), len(path), [names.legs[e] for e in path])
    )
    count = np.array([len(path) for path in found], dtype=np.int64)
    table = np.full((len(found), MOST_LEGS), -1, dtype=np.int64)
    for row, path in enumerate(found):
        table[row, : len(path)] = path
    origin = np.array([_start(legs, path) for path in found], dtype=np.int64)
    destination = np.array([_end(legs, path) for path in found], dtype=np.int64)
    pair = origin * places + destination
    direct = np.zeros(len(legs.origin), dtype=np.int64)
    for row in np.flatnonzero(count == 1):
        direct[table[row, 0]] = row
    onward = np.full((places, places), -1, dtype=np.int64)
    for place, leaving in enumerate(out):
        ends = sorted(int(legs.destination[leg]) for leg in leaving)
        onward[place, : len(ends)] = ends

    def total(column: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.zeros((len(found), *column.shape[1:]))
        for place in range(MOST_LEGS):
            there = table[:, place] >= 0
            sums[there] += column[table[there, place]]
        return sums

    shown = np.zeros((SHOWN, len(found), MOST_LEGS), dtype=np.int32)
    for row, path in enumerate(found):
        for place, leg in enumerate(path):
            shown[TRUE, row, place] = legs.origin[leg] * places + destination[row]
            shown[STOPS, row, place] = legs.origin[leg] * places + legs.destination[leg]
    shown[BEYOND] = 0
    return Corridors(
        names=tuple(_name(names, legs, path) for path in found),
        legs=table,
        count=count,
        origin=origin,
        destination=destination,
        first=np.searchsorted(pair, np.arange(places * places + 1)).astype(np.int64),
        direct=direct,
        lead=total(legs.lead),
        lead_weeks=total(legs.lead_weeks),
        reach=total(legs.lead * legs.spread),
        freight=total(legs.freight),
        shown=shown,
        onward=onward,
    )


def _start(legs: Legs, path: tuple[int, ...]) -> int:
    """Where a path begins."""
    return int(legs.origin[path[0]])


def _end(legs: Legs, path: tuple[int, ...]) -> int:
    """Where a path ends."""
    return int(legs.destination[path[-1]])


def _is_new(legs: Legs, path: tuple[int, ...], leg: int) -> bool:
    """Whether a leg leads a path to a place where it has not been."""
    been = {_start(legs, path), *(int(legs.destination[each]) for each in path)}
    return int(legs.destination[leg]) not in been


def _name(names: Names, legs: Legs, path: tuple[int, ...]) -> str:
    """Jurisdictions of a path, joined."""
    stops = [_start(legs, path), *(int(legs.destination[leg]) for leg in path)]
    return "-".join(names.jurisdictions[stop] for stop in stops)
