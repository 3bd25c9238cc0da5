"""Figures of customs, on a ledger small enough to add up by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.observables.common import FIRST, LAST, of, trade

OUT = {"by": "exporter", "origin": "AA", "destination": "KK"}
STATED = 0.94
"""Of a dollar paid, what records of the world made by hand show: its states understate by the default, 6 in 100."""
INTO = {"by": "importer", "origin": "AA", "destination": "KK"}


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        # Rows 0 and 1; row 2 is vague, row 6 lies after the window.
        ({"what": "units", **OUT}, 30.0),
        ({"what": "value", **OUT}, 2_000.0 * STATED),
        ({"what": "value_a_unit", **OUT}, 2_000.0 * STATED / 30.0),
        ({"what": "sellers", **OUT}, 2.0),
        ({"what": "makers", **OUT}, 2.0),
        ({"what": "share", "part": ["leader"], **OUT}, 0.5),
        ({"what": "units", "makers": ["small"], **OUT}, 20.0),
        # Importers' records of rows 0 and 2, which crossed two ticks after they were sent.
        ({"what": "units", **INTO}, 40.0),
        ({"what": "value", **INTO}, 1_600.0 * STATED),
        ({"what": "value", "without": ["fpv"], **INTO}, 1_000.0 * STATED),
        ({"what": "value", "products": ["fpv"], **INTO}, 600.0 * STATED),
        ({"what": "value", "products": ["fpv"], "without": ["fpv"], **INTO}, 0.0),
        ({"what": "units", "by": "exporter", "origin": "KK", "destination": "EE"}, 8.0),
        ({"what": "makers", "by": "importer", "origin": "KK", "destination": "EE"}, 1.0),
        ({"what": "units", "by": "exporter", "origin": "KK", "destination": "WW"}, 0.0),
        # What a scenario need not have does not count.
        ({"what": "units", "without": ["nothing"], **OUT}, 30.0),
        # No goods went by such a way.
        ({"what": "units", "ways": ["rerouting"], **OUT}, 0.0),
    ],
)
def test_by_hand(asked: dict[str, Any], value: float) -> None:
    found = of(trade(), "recorded", **asked)
    assert found.value == pytest.approx(value) and found.reason == ""


def test_a_record_counts_when_its_goods_cross() -> None:
    """The importer's record of row 0, sent in the first tick, is of the third."""
    ends = (date(2022, 1, 16), date(2022, 1, 17))
    assert [of(trade(), "recorded", FIRST, last, what="units", **INTO).value for last in ends] == [0.0, 10.0]
    assert of(trade(), "recorded", FIRST, ends[0], what="units", **OUT).value == 30.0


@pytest.mark.parametrize("what", ["value_a_unit", "share"])
def test_nothing_to_divide_by(what: str) -> None:
    found = of(trade(), "recorded", what=what, by="exporter", origin="KK", destination="WW")
    assert found.value != found.value and found.reason == "there is no record of such trade"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"origin": "XX"}, "no jurisdiction XX"),
        ({"makers": ["nobody"]}, "no group nobody"),
        ({"products": ["kite"]}, "no product kite"),
    ],
)
def test_what_the_scenario_does_not_have(asked: dict[str, Any], words: str) -> None:
    found = of(trade(), "recorded", **{"what": "units", **OUT, **asked})
    assert found.value != found.value and found.reason == f"the scenario has {words}"


def test_vague_records() -> None:
    """One of the three that exporters keep of goods to KK; none of those of goods to EE."""
    assert of(trade(), "vague", by="exporter", destination="KK").value == pytest.approx(1 / 3)
    assert of(trade(), "vague", by="exporter", destination="EE").value == 0.0
    assert of(trade(), "vague", by="exporter", destination="WW").reason == "there is no record of such trade"


def test_what_counts_in_part() -> None:
    """Row 0 not at all, row 1 by half, row 2 by a quarter."""
    weight = [0.0, 0.5, 0.25, 1.0, 1.0, 1.0, 1.0]
    assert of(trade(), "recorded", weight=weight, what="units", **OUT).value == 10.0
    assert of(trade(), "recorded", weight=weight, what="value", **OUT).value == pytest.approx(500.0 * STATED)
    assert of(trade(), "recorded", weight=weight, what="sellers", **OUT).value == 1.0
    assert of(trade(), "recorded", weight=weight, what="makers", **OUT).value == 1.0
    assert of(trade(), "recorded", weight=weight, what="share", part=["leader"], **OUT).value == 0.0
    assert of(trade(), "vague", weight=weight, by="exporter", destination="KK").value == pytest.approx(0.25 / 0.75)
    assert of(trade(), "vague", weight=[0.0] * 7, by="exporter", destination="KK").reason != ""


def test_the_window_holds_both_ends() -> None:
    assert of(trade(), "recorded", FIRST, date(2022, 3, 6), what="units", **OUT).value == 30.0
    assert of(trade(), "recorded", FIRST, date(2022, 3, 7), what="units", **OUT).value == 70.0
    assert of(trade(), "recorded", date(2022, 1, 4), LAST, what="units", **OUT).value == 20.0
