"""How far a forecast lies from a fact."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.validation.score import SMALL, WORST, distances, factor, inside, score, within_two
from tests.observables.common import NAN, observable

FACT = observable(low=100.0, high=100.0)
LEAST, MOST, RANGE = observable(high=NAN), observable(low=NAN), observable(low=80.0, high=125.0)
FACTS = [FACT, LEAST, MOST, RANGE, observable(low=NAN, high=0.0)]
VALUES = st.lists(st.floats(0.0, 1e7) | st.just(NAN), min_size=1, max_size=12).map(np.array)


@given(VALUES, st.sampled_from(FACTS))
def test_a_score_lies_between_right_and_a_complete_miss(values: np.ndarray, fact: object) -> None:
    """It is 0 exactly where every run is right, and never above a complete miss."""
    found = score(values, fact)  # type: ignore[arg-type]
    off = distances(values, fact)  # type: ignore[arg-type]
    assert -1e-12 <= found <= WORST + 1e-12
    assert np.abs(off).max() <= WORST
    if (off == 0.0).all():
        assert found == 0.0
    else:
        assert found > 0.0 or np.abs(off).max() < 1e-7


@given(st.floats(0.0, 1e7), st.sampled_from(FACTS))
def test_a_point_forecast_is_its_distance(value: float, fact: object) -> None:
    values = np.array([value])
    assert score(values, fact) == abs(distances(values, fact)[0])  # type: ignore[arg-type]


@given(VALUES, st.integers(1, 4), st.randoms(use_true_random=False))
def test_order_and_copies_do_not_matter(values: np.ndarray, copies: int, rng: object) -> None:
    many = list(values) * copies
    rng.shuffle(many)  # type: ignore[attr-defined]
    assert score(np.array(many), FACT) == pytest.approx(score(values, FACT), abs=1e-9)


@given(st.floats(1.01, 9.0))
def test_too_much_by_a_factor_is_as_far_as_too_little(times: float) -> None:
    """Symmetric on the scale of logs, but for what is added before they are taken."""
    over, under = distances(np.array([100.0 * times, 100.0 / times]), FACT)
    assert over == pytest.approx(-under, abs=0.01 * times) and over == pytest.approx(math.log(times), abs=0.002)


@given(st.floats(1.0, 1e6), st.floats(0.01, 100.0))
def test_a_unit_does_not_matter(scale: float, times: float) -> None:
    one = distances(np.array([100.0 * times]), FACT)[0]
    other = distances(np.array([100.0 * times * scale]), observable(low=100.0 * scale, high=100.0 * scale))[0]
    assert one == pytest.approx(other, abs=1e-9)


@pytest.mark.parametrize(
    ("fact", "right", "wrong", "sign"),
    [
        (LEAST, [100.0, 1e9], [50.0, 0.0], -1),
        (MOST, [100.0, 0.0], [200.0, 1e9], 1),
        (RANGE, [80.0, 125.0, 100.0], [], 0),
        (observable(low=NAN, high=0.0), [0.0], [1.0, 1e9], 1),
    ],
)
def test_bounds_have_one_side(fact: object, right: list[float], wrong: list[float], sign: int) -> None:
    assert (distances(np.array(right), fact) == 0.0).all()  # type: ignore[arg-type]
    assert (np.sign(distances(np.array(wrong), fact)) == sign).all()  # type: ignore[arg-type]


def test_by_hand() -> None:
    """Nothing at all misses by the cap, as does a run without a value and ten times too much."""
    assert distances(np.array([0.0, NAN, 1_000.0, 1e9, -5.0]), FACT) == pytest.approx(
        [-WORST, -WORST, WORST, WORST, -WORST], abs=0.001
    )
    two = math.log((200.0 + 100.0 * SMALL) / (100.0 + 100.0 * SMALL))
    assert distances(np.array([200.0]), FACT)[0] == pytest.approx(two)
    # Mean distance two thirds of two; pairs: 4 of 9 lie two apart, half of it is taken off.
    assert score(np.array([200.0, 200.0, 100.0]), FACT) == pytest.approx(two * 2 / 3 - 0.5 * two * 4 / 9)


def test_spread_about_the_truth_beats_certainty_beside_it() -> None:
    assert score(np.array([50.0, 100.0, 200.0]), FACT) < score(np.array([200.0]), FACT)
    assert score(np.array([100.0]), FACT) < score(np.array([50.0, 100.0, 200.0]), FACT)


@given(st.floats(0.3, 3.0), st.floats(0.3, 3.0))
def test_honest_spread_scores_best_on_average(told: float, true: float) -> None:
    """A proper score: over numbers drawn from a forecast's own law, no other forecast of another width does better."""
    quantiles = (np.arange(40) + 0.5) / 40
    normal = np.array([-math.sqrt(2.0) * _erfcinv(2.0 * q) for q in quantiles])
    facts = [observable(low=v, high=v) for v in 1e3 * np.exp(0.3 * true * normal)]
    forecast = {width: 1e3 * np.exp(0.3 * width * normal) for width in (told, true)}
    mean = {width: np.mean([score(values, fact) for fact in facts]) for width, values in forecast.items()}
    assert mean[true] <= mean[told] + 2e-3


def _erfcinv(x: float) -> float:
    from scipy.special import erfcinv

    return float(erfcinv(x))


def test_factors() -> None:
    assert factor(0.0) == 1.0 and factor(math.log(2.0)) == pytest.approx(2.0) and math.isnan(factor(NAN))


@pytest.mark.parametrize(
    ("values", "fact", "agrees"),
    [
        (np.linspace(50.0, 150.0, 21), FACT, True),
        (np.linspace(101.0, 150.0, 21), FACT, False),
        (np.linspace(10.0, 99.0, 21), LEAST, False),
        (np.linspace(10.0, 120.0, 21), LEAST, True),
        (np.linspace(500.0, 900.0, 21), LEAST, True),
        (np.linspace(0.0, 90.0, 21), MOST, True),
        (np.linspace(120.0, 190.0, 21), RANGE, True),
        (np.linspace(126.0, 190.0, 21), RANGE, False),
        # One run in a hundred beyond does not hold it.
        (np.array([10.0] * 99 + [100.0]), FACT, False),
        (np.array([NAN, 100.0]), FACT, True),
        (np.array([NAN]), FACT, False),
    ],
)
def test_an_interval_holds_a_fact(values: np.ndarray, fact: object, agrees: bool) -> None:
    assert inside(values, fact) is agrees  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "fact", "agrees"),
    [
        ([199.0], FACT, True),
        ([201.0], FACT, False),
        ([51.0], FACT, True),
        ([49.0], FACT, False),
        ([1e9], LEAST, True),
        ([49.0], LEAST, False),
        ([0.0], MOST, True),
        ([1e9, 1e9, 100.0], FACT, False),
        ([1e9, 100.0, 120.0], FACT, True),
        ([NAN], FACT, False),
    ],
)
def test_within_a_factor_of_two(values: list[float], fact: object, agrees: bool) -> None:
    assert within_two(np.array(values), fact) is agrees  # type: ignore[arg-type]
