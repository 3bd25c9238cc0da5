"""Exempt sellers and orders spared by date for small random scenarios, from a stream of draws of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.world_draws import LaterDraws

if TYPE_CHECKING:
    from tests.worlds import _Maker

ON_SALES = ("export_ban", "export_licence", "quota", "levy", "voluntary_suspension")
"""Kinds that may spare orders for their date."""
BOTH = ("manufacturer", "intermediary")
ON_SELLERS = dict.fromkeys(ON_SALES, BOTH) | {"entity_listing": BOTH[1:], "input_restriction": BOTH[:1]}
"""Kinds that may exempt sellers, and of which kinds these are."""
LATER = dict.fromkeys(("content_rule", "distributor_contract", "end_use_certificate"), BOTH)
"""Likewise, of the kinds that came later."""


class _Exemptions(LaterDraws):
    """Draws who is exempt from the policies of a scenario that is drawn already."""

    stream = 85

    def add(self, data: dict[str, Any]) -> None:
        """Adds to about half of the scenarios, there to most policies."""
        if self.chance(0.4):
            return
        for key in sorted(data["policies"]):
            policy = data["policies"][key]
            if policy["kind"] in ON_SELLERS and self.chance(0.6):
                policy |= self.sellers(data["groups"], ON_SELLERS[policy["kind"]])
            if policy["kind"] in ON_SALES and self.chance(0.6):
                policy["grandfather_weeks"] = self.between(0.5, 25.0)
        # In a loop of their own: faults name worlds, and a draw more in between would change them.
        for key in sorted(data["policies"]):
            policy = data["policies"][key]
            if policy["kind"] in LATER:
                policy |= self.sellers(data["groups"], LATER[policy["kind"]])
                if policy["kind"] != "distributor_contract":
                    policy["grandfather_weeks"] = self.between(0.5, 25.0)

    def sellers(self, groups: dict[str, Any], kinds: tuple[str, ...]) -> dict[str, Any]:
        """A group, or single agents, or both."""
        names = sorted(name for name, group in groups.items() if group["kind"] in kinds)
        found: dict[str, Any] = {}
        if self.chance(0.5):
            found["exempt_groups"] = self.some(names, 0.3)
        if self.chance(0.6):
            found["exempt_agents"] = [self.agent(name, groups[name]) for name in self.some(names, 0.5)]
        return found

    def agent(self, name: str, group: dict[str, Any]) -> str:
        """One agent of a group as results name it, slots too."""
        count = group["count"] + group.get("slots", 0)
        return name if count == 1 else f"{name} #{self.whole(0, count - 1)}"


def add_exemptions(number: int, maker: _Maker, data: dict[str, Any]) -> None:
    """Exemptions for some policies.

    Args:
        number: Which scenario.
        maker: What has drawn its other parts.
        data: The scenario, as a file would hold it; its policies are changed.
    """
    _Exemptions(number, maker).add(data)
