"""`inspection`: more consignments are opened on the legs in scope."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import OF_SALES, PolicyFields, Scope, Tables, intensity_as


class InspectionFields(PolicyFields):
    """Raises the share of consignments inspected on legs from origins into destinations.

    Here empty ``destinations`` means all of them. Within a customs union nothing is inspected.
    """

    composes: ClassVar[str] = "Shares add up, and the sum is capped at 1 when it is read."
    unread: ClassVar[tuple[str, ...]] = ("sides", *OF_SALES)

    imposed_at: ClassVar[tuple[str, ...]] = ("origins", "destinations")
    imposed_why: ClassVar[str] = "Derived: goods are opened by customs of the states that they leave, or enter."

    kind: str = parameter("inspection", unit="", choices=("inspection",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Factor on the share added.")
    added: float = parameter(
        unit="share of consignments",
        low=0.0,
        high=1.0,
        text="Share of consignments inspected, added to what is inspected already.",
    )
    allocation: str = parameter(
        "fixed",
        unit="",
        choices=("fixed", "proportional"),
        text="The same on every leg in scope, or by what was found on each, at as many inspections of recorded goods.",
    )
    memory_weeks: float = parameter(
        26.0,
        unit="weeks",
        low=1.0,
        high=520.0,
        text="Weeks of own seizures and records that an allocation looks back on.",
    )
    period_weeks: float = parameter(13.0, unit="weeks", low=1.0, high=520.0, text="Time between two allocations.")
    prior: float = parameter(
        20.0,
        unit="consignments",
        low=0.01,
        text="Weight of what is usual on all legs in what an authority expects of one.",
    )


def apply(tables: Tables, fields: InspectionFields, scope: Scope, intensity: float, index: int) -> None:
    """Adds inspection to the tables; sums are capped at one where they are read.

    Where inspections are allocated by proportion, `sim.tick.allocate` adds them in every tick.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Factor on the share, 0 to 1.
        index: Row of the policy.
    """
    tables.strength[index] = intensity
    if fields.allocation == "fixed":
        where = scope.exports[:, None] & scope.products[None, :]
        tables.inspection[where] += fields.added * intensity
