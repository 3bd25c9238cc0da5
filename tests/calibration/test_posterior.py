"""Draws in proportion to prior times agreement, against posteriors in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from sim.calibration import posterior
from sim.calibration.posterior import EDGE, draw_posterior, effective, resampled

COUNT = 2_000


def gaussian(centres: list[float], widths: list[float], seed: int = 1, strength: float = 1.0) -> np.ndarray:
    """Normal scores of draws under standard normal priors and normal agreement."""

    def agreement(positions: np.ndarray) -> np.ndarray:
        scores = norm.ppf(positions)
        return -0.5 * (((scores - centres) / widths) ** 2).sum(axis=1)

    return norm.ppf(draw_posterior(agreement, len(centres), COUNT, seed, strength))


@pytest.mark.parametrize("strength", [1.0, 0.4])
def test_a_posterior_in_closed_form(strength: float) -> None:
    """Means and standard deviations of three factors, two-sided.

    Draws of a chain are worth fewer than independent ones. With an effective number of 500, a quarter of those drawn,
    four standard errors of a mean are 0.18 standard deviations and of a standard deviation 13%; at a risk of 6 in
    100,000 each, a mean off by 0.36 or a spread off by a quarter is found in 98 of 100 cases.
    """
    centres, widths = np.array([1.0, -0.5, 0.0]), np.array([0.5, 1.0, 2.0])
    found = gaussian(centres.tolist(), widths.tolist(), strength=strength)
    precision = 1.0 + strength / widths**2
    mean, spread = strength * centres / widths**2 / precision, precision**-0.5
    assert np.abs((found.mean(axis=0) - mean) / spread).max() < 0.18
    assert np.abs(found.std(axis=0) / spread - 1.0).max() < 0.13
    assert np.abs(np.corrcoef(found, rowvar=False)[np.triu_indices(3, 1)]).max() < 0.18


def test_without_evidence_the_prior_comes_back() -> None:
    """Uniform positions, by their distribution function at the same effective number."""
    found = draw_posterior(lambda positions: np.zeros(len(positions)), 2, COUNT, seed=2)
    assert found.shape == (COUNT, 2) and found.min() >= EDGE and found.max() <= 1.0 - EDGE
    assert max(kstest(found[:, at], "uniform").statistic for at in (0, 1)) < 1.95 / 500**0.5


def test_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One seed gives one set of draws, bit for bit; another gives another."""
    monkeypatch.setattr(posterior, "STEPS", 100)
    one, same, other = (gaussian([1.0], [0.5], seed) for seed in (3, 3, 4))
    assert one.tobytes() == same.tobytes() and one.tobytes() != other.tobytes()


def test_effective_numbers() -> None:
    assert effective(np.full(8, -700.0)) == pytest.approx(8.0)
    assert effective(np.log([1.0, 1.0, 2.0])) == pytest.approx(16.0 / 6.0)
    assert effective(np.array([0.0, -1e9, -1e9])) == 1.0


WEIGHTS = st.lists(st.floats(-30.0, 30.0), min_size=1, max_size=20).map(np.array)


@given(WEIGHTS, st.integers(1, 50), st.integers(0, 9))
def test_rows_come_in_proportion(log_weights: np.ndarray, count: int, seed: int) -> None:
    """Systematic resampling: each row as often as its share says, up or down to a whole number."""
    rows = resampled(log_weights, count, seed)
    share = np.exp(log_weights - log_weights.max())
    share = share / share.sum() * count
    times = np.bincount(rows, minlength=len(log_weights))
    assert len(rows) == count and times.sum() == count
    assert (times >= np.floor(share - 1e-9)).all() and (times <= np.ceil(share + 1e-9)).all()
    assert rows.tolist() == resampled(log_weights, count, seed).tolist()


def test_even_weights_take_every_row() -> None:
    rows = resampled(np.zeros(50), 50, 1)
    assert sorted(rows) == list(range(50)) and rows.tolist() != sorted(rows)
    assert rows.tolist() != resampled(np.zeros(50), 50, 2).tolist()
