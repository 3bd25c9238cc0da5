"""Ledgers small enough to add up by hand, and facts to hold them against."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from sim.observables.books import Book
from sim.observables.fields import KINDS, ObservableFields
from sim.observables.reading import Observable
from sim.observables.values import Value, value_of
from tests.measures.synthetic import ByHand

NAN = float("nan")
FIRST, LAST = date(2022, 1, 3), date(2022, 2, 27)
"""The first eight ticks of the world made by hand."""


def fields(kind: str, **given: Any) -> ObservableFields:
    """Fields of an observable."""
    found = KINDS[kind].model_validate({"kind": kind, **given})
    assert isinstance(found, ObservableFields)
    return found


def observable(
    kind: str = "recorded",
    low: float = 100.0,
    high: float = 100.0,
    *,
    first: date = FIRST,
    last: date = LAST,
    role: str = "fit",
    name: str = "X01",
    **given: Any,
) -> Observable:
    """A fact with its observable; of a figure of customs unless told otherwise."""
    usual = {"what": "units", "by": "exporter", "origin": "AA", "destination": "KK"} if kind == "recorded" else {}
    bound = "at least" if np.isnan(high) else "at most" if np.isnan(low) else "both"
    value = high if np.isnan(low) else low
    asked = fields(kind, **{**usual, **given})
    return Observable(name, (name,), "a fact", role, value, low, high, bound, "units", first, last, asked)


def of(b: ByHand, kind: str, first: date = FIRST, last: date = LAST, weight: Any = None, **given: Any) -> Value:
    """An observable of a ledger made by hand."""
    book = Book(b.records(), None if weight is None else np.asarray(weight, np.float64))
    return value_of(book, fields(kind, **given), first, last)


def trade() -> ByHand:
    """Seven sales: makers in AA sell to traders in KK, who sell to a shop and a front in EE and a fund in WW.

    ======  ====  ======================  ========  =====  =====  ==============================
    row     tick  from, to                product   units  price  records
    ======  ====  ======================  ========  =====  =====  ==============================
    0       0     leader, traders #0      quad         10    100  both states
    1       1     small #0, traders #0    quad         20     50  exporter's only
    2       2     leader, traders #1      fpv          30     20  exporter's, vague; importer's
    3       3     traders #0, shop        quad          8    150  both
    4       4     traders #0, front_east  quad         12    200  none; seized
    5       7     traders #1, fund        fpv          16     40  importer's
    6       9     leader, traders #0      quad         40    110  both
    ======  ====  ======================  ========  =====  =====  ==============================
    """
    b = ByHand()
    of_leader, of_small = b.path("leader", "traders #0"), b.path("small #0", "traders #0")
    kits = b.path("leader", "traders #1")
    b.ship(0, "quad", 10, 100.0, 90.0, of_leader, recorded=0b0011)
    b.ship(1, "quad", 20, 50.0, 40.0, of_small, recorded=0b0001)
    b.ship(2, "fpv", 30, 20.0, 15.0, kits, recorded=0b0111)
    b.ship(3, "quad", 8, 150.0, 100.0, b.path("leader", "traders #0", "shop"), recorded=0b0011)
    against = b.path("leader", "traders #0", "front_east", breach=4)
    b.ship(4, "quad", 12, 200.0, 100.0, against, seized=True, arrival=-1)
    b.ship(7, "fpv", 16, 40.0, 30.0, b.path("leader", "traders #1", "fund"), recorded=0b0010)
    b.ship(9, "quad", 40, 110.0, 90.0, of_leader, recorded=0b0011)
    return b
