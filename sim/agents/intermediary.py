"""Intermediaries: exporters, traders, resellers, importers, retailers, carriers.

This module holds what a scenario says of them and the decisions of every seller: how much to hold, what mark-up
to take, and what premium makes a risky sale worth while.
"""

from __future__ import annotations

from sim.agents.common import GroupFields, SellerFields
from sim.declare.parameter import parameter
from sim.declare.types import Trait


class IntermediaryFields(GroupFields, SellerFields):
    """A group of trading firms."""

    kind: str = parameter("intermediary", unit="", choices=("intermediary",), text="Kind of agent.")
    arm_of: str = parameter(
        "", unit="", text="Group of the maker these firms belong to; a maker's policies reach its arms."
    )
    side_on_paper: str = parameter("", unit="", text="Side the firms are known to serve; empty where papers show none.")
    slots: int = parameter(0, unit="agents", low=0, high=1_000_000, text="Firms that may be founded later.")
    founding_rate: float = parameter(
        0.0,
        unit="1 a week",
        low=0.0,
        high=1.0,
        text="Hazard that a slot opens, for each unit by which the mark-up of the group's firms exceeds the usual one.",
    )
    founding_lag_weeks: Trait = parameter(
        6.5, unit="weeks", low=0.0, evidence="P25", text="Time from the decision to found a firm to its first order."
    )


def restock_level(forecast: float, lead: float, review: float, safety: float, stockpile: float) -> float:
    """Order-up-to level of an agent for one product, units.

    ``forecast * (lead + review + safety + stockpile)``: cover for the lead time, the time between two orders and
    a safety margin (RULES.md section 4), plus cover hoarded before an announced restriction (D20).

    Args:
        forecast: Smoothed sales, units a tick.
        lead: Usual lead time of the agent's suppliers, ticks.
        review: Time between two orders, ticks.
        safety: Safety cover, ticks.
        stockpile: Cover hoarded, ticks.

    Returns:
        Units, not rounded.

    Example:
        >>> restock_level(10.0, 3.0, 1.0, 2.0, 0.0)
        60.0
    """
    return forecast * (lead + review + safety + stockpile)


def mark_up(
    previous: float, usual: float, most: float, refused_share: float, gain: float, decay: float, jump: float
) -> float:
    """The mark-up of this tick.

    ``clip(previous + gain * refused_share + jump - decay * (previous - usual), usual / 2, most)`` (RULES.md section
    5): scarcity moves the mark-up, and the mark-up returns to the usual one as supply recovers (F11, F16).

    Args:
        previous: Mark-up of the tick before, share of unit cost.
        usual: Usual mark-up of the agent.
        most: Highest mark-up.
        refused_share: Units refused over units ordered in the tick before, 0 to 1.
        gain: Weight of scarcity, a tick.
        decay: Return to the usual mark-up, a tick.
        jump: What a shortage that is expected adds at once: see :func:`shortage_jump`.

    Returns:
        Share of unit cost.

    Example:
        >>> mark_up(0.2, 0.2, 1.0, 0.5, 0.1, 0.05, 0.0)
        0.25
        >>> mark_up(0.2, 0.2, 1.0, 0.0, 0.1, 0.05, 0.4)
        0.6000000000000001
    """
    return min(most, max(0.5 * usual, previous + gain * refused_share + jump - decay * (previous - usual)))


def shortage_jump(refusing: float, known: float, shortage_mark_up: float) -> float:
    """Rise of the mark-up of a trader whose suppliers turn away, before it runs short; share of unit cost.

    ``shortage_mark_up * max(0, refusing - known)``. Prices of storable goods move when a shortage is expected, not when
    it comes, since whoever holds stock can sell it later (Williams and Wright 1991, Storage and Commodity Markets;
    F11: prices were up within weeks of the leader's exit).

    Args:
        refusing: Share of its suppliers that refuse it, or are about to run short themselves, 0 to 1.
        known: The highest such share that it has already priced in; it fades as mark-ups return to the usual ones.
        shortage_mark_up: Rise where all suppliers turn away, share of unit cost (P14).

    Returns:
        Share of unit cost.

    Example:
        >>> shortage_jump(0.75, 0.25, 0.8), shortage_jump(0.25, 0.75, 0.8)
        (0.4, 0.0)
    """
    return shortage_mark_up * max(0.0, refusing - known)


def replacement_cost(unit_cost: float, last_paid: float) -> float:
    """What a trader reckons a unit costs when it sets its price, US dollars.

    ``max(unit_cost, last_paid)``: when sources get dearer a trader prices old stock at what it costs to replace; when
    they get cheaper it first sells off what it paid more for. Retail prices rise faster than they fall (Peltzman
    2000, Journal of Political Economy 108; F11).

    Args:
        unit_cost: Moving average cost of the stock, US dollars a unit.
        last_paid: Landed price of its last purchase, US dollars a unit.

    Returns:
        US dollars a unit.

    Example:
        >>> replacement_cost(100.0, 130.0)
        130.0
    """
    return max(unit_cost, last_paid)


def ask_price(unit_cost: float, taken_mark_up: float) -> float:
    """Price asked for a unit before any reservation premium, US dollars.

    ``unit_cost * (1 + mark_up)`` (RULES.md section 5).

    Args:
        unit_cost: Cost of a unit, US dollars: a maker's cost of production, a trader's :func:`replacement_cost`.
        taken_mark_up: Mark-up, share of unit cost.

    Returns:
        US dollars a unit.

    Example:
        >>> ask_price(100.0, 0.25)
        125.0
    """
    return unit_cost * (1.0 + taken_mark_up)


def belief(place: float, seen: float, diligence: float) -> float:
    """Belief that goods sold to a customer reach a barred side, 0 to 1.

    ``1 - (1 - place) * (1 - diligence * seen)``: papers and jurisdiction on one hand, what the seller has seen of
    the customer's own customers on the other (RULES.md section 5; diligence looks one hop).

    Args:
        place: 1 where papers name the side, else the share of such buyers in the customer's jurisdiction.
        seen: Smoothed share of the customer's sales that went to buyers who look like that side.
        diligence: How much of this the seller sees, 0 to 1.

    Returns:
        Probability.

    Example:
        >>> belief(0.5, 0.5, 1.0)
        0.75
    """
    return 1.0 - (1.0 - place) * (1.0 - diligence * seen)


def premium(believed: float, risk: float, penalty: float, stake: float, tolerance: float, consignment: float) -> float:
    """Reservation premium of a seller that does not refuse outright, US dollars a unit.

    ``believed * risk * (penalty + stake) / (tolerance * consignment)`` (RULES.md section 5): what the firm
    stands to lose by detection, spread over the units of a usual consignment. Firms with little licit trade at
    stake dare what exposed ones do not (D31).

    Args:
        believed: Belief that the goods go to a barred side, 0 to 1.
        risk: Perceived risk of detection of one consignment, 0 to 1.
        penalty: Penalty of the policy, US dollars.
        stake: Licit margin at stake, US dollars.
        tolerance: Risk tolerance, above 0.
        consignment: Units in a usual consignment.

    Returns:
        US dollars a unit.

    Example:
        >>> premium(1.0, 0.1, 10_000.0, 0.0, 1.0, 20.0)
        50.0
    """
    return believed * risk * (penalty + stake) / (tolerance * consignment)


def corridor(freight: float, price: float, lead_weeks: float, patience: float, lost: float) -> float:
    """What a unit costs by a corridor, US dollars; a forwarder offers the corridor of least cost.

    ``freight + price * (patience * lead_weeks + lost)``: freight, time, and the chance to lose the goods on the way
    (RULES.md section 5: choices against cost, delay and perceived risk).

    Args:
        freight: Freight over all legs, US dollars a unit.
        price: Reference price, US dollars a unit.
        lead_weeks: Mean time on the way, weeks.
        patience: What a week on the way is worth, share of the price.
        lost: Chance that a consignment is barred or found out at one of the borders, 0 to 1.

    Returns:
        US dollars a unit.

    Example:
        >>> corridor(10.0, 100.0, 5.0, 0.01, 0.25)
        40.0
    """
    return freight + price * (patience * lead_weeks + lost)


def way(handling: float, rate: float, price: float, premium: float, patience: float, weeks: float) -> float:
    """What a unit costs its customer by a way, US dollars; a seller takes the way of least cost.

    ``(price + premium) * (1 + rate + patience * weeks) + handling``: what makes the seller's offer cheapest, the
    premium for the risk that it takes by this way included (RULES.md section 5). Firms with much to lose ask a high
    premium for false papers, and so keep to honest ones; whoever has little to lose dares (D31).

    Args:
        handling: Freight, what the way costs a unit, and levies a unit, US dollars.
        rate: What the way and levies cost, share of the price.
        price: Ask price, US dollars a unit.
        premium: Reservation premium by this way, US dollars a unit; infinite where the papers do not pass.
        patience: What a week on the way is worth, share of the price.
        weeks: Mean time on the way, weeks.

    Returns:
        US dollars a unit.

    Example:
        >>> way(10.0, 0.25, 90.0, 10.0, 0.01, 5.0)
        140.0
    """
    return (price + premium) * (1.0 + rate + patience * weeks) + handling


def trader_ceiling(ask: float, usual: float) -> float:
    """Most that a trader pays for a unit landed, US dollars: its resale price less half its usual margin.

    ``ask / (1 + usual / 2)``.

    Args:
        ask: The trader's own ask price, US dollars a unit.
        usual: Its usual mark-up.

    Returns:
        US dollars a unit.

    Example:
        >>> round(trader_ceiling(110.0, 0.2), 9)
        100.0
    """
    return ask / (1.0 + 0.5 * usual)
