"""Whether uncertain parameters and levers lead to numbers, and stay within their bounds."""

from __future__ import annotations

from sim.declare.errors import BadValue, Problem
from sim.declare.numbers import written
from sim.scenario.fields import UncertainFields
from sim.scenario.paths import Spot, find
from sim.scenario.reading import Draft, read_table


def check_ranges(draft: Draft) -> list[Problem]:
    """Checks every entry of `uncertain` and `levers`.

    Args:
        draft: The tables.

    Returns:
        The problems.
    """
    problems: list[Problem] = []
    for key in sorted(draft.names["uncertain"] & draft.names["levers"]):
        message = f"An uncertain parameter has the id `{key}` too."
        todo = "Give one of them another id."
        allowed = "an id that is not under [uncertain]"
        problems.append(Problem("S109", message, path=f"levers.{key}", value=key, allowed=allowed, todo=todo))
    for key, entry in draft.tables["uncertain"].items():
        problems += _check_entry(draft, f"uncertain.{key}", entry.path, entry.distribution.support(), entry.role)
    for key, entry in draft.tables["levers"].items():
        if entry.low > entry.high:
            message = f"low is {written(entry.low)}, high is {written(entry.high)}."
            allowed = f"at most {written(entry.high)}"
            problems.append(Problem("S414", message, path=f"levers.{key}.low", value=entry.low, allowed=allowed))
            continue
        problems += _check_entry(draft, f"levers.{key}", entry.path, (entry.low, entry.high), "value")
    return problems


def _check_entry(draft: Draft, path: str, target: str, ends: tuple[float, float], role: str) -> list[Problem]:
    """Checks where an entry leads, and what its least and greatest draws would make there."""
    if _unreadable(draft, target):
        return []
    try:
        spot = find(draft.tables, target)
    except BadValue as bad:
        return [bad.problem(f"{path}.path")]
    if target.split(".", maxsplit=1)[0] in ("uncertain", "levers", "time"):
        message = "Neither the calendar nor what is uncertain can itself be uncertain or a lever."
        todo = "Name a number elsewhere; the calendar is set by hand."
        return [Problem("S410", message, path=f"{path}.path", value=target, allowed="a number elsewhere", todo=todo)]
    if spot.form == "other" or (spot.form in ("schedule", "distribution") and role == "value"):
        what = "something that is no number" if spot.form == "other" else f"a {spot.form} that varies"
        allowed = "the path of a number"
        entry = _entry(draft, path)
        todo = "" if spot.form != "other" and isinstance(entry, UncertainFields) else "Name a number."
        return [
            Problem("S410", f"The path leads to {what}.", path=f"{path}.path", value=target, allowed=allowed, todo=todo)
        ]
    at = f"{path}.distribution" if isinstance(_entry(draft, path), UncertainFields) else path
    if role == "factor" and ends[0] < 0.0:
        return [Problem("S411", "A factor goes below 0.", path=at, value=ends[0], allowed="factors of 0 or more")]
    return _beyond(at, spot, ends, role)


def _beyond(path: str, spot: Spot, ends: tuple[float, float], role: str) -> list[Problem]:
    """What the ends of the range would break."""
    # Validating the whole table at either end asks the declarations themselves, for every kind of value.
    for draw in dict.fromkeys(ends):
        _, problems = read_table(type(spot.table), spot.replaced(spot.drawn(draw, role)), spot.table_path)
        if problems:
            what = "factor" if role == "factor" else "value"
            message = f"The {what} {written(draw)} for {spot.path} is not allowed there: {problems[0].message}"
            return [Problem("S411", message, path=path, value=draw, allowed=problems[0].allowed)]
    return []


def _entry(draft: Draft, path: str) -> object:
    """The entry of `uncertain` or `levers` at a path."""
    section, key = path.split(".", 1)
    return draft.tables[section][key]


def _unreadable(draft: Draft, target: str) -> bool:
    """True if the path leads into a table that could not be read; that is told already."""
    section, *keys = target.split(".")
    if section not in draft.tables:
        return False
    if section in draft.broken:
        return True
    if section in ("time", "market"):
        return "" not in draft.tables[section]
    return bool(keys) and keys[0] in draft.names[section] and keys[0] not in draft.tables[section]
