"""Makers: what a scenario says of them, and how much they build.

A maker builds to an order-up-to level within its capacity and its components. It asks, refuses and takes risks
like any seller (see :mod:`sim.agents.intermediary`).
"""

from __future__ import annotations

from sim.agents.common import GroupFields, SellerFields
from sim.declare.parameter import parameter
from sim.declare.types import Bill, ScheduleByProduct, Trait


class ManufacturerFields(GroupFields, SellerFields):
    """A group of makers. Every maker is a brand of its own."""

    kind: str = parameter("manufacturer", unit="", choices=("manufacturer",), text="Kind of agent.")
    capacity: ScheduleByProduct = parameter(
        unit="units a month", low=0.0, text="Most units the whole group can build, by product; shared out by size."
    )
    production_cost: Trait = parameter(
        0.7, unit="share of the reference price", low=0.0, high=5.0, text="Cost of building one unit, components apart."
    )
    bill: Bill = parameter(
        {}, unit="units a unit", text="Bill of materials: product built -> component product -> whole units of it."
    )
    home_side: str = parameter(
        "",
        unit="",
        text="The side whose home industry this is; its units are home-made for that side, foreign for others.",
    )


def production(forecast: float, gain: float, level: float, position: float, capacity: float) -> float:
    """Units a maker wants to build this tick, before rounding and components.

    ``min(capacity, max(0, forecast + gain * (level - position)))`` (MODEL.md section 3.4: the order-up-to rule
    with a gain below one, after Dejonckheere et al. 2003, which keeps order variance from growing along a chain).

    Args:
        forecast: Smoothed sales, units a tick.
        gain: Share of the gap closed a tick, 1.
        level: Order-up-to level, units.
        position: Stock, units.
        capacity: Most units this tick.

    Returns:
        Units, not rounded.

    Example:
        >>> production(10.0, 0.25, 40.0, 20.0, 12.0)
        12.0
    """
    return min(capacity, max(0.0, forecast + gain * (level - position)))
