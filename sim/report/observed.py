"""Figure: what goes into a state, and what customs records show of it."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import StrMethodFormatter

from sim.report import courses, style

SHOWN = (
    ("true", "-", "#000000", "true crossings"),
    ("exporter", "-", style.COLOURS[0], "exporters' records"),
    ("importer", "-", style.COLOURS[1], "importers' records"),
)
"""Column, line, colour and name of each course."""


def observed(table: pd.DataFrame, policies: pd.DataFrame, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws true crossings into states against what exporters' and importers' records show, with the twin.

    Lines are means over runs, bands go from the 5% to the 95% quantile over them; one run has no band.

    Args:
        table: As in :func:`sim.experiments.observed.observed`, of one state or several, with ``seed`` and ``arm``.
        policies: As in :func:`sim.ledger.frames.policies`; each draws its onset.
        axes: One for each state; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there are fewer axes than states.
    """
    states = list(dict.fromkeys(table["into"].astype(str)))
    traces = table.rename(columns={"into": "side"})
    # Other figures of a result are of all runs; where one kept its ledger this one says which.
    seeds = table["seed"].unique()
    of = f", seed {seeds[0]}" if len(seeds) == 1 else ""
    with mpl.rc_context(style.RC):
        given = style.enough(axes, len(states), f"{len(states)} states")
        panels = given or style.new_axes(len(states), 3.4 if len(states) == 1 else 2.6)
        for panel, into in zip(panels, states, strict=True):
            courses.draw(panel, traces, into, "twin", "true", line="--", ink=style.GREY, width=1.0, band=False)
            for column, line, ink, _ in SHOWN:
                courses.draw(panel, traces, into, "run", column, line=line, ink=ink, width=1.6)
            panel.set_ylim(bottom=0)
            style.name_inside(panel, f"into {into}, by date of sending{of}", SHOWN[0][2])
            panel.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            panel.set_ylabel("units a week,\nmean of the last 4 weeks")
        handles: list[Artist] = [
            Line2D([], [], color=ink, linestyle=line, linewidth=1.6, label=name) for _, line, ink, name in SHOWN
        ]
        twin = "true in the twin"
        handles.append(Line2D([], [], color=style.GREY, linestyle="--", linewidth=1.0, label=twin))
        courses.finish(panels, traces, policies, handles if given is None else None)
    return panels if given is None else list(axes or ())
