"""Deliveries: how much reached each side, and how."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.measures.registry import Value, measure, ratio
from sim.measures.view import View
from sim.measures.window import Window

NOTHING = "nothing delivered"
"""Reason of a share of deliveries where there are none."""


def codes(run: View, by: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Deliveries by one of the things they are broken down by.

    Args:
        run: A run.
        by: ``"brand"``, ``"channel"``, ``"corridor"`` or ``"chain_length"``.

    Returns:
        int64 (row,) and the names of its values; -1 for none.

    Raises:
        KeyError: If ``by`` is none of these.
    """
    world, chain, node = run.records.world, run.paths, run.node
    if by == "brand":
        return chain.maker[node], run.labels
    if by == "channel":
        seller = chain.priced_seller[node]
        return np.where(seller >= 0, world.agents.group[seller], -1), world.names.groups
    if by == "corridor":
        return chain.corridor[node], chain.corridors
    if by == "chain_length":
        length = chain.length[node]
        return length, tuple(str(each) for each in range(int(length.max(initial=0)) + 1))
    raise KeyError(by)


@measure("delivered", "units", "sum", additive=True)
def delivered(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Foreign-made units in scope that end users of a side received for the first time, D.

    Also by brand (the maker), channel (group of the last seller that took a price), corridor and chain length.
    """
    rows = run.rows(window)
    for side, product, units in run.each(run.total(run.units, rows)):
        yield Value(units, side, product)
    for by in filter(run.wants, ("brand", "channel", "corridor", "chain_length")):
        code, names = codes(run, by)
        table = run.split(code, len(names), rows)
        for s, c in zip(*np.nonzero(table), strict=True):
            yield Value(float(table[s, c]), run.sides[s], by=by, item=names[c])


@measure("delivered, value", "US dollars", "sum")
def delivered_value(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """What a side paid, landed, for the foreign-made units in scope delivered to it.

    For units handed on it is the pass-through buyer's cost.
    """
    for side, product, value in run.each(run.total(run.value, run.rows(window))):
        yield Value(value, side, product)


@measure("delivered, home-made", "units", "sum")
def delivered_home(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Units of products in scope delivered to a side by its own industry; they are in no other measure of supply."""
    rows = run.within(window) & run.home
    for side, product, units in run.each(run.total(run.units, rows)):
        yield Value(units, side, product)


@measure("direct share", "share", "ratio of sums", undefined=NOTHING)
def direct(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Share of delivered units with no jurisdiction between the maker's and the end user's."""
    rows = run.rows(window)
    whole = run.total(run.units, rows)
    part = run.total(run.units, rows & run.paths.direct[run.node])
    for side, product, above, below in run.pairs(part, whole):
        share, reason = ratio(above, below, NOTHING)
        yield Value(share, side, product, reason=reason)


@measure("indirect share", "share", "ratio of sums", undefined=NOTHING)
def indirect(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Share of delivered units that passed through a third jurisdiction: 1 less the direct share."""
    rows = run.rows(window)
    whole = run.total(run.units, rows)
    part = run.total(run.units, rows & ~run.paths.direct[run.node])
    for side, product, above, below in run.pairs(part, whole):
        share, reason = ratio(above, below, NOTHING)
        yield Value(share, side, product, reason=reason)


@measure("chain length", "firms", "weighted mean", undefined=NOTHING)
def chain_length(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Mean number of trading firms between maker and end user, weighted by units (evidence D07, G22).

    A maker's arms count, pass-through buyers of the side do not.
    """
    rows = run.rows(window)
    whole = run.total(run.units, rows)
    firms = run.total(run.units * run.paths.length[run.node], rows)
    for side, product, above, below in run.pairs(firms, whole):
        mean, reason = ratio(above, below, NOTHING)
        yield Value(mean, side, product, reason=reason)


@measure("longest chain", "firms", "maximum", undefined=NOTHING)
def longest_chain(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Most trading firms between maker and end user over the delivered units (evidence D07)."""
    rows = run.rows(window)
    for s, side in enumerate(run.sides):
        found = run.paths.length[run.node[rows & (run.side == s)]]
        if found.size:
            yield Value(float(found.max()), side)
        else:
            yield Value(float("nan"), side, reason=NOTHING)
