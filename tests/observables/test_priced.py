"""Prices over those of a base, on a ledger small enough to add up by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.measures.synthetic import ByHand
from tests.observables.common import of

FIRST, LAST = date(2022, 1, 31), date(2022, 3, 27)
"""From the fifth tick; its last 31 days hold ticks 8 to 11, the four weeks before it the first four."""
BASE = {"base_days": 28}


def shop() -> ByHand:
    """The leader sells ten quads at 100 and four kits at 50, then quads at 160 and kits at 60; each freight of 1."""
    b = ByHand()
    users, shelf = b.path("leader", "users"), b.path("leader", "shop")
    b.ship(1, "quad", 10, 99.0, 90.0, users)
    b.ship(2, "fpv", 4, 49.0, 40.0, shelf)
    b.ship(6, "quad", 99, 999.0, 90.0, users)  # neither in the base nor at the end
    b.ship(9, "quad", 1, 159.0, 90.0, users)
    b.ship(10, "fpv", 30, 59.0, 40.0, shelf)
    return b


def test_weights_are_those_of_the_base() -> None:
    ratio = (160.0 * 10 + 60.0 * 4) / (100.0 * 10 + 50.0 * 4)
    assert of(shop(), "prices", FIRST, LAST, **BASE).value == pytest.approx(ratio)
    assert of(shop(), "prices", FIRST, LAST, what="rise", **BASE).value == pytest.approx(ratio - 1.0)
    assert of(shop(), "prices", FIRST, LAST, what="fall", **BASE).value == pytest.approx(1.0 / ratio)


def test_of_some_goods() -> None:
    assert of(shop(), "prices", FIRST, LAST, products=["quad"], **BASE).value == pytest.approx(1.6)
    assert of(shop(), "prices", FIRST, LAST, without=["quad"], **BASE).value == pytest.approx(1.2)
    assert of(shop(), "prices", FIRST, LAST, buyers=["users"], **BASE).value == pytest.approx(1.6)
    assert of(shop(), "prices", FIRST, LAST, sellers=["leader"], makers=["leader"], **BASE).value > 1.0


def test_what_was_not_sold_in_both_is_left_out() -> None:
    b = shop()
    b.ship(3, "quad", 5, 1.0, 1.0, b.path("small #0", "shop"))
    found = of(b, "prices", FIRST, LAST, makers=["small"], **BASE)
    assert found.value != found.value and found.reason == "no such product was sold both then and before"
    assert of(b, "prices", FIRST, LAST, buyers=["shop"], **BASE).value == pytest.approx(1.2)


def test_the_base_and_the_end_can_be_moved() -> None:
    assert of(shop(), "prices", FIRST, LAST, base_from="2022-01-10", base_days=7).value == pytest.approx(1.6)
    assert of(shop(), "prices", FIRST, LAST, last_days=56, products=["quad"], **BASE).value == pytest.approx(
        (99 * 1000.0 + 160.0) / 100 / 100.0
    )


def test_levies_and_what_officials_are_paid_count() -> None:
    b = shop()
    b.ledger[3] |= {"unit_levy": 30.0, "unit_facilitation": 10.0}
    assert of(b, "prices", FIRST, LAST, products=["quad"], **BASE).value == pytest.approx(2.0)


def test_gifts_and_what_was_seized_have_no_price() -> None:
    b = shop()
    users = b.path("leader", "users")
    b.ship(9, "quad", 500, 0.0, 90.0, users)
    b.ship(9, "quad", 500, 5.0, 90.0, users, seized=True)
    assert of(b, "prices", FIRST, LAST, products=["quad"], **BASE).value == pytest.approx(1.6)


def test_what_counts_in_part_moves_weights_only() -> None:
    """Kits of the base count by half: two in place of four."""
    found = of(shop(), "prices", FIRST, LAST, weight=[1.0, 0.5, 1.0, 1.0, 1.0], **BASE)
    assert found.value == pytest.approx((160.0 * 10 + 60.0 * 2) / (100.0 * 10 + 50.0 * 2))
