"""Evasion for small random scenarios, what customs write down, and policies against it, from draws of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.world_draws import LaterDraws

if TYPE_CHECKING:
    from tests.worlds import _Maker

WAYS = (
    "rerouting", "ghost_transit", "vague_description", "understatement", "civil_face", "military_purpose", "splitting",
    "personal_carriage", "off_the_shelf", "facilitation",
)  # fmt: skip
"""Kinds of evasion that are ways of sending goods."""
AGAINST = ("inspection", "inspection", "transit_tracking", "transit_tracking", "entity_listing", "export_ban", "levy")
OLD_WAYS = (
    {},
    {"m_pay": {"kind": "facilitation", "rate": 0.03, "penalty": 200}},
    {"m_face": {"kind": "civil_face", "cost": 20, "penalty": 100}},
    {"m_round": {"kind": "rerouting", "cost": 20, "rate": 0.01, "delay_weeks": 0.5, "penalty": 100}},
)
"""What the worlds before the first with random evasion have, in turn: no draw of their own."""


def old_evasion(number: int) -> dict[str, Any]:
    """Resale and stockpiling, and in most worlds one cheap way.

    Args:
        number: Which scenario.
    """
    return {"resale": {"kind": "resale"}, "stockpiling": {"kind": "stockpiling"}} | OLD_WAYS[number % len(OLD_WAYS)]


class _Evasion(LaterDraws):
    """Draws evasion for a scenario whose other parts are drawn already.

    Args:
        number: Which scenario.
        maker: What has drawn it.
        data: The scenario, as a file would hold it.
    """

    stream = 79

    def __init__(self, number: int, maker: _Maker, data: dict[str, Any]) -> None:
        super().__init__(number, maker)
        self.data = data
        self.sellers = [name for name, group in data["groups"].items() if "mark_up" in group]

    def add(self) -> None:
        """Adds all parts."""
        data = self.data
        data["evasion"] = self.evasion()
        for place in data["jurisdictions"].values():
            place |= self.customs()
        for name in self.sellers:
            if self.chance(0.4):
                data["groups"][name]["recorded"] = self.one_of([0.0, self.between(0.2, 1.0)])
        if self.chance(0.6):
            data["market"]["patience"] = self.between(0.0, 0.08)
        for i in range(self.whole(1, 4)):
            data["policies"][f"r{self.whole(0, 9)}_{i}"] = self.policy(self.one_of(list(AGAINST)))

    def evasion(self) -> dict[str, Any]:
        """Each kind in some worlds, now and then twice; ids that stand in any order."""
        found: dict[str, Any] = {}
        for kind in WAYS:
            for copy in range(int(self.chance(0.45)) + int(self.chance(0.1))):
                found[f"w{self.whole(0, 99)}_{kind}_{copy}"] = {"kind": kind} | self.way(kind)
        for kind, p in (("resale", 0.8), ("shells", 0.7), ("stockpiling", 0.6)):
            if self.chance(p):
                found[kind] = {"kind": kind}
        return found

    def way(self, kind: str) -> dict[str, Any]:
        """Fields of a way: cheap, mostly."""
        found: dict[str, Any] = {
            "cost": self.one_of([0.0, self.between(0.0, 60.0), self.between(0.0, 400.0)]),
            "rate": self.between(0.0, 0.06),
            "delay_weeks": self.one_of([0.0, self.between(0.0, 2.0)]),
            "concealment": self.between(0.1, 1.0),
            "penalty": self.one_of([0.0, self.between(0.0, 500.0), self.between(0.0, 10_000.0)]),
        }
        if self.chance(0.25):
            found["groups"] = self.some(self.sellers, 0.6) or [self.sellers[0]]
        if self.chance(0.25):
            found["effective"] = self.day(-6, self.recorded // 2).isoformat()
        if kind == "understatement":
            found["declared"] = self.between(0.05, 0.9)
        elif kind == "military_purpose":
            found["saved_weeks"] = self.between(0.0, 3.0)
        elif kind in ("personal_carriage", "off_the_shelf"):
            found["most_units"] = self.one_of([float(self.whole(1, 30)), self.between(1.0, 9.0)])
        elif kind == "facilitation":
            found["looks_away"] = self.between(0.2, 1.0)
        return found

    def customs(self) -> dict[str, Any]:
        """What customs of a jurisdiction write down, and when they report it."""
        found: dict[str, Any] = {}
        if self.chance(0.7):
            found["export_coverage"] = self.schedule(0.1, 1.0)
        if self.chance(0.7):
            found["import_coverage"] = self.schedule(0.0, 1.0)
        if self.chance(0.7):
            found["report_weeks"] = self.between(0.0, 9.0)
        if self.chance(0.5):
            found["vague_share"] = self.between(0.0, 0.5)
        if self.chance(0.5):
            found["understatement"] = self.between(0.0, 0.6)
        return found

    def inspection(self) -> dict[str, Any]:
        """Inspections allocated by what was found, often anew."""
        found = self.scope() | {
            "allocation": "proportional", "added": self.between(0.1, 0.8), "memory_weeks": self.between(1.0, 15.0),
            "period_weeks": self.between(1.0, 6.0), "prior": self.one_of([self.between(0.05, 3.0), 20.0]),
        }  # fmt: skip
        if self.chance(0.25):
            found["products"] = self.some(self.drones, 0.6) or [self.drones[0]]
        return found

    def transit_tracking(self) -> dict[str, Any]:
        """Of some legs or all."""
        return self.scope() | {"found": self.between(0.1, 0.9)}

    def entity_listing(self) -> dict[str, Any]:
        """Authorities that see some records, and need some exposure."""
        found: dict[str, Any] = {
            "hazard": self.between(0.02, 0.8), "observation": self.between(0.05, 0.9), "capacity": self.whole(1, 5),
            "fading": self.between(0.0, 0.2), "lag_weeks": self.trait(0.0, 6.0), "chill": self.between(0.0, 0.6),
            "stock": self.one_of(["frozen", "sold_off"]),
        }  # fmt: skip
        if self.chance(0.6):
            found["sources"] = self.some(self.places, 0.5) or [self.places[0]]
        if self.chance(0.6):
            found["least"] = self.between(0.1, 4.0)
        if self.chance(0.5):
            found["sides"] = self.some(self.sides[:2], 0.7) or [self.sides[0]]
        return found

    def export_ban(self) -> dict[str, Any]:
        """Against sides, or destinations, with a small penalty; sometimes of one product only."""
        found = self.scope() | {"penalty": self.between(0.0, 3_000.0)}
        if "destinations" not in found or self.chance(0.5):
            found["sides"] = self.some(self.sides[:2], 0.6) or [self.one_of(self.sides[:2])]
        if self.chance(0.4):
            found["products"] = [self.one_of(self.drones)]
        return found

    def levy(self) -> dict[str, Any]:
        """A heavy one."""
        found = self.scope() | {"rate": self.between(0.1, 0.6)}
        if self.chance(0.4):
            found["per_unit"] = self.between(1.0, 60.0)
        return found


def add_evasion(number: int, maker: _Maker, data: dict[str, Any]) -> None:
    """Adds evasion, customs records and policies against it to a scenario.

    Args:
        number: Which scenario.
        maker: What has drawn its other parts.
        data: The scenario, changed.
    """
    _Evasion(number, maker, data).add()
