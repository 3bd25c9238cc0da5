"""Mark-ups and rents along the chains that supplied each side, by hop and by country of the seller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.registry import NO_LEDGER, Value, measure
from sim.measures.view import View, sums
from sim.measures.window import Window

NO_TRADE = "no priced trade of these goods in the ledger"


@dataclass(frozen=True)
class Trades:
    """Priced sales on the chains of delivered goods. Shape (row,): one a path node and product.

    Attributes:
        units: float64 (row, side), units delivered to each side that went through the sale.
        hop: int64, number of the sale on its path, 1 for the maker's.
        country: int64, jurisdiction of the seller.
        price: float64, paid to the seller, US dollars a unit; mean over the ledger rows on the node, by units.
        cost: float64, the seller's unit cost, likewise.
        usual: float64, the seller's unit cost with its usual mark-up.
    """

    units: NDArray[np.float64]
    hop: NDArray[np.int64]
    country: NDArray[np.int64]
    price: NDArray[np.float64]
    cost: NDArray[np.float64]
    usual: NDArray[np.float64]


def trades(run: View, window: Window) -> Trades | None:
    """The priced sales through which the goods delivered in a window had gone.

    Units delivered are carried up their paths; each sale counts with the units that went through it. Sales that the
    ledger does not hold (before it began) and hand-on are left out.

    Args:
        run: A run.
        window: Window of the deliveries; the sales may be earlier.

    Returns:
        The sales, or None where the run kept no ledger.
    """
    return run.once(("trades", window), lambda: _trades(run, window))


def _trades(run: View, window: Window) -> Trades | None:
    """Gathers the sales, by product and then by node."""
    ledger, nodes, world = run.records.ledger, run.records.nodes, run.records.world
    if ledger is None:
        return None
    count, hops = nodes["parent"].size, run.paths.hops
    parent = nodes["parent"].astype(np.int64)
    rows = run.rows(window)
    # A point is a product on a node: product * count + node. Those that deliveries went through are numbered.
    delivered = run.product[rows] * count + run.node[rows]
    through = np.zeros(len(run.products) * count, np.bool_)
    through[delivered] = True
    reached = np.flatnonzero(through)
    while reached.size:
        above = parent[reached % count]
        reached = (reached - reached % count + above)[above >= 0]
        reached = reached[~through[reached]]
        through[reached] = True
    points = np.flatnonzero(through)
    number = np.full(through.size, -1, np.int32)
    number[points] = np.arange(points.size, dtype=np.int32)
    node = points % count
    up = number[points - node + parent[node]]
    units = sums(run.side[rows] * points.size + number[delivered], run.units[rows], len(run.sides) * points.size)
    units = units.reshape(len(run.sides), points.size)
    for hop in range(int(hops.max(initial=0)), 0, -1):
        level = np.flatnonzero(hops[node] == hop)
        for of_side in units:
            np.add.at(of_side, up[level], of_side[level])
    place = number[run.column("product") * count + run.column("node")]
    at = np.flatnonzero((place >= 0) & (ledger["unit_price"] > 0))
    place = place[at]
    sold, paid, cost = (ledger[name][at].astype(np.float64) for name in ("units", "unit_price", "unit_cost"))
    volume = sums(place, sold, points.size)
    usual_cost = cost * (1 + world.agents.usual_mark_up[ledger["seller"][at]])
    totals = [sums(place, sold * each, points.size) for each in (paid, cost, usual_cost)]
    used = np.flatnonzero((volume > 0) & (units.sum(axis=0) > 0))
    seller = nodes["holder"][parent[node[used]]].astype(np.int64)
    price, mean_cost, usual = (each[used] / volume[used] for each in totals)
    country = world.agents.jurisdiction[seller]
    return Trades(units[:, used].T, hops[node[used]], country, price, mean_cost, usual)


def _groups(run: View, found: Trades) -> list[tuple[str, str, NDArray[np.int64]]]:
    """The sales in all, by hop, and by country: rows of each."""
    groups = [("", "", np.arange(found.hop.size))]
    groups += [("hop", str(hop), np.flatnonzero(found.hop == hop)) for hop in np.unique(found.hop)]
    names = run.records.world.names.jurisdictions
    groups += [("country", names[c], np.flatnonzero(found.country == c)) for c in np.unique(found.country)]
    return groups


@measure("mark-up a sale", "share", "ratio of sums", undefined=f"{NO_LEDGER}; {NO_TRADE}")
def mark_up(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Σ units·price ÷ Σ units·cost - 1 over the sales that supplied a side; by hop and by the seller's country.

    Price is paid to the seller, cost is the seller's average unit cost, landed. Hop 1 is the maker's sale.
    """
    found = trades(run, window)
    if found is None:
        yield from (Value(float("nan"), side, reason=NO_LEDGER) for side in run.sides)
        return
    groups = run.once(("trades by", window), lambda: _groups(run, found))
    for s, side in enumerate(run.sides):
        units = found.units[:, s]
        costs, prices = units * found.cost, units * found.price
        for by, item, chosen in groups:
            cost = float(costs[chosen].sum())
            if cost > 0:
                price = float(prices[chosen].sum())
                yield Value(price / cost - 1.0, side, by=by, item=item)
            elif not by:
                yield Value(float("nan"), side, reason=NO_TRADE)


@measure("rents", "US dollars", "sum", undefined=NO_LEDGER, additive=True)
def rents(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Σ units·(price - cost·(1 + usual mark-up)) over the sales that supplied a side; by hop and by country.

    What sellers took beyond their usual mark-up; negative where they took less.
    """
    found = trades(run, window)
    if found is None:
        yield from (Value(float("nan"), side, reason=NO_LEDGER) for side in run.sides)
        return
    groups = run.once(("trades by", window), lambda: _groups(run, found))
    for s, side in enumerate(run.sides):
        units = found.units[:, s]
        taken = units * (found.price - found.usual)
        for by, item, chosen in groups:
            if not by or units[chosen].sum() > 0:
                yield Value(float(taken[chosen].sum()), side, by=by, item=item)
