"""Concentration: through how many hands, which routes, and whose brands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.measures.leakage import NOTHING_IN_TWIN
from sim.measures.registry import Value, measure
from sim.measures.supply import NOTHING, codes
from sim.measures.view import View
from sim.measures.window import Window


def hhi(amounts: NDArray[np.floating]) -> float:
    """Herfindahl-Hirschman index, ``Σ share²``: 1 for one, 1 ÷ n for n alike, NaN where there is nothing.

    Args:
        amounts: Amounts of each, none negative.

    Returns:
        0 to 1.

    Example:
        >>> hhi(np.array([50.0, 50.0, 0.0]))
        0.5
    """
    total = float(amounts.sum())
    return float(((amounts / total) ** 2).sum()) if total > 0 else float("nan")


def _by_side(run: View, window: Window, code: NDArray[np.int64], count: int) -> Iterator[Value]:
    """Index over a code, of each side."""
    table = run.split(code, count, run.rows(window))
    for s, side in enumerate(run.sides):
        index = hhi(table[s])
        yield Value(index, side, reason="" if np.isfinite(index) else NOTHING)


@measure("concentration of sellers", "HHI, 0 to 1", "ratio of sums", undefined=NOTHING)
def hhi_sellers(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Σ share² over the last sellers that took a price, by units delivered."""
    yield from _by_side(run, window, run.paths.priced_seller[run.node], len(run.labels))


@measure("concentration of corridors", "HHI, 0 to 1", "ratio of sums", undefined=NOTHING)
def hhi_corridors(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Σ share² over corridors, by units delivered."""
    yield from _by_side(run, window, run.paths.corridor[run.node], len(run.paths.corridors))


def _shares(run: View, window: Window, by: str) -> Iterator[Value]:
    """Shares of delivered units by something, of each side."""
    code, names = codes(run, by)
    table = run.split(code, len(names), run.rows(window))
    total = table.sum(axis=1)
    for s, side in enumerate(run.sides):
        if total[s] <= 0:
            yield Value(float("nan"), side, by=by, reason=NOTHING)
            continue
        for c in np.flatnonzero(table[s]):
            yield Value(float(table[s, c] / total[s]), side, by=by, item=names[c])


@measure("brand share", "share", "ratio of sums", undefined=NOTHING, additive=True)
def brand_share(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Share of the delivered units of each brand (evidence D05)."""
    yield from _shares(run, window, "brand")


@measure("corridor share", "share", "ratio of sums", undefined=NOTHING, additive=True)
def corridor_share(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Share of the delivered units that came by each corridor (evidence D16, D24)."""
    yield from _shares(run, window, "corridor")


@measure("chain length share", "share", "ratio of sums", undefined=NOTHING, additive=True)
def chain_length_share(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Share of the delivered units with each number of firms between maker and end user (evidence D07)."""
    yield from _shares(run, window, "chain_length")


@measure("displacement", "share", "once", undefined=f"{NOTHING}; {NOTHING_IN_TWIN}", compares=True)
def displacement(run: View, twin: View, window: Window) -> Iterator[Value]:
    """½ Σ |corridor share - twin's|: the share of what still arrives that came by other corridors than in the twin."""
    names = sorted({*run.paths.corridors, *twin.paths.corridors})
    shares = []
    for view in (run, twin):
        rows = np.searchsorted(names, view.paths.corridors)
        code = rows[view.paths.corridor[view.node]] if view.node.size else view.node
        shares.append(view.split(code, len(names), view.rows(window)))
    for s, side in enumerate(run.sides):
        a, b = (table[s] for table in shares)
        if a.sum() <= 0 or b.sum() <= 0:
            yield Value(float("nan"), side, reason=NOTHING if a.sum() <= 0 else NOTHING_IN_TWIN)
        else:
            yield Value(float(0.5 * np.abs(a / a.sum() - b / b.sum()).sum()), side)
