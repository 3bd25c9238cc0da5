"""Observables of a run in the columns of measures, so that a sweep keeps both side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.measures.frame import KEYS
from sim.measures.view import View
from sim.observables.books import Book
from sim.observables.reading import Observable
from sim.observables.rivals import rivals
from sim.observables.values import Value, values
from sim.world.records import Records

RIVAL = "rival"
"""What values of a rival stand under in the column ``by``."""
Columns = Mapping[str, Sequence[Any]]


def evidence_columns(
    run: Records, twin: View | None, facts: Mapping[str, Observable], shares: Sequence[float] = ()
) -> Columns:
    """What facts are in a run, and what rivals make of them.

    Args:
        run: A run that kept its ledger.
        twin: The same without restrictions, or None; needed for rivals and for measures that compare.
        facts: Observables by id.
        shares: Shares of what is barred that the second rival diverts; none for no rivals.

    Returns:
        Columns as of :func:`sim.measures.frame.columns`: ``measure`` is the id of the fact; values of rivals stand
        under ``by`` = ``"rival"``, with the rival as ``item``.
    """
    nan = float("nan")
    book = Book(run)
    rows: list[tuple[Any, ...]] = []

    def add(found: Mapping[str, Value], item: str = "") -> None:
        for name, each in found.items():
            by = RIVAL if item else ""
            rows.append((name, "", "", by, item, "", each.value, nan, nan, facts[name].unit, each.reason))

    add(values(book, facts, twin))
    if shares and twin is not None:
        for item, found in rivals(book, twin.records, facts, shares).items():
            add(found, item)
    names = (*KEYS, "value", "above", "twin", "unit", "reason")
    return dict(zip(names, zip(*rows, strict=True) if rows else ((),) * len(names), strict=True))


def joined(first: Columns, second: Columns) -> Columns:
    """Rows of two sets of columns, one after the other.

    Args:
        first: Columns; may be empty.
        second: Columns.
    """
    return {name: (*first.get(name, ()), *column) for name, column in second.items()}
