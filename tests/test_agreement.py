"""Engine and oracle, written apart from the same document, agree exactly."""

from __future__ import annotations

from functools import cache

import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from tests.oracle.compare import Disagreement, same_run
from tests.oracle.model import OracleModel
from tests.worlds import small_world

WORLDS = 200
CHUNK = 20
REACHED = (
    "trades_at_ceiling",
    "auction_fills",
    "refused_orders",
    "seizures",
    "listings",
    "foundings",
    "closures",
    "merged_lots",
    "new_links",
    "lapsed_links",
    "frozen_units",
    "consignments_barred",
    "refused_by_premium",
    "levied_trades",
    "quota_refusals",
    "units_given",
    "licences_granted",
    "licences_refused",
    "units_reserved",
    "units_returned",
    "input_shortages",
    "units_substituted",
)
"""What must happen somewhere in the small worlds, or their agreement would say nothing of it."""


@cache
def agree(first: int) -> dict[str, int]:
    """Compares a chunk of small worlds, once, and returns the counters summed over it."""
    total: dict[str, int] = {}
    for number in range(first, min(first + CHUNK, WORLDS)):
        world = build(load(small_world(number)), seed=number)
        for name, count in same_run(Engine(world), OracleModel(world)).items():
            total[name] = total.get(name, 0) + count
    return total


@pytest.mark.parametrize("first", range(0, WORLDS, CHUNK))
def test_engine_and_oracle_agree_on_small_worlds(first: int) -> None:
    """Every stock, price, link and row of the ledger is the same, tick by tick."""
    assert agree(first)["trades"] > 0


def test_small_worlds_reach_every_rule() -> None:
    """A rule that never acts is not tested by agreement."""
    total = dict.fromkeys(REACHED, 0)
    for first in range(0, WORLDS, CHUNK):
        for name in REACHED:
            total[name] += agree(first)[name]
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
    """26 ticks of the baseline around the controls of autumn 2023, burn-in shortened."""
    changes = {"time.start": "2023-07-03", "time.end": "2023-11-19", "time.burn_in": 6, "time.settle": 2}
    world = build(load("baseline", changes), seed=1)
    assert world.calendar.ticks == 26
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
