"""Diversion: what arrived although a rule barred it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.paths import CLASSES
from sim.measures.registry import Value, measure, ratio
from sim.measures.supply import NOTHING
from sim.measures.view import View
from sim.measures.window import Window

NOTHING_IN_TWIN = "nothing delivered in the twin"
"""Reason of a share of the twin's deliveries where there are none."""


def diverted_units(run: View, window: Window) -> np.ndarray:
    """Diverted units, float64 (side, product).

    Args:
        run: A run.
        window: The window.
    """
    return run.total(run.units, run.rows(window) & (run.bits > 0))


@measure("diverted", "units", "sum")
def diverted(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Delivered units whose path holds a breach, or from which the side they reached was barred.

    Sides are barred when goods leave a policy's origin, so goods that left before the policy are not diverted. Also
    by class: law, contract, voluntary; a unit may be in several.
    """
    for side, product, units in run.each(diverted_units(run, window)):
        yield Value(units, side, product)
    rows = run.rows(window)
    for place, name in enumerate(CLASSES):
        table = run.total(run.units, rows & ((run.bits >> place) & 1 > 0)).sum(axis=1)
        for s, side in enumerate(run.sides):
            yield Value(float(table[s]), side, by="class", item=name)


@measure("leakage", "share", "ratio of sums", undefined=NOTHING_IN_TWIN, compares=True)
def leakage(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Diverted units over the units delivered in the twin, Σ diverted ÷ Σ D⁰; may exceed 1."""
    for side, product, above, below in run.pairs(diverted_units(run, window), twin.delivered(window)):
        share, reason = ratio(above, below, NOTHING_IN_TWIN)
        yield Value(share, side, product, reason=reason)


@measure("diverted share", "share", "ratio of sums", undefined=NOTHING)
def leakage_of_delivered(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Leakage over what arrived: diverted units over delivered units, Σ diverted ÷ Σ D."""
    for side, product, above, below in run.pairs(diverted_units(run, window), run.delivered(window)):
        share, reason = ratio(above, below, NOTHING)
        yield Value(share, side, product, reason=reason)
