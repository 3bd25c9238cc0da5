"""Conditions are read, told and met."""

import numpy as np
import pytest

from sim.discovery.condition import Condition, condition, parse_condition
from sim.discovery.errors import DiscoveryError


@pytest.mark.parametrize(
    ("text", "words", "met"),
    [
        ("out:side<2", "below 2", [1]),
        ("out:side<=2", "at most 2", [1, 2]),
        ("out:side > 2", "above 2", [3, np.inf]),
        ("out:side>=2", "at least 2", [2, 3, np.inf]),
        ("1<out:side<3", "between 1 and 3", [2]),
        ("1 <= out:side <= 2", "between 1 and 2", [1, 2]),
        ("out:side<-1e-3", "below -0.001", []),
    ],
)
def test_a_condition_is_read_told_and_met(text: str, words: str, met: list[float]) -> None:
    found = parse_condition(text)
    y = np.array([1.0, 2.0, 3.0, np.inf, np.nan])
    assert found.outcome == "out:side"
    assert found.words == words
    assert y[found.met(y)].tolist() == met
    assert parse_condition(str(found)) == found


@pytest.mark.parametrize(
    "text", ["", "out", "<1", "out<", "out<1<2", "1>out<2", "3<out<1", "out=1", "out<nan", "1<2<3<4"]
)
def test_what_is_no_condition_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(DiscoveryError, match="write "):
        parse_condition(text)


def test_arguments_make_the_same_conditions() -> None:
    assert condition("a", below=1) == Condition("a", high=1.0)
    assert condition("a", above=1) == Condition("a", low=1.0)
    assert condition("a", between=(1, 2)) == parse_condition("1<=a<=2")
    with pytest.raises(DiscoveryError, match="it must be two numbers"):
        condition("a", between=3)  # type: ignore[arg-type]
