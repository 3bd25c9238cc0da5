"""Scenarios change by path, draw, drop policies, and know their hash."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import SMALL

from sim.declare.errors import ScenarioError
from sim.scenario.loading import load

SCENARIO = load(SMALL)


def test_changes_by_path() -> None:
    found = SCENARIO.with_changes(
        {"policies.ban.intensity": 0.25, "groups.east_units.demand.kit": 5, "market.calls": 1}
    )
    assert found.policies["ban"].intensity.values == (0.25,)
    assert found.groups["east_units"].demand["kit"].values == (5.0,)
    assert found.market.calls == 1
    assert SCENARIO.market.calls == 2
    assert SCENARIO.with_changes({}) is SCENARIO


def test_a_table_can_be_added_by_path() -> None:
    new = {"kind": "inspection", "effective": "2022-05-01", "added": 0.1}
    assert SCENARIO.with_changes({"policies.more": new}).policies["more"].added == 0.1


def test_parts_of_a_value_change_by_path() -> None:
    found = SCENARIO.with_changes(
        {"groups.trader.size.lognormal.cv": 0.1, "groups.maker.capacity.part.step.2022-07-01": 1}
    )
    assert found.groups["trader"].size.numbers == (1.0, 0.1)
    assert found.groups["maker"].capacity["part"].values == (9000.0, 1.0)


def test_wrong_changes_are_gathered() -> None:
    with pytest.raises(ScenarioError) as caught:
        SCENARIO.with_changes({"groups.traders.count": 3, "marketing.calls": 3, "groups.trader": 3})
    assert [(p.code, p.nearest) for p in caught.value.problems] == [
        ("S107", ""),
        ("S107", "groups.trader.count"),
        ("S107", "market.calls"),
    ]
    with pytest.raises(ScenarioError) as caught:
        SCENARIO.with_changes({"groups.trader.cuont": 3, "market.calls": 9, "groups.trader.count.more": 1})
    assert [problem.path for problem in caught.value.problems] == ["groups.trader.count.more"]
    with pytest.raises(ScenarioError) as caught:
        SCENARIO.with_changes({"groups.trader.cuont": 3, "market.calls": 9})
    assert [(p.code, p.path, p.file) for p in caught.value.problems] == [
        ("S201", "groups.trader.cuont", "the changes given"),
        ("S204", "market.calls", "the changes given"),
    ]


def test_without_policies() -> None:
    some = SCENARIO.without_policies(["search"])
    assert list(some.policies) == ["ban", "list", "stop"]
    assert "added" not in some.uncertain
    assert SCENARIO.without_policies("search").hash == some.hash
    none = SCENARIO.without_policies()
    assert not none.policies and not none.levers
    assert none.without_policies().hash == none.hash
    with pytest.raises(ScenarioError) as caught:
        SCENARIO.without_policies(["serch"])
    assert (caught.value.codes, caught.value.problems[0].nearest) == (["S307"], "search")


def test_draws() -> None:
    found = SCENARIO.with_draws({"added": 0.1, "part_capacity": 0.5, "east_need": 2.0, "ban_intensity": 0.75})
    assert found.policies["search"].added == 0.1
    assert found.groups["maker"].capacity["part"].values == (4500.0, 6000.0)
    assert found.groups["east_units"].demand["mini"].values == (600.0,)
    assert found.policies["ban"].intensity.values == (0.75,)
    with pytest.raises(ScenarioError) as caught:
        SCENARIO.with_draws({"aded": 0.1})
    assert caught.value.problems[0].nearest == "added"


def test_draws_of_whole_numbers_are_rounded() -> None:
    entry = {"path": "groups.trader.count", "distribution": {"uniform": [5, 20]}}
    found = SCENARIO.with_changes({"uncertain.traders": entry}).with_draws({"traders": 7.6})
    assert found.groups["trader"].count == 8


def test_a_factor_scales_a_distribution() -> None:
    entry = {"path": "groups.trader.mark_up", "distribution": {"uniform": [0.5, 2]}, "role": "factor"}
    found = SCENARIO.with_changes({"uncertain.margin": entry}).with_draws({"margin": 2.0})
    assert found.groups["trader"].mark_up.numbers == (0.2, 0.4, 0.8)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.05, 0.4), st.floats(0.5, 2.0), st.floats(0.0, 1.0))
def test_every_draw_within_its_support_is_valid(added: float, need: float, intensity: float) -> None:
    found = SCENARIO.with_draws({"added": added, "east_need": need, "ban_intensity": intensity})
    assert found.hash != SCENARIO.hash


def test_what_stands_at_a_path() -> None:
    spot = SCENARIO.at("policies.search.added")
    assert (spot.value, spot.unit, spot.form) == (0.2, "share of consignments", "number")
    assert SCENARIO.at("policies.search.intensity").form == "schedule"
    assert SCENARIO.at("policies.search.intensity.step.2022-09-01").value == 1.0
    assert SCENARIO.at("groups.trader.mark_up").form == "distribution"
    assert SCENARIO.at("groups.trader.size.lognormal.cv").value == 0.8
    assert SCENARIO.at("groups.trader.count").form == "whole"
    assert SCENARIO.at("groups.trader.jurisdiction").form == "other"
    assert SCENARIO.at("time.burn_in").form == "whole"


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("policie.search.added", "policies.search.added"),
        ("policies.serch.added", "policies.search.added"),
        ("policies.search.aded", "policies.search.added"),
        ("groups.east_units.demand.mni", "groups.east_units.demand.mini"),
        ("market.call", "market.calls"),
        ("policies.search", ""),
        ("policies", ""),
        ("", ""),
        ("groups.trader.count.more", ""),
    ],
)
def test_a_path_that_leads_nowhere(path: str, nearest: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        SCENARIO.at(path)
    assert (caught.value.codes, caught.value.problems[0].nearest) == (["S305"], nearest)


def test_the_hash_is_that_of_what_a_run_depends_on() -> None:
    silent = {
        "title": "Other",
        "description": "Other.",
        "groups.trader.title": "Other",
        "groups.trader.evidence": "P77",
    }
    assert SCENARIO.with_changes(silent).hash == SCENARIO.hash
    assert SCENARIO.with_changes({"groups.trader.count": 13}).hash != SCENARIO.hash
    assert SCENARIO.with_changes({"groups.trader.count": 12.0}).hash == SCENARIO.hash
    assert SCENARIO.with_changes({"groups.maker.jurisdiction": {"choice": {"AA": 1}}}).hash == SCENARIO.hash


def test_plain_data_is_plain() -> None:
    data = SCENARIO.to_dict()
    assert load(json.loads(json.dumps(data))).to_dict() == data
    assert data["time"]["start"] == "2022-01-03"


def test_a_scenario_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SCENARIO.name = "other"  # type: ignore[misc]


def test_a_section_as_a_frame() -> None:
    """A row an id, plain values; levers with what they move."""
    groups = SCENARIO.frame("groups")
    assert list(groups.index) == list(SCENARIO.groups)
    assert list(groups.columns[:2]) == ["title", "kind"]
    assert not {"evidence", "enabled"} & set(groups.columns)
    levers = SCENARIO.with_changes({"policies.ban.intensity": 0.25}).frame("levers")
    assert levers.loc["ban_intensity", "value"] == 0.25
    assert SCENARIO.frame("uncertain")["value"].notna().all()
    ways = SCENARIO.with_changes({"evasion.x": {"kind": "rerouting", "cost": 7.0}}).frame("evasion")
    assert ways.loc["x", ["kind", "cost"]].tolist() == ["rerouting", 7.0] and SCENARIO.frame("evasion").empty
    assert SCENARIO.without_policies().frame("policies").empty
    with pytest.raises(KeyError, match="there is no section 'group'; sections of tables are sides"):
        SCENARIO.frame("group")


def test_a_scenario_is_one_line() -> None:
    assert repr(SCENARIO).startswith(f"<Scenario {SCENARIO.name}: ")
    assert f"{len(SCENARIO.groups)} groups" in repr(SCENARIO)
    assert len(repr(SCENARIO)) < 200
