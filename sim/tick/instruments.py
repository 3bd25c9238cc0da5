"""What quotas and aid do within the stages; without such a policy in force nothing here runs a kernel."""

from __future__ import annotations

from sim.tick import aid, quota
from sim.tick.workspace import Workspace
from sim.world.records import ACCOUNTS, COUNTERS

_AID = ACCOUNTS.index("aid")
_GIVEN = COUNTERS.index("units_given")
_QUOTA_REFUSALS = COUNTERS.index("quota_refusals")


class Instruments(Workspace):
    """Parts of stages that belong to one kind of policy each."""

    # 3, 9: aid

    def _share_money(self) -> None:
        """Money of the aid in force, for each buyer."""
        world, a, s = self.world, self.state.agents, self.world.agents
        self._aid[:] = 0.0
        for policy, scope, strength in zip(self._aids, self._scopes, self.tables.strength, strict=True):
            if policy is not None and strength > 0.0:
                dollars = policy.dollars.at(world.calendar.first_days[self.tick]) * world.calendar.weeks_per_tick
                aid.share_money(
                    dollars * strength, scope.sellers, s.pays, a.state, s.group, s.share, s.size,
                    world.groups.budget[self.tick], self._aid,
                )  # fmt: skip
        self.sums.money[_AID] += self._aid.sum()

    def _give(self) -> None:
        """Goods of the aid in force, policy by policy, product by product."""
        world, state, sums = self.world, self.state, self.sums
        s, a, lots, paths = world.agents, state.agents, state.lots, state.paths
        for i, policy in enumerate(self._aids):
            if policy is None or self.tables.strength[i] <= 0.0:
                continue
            for name, schedule in policy.units.items():
                units = schedule.at(world.calendar.first_days[self.tick]) * world.calendar.weeks_per_tick
                paths.reserve(len(s.key))
                self._deliveries.reserve(len(s.key))
                sums.counters[_GIVEN] += aid.give_goods(
                    world.seed, self.tick, world.calendar.burn_in, world.policy_key[i],
                    world.names.products.index(name), units * self.tables.strength[i], self._aided[i], s.end_user,
                    s.deals, s.key, s.true_side, a.state, s.group, s.share, world.groups.demand[self.tick], a.forecast,
                    a.stock, self._stock_foreign, a.unit_cost, self._units.given, sums.delivered, paths.rows,
                    paths.table, paths.count, lots.head, lots.tail, lots.live, lots.merged, self._deliveries.whole,
                    self._deliveries.numbers[:, 0], self._deliveries.count,
                )  # fmt: skip

    # 6, 7: quotas

    def _cut_to_quotas(self, count: int) -> None:
        """Orders beyond a quota are cut."""
        k, o, s = self.state.links, self.state.orders, self.world.agents
        if self._quotas.acts:
            q = self._quotas
            self.sums.counters[_QUOTA_REFUSALS] += quota.cut_to_quotas(
                count, q.exports, q.products, q.strength, q.room, s.heed, k.seller, s.passes, k.key, k.corridor, o.link,
                o.product, o.call, o.kept, o.priority,
            )  # fmt: skip

    def _use_up_quotas(self, count: int) -> None:
        """What was filled counts against the quotas."""
        k, o, s = self.state.links, self.state.orders, self.world.agents
        if self._quotas.acts:
            q = self._quotas
            quota.use_up(
                count, q.exports, q.products, q.strength, q.used, s.heed, k.seller, s.passes, k.corridor, o.link,
                o.product, o.kept,
            )  # fmt: skip
