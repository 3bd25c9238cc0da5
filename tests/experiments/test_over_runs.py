"""Runs joined."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.differences import differences
from sim.experiments.over_runs import over_runs, wilson
from sim.experiments.traces import traces, trailing_sum
from sim.measures.frame import KEYS
from tests.measures.cases import run_by_hand, twin_by_hand


def rows(measure: str, values: list[float], **more: object) -> pd.DataFrame:
    """One value a seed."""
    filled = {"side": "east", "product": "", "by": "", "item": "", "window": "w", "above": math.nan, "twin": math.nan}
    frame = pd.DataFrame({"measure": measure, "value": values, "seed": range(1, len(values) + 1), "unit": "u"})
    for name, value in {**filled, "reason": "", **more}.items():
        frame[name] = value
    return frame[[*KEYS, "value", "above", "twin", "unit", "reason", "seed"]]


def test_mean_and_quantiles() -> None:
    """Mean over the runs in which it is defined, and their 5% and 95% quantiles."""
    frame = rows("denied", [0.1, 0.2, math.nan, 0.6], reason=["", "", "too few", ""])
    joined = over_runs(frame).iloc[0]
    assert joined["estimate"] == pytest.approx(0.3)
    assert (joined["low"], joined["high"]) == pytest.approx(tuple(np.quantile([0.1, 0.2, 0.6], [0.05, 0.95])))
    assert (joined["n"], joined["runs"], joined["reason"]) == (3, 4, "")


def test_undefined_everywhere() -> None:
    """The commonest reason is told."""
    frame = rows("denied", [math.nan] * 3, reason=["b", "a", "b"])
    joined = over_runs(frame).iloc[0]
    assert math.isnan(joined["estimate"])
    assert (joined["n"], joined["reason"]) == (0, "b")


def test_one_run_has_no_interval() -> None:
    """A single value says nothing of its spread."""
    joined = over_runs(rows("denied", [0.4])).iloc[0]
    assert joined["estimate"] == 0.4
    assert math.isnan(joined["low"])


def test_censored_values_count_as_large() -> None:
    """With a censored run the mean is known from below only: it lies above the mean of values and bounds."""
    some = rows("delay", [2.0, 3.0, math.nan], above=[math.nan, math.nan, 9.0], reason=["", "", "censored"])
    joined = over_runs(some).iloc[0]
    assert (joined["low"], joined["high"], joined["n"]) == (2.0, math.inf, 3)
    assert math.isnan(joined["estimate"])
    assert joined["above"] == pytest.approx((2.0 + 3.0 + 9.0) / 3)
    most = rows("delay", [2.0, math.nan, math.nan], above=[math.nan, 7.0, 9.0], reason=["", "censored", "censored"])
    joined = over_runs(most).iloc[0]
    assert math.isnan(joined["estimate"])
    assert joined["above"] == pytest.approx((2.0 + 7.0 + 9.0) / 3)


def test_delay_is_a_mean_as_its_twin_is() -> None:
    """Delays 1, 1, 1 and 2 weeks: their mean, not their median, beside the mean of the twins and how many have one."""
    frame = rows("delay", [1.0, 1.0, 1.0, 2.0], twin=[1.0, 1.0, math.nan, 4.0])
    joined = over_runs(frame).iloc[0]
    assert (joined["estimate"], joined["twin"], joined["twin_n"]) == (1.25, 2.0, 3)


def test_delays_of_two_arms_lie_as_far_apart_as_their_difference() -> None:
    """Medians over runs would be 1 and 4, 3 apart, beside a mean difference of 2."""
    arms = {"a": [1.0, 1.0, 1.0, 2.0], "b": [1.0, 4.0, 4.0, 4.0]}
    frame = pd.concat([rows("delay", values).assign(arm=arm) for arm, values in arms.items()], ignore_index=True)
    means = {arm: over_runs(frame[frame["arm"] == arm])["estimate"].iloc[0] for arm in arms}
    apart = differences(frame, list(arms)).iloc[0]
    assert means == {"a": 1.25, "b": 3.25}
    assert means["b"] - means["a"] == apart["difference"] == 2.0


def test_items_that_a_run_lacks_are_zero() -> None:
    """A corridor that nothing took in one run counts as 0 there, unless nothing at all was delivered."""
    shares = [
        rows("corridor_share", [0.4], by="corridor", item="A>B"),
        rows("corridor_share", [1.0], by="corridor", item="C"),
    ]
    shares[1]["seed"] = 2
    nothing = rows("corridor_share", [math.nan], by="corridor", reason="nothing delivered").assign(seed=3)
    joined = over_runs(pd.concat([*shares, nothing], ignore_index=True)).set_index("item")
    assert joined.loc["A>B", "estimate"] == pytest.approx(0.2)
    assert joined.loc["A>B", "n"] == 2
    lone = [rows("mark_up", [0.4], by="hop", item="1"), rows("mark_up", [0.2], by="hop", item="2").assign(seed=2)]
    assert over_runs(pd.concat(lone, ignore_index=True))["estimate"].tolist() == [0.4, 0.2]


def test_proportion() -> None:
    """The headline is a share of runs, with Wilson's interval."""
    joined = over_runs(rows("denied_90", [1.0, 0.0, 0.0, 1.0])).iloc[0]
    assert joined["estimate"] == 0.5
    assert (joined["low"], joined["high"]) == pytest.approx(wilson(2, 4))


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson(pair: tuple[int, int]) -> None:
    """It holds the share and stays within 0 and 1."""
    low, high = wilson(*pair)
    assert 0 <= low <= pair[0] / pair[1] + 1e-12
    assert pair[0] / pair[1] <= high + 1e-12 <= 1 + 2e-12


def test_traces() -> None:
    """Supply is a mean over four weeks, price a ratio over them, cover stock over need."""
    b, twin = run_by_hand(), twin_by_hand()
    b.set("stock", 30.0, "east", "quad")
    b.set("planned", 40.0, "east", "quad")
    frame = traces(b.records(), np.ones(2, bool), twin.records()).set_index(["side", "tick"])
    assert frame.loc[("east", 5), "supply"] == 25
    assert frame.loc[("east", 8), "supply"] == 25
    assert frame.loc[("east", 9), "supply"] == 0
    assert frame.loc[("east", 8), "price"] == pytest.approx(1.5)
    assert math.isnan(frame.loc[("east", 9), "price"])
    assert frame.loc[("west", 12), "home_made"] == 7.5
    assert frame.loc[("civil", 3), "supply"] == 50
    assert frame.loc[("east", 0), "cover"] == 3
    assert math.isnan(frame.loc[("west", 0), "cover"])


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.integers(1, 6))
def test_trailing_sum(values: list[int], length: int) -> None:
    """The last few values up to each."""
    found = trailing_sum(np.array(values, float), length)
    assert found.tolist() == [sum(values[max(0, at + 1 - length) : at + 1]) for at in range(len(values))]
