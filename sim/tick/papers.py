"""What papers show at each border, and what a consignment costs by a way. Parts of stages 5 to 8.

A *story* is what papers say of where goods go: the truth, the next stop, a state beyond, or nothing, for there are no
papers (`sim.evasion.common`). Bans and licences are judged by what papers show; whether a sale breaks the law is judged
by the truth.
"""

from __future__ import annotations

import math

import numpy as np

from sim.evasion.common import BEYOND, STOPS, UNDECLARED
from sim.jit import inlined
from sim.world.ways import (
    BY_HAND,
    COST,
    DECLARED,
    GOES,
    HIDDEN,
    HIDES_PRODUCT,
    HIDES_SIDE,
    LOOKS_AWAY,
    MOST_UNITS,
    NAMES_SIDE,
    OFFICIALS,
    PARCELS,
    RATE,
)

BELOW = 0.999
"""Parcels are made up to this share of the de-minimis value."""


@inlined
def unlawful_on_papers(ban: np.ndarray, pair: int, product: int, paper: int, heed: float) -> bool:
    """Whether a ban bears on a seller by the side that papers show; where they show none, only one on every side.

    Args:
        ban: float64 (pair, product, side).
        pair: What papers show of origin and destination.
        product: Product, or the column after the last product where papers do not tell it.
        paper: Side shown, -1 for none.
        heed: Of the seller.
    """
    if paper >= 0:
        return ban[pair, product, paper] > heed
    for s in range(ban.shape[2]):
        if not ban[pair, product, s] > heed:
            return False
    return ban.shape[2] > 0


@inlined
def side_shown(flags: np.ndarray, w: int, last: bool, paper: int, side: int) -> int:
    """The side of the consignee on the papers of a way, -1 for none.

    Args:
        flags: int64 (way, 9).
        w: Way.
        last: Whether this is the last border.
        paper: Paper side of the buyer.
        side: True side of the buyer.
    """
    if flags[w, NAMES_SIDE] != 0:
        return side
    goes = flags[w, GOES]
    if flags[w, HIDES_SIDE] != 0 or goes == BEYOND or (goes == STOPS and not last):
        return -1
    return paper


@inlined
def papers_pass(
    ban: np.ndarray, shown: np.ndarray, count: np.ndarray, flags: np.ndarray, w: int, c: int, p: int, paper: int,
    side: int, heed: float,
) -> bool:  # fmt: skip
    """Whether the papers of a way show no breach at any border; officials who are paid pass all.

    Args:
        ban: float64 (pair, product + 1, side); the last column is what bears on every product.
        shown: int32 (3, corridor, 3), see `sim.world.routes.Corridors`.
        count: int64 (corridor,), legs.
        flags: int64 (way, 9).
        w: Way.
        c: Corridor.
        p: Product.
        paper: Paper side of the buyer.
        side: True side of the buyer.
        heed: Of the seller.
    """
    goes = flags[w, GOES]
    if goes == UNDECLARED or flags[w, OFFICIALS] != 0:
        return True
    told = ban.shape[1] - 1 if flags[w, HIDES_PRODUCT] != 0 else p
    legs = count[c]
    for j in range(legs):
        consignee = side_shown(flags, w, j == legs - 1, paper, side)
        if unlawful_on_papers(ban, shown[goes, c, j], told, consignee, heed):
            return False
    return True


@inlined
def first_pair(shown: np.ndarray, flags: np.ndarray, w: int, c: int) -> int:
    """The pair of the first trade that papers declare, -1 where there are no papers."""
    goes = flags[w, GOES]
    return -1 if goes == UNDECLARED else np.int64(shown[goes, c, 0])


@inlined
def units_of_parcel(
    flags: np.ndarray, numbers: np.ndarray, w: int, price: float, usual: float, de_minimis: float
) -> float:
    """Units that go together: a usual consignment, a parcel below the de-minimis value, or what one traveller carries.

    Args:
        flags: int64 (way, 9).
        numbers: float64 (way, 9).
        w: Way.
        price: US dollars a unit.
        usual: Units of a usual consignment.
        de_minimis: US dollars.
    """
    if flags[w, BY_HAND] != 0:
        return min(usual, numbers[w, MOST_UNITS])
    if flags[w, PARCELS] != 0 and price > 0.0:
        return min(usual, max(1.0, math.floor(BELOW * de_minimis / price)))
    return usual


@inlined
def share_inspected(
    share: float, value: float, inspection_value: float, de_minimis: float, de_minimis_factor: float
) -> float:
    """Chance that a piece of a consignment is opened: it rises with the value, and is low below de minimis."""
    found = share * (value / (value + inspection_value)) if value > 0.0 else 0.0
    return found * de_minimis_factor if value < de_minimis else found


@inlined
def hidden(numbers: np.ndarray, w: int, concealment: float) -> float:
    """Chance that an inspection does not find out what is wrong: by the seller's skill, and by the way."""
    return 1.0 - (1.0 - concealment) * (1.0 - numbers[w, HIDDEN])


@inlined
def chance_found(
    inspection: np.ndarray, tracking: np.ndarray, legs: np.ndarray, count: np.ndarray, flags: np.ndarray,
    numbers: np.ndarray, w: int, c: int, p: int, value: float, concealment: float, inspection_value: float,
    de_minimis: float, de_minimis_factor: float,
) -> float:  # fmt: skip
    """Chance that what is wrong with a consignment is found at a border on its way.

    Args:
        inspection: float64 (leg, product), the decision column `inspection_share`.
        tracking: float64 (leg,), chance that goods whose papers hide where they go are followed and found.
        legs: int64 (corridor, 3).
        count: int64 (corridor,).
        flags: int64 (way, 9).
        numbers: float64 (way, 9).
        w: Way.
        c: Corridor.
        p: Product.
        value: Value of what goes together, US dollars.
        concealment: Of the seller.
        inspection_value: Value at which half of the share applies, US dollars.
        de_minimis: US dollars.
        de_minimis_factor: Factor below it.
    """
    passes = 1.0
    escapes = 1.0 - hidden(numbers, w, concealment)
    told = value * numbers[w, DECLARED]
    goes = flags[w, GOES]
    for j in range(count[c]):
        e = legs[c, j]
        share = share_inspected(inspection[e, p], told, inspection_value, de_minimis, de_minimis_factor)
        passes *= 1.0 - share * (1.0 - numbers[w, LOOKS_AWAY]) * escapes
        if goes in (STOPS, BEYOND):
            passes *= 1.0 - tracking[e]
    return 1.0 - passes


@inlined
def surcharge(
    freight: np.ndarray, levied: bool, levy_rate: np.ndarray, levy_unit: np.ndarray, shown: np.ndarray,
    count: np.ndarray, flags: np.ndarray, numbers: np.ndarray, w: int, c: int, p: int, units: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """What is paid for a unit on top of its price, in proportion to the price and apart from it.

    Args:
        freight: float64 (corridor, product), US dollars a unit.
        levied: Whether there is any levy.
        levy_rate: float64 (pair, product).
        levy_unit: float64 (pair, product).
        shown: int32 (3, corridor, 3).
        count: int64 (corridor,).
        flags: int64 (way, 9).
        numbers: float64 (way, 9).
        w: Way.
        c: Corridor.
        p: Product.
        units: Units that go together (:func:`units_of_parcel`).

    Returns:
        Share of the price and US dollars a unit for carriers or officials; the same for levies, on what papers declare.
    """
    rate = 0.0
    unit = 0.0
    goes = flags[w, GOES]
    if levied and goes != UNDECLARED:
        trades = count[c] if goes == STOPS else 1
        for j in range(trades):
            q = shown[goes, c, j]
            rate += levy_rate[q, p] * numbers[w, DECLARED]
            unit += levy_unit[q, p] * numbers[w, DECLARED]
    if w == 0:
        return 0.0, freight[c, p], rate, unit
    return numbers[w, RATE], freight[c, p] + numbers[w, COST] / units, rate, unit


@inlined
def landed_price(
    price: float, ask: float, freight: np.ndarray, levied: bool, levy_rate: np.ndarray, levy_unit: np.ndarray,
    shown: np.ndarray, count: np.ndarray, flags: np.ndarray, numbers: np.ndarray, w: int, c: int, p: int,
    usual: float, de_minimis: float,
) -> float:  # fmt: skip
    """What a unit costs its buyer: the price, and what :func:`surcharge` adds.

    Args:
        price: What the seller gets, US dollars a unit.
        ask: Ask price, by which parcels are made up.
        freight: As of :func:`surcharge`, like what follows.
        levied: Likewise.
        levy_rate: Likewise.
        levy_unit: Likewise.
        shown: Likewise.
        count: Likewise.
        flags: Likewise.
        numbers: Likewise.
        w: Way.
        c: Corridor.
        p: Product.
        usual: Units of a usual consignment.
        de_minimis: US dollars.
    """
    units = units_of_parcel(flags, numbers, w, ask, usual, de_minimis)
    rate, unit, levy, levy_flat = surcharge(
        freight, levied, levy_rate, levy_unit, shown, count, flags, numbers, w, c, p, units
    )
    return price + (unit + rate * price) + (levy * price + levy_flat)
