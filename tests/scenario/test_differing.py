"""What one scenario has otherwise than another."""

from __future__ import annotations

import pytest

import sim
from sim.scenario.differing import Change, differing, toml
from sim.scenario.loading import parse_changes


def test_nothing_differs_from_itself() -> None:
    assert differing(sim.load("small"), sim.load("small")) == []


def test_titles_and_evidence_are_no_difference() -> None:
    other = sim.load("small", {"policies.eu_ban.title": "x", "policies.eu_ban.evidence": "T03"})
    assert differing(sim.load("small"), other) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"policies.china_ban.enabled": False, "policies.eu_ban.intensity": 0.25},
        {"policies.more": {"kind": "levy", "effective": "2023-05-01", "origins": ["TR"], "rate": 0.1}},
        {"groups.ru_state.ceiling": 3.5, "products.thermal.substitutes": {"consumer": 0.2}},
        {"policies.eu_ban.intensity": {"step": {"2023-03-06": 1.0, "2023-06-05": 0.5}}, "time.burn_in": 10},
    ],
)
def test_typed_changes_lead_to_the_other_scenario(changes: dict[str, object]) -> None:
    one, other = sim.load("small"), sim.load("small", changes)
    found = differing(one, other)
    assert len(found) == len(changes)
    assert sim.load(one, parse_changes(change.typed() for change in found)).hash == other.hash


def test_what_may_be_varied_counts_where_it_is_asked_for() -> None:
    other = sim.load("small", {"levers.ban.high": 0.5})
    assert differing(sim.load("small"), other) == []
    assert differing(sim.load("small"), other, space=True) == [Change("levers.ban.high", 1.0, 0.5)]


def test_a_value_that_is_gone_cannot_be_typed() -> None:
    with pytest.raises(ValueError, match="is gone"):
        Change("policies.a.b", 1, None).typed()


def test_toml() -> None:
    assert toml('a "b"') == r'"a \"b\""'
    assert toml([True, 1, 2.5]) == "[true, 1, 2.5]"
