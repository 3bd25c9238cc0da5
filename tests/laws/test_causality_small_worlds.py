"""Causality and inertness on small random worlds, quick enough for kernels as plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from tests.laws.common import Bits, agent_names, bits, differences, reversed_order, state_bits
from tests.laws.test_sides import relabelled, with_sides_renamed
from tests.worlds import small_world

WORLDS = (5, 7, 13, 14)
"""Makers at home on a side, choices of places, listings that strike; the last has an announced ban."""
BAN = {"kind": "export_ban", "sides": ["east"], "penalty": 9000.0}
SUSPENSION = {"kind": "voluntary_suspension", "by": "maker", "sides": ["east", "west"]}
CHECKS = {"kind": "inspection", "added": 0.9}


def ended(plain: dict[str, Any], number: int) -> Engine:
    """A run to its end."""
    engine = Engine(build(load(plain), seed=number))
    engine.run()
    return engine


@cache
def as_it_stands(number: int) -> Engine:
    """A small world, run."""
    return ended(small_world(number), number)


def with_policies(number: int, **more: dict[str, Any]) -> dict[str, Any]:
    """A small world with more policies."""
    plain = small_world(number)
    return plain | {"policies": plain["policies"] | more}


def everything(engine: Engine, policies: list[str]) -> Bits:
    """Records and state."""
    return bits(engine.records(), policies) | {f"state.{k}": v for k, v in state_bits(engine, policies).items()}


@pytest.mark.parametrize("number", WORLDS)
def test_the_order_of_the_file_changes_no_bit(number: int) -> None:
    """Every section, table, choice and list of words the other way round."""
    plain = small_world(number)
    turned = ended(reversed_order(plain), number)
    mine = list(plain["policies"])
    assert differences(everything(turned, mine), everything(as_it_stands(number), mine)) == []


@pytest.mark.parametrize("number", WORLDS)
@pytest.mark.parametrize("name", ["a_first", "z_last"])
def test_an_inert_policy_more_changes_no_bit(number: int, name: str) -> None:
    """Nor does the row it takes among the others."""
    mine = list(small_world(number)["policies"])
    more = ended(with_policies(number, **{name: BAN | {"effective": "2021-01-01", "intensity": 0.0}}), number)
    assert differences(everything(more, mine), everything(as_it_stands(number), mine)) == []


@pytest.mark.parametrize("number", WORLDS)
def test_an_agent_more_without_links_changes_no_other(number: int) -> None:
    """Its row comes before all others."""
    plain = small_world(number)
    loner = {"kind": "intermediary", "count": 2, "jurisdiction": "AA", "products": plain["groups"]["arms"]["products"]}
    more = ended(plain | {"groups": {"a_loner": loner} | plain["groups"]}, number)
    before = as_it_stands(number)
    own = [i for i, name in enumerate(agent_names(more.world)) if not name.startswith("a_loner")]
    for name in ("stock", "cash", "forecast", "mark_up", "price_seen", "state", "opened", "closed"):
        first, second = getattr(before.state.agents, name), getattr(more.state.agents, name)
        assert np.array_equal(first, second[own]), name
    ledgers = [engine.records().ledger for engine in (before, more)]
    assert ledgers[0] is not None
    assert ledgers[1] is not None
    for name in ("tick", "product", "units", "unit_price", "seized", "arrival"):
        assert np.array_equal(ledgers[0][name], ledgers[1][name]), name


@pytest.mark.parametrize("number", WORLDS)
def test_names_of_sides_mean_nothing(number: int) -> None:
    """Sides with other names and in another order: the same run."""
    names = {"east": "zz_east", "west": "aa_west"}
    other = ended(relabelled(small_world(number), names), number)
    expected = with_sides_renamed(as_it_stands(number).records(), names, other.world.names.sides)
    assert differences(expected, bits(other.records())) == []


@pytest.mark.parametrize("policy", [BAN, SUSPENSION, CHECKS], ids=lambda policy: policy["kind"])
@pytest.mark.parametrize("within", ["first day", "last day"])
@pytest.mark.parametrize("number", WORLDS[:2])
def test_a_policy_acts_on_nothing_before_the_tick_of_its_announcement(
    number: int, policy: dict[str, Any], within: str
) -> None:
    """Announced on the first or on the last day of a tick, the state is the same until that tick begins.

    It takes effect three ticks later to the day, and later the runs differ.
    """
    plain = small_world(number)
    step, start = plain["time"]["step_days"], date.fromisoformat(plain["time"]["start"])
    announced = start + timedelta(days=5 * step + (0 if within == "first day" else step - 1))
    dates = {"announced": announced.isoformat(), "effective": (announced + timedelta(days=3 * step)).isoformat()}
    plain = plain | {"groups": {k: _hoards(g) for k, g in plain["groups"].items()}}
    mine = list(plain["policies"])
    more = plain | {"policies": plain["policies"] | {"mm_more": policy | dates}}
    with_it, without = (Engine(build(load(x), seed=number)) for x in (more, plain))
    shown: list[tuple[bool, bool]] = []
    while not with_it.finished:
        tick = with_it.tick - with_it.world.calendar.burn_in
        if tick <= 5:
            assert differences(state_bits(with_it, mine), state_bits(without, mine)) == [], tick
        with_it.step()
        without.step()
        if tick >= 0:
            series, place = with_it.records().series, with_it.world.names.policies.index("mm_more")
            shown.append((bool(series["announced"][tick, place]), bool(series["in_force"][tick, place])))
    assert shown[:5] == [(False, False)] * 5
    assert shown[5:8] == [(True, False)] * 3
    assert set(shown[8:]) == {(False, True)}
    assert differences(bits(with_it.records(), mine), bits(without.records(), mine)) != []


def _hoards(group: dict[str, Any]) -> dict[str, Any]:
    """A group of traders that lay in stock before a restriction, so that an announcement shows at once."""
    return group | {"stockpile_weeks": 12.0} if group["kind"] == "intermediary" else group
