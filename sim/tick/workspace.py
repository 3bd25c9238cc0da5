"""What a run needs beside its state: decision columns, sums of the tick, rows by role, rules in ticks."""

from __future__ import annotations

import numpy as np

from sim.evasion.common import BEYOND, STOPS
from sim.policy.common import Scope, Tables
from sim.policy.entity_listing import EntityListingFields
from sim.policy.procurement_aid import ProcurementAidFields
from sim.tick import record, regulate, relate
from sim.tick.allocate import Allocations
from sim.tick.banks import Banks
from sim.tick.decide import Decisions
from sim.tick.heirs import Heirs
from sim.tick.inputs import Inputs
from sim.tick.licence import Licences
from sim.tick.marked import Marked
from sim.tick.quota import Quotas
from sim.tick.sight import Sight
from sim.tick.standings import Standings
from sim.tick.statements import Statements
from sim.tick.status import Status
from sim.tick.status import statuses as statuses_of
from sim.tick.triggers import Triggers
from sim.world import accounts
from sim.world.columns import BUYER, DORMANT, MANUFACTURER, World
from sim.world.records import LEDGER_NUMBERS, LEDGER_WHOLE
from sim.world.state import State
from sim.world.ways import DELAY_WEEKS, GOES


class Workspace:
    """The columns of one run, and what is worked out once for it.

    Args:
        world: The initial world; it is not changed.
        ledger: Whether to keep the true ledger.
        without: Ids of policies left out: a twin.

    Attributes:
        state: What changes in the run.
        tick: The next tick, burn-in included.
        production, restock_level, ask_price, bid_ceiling: Decision columns, float64 (agent, product).
        inspection_share: Decision column, float64 (leg, product).
        investigate: Decision column, float64 (policy, agent).
        ceiling: Most that customers pay landed, float64 (agent, product).
        decisions: How the decision columns are filled.
        listable: Who can be listed by each policy, bool (policy, agent).
        listing_hazard: Openings a tick for one unit of exposure, float64 (policy,).
        stops, ghosts: int32 (pair, product), corridors that forwarders offer where papers name the next stop, or a
            state beyond; -1 for none.
        sees: float64 (policy, 2, jurisdiction): what each listing policy sees of records of exports and of imports.
        statements: What customers state of the end of goods.
        banks: What secondary sanctions ask of payments.
        inputs: What restrictions on inputs leave to makers.
        marked: Content rules and distributor contracts.
        stockpile_factor: Greatest stockpile factor over a customer's links, float64 (agent, product).
        sums: What the present tick adds up.
        tables: What the policies in force do.
    """

    tables: Tables
    _any_target: np.ndarray
    _any_suspended: np.ndarray
    _quiet: bool
    _hoarding: bool
    _levied: bool
    _ban: np.ndarray
    _tracking: np.ndarray

    def __init__(self, world: World, *, ledger: bool = True, without: tuple[str, ...] = ()) -> None:
        self.world = world
        self.ledger = ledger
        self.state = State(world)
        self.tick = 0
        self.decisions = Decisions()
        agents, names, market = world.agents, world.names, world.scenario.market
        self.policies = [world.scenario.policies[p] for p in names.policies]
        self._rows = Rows(world)
        self._scopes = regulate.scopes(world, self.policies)
        self.leave_out(without)
        self._rules = market
        weeks = world.calendar.weeks_per_tick
        self._stake_ticks = market.stake_weeks / weeks
        self._delay = market.inspection_delay_weeks / weeks
        self._idle = market.link_idle_weeks / weeks
        self._sell_off_ticks = market.sell_off_weeks / weeks
        self._ways = world.ways
        self._allocations = Allocations(world, self.policies, self._scopes)
        self._speeds = bool((world.ways.numbers[:, DELAY_WEEKS] < 0.0).any())
        self._hides_route = bool(np.isin(world.ways.flags[:, GOES], (STOPS, BEYOND)).any())
        self._beyond = np.full(len(world.corridors.count), -1, dtype=np.int64)
        self._offered: tuple[object, np.ndarray, np.ndarray] | None = None
        self.stops = np.full((len(world.pairs.key), len(names.products)), -1, dtype=np.int32)
        self.ghosts = self.stops.copy()
        self._standings = Standings(world, self.policies, self._scopes)
        self._triggers = Triggers(world, self.policies, self._scopes)
        self._quotas = Quotas(world, self.policies, self._scopes)
        self._licences = Licences(world, self.policies, self._scopes)
        self.statements = Statements(world, self.policies, self._scopes)
        self.inputs = Inputs(world, self.policies, self._scopes)
        self.banks = Banks(world, self.policies, self._scopes)
        self._sight = Sight(world, self.policies, self._scopes)
        self.marked = Marked(world, self.policies, self._scopes, self._stake_ticks)
        self.sees = self._sight.sees
        self._aids = [p if isinstance(p, ProcurementAidFields) else None for p in self.policies]
        self._aided = [_aided(world, p, scope) for p, scope in zip(self._aids, self._scopes, strict=True)]
        self._has_aid = any(policy is not None for policy in self._aids)
        self._aid = np.zeros(len(agents.key))
        listings = [p if isinstance(p, EntityListingFields) else None for p in self.policies]
        self._listings = listings
        self._observation = np.array([p.observation if p else 0.0 for p in listings])
        self.listing_hazard = np.array([p.hazard * weeks if p else 0.0 for p in listings])
        self._fading = np.array([min(1.0, p.fading * weeks) if p else 0.0 for p in listings])
        nobody = np.zeros(len(agents.key), dtype=np.bool_)
        listable = [scope.sellers if policy else nobody for policy, scope in zip(listings, self._scopes, strict=True)]
        self.listable = np.array(listable, dtype=np.bool_).reshape(len(listings), len(agents.key))
        self._least = np.array([p.least if p else 0.0 for p in listings])
        n, products = agents.deals.shape
        self.production = np.zeros((n, products))
        self.restock_level = np.zeros((n, products))
        self.ask_price = np.zeros((n, products))
        self.bid_ceiling = np.zeros((n, products))
        self.ceiling = np.zeros((n, products))
        self.inspection_share = np.zeros((len(names.legs), products))
        self.investigate = np.zeros((len(self.policies), n))
        self.stockpile_factor = np.zeros((n, products))
        self._no_premium = True
        self._stock_foreign = np.zeros((n, products), dtype=np.int64)
        self._home = world.groups.home_side[agents.group]
        self._units = accounts.UnitAccounts(products)
        self._units_at_start: np.ndarray | None = None
        self._in_lots = np.zeros(products, dtype=np.int64)
        self.sums = record.Sums(world)
        self._series = record.Series(world, self.sums, world.calendar.ticks - world.calendar.burn_in)
        # A link ships about once in five ticks; what is too small grows.
        room = max(1024, len(world.links.seller) * (world.calendar.ticks - world.calendar.burn_in) // 5)
        self._ledger = record.Growing(len(LEDGER_WHOLE), len(LEDGER_NUMBERS), room if ledger else 1)
        self._deliveries = record.Growing(8, 1, room // 2)
        self._waits = record.Growing(6, 0, room // 4)
        groups = len(names.groups)
        self._firms = np.zeros((groups, products), dtype=np.int64)
        self._group_sums = np.zeros((3, groups, products))
        self._signal = np.zeros((2, groups))
        self._found = (
            np.zeros(len(self._rows.customers), dtype=np.int64),
            np.zeros(len(self._rows.customers), dtype=np.int64),
        )
        self._extra = np.zeros(n, dtype=np.int64)
        self._heirs = Heirs(world, self.state)
        links = self.state.links
        links.corridor[: links.count] = world.corridors.direct[links.leg[: links.count], None]
        self._index_links()

    def kept(self) -> record.Kept:
        """Tables, series and totals of the run so far; later ticks go on filling them."""
        return record.Kept(
            self._ledger, self._deliveries, self._waits, self._series, self._units, self._units_at_start, self._licences
        )

    def statuses(self, without: tuple[str, ...]) -> list[Status]:
        """Where policies stand in each tick, when some are left out."""
        off = [policy in without for policy in self.world.names.policies]
        return statuses_of(self.policies, self.world.calendar, off)

    def leave_out(self, without: tuple[str, ...]) -> None:
        """Leaves these policies out from the next tick on, and no others."""
        self.without = tuple(sorted(without))
        self._statuses = self.statuses(self.without)
        self._status: Status | None = None

    def _index_links(self) -> None:
        """Sorts links by buyer and by seller."""
        k = self.state.links
        relate.index_links(k.count, k.dead, k.buyer, k.first_of_buyer, k.by_buyer)
        relate.index_links(k.count, k.dead, k.seller, k.first_of_seller, k.by_seller)


def _aided(world: World, aid: ProcurementAidFields | None, scope: Scope) -> np.ndarray:
    """Who gets goods of an aid, bool (agent,): the buyers in scope, only end users where no groups are named."""
    if aid is None:
        return np.zeros(0, dtype=np.bool_)
    return scope.sellers if aid.groups else scope.sellers & world.agents.end_user


class Rows:
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
