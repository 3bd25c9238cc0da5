"""The initial world as columns: typed arrays, one row an agent, a leg or a link.

Everything here is fixed when the world is built and never written by the engine (the engine copies what it
changes into :class:`sim.world.state.State`). Index names used in shapes: ``agent``, ``group``, ``product``, ``side``,
``jurisdiction``, ``leg``, ``link``, ``policy``, ``tick``. Rates are per tick, money is US dollars, times are ticks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from sim.world.routes import Corridors
    from sim.world.ways import Ways

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
Int = NDArray[np.int64]
Key = NDArray[np.uint64]

MANUFACTURER, INTERMEDIARY, BUYER, REGULATOR = 0, 1, 2, 3
"""Kinds of agent."""
DORMANT, ALIVE, CLOSING, CLOSED = 0, 1, 2, 3
"""States of an agent."""
NO_SIDE = -1
"""Paper side of an agent whose papers show none."""
DAYS_A_WEEK = 7.0
DAYS_A_MONTH = 30.4375
"""Days of a mean month, by which monthly rates become rates a tick."""
UNLIMITED = 1e11
"""A leg whose capacity is at least this many units a month has none."""


@dataclass(frozen=True)
class Names:
    """Ids in the order of rows: each tuple is sorted by id."""

    sides: tuple[str, ...]
    products: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    groups: tuple[str, ...]
    legs: tuple[str, ...]
    links: tuple[str, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True)
class Calendar:
    """Ticks and dates.

    Attributes:
        burn_in: Ticks before the first recorded one.
        settle: First ticks in which forecasts and mark-ups keep their first values.
        ticks: All ticks, burn-in included.
        first_days: First day of each tick; in the burn-in these lie before `start`.
        days_after: First day after each tick as policies see it (in the burn-in: the day after `start`).
        weeks_per_tick: ``step_days / 7``.
    """

    burn_in: int
    settle: int
    ticks: int
    first_days: tuple[date, ...]
    days_after: tuple[date, ...]
    weeks_per_tick: float


@dataclass(frozen=True)
class Agents:
    """Columns of agents. Shape (agent,) unless said otherwise; fields that a kind lacks hold 0 (or -1 for ids).

    Attributes:
        group: int64, row of the group.
        index: int64, index within the group; slots come after the agents alive at the start.
        key: uint64 key of the agent's draws.
        kind: int64, MANUFACTURER, INTERMEDIARY, BUYER or REGULATOR.
        jurisdiction: int64.
        state: int64 at the start, ALIVE or DORMANT.
        size: float64.
        share: float64, size over the group's count.
        true_side: int64, NO_SIDE for all but buyers.
        paper_side: int64, or NO_SIDE.
        end_user: bool, buyers that use units.
        passes: bool, pass-through buyers.
        deals: bool (agent, product), products sold, or bought for use or hand-on.
        buys: bool (agent, product), products ordered from others (traders and buyers: deals; makers: components).
        sells: bool (agent, product), products sold (not for end users; makers: products with capacity).
        heed: float64 uniform; a ban or suspension of intensity x bears on the agent where x > heed.
        compliant, bidding: bool.
        recorded: float64, factor on the coverage of customs records of what the agent sends.
        usual_mark_up, highest_mark_up, tolerance, diligence, concealment: float64.
        review, phase: int64 ticks.
        lead: float64 ticks, usual lead time of an agent as a customer, at least 1.
        safety, stockpile, storage, working: float64 ticks.
        founding_capital: float64, already times size.
        overhead: float64 a tick, already times size.
        production_cost: float64 (agent, product), US dollars a unit, components apart.
        input_cover: float64 ticks, of makers: production at capacity for which they hold foreign inputs.
        survival: float64, sorties a unit survives.
        sorties_per_unit: float64, most sorties of one unit in a tick.
        cover: float64 ticks. carry_over: float64 ticks.
        ceiling: float64, multiple of the reference price.
        elasticity, donation_sigma: float64.
        pays: bool, buyers whose group has a positive budget at any time.
        founding_rate: float64 a tick. founding_lag is drawn when needed: see `Groups.founding_lag`.
        initial_forecast: float64 (agent, product), units a tick.
        initial_unit_cost: float64 (agent, product), US dollars a unit.
        initial_cash: float64.
    """

    group: Int
    index: Int
    key: Key
    kind: Int
    jurisdiction: Int
    state: Int
    size: Float
    share: Float
    true_side: Int
    paper_side: Int
    end_user: Bool
    passes: Bool
    deals: Bool
    buys: Bool
    sells: Bool
    heed: Float
    compliant: Bool
    bidding: Bool
    recorded: Float
    usual_mark_up: Float
    highest_mark_up: Float
    tolerance: Float
    diligence: Float
    concealment: Float
    review: Int
    phase: Int
    lead: Float
    safety: Float
    stockpile: Float
    storage: Float
    working: Float
    founding_capital: Float
    overhead: Float
    production_cost: Float
    input_cover: Float
    survival: Float
    sorties_per_unit: Float
    cover: Float
    carry_over: Float
    ceiling: Float
    elasticity: Float
    donation_sigma: Float
    pays: Bool
    founding_rate: Float
    initial_forecast: Float
    initial_unit_cost: Float
    initial_cash: Float


@dataclass(frozen=True)
class Groups:
    """Columns of groups.

    Attributes:
        capacity: float64 (tick, group, product), units a tick of the whole group.
        demand: float64 (tick, group, product), units a tick of the whole group.
        budget: float64 (tick, group), US dollars a tick of the whole group.
        bill: int64 (group, product built, component).
        foreign_content: float64 (group, product), share of the cost of building.
        maker_of_arm: int64 (group,), the maker group an arm belongs to, -1 for none.
        home_side: int64 (group,), for makers, NO_SIDE for none.
        may_sell: bool (group selling, group buying, product): link rules, for search.
        link_trust: float64 (group selling, group buying): trust of a new link (the greatest of the rules).
        founding_lag: list of quantile tables, float64 (group, 1025): founding lag in ticks at u = i / 1024,
            read by linear interpolation.
    """

    capacity: Float
    demand: Float
    budget: Float
    bill: Int
    foreign_content: Float
    maker_of_arm: Int
    home_side: Int
    may_sell: Bool
    link_trust: Float
    founding_lag: Float


@dataclass(frozen=True)
class Legs:
    """Columns of legs.

    Attributes:
        origin, destination: int64 (leg,), jurisdictions.
        key: uint64 (leg,).
        of: int64 (jurisdiction, jurisdiction), row of the leg or -1.
        pair: int64 (leg,), ``origin · jurisdictions + destination``.
        inner: bool (leg,), both ends the same jurisdiction or one customs union.
        lead: float64 (leg,), ticks.
        lead_weeks: float64 (leg,).
        spread: float64 (leg,).
        freight: float64 (leg, product), US dollars a unit.
        inspection: float64 (tick, leg), share of consignments, without policies.
        open: bool (tick, leg).
        capacity: float64 (tick, leg), units a tick; infinity where there is none.
    """

    origin: Int
    destination: Int
    key: Key
    of: Int
    pair: Int
    inner: Bool
    lead: Float
    lead_weeks: Float
    spread: Float
    freight: Float
    inspection: Float
    open: Bool
    capacity: Float


@dataclass(frozen=True)
class Links:
    """Columns of the links at the start, ordered by buyer row, then seller row.

    Attributes:
        seller, buyer, leg: int64 (link,).
        key: uint64 (link,).
        trust: float64 (link,).
        carries: bool (link, product).
    """

    seller: Int
    buyer: Int
    leg: Int
    key: Key
    trust: Float
    carries: Bool


@dataclass(frozen=True)
class Pairs:
    """Columns of pairs of jurisdictions, ``origin · jurisdictions + destination``: what policies bear on.

    Attributes:
        origin, destination: int64 (pair,), jurisdictions.
        key: uint64 (pair,), that of the leg between them, whether there is one or not.
        inner: bool (pair,), the same jurisdiction twice, or one customs union.
    """

    origin: Int
    destination: Int
    key: Key
    inner: Bool


@dataclass(frozen=True)
class Customs:
    """What the customs records of jurisdictions show.

    Attributes:
        export_coverage, import_coverage: float64 (tick, pair), share of declared crossings recorded at either end.
        report: int64 (jurisdiction,), ticks from a crossing until it is reported.
        vague_share: float64 (jurisdiction,), share of its records under a vague heading.
        understatement: float64 (jurisdiction,), share of the value that ordinary papers leave out.
    """

    export_coverage: Float
    import_coverage: Float
    report: Int
    vague_share: Float
    understatement: Float


@dataclass(frozen=True)
class World:
    """A scenario drawn with a seed, before its first tick.

    Attributes:
        scenario: What it was built from.
        seed: Seed of the draws of the run, 0 <= seed < 2**63; the one it was built from, unless :meth:`with_luck`.
        names, calendar, agents, groups, legs, links, pairs, customs: as above.
        corridors: See :class:`sim.world.routes.Corridors`.
        ways: See :class:`sim.world.ways.Ways`.
        welcome: int64 (jurisdiction,), the side at home there, NO_SIDE for none.
        reference_price: float64 (product,).
        substitutes: float64 (product, product), share of unmet need for the first that moves to the second.
        diversion: float64 (jurisdiction, side).
        enforcement, bank_exposure: float64 (tick, jurisdiction).
        civil: bool (side,).
        policy_key: uint64 (policy,).
        listing_lag: float64 (policy, 1025), ticks, as `Groups.founding_lag`; 0 for other policies.
    """

    scenario: Scenario
    seed: int
    names: Names
    calendar: Calendar
    agents: Agents
    groups: Groups
    legs: Legs
    links: Links
    pairs: Pairs
    customs: Customs
    corridors: Corridors
    ways: Ways
    welcome: Int
    reference_price: Float
    substitutes: Float
    diversion: Float
    enforcement: Float
    bank_exposure: Float
    civil: Bool
    policy_key: Key
    listing_lag: Float

    def with_luck(self, seed: int) -> World:
        """The same world, with other draws from its first tick on.

        Every draw is keyed by a seed. Agents, traits and links were drawn with the seed that the
        world was built from and stay as they are; what happens in the run follows the seed given here. So the
        luck of a run can vary while its world does not. ``build(scenario, seed).with_luck(seed)`` is
        ``build(scenario, seed)``.

        Args:
            seed: 0 <= seed < 2**63.

        Returns:
            A world that shares this one's columns.

        Raises:
            ValueError: If the seed is out of range.

        Example:
            >>> from sim.scenario.loading import load
            >>> from sim.world.build import build
            >>> world = build(load("small"), seed=1)
            >>> other = world.with_luck(2)
            >>> other.seed, other.agents is world.agents
            (2, True)
        """
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed is {seed}; it must be at least 0 and below 2**63")
        return replace(self, seed=seed)
