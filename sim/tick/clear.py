"""Stage 7: each seller serves its orders, at posted prices or by open bidding; stage 8 ships what is filled."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel


@kernel
def group_orders(
    count: int, cells: int, products: int, seller: np.ndarray, o_link: np.ndarray, o_product: np.ndarray, first:
    np.ndarray, grouped: np.ndarray,
) -> None:  # fmt: skip
    """Groups orders by (seller, product) with a counting sort.

    Args:
        count: Number of orders.
        cells: Agents times products.
        products: Number of products.
        seller: int64 (link,).
        o_link: Orders.
        o_product: Orders.
        first: int64 (cells + 1,), written: first place of each cell.
        grouped: int64 (order,), written: orders by cell.
    """
    first[: cells + 1] = 0
    for o in range(count):
        first[seller[o_link[o]] * products + o_product[o] + 1] += 1
    for c in range(cells):
        first[c + 1] += first[c]
    for o in range(count):
        cell = seller[o_link[o]] * products + o_product[o]
        grouped[first[cell]] = o
        first[cell] += 1
    for c in range(cells, 0, -1):
        first[c] = first[c - 1]
    first[0] = 0


@kernel
def price_of_bid(bid: float, freight: float, rate: float, unit: float) -> float:
    """What the seller is paid of a bid landed: ``bid = price + freight + rate·price + unit``, solved for the price.

    Example:
        >>> price_of_bid(120.0, 10.0, 0.25, 10.0)
        80.0
    """
    return (bid - freight - unit) / (1.0 + rate)


@kernel
def rank_orders(
    start: int, stop: int, auction: bool, freight: np.ndarray, levy_rate: np.ndarray, levy_unit: np.ndarray,
    premium: np.ndarray, leg: np.ndarray, key: np.ndarray,
    o_link: np.ndarray, o_product: np.ndarray, o_call: np.ndarray, o_bid: np.ndarray, o_priority: np.ndarray,
    net: np.ndarray, grouped: np.ndarray,
) -> None:  # fmt: skip
    """Sorts one seller's orders for a product in place: posted by keyed priority, bidding by what it nets first.

    Args:
        start: First place in ``grouped``.
        stop: Place after the last.
        auction: Whether the seller holds open bidding.
        freight: float64 (leg, product).
        levy_rate: float64 (leg, product), share of the price.
        levy_unit: float64 (leg, product), US dollars a unit.
        premium: float64 (link, product).
        leg: int32 (link, product).
        key: uint64 (link,).
        o_link: Orders.
        o_product: Orders.
        o_call: Orders.
        o_bid: Orders.
        o_priority: Orders.
        net: float64 (order,), written: what the seller nets of a bid after freight, levies and premium, US dollars
            a unit.
        grouped: Orders by cell; sorted between start and stop.
    """
    if auction:
        for place in range(start, stop):
            o = grouped[place]
            k = o_link[o]
            p = o_product[o]
            e = leg[k, p]
            net[o] = price_of_bid(o_bid[o], freight[e, p], levy_rate[e, p], levy_unit[e, p]) - premium[k, p]
    for i in range(start + 1, stop):
        o = grouped[i]
        j = i - 1
        while j >= start and _earlier(o, grouped[j], auction, net, key, o_link, o_call, o_priority):
            grouped[j + 1] = grouped[j]
            j -= 1
        grouped[j + 1] = o


@kernel
def _earlier(
    o: int, other: int, auction: bool, net: np.ndarray, key: np.ndarray, o_link: np.ndarray, o_call: np.ndarray,
    o_priority: np.ndarray,
) -> bool:  # fmt: skip
    """Whether an order is served before another of the same seller and product."""
    if auction and net[o] != net[other]:
        return net[o] > net[other]
    if o_priority[o] != o_priority[other]:
        return o_priority[o] < o_priority[other]
    if key[o_link[o]] != key[o_link[other]]:
        return key[o_link[o]] < key[o_link[other]]
    return o_call[o] < o_call[other]
