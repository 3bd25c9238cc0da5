"""Figure: what was denied, to whom, by product, and what it cost those it was not meant for."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.measures.registry import REGISTRY
from sim.report import style
from sim.report.chains import MARKS

SHARE, UNITS, COLLATERAL = "denied", "units_denied", "collateral"
"""Measures shown: the denied share at the left, units at the right."""
LINE = 0.19
"""Height of a line, inches."""


def denied_table(summary: pd.DataFrame) -> pd.DataFrame:
    """The numbers behind the figure.

    Args:
        summary: As in :func:`sim.experiments.over_runs.over_runs`, with ``arm`` where there are several.

    Returns:
        A row an arm, side, product (empty for all in scope) and measure (``denied``, ``units_denied`` and
        ``collateral``): ``arm``, ``side``, ``product``, ``measure``, ``estimate`` (mean over runs), ``low`` and
        ``high`` (5% and 95% quantiles over runs), ``n`` (runs in which it is defined), ``unit``, ``reason``. Products
        of which a side got nothing in any arm, with or without the policies, are left out.
    """
    rows = summary if "arm" in summary else summary.assign(arm="with policies")
    rows = rows[rows["by"] == ""]
    # Of what nobody got or lacked nothing can be denied.
    units = rows[rows["measure"].isin([UNITS, "delivered"]) & (rows["product"] != "")]
    some = units.groupby(["side", "product"])["estimate"].apply(lambda values: bool((values != 0).any()))
    known = {pair for pair, there in some.items() if there}
    rows = rows[rows["measure"].isin([SHARE, UNITS, COLLATERAL])]
    kept = [
        product == "" or (side, product) in known for side, product in zip(rows["side"], rows["product"], strict=True)
    ]
    columns = ["arm", "side", "product", "measure", "estimate", "low", "high", "n", "unit", "reason"]
    return rows.loc[kept, columns].reset_index(drop=True)


def denied(table: pd.DataFrame, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws what each side was denied: as a share of what its twin got, at the left, and in units, at the right.

    A line a side, and one for each product below it; marks are means over runs, whiskers go from the 5% to the 95%
    quantile. Below 0 more arrived than in the twin. Collateral is civil need left unmet beyond that of the twin.

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
            runs = int(table["n"].max()) if len(table) else 0
            whiskers = f" Marks are means of {runs} runs, whiskers 5-95% of them." if runs > 1 else ""
            style.legend(panels, handles, f"Denied, whole record: what the twin got less what arrived.{whiskers}")
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


def _panel(panel: Axes, rows: pd.DataFrame, arms: Sequence[str], lines: Sequence[Line], sides: Sequence[str]) -> None:
    """Marks with whiskers, a line each."""
    panel.axvline(0.0, color="black", linewidth=0.8, zorder=1)
    spread = 0.45 if len(arms) > 1 else 0.0
    keyed = rows.assign(line=np.where(rows["measure"] == COLLATERAL, COLLATERAL, rows["product"]))
    found = keyed.set_index(["arm", "side", "line"])
    share = not (rows["measure"] == UNITS).any()
    for place, arm in enumerate(arms):
        shift = (place / max(1, len(arms) - 1) - 0.5) * spread
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
