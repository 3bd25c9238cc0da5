"""The model beside the evidence, for the terminal and as Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from sim.report.tables import empty_table
from sim.validation.validate import FORECASTS, Validation

TITLES = {
    "fit": "Facts to fit",
    "check": "Facts kept aside",
    "pattern": "Patterns",
}
"""What each role is headed with."""
RIVALS = {
    "model": "model",
    "vanishes": "a ban makes it vanish",
    "share": "a fixed share gets through",
    "persists": "the last value persists",
}
"""Forecasts as people read them."""


def number(value: float) -> str:
    """A number in three digits, thousands with a comma.

    Args:
        value: The number; NaN for none.

    Example:
        >>> number(14500000.0), number(0.4812), number(37.44), number(0.0), number(float("nan"))
        ('14,500,000', '0.481', '37.4', '0', '')
    """
    if not math.isfinite(value):
        return ""
    if value == 0.0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{min(4, max(0, digits))}f}"


def evidence_told(row: pd.Series) -> str:
    """What the evidence says, with its bound.

    Args:
        row: A row of :attr:`sim.validation.validate.Validation.table`.
    """
    low, high = row["least"], row["most"]
    if row["bound"] == "at least":
        return f"≥ {number(low)}"
    if row["bound"] == "at most":
        return f"≤ {number(high)}"
    return number(low) if low == high else f"{number(low)} – {number(high)}"


def rows(table: pd.DataFrame, role: str) -> Iterator[tuple[str, ...]]:
    """Rows of one role as text: id, fact, unit, evidence, median, interval, agrees, score.

    Args:
        table: As of :attr:`sim.validation.validate.Validation.table`.
        role: The role.

    Yields:
        Cells.
    """
    words = dict.fromkeys(("missing", "unit", "reason"), "")
    for _, row in table[table["role"] == role].astype(dict.fromkeys(words, "object")).fillna(words).iterrows():
        interval = f"{number(row['low'])} – {number(row['high'])}" if math.isfinite(row["low"]) else row["reason"]
        verdict = "inside" if row["inside"] else "within two" if row["within_two"] else "no"
        yield (
            row["fact"],
            row["text"],
            row["unit"],
            evidence_told(row),
            number(row["median"]),
            interval,
            verdict if role != "pattern" else f"{row['shown']:.0%}",
            *(number(row[name]) for name in FORECASTS),
            row["missing"],
        )


VERDICT = {"pattern": "runs that show it"}
"""What the verdict of a role is headed with, where it is not whether the model agrees."""
HEAD = ("id", "fact", "unit", "evidence", "median", "90% interval", "agrees", *FORECASTS)
"""Headings of the columns."""


def summary(scores: pd.DataFrame) -> list[str]:
    """What the scores come to, in sentences.

    Args:
        scores: As of :attr:`sim.validation.validate.Validation.scores`.
    """
    told = []
    for row in scores.itertuples():
        off = ", ".join(f"{RIVALS[name]} {getattr(row, name):.2f}" for name in FORECASTS)
        over = f"Typical factor off, over the {row.compared} that all forecast: {off}."
        told.append(
            f"{TITLES[row.role]}: {row.inside} of {row.facts} inside the 90% interval, {row.within_two} within a "
            f"factor of two. {over if row.compared else 'There is none that all forecast.'}"
        )
    return told


def validation_tables(found: Validation) -> list[RenderableType]:
    """What `sim validate` prints.

    Args:
        found: The validation.

    Returns:
        Sentences and tables, in order.
    """
    of = "its own values" if found.ensemble is None else f"{len(found.ensemble)} draws of {found.ensemble.name}"
    shown: list[RenderableType] = [
        Text(f"{found.sweep.scenario.name} beside the evidence: {found.runs} runs, {of}", style="bold")
    ]
    for role in found.scores["role"]:
        head = ("id", "fact", "evidence", "median", "90% interval", VERDICT.get(role, "agrees"), "score")
        table = empty_table(TITLES[role], head, text=2)
        for name, text, unit, *numbers in rows(found.table, role):
            table.add_row(name, f"{text} ({unit})" if unit else text, *numbers[:5])
        shown.append(table)
    told = [cells for role in found.scores["role"] for cells in rows(found.table, role)]
    missing = [f"{cells[0]}: missing is {cells[-1]}." for cells in told if cells[-1]]
    shown += [Text(line, style="dim") for line in missing]
    shown += [Text(line) for line in summary(found.scores)]
    shown.append(
        Text(
            "Scores are mean log distances (0 is right, 0.69 a factor of two, 2.3 a complete miss); the rival of a "
            f"fixed share has the share that fits best, {found.share.partition('=')[2] or 'none'}.",
            style="dim",
        )
    )
    return shown


def validation_markdown(table: pd.DataFrame, scores: pd.DataFrame) -> str:
    """The same as Markdown.

    Args:
        table: As of :attr:`sim.validation.validate.Validation.table`.
        scores: As of :attr:`sim.validation.validate.Validation.scores`.
    """
    lines = []
    for role in scores["role"]:
        head = [VERDICT.get(role, name) if name == "agrees" else name for name in HEAD] + ["missing"]
        lines += [f"### {TITLES[role]}", "", "| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
        lines += ["| " + " | ".join(cells) + " |" for cells in rows(table, role)]
        lines.append("")
    return "\n".join([*lines, *(f"- {line}" for line in summary(scores))])
