"""Observables of stocks and losses, from the series of a run."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from sim.observables.books import Book, Undefined, months
from sim.observables.fields import CoverFields, HomeShareFields, UsedFields

SALES_OF = timedelta(weeks=26)
"""Sales of so long before the end of a window say what a month's sales are."""


def used(book: Book, fields: UsedFields, first: date, last: date) -> float:
    """Units that end users of a side lose or wear out, a month.

    What is foreign counts with the part of foreign purchases that counts, see :class:`sim.observables.books.Book`.

    Args:
        book: The run.
        fields: Which side.
        first: First day.
        last: Last day.
    """
    low, high = book.span(first, last)
    row = book.side(fields.side)
    total = float(book.records.series["used"][low:high, row].sum())
    foreign = float(book.records.series["used_foreign"][low:high, row].sum())
    return (total - foreign + foreign * _kept(book, row, low, high)) / months(book, low, high)


def home_share(book: Book, fields: HomeShareFields, first: date, last: date) -> float:
    """Share of a side's stock that was made at home: mean over the window.

    Args:
        book: The run.
        fields: Which side.
        first: First day.
        last: Last day.

    Raises:
        Undefined: Where there is no stock.
    """
    low, high = book.span(first, last)
    row = book.side(fields.side)
    stock = float(book.records.series["stock"][low:high, row].sum())
    foreign = float(book.records.series["stock_foreign"][low:high, row].sum())
    left = stock - foreign + foreign * _kept(book, row, low, high)
    if not left > 0.0:
        raise Undefined("there is no stock")
    return (stock - foreign) / left


def cover(book: Book, fields: CoverFields, first: date, last: date) -> float:
    """Months of sales that some firms hold at the end of a window.

    Args:
        book: The run.
        fields: Which firms and products.
        first: First day; sales are counted from before it.
        last: Last day.

    Raises:
        Undefined: Where nothing was sold.
    """
    names = book.world.names
    groups = book.groups(np.arange(len(book.world.agents.key)), fields.sellers)
    rows = np.unique(book.world.agents.group[groups])
    kept = book.goods(np.arange(len(names.products)), fields.products, fields.without)
    _, high = book.span(first, last)
    low, before = book.span(first - SALES_OF, first - timedelta(days=1))
    sold = book.there & groups[book.seller] & kept[book.product] & (book.tick >= low) & (book.tick < before)
    if low >= before or not book.units[sold].sum() > 0.0:
        raise Undefined("nothing was sold before")
    stock = book.records.series["trader_stock"][high - 1][np.ix_(rows, np.flatnonzero(kept))].sum()
    return float(stock) * months(book, low, before) / float(book.units[sold].sum())


def _kept(book: Book, side: int, low: int, high: int) -> float:
    """The part that counts of what buyers of a side bought until the end of a window."""
    if bool((book.weight == 1.0).all()):
        return 1.0
    mine = (book.world.agents.true_side[book.buyer] == side) & book.there & (book.paid > 0.0) & (book.tick < high)
    mine &= book.world.agents.jurisdiction[book.maker] != book.world.agents.jurisdiction[book.buyer]
    bought = float(book.rows["units"][mine].sum())
    return float(book.units[mine].sum()) / bought if bought > 0.0 else 1.0
