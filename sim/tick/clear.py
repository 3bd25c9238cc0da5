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
def price_of_bid(bid: float, rate: float, unit: float) -> float:
    """What the seller is paid of a bid landed: ``bid = price + rate·price + unit``, solved for the price.

    Args:
        bid: US dollars a unit landed.
        rate: What is paid on top in proportion to the price.
        unit: What is paid on top apart from it, US dollars a unit.

    Example:
        >>> price_of_bid(120.0, 0.25, 20.0)
        80.0
    """
    return (bid - unit) / (1.0 + rate)


@kernel
def rank_orders(
    start: int, stop: int, auction: bool, premium: np.ndarray, key: np.ndarray,
    o_link: np.ndarray, o_product: np.ndarray, o_call: np.ndarray, o_priority: np.ndarray,
    o_price: np.ndarray, net: np.ndarray, grouped: np.ndarray,
) -> None:  # fmt: skip
    """Sorts one seller's orders for a product in place: posted by keyed priority, bidding by what it nets first.

    Args:
        start: First place in ``grouped``.
        stop: Place after the last.
        auction: Whether the seller holds open bidding.
        premium: float64 (link, product).
        key: uint64 (link,).
        o_link: Orders.
        o_product: Orders.
        o_call: Orders.
        o_priority: Orders.
        o_price: float64 (order,), what the seller is paid of a bid, US dollars a unit.
        net: float64 (order,), written: what the seller nets of a bid after the premium too, US dollars a unit.
        grouped: Orders by cell; sorted between start and stop.
    """
    if auction:
        for place in range(start, stop):
            o = grouped[place]
            k = o_link[o]
            p = o_product[o]
            net[o] = o_price[o] - premium[k, p]
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
