"""Chains traced: through whose hands goods went, and at what prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.ledger.frames import ledger
from sim.ledger.hops import hop_table, line_of, nodes
from sim.ledger.labels import agent_labels, categorical, dates_of
from sim.ledger.paths import CLASSES, Paths, diverted, home_made, paths
from sim.world.records import Records

NOTE = (
    "Dates and prices of a hop are those of all ledger rows on that hop's path node; "
    "they need not be the same physical units."
)
"""What every trace says."""


def chains(records: Records, chain: Paths | None = None) -> pd.DataFrame:
    """The chains that brought goods to each side, widest first.

    Args:
        records: A run.
        chain: Its paths, where they are at hand already.

    Returns:
        One row a side, product and path node with deliveries. Columns: ``side``, ``product``, ``node``, ``units``,
        ``value`` (US dollars), ``first`` and ``last`` (dates of receipt), ``brand``, ``corridor``, ``direct``,
        ``chain_length``, ``hops``, ``home_made``, ``diverted``, ``law``, ``contract``, ``voluntary``, ``chain``
        (agents from maker to end user, joined by `` > ``). Sorted by units, falling.
    """
    chain = paths(records) if chain is None else chain
    world, rows = records.world, records.deliveries
    found = (
        pd.DataFrame(
            {name: np.asarray(rows[name]) for name in ("side", "product", "node", "units", "value", "tick")},
        )
        .groupby(["side", "product", "node"], sort=True)
        .agg(units=("units", "sum"), value=("value", "sum"), first=("tick", "min"), last=("tick", "max"))
        .reset_index()
        .sort_values(["units", "side", "product", "node"], ascending=[False, True, True, True], ignore_index=True)
    )
    node, side = found["node"].to_numpy(), found["side"].to_numpy()
    labels = agent_labels(world)
    bits = diverted(records, node, side)
    return pd.DataFrame(
        {
            "side": categorical(side, world.names.sides),
            "product": categorical(found["product"].to_numpy(), world.names.products),
            "node": node,
            "units": found["units"],
            "value": found["value"],
            "first": dates_of(records, found["first"].to_numpy()),
            "last": dates_of(records, found["last"].to_numpy()),
            "brand": categorical(chain.maker[node], labels),
            "corridor": categorical(chain.corridor[node], chain.corridors),
            "direct": chain.direct[node],
            "chain_length": chain.length[node],
            "hops": chain.hops[node],
            "home_made": home_made(records, node, side),
            "diverted": bits > 0,
            **{name: ((bits >> place) & 1).astype(np.bool_) for place, name in enumerate(CLASSES)},
            "chain": pd.Series(_chain_labels(records, node), dtype="str"),
        }
    )


def trace(records: Records, node: int, product: str | None = None) -> pd.DataFrame:
    """Follows one path node back to the maker.

    Args:
        records: A run that kept its ledger.
        node: Row of the path node, as in the ``node`` column of deliveries, ledger or chains.
        product: Product to follow; every product delivered or shipped on the node by default.

    Returns:
        One row a product and hop, the maker's sale first. Columns: ``product``, ``hop``, ``node``, ``seller``,
        ``buyer``, ``origin``, ``destination``, ``first`` and ``last`` (dates of shipping), ``units`` (shipped on that
        node, all of them), what the ledger has of :data:`sim.ledger.hops.MONEY` (US dollars a unit, weighted by units;
        missing where the ledger has no row, as for goods that left before it began), ``corridor`` and ``way`` of this
        hop, what the ledger has of the rest of :data:`sim.ledger.hops.LABELS` (that of all rows: ``declared``, where
        papers said that the goods go; ``stopped``, legs where some were seized), ``law``, ``contract``, ``voluntary``
        (breaches of this hop), ``barred`` (sides that were barred when goods left on this
        hop, and were not on the hops before, with the classes of rule: goods that reach them are diverted, whether or
        not a seller knew). ``.attrs["note"]`` says how to read it.

    Raises:
        ValueError: If the run kept no ledger, or has no such product.
        IndexError: If there is no such node.
    """
    rows, names = records.ledger, records.world.names
    if rows is None:
        raise ValueError("the run kept no ledger; run it with ledger='first' or 'all'")
    count = records.nodes["parent"].size
    if not 0 <= node < count:
        raise IndexError(f"there is no path node {node}; nodes are 0 to {count - 1}")
    if product is None:
        moved = records.deliveries
        found = np.concatenate([moved["product"][moved["node"] == node], rows["product"][rows["node"] == node]])
        wanted = [names.products[each] for each in np.unique(found)]
    elif product in names.products:
        wanted = [product]
    else:
        raise ValueError(f"there is no product {product!r}; products are {', '.join(names.products)}")
    line = nodes(records, line_of(pd.Series(records.nodes["parent"]), node))
    frame = ledger(
        replace(records, ledger={name: column[np.isin(rows["node"], line["node"])] for name, column in rows.items()})
    )
    labels = agent_labels(records.world)
    place = categorical(records.world.agents.jurisdiction, names.jurisdictions)
    agents = pd.DataFrame({"jurisdiction": place, "shown": labels}, index=labels)
    parts = [hop_table(line, frame[frame["product"] == each], agents, each) for each in wanted]
    found = pd.concat(parts or [hop_table(line, frame, agents, "").iloc[:0]], ignore_index=True)
    found.attrs["note"] = NOTE
    return found


def _chain_labels(records: Records, node: np.ndarray) -> list[str]:
    """Agents from maker to holder of each node, joined; what paths share is joined once."""
    labels = agent_labels(records.world)
    parent, holder = records.nodes["parent"].tolist(), records.nodes["holder"].tolist()
    known: dict[int, str] = {-1: ""}

    def label(at: int) -> str:
        line = []
        while at not in known:
            line.append(at)
            at = parent[at]
        text = known[at]
        for each in reversed(line):
            text = f"{text} > {labels[holder[each]]}" if text else labels[holder[each]]
            known[each] = text
        return text

    return [label(each) for each in node.tolist()]
