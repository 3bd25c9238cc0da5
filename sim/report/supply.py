"""Figure: supply to each side over time."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import StrMethodFormatter

from sim.report import style


def supply(traces: pd.DataFrame, policies: pd.DataFrame, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws foreign-made supply to each side, with the twin, and home-made supply apart.

    Lines are means over runs, bands go from the 5% to the 95% quantile over them; one run has no band.

    Args:
        traces: Courses of runs and twins, as in :attr:`sim.experiments.results.RunResult.traces`.
        policies: As in :func:`sim.ledger.frames.policies`; each draws its onset.
        axes: One a side, in order of name, top first; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there are fewer axes than sides.
    """
    sides = list(traces["side"].cat.categories)
    with mpl.rc_context(style.RC):
        panels = style.new_axes(len(sides), 1.9) if axes is None else list(axes)
        if len(panels) < len(sides):
            raise ValueError(f"{len(sides)} sides need {len(sides)} axes; {len(panels)} are given")
        runs, home_seen = traces["seed"].nunique(), False
        for row, (panel, side) in enumerate(zip(panels, sides, strict=False)):
            ink = style.colour(row)
            for arm, column, line in (("twin", "supply", "--"), ("run", "supply", "-"), ("run", "home_made", ":")):
                course = style.course(traces, side, arm, column)
                if column == "home_made":
                    if not (course["mean"] > 0).any():
                        continue
                    home_seen = True
                colour, width = (ink, 1.6) if arm == "run" else (style.GREY, 1.2)
                panel.plot(course["date"], course["mean"], line, color=colour, linewidth=width)
                if runs > 1 and column == "supply":
                    panel.fill_between(
                        course["date"], course["low"], course["high"], color=colour, alpha=style.BAND, linewidth=0
                    )
            style.name_inside(panel, side, ink)
            panel.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        first, last = traces["date"].min(), traces["date"].max()
        style.date_axis(panels[len(sides) - 1], first, last)
        panels[len(sides) // 2].set_ylabel("units a week, mean of the last 4 weeks")
        if axes is None:
            handles: list[Artist] = [
                Line2D([], [], color="black", linewidth=1.6, label="foreign-made, with policies"),
                Line2D(
                    [], [], color=style.GREY, linestyle="--", linewidth=1.2, label="foreign-made, twin without them"
                ),
            ]
            if home_seen:
                handles.append(Line2D([], [], color="black", linestyle=":", linewidth=1.6, label="home-made"))
            if runs > 1:
                handles.append(Patch(color=style.GREY, alpha=style.BAND, linewidth=0, label=f"5-95% of {runs} runs"))
            style.legend(panels, handles, style.acting_before(policies, first))
        style.onsets(panels[: len(sides)], policies, first, last)
    return panels
