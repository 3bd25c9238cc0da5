"""Chains traced: through whose hands goods went, and at what prices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.ledger.labels import agent_labels, categorical, dates_of
from sim.ledger.paths import CLASSES, Paths, diverted, home_made, paths
from sim.world.records import Records

NOTE = (
    "Dates and prices of a hop are those of all ledger rows on that hop's path node; "
    "they need not be the same physical units."
)
"""What every trace says (MODEL.md section 6)."""


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
        node, all of them), ``unit_price``, ``unit_freight``, ``unit_levy`` and ``unit_cost`` (US dollars a unit,
        weighted by units; missing where the ledger has no row, as for goods that left before it began), ``law``,
        ``contract``, ``voluntary`` (breaches of this hop), ``barred`` (sides that were barred when goods left on this
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
        wanted = [int(each) for each in np.unique(found)]
    elif product in names.products:
        wanted = [names.products.index(product)]
    else:
        raise ValueError(f"there is no product {product!r}; products are {', '.join(names.products)}")
    frames = [_trace(records, node, each) for each in wanted]
    frame = pd.concat(frames, ignore_index=True) if frames else _trace(records, node, 0).iloc[:0]
    frame.attrs["note"] = NOTE
    return frame


def _trace(records: Records, node: int, product: int) -> pd.DataFrame:
    """Follows one product on one node."""
    rows, nodes, world = records.ledger, records.nodes, records.world
    assert rows is not None
    line = np.array(_line(records, node)[1:], np.int64)
    holders = np.array(_holders(records, node), np.int64)
    labels = agent_labels(world)
    place = world.agents.jurisdiction[holders]
    found = [np.flatnonzero((rows["node"] == each) & (rows["product"] == product)) for each in line]
    seen = np.array([at.size > 0 for at in found], np.bool_)
    first = np.array([int(rows["tick"][at].min()) if at.size else 0 for at in found], np.int64)
    last = np.array([int(rows["tick"][at].max()) if at.size else 0 for at in found], np.int64)
    breach = nodes["breach"][line].astype(np.int64)
    return pd.DataFrame(
        {
            "product": categorical(np.full(line.size, product), world.names.products),
            "hop": np.arange(1, line.size + 1),
            "node": line,
            "seller": categorical(holders[:-1], labels),
            "buyer": categorical(holders[1:], labels),
            "origin": categorical(place[:-1], world.names.jurisdictions),
            "destination": categorical(place[1:], world.names.jurisdictions),
            "first": pd.Series(dates_of(records, first)).where(seen),
            "last": pd.Series(dates_of(records, last)).where(seen),
            "units": np.array([int(rows["units"][at].sum()) for at in found], np.int64),
            **{
                name: np.array([_mean(rows[name][at], rows["units"][at]) for at in found], np.float64)
                for name in ("unit_price", "unit_freight", "unit_levy", "unit_cost")
            },
            **{name: ((breach >> bit) & 1).astype(np.bool_) for bit, name in enumerate(CLASSES)},
            "barred": pd.Series([_barred(records, each) for each in line.tolist()], dtype="str"),
        }
    )


def _barred(records: Records, node: int) -> str:
    """Sides barred on the hop that led to a node, and not before, with the classes of rule."""
    nodes = records.nodes
    found: dict[str, list[str]] = {}
    parent = int(nodes["parent"][node])
    for name in CLASSES:
        added = int(nodes[f"barred_{name}"][node]) & ~(int(nodes[f"barred_{name}"][parent]) if parent >= 0 else 0)
        for row, side in enumerate(records.world.names.sides):
            if added >> row & 1:
                found.setdefault(side, []).append(name)
    return "; ".join(f"{side} ({', '.join(names)})" for side, names in sorted(found.items()))


def _line(records: Records, node: int) -> list[int]:
    """Nodes from the root to a node."""
    parent = records.nodes["parent"]
    line = [int(node)]
    while parent[line[-1]] >= 0:
        line.append(int(parent[line[-1]]))
    return line[::-1]


def _holders(records: Records, node: int) -> list[int]:
    """Agents on the path of a node, maker first."""
    return [int(records.nodes["holder"][each]) for each in _line(records, node)]


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


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean; NaN without weight."""
    total = float(weights.sum())
    return float((values * weights).sum() / total) if total > 0 else float("nan")
