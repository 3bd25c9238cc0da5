"""Swings of functions whose means at the ends are known, and how often intervals hold them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.indices.errors import SensitivityError
from sim.indices.tornado import COLUMNS, FEWEST, swings
from tests.indices import samples

SWINGS = {"a": 2.4, "b": 0.8}
"""Of 3 a + b on 0 to 1: the fifths lie at 0.1 and 0.9 in the mean."""


def by_factor(found: pd.DataFrame) -> pd.DataFrame:
    assert tuple(found.columns) == COLUMNS
    return found.set_index("factor")


def test_means_at_the_ends_are_those_of_the_function() -> None:
    found = by_factor(swings(samples.random(samples.first_two, 3, 20_000, 1), resamples=20))
    assert found.index.tolist()[:2] == ["a", "b"]
    for name, (low, high) in {"a": (0.8, 3.2), "b": (1.6, 2.4), "c": (2.0, 2.0)}.items():
        assert found.loc[name, ["lowest", "highest"]].tolist() == pytest.approx([low, high], abs=0.06)
    np.testing.assert_allclose(found["swing"], found["highest"] - found["lowest"])
    assert found.loc["a", "lowest_to"] == pytest.approx(0.2, abs=0.02)
    assert found.loc["a", "highest_from"] == pytest.approx(0.8, abs=0.02)
    assert found["n"].between(3800, 4200).all()


def test_a_factor_that_lowers_the_outcome_has_a_negative_swing() -> None:
    found = swings(samples.random(lambda x: x[:, 0] - 3.0 * x[:, 1], 2, 400, 1), resamples=50)
    assert found["factor"].tolist() == ["b", "a"]
    assert found["swing_high"].iloc[0] < 0.0 < found["swing_low"].iloc[1]


@pytest.mark.parametrize("made", [samples.random, samples.by_chance], ids=["rows", "base draws"])
def test_intervals_hold_the_truth_as_often_as_they_say(made) -> None:
    """Nine in ten; with rows of Sobol's design resampled one by one it would be fewer."""
    draws = 60 if made is samples.by_chance else 200
    held = []
    for seed in range(1, 301):
        found = by_factor(swings(made(samples.first_two, 2, draws, seed), resamples=200, seed=seed))
        held += [found.loc[name, "swing_low"] <= true <= found.loc[name, "swing_high"] for name, true in SWINGS.items()]
    assert 0.85 < np.mean(held) < 0.94


def test_levels_are_taken_whole() -> None:
    """On four levels the ends are the first and the last, whatever part of the draws they hold."""
    given = samples.morris(samples.first_two, 2, 30, 1)
    found = by_factor(swings(given, resamples=50))
    at = given.positions[:, 0]
    assert found.loc["a", ["lowest_to", "highest_from"]].tolist() == [0.0, 1.0]
    assert found.loc["a", "lowest"] == pytest.approx(given.mean[at == 0.0].mean())
    assert found.loc["a", "highest"] == pytest.approx(given.mean[at == 1.0].mean())


def test_a_table_of_ones_own_is_cut_by_its_draws() -> None:
    x = np.arange(50.0)[:, None] ** 4 / 49.0**4
    found = swings(samples.sample(x, x[:, 0], "table"), resamples=20)
    assert found["n"].tolist() == [10]
    assert found["lowest_to"].tolist() == [x[9, 0]]
    assert found["highest_from"].tolist() == [x[40, 0]]


def test_the_same_seed_gives_the_same_bits_and_room_changes_nothing(monkeypatch) -> None:
    given = samples.sobol(samples.g, 3, 64, 1)
    once = swings(given, resamples=64, seed=2)
    monkeypatch.setattr("sim.indices.tornado.ROOM", 64 * 10)
    pd.testing.assert_frame_equal(swings(given, resamples=64, seed=2), once, rtol=1e-12)
    assert not swings(given, resamples=64, seed=3)["swing_low"].equals(once["swing_low"])


def test_undefined_draws() -> None:
    given = samples.random(samples.first_two, 2, 100, 1)
    few, many = given.y.copy(), given.y.copy()
    few[:5], many[:6] = np.nan, np.nan
    left = replace(given, y=given.y[5:], positions=given.positions[5:], values=given.values[5:])
    pd.testing.assert_frame_equal(swings(replace(given, y=few), resamples=20), swings(left, resamples=20))
    found = swings(replace(given, y=many, undefined={"nothing came": 6}), resamples=20)
    assert found["reason"].str.contains("nothing came: 6").all()
    assert found["swing"].isna().all()
    assert found["factor"].tolist() == ["a", "b"]


def test_few_draws_and_a_design_out_of_order() -> None:
    found = swings(samples.random(samples.first_two, 2, FEWEST - 1, 1), resamples=20)
    assert found["reason"].str.contains("too few").all()
    given = samples.sobol(samples.g, 3, 64, 1)
    order = np.random.default_rng(1).permutation(len(given.y))
    with pytest.raises(SensitivityError, match="not in the order of the design"):
        swings(replace(given, y=given.y[order], positions=given.positions[order]), resamples=20)
