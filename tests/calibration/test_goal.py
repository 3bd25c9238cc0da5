"""What a calibration aims at."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calibration.goal import FARTHEST, SMALL, Goal
from sim.observables.reading import Observable
from tests.observables.common import NAN, observable

FACTS: list[Observable] = [
    observable(low=100.0, high=100.0, tolerance=0.2, name="A"),
    observable(high=NAN, tolerance=0.5, name="B"),
    observable(low=NAN, tolerance=0.25, name="C"),
    observable(low=80.0, high=125.0, tolerance=0.1, name="D"),
    observable(low=NAN, high=0.0, tolerance=0.5, name="E"),
]
GOAL = Goal.of(FACTS)
RIGHT = np.array([[100.0, 100.0, 100.0, 100.0, 0.0]])


def log(value: float, of: float) -> float:
    """Log of a value on the scale of a fact."""
    return math.log(value + SMALL * of)


def test_misses_by_hand() -> None:
    values = np.array([[200.0, 50.0, 200.0, 64.0, 0.0], [50.0, 1e6, 0.0, 110.0, 1.0], [100.0, 0.0, 1e6, 130.0, 0.0]])
    wanted = [
        [
            (log(200, 100) - log(100, 100)) / 0.2,
            (log(50, 100) - log(100, 100)) / 0.5,
            (log(200, 100) - log(100, 100)) / 0.25,
            (log(64, 125) - log(80, 125)) / 0.1,
            0.0,
        ],
        [(log(50, 100) - log(100, 100)) / 0.2, 0.0, 0.0, 0.0, math.log(2.0) / 0.5],
        [
            0.0,
            (log(0, 100) - log(100, 100)) / 0.5,
            (log(1e6, 100) - log(100, 100)) / 0.25,
            (log(130, 125) - log(125, 125)) / 0.1,
            0.0,
        ],
    ]
    assert GOAL.misses(GOAL.logs(values)) == pytest.approx(np.array(wanted)) and GOAL.names == tuple("ABCDE")


def test_a_fact_far_off_pulls_no_more() -> None:
    """Three tolerances off or thirty, or undefined: the same."""
    far = RIGHT.repeat(4, axis=0)
    far[1:, 0] = [1e3, 1e9, NAN]
    assert GOAL.agreement(GOAL.logs(far)) == pytest.approx([0.0, *[-0.5 * FARTHEST**2] * 3])
    one_off = 101.0 * math.exp(0.2) - 1.0
    assert GOAL.agreement(GOAL.logs(np.array([[one_off, 100.0, 100.0, 100.0, 0.0]])))[0] == pytest.approx(-0.5)


@given(st.lists(st.floats(0.0, 1e6) | st.just(NAN), min_size=5, max_size=5))
def test_agreement_is_best_where_all_is_right(values: list[float]) -> None:
    found = GOAL.agreement(GOAL.logs(np.array([values])))[0]
    assert -0.5 * FARTHEST**2 * len(FACTS) - 1e-9 <= found <= 0.0 == GOAL.agreement(GOAL.logs(RIGHT))[0]


def test_without_spread_the_expected_agreement_is_the_agreement() -> None:
    logs = GOAL.logs(np.array([[150.0, 50.0, 90.0, 60.0, 3.0], [100.0, 100.0, 100.0, 100.0, 0.0]]))
    assert GOAL.expected(logs, np.zeros(5)) == pytest.approx(GOAL.agreement(logs))


@settings(max_examples=10)
@given(
    st.lists(st.floats(-1.0, 1.0), min_size=5, max_size=5),
    st.lists(st.floats(0.05, 0.5), min_size=5, max_size=5),
)
def test_expected_agreement_against_many_draws(off: list[float], spread: list[float]) -> None:
    """Fact by fact, against the mean over 40,000 normal draws.

    The kernel has a kink at three tolerances and is flat beyond, where nine nodes are not exact: a twentieth of
    the greatest agreement is allowed, besides four standard errors of the draws.
    """
    rng = np.random.default_rng(1)
    mean = GOAL.logs(RIGHT)[0] + np.array(off)
    logs = mean + np.array(spread) * rng.standard_normal((40_000, 5))
    for at in range(len(FACTS)):
        one = Goal.of(FACTS[at : at + 1])
        drawn = np.exp(one.agreement(logs[:, at : at + 1]))
        found = math.exp(one.expected(mean[None, at : at + 1], np.array(spread[at : at + 1]))[0])
        assert found == pytest.approx(drawn.mean(), abs=4 * drawn.std() / 200 + 0.05)


def test_facts_are_independent() -> None:
    """The expected agreement of all is that of each, added up."""
    mean, spread = GOAL.logs(np.array([[150.0, 50.0, 90.0, 60.0, 3.0]])), np.full(5, 0.3)
    alone = [Goal.of([fact]).expected(mean[:, [at]], spread[[at]])[0] for at, fact in enumerate(FACTS)]
    assert GOAL.expected(mean, spread)[0] == pytest.approx(sum(alone))
    each = np.broadcast_to(spread, mean.shape)
    assert GOAL.expected(mean, each)[0] == GOAL.expected(mean, spread)[0]
