"""Figure: what was denied, to whom, by product, and what it cost those it was not meant for."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.experiments.intervals import student
from sim.experiments.over_runs import spread
from sim.measures.registry import REGISTRY
from sim.report import style
from sim.report.chains import MARKS
from sim.report.numbers import number

SHARE, UNITS, COLLATERAL, DELIVERED = "denied", "units_denied", "collateral", "delivered"
"""Measures shown: the denied share at the left, units at the right, and beside them what arrived."""
RUNS, MEAN = "5-95% of runs", "90% interval of the mean"
"""What whiskers may be."""
LINE = 0.19
"""Height of a line, inches."""
SPREAD = 0.45
"""Room that the arms of a line take, in lines."""


def denied_table(summary: pd.DataFrame, measures: pd.DataFrame | None = None) -> pd.DataFrame:
    """The numbers behind the figure.

    Args:
        summary: As in :func:`sim.experiments.over_runs.over_runs`, with ``arm`` where there are several.
        measures: Measures of the single runs of a comparison, with ``arm`` and ``seed``. With them intervals are of
            the mean, as those of differences are; without, they say how runs differ.

    Returns:
        A row an arm, side, product (empty for all in scope) and measure (``denied``, ``units_denied``,
        ``collateral`` and ``delivered``): ``arm``, ``side``, ``product``, ``measure``, ``estimate`` (mean over runs),
        ``low`` and ``high`` (bounds of the interval), ``interval`` (what they bound), ``n`` (runs in which it is
        defined), ``twin`` (mean over the twins), ``unit``, ``reason``. Products of which a side got nothing in any
        arm, with or without the policies, are left out.
    """
    rows = summary if "arm" in summary else summary.assign(arm="with policies")
    rows = rows[(rows["by"] == "") & rows["measure"].isin([SHARE, UNITS, COLLATERAL, DELIVERED])]
    rows = rows.assign(interval=RUNS) if measures is None else _of_the_mean(rows, measures)
    # Of what nobody got or lacked nothing can be denied.
    units = rows[rows["measure"].isin([UNITS, DELIVERED]) & (rows["product"] != "")]
    some = units.groupby(["side", "product"])["estimate"].apply(lambda values: bool((values != 0).any()))
    known = {pair for pair, there in some.items() if there}
    kept = [
        product == "" or (side, product) in known for side, product in zip(rows["side"], rows["product"], strict=True)
    ]
    columns = [
        "arm",
        "side",
        "product",
        "measure",
        "estimate",
        "low",
        "high",
        "interval",
        "n",
        "twin",
        "unit",
        "reason",
    ]
    return rows.loc[kept, columns].reset_index(drop=True)


def _of_the_mean(rows: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """The rows with 90% intervals of their means."""
    keys = ["arm", "measure", "side", "product"]
    single = measures[(measures["by"] == "") & measures["measure"].isin(list(rows["measure"].unique()))]
    parts = []
    for arm, own in single.groupby("arm", sort=False, observed=True):
        runs = spread(own)
        mean, half, _ = student(runs.value)
        parts.append(runs.rows[keys[1:]].assign(arm=arm, low=mean - half, high=mean + half))
    bounds = pd.concat(parts) if parts else rows[[*keys, "low", "high"]]
    return rows.drop(columns=["low", "high"]).merge(bounds, on=keys, how="left", validate="1:1").assign(interval=MEAN)


def denied(table: pd.DataFrame, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws what each side was denied: as a share of what its twin got, at the left, and in units, at the right.

    A line a side, and one for each product below it; marks are means over runs, whiskers the intervals of the table.
    Below 0 more arrived than in the twin. Collateral is civil need left unmet beyond that of the twin. A new figure
    also has what arrived in the twin and in the run, as numbers beside each line.

    Args:
        table: As in :func:`denied_table`.
        axes: Two; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there are fewer than two axes.
    """
    arms, lines = list(dict.fromkeys(table["arm"])), _lines(table)
    with mpl.rc_context({**style.RC, "axes.grid.axis": "x"}):
        given = style.enough(axes, 2, "shares and units")
        panels = given or style.grid(1, 2, 7.5, len(lines) * LINE * max(1.0, 0.6 * len(arms)) + 0.5)
        sides = sorted(set(table["side"]))
        for panel, measures in zip(panels, ((SHARE,), (UNITS, COLLATERAL)), strict=True):
            _panel(panel, table[table["measure"].isin(measures)], arms, lines, sides)
        panels[0].set_title("share of what the twin got", loc="left", fontsize=9, fontweight="bold", color=style.GREY)
        panels[1].set_title("units", loc="left", fontsize=9, fontweight="bold", color=style.GREY)
        _names(panels[0], lines, sides)
        panels[1].tick_params(axis="y", labelleft=False)
        if given is None:
            several = arms if len(arms) > 1 else []
            handles = [
                Line2D([], [], marker=MARKS[at % len(MARKS)], color=style.GREY, markersize=4.5, linewidth=0, label=arm)
                for at, arm in enumerate(several)
            ]
            _arrived(panels[1], table, arms, lines)
            style.legend(panels, handles, _note(table))
    return panels if given is None else list(axes or ())


Line = tuple[str, str, str]
"""Side, product, and the name of the line."""


def _lines(table: pd.DataFrame) -> list[Line]:
    """Lines from the top: each side, its products, and collateral below the side that it falls on."""
    lines: list[Line] = []
    for side in sorted(set(table["side"])):
        own = table[table["side"] == side]
        lines.append((side, "", side))
        lines += [(side, product, product) for product in sorted(set(own["product"]) - {""})]
        if (own["measure"] == COLLATERAL).any():
            lines.append((side, COLLATERAL, REGISTRY[COLLATERAL].label))
    return lines


def _names(panel: Axes, lines: Sequence[Line], sides: Sequence[str]) -> None:
    """Names of lines; those of sides in their colour."""
    panel.set_yticks(range(len(lines)), [name for *_, name in lines])
    for label, (side, product, _) in zip(panel.get_yticklabels(), lines, strict=True):
        if product == "":
            label.set_color(style.colour(sides.index(side)))
            label.set_fontweight("bold")


def _note(table: pd.DataFrame) -> str:
    """What the figure shows, as small print."""
    runs = int(table["n"].max()) if len(table) else 0
    what = "Denied, whole record: what the twin got less what arrived."
    if runs < 2:
        return f"{what} One run." if runs else what
    of = "5-95% of them" if table["interval"].iloc[0] == RUNS else "90% intervals of the means (Student t)"
    return f"{what} Marks are means of {runs} runs, whiskers {of}."


def _arrived(panel: Axes, table: pd.DataFrame, arms: Sequence[str], lines: Sequence[Line]) -> None:
    """Units that arrived in the twin and in the run or each arm, right of the panel."""
    found = table[table["measure"] == DELIVERED].set_index(["arm", "side", "product"])
    panel.text(
        1.03, 1.0, "arrived, units:\ntwin → run" if len(arms) == 1 else "arrived, units:\ntwin → arm",
        transform=panel.transAxes, fontsize=6.5, va="bottom", ha="left", color=style.GREY, linespacing=1.1,
    )  # fmt: skip
    for place, arm in enumerate(arms):
        for at, (side, product, _) in enumerate(lines):
            if (arm, side, product) in found.index:
                row = found.loc[(arm, side, product)]
                panel.text(
                    1.03, at + _shift(place, len(arms)),
                    f"{number(row['twin'], 'units')} → {number(row['estimate'], 'units')}",
                    transform=panel.get_yaxis_transform(), fontsize=6.5, va="center", ha="left",
                )  # fmt: skip


def _shift(place: int, arms: int) -> float:
    """How far below its line an arm stands, in lines."""
    return (place / (arms - 1) - 0.5) * SPREAD if arms > 1 else 0.0


def _panel(panel: Axes, rows: pd.DataFrame, arms: Sequence[str], lines: Sequence[Line], sides: Sequence[str]) -> None:
    """Marks with whiskers, a line each."""
    panel.axvline(0.0, color="black", linewidth=0.8, zorder=1)
    keyed = rows.assign(line=np.where(rows["measure"] == COLLATERAL, COLLATERAL, rows["product"]))
    found = keyed.set_index(["arm", "side", "line"])
    share = not (rows["measure"] == UNITS).any()
    for place, arm in enumerate(arms):
        shift = _shift(place, len(arms))
        for at, (side, line, _) in enumerate(lines):
            if (arm, side, line) not in found.index:
                continue
            row, y, ink = found.loc[(arm, side, line)], at + shift, style.colour(sides.index(side))
            if not np.isfinite(row["estimate"]):
                panel.text(
                    0.99, y, "undefined", transform=panel.get_yaxis_transform(), fontsize=6.5, va="center", ha="right",
                    color=style.GREY,
                )  # fmt: skip
                continue
            if np.isfinite(row["low"]):
                panel.plot([row["low"], row["high"]], [y, y], color=ink, linewidth=1.3, zorder=2)
            size = 5.0 if line == "" else 3.5
            panel.plot(row["estimate"], y, MARKS[place % len(MARKS)], color=ink, markersize=size, zorder=3)
    panel.set_yticks(range(len(lines)))
    panel.set_ylim(len(lines) - 0.4, -0.6)
    for at, (_, product, _) in enumerate(lines):
        if product == "" and at:
            panel.axhline(at - 0.5, color="#CCCCCC", linewidth=0.6, zorder=0)
    panel.set_xlabel("denied, %" if share else "denied, units", fontsize=7.5, labelpad=1)
    panel.xaxis.set_major_locator(MaxNLocator(5))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value if share else value:,.6g}"))
