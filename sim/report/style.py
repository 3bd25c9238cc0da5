"""How figures look: colours, onset lines of policies, saving."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from sim.report.panels import Panels

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Colours told apart by colour-blind readers too (Okabe and Ito 2008); sides take them in order of name."""
GREY = "#595959"
"""Ink of everything that is not data."""
BAND = 0.18
"""Opacity of bands over runs."""
ENDINGS = ("png", "svg")
"""Kinds of file that figures are written as: dots and lines."""
DPI = 200
"""Dots an inch of a PNG: sharp on a page of a journal at half its width."""
RC: Any = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "figure.dpi": 100,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#E5E5E5",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
}
"""Settings that figures are drawn with."""
ONSET = (0, (1, 1.5))
"""Dashes of onset lines."""
LONGEST = 34
"""Letters of a policy's label."""


def colour(index: int) -> str:
    """Colour of the side of a given row.

    Args:
        index: Row of the side, in order of name.

    Example:
        >>> colour(0)
        '#0072B2'
    """
    return COLOURS[index % len(COLOURS)]


def new_axes(rows: int, height: float, share_y: bool = False) -> Panels:
    """A new figure with panels below each other, without a window.

    Args:
        rows: Number of panels.
        height: Height of a panel, inches.
        share_y: Whether panels share their scale.

    Returns:
        The panels, top first.
    """
    figure = Figure(figsize=(7.5, rows * height + 1.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, 1, sharex=True, sharey=share_y, squeeze=False)
    return Panels(figure, axes[:, 0])


def enough(axes: Sequence[Axes] | None, count: int, what: str) -> list[Axes] | None:
    """The axes a caller gave.

    Args:
        axes: Axes, or None for a new figure.
        count: Axes needed.
        what: What needs them, in the plural.

    Returns:
        As many as are needed; None for None.

    Raises:
        ValueError: If there are fewer.
    """
    if axes is None:
        return None
    if len(axes) < count:
        raise ValueError(f"{what} need {count} axes; {len(axes)} are given")
    return list(axes)[:count]


def grid(rows: int, columns: int, width: float, height: float) -> Panels:
    """A new figure with panels in rows and columns, without a window.

    Args:
        rows: Rows of panels.
        columns: Panels in a row.
        width: Width of the figure, inches.
        height: Height of a panel, inches.

    Returns:
        The panels, row by row.
    """
    figure = Figure(figsize=(width, rows * height + 0.7), layout="constrained")
    FigureCanvasAgg(figure)
    return Panels(figure, figure.subplots(rows, columns, squeeze=False).ravel())


def shade(ink: str, part: float) -> tuple[float, float, float]:
    """A colour mixed with white.

    Args:
        ink: The colour.
        part: Part of the colour, 1 for all of it.

    Example:
        >>> shade("#000000", 0.25)
        (0.75, 0.75, 0.75)
    """
    red, green, blue = (part * channel + 1.0 - part for channel in to_rgb(ink))
    return red, green, blue


def band_key(runs: int) -> list[Artist]:
    """Entry of a key for bands over runs.

    Args:
        runs: Number of runs.

    Returns:
        One entry, or none where one run has no band.
    """
    return [Patch(color=GREY, alpha=BAND, linewidth=0, label=f"5-95% of {runs} runs")] if runs > 1 else []


def course(traces: pd.DataFrame, side: str, arm: str, column: str) -> pd.DataFrame:
    """A course over runs: mean and 5% to 95% quantiles at each date.

    Args:
        traces: Courses of runs, as in :func:`sim.experiments.traces.traces`, with ``seed`` and ``arm``.
        side: Side.
        arm: ``"run"`` or ``"twin"``.
        column: What to show.

    Returns:
        Columns ``date``, ``mean``, ``low``, ``high``, ``n`` (runs in which it is defined).
    """
    rows = traces[(traces["side"] == side) & (traces["arm"] == arm)]
    table = rows.pivot(index="date", columns="seed", values=column)
    values = table.to_numpy(np.float64)
    defined = np.isfinite(values).sum(axis=1)
    mean = np.divide(np.nansum(values, axis=1), defined, out=np.full(defined.size, np.nan), where=defined > 0)
    low, high = np.full(defined.size, np.nan), np.full(defined.size, np.nan)
    if (defined > 0).any():
        low[defined > 0], high[defined > 0] = np.nanquantile(values[defined > 0], (0.05, 0.95), axis=1)
    return pd.DataFrame({"date": table.index, "mean": mean, "low": low, "high": high, "n": defined})


def onsets(axes: Sequence[Axes], policies: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Draws a line at the effective date of each policy, through all panels, with its name above the top one.

    Names that would overlap are set above each other; policies of one date share a line.

    Args:
        axes: Panels, top first.
        policies: As in :func:`sim.ledger.frames.policies`.
        first: First date shown; what acts from then on or before has no line.
        last: Last date shown.
    """
    shown = policies[(policies["effective"] > first) & (policies["effective"] <= last)].sort_values(
        ["effective", "policy"]
    )
    labels = [(day, "\n".join(map(_short, group["title"]))) for day, group in shown.groupby("effective", sort=True)]
    for panel in axes:
        for day, _ in labels:
            panel.axvline(day, color=GREY, linewidth=0.7, linestyle=ONSET, zorder=1)
    if labels:
        _label(axes[0], labels)


def _label(panel: Axes, labels: list[tuple[pd.Timestamp, str]]) -> None:
    """Names above a panel: later ones lower, so that no line runs through an earlier name."""
    figure = figure_of([panel])
    figure.draw_without_rendering()
    frame = panel.get_window_extent()
    point = figure.dpi / 72
    boxes = []
    for day, text in labels:
        probe = figure.text(0, 0, text, fontsize=7)
        size = probe.get_window_extent()
        probe.remove()
        x = panel.transData.transform((mdates.date2num(day), 0))[0]
        at_right = x + size.width > frame.x1
        boxes.append((at_right, mdates.date2num(day), text, x - size.width if at_right else x, size.width, size.height))
    # Names that start at their line go from right to left; names that end at it, near the right edge, come last.
    taken: list[tuple[float, float, float]] = []
    for at_right, day, text, left, width, height in sorted(
        boxes, key=lambda box: (box[0], box[1] if box[0] else -box[1])
    ):
        margin = 4 * point
        under = [top for a, b, top in taken if left < b + margin and a < left + width + margin]
        base = max(under, default=0.0) + 3 * point
        taken.append((left, left + width, base + height))
        shift = ScaledTranslation((-3 if at_right else 3) / 72, base / figure.dpi, figure.dpi_scale_trans)
        panel.text(
            day, 1.0, text, transform=panel.get_xaxis_transform() + shift, fontsize=7, color=GREY,
            ha="right" if at_right else "left", va="bottom",
            # A line may have to pass a name on its way to a higher one: it is cut there.
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )  # fmt: skip
        panel.plot(
            [day, day], [1.0, 1.0 + (base + height) / frame.height], transform=panel.get_xaxis_transform(), color=GREY,
            linewidth=0.7, linestyle=ONSET, clip_on=False, zorder=1, scalex=False, scaley=False,
        )  # fmt: skip


def _short(name: str) -> str:
    """A policy's name as a label, cut after a word where it is long, within the word where that is long by itself."""
    text = textwrap.shorten(name, LONGEST, placeholder="…")
    return text if text != "…" else f"{name[: LONGEST - 1]}…"


def name_inside(panel: Axes, text: str, ink: str) -> None:
    """Writes what a panel shows into its upper left corner, above the data.

    Args:
        panel: The panel, with its data drawn.
        text: What it shows.
        ink: Colour of the text.
    """
    top = panel.get_ylim()[1]
    panel.set_ylim(0, top * 1.18)
    panel.text(
        0.008, 0.96, text, transform=panel.transAxes, ha="left", va="top", color=ink, fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5}, zorder=5,
    )  # fmt: skip


def date_axis(panel: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Sets dates along the bottom of a panel.

    Args:
        panel: The lowest panel.
        first: First date.
        last: Last date.
    """
    panel.set_xlim(first, last)
    locator = mdates.AutoDateLocator(minticks=4, maxticks=9)
    panel.xaxis.set_major_locator(locator)
    panel.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))


def acting_before(policies: pd.DataFrame, first: pd.Timestamp) -> str:
    """A note that names the policies in force from the first date shown.

    Args:
        policies: As in :func:`sim.ledger.frames.policies`.
        first: First date shown.

    Returns:
        The note, empty where there are none.
    """
    names = policies.loc[policies["effective"] <= first, "policy"]
    return f"In force from the first date shown: {', '.join(names)}." if len(names) else ""


def figure_of(axes: Sequence[Axes]) -> Figure:
    """The figure that panels belong to.

    Args:
        axes: The panels.

    Raises:
        ValueError: If they belong to none.
    """
    figure = axes[0].get_figure(root=True)
    if figure is None:
        raise ValueError("the axes belong to no figure")
    return figure


def legend(axes: Sequence[Axes], handles: Sequence[Artist], small_print: str) -> None:
    """Sets the key below a figure, with small print above it.

    Args:
        axes: Panels of the figure.
        handles: Entries.
        small_print: A sentence, or empty.
    """
    figure_of(axes).legend(
        handles=list(handles), loc="outside lower left", ncols=min(6, len(handles)), fontsize=8, handlelength=2.2,
        columnspacing=1.4, title=small_print or None, title_fontsize=7, alignment="left", frameon=False,
    )  # fmt: skip


def save(axes: Sequence[Axes], path: Path) -> None:
    """Writes the figure that panels belong to, in dots (PNG) and in lines (SVG); readers see whole files or none.

    The same figure gives the same bytes: nothing in a file says when it was made. Text of the SVG stays text, to be
    searched and edited.

    Args:
        axes: The panels.
        path: Where to, without an ending.
    """
    for ending, about in zip(ENDINGS, ({}, {"Date": None}), strict=True):
        temporary = path.with_name(f"_{path.name}.{ending}")
        with mpl.rc_context({"svg.hashsalt": path.name, "svg.fonttype": "none"}):
            figure_of(axes).savefig(temporary, dpi=DPI, metadata=about)
        os.replace(temporary, path.with_name(f"{path.name}.{ending}"))
