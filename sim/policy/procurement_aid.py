"""`procurement_aid`: money or goods to a side."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule, ScheduleByProduct, Words
from sim.policy.common import OF_SALES, OF_TRIGGERS, PolicyFields, Scope, Tables, intensity_as


class ProcurementAidFields(PolicyFields):
    """Gives money to buyers' budgets, or goods that nobody in the model has made.

    It restricts nothing, so a twin has it too, unless it is named among the policies that the twin lacks. Goods given
    count as foreign-made and as received at no price. Announcing aid makes nobody hoard.
    """

    composes: ClassVar[str] = "Money and goods add up."
    restriction: ClassVar[bool] = False
    unread: ClassVar[tuple[str, ...]] = (
        "products",
        "traits",
        "origins",
        "destinations",
        "exempt_products",
        "exempt_destinations",
        *OF_TRIGGERS,
        *OF_SALES,
    )

    imposed_at: ClassVar[tuple[str, ...]] = ()
    imposed_why: ClassVar[str] = "Whoever gives the money or the goods can."

    kind: str = parameter("procurement_aid", unit="", choices=("procurement_aid",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Factor on both money and goods.")
    sides: Words = parameter((), unit="", text="Sides aided: recipients are buyers whose true side is one of them.")
    groups: Words = parameter(
        (),
        unit="",
        text="Groups of buyers aided; empty for all of the sides: money to those with budgets, goods to end users.",
    )
    dollars: Schedule = parameter(0.0, unit="US dollars a week", low=0.0, text="Money given.")
    units: ScheduleByProduct = parameter({}, unit="units a week", low=0.0, text="Goods given, by product.")


def apply(tables: Tables, fields: ProcurementAidFields, scope: Scope, intensity: float, index: int) -> None:
    """Switches the aid on with a factor on money and goods; several aids add up.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Factor on both, 0 to 1.
        index: Row of the policy.
    """
    tables.strength[index] = intensity
