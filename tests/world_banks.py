"""Secondary sanctions and shared records for small random scenarios, from a stream of draws of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.world_draws import LaterDraws

if TYPE_CHECKING:
    from tests.worlds import _Maker

KINDS = ("secondary_sanctions", "secondary_sanctions", "data_sharing")


class _Banks(LaterDraws):
    """Draws banks, threats to them and pools of records for a scenario whose other parts are drawn already.

    Args:
        number: Which scenario.
        maker: What has drawn it.
        data: The scenario, as a file would hold it.
    """

    stream = 80

    def __init__(self, number: int, maker: _Maker, data: dict[str, Any]) -> None:
        super().__init__(number, maker)
        self.data = data

    def add(self) -> None:
        """Adds all parts."""
        data = self.data
        for place in data["jurisdictions"].values():
            if self.chance(0.7):
                place["bank_exposure"] = self.schedule(0.0, 1.0)
        data["policies"]["s_eye"] = self.listing()
        for policy in data["policies"].values():
            if policy["kind"] == "entity_listing" and self.chance(0.8):
                policy["by"] = "customs"
        for i in range(self.whole(1, 4)):
            data["policies"][f"s{self.whole(0, 9)}_{i}"] = self.policy(self.one_of(list(KINDS)))

    def listing(self) -> dict[str, Any]:
        """An authority that sees little by itself."""
        return {
            "kind": "entity_listing", "effective": self.day(-6, 2).isoformat(), "hazard": self.between(0.01, 0.2),
            "observation": self.between(0.2, 1.0), "capacity": 2, "lag_weeks": 2.0, "fading": self.between(0.0, 0.1),
            "sources": [self.one_of(self.places)],
        }  # fmt: skip

    def secondary_sanctions(self) -> dict[str, Any]:
        """Against a side, a state or both; some do nothing but one thing."""
        found: dict[str, Any] = {
            "fee": self.between(0.0, 0.1), "delay_weeks": self.between(0.0, 4.0), "refusal": self.between(0.0, 0.5),
            "detection": self.between(0.0, 0.02), "penalty": self.between(0.0, 100_000.0),
        }  # fmt: skip
        for name in ("fee", "delay_weeks", "refusal"):
            if self.chance(0.3):
                found[name] = 0.0
        if self.chance(0.5):
            found["origins"] = self.some(self.places, 0.7) or [self.places[0]]
        if self.chance(0.5):
            found["destinations"] = self.some(self.places, 0.5) or [self.places[-1]]
        if "destinations" not in found or self.chance(0.5):
            found["sides"] = self.some(self.sides, 0.5) or [self.sides[0]]
        if self.chance(0.25):
            found["products"] = self.some(self.drones, 0.6) or [self.drones[0]]
        if self.chance(0.2):
            found["traits"] = self.one_of([{"flight_minutes": self.whole(10, 45)}, {"thermal": True}])
        return found

    def data_sharing(self) -> dict[str, Any]:
        """Few members or all."""
        found: dict[str, Any] = {"members": self.some(self.places, 0.7) or self.places, "mismatch": self.between(0, 3)}
        return found | self.one_of([{"by": "customs"}, {"groups": ["customs"]}])


def add_banks(number: int, maker: _Maker, data: dict[str, Any]) -> None:
    """Adds banks, threats to them, and pools of records to a scenario.

    Args:
        number: Which scenario.
        maker: What has drawn its other parts.
        data: The scenario, changed.
    """
    _Banks(number, maker, data).add()
