"""Fields that several kinds of agent share."""

from __future__ import annotations

from sim.declare.parameter import Fields, parameter
from sim.declare.types import Products, Trait, WordTrait


class GroupFields(Fields):
    """What every group of agents has."""

    enabled: bool = parameter(True, unit="", text="False removes the group, as if it were not in the file.")
    kind: str = parameter(unit="", text="Kind of agent.")
    title: str = parameter("", unit="", text="Name in tables and figures.")
    count: int = parameter(unit="agents", low=0, high=1_000_000, text="Agents alive at the start.")
    jurisdiction: WordTrait = parameter(unit="", text="Where the agents sit: one jurisdiction, or a choice by weights.")
    products: Products = parameter((), unit="", text="Products the agents deal in.")
    size: Trait = parameter(
        1.0,
        unit="1",
        low=0.0,
        text="Size of an agent against the others of its group; shares out capacity, demand and budgets. Mean 1.",
    )


class SellerFields(Fields):
    """What every agent that sells for profit has."""

    mark_up: Trait = parameter(
        0.2, unit="share of unit cost", low=0.0, high=5.0, evidence="P12", text="Usual mark-up over unit cost."
    )
    mark_up_max: Trait = parameter(
        1.0,
        unit="share of unit cost",
        low=0.0,
        high=20.0,
        evidence="P14",
        text="Highest mark-up, reached in a long shortage.",
    )
    compliant_share: float = parameter(
        0.4,
        unit="share of agents",
        low=0.0,
        high=1.0,
        evidence="P24",
        text="Share of agents that never sell what they believe to be barred.",
    )
    tolerance: Trait = parameter(
        1.0, unit="1", low=0.01, text="Risk tolerance: the reservation premium is divided by it."
    )
    diligence: Trait = parameter(
        0.5, unit="1", low=0.0, high=1.0, text="How much of its customers' onward sales a seller sees (one hop)."
    )
    concealment: Trait = parameter(
        0.0, unit="probability", low=0.0, high=1.0, text="Chance that unlawful goods pass an inspection unseen."
    )
    recorded: float = parameter(
        1.0,
        unit="1",
        low=0.0,
        high=1.0,
        text="Factor on the coverage of customs records of what an agent sends: 0 for parcels and hand luggage.",
    )
    bidding_share: float = parameter(
        0.0,
        unit="share of agents",
        low=0.0,
        high=1.0,
        evidence="D21",
        text="Share of agents that sell scarce stock by open bidding.",
    )
    review_weeks: int = parameter(1, unit="weeks", low=1, high=52, text="Time between two orders of an agent.")
    safety_weeks: float = parameter(3.0, unit="weeks", low=0.0, text="Safety cover in the order-up-to level.")
    stockpile_weeks: float = parameter(
        0.0,
        unit="weeks",
        low=0.0,
        high=104.0,
        evidence="P31",
        text="Cover added when a restriction on the source is announced, until it takes effect.",
    )
    storage_weeks: float = parameter(52.0, unit="weeks", low=0.0, text="Most cover an agent can store.")
    founding_capital: float = parameter(
        20_000.0, unit="US dollars", low=0.0, text="Cash of an agent at the start, times its size."
    )
    working_weeks: float = parameter(
        12.0,
        unit="weeks",
        low=0.0,
        text="Working-capital target: so many weeks of forecast sales at cost; more is paid out.",
    )
    overhead: float = parameter(
        0.0, unit="US dollars a month", low=0.0, text="Running cost of an agent, times its size."
    )
