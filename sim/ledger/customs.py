"""The customs ledger: what the records of customs show of a run, one row a record.

Records are made where papers declare a trade between two states (sim/RULES.md, section 8). The state that goods leave
may keep one, and so may the state that they reach; each shows what papers said. Ways of evasion, true units, seller,
buyer and side are in none. Every record names the row of the true ledger behind it, so that a join tells what it hides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evasion.common import BEYOND
from sim.ledger.labels import categorical, dates_of, tick_dates
from sim.world.columns import World
from sim.world.records import Records
from sim.world.routes import MOST_LEGS
from sim.world.ways import DECLARED, DELAY, GOES

EXPORTER, IMPORTER = 0, 1
SIDES = ("exporter", "importer")
"""Who keeps a record: the state that goods leave, or the state that they reach."""
VAGUE_HEADING = "9999"
"""Heading of records from which nobody can tell the product: commodities not specified according to kind."""
BITS = 4
"""Bits of a trade in the column ``recorded`` of the true ledger; in order those of the sides, then vague ones."""


@dataclass(frozen=True)
class Entries:
    """Records as columns, in the order in which the engine made them. Shape (record,).

    Attributes:
        row: Row of the true ledger.
        side: EXPORTER or IMPORTER.
        origin, destination: Jurisdictions of the trade that papers declare.
        tick: Recorded tick of the crossing: of sending for exporters, of arrival for importers.
        reported: Recorded tick in which the record is reported; it may lie after the last one.
        vague: bool, under a heading from which nobody can tell the product.
        units: Units as declared.
        value: float64, US dollars as declared.
    """

    row: NDArray[np.int64]
    side: NDArray[np.int64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    tick: NDArray[np.int64]
    reported: NDArray[np.int64]
    vague: NDArray[np.bool_]
    units: NDArray[np.int64]
    value: NDArray[np.float64]


def customs(records: Records) -> pd.DataFrame:
    """The customs ledger of a run: one row a record, in order of sending.

    Goods that left before the record began are in no row, as in the true ledger.

    Args:
        records: A run that kept its ledger.

    Returns:
        Columns: ``row`` (of the true ledger, see :func:`sim.ledger.frames.ledger`), ``reporter`` (jurisdiction whose
        record it is), ``side`` (``"exporter"`` where goods leave it, ``"importer"`` where they reach it), ``partner``
        (jurisdiction at the other end, as declared), ``date`` (of the crossing: of sending for exporters, of arrival
        for importers), ``reported`` (date), ``known`` (False where it is reported after the end of the run),
        ``product`` (missing where vague), ``hs_code`` (:data:`VAGUE_HEADING` where vague), ``units`` and ``value`` (US
        dollars) as declared, ``vague``.

        Goods that were seized on their way have no arrival in the true ledger; their importers' records are dated by
        the mean time on the way.

    Raises:
        ValueError: If the run kept no ledger.

    Example:
        >>> from sim.engine import Engine
        >>> from sim.scenario.loading import load
        >>> from sim.world.build import build
        >>> found = customs(Engine(build(load("small", {"time.end": "2023-02-26"}), 1), ledger=True).run())
        >>> found["side"].cat.categories.tolist(), bool((found["product"].isna() == found["vague"]).all())
        (['exporter', 'importer'], True)
    """
    found, world = entries(records), records.world
    names = world.names
    exports = found.side == EXPORTER
    ledger = records.ledger
    assert ledger is not None
    product = np.where(found.vague, -1, ledger["product"][found.row].astype(np.int64))
    own = [world.scenario.products[name].hs_code for name in names.products]
    codes = tuple(dict.fromkeys([*own, VAGUE_HEADING]))
    of_product = np.array([codes.index(code) for code in own])
    return pd.DataFrame(
        {
            "row": found.row,
            "reporter": categorical(np.where(exports, found.origin, found.destination), names.jurisdictions),
            "side": categorical(found.side, SIDES),
            "partner": categorical(np.where(exports, found.destination, found.origin), names.jurisdictions),
            "date": dates_of(records, found.tick),
            "reported": dates_of(records, found.reported),
            "known": found.reported < tick_dates(records).size,
            "product": categorical(product, names.products),
            "hs_code": categorical(np.where(found.vague, codes.index(VAGUE_HEADING), of_product[product]), codes),
            "units": found.units,
            "value": found.value,
            "vague": found.vague,
        }
    )


def entries(records: Records) -> Entries:
    """The records of a run as columns.

    Args:
        records: A run that kept its ledger.

    Returns:
        The columns; values are those of the engine to the last bit.

    Raises:
        ValueError: If the run kept no ledger.
    """
    rows, world = records.ledger, records.world
    if rows is None:
        raise ValueError("the run kept no ledger; run it with ledger='first' or 'all'")
    kept = np.flatnonzero(rows["recorded"] != 0)
    codes, code = np.unique(rows["recorded"][kept], return_inverse=True)
    places = BITS * np.arange(MOST_LEGS)[:, None] + np.arange(len(SIDES))
    there, vague = ((codes[:, None, None] >> (places + at)) & 1 != 0 for at in (0, len(SIDES)))
    flat = np.flatnonzero(there[code])  # quicker than numbers of three axes at once
    of, trade, side = np.unravel_index(flat, (code.size, *there.shape[1:]))
    row = kept[of]
    way = rows["way"][row].astype(np.int64)
    declared = world.ways.numbers[way, DECLARED]
    pair = declared_pair(world, way, rows["corridor"][row].astype(np.int64), trade, rows["declared"][row])
    origin, destination = np.divmod(pair, len(world.names.jurisdictions))
    reporter = np.where(side == EXPORTER, origin, destination)
    units = rows["units"][row].astype(np.int64)
    tick = rows["tick"][row].astype(np.int64)
    tick[side == IMPORTER] = _arrival(records, row[side == IMPORTER])
    # The order of the factors is that of the engine, for the same bits.
    worth = units * rows["unit_price"][row].astype(np.float64) * declared
    return Entries(
        row=row,
        side=side,
        origin=origin,
        destination=destination,
        tick=tick,
        reported=tick + world.customs.report[reporter],
        vague=vague[code[of], trade, side],
        units=np.maximum(1, (units * declared).astype(np.int64)),
        value=worth * (1.0 - world.customs.understatement[reporter]),
    )


def declared_pair(
    world: World,
    way: NDArray[np.int64],
    corridor: NDArray[np.int64],
    trade: NDArray[np.int64],
    declared: NDArray[np.generic],
) -> NDArray[np.int64]:
    """The pair of states between which papers declare a trade.

    Args:
        world: The initial world.
        way: Ways, with papers.
        corridor: Corridors.
        trade: Number of the trade, from 0: that of the border at which it begins.
        declared: The jurisdiction that papers name as the end of the way.

    Returns:
        int64: origin times the number of jurisdictions, plus destination.
    """
    story = world.ways.flags[way, GOES]
    onward = world.corridors.origin[corridor] * len(world.names.jurisdictions) + declared.astype(np.int64)
    return np.where(story == BEYOND, onward, world.corridors.shown[np.minimum(story, BEYOND), corridor, trade])


def _arrival(records: Records, row: NDArray[np.int64]) -> NDArray[np.int64]:
    """Recorded tick of arrival of some rows of the ledger; of goods seized, when they would be there on average.

    The true ledger does not hold when goods that were seized would have arrived.
    """
    rows, world = records.ledger, records.world
    assert rows is not None
    mean = world.corridors.lead[rows["corridor"][row]] + world.ways.numbers[rows["way"][row], DELAY]
    expected = rows["tick"][row].astype(np.int64) + np.maximum(1, np.floor(mean + 0.5).astype(np.int64))
    arrival = rows["arrival"][row].astype(np.int64)
    return np.where(arrival >= 0, arrival, expected)
