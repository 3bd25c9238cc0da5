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
    """Gathers the sales product by product."""
    ledger, nodes, world = run.records.ledger, run.records.nodes, run.records.world
    if ledger is None:
        return None
    count, sides = nodes["parent"].size, len(run.sides)
    parent, hops = nodes["parent"].astype(np.int64), run.paths.hops
    levels = [np.flatnonzero(hops == h) for h in range(int(hops.max(initial=0)), 0, -1)]
    rows = run.rows(window)
    product = run.records.deliveries["product"].astype(np.int64)
    side = run.records.deliveries["side"].astype(np.int64)
    sold, paid, own = (ledger[name].astype(np.float64) for name in ("units", "unit_price", "unit_cost"))
    moved = ledger["product"].astype(np.int64)
    parts = []
    for p in np.flatnonzero(run.scope):
        of = rows & (product == p)
        if not of.any():
            continue
        units = sums(run.node[of] * sides + side[of], run.units[of], count * sides).reshape(count, sides)
        for level in levels:
            used = level[units[level].any(axis=1)]
            np.add.at(units, parent[used], units[used])
        at = np.flatnonzero((moved == p) & (paid > 0))
        place = ledger["node"][at].astype(np.int64)
        volume = sums(place, sold[at], count)
        usual_mark_up = world.agents.usual_mark_up[ledger["seller"][at].astype(np.int64)]
        cost = own[at]
        totals = [sums(place, sold[at] * each, count) for each in (paid[at], cost, cost * (1 + usual_mark_up))]
        used = np.flatnonzero((volume > 0) & (units.sum(axis=1) > 0))
        seller = nodes["holder"][parent[used]].astype(np.int64)
        price, mean_cost, usual = (each[used] / volume[used] for each in totals)
        parts.append((units[used], hops[used], world.agents.jurisdiction[seller], price, mean_cost, usual))
    if not parts:
        empty = np.zeros(0)
        return Trades(np.zeros((0, sides)), empty.astype(np.int64), empty.astype(np.int64), empty, empty, empty)
    return Trades(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _groups(run: View, found: Trades) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """The sales in all, by hop, and by country."""
    yield "", "", np.ones(found.hop.size, np.bool_)
    for hop in np.unique(found.hop):
        yield "hop", str(hop), found.hop == hop
    for country in np.unique(found.country):
        yield "country", run.records.world.names.jurisdictions[country], found.country == country


@measure("mark-up a sale", "share", "ratio of sums", undefined=f"{NO_LEDGER}; {NO_TRADE}")
def mark_up(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Σ units·price ÷ Σ units·cost - 1 over the sales that supplied a side; by hop and by the seller's country.

    Price is paid to the seller, cost is the seller's average unit cost, landed. Hop 1 is the maker's sale.
    """
    found = trades(run, window)
    for s, side in enumerate(run.sides):
        if found is None:
            yield Value(float("nan"), side, reason=NO_LEDGER)
            continue
        for by, item, chosen in _groups(run, found):
            cost = float((found.units[chosen, s] * found.cost[chosen]).sum())
            if cost > 0:
                price = float((found.units[chosen, s] * found.price[chosen]).sum())
                yield Value(price / cost - 1.0, side, by=by, item=item)
            elif not by:
                yield Value(float("nan"), side, reason=NO_TRADE)


@measure("rents", "US dollars", "sum", undefined=NO_LEDGER, additive=True)
def rents(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Σ units·(price - cost·(1 + usual mark-up)) over the sales that supplied a side; by hop and by country.

    What sellers took beyond their usual mark-up; negative where they took less.
    """
    found = trades(run, window)
    for s, side in enumerate(run.sides):
        if found is None:
            yield Value(float("nan"), side, reason=NO_LEDGER)
            continue
        for by, item, chosen in _groups(run, found):
            units = found.units[chosen, s]
            if not by or units.sum() > 0:
                yield Value(float((units * (found.price - found.usual)[chosen]).sum()), side, by=by, item=item)
