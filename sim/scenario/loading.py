"""A name, a file or a dict becomes a scenario."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.declare.errors import Problem, ScenarioError, nearest, shortened
from sim.declare.plain import plain
from sim.scenario.csv_tables import read_csv, toml_value
from sim.scenario.merging import merge, merge_table
from sim.scenario.model import CHANGES, Scenario, changed
from sim.scenario.origins import Origins, line_numbers
from sim.scenario.shipped import shipped
from sim.scenario.tables import SECTIONS, keeps_text

Source = str | os.PathLike[str] | Mapping[str, Any] | Scenario
"""What a scenario can be given as."""


def load(source: Source, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Loads a scenario.

    Args:
        source: Name of a shipped scenario, path of a ``.toml`` file, plain data, or a scenario. Paths in plain data
            are relative to the working directory.
        changes: Values by dotted path, laid over the scenario before it is validated.

    Returns:
        The scenario, validated.

    Raises:
        ScenarioError: With every problem found.
    """
    if isinstance(source, Scenario):
        return source.with_changes(changes or {})
    data, origins, name = _resolve(source, Path.cwd(), ())
    if changes:
        data = changed({key: _copied(value) for key, value in data.items()}, changes)
        for path in changes:
            origins.places[str(path)] = (CHANGES, None)
    return Scenario.from_data(data, name=name, origins=origins)


def parse_changes(texts: Iterable[str]) -> dict[str, Any]:
    """Reads changes as typed on a command line.

    Args:
        texts: ``PATH=VALUE`` each. The value is read as TOML, as plain text where it is no TOML.

    Returns:
        Value by path; of two changes to the same path the later one.

    Raises:
        ScenarioError: S106 for every text that is no change.

    Example:
        >>> parse_changes(["policies.ban.intensity=0.5", "groups.a.jurisdiction=KZ"])
        {'policies.ban.intensity': 0.5, 'groups.a.jurisdiction': 'KZ'}
    """
    found: dict[str, Any] = {}
    problems = []
    for text in texts:
        path, sign, value = (part.strip() for part in text.partition("="))
        if not sign or not path or "" in path.split("."):
            problems.append(Problem("S106", f"`{text}` is not PATH=VALUE.", path=path))
            continue
        section, *keys = path.split(".")
        typed = toml_value(value)
        kept = keeps_text(section, tuple(keys)) and not isinstance(typed, str)
        found[path] = value if kept else typed
    if problems:
        raise ScenarioError(problems)
    return found


def _resolve(source: object, folder: Path, chain: tuple[str, ...]) -> tuple[dict[str, Any], Origins, str]:
    """Plain data with everything it extends merged in, where its values stand, and its name."""
    if isinstance(source, Mapping):
        data, origins, name = {str(key): plain(value) for key, value in source.items()}, Origins(), "scenario"
    elif isinstance(source, str | os.PathLike):
        path = _path(os.fspath(source), folder)
        where = str(path.resolve())
        if where in chain:
            circle = " → ".join(Path(step).name for step in (*chain[chain.index(where) :], where))
            raise ScenarioError(
                [Problem("S103", f"The scenarios extend each other: {circle}.", path="extends", file=str(path))]
            )
        chain = (*chain, where)
        data, origins = _read_toml(path)
        folder, name = path.parent, path.stem
    else:
        message = f"A scenario cannot be read from {type(source).__name__}."
        raise ScenarioError([Problem("S101", message, allowed="a name, a path, a dict or a Scenario")])
    data = _with_csv(data, origins, folder)
    above = data.pop("extends", None)
    if above is None:
        return data, origins, name
    if not isinstance(above, str):
        problem = Problem("S203", "`extends` is not text.", path="extends", value=above, allowed="a name or a path")
        raise ScenarioError([origins.located(problem)])
    try:
        base, below, _ = _resolve(above, folder, chain)
    except ScenarioError as error:
        # A name that is not found stands in this file; all else stands in the file extended.
        raise ScenarioError(
            problem if problem.file else origins.located(replace(problem, path="extends")) for problem in error.problems
        ) from None
    return merge(base, data), below.under(origins), name


def _path(source: str, folder: Path) -> Path:
    """Path of a shipped scenario, or of a file."""
    known = shipped()
    if source in known:
        return known[source]
    path = folder / source
    if path.is_file() and path.suffix == ".toml":
        return path
    longer = folder / f"{source}.toml"
    if longer.is_file():
        return longer
    beside = sorted(entry.name for entry in path.parent.glob("*.toml")) if path.parent.is_dir() else []
    stem = Path(source).stem
    close = nearest(stem, known) or nearest(Path(source).name, beside)
    allowed = ", ".join(known)
    if path.is_file():
        message = f"{shortened(source)} is not a .toml file."
    else:
        message = f"There is no shipped scenario and no file {shortened(source)}."
    raise ScenarioError([Problem("S101", message, path="", value=source, allowed=allowed, nearest=close)])


def _read_toml(path: Path) -> tuple[dict[str, Any], Origins]:
    """Plain data of a TOML file, and where its values stand."""
    shown = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError([Problem("S101", f"The file cannot be read: {error}.", file=shown)]) from None
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        last = text.rstrip().count("\n") + 1 if "at end of document" in str(error) else None
        line = int(found.group(1)) if found else last
        raise ScenarioError([Problem("S102", f"{error}.", file=shown, line=line)]) from None
    data = {key: plain(value) for key, value in data.items()}
    return data, Origins(shown, {key: (shown, line) for key, line in line_numbers(text).items()})


def _with_csv(data: dict[str, Any], origins: Origins, folder: Path) -> dict[str, Any]:
    """The data with sections read from CSV files; what stands in the file itself goes over the rows."""
    problems: list[Problem] = []
    for name, section in SECTIONS.items():
        inline = data.get(name)
        if not section.keyed or not isinstance(inline, Mapping) or "table" not in inline:
            continue
        inline = dict(inline)
        file = inline.pop("table")
        if not isinstance(file, str):
            problem = Problem("S104", "`table` is not the name of a file.", path=f"{name}.table", value=file)
            problems.append(origins.located(problem))
            continue
        try:
            rows, places = read_csv(folder / file, name)
        except ScenarioError as error:
            problems.extend(origins.located(problem) for problem in error.problems)
            continue
        data = {**data, name: {**rows, **{key: merge_table(rows.get(key), entry) for key, entry in inline.items()}}}
        origins.places = {**places.places, **origins.places}
    if problems:
        raise ScenarioError(problems)
    return data


def _copied(value: Any) -> Any:
    """A copy of tables two levels deep, so that changes do not reach the caller's data."""
    if not isinstance(value, Mapping):
        return value
    return {key: dict(entry) if isinstance(entry, Mapping) else entry for key, entry in value.items()}
