"""Compiled columns are those of record, bit for bit; and worlds may share what depends on their legs alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.declare.distribution import Distribution
from sim.declare.floats import exp_of_record, inverse_normal, log_of_record
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.floats import exp_each, inverse_normal_each, log_each, quantiles
from sim.world.people import Traits

EDGES = [0.0, -0.0, 1.0, 5e-324, 1e-310, 700.0, 709.9, -745.2, -708.5, np.inf, -np.inf, np.nan]
INNER = np.concatenate([[2.0**-33, 1.0 - 2.0**-33, 0.02425, 0.97575, 0.5], (np.arange(2_000) + 0.5) / 2_000])
"""Probabilities in the centre of the approximation, in both tails, at their borders and at the ends."""


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal to the bit; any NaN is like any other."""
    nan = np.isnan(one)
    return bool((nan == np.isnan(other)).all() and (one[~nan].view(np.int64) == other[~nan].view(np.int64)).all())


def test_exp_and_log_of_columns_are_those_of_record() -> None:
    """3,000 numbers over the whole range, and the edges."""
    x = np.concatenate([EDGES, np.random.default_rng(1).uniform(-750.0, 720.0, 3_000)])
    assert same(exp_each(x), np.array([exp_of_record(each) for each in x.tolist()]))
    positive = np.concatenate([EDGES, exp_each(x), np.linspace(0.5, 2.0, 1_001)])
    assert same(log_each(positive), np.array([log_of_record(each) for each in positive.tolist()]))


def test_inverse_normal_of_columns_is_that_of_record() -> None:
    """Centre and tails."""
    assert same(inverse_normal_each(INNER), np.array([inverse_normal(u) for u in INNER.tolist()]))


@pytest.mark.parametrize(
    "spread",
    [
        3.5,
        {"uniform": [1, 3]},
        {"triangular": [1, 2, 4]},
        {"lognormal": {"mean": 2.0, "cv": 0.7}},
        {"lognormal": {"mean": 1e-3, "cv": 0.0}},
        {"lognormal": {"mean": 5e4, "cv": 40.0}},
        {"beta": {"a": 2, "b": 5}},
        {"choice": {"1": 0.2, "4": 0.8}},
    ],
    ids=str,
)
def test_quantiles_are_those_of_the_distribution(spread: Any) -> None:
    """Every kind, at the ends 0 and 1 too."""
    of, u = Distribution.parse(spread), np.concatenate([[0.0, 1.0], INNER])
    assert same(quantiles(of, u), of.quantile(u))


def test_traits_are_the_quantiles_of_their_draws() -> None:
    """Every trait of every group of the small world that is a distribution over numbers, drawn the plain way."""
    scenario = load("small")
    world = build(scenario, 3)
    traits = Traits(scenario, 3, world.names, world.calendar)
    kinds = set()
    for name in sorted({name for fields in traits.fields for name in type(fields).model_fields}):
        given = [getattr(fields, name, None) for fields in traits.fields]
        if not any(isinstance(value, Distribution) and not value.is_words for value in given):
            continue
        u, found = traits.uniform(name), traits.number(name, missing=-7.0)
        for g, value in enumerate(given):
            rows = traits.rows(g)
            expected = np.full(len(u[rows]), -7.0) if value is None else value.quantile(u[rows])
            assert same(found[rows], expected), name
            kinds.add(None if value is None else value.kind)
    assert {None, "constant", "lognormal"} <= kinds


def test_worlds_share_the_columns_of_corridors_that_hang_on_legs_alone() -> None:
    """Lead times and freight are each world's own."""
    one = build(load("small"), 1).corridors
    legs = sorted(load("small").legs)
    other = build(load("small", {f"legs.{legs[0]}.lead_weeks": 9.0}), 2).corridors
    assert one.legs is other.legs
    assert one.names is other.names
    assert not np.array_equal(one.lead, other.lead)
    assert len(one.lead) == len(one.count) == len(other.freight)
