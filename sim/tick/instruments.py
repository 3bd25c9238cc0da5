"""What quotas, papers, aid and banks do within the stages; without such a policy nothing here runs a kernel."""

from __future__ import annotations

import numpy as np

from sim.evasion.common import BEYOND, STOPS
from sim.tick import aid, banks, forward, licence, quota, release, statements, withhold
from sim.tick.marked import Marks
from sim.tick.workspace import Workspace
from sim.world.records import ACCOUNTS, COUNTERS

_AID = ACCOUNTS.index("aid")
_GIVEN = COUNTERS.index("units_given")
_QUOTA_REFUSALS = COUNTERS.index("quota_refusals")
_GRANTED, _REFUSED = COUNTERS.index("licences_granted"), COUNTERS.index("licences_refused")
_RESERVED, _RETURNED = COUNTERS.index("units_reserved"), COUNTERS.index("units_returned")
_FROZEN = COUNTERS.index("frozen_units")
_BY_PREMIUM = COUNTERS.index("refused_by_premium")
_BY_BANKS = COUNTERS.index("payments_refused")
_AUDITS, _ENDED = COUNTERS.index("audits"), COUNTERS.index("contracts_ended")
_WITHHELD = [COUNTERS.index("refused_by_contract"), COUNTERS.index("goods_held_back")]


class Instruments(Workspace):
    """Parts of stages that belong to one kind of policy each."""

    # 1: what acts

    def _open_instruments(self) -> None:
        """Reads which policies of each kind act in this tick."""
        t, strength = self.tick, self.tables.strength
        self._quotas.open_tick(t, strength)
        self._licences.open_tick(strength)
        self.statements.open_tick(strength)
        self.inputs.open_tick(t, strength, self.world.groups.capacity[t])
        self.banks.open_tick(t, strength)
        self._sight.open_tick(strength)
        self.marked.open_tick(strength)

    # 3, 9: aid

    def _share_money(self) -> None:
        """Money of the aid in force, for each buyer."""
        world, a, s = self.world, self.state.agents, self.world.agents
        if not self._has_aid:
            return
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
        if not self._has_aid:
            return
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

    # 1: corridors

    def _offer_corridors(self) -> None:
        """What forwarders offer, made anew where policies, closed legs or inspections have changed."""
        if not self._hides_route:
            return
        world, c, t = self.world, self.world.corridors, self.tick
        legs, shown, open_legs = world.legs, self.state.shown, world.legs.open[self.tick]
        seen = self._offered
        if (
            seen is not None
            and seen[0] is self._status
            and np.array_equal(seen[1], open_legs)
            and np.array_equal(seen[2], self.inspection_share)
        ):
            return
        self._offered = (self._status, open_legs, self.inspection_share.copy())
        forward.choose_beyond(
            self._ban, shown, c.legs, c.count, c.origin, c.destination, c.onward, legs.origin, self._beyond
        )
        for goes, offered in ((STOPS, self.stops), (BEYOND, self.ghosts)):
            self.decisions.kernels["corridor"](
                goes, world.reference_price, self._rules.patience, self._ban, shown, c.legs, c.count, c.first,
                self._beyond, c.freight, c.lead_weeks, legs.open[t], self.inspection_share, self._tracking, c.direct,
                legs.pair, offered,
            )  # fmt: skip

    # 6, 7: quotas

    def _cut_to_quotas(self, count: int) -> None:
        """Orders beyond a quota are cut."""
        k, o, s = self.state.links, self.state.orders, self.world.agents
        if self._quotas.acts:
            q = self._quotas
            q.on = quota.bearing(
                count, q.exports, q.products, q.strength, s.heed, k.seller, k.buyer, s.passes, o.pair, o.told, o.link,
                o.product, self._standings.strengths(q.rows),
            )  # fmt: skip
            self.sums.counters[_QUOTA_REFUSALS] += quota.cut_to_quotas(
                count, q.on, q.room, k.key, o.link, o.product, o.call, o.kept, o.priority
            )

    def _use_up_quotas(self, count: int) -> None:
        """What was filled counts against the quotas."""
        if self._quotas.acts:
            quota.use_up(count, self._quotas.on, self._quotas.used, self.state.orders.kept)

    # 1, 5, 8: licences

    def _decide_licences(self) -> None:
        """Applications that are due are decided; goods held leave or return."""
        world, state, c, sums, rules = self.world, self.state, self._licences, self.sums, self._rules
        if not c.acts:
            return
        s, a, legs, pairs = world.agents, state.agents, world.legs, world.pairs
        lots, paths, transit, known = state.lots, state.paths, state.transit, state.known
        corridors, ways, customs, tables, t = world.corridors, self._ways, world.customs, self.tables, self.tick
        licence.decide(
            world.seed, self.tick, c.strength, c.refusal, c.valid_ticks, c.again_ticks, c.key, s.key,
            pairs.key, pairs.destination, c.valid, c.again, c.open, c.queue, c.count, c.decided,
        )  # fmt: skip
        sums.applications[c.rows] += c.decided.sum(axis=1)
        sums.counters[_GRANTED] += c.decided[:, 0].sum()
        sums.counters[_REFUSED] += c.decided[:, 1].sum()
        held = int(c.held[0])
        if held == 0:
            return
        c.reserve(held)
        paths.reserve(held)
        transit.reserve(held)
        keep = self.ledger and self.tick >= world.calendar.burn_in
        if keep:
            self._ledger.reserve(held)
        frozen = self._units.frozen.sum()
        sums.counters[_RETURNED] += release.settle_held(
            world.seed, t, c.whole, c.money, c.keys, c.held, c.strength, c.exports, c.products, c.fee, c.valid,
            c.again, c.open, c.queue, c.count, a.state, s.paper_side, s.true_side, s.heed, a.concealment, s.recorded,
            legs.open[t], corridors.lead, corridors.reach, self.inspection_share, self._tracking, corridors.legs,
            corridors.count, corridors.destination, state.shown, legs.pair, pairs.destination,
            len(world.names.jurisdictions), ways.flags, ways.numbers, self._ban, tables.target, tables.suspended,
            self._any_target, tables.listing, self._observation, self.listable, world.policy_key,
            *self._sight.columns(), customs.export_coverage[t], customs.import_coverage[t], customs.report,
            customs.vague_share, customs.understatement, known.units, known.value, rules.inspection_value,
            rules.de_minimis, rules.de_minimis_factor, self._delay, rules.fine, a.cash, a.licit, a.exposure,
            a.seized_here, a.stock, a.unit_cost, a.reserved, a.on_order, a.since, a.lost,
            paths.rows, paths.table, paths.count, lots.head, lots.tail, lots.live, lots.merged, self._units.frozen,
            transit.whole, transit.landed, transit.next, transit.head, transit.tail, transit.free, transit.used,
            keep, world.calendar.burn_in, self._ledger.whole, self._ledger.numbers, self._ledger.count,
            sums.crossings, sums.inspected, sums.crossed_units, sums.seized_units, sums.seized_pieces,
            sums.crossed_value, self._units.seized, sums.ways, sums.counters, sums.money, self._standings.laws,
            self._standings.strengths(c.rows), self._marks(),
        )  # fmt: skip
        sums.counters[_FROZEN] += self._units.frozen.sum() - frozen

    def _refuse_unlicensed(self) -> None:
        """Sellers do not offer where they were refused a licence."""
        s, a, k, c = self.world.agents, self.state.agents, self.state.links, self._licences
        if not c.acts:
            return
        self.sums.counters[_BY_PREMIUM] += licence.refuse_unlicensed(
            self.tick, self._rows.customers, k.by_buyer, k.first_of_buyer, k.seller, k.way, k.corridor,
            self.state.shown, self._ways.flags, k.carries, a.need, a.state, s.passes, s.heed,
            self.world.pairs.destination, c.strength, c.exports, c.products, c.again, k.premium,
            self._standings.strengths(c.rows),
        )  # fmt: skip

    # 1, 5: marked goods

    def _marks(self) -> Marks | None:
        """What kernels need of content rules and contracts; None where there is nothing to look at."""
        return self.marked.columns(self.state.agents, self._standings) if self.marked.acts else None

    def _audit(self) -> None:
        """Makers look into the books of distributors, and end contracts."""
        m = self.marked
        if m.acts and len(m.contracts):
            audits, ended = np.zeros((2, len(m.contracts)), dtype=np.int64)
            withhold.audit(
                m.columns(self.state.agents, self._standings), self.tick, m.audited, m.audit_finds, m.returns, m.key,
                m.lag, self.state.agents.state, audits, ended,
            )  # fmt: skip
            self.sums.audits[m.contracts] += audits
            self.sums.contracts_ended[m.contracts] += ended
            self.sums.counters[_AUDITS] += audits.sum()
            self.sums.counters[_ENDED] += ended.sum()

    def _withhold(self) -> None:
        """Sellers hold marked goods back, or ask for what they can cost."""
        world, k, a, s, rules, ways = (
            self.world, self.state.links, self.state.agents, self.world.agents, self._rules, self._ways,
        )  # fmt: skip
        marks = self._marks()
        if marks is None:
            return
        counted = np.zeros(len(_WITHHELD), dtype=np.int64)
        own = np.zeros(len(s.key), dtype=np.bool_)
        own[self.decisions.own.get("premium", [])] = True
        withhold.withhold(
            marks, self.tick, self._rows.customers, k.by_buyer, k.first_of_buyer, k.seller, k.pair, k.corridor, k.way,
            k.carries, k.risk, a.state, s.passes, a.concealment, a.tolerance, a.margin, self.ask_price,
            self.inspection_share, self._tracking, world.corridors.legs, world.corridors.count, ways.flags,
            ways.numbers, self._stake_ticks, rules.consignment_units, rules.inspection_value, rules.de_minimis,
            rules.de_minimis_factor, own, a.need,
            self.state.paths.rows, self.state.lots.head, k.premium, counted,
        )  # fmt: skip
        self.sums.counters[_WITHHELD] += counted

    def _ask_for_statements(self) -> None:
        """Sellers turn away customers that sign no statement, or a false one that does not pass."""
        world, k, a, s, c = self.world, self.state.links, self.state.agents, self.world.agents, self.statements
        if not c.acts:
            return
        keep = self.tick >= world.calendar.burn_in
        if keep:
            c.written.reserve(k.count * len(c.rows))
        statements.ask_for_statements(
            world.seed, self.tick, self._rules.refusal_belief, self._rows.customers, k.by_buyer, k.first_of_buyer,
            k.seller, k.key, k.way, k.corridor, self.state.shown, self._ways.flags, k.carries, a.need, a.state,
            s.passes, s.heed, s.true_side, a.compliant, a.seen, *c.columns(), self._standings.strengths(c.rows),
            self.tables.listing, self.listable, a.exposure, k.statement, k.premium, keep, world.calendar.burn_in,
            c.written.whole, c.written.numbers, c.written.count, self.sums.counters[statements.COUNTED],
        )  # fmt: skip

    def _hold_up_payments(self) -> None:
        """Banks take their time and a fee, or refuse."""
        world, k, a, s, b = self.world, self.state.links, self.state.agents, self.world.agents, self.banks
        if b.acts:
            self.sums.counters[_BY_BANKS] += banks.hold_up(
                world.seed, self.tick, self._rows.customers, k.by_buyer, k.first_of_buyer, k.seller, k.pair, k.key,
                k.way, self._ways.flags, k.carries, a.need, a.state, s.passes, s.paper_side, s.true_side, b.fee,
                b.weeks, b.refusal, k.fee, k.weeks, k.premium,
            )  # fmt: skip

    def _take_up_applications(self) -> None:
        """Authorities take up applications within their capacity."""
        world, c = self.world, self._licences
        if c.acts:
            licence.take_up(
                world.seed, self.tick, c.capacity, c.lag, c.key, world.agents.key, world.pairs.key, c.queue, c.count
            )
