"""The stored reference is what the declarations say, and it leaves nothing out."""

from __future__ import annotations

import re

import pytest

import sim
from sim.decisions.table import DECISIONS
from sim.declare.errors import CODES, EVIDENCE_CODES
from sim.measures.registry import REGISTRY
from sim.policy import KINDS
from sim.scenario.tables import HEAD, SECTIONS
from tests.reference import __main__ as command
from tests.reference.commands import known, options
from tests.reference.markdown import cell, listed, prose
from tests.reference.pages import FOLDER, pages

MADE = pages()
STORED = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}


@pytest.mark.parametrize("name", sorted({*MADE, *STORED}))
def test_the_stored_page_is_the_one_made(name: str) -> None:
    """Line by line, so that a failure shows the first line that differs."""
    stored, made = STORED.get(name, "").splitlines(), MADE.get(name, "").splitlines()
    differ = next((pair for pair in zip([*stored, ""], [*made, ""], strict=False) if pair[0] != pair[1]), None)
    assert stored == made, f"{differ}; to write the pages anew: python -m tests.reference --update"


def headings(name: str, level: int = 2) -> set[str]:
    """Headings of a page at a level, the contents apart."""
    return set(re.findall(rf"^{'#' * level} (.+)$", MADE[name], re.M))


def test_every_kind_decision_measure_code_and_name_is_there() -> None:
    """And nothing that does not exist."""
    assert headings("policies.md") == {"What every kind has", *KINDS}
    assert headings("decisions.md") == set(DECISIONS)
    assert headings("measures.md", 3) == set(REGISTRY)
    assert set(re.findall(r"^\| `([SE]\d+)`", MADE["errors.md"], re.M)) == {*CODES, *EVIDENCE_CODES}
    told = {name.removeprefix("class ") for name in headings("python.md", 3)}
    assert told == {name for name in sim.__all__ if not name.startswith("__")}


@pytest.mark.parametrize("name", known())
def test_every_option_of_a_command_is_there(name: str) -> None:
    """In the command's own table."""
    block = MADE["commands.md"].split(f"\n## sim {name}\n")[1].split("\n## ")[0]
    told = set(re.findall(r"`(--[a-z-]+)`", "\n".join(re.findall(r"^\| (`-.*?) \|", block, re.M))))
    assert told == {form for form in options(known()[name]) if form.startswith("--")} - {"--help"}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_parameter_is_there(section: str) -> None:
    """A row for each key that a table of the section reads."""
    rows = set(re.findall(r"^\| `(\w+)` \|", MADE["policies.md" if section == "policies" else "parameters.md"], re.M))
    for fields in SECTIONS[section].classes.values():
        assert set(fields.read_keys()) - {"kind"} <= rows
    assert all(f"| {key} |" in MADE["parameters.md"] for key in HEAD)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_how_it_composes(kind: str) -> None:
    """A sentence of its own class."""
    assert vars(KINDS[kind])["composes"].endswith(".")


def test_the_command_writes_what_differs(tmp_path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:  # type: ignore[no-untyped-def]
    """It tells which pages differ, writes them, and takes out a page that is made no more."""
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(command, "pages", lambda: {"one.md": "text\n"})
    (tmp_path / "old.md").write_text("gone\n")
    assert command.main([]) == 2
    assert command.main(["--update"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["one.md"]
    assert command.main([]) == 0
    assert "one.md: as stored" in capsys.readouterr().out


def test_texts_become_markdown() -> None:
    """One line a cell; arguments that go on over a line are whole."""

    def example() -> None:
        """Does it.

        Args:
            first: One thing,
                and more: all of it.
            *rest: Others, as for :func:`sim.run`.
        """

    assert cell("a | b\n``c``") == "a \\| b `c`"
    assert listed(example, "Args") == [
        ("`first`", "One thing, and more: all of it."),
        ("`*rest`", "Others, as for `sim.run`."),
    ]
    assert prose("\b\nsim run\n  sim check") == "```text\nsim run\n  sim check\n```"
