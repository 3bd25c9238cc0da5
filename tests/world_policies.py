"""Policies of the newer kinds for small random scenarios, from a stream of draws of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.world_draws import LaterDraws

if TYPE_CHECKING:
    from tests.worlds import _Maker

KINDS = ("levy", "quota", "procurement_aid", "export_licence", "export_licence")


class _More(LaterDraws):
    """Draws policies for a scenario whose other parts are drawn already.

    Args:
        number: Which scenario.
        maker: What has drawn it.
        groups: Its groups.
    """

    stream = 78

    def __init__(self, number: int, maker: _Maker, groups: dict[str, Any]) -> None:
        super().__init__(number, maker)
        self.groups = groups

    def policies(self) -> dict[str, Any]:
        """None to three policies."""
        return {f"q{self.whole(0, 9)}_{i}": self.policy(self.one_of(list(KINDS))) for i in range(self.whole(0, 3))}

    def policy(self, kind: str) -> dict[str, Any]:
        """One policy of a kind."""
        effective = self.day(-8, self.recorded // 2)
        intensity = self.one_of([1.0, 1.0, 1.0, self.schedule(0.0, 1.0), self.between(0.3, 1.0)])
        return self.dated(kind, effective, intensity, announced=0.5)

    def scope(self) -> dict[str, Any]:
        """Origins, destinations, products, traits."""
        found = super().scope()
        if self.chance(0.25):
            found["products"] = self.some(self.drones, 0.6) or [self.drones[0]]
        if self.chance(0.2):
            found["traits"] = self.one_of([{"flight_minutes": self.whole(10, 45)}, {"thermal": True}])
        return found

    def levy(self) -> dict[str, Any]:
        """By value, by unit, or both."""
        found = self.scope() | {"rate": self.between(0.01, 0.4)}
        if self.chance(0.5):
            found["per_unit"] = self.between(1.0, 80.0)
            if self.chance(0.5):
                del found["rate"]
        return found

    def quota(self) -> dict[str, Any]:
        """Some wide, some narrow."""
        found = self.scope() | {"units": self.schedule(0.0, 200.0)}
        if self.chance(0.8):
            found["period_weeks"] = self.between(1.0, 12.0)
        return found

    def procurement_aid(self) -> dict[str, Any]:
        """Money, goods or both, to a side or to groups."""
        side = self.one_of(self.sides[:2])
        found: dict[str, Any] = {}
        if self.chance(0.6):
            found["sides"] = [side]
        if self.chance(0.5) or not found:
            found["groups"] = self.some([f"fund_{side}", f"users_{side}"], 0.7) or [f"fund_{side}"]
        if self.chance(0.6):
            found["dollars"] = self.schedule(0.0, 60_000.0)
        if self.chance(0.6) or not found.get("dollars"):
            found["units"] = {product: self.schedule(0.5, 60.0) for product in self.some(self.drones, 0.7)}
            found["units"] = found["units"] or {self.drones[0]: 7.5}
        return found

    def export_licence(self) -> dict[str, Any]:
        """Quick and slow authorities, sure and doubtful applications."""
        found = self.scope() | {
            "lag_weeks": self.trait(0.0, 8.0), "refusal": self.between(0.0, 0.6),
            "valid_weeks": self.between(1.0, 40.0), "again_weeks": self.between(1.0, 12.0),
        }  # fmt: skip
        if self.chance(0.4):
            found["sides"] = self.some(self.sides[:2], 0.6) or [self.sides[0]]
        if self.chance(0.4):
            found["capacity"] = self.whole(0, 4)
        if self.chance(0.4):
            found["fee"] = self.between(0.0, 3_000.0)
        if self.chance(0.5):
            found["penalty"] = self.between(0.0, 30_000.0)
        return found


def more_policies(number: int, maker: _Maker, groups: dict[str, Any]) -> dict[str, Any]:
    """Policies of the newer kinds.

    Args:
        number: Which scenario.
        maker: What has drawn its other parts.
        groups: Its groups.

    Returns:
        Tables of policies by id.
    """
    return _More(number, maker, groups).policies()


class _Inputs(_More):
    """Gives makers foreign inputs, and draws policies that take them away."""

    stream = 79

    def __init__(self, number: int, maker: _Maker, groups: dict[str, Any]) -> None:
        super().__init__(number, maker, groups)
        self.makers = [name for name, group in groups.items() if group["kind"] == "manufacturer"]

    def give(self) -> None:
        """Sets what makers hold, for some of what they build."""
        for name in self.makers:
            built = self.groups[name]["capacity"]
            content = {product: self.between(0.0, 1.0) for product in self.some(list(built), 0.8)}
            self.groups[name] |= {"foreign_content": content, "input_cover_weeks": self.trait(0.0, 6.0)}

    def policies(self) -> dict[str, Any]:
        """One or two policies."""
        return {f"r{self.whole(0, 9)}_{i}": self.policy("input_restriction") for i in range(self.whole(1, 2))}

    def input_restriction(self) -> dict[str, Any]:
        """Many inputs and few, easy and hard to replace."""
        found: dict[str, Any] = {
            "groups": self.some(self.makers, 0.7) or self.makers[:1], "input_share": self.between(0.01, 0.5),
            "without_substitute": self.one_of([0.0, 1.0, *(self.between(0.05, 0.9) for _ in range(4))]),
            "lag_weeks": self.trait(0.0, 30.0), "extra_cost": self.between(0.0, 2.0),
        }  # fmt: skip
        if self.chance(0.25):
            found["products"] = self.some(self.drones, 0.6) or [self.drones[0]]
        if self.chance(0.2):
            found["traits"] = self.one_of([{"flight_minutes": self.whole(10, 45)}, {"thermal": True}])
        return found


def input_restrictions(number: int, maker: _Maker, groups: dict[str, Any]) -> dict[str, Any]:
    """Policies that take foreign inputs from makers, which get such inputs here.

    Args:
        number: Which scenario.
        maker: What has drawn its other parts.
        groups: Its groups; makers are changed.

    Returns:
        Tables of policies by id.
    """
    drawn = _Inputs(number, maker, groups)
    drawn.give()
    return drawn.policies()


class _Conditions(LaterDraws):
    """Draws exemptions and triggers for the policies of a scenario that is drawn already."""

    stream = 83

    def add(self, policy: dict[str, Any]) -> None:
        """Adds to one policy."""
        if policy["kind"] not in WITH_PAIRS:
            return
        if self.chance(0.25) and policy["kind"] != "transit_tracking":
            policy["exempt_products"] = [self.one_of(self.drones)]
        if self.chance(0.25):
            policy["exempt_destinations"] = [self.one_of(self.places)]
        if self.chance(0.45):
            units = self.chance(0.6)
            on = self.between(1.0, 60.0) * (1.0 if units else 500.0)
            policy["trigger"] = self.one_of(["exported", "imported"]) + ("_units" if units else "_value")
            policy["trigger_on"], policy["trigger_off"] = on, round(on * self.between(0.1, 1.0), 4)
            policy["trigger_weeks"] = self.between(1.0, 12.0)


WITH_PAIRS = ("export_ban", "export_licence", "quota", "levy", "inspection", "transit_tracking")
"""Kinds that bear on pairs of jurisdictions: these can have exemptions and a trigger."""


def add_conditions(number: int, maker: _Maker, data: dict[str, Any]) -> None:
    """Exemptions and triggers for some policies.

    Args:
        number: Which scenario.
        maker: What has drawn it.
        data: The scenario, as a file would hold it; its policies are changed.
    """
    drawn = _Conditions(number, maker)
    for key in sorted(data["policies"]):
        drawn.add(data["policies"][key])
