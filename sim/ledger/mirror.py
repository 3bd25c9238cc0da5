"""Mirror statistics: the same trade as the state that goods left shows it, and as the state that they reached does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.ledger.customs import SIDES, customs
from sim.ledger.labels import categorical
from sim.world.columns import DAYS_A_WEEK
from sim.world.records import Records

LEAST_VALUE = 10_000.0
"""Least value on the exporter's side for a gap, US dollars: a ratio to less says little."""
KEYS = ["origin", "destination", "month", "product"]
"""What tells rows apart."""


def mirror(records: Records, least: float = LEAST_VALUE, known: bool = False) -> pd.DataFrame:
    """Mirror statistics by pair of states, month and product.

    Importers date a record when goods arrive, exporters when they leave. Here importers' records stand in the month of
    their date less the mean lead time of the leg between the two states, which anybody can know; where no leg joins
    them, no lag is taken off. Goods on a longer corridor or late by a check can so fall into the month after.

    Args:
        records: A run that kept its ledger.
        least: Least value on the exporter's side for a gap, US dollars a month.
        known: Whether only records count that were reported by the end of the run; the last months then lack some. By
            default all do, as if one waited for them.

    Returns:
        One row a pair, month and product with a record on either side, sorted. Columns: ``origin``, ``destination``
        (states, as declared), ``month`` (its first day), ``product`` (missing for records under a vague heading),
        ``exporter_units``, ``importer_units``, ``exporter_value``, ``importer_value`` (US dollars, as declared),
        ``gap`` (importer's over exporter's value; missing where the exporter's is below ``least``).

    Raises:
        ValueError: If the run kept no ledger.

    Example:
        >>> from sim.engine import Engine
        >>> from sim.scenario.loading import load
        >>> from sim.world.build import build
        >>> found = mirror(Engine(build(load("small", {"time.end": "2023-02-26"}), 1), ledger=True).run())
        >>> bool(found.loc[found["gap"].notna(), "exporter_value"].min() >= LEAST_VALUE)
        True
    """
    rows = customs(records)
    if known:
        rows = rows[rows["known"]]
    names, legs = records.world.names, records.world.legs
    exports = (rows["side"] == "exporter").to_numpy()
    reporter, partner = (rows[name].cat.codes.to_numpy(np.int64) for name in ("reporter", "partner"))
    origin, destination = np.where(exports, reporter, partner), np.where(exports, partner, reporter)
    leg = legs.of[origin, destination]
    days = np.where(exports | (leg < 0), 0, np.floor(legs.lead_weeks[leg] * DAYS_A_WEEK + 0.5)).astype("timedelta64[D]")
    sent = (rows["date"].to_numpy().astype("datetime64[D]") - days).astype("datetime64[M]")
    keys = {
        "origin": categorical(origin, names.jurisdictions),
        "destination": categorical(destination, names.jurisdictions),
        "month": sent.astype("datetime64[s]"),
        "product": rows["product"].array,
    }
    sums = {
        f"{side}_{what}": rows[what].where(exports == (side == "exporter"), 0).to_numpy()
        for what in ("units", "value")
        for side in SIDES
    }
    table = pd.DataFrame({**keys, **sums}).groupby(KEYS, observed=True, dropna=False).sum()
    enough = table["exporter_value"] >= max(least, np.finfo(float).tiny)
    table["gap"] = (table["importer_value"] / table["exporter_value"].where(enough)).astype(np.float64)
    return table.reset_index()
