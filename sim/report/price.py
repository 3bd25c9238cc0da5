"""Figure: prices paid and cover over time."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report import courses, style

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
        given = style.enough(axes, len(PANELS), "price and cover")
        panels = given or style.new_axes(len(PANELS), 2.6)
        for panel, (column, label) in zip(panels, PANELS, strict=True):
            for row, side in enumerate(sides):
                ink = style.colour(row)
                courses.draw(panel, traces, side, "twin", column, line="--", ink=ink, width=1.0, band=False)
                courses.draw(panel, traces, side, "run", column, line="-", ink=ink, width=1.6)
            panel.set_ylabel(label)
        panels[0].axhline(1.0, color=style.GREY, linewidth=0.6)
        panels[1].set_ylim(bottom=0)
        handles: list[Artist] = [
            Line2D([], [], color=style.colour(row), linewidth=1.6, label=side) for row, side in enumerate(sides)
        ]
        handles.append(Line2D([], [], color=style.GREY, linestyle="--", linewidth=1.0, label="twin without policies"))
        courses.finish(panels, traces, policies, handles if given is None else None)
    return panels if given is None else list(axes or ())
