"""The headline and the half-life."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures.compared import compared
from sim.measures.denial import effect_window, half_life_of, share_denied
from sim.measures.view import View
from sim.world.records import Records
from tests.measures.cases import ALL, value, weekly
from tests.measures.synthetic import TICKS, ByHand, world

TWIN = weekly([10], ALL)


def effects(run: Records, twin: Records) -> list[str]:
    """Effect dates as text."""
    return [str(day) for day in compared(run, twin).effects]


def test_effect_dates() -> None:
    """Those of the policies compared; policies that never act are passed over."""
    run = weekly([10])
    assert effects(run, TWIN) == ["2022-01-17", "2022-02-02"]
    assert effects(run, weekly([10], ("names",))) == ["2022-01-17"]
    late = ByHand(world(policies__ban__effective="2030-01-01", policies__names__intensity=0.0)).records()
    off = ByHand(late.world, ALL).records()
    assert effects(late, off) == ["2022-01-17"], "that of the inspection"
    early = ByHand(world(policies__look__effective="2020-01-01")).records()
    assert effects(early, ByHand(early.world, ("look",)).records()) == ["2022-01-03"]


def test_effect_window() -> None:
    """From day 91 to day 364 after 2 February 2022: ticks that begin on 9 May 2022 to 30 January 2023."""
    window, reason = effect_window(View(weekly([10])), View(TWIN))
    assert window is not None
    assert (window.first, window.after, reason) == (18, 57, "")
    assert value(weekly([10]), TWIN, "denied_90", side="east", column="window") == "2022-05-09..2023-02-05"


def test_effect_window_prefers_a_whole_one() -> None:
    """A policy too late for all the weeks does not shorten the window that an earlier one leaves."""
    late = ByHand(world(policies__ban__effective="2022-06-01"))
    window, _ = effect_window(View(late.records()), View(ByHand(late.world, ALL).records()))
    assert window is not None
    assert (window.first, window.after) == (15, 54), "weeks 13-52 after 17 January"
    window, _ = effect_window(View(late.records()), View(ByHand(late.world, ("ban",)).records()))
    assert window is not None
    assert (window.first, window.after) == (35, TICKS), "what there is of them after 1 June"


@pytest.mark.parametrize(("after", "headline"), [(0, 1.0), (1, 1.0), (2, 0.0), (10, 0.0)])
def test_denied_90(after: int, headline: float) -> None:
    """A run counts where at most a tenth arrives in weeks 13-52, whatever came before."""
    run = weekly([10] * 18 + [after] * (TICKS - 18))
    assert value(run, TWIN, "denied_90", side="east") == headline
    assert value(run, TWIN, "denied_after", side="east") == pytest.approx(1 - after / 10)


def test_denied_90_without_a_window() -> None:
    """No policy, or too little of the record after it, leaves the headline undefined."""
    run = weekly([10])
    assert value(run, run, "denied_90", side="east", column="reason") == "no policy compared acts within the record"
    late = ByHand(world(policies__ban__effective="2022-10-01"))
    pair = late.records(), ByHand(late.world, ("ban",)).records()
    assert value(*pair, "denied_90", side="east", column="reason").startswith("fewer than 13 weeks")


def test_half_life() -> None:
    """Thirteen weeks without supply: the 13-week share peaks at 1 and is at 6/13 seven weeks later."""
    run = weekly([10] * 20 + [0] * 13 + [10] * (TICKS - 33))
    assert value(run, TWIN, "half_life", side="east") == 7


def test_half_life_censored_and_undefined() -> None:
    """An effect that never halves is censored at the end, one that never begins has no half-life."""
    run = weekly([10] * 20 + [0] * (TICKS - 20))
    assert value(run, TWIN, "half_life", side="east", column="reason").startswith("censored")
    assert value(run, TWIN, "half_life", side="east", column="above") == TICKS - 1 - 32
    assert value(TWIN, TWIN, "half_life", side="east", column="reason") == "the peak is below 0.05"
    assert value(run, TWIN, "half_life", side="west", column="reason").startswith("fewer than 100")


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=60))
def test_half_life_is_where_it_says(shares: list[float]) -> None:
    """The tick found is the first at half the peak or less."""
    course = np.array(shares)
    ticks, seen, reason = half_life_of(course)
    peak = int(np.argmax(course))
    if not reason:
        assert course[peak + ticks] <= course[peak] / 2
        assert (course[peak : peak + ticks] > course[peak] / 2).all()
    elif reason.startswith("censored"):
        assert (course[peak:] > course[peak] / 2).all()
        assert peak + seen == course.size - 1
    else:
        assert course[peak] < 0.05


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_share_denied(d: float, d0: float) -> None:
    """At most 1; undefined below 100 units in the twin."""
    share, reason = share_denied(d, d0)
    assert math.isnan(share) == bool(reason) == (d0 < 100)
    assert math.isnan(share) or share <= 1
