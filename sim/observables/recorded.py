"""Observables of the customs ledger: what official figures are held against."""

from __future__ import annotations

from datetime import date

import numpy as np

from sim.ledger.customs import SIDES
from sim.observables.books import Book, Undefined, distinct
from sim.observables.fields import RecordedFields, VagueFields


def recorded(book: Book, fields: RecordedFields, first: date, last: date) -> float:
    """What records of one state show of trade with another.

    Records under a vague heading are in no figure. A record counts by the tick of its crossing.

    Args:
        book: The run.
        fields: What is looked at.
        first: First day.
        last: Last day.

    Returns:
        Units, US dollars, firms, or a share, as ``fields.what`` says.

    Raises:
        Undefined: Where there is no record, for a quantity that divides by what records show.
    """
    e = book.entries
    kept = (e.side == SIDES.index(fields.by)) & ~e.vague & book.in_window(e.tick, first, last)
    kept &= (e.origin == book.place(fields.origin)) & (e.destination == book.place(fields.destination))
    kept = np.flatnonzero(kept)
    kept = kept[book.goods(book.product[e.row[kept]], fields.products, fields.without)]
    kept = kept[book.groups(book.maker[e.row[kept]], fields.makers)]
    if fields.ways:
        kinds = book.world.scenario.evasion
        rows = [i for i, name in enumerate(book.world.ways.names) if name in kinds and kinds[name].kind in fields.ways]
        kept = kept[np.isin(book.rows["way"][e.row[kept]], rows)]
    row = e.row[kept]
    weight = book.weight[row]
    units, value = e.units[kept] * weight, e.value[kept] * weight
    if fields.what == "units":
        return float(units.sum())
    if fields.what == "value":
        return float(value.sum())
    if fields.what == "sellers":
        return distinct(book.seller[row[weight > 0.0]])
    if fields.what == "makers":
        return distinct(book.maker[row[weight > 0.0]])
    of = units if fields.what == "value_a_unit" else value
    if not of.sum() > 0.0:
        raise Undefined("there is no record of such trade")
    if fields.what == "value_a_unit":
        return float(value.sum() / units.sum())
    return float(value[book.groups(book.maker[row], fields.part)].sum() / value.sum())


def vague(book: Book, fields: VagueFields, first: date, last: date) -> float:
    """Share of records under a vague heading.

    Args:
        book: The run.
        fields: What is looked at.
        first: First day.
        last: Last day.

    Raises:
        Undefined: Where there is no record.
    """
    e = book.entries
    kept = (e.side == SIDES.index(fields.by)) & book.in_window(e.tick, first, last)
    kept &= e.destination == book.place(fields.destination)
    weight = book.weight[e.row[kept]]
    if not weight.sum() > 0.0:
        raise Undefined("there is no record of such trade")
    return float(weight[e.vague[kept]].sum() / weight.sum())
