"""The headline of a comparison: each measure in both arms and the twin, with intervals, and the paired difference."""

from __future__ import annotations

import pandas as pd

from sim.experiments.comparison import CompareResult
from sim.report.cells import NOTHING, Cell, difference, estimate, twin
from sim.report.comparison import SIDES, WORLD
from sim.report.effect import LABELS
from sim.report.tables import name_with_unit, shown

WHOLE = "Enforcement and collateral"
"""Name of the part that is about no one side."""


def headline(result: CompareResult) -> dict[str, pd.DataFrame]:
    """Tables to read, one a side and one of the run as a whole.

    Args:
        result: A comparison of two arms.

    Returns:
        By side: one row a measure; columns are the first arm, the second, the difference, the first arm's twin, and
        where something is undefined why. Arms show the mean over runs and where 90% of the runs are, the difference its
        mean and 90% interval, paired by seed.
    """
    summary, apart = result.summary(), result.differences
    summary = summary[(summary["product"] == "") & (summary["by"] == "")]
    apart = apart[(apart["against"] != "twin") & (apart["product"] == "") & (apart["by"] == "")]
    sides = [side for side in dict.fromkeys(summary["side"]) if side]
    told = {
        side: [(measure, side) for measure in SIDES]
        for side in sides
        if (summary.loc[summary["side"] == side, "measure"] == "delivered").any()
    }
    told[WHOLE] = [
        (measure, side)
        for measure in WORLD
        if shown(measure, result.arms.values())
        for side in dict.fromkeys(summary.loc[summary["measure"] == measure, "side"])
    ]
    tables = {}
    for title, about in told.items():
        rows = {}
        for measure, side in about:
            of = summary[(summary["measure"] == measure) & (summary["side"] == side)]
            to = apart[(apart["measure"] == measure) & (apart["side"] == side)]
            name = LABELS.get(measure) or name_with_unit(measure)
            rows[name + (f" ({side})" if title == WHOLE and side else "")] = _row(of, to, result.names)
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure").reset_index()
        tables[title] = table if (table["note"] != "").any() else table.drop(columns="note")
    return tables


def _row(of: pd.DataFrame, to: pd.DataFrame, arms: list[str]) -> dict[str, str]:
    """Cells of a measure."""
    row: dict[str, str] = {}
    for arm in arms:
        row[arm] = _text(estimate(of[of["arm"] == arm]))
    row[f"{arms[1][:1]} − {arms[0][:1]}, paired"] = _text(difference(to))
    row[f"twin of {arms[0][:1]}"] = _text(twin(of[of["arm"] == arms[0]]))
    row["note"] = "; ".join(dict.fromkeys(text for text in of["reason"] if text))
    return row


def _text(cell: Cell) -> str:
    """A cell in a line; why something is undefined stands in a column of its own."""
    if cell is NOTHING:
        return ""
    some = f", {cell.note}" if cell.note and cell.value is not None else ""
    return f"{cell.text} [{cell.interval}]{some}" if cell.interval else f"{cell.text}{some}"
