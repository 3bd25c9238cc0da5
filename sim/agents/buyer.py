"""Buyers: end users who fly and wear out units, and pass-through buyers who hand on to them.

Holds what a scenario says of them, and how much they bid and need.
"""

from __future__ import annotations

from sim.agents.common import GroupFields
from sim.declare.parameter import parameter
from sim.declare.types import Schedule, ScheduleByProduct, Trait


class BuyerFields(GroupFields):
    """A group of buyers.

    A pass-through buyer (``end_user = false``) buys with its budget and hands on, free of charge, to the end
    users of its true side that it is linked to. An end user has ``demand``.
    """

    kind: str = parameter("buyer", unit="", choices=("buyer",), text="Kind of agent.")
    side: str = parameter(unit="", text="True side: where the units end up.")
    side_on_paper: str = parameter("", unit="", text="Side on papers; empty for the true side.")
    end_user: bool = parameter(unit="", text="True for those who use the units, false for those who hand them on.")
    demand: ScheduleByProduct = parameter(
        {}, unit="units a month", low=0.0, text="Units the whole group uses up when it lacks nothing, by product."
    )
    sorties_survived: Trait = parameter(
        3.0, unit="sorties", low=1.0, evidence="P28", text="Sorties a unit survives in the mean."
    )
    sorties_per_unit: float = parameter(
        2.0, unit="sorties a unit a tick", low=0.01, text="Most sorties one unit flies in a tick."
    )
    cover_weeks: float = parameter(
        3.0, unit="weeks", low=0.0, text="Stock a buyer aims at, beyond lead and review time."
    )
    review_weeks: int = parameter(1, unit="weeks", low=1, high=52, text="Time between two orders of an agent.")
    budget: Schedule = parameter(
        0.0, unit="US dollars a month", low=0.0, text="Budget of the whole group; shared out by size."
    )
    donation_cv: float = parameter(
        0.0, unit="1", low=0.0, high=3.0, text="Spread of donations from tick to tick (coefficient of variation)."
    )
    carry_over_weeks: float = parameter(
        13.0, unit="weeks", low=0.0, text="Budget kept when unspent; what is beyond goes back to the budget holder."
    )
    ceiling: float = parameter(
        2.0,
        unit="times the reference price",
        low=0.0,
        text="Most that a buyer pays for a unit landed; the mean over buyers.",
    )
    ceiling_cv: float = parameter(0.3, unit="1", low=0.0, high=3.0, text="Spread of ceilings over buyers (lognormal).")
    elasticity: float = parameter(
        -0.4, unit="1", low=-5.0, high=0.0, evidence="P26", text="Price elasticity of what is ordered."
    )
    users: float = parameter(1.0, unit="persons", low=0.0, text="How many users one agent stands for.")


def bid_ceiling(ceiling: float, raised_urgency: float) -> float:
    """Bid of a buyer in open bidding before keyed noise, US dollars a unit landed.

    ``ceiling * urgency ** exponent`` (RULES.md section 6).

    Args:
        ceiling: Most the buyer pays, US dollars a unit landed.
        raised_urgency: ``urgency ** exponent``, 0 to 1, where urgency is need over need, stock and units on order.

    Returns:
        US dollars a unit.

    Example:
        >>> bid_ceiling(100.0, 0.5)
        50.0
    """
    return ceiling * raised_urgency


def wanted(cover_gap: float, use: float, gain: float) -> float:
    """Units a buyer wants to order now, before price and budget bend it.

    ``max(0, use + gain * gap)``: what it uses up in the time between two orders, and a share of the gap between
    target and position (RULES.md section 4).

    Args:
        cover_gap: Target stock less position, units.
        use: Units used, or handed on, between two orders.
        gain: Share of the gap closed with one order.

    Returns:
        Units, not rounded.

    Example:
        >>> wanted(8.0, 10.0, 0.25)
        12.0
    """
    return max(0.0, use + gain * cover_gap)
