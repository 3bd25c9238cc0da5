"""Observables of prices: what was paid, over what was paid before."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from sim.observables.books import Book, Undefined
from sim.observables.fields import PricesFields


def prices(book: Book, fields: PricesFields, first: date, last: date) -> float:
    """Landed prices at the end of a window over those of a base, weighted by what was sold in the base (Laspeyres).

    Args:
        book: The run.
        fields: What is looked at.
        first: First day.
        last: Last day.

    Returns:
        The ratio, the ratio less one, or its inverse, as ``fields.what`` says. Products that were not sold in both are
        left out.

    Raises:
        Undefined: Where no product was sold in both.
    """
    start = fields.base_from or first - timedelta(days=fields.base_days)
    base = book.span(start, start + timedelta(days=fields.base_days - 1))
    end = book.span(last - timedelta(days=fields.last_days - 1), last)
    among = book.there & (book.paid > 0.0) & book.goods(book.product, fields.products, fields.without)
    among &= book.groups(book.seller, fields.sellers) & book.groups(book.buyer, fields.buyers)
    among &= book.groups(book.maker, fields.makers)
    products = len(book.world.names.products)
    sums = []
    for low, high in (base, end):
        kept = np.flatnonzero(among & (book.tick >= low) & (book.tick < high))
        units = np.bincount(book.product[kept], book.units[kept], products)
        sums.append((units, np.bincount(book.product[kept], book.units[kept] * book.landed[kept], products)))
    (before, spent), (after, paid) = sums
    both = (before > 0.0) & (after > 0.0)
    if not both.any():
        raise Undefined("no such product was sold both then and before")
    now = paid[both] / after[both]
    ratio = float((now * before[both]).sum() / spent[both].sum())
    return {"ratio": ratio, "rise": ratio - 1.0, "fall": 1.0 / ratio}[fields.what]
