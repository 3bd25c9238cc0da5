"""Figure: supply to each side over time."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import StrMethodFormatter

from sim.report import courses, style


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
        given = style.enough(axes, len(sides), f"{len(sides)} sides")
        panels = given or style.new_axes(len(sides), 1.9)
        home_seen = False
        for row, (panel, side) in enumerate(zip(panels, sides, strict=True)):
            ink = style.colour(row)
            courses.draw(panel, traces, side, "twin", "supply", line="--", ink=style.GREY, width=1.2)
            courses.draw(panel, traces, side, "run", "supply", line="-", ink=ink, width=1.6)
            own = traces.loc[(traces["side"] == side) & (traces["arm"] == "run"), "home_made"]
            if (own > 0).any():
                home_seen = True
                courses.draw(panel, traces, side, "run", "home_made", line=":", ink=ink, width=1.6, band=False)
            style.name_inside(panel, side, ink)
            panel.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        panels[len(sides) // 2].set_ylabel("units a week, mean of the last 4 weeks")
        # The name is longer than its panel: it keeps clear of the numbers of all.
        style.figure_of(panels).align_ylabels(panels)
        handles: list[Artist] = [
            Line2D([], [], color="black", linewidth=1.6, label="foreign-made, with policies"),
            Line2D(
                [], [], color=style.GREY, linestyle="--", linewidth=1.2, label="foreign-made, twin without policies"
            ),
        ]
        if home_seen:
            handles.append(Line2D([], [], color="black", linestyle=":", linewidth=1.6, label="home-made"))
        courses.finish(panels, traces, policies, handles if given is None else None)
    return panels if given is None else list(axes or ())
