"""`levy`: a tax on goods that leave origins, by value, by unit or both; the buyer pays it."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import PolicyFields, Scope, Tables, intensity_as


class LevyFields(PolicyFields):
    """Makes goods dearer on legs that leave an origin, into the destinations named or, without any, into all.

    The buyer pays it on top of price and freight, and sees it in the landed price when it chooses a supplier, so that
    trade moves to legs without it. Hand-on within a side is no sale and pays none.
    """

    composes: ClassVar[str] = "Rates and amounts add up."
    unread: ClassVar[tuple[str, ...]] = ("sides",)

    kind: str = parameter("levy", unit="", choices=("levy",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Factor on both the rate and the amount a unit.")
    rate: float = parameter(
        0.0, unit="share of the price", low=0.0, high=10.0, text="Levy by value, on the price that the seller gets."
    )
    per_unit: float = parameter(0.0, unit="US dollars a unit", low=0.0, text="Levy on each unit, whatever its price.")


def apply(tables: Tables, fields: LevyFields, scope: Scope, intensity: float, index: int) -> None:
    """Adds the levy to the tables: rates and amounts of several levies add up.

    A unit sold at price ``p`` over leg ``e`` pays ``p·Σ rate·intensity + Σ per_unit·intensity`` over the levies in
    force whose scope holds leg and product (an ad valorem and a specific duty on the value at the exit border).

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Factor on both, 0 to 1.
        index: Row of the policy; it writes no table by policy.
    """
    where = scope.exports[:, None] & scope.products[None, :]
    tables.levy_rate[where] += fields.rate * intensity
    tables.levy_unit[where] += fields.per_unit * intensity
