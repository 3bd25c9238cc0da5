"""Rows of the evidence for the terminal, and as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from sim.declare.errors import shortened
from sim.observables.reading import Observable
from sim.scenario.citations import Citation
from sim.seeds.cells import BOUNDS, CONFIDENCE, ROLES


def amount(value: float) -> str:
    """A number of the evidence as text, in full; empty for NaN.

    Example:
        >>> amount(14500000.0), amount(0.45), amount(-0.4), amount(float("nan"))
        ('14,500,000', '0.45', '-0.4', '')
    """
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.12g}"


def spread(row: Mapping[str, Any]) -> str:
    """The number of a row with its bound and range.

    Args:
        row: A row of the evidence frame.

    Example:
        >>> spread({"value": 0.45, "low": 0.15, "high": 0.8, "bound": "both"})
        '0.45 (0.15 to 0.8)'
        >>> spread({"value": 5.0, "low": float("nan"), "high": 5.0, "bound": "at most"})
        'at most 5'
    """
    value, low, high = (amount(row[key]) for key in ("value", "low", "high"))
    if row["bound"] in ("at least", "at most"):
        return f"{row['bound']} {value}"
    if low and high:
        return f"{value} ({low} to {high})"
    one_end = f"from {low}" if low else f"up to {high}" if high else ""
    return f"{value} ({one_end})" if one_end else value


def window(row: Mapping[str, Any]) -> str:
    """Days that a row covers.

    Args:
        row: A row of the evidence frame.
    """
    start, end = ("" if pd.isna(row[key]) else f"{row[key]:%Y-%m-%d}" for key in ("window_start", "window_end"))
    if start and end:
        return f"{start} to {end}"
    return f"from {start}" if start else f"to {end}" if end else ""


def evidence_table(frame: pd.DataFrame) -> RenderableType:
    """Rows of the evidence, a line each.

    Args:
        frame: Rows, as of :func:`sim.evidence`.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in ("id", "what", "value, range, unit", "window", "role", "conf.", "source"):
        table.add_column(name, no_wrap=name in ("id", "window", "role", "conf."), overflow="fold")
    for row in frame.to_dict("records"):
        days = window(row).replace(" to ", "\nto ")
        told = "\n".join(each for each in (spread(row), row["unit"] if row["unit"] != "1" else "") if each)
        cells = (row["id"], row["what"], told, days, row["role"], row["confidence"])
        table.add_row(*(Text(str(cell)) for cell in (*cells, row["source"].replace(";", "\n"))))
    return table


def evidence_row(
    row: Mapping[str, Any],
    sources: Iterable[Mapping[str, Any]],
    cited: list[Citation],
    observable: Observable | None = None,
) -> RenderableType:
    """A row of the evidence in full.

    Args:
        row: A row of the evidence frame.
        sources: The sources it names, rows of `sources.csv`.
        cited: Values of the shipped scenarios that name it.
        observable: What it is in a run; None where no run shows it.
    """
    lines = [f"{row['id']}  {row['what']}", ""]

    def say(label: str, text: str) -> None:
        if text:
            lines.append(f"{label:<13}{text}")

    unit = "" if row["unit"] in ("", "1") else f" {row['unit']}"
    event = not pd.isna(row["announced"])
    say("Value", f"{spread(row)}{unit}" if spread(row) else "" if event else "none: the fact has no number")
    say("Bound", BOUNDS.get(row["bound"], "") if row["role"] in ("fit", "check") else "")
    say("Read", row["reading"])
    say("Holds" if event else "Window", window(row))
    say("Announced", f"{row['announced']:%Y-%m-%d}" if event else "")
    say("Observable", row["observable"])
    if observable is not None:
        fields = observable.fields
        asked = fields.model_dump(exclude={"evidence", "tolerance", "why", "missing", "shows"}, exclude_defaults=True)
        said = ", ".join(f"{key} {_plain(value)}" for key, value in ({"kind": fields.kind} | asked).items())
        say("In a run", said)
        say("Tolerance", f"{fields.tolerance:g} of the log: {fields.why}")
        say("Missing", fields.missing)
    say("Sets", row["sets"])
    say("Not computed", row["not_computed"])
    say("Rests on", row["rests_on"].replace(";", ", "))
    say("Role", f"{row['role']}: {ROLES[row['role']]}" if row["role"] else "")
    say("Confidence", f"{row['confidence']}: {CONFIDENCE[row['confidence']]}" if row["confidence"] else "")
    for source in sources:
        told = [source["name"], source["kind"], source["date"], source["file"], source["note"]]
        say("Source", f"{source['id']}: {'; '.join(each for each in told if each)}")
    say("Table", f"seeds/{row['table']}.csv")
    lines.append("")
    if not cited:
        lines.append("No value of a shipped scenario cites it.")
        return Text("\n".join(lines))
    lines.append(f"Cited by {len(cited)} value{'' if len(cited) == 1 else 's'} of the shipped scenarios")
    width = max(len(each.path) for each in cited)
    for each in cited:
        lines.append(f"  {each.path:<{width}} = {shortened(each.value, 48)}  ({', '.join(each.scenarios)})")
    return Text("\n".join(lines))


def _plain(value: object) -> str:
    """A value as text."""
    return "+".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of the evidence as JSON can hold them.

    Args:
        frame: Rows, as of :func:`sim.evidence`.

    Returns:
        A table a row: None for what is empty, days as ISO text, lists for ``source`` and ``rests_on``.
    """
    found = []
    for row in frame.drop(columns="source_name").to_dict("records"):
        out: dict[str, Any] = {}
        for key, value in row.items():
            if key in ("source", "rests_on"):
                out[str(key)] = value.split(";") if value else []
            elif isinstance(value, pd.Timestamp):
                out[str(key)] = f"{value:%Y-%m-%d}"
            else:
                out[str(key)] = None if pd.isna(value) or value == "" else value
        found.append(out)
    return found
