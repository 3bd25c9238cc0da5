"""Windows and masks of a book."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.observables.books import DAYS_A_MONTH, Book, Undefined, distinct, months
from tests.measures.synthetic import TICKS, ByHand
from tests.observables.common import of, trade

START = date(2022, 1, 3)
BOOK = Book(trade().records())


@given(st.integers(-30, 450), st.integers(0, 200))
def test_a_span_holds_the_ticks_that_begin_within(first: int, length: int) -> None:
    """As counting day by day finds them."""
    days = [START + timedelta(days=first), START + timedelta(days=first + length)]
    low, high = BOOK.span(*days)
    begins = [START + timedelta(weeks=tick) for tick in range(TICKS)]
    assert list(range(low, high)) == [tick for tick, day in enumerate(begins) if days[0] <= day <= days[1]]
    ticks = np.arange(TICKS)
    assert np.flatnonzero(BOOK.in_window(ticks, *days)).tolist() == list(range(low, high))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2021, 12, 27), date(2022, 2, 1), ""),
        (date(2021, 12, 26), date(2022, 2, 1), "the record begins on 2022-01-03, after 2021-12-26"),
        (date(2022, 2, 1), date(2023, 3, 5), ""),
        (date(2022, 2, 1), date(2023, 3, 6), "the record ends on 2023-02-27, before 2023-03-06"),
        (date.min, date.max, ""),
        (date(2022, 1, 4), date(2022, 1, 9), "no tick of the record begins within the window"),
    ],
)
def test_a_window_is_covered_or_told(first: date, last: date, words: str) -> None:
    """But for a tick at either end."""
    if not words:
        BOOK.covered(first, last)
        return
    with pytest.raises(Undefined, match=words):
        BOOK.covered(first, last)


def test_an_uncovered_window_has_no_value() -> None:
    found = of(trade(), "traded", date(2021, 1, 1), date(2022, 2, 1), what="units")
    assert found.value != found.value and found.reason == "the record begins on 2022-01-03, after 2021-01-01"


def test_masks() -> None:
    who = np.array([ByHand().agent("leader"), -1])
    assert BOOK.groups(who, []).all()
    assert BOOK.groups(who, ["leader"]).tolist() == [True, False]
    assert BOOK.groups(who, ["leader", "shop"]).tolist() == [True, False]
    assert BOOK.places(who[:1], ["AA"]).all() and not BOOK.places(who[:1], ["KK"]).any()
    assert BOOK.goods(np.array([0, 1]), [], []).all()
    assert BOOK.goods(np.array([0, 1]), [], ["quad", "kite"]).tolist() == [True, False]


def test_weights_of_one_are_no_weights() -> None:
    same = Book(trade().records(), np.ones(7))
    assert (same.units == BOOK.units).all() and (BOOK.weight == 1.0).all()


def test_a_run_without_a_ledger() -> None:
    with pytest.raises(ValueError, match="kept no ledger"):
        Book(trade().records(ledger=False))


def test_lengths_and_numbers() -> None:
    assert months(BOOK, 0, 8) == pytest.approx(56.0 / DAYS_A_MONTH)
    assert distinct(np.array([3, 1, 3])) == 2.0 and distinct(np.array([], np.int64)) == 0.0
