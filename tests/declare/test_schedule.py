"""Schedules hold, step and go straight between dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.declare.errors import BadValue
from sim.declare.schedule import Schedule

DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))
NUMBERS = st.floats(-1e9, 1e9)
POINTS = st.dictionaries(DAYS, NUMBERS, min_size=1, max_size=8)
KINDS = st.sampled_from(["step", "linear"])


def schedule(kind: str, points: dict[date, float]) -> Schedule:
    return Schedule.parse({kind: {when.isoformat(): value for when, value in points.items()}})


@given(KINDS, POINTS, DAYS)
def test_a_value_is_between_the_least_and_the_greatest(kind: str, points: dict[date, float], when: date) -> None:
    assert min(points.values()) <= schedule(kind, points).at(when) <= max(points.values())


@given(KINDS, POINTS)
def test_every_date_given_has_its_value(kind: str, points: dict[date, float]) -> None:
    found = schedule(kind, points)
    assert all(found.at(when) == value for when, value in points.items())
    assert found.at(min(points) - timedelta(days=400)) == points[min(points)]
    assert found.at(max(points) + timedelta(days=400)) == points[max(points)]


@given(KINDS, POINTS, st.randoms())
def test_order_of_dates_does_not_matter(kind: str, points: dict[date, float], random: Any) -> None:
    items = list(points.items())
    random.shuffle(items)
    assert schedule(kind, dict(items)) == schedule(kind, points)


@given(KINDS, POINTS)
def test_plain_form_reads_back(kind: str, points: dict[date, float]) -> None:
    found = schedule(kind, points)
    assert Schedule.parse(found.to_plain()) == found


@given(KINDS, POINTS, st.lists(DAYS, max_size=5))
def test_values_on_many_dates_are_those_on_each(kind: str, points: dict[date, float], dates: list[date]) -> None:
    found = schedule(kind, points)
    values = found.values_on(dates)
    assert values.dtype == "float64"
    assert values.tolist() == [found.at(when) for when in dates]


@given(POINTS, st.floats(0.0, 1e3), DAYS)
def test_scaling_scales_every_value(points: dict[date, float], factor: float, when: date) -> None:
    found = schedule("step", points)
    assert found.scaled(factor).at(when) == found.at(when) * factor


def test_steps_and_lines() -> None:
    step = Schedule.parse({"step": {"2022-01-01": 1, "2022-01-11": 11}})
    line = Schedule.parse({"linear": {"2022-01-01": 1, "2022-01-11": 11}})
    assert step.at(date(2022, 1, 10)) == 1.0
    assert line.at(date(2022, 1, 10)) == 10.0
    assert step.at(date(2022, 1, 11)) == line.at(date(2022, 1, 11)) == 11.0
    assert not step.constant
    assert Schedule.parse({"step": {"2022-01-01": 1, "2022-01-11": 1}}).constant
    assert Schedule.parse(step) is step


@pytest.mark.parametrize(
    ("value", "code", "at"),
    [
        (True, "S207", ()),
        ("3", "S207", ()),
        (float("nan"), "S207", ()),
        ([1, 2], "S207", ()),
        ({}, "S207", ()),
        ({"stepp": {"2022-01-01": 1}}, "S207", ()),
        ({"step": {}}, "S207", ()),
        ({"step": 3}, "S207", ()),
        ({"step": {"2022-01-01": 1}, "linear": {"2022-01-01": 1}}, "S207", ()),
        ({"step": {"2022-13-01": 1}}, "S206", ("step", "2022-13-01")),
        ({"step": {"20220101": 1}}, "S206", ("step", "20220101")),
        ({"linear": {"2022-01-01": True}}, "S203", ("linear", "2022-01-01")),
        ({"linear": {"2022-01-01": float("inf")}}, "S203", ("linear", "2022-01-01")),
    ],
)
def test_what_is_no_schedule(value: object, code: str, at: tuple[str, ...]) -> None:
    with pytest.raises(BadValue) as caught:
        Schedule.parse(value)
    assert (caught.value.code, caught.value.at) == (code, at)


def test_a_misspelt_kind_has_a_nearest() -> None:
    with pytest.raises(BadValue) as caught:
        Schedule.parse({"stepp": {"2022-01-01": 1}})
    assert caught.value.nearest == "step"
