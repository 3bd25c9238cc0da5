"""`input_restriction`: listed makers lose foreign inputs, and must replace them at a cost and after a delay."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule, Trait, Words
from sim.policy.common import OF_TRIGGERS, PolicyFields, Scope, Tables, intensity_as


class InputRestrictionFields(PolicyFields):
    """Bars foreign inputs from the makers of some groups, for the products in scope that hold such inputs.

    How many inputs a product holds follows from the maker's ``foreign_content``. An input with a substitute on the
    shelf is replaced at once, at an extra cost. One without stops the units that need it: they are built from the
    inputs in stock, and then not until a substitute has been found and built in, within the lag. What that means
    for deliveries depends on content, stock and slack capacity. Nothing here sets it.
    """

    composes: ClassVar[str] = (
        "Of those that bear on a maker the least capacity and the greatest extra cost hold: they bar the same inputs."
    )
    unread: ClassVar[tuple[str, ...]] = (
        "origins",
        "destinations",
        "sides",
        "exempt_destinations",
        *OF_TRIGGERS,
        "grandfather_weeks",
    )

    imposed_at: ClassVar[tuple[str, ...]] = ()
    imposed_why: ClassVar[str] = "The states can that the foreign inputs come from."

    kind: str = parameter("input_restriction", unit="", choices=("input_restriction",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Share of the foreign inputs of a unit that are barred.")
    groups: Words = parameter(unit="", text="Groups of makers that are listed.")
    input_share: float = parameter(
        0.02,
        unit="share of a unit's production cost",
        low=0.001,
        high=1.0,
        text="Cost of one input: a foreign content of 0.1 is five inputs of 0.02.",
    )
    without_substitute: float = parameter(
        0.05, unit="probability", low=0.0, high=1.0, text="Chance that a barred input has no substitute on the shelf."
    )
    lag_weeks: Trait = parameter(
        26.0,
        unit="weeks",
        low=0.0,
        text="From the announcement until a maker has built in the last substitute of a product.",
    )
    extra_cost: float = parameter(
        0.3, unit="share of their cost", low=0.0, high=100.0, text="What substitutes cost more than what they replace."
    )


def apply(tables: Tables, fields: InputRestrictionFields, scope: Scope, intensity: float, index: int) -> None:
    """Switches the restriction on; what makers can still build is worked out in :mod:`sim.tick.inputs`.

    Of several that bear on a maker, the least capacity and the greatest extra cost hold: they bar the same inputs.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Share of the inputs barred, 0 to 1.
        index: Row of the policy.
    """
    tables.strength[index] = intensity
