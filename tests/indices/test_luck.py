"""Luck and parameters are told apart, with intervals that hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from sim.indices import luck
from tests.indices import samples


def two_way(draws, seeds, variances, rng, effect="normal"):
    """A sample of the two-way model with variances of parameters, luck and interaction."""
    p = {"normal": rng.standard_normal, "uniform": lambda n: (rng.random(n) - 0.5) * 12**0.5}[effect](draws)
    parts = p[:, None], rng.standard_normal((1, seeds)), rng.standard_normal((draws, seeds))
    y = sum(np.sqrt(v) * part for v, part in zip(variances, parts, strict=True))
    return samples.sample(np.zeros((draws, 1)), y, "lhs")


def test_a_table_known_by_hand():
    """y = draw + seed with draws 0..9 and seeds 0, 2: variances 55/6 and 2, and no interaction."""
    y = np.arange(10.0)[:, None] + np.array([[0.0, 2.0]])
    found = luck.split(samples.sample(np.zeros((10, 1)), y, "lhs")).set_index("source")
    np.testing.assert_allclose(found["variance"], [55 / 6, 2.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found["share"].sum(), 1.0)
    assert luck.in_mean(found.reset_index()) == pytest.approx(0.0)


def test_it_agrees_with_the_textbook_analysis_of_variance():
    """Sums of squares written out cell by cell."""
    y = np.random.default_rng(1).normal(size=(12, 4))
    squares = {"d": 0.0, "s": 0.0, "e": 0.0}
    for d in range(12):
        for s in range(4):
            squares["d"] += (y[d].mean() - y.mean()) ** 2 / 11
            squares["s"] += (y[:, s].mean() - y.mean()) ** 2 / 3
            squares["e"] += (y[d, s] - y[d].mean() - y[:, s].mean() + y.mean()) ** 2 / 33
    expected = [(squares["d"] - squares["e"]) / 4, (squares["s"] - squares["e"]) / 12, squares["e"]]
    found = luck.split(samples.sample(np.zeros((12, 1)), y, "lhs"))
    np.testing.assert_allclose(found["variance"], expected, rtol=1e-12)


@pytest.mark.parametrize("effect", ["normal", "uniform"])
def test_intervals_cover_as_often_as_they_say(effect, monkeypatch):
    """100 draws of 5 seeds, 250 samples: 90% is 208 to 239 with 99.9%. Too narrow by a third they would cover 73%."""
    monkeypatch.setattr(luck, "REDRAWN", 1000)
    variances = np.array([0.7, 0.1, 0.2])
    rng, reps = np.random.default_rng(11), 250
    got = np.zeros(3)
    for seed in range(reps):
        found = luck.split(two_way(100, 5, variances, rng, effect), seed=seed)
        got += (found["low"].to_numpy() <= variances) & (variances <= found["high"].to_numpy())
    low, high = binom.ppf((0.0005, 0.9995), reps, 0.9)
    assert (got >= low).all(), got
    assert (got <= high).all(), got


def test_estimates_are_unbiased_and_may_be_below_zero():
    """No luck in the truth: its estimate is 0 in the mean (within 4 standard errors), its share never below."""
    rng = np.random.default_rng(3)
    found = [luck.split(two_way(40, 4, (1.0, 0.0, 0.5), rng)).set_index("source") for _ in range(60)]
    of_luck = np.array([each.loc["luck", "variance"] for each in found])
    assert abs(of_luck.mean()) < 4 * of_luck.std(ddof=1) / np.sqrt(60)
    assert (of_luck < 0).any()
    assert min(each["share"].min() for each in found) == 0.0
    assert all(each.loc["luck", "low"] == 0.0 for each in found if each.loc["luck", "variance"] < 0)


def test_of_a_sobol_design_only_base_draws_count():
    given = samples.sobol(samples.g, 3, 64, 1)
    y = given.y + np.random.default_rng(1).normal(size=(len(given.y), 3))
    rows = np.sort(np.r_[np.arange(64) * 5, np.arange(64) * 5 + 4])
    found = luck.split(replace(given, y=y))
    assert set(found["draws"]) == {128}
    assert found.equals(luck.split(samples.sample(given.positions[rows], y[rows], "lhs")))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"design": "morris"}, "levels of a grid"),
        ({"design": "grid"}, "are chosen"),
        ({"y": np.ones((50, 1))}, "one seed"),
        ({"y": np.full((50, 3), 2.0)}, "is 2 in every run"),
        ({"y": np.full((50, 3), np.nan)}, "undefined in 150 of 150 runs"),
    ],
)
def test_undefined_has_a_reason_and_no_number(change, reason):
    given = replace(two_way(50, 3, (1.0, 1.0, 1.0), np.random.default_rng(1)), **change)
    found = luck.split(given)
    assert found["reason"].str.contains(reason).all()
    assert found[["variance", "share", "low", "high"]].isna().all(axis=None)
    assert np.isnan(luck.in_mean(found))


def test_luck_in_the_mean_falls_with_seeds():
    """Interaction ÷ seeds, against itself and the parameters: 1 ÷ 4 over 1 + 1 ÷ 4 is a fifth."""
    found = luck.split(two_way(4000, 4, (1.0, 0.5, 1.0), np.random.default_rng(1)))
    assert luck.in_mean(found) == pytest.approx(0.2, abs=0.02)
