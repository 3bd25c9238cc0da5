"""Visibility: what customs records show of what crossed, and how far the records of two states agree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.ledger.customs import BITS, EXPORTER, IMPORTER, entries
from sim.ledger.mirror import LEAST_VALUE
from sim.measures.enforcement import counter
from sim.measures.registry import NO_LEDGER, Value, measure, ratio
from sim.measures.view import View, sums
from sim.measures.window import Window
from sim.world.routes import MOST_LEGS

NO_CROSSING = "no goods crossed a border"
SMALL = f"less than ${LEAST_VALUE:,.0f} on the exporter's side"
SPLIT = f"{NO_CROSSING}; by corridor and way: {NO_LEDGER}"
COUNTERS_OF = {EXPORTER: "exporter_records", IMPORTER: "importer_records"}
"""The counter of the records of each side."""


def passed(run: View) -> NDArray[np.int64]:
    """Borders between states over which each row of the ledger went, that where it was seized included.

    Args:
        run: A run that kept its ledger.

    Returns:
        int64 (row of the ledger,).
    """
    rows, world = run.records.ledger, run.records.world
    assert rows is not None
    corridor = run.column("corridor")
    legs = world.corridors.legs
    abroad = world.legs.origin[legs[:, 0]] != world.legs.destination[legs[:, 0]]
    borders = np.where(abroad, world.corridors.count, 0)[corridor]
    seized = np.flatnonzero(rows["stopped"] >= 0)
    at = np.argmax(legs[corridor[seized]] == rows["stopped"][seized, None], axis=1)
    borders[seized] = np.where(abroad[corridor[seized]], at + 1, 0)
    return borders


def _kept(recorded: NDArray[np.int64], side: int) -> NDArray[np.int64]:
    """Records of one side behind each row of the ledger."""
    return sum((recorded >> BITS * leg + side & 1 for leg in range(MOST_LEGS)), np.zeros_like(recorded))


def _crossed(run: View, window: Window) -> dict[str, NDArray[np.int64]]:
    """Columns of what was sent over a border in a window: borders passed, bits of records, corridor and way."""
    borders = run.once("passed", lambda: passed(run))
    tick = run.column("tick")
    inside = np.flatnonzero((tick >= window.first) & (tick < window.after) & (borders > 0))
    columns = {name: run.column(name)[inside] for name in ("recorded", "corridor", "way")}
    return {"borders": borders[inside], **columns}


def _visibility(run: View, window: Window, side: int) -> Iterator[Value]:
    """Records over crossings: in all, by corridor, by way."""
    world = run.records.world
    abroad = world.legs.origin != world.legs.destination
    crossed = float(run.records.series["crossings"][window.first : window.after][:, abroad].sum())
    share, reason = ratio(counter(run, COUNTERS_OF[side], window), crossed, NO_CROSSING)
    yield Value(share, reason=reason)
    wanted = {
        by: names for by, names in (("corridor", world.corridors.names), ("way", world.ways.names)) if run.wants(by)
    }
    if run.records.ledger is None or not wanted:
        for by in wanted:
            yield Value(float("nan"), by=by, reason=NO_LEDGER)
        return
    rows = run.once(("crossed", window), lambda: _crossed(run, window))
    records = _kept(rows["recorded"], side)
    for by, names in wanted.items():
        below, above = (sums(rows[by], each, len(names)) for each in (rows["borders"], records))
        for c in np.flatnonzero(below):
            yield Value(float(above[c] / below[c]), by=by, item=names[c])


@measure("crossings in exporters' records", "share", "ratio of sums", undefined=SPLIT)
def visibility_exporter(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Records that the states kept which goods left, over true crossings of borders, by date of sending.

    A crossing is a piece of a consignment over a border between two states, that where it is seized included; products
    out of scope count too. In all it is known of every run. Also by corridor of the consignment and by way of sending
    it, which needs the true ledger. Goods in transit cross a border at which papers declare no trade of their own.
    """
    yield from _visibility(run, window, EXPORTER)


@measure("crossings in importers' records", "share", "ratio of sums", undefined=SPLIT)
def visibility_importer(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Records that the states kept which goods reached, over true crossings; see `visibility_exporter`."""
    yield from _visibility(run, window, IMPORTER)


@measure("mirror gap", "ratio", "ratio of sums", undefined=f"{NO_LEDGER}; {SMALL}")
def mirror_gap(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Value of importers' records over that of exporters' records of what was sent in the window (evidence K2).

    Both sides stand at the date of sending, so the time on the way makes no gap. Also by pair of states, as papers
    declare it. Records under a vague heading count where every product is in scope. Needs the true ledger.
    """
    names = run.records.world.names
    if run.records.ledger is None:
        yield Value(float("nan"), reason=NO_LEDGER)
        return
    found = run.once("entries", lambda: entries(run.records))
    tick = run.column("tick")[found.row]
    told = np.where(found.vague, bool(run.scope.all()), run.scope[run.column("product")[found.row]])
    kept = told & (tick >= window.first) & (tick < window.after)
    places = len(names.jurisdictions)
    pair = (found.origin * places + found.destination)[kept]
    side = found.side[kept]
    value = found.value[kept]
    out, into = (sums(pair[side == each], value[side == each], places**2) for each in (EXPORTER, IMPORTER))
    gap, reason = ratio(float(into.sum()), float(out.sum()), SMALL, LEAST_VALUE)
    yield Value(gap, reason=reason)
    for q in np.flatnonzero(out > LEAST_VALUE) if run.wants("pair") else ():
        ends = f"{names.jurisdictions[q // places]}-{names.jurisdictions[q % places]}"
        yield Value(float(into[q] / out[q]), by="pair", item=ends)
