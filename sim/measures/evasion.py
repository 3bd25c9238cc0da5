"""Evasion: how much goes by each way of sending, and what officials are paid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.measures.registry import Value, measure, ratio
from sim.measures.supply import NOTHING
from sim.measures.view import View, sums
from sim.measures.window import Window
from sim.world.records import ACCOUNTS
from sim.world.ways import FALSE

NOTHING_SENT = "nothing sent abroad"


def _sent(run: View, window: Window) -> NDArray[np.float64]:
    """Units in scope that left a state, by way, float64 (way,)."""
    table = run.records.series["ways"][window.first : window.after]
    return table[:, :, run.scope].sum(axis=(0, 2)).astype(np.float64)


@measure("sent abroad", "units", "sum", additive=True)
def sent(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Units in scope sent from one state to another, seized ones included; also by way, honest papers among them."""
    table = _sent(run, window)
    yield Value(float(table.sum()))
    for w in np.flatnonzero(table):
        yield Value(float(table[w]), by="way", item=run.records.world.ways.names[w])


@measure("sent by false ways", "share", "ratio of sums", undefined=NOTHING_SENT, additive=True)
def way_share(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Share of the units sent abroad by all false ways: on false papers, on none, or past officials who are paid.

    Also by way, honest papers among them. Papers that name the military purpose are true, and no false way.
    """
    table, ways = _sent(run, window), run.records.world.ways
    false = float(table[ways.flags[:, FALSE] != 0].sum())
    share, reason = ratio(false, float(table.sum()), NOTHING_SENT)
    yield Value(share, reason=reason)
    for w in np.flatnonzero(table):
        yield Value(float(table[w] / table.sum()), by="way", item=ways.names[w])


def _ways_of_paths(run: View) -> NDArray[np.int64]:
    """Ways of all hops of each path node, int64 (node,): bitmask over ways."""
    nodes = run.records.nodes
    parent, hops = nodes["parent"].astype(np.int64), run.paths.hops
    bits = np.where(parent >= 0, np.int64(1) << nodes["way"].astype(np.int64), 0)
    for level in range(1, int(hops.max(initial=0)) + 1):
        at = np.flatnonzero(hops == level)
        bits[at] |= bits[parent[at]]
    return bits


@measure("delivered by false ways", "share", "ratio of sums", undefined=NOTHING, additive=True)
def evaded(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Share of the delivered units that went by a false way on any hop; also by way.

    Units that went by several ways count with each, so shares by way can add up to more than the whole.
    """
    ways = run.records.world.ways
    rows = run.rows(window)
    bits = run.once("ways of paths", lambda: _ways_of_paths(run))[run.node]
    wanted = np.flatnonzero(ways.flags[:, FALSE] != 0)
    mask = int(sum(1 << int(w) for w in wanted))
    whole = run.total(run.units, rows)
    part = run.total(run.units, rows & (bits & mask != 0))
    for side, product, above, below in run.pairs(part, whole):
        share, reason = ratio(above, below, NOTHING)
        yield Value(share, side, product, reason=reason)
    false = np.flatnonzero(rows & (bits & mask != 0))
    side, units, bits = run.side[false], run.units[false], bits[false]
    for w in wanted:
        by = bits >> w & 1 != 0
        part = sums(side[by], units[by], len(run.sides))
        for s in np.flatnonzero(part):
            yield Value(float(part[s] / whole[s].sum()), run.sides[s], by="way", item=ways.names[w])


@measure("paid to officials", "US dollars", "sum")
def facilitation(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """What buyers paid to officials on top, all products: the account `facilitation`."""
    table = run.records.series["accounts"][window.first : window.after]
    yield Value(float(table[:, ACCOUNTS.index("facilitation")].sum()))
