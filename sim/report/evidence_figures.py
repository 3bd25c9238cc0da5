"""The model beside the evidence, and priors beside calibrated draws, as figures."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from sim.calibration.calibrate import Calibration
from sim.report import style
from sim.validation.validate import Validation

FARTHEST = 10.0
"""Runs further off than this factor are drawn at it."""
MODEL = style.COLOURS[0]
"""Colour of the model."""


def facts(found: Validation, role: str = "fit", ax: Axes | None = None) -> list[Axes]:
    """Draws each fact as a line at 1, and the 90% interval of the runs over it; bounds as arrows to the side allowed.

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
    table = table.assign(reference=reference)[(reference > 0.0).to_numpy()].iloc[::-1].reset_index(drop=True)
    if not len(table):
        raise ValueError(f"no fact with the role {role!r} has a number to draw")
    with mpl.rc_context(style.RC):
        panels = _panels(ax, len(table))
        axes = panels[0]
        axes.axvspan(0.5, 2.0, color=style.GREY, alpha=0.08, lw=0)
        axes.axvline(1.0, color=style.COLOURS[6], lw=1)
        for row in table.itertuples():
            low, middle, high = (
                min(FARTHEST, max(1.0 / FARTHEST, each / row.reference)) for each in (row.low, row.median, row.high)
            )
            colour = MODEL if row.inside else style.COLOURS[1]
            axes.plot([low, high], [row.Index] * 2, color=colour, lw=2, solid_capstyle="butt")
            axes.plot(middle, row.Index, "o", color=colour, ms=4)
            if row.bound != "both":
                axes.plot(1.0, row.Index, ">" if row.bound == "at least" else "<", color=style.COLOURS[6], ms=5)
            elif row.most > row.least > 0.0:
                axes.plot([1.0, row.most / row.least], [row.Index] * 2, color=style.COLOURS[6], lw=6, alpha=0.25)
        axes.set_xscale("log")
        axes.set_xlim(1.0 / FARTHEST, FARTHEST)
        axes.set_yticks(
            range(len(table)), [f"{row.fact}  {_short(row.text)}" for row in table.itertuples()], fontsize=7
        )
        axes.set_ylim(-0.7, len(table) - 0.3)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_xlabel("model ÷ evidence (grey: within a factor of two)")
        inside = int(table["inside"].sum())
        told = f"90% intervals and medians of {found.runs} runs hold {inside} of {len(table)} facts (orange: not)"
        axes.set_title(f"{told}; triangles: bounds", loc="left", fontsize=9)
        axes.grid(axis="x")
    return panels


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
    return [ax] if ax is not None else style.grid(1, 1, 9.0, 0.1 + 0.22 * rows)


def _short(text: str, most: int = 62) -> str:
    """Text that fits beside an axis."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
