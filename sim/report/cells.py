"""Cells of the tables of a report: a number as text, with its interval, and the number itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from sim.report.numbers import number, signed


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: What it says.
        interval: The interval below it; empty for none.
        value: The number that the text stands for; None where there is none.
        note: What else is to be said of the number.
        faint: Whether the interval of a difference holds zero.
    """

    text: str
    interval: str = ""
    value: float | None = None
    note: str = ""
    faint: bool = False


NOTHING = Cell("–")
"""A cell where nothing is to be said."""


def between(low: float, high: float, unit: str) -> str:
    """An interval in words; empty where there is none.

    Args:
        low: Lower bound.
        high: Upper bound.
        unit: Unit as the measure declares it.

    Example:
        >>> between(0.1, 0.25, "share"), between(float("nan"), float("nan"), "share")
        ('10.0% to 25.0%', '')
    """
    known = math.isfinite(low) and not math.isnan(high)
    return f"{number(low, unit)} to {number(high, unit)}" if known else ""


def estimate(rows: pd.DataFrame) -> Cell:
    """The estimate of a measure over runs.

    Args:
        rows: The measure's row of a summary, or none.
    """
    if rows.empty:
        return NOTHING
    row = rows.iloc[0]
    unit, some = row["unit"], f"in {row['n']} of {row['runs']} runs" if 0 < row["n"] < row["runs"] else ""
    if math.isfinite(row["above"]):
        return Cell(f"> {number(row['above'], unit)}", "", float(row["above"]), some)
    if not math.isfinite(row["estimate"]):
        return Cell("undefined", note=str(row["reason"]))
    text = number(row["estimate"], unit)
    return Cell(text, between(row["low"], row["high"], unit), float(row["estimate"]), some)


def twin(rows: pd.DataFrame) -> Cell:
    """The mean of a measure in the twins.

    Args:
        rows: The measure's row of a summary, or none.
    """
    if rows.empty or not math.isfinite(rows.iloc[0]["twin"]):
        return NOTHING
    row = rows.iloc[0]
    some = f"in {row['twin_n']} of {row['runs']} runs" if row["twin_n"] < row["runs"] else ""
    return Cell(number(row["twin"], row["unit"]), "", float(row["twin"]), some)


def difference(rows: pd.DataFrame, column: str = "difference") -> Cell:
    """A paired difference with its interval.

    Args:
        rows: The measure's row of :attr:`CompareResult.differences` or ``.parts``, or none.
        column: Column of the difference.
    """
    if rows.empty:
        return NOTHING
    row = rows.iloc[0]
    if not math.isfinite(row[column]):
        return Cell("undefined", note=str(row["reason"]))
    low, high, unit = row["low"], row["high"], row["unit"]
    known = math.isfinite(low) and math.isfinite(high)
    interval = f"{signed(low, unit)} to {signed(high, unit)}" if known else ""
    some = f"in {row['n']} of {row['n'] + row['undefined']} runs" if row["undefined"] else ""
    return Cell(signed(row[column], unit), interval, float(row[column]), some, bool(known and low <= 0 <= high))
