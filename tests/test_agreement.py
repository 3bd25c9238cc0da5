"""Engine and oracle, written apart from the same document, agree exactly."""

from __future__ import annotations

from functools import cache

import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import COUNTERS
from tests.oracle.compare import Disagreement, same_run
from tests.oracle.model import OracleModel
from tests.world_evasion import WAYS
from tests.worlds import small_world

WORLDS = 200
CHUNK = 20


@cache
def agree(first: int) -> dict[str, int]:
    """Compares a chunk of small worlds, once. Returns the counters summed over it, and units by kind of way."""
    total: dict[str, int] = {}
    for number in range(first, min(first + CHUNK, WORLDS)):
        world = build(load(small_world(number)), seed=number)
        engine = Engine(world)
        counts = same_run(engine, OracleModel(world))
        sent = engine.records().series["ways"].sum(axis=(0, 2))
        for way, units in zip(world.ways.names, sent.tolist(), strict=True):
            kind = world.scenario.evasion[way].kind if way in world.scenario.evasion else way
            counts[kind] = counts.get(kind, 0) + units
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
    return total


@pytest.mark.parametrize("first", range(0, WORLDS, CHUNK))
def test_engine_and_oracle_agree_on_small_worlds(first: int) -> None:
    """Every stock, price, link and row of the ledger is the same, tick by tick."""
    assert agree(first)["trades"] > 0


def test_small_worlds_reach_every_rule() -> None:
    """A rule that never acts is not tested by agreement: every counter counts, and every kind of way carries units."""
    total = dict.fromkeys((*COUNTERS, *WAYS, "honest"), 0)
    for first in range(0, WORLDS, CHUNK):
        for name in total:
            total[name] += agree(first).get(name, 0)
    assert [name for name, count in total.items() if count == 0] == []


def test_engine_and_oracle_agree_without_some_policies() -> None:
    """A twin is the same as a world in which the policies were never written."""
    for number in range(0, 40, 5):
        world = build(load(small_world(number)), seed=number)
        without = world.names.policies[::2]
        same_run(Engine(world, without=without), OracleModel(world, without))


def test_engine_and_oracle_agree_on_the_shipped_small_scenario() -> None:
    """A hundred agents, every mechanism at work."""
    world = build(load("small", {"time.end": "2023-08-31"}), seed=1)
    same_run(Engine(world), OracleModel(world))


@pytest.mark.slow
def test_engine_and_oracle_agree_on_the_baseline() -> None:
    """18 ticks of the baseline around the controls of autumn 2023, burn-in shortened."""
    changes = {"time.start": "2023-07-31", "time.end": "2023-10-22", "time.burn_in": 6, "time.settle": 2}
    world = build(load("baseline", changes), seed=1)
    assert world.calendar.ticks == 18
    same_run(Engine(world), OracleModel(world))


def test_a_wrong_engine_is_found() -> None:
    """The comparison sees a difference of one unit."""
    world = build(load(small_world(1)), seed=1)
    engine = Engine(world)

    class Wrong:
        """The engine, with a unit too many in one stock."""

        def __getattr__(self, name: str) -> object:
            return getattr(engine, name)

        def step(self) -> None:
            """A tick, and then the fault."""
            engine.step()
            engine.state.agents.on_order[0, 0] += 1

    with pytest.raises(Disagreement, match="on_order"):
        same_run(Wrong(), OracleModel(world))
