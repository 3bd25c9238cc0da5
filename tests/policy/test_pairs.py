"""Any two policies together: tables are joined as documented, runs differ from each alone, leaving one out restores.

Two policies of each kind, in the small world without others. What they act on is there in all of the worlds compared:
banks, foreign content, a law to evade, authorities.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest

from sim.engine import Engine
from sim.policy import KINDS
from sim.policy.common import Tables
from sim.scenario.model import Scenario
from sim.tick import regulate, status
from sim.world.build import build
from tests.laws.common import Bits, bits, differences, small
from tests.policy.settings import ONE, TWO
from tests.policy.test_tables import AFTER, DAY

FIRST = {"effective": "2023-02-06"}
GROUND: dict[str, Any] = {
    "time.end": "2023-07-30",
    "groups.leader.foreign_content": {"consumer": 0.5, "thermal": 0.5},
    "groups.leader.input_cover_weeks": 0.0,
    "evasion.ghost_transit.cost": 1.0, "evasion.ghost_transit.rate": 0.0, "evasion.ghost_transit.penalty": 0.0,
    "policies.law": FIRST | {"kind": "export_ban", "origins": ["CN", "TR"], "destinations": ["RU"], "intensity": 0.3},
    "policies.authority": FIRST | {"kind": "entity_listing", "by": "reg_cn", "hazard": 0.2, "observation": 0.1},
    "policies.other_authority": FIRST | {"kind": "entity_listing", "by": "reg_eu", "hazard": 0.2, "observation": 0.1},
    "jurisdictions.CN.bank_exposure": 0.8, "jurisdictions.TR.bank_exposure": 0.8, "jurisdictions.KZ.bank_exposure": 0.8,
}  # fmt: skip
"""What is there with and without the policies compared: a law to evade, authorities, banks, content."""
KEPT = ("authority", "law", "other_authority")

HOW: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = dict.fromkeys(
    ("ban", "target", "suspended", "stockpile", "stockpile_seller"), np.maximum
) | dict.fromkeys(("penalty", "inspection", "levy_rate", "levy_unit"), np.add)
HOW["tracking"] = lambda one, two: 1.0 - (1.0 - one) * (1.0 - two)
"""How each table joins two policies; the others have a row a policy."""


def policies(one: str, two: str) -> dict[str, dict[str, Any]]:
    """A policy of each of two kinds."""
    return {"one": FIRST | {"kind": one} | ONE[one], "two": FIRST | {"kind": two} | TWO[two]}


@cache
def scenario(one: str = "", two: str = "") -> Scenario:
    """The small world with one policy, with two, or without any."""
    chosen = {"one": one, "two": two}
    added = {f"policies.{name}": FIRST | {"kind": kind} | (ONE if name == "one" else TWO)[kind]
             for name, kind in chosen.items() if kind}  # fmt: skip
    return small().without_policies().with_changes(GROUND | added)


def run(one: str, two: str) -> Bits:
    """What a run with both leaves behind, but for the columns of the policies compared."""
    return bits(Engine(build(scenario(one, two), 1)).run(), KEPT)


@cache
def alone(one: str = "", two: str = "") -> Bits:
    """The same with one of them at most; it is compared with many."""
    return run(one, two)


def tables(one: str = "", two: str = "") -> Tables:
    """The tables of a day on which all are in force."""
    world = build(scenario(one, two), 1)
    rows = [world.scenario.policies[name] for name in world.names.policies]
    return regulate.tables(world, rows, regulate.scopes(world, rows), status.status(rows, DAY, AFTER, recorded=True))


PAIRS = list(combinations_with_replacement(KINDS, 2))


def test_there_is_a_policy_of_every_kind() -> None:
    """A new kind comes with two."""
    assert set(ONE) == set(TWO) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_two_are_joined_as_documented(kind: str) -> None:
    """By the greatest, by sum or by survival, cell by cell; a row of its own for each where tables have such rows."""
    for one, two in [pair for pair in PAIRS if pair[0] == kind]:
        alone, other, both = tables(one), tables(two=two), tables(one, two)
        for name, joined in HOW.items():
            # The ground is in both: what adds up is taken off once.
            twice = getattr(tables(), name) if joined is np.add else 0.0
            found = joined(getattr(alone, name), getattr(other, name)) - twice
            assert getattr(both, name) == pytest.approx(found, abs=1e-12), (one, two, name)
        rows = build(scenario(one, two), 1).names.policies
        for name in ("strength", "listing"):
            got = dict(zip(rows, getattr(both, name).tolist(), strict=True))
            assert (
                got["one"]
                == dict(zip(build(scenario(one), 1).names.policies, getattr(alone, name), strict=True))["one"]
            )
            assert (
                got["two"]
                == dict(zip(build(scenario(two=two), 1).names.policies, getattr(other, name), strict=True))["two"]
            )


@pytest.mark.parametrize("kind", KINDS)
def test_two_policies_together_differ_from_each_alone(kind: str) -> None:
    """Neither cancels the other."""
    for one, two in [pair for pair in PAIRS if pair[0] == kind]:
        assert differences(alone(one), alone()) != [], one
        assert differences(alone(two=two), alone()) != [], two
        both = run(one, two)
        assert differences(both, alone(one)) != [], (one, two)
        assert differences(both, alone(two=two)) != [], (one, two)


@pytest.mark.parametrize("kind", KINDS)
def test_leaving_one_of_two_out_restores_the_bits(kind: str) -> None:
    """Added and left out again, as if it had never been in the file."""
    for one, two in [pair for pair in PAIRS if pair[0] == kind]:
        world = build(scenario(one, two), 1)
        for left, rest in ((("two",), alone(one)), (("one",), alone(two=two))):
            again = bits(Engine(world, without=left).run(), KEPT)
            assert differences(again, rest) == [], (one, two, left)
