"""The stand-in for the model, on surfaces that are known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibration.emulator import Emulator


def planted(positions: np.ndarray) -> np.ndarray:
    """Two facts: a parabola of two factors, and a line of the third."""
    a, b, c = (2.0 * positions - 1.0).T
    return np.column_stack([1.0 + 0.8 * a - 0.5 * b**2, -2.0 + 0.3 * c])


@pytest.fixture(scope="module")
def runs() -> tuple[np.ndarray, np.ndarray]:
    """400 runs with noise of 0.1 and 0.2."""
    rng = np.random.default_rng(3)
    positions = rng.random((400, 3))
    return positions, planted(positions) + rng.standard_normal((400, 2)) * [0.1, 0.2]


def test_a_planted_parabola_comes_back(runs: tuple[np.ndarray, np.ndarray]) -> None:
    """Surface and noise. A surface of seven weights is off by the noise times sqrt(7 / 400); twice that is allowed."""
    found = Emulator.fit(*runs)
    there = np.random.default_rng(4).random((500, 3))
    off = found.predict(there) - planted(there)
    assert (np.sqrt((off**2).mean(axis=0)) < 2.0 * np.array([0.1, 0.2]) * (7 / 400) ** 0.5).all()
    assert found.spread == pytest.approx([0.1, 0.2], rel=0.15)
    variance = planted(there).var(axis=0)
    assert found.explained == pytest.approx(variance / (variance + np.array([0.01, 0.04])), abs=0.05)


def test_without_noise_it_is_exact() -> None:
    positions = np.random.default_rng(5).random((60, 3))
    found = Emulator.fit(positions, planted(positions))
    assert found.predict(positions) == pytest.approx(planted(positions), abs=1e-3)
    assert (found.spread < 1e-2).all() and (found.explained > 0.99).all()


def test_noise_alone_explains_nothing() -> None:
    rng = np.random.default_rng(6)
    found = Emulator.fit(rng.random((200, 3)), rng.standard_normal((200, 1)))
    assert abs(found.explained[0]) < 0.1 and found.spread[0] == pytest.approx(1.0, rel=0.15)
    assert np.abs(found.predict(rng.random((50, 3)))).max() < 0.7


def test_facts_do_not_touch_one_another(runs: tuple[np.ndarray, np.ndarray]) -> None:
    positions, logs = runs
    both, one = Emulator.fit(positions, logs), Emulator.fit(positions, logs[:, [1]])
    assert both.weights[:, 1].tolist() == one.weights[:, 0].tolist() and both.spread[1] == one.spread[0]


def test_undefined_runs_are_left_out(runs: tuple[np.ndarray, np.ndarray]) -> None:
    positions, logs = runs[0], runs[1].copy()
    logs[::7, 0] = np.nan
    found, whole = Emulator.fit(positions, logs), Emulator.fit(*runs)
    assert np.isfinite(found.predict(positions)).all() and found.spread[0] == pytest.approx(0.1, rel=0.2)
    assert found.weights[:, 1].tolist() == whole.weights[:, 1].tolist()


def test_what_does_not_vary_and_what_is_seen_too_seldom() -> None:
    """A constant is known without spread; of fewer runs than parts only the mean is taken."""
    positions = np.random.default_rng(7).random((20, 2))
    logs = np.column_stack([np.full(20, 3.0), np.full(20, np.nan), np.full(20, np.nan)])
    logs[:4, 1] = [1.0, 2.0, 3.0, 6.0]
    found = Emulator.fit(positions, logs)
    assert found.predict(positions)[:, :2].tolist() == [[3.0, 3.0]] * 20
    assert np.isnan(found.predict(positions)[:, 2]).all() and found.spread[0] == 0.0
    held = Emulator.fit(np.column_stack([positions, np.full(20, 0.5)]), logs[:, :1])
    assert held.predict(np.column_stack([positions, np.full(20, 0.5)])).tolist() == [[3.0]] * 20


def test_the_same_runs_give_the_same_emulator(runs: tuple[np.ndarray, np.ndarray]) -> None:
    one, other = Emulator.fit(*runs), Emulator.fit(*runs)
    assert one.weights.tobytes() == other.weights.tobytes() and one.spread.tobytes() == other.spread.tobytes()
