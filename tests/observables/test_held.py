"""Losses, stocks and cover, on series small enough to add up by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.observables.books import DAYS_A_MONTH
from tests.measures.synthetic import TICKS, ByHand
from tests.observables.common import FIRST, LAST, of


def at(ticks: list[int], amount: float) -> np.ndarray:
    """A series that is not 0 in some ticks."""
    series = np.zeros(TICKS)
    series[ticks] = amount
    return series


def front() -> ByHand:
    """East uses 30 units in two ticks of the window and 50 after it, 20 of the 60 made abroad; and has a stock."""
    b = ByHand()
    b.set("used", at([2, 5], 30.0) + at([20], 50.0), "east", "quad")
    b.set("used_foreign", at([2], 20.0), "east", "quad")
    b.set("stock", 40.0, "east", "quad")
    b.set("stock", 10.0, "east", "fpv")
    b.set("stock_foreign", 30.0, "east", "quad")
    return b


def test_used() -> None:
    assert of(front(), "used", side="east").value == pytest.approx(60.0 * DAYS_A_MONTH / 56.0)
    assert of(front(), "used", side="west").value == 0.0
    assert of(front(), "used", side="north").reason == "the scenario has no side north"


def test_home_share() -> None:
    assert of(front(), "home_share", side="east").value == pytest.approx(0.4)
    found = of(front(), "home_share", side="west")
    assert found.value != found.value and found.reason == "there is no stock"


def test_foreign_goods_count_as_far_as_purchases_do() -> None:
    """Of eight units that came from abroad two count: a quarter of foreign losses and stocks."""
    b = front()
    b.ship(1, "quad", 8, 100.0, 90.0, b.path("leader", "shop", "front_east"))
    b.ship(2, "quad", 9, 0.0, 0.0, b.path("leader", "shop", "front_east"))  # a gift
    weight = [0.25, 1.0]
    assert of(b, "used", weight=weight, side="east").value == pytest.approx((40.0 + 5.0) * DAYS_A_MONTH / 56.0)
    assert of(b, "home_share", weight=weight, side="east").value == pytest.approx(20.0 / (20.0 + 7.5))
    assert of(b, "used", weight=[1.0, 1.0], side="east") == of(front(), "used", side="east")
    assert of(b, "home_share", weight=[1.0, 0.0], side="east").value == pytest.approx(0.4)


def test_cover() -> None:
    """Traders sold 60 units in the 26 weeks before the window and hold 30 at its end."""
    b = ByHand()
    sale = b.path("leader", "traders #0", "shop")
    for tick in (8, 12, 30):
        b.ship(tick, "quad", 30, 100.0, 90.0, sale)
    b.ship(9, "fpv", 500, 50.0, 40.0, b.path("leader", "shop", "front_east"))
    b.ship(9, "quad", 500, 50.0, 40.0, sale, seized=True)
    b.set("trader_stock", at([33], 30.0), "traders", "quad")
    b.set("trader_stock", at([33], 7.0), "traders", "fpv")
    first, last = date(2022, 7, 25), date(2022, 8, 28)  # ticks 29 to 33
    months = 26 * 7 / DAYS_A_MONTH
    found = of(b, "cover", first, last, sellers=["traders"], products=["quad"])
    assert found.value == pytest.approx(30.0 / (60.0 / months))
    assert of(b, "cover", first, last, sellers=["traders"]).value == pytest.approx(37.0 / (60.0 / months))
    assert of(b, "cover", first, last, sellers=["traders"], without=["fpv"]) == found
    assert of(b, "cover", first, date(2022, 8, 21), sellers=["traders"]).value == 0.0
    assert of(b, "cover", first, last, sellers=["fund"]).reason == "nothing was sold before"
    assert of(b, "cover", FIRST, LAST, sellers=["traders"]).reason == "nothing was sold before"
