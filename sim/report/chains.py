"""Figure: how many firms goods went through on their way to each side, and what each took."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from sim.experiments.over_runs import over_runs
from sim.measures.frame import KEYS
from sim.report import style

QUANTITIES = (
    ("chain_length_share", "chain_length", "share of units delivered", "firms between maker and end user"),
    ("mark_up", "hop", "mark-up on the seller's cost", "sale on the way (1: the maker's)"),
)
"""Measure, what it is broken down by, axis label, label of the items, top row first."""
MARKS = ("o", "s", "^", "D", "v", "P", "X")
"""Marks of arms, so that they are told apart in grey too."""
LEAST_SHARE = 0.005
"""Lengths and sales through which less than this share of units went, in run and twin alike, are not drawn."""


def chain_table(measures: pd.DataFrame) -> pd.DataFrame:
    """The numbers behind the figure.

    Args:
        measures: As in :func:`sim.measures.frame.measures`, with ``seed``, and ``arm`` where there are several.

    Returns:
        One row a quantity, a side, an item, and a run or twin. Columns: ``quantity`` (id of the measure), ``side``,
        ``item`` (firms, or number of the sale), ``arm``, ``mean``, ``low`` and ``high`` (5% and 95% quantiles over
        runs; missing for one run), ``n`` (runs in which it is defined), ``runs``, ``unit``.
    """
    measures = measures if "arm" in measures else measures.assign(arm="with policies")
    arms = list(dict.fromkeys(measures["arm"]))
    shared = _shared_twins(measures, arms)
    parts = []
    for measure, by, _, _ in QUANTITIES:
        rows = measures[(measures["measure"] == measure) & ((measures["by"] == by) | (measures["by"] == ""))]
        for first, sharing in shared.items():
            # Of items that a run lacks, measures that are not additive do not tell the twin's value: ask all arms.
            twin = rows[rows["arm"].isin(sharing)]
            twin = twin.assign(value=twin["twin"], above=np.nan, reason="")
            twin = twin[twin["value"].notna()].drop_duplicates(["seed", *KEYS])
            parts.append(_joined(twin, "twin" if first == arms[0] else f"twin of {first}", measure, by))
        parts += [_joined(rows[rows["arm"] == arm], arm, measure, by) for arm in arms]
    whole = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return whole.sort_values(["quantity", "side", "item"], kind="stable").reset_index(drop=True)


def chains(table: pd.DataFrame, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Draws the distribution of chain lengths, and the mark-up sale by sale; a side a column.

    Marks are means over runs, whiskers go from the 5% to the 95% quantile over them.

    Args:
        table: As in :func:`chain_table`.
        axes: Twice as many as sides: the lengths of each side in order of name, then the mark-ups; a new figure by
            default.

    Returns:
        The axes.

    Raises:
        ValueError: If there are fewer.
    """
    sides = sorted(set(table["side"]))
    arms = sorted(set(table["arm"]), key=list(dict.fromkeys(table["arm"])).index)
    arms = [arm for arm in arms if arm.startswith("twin")] + [arm for arm in arms if not arm.startswith("twin")]
    # A single arm takes the colour of the side; several are told apart by colour themselves.
    alone = sum(not arm.startswith("twin") for arm in arms) == 1
    with mpl.rc_context(style.RC):
        given = style.enough(axes, 2 * len(sides), "lengths and mark-ups")
        panels = given or style.grid(2, len(sides), 7.5, 2.4)
        for at, (measure, _, label, below) in enumerate(QUANTITIES):
            line = panels[at * len(sides) : (at + 1) * len(sides)]
            for row, (panel, side) in enumerate(zip(line, sides, strict=True)):
                rows = table[(table["quantity"] == measure) & (table["side"] == side)]
                ink = style.colour(row) if alone else None
                if rows.empty:
                    why = _why_empty(table, side)
                    panel.text(0.5, 0.5, why, transform=panel.transAxes, ha="center", color=style.GREY)
                else:
                    _panel(panel, _worth_showing(rows, table, side, measure), arms, ink)
                if at == 0:
                    panel.set_title(side, loc="left", color=ink or "black", fontweight="bold", fontsize=9)
                panel.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
                panel.set_xlabel(below, fontsize=7.5)
            line[0].set_ylabel(label)
            _same_scale(line)
        if given is None:
            handles = [_mark(arm, place, arms, "black" if alone else None) for place, arm in enumerate(arms)]
            style.legend(panels, handles, _small_print(table))
    return panels if given is None else list(axes or ())


def _shared_twins(measures: pd.DataFrame, arms: list[str]) -> dict[str, list[str]]:
    """Arms whose twins deliver the same, under the first of them."""
    measure, by = QUANTITIES[0][:2]
    shared: dict[str, list[str]] = {}
    known: dict[str, pd.Series] = {}
    for arm in arms:
        rows = measures[(measures["arm"] == arm) & (measures["measure"] == measure) & (measures["by"] == by)]
        twin = rows[rows["twin"] > 0].set_index(["seed", "side", "item"])["twin"].sort_index()
        first = next((name for name, other in known.items() if twin.equals(other)), arm)
        known.setdefault(first, twin)
        shared.setdefault(first, []).append(arm)
    return shared


def _joined(rows: pd.DataFrame, arm: str, measure: str, by: str) -> pd.DataFrame:
    """One quantity of a run or a twin over runs."""
    columns = ["quantity", "side", "item", "arm", "mean", "low", "high", "n", "runs", "unit"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    found = over_runs(rows)
    found = found[(found["by"] == by) & found["estimate"].notna()]
    return pd.DataFrame(
        {
            "quantity": measure,
            "side": found["side"],
            "item": found["item"].astype(int),
            "arm": arm,
            "mean": found["estimate"],
            "low": found["low"],
            "high": found["high"],
            "n": found["n"],
            "runs": found["runs"],
            "unit": found["unit"],
        }
    ).reset_index(drop=True)


def _worth_showing(rows: pd.DataFrame, table: pd.DataFrame, side: str, measure: str) -> pd.DataFrame:
    """Rows without the far ends through which hardly anything went."""
    lengths = table[(table["quantity"] == QUANTITIES[0][0]) & (table["side"] == side)]
    used = lengths.loc[lengths["mean"] >= LEAST_SHARE, "item"]
    if used.empty:
        return rows
    # A chain of k firms has sales 1 to k + 1.
    last = int(used.max()) + (measure != QUANTITIES[0][0])
    return rows[rows["item"] <= last]


def _why_empty(table: pd.DataFrame, side: str) -> str:
    """Why a panel shows nothing: no goods came, or no ledger tells their mark-ups."""
    came = (table["quantity"] == QUANTITIES[0][0]) & (table["side"] == side)
    return "no ledger kept" if came.any() else "nothing delivered"


def _panel(panel: Axes, rows: pd.DataFrame, arms: list[str], ink: str | None) -> None:
    """Marks with whiskers, those of several arms beside each other."""
    panel.axhline(0.0, color=style.GREY, linewidth=0.6)
    width = min(0.7, 0.22 * len(arms))
    for place, arm in enumerate(arms):
        own = rows[rows["arm"] == arm]
        x = own["item"].to_numpy(np.float64) + (place - (len(arms) - 1) / 2) * width / max(1, len(arms) - 1)
        mark = _mark(arm, place, arms, ink)
        reach = np.abs(own[["low", "high"]].to_numpy(np.float64).T - own["mean"].to_numpy(np.float64))
        panel.errorbar(
            x, own["mean"], np.nan_to_num(reach), fmt=mark.get_marker(), color=mark.get_color(), markersize=4.5,
            markerfacecolor=mark.get_markerfacecolor(), elinewidth=0.9, capsize=0, zorder=3,
        )  # fmt: skip
    items = sorted(set(rows["item"]))
    panel.set_xticks(items)
    panel.set_xlim(items[0] - 0.6, items[-1] + 0.6)


def _mark(arm: str, place: int, arms: list[str], ink: str | None) -> Line2D:
    """How an arm is drawn: twins hollow and grey, arms filled."""
    twins = sum(each.startswith("twin") for each in arms)
    if place < twins:
        name = "twin without policies" if arm == "twin" else arm
        return Line2D(
            [], [], linestyle="none", marker=MARKS[place % len(MARKS)], color=style.GREY, markerfacecolor="white",
            markersize=4.5, label=name,
        )  # fmt: skip
    ink, shape = ink or style.colour(place - twins), MARKS[(place - twins) % len(MARKS)]
    return Line2D([], [], linestyle="none", marker=shape, color=ink, markersize=4.5, label=arm)


def _same_scale(panels: Sequence[Axes]) -> None:
    """One scale for all sides."""
    low = min(panel.get_ylim()[0] for panel in panels)
    high = max(panel.get_ylim()[1] for panel in panels)
    for panel in panels:
        panel.set_ylim(low, high)


def _small_print(table: pd.DataFrame) -> str:
    """How many runs stand behind the marks."""
    runs = int(table["runs"].max())
    found = table[table["quantity"] == QUANTITIES[1][0]]
    known = int(found["n"].max()) if len(found) else 0
    text = f"Means over {runs} runs; whiskers 5-95% of them." if runs > 1 else "One run."
    if known == 0:
        return f"{text} Mark-ups need a ledger; none was kept."
    return f"{text} Mark-ups: {known} of {runs} runs kept a ledger." if known < runs else text
