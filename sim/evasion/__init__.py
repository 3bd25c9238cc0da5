"""Evasion: one module a family of kinds, each with its fields. A scenario evades only by what it lists."""

from __future__ import annotations

from sim.evasion import carriage, firms, papers, routes
from sim.evasion.common import EvasionFields, WayFields

KINDS: dict[str, type[EvasionFields]] = {
    "rerouting": routes.ReroutingFields,
    "ghost_transit": routes.GhostTransitFields,
    "vague_description": papers.VagueDescriptionFields,
    "understatement": papers.UnderstatementFields,
    "civil_face": papers.CivilFaceFields,
    "military_purpose": papers.MilitaryPurposeFields,
    "splitting": carriage.SplittingFields,
    "personal_carriage": carriage.PersonalCarriageFields,
    "off_the_shelf": carriage.OffTheShelfFields,
    "facilitation": carriage.FacilitationFields,
    "resale": firms.ResaleFields,
    "shells": firms.ShellsFields,
    "stockpiling": firms.StockpilingFields,
}
"""Fields of each kind of evasion."""

__all__ = ["KINDS", "EvasionFields", "WayFields"]
