"""Tables of a comparison for the terminal."""

from __future__ import annotations

import math

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiments.comparison import CompareResult
from sim.experiments.differences import BOTH, FIXED
from sim.report.effect import LABELS, effect_label
from sim.report.numbers import number, signed
from sim.report.tables import DEFINED, Notes, drawn, empty_table, name_with_unit, shown, twin_told

SIDES = (
    "delivered",
    "denied",
    "denied_after",
    "denied_90",
    "diverted",
    "leakage",
    "chain_length",
    "premium",
    "delay",
    "cover",
    "unmet",
)
"""Measures in the table of each side, in order."""
WORLD = ("seizures", "listings", "contracts_ended", "statements", "cost", "levies", "collateral")
"""Measures of the run as a whole, in order."""
PAIRED = ("delivered", "denied", "premium", "unmet")
"""Measures for which the gain of pairing is printed."""


def compare_tables(result: CompareResult) -> list[RenderableType]:
    """What `sim compare` prints of a result.

    Args:
        result: The result.

    Returns:
        Tables and lines, in order.
    """
    summary, notes = result.summary(), Notes()
    whole = summary[(summary["product"] == "") & (summary["by"] == "")]
    apart = result.differences
    apart = apart[(apart["against"] != "twin") & (apart["product"] == "") & (apart["by"] == "")]
    shown: list[RenderableType] = [Text(compare_heading(result), style="bold")]
    for side in [side for side in dict.fromkeys(whole["side"]) if (whole["side"] == side).sum() > len(WORLD)]:
        if side:
            shown.append(_table(side, SIDES, whole[whole["side"] == side], apart[apart["side"] == side], result, notes))
    rest = whole[whole["measure"].isin(WORLD)]
    shown.append(_table("Enforcement and collateral", WORLD, rest, apart, result, notes))
    if len(result.parts):
        shown.append(_parts(result))
    if len(result.fixed):
        shown.append(_pairing(result))
    shown += [Text(f"({at}) {reason}", style="dim") for at, reason in enumerate(notes.reasons, 1)]
    return shown


def compare_heading(result: CompareResult) -> str:
    """The line above the tables: what was compared, and how to read it.

    Args:
        result: The result.
    """
    count = len(result.seeds)
    seeds = (
        f"seed {result.seeds[0]}" if count == 1 else f"{count} runs each, seeds {result.seeds[0]} to {result.seeds[-1]}"
    )
    each = drawn(next(iter(result.ensemble.values()), None))
    usual = result.measures["window"].mode().iloc[0].replace("..", " to ")
    return (
        f"{len(result.arms)} arms against {result.names[0]}; {usual}; {seeds}{each}, "
        f"{result.simulations} simulations.\n"
        f"Means over runs; below them the difference from {result.names[0]}, paired by seed, with its 90% interval "
        f"(Student t; for P(denied share) Bonett-Price). {DEFINED}"
    )


def _table(
    title: str, measures: tuple[str, ...], whole: pd.DataFrame, apart: pd.DataFrame, result: CompareResult, notes: Notes
) -> Table:
    """A line a measure, a column an arm."""
    table = empty_table(title, ["", *result.names])
    compared = {arm: (scenario, result.versus[arm]) for arm, scenario in result.arms.items()}
    for measure in measures:
        if not shown(measure, result.arms.values()):
            continue
        rows, other = whole[whole["measure"] == measure], apart[apart["measure"] == measure]
        for side in dict.fromkeys(rows["side"]):
            of, to = rows[rows["side"] == side], other[other["side"] == side]
            about = f" ({side})" if side and title != side else ""
            cells = [_cell(of[of["arm"] == arm], to[to["arm"] == arm], notes) for arm in result.names]
            name = effect_label(measure, of, compared) if measure in LABELS else name_with_unit(measure)
            table.add_row(name + about, *cells)
    return table


def _cell(rows: pd.DataFrame, apart: pd.DataFrame, notes: Notes) -> str:
    """A mean, and below it the difference from the first arm."""
    if rows.empty:
        return ""
    row = rows.iloc[0]
    if math.isfinite(row["above"]):
        text = f"> {number(row['above'], row['unit'])}"
    elif not math.isfinite(row["estimate"]):
        return notes.mark(row["reason"])
    else:
        text = number(row["estimate"], row["unit"]) + (f" n={row['n']}" if row["n"] < row["runs"] else "")
    if apart.empty:
        return f"{text}\n{twin_told(row)}" if math.isfinite(row["twin"]) else text
    other = apart.iloc[0]
    if not math.isfinite(other["difference"]):
        return f"{text}\n{notes.mark(other['reason'])}"
    text += f"\n{_difference(other['difference'], other['low'], other['high'], other['unit'])}"
    return text + (f" n={other['n']}" if other["undefined"] else "")


def _difference(mean: float, low: float, high: float, unit: str) -> str:
    """A difference with its interval; shares in percentage points."""
    text = signed(mean, unit)
    if math.isfinite(low) and math.isfinite(high):
        text += f" \\[{signed(low, unit)}, {signed(high, unit)}]"
    return f"[dim]{text}[/dim]" if low <= 0 <= high else text


def _parts(result: CompareResult) -> Group:
    """What each policy denies each side: with it less without it."""
    rows = result.parts[result.parts["measure"] == "denied"]
    sides = list(dict.fromkeys(rows["side"]))
    seeds = result.without["seed"].nunique()
    table = empty_table("Each policy's part in the denied share, leaving it out", ["", "policy", *sides])
    for arm in result.names:
        for policy in dict.fromkeys(rows.loc[rows["arm"] == arm, "policy"]):
            of = rows[(rows["arm"] == arm) & (rows["policy"] == policy)].set_index("side")
            cells = [
                _difference(of.loc[side, "part"], of.loc[side, "low"], of.loc[side, "high"], "share")
                if math.isfinite(of.loc[side, "part"])
                else "undefined"
                for side in sides
            ]
            table.add_row(arm, policy, *cells)
    known = "one seed, no interval" if seeds == 1 else f"{seeds} seeds, with 90% intervals"
    told = f"{known}; parts do not add up: policies that need each other each show the whole"
    return Group(table, Text(f"  {told}", style="dim"))


def _pairing(result: CompareResult) -> Table:
    """How many times more unpaired runs would be needed for the same precision."""
    found = result.pairing
    cases = [case for case in (BOTH, FIXED) if (found["case"] == case).any()]
    table = empty_table(
        "Variance of a difference without pairing by seed, over that with it",
        ["", "arm", *(f"{case} varies" for case in cases)],
    )
    rows = found[found["measure"].isin(PAIRED)]
    for key, of in rows.groupby(["measure", "side", "arm"], sort=False):
        measure, side, arm = key
        shown = [of[of["case"] == case].iloc[0] for case in cases]
        table.add_row(
            f"{name_with_unit(measure)} ({side})",
            arm,
            *(f"{each['factor']:.1f}" if math.isfinite(each["factor"]) else each["reason"] for each in shown),
        )
    return table
