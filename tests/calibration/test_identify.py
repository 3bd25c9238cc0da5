"""What the evidence ties together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from sim.calibration.identify import LEAST, directions, ridges

NAMES = ["flow", "coverage", "price"]


def draws(correlation: float, count: int = 4_000) -> np.ndarray:
    """Positions of three parameters, of which the first two are tied."""
    rng = np.random.default_rng(1)
    matrix = np.array([[1.0, correlation, 0.0], [correlation, 1.0, 0.0], [0.0, 0.0, 1.0]])
    return norm.cdf(rng.multivariate_normal(np.zeros(3), matrix, count))


def test_a_planted_ridge() -> None:
    found = ridges(draws(-0.8), NAMES)
    assert found[["first", "second"]].to_numpy().tolist() == [["flow", "coverage"]]
    row = found.iloc[0]
    assert row["correlation"] == pytest.approx(-0.8, abs=0.03)
    assert row["across"] == pytest.approx(0.2**0.5, abs=0.03) and row["along"] == pytest.approx(1.8**0.5, abs=0.06)


def test_weak_ties_are_left_out() -> None:
    assert len(ridges(draws(LEAST - 0.1), NAMES)) == 0 and len(ridges(draws(LEAST + 0.1), NAMES)) == 1
    assert len(ridges(draws(0.0), NAMES, least=0.0)) == 3


def test_the_strongest_comes_first() -> None:
    positions = draws(0.5)
    positions[:, 2] = 1.0 - positions[:, 0]
    found = ridges(positions, NAMES)
    assert found["correlation"].abs().is_monotonic_decreasing and found.loc[0, "second"] == "price"
    assert found.loc[0, "correlation"] == -1.0 and found.loc[0, "across"] == pytest.approx(0.0, abs=1e-6)


def test_a_parameter_that_does_not_vary_is_tied_to_nothing() -> None:
    positions = draws(0.9)
    positions[:, 1] = 0.5
    assert len(ridges(positions, NAMES)) == 0


def test_directions() -> None:
    """Across the ridge much is known, along it less than before, of the third nothing."""
    found = directions(draws(-0.8), NAMES, least=-1.0)
    assert found["known"].tolist() == pytest.approx([0.8, 0.0, -0.8], abs=0.08)
    assert found["combination"][0] == "+0.71 flow +0.71 coverage" or found["combination"][0].count("+0.7") == 2
    assert "price" in found["combination"][1]
    assert len(directions(draws(-0.8), NAMES)) == 1
