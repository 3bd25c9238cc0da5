"""Makers: what a scenario says of them, and how much they build.

A maker builds to an order-up-to level within its capacity and its components. It asks, refuses and takes risks
like any seller (see :mod:`sim.agents.intermediary`).
"""

from __future__ import annotations

from sim.agents.common import GroupFields, SellerFields
from sim.declare.parameter import parameter
from sim.declare.types import Bill, ScheduleByProduct, Substitutes, Trait


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
    foreign_content: Substitutes = parameter(
        {},
        unit="share of the cost of building",
        low=0.0,
        high=1.0,
        text="By product: inputs from jurisdictions that can bar them, as a share of the cost of building a unit.",
    )
    input_cover_weeks: Trait = parameter(
        8.0,
        unit="weeks",
        low=0.0,
        text="Weeks of production at capacity for which it holds foreign inputs when they are barred.",
    )
    home_side: str = parameter(
        "",
        unit="",
        text="The side whose home industry this is; its units are home-made for that side, foreign for others.",
    )


def production(forecast: float, gain: float, level: float, position: float, capacity: float) -> float:
    """Units a maker wants to build this tick, before rounding and components.

    ``min(capacity, max(0, forecast + gain * (level - position)))`` (RULES.md section 2: the order-up-to rule
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


def redesigned(waited: float, lag: float) -> float:
    """Share of a maker's designs in which substitutes for barred inputs are built in.

    ``z² (3 − 2z)``, ``z = min(1, waited ÷ lag)``: designs are done one by one, few at first and few at the end. It is
    the distribution function of a beta(2, 2) time between 0 and the lag, of mean half the lag.

    Args:
        waited: Ticks since the restriction was announced.
        lag: Ticks until the last design is done; 0 where all are done at once.

    Returns:
        A share, 0 to 1.

    Example:
        >>> redesigned(0.0, 8.0), redesigned(4.0, 8.0), redesigned(9.0, 8.0), redesigned(0.0, 0.0)
        (0.0, 0.5, 1.0, 1.0)
    """
    if waited >= lag:
        return 1.0
    z = waited / lag
    return z * z * (3.0 - 2.0 * z)


def unhindered(capacity: float, dependent: float, done: float) -> float:
    """Units a maker can build in a tick without any barred input.

    ``capacity (1 − dependent (1 − done))``. One missing input stops the whole unit (fixed proportions, as in the O-ring
    form of Kremer 1993), so what counts is the share of output that needs an input without a substitute, not what it
    costs: with ``n`` inputs barred, each without substitute with probability ``m``, ``dependent = 1 − (1 − m)ⁿ``.

    Args:
        capacity: Most units this tick.
        dependent: Share of the output that needs a barred input without a substitute.
        done: Share of designs in which it is replaced.

    Returns:
        Units.

    Example:
        >>> unhindered(100.0, 0.4, 0.5)
        80.0
    """
    return capacity * (1.0 - dependent * (1.0 - done))


def dearer(barred: float, extra_cost: float, missing: float, done: float) -> float:
    """Rise of the cost of building a unit, over what it was.

    ``extra_cost · barred · (1 − missing (1 − done))``: what has been replaced, at once or since, costs more.

    Args:
        barred: Cost of the inputs barred, over the cost of building a unit.
        extra_cost: What substitutes cost more, over what they replace.
        missing: Chance that an input has no substitute on the shelf.
        done: Share of designs in which such inputs are replaced.

    Returns:
        A share of the cost of building.

    Example:
        >>> dearer(0.5, 0.5, 0.5, 0.0)
        0.125
    """
    return extra_cost * barred * (1.0 - missing * (1.0 - done))
