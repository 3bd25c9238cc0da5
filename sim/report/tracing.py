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
ALWAYS = ("unit_price", "unit_freight")
"""Those of them that are shown where nothing is paid, too."""
SHARED = (
    "Early hops are shared with chains that led elsewhere: their units are all that were shipped on them, wherever to."
)
"""How to read units of hops."""
ONE_LINE = (
    "units", "of product", "value", "first", "last", "price", "freight", "levy", "facilitation", "fee", "shipped",
    "seller > buyer", "from > to", "declared", "way",
)  # fmt: skip
"""Heads of columns that are not broken."""
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
        if len(trace.hops):
            shown.append(Text(SHARED, style="dim"))
        for chain in chains[chains["rank"] <= trace.followed].to_dict("records"):
            hops = trace.hops[(trace.hops["side"] == side) & (trace.hops["rank"] == chain["rank"])]
            shown.append(_hops(hops, chain))
    if len(trace.hops):
        shown.append(Text(trace.note, style="dim"))
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
    heads = ("", "product", "units", "of product", "value", "corridor", "firms", "diverted", "first", "last", "chain")
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
    table.caption = (
        "of product: share of the units of the product that reached the side; diverted: against which class of rule"
    )
    table.caption_justify = "left"
    return table


def _hops(hops: pd.DataFrame, chain: Mapping[str, Any]) -> Table:
    """The hops of one chain."""
    money = [name for name in present(hops, SHOWN) if name in ALWAYS or hops[name].fillna(0.0).any()]
    labels = [name for name in present(hops, LABELS) if hops[name].notna().any() and not _known(hops, name)]
    rows = hops.to_dict("records")
    classes, barred = any(_classes(row) for row in rows), any(row["barred"] for row in rows)
    last = [head for head, there in (("breaches", classes), ("barred from this hop on", barred)) if there]
    heads = ("", "shipped", "seller > buyer", "from > to", "units", *(name.removeprefix("unit_") for name in money))
    about = f"Chain {chain['rank']} to {chain['side']}: {chain['product']} by {chain['corridor']}"
    table = _table(about, (*heads, *labels, *last))
    for row in rows:
        table.add_row(
            str(row["hop"]),
            _days(row["first"], row["last"]),
            f"{row['seller']} >\n{row['buyer']}",
            f"{row['origin']} > {row['destination']}",
            number(row["units"], "units") if row["units"] else "",
            *(_price(row[name]) for name in money),
            *("" if pd.isna(row[name]) else row[name] for name in labels),
            *([_classes(row)] if classes else []),
            *([row["barred"].replace("; ", "\n")] if barred else []),
        )
    return table


def _known(hops: pd.DataFrame, name: str) -> bool:
    """Whether a label says nothing that the states of the hops do not say, or no more than that papers are honest."""
    if name == "way":
        return bool(hops[name].fillna("honest").eq("honest").all())
    told = {"corridor": hops["origin"] + "-" + hops["destination"], "declared": hops["destination"]}.get(name)
    return told is not None and bool((hops[name].isna() | hops[name].eq(told)).all())


def _table(title: str, heads: Iterable[str]) -> Table:
    """An empty table: text to the left, numbers to the right, the number of the row first."""
    heads = list(heads)
    table = empty_table(title, heads)
    for column, head in zip(table.columns, heads, strict=True):
        text = head in (*LEFT, *LABELS) or head.startswith("barred")
        column.justify = "left" if text or not head else "right"
        column.no_wrap = head in ONE_LINE
    return table


def _classes(row: Mapping[str, Any]) -> str:
    """Classes of rule that were broken."""
    return ", ".join(name for name in CLASSES if row[name])


def _days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Dates of shipping; goods that left before the ledger began have none."""
    if pd.isna(first):
        return "before the record"
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} to\n{last:%Y-%m-%d}"


def _price(value: float) -> str:
    """US dollars a unit, to the cent where they are few.

    Example:
        >>> _price(2268.4), _price(0.0), _price(12.5), _price(float("nan"))
        ('$2,268', '$0', '$12.50', '')
    """
    if pd.isna(value):
        return ""
    return f"${value:,.0f}" if value == 0 or value >= 100 else f"${value:,.2f}"
