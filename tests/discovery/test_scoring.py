"""Scores and intervals against other ways to compute them."""

import numpy as np
import pytest
from scipy.stats import binomtest, pearsonr

from sim.discovery.folds import folds_of
from sim.discovery.scoring import quasi_p, score, wilson, worth
from sim.discovery.tables import limits


def test_the_score_is_a_correlation() -> None:
    random = np.random.default_rng(1)
    inside, hit = random.random(50) < 0.4, random.random(50) < 0.3
    expected = pearsonr(inside, hit).statistic
    assert score(inside.sum(), (inside & hit).sum(), 50, hit.sum()) == pytest.approx(expected)


def test_wilson_and_quasi_p_agree_with_scipy() -> None:
    test = binomtest(17, 20, 0.6, alternative="greater")
    assert quasi_p(20, 17, 50, 30) == pytest.approx(test.pvalue)
    interval = binomtest(17, 20).proportion_ci(0.90, method="wilson")
    assert wilson(0.85, 20) == pytest.approx((interval.low, interval.high))


def test_alike_cases_are_worth_what_their_groups_are() -> None:
    """Copies add nothing; independent cases in groups lose little (fixed seed, 200 groups: within a fifth)."""
    random = np.random.default_rng(1)
    hit = random.random(200) < 0.4
    copies = worth(np.repeat(hit, 5), np.repeat(np.arange(200), 5))
    assert copies == pytest.approx(200, rel=0.01)
    free = worth(random.random(1000) < 0.4, np.repeat(np.arange(200), 5))
    assert free == pytest.approx(1000, rel=0.2)
    assert worth(np.ones(10, bool), np.repeat(np.arange(5), 2)) == 5


def test_folds_keep_groups_whole_and_shares_even() -> None:
    random = np.random.default_rng(1)
    group = np.repeat(np.arange(60), 3)
    hit = np.repeat(random.random(60) < 0.3, 3)
    fold = folds_of(hit, group, 5, seed=2)
    assert all(len(set(fold[group == each])) == 1 for each in range(60))
    hits = np.bincount(fold, weights=hit)
    assert hits.max() - hits.min() <= 3
    assert np.bincount(fold).tolist() == [36] * 5


def test_limits_lie_between_values_even_where_nothing_does() -> None:
    tiny = np.array([1.0, np.nextafter(1.0, 2.0)])
    assert limits(tiny, -np.inf, 0.5)[1] == 1.0
    assert limits(tiny, 0.5, np.inf)[0] == tiny[1]
    assert limits(np.array([1e308, 1.7e308]), 0.5, np.inf)[0] == pytest.approx(1.35e308)
