"""Observables of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sim.measures.frame import columns
from sim.measures.view import View
from sim.observables import held, priced, recorded, traded
from sim.observables.books import Book, Undefined
from sim.observables.fields import (
    CoverFields,
    DaringFields,
    HomeShareFields,
    LongestFields,
    MeasureFields,
    ObservableFields,
    PricesFields,
    RecordedFields,
    TradedFields,
    UsedFields,
    VagueFields,
)
from sim.observables.reading import Observable
from sim.world.records import Records


@dataclass(frozen=True)
class Value:
    """What an observable is in a run.

    Attributes:
        value: The number, NaN where undefined.
        reason: Why it is undefined; empty else.
    """

    value: float
    reason: str = ""


def values(
    run: Records | Book, wanted: Mapping[str, Observable], twin: Records | View | None = None
) -> dict[str, Value]:
    """Computes observables.

    Args:
        run: A run that kept its ledger, or its book.
        wanted: Observables by id.
        twin: The same draw and seed without the policies in question, for measures that compare.

    Returns:
        A value by id, in the order of ``wanted``.

    Raises:
        ValueError: If the run kept no ledger.

    Example:
        >>> from sim.engine import Engine
        >>> from sim.observables.reading import read_observables
        >>> from sim.scenario.loading import load
        >>> from sim.world.build import build
        >>> run = Engine(build(load("small", {"time.end": "2023-06-30"}), 1), ledger=True).run()
        >>> found = values(run, {name: read_observables()[name] for name in ("D02", "D08c")})
        >>> found["D02"].value > 0.0, found["D08c"].reason
        (True, 'the record begins on 2023-01-02, after 2022-12-01')
    """
    book = run if isinstance(run, Book) else Book(run)
    return {name: value_of(book, each.fields, each.first, each.last, twin) for name, each in wanted.items()}


def value_of(
    book: Book, fields: ObservableFields, first: date, last: date, twin: Records | View | None = None
) -> Value:
    """One observable over a window.

    Args:
        book: The run.
        fields: What is computed.
        first: First day; `date.min` for an open window.
        last: Last day; `date.max` for an open window.
        twin: For measures that compare.
    """
    try:
        book.covered(first, last)
        start, end = closed(book, first, last)
        return Value(_compute(book, fields, start, end, twin))
    except Undefined as why:
        return Value(float("nan"), str(why))


def closed(book: Book, first: date, last: date) -> tuple[date, date]:
    """A window with both ends.

    Args:
        book: The run.
        first: First day; `date.min` for the first of the record.
        last: Last day; `date.max` for the last of it.
    """
    step = timedelta(days=round(book.world.calendar.weeks_per_tick * 7))
    begins, ends = book.days[0].astype(object), book.days[-1].astype(object) + step - timedelta(days=1)
    return (begins if first == date.min else first), (ends if last == date.max else last)


def _compute(book: Book, fields: ObservableFields, first: date, last: date, twin: Records | View | None) -> float:
    """The number."""
    if isinstance(fields, RecordedFields):
        return recorded.recorded(book, fields, first, last)
    if isinstance(fields, VagueFields):
        return recorded.vague(book, fields, first, last)
    if isinstance(fields, TradedFields):
        return traded.traded(book, fields, first, last)
    if isinstance(fields, LongestFields):
        return traded.longest(book, first, last)
    if isinstance(fields, DaringFields):
        return traded.daring(book, fields, first, last)
    if isinstance(fields, PricesFields):
        return priced.prices(book, fields, first, last)
    if isinstance(fields, UsedFields):
        return held.used(book, fields, first, last)
    if isinstance(fields, HomeShareFields):
        return held.home_share(book, fields, first, last)
    if isinstance(fields, CoverFields):
        return held.cover(book, fields, first, last)
    if isinstance(fields, MeasureFields):
        return _measured(book, fields, first, last, twin)
    raise TypeError(f"no function computes {type(fields).__name__}")


def _measured(book: Book, fields: MeasureFields, first: date, last: date, twin: Records | View | None) -> float:
    """A measure of the run; a censored one lies above what is returned."""
    if fields.side:
        book.side(fields.side)
    found = columns(book.records, twin, window=(first, last), only=[fields.measure], parts=())
    for side, by, value, above, reason in zip(
        found["side"], found["by"], found["value"], found["above"], found["reason"], strict=True
    ):
        if side == fields.side and not by:
            if np.isfinite(value):
                return float(value)
            if np.isfinite(above):
                return float(above)
            raise Undefined(reason or "the measure is undefined")
    raise Undefined("the measure has no such side")
