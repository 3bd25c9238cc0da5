"""Observables of the true ledger: who sold how much to whom."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from sim.observables.books import Book, Bool, Undefined, distinct, months
from sim.observables.fields import DaringFields, TradedFields

LEAST_SHARE = 0.01
"""Share of the units from which a jurisdiction counts as an origin."""


def traded(book: Book, fields: TradedFields, first: date, last: date) -> float:
    """What the true ledger shows of some trade.

    Args:
        book: The run.
        fields: What is looked at.
        first: First day.
        last: Last day.

    Returns:
        Units, US dollars, firms, jurisdictions, a share or a ratio, as ``fields.what`` says.

    Raises:
        Undefined: Where there is nothing to divide by.
    """
    among = _among(book, fields)
    low, high = book.span(first, last)
    kept = np.flatnonzero(among & (book.tick >= low) & (book.tick < high))
    units = book.units[kept]
    if fields.what == "units":
        return float(units.sum())
    if fields.what == "units_a_month":
        return float(units.sum()) / months(book, low, high)
    if fields.what == "value":
        return float((units * book.paid[kept]).sum())
    if fields.what == "sellers":
        return distinct(book.seller[kept[units > 0.0]])
    if fields.what == "largest":
        return float(np.bincount(book.seller[kept], units).max()) if kept.size else 0.0
    if fields.what == "origins":
        places = np.bincount(book.world.agents.jurisdiction[book.seller[kept]], units)
        return float((places >= LEAST_SHARE * places.sum()).sum()) if places.sum() > 0.0 else 0.0
    if fields.what == "share":
        return _share(book, fields, kept)
    # Over what was traded a year before, or in the same time before.
    back = timedelta(days=365) if fields.what == "growth" else last - first + timedelta(days=1)
    before = book.span(first - back, last - back)
    if before[0] >= before[1] or np.datetime64(first - back) < book.days[0] - np.timedelta64(7, "D"):
        raise Undefined(f"the record begins on {book.days[0]}")
    base = float(book.units[among & (book.tick >= before[0]) & (book.tick < before[1])].sum())
    if not base > 0.0:
        raise Undefined("nothing was traded before")
    # Windows of as many days may hold a tick more or less.
    return float(units.sum()) / (high - low) * (before[1] - before[0]) / base


def _among(book: Book, fields: TradedFields) -> Bool:
    """Rows that count, whenever."""
    kept = book.there & book.goods(book.product, fields.products, fields.without)
    kept &= book.groups(book.seller, fields.sellers) & book.groups(book.buyer, fields.buyers)
    kept &= book.places(book.seller, fields.origins) & book.places(book.buyer, fields.destinations)
    kept &= book.groups(book.maker, fields.makers)
    where = book.world.agents.jurisdiction
    if fields.abroad:
        kept &= where[book.seller] != where[book.buyer]
    if fields.founded:
        kept &= book.records.agents["opened"].astype(np.int64)[book.seller] > 0
    return kept


def _share(book: Book, fields: TradedFields, kept: np.ndarray) -> float:
    """The part's share of the units."""
    units = book.units[kept]
    if not units.sum() > 0.0:
        raise Undefined("there is no such trade")
    part = book.groups(book.seller[kept], fields.part_sellers) & book.groups(book.buyer[kept], fields.part_buyers)
    part &= book.groups(book.maker[kept], fields.part_makers)
    if fields.part_chain:
        part &= book.chain[kept] >= fields.part_chain
    return float(units[part].sum() / units.sum())


def longest(book: Book, first: date, last: date) -> float:
    """Most firms between maker and buyer of goods shipped in a window.

    Args:
        book: The run.
        first: First day.
        last: Last day.
    """
    kept = book.in_window(book.tick, first, last) & (book.weight > 0.0)
    return float(book.chain[kept].max()) if kept.any() else 0.0


def daring(book: Book, fields: DaringFields, first: date, last: date) -> float:
    """Share of units in breach sold by the smaller half of firms, over that of the larger half.

    A firm's size is that of its draw, not of its sales, which a breach would raise.

    Args:
        book: The run.
        fields: Which firms.
        first: First day.
        last: Last day.

    Raises:
        Undefined: Where one half sold nothing, or the larger nothing in breach.
    """
    kept = np.flatnonzero(book.groups(book.seller, fields.sellers) & book.in_window(book.tick, first, last))
    firms = np.unique(book.seller[kept])
    if not firms.size:
        raise Undefined("there is no such trade")
    size = book.world.agents.size
    small = size[book.seller[kept]] < np.median(size[firms])
    units, breach = book.units[kept], book.rows["breach"][kept] != 0
    shares = []
    for half in (small, ~small):
        if not units[half].sum() > 0.0:
            raise Undefined("one half of the firms sold nothing")
        shares.append(float(units[half & breach].sum() / units[half].sum()))
    if shares[1] == 0.0:
        raise Undefined("large firms sold nothing in breach")
    return shares[0] / shares[1]
