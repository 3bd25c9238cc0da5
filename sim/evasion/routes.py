"""Ways that hide where goods go: by other states, declared from stop to stop, or to a state beyond."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.evasion.common import BEYOND, STOPS, WayFields, way_parameter


class ReroutingFields(WayFields):
    """Goods go through one or two third states; papers at each border name only the next stop (D24)."""

    goes: ClassVar[int] = STOPS

    kind: str = parameter("rerouting", unit="", choices=("rerouting",), text="Kind of evasion.")
    cost: float = way_parameter(400.0, "cost")
    rate: float = way_parameter(0.04, "rate")
    delay_weeks: float = way_parameter(1.0, "delay_weeks")
    concealment: float = way_parameter(0.7, "concealment")
    penalty: float = way_parameter(10_000.0, "penalty")


class GhostTransitFields(WayFields):
    """Goods are declared to a state beyond, on a way through the true one, and are unloaded there (P42)."""

    goes: ClassVar[int] = BEYOND

    kind: str = parameter("ghost_transit", unit="", choices=("ghost_transit",), text="Kind of evasion.")
    cost: float = way_parameter(300.0, "cost")
    rate: float = way_parameter(0.05, "rate")
    delay_weeks: float = way_parameter(0.5, "delay_weeks")
    concealment: float = way_parameter(0.6, "concealment")
    penalty: float = way_parameter(15_000.0, "penalty")
