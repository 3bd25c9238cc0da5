"""The model beside the evidence, and priors beside calibrated draws, as figures."""

from __future__ import annotations

import math
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from sim.calibration.calibrate import Calibration
from sim.report import style
from sim.report.validation import number
from sim.validation.validate import Validation

FARTHEST = 10.0
"""Intervals are cut at this factor, and medians further off are drawn at it, as arrows."""
MODEL, MISSED, EVIDENCE = style.COLOURS[0], style.COLOURS[1], style.COLOURS[6]
"""Colours of the model, of runs that do not agree, and of the evidence."""
LINE = 0.2
"""Height of a line, inches."""
BOUNDS = {"at least": (">", "evidence, at least"), "at most": ("<", "evidence, at most")}
"""Mark and name of evidence that is a bound."""


def facts(found: Validation, role: str = "fit", ax: Axes | None = None) -> list[Axes]:
    """Draws each fact as a line at 1, and the 90% interval of the runs over it; bounds as triangles to what is allowed.

    At the right stand the evidence and the median of the runs, in the unit of the fact; :attr:`Validation.table` has
    all numbers. Intervals that do not agree with the evidence have an open mark, too.

    Args:
        found: The validation.
        role: Role of the facts.
        ax: Where to; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If no fact of the role has a number above 0.
    """
    table = found.table[found.table["role"] == role]
    reference = table["least"].where(table["least"] > 0.0, table["most"])
    table = table.assign(reference=reference)[(reference > 0.0).to_numpy()].reset_index(drop=True)
    if not len(table):
        raise ValueError(f"no fact with the role {role!r} has a number to draw")
    with mpl.rc_context({**style.RC, "axes.grid.axis": "x"}):
        panels = _panels(ax, len(table))
        axes = panels[0]
        axes.axvspan(0.5, 2.0, color=style.GREY, alpha=0.08, lw=0)
        axes.axvline(1.0, color=EVIDENCE, lw=0.9)
        for row in table.itertuples():
            _evidence(axes, row.Index, row)
            _runs(axes, row.Index, [each / row.reference for each in (row.low, row.median, row.high)], row.inside)
            _numbers(axes, row.Index, _allowed(row), number(row.median))
        _numbers(axes, -1.0, "evidence", "median", color=style.GREY)
        axes.set_xscale("log")
        axes.set_xlim(1.0 / FARTHEST, FARTHEST)
        names = [f"{row.fact}  {_short(row.text)}" for row in table.itertuples()]
        axes.set_yticks(range(len(table)), names, fontsize=7)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.set_xticks([0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0])
        axes.minorticks_off()
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_xlabel("runs ÷ evidence")
        if ax is None:
            inside = int(table["inside"].sum())
            told = (
                f"90% intervals and medians of {found.runs} runs; {inside} of {len(table)} facts agree."
                f"\nShaded: within a factor of two. Intervals are cut at a factor of {FARTHEST:g}; arrows: beyond it."
            )
            style.legend(panels, _key(table), told)
    return panels


def _evidence(axes: Axes, at: int, row: Any) -> None:
    """What the evidence allows: a bound, or a range."""
    if row.bound in BOUNDS:
        axes.plot(1.0, at, BOUNDS[row.bound][0], color=EVIDENCE, ms=4.5)
    elif row.most > row.least > 0.0:
        axes.plot([1.0, row.most / row.least], [at] * 2, color=EVIDENCE, lw=6, alpha=0.25, solid_capstyle="butt")


def _runs(axes: Axes, at: int, values: list[float], agrees: bool) -> None:
    """Interval and median of the runs, over the evidence; arrows where they lie beyond the edge."""
    if not all(map(math.isfinite, values)):
        axes.text(1.0, at, "undefined in the runs", fontsize=6.5, va="center", ha="center", color=style.GREY, zorder=5,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip
        return
    ink = MODEL if agrees else MISSED
    low, middle, high = (min(FARTHEST, max(1.0 / FARTHEST, each)) for each in values)
    axes.plot([low, high], [at] * 2, color=ink, lw=1.8, solid_capstyle="butt")
    mark = "o" if middle == values[1] else "<" if middle < 1.0 else ">"
    axes.plot(middle, at, mark, color=ink, mfc=ink if agrees else "white", ms=4.5, clip_on=False, zorder=4)


def _key(table: pd.DataFrame) -> list[Artist]:
    """Entries of the key, of what is there."""
    handles: list[Artist] = [
        Line2D([], [], color=ink, marker="o", ms=4.5, mfc=ink if agrees else "white", lw=1.8, label=name)
        for agrees, ink, name in ((True, MODEL, "runs that agree"), (False, MISSED, "runs that do not"))
        if (table["inside"] == agrees).any()
    ]
    handles += [
        Line2D([], [], color=EVIDENCE, marker=mark, ms=4.5, lw=0, label=name)
        for bound, (mark, name) in BOUNDS.items()
        if (table["bound"] == bound).any()
    ]
    if ((table["bound"] == "both") & (table["most"] > table["least"])).any():
        handles.append(Line2D([], [], color=EVIDENCE, lw=6, alpha=0.25, label="range of the evidence"))
    return handles


def _allowed(row: Any) -> str:
    """The evidence in numbers: the value or bound, or a range."""
    several = row.bound not in BOUNDS and row.most > row.least > 0.0
    return f"{number(row.least)} – {number(row.most)}" if several else number(row.reference)


def _numbers(axes: Axes, at: float, *cells: str, color: str = "black") -> None:
    """Two columns right of the panel."""
    for right, cell in zip((76, 120), cells, strict=True):
        axes.annotate(
            cell, (1.0, at), xycoords=axes.get_yaxis_transform(), xytext=(right, 0), textcoords="offset points",
            fontsize=6.5, va="center", ha="right", color=color, annotation_clip=False,
        )  # fmt: skip


def parameters(found: Calibration, ax: Axes | None = None) -> list[Axes]:
    """Draws the 90% interval of each parameter before and after, as probabilities in its prior; the narrowest first.

    Args:
        found: The calibration.
        ax: Where to; a new figure by default.

    Returns:
        The axes.
    """
    table = found.parameters.sort_values("narrowed").reset_index(drop=True)
    with mpl.rc_context(style.RC):
        panels = _panels(ax, len(table))
        axes = panels[0]
        for row in table.itertuples():
            axes.plot([0.05, 0.95], [row.Index] * 2, color=style.GREY, lw=5, alpha=0.18, solid_capstyle="butt")
            axes.plot([row.position_low, row.position_high], [row.Index] * 2, color=MODEL, lw=2, solid_capstyle="butt")
            axes.plot(row.position_median, row.Index, "o", color=MODEL, ms=4)
        axes.set_xlim(0.0, 1.0)
        axes.set_ylim(-0.7, len(table) - 0.3)
        axes.set_yticks(range(len(table)), table["parameter"], fontsize=7)
        axes.set_xlabel("place in the prior (grey: 90% of the prior, blue: 90% interval and median after calibration)")
        axes.grid(axis="x")
    return panels


def _panels(ax: Axes | None, rows: int) -> list[Axes]:
    """The axes given, or new ones, high enough for so many rows."""
    return [ax] if ax is not None else style.grid(1, 1, 7.5, 0.4 + LINE * rows)


def _short(text: str, most: int = 50) -> str:
    """Text that fits beside an axis."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
