"""What figures show of a state's imports: true crossings, and what the records of customs show of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.declare.errors import listed, nearest
from sim.experiments.traces import SMOOTH_WEEKS, trailing_sum
from sim.ledger.customs import EXPORTER, IMPORTER, entries
from sim.ledger.labels import dates_of, tick_dates
from sim.measures.view import sums
from sim.world.records import Records


def observed(records: Records, into: str, products: Iterable[str] | None = None) -> pd.DataFrame:
    """Units that went into a state, and units that records show going there, by date of sending.

    All stand at the date of sending, so that the time on the way makes no difference between them. Records count goods
    whose papers name the state; truly others go there too, and some of these do not.

    Args:
        records: A run that kept its ledger.
        into: The state.
        products: Products; all by default. Records under a vague heading count only where all do.

    Returns:
        One row a tick. Columns: ``tick``, ``date``, ``into``, and in units a week over the last four weeks ``true``
        (goods that left another state for this one and were not seized), ``exporter`` and ``importer`` (as declared on
        records of the states that they left, and of this one).

    Raises:
        ValueError: If the run kept no ledger, or there is no such state or product.
    """
    rows, world = records.ledger, records.world
    names = world.names
    of = _row(into, names.jurisdictions, "jurisdiction")
    wanted = range(len(names.products)) if products is None else [_row(p, names.products, "product") for p in products]
    scope = np.isin(np.arange(len(names.products)), list(wanted))
    found = entries(records)
    assert rows is not None
    ticks = tick_dates(records).size
    tick, product = rows["tick"].astype(np.int64), rows["product"].astype(np.int64)
    corridor = rows["corridor"].astype(np.int64)
    enters = (world.corridors.destination[corridor] == of) & (world.corridors.origin[corridor] != of)
    true = enters & scope[product] & ~rows["seized"].astype(np.bool_)
    named = (found.destination == of) & np.where(found.vague, bool(scope.all()), scope[product[found.row]])
    units = {"true": sums(tick[true], rows["units"][true].astype(np.float64), ticks)}
    for name, side in (("exporter", EXPORTER), ("importer", IMPORTER)):
        own = named & (found.side == side)
        units[name] = sums(tick[found.row[own]], found.units[own].astype(np.float64), ticks)
    weeks_per_tick = world.calendar.weeks_per_tick
    length = max(1, round(SMOOTH_WEEKS / weeks_per_tick))
    weeks = np.minimum(np.arange(1, ticks + 1), length) * weeks_per_tick
    at = np.arange(ticks)
    return pd.DataFrame(
        {
            "tick": at,
            "date": dates_of(records, at),
            "into": pd.Series([into] * ticks, dtype="str"),
            **{name: trailing_sum(column, length) / weeks for name, column in units.items()},
        }
    )


def _row(name: str, names: tuple[str, ...], kind: str) -> int:
    """The row of a name."""
    if name not in names:
        close = nearest(name, names)
        hint = f" (did you mean {close!r}?)" if close else ""
        raise ValueError(f"there is no {kind} {name!r}{hint}; {kind}s are {listed(names, 40)}")
    return names.index(name)
