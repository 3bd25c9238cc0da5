"""Broken scenarios: what a user gets to read is stored, complete, and for every code."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import SMALL, problems_of, small_data

from sim.declare.errors import CODES, Problem, ScenarioError
from sim.scenario.loading import load
from sim.scenario.model import Scenario
from tests.scenario.broken import FOLDER, Case, cases, codes_in, split

CASES = cases()
WITHOUT_A_VALUE = {
    "S103": "no single `extends` is the wrong one",
    "S110": "bytes cannot be shown",
    "S111": "what is deep would fill the page",
    "S202": "nothing is there",
    "S405": "a pair of groups, not a value",
    "S415": "a pair of groups, not a value",
}
"""Codes whose problems may lack `Found`, and why."""
NO_LIST = {"S102": "the format of TOML, not of a value", "S103": "any other scenario", "S202": "what the message says"}
"""Codes whose problems may lack `Allowed`, and why."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_message_is_the_one_stored(case: Case) -> None:
    message = case.run()
    assert message == case.stored.read_text(encoding="utf-8"), "python -m tests.scenario.broken --update, and read it"
    assert "Traceback" not in message
    assert str(FOLDER.resolve()) not in message, "the message holds on every machine"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_problem_says_where_what_and_what_to_do(case: Case) -> None:
    text = case.stored.read_text(encoding="utf-8")
    problems = split(text)
    assert problems
    for problem in problems:
        (code,) = codes_in(problem)
        lines = [line.strip() for line in problem.splitlines()]
        starts = [line.split(":")[0] for line in lines]
        assert CODES[code].title in lines[0]
        place = ": " in lines[0] or "In" in starts or code in ("S101", "S106")
        assert place, "neither a path nor a file"
        assert "To do" in starts and len(lines[starts.index("To do")]) > len("To do: x")
        if code != "S102" or "Found" in starts:
            assert "Found" in starts or code in WITHOUT_A_VALUE or "file is empty" in problem
        assert "Allowed" in starts or code in NO_LIST or "single brackets" in problem
        assert "Did you mean: \n" not in problem
        assert max(len(line) for line in lines) < 700


def test_there_are_messages_for_every_code() -> None:
    told = {code for case in CASES for code in codes_in(case.stored.read_text(encoding="utf-8"))}
    assert set(CODES) - told == set(), "add a broken scenario for the code, or take the code out"
    assert told <= set(CODES)


def test_there_are_many() -> None:
    assert len(CASES) >= 60
    assert {path.stem for path in FOLDER.glob("*.txt")} == {case.name for case in CASES}


# What the messages above cannot show: places in memory, and places that no file has.


def test_one_unknown_name_is_one_problem_wherever_it_stands() -> None:
    (found,) = problems_of(SMALL, {"groups.trader.products": ["mnii"], "links.retail.products": ["mnii"]})
    assert found == Problem(
        "S301",
        "There is no product `mnii`.",
        path="groups.trader.products",
        value="mnii",
        allowed="kit, mini, part",
        nearest="mini",
        file="the changes given",
        also=("links.retail.products",),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"groups.fund.side": "esat"},
        {"groups.workshop.products": ["kti"]},
        {"groups.maker.jurisdiction": "EE"},
        {"policies.search": {"kind": "inspectoin"}},
        {"groups.trader.kind": "trader"},
        {"market.calls": 9},
    ],
)
def test_one_mistake_is_one_problem(changes: dict[str, object]) -> None:
    assert len(problems_of(SMALL, changes)) == 1


@pytest.mark.parametrize("section", ["time", "sides", "products", "jurisdictions", "legs", "groups"])
def test_a_missing_section_is_one_problem(section: str) -> None:
    data = small_data()
    del data[section]
    assert [(problem.code, problem.path) for problem in problems_of(data)] == [("S202", section)]
    data[f"{section}x"] = {}
    assert [(problem.code, problem.nearest) for problem in problems_of(data)] == [("S201", section)]


def test_everything_wrong_is_told_at_once() -> None:
    data = small_data()
    data["groups"]["trader"]["cuont"] = 1
    data["market"]["calls"] = 9
    data["policies"]["ban"]["by"] = "custom"
    data["links"]["retail"]["products"] = ["minni"]
    assert sorted(problem.code for problem in problems_of(data)) == ["S201", "S204", "S301", "S304"]


@pytest.mark.parametrize("source", ["nowhere", "nowhere.toml", "", ".", "/", "a\nb", "a\0b", "a" * 5000, 3, None, [1]])
def test_no_such_scenario(source: object) -> None:
    (problem,) = problems_of(source)
    assert problem.code == "S101"


def test_a_csv_name_that_no_path_can_have() -> None:
    assert [problem.code for problem in problems_of({"legs": {"table": "a\0b"}})] == ["S110"]
    assert [problem.code for problem in problems_of({"legs": {"table": "a" * 5000}})] == ["S110"]


def test_data_that_holds_itself_or_is_deep() -> None:
    ring: dict[str, object] = {}
    ring["groups"] = ring
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    path = ".".join("a" * 5000)
    assert [problem.code for problem in problems_of(ring)] == ["S111"]
    assert [problem.code for problem in problems_of({"groups": deep})] == ["S111"]
    assert [problem.code for problem in problems_of(SMALL, {"policies.ban.sides": deep})] == ["S111"]
    assert [problem.code for problem in problems_of(SMALL, {f"groups.{path}": 1})] == ["S111"]
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_data(ring)
    assert caught.value.codes == ["S111"]
    with pytest.raises(ScenarioError) as caught:
        load(SMALL).with_changes({"policies.ban.sides": deep})
    assert caught.value.codes == ["S111"]


@pytest.mark.parametrize("key", ["groups.trader.slots", "policies.list.capacity", "market.fine", "groups.trader.count"])
@pytest.mark.parametrize("value", [10**30, -(10**400), 1e308, 10**16], ids=["1e30", "-1e400", "1e308", "1e16"])
def test_numbers_that_nothing_could_count_to(key: str, value: float) -> None:
    assert [problem.code for problem in problems_of(SMALL, {key: value})] == ["S204"]


@pytest.mark.parametrize("value", ["9999-12-31", "0001-01-01", "1899-12-31", "2200-01-01"])
def test_dates_at_the_ends_of_the_calendar(value: str) -> None:
    for key in ("time.start", "time.end", "policies.ban.effective"):
        assert "S204" in [problem.code for problem in problems_of(SMALL, {key: value})]


def test_a_file_elsewhere_is_told_with_its_whole_path(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text("[market]\n\ncalls = 9", encoding="utf-8")
    (problem,) = [found for found in problems_of(file) if found.code == "S204"]
    assert Path(problem.file).resolve() == file.resolve()
    assert problem.line == 3


def test_a_misspelt_file_has_a_nearest(tmp_path: Path) -> None:
    (tmp_path / "quiet-world.toml").write_text("", encoding="utf-8")
    (problem,) = problems_of(tmp_path / "quiet-wrold.toml")
    assert problem.nearest == str(tmp_path / "quiet-world.toml")
