"""The kinds of agent: what a scenario says of each, and its decisions."""

from __future__ import annotations

from sim.agents.buyer import BuyerFields
from sim.agents.common import GroupFields
from sim.agents.intermediary import IntermediaryFields
from sim.agents.manufacturer import ManufacturerFields
from sim.agents.regulator import RegulatorFields

KINDS: dict[str, type[GroupFields]] = {
    "buyer": BuyerFields,
    "intermediary": IntermediaryFields,
    "manufacturer": ManufacturerFields,
    "regulator": RegulatorFields,
}
"""Fields of a group by its ``kind``."""
