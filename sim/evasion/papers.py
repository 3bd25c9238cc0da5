"""Ways that write something else on the papers: what it is, how much, for whom; and one that writes the truth."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.evasion.common import WayFields, way_parameter


class VagueDescriptionFields(WayFields):
    """Papers do not say which product it is (D25): a rule that bears on some products only does not see it."""

    hides_product: ClassVar[bool] = True

    kind: str = parameter("vague_description", unit="", choices=("vague_description",), text="Kind of evasion.")
    cost: float = way_parameter(100.0, "cost")
    concealment: float = way_parameter(0.4, "concealment")
    penalty: float = way_parameter(8_000.0, "penalty")


class UnderstatementFields(WayFields):
    """Papers name fewer units and less value (D25): less is levied, and small consignments are looked at less."""

    kind: str = parameter("understatement", unit="", choices=("understatement",), text="Kind of evasion.")
    declared: float = parameter(
        0.5, unit="share of units and value", low=0.01, high=1.0, text="Share of units and value on the papers."
    )
    cost: float = way_parameter(50.0, "cost")
    concealment: float = way_parameter(0.3, "concealment")
    penalty: float = way_parameter(5_000.0, "penalty")


class CivilFaceFields(WayFields):
    """A buyer that serves a side shows a civil face (D27): papers name a civil user, and no side."""

    hides_side: ClassVar[bool] = True

    kind: str = parameter("civil_face", unit="", choices=("civil_face",), text="Kind of evasion.")
    cost: float = way_parameter(200.0, "cost")
    rate: float = way_parameter(0.02, "rate")
    concealment: float = way_parameter(0.6, "concealment")
    penalty: float = way_parameter(10_000.0, "penalty")


class MilitaryPurposeFields(WayFields):
    """Papers name the military purpose (D08).

    No evasion: it speeds clearance where the side is at home, and is barred wherever the side is.
    """

    names_side: ClassVar[bool] = True
    false: ClassVar[bool] = False

    kind: str = parameter("military_purpose", unit="", choices=("military_purpose",), text="Kind of evasion.")
    saved_weeks: float = parameter(
        1.0, unit="weeks", low=0.0, high=52.0, text="Time saved on the way to a state where the side is at home."
    )
    cost: float = way_parameter(50.0, "cost")
