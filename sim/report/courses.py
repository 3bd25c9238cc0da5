"""What figures over time share: courses with their bands, dates below, policies' onsets above, the key."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from sim.report import style


def draw(
    panel: Axes,
    traces: pd.DataFrame,
    side: str,
    arm: str,
    column: str,
    *,
    line: str,
    ink: str,
    width: float,
    band: bool = True,
) -> None:
    """Draws a course: its mean over runs, and where there are several runs a band from the 5% to the 95% quantile.

    Args:
        panel: Where to.
        traces: Courses of runs and twins, as in :attr:`sim.experiments.results.RunResult.traces`.
        side: Side.
        arm: ``"run"`` or ``"twin"``.
        column: What to show.
        line: Line style.
        ink: Colour.
        width: Line width, points.
        band: Whether to draw the band.
    """
    course = style.course(traces, side, arm, column)
    panel.plot(course["date"], course["mean"], line, color=ink, linewidth=width)
    if band and traces["seed"].nunique() > 1:
        panel.fill_between(course["date"], course["low"], course["high"], color=ink, alpha=style.BAND, linewidth=0)


def finish(panels: Sequence[Axes], traces: pd.DataFrame, policies: pd.DataFrame, handles: list[Artist] | None) -> None:
    """Sets dates, the key and the onsets of policies, when all courses are drawn.

    Args:
        panels: Panels, top first.
        traces: What they show.
        policies: As in :func:`sim.ledger.frames.policies`.
        handles: Entries of the key, without that of the band; None for no key, where the figure is the caller's.
    """
    first, last = traces["date"].min(), traces["date"].max()
    style.date_axis(panels[-1], first, last)
    if handles is not None:
        runs, note = traces["seed"].nunique(), style.acting_before(policies, first)
        style.legend(panels, handles + style.band_key(runs), note if runs > 1 else f"{note} One run.".strip())
    style.onsets(panels, policies, first, last)
