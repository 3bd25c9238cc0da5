"""Ways by which goods go: in small parcels, by hand, bought in a shop, past officials who look away."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.evasion.common import UNDECLARED, WayFields, way_parameter


class SplittingFields(WayFields):
    """A consignment goes in parcels, each below the de-minimis value where its price allows."""

    parcels: ClassVar[bool] = True

    kind: str = parameter("splitting", unit="", choices=("splitting",), text="Kind of evasion.")
    cost: float = way_parameter(15.0, "cost")
    concealment: float = way_parameter(0.3, "concealment")
    penalty: float = way_parameter(1_000.0, "penalty")


class PersonalCarriageFields(WayFields):
    """Travellers carry the goods. No papers, and no record."""

    goes: ClassVar[int] = UNDECLARED
    by_hand: ClassVar[bool] = True

    kind: str = parameter("personal_carriage", unit="", choices=("personal_carriage",), text="Kind of evasion.")
    most_units: float = parameter(4.0, unit="units a traveller", low=1.0, text="Most units that one traveller carries.")
    cost: float = way_parameter(500.0, "cost")
    concealment: float = way_parameter(0.5, "concealment")
    penalty: float = way_parameter(2_000.0, "penalty")


class OffTheShelfFields(WayFields):
    """The customer buys on the shelves of the seller's state, as anybody could, and takes the goods home (D24)."""

    goes: ClassVar[int] = UNDECLARED
    by_hand: ClassVar[bool] = True

    kind: str = parameter("off_the_shelf", unit="", choices=("off_the_shelf",), text="Kind of evasion.")
    most_units: float = parameter(6.0, unit="units a trip", low=1.0, text="Most units that one trip brings home.")
    rate: float = way_parameter(0.15, "rate")
    cost: float = way_parameter(250.0, "cost")
    concealment: float = way_parameter(0.5, "concealment")
    penalty: float = way_parameter(1_000.0, "penalty")


class FacilitationFields(WayFields):
    """Officials are paid, and pass papers that show a breach; they let most consignments go unopened."""

    officials: ClassVar[bool] = True

    kind: str = parameter("facilitation", unit="", choices=("facilitation",), text="Kind of evasion.")
    looks_away: float = parameter(
        0.8, unit="share of inspections", low=0.0, high=1.0, text="Share of inspections that are not made."
    )
    rate: float = way_parameter(0.12, "rate")
    penalty: float = way_parameter(30_000.0, "penalty")
