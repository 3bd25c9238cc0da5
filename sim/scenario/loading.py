"""A name, a file or a dict becomes a scenario."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.declare.errors import Problem, ScenarioError, Verbatim, kind_of, listed, nearest
from sim.declare.plain import plain
from sim.scenario.csv_tables import read_csv, toml_value
from sim.scenario.merging import merge, merge_table
from sim.scenario.model import CHANGES, Scenario, changed
from sim.scenario.origins import Origins
from sim.scenario.shipped import shipped
from sim.scenario.tables import SECTIONS, keeps_text
from sim.scenario.toml_files import check_depth, read_toml

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
            message = "There is no path before the =." if not path else "A dot in the path has no name beside it."
            message = message if sign else "There is no = in it."
            problems.append(Problem("S106", message, value=Verbatim(text), allowed="PATH=VALUE"))
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
        check_depth(source)
        data, origins, name = {str(key): plain(value) for key, value in source.items()}, Origins(), "scenario"
    elif isinstance(source, str | os.PathLike):
        path = _path(os.fspath(source), folder)
        where = str(path.resolve())
        if where in chain:
            circle = " → ".join(Path(step).name for step in (*chain[chain.index(where) :], where))
            what = "The scenario extends itself" if chain[-1] == where else "The scenarios extend each other"
            raise ScenarioError([Problem("S103", f"{what}: {circle}.", path="extends")])
        chain = (*chain, where)
        data, origins = read_toml(path, _shown(path))
        folder, name = path.parent, path.stem
    else:
        message = f"A scenario cannot be read from a value of type {type(source).__name__}."
        raise ScenarioError([Problem("S101", message, value=source, allowed="a name, a path, a dict or a Scenario")])
    data = _with_csv(data, origins, folder)
    above = data.pop("extends", None)
    if above is None:
        return data, origins, name
    if not isinstance(above, str):
        message = f"This is {kind_of(above)}, not text."
        problem = Problem("S203", message, path="extends", value=above, allowed="one name or path, in quotes")
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
    if _is_file(path) and path.suffix == ".toml":
        return path
    longer = folder / f"{source}.toml"
    if source and _is_file(longer):
        return longer
    allowed = f"{', '.join(known)}, or the path of a .toml file"
    if source and _is_dir(path):
        inside = sorted(entry.name for entry in path.glob("*.toml"))
        allowed = f"one of the files in it: {listed(inside)}" if inside else allowed
        problem = Problem("S101", "This is a folder, not a file.", value=source, allowed=allowed)
    elif _is_file(path):
        problem = Problem("S101", "The file is not a .toml file.", value=source, allowed=allowed)
    else:
        close, message = _close(source, path, known)
        problem = Problem("S101", message, value=source, allowed=allowed, nearest=close)
    raise ScenarioError([problem])


def _close(source: str, path: Path, known: Iterable[str]) -> tuple[str, str]:
    """The name or path nearest to one that leads nowhere, and what is wrong with it."""
    missing = _first_missing(path)
    if missing != path:
        folders = [entry.name for entry in missing.parent.iterdir() if entry.is_dir()]
        close = nearest(missing.name, folders)
        better = _shown(missing.with_name(close)) if close else ""
        return better, f"There is no folder {_shown(missing)}."
    beside = sorted(entry.name for entry in path.parent.glob("*.toml"))
    close = nearest(path.name, beside)
    if Path(source).name != source:
        return (str(Path(source).with_name(close)) if close else ""), "There is no such file."
    return nearest(Path(source).stem, known) or close, "There is no shipped scenario and no file of this name."


def _first_missing(path: Path) -> Path:
    """The uppermost part of a path that does not exist."""
    while path.parent != path and not _is_dir(path.parent):
        path = path.parent
    return path


def _is_file(path: Path) -> bool:
    """True if there is such a file; False for what cannot be a path at all."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_dir(path: Path) -> bool:
    """True if there is such a folder; False for what cannot be a path at all."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _shown(path: Path) -> str:
    """A path as messages show it: relative to the working directory where it lies near."""
    try:
        near = os.path.relpath(path)
    except (OSError, ValueError):
        return str(path)
    return near if near.split(os.sep)[:3] != [os.pardir] * 3 else os.path.normpath(path)


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
            message = f"This is {kind_of(file)}, not the path of a file."
            problem = Problem("S104", message, path=f"{name}.table", value=file, allowed="the path of a .csv file")
            problems.append(origins.located(problem))
            continue
        try:
            rows, places = read_csv(folder / file, name, _shown(folder / file))
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
