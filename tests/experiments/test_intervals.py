"""Intervals of paired differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.experiments.intervals import bonett_price, removed, student

FINITE = st.floats(-1e6, 1e6)


@given(st.lists(FINITE, min_size=2, max_size=30))
def test_student_is_scipys(values: list[float]) -> None:
    """The same interval as a library's t test gives."""
    mean, half, n = student(np.array([values]))
    low, high = stats.ttest_1samp(values, 0.0).confidence_interval(0.90) if np.ptp(values) > 0 else (mean[0], mean[0])
    assert n[0] == len(values)
    assert (mean[0] - half[0], mean[0] + half[0]) == pytest.approx((low, high), rel=1e-6, abs=1e-6)


def test_student_counts_pairs_in_which_it_is_defined() -> None:
    nan = np.nan
    mean, half, n = student(np.array([[nan, nan], [1.0, nan], [1.0, 3.0]]))
    assert n.tolist() == [0, 1, 2]
    assert np.isnan(mean[0])
    assert mean[1:].tolist() == [1.0, 2.0]
    assert np.isnan(half[:2]).all(), "one pair gives no interval"
    assert half[2] == pytest.approx(stats.t.ppf(0.95, 1) * 1.0)


def test_student_covers() -> None:
    """Over 20,000 samples of 8 normal differences 90% of intervals hold the truth, give or take 4 standard errors."""
    draws = np.random.default_rng(5).normal(2.0, 3.0, (20_000, 8))
    mean, half, _ = student(draws)
    assert np.mean(np.abs(mean - 2.0) <= half) == pytest.approx(0.90, abs=4 * np.sqrt(0.9 * 0.1 / 20_000))


@pytest.mark.parametrize(("rise", "fall"), [(0.3, 0.1), (0.1, 0.1), (0.02, 0.0), (0.0, 0.0)])
def test_bonett_price_covers(rise: float, fall: float) -> None:
    """At least 87% of intervals of 30 pairs hold the truth, also where hardly any pair differs."""
    rng = np.random.default_rng(6)
    draws = rng.choice([1.0, -1.0, 0.0], p=[rise, fall, 1 - rise - fall], size=(10_000, 30))
    difference, low, high, n = bonett_price(draws)
    assert (n == 30).all()
    assert ((low <= difference) & (difference <= high)).all()
    assert np.mean((low <= rise - fall) & (rise - fall <= high)) >= 0.87


def test_removed_is_the_gain_of_a_correlation() -> None:
    """With equal variances and correlation r the factor is 1 ÷ (1 - r)."""
    rng = np.random.default_rng(7)
    shared, own = rng.normal(size=200_000), rng.normal(size=(2, 200_000))
    one, other = (np.sqrt(0.75) * shared + np.sqrt(0.25) * each for each in own)
    assert removed(one, other)[2] == pytest.approx(4.0, rel=0.03)
    assert removed(own[0], own[1])[2] == pytest.approx(1.0, rel=0.03)


def test_removed_at_its_ends() -> None:
    a, c = np.array([1.0, 2.0]), np.array([3.0, 3.0])
    assert removed(a, a)[2] == np.inf
    assert np.isnan(removed(c, c)[2])
    assert removed(a, np.array([1.0, np.nan]))[3] == 1
