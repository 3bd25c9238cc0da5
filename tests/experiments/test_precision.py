"""The adviser: what is read, what is predicted, when it stops, and what stopping costs."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from sim.experiments.advising import advise
from sim.experiments.comparison import CompareResult
from sim.experiments.intervals import TAIL, student
from sim.experiments.precision import LEAST, Target, TargetError, next_batch, parse_target, runs_needed, targets
from sim.measures.frame import KEYS


def made_up(values: dict[str, list[float]], measure: str = "denied", side: str = "east") -> CompareResult:
    """A result with one measure."""
    parts = []
    for arm, numbers in values.items():
        frame = pd.DataFrame({"arm": arm, "value": numbers, "seed": range(1, len(numbers) + 1), "measure": measure})
        frame["side"] = side
        parts.append(frame.assign(product="", by="", item="", window="w", above=math.nan, twin=math.nan, unit="share"))
    frame = pd.concat(parts, ignore_index=True).assign(reason="")
    frame["reason"] = np.where(frame["value"].isna(), "too few", "")
    assert set(KEYS) <= set(frame)
    return CompareResult(dict.fromkeys(values), dict.fromkeys(values, ()), measures=frame)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["denied:east<0.05", "denied share : east < 0.05", "Denied_Share:east<5e-2"])
def test_targets_as_typed(text: str) -> None:
    assert parse_target(text) == Target("denied", "east", 0.05)


def test_targets_as_given() -> None:
    assert targets({"denied share, weeks 13-52, east": 0.1, "cost": 5, "premium:west": 1}) == (
        Target("denied_after", "east", 0.1),
        Target("cost", "", 5.0),
        Target("premium", "west", 1.0),
    )
    assert targets({"denied share, weeks 13-52": 0.1})[0] == Target("denied_after", "", 0.1)
    assert targets(None) == ()


@pytest.mark.parametrize(
    "text", ["denied:east", "denid:east<0.1", "denied:east<0", "denied:east<x", "denied:east<nan", ""]
)
def test_targets_that_cannot_be_read(text: str) -> None:
    with pytest.raises(TargetError):
        parse_target(text)
    with pytest.raises(TargetError, match="did you mean denied"):
        parse_target("denid:east<0.1")


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(TargetError):
        assert parse_target(text).width > 0


@given(st.integers(2, 300), st.floats(1e-6, 1e3), st.floats(1e-4, 1e3))
def test_runs_needed_is_the_least(n: int, half: float, ratio: float) -> None:
    """One pair fewer would not do."""
    width = half * max(ratio, 0.02)
    found = runs_needed(half, n, width)
    deviation = half * math.sqrt(n) / stdtrit(n - 1, TAIL)
    assert stdtrit(found - 1, TAIL) * deviation / math.sqrt(found) <= width * (1 + 1e-9)
    if found > 2:
        assert stdtrit(found - 2, TAIL) * deviation / math.sqrt(found - 1) > width * (1 - 1e-9)


@given(st.integers(1, 500), st.integers(1, 5000), st.integers(1, 2000))
def test_batches(runs: int, needed: int, most: int) -> None:
    more = next_batch(runs, needed, most)
    assert 0 <= more <= runs
    assert runs + more <= max(most, runs, needed)
    assert more > 0 or runs >= needed or runs >= most


def test_advice() -> None:
    """It stops where all are narrow enough, and predicts the widest where they are not."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.1, 40)
    result = made_up({"a": [0.0] * 40, "b": noise.tolist(), "c": (noise / 10).tolist()})
    half, n = result.half_width(Target("denied", "east", 0.02))
    assert (half, n) == (pytest.approx(student(noise[None, :])[1][0]), 40), "the arm known least well"
    needed, told = advise(result, [Target("denied", "east", 2 * half)], 40)
    assert needed == 40
    assert "as asked" in told[0]
    needed, told = advise(result, [Target("denied", "east", half / 2)], 40)
    assert 155 <= needed <= 161, "half the width takes about four times as many"
    assert f"about {needed} are needed" in told[0]
    assert "denied share, east: known to ±" in told[0]


def test_advice_counts_pairs_that_are_undefined() -> None:
    """Where half of the pairs say nothing, twice as many are needed."""
    rng = np.random.default_rng(1)
    values = rng.normal(0, 0.1, 40)
    full, _ = advise(made_up({"a": [0.0] * 40, "b": values.tolist()}), [Target("denied", "east", 0.01)], 40)
    holes = np.repeat(values, 2)
    holes[1::2] = np.nan
    half, _ = advise(made_up({"a": [0.0] * 80, "b": holes.tolist()}), [Target("denied", "east", 0.01)], 80)
    assert half == 2 * full
    needed, told = advise(made_up({"a": [math.nan] * 3, "b": [1.0] * 3}), [Target("denied", "east", 0.01)], 3)
    assert needed == 6
    assert "too few" in told[0]
    with pytest.raises(TargetError, match="west"):
        advise(made_up({"a": [1.0], "b": [1.0]}), [Target("denied", "west", 0.01)], 1)


@pytest.mark.parametrize("enough", [5, 60, 250])
def test_stopping_costs_little_coverage(enough: int) -> None:
    """Of intervals found by adding runs until they are narrow, between 86% and 92% hold the truth.

    2,000 samples of normal differences, of which about ``enough`` would do: the standard error is 0.7 per cent.
    """
    rng = np.random.default_rng(enough)
    width = float(stdtrit(enough - 1, TAIL)) / math.sqrt(enough)
    held, used = 0, []
    for _ in range(2000):
        draws = rng.normal(0.0, 1.0, LEAST)
        while True:
            mean, half, _ = student(draws[None, :])
            more = next_batch(draws.size, runs_needed(float(half[0]), draws.size, width), 2000)
            if half[0] <= width or not more:
                break
            draws = np.concatenate([draws, rng.normal(0.0, 1.0, more)])
        held += abs(mean[0]) <= half[0]
        used.append(draws.size)
    assert 0.86 <= held / 2000 <= 0.92, held / 2000
    assert np.median(used) <= max(LEAST, 1.1 * enough), "it does not run far beyond what is needed"
