"""The headline of a comparison: each measure in both arms and the twin, with intervals, and the paired difference."""

from __future__ import annotations

import math

import pandas as pd

from sim.experiments.comparison import CompareResult
from sim.report.comparison import SIDES, WORLD
from sim.report.effect import LABELS
from sim.report.numbers import number, signed, with_interval
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
    cells, why = {}, []
    for arm in arms:
        own = of[of["arm"] == arm]
        cells[arm] = _value(own.iloc[0]) if len(own) else ""
        why += [text for text in own["reason"] if text]
    difference = f"{arms[1][:1]} − {arms[0][:1]}, paired"
    cells[difference] = _difference(to.iloc[0]) if len(to) else ""
    twin = of.loc[of["arm"] == arms[0], "twin"]
    known = len(twin) and math.isfinite(twin.iloc[0])
    cells[f"twin of {arms[0][:1]}"] = number(twin.iloc[0], of["unit"].iloc[0]) if known else ""
    cells["note"] = "; ".join(dict.fromkeys(why))
    return cells


def _value(row: pd.Series) -> str:
    """A value of an arm with its interval."""
    if math.isfinite(row["above"]):
        return f"> {number(row['above'], row['unit'])}"
    if not math.isfinite(row["estimate"]):
        return "undefined"
    text = with_interval(row["estimate"], row["low"], row["high"], row["unit"])
    return text + (f" n={row['n']}" if row["n"] < row["runs"] else "")


def _difference(row: pd.Series) -> str:
    """A difference with its interval."""
    if not math.isfinite(row["difference"]):
        return "undefined"
    text = signed(row["difference"], row["unit"])
    if math.isfinite(row["low"]) and math.isfinite(row["high"]):
        text += f" [{signed(row['low'], row['unit'])}, {signed(row['high'], row['unit'])}]"
    return text + (f" n={row['n']}" if row["undefined"] else "")
