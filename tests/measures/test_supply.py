"""Deliveries, diversion and denial against numbers worked out on paper."""

from __future__ import annotations

import math

import pytest

from tests.measures.cases import run_by_hand, twin_by_hand, value
from tests.measures.synthetic import ByHand

RUN, TWIN = run_by_hand().records(), twin_by_hand().records()


@pytest.mark.parametrize(
    ("measure", "about", "expected"),
    [
        ("delivered", {"side": "east"}, 200),
        ("delivered", {"side": "east", "product": "fpv"}, 50),
        ("delivered", {"side": "west"}, 40),
        ("delivered", {"side": "civil"}, 200),
        ("delivered", {"side": "east", "by": "corridor", "item": "AA>KK>EE"}, 100),
        ("delivered", {"side": "east", "by": "channel", "item": "shop"}, 150),
        ("delivered", {"side": "west", "by": "channel", "item": "traders"}, 40),
        ("delivered", {"side": "west", "by": "brand", "item": "small #1"}, 40),
        ("delivered", {"side": "civil", "by": "chain_length", "item": "0"}, 200),
        ("delivered_value", {"side": "east"}, 30_000),
        ("delivered_home", {"side": "west"}, 30),
        ("delivered_home", {"side": "east"}, 0),
        ("direct", {"side": "east"}, 0.5),
        ("direct", {"side": "civil"}, 1.0),
        ("indirect", {"side": "east"}, 0.5),
        ("indirect", {"side": "west"}, 1.0),
        ("chain_length", {"side": "east"}, (100 * 1 + 50 * 2 + 50 * 1) / 200),
        ("chain_length", {"side": "west"}, 1.0),
        ("longest_chain", {"side": "east"}, 2),
        ("diverted", {"side": "east"}, 100),
        ("diverted", {"side": "east", "by": "class", "item": "law"}, 50),
        ("diverted", {"side": "east", "by": "class", "item": "voluntary"}, 50),
        ("diverted", {"side": "east", "by": "class", "item": "contract"}, 0),
        ("diverted", {"side": "west"}, 0),
        ("leakage", {"side": "east"}, 100 / 400),
        ("leakage", {"side": "east", "product": "quad"}, 50 / 400),
        ("leakage_of_delivered", {"side": "east"}, 100 / 200),
        ("denied", {"side": "east"}, 1 - 200 / 400),
        ("denied", {"side": "west"}, 1 - 40 / 100),
        ("denied", {"side": "civil"}, 0.0),
        ("units_denied", {"side": "east"}, 200),
        ("units_denied", {"side": "east", "product": "fpv"}, -50),
        ("burden", {"side": "east", "by": "side", "item": "west"}, 0.5 - 0.6),
        ("burden_ratio", {"side": "east", "by": "side", "item": "west"}, 0.5 / 0.6),
        ("displacement", {"side": "east"}, 0.25),
        ("displacement", {"side": "civil"}, 0.0),
        ("hhi_sellers", {"side": "east"}, 0.75**2 + 0.25**2),
        ("hhi_corridors", {"side": "east"}, 0.5),
        ("brand_share", {"side": "west", "by": "brand", "item": "small #1"}, 1.0),
        ("brand_share", {"side": "west", "by": "brand", "item": "leader"}, 0.0),
        ("corridor_share", {"side": "east", "by": "corridor", "item": "AA>EE"}, 0.5),
        ("chain_length_share", {"side": "east", "by": "chain_length", "item": "2"}, 0.25),
    ],
)
def test_worked_out_on_paper(measure: str, about: dict[str, str], expected: float) -> None:
    """Each measure has the value that the rows give by hand."""
    assert value(RUN, TWIN, measure, **about) == pytest.approx(expected)


def test_twin_column_holds_the_same_in_the_twin() -> None:
    """Measures that do not compare show the twin's value beside the run's."""
    assert value(RUN, TWIN, "delivered", side="east", column="twin") == 400
    assert value(RUN, TWIN, "direct", side="east", column="twin") == 0.75
    assert math.isnan(value(RUN, TWIN, "denied", side="east", column="twin"))


@pytest.mark.parametrize(
    ("measure", "about", "reason"),
    [
        ("leakage", {"side": "east", "product": "fpv"}, "nothing delivered in the twin"),
        ("denied", {"side": "east", "product": "fpv"}, "fewer than 100 units delivered in the twin"),
        ("direct", {"side": "west", "product": "fpv"}, "nothing delivered"),
        ("burden_ratio", {"side": "east", "by": "side", "item": "civil"}, "a denied share of 0.05 or less"),
        ("premium", {"side": "west", "product": "fpv"}, "nothing delivered"),
    ],
)
def test_undefined_has_a_reason(measure: str, about: dict[str, str], reason: str) -> None:
    """What is undefined is missing with its reason, never 0."""
    assert math.isnan(value(RUN, TWIN, measure, **about))
    assert value(RUN, TWIN, measure, **about, column="reason") == reason


def test_without_a_twin_comparisons_are_undefined() -> None:
    """Measures that compare say that no twin was run."""
    assert value(RUN, None, "denied", side="east", column="reason") == "no twin was run"
    assert value(RUN, None, "delivered", side="east") == 200


def test_goods_that_left_before_the_policy_are_not_diverted() -> None:
    """A path without a breach and without the side's bit is not diverted, whatever is in force at receipt."""
    b = ByHand()
    b.deliver(50, "quad", 10, 1000.0, b.path("leader", "shop", "front_east", barred_law=0b101))
    assert value(b.records(), None, "diverted", side="east") == 0


def test_products_in_scope() -> None:
    """By default those of the policies compared; others can be asked for."""
    b = twin_by_hand()
    b.off = ("ban",)
    assert value(RUN, b.records(), "delivered", side="east") == 150, "the ban is on quads alone"
    assert value(RUN, TWIN, "delivered", side="east", products=["fpv"]) == 50
    with pytest.raises(ValueError, match="no product 'kite'"):
        value(RUN, TWIN, "delivered", side="east", products=["kite"])


def test_window() -> None:
    """A window keeps ticks whose first day lies in it."""
    from datetime import date

    first, last = date(2022, 3, 14), date(2022, 3, 27)
    assert value(RUN, TWIN, "delivered", side="east", window=(first, last)) == 50
    assert value(RUN, TWIN, "delivered", side="east", window=(first, last), column="window") == "2022-03-14..2022-03-27"
    with pytest.raises(ValueError, match="no tick starts"):
        value(RUN, TWIN, "delivered", side="east", window=(date(2030, 1, 1), date(2031, 1, 1)))


def test_no_deliveries_at_all() -> None:
    """An empty run computes; what has no base is undefined."""
    from sim.measures.frame import measures

    empty = ByHand().records()
    frame = measures(empty, empty)
    shares = frame[(frame["unit"] == "share") & (frame["measure"] != "burden")]
    assert shares["value"].isna().all()
    assert (shares["reason"] != "").all()
    assert (frame.loc[frame["measure"] == "delivered", "value"] == 0).all()
