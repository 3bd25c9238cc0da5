"""Draws of uncertain parameters, and settings of levers, laid over a scenario that is valid already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sim.declare.errors import BadValue, Problem, ScenarioError, listed, nearest
from sim.scenario.checking import check
from sim.scenario.fields import UncertainFields
from sim.scenario.paths import change, overlap
from sim.scenario.reading import Draft, read_table
from sim.scenario.tables import SECTIONS

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


def drawn(scenario: Scenario, draws: Mapping[str, float]) -> Scenario:
    """A scenario with uncertain parameters and levers set.

    Only the tables that change are validated again, and how all of them fit together: a sweep does it for every draw.

    Args:
        scenario: A scenario.
        draws: A number for each id of `uncertain` or `levers`; ids not named keep what the scenario says.
            Values for whole numbers are rounded.

    Returns:
        A new scenario. What was set is settled: it is no entry of `uncertain` and `levers` any more, nor is another
        entry that leads to the same place.

    Raises:
        ScenarioError: S107 for an unknown id, S109 for two that lead to the same place, and whatever the values break.
    """
    entries = {**scenario.uncertain, **scenario.levers}
    problems = _unknown(draws, entries) + _twice(draws, entries)
    if problems:
        raise ScenarioError(problems)
    changes: dict[tuple[str, str], dict[str, Any]] = {}
    for key in sorted(draws):
        entry = entries[key]
        spot = scenario.at(entry.path)
        section, _, row = spot.table_path.partition(".")
        role = entry.role if isinstance(entry, UncertainFields) else "value"
        changes.setdefault((section, row), {})[entry.path] = spot.drawn(draws[key], role)
    tables = {section: dict(of) for section, of in scenario.tables.items()}
    for (section, row), values in changes.items():
        table = tables[section][row]
        data: dict[str, Any] = (
            {section: {row: table.to_plain()}} if SECTIONS[section].keyed else {section: table.to_plain()}
        )
        try:
            for path, value in values.items():
                change(data, path, value)
        except BadValue as bad:
            raise ScenarioError([bad.problem(path)]) from None
        given = data[section][row] if SECTIONS[section].keyed else data[section]
        read, found = read_table(type(table), given, f"{section}.{row}" if row else section)
        problems += found
        tables[section][row] = read
    if problems:
        raise ScenarioError(problems)
    settled = {entries[key].path for key in draws}
    for section in ("uncertain", "levers"):
        tables[section] = {
            key: entry
            for key, entry in tables[section].items()
            if not any(overlap(entry.path, path) for path in settled)
        }
    draft = Draft(tables=tables, names={section: set(of) - {""} for section, of in tables.items()})
    # A lever at nothing leaves a policy without effect: in a file a mistake, here what was asked for.
    problems = [problem for problem in check(draft) if problem.code != "S418"]
    if problems:
        raise ScenarioError(problems)
    return replace(scenario, **{key: of if SECTIONS[key].keyed else of[""] for key, of in tables.items()})


def _unknown(draws: Mapping[str, float], entries: Mapping[str, Any]) -> list[Problem]:
    """Ids that are neither uncertain nor levers."""
    return [
        Problem(
            "S107",
            f"No uncertain parameter or lever is named `{key}`.",
            path=key,
            value=key,
            allowed=listed(entries) or "nothing: the scenario has neither",
            nearest=nearest(key, entries),
            todo="Name an id of [uncertain] or [levers].",
        )
        for key in sorted(set(draws) - set(entries))
    ]


def _twice(draws: Mapping[str, float], entries: Mapping[str, Any]) -> list[Problem]:
    """Ids that lead to the same place as one before them: neither would be what was asked for."""
    first: dict[str, str] = {}
    problems = []
    for key in sorted(set(draws) & set(entries)):
        path = entries[key].path
        known = next((known for at, known in first.items() if overlap(at, path)), key)
        first[path] = key
        if known != key:
            message = f"`{known}` and `{key}` both lead to {path}."
            allowed = "one draw for each value"
            problems.append(Problem("S109", message, path=key, value=draws[key], allowed=allowed))
    return problems
