"""Hops of a chain out of frames: the path nodes, and the ledger rows on them.

It reads frames and not records, so that a run in memory and a folder of results give the same.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.ledger.labels import agent_labels, categorical, plain
from sim.ledger.paths import CLASSES
from sim.world.records import Records

MONEY = ("unit_price", "unit_freight", "unit_levy", "unit_facilitation", "unit_fee", "unit_cost")
"""Columns of the ledger in US dollars a unit, in the order shown; those that a ledger lacks are left out."""
LABELS = ("corridor", "way", "declared", "stopped")
"""Columns of the ledger that name something about a shipment; those that a ledger lacks are left out."""
OF_HOP = ("corridor", "way")
"""Those of them that path nodes know too: all that goes over a node has the same."""
FLAGS = (*CLASSES, "inspected", "seized")
"""Columns of the ledger that are true or false, in the order shown."""
ROOT = -1
"""Parent of a maker's own output."""


def nodes(records: Records, only: Iterable[int] | None = None) -> pd.DataFrame:
    """Path nodes: whose hands each went through last, and what happened on the hop that led there.

    Args:
        records: A run.
        only: Nodes wanted, in the order wanted; all by default.

    Returns:
        Columns: ``node``, ``parent`` (-1 for a maker's own output), ``agent`` (label of the holder), ``hops``,
        ``corridor`` and ``way`` of this hop (as they were, not as papers told them; missing for a maker's own output),
        breach flags ``law``, ``contract`` and ``voluntary`` of this hop, ``barred`` (sides that were barred when goods
        left on this hop, and were not on the hops before, with the classes of rule).
    """
    table = records.nodes
    rows = np.arange(table["parent"].size) if only is None else np.array([*only], np.int64)
    parent = table["parent"][rows].astype(np.int64)
    breach = table["breach"][rows].astype(np.int64)
    root = parent == ROOT
    return pd.DataFrame(
        {
            "node": rows,
            "parent": parent,
            "agent": categorical(table["holder"][rows], agent_labels(records.world)),
            "hops": table["hops"][rows].astype(np.int64),
            "corridor": categorical(table["corridor"][rows], records.world.corridors.names),
            "way": categorical(np.where(root, -1, table["way"][rows]), records.world.ways.names),
            **{name: ((breach >> bit) & 1).astype(np.bool_) for bit, name in enumerate(CLASSES)},
            "barred": _barred(records, rows, parent),
        }
    )


def line_of(parents: pd.Series, node: int) -> list[int]:
    """Nodes from the root to a node.

    Args:
        parents: Parent by node.
        node: The last one.

    Returns:
        Nodes, the maker's first.

    Raises:
        KeyError: If there is no such node.

    Example:
        >>> line_of(pd.Series([-1, 0, 0, 2]), 3)
        [0, 2, 3]
    """
    line = [int(node)]
    while (above := int(parents.at[line[-1]])) != ROOT:
        line.append(above)
    return line[::-1]


def hop_table(line: pd.DataFrame, rows: pd.DataFrame, agents: pd.DataFrame, product: str) -> pd.DataFrame:
    """The hops of one product on one path, or on several of the same length joined.

    Args:
        line: Rows of :func:`nodes`: those of one path, or of several.
        rows: Rows of the ledger of this product; those on other nodes are left out.
        agents: By label: ``jurisdiction``, and ``shown``, what an agent is called in the table.
        product: The product.

    Returns:
        One row a hop, the maker's sale first; see :func:`sim.ledger.trace.trace`. Of several paths ``node`` is the
        first on each hop, names and sides barred are joined, and a flag is true where it is on any of them.
    """
    line = plain(line).sort_values(["hops", "node"])
    of = plain(agents[["jurisdiction", "shown"]].loc[line["agent"]]).set_index(line.index)
    table = line.assign(**of).groupby("hops")
    hands, places, barred = (table[name].agg(_joined).to_numpy() for name in ("shown", "jurisdiction", "barred"))
    told = {name: table[name].agg(lambda texts: _joined(texts.dropna())).to_numpy()[1:] for name in OF_HOP}
    level = line.set_index("node")["hops"]
    rows = rows[rows["node"].isin(level.index)]
    on = np.arange(1, len(hands))
    from_rows = [name for name in present(rows, LABELS) if name not in OF_HOP]
    found = totals(rows.assign(hop=rows["node"].map(level)), ["hop"]).reindex(on)
    units = found["units"]
    return plain(
        pd.DataFrame(
            {
                "product": pd.Series([product] * len(on), dtype="str"),
                "hop": on,
                "node": table["node"].first().to_numpy()[1:],
                "seller": pd.Series(hands[:-1], dtype="str"),
                "buyer": pd.Series(hands[1:], dtype="str"),
                "origin": pd.Series(places[:-1], dtype="str"),
                "destination": pd.Series(places[1:], dtype="str"),
                "first": found["first"].to_numpy(),
                "last": found["last"].to_numpy(),
                "units": units.fillna(0).to_numpy(np.int64),
                **{name: (found[name] / units.where(units > 0)).to_numpy() for name in present(rows, MONEY)},
                **{name: pd.Series(told[name], dtype="str") for name in OF_HOP},
                **{name: pd.Series(found[name].to_numpy(object), dtype="str") for name in from_rows},
                **{name: table[name].any().to_numpy()[1:] for name in CLASSES},
                "barred": pd.Series(barred[1:], dtype="str"),
            }
        )
    )


def totals(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Rows of the ledger joined.

    Args:
        rows: Rows of the ledger.
        keys: Columns that tell what is joined from what.

    Returns:
        Indexed by the keys, sorted. Columns: ``units``, ``shipments`` (rows), ``first`` and ``last`` (dates of
        shipping), what the rows have of :data:`MONEY` (summed over units, US dollars), of :data:`FLAGS` (number of
        rows in which it is true), ``seized_units``, and of :data:`LABELS` (each label once, joined).

    Example:
        >>> rows = pd.DataFrame({"node": [1, 1], "units": [3, 1], "date": pd.to_datetime(["2022-01-03", "2022-01-10"]),
        ...     "unit_price": [10.0, 20.0], "seized": [False, True], "way": ["b", "a"]})
        >>> totals(rows, ["node"]).drop(columns=["first", "last"]).to_dict("records")
        [{'units': 4, 'shipments': 2, 'unit_price': 50.0, 'seized': 1, 'seized_units': 1, 'way': 'a; b'}]
    """
    found = {name: rows[name] for name in keys}
    money, flags = present(rows, MONEY), present(rows, FLAGS)
    summed = pd.DataFrame(
        found
        | {"units": rows["units"], "shipments": 1}
        | {name: rows[name] * rows["units"] for name in money}
        | {name: rows[name].astype(np.int64) for name in flags}
        | {"seized_units": rows["units"].where(rows["seized"], 0)}
    )
    dates = rows.groupby(keys, observed=True)["date"]
    table = summed.groupby(keys, observed=True).sum()
    table.insert(2, "first", dates.min())
    table.insert(3, "last", dates.max())
    for name in present(rows, LABELS):
        known = rows[[*keys, name]].dropna(subset=[name]).drop_duplicates()
        known = known.astype({name: "str"}).sort_values(name)
        table[name] = known.groupby(keys, observed=True)[name].agg("; ".join)
    return table


def present(frame: pd.DataFrame, names: Iterable[str]) -> list[str]:
    """Those columns of a list that a frame has; codes that stand in place of a label are not taken for labels.

    Args:
        frame: Any frame.
        names: :data:`MONEY`, :data:`LABELS` or :data:`FLAGS`.

    Example:
        >>> present(pd.DataFrame({"way": [0], "unit_levy": [1.5], "law": [True]}), (*MONEY, *LABELS, *FLAGS))
        ['unit_levy', 'law']
    """
    codes = {name for name in LABELS if name in frame and pd.api.types.is_numeric_dtype(frame[name])}
    return [name for name in names if name in frame and name not in codes]


def _joined(names: pd.Series) -> str:
    """Parts of several texts, each once."""
    return "; ".join(sorted({part for text in names for part in text.split("; ") if part}))


def _barred(records: Records, rows: np.ndarray, parent: np.ndarray) -> pd.Categorical:
    """Sides barred on the hop that led to each node, and not before, with the classes of rule."""
    added = []
    for name in CLASSES:
        masks = records.nodes[f"barred_{name}"].astype(np.int64)
        before = np.where(parent >= 0, masks[np.maximum(parent, 0)], 0) if len(masks) else np.zeros(0, np.int64)
        added.append(masks[rows] & ~before)
    found, which = np.unique(np.column_stack(added), axis=0, return_inverse=True)
    texts = [_barred_told(masks.tolist(), records.world.names.sides) for masks in found]
    unique = tuple(dict.fromkeys(texts))
    codes = np.array([unique.index(text) for text in texts], np.int64)
    return categorical(codes[which.ravel()] if len(rows) else codes[:0], unique)


def _barred_told(masks: list[int], sides: tuple[str, ...]) -> str:
    """Sides of a mask for each class of rule, in words."""
    found: dict[str, list[str]] = {}
    for name, mask in zip(CLASSES, masks, strict=True):
        for row, side in enumerate(sides):
            if mask >> row & 1:
                found.setdefault(side, []).append(name)
    return "; ".join(f"{side} ({', '.join(names)})" for side, names in sorted(found.items()))
