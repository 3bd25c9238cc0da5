"""Broken scenarios: every mistake has its code, path, nearest name, and file and line where it stands in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_world import SMALL, problems_of, small_data

from sim.declare.errors import CODES

# Change to the small world, code, path of the problem, and nearest name where one is expected.
CHANGES: list[tuple[dict[str, Any], str, str, str]] = [
    ({"groups.trader.cuont": 3}, "S201", "groups.trader.cuont", "count"),
    ({"market.price_wieght": 3}, "S201", "market.price_wieght", "price_weight"),
    ({"policies.ban.traits": {"flight_minuets": 3}}, "S201", "policies.ban.traits.flight_minuets", "flight_minutes"),
    ({"policies.new": {"effective": "2022-01-01"}}, "S202", "policies.new", ""),
    ({"policies.new": {"kind": "inspection", "added": 0.1}}, "S202", "policies.new.effective", ""),
    ({"policies.stop.by": ""}, "S202", "policies.stop.by", ""),
    ({"links.retail.sellers": []}, "S202", "links.retail.sellers", ""),
    ({"groups.trader.count": "three"}, "S203", "groups.trader.count", ""),
    ({"groups.trader.count": 1.5}, "S203", "groups.trader.count", ""),
    ({"market.fine": True}, "S203", "market.fine", ""),
    ({"market.fine": float("nan")}, "S203", "market.fine", ""),
    ({"groups.east_units.end_user": 1}, "S203", "groups.east_units.end_user", ""),
    ({"market.calls": 5}, "S204", "market.calls", ""),
    ({"groups.trader.mark_up": {"uniform": [0.1, 6]}}, "S204", "groups.trader.mark_up", ""),
    ({"legs.AA-BB.inspection": {"step": {"2022-01-01": 2}}}, "S204", "legs.AA-BB.inspection.step.2022-01-01", ""),
    ({"groups.trader.kind": "intermediray"}, "S205", "groups.trader.kind", "intermediary"),
    ({"policies.list.stock": "forzen"}, "S205", "policies.list.stock", "frozen"),
    ({"policies.ban.effective": "1.4.2022"}, "S206", "policies.ban.effective", ""),
    ({"groups.fund.budget": {"lienar": {"2022-01-01": 3}}}, "S207", "groups.fund.budget", "linear"),
    ({"groups.trader.size": {"log_normal": {"mean": 1, "cv": 1}}}, "S208", "groups.trader.size", "lognormal"),
    ({"groups.trader.products": "mini"}, "S209", "groups.trader.products", ""),
    ({"policies.ban.sides": ["east", "east"]}, "S209", "policies.ban.sides", ""),
    ({"groups.trader.products": ["mini", "prat"]}, "S301", "groups.trader.products", "part"),
    ({"products.kit.substitutes": {"minni": 0.5}}, "S301", "products.kit.substitutes.minni", "mini"),
    ({"groups.workshop.bill": {"kit": {"prat": 1}}}, "S301", "groups.workshop.bill.kit.prat", "part"),
    ({"groups.trader.jurisdiction": {"choice": {"AA": 1, "bb": 1}}}, "S302", "groups.trader.jurisdiction", "BB"),
    ({"policies.search.origins": ["aa"]}, "S302", "policies.search.origins", "AA"),
    ({"groups.fund.side_on_paper": "civl"}, "S303", "groups.fund.side_on_paper", "civil"),
    ({"jurisdictions.BB.diversion": {"eats": 0.5}}, "S303", "jurisdictions.BB.diversion.eats", "east"),
    ({"policies.ban.by": "custom"}, "S304", "policies.ban.by", "customs"),
    ({"links.retail.buyers": ["hoby"]}, "S304", "links.retail.buyers", "hobby"),
    ({"groups.trader.arm_of": "makers"}, "S304", "groups.trader.arm_of", "maker"),
    ({"uncertain.added.path": "policies.search.aded"}, "S305", "uncertain.added.path", "policies.search.added"),
    (
        {"levers.ban_intensity.path": "policies.bans.intensity"},
        "S305",
        "levers.ban_intensity.path",
        "policies.ban.intensity",
    ),
    ({"groups.trader.evidence": {"mark_ups": "P12"}}, "S306", "groups.trader.evidence.mark_ups", "mark_up"),
    ({"legs.AA-EE": {"lead_weeks": 1}}, "S401", "legs.AA-EE", ""),
    ({"legs.AB-BB": {"lead_weeks": 1}}, "S401", "legs.AB-BB", "BB-BB"),
    ({"legs.AA": {"lead_weeks": 1}}, "S401", "legs.AA", ""),
    ({"links.retail.sellers": ["hobby"]}, "S402", "links.retail.sellers", ""),
    ({"links.retail.sellers": ["customs"]}, "S402", "links.retail.sellers", ""),
    ({"links.retail.buyers": ["maker"]}, "S403", "links.retail.buyers", ""),
    ({"links.hand_on.buyers": ["west_units"]}, "S404", "links.hand_on.buyers", ""),
    ({"links.hand_on.buyers": ["trader"]}, "S404", "links.hand_on.buyers", ""),
    (
        {"groups.maker.jurisdiction": "DD"},
        "S405",
        "links.maker_to_traders",
        "",
    ),
    ({"policies.stop.by": "customs"}, "S406", "policies.stop.by", ""),
    ({"policies.list.groups": ["maker"]}, "S406", "policies.list.groups", ""),
    ({"groups.trader.arm_of": "hobby"}, "S406", "groups.trader.arm_of", ""),
    ({"policies.ban.announced": "2022-05-01"}, "S407", "policies.ban.announced", ""),
    ({"policies.ban.ends": "2022-04-01"}, "S407", "policies.ban.ends", ""),
    ({"time.end": "2022-01-05"}, "S408", "time.end", ""),
    ({f"sides.s{number}": {} for number in range(6)}, "S409", "sides", ""),
    ({"uncertain.added.path": "groups.trader.title"}, "S410", "uncertain.added.path", ""),
    ({"levers.ban_intensity.path": "policies.search.intensity"}, "S410", "levers.ban_intensity.path", ""),
    ({"uncertain.added.path": "groups.trader.mark_up"}, "S410", "uncertain.added.path", ""),
    ({"uncertain.added.path": "time.burn_in"}, "S410", "uncertain.added.path", ""),
    ({"uncertain.added.distribution": {"uniform": [0, 1.5]}}, "S411", "uncertain.added.distribution", ""),
    ({"levers.ban_intensity.high": 2}, "S411", "levers.ban_intensity", ""),
    ({"uncertain.east_need.distribution": {"uniform": [-1, 1]}}, "S411", "uncertain.east_need.distribution", ""),
    ({"groups.hobby.demand": {}}, "S412", "groups.hobby.demand", ""),
    ({"groups.hobby.demand": {"kit": 3}}, "S413", "groups.hobby.demand.kit", ""),
    ({"groups.maker.capacity": {"mini": 1, "part": 1, "kit": 3}}, "S413", "groups.maker.capacity.kit", ""),
    ({"levers.ban_intensity.low": 1, "levers.ban_intensity.high": 0}, "S414", "levers.ban_intensity.low", ""),
    ({"links.home.products": ["mini"]}, "S415", "links.home.products", ""),
    ({"links.home.sellers": ["workshop"], "links.home.buyers": ["hobby"]}, "S415", "links.home", ""),
    ({"policies.ban.sides": []}, "S416", "policies.ban.sides", ""),
    ({"legs.step": {"lead_weeks": 1}}, "S109", "legs.step", ""),
    ({"jurisdictions.A-B": {"latitude": 1, "longitude": 1}}, "S109", "jurisdictions.A-B", ""),
    ({"groups.käse": {"kind": "regulator", "count": 1, "jurisdiction": "AA"}}, "S109", "groups.käse", ""),
    ({"levers.added": {"path": "market.fine", "low": 0, "high": 1}}, "S109", "levers.added", ""),
    ({"groupes.trader.count": 1}, "S107", "groupes.trader.count", "groups"),
    ({"groups.trader.count.x": 1}, "S107", "groups.trader.count.x", ""),
]


@pytest.mark.parametrize(("changes", "code", "path", "nearest"), CHANGES, ids=lambda value: str(value)[:40])
def test_a_broken_value(changes: dict[str, Any], code: str, path: str, nearest: str) -> None:
    problems = problems_of(SMALL, changes)
    (found,) = [problem for problem in problems if (problem.code, problem.path) == (code, path)]
    assert found.nearest == nearest
    text = str(found)
    assert path in text and CODES[code].title in text and "To do: " in text
    assert not nearest or f"Did you mean: {nearest}" in text


# Text of a file, code, line, path, and a word that the message must hold.
FILES: list[tuple[str, str, int | None, str, str]] = [
    ("[time\nstart = 1", "S102", 1, "", "line 1"),
    ("[time]\nstart = \n", "S102", 2, "", "Invalid value"),
    ("a = 1\na = 2", "S102", 2, "", "overwrite"),
    ('a = "x', "S102", None, "", ""),
    ("[grups.x]\ncount = 1", "S201", 1, "grups", "groups"),
    ('[groups.x]\nkind = "buyer"\ncuont = 1', "S201", 3, "groups.x.cuont", "count"),
    ('[groups.x]\nkind = "buyr"', "S205", 2, "groups.x.kind", "buyer"),
    ("[[groups]]\ncount = 1", "S108", 1, "groups", ""),
    ("groups = 3", "S108", 1, "groups", ""),
    ("[groups]\nx = 3", "S108", 2, "groups.x", ""),
    ("title = 3", "S203", 1, "title", ""),
    ('[legs]\ntable = "lges.csv"', "S104", 2, "legs.table", "legs.csv"),
    ("[legs]\ntable = 3", "S104", 2, "legs.table", ""),
    ('extends = "nowhere"', "S101", 1, "extends", ""),
    ("extends = 3", "S203", 1, "extends", ""),
    ("x = [\n1,\n2]\n[time]\nstart = 2022-01-01\nend = 2022-12-31\nstep_days = 99", "S204", 7, "time.step_days", "31"),
]


@pytest.mark.parametrize(("text", "code", "line", "path", "word"), FILES)
def test_a_broken_file(tmp_path: Path, text: str, code: str, line: int | None, path: str, word: str) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(text, encoding="utf-8")
    (tmp_path / "legs.csv").write_text("id,lead_weeks\n", encoding="utf-8")
    found = next(problem for problem in problems_of(file) if problem.code == code)
    assert found.file == str(file)
    assert line is None or found.line == line
    assert found.path == path
    assert word in str(found)


def test_a_wrong_cell_has_the_line_of_the_row(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text('[legs]\ntable = "rows.csv"\n', encoding="utf-8")
    (tmp_path / "rows.csv").write_text("id,lead_weeks,fright\nAA-BB,1,\nBB-CC,x,0.1\n", encoding="utf-8")
    found = [problem for problem in problems_of(file) if problem.file.endswith("rows.csv")]
    assert {(p.code, p.path, p.line) for p in found} >= {
        ("S203", "legs.BB-CC.lead_weeks", 3),
        ("S201", "legs.BB-CC.fright", 3),
    }


def test_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('extends = "b.toml"', encoding="utf-8")
    (tmp_path / "b.toml").write_text('extends = "a.toml"', encoding="utf-8")
    (problem,) = problems_of(tmp_path / "a.toml")
    assert problem.code == "S103"
    assert "a.toml → b.toml → a.toml" in problem.message


def test_problems_of_an_extended_file_have_its_lines(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("[market]\n\ncalls = 9", encoding="utf-8")
    child = tmp_path / "child.toml"
    child.write_text('extends = "base.toml"\n[market]\nfine = 99', encoding="utf-8")
    found = {p.path: (Path(p.file).name, p.line) for p in problems_of(child) if p.code == "S204"}
    assert found == {"market.calls": ("base.toml", 3), "market.fine": ("child.toml", 3)}


@pytest.mark.parametrize("source", ["nowhere", "nowhere.toml", "", ".", "/", "a\nb", 3, None, [1]])
def test_no_such_scenario(source: object) -> None:
    (problem,) = problems_of(source)
    assert problem.code == "S101"


def test_a_misspelt_file_has_a_nearest(tmp_path: Path) -> None:
    (tmp_path / "quiet-world.toml").write_text("", encoding="utf-8")
    (problem,) = problems_of(tmp_path / "quiet-wrold.toml")
    assert problem.nearest == "quiet-world.toml"


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "bytes.toml"
    file.write_bytes(b"\xff\xfe\x00")
    (problem,) = problems_of(file)
    assert problem.code == "S101"


def test_an_empty_scenario_says_what_is_missing() -> None:
    assert {problem.path for problem in problems_of({})} == {
        "groups",
        "jurisdictions",
        "legs",
        "products",
        "sides",
        "time",
    }


def test_everything_wrong_is_told_at_once() -> None:
    data = small_data()
    data["groups"]["trader"]["cuont"] = 1
    data["market"]["calls"] = 9
    data["policies"]["ban"]["by"] = "custom"
    data["links"]["retail"]["products"] = ["minni"]
    assert {problem.code for problem in problems_of(data)} >= {"S201", "S204", "S304", "S301"}


def test_every_code_of_the_loader_is_tested() -> None:
    tested = {code for _, code, _, _ in CHANGES} | {code for _, code, _, _, _ in FILES}
    assert set(CODES) - tested == {"S103", "S105", "S106"}, "tested above, and in test_parts and test_loading"
