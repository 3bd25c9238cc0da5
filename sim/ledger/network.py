"""The trade network: who sold to whom, as frames and as a graph of networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.ledger.hops import FLAGS, MONEY, ROOT, present, totals
from sim.ledger.labels import plain

if TYPE_CHECKING:
    import networkx as nx

AGENT = ("group", "kind", "jurisdiction", "side", "paper_side", "end_user", "state", "opened", "closed")
"""Columns of an agent in the network after its label; then the policy that ``listed`` it, and its ``owner``."""
KEYS = ["seller", "buyer", "product"]
"""What tells edges apart."""
COUNTS = ("shipped", "shipments", "seized_units", *FLAGS)
"""Columns of an edge that are 0 where the ledger has no shipment."""
SUMS = {"unit_price": "value", **{name: name.removeprefix("unit_") for name in MONEY[1:]}}
"""What the sum over units of a column of the ledger is called."""


def edges(ledger: pd.DataFrame, nodes: pd.DataFrame, paths: pd.DataFrame | None = None) -> pd.DataFrame:
    """Who sold what to whom: everything, or what some chains brought.

    Args:
        ledger: Rows of the ledger of one run.
        nodes: Its path nodes, as of :func:`sim.ledger.hops.nodes`, in order and all of them.
        paths: Chains, as of :func:`sim.ledger.trace.chains`; everything shipped by default.

    Returns:
        One row a seller, buyer and product. Columns: ``seller``, ``buyer``, ``product``, ``units``, ``value`` (US
        dollars paid to the seller) and the other sums of money, ``shipped`` (units), ``shipments``, ``first`` and
        ``last`` (dates of shipping, missing without shipments), shipments in breach of ``law``, ``contract`` and
        ``voluntary``, shipments ``inspected`` and ``seized``, ``seized_units``, and the labels that the ledger has.

        Of chains, ``units`` are those that arrived by them, exactly and with those that left before the ledger began;
        sums of money are these units at the mean price of the shipments on their path nodes (missing where there are
        none). The columns from ``shipped`` on tell of all shipments on these path nodes: early hops are shared with
        chains that led elsewhere.
    """
    if paths is None:
        whole = totals(ledger, KEYS).reset_index().rename(columns=SUMS)
        return _ordered(plain(whole.assign(shipped=whole["units"])))
    reached = _reached(nodes, paths)
    rows = plain(ledger[ledger["node"].isin(reached["node"])]).merge(reached[["node", "product"]])
    money = present(rows, MONEY)
    prices = totals(rows, ["node", "product"])
    prices = prices[money].div(prices["units"], axis=0).reset_index()
    found = reached.merge(prices, on=["node", "product"], how="left")
    known = found["reached"].where(found[money[0]].notna(), 0)
    sums = found[[*KEYS]].assign(units=found["reached"], known=known, **{name: found[name] * known for name in money})
    whole = sums.groupby(KEYS).sum()
    share = whole["units"] / whole.pop("known").where(lambda units: units > 0)
    whole[money] = whole[money].mul(share, axis=0)
    told = totals(rows, KEYS).drop(columns=money).rename(columns={"units": "shipped"})
    whole = whole.rename(columns=SUMS).join(told).reset_index()
    counts = [name for name in told if name in COUNTS]
    return _ordered(whole.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, "int64")))


def traders(agents: pd.DataFrame, edges: pd.DataFrame, dates: pd.Series) -> pd.DataFrame:
    """The agents of a network.

    Args:
        agents: As of :func:`sim.ledger.frames.agents`.
        edges: As of :func:`edges`; only agents on one of them are kept.
        dates: First day by recorded tick.

    Returns:
        One row an agent. Columns: ``label``, ``group``, ``kind``, ``jurisdiction``, ``side`` (the true one, missing
        for none), ``paper_side``, ``end_user``, ``state`` at the end, ``opened`` and ``closed`` (dates, missing for
        not in the record), ``listed`` (the policy that listed it, or missing), ``owner`` (label).
    """
    found = plain(agents).rename(columns={"agent": "label", "true_side": "side", "listed_by": "listed"})
    found = found[found["label"].isin({*edges["seller"], *edges["buyer"]})]
    for name in ("opened", "closed"):
        found[name] = found[name].map(dates.to_dict(), na_action="ignore").astype("datetime64[s]")
    return found[["label", *AGENT, "listed", "owner"]].sort_values("label", ignore_index=True)


def graph(traders: pd.DataFrame, edges: pd.DataFrame, **about: str) -> nx.MultiDiGraph:
    """The network as a graph: agents by label, an edge a seller, buyer and product.

    Args:
        traders: As of :func:`traders`.
        edges: As of :func:`edges`.
        **about: What the graph says of itself.

    Returns:
        A graph whose attributes are text, numbers and true or false; dates are ISO text, what is missing is left out.
        The key of an edge is its product, its ``weight`` the units.
    """
    import networkx as nx

    made = nx.MultiDiGraph(**about)
    for row in traders.to_dict("records"):
        made.add_node(row["label"], **_attributes(row))
    for row in edges.to_dict("records"):
        seller, buyer = row.pop("seller"), row.pop("buyer")
        made.add_edge(seller, buyer, key=row["product"], weight=float(row["units"]), **_attributes(row))
    return made


def graphml(network: nx.MultiDiGraph) -> str:
    """A network as GraphML, as networkx and Gephi read it: every edge has an id of its own.

    Args:
        network: As of :func:`graph`.

    Returns:
        XML; the ids of agents are their labels.
    """
    import networkx as nx

    named = nx.MultiDiGraph(**network.graph)
    named.add_nodes_from(network.nodes(data=True))
    for seller, buyer, product, attributes in network.edges(keys=True, data=True):
        named.add_edge(seller, buyer, key=f"{seller} > {buyer}: {product}", **attributes)
    return "\n".join(nx.generate_graphml(named, named_key_ids=True)) + "\n"


def _reached(nodes: pd.DataFrame, paths: pd.DataFrame) -> pd.DataFrame:
    """What chains brought over each path node below a root, with its seller and buyer."""
    parent, hops = nodes["parent"].to_numpy(np.int64), nodes["hops"].to_numpy(np.int64)
    agent = plain(nodes[["agent"]])["agent"].to_numpy()
    parts = []
    for product, chains in plain(paths[["product", "node", "units"]]).groupby("product"):
        units = np.zeros(len(nodes), np.int64)
        np.add.at(units, chains["node"].to_numpy(), chains["units"].to_numpy())
        # A node's parent has one hop fewer: what a level brought is carried up before the level above is looked at.
        for level in range(int(hops.max(initial=0)), 0, -1):
            at = np.flatnonzero((hops == level) & (units > 0))
            np.add.at(units, parent[at], units[at])
        at = np.flatnonzero((units > 0) & (parent != ROOT))
        part = {"node": at, "seller": agent[parent[at]], "buyer": agent[at], "product": product, "reached": units[at]}
        parts.append(pd.DataFrame(part))
    columns = {"node": "int64", "seller": "str", "buyer": "str", "product": "str", "reached": "int64"}
    return pd.concat(parts or [pd.DataFrame(columns=list(columns))], ignore_index=True).astype(columns)


def _ordered(edges: pd.DataFrame) -> pd.DataFrame:
    """Rows by seller, buyer and product; what was paid beside the units."""
    first = [*KEYS, "units", *(name for name in SUMS.values() if name in edges), "shipped"]
    return edges[[*first, *(name for name in edges if name not in first)]].sort_values(KEYS, ignore_index=True)


def _attributes(row: dict[str, object]) -> dict[str, object]:
    """What is known of a row, dates as text."""
    known = {name: value for name, value in row.items() if not pd.isna(value)}
    return {name: f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value for name, value in known.items()}
