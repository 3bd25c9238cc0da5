"""Figure: how far an outcome moves between the ends of each factor."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from sim.report import style

SHOWN = 20
"""Factors in the figure; the table has all of them."""
LINE = 0.36
"""Height of a bar with its room, inches."""
ENDS = (("lowest", style.COLOURS[5], "lowest fifth of the factor"), ("highest", style.COLOURS[4], "highest fifth"))
"""Column, colour and name of the ends of a factor."""


def tornado(rows: pd.DataFrame, label: str, unit: str, ax: Axes | None = None) -> list[Axes]:
    """Draws the mean of an outcome at the low and the high end of each factor, the largest swing on top.

    Bars begin at the mean over all draws; whiskers are 90% bootstrap intervals of their ends. Below its name a factor
    has the values that bound the fifths.

    Args:
        rows: Swings of one outcome, as in :attr:`sim.indices.analysis.Sensitivity.swings`.
        label: The outcome, as people read it.
        unit: Its unit.
        ax: Where to; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If the swings are undefined; the message says why.
    """
    if len(rows) == 0 or rows["reason"].iloc[0]:
        raise ValueError(f"{label} has no swings: {rows['reason'].iloc[0] if len(rows) else 'there are no factors'}")
    shown, share = rows.head(SHOWN), unit == "share"
    middle, at = float(shown["mean"].iloc[0]), np.arange(len(shown))
    with mpl.rc_context({**style.RC, "axes.grid.axis": "x"}):
        panels = style.grid(1, 1, 7.5, 0.7 + LINE * len(shown)) if ax is None else [ax]
        panel = panels[0]
        for (column, ink, _), shift in zip(ENDS, (-0.19, 0.19), strict=True):
            end = shown[column].to_numpy(np.float64)
            panel.barh(at + shift, end - middle, left=middle, height=0.36, color=ink, zorder=2)
            bounds = np.abs(shown[[f"{column}_low", f"{column}_high"]].to_numpy(np.float64).T - end)
            panel.errorbar(
                end, at + shift, xerr=bounds, fmt="none", ecolor="black", elinewidth=0.9, capsize=2, zorder=3
            )
        panel.axvline(middle, color="black", linewidth=0.8, zorder=4)
        panel.set_yticks(at, [_name(row) for row in shown.itertuples()], fontsize=7)
        panel.set_ylim(len(shown) - 0.4, -0.6)
        panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value if share else value:,.6g}"))
        panel.set_xlabel(f"mean of {label.lower() if label[1:2].islower() else label}, {'%' if share else unit or '1'}")
        panel.set_title(label, loc="left", fontsize=9, fontweight="bold", color=style.GREY)
        if ax is None:
            style.legend(panels, _key(), _note(rows, len(shown)))
    return panels


def _name(row: object) -> str:
    """A factor, and where its fifths end."""
    return f"{row.factor}\n≤ {row.lowest_to:,.3g}   ≥ {row.highest_from:,.3g}"  # type: ignore[attr-defined]


def _key() -> list[Artist]:
    """Entries of the key."""
    return [
        *(Patch(color=ink, linewidth=0, label=name) for _, ink, name in ENDS),
        Line2D([], [], color="black", linewidth=0.9, label="90% interval"),
        Line2D([], [], color="black", linewidth=0.8, marker="|", markersize=8, linestyle="", label="mean of all draws"),
    ]


def _note(rows: pd.DataFrame, shown: int) -> str:
    """What the figure shows, as small print."""
    left = f" {len(rows) - shown} more factors are in the table." if len(rows) > shown else ""
    fewest = int(rows["n"].min())
    return f"Means of draws with the factor in that fifth ({fewest:,} draws or more); all else lies anywhere.{left}"
