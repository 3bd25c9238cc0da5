"""`trace`: the chains that brought goods to a side, hop by hop, and the trade network."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.experiments import store
from sim.experiments.kept import Kept, Source, TraceError, kept, known
from sim.ledger.hops import hop_table, line_of
from sim.ledger.labels import plain
from sim.ledger.network import edges, graph, graphml, traders
from sim.ledger.paths import CLASSES
from sim.ledger.trace import NOTE

if TYPE_CHECKING:
    import networkx as nx

CHAIN = (
    *("side", "rank", "product", "units", "share", "value", "first", "last", "corridor", "chain_length", "hops"),
    *("brand", "home_made", "direct", "diverted", *CLASSES, "paths", "node", "chain"),
)
"""Columns of chains, in order."""
SAME = ("side", "product", "corridor", "chain_length", "hops", "brand", "home_made", "direct", "diverted", *CLASSES)
"""What chains through the same groups have in common where they are joined."""


def trace(
    source: Source,
    *,
    side: str | None = None,
    product: str | None = None,
    top: int | None = 10,
    hops: int = 3,
    groups: bool = False,
    home_made: bool = False,
    seed: int | None = None,
    arm: str = "run",
) -> Trace:
    """Follows the goods that reached a side: through whose hands they went, and at what prices.

    Args:
        source: A folder that `sim run ... --out DIR` or :meth:`RunResult.save` wrote, a result in memory, or the
            records of one run. A folder and the result that wrote it give the same frames.
        side: Side that was reached; every side by default.
        product: Product; every product by default.
        top: Chains for each side, widest first; None for all of them.
        hops: Chains for each side of which the hops are wanted, widest first.
        groups: Whether chains through the same groups of agents are joined.
        home_made: Whether goods that a side's own industry made count too.
        seed: Seed of the run; the first that was kept by default.
        arm: ``"run"``, or ``"twin"`` for the run without the policies.

    Returns:
        The chains, their hops, and the network.

    Raises:
        TraceError: If there are no such results, they have no ledger, or there is no such side or product.

    Example:
        >>> from sim.experiments.run import run
        >>> result = run("small", check_policies=False)
        >>> found = trace(result, product="consumer", top=2)
        >>> found.chains[["side", "rank"]].values.tolist()[:2]
        [['civil', 1], ['civil', 2]]
    """
    of = kept(source, seed, arm)
    known(side, of.sides, "side")
    known(product, of.products, "product")
    for name, count, least in (("top", top, 1), ("hops", hops, 0)):
        if count is not None and count < least:
            raise TraceError(f"{name} is {count}; it must be at least {least}")
    return Trace(of, side, product, top, hops, groups, home_made)


@dataclass(repr=False, frozen=True)
class Trace:
    """Chains that brought goods to a side. A notebook shows it as the tables that `sim trace` prints.

    Attributes:
        run: The run that is traced.
        side: Side that was reached, or None for every side.
        product: Product, or None for every product.
        top: Chains for each side, or None for all of them.
        followed: Chains for each side of which the hops are wanted.
        groups: Whether chains through the same groups of agents are joined.
        home_made: Whether goods that a side's own industry made count too.
    """

    run: Kept
    side: str | None = None
    product: str | None = None
    top: int | None = 10
    followed: int = 3
    groups: bool = False
    home_made: bool = False

    note = NOTE
    """How to read dates and prices of hops."""

    def __repr__(self) -> str:
        """What is traced; the whole would be many pages."""
        what = f"{self.product or 'every product'} to {self.side or 'every side'}"
        return f"<Trace of {self.run.title}, seed {self.run.seed}, {self.run.arm}: {what}>"

    def _repr_html_(self) -> str:
        """The tables, for a notebook."""
        from sim.experiments.plotting import html

        return html(self)

    @cached_property
    def every(self) -> pd.DataFrame:
        """Every chain asked for, not only the widest; columns as in ``chains``."""
        found = self._paths.assign(paths=1)
        if self.groups:
            joined = found.groupby("chain_id", sort=False)
            found = joined.agg(
                **{name: (name, "first") for name in (*SAME, "chain", "node")},
                **{name: (name, "sum") for name in ("units", "value", "paths")},
                first=("first", "min"),
                last=("last", "max"),
            )
        found["share"] = found["units"] / found.groupby(["side", "product"])["units"].transform("sum")
        found = found.sort_values(["side", "units"], ascending=[True, False], kind="stable", ignore_index=True)
        found["rank"] = found.groupby("side").cumcount() + 1
        return found[list(CHAIN)]

    @cached_property
    def chains(self) -> pd.DataFrame:
        """The widest chains for each side.

        A chain is one path through the hands of agents, and one state of what was barred: the same hands stand twice
        where goods that left before a policy and after it went through them. Through groups of agents it is every
        path through them with the same corridor and the same classes of diversion.

        Columns: ``side``, ``rank`` (1 for the widest), ``product``, ``units``, ``share`` (of the units of the product
        that reached the side, home-made ones only where they were asked for), ``value`` (US dollars, as paid landed
        by the side), ``first`` and ``last`` (dates of receipt), ``corridor``, ``chain_length`` (firms), ``hops``,
        ``brand``, ``home_made``, ``direct``, ``diverted`` and its classes ``law``, ``contract``, ``voluntary``,
        ``paths`` (that are joined; 1 for a single one), ``node`` (the path node, of several that of the widest),
        ``chain`` (agents, or groups, from maker to end user).
        """
        return self.every if self.top is None else self.every[self.every["rank"] <= self.top].reset_index(drop=True)

    @cached_property
    def hops(self) -> pd.DataFrame:
        """The hops of the widest chains, the maker's sale first.

        Columns: ``side`` and ``rank`` of the chain, then as in :meth:`follow`.
        """
        wanted = self.chains[self.chains["rank"] <= self.followed]
        parts = []
        for side, rank, node, product in wanted[["side", "rank", "node", "product"]].itertuples(index=False):
            own = self._paths[self._paths["product"] == product].set_index("node")["chain_id"]
            part = self._follow(own.index[own == own[node]], product, "group" if self.groups else "label")
            part.insert(0, "side", pd.Series([side] * len(part), dtype="str"))
            part.insert(1, "rank", np.full(len(part), rank, np.int64))
            parts.append(part)
        found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["side", "rank"])
        found.attrs["note"] = NOTE
        return found

    def follow(self, node: int, product: str) -> pd.DataFrame:
        """Follows any path node of the run back to the maker.

        Args:
            node: Path node, as in ``chains``, ``every``, the ledger or the deliveries.
            product: Product to follow.

        Returns:
            One row a hop; see :func:`sim.ledger.trace.trace`.

        Raises:
            TraceError: If there is no such node or product.
        """
        known(product, self.run.products, "product")
        if node not in self._parents.index:
            raise TraceError(f"there is no path node {node}; nodes are 0 to {len(self._parents) - 1}")
        return self._follow([node], product, "label")

    @cached_property
    def edges(self) -> pd.DataFrame:
        """The trade network: a row a seller, buyer and product; see :func:`sim.ledger.network.edges`.

        With a side only what reached it, by every chain and not only by the widest. Without one all trade, home-made
        goods and those still on their way included.
        """
        if self.side is not None:
            return edges(self.run.ledger, self.run.nodes, self._paths)
        rows = self.run.ledger
        return edges(rows if self.product is None else rows[rows["product"] == self.product], self.run.nodes)

    @cached_property
    def agents(self) -> pd.DataFrame:
        """The agents of the trade network; see :func:`sim.ledger.network.traders`."""
        return traders(self.run.agents, self.edges, self.run.dates)

    def network(self) -> nx.MultiDiGraph:
        """The trade network as a graph: agents by label, an edge a seller, buyer and product.

        Returns:
            As :func:`sim.ledger.network.graph`; attributes of the graph say what was traced.
        """
        return graph(
            self.agents,
            self.edges,
            title=self.run.title,
            seed=str(self.run.seed),
            arm=self.run.arm,
            side=self.side or "every side",
            product=self.product or "every product",
            note=NOTE,
        )

    def write_graphml(self, file: str | os.PathLike[str]) -> Path:
        """Writes the trade network as GraphML, for Gephi or networkx; ids are the labels of agents.

        Args:
            file: Where to; a file there is written over.

        Returns:
            The file.

        Raises:
            OutputError: If it cannot be written.
        """
        path = Path(file)
        store.write_asked(graphml(self.network()), path)
        return path

    def write_csv(self, folder: str | os.PathLike[str]) -> Path:
        """Writes the trade network as ``nodes.csv`` and ``edges.csv``.

        Args:
            folder: Where to; it is made, and files of these names are written over.

        Returns:
            The folder.

        Raises:
            OutputError: If it cannot be written.
        """
        path = Path(folder)
        for name, table in {"nodes.csv": self.agents, "edges.csv": self.edges}.items():
            store.write_asked(table.to_csv(index=False), path / name)
        return path

    def _follow(self, ends: Iterable[int], product: str, shown: str) -> pd.DataFrame:
        """Hops of one path or several, agents by their label or their group."""
        line = {node for end in ends for node in line_of(self._parents, end)}
        rows = self.run.ledger
        rows = rows[rows["node"].isin(line) & (rows["product"] == product)]
        agents = self._agents.assign(shown=self._agents[shown])
        found = hop_table(self.run.nodes[self.run.nodes["node"].isin(line)], rows, agents, product)
        found.attrs["note"] = NOTE
        return found

    @cached_property
    def _paths(self) -> pd.DataFrame:
        """Paths asked for, with the number of the chain that each belongs to."""
        found = plain(self.run.paths)
        found = found[found["home_made"].eq(False) | self.home_made]
        for name, wanted in (("side", self.side), ("product", self.product)):
            found = found[found[name] == wanted] if wanted is not None else found
        if not self.groups:
            return found.assign(chain_id=np.arange(len(found)))
        group = self._agents["group"].to_dict()
        chain = [" > ".join(group[agent] for agent in agents.split(" > ")) for agents in found["chain"]]
        found = found.assign(chain=pd.Series(chain, dtype="str", index=found.index), brand=found["brand"].map(group))
        return found.assign(chain_id=found.groupby([*SAME, "chain"], dropna=False).ngroup())

    @cached_property
    def _parents(self) -> pd.Series:
        """Parent by path node."""
        return self.run.nodes.set_index("node")["parent"]

    @cached_property
    def _agents(self) -> pd.DataFrame:
        """Agents by label."""
        found = plain(self.run.agents[["agent", "group", "jurisdiction"]]).rename(columns={"agent": "label"})
        return found.set_index("label", drop=False)
