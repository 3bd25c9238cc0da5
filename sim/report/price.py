"""Figure: prices paid and cover over time."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report import style

PANELS = (
    ("price", "price paid ÷ reference price,\nmean of the last 4 weeks"),
    ("cover", "cover of end users, weeks"),
)
"""Column and axis label of each panel."""


def price_and_cover(traces: pd.DataFrame, policies: pd.DataFrame, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws the price index and the cover of each side, with the twin.

    Lines are means over runs, bands go from the 5% to the 95% quantile over them; one run has no band.

    Args:
        traces: Courses of runs and twins, as in :attr:`sim.experiments.results.RunResult.traces`.
        policies: As in :func:`sim.ledger.frames.policies`; each draws its onset.
        axes: Two, for price and for cover; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there are fewer than two axes.
    """
    sides = list(traces["side"].cat.categories)
    with mpl.rc_context(style.RC):
        panels = style.new_axes(2, 2.6) if axes is None else list(axes)
        if len(panels) < 2:
            raise ValueError(f"price and cover need 2 axes; {len(panels)} are given")
        runs = traces["seed"].nunique()
        for panel, (column, label) in zip(panels, PANELS, strict=False):
            for row, side in enumerate(sides):
                for arm, line, width in (("twin", "--", 1.0), ("run", "-", 1.6)):
                    course = style.course(traces, side, arm, column)
                    panel.plot(course["date"], course["mean"], line, color=style.colour(row), linewidth=width)
                    if runs > 1 and arm == "run":
                        panel.fill_between(
                            course["date"],
                            course["low"],
                            course["high"],
                            color=style.colour(row),
                            alpha=style.BAND,
                            linewidth=0,
                        )
            panel.set_ylabel(label)
        panels[0].axhline(1.0, color=style.GREY, linewidth=0.6)
        panels[1].set_ylim(bottom=0)
        first, last = traces["date"].min(), traces["date"].max()
        style.date_axis(panels[1], first, last)
        if axes is None:
            handles: list[Artist] = [
                Line2D([], [], color=style.colour(row), linewidth=1.6, label=side) for row, side in enumerate(sides)
            ]
            handles.append(
                Line2D([], [], color=style.GREY, linestyle="--", linewidth=1.0, label="twin without policies")
            )
            if runs > 1:
                handles.append(Patch(color=style.GREY, alpha=style.BAND, linewidth=0, label=f"5-95% of {runs} runs"))
            style.legend(panels, handles, style.acting_before(policies, first))
        style.onsets(panels[:2], policies, first, last)
    return panels
