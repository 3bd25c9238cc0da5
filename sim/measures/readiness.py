"""Readiness: what end users had, lacked, and could not fly; and what civil users lost by restrictions on others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.measures.denial import LEAST_UNITS
from sim.measures.registry import Value, measure, ratio
from sim.measures.view import View
from sim.measures.window import Window

NO_NEED = "no sorties planned"


@measure("cover", "weeks", "ratio of sums", undefined=NO_NEED)
def cover(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Stock of end users ÷ (N ÷ s): how long it lasts at planned sorties N, s being the sorties a unit survives.

    Over a window the mean stock over the mean need. Home-made units are in it.
    """
    need = np.where(run.scope, run.need[window.first : window.after].sum(axis=0), 0.0)
    for side, product, stock, units in run.pairs(run.series("stock", window), need):
        ticks, reason = ratio(stock, units, NO_NEED)
        yield Value(ticks * run.weeks_per_tick, side, product, reason=reason)


@measure("unmet need", "units", "sum")
def unmet(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Σ (N - flown) ÷ s: units that end users lacked for what they had planned.

    Sorties flown with another product in place of the one planned are not unmet.
    """
    for side, product, units in run.each(run.series("unmet", window)):
        yield Value(units, side, product)


@measure("sorties not flown", "sorties", "sum")
def sorties_not_flown(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Sorties planned less sorties flown, over all products, since sorties move from one product to another."""
    for s, side in enumerate(run.sides):
        planned, flown = (
            float(np.asarray(run.records.series[name], np.float64)[window.first : window.after, s].sum())
            for name in ("planned", "flown")
        )
        yield Value(planned - flown, side)


@measure("collateral", "units", "difference of sums", compares=True)
def collateral(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Unmet need of civil users less that in the twin: what restrictions on others cost them."""
    more = (run.series("unmet", window) - twin.series("unmet", window)).sum(axis=1)
    for s, side in enumerate(run.sides):
        if run.records.world.civil[s]:
            yield Value(float(more[s]), side)


@measure(
    "collateral per unit denied",
    "units a unit",
    "ratio of sums",
    undefined=f"fewer than {LEAST_UNITS} units denied",
    compares=True,
)
def collateral_ratio(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Civil users' additional unmet need over the units denied to a side that is not civil."""
    civil = run.records.world.civil
    more = float((run.series("unmet", window) - twin.series("unmet", window))[civil].sum())
    denied = (twin.delivered(window) - run.delivered(window)).sum(axis=1)
    for s, side in enumerate(run.sides):
        if not civil[s]:
            short = denied[s] < LEAST_UNITS
            value, _ = ratio(more, 0.0 if short else float(denied[s]), "")
            yield Value(value, side, reason=f"fewer than {LEAST_UNITS} units denied" if short else "")
