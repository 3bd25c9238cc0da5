"""Delay: the product-limit estimator."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures.waiting import kaplan_meier_median
from tests.measures.cases import value
from tests.measures.synthetic import ByHand


def slow_median(rows: list[tuple[int, int, bool, int]]) -> float:
    """The same by its definition, row by row: (leave, weight, censored, enter)."""
    survival = 1.0
    for time in sorted({leave for leave, *_ in rows}):
        at_risk = sum(w for leave, w, _, enter in rows if enter < time <= leave)
        received = sum(w for leave, w, censored, _ in rows if leave == time and not censored)
        survival *= 1 - received / at_risk if at_risk else 1.0
        if survival <= 0.5 + 1e-12:
            return time
    return math.nan


ROW = st.tuples(st.integers(1, 12), st.integers(1, 5), st.booleans(), st.integers(0, 11)).filter(lambda r: r[3] < r[0])


@given(st.lists(ROW, min_size=1, max_size=25))
def test_against_the_definition(rows: list[tuple[int, int, bool, int]]) -> None:
    """The vectorised estimator is the definition, with weights, censoring and late entry."""
    leave, weight, censored, enter = (np.array(column) for column in zip(*rows, strict=True))
    median, above = kaplan_meier_median(leave.astype(float), weight.astype(float), censored, enter.astype(float))
    expected = slow_median(rows)
    assert median == expected or (math.isnan(median) and math.isnan(expected))
    assert math.isnan(above) != math.isnan(median)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=30))
def test_without_censoring_it_is_the_median(waits: list[int]) -> None:
    """The least duration by which half have arrived."""
    median, _ = kaplan_meier_median(np.array(waits, float), np.ones(len(waits)), np.zeros(len(waits), bool))
    assert median == sorted(waits)[(len(waits) - 1) // 2]


@given(st.lists(ROW, min_size=1, max_size=15), st.integers(2, 5))
def test_weights_count_as_rows(rows: list[tuple[int, int, bool, int]], times: int) -> None:
    """More of everything changes nothing."""
    leave, weight, censored, enter = (np.array(column) for column in zip(*rows, strict=True))
    one = kaplan_meier_median(leave.astype(float), weight.astype(float), censored, enter.astype(float))
    many = kaplan_meier_median(leave.astype(float), times * weight.astype(float), censored, enter.astype(float))
    np.testing.assert_equal(one, many)


def test_delay_by_hand() -> None:
    """10 units wait 2 weeks, 10 wait 4, 20 are open after 6: S(2) = 3/4, S(4) = 1/2."""
    b = ByHand()
    b.wait(0, 2, "east", "quad", 10)
    b.wait(0, 4, "east", "quad", 10)
    b.wait(53, 59, "east", "quad", 20, censored=True)
    run = b.records()
    assert value(run, None, "delay", side="east") == 4
    assert value(run, None, "delay", side="west", column="reason") == "no orders"
    b.wait(53, 59, "east", "quad", 1, censored=True)
    run = b.records()
    assert value(run, None, "delay", side="east", column="reason").startswith("censored")
    assert value(run, None, "delay", side="east", column="above") == 6


def test_dropping_what_is_open_would_shorten_the_delay() -> None:
    """The open needs count: without them the median is 2."""
    b = ByHand()
    b.wait(0, 2, "east", "quad", 10)
    b.wait(10, 19, "east", "quad", 5)
    assert value(b.records(), None, "delay", side="east") == 2
    b.wait(10, 59, "east", "quad", 10, censored=True)
    assert value(b.records(), None, "delay", side="east") == 9


def test_delay_in_a_window() -> None:
    """A need older than the window is observed from the window's start; receipts after it are still open in it."""
    b = ByHand()
    b.wait(8, 10, "east", "quad", 10)
    b.wait(10, 13, "east", "quad", 10)
    b.wait(0, 12, "east", "quad", 10)
    b.wait(11, 40, "east", "quad", 10)
    window = (date(2022, 3, 14), date(2022, 4, 10))  # ticks 10 to 13
    # Entered at ages 2 (received at once), 0, 10, 0; risk set at 2: 3 rows of 10, at 3: 1 row.
    assert value(b.records(), None, "delay", side="east", window=window) == pytest.approx(3)
