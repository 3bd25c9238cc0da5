"""Names, files, tables and dicts become the same scenario, in whatever order."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import SMALL, problems_of, small_data, toml_text

from sim.declare.errors import ScenarioError
from sim.scenario.loading import load, parse_changes
from sim.scenario.shipped import scenarios_dir, shipped

SCENARIO = load(SMALL)


def shuffled(value: Any, order: random.Random) -> Any:
    """Tables in another order; lists of names too."""
    if isinstance(value, dict):
        items = [(key, shuffled(entry, order)) for key, entry in value.items()]
        order.shuffle(items)
        return dict(items)
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return order.sample(value, len(value))
    return value


def test_the_small_world() -> None:
    assert SCENARIO.name == "small"
    assert SCENARIO.title == "A small world"
    assert SCENARIO.time.start == date(2022, 1, 3)
    assert SCENARIO.groups["trader"].jurisdiction.words == ("AA", "BB")
    assert list(SCENARIO.groups) == sorted(SCENARIO.groups)
    assert type(SCENARIO.policies["ban"]).__name__ == "ExportBanFields"
    assert SCENARIO.policies["ban"].traits == {"flight_minutes": 30.0}


def test_rows_of_a_table_and_entries_over_them() -> None:
    leg = SCENARIO.legs["AA-CC"]
    assert leg.lead_weeks == 2.5
    assert leg.inspection.values == (0.05,), "the entry in the file goes over the row"
    assert leg.capacity.at(date(2022, 5, 1)) == 100_000.0, "a dotted column"
    assert SCENARIO.legs["BB-BB"].freight == 0.03, "an empty cell gives nothing"
    assert SCENARIO.products["mini"].hs_code == "880622"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_order_in_the_file_changes_nothing(seed: int) -> None:
    data = shuffled(small_data(), random.Random(seed))
    found = load(data)
    assert found.hash == SCENARIO.hash
    assert found.to_dict() == SCENARIO.to_dict()


def test_plain_data_and_toml_read_back(tmp_path: Path) -> None:
    file = tmp_path / "again.toml"
    file.write_text(toml_text(small_data()), encoding="utf-8")
    assert load(file).hash == load(str(file)).hash == load(small_data()).hash == SCENARIO.hash
    assert load(SCENARIO) is SCENARIO


def test_loading_leaves_the_data_as_it_was() -> None:
    data = small_data()
    load(data, {"groups.trader.count": 3, "groups.maker.capacity.mini": 1})
    assert data == small_data()


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def extended(folder: Path, text: str) -> Any:
    return load(write(folder, "child.toml", f'extends = "{SMALL.as_posix()}"\n' + text))


def test_extending_merges_by_key(tmp_path: Path) -> None:
    found = extended(
        tmp_path, '[groups.trader]\ncount = 3\n[groups.maker.capacity]\nmini = 7\n[policies.ban]\nsides = ["west"]'
    )
    assert found.name == "child"
    assert found.title == "child", "the title is that of the file alone"
    assert found.groups["trader"].count == 3
    assert found.groups["trader"].slots == 6
    assert list(found.groups["maker"].capacity) == ["mini", "part"]
    assert found.groups["maker"].capacity["mini"].values == (7.0,)
    assert found.policies["ban"].sides == ("west",), "lists are replaced whole"


def test_schedules_and_distributions_are_replaced_whole(tmp_path: Path) -> None:
    text = (
        "[groups.maker.capacity]\npart = { step = { 2023-01-01 = 1 } }\n"
        "[groups.fund]\nbudget = { step = { 2022-01-01 = 5 } }\n"
        "[groups.trader]\nsize = { uniform = [0.5, 1.5] }\njurisdiction = { choice = { BB = 1 } }"
    )
    found = extended(tmp_path, text)
    assert found.groups["maker"].capacity["part"].values == (1.0,)
    assert found.groups["fund"].budget.kind == "step"
    assert found.groups["trader"].size.kind == "uniform"
    assert found.groups["trader"].jurisdiction.words == ("BB",)


def test_evidence_follows_the_value(tmp_path: Path) -> None:
    found = extended(tmp_path, '[groups.trader]\nmark_up = 0.3\nmark_up_max = 2.0\nevidence = { mark_up_max = "P99" }')
    group = found.groups["trader"]
    assert SCENARIO.groups["trader"].evidence_of("mark_up") == "P12"
    assert group.evidence_of("mark_up") == "assumed", "what was known of the old value is not known of the new"
    assert group.evidence_of("mark_up_max") == "P99"
    assert SCENARIO.with_changes({"groups.trader.mark_up": 0.3}).groups["trader"].evidence_of("mark_up") == "assumed"


def test_disabled_tables_go_with_what_hangs_on_them(tmp_path: Path) -> None:
    found = extended(tmp_path, "[policies.search]\nenabled = false\n[groups.fund]\nenabled = false")
    assert "search" not in found.policies
    assert "added" not in found.uncertain, "it led into the policy"
    assert "hand_on" not in found.links, "no seller is left"
    assert found.links["retail"].buyers == ("east_units", "hobby", "west_units")
    gone = load(SMALL, {"jurisdictions.DD.enabled": False, "groups.west_units.enabled": False})
    assert not [key for key in gone.legs if "DD" in key]


def test_a_removed_table_that_is_still_named_is_an_error() -> None:
    (problem,) = problems_of(SMALL, {"products.part.enabled": False, "groups.trader.products": ["mini"]})[:1]
    assert problem.code == "S301"
    assert "enabled = false" in problem.message


def test_extending_by_relative_path_and_name(tmp_path: Path) -> None:
    write(tmp_path, "base.toml", toml_text(small_data()))
    (tmp_path / "below").mkdir()
    child = write(tmp_path / "below", "child.toml", 'extends = "../base.toml"\n[market]\ncalls = 4')
    assert load(child).market.calls == 4
    beside = write(tmp_path, "beside.toml", 'extends = "base"\n[market]\ncalls = 1')
    assert load(beside).market.calls == 1
    assert load({"extends": str(child), "market": {"price_weight": 1.0}}).market.calls == 4


def test_changes_typed_on_a_command_line() -> None:
    changes = parse_changes(
        [
            "policies.ban.intensity=0.5",
            "groups.trader.jurisdiction = AA",
            "products.kit.hs_code=880621",
            "groups.hobby.demand.mini={step = {2022-01-01 = 5, 2022-06-01 = 6}}",
            "time.end=2022-06-30",
            "policies.list.enabled=false",
            'policies.ban.sides=["east"]',
        ]
    )
    found = load(SMALL, changes)
    assert found.policies["ban"].intensity.values == (0.5,)
    assert found.groups["trader"].jurisdiction.words == ("AA",)
    assert found.products["kit"].hs_code == "880621"
    assert found.groups["hobby"].demand["mini"].values == (5.0, 6.0)
    assert found.time.end == date(2022, 6, 30)
    assert "list" not in found.policies
    assert found.policies["ban"].sides == ("east",)


@pytest.mark.parametrize("text", ["policies.ban.intensity", "=3", "a..b=3", ""])
def test_what_is_no_change(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_changes([text])
    assert caught.value.codes == ["S106"]


def test_shipped_scenarios_are_found_by_name() -> None:
    assert scenarios_dir().name == "scenarios"
    for name, path in shipped().items():
        assert path.stem == name
