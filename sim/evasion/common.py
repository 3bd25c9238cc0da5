"""What every kind of evasion has, and what every way of sending a consignment has.

A *way* is what a seller writes on the papers of a consignment, and how it goes. Sellers choose among the ways that the
scenario lists, against cost, time and perceived risk (:func:`sim.agents.intermediary.way`). Ways are abstract choices
with costs and risks; the model says nothing of how anybody would do it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sim.declare.parameter import Fields, parameter
from sim.declare.types import Words

TRUE, STOPS, BEYOND, UNDECLARED = 0, 1, 2, 3
"""What papers say of where goods go: the truth; the next stop; a state beyond; there are no papers."""


class EvasionFields(Fields):
    """What every kind of evasion has."""

    enabled: bool = parameter(True, unit="", text="False switches it off, as if it were not in the file.")
    kind: str = parameter(unit="", text="Kind of evasion.")
    title: str = parameter("", unit="", text="Name in tables and figures.")


class WayFields(EvasionFields):
    """What every way of sending a consignment has.

    Attributes:
        goes: What papers say of where the goods go: TRUE, STOPS, BEYOND or UNDECLARED.
        hides_product, hides_side, names_side: Whether papers hide what it is, hide whom it serves, or name it.
        false: Whether the papers are false, so that goods that are found out can be seized though no ban bears on them.
        parcels: Whether the consignment goes in parcels of small value; by_hand: whether in parcels of few units,
            without a record.
        officials: Whether ``rate`` is paid to officials, so that they look away.
    """

    goes: ClassVar[int] = TRUE
    hides_product: ClassVar[bool] = False
    hides_side: ClassVar[bool] = False
    names_side: ClassVar[bool] = False
    false: ClassVar[bool] = True
    parcels: ClassVar[bool] = False
    by_hand: ClassVar[bool] = False
    officials: ClassVar[bool] = False

    groups: Words = parameter((), unit="", text="Groups of sellers that can use it; empty for all.")
    effective: date | None = parameter(None, unit="date", text="Date from which it is used; always where empty.")
    cost: float = parameter(0.0, unit="US dollars a consignment", low=0.0, text="What it costs, a consignment.")
    rate: float = parameter(
        0.0, unit="share of the price", low=0.0, high=5.0, text="What it costs besides, of the price of a unit."
    )
    delay_weeks: float = parameter(0.0, unit="weeks", low=0.0, high=104.0, text="Time that it takes longer.")
    concealment: float = parameter(
        0.0, unit="probability", low=0.0, high=1.0, text="Chance that an inspection does not find it out."
    )
    penalty: float = parameter(
        0.0, unit="US dollars a consignment", low=0.0, text="What the seller expects to pay where it is found out."
    )


def way_parameter(default: Any, name: str) -> Any:
    """A parameter of every way with another default for one kind.

    Args:
        default: The default.
        name: Name of the parameter in :class:`WayFields`.
    """
    declared = WayFields.model_fields[name]
    extra = dict(declared.json_schema_extra) if isinstance(declared.json_schema_extra, dict) else {}
    return parameter(
        default,
        unit=str(extra["unit"]),
        low=extra.get("low"),
        high=extra.get("high"),
        text=str(declared.description),
        evidence=str(extra.get("evidence", "assumed")),
    )
