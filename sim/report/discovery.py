"""Boxes for the terminal and as figures: coverage against density, limits, pairs of factors."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from io import StringIO

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import PercentFormatter
from rich.console import Console, RenderableType
from rich.text import Text

from sim.discovery.result import Discovery
from sim.discovery.wording import limit
from sim.report import style
from sim.report.notebook import FRAME, WIDTH
from sim.report.tables import empty_table

INSIDE, OUTSIDE, BOX = style.COLOURS[1], style.COLOURS[5], style.COLOURS[0]
"""Colours of cases of interest, of others, and of boxes."""
MOST = 4
"""Factors of a box whose pairs are drawn, the strongest restrictions first."""


def discovery_tables(found: Discovery) -> list[RenderableType]:
    """What `sim discover` prints.

    Args:
        found: What was discovered.

    Returns:
        Sentences and tables, in order, warnings last.
    """
    method = "PRIM" if found.settings.method == "prim" else "CART"
    heading = f"{found.label} {found.where.words}; {len(found.cases):,} {found.kind}; {method}"
    shown: list[RenderableType] = [Text(heading, style="bold"), Text(found.text)]
    if len(found.scores):
        shown += [_scores(found.scores), _boxes(found.boxes)]
    shown += [Text(note, style="dim") for note in found.notes]
    shown += [Text("warning: ", style="bold yellow") + Text(each, style="not bold") for each in found.warnings]
    return shown


def html(found: Discovery) -> str:
    """What a notebook shows: what the command prints.

    Args:
        found: What was discovered.
    """
    console = Console(file=StringIO(), record=True, width=WIDTH, force_jupyter=False, legacy_windows=False)
    for part in discovery_tables(found):
        console.print(part)
    return console.export_html(inline_styles=True, code_format=FRAME)


def trajectory(found: Discovery, box: str = "1", ax: Axes | None = None) -> list[Axes]:
    """Draws coverage against density, a mark a step of the search, with the step chosen marked.

    Filled marks are the steps over the cases that made them, open ones over cases held out. The line across is the
    share of cases of interest: the density of no box at all.

    Args:
        found: What was discovered.
        box: Which box; the path of CART is one for all.
        ax: Where to; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there is no such box.
    """
    path = found.trajectory
    rows = path[path["box"] == ("all" if found.settings.method == "cart" else box)]
    if rows.empty:
        raise ValueError(f"there is no box {box!r}; there are {', '.join(path['box'].unique())}")
    chosen = rows[rows["chosen"]]
    with mpl.rc_context({**style.RC, "axes.grid.axis": "both"}):
        panels = style.new_axes(1, 4.0) if ax is None else [ax]
        panel = panels[0]
        share = rows["of_interest"].iloc[0] / rows["cases"].iloc[0] if found.settings.method == "prim" else (
            float(found.cases.interest.mean())
        )  # fmt: skip
        panel.axhline(share, color=style.GREY, linewidth=0.8, linestyle=style.ONSET)
        panel.plot(rows["coverage"], rows["density"], "o", color=BOX, markersize=4, alpha=0.55)
        panel.plot(
            rows["held_out_coverage"], rows["held_out_density"], "o", markerfacecolor="none", color=INSIDE,
            markersize=4, alpha=0.7,
        )  # fmt: skip
        for row in chosen.to_dict("records"):
            x, y = row["coverage"], row["density"]
            panel.plot([x, row["held_out_coverage"]], [y, row["held_out_density"]], color="black", linewidth=0.8)
            panel.plot(x, y, "*", color="black", markersize=13, zorder=4)
            panel.annotate(
                f"chosen: {row['factors']}", (x, y), xytext=(0, -14), textcoords="offset points", fontsize=8,
                ha="right" if x > 0.5 else "left", va="top",
            )  # fmt: skip
        panel.set(xlabel="coverage, part of the cases of interest that lie in the box", xlim=(0, 1.03), ylim=(0, 1.03))
        panel.set_ylabel("density, part of the cases in the box that are of interest", fontsize=8)
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0))
        panel.set_title(_title(found, box), loc="left", fontsize=9, fontweight="bold", color=style.GREY)
        if ax is None:
            handles = [
                Line2D([], [], marker="o", color=BOX, linestyle="", label="steps, over the cases that made them"),
                Line2D([], [], marker="o", markerfacecolor="none", color=INSIDE, linestyle="", label="held out"),
                Line2D([], [], color=style.GREY, linestyle=style.ONSET, label="share of cases of interest"),
            ]
            handles += [Line2D([], [], marker="*", color="black", linestyle="", label="chosen")] * bool(len(chosen))
            style.legend(panels, handles, "")
    return panels


def limits(found: Discovery, box: str = "1", ax: Axes | None = None) -> list[Axes]:
    """Draws the limits of a box, a line a factor: the sampled range in grey, the box on it.

    Args:
        found: What was discovered.
        box: Which box.
        ax: Where to; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there is no such box.
    """
    rows = _rows(found, box)
    with mpl.rc_context({**style.RC, "axes.grid": False}):
        panels = style.new_axes(1, 0.6 + 0.45 * len(rows)) if ax is None else [ax]
        panel = panels[0]
        for at, row in enumerate(rows.to_dict("records")):
            least, most = row["sampled_low"], row["sampled_high"]
            low, high = ((row[name] - least) / (most - least) for name in ("low", "high"))
            panel.plot([0, 1], [at, at], color="#D0D0D0", linewidth=7, solid_capstyle="butt", zorder=1)
            panel.plot([low, high], [at, at], color=BOX, linewidth=7, solid_capstyle="butt", zorder=2)
            for place, value, side in ((low, row["low"], "below"), (high, row["high"], "above")):
                if row["side"] != side:
                    told = limit(value, most - least)
                    panel.text(place, at - 0.2, told, ha="center", va="bottom", fontsize=8, color=BOX)
            for place, value, align in ((0, least, "left"), (1, most, "right")):
                told = limit(value, most - least)
                panel.text(place, at + 0.2, told, ha=align, va="top", fontsize=7.5, color=style.GREY)
            panel.text(1.03, at, f"quasi-p {_p(row['quasi_p'])}", va="center", fontsize=7.5, color=style.GREY)
        panel.set_yticks(range(len(rows)), [_named(row) for row in rows.to_dict("records")])
        panel.set_ylim(len(rows) - 0.4, -0.75)
        panel.set_xlim(-0.02, 1.2)
        panel.set_xticks([])
        panel.spines[["bottom", "left"]].set_visible(False)
        panel.tick_params(axis="y", length=0)
        panel.set_title(_title(found, box), loc="left", fontsize=9, fontweight="bold", color=style.GREY)
        if ax is None:
            style.legend(panels, [Patch(color=BOX, label="box"), Patch(color="#D0D0D0", label="sampled")], "")
    return panels


def pairs(found: Discovery, box: str = "1", axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws the cases over each pair of factors that a box restricts, with the box; at most :data:`MOST` factors.

    A box with one restriction is drawn against the factor that comes first of the others, or alone.

    Args:
        found: What was discovered.
        box: Which box.
        axes: One a pair; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there is no such box, or there are fewer axes than pairs.
    """
    rows = _rows(found, box).head(MOST)
    factors = rows["factor"].tolist()
    if len(factors) == 1:
        factors += [name for name in found.cases.names if name != factors[0]][:1] or factors
    drawn = list(itertools.combinations(factors, 2))
    points = found.points
    by_name = {row["factor"]: row for row in rows.to_dict("records")}
    with mpl.rc_context({**style.RC, "axes.grid": False}):
        given = style.enough(axes, len(drawn), f"{len(drawn)} pairs of factors")
        columns = min(3, len(drawn))
        panels = given or style.grid(-(-len(drawn) // columns), columns, 2.6 * columns + 1.0, 2.5)
        while len(panels) > len(drawn):
            panels.pop().remove()
        for panel, (x, y) in zip(panels, drawn, strict=True):
            for of_interest, ink, size in ((False, OUTSIDE, 5), (True, INSIDE, 7)):
                some = points[points["of_interest"] == of_interest]
                panel.scatter(some[x], some[y], s=size, color=ink, alpha=0.7, linewidths=0)
            (left, right), (bottom, top) = (_extent(by_name.get(name), points[name]) for name in (x, y))
            panel.add_patch(
                Rectangle(
                    (left, bottom), right - left, top - bottom, fill=False, edgecolor=BOX, linewidth=1.8, zorder=3
                )
            )
            for name, say in ((x, panel.set_xlabel), (y, panel.set_ylabel)):
                say(_named(by_name[name]) if name in by_name else found.titles.get(name, name), fontsize=8)
        if given is None:
            handles = [
                Line2D([], [], marker="o", linestyle="", color=INSIDE, markersize=4, label="of interest"),
                Line2D([], [], marker="o", linestyle="", color=OUTSIDE, markersize=4, label="not"),
                Line2D([], [], color=BOX, label=f"box {box}"),
            ]
            style.legend(
                panels, handles, f"Of interest: {found.label} {found.where.words}. Every {found.kind[:-1]} is shown."
            )
    return list(panels) if given is not None else panels


def _rows(found: Discovery, box: str) -> pd.DataFrame:
    """Restrictions of a box."""
    rows = found.boxes[found.boxes["box"] == box]
    if rows.empty:
        there = ", ".join(found.boxes["box"].unique())
        raise ValueError(f"there is no box {box!r}; there {f'are {there}' if there else 'is none'}")
    return rows


def _extent(row: dict | None, values: pd.Series) -> tuple[float, float]:
    """Where a box begins and ends along a factor."""
    return (row["low"], row["high"]) if row is not None else (float(values.min()), float(values.max()))


def _title(found: Discovery, box: str) -> str:
    """What a figure is about."""
    return f"{found.label} {found.where.words}" + (f", box {box}" if found.settings.method == "prim" else "")


def _named(row: dict) -> str:
    """A factor with its unit."""
    return f"{row['title']}, {row['unit']}" if row["unit"] else row["title"]


def _p(value: float) -> str:
    """A p-value."""
    return "-" if math.isnan(value) else "< 0.001" if value < 0.001 else f"{value:.3f}"


def _scores(scores: pd.DataFrame) -> RenderableType:
    """Scores of boxes."""
    heads = ("box", "cases", "of interest", "mass", "density", "held out", "coverage", "held out", "new", "chance p")
    table = empty_table("Boxes", heads)
    for row in scores.to_dict("records"):
        table.add_row(
            row["box"], f"{row['cases']:,}", f"{row['of_interest']:,}", f"{row['mass']:.1%}", f"{row['density']:.0%}",
            _held(row, "density"), f"{row['coverage']:.0%}", _held(row, "coverage"), f"{row['new_coverage']:.0%}",
            _p(row["chance_p"]),
        )  # fmt: skip
    table.caption = "new: coverage by cases in no earlier box; chance p: random labels that score as well"
    table.caption_justify = "left"
    return table


def _held(row: dict, name: str) -> str:
    """A held-out share with its interval."""
    value, low, high = (row[f"held_out_{name}{end}"] for end in ("", "_low", "_high"))
    return "-" if math.isnan(value) else f"{value:.0%} [{low:.0%}, {high:.0%}]"


def _boxes(boxes: pd.DataFrame) -> RenderableType:
    """Restrictions of boxes."""
    table = empty_table("Restrictions", ("box", "restriction", "unit", "sampled", "quasi-p"))
    table.columns[1].justify = "left"
    before = ""
    for row in boxes.to_dict("records"):
        span = row["sampled_high"] - row["sampled_low"]
        sampled = f"{limit(row['sampled_low'], span)} to {limit(row['sampled_high'], span)}"
        shown = row["box"] if row["box"] != before else ""
        table.add_row(shown, row["words"], row["unit"], sampled, _p(row["quasi_p"]))
        before = row["box"]
    return table
