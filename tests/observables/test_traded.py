"""True trade, on a ledger small enough to add up by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sim.observables.books import DAYS_A_MONTH
from tests.measures.synthetic import ByHand
from tests.observables.common import FIRST, LAST, of, trade


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        # All rows of the window but the one that was seized: 10, 20, 30, 8, 16.
        ({"what": "units"}, 84.0),
        ({"what": "units_a_month"}, 84.0 * DAYS_A_MONTH / 56.0),
        ({"what": "value"}, 1_000.0 + 1_000.0 + 600.0 + 1_200.0 + 640.0),
        ({"what": "sellers"}, 4.0),
        ({"what": "largest"}, 40.0),
        ({"what": "largest", "sellers": ["traders"]}, 16.0),
        ({"what": "units", "sellers": ["traders"], "products": ["quad"]}, 8.0),
        ({"what": "units", "buyers": ["fund", "shop"]}, 24.0),
        ({"what": "units", "makers": ["small"]}, 20.0),
        ({"what": "units", "origins": ["AA"], "destinations": ["KK"]}, 60.0),
        ({"what": "units", "destinations": ["AA"]}, 0.0),
        ({"what": "units", "without": ["fpv"]}, 38.0),
        ({"what": "units", "founded": True}, 0.0),
        ({"what": "largest", "founded": True}, 0.0),
        ({"what": "origins"}, 2.0),
        ({"what": "origins", "destinations": ["EE"]}, 1.0),
        ({"what": "origins", "destinations": ["AA"]}, 0.0),
        ({"what": "share", "part_sellers": ["traders"]}, 24.0 / 84.0),
        ({"what": "share", "part_buyers": ["fund"]}, 16.0 / 84.0),
        ({"what": "share", "part_makers": ["small"]}, 20.0 / 84.0),
        ({"what": "share", "part_chain": 1}, 24.0 / 84.0),
        ({"what": "share", "part_chain": 2}, 0.0),
        ({"what": "share", "buyers": ["shop"], "part_sellers": ["traders"], "part_makers": ["leader"]}, 1.0),
    ],
)
def test_by_hand(asked: dict[str, Any], value: float) -> None:
    found = of(trade(), "traded", **asked)
    assert found.value == pytest.approx(value) and found.reason == ""


def test_a_share_of_nothing() -> None:
    found = of(trade(), "traded", what="share", destinations=["AA"], part_sellers=["traders"])
    assert found.value != found.value and found.reason == "there is no such trade"


def test_only_trade_between_states() -> None:
    b = trade()
    b.ship(5, "quad", 7, 100.0, 90.0, b.path("leader", "users"))
    assert of(b, "traded", what="units", destinations=["AA"]).value == 7.0
    assert of(b, "traded", what="units", destinations=["AA"], abroad=True).value == 0.0
    assert of(b, "traded", what="units", abroad=True).value == 84.0


def test_only_firms_founded_in_the_run() -> None:
    b = trade()
    b.agents["opened"][b.agent("traders #1")] = 5
    assert of(b, "traded", what="largest", sellers=["traders"], founded=True).value == 16.0
    assert of(b, "traded", what="units", founded=True).value == 16.0


def test_a_hundredth_makes_an_origin() -> None:
    for units, origins in ((1, 2.0), (0, 1.0)):
        b = ByHand()
        b.ship(1, "quad", 99 + (1 - units), 100.0, 90.0, b.path("leader", "shop"))
        if units:
            b.ship(1, "quad", units, 100.0, 90.0, b.path("leader", "traders #0", "shop"))
        b.ship(2, "quad", 1_000, 100.0, 90.0, b.path("leader", "traders #0"))
        assert of(b, "traded", what="origins", destinations=["EE"]).value == origins
    b.ship(1, "quad", 1_000, 100.0, 90.0, b.path("leader", "shop"))
    b.ship(1, "quad", 11, 100.0, 90.0, b.path("leader", "traders #0", "shop"))
    assert of(b, "traded", what="origins", destinations=["EE"]).value == 1.0, "11 of 1,111 are less"


def steady(units: list[int]) -> ByHand:
    """The leader sells so many units in each tick from the first on."""
    b = ByHand()
    for tick, count in enumerate(units):
        b.ship(tick, "quad", count, 100.0, 90.0, b.path("leader", "users"))
    return b


def test_kept_is_over_as_long_a_time_before() -> None:
    b = steady([10] * 8 + [4] * 8)
    later = (date(2022, 2, 28), date(2022, 4, 24))
    assert of(b, "traded", *later, what="kept").value == pytest.approx(0.4)
    assert of(b, "traded", *later, what="kept", buyers=["fund"]).reason == "nothing was traded before"
    assert of(b, "traded", what="kept").reason == "the record begins on 2022-01-03"


def test_windows_with_a_tick_more_are_no_growth() -> None:
    """Nine days hold one tick or two; a constant flow is kept whichever."""
    b = steady([10] * 40)
    for day in range(1, 29):
        found = of(b, "traded", date(2022, 4, day), date(2022, 5, 9), what="kept")
        assert found.value == pytest.approx(1.0), day


def test_growth_is_over_a_year_before() -> None:
    b = steady([10] * 30 + [25] * 30)
    assert of(b, "traded", date(2023, 1, 9), date(2023, 2, 5), what="growth").value == pytest.approx(2.5)
    assert of(b, "traded", date(2022, 12, 12), date(2023, 1, 9), what="growth").reason.startswith("the record begins")


def test_the_longest_chain() -> None:
    assert of(trade(), "longest").value == 1.0
    assert of(trade(), "longest", date(2022, 1, 3), date(2022, 1, 23)).value == 0.0
    b = trade()
    b.ship(6, "quad", 1, 100.0, 90.0, b.path("leader", "traders #0", "traders #1", "shop", "front_east"))
    assert of(b, "longest").value == 3.0
    assert of(b, "longest", weight=[1.0] * 7 + [0.0]).value == 1.0


def test_daring_of_small_firms() -> None:
    """Half of what the smaller of two makers sells is in breach, a tenth of what the larger sells."""
    b = ByHand()
    size = b.world.agents.size.copy()
    b.world.agents.size[[b.agent("small #0"), b.agent("small #1")]] = (1.0, 5.0)
    try:
        for seller, breach, units in (("small #0", 1, 5), ("small #0", 0, 5), ("small #1", 1, 2), ("small #1", 0, 18)):
            node = b.path(seller, "traders #0", breach=breach)
            b.ship(2, "quad", units, 100.0, 90.0, node)
        assert of(b, "daring", sellers=["small"]).value == pytest.approx(5.0)
        assert of(b, "daring", sellers=["small"], weight=[1.0, 0.0, 1.0, 1.0]).value == pytest.approx(10.0)
        assert of(b, "daring", sellers=["traders"]).reason == "there is no such trade"
        assert of(b, "daring", sellers=["small"], weight=[1.0, 1.0, 0.0, 1.0]).reason.endswith("nothing in breach")
        assert of(b, "daring", sellers=["small"], weight=[0.0, 0.0, 1.0, 1.0]).reason.endswith("sold nothing")
    finally:
        b.world.agents.size[:] = size


def test_what_counts_in_part() -> None:
    """Rows thinned: 5 of 10, none of 20, 30, 8, 16."""
    weight = [0.5, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert of(trade(), "traded", weight=weight, what="units").value == 59.0
    assert of(trade(), "traded", weight=weight, what="value").value == 500.0 + 600.0 + 1_200.0 + 640.0
    assert of(trade(), "traded", weight=weight, what="sellers").value == 3.0
    assert of(trade(), "traded", weight=weight, what="share", part_makers=["small"]).value == 0.0


def test_open_windows_are_the_whole_record() -> None:
    assert of(trade(), "traded", date.min, date.max, what="units").value == 124.0
    assert of(trade(), "traded", FIRST, date.max, what="units").value == 124.0
    assert of(trade(), "traded", date.min, LAST, what="units").value == 84.0
