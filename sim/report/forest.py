"""Figure: differences between arms, paired by seed, with their intervals."""

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

SHOWN = ("delivered", "denied", "diverted", "premium", "delay", "unmet", "cover", "chain_length")
"""Measures drawn, each in a panel of its own scale."""


def forest_table(differences: pd.DataFrame, measures: Sequence[str] = SHOWN) -> pd.DataFrame:
    """The numbers behind the figure: differences of whole sides with the first arm.

    Args:
        differences: As in :func:`sim.experiments.differences.differences`.
        measures: Measures to show.

    Returns:
        Its rows for these measures, in their order, without those against the twin and those by product or item.
    """
    rows = differences[(differences["by"] == "") & (differences["product"] == "") & (differences["side"] != "")]
    rows = rows[(rows["against"] != "twin") & rows["measure"].isin(list(measures))]
    order = {name: at for at, name in enumerate(measures)}
    return rows.sort_values("measure", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)


def forest(table: pd.DataFrame, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws a panel a measure, a line a side, a mark an arm: the mean difference with its 90% interval.

    Measures have different units, so each panel has its own scale; the line at 0 is no difference. What is
    undefined is said.

    Args:
        table: As in :func:`forest_table`.
        axes: One a measure; a new figure by default.

    Returns:
        The axes.

    Raises:
        ValueError: If there are fewer axes than measures.
    """
    measures = list(dict.fromkeys(table["measure"]))
    arms, sides = list(dict.fromkeys(table["arm"])), sorted(set(table["side"]))
    with mpl.rc_context({**style.RC, "axes.grid.axis": "x"}):
        given = style.enough(axes, len(measures), f"{len(measures)} measures")
        height = 0.55 + 0.16 * len(sides) * max(2, len(arms))
        rows = -(-len(measures) // 2)
        panels = given or style.grid(rows, 2, 7.5, height)
        while len(panels) > len(measures):
            panels.pop().remove()
        for at, (panel, measure) in enumerate(zip(panels, measures, strict=False)):
            _panel(panel, table[table["measure"] == measure], arms, sides)
            if given is None and at % 2:
                panel.tick_params(axis="y", labelleft=False)
        if given is None:
            handles = [
                Line2D([], [], marker=_shape(place), color=style.colour(place), markersize=4.5, label=arm)
                for place, arm in enumerate(arms)
            ]
            pairs = int(table["n"].max())
            note = (
                f"Less {table['against'].iloc[0]}, same seeds: mean of up to {pairs} paired differences with its 90% "
                "interval (Student t)."
            )
            style.legend(panels, handles, note)
    return panels if given is None else list(axes or ())


def _shape(place: int) -> str:
    """Mark of an arm."""
    return MARKS[place % len(MARKS)]


def _panel(panel: Axes, rows: pd.DataFrame, arms: list[str], sides: list[str]) -> None:
    """Intervals of one measure."""
    declared = REGISTRY[rows["measure"].iloc[0]]
    panel.axvline(0.0, color="black", linewidth=0.8, zorder=1)
    spread = min(0.6, 0.22 * len(arms))
    for place, arm in enumerate(arms):
        shift = (place - (len(arms) - 1) / 2) * spread / max(1, len(arms) - 1)
        for at, side in enumerate(sides):
            found = rows[(rows["arm"] == arm) & (rows["side"] == side)]
            if found.empty:
                continue
            row, y = found.iloc[0], at + shift
            if not np.isfinite(row["difference"]):
                panel.text(
                    0.99, y, "undefined", transform=panel.get_yaxis_transform(), fontsize=7, va="center", ha="right",
                    color=style.colour(place),
                )  # fmt: skip
                continue
            if np.isfinite(row["low"]):
                panel.plot([row["low"], row["high"]], [y, y], color=style.colour(place), linewidth=1.3, zorder=2)
            panel.plot(row["difference"], y, _shape(place), color=style.colour(place), markersize=4.5, zorder=3)
    panel.set_yticks(range(len(sides)), sides)
    panel.set_ylim(len(sides) - 0.4, -0.6)
    panel.set_title(declared.label, loc="left", fontsize=9, fontweight="bold", color=style.GREY)
    share = declared.unit == "share"
    panel.set_xlabel(
        "difference, percentage points" if share else f"difference, {declared.unit}", fontsize=7.5, labelpad=1
    )
    panel.xaxis.set_major_locator(MaxNLocator(4))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _signed(100 * value if share else value)))
    # A panel in which nothing differs still needs a scale.
    low, high = panel.get_xlim()
    reach = max(abs(low), abs(high))
    if not (rows[["difference", "low", "high"]].abs() > 0).any(axis=None):
        panel.set_xlim(-1, 1)
        panel.set_xticks([0.0])
    else:
        panel.set_xlim(min(low, -0.06 * reach), max(high, 0.06 * reach))


def _signed(value: float) -> str:
    """A difference with its sign, 0 without one."""
    return "0" if abs(value) < 1e-12 else f"{value:+,.6g}".replace("-", "\u2212")
