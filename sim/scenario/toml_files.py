"""TOML files as plain data, with the line of every key; what is no TOML is told in words of the format."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.declare.errors import Problem, ScenarioError, Verbatim
from sim.declare.plain import plain
from sim.scenario.origins import Origins, line_numbers

DEEPEST = 12
"""Levels of tables and lists that a scenario may have; the deepest key of the format lies at 6."""

_VALUE = 'Put text in quotes: "…"; write one value, and remarks behind a #.'
_TWICE = "Take one out, or give it another name."
_EXPLAINED: tuple[tuple[str, str, str], ...] = (
    ("Cannot overwrite a value", "This key or table was given already.", _TWICE),
    ("Cannot declare", "This table, or part of it, was given already.", _TWICE),
    ("Cannot mutate immutable", "This adds to a table that was closed: one in braces, or one given whole.", _TWICE),
    ("Duplicate inline table key", "A key stands twice between the braces.", _TWICE),
    ("Expected '=' after a key", "After the key there is no = and value.", "Write KEY = VALUE, or [TABLE]."),
    ("Expected newline or end of document", "Something stands after the value.", _VALUE),
    ("Invalid date or datetime", "The calendar has no such date.", "Write a date as 2022-02-24."),
    ("Invalid statement", "This is neither a key with its value nor a table.", "Write KEY = VALUE, or [TABLE]."),
    ("Invalid value", "What stands after = is no value.", _VALUE),
    ("Invalid initial character for a key", "A key is missing or begins with a sign that no key can have.", ""),
    ("Illegal character", "A text is not closed on its line.", "Close the quotes."),
    ("Unterminated string", "A text is not closed.", "Close the quotes."),
    ("Unclosed array", "A list is not closed, or lacks a comma.", "Close it with ], with commas between entries."),
    ("Unclosed inline table", "A table in braces is not closed, or lacks a comma.", "Close it with }, on its line."),
    ("Unescaped '\\'", "A backslash in a text opens a sign that TOML lacks.", "Write / in paths, or '…' for the text."),
    ("Expected ']'", "The name of the table is not closed.", "Close it with ]; a name with other signs needs quotes."),
    ("Exceeds the limit", "A whole number has thousands of digits.", "Write a number that the parameter allows."),
)
"""What the parser says, what that means, and what to do."""

_HABITS: tuple[tuple[str, str, str], ...] = (
    (r"=\s*(True|TRUE|False|FALSE)\b", "true and false have no capital in TOML.", "Write true or false."),
    (r"=\s*(None|null|nil|NULL)\b", "TOML has no empty value.", "Leave the key out."),
    (r"=\s*[\d.]+\s*%", "A number has a percent sign.", "Write a share as a number: 0.2 for 20 %."),
    (r"=\s*-?\d[\d.]*,\d", "A number has a comma.", "Write 0.5 with a point, and 900000 or 900_000 in one."),
    (r"=\s*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", "A date does not begin with the year.", "Write a date as 2022-02-24."),
    (r"=\s*\d{4}[./]\d{1,2}[./]\d{1,2}", "A date has no hyphens.", "Write a date as 2022-02-24."),
    (r"=\s*[\d_.]+\s*[-+*/^]", "TOML does not calculate.", "Write the result."),
    (r"=\s*(#.*)?$", "After the = there is no value.", "Write a value, or take the line out."),
    (r"=\s*\{\s*(#.*)?$", "A table in braces does not end on its line.", "Close it with } on the same line."),
    (r"=\s*(?!true|false|inf|nan)([A-Za-z][\w -]*)$", "Text stands without quotes.", 'Put it in quotes: "{0}".'),
    (r"^[\w.\"-]+\s*:", "A key is parted from its value by a colon.", "Write KEY = VALUE."),
)
"""What people write by habit of other formats, what is wrong with it, and what to do."""


def read_toml(path: Path, shown: str) -> tuple[dict[str, Any], Origins]:
    """Reads a TOML file.

    Args:
        path: The file.
        shown: Its path as messages show it.

    Returns:
        Plain data, and where its values stand.

    Raises:
        ScenarioError: S110 if it cannot be read, S102 if it is no TOML, S111 if it is nested too deeply.
    """
    text = read_text(path, shown)
    try:
        found = tomllib.loads(text)
    except RecursionError:
        raise ScenarioError([_too_deep("", shown)]) from None
    except ValueError as error:
        raise ScenarioError([_not_toml(str(error), text, shown)]) from None
    origins = Origins(shown, {key: (shown, line) for key, line in line_numbers(text).items()})
    try:
        check_depth(found)
    except ScenarioError as error:
        raise ScenarioError(origins.located(problem) for problem in error.problems) from None
    return {key: plain(value) for key, value in found.items()}, origins


def read_text(path: Path, shown: str, at: str = "") -> str:
    """Text of a file in UTF-8, with or without a byte-order mark.

    Args:
        path: The file.
        shown: Its path as messages show it.
        at: Dotted path of the value that names the file, if one does.

    Returns:
        The text.

    Raises:
        FileNotFoundError: If there is no such file.
        ScenarioError: S110 if it is no text in UTF-8, or cannot be opened.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "the path holds a sign that no path can"
        todo = "Name a file that exists and that you may read."
        message = f"It cannot be opened: {str(why)[:1].lower()}{str(why)[1:]}."
        raise ScenarioError(
            [Problem("S110", message, path=at, value=shown, allowed="a text file", todo=todo)]
        ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            message = "The file is in UTF-16."
        elif b"\x00" in data:
            message = "The file is not text."
        else:
            message = f"The byte 0x{data[error.start]:02x} is not UTF-8."
        raise ScenarioError([Problem("S110", message, file=shown, line=line, allowed="text in UTF-8")]) from None


def check_depth(data: object, file: str = "", path: str = "") -> None:
    """Refuses tables and lists nested beyond :data:`DEEPEST`, and such as hold themselves.

    Args:
        data: Anything.
        file: File it stands in, for the message.
        path: Dotted path it stands at, for the message.

    Raises:
        ScenarioError: S111, with the first keys of the path.
    """
    # Not recursive: what comes here may be deeper than Python can call.
    waiting: list[tuple[object, tuple[str, ...]]] = [(data, ())]
    while waiting:
        value, keys = waiting.pop()
        if len(keys) > DEEPEST:
            raise ScenarioError([_too_deep(".".join(part for part in (path, *keys[:3]) if part), file)])
        if isinstance(value, Mapping):
            waiting += [(entry, (*keys, str(key)[:40])) for key, entry in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [(entry, (*keys, "")) for entry in value]


def _too_deep(path: str, file: str) -> Problem:
    """The problem with what is nested too deeply."""
    allowed = f"at most {DEEPEST} levels of tables and lists"
    return Problem("S111", "Tables or lists lie too deep in each other.", path=path, file=file, allowed=allowed)


def _not_toml(said: str, text: str, shown: str) -> Problem:
    """What the parser said, as a problem with the line's text."""
    place = re.search(r"\(at line (\d+), column (\d+)\)", said)
    lines = text.split("\n")
    line = int(place.group(1)) if place else len(text.rstrip().split("\n")) if "end of document" in said else None
    if line is None:
        digits = re.search(r"\d{4000}", text)
        line = text.count("\n", 0, digits.start()) + 1 if digits else None
    # A text left open is noticed at the start of the next line.
    if line is not None and "Illegal character '\\n'" in said and place and int(place.group(2)) == 1:
        line -= 1
    found = lines[line - 1].strip() if line is not None and line <= len(lines) else ""
    bare = re.sub(r" \(at [^)]*\)$", "", said)
    meaning, todo = next(((m, t) for key, m, t in _EXPLAINED if key in said), (f"{bare}.", ""))
    if todo == _TWICE and line is not None:
        first = _first_of(found, lines[: line - 1])
        meaning = meaning if first is None else f"{meaning[:-1]}, on line {first}."
    elif todo == _VALUE or not todo or "colon" in meaning or todo.startswith("Write KEY"):
        for habit, wrong, better in _HABITS:
            match = re.search(habit, found)
            if match:
                meaning, todo = wrong, better.replace("{0}", (match.groups() or ("",))[0] or "")
                break
    return Problem("S102", meaning, file=shown, line=line, value=Verbatim(found) if found else None, todo=todo)


def _first_of(found: str, before: list[str]) -> int | None:
    """Line where a table or key stands for the first time, if it is written in the same way."""
    if found.startswith("["):
        return next((number for number, line in enumerate(before, start=1) if line.strip() == found), None)
    key = found.split("=")[0].strip()
    for number in range(len(before), 0, -1):
        if before[number - 1].split("=")[0].strip() == key:
            return number
        if before[number - 1].startswith("["):
            return None
    return None
