"""`inspection`: more consignments are opened on the legs in scope."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import PolicyFields, Scope, Tables, intensity_as


class InspectionFields(PolicyFields):
    """Raises the share of consignments inspected on legs from origins into destinations.

    Here empty ``destinations`` means all of them. Within a customs union nothing is inspected.
    """

    unread: ClassVar[tuple[str, ...]] = ("sides",)

    kind: str = parameter("inspection", unit="", choices=("inspection",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Factor on the share added.")
    added: float = parameter(
        unit="share of consignments",
        low=0.0,
        high=1.0,
        text="Share of consignments inspected, added to what is inspected already.",
    )


def apply(tables: Tables, fields: InspectionFields, scope: Scope, intensity: float) -> None:
    """Adds inspection to the tables; sums are capped at one where they are read.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Factor on the share, 0 to 1.
    """
    where = scope.exports[:, None] & scope.products[None, :]
    tables.inspection[where] += fields.added * intensity
