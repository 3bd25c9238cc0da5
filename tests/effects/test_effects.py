"""Every kind of policy and of evasion acts where it should, and nowhere else."""

from __future__ import annotations

from functools import cache

import pytest

from sim.evasion import KINDS as EVASION
from sim.policy import KINDS as POLICIES
from sim.scenario.loading import load
from tests.effects.page import SEEDS, found, table, written
from tests.effects.rows import PLACES, rows
from tests.effects.table import Effect

KINDS = [row.kind for row in rows(load("small"), "small")]


@cache
def small() -> list[Effect]:
    """The table of the small world, over 30 paired seeds."""
    return found("small", SEEDS)


@pytest.mark.parametrize("name", PLACES)
def test_no_kind_is_forgotten(name: str) -> None:
    """A new kind needs a row."""
    of = rows(load(name), name)
    assert [row.kind for row in of if row.family == "policy"] == sorted(POLICIES, key=KINDS.index)
    assert [row.kind for row in of if row.family == "evasion"] == sorted(EVASION, key=KINDS.index)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_moves_what_it_should(kind: str) -> None:
    """The 95% interval of the paired difference, over 30 seeds, lies on the side expected."""
    effect = small()[KINDS.index(kind)]
    for outcome, sign in effect.row.moves.items():
        moved = effect.moved(outcome)
        assert moved != 0, f"{outcome}: {effect.difference[outcome]:.4g} ± {effect.half[outcome]:.4g}"
        assert sign in (0, moved), outcome


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_does_nothing_where_it_must_not_act(kind: str) -> None:
    """Policies before they are announced, evasion where there is nothing to evade: to the last bit."""
    assert small()[KINDS.index(kind)].still == 0.0


@pytest.mark.slow
def test_the_page_shows_this_table() -> None:
    """`python -m tests.effects small --update` writes it."""
    assert written("small") == table("small", small())
