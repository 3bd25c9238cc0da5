"""End-use certificates for small random scenarios, from a stream of draws of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.world_draws import LaterDraws

if TYPE_CHECKING:
    from tests.worlds import _Maker


class _Certificates(LaterDraws):
    """Draws certificates for a scenario whose other parts are drawn already.

    Args:
        number: Which scenario.
        maker: What has drawn it.
        policies: Its policies.
    """

    stream = 84

    def __init__(self, number: int, maker: _Maker, policies: dict[str, Any]) -> None:
        super().__init__(number, maker)
        self.policies = policies

    def add(self) -> None:
        """One or two certificates; some authorities hear of them, some do not."""
        for policy in [self.policies[key] for key in sorted(self.policies)]:
            if policy["kind"] == "entity_listing" and self.chance(0.3):
                policy["by"] = self.one_of(["customs", ""])
        for i in range(1 + int(self.chance(0.4))):
            self.policies[f"e{self.whole(0, 9)}_{i}"] = self.policy("end_use_certificate")

    def end_use_certificate(self) -> dict[str, Any]:
        """Easy and hard to pass, soon over and long valid."""
        found = self.scope() | {
            "sides": self.some(self.sides[:2], 0.6) or [self.sides[0]], "passes": self.between(0.0, 1.0),
            "traced": self.between(0.0, 1.0), "valid_weeks": self.between(1.0, 20.0),
            "again_weeks": self.between(1.0, 12.0), "penalty": self.between(0.0, 20_000.0),
        }  # fmt: skip
        if self.chance(0.2):
            found["passes"] = self.one_of([0.0, 1.0])
        if self.chance(0.4):
            found["by"] = "customs"
        if self.chance(0.25):
            found["products"] = self.some(self.drones, 0.6) or [self.drones[0]]
        if self.chance(0.2):
            found["traits"] = self.one_of([{"flight_minutes": self.whole(10, 45)}, {"thermal": True}])
        if self.chance(0.2):
            found["exempt_destinations"] = [self.one_of(self.places)]
        if self.chance(0.2):
            on = self.between(1.0, 40.0)
            found |= {"trigger": "exported_units", "trigger_on": on, "trigger_off": round(0.5 * on, 4)}
        return found


def add_certificates(number: int, maker: _Maker, data: dict[str, Any]) -> None:
    """Adds end-use certificates to a scenario.

    Args:
        number: Which scenario.
        maker: What has drawn its other parts.
        data: The scenario, as a file would hold it; its policies are changed.
    """
    _Certificates(number, maker, data["policies"]).add()
