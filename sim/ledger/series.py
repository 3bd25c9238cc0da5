"""Series by tick in long form: one row a tick and item, one column a dimension."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.ledger.labels import categorical, dates_of
from sim.world.records import ACCOUNTS, COUNTERS, Records

SERIES: dict[str, tuple[tuple[str, ...], str]] = {
    "stock": (("side", "product"), "units"),
    "stock_foreign": (("side", "product"), "units"),
    "demand": (("side", "product"), "units"),
    "planned": (("side", "product"), "sorties"),
    "flown": (("side", "product"), "sorties"),
    "used": (("side", "product"), "units"),
    "used_foreign": (("side", "product"), "units"),
    "unmet": (("side", "product"), "units"),
    "delivered": (("side", "product"), "units"),
    "ordered": (("group", "product"), "units"),
    "filled": (("group", "product"), "units"),
    "refused": (("group", "product"), "units"),
    "produced": (("group", "product"), "units"),
    "trader_stock": (("group", "product"), "units"),
    "ask": (("group", "product"), "US dollars a unit"),
    "mark_up": (("group", "product"), "share of unit cost"),
    "alive": (("group",), "agents"),
    "crossings": (("leg", "product"), "consignment pieces"),
    "inspected": (("leg", "product"), "consignment pieces"),
    "seized_pieces": (("leg", "product"), "consignment pieces"),
    "crossed_units": (("leg", "product"), "units"),
    "seized_units": (("leg", "product"), "units"),
    "crossed_value": (("leg", "product"), "US dollars"),
    "ways": (("way", "product"), "units"),
    "in_force": (("policy",), "0 or 1"),
    "announced": (("policy",), "0 or 1"),
    "investigations": (("policy",), "openings"),
    "listings": (("policy",), "parties"),
    "applications": (("policy",), "decisions"),
    "audits": (("policy",), "audits"),
    "contracts_ended": (("policy",), "contracts"),
    "counters": (("counter",), "count"),
    "accounts": (("account",), "US dollars"),
}
"""Dimensions after the tick, and unit, of each series; `demand` is what end users use up if they lack nothing, `ways`
what left a jurisdiction by each way, honest papers included."""

DIMENSIONS = ("side", "product", "group", "leg", "way", "policy", "counter", "account")
"""Dimensions a series may have."""


def series(records: Records, only: tuple[str, ...] | None = None) -> pd.DataFrame:
    """The series of a run in long form.

    Args:
        records: A run.
        only: Names of series; all of them by default.

    Returns:
        Columns: ``tick``, ``date``, ``series``, one column a dimension (missing where the series lacks it),
        ``value`` and ``unit``. Items that are zero, or missing, at every tick have no rows.

    Raises:
        KeyError: If there is no series of a name.
    """
    names = records.world.names
    of = {
        "side": names.sides,
        "product": names.products,
        "group": names.groups,
        "leg": names.legs,
        "way": records.world.ways.names,
        "policy": names.policies,
        "counter": COUNTERS,
        "account": ACCOUNTS,
    }
    chosen = tuple(name for name in SERIES if name in records.series) if only is None else only
    parts: list[dict[str, np.ndarray]] = []
    for code, name in enumerate(chosen):
        dimensions, _ = SERIES[name]
        table = np.asarray(records.series[name], np.float64)
        flat = table.reshape(table.shape[0], -1)
        used = np.flatnonzero(np.nan_to_num(flat).any(axis=0))
        codes = np.unravel_index(used, table.shape[1:])
        part: dict[str, np.ndarray] = {each: np.full(flat.shape[0] * used.size, -1, np.int64) for each in DIMENSIONS}
        for dimension, where in zip(dimensions, codes, strict=True):
            part[dimension] = np.tile(where, flat.shape[0])
        part["tick"] = np.repeat(np.arange(flat.shape[0]), used.size)
        part["series"] = np.full(flat.shape[0] * used.size, code, np.int64)
        part["value"] = flat[:, used].ravel()
        parts.append(part)
    whole = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]} if parts else {}
    if not whole:
        return pd.DataFrame(columns=["tick", "date", "series", *DIMENSIONS, "value", "unit"])
    units = tuple(dict.fromkeys(SERIES[name][1] for name in chosen))
    unit = np.array([units.index(SERIES[name][1]) for name in chosen])
    return pd.DataFrame(
        {
            "tick": whole["tick"],
            "date": dates_of(records, whole["tick"]),
            "series": categorical(whole["series"], chosen),
            **{each: categorical(whole[each], of[each]) for each in DIMENSIONS},
            "value": whole["value"],
            "unit": categorical(unit[whole["series"]], units),
        }
    )
