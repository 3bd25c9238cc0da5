"""The stages of a tick: each hands its kernels just the columns they need."""

from __future__ import annotations

import numpy as np

from sim.tick import clear, found, learn, order, plan, produce, quote, receive, regulate, relate, ship, use
from sim.tick.choosing import Choosing
from sim.world.draws import link_keys
from sim.world.records import ACCOUNTS, COUNTERS

_COUNTER = {name: i for i, name in enumerate(COUNTERS)}
_ACCOUNT = {name: i for i, name in enumerate(ACCOUNTS)}
_DEAD_SHARE = 8
"""Dead links are taken out of the columns when they are more than one in so many."""


class Stages(Choosing):
    """The stages that change the world, in the order of their numbers; :class:`sim.engine.Engine` calls them."""

    # 1 ----------------------------------------------------------------------------------------------------------

    def _regulate(self) -> None:
        world, state, t = self.world, self.state, self.tick
        a, k = state.agents, state.links
        now = self._triggers.now(t, self._statuses[t], state.known)
        moved = self._standings.open_tick(t)
        if now is not self._status or moved:
            self._status = now
            self.tables = regulate.tables(world, self.policies, self._scopes, now)
            self._standings.turn_to(
                now, self.tables, lambda status: regulate.tables(world, self.policies, self._scopes, status)
            )
            self._any_target = (self.tables.target > 0.0).any(axis=2) | (self.tables.ban > 0.0).any(axis=2)
            # One column more: what bears on goods of which papers do not tell the product.
            self._ban = np.concatenate([self.tables.ban, self.tables.ban.min(axis=1, keepdims=True)], axis=1)
            self._tracking = self.tables.tracking[world.legs.pair]
            self._any_suspended = (self.tables.suspended > 0.0).any(axis=2)
            self._levied = bool(self.tables.levy_rate.any() or self.tables.levy_unit.any())
            self._quiet = not (self._any_target.any() or self._any_suspended.any() or self._levied)
            self._hoarding = world.ways.stockpiling and bool(
                self.tables.stockpile.any() or self.tables.stockpile_seller.any()
            )
            if not self._hoarding:
                self.stockpile_factor[:] = 0.0
        self._open_instruments()
        legs = world.legs
        added = self._allocations.added(t, self.tables.strength, state.known.units, self.tables.inspection)
        self.decisions.fill(
            "inspection_share", legs.inspection[t], added, world.enforcement[t], legs.pair, legs.origin, legs.inner,
            self.inspection_share,
        )  # fmt: skip
        self._offer_corridors()
        lots = state.lots
        frozen = self._units.frozen.sum()
        for i, policy in enumerate(self._listings):
            if policy is None or world.names.policies[i] in self.without:
                continue
            self.sums.listings[i] = regulate.close_listed(
                t, i, policy.stock == "frozen", policy.chill, self._least[i], a.exposure, a.due, a.state, a.closed,
                a.listed_by, k.count, k.seller, k.buyer, k.risk, state.paths.rows, lots.head, lots.tail, lots.live,
                a.stock, self._units.frozen,
            )  # fmt: skip
            self.sums.counters[_COUNTER["listings"]] += self.sums.listings[i]
        self.sums.counters[_COUNTER["frozen_units"]] += self._units.frozen.sum() - frozen
        self.decisions.fill("investigate", self.tables.listing, self.listing_hazard, a.exposure, self.investigate)
        for i, policy in enumerate(self._listings):
            if policy is None or self.tables.listing[i] <= 0.0:
                continue
            self.sums.investigations[i] = regulate.open_investigations(
                world.seed, t, i, world.policy_key[i], policy.capacity, world.agents.key, self.listable[i], a.state,
                a.exposure, self.investigate[i], a.due, world.listing_lag[i],
            )  # fmt: skip
        self._decide_licences()
        self._audit()

    # 2 ----------------------------------------------------------------------------------------------------------

    def _produce(self) -> None:
        world, state, rows = self.world, self.state, self._rows
        s, a, lots, paths = world.agents, state.agents, state.lots, state.paths
        paths.reserve(len(rows.makers) * a.stock.shape[1])
        self.decisions.fill(
            "production",
            rows.makers, s.group, s.share, s.review, s.safety, s.sells, world.groups.capacity[self.tick], a.forecast,
            a.stock, self._rules.restock_gain, self.inputs.room, self.production,
        )  # fmt: skip
        self.sums.money[_ACCOUNT["production_cost"]] += produce.produce(
            world.seed, self.tick, rows.makers, s.key, s.group, a.state, s.sells, self.production,
            self.inputs.build_cost, world.groups.bill, self._home, a.cash, a.stock, a.unit_cost, a.asked, paths.rows,
            paths.table, paths.count, lots.head, lots.tail, lots.live, lots.merged, self._units.produced,
            self._units.built, self.sums.produced, self.inputs.made,
        )  # fmt: skip
        short, replaced = self.inputs.close_tick(a.state, self.production, world.groups.capacity[self.tick])
        self.sums.counters[_COUNTER["input_shortages"]] += short
        self.sums.counters[_COUNTER["units_substituted"]] += replaced

    # 3 ----------------------------------------------------------------------------------------------------------

    def _use(self) -> None:
        world, state, rows, sums = self.world, self.state, self._rows, self.sums
        s, a, lots = world.agents, state.agents, state.lots
        use.use(
            world.seed, self.tick, rows.users, s.key, s.group, s.true_side, s.share, s.survival, s.sorties_per_unit,
            s.deals, world.civil, world.groups.demand[self.tick], world.substitutes, self._home, a.state, a.stock,
            self._stock_foreign, state.paths.rows, lots.head, lots.tail, lots.live, self._units.lost,
            self._units.worn, sums.planned, sums.flown, sums.used, sums.used_foreign, sums.unmet,
        )  # fmt: skip
        self._share_money()
        paid, returned = use.fill_budgets(
            world.seed, self.tick, rows.buyers, s.key, s.group, s.share, s.donation_sigma, s.pays, s.carry_over,
            a.state, world.groups.budget[self.tick], self._aid, a.cash,
        )  # fmt: skip
        sums.money[_ACCOUNT["budgets"]] += paid
        sums.money[_ACCOUNT["budgets_returned"]] += returned

    # 4 ----------------------------------------------------------------------------------------------------------

    def _plan(self) -> None:
        world, state, rows = self.world, self.state, self._rows
        s, a, k = world.agents, state.agents, state.links
        demand = world.groups.demand[self.tick]
        if self._hoarding:
            plan.stockpile_factors(
                k.count, k.seller, k.buyer, k.pair, k.carries, a.state, self.tables.stockpile,
                self.tables.stockpile_seller, self.stockpile_factor,
            )  # fmt: skip
        plan.use_of_users(
            rows.passers, rows.users, k.by_seller, k.first_of_seller, k.buyer, k.carries, a.state, s.group, s.share,
            demand, a.suppliers, a.asked,
        )  # fmt: skip
        self.decisions.fill(
            "restock_level", rows.customers, s.kind, s.buys, s.lead, s.review, s.safety, s.stockpile, s.storage,
            s.cover, s.end_user, s.group, s.share, demand, a.forecast, self.stockpile_factor, self.restock_level,
        )  # fmt: skip
        plan.plan(
            world.seed, self.tick, rows.customers, s.key, s.kind, s.buys, s.review, s.phase, s.end_user, s.group,
            s.share, s.elasticity, s.pays, demand, world.reference_price, world.substitutes, self._rules.restock_gain,
            a.state, a.cash, a.forecast, self.restock_level, a.stock, a.on_order, a.price_seen, a.lost, a.since, a.need,
            a.filled_need,
        )  # fmt: skip

    # 5 ----------------------------------------------------------------------------------------------------------

    def _quote(self) -> None:
        world, rows, rules = self.world, self._rows, self._rules
        s, a = world.agents, self.state.agents
        self._standings.date_orders(a.since)
        if self.tick >= world.calendar.settle:
            quote.move_mark_ups(
                s.sells, s.passes, s.usual_mark_up, s.highest_mark_up, a.state, a.ordered, a.refused, a.refusing,
                rules.scarcity_gain, rules.scarcity_decay, rules.shortage_mark_up, a.priced_in, a.mark_up,
            )  # fmt: skip
        self.decisions.fill(
            "ask_price", s.sells, s.passes, s.kind, a.state, a.unit_cost, a.price_seen, a.mark_up, rules.sell_off,
            self.ask_price,
        )  # fmt: skip
        quote.ceiling_column(
            rows.customers, s.kind, s.buys, s.ceiling, s.usual_mark_up, s.highest_mark_up, world.reference_price,
            a.unit_cost, self.ask_price, a.need, self.ceiling,
        )  # fmt: skip
        self.decisions.fill(
            "bid_ceiling", rows.customers, s.buys, a.need, a.stock, a.on_order, rules.urgency_exponent, self.ceiling,
            self.bid_ceiling,
        )  # fmt: skip
        self._choose()
        self._refuse_unlicensed()
        self._withhold()
        self._ask_for_statements()
        self._hold_up_payments()
        if rules.shortage_mark_up > 0.0:
            k = self.state.links
            quote.suppliers_refusing(
                rows.customers, k.by_buyer, k.first_of_buyer, k.seller, k.carries, a.state, a.need, k.premium, k.bought,
                self.banks.acts, k.weeks, k.pair, s.jurisdiction, world.welcome, self.tables.warned,
                self.tables.warned_seller, a.refusing.copy(), a.refusing,
            )  # fmt: skip

    # 6 ----------------------------------------------------------------------------------------------------------

    def _order(self) -> int:
        world, state, rules = self.world, self.state, self._rules
        s, a, k, o, legs = world.agents, state.agents, state.links, state.orders, world.legs
        c, ways, tables = world.corridors, self._ways, self.tables
        count = order.order(
            world.seed, self.tick, rules.calls, self._rows.customers, a.state, a.cash, a.need, s.passes, s.bidding,
            self.ceiling, self.bid_ceiling, self.ask_price, a.stock, world.reference_price, c.lead_weeks, c.freight,
            legs.open[self.tick], k.seller, k.corridor, k.way, k.key, k.trust, k.risk, k.carries, k.premium,
            k.by_buyer, k.first_of_buyer, self._levied, tables.levy_rate, tables.levy_unit, self.banks.acts, k.fee,
            k.weeks, c.legs, c.count, state.shown, ways.flags, ways.numbers, ways.factor, self._standings.laws,
            rules.consignment_units, rules.de_minimis, rules.price_weight, rules.lead_weight, rules.risk_weight,
            rules.trust_weight, rules.bid_noise, o.link, o.product, o.call, o.units, o.kept, o.bid, o.price, o.pair,
            o.told, o.priority, k.ordered, k.filled,
        )  # fmt: skip
        order.cut_to_capacity(
            world.seed, self.tick, count, legs.capacity[self.tick], legs.key, k.key, k.corridor, c.legs, o.link,
            o.product, o.call, o.kept, o.priority,
        )  # fmt: skip
        self._cut_to_quotas(count)
        return int(count)

    # 7, 8 -------------------------------------------------------------------------------------------------------

    def _clear_and_ship(self, count: int) -> None:
        world, state, rules, sums = self.world, self.state, self._rules, self.sums
        s, a, k, o, legs = world.agents, state.agents, state.links, state.orders, world.legs
        lots, paths, transit, tables = state.lots, state.paths, state.transit, self.tables
        cells = a.stock.size
        pieces = int(lots.live[0]) + count
        paths.reserve(pieces)
        transit.reserve(pieces)
        keep = self.ledger and self.tick >= world.calendar.burn_in
        if keep:
            self._ledger.reserve(pieces)
        c = self._licences
        if c.acts:
            c.reserve(pieces)
        a.ordered[:] = 0
        a.refused[:] = 0
        a.sold[:] = 0
        clear.group_orders(count, cells, a.stock.shape[1], k.seller, o.link, o.product, o.first, o.sorted)
        corridors, ways, pairs, known, t = world.corridors, self._ways, world.pairs, state.known, self.tick
        customs = world.customs
        ship.serve(
            world.seed, t, cells, o.first, o.sorted, o.rank,
            o.link, o.product, o.call, o.units, o.kept, o.price, o.pair, o.told, o.priority,
            k.buyer, k.key, k.pair, k.corridor, k.way, k.premium, k.filled, k.seized,
            s.passes, s.bidding, s.paper_side, s.true_side, s.jurisdiction, s.heed, a.concealment, s.recorded,
            s.highest_mark_up, world.diversion, corridors.freight, corridors.lead, corridors.reach,
            self.inspection_share, self._tracking, corridors.legs, corridors.count, corridors.destination,
            state.shown, legs.pair, pairs.destination, len(world.names.jurisdictions), ways.flags, ways.numbers,
            ways.factor,
            ways.resale, self._levied, tables.levy_rate, tables.levy_unit, self.banks.acts, k.fee, k.weeks,
            world.calendar.weeks_per_tick,
            self._ban, tables.target, tables.suspended, self._any_target, self._any_suspended,
            tables.listing, self._observation, self.listable, world.policy_key, *self._sight.columns(),
            customs.export_coverage[t], customs.import_coverage[t], customs.report, customs.vague_share,
            customs.understatement, known.units, known.value,
            self.ask_price, self.ceiling, a.mark_up, a.unit_cost,
            rules.consignment_units, rules.ceiling_band, rules.inspection_value, rules.de_minimis,
            rules.de_minimis_factor, self._delay, rules.fine,
            a.cash, a.licit, a.apparent, a.exposure, a.seized_here,
            a.stock, a.on_order, a.need, a.filled_need, a.lost, a.since, a.price_seen, a.ordered, a.refused, a.sold,
            paths.rows, paths.table, paths.count, lots.head, lots.tail, lots.live,
            transit.whole, transit.landed, transit.next, transit.head, transit.tail, transit.free, transit.used,
            keep, world.calendar.burn_in, self._ledger.whole, self._ledger.numbers, self._ledger.count,
            sums.crossings, sums.inspected, sums.crossed_units, sums.seized_units, sums.seized_pieces,
            sums.crossed_value, self._units.seized, sums.ways, sums.counters, sums.money,
            a.reserved, c.columns() if c.acts else None, self._standings.laws,
            self._standings.strengths(c.rows) if c.acts else None, self._marks(),
        )  # fmt: skip
        self._allocations.close_tick(t, sums.inspected, sums.seized_pieces)
        self._take_up_applications()
        self._use_up_quotas(count)

    # 9 ----------------------------------------------------------------------------------------------------------

    def _receive(self) -> None:
        world, state, sums = self.world, self.state, self.sums
        s, a, lots, transit = world.agents, state.agents, state.lots, state.transit
        self._deliveries.reserve(int(transit.used[0]))
        self._waits.reserve(int(transit.used[0]))
        lots.merged[0] = 0
        receive.receive(
            self.tick, world.calendar.burn_in, s.kind, s.end_user, s.passes, s.true_side, self._home, a.state, a.stock,
            self._stock_foreign, a.on_order, a.unit_cost, self._units.frozen, sums.delivered, state.paths.rows,
            lots.head, lots.tail, lots.live, lots.merged, transit.whole, transit.landed, transit.next, transit.head,
            transit.free, transit.used, self._deliveries.whole, self._deliveries.numbers[:, 0], self._deliveries.count,
            self._waits.whole, self._waits.count, sums.counters,
        )  # fmt: skip
        self._give()
        sums.counters[_COUNTER["merged_lots"]] += lots.merged[0]

    # 10 ---------------------------------------------------------------------------------------------------------

    def _learn(self) -> None:
        world, state, rows, rules, sums = self.world, self.state, self._rows, self._rules, self.sums
        s, a, k, lots = world.agents, state.agents, state.links, state.lots
        learn.learn_links(
            self.tick, k.count, k.seller, k.buyer, k.trust, k.risk, k.last_used, k.ordered, k.filled, k.seized,
            a.seized_here, k.bought, rules.trust_gain, rules.risk_gain, rules.neighbour_risk_gain, rules.risk_decay,
            rules.seen_gain,
        )  # fmt: skip
        learn.learn_agents(
            self.tick >= world.calendar.settle, s.kind, s.sells, s.buys, s.lead, s.review, rules.smoothing,
            rules.refused_weight, rules.seen_gain, rules.margin_gain, s.passes, a.sold, a.refused, a.asked,
            a.apparent, a.seen, a.licit, a.margin, a.forecast,
        )  # fmt: skip
        overheads, payouts = learn.pay_out(
            s.kind, a.state, s.founding_capital, s.working, s.overhead, rules.payout_share, a.forecast, a.unit_cost,
            a.cash,
        )  # fmt: skip
        sums.money[_ACCOUNT["overheads"]] += overheads
        sums.money[_ACCOUNT["payouts"]] += payouts
        frozen = self._units.frozen.sum()
        sums.counters[_COUNTER["closures"]] += learn.close_firms(
            self.tick, self._sell_off_ticks, s.kind, a.state, a.closed, a.cash, a.stock, a.on_order,
            a.reserved, state.paths.rows, lots.head, lots.tail, lots.live, self._units.frozen,
        )  # fmt: skip
        sums.counters[_COUNTER["frozen_units"]] += self._units.frozen.sum() - frozen
        learn.fade(a.exposure, self._fading)
        if len(rows.slots):
            found.group_means(
                rows.groups_with_slots, s.group, a.state, s.sells, s.usual_mark_up, a.forecast, a.mark_up, a.unit_cost,
                self._firms, self._group_sums, self._signal,
            )  # fmt: skip
            opened, capital = found.found(
                world.seed, self.tick, rows.slots, s.key, s.group, s.jurisdiction, s.size, s.founding_rate,
                world.groups.founding_lag, s.founding_capital, s.sells, rules.entry_share,
                rules.owner_returns if self._ways.shells else 0.0, self._firms, self._group_sums, self._signal,
                a.state, a.opens, a.opened, a.closed, a.owner, a.cash, a.forecast, a.mark_up, a.unit_cost,
                a.price_seen, k.count, k.seller, k.buyer, k.last_used, a.heir_of, a.compliant, a.tolerance,
                a.concealment,
            )  # fmt: skip
            sums.counters[_COUNTER["foundings"]] += opened
            sums.money[_ACCOUNT["founding_capital"]] += capital
        self._change_links()

    def _change_links(self) -> None:
        """Heirs and search, then lapse; the indexes are made anew only where a link came or went."""
        world, state, rules, sums = self.world, self.state, self._rules, self.sums
        s, a, k = world.agents, state.agents, state.links
        sellers, buyers = self._found
        new = relate.search(
            world.seed, self.tick, self._rows.customers, s.key, s.group, s.jurisdiction, s.passes, s.sells, s.review,
            s.phase, world.groups.may_sell, world.legs.of, rules.search_rate, a.state, a.lost, a.need, a.sold, k.seller,
            k.buyer, k.key, k.carries, k.dead, k.by_buyer, k.first_of_buyer, k.by_seller, k.first_of_seller, sellers,
            buyers,
        )  # fmt: skip
        seller, buyer = sellers[:new], buyers[:new]
        trust = world.groups.link_trust[s.group[seller], s.group[buyer]]
        heirs = self._heirs.inherit(self.tick, seller, buyer)
        if heirs is not None:
            sums.counters[_COUNTER["inherited_links"]] += len(heirs[0])
            seller, buyer, trust = (np.concatenate(pair) for pair in zip(heirs, (seller, buyer, trust), strict=True))
        if len(seller):
            self._add_links(seller, buyer, trust)
        self._heirs.remember()
        lapsed = relate.lapse(
            self.tick, k.count, self._idle, a.state, k.seller, k.buyer, k.last_used, k.carries, k.dead
        )
        sums.counters[_COUNTER["new_links"]] += new
        sums.counters[_COUNTER["lapsed_links"]] += lapsed
        k.dead_count += lapsed
        if k.dead_count * _DEAD_SHARE > k.count:
            k.count = relate.drop_dead(
                k.count, k.dead, k.seller, k.buyer, k.leg, k.pair, k.key, k.trust, k.risk, k.bought, k.last_used,
                k.carries, k.corridor, k.way, k.statement,
            )  # fmt: skip
            k.dead_count = 0
            self._index_links()

    def _add_links(self, seller: np.ndarray, buyer: np.ndarray, trust: np.ndarray) -> None:
        """New links as the last rows, in the indexes too."""
        world, k, s = self.world, self.state.links, self.world.agents
        new = len(seller)
        k.reserve(k.count + new)
        rows = slice(k.count, k.count + new)
        k.seller[rows], k.buyer[rows] = seller, buyer
        k.leg[rows] = world.legs.of[s.jurisdiction[seller], s.jurisdiction[buyer]]
        k.pair[rows] = world.legs.pair[k.leg[rows]]
        k.corridor[rows] = world.corridors.direct[k.leg[rows], None]
        k.way[rows] = 0
        k.key[rows] = link_keys(s.key[seller], s.key[buyer])
        k.trust[rows] = trust
        k.risk[rows] = 0.0
        k.bought[rows] = 0.0
        k.premium[rows] = 0.0
        k.last_used[rows] = self.tick
        k.statement[rows] = 0.0
        k.carries[rows] = s.sells[seller] & s.buys[buyer] & world.groups.may_sell[s.group[seller], s.group[buyer]]
        k.ordered[rows], k.filled[rows], k.seized[rows], k.dead[rows] = 0, 0, False, False
        for end, first, order_of in (
            (k.buyer, k.first_of_buyer, k.by_buyer),
            (k.seller, k.first_of_seller, k.by_seller),
        ):
            relate.insert_links(k.count, k.count + new, end, first, order_of, self._extra)
        k.count += new
