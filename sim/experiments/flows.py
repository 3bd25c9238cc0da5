"""What figures show of corridors: units a week by corridor, before the policies and after, with the twin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.ledger.labels import tick_dates
from sim.measures.compared import compared
from sim.measures.denial import effect_window
from sim.measures.supply import codes
from sim.measures.view import View
from sim.measures.window import Window
from sim.world.records import Records

BEFORE_WEEKS = 52
"""Longest stretch before the first policy that is looked at."""


@dataclass(frozen=True)
class Periods:
    """Stretches of the record in which flows are looked at.

    Attributes:
        before: Up to 52 weeks before the first policy compared acts; None where one acts from the first day, or
            where no policy does.
        after: Weeks 13-52 after the effect date (:func:`sim.measures.denial.effect_window`); where these are not
            in the record, all from the first policy on; without any policy the whole record.
    """

    before: Window | None
    after: Window


def periods(run: Records, twin: Records) -> Periods:
    """The stretches before and after the policies compared.

    Args:
        run: A run.
        twin: Its twin.

    Returns:
        The stretches.
    """
    effects = compared(run, twin).effects
    if not effects:
        return Periods(None, Window.whole(run))
    dates = tick_dates(run)
    first = int(np.searchsorted(dates, np.datetime64(effects[0])))
    length = max(1, round(BEFORE_WEEKS / run.world.calendar.weeks_per_tick))
    before = Window.of(run, first - length, first) if first > 0 else None
    own, _ = effect_window(View(run), View(twin))
    return Periods(before, own or Window.of(run, min(first, dates.size - 1), dates.size))


def flows(run: Records, twin: Records, scope: np.ndarray, when: Periods) -> pd.DataFrame:
    """Flows by corridor.

    Args:
        run: A run.
        twin: Its twin.
        scope: bool (product,), products in scope.
        when: Stretches to look at.

    Returns:
        One row a corridor that anything took, in the run or in the twin. Columns: ``period`` (``"before"`` or
        ``"after"``), ``window`` (first and last day), ``side``, ``corridor``, ``run`` and ``twin`` (foreign-made
        units a week delivered).
    """
    views = (View(run, scope), View(twin, scope))
    parts = []
    for period, window in (("before", when.before), ("after", when.after)):
        if window is None:
            continue
        found: dict[tuple[str, str], list[float]] = {}
        for place, view in enumerate(views):
            code, names = codes(view, "corridor")
            table = view.split(code, len(names), view.rows(window)) / (window.ticks * view.weeks_per_tick)
            for s, c in zip(*np.nonzero(table), strict=True):
                found.setdefault((view.sides[s], names[c]), [0.0, 0.0])[place] = float(table[s, c])
        parts += [(period, window.label, *key, *values) for key, values in sorted(found.items())]
    frame = pd.DataFrame(parts, columns=["period", "window", "side", "corridor", "run", "twin"])
    text = dict.fromkeys(("period", "window", "side", "corridor"), "str")
    return frame.astype({**text, "run": "float64", "twin": "float64"})
