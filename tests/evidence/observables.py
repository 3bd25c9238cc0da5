"""What facts and volumes are compared with, computed from a run by way of frames.

Official figures are held against the *papers*: the customs ledger of a run as a frame, a row a record, with what the
true ledger knows of the goods beside it. Everything else works on a *book*: the true ledger as a frame with names, a
row a piece.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from sim.ledger.customs import customs
from sim.ledger.labels import agent_labels, categorical, dates_of, tick_dates
from sim.ledger.paths import paths
from sim.seeds.reading import read_evidence
from sim.world.records import Records

HIDDEN = ["way", "seller", "seller_group", "maker", "maker_group"]
"""What the papers have beside the records: columns of the book, which no record shows."""
DAYS_A_MONTH = 30.4375
DRONE_FROM = 1000.0
"""Reference price from which a craft counts as a quadcopter of class Q, US dollars (seeds/volumes.csv)."""


@dataclass(frozen=True)
class Fact:
    """A row of `seeds/facts.csv`.

    Attributes:
        id: Its id.
        text: The fact.
        value: The number, NaN where none is given.
        unit: Its unit.
        first: First day of the window.
        last: Last day of the window.
    """

    id: str
    text: str
    value: float
    unit: str
    first: date
    last: date


def facts() -> dict[str, Fact]:
    """The facts by id; those without a window span all time."""
    return {
        row.id: Fact(
            row.id,
            row.fact,
            float("nan") if row.value is None else row.value,
            row.unit,
            row.window_start or date.min,
            row.window_end or date.max,
        )
        for row in read_evidence().tables["facts"].values()
    }


def volumes() -> dict[str, Fact]:
    """The reading of `seeds/volumes.csv` by id."""
    return {
        row.id: Fact(row.id, f"{row.group}: {row.flow}", row.value, row.unit, row.window_start, row.window_end)
        for row in read_evidence().tables["volumes"].values()
    }


def book(records: Records) -> pd.DataFrame:
    """The true ledger with names.

    Args:
        records: A run that kept its ledger.

    Returns:
        A row a piece, in the order of the ledger. Columns: ``row`` (of the ledger), ``date`` (shipped), ``origin``,
        ``destination`` (jurisdictions of seller and buyer), ``seller``, ``buyer`` (labels), ``seller_group``,
        ``buyer_group``, ``product``, ``units``, ``value`` (US dollars, as paid to the seller), ``landed`` (with
        freight, levies and what officials are paid), ``maker`` (label), ``maker_group``, ``chain_length`` (firms so
        far), ``way``, ``straight`` (by a single leg), ``seized``, ``auction`` (sold in open bidding).
    """
    rows, world = records.ledger, records.world
    if rows is None:
        raise ValueError("the run kept no ledger")
    agents, names, labels = world.agents, world.names, agent_labels(world)
    seller, buyer = rows["seller"].astype(np.int64), rows["buyer"].astype(np.int64)
    node, units = rows["node"].astype(np.int64), rows["units"].astype(np.int64)
    maker = records.nodes["maker"].astype(np.int64)[node]
    return pd.DataFrame(
        {
            "row": np.arange(units.size),
            "date": dates_of(records, rows["tick"]),
            "origin": categorical(agents.jurisdiction[seller], names.jurisdictions),
            "destination": categorical(agents.jurisdiction[buyer], names.jurisdictions),
            "seller": categorical(seller, labels),
            "buyer": categorical(buyer, labels),
            "seller_group": categorical(agents.group[seller], names.groups),
            "buyer_group": categorical(agents.group[buyer], names.groups),
            "product": categorical(rows["product"], names.products),
            "units": units,
            "value": units * rows["unit_price"].astype(np.float64),
            "landed": units
            * sum(
                rows[name].astype(np.float64)
                for name in ("unit_price", "unit_freight", "unit_facilitation", "unit_levy")
            ),
            "maker": categorical(maker, labels),
            "maker_group": categorical(agents.group[maker], names.groups),
            "chain_length": paths(records).length[node],
            "way": categorical(rows["way"], world.ways.names),
            "straight": world.corridors.count[rows["corridor"].astype(np.int64)] == 1,
            "seized": rows["seized"].astype(np.bool_),
            "auction": rows["auction"].astype(np.bool_),
        }
    )


def within(frame: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """Rows of a window, both ends included."""
    return frame[(frame["date"] >= pd.Timestamp(first)) & (frame["date"] <= pd.Timestamp(last))]


def months(first: date, last: date) -> float:
    """Length of a window in months, both ends included."""
    return ((last - first).days + 1) / DAYS_A_MONTH


def papers(records: Records, book: pd.DataFrame) -> pd.DataFrame:
    """The customs ledger, and what the true one knows of the same goods.

    Args:
        records: A run that kept its ledger.
        book: Its book.

    Returns:
        A row a record. Columns as of :func:`sim.ledger.customs.customs`, ``origin`` and ``destination`` (jurisdictions,
        as declared), and :data:`HIDDEN`.
    """
    found = customs(records).merge(book[["row", *HIDDEN]], on="row", how="left", validate="many_to_one")
    exports = found["side"] == "exporter"
    return found.assign(
        origin=found["reporter"].where(exports, found["partner"]),
        destination=found["partner"].where(exports, found["reporter"]),
    )


def recorded(frame: pd.DataFrame, side: str, origin: str, destination: str) -> pd.DataFrame:
    """What the records of one state show of trade with another, by date of the crossing.

    Args:
        frame: Papers.
        side: Whose records: ``"exporter"`` or ``"importer"``.
        origin: State that the goods left, as declared.
        destination: State that they reached, as declared.

    Returns:
        Rows of the papers. Records under a vague heading are left out: no figure for drones holds them.
    """
    kept = (frame["side"] == side) & (frame["origin"] == origin) & (frame["destination"] == destination)
    return frame[kept & ~frame["vague"]]


def crossings(frame: pd.DataFrame, origin: str, destination: str) -> pd.DataFrame:
    """Goods that went from one jurisdiction to another and were not seized, whatever papers said.

    Args:
        frame: A book.
        origin: Jurisdiction left.
        destination: Jurisdiction reached.

    Returns:
        Rows of the book.
    """
    return frame[(frame["origin"] == origin) & (frame["destination"] == destination) & ~frame["seized"]]


def vague_share(frame: pd.DataFrame) -> float:
    """Share of all records that stand under a vague heading (D25).

    Args:
        frame: Papers.
    """
    return float(frame["vague"].mean())


def ways_of_kind(records: Records, kind: str) -> tuple[str, ...]:
    """Ways of sending of one kind, by id.

    Args:
        records: A run.
        kind: Kind of evasion.
    """
    return tuple(name for name, fields in records.world.scenario.evasion.items() if fields.kind == kind)


def share(rows: pd.DataFrame, kept: pd.Series, by: str = "value") -> float:
    """Share of some rows in all of them; NaN where there are none.

    Args:
        rows: Rows of a book.
        kept: Which of them.
        by: Column summed.
    """
    total = float(rows[by].sum())
    return float(rows.loc[kept, by].sum()) / total if total > 0.0 else float("nan")


def price_ratio(
    rows: pd.DataFrame, before: tuple[date, date], after: tuple[date, date], products: tuple[str, ...] = ()
) -> float:
    """Price index after over before: prices paid, weighted by what was sold before (Laspeyres).

    Args:
        rows: Sales, rows of a book.
        before: First and last day of the base.
        after: First and last day of the comparison.
        products: Products in the index; empty for all.

    Returns:
        Ratio. Products that were not sold in both windows are left out; NaN where none is left.
    """
    sums = []
    for first, last in (before, after):
        sold = within(rows, first, last)
        sold = sold[sold["product"].isin(products)] if products else sold
        sums.append(sold.groupby("product", observed=True)[["landed", "units"]].sum())
    both = sums[0].add_suffix("_before").join(sums[1].add_suffix("_after"), how="inner")
    if both.empty:
        return float("nan")
    base = both["landed_before"] / both["units_before"]
    now = both["landed_after"] / both["units_after"]
    return float((now * both["units_before"]).sum() / (base * both["units_before"]).sum())


def mean_series(records: Records, name: str, side: str, first: date, last: date) -> np.ndarray:
    """Mean over a window of a series by side and product.

    Args:
        records: A run.
        name: A series of shape (tick, side, product).
        side: Name of the side.
        first: First day.
        last: Last day.

    Returns:
        float64 (product,), a tick.
    """
    days = tick_dates(records)
    kept = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    row = records.world.names.sides.index(side)
    return np.asarray(records.series[name], np.float64)[kept, row].mean(axis=0)


def ticks_a_month(records: Records) -> float:
    """Ticks in a month."""
    return DAYS_A_MONTH / (7.0 * records.world.calendar.weeks_per_tick)


def quadcopters(records: Records, heavy_kg: float) -> tuple[str, ...]:
    """Products of class Q: craft from $1,000 that are not heavy.

    Args:
        records: A run.
        heavy_kg: Take-off mass from which a craft is heavy (D32).
    """
    products = records.world.scenario.products
    return tuple(
        name
        for name in records.world.names.products
        if products[name].reference_price >= DRONE_FROM and products[name].takeoff_kg < heavy_kg
    )
