"""A scenario and a seed become the initial world.

Every trait of an agent is a keyed draw of its own, so that one agent more changes no other agent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from sim.declare.schedule import Schedule
from sim.scenario.model import Scenario
from sim.world import draws
from sim.world.columns import (
    DAYS_A_MONTH,
    DAYS_A_WEEK,
    NO_SIDE,
    UNLIMITED,
    Calendar,
    Customs,
    Legs,
    Names,
    Pairs,
    World,
)
from sim.world.floats import quantiles
from sim.world.people import Traits, draw_agents, draw_groups
from sim.world.routes import list_corridors
from sim.world.ways import list_ways
from sim.world.webs import draw_links, initial_forecast, usual_lead


def build(scenario: Scenario, seed: int) -> World:
    """Draws the initial world of a scenario.

    Args:
        scenario: A resolved scenario.
        seed: 0 <= seed < 2**63.

    Returns:
        The world; the same for the same arguments, bit for bit.

    Raises:
        ValueError: If the seed is out of range, or if two agents share a key (never seen; another seed does not
            help, another group name does).
    """
    if not 0 <= seed < 2**63:
        raise ValueError(f"seed is {seed}; it must be at least 0 and below 2**63")
    names = Names(
        sides=tuple(sorted(scenario.sides)),
        products=tuple(sorted(scenario.products)),
        jurisdictions=tuple(sorted(scenario.jurisdictions)),
        groups=tuple(sorted(scenario.groups)),
        legs=tuple(sorted(scenario.legs)),
        links=tuple(sorted(scenario.links)),
        policies=tuple(sorted(scenario.policies)),
    )
    calendar = _calendar(scenario)
    pairs = _pairs(scenario, names)
    legs = _legs(scenario, names, calendar, pairs)
    groups = draw_groups(scenario, names, calendar)
    traits = Traits(scenario, seed, names, calendar)
    agents = draw_agents(scenario, traits, names, calendar, groups)
    if len(np.unique(agents.key)) != len(agents.key):
        raise ValueError("two agents have the same key; rename one of the groups")
    links = draw_links(scenario, names, seed, agents, legs)
    reference = np.array([scenario.products[p].reference_price for p in names.products])
    forecast = initial_forecast(agents, groups, links)
    agents = usual_lead(agents, links, legs, forecast)
    return World(
        scenario=scenario,
        seed=seed,
        names=names,
        calendar=calendar,
        agents=agents,
        groups=groups,
        legs=legs,
        links=links,
        pairs=pairs,
        customs=_customs(scenario, names, calendar),
        corridors=list_corridors(names, legs),
        ways=list_ways(scenario, traits, names, calendar),
        welcome=np.array(
            [
                names.sides.index(home) if (home := scenario.jurisdictions[j].home_side) else NO_SIDE
                for j in names.jurisdictions
            ],
            dtype=np.int64,
        ),
        reference_price=reference,
        substitutes=_substitutes(scenario, names),
        diversion=_diversion(scenario, names),
        enforcement=_by_tick([scenario.jurisdictions[j].enforcement for j in names.jurisdictions], calendar),
        bank_exposure=_by_tick([scenario.jurisdictions[j].bank_exposure for j in names.jurisdictions], calendar),
        civil=np.array([scenario.sides[s].civil for s in names.sides], dtype=np.bool_),
        policy_key=_policy_keys(names),
        listing_lag=_listing_lag(scenario, names, calendar),
    )


def with_policies(world: World, scenario: Scenario) -> World:
    """The world of a scenario that differs from the one built in its policies only.

    No trait and no link depends on a policy, so the rest need not be drawn again.

    Args:
        world: A world.
        scenario: A scenario that equals ``world.scenario`` but for policies; this is not checked.

    Returns:
        What ``build(scenario, seed)`` returns, bit for bit; columns that no policy enters are shared.

    Example:
        >>> from sim.scenario.loading import load
        >>> scenario = load("small")
        >>> with_policies(build(scenario, 1), scenario.without_policies()).names.policies
        ()
    """
    names = replace(world.names, policies=tuple(sorted(scenario.policies)))
    return replace(
        world,
        scenario=scenario,
        names=names,
        policy_key=_policy_keys(names),
        listing_lag=_listing_lag(scenario, names, world.calendar),
    )


def _policy_keys(names: Names) -> NDArray[np.uint64]:
    return np.array([draws.text_key("policy", p) for p in names.policies], dtype=np.uint64)


def _calendar(scenario: Scenario) -> Calendar:
    time = scenario.time
    step = timedelta(days=time.step_days)
    recorded = ((time.end - time.start).days + 1) // time.step_days
    shown = [time.start + r * step for r in range(-time.burn_in, recorded)]
    # In the burn-in schedules and policies stand as on the first recorded day.
    seen = [max(day, time.start) for day in shown]
    after = [
        day + (step if shown_day >= time.start else timedelta(days=1))
        for day, shown_day in zip(seen, shown, strict=True)
    ]
    return Calendar(
        burn_in=time.burn_in,
        settle=time.settle,
        ticks=len(shown),
        first_days=tuple(seen),
        days_after=tuple(after),
        weeks_per_tick=time.step_days / DAYS_A_WEEK,
    )


def _by_tick(schedules: list[Schedule], calendar: Calendar) -> NDArray[np.float64]:
    """Schedules as a table, float64 (tick, schedule)."""
    table = np.empty((calendar.ticks, len(schedules)))
    table[:] = [schedule.values[0] for schedule in schedules]
    for column, schedule in enumerate(schedules):
        if not schedule.constant:
            table[:, column] = schedule.values_on(calendar.first_days)
    return table


def _legs(scenario: Scenario, names: Names, calendar: Calendar, pairs: Pairs) -> Legs:
    rows = [scenario.legs[leg] for leg in names.legs]
    place = {j: i for i, j in enumerate(names.jurisdictions)}
    ends = [leg.split("-", 1) for leg in names.legs]
    origin = np.array([place[a] for a, _ in ends], dtype=np.int64)
    destination = np.array([place[b] for _, b in ends], dtype=np.int64)
    of = np.full((len(place), len(place)), -1, dtype=np.int64)
    of[origin, destination] = np.arange(len(rows))
    month = DAYS_A_MONTH / (DAYS_A_WEEK * calendar.weeks_per_tick)
    capacity = _by_tick([leg.capacity for leg in rows], calendar)
    reference = np.array([scenario.products[p].reference_price for p in names.products])
    return Legs(
        origin=origin,
        destination=destination,
        key=np.array([draws.text_key("leg", leg) for leg in names.legs], dtype=np.uint64),
        of=of,
        pair=origin * len(place) + destination,
        inner=pairs.inner[origin * len(place) + destination],
        lead=np.array([leg.lead_weeks / calendar.weeks_per_tick for leg in rows]),
        lead_weeks=np.array([leg.lead_weeks for leg in rows]),
        spread=np.array([leg.lead_spread for leg in rows]),
        freight=np.array([leg.freight for leg in rows])[:, None] * reference[None, :],
        inspection=_by_tick([leg.inspection for leg in rows], calendar),
        open=_by_tick([leg.open for leg in rows], calendar) >= 0.5,
        capacity=np.where(capacity >= UNLIMITED, np.inf, capacity / month),
    )


def _pairs(scenario: Scenario, names: Names) -> Pairs:
    places = len(names.jurisdictions)
    union = [scenario.jurisdictions[j].customs_union for j in names.jurisdictions]
    origin, destination = np.divmod(np.arange(places * places), places)
    return Pairs(
        origin=origin,
        destination=destination,
        key=np.array(
            [draws.text_key("leg", f"{a}-{b}") for a in names.jurisdictions for b in names.jurisdictions], np.uint64
        ),
        inner=np.array(
            [a == b or (union[a] != "" and union[a] == union[b]) for a, b in zip(origin, destination, strict=True)],
            dtype=np.bool_,
        ),
    )


def _customs(scenario: Scenario, names: Names, calendar: Calendar) -> Customs:
    rows = [scenario.jurisdictions[j] for j in names.jurisdictions]
    lag = np.array([row.report_weeks for row in rows]) / calendar.weeks_per_tick
    places = len(rows)
    out = np.repeat(_by_tick([row.export_coverage for row in rows], calendar), places, axis=1)
    into = np.tile(_by_tick([row.import_coverage for row in rows], calendar), (1, places))
    for name in names.legs:
        start, _, end = name.partition("-")
        pair = names.jurisdictions.index(start) * places + names.jurisdictions.index(end)
        leg = scenario.legs[name]
        out[:, pair] *= _by_tick([leg.export_recorded], calendar)[:, 0]
        into[:, pair] *= _by_tick([leg.import_recorded], calendar)[:, 0]
    return Customs(
        export_coverage=out,
        import_coverage=into,
        report=np.floor(lag + 0.5).astype(np.int64),
        vague_share=np.array([row.vague_share for row in rows]),
        understatement=np.array([row.understatement for row in rows]),
    )


def _substitutes(scenario: Scenario, names: Names) -> NDArray[np.float64]:
    table = np.zeros((len(names.products), len(names.products)))
    for i, product in enumerate(names.products):
        for other, part in scenario.products[product].substitutes.items():
            if other in names.products:
                table[i, names.products.index(other)] = part
    np.fill_diagonal(table, 0.0)
    return table


def _diversion(scenario: Scenario, names: Names) -> NDArray[np.float64]:
    table = np.zeros((len(names.jurisdictions), len(names.sides)))
    for i, place in enumerate(names.jurisdictions):
        for side, part in scenario.jurisdictions[place].diversion.items():
            table[i, names.sides.index(side)] = part
    return table


def _listing_lag(scenario: Scenario, names: Names, calendar: Calendar) -> NDArray[np.float64]:
    table = np.zeros((len(names.policies), draws.TABLE_SIZE))
    for i, policy in enumerate(names.policies):
        lag = getattr(scenario.policies[policy], "lag_weeks", None)
        if lag is not None:
            table[i] = quantiles(lag, draws.TABLE_POINTS) / calendar.weeks_per_tick
    return table
