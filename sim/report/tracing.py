"""Chains and their hops for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiments.tracing import Trace
from sim.ledger.hops import LABELS, MONEY, present
from sim.ledger.paths import CLASSES
from sim.report.numbers import number
from sim.report.tables import empty_table

SHOWN = tuple(name for name in MONEY if name != "unit_cost")
"""Columns of money in the table of hops: what the buyer pays."""
SHARED = "Early hops are shared with chains that led elsewhere: units are all that were shipped on them."
"""How to read units of hops."""
LEFT = ("product", "corridor", "diverted", "chain", "shipped", "seller > buyer", "from > to", "breaches")
"""Heads of columns of text."""


def trace_tables(trace: Trace) -> list[RenderableType]:
    """What `sim trace` prints.

    Args:
        trace: What was traced.

    Returns:
        Tables and lines, in order.
    """
    run = trace.run
    made = "" if trace.home_made else "foreign-made goods"
    about = [run.title, f"seed {run.seed}", "the twin, without the policies" if run.arm == "twin" else "", made]
    shown: list[RenderableType] = [Text("; ".join(each for each in about if each), style="bold")]
    for side in [trace.side] if trace.side is not None else run.sides:
        chains = trace.chains[trace.chains["side"] == side]
        if chains.empty:
            shown.append(Text(f"Nothing of that kind reached {side}."))
            continue
        shown.append(_chains(trace, side, chains))
        for chain in chains[chains["rank"] <= trace.followed].to_dict("records"):
            hops = trace.hops[(trace.hops["side"] == side) & (trace.hops["rank"] == chain["rank"])]
            shown.append(_hops(hops, chain))
    if len(trace.hops):
        shown.append(Text(f"{trace.note} {SHARED}", style="dim"))
    return shown


def _chains(trace: Trace, side: str, chains: pd.DataFrame) -> Table:
    """The widest chains to one side."""
    every = trace.every[trace.every["side"] == side]
    units, count = every["units"].sum(), len(every)
    what = f"{number(units, 'units')} units{f' of {trace.product}' if trace.product else ''} reached {side}"
    by = f"by {count:,} chain{'' if count == 1 else 's'}{' of groups' if trace.groups else ''}"
    if len(chains) < count:
        widest = "widest" if len(chains) == 1 else f"{len(chains)} widest"
        by += f"; the {widest} brought {number(chains['units'].sum() / units, 'share')} of them"
    heads = ("", "product", "units", "share", "value", "corridor", "firms", "diverted", "first", "last", "chain")
    table = _table(f"{what} {by}", heads)
    for row in chains.to_dict("records"):
        against = _classes(row)
        table.add_row(
            str(row["rank"]),
            row["product"],
            number(row["units"], "units"),
            number(row["share"], "share"),
            number(row["value"], "US dollars"),
            row["corridor"],
            str(row["chain_length"]),
            against or "no",
            f"{row['first']:%Y-%m-%d}",
            f"{row['last']:%Y-%m-%d}",
            row["chain"],
        )
    table.caption = "share: of the units of the product that reached the side; diverted: against which class of rule"
    table.caption_justify = "left"
    return table


def _hops(hops: pd.DataFrame, chain: Mapping[str, Any]) -> Table:
    """The hops of one chain."""
    money = present(hops, SHOWN)
    labels = [name for name in present(hops, LABELS) if hops[name].notna().any()]
    heads = ("", "shipped", "seller > buyer", "from > to", "units", *(name.removeprefix("unit_") for name in money))
    about = f"Chain {chain['rank']} to {chain['side']}: {chain['product']} by {chain['corridor']}"
    table = _table(about, (*heads, *labels, "breaches", "barred from this hop on"))
    for row in hops.to_dict("records"):
        table.add_row(
            str(row["hop"]),
            _days(row["first"], row["last"]),
            f"{row['seller']} > {row['buyer']}",
            f"{row['origin']} > {row['destination']}",
            number(row["units"], "units") if row["units"] else "",
            *(_price(row[name]) for name in money),
            *("" if pd.isna(row[name]) else row[name] for name in labels),
            _classes(row),
            row["barred"].replace("; ", "\n"),
        )
    return table


def _table(title: str, heads: Iterable[str]) -> Table:
    """An empty table: text to the left, numbers to the right, the number of the row first."""
    heads = list(heads)
    table = empty_table(title, heads)
    for column, head in zip(table.columns, heads, strict=True):
        text = head in (*LEFT, *LABELS) or head.startswith("barred")
        column.justify = "left" if text or not head else "right"
        column.no_wrap = head in ("units", "share", "value", "first", "last", "price", "freight", "levy")
    return table


def _classes(row: Mapping[str, Any]) -> str:
    """Classes of rule that were broken."""
    return ", ".join(name for name in CLASSES if row[name])


def _days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Dates of shipping; goods that left before the ledger began have none."""
    if pd.isna(first):
        return "before the record"
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _price(value: float) -> str:
    """US dollars a unit, to the cent where they are few.

    Example:
        >>> _price(2268.4), _price(0.0), _price(12.5), _price(float("nan"))
        ('$2,268', '$0', '$12.50', '')
    """
    if pd.isna(value):
        return ""
    return f"${value:,.0f}" if value == 0 or value >= 100 else f"${value:,.2f}"
