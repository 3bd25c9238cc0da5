"""The tick, once, as a numbered list; free of Mesa.

`Engine(world).run()` runs all ticks; `step()` runs one. Both give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.policy.entity_listing import EntityListingFields
from sim.tick import clear, found, learn, order, plan, produce, quote, receive, record, regulate, ship, use
from sim.world import accounts
from sim.world.columns import BUYER, DORMANT, MANUFACTURER, World
from sim.world.draws import link_keys
from sim.world import paths as path_fields
from sim.world.records import ACCOUNTS, COUNTERS, UNIT_ACCOUNTS, Columns, Records
from sim.world.state import State

_COUNTER = {name: i for i, name in enumerate(COUNTERS)}
_ACCOUNT = {name: i for i, name in enumerate(ACCOUNTS)}


_DEAD_SHARE = 8
"""Dead links are taken out of the columns when they are more than one in so many."""
_LOTS_COUNTED = 26
"""Every so many ticks, and at the end, stock is counted lot by lot as well."""


_NODE_COLUMNS = {
    "parent": path_fields.PARENT,
    "holder": path_fields.HOLDER,
    "product": path_fields.PRODUCT,
    "leg": path_fields.LEG,
    "way": path_fields.WAY,
    "breach": path_fields.BREACH,
    "barred_law": path_fields.LAW,
    "barred_contract": path_fields.CONTRACT,
    "barred_voluntary": path_fields.VOLUNTARY,
    "hops": path_fields.HOPS,
    "maker": path_fields.MAKER,
    "breach_path": path_fields.BREACH_PATH,
}
"""Columns of path nodes in the records, and their fields."""


class Cancelled(Exception):  # noqa: N818 - not an error: the user asked for it
    """The run was cancelled between two ticks."""


class Engine:
    """Runs a world tick by tick.

    Args:
        world: The initial world; it is not changed.
        ledger: Whether to keep the true ledger.
        without: Ids of policies left out: a twin. They are as if they were not in the scenario.

    Attributes:
        state: What changes in the run.
        tick: The next tick, burn-in included.

    Example:
        >>> from sim.scenario.loading import load
        >>> from sim.world.build import build
        >>> engine = Engine(build(load("small"), seed=1))
        >>> engine.step()
        >>> engine.tick
        1
    """

    def __init__(self, world: World, *, ledger: bool = True, without: tuple[str, ...] = ()) -> None:
        self.world = world
        self.ledger = ledger
        self.without = tuple(sorted(without))
        self.state = State(world)
        self.tick = 0
        agents, names, market = world.agents, world.names, world.scenario.market
        self.policies = [world.scenario.policies[p] for p in names.policies]
        self._rows = _Rows(world)
        self._scopes = regulate.scopes(world, self.policies)
        self._status: regulate.Status | None = None
        self._statuses = regulate.statuses(self.policies, world.calendar, [p in self.without for p in names.policies])
        self._rules = market
        weeks = world.calendar.weeks_per_tick
        self._stake_ticks = market.stake_weeks / weeks
        self._delay = market.inspection_delay_weeks / weeks
        self._idle = market.link_idle_weeks / weeks
        self._sell_off_ticks = market.sell_off_weeks / weeks
        listings = [p if isinstance(p, EntityListingFields) else None for p in self.policies]
        self._listings = listings
        self._observation = np.array([p.observation if p else 0.0 for p in listings])
        self._fading = np.array([min(1.0, p.fading * weeks) if p else 0.0 for p in listings])
        self._listable = np.array([s.sellers if p else np.zeros(len(agents.key), dtype=np.bool_) for p, s in zip(listings, self._scopes, strict=True)], dtype=np.bool_).reshape(len(listings), len(agents.key))  # fmt: skip
        n, products = agents.deals.shape
        self.production = np.zeros((n, products))
        self.restock_level = np.zeros((n, products))
        self.ask_price = np.zeros((n, products))
        self.bid_ceiling = np.zeros((n, products))
        self.ceiling = np.zeros((n, products))
        self.inspection_share = np.zeros((len(names.legs), products))
        self.investigate = np.zeros((len(self.policies), n))
        self._factor = np.zeros((n, products))
        self._stock_foreign = np.zeros((n, products), dtype=np.int64)
        self._home = world.groups.home_side[agents.group]
        self._units = accounts.UnitAccounts(products)
        self._units_at_start: np.ndarray | None = None
        self._in_lots = np.zeros(products, dtype=np.int64)
        self.sums = record.Sums(world)
        self._series = record.Series(world, self.sums, world.calendar.ticks - world.calendar.burn_in)
        self._ledger = record.Growing(15, 3)
        self._deliveries = record.Growing(8, 1)
        self._waits = record.Growing(6, 0)
        groups = len(names.groups)
        self._firms = np.zeros((groups, products), dtype=np.int64)
        self._group_sums = np.zeros((3, groups, products))
        self._signal = np.zeros((2, groups))
        self._found = (np.zeros(len(self._rows.customers), dtype=np.int64), np.zeros(len(self._rows.customers), dtype=np.int64))
        links = self.state.links
        found.set_corridors(0, links.count, links.leg, links.corridor, links.way)
        self._index_links()

    @property
    def finished(self) -> bool:
        """Whether all ticks have run."""
        return self.tick >= self.world.calendar.ticks

    def run(self, cancel: Callable[[], bool] | None = None) -> Records:
        """Runs all ticks that are left.

        Args:
            cancel: Asked before every tick; the run stops where it says True.

        Returns:
            The records.

        Raises:
            Cancelled: Where ``cancel`` said so.
            UnbalancedError: Where the accounts do not balance (a fault of the program).
        """
        while not self.finished:
            if cancel is not None and cancel():
                raise Cancelled
            self.step()
        return self.records()

    def step(self) -> None:
        """Runs one tick: the eleven stages of MODEL.md section 3, in order.

        Raises:
            IndexError: After the last tick.
            UnbalancedError: Where the accounts do not balance (a fault of the program).
        """
        if self.finished:
            raise IndexError(f"the run has ended after {self.tick} ticks")
        if self.tick == self.world.calendar.burn_in:
            self._units_at_start = self._units.table(self.state.agents.stock, self.state.agents.on_order)
        self.sums.clear()
        cash_before = float(self.state.agents.cash.sum())
        self._regulate()  # 1. policies become tables; investigations open and end
        self._produce()  # 2. makers build
        self._use()  # 3. end users fly; budgets fill
        self._plan()  # 4. customers decide what to order
        self._quote()  # 5. asks, ceilings, premiums
        count = self._order()  # 6. calls and orders
        self._clear_and_ship(count)  # 7. and 8. orders are served; goods leave
        self._receive()  # 9. arrivals; deliveries
        self._learn()  # 10. trust, risk, forecasts, closures, foundings, links
        self._check(cash_before)
        self._record()  # 11. series
        self.tick += 1

    # 1 ----------------------------------------------------------------------------------------------------------

    def _regulate(self) -> None:
        world, state, t = self.world, self.state, self.tick
        a, k, calendar = state.agents, state.links, world.calendar
        now = self._statuses[t]
        if now is not self._status:
            self._status = now
            self.tables = regulate.tables(world, self.policies, self._scopes, now)
            self._any_target = (self.tables.target > 0.0).any(axis=2) | (self.tables.ban > 0.0).any(axis=2)
            self._any_suspended = (self.tables.suspended > 0.0).any(axis=2)
            self._free_trade = not (self._any_target.any() or self._any_suspended.any())
            self._hoarding = bool(self.tables.stockpile.any() or self.tables.stockpile_seller.any())
            if not self._hoarding:
                self._factor[:] = 0.0
        legs = world.legs
        regulate.inspection_column(
            legs.inspection[t], self.tables.inspection, world.enforcement[t], legs.origin, legs.inner, self.inspection_share
        )
        weeks = calendar.weeks_per_tick
        lots = state.lots
        frozen = self._units.frozen.sum()
        for i, policy in enumerate(self._listings):
            if policy is None or world.names.policies[i] in self.without:
                continue
            self.sums.listings[i] = regulate.close_listed(
                t, i, policy.stock == "frozen", policy.chill, a.due, a.state, a.closed, a.listed_by, k.count, k.seller,
                k.buyer, k.risk, state.paths.rows, lots.head, lots.tail, lots.live, a.stock, self._units.frozen,
            )  # fmt: skip
            self.sums.counters[_COUNTER["listings"]] += self.sums.listings[i]
        self.sums.counters[_COUNTER["frozen_units"]] += self._units.frozen.sum() - frozen
        for i, policy in enumerate(self._listings):
            if policy is None or self.tables.listing[i] <= 0.0:
                continue
            regulate.investigate_column(a.exposure[i], policy.hazard * weeks * self.tables.listing[i], self.investigate[i])
            self.sums.investigations[i] = regulate.open_investigations(
                world.seed, t, i, world.policy_key[i], policy.capacity, world.agents.key, self._listable[i], a.state, a.exposure,
                self.investigate[i], a.due, world.listing_lag[i],
            )  # fmt: skip

    # 2 ----------------------------------------------------------------------------------------------------------

    def _produce(self) -> None:
        world, state, rows = self.world, self.state, self._rows
        s, a, lots, paths = world.agents, state.agents, state.lots, state.paths
        paths.reserve(len(rows.makers) * a.stock.shape[1])
        produce.production_column(
            rows.makers, s.group, s.share, s.review, s.safety, s.sells, world.groups.capacity[self.tick], a.forecast,
            a.stock, self._rules.restock_gain, self.production,
        )  # fmt: skip
        self.sums.money[_ACCOUNT["production_cost"]] += produce.produce(
            world.seed, self.tick, rows.makers, s.key, s.group, a.state, s.sells, self.production, s.production_cost,
            world.groups.bill, self._home, a.cash, a.stock, a.unit_cost, a.asked, paths.rows, paths.table,
            paths.count, lots.head, lots.tail, lots.live, lots.merged, self._units.produced, self._units.built,
            self.sums.produced,
        )  # fmt: skip

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
        paid, returned = use.fill_budgets(
            world.seed, self.tick, rows.buyers, s.key, s.group, s.share, s.donation_sigma, s.pays, s.carry_over, a.state,
            world.groups.budget[self.tick], a.cash,
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
                k.count, k.seller, k.buyer, k.leg, k.carries, a.state, self.tables.stockpile, self.tables.stockpile_seller,
                self._factor,
            )  # fmt: skip
        plan.use_of_users(
            rows.passers, rows.users, k.by_seller, k.first_of_seller, k.buyer, k.carries, a.state, s.group, s.share,
            demand, a.suppliers, a.asked,
        )  # fmt: skip
        plan.restock_column(
            rows.customers, s.kind, s.buys, s.lead, s.review, s.safety, s.stockpile, s.storage, s.cover, s.end_user,
            s.group, s.share, demand, a.forecast, self._factor, self.restock_level,
        )  # fmt: skip
        plan.plan(
            world.seed, self.tick, rows.customers, s.key, s.kind, s.buys, s.review, s.phase, s.end_user, s.group, s.share,
            s.elasticity, s.pays, demand, world.reference_price, world.substitutes, self._rules.restock_gain, a.state,
            a.cash, a.forecast, self.restock_level, a.stock, a.on_order, a.price_seen, a.lost, a.since, a.need,
            a.filled_need,
        )  # fmt: skip

    # 5 ----------------------------------------------------------------------------------------------------------

    def _quote(self) -> None:
        world, state, rows, rules = self.world, self.state, self._rows, self._rules
        s, a, k, tables = world.agents, state.agents, state.links, self.tables
        if self.tick >= world.calendar.settle:
            quote.move_mark_ups(
                s.sells, s.passes, s.usual_mark_up, s.highest_mark_up, a.state, a.ordered, a.refused, rules.scarcity_gain,
                rules.scarcity_decay, a.mark_up,
            )  # fmt: skip
        quote.ask_column(s.sells, s.passes, a.state, a.unit_cost, a.mark_up, rules.sell_off, self.ask_price)
        quote.ceiling_columns(
            rows.customers, s.kind, s.buys, s.ceiling, s.usual_mark_up, s.highest_mark_up, world.reference_price,
            a.unit_cost, self.ask_price, a.need, a.stock, a.on_order, rules.urgency_exponent, self.ceiling,
            self.bid_ceiling,
        )  # fmt: skip
        if self._free_trade:
            k.premium[:] = 0.0
            return
        self.sums.counters[_COUNTER["refused_by_premium"]] += quote.premium_column(
            k.count, k.seller, k.buyer, k.leg, k.carries, k.risk, a.state, s.kind, s.passes, s.paper_side, s.jurisdiction,
            s.heed, s.compliant, s.diligence, s.concealment, s.tolerance, a.margin, a.seen, world.diversion,
            tables.target, tables.penalty, tables.suspended, self.inspection_share, self._any_target,
            self._any_suspended, rules.refusal_belief, self._stake_ticks, rules.consignment_units, a.need, k.premium,
        )  # fmt: skip

    # 6 ----------------------------------------------------------------------------------------------------------

    def _order(self) -> int:
        world, state, rules = self.world, self.state, self._rules
        s, a, k, o, legs = world.agents, state.agents, state.links, state.orders, world.legs
        count = order.order(
            world.seed, self.tick, rules.calls, self._rows.customers, a.state, a.cash, a.need, s.passes, s.bidding,
            self.ceiling, self.bid_ceiling, self.ask_price, a.stock, world.reference_price, legs.lead_weeks, legs.freight,
            legs.open[self.tick], k.seller, k.corridor, k.key, k.trust, k.risk, k.carries, k.premium, k.by_buyer,
            k.first_of_buyer, rules.price_weight, rules.lead_weight, rules.risk_weight, rules.trust_weight,
            rules.bid_noise, o.link, o.product, o.call, o.units, o.kept, o.bid, o.landed, o.priority, k.ordered, k.filled,
        )  # fmt: skip
        order.cut_to_capacity(
            world.seed, self.tick, count, legs.capacity[self.tick], legs.key, k.key, k.corridor, o.link, o.product, o.call,
            o.kept, o.priority,
        )  # fmt: skip
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
        a.ordered[:] = 0
        a.refused[:] = 0
        a.sold[:] = 0
        clear.group_orders(count, cells, a.stock.shape[1], k.seller, o.link, o.product, o.first, o.sorted)
        ship.serve(
            world.seed, self.tick, cells, o.first, o.sorted, o.rank,
            o.link, o.product, o.call, o.units, o.kept, o.bid, o.landed, o.priority,
            k.seller, k.buyer, k.key, k.corridor, k.way, k.premium, k.filled, k.seized,
            s.passes, s.bidding, s.paper_side, s.jurisdiction, s.heed, s.concealment, s.highest_mark_up, world.diversion,
            legs.freight, legs.lead, legs.spread, self.inspection_share,
            tables.ban, tables.target, tables.suspended, self._any_target, self._any_suspended,
            tables.listing, self._observation, self._listable, world.policy_key,
            self.ask_price, self.ceiling, a.mark_up, a.unit_cost,
            rules.ceiling_band, rules.inspection_value, rules.de_minimis, rules.de_minimis_factor, self._delay, rules.fine,
            a.cash, a.licit, a.apparent, a.exposure, a.seized_here,
            a.stock, a.on_order, a.need, a.filled_need, a.lost, a.since, a.price_seen, a.ordered, a.refused, a.sold,
            paths.rows, paths.table, paths.count, lots.head, lots.tail, lots.live,
            transit.whole, transit.landed, transit.next, transit.head, transit.tail, transit.free, transit.used,
            keep, world.calendar.burn_in, self._ledger.whole, self._ledger.numbers, self._ledger.count,
            sums.crossings, sums.inspected, sums.crossed_units, sums.seized_units, sums.crossed_value,
            self._units.seized, sums.counters, sums.money,
        )  # fmt: skip

    # 9 ----------------------------------------------------------------------------------------------------------

    def _receive(self) -> None:
        world, state, sums = self.world, self.state, self.sums
        s, a, lots, transit = world.agents, state.agents, state.lots, state.transit
        self._deliveries.reserve(int(transit.used[0]))
        self._waits.reserve(int(transit.used[0]))
        lots.merged[0] = 0
        receive.receive(
            self.tick, world.calendar.burn_in, s.kind, s.end_user, s.passes, s.true_side, self._home, a.state, a.stock,
            self._stock_foreign, a.on_order, a.unit_cost, self._units.frozen, sums.delivered, state.paths.rows, lots.head,
            lots.tail, lots.live, lots.merged, transit.whole, transit.landed, transit.next, transit.head,
            transit.free, transit.used, self._deliveries.whole, self._deliveries.numbers[:, 0], self._deliveries.count,
            self._waits.whole, self._waits.count, sums.counters,
        )  # fmt: skip
        sums.counters[_COUNTER["merged_lots"]] += lots.merged[0]

    # 10 ---------------------------------------------------------------------------------------------------------

    def _learn(self) -> None:
        world, state, rows, rules, sums = self.world, self.state, self._rows, self._rules, self.sums
        s, a, k, lots = world.agents, state.agents, state.links, state.lots
        learn.learn_links(
            self.tick, k.count, k.seller, k.buyer, k.trust, k.risk, k.last_used, k.ordered, k.filled, k.seized,
            a.seized_here, rules.trust_gain, rules.risk_gain, rules.neighbour_risk_gain, rules.risk_decay,
        )  # fmt: skip
        learn.learn_agents(
            self.tick >= world.calendar.settle, s.kind, s.sells, s.buys, s.lead, s.review, rules.smoothing,
            rules.refused_weight, rules.seen_gain, rules.margin_gain, s.passes, a.sold, a.refused, a.asked, a.apparent, a.seen,
            a.licit, a.margin, a.forecast,
        )  # fmt: skip
        overheads, payouts = learn.pay_out(
            s.kind, a.state, s.founding_capital, s.working, s.overhead, rules.payout_share, a.forecast, a.unit_cost, a.cash
        )
        sums.money[_ACCOUNT["overheads"]] += overheads
        sums.money[_ACCOUNT["payouts"]] += payouts
        frozen = self._units.frozen.sum()
        sums.counters[_COUNTER["closures"]] += learn.close_firms(
            self.tick, self._sell_off_ticks, s.kind, a.state, a.closed, a.cash, a.stock, a.on_order,
            state.paths.rows, lots.head, lots.tail, lots.live, self._units.frozen,
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
                world.groups.founding_lag, s.founding_capital, s.sells, rules.entry_share, rules.owner_returns, self._firms,
                self._group_sums, self._signal, a.state, a.opens, a.opened, a.closed, a.owner, a.cash, a.forecast, a.mark_up,
                a.unit_cost, k.count, k.seller, k.buyer, k.last_used,
            )  # fmt: skip
            sums.counters[_COUNTER["foundings"]] += opened
            sums.money[_ACCOUNT["founding_capital"]] += capital
        self._change_links()

    def _change_links(self) -> None:
        """Search, then lapse; the indexes are made anew only where a link came or went."""
        world, state, rules, sums = self.world, self.state, self._rules, self.sums
        s, a, k = world.agents, state.agents, state.links
        sellers, buyers = self._found
        new = int(
            found.search(
                world.seed, self.tick, self._rows.customers, s.key, s.group, s.jurisdiction, s.passes, s.sells, s.review,
                s.phase, world.groups.may_sell, world.legs.of, rules.search_rate, a.state, a.lost, a.need, a.sold, k.seller,
                k.buyer, k.key, k.carries, k.by_buyer, k.first_of_buyer, k.by_seller, k.first_of_seller, sellers, buyers,
            )  # fmt: skip
        )
        if new:
            k.reserve(k.count + new)
            rows = slice(k.count, k.count + new)
            seller, buyer = sellers[:new], buyers[:new]
            k.seller[rows], k.buyer[rows] = seller, buyer
            k.leg[rows] = world.legs.of[s.jurisdiction[seller], s.jurisdiction[buyer]]
            k.key[rows] = link_keys(s.key[seller], s.key[buyer])
            k.trust[rows] = world.groups.link_trust[s.group[seller], s.group[buyer]]
            k.risk[rows] = 0.0
            k.last_used[rows] = self.tick
            k.carries[rows] = s.sells[seller] & s.buys[buyer] & world.groups.may_sell[s.group[seller], s.group[buyer]]
            k.ordered[rows], k.filled[rows], k.seized[rows], k.dead[rows] = 0, 0, False, False
            found.set_corridors(k.count, k.count + new, k.leg, k.corridor, k.way)
            k.count += new
        lapsed = int(found.lapse(self.tick, k.count, self._idle, a.state, k.seller, k.buyer, k.last_used, k.carries, k.dead))
        sums.counters[_COUNTER["new_links"]] += new
        sums.counters[_COUNTER["lapsed_links"]] += lapsed
        k.dead_count += lapsed
        if k.dead_count * _DEAD_SHARE > k.count:
            k.count = int(
                found.drop_dead(
                    k.count, k.dead, k.seller, k.buyer, k.leg, k.key, k.trust, k.risk, k.last_used, k.carries, k.corridor, k.way
                )
            )
            k.dead_count = 0
        if new or lapsed:
            self._index_links()

    def _index_links(self) -> None:
        k = self.state.links
        found.index_links(k.count, k.dead, k.buyer, k.first_of_buyer, k.by_buyer)
        found.index_links(k.count, k.dead, k.seller, k.first_of_seller, k.by_seller)

    # Accounts and records ---------------------------------------------------------------------------------------

    def _check(self, cash_before: float) -> None:
        a, lots = self.state.agents, self.state.lots
        accounts.check_units(self._units, a.stock, a.on_order, self.tick)
        if self.tick % _LOTS_COUNTED == 0 or self.tick == self.world.calendar.ticks - 1:
            accounts.held_in_lots(self.state.paths.rows, lots.head, self._in_lots)
            accounts.check_lots(a.stock, self._in_lots, self.tick)
        cash = float(a.cash.sum())
        accounts.check_money(cash_before, cash, self.sums.money, self.tick)
        self.sums.money[_ACCOUNT["cash"]] = cash

    def _record(self) -> None:
        world, series = self.world, self._series.arrays
        r = self.tick - world.calendar.burn_in
        if r < 0:
            return
        s, a, sums = world.agents, self.state.agents, self.sums
        for name in record.SUMMED:
            series[name][r] = getattr(sums, name)
        series["counters"][r] = sums.counters
        series["accounts"][r] = sums.money
        assert self._status is not None
        series["in_force"][r] = self._status.in_force
        series["announced"][r] = self._status.announced
        record.record_agents(
            s.group, s.true_side, s.end_user, s.sells, s.share, world.groups.demand[self.tick], a.state, a.stock,
            self._stock_foreign, a.ordered, a.refused, a.sold, self.ask_price, a.mark_up, series["stock"][r],
            series["stock_foreign"][r], series["demand"][r], series["ordered"][r], series["filled"][r], series["refused"][r],
            series["trader_stock"][r], series["ask"][r], series["mark_up"][r], series["alive"][r],
        )  # fmt: skip

    def records(self) -> Records:
        """What the run has left behind so far; later ticks do not change it."""
        world, state = self.world, self.state
        a, first = state.agents, world.calendar.burn_in
        n = int(state.paths.count[0])
        rows = state.paths.rows[:n]
        nodes: Columns = {name: rows[:, field] for name, field in _NODE_COLUMNS.items()}
        ledger = None
        if self.ledger:
            ledger = self._ledger.columns(
                ("tick", "seller", "buyer", "product", "units", "node", "parent", "leg", "way", "breach", "inspected",
                 "seized", "arrival", "since", "auction"),
                ("unit_price", "unit_freight", "unit_cost"),
                ("inspected", "seized", "auction"),
            )  # fmt: skip
        deliveries = self._deliveries.columns(
            ("tick", "side", "product", "units", "node", "buyer", "seller", "since"), ("value",)
        )
        units = np.zeros((len(UNIT_ACCOUNTS), a.stock.shape[1]), dtype=np.int64)
        if self._units_at_start is not None:
            now = self._units.table(a.stock, a.on_order)
            places = [UNIT_ACCOUNTS.index(name) for name in ("in_stock", "in_transit")]
            units = now - self._units_at_start
            units[places] = now[places]
            units[UNIT_ACCOUNTS.index("initial")] = self._units_at_start[places].sum(axis=0)
        recorded = max(0, self.tick - first)
        shift = lambda ticks: np.where(ticks >= 0, ticks - first, -(10**6))  # noqa: E731
        return Records(
            world=world,
            policies_off=self.without,
            deliveries=deliveries,
            waits=self._open_needs(recorded),
            ledger=ledger,
            nodes=nodes,
            series={name: array[:recorded].copy() for name, array in self._series.arrays.items()},
            agents={
                "state": a.state.copy(),
                "owner": a.owner.copy(),
                "opened": shift(a.opened),
                "closed": shift(a.closed),
                "listed_by": a.listed_by.copy(),
            },
            units=units,
        )

    def _open_needs(self, recorded: int) -> Columns:
        """Receipts by buyers, and one censored row for each need still open."""
        s, a = self.world.agents, self.state.agents
        found_rows = self._waits.columns(("tick", "since", "side", "product", "units", "censored"), (), ("censored",))
        fed_by_hand = s.end_user & ~s.pays
        still = (a.since >= 0) & (s.kind == BUYER)[:, None] & ~fed_by_hand[:, None] & (a.lost > 0)
        agent, product = np.nonzero(still)
        extra = {
            "tick": np.full(len(agent), recorded - 1),
            "since": a.since[agent, product] - self.world.calendar.burn_in,
            "side": s.true_side[agent],
            "product": product,
            "units": a.lost[agent, product],
            "censored": np.ones(len(agent), dtype=np.bool_),
        }
        return {name: np.concatenate([found_rows[name], extra[name].astype(found_rows[name].dtype)]) for name in found_rows}


class _Rows:
    """Rows of agents by role; fixed for a run."""

    def __init__(self, world: World) -> None:
        s = world.agents
        self.makers = np.flatnonzero(s.kind == MANUFACTURER)
        self.users = np.flatnonzero(s.end_user)
        self.buyers = np.flatnonzero(s.kind == BUYER)
        self.passers = np.flatnonzero(s.passes)
        self.customers = np.flatnonzero(s.buys.any(axis=1))
        self.slots = np.flatnonzero(s.state == DORMANT)
        self.groups_with_slots = np.zeros(len(world.names.groups), dtype=np.bool_)
        self.groups_with_slots[s.group[self.slots]] = True

