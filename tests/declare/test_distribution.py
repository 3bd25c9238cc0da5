"""Distributions: quantiles, means, supports, and what is no distribution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.declare.distribution import Distribution
from sim.declare.errors import BadValue

U = np.linspace(0.0, 1.0, 401)


def rising(count: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(-1e6, 1e6), min_size=count, max_size=count).map(sorted)


SHAPES = st.floats(0.3, 30.0)
PLAIN = st.one_of(
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6).map(lambda x: {"constant": x}),
    rising(2).map(lambda row: {"uniform": row}),
    rising(3).map(lambda row: {"triangular": row}),
    st.builds(lambda m, c: {"lognormal": {"mean": m, "cv": c}}, st.floats(1e-3, 1e6), st.floats(0.0, 3.0)),
    st.builds(
        lambda a, b, ends: {"beta": {"a": a, "b": b, "low": ends[0], "high": ends[1]}}, SHAPES, SHAPES, rising(2)
    ),
    st.dictionaries(st.floats(-1e6, 1e6).map(repr), st.floats(0.01, 5.0), min_size=1, max_size=5).map(
        lambda options: {"choice": options}
    ),
)


@settings(max_examples=150, deadline=None)
@given(PLAIN)
def test_quantiles_rise_within_the_support(plain: Any) -> None:
    found = Distribution.parse(plain)
    values = found.quantile(U)
    low, high = found.support()
    assert (np.diff(values) >= 0.0).all()
    assert low <= values[0] and values[-1] <= high
    slack = 1e-9 * max(1.0, abs(low), abs(high))
    assert low - slack <= found.mean <= high + slack


@settings(max_examples=100, deadline=None)
@given(PLAIN)
def test_plain_form_reads_back(plain: Any) -> None:
    found = Distribution.parse(plain)
    assert Distribution.parse(found.to_plain()) == found


@settings(max_examples=100, deadline=None)
@given(PLAIN, st.just(0.0) | st.floats(1e-6, 100.0))
def test_scaling_scales_quantiles(plain: Any, factor: float) -> None:
    found = Distribution.parse(plain)
    low, high = found.support()
    scaled = found.scaled(factor).quantile(U)
    assert np.allclose(
        scaled, found.quantile(U) * factor, rtol=1e-9, atol=1e-9 * max(1.0, abs(low), abs(high)) * factor
    )


@pytest.mark.parametrize(
    "plain",
    [
        3.0,
        {"uniform": [1, 5]},
        {"triangular": [0, 1, 4]},
        {"triangular": [0, 0, 4]},
        {"triangular": [0, 4, 4]},
        {"lognormal": {"mean": 2.0, "cv": 0.7}},
        {"beta": {"a": 2, "b": 5, "low": 1, "high": 3}},
        {"beta": {"a": 0.5, "b": 0.5}},
        {"beta": {"a": 80, "b": 2}},
        {"beta": {"a": 1000, "b": 3000}},
        {"choice": {"1": 1, "2.5": 3}},
    ],
)
def test_mean_is_that_of_the_quantiles(plain: Any) -> None:
    found = Distribution.parse(plain)
    middle = (np.arange(100_000) + 0.5) / 100_000
    assert math.isclose(found.quantile(middle).mean(), found.mean, rel_tol=2e-3)


def test_beta_against_the_closed_forms() -> None:
    """Beta(a, 1) has quantiles u**(1/a), Beta(1, b) 1 - (1 - u)**(1/b), Beta(½, ½) sin²(πu/2)."""
    u = np.linspace(0.001, 0.999, 999)
    for a in (0.4, 1.0, 3.0, 20.0):
        assert np.abs(Distribution.parse({"beta": {"a": a, "b": 1}}).quantile(u) - u ** (1 / a)).max() < 2e-4
        assert (
            np.abs(Distribution.parse({"beta": {"a": 1, "b": a}}).quantile(u) - (1 - (1 - u) ** (1 / a))).max() < 2e-4
        )
    arcsine = Distribution.parse({"beta": {"a": 0.5, "b": 0.5}}).quantile(u)
    assert np.abs(arcsine - np.sin(np.pi * u / 2) ** 2).max() < 1e-5


def test_lognormal_median_and_spread() -> None:
    found = Distribution.parse({"lognormal": {"mean": 1.0, "cv": 1.0}})
    sigma = math.sqrt(math.log(2.0))
    expected = [math.exp(-0.5 * sigma**2), math.exp(sigma * 1.959963984540054 - 0.5 * sigma**2)]
    assert np.allclose(found.quantile(np.array([0.5, 0.975])), expected, rtol=1e-8)


def test_support_of_a_lognormal_is_what_keyed_draws_reach() -> None:
    found = Distribution.parse({"lognormal": {"mean": 1.0, "cv": 0.5}})
    draws = found.quantile(np.array([0.5 * 2.0**-32, 1.0 - 0.5 * 2.0**-32]))
    assert found.support() == tuple(draws.tolist())
    assert found.quantile(np.array([0.0, 1e-300, 1.0])).tolist() == [draws[0], draws[0], draws[1]]


@given(st.permutations([("AA", 1.0), ("BB", 2.0), ("CC", 0.0), ("DD", 1.0)]))
def test_order_of_options_does_not_matter(options: list[tuple[str, float]]) -> None:
    found = Distribution.parse({"choice": dict(options)}, words=True)
    assert found.words == ("AA", "BB", "CC", "DD")
    assert found.pick(np.array([0.0, 0.2, 0.3, 0.74, 0.76, 1.0])) == ["AA", "AA", "BB", "BB", "DD", "DD"]


def test_a_word_is_a_choice_of_one() -> None:
    found = Distribution.parse("AA", words=True)
    assert found.pick(np.array([0.1, 0.9])) == ["AA", "AA"]
    assert found.to_plain() == "AA"
    assert found == Distribution.parse({"choice": {"AA": 1.0}}, words=True)
    with pytest.raises(TypeError):
        found.quantile(U)
    with pytest.raises(TypeError):
        Distribution.parse(1.0).pick(U)


def test_zero_weight_is_never_drawn() -> None:
    found = Distribution.parse({"choice": {"1": 1.0, "9": 0.0}})
    assert found.quantile(np.array([1.0])).tolist() == [1.0]
    assert found.support() == (1.0, 1.0)


@pytest.mark.parametrize(
    "value",
    [
        True,
        "3",
        None,
        float("inf"),
        {},
        {"unifrom": [0, 1]},
        {"uniform": [1, 0]},
        {"uniform": [0, 1, 2]},
        {"uniform": [0, float("nan")]},
        {"uniform": 3},
        {"uniform": [0, 1], "constant": 3},
        {"triangular": [0, 5, 1]},
        {"constant": "x"},
        {"lognormal": {"mean": 0, "cv": 1}},
        {"lognormal": {"mean": 1, "cv": -1}},
        {"lognormal": {"mean": 1}},
        {"lognormal": {"mean": 1, "cv": 1, "sd": 1}},
        {"lognormal": [1, 2]},
        {"beta": {"a": 0, "b": 1}},
        {"beta": {"a": 1, "b": 1, "low": 2, "high": 1}},
        {"choice": {}},
        {"choice": {"a": 1}},
        {"choice": {"nan": 1}},
        {"choice": {"1": -1}},
        {"choice": {"1": 0}},
        {"choice": {"1": 1, "1.0": 1}},
        {"choice": ["1"]},
    ],
)
def test_what_is_no_distribution(value: object) -> None:
    with pytest.raises(BadValue) as caught:
        Distribution.parse(value)
    assert caught.value.code == "S208"


@pytest.mark.parametrize("value", [3, "", {"uniform": [0, 1]}, {"choice": {}}, ["AA"]])
def test_what_is_no_choice_of_words(value: object) -> None:
    with pytest.raises(BadValue) as caught:
        Distribution.parse(value, words=True)
    assert caught.value.code == "S208"


def test_misspelt_names_have_a_nearest() -> None:
    with pytest.raises(BadValue) as caught:
        Distribution.parse({"unifrom": [0, 1]})
    assert caught.value.nearest == "uniform"
    with pytest.raises(BadValue) as caught:
        Distribution.parse({"lognormal": {"maen": 1, "cv": 1}})
    assert (caught.value.nearest, caught.value.at) == ("mean", ("lognormal", "maen"))
