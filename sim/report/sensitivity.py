"""Sensitivity for the terminal, for a notebook, and as figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from sim.indices.analysis import Sensitivity
from sim.indices.luck import SOURCES
from sim.indices.ranking import MAIN, ranking
from sim.indices.salib import DUMMY
from sim.indices.sentences import percent
from sim.report import style
from sim.report.notebook import FRAME, WIDTH
from sim.report.tables import empty_table

HEADS = {
    "sobol": {"first": "alone", "total": "with interactions"},
    "morris": {"mu_star": "mean size", "mu": "mean", "sigma": "spread"},
    "delta": {"delta": "delta"},
    "pawn": {"median": "median", "maximum": "greatest"},
}
"""Indices of a method in its table, with the head of their columns."""
TITLES = {
    "sobol": "share of the variance, Sobol",
    "morris": "change over the range of a factor, Morris",
    "delta": "shift of the density, delta",
    "pawn": "shift of the distribution, PAWN",
}
"""What a table of a method shows."""
SHOWN = 20
"""Factors in a table or a figure."""
WIDE = 0.5
"""Width from which an interval of a share says little."""
PAIRS = 5
"""Pairs of factors in a table."""
INKS = dict(zip(SOURCES, (style.COLOURS[0], style.COLOURS[1], style.COLOURS[4]), strict=True))
"""Colours of sources of variance."""


def sensitivity_tables(result: Sensitivity) -> list[RenderableType]:
    """What `sim sensitivity` prints.

    Args:
        result: The analysis.

    Returns:
        Tables, sentences, what was refused, and warnings, in order.
    """
    shown: list[RenderableType] = []
    for outcome, label in result.labels.items():
        for method in result.methods:
            rows = result.indices[(result.indices["outcome"] == outcome) & (result.indices["method"] == method)]
            if len(rows):
                shown.append(_indices(rows, method, label, result.units[outcome]))
    shown.append(_variance(result.variance, result.labels))
    shown.append(Text("\n".join(result.sentences())))
    bold = "bold yellow"
    for row in result.refused.to_dict("records"):
        about = f"{result.labels[row['outcome']]}, {row['method']}: "
        shown.append(Text("refused: ", style=bold) + Text(about + row["reason"], style=""))
    shown += [Text("warning: ", style=bold) + Text(each, style="") for each in result.warnings]
    return shown


def html(result: Sensitivity) -> str:
    """What the command prints, for a notebook.

    Args:
        result: The analysis.
    """
    console = Console(file=StringIO(), record=True, width=WIDTH, force_jupyter=False, legacy_windows=False)
    for part in sensitivity_tables(result):
        console.print(part)
    return console.export_html(inline_styles=True, code_format=FRAME)


def sobol_bars(rows: pd.DataFrame, label: str, ax: Axes | None = None) -> list[Axes]:
    """Draws first and total Sobol indices by factor with their intervals, greatest total first.

    Args:
        rows: Indices of one outcome, as in :attr:`sim.indices.analysis.Sensitivity.indices`.
        label: The outcome, as people read it.
        ax: Where to; a new figure by default.

    Returns:
        The axes.
    """
    names = _order(rows)
    with mpl.rc_context({**style.RC, "axes.grid.axis": "x"}):
        panels = [ax] if ax is not None else _figure(len(names), 0.42)
        panel = panels[0]
        for at, (index, name) in enumerate(HEADS["sobol"].items()):
            _bars(panel, rows[rows["index"] == index], names, (at - 0.5) * 0.36, 0.34, style.COLOURS[at], name)
        panel.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        panel.set_xlabel("share of the variance of means over seeds, with 90% interval")
        _finish(panel, names, f"{label}: Sobol indices")
        panel.legend(fontsize=8, frameon=False, loc="lower right")
    return panels


def morris_plane(rows: pd.DataFrame, label: str, unit: str, ax: Axes | None = None) -> list[Axes]:
    """Draws the mean size of elementary effects against their spread, a mark a factor.

    Below the line, where the spread is less than the mean size, a factor acts much alike everywhere. Above it, its
    effect depends on where it and the others are.

    Args:
        rows: Indices of one outcome, as in :attr:`sim.indices.analysis.Sensitivity.indices`.
        label: The outcome, as people read it.
        unit: Its unit.
        ax: Where to; a new figure by default.

    Returns:
        The axes.
    """
    by = rows.pivot(index="factor", columns="index", values=["value", "low", "high"])
    names, scale = _order(rows), 100.0 if unit == "share" else 1.0
    by = by.loc[names] * scale
    x, y = by[("value", "mu_star")].to_numpy(), by[("value", "sigma")].to_numpy()
    with mpl.rc_context(style.RC):
        panels = [ax] if ax is not None else style.grid(1, 1, 7.5, 4.2)
        panel = panels[0]
        reach = float(max(by[("high", "mu_star")].max(), y.max())) * 1.1
        panel.plot([0, reach], [0, reach], color=style.GREY, linewidth=0.8, linestyle="--", zorder=1)
        half = by[("high", "mu_star")].to_numpy() - x
        panel.errorbar(x, y, xerr=half, fmt="o", color=style.COLOURS[0], markersize=5, elinewidth=0.9, zorder=3)
        for name, right, up in zip(names, x, y, strict=True):
            panel.annotate(name, (right, up), xytext=(4, 4), textcoords="offset points", fontsize=7.5)
        panel.set_xlim(0, reach)
        panel.set_ylim(0, max(float(y.max()) * 1.2, reach * 0.1))
        shown = "percentage points" if unit == "share" else unit
        panel.set_xlabel(f"mean size of effects over the range (mu*), {shown}, with 90% interval")
        panel.set_ylabel(f"their spread (sigma), {shown}")
        panel.set_title(f"{label}: elementary effects", loc="left", fontsize=9, fontweight="bold", color=style.GREY)
        key = [Line2D([], [], color=style.GREY, linewidth=0.8, linestyle="--", label="spread = mean size")]
        panel.legend(handles=key, fontsize=8, frameon=False, loc="upper left")
    return panels


def index_bars(rows: pd.DataFrame, label: str, ax: Axes | None = None) -> list[Axes]:
    """Draws delta or PAWN by factor with intervals, greatest first, and the range of a dummy.

    Args:
        rows: Indices of one outcome by one method, as in :attr:`sim.indices.analysis.Sensitivity.indices`.
        label: The outcome, as people read it.
        ax: Where to; a new figure by default.

    Returns:
        The axes.
    """
    method = rows["method"].iloc[0]
    main = rows[rows["index"] == MAIN[method]]
    names, dummy = _order(rows), main[main["factor"] == DUMMY].iloc[0]
    with mpl.rc_context({**style.RC, "axes.grid.axis": "x"}):
        panels = [ax] if ax is not None else _figure(len(names), 0.28)
        panel = panels[0]
        panel.axvspan(dummy["low"], dummy["high"], color=style.GREY, alpha=style.BAND, linewidth=0, zorder=1,
                      label="where one without effect lies")  # fmt: skip
        _bars(panel, main, names, 0.0, 0.6, style.COLOURS[0], HEADS[method][MAIN[method]])
        panel.set_xlim(left=min(0.0, float(main["low"].min())))
        panel.set_xlabel(f"{TITLES[method]}, with 90% interval")
        _finish(panel, names, f"{label}: {'PAWN' if method == 'pawn' else method}")
        panel.legend(fontsize=8, frameon=False, loc="lower right")
    return panels


def variance_bars(variance: pd.DataFrame, labels: Mapping[str, str], ax: Axes | None = None) -> list[Axes]:
    """Draws the variance of a run by source, a bar an outcome; the table has the intervals.

    Args:
        variance: As :func:`sim.indices.luck.split` gives it, of one outcome or more.
        labels: Outcomes as people read them, by id.
        ax: Where to; a new figure by default.

    Returns:
        The axes.
    """
    outcomes = list(dict.fromkeys(variance["outcome"]))
    shares = variance.pivot(index="outcome", columns="source", values="share").loc[outcomes]
    with mpl.rc_context({**style.RC, "axes.grid.axis": "x"}):
        panels = [ax] if ax is not None else _figure(len(outcomes) + 1, 0.42)
        panel = panels[0]
        left = np.zeros(len(outcomes))
        for source in SOURCES:
            width = np.nan_to_num(shares[source].to_numpy(np.float64))
            panel.barh(range(len(outcomes)), width, left=left, height=0.6, color=INKS[source], label=source, zorder=2)
            left += width
        for at, outcome in enumerate(outcomes):
            if shares.loc[outcome].isna().any():
                panel.text(0.01, at, "undefined", fontsize=7.5, va="center", color=style.GREY)
        panel.set_xlim(0, 1)
        panel.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        panel.set_xlabel(
            "share of the variance of a single run; intervals are in the table\n"
            "luck: what a seed does in all draws alike; luck by parameters: what it does in some only"
        )
        _finish(panel, [labels[each] for each in outcomes], "Parameters and luck")
        handles = [Patch(color=INKS[source], label=source) for source in SOURCES]
        panel.legend(
            handles=handles, fontsize=8, frameon=False, loc="upper center", ncols=3, bbox_to_anchor=(0.5, -0.42)
        )
    return panels


def _indices(rows: pd.DataFrame, method: str, label: str, unit: str) -> Table:
    """Indices of one outcome by one method, greatest first; the dummy, and pairs of factors, below."""
    heads = HEADS[method]
    table = empty_table(f"{label}: {TITLES[method]}", ["", *heads.values()])
    by = rows[rows["other"] == ""].set_index(["factor", "index"])[["value", "low", "high"]]
    names = _order(rows)
    dummy = [DUMMY] if DUMMY in rows["factor"].to_numpy() else []
    for name in [*names, *dummy]:
        cells = [_told(by.loc[(name, index)].tolist(), method, unit) for index in heads]
        table.add_row(name, *cells, style="dim" if name == DUMMY else None)
    left = rows["factor"].nunique() - len(dummy) - len(names)
    pairs = rows[(rows["index"] == "second") & (rows["low"] > 0)].sort_values("value", ascending=False).head(PAIRS)
    for pair in pairs.to_dict("records"):
        bounds = [pair["value"], pair["low"], pair["high"]]
        table.add_row(f"{pair['factor']} × {pair['other']}", "", _told(bounds, method, unit))
    notes = [f"{left} more factors in the table of indices"] if left > 0 else []
    notes += ["(dummy): what a factor without effect gets"] if dummy else []
    if method == "morris" and unit:
        notes.append("percentage points" if unit == "share" else unit)
    wide = method != "morris" and float((by["high"] - by["low"]).max()) > WIDE
    told = f"n = {rows['n'].iloc[0]:,}, 90% intervals{', too wide to say much: more draws narrow them' if wide else ''}"
    table.caption = "; ".join([*notes, told])
    table.caption_justify = "left"
    return table


def _variance(variance: pd.DataFrame, labels: Mapping[str, str]) -> Table:
    """Sources of variance by outcome."""
    table = empty_table("Variance of a single run", ["", *SOURCES, "draws × seeds"])
    for outcome, rows in variance.groupby("outcome", sort=False):
        by = rows.set_index("source")
        shares = (by.loc[source, ["share", "low", "high"]] for source in SOURCES)
        cells = ["undefined" if rows["reason"].iloc[0] else percent(*each) for each in shares]
        table.add_row(labels[outcome], *cells, f"{rows['draws'].iloc[0]:,} × {rows['seeds'].iloc[0]:,}")
    table.caption = "luck: what a seed does in all draws alike; luck by parameters: what it does in some only"
    table.caption_justify = "left"
    return table


def _told(value: Sequence[float], method: str, unit: str) -> str:
    """A value with its interval."""
    if method == "sobol":
        return percent(*value)
    if method == "morris":
        estimate, low, high = (100 * each if unit == "share" else each for each in value)
        return f"{estimate:,.3g} [{low:,.3g}, {high:,.3g}]"
    estimate, low, high = value
    return f"{estimate:.2f} [{low:.2f}, {high:.2f}]"


def _order(rows: pd.DataFrame) -> list[str]:
    """Factors shown, the one that matters most first."""
    return ranking(rows)["factor"].head(SHOWN).tolist()


def _figure(bars: int, height: float) -> list[Axes]:
    """A new figure of one panel, high enough for its bars."""
    return style.grid(1, 1, 7.5, 0.9 + height * bars)


def _bars(
    panel: Axes, rows: pd.DataFrame, names: Sequence[str], shift: float, height: float, ink: str, label: str
) -> None:
    """Bars of one index with their intervals."""
    found = rows[rows["factor"] != DUMMY].set_index("factor").loc[list(names)]
    at = np.arange(len(names)) + shift
    value = found["value"].to_numpy(np.float64)
    half = (value - found["low"].to_numpy(np.float64), found["high"].to_numpy(np.float64) - value)
    panel.barh(at, value, height=height, color=style.shade(ink, 0.75), label=label, zorder=2)
    panel.errorbar(value, at, xerr=half, fmt="none", ecolor="black", elinewidth=0.9, capsize=2, zorder=3)


def _finish(panel: Axes, names: Sequence[str], title: str) -> None:
    """Names of bars, first on top, and the title."""
    panel.axvline(0.0, color="black", linewidth=0.8, zorder=4)
    panel.set_yticks(range(len(names)), list(names))
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_title(title, loc="left", fontsize=9, fontweight="bold", color=style.GREY)
