"""Populations drawn from the distributions of their groups: a group of 40 is 40 different firms."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from sim.agents.buyer import BuyerFields
from sim.agents.intermediary import IntermediaryFields
from sim.agents.manufacturer import ManufacturerFields
from sim.declare.distribution import Distribution
from sim.scenario.model import Scenario
from sim.world import draws
from sim.world.columns import (
    ALIVE,
    BUYER,
    DAYS_A_MONTH,
    DAYS_A_WEEK,
    DORMANT,
    INTERMEDIARY,
    MANUFACTURER,
    NO_SIDE,
    REGULATOR,
    Agents,
    Calendar,
    Groups,
    Names,
)
from sim.world.floats import exp_each, inverse_normal_each, log_each, quantiles

KINDS = {"manufacturer": MANUFACTURER, "intermediary": INTERMEDIARY, "buyer": BUYER, "regulator": REGULATOR}


def trait_index(name: str) -> int:
    """The draw index of a trait: a hash of its name, so that a new trait moves no other trait's draw."""
    return zlib.crc32(name.encode()) & 0xFFFFFF


class Traits:
    """Draws the traits of all agents, one column at a time.

    Args:
        scenario: The scenario.
        seed: Seed of the run.
        names: Ids in order of rows.
        calendar: For the length of a tick.
    """

    def __init__(self, scenario: Scenario, seed: int, names: Names, calendar: Calendar) -> None:
        self.fields = [scenario.groups[g] for g in names.groups]
        self._given = [dict(fields) for fields in self.fields]
        self.seed = seed
        slots = [given.get("slots", 0) for given in self._given]
        self.sizes = np.array([f.count + s for f, s in zip(self.fields, slots, strict=True)], dtype=np.int64)
        self.first = np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.int64)
        self.agents = int(self.first[-1])
        self.group = np.repeat(np.arange(len(self.fields)), self.sizes).astype(np.int64)
        self.index = np.arange(self.agents, dtype=np.int64) - self.first[self.group]
        self.key = np.array(
            [draws.text_key(g, i) for g, n in zip(names.groups, self.sizes, strict=True) for i in range(n)],
            dtype=np.uint64,
        )
        self.weeks = calendar.weeks_per_tick

    def rows(self, group: int) -> slice:
        """Rows of a group."""
        return slice(int(self.first[group]), int(self.first[group + 1]))

    def uniform(self, name: str) -> NDArray[np.float64]:
        """One keyed uniform an agent. Shape (agent,)."""
        return draws.draw_many(self.seed, self.key, 0, draws.TRAIT, trait_index(name))

    def number(self, name: str, missing: float = 0.0) -> NDArray[np.float64]:
        """A trait as drawn, ``missing`` for agents whose kind lacks it. Shape (agent,)."""
        same = np.full(len(self.fields), missing)
        varying = []
        for g, given in enumerate(self._given):
            value = given.get(name)
            if isinstance(value, Distribution):
                if value.kind == "constant":
                    same[g] = value.numbers[0]
                else:
                    varying.append((self.rows(g), value))
            elif value is not None:
                same[g] = float(value)
        column = same[self.group]
        u = self.uniform(name) if varying else column
        for rows, value in varying:
            column[rows] = quantiles(value, u[rows])
        return column

    def chance(self, name: str) -> NDArray[np.bool_]:
        """Whether a keyed uniform falls below a group's share. Shape (agent,)."""
        return self.uniform(name) < self.number(name)

    def lognormal(self, name: str, cv: float) -> NDArray[np.float64]:
        """A keyed lognormal of mean 1 for every agent, with a coefficient of variation. Shape (agent,)."""
        sigma = float(_sigma(np.array([cv]))[0])
        z = inverse_normal_each(self.uniform(name))
        return exp_each(sigma * z - 0.5 * sigma * sigma)

    def word(self, name: str, allowed: tuple[str, ...], missing: int = -1) -> NDArray[np.int64]:
        """A trait that is a word, as its place among the words allowed. Shape (agent,)."""
        u = self.uniform(name)
        place = {word: row for row, word in enumerate(allowed)}
        column = np.full(self.agents, missing, dtype=np.int64)
        for g, given in enumerate(self._given):
            value = given.get(name, "")
            rows = self.rows(g)
            if isinstance(value, Distribution):
                column[rows] = [place[word] for word in value.pick(u[rows])]
            elif value != "":
                column[rows] = place[value]
        return column


def draw_groups(scenario: Scenario, names: Names, calendar: Calendar) -> Groups:
    """Columns of groups: schedules a tick, bills, link rules.

    Args:
        scenario: The scenario.
        names: Ids in order of rows.
        calendar: Ticks and dates.

    Returns:
        See :class:`sim.world.columns.Groups`.
    """
    n_groups, n_products = len(names.groups), len(names.products)
    tick = DAYS_A_WEEK * calendar.weeks_per_tick / DAYS_A_MONTH
    place = {p: i for i, p in enumerate(names.products)}
    capacity = np.zeros((calendar.ticks, n_groups, n_products))
    demand = np.zeros((calendar.ticks, n_groups, n_products))
    budget = np.zeros((calendar.ticks, n_groups))
    bill = np.zeros((n_groups, n_products, n_products), dtype=np.int64)
    content = np.zeros((n_groups, n_products))
    maker_of_arm = np.full(n_groups, -1, dtype=np.int64)
    home = np.full(n_groups, NO_SIDE, dtype=np.int64)
    lag = np.zeros((n_groups, draws.TABLE_SIZE))
    for g, group in enumerate(names.groups):
        fields = scenario.groups[group]
        if isinstance(fields, ManufacturerFields):
            for product, schedule in fields.capacity.items():
                capacity[:, g, place[product]] = schedule.values_on(calendar.first_days) * tick
            for built, parts in fields.bill.items():
                for part, units in parts.items():
                    bill[g, place[built], place[part]] = units
            for product, inputs in fields.foreign_content.items():
                content[g, place[product]] = inputs
            if fields.home_side:
                home[g] = names.sides.index(fields.home_side)
        elif isinstance(fields, BuyerFields):
            for product, schedule in fields.demand.items():
                demand[:, g, place[product]] = schedule.values_on(calendar.first_days) * tick
            budget[:, g] = fields.budget.values_on(calendar.first_days) * tick
        elif isinstance(fields, IntermediaryFields):
            if fields.arm_of:
                maker_of_arm[g] = names.groups.index(fields.arm_of)
            lag[g] = quantiles(fields.founding_lag_weeks, draws.TABLE_POINTS) / calendar.weeks_per_tick
    may_sell = np.zeros((n_groups, n_groups, n_products), dtype=np.bool_)
    trust = np.zeros((n_groups, n_groups))
    for rule in (scenario.links[r] for r in names.links):
        products = [place[p] for p in rule.products] or list(range(n_products))
        for seller in (names.groups.index(s) for s in rule.sellers if s in names.groups):
            for buyer in (names.groups.index(b) for b in rule.buyers if b in names.groups):
                may_sell[seller, buyer, products] = True
                trust[seller, buyer] = max(trust[seller, buyer], rule.trust)
    return Groups(capacity, demand, budget, bill, content, maker_of_arm, home, may_sell, trust, lag)


def draw_agents(scenario: Scenario, traits: Traits, names: Names, calendar: Calendar, groups: Groups) -> Agents:
    """Columns of agents, lead times and forecasts still empty (they follow from the links).

    Args:
        scenario: The scenario.
        traits: Draws of the traits.
        names: Ids in order of rows.
        calendar: Ticks and dates.
        groups: Columns of groups.

    Returns:
        See :class:`sim.world.columns.Agents`.
    """
    group, count = traits.group, np.array([f.count for f in traits.fields], dtype=np.float64)
    weeks = calendar.weeks_per_tick
    kind = np.array([KINDS[f.kind] for f in traits.fields], dtype=np.int64)[group]
    size = traits.number("size", 1.0)
    end_user = np.array([bool(getattr(f, "end_user", False)) for f in traits.fields], dtype=np.bool_)[group]
    passes = (kind == BUYER) & ~end_user
    deals = np.array([[p in f.products for p in names.products] for f in traits.fields], dtype=np.bool_)[group]
    builds = (groups.capacity.max(axis=0) > 0.0)[group]
    parts = (groups.bill.max(axis=1) > 0)[group]
    maker = kind == MANUFACTURER
    true_side = traits.word("side", names.sides, NO_SIDE)
    shown = traits.word("side_on_paper", names.sides, NO_SIDE)
    paper_side = np.where(shown == NO_SIDE, true_side, shown)
    review = np.maximum(1, np.floor(traits.number("review_weeks", 1.0) / weeks + 0.5)).astype(np.int64)
    reference = np.array([scenario.products[p].reference_price for p in names.products])
    build_cost = traits.number("production_cost")[:, None] * reference[None, :] * builds
    usual_cost = np.where(
        builds, build_cost + (groups.bill * reference[None, None, :]).sum(axis=2)[group], reference[None, :]
    )
    spread = traits.number("ceiling_cv")
    sigma = _sigma(spread)
    z = inverse_normal_each(traits.uniform("ceiling"))
    donation = _sigma(traits.number("donation_cv"))
    slot = traits.index >= count[group]
    return Agents(
        group=group,
        index=traits.index,
        key=traits.key,
        kind=kind,
        jurisdiction=traits.word("jurisdiction", names.jurisdictions),
        state=np.where(slot, DORMANT, ALIVE).astype(np.int64),
        size=size,
        share=size / np.maximum(1.0, count[group]),
        true_side=true_side,
        paper_side=paper_side.astype(np.int64),
        end_user=end_user,
        passes=passes,
        deals=deals,
        buys=np.where(maker[:, None], parts, deals & (kind != REGULATOR)[:, None]),
        sells=np.where(maker[:, None], builds, deals & (kind != REGULATOR)[:, None] & ~end_user[:, None]),
        heed=traits.uniform("heed"),
        compliant=traits.chance("compliant_share"),
        bidding=traits.chance("bidding_share"),
        recorded=traits.number("recorded", 1.0),
        usual_mark_up=traits.number("mark_up"),
        highest_mark_up=np.maximum(traits.number("mark_up"), traits.number("mark_up_max")),
        tolerance=traits.number("tolerance", 1.0),
        diligence=traits.number("diligence"),
        concealment=traits.number("concealment"),
        review=review,
        phase=np.floor(traits.uniform("phase") * review).astype(np.int64),
        lead=np.ones(traits.agents),
        safety=traits.number("safety_weeks") / weeks,
        stockpile=traits.number("stockpile_weeks") / weeks,
        storage=traits.number("storage_weeks") / weeks,
        working=traits.number("working_weeks") / weeks,
        founding_capital=traits.number("founding_capital") * size,
        overhead=traits.number("overhead") * size * DAYS_A_WEEK * weeks / DAYS_A_MONTH,
        production_cost=build_cost,
        input_cover=traits.number("input_cover_weeks") / weeks,
        survival=np.maximum(1.0, traits.number("sorties_survived", 1.0)),
        sorties_per_unit=traits.number("sorties_per_unit") * 1.0,
        cover=traits.number("cover_weeks") / weeks,
        carry_over=traits.number("carry_over_weeks") / weeks,
        ceiling=traits.number("ceiling") * exp_each(sigma * z - 0.5 * sigma * sigma),
        elasticity=traits.number("elasticity"),
        donation_sigma=donation,
        pays=(groups.budget.max(axis=0) > 0.0)[group],
        founding_rate=traits.number("founding_rate") * weeks,
        initial_forecast=np.zeros((traits.agents, len(names.products))),
        initial_unit_cost=usual_cost,
        initial_cash=np.zeros(traits.agents),
    )


def _sigma(cv: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sigma of a lognormal of mean 1 with this coefficient of variation, with the log of record."""
    return np.sqrt(log_each(1.0 + cv * cv))
