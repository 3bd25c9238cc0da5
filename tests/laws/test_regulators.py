"""Regulators decide from customs records and their own seizures, and from nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.model import Scenario
from sim.world.build import build
from tests.laws.common import small

BY_PROPORTION = {
    "policies.exit_checks.allocation": "proportional",
    "policies.exit_checks.period_weeks": 4.0,
    "policies.exit_checks.memory_weeks": 13.0,
    "policies.listings.hazard": 0.3,
    "policies.listings.observation": 0.3,
}
WATCHED = 26
"""Recorded tick at which the decisions are looked at: all policies are in force."""


def scenario() -> Scenario:
    """The small world with regulators that learn."""
    return small().with_changes(BY_PROPORTION)


def at(engine: Engine, recorded: int) -> Engine:
    """The engine, run up to a recorded tick."""
    while engine.tick < engine.world.calendar.burn_in + recorded:
        engine.step()
    return engine


def decisions(engine: Engine) -> dict[str, np.ndarray]:
    """What regulators decide in the next tick: where to inspect, whom to investigate, whom they list."""
    before = engine.state.agents.due.copy()
    engine.sums.clear()
    engine._regulate()
    a = engine.state.agents
    return {
        "inspection_share": engine.inspection_share.copy(), "investigate": engine.investigate.copy(),
        "opened": (a.due >= 0) & (before < 0), "listed": a.listed_by.copy(),
    }  # fmt: skip


def hide(engine: Engine, what: str) -> None:
    """Changes something that no authority can see."""
    state, world = engine.state, engine.world
    a, rng = state.agents, np.random.default_rng(5)
    nodes = int(state.paths.count[0])
    if what == "paths of goods":
        state.paths.rows[:nodes, 4:8] = rng.integers(0, 4, (nodes, 4))  # breach flags and sides barred
    elif what == "true ledger":
        rows = int(engine._ledger.count[0])
        engine._ledger.whole[:rows] = rng.integers(0, 5, engine._ledger.whole[:rows].shape)
    elif what == "true sides":
        world.agents.true_side[:] = rng.permutation(world.agents.true_side)
    elif what == "stocks and money":
        a.cash[:] *= 3.0
        a.forecast[:] *= 2.0
        a.margin[:] = 7.0
    elif what == "what sellers know":
        a.seen[:] = rng.random(a.seen.shape)
        state.links.risk[:] = rng.random(state.links.risk.shape)
        state.links.trust[:] = rng.random(state.links.trust.shape)
        state.links.way[:] = 0
    elif what == "who complies":
        a.compliant[:] = ~a.compliant
        a.tolerance[:] = 9.0
        a.concealment[:] = 0.9
    elif what == "records not reported yet":
        state.known.units[engine.tick + 1 :] = 99_999
    else:
        raise AssertionError(what)


HIDDEN = (
    "paths of goods",
    "true ledger",
    "true sides",
    "stocks and money",
    "what sellers know",
    "who complies",
    "records not reported yet",
)


@pytest.mark.parametrize("what", HIDDEN)
def test_hidden_fields_change_no_decision(what: str) -> None:
    """The same records and seizures, another truth: the same decisions, to the last bit."""
    plain = decisions(at(Engine(build(scenario(), 3)), WATCHED))
    engine = at(Engine(build(scenario(), 3)), WATCHED)
    hide(engine, what)
    other = decisions(engine)
    for name, column in plain.items():
        assert np.array_equal(column, other[name]), name


def test_regulators_do_decide_something() -> None:
    """Else the test above would say nothing."""
    engine = at(Engine(build(scenario(), 3)), WATCHED)
    decided = decisions(engine)
    assert len(np.unique(decided["inspection_share"])) > 3
    assert decided["investigate"].max() > 0.0
    assert (decided["listed"] >= 0).any()


@pytest.mark.parametrize("what", ["records", "seizures", "exposure"])
def test_what_is_observed_does_move_them(what: str) -> None:
    """Another record, another seizure: other decisions."""
    plain = decisions(at(Engine(build(scenario(), 3)), WATCHED))
    engine = at(Engine(build(scenario(), 3)), WATCHED)
    if what == "records":
        engine.state.known.units[:, 0, engine.world.legs.pair[::2]] += 500
    elif what == "seizures":
        engine._allocations.hits[:, 1::2] += 3
        engine._allocations.checks[:, 1::2] += 3
    else:
        engine.state.agents.exposure[:] += 1.0
    engine._allocations._since = [-1]  # an allocation falls on this tick
    other = decisions(engine)
    assert any(not np.array_equal(plain[name], other[name]) for name in plain)


def test_a_proportional_allocation_makes_as_many_inspections_of_recorded_goods() -> None:
    """The mean share over recorded goods is that of a fixed policy, where no leg is capped."""
    engine = at(Engine(build(scenario(), 3)), WATCHED)
    allocations, world = engine._allocations, engine.world
    allocations._reallocate(0, engine.tick, engine.state.known.units)
    legs = np.flatnonzero(allocations._legs[0])
    first = max(0, engine.tick - allocations._memory[0])
    known = engine.state.known.units[first : engine.tick, 0][:, world.legs.pair[legs]].sum(axis=(0, 2)) + 1.0
    share = allocations.share[0, legs]
    assert share.std() > 0.0
    added = world.scenario.policies["exit_checks"].added  # type: ignore[attr-defined]
    assert np.isclose((share * known).sum() / known.sum(), added)
