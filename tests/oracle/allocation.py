"""Inspections that an authority allocates in proportion to what it found on each leg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.routes import Leg

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel
    from tests.oracle.policies import Policy


class Allocations:
    """The shares of all policies that allocate by proportion."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        self.checks: list[dict[int, int]] = []
        self.hits: list[dict[int, int]] = []
        self._shares: dict[str, dict[int, float]] = {}
        self._made: dict[str, int] = {}

    def close_tick(self) -> None:
        """Keeps what was opened and seized on each leg in this tick."""
        for kept, name in ((self.checks, "inspected"), (self.hits, "seized_pieces")):
            found: dict[int, int] = {}
            for (leg, _), pieces in self.model.diary.sums.get(name, {}).items():
                found[leg] = found.get(leg, 0) + int(pieces)
            kept.append(found)

    def share(self, policy: Policy, leg: Leg) -> float:
        """Inspection added on a leg at full intensity."""
        return self._shares[policy.name][leg.row]

    def allocate(self) -> None:
        """Makes shares anew where it is time."""
        acting = {
            policy.name: policy
            for policy, _ in self.model.book.active
            if policy.kind == "inspection" and policy.fields.allocation == "proportional"
        }
        self._made = {name: tick for name, tick in self._made.items() if name in acting}
        for name, policy in acting.items():
            period = self.ticks(policy.fields.period_weeks)
            if name not in self._made or self.model.tick - self._made[name] >= period:
                self._made[name] = self.model.tick
                self._shares[name] = self.new_shares(policy)

    def ticks(self, weeks: float) -> int:
        """Weeks as ticks, one at least."""
        return max(1, round(weeks / self.model.world.calendar.weeks_per_tick))

    def new_shares(self, policy: Policy) -> dict[int, float]:
        """More where more was found, at as many inspections of recorded units."""
        model, fields = self.model, policy.fields
        legs = [leg for leg in model.map.legs if policy.leaves(leg.pair) and self.reached(policy, leg)]
        ticks = range(max(0, model.tick - self.ticks(fields.memory_weeks)), model.tick)
        checks = {leg.row: sum(self.checks[t].get(leg.row, 0) for t in ticks) for leg in legs}
        hits = {leg.row: sum(self.hits[t].get(leg.row, 0) for t in ticks) for leg in legs}
        traffic = {leg.row: sum(model.customs.exported(leg.pair, t) for t in ticks) + 1 for leg in legs}
        looked = sum(checks.values())
        usual = sum(hits.values()) / looked if looked > 0 else 0.0
        expected = {row: (hits[row] + fields.prior * usual) / (checks[row] + fields.prior) for row in checks}
        level = sum(expected[row] * traffic[row] for row in checks) / max(1, sum(traffic.values()))
        return {row: fields.added * expected[row] / level if level > 0.0 else fields.added for row in checks}

    @staticmethod
    def reached(policy: Policy, leg: Leg) -> bool:
        """The leg leads where the policy bears: anywhere, where it names no destination."""
        return not policy.fields.destinations or policy.enters(leg.pair)
