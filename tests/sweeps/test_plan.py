"""Units and batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.sweeps import designs, plan
from tests.sweeps.common import short

ALL = short().restrictions


def test_draws_that_differ_in_levers_only_share_a_twin() -> None:
    """In Saltelli's design a change of a lever leaves what the twin knows as it was."""
    made = designs.make(short(), "sobol", 4, over=["uncertain", "ban"])
    found = list(plan.units(made, ALL, (1, 2)))
    # Blocks of A, two uncertain columns, one lever, B: A and the lever share a twin.
    assert [unit.draws for unit in found if unit.seed == 1][:4] == [(0, 3), (1,), (2,), (4,)]
    assert plan.counts(made, ALL, (1, 2)) == {"draws": 20, "runs": 40, "twins": 32}
    assert plan.counts(made, (), (1, 2))["twins"] == 0


def test_a_grid_of_levers_has_one_twin_a_seed() -> None:
    made = designs.make(short(), "grid", 7, over=["levers"])
    assert plan.counts(made, ALL, (1,)) == {"draws": 49, "runs": 49, "twins": 1}


def test_a_twin_that_keeps_the_policy_knows_its_levers() -> None:
    made = designs.make(short(), "grid", 3, over=["levers"])
    assert plan.counts(made, ("china_ban",), (1,))["twins"] == 3


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["sobol", "lhs", "morris", "grid"]),
    st.sampled_from([1, 2, 4]),
    st.integers(1, 3),
    st.integers(1, 40),
    st.booleans(),
)
def test_every_run_is_in_one_batch(kind: str, n: int, seeds: int, runs: int, twins: bool) -> None:
    made = designs.make(short(), kind, n, over=["uncertain", "levers"])
    versus = ALL if twins else ()
    wanted = tuple(range(5, 5 + seeds))
    found = list(plan.batches(made, versus, wanted, runs))
    pairs = [(draw, unit.seed) for batch in found for unit in batch.units for draw in unit.draws]
    assert sorted(pairs) == [(draw, seed) for draw in range(len(made.values)) for seed in wanted]
    assert [batch.number for batch in found] == list(range(len(found)))
    assert all(batch.runs >= runs for batch in found[:-1])
    assert all(set(batch.values) == {d for unit in batch.units for d in unit.draws} for batch in found)


def test_large_families_are_divided() -> None:
    made = designs.make(short(), "grid", 9, over=["levers"])
    assert [len(unit.draws) for unit in plan.units(made, ALL, (1,))] == [plan.MOST_DRAWS_A_UNIT, 81 - 64]


def test_a_draw_that_the_scenario_does_not_allow() -> None:
    from sim.declare.errors import ScenarioError

    of = plan.Plan(short(), ("ban",), (), ("delivered",))
    with pytest.raises(ScenarioError):
        of.drawn(np.array([7.0]))
