"""Content rules and distributor contracts for small random scenarios, from a stream of draws of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.world_draws import LaterDraws

if TYPE_CHECKING:
    from tests.worlds import _Maker


class _Marked(LaterDraws):
    """Draws what is in goods, and how distributors are bound, for a scenario whose other parts are drawn already.

    Args:
        number: Which scenario.
        maker: What has drawn it.
        data: The scenario, as a file would hold it.
    """

    stream = 82

    def __init__(self, number: int, maker: _Maker, data: dict[str, Any]) -> None:
        super().__init__(number, maker)
        self.data = data
        self.makers = [name for name, group in data["groups"].items() if group["kind"] == "manufacturer"]

    def add(self) -> None:
        """Adds all parts."""
        if self.chance(0.8):
            for name in self.makers:
                group = self.data["groups"][name]
                if "foreign_content" not in group and self.chance(0.8):
                    group["foreign_content"] = {p: self.between(0.05, 0.5) for p in group["products"]}
            for i in range(self.whole(1, 3)):
                self.data["policies"][f"v{self.whole(0, 9)}_{i}"] = self.policy("content_rule")
        if self.chance(0.8):
            for i in range(self.whole(1, 3)):
                self.data["policies"][f"w{self.whole(0, 9)}_{i}"] = self.policy("distributor_contract")

    def aim(self) -> dict[str, Any]:
        """Sides, states or both."""
        found: dict[str, Any] = {}
        if self.chance(0.7):
            found["sides"] = self.some(self.sides, 0.7) or [self.sides[0]]
        if "sides" not in found or self.chance(0.4):
            found["destinations"] = self.some(self.places, 0.5) or [self.places[-1]]
        if self.chance(0.15):
            found["products"] = self.some(self.drones, 0.6) or [self.drones[0]]
        return found

    def content_rule(self) -> dict[str, Any]:
        """From nowhere or from some states, with sharp or blunt estimates."""
        found = self.aim() | {
            "threshold": self.one_of([0.0, 0.1, 0.25]), "spread": self.one_of([0.0, 0.3, 0.8]),
            "found": self.one_of([1.0, self.between(0.2, 1.0)]), "penalty": self.between(0.0, 50_000.0),
        }  # fmt: skip
        if self.chance(0.25):
            found["origins"] = self.some(self.places, 0.7) or [self.places[0]]
        return found

    def distributor_contract(self) -> dict[str, Any]:
        """Often audited, so that a short run sees a contract end."""
        found = self.aim() | {"by": self.one_of(self.makers), "audits": self.between(5.0, 50.0)}
        return found | {
            "found": self.one_of([1.0, self.between(0.1, 1.0)]), "returns": self.one_of([1.0, self.between(0.0, 1.0)]),
            "lag_weeks": self.trait(0.0, 8.0),
        }  # fmt: skip


def add_marked(number: int, maker: _Maker, data: dict[str, Any]) -> None:
    """Adds content rules and distributor contracts to a scenario.

    Args:
        number: Which scenario.
        maker: What has drawn its other parts.
        data: The scenario, changed.
    """
    _Marked(number, maker, data).add()
