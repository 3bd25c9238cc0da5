"""Problems are printed whole, numbered, in the order of the files."""

from __future__ import annotations

from sim.declare.errors import CODES, Problem, ScenarioError, nearest


def test_problems_are_sorted_and_told_once() -> None:
    late = Problem("S201", "late", path="a.b", file="x.toml", line=9)
    early = Problem("S201", "early", path="z.b", file="x.toml", line=2)
    unknown = Problem("S201", "unknown", path="a", file="x.toml")
    error = ScenarioError([unknown, late, early, late])
    assert [problem.message for problem in error.problems] == ["early", "late", "unknown"]
    assert str(error).startswith("3 problems in the scenario\n\n1. S201 unknown key: z.b\n")


def test_a_problem_says_everything() -> None:
    text = str(
        Problem(
            "S204",
            "Too high.",
            path="a.b",
            value=7,
            allowed="0 to 5",
            nearest="c",
            file="x.toml",
            line=3,
            todo="Lower it.",
        )
    )
    for part in ("S204", "a.b", "x.toml, line 3", "Too high.", "Found: 7", "0 to 5", "Did you mean: c", "Lower it."):
        assert part in text


def test_every_code_has_a_title_and_something_to_do() -> None:
    for code, kind in CODES.items():
        assert code[0] == "S" and code[1:].isdigit()
        assert kind.title and kind.todo.endswith((".", ".1.0.", "}."))


def test_long_values_are_cut() -> None:
    assert len(str(Problem("S203", "x", value="y" * 1000))) < 300


def test_nearest_ignores_case_and_finds_nothing_far_away() -> None:
    assert nearest("kz", ["KZ", "KG"]) == "KZ"
    assert nearest(3, ["KZ"]) == ""
