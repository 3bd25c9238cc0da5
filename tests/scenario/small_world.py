"""The small world that the tests of this folder change and break."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

from sim.declare.errors import Problem, ScenarioError
from sim.scenario.loading import load

SMALL = Path(__file__).parent / "data" / "small.toml"


def small_data() -> dict[str, Any]:
    """The small world as plain data, its table beside it read in."""
    return copy.deepcopy(_SMALL_DATA)


def problems_of(source: Any, changes: dict[str, Any] | None = None) -> list[Problem]:
    """Problems that loading raises; nothing but a ScenarioError may come."""
    try:
        load(source, changes)
    except ScenarioError as error:
        text = " ".join(str(error).split())
        assert "Traceback" not in text
        assert all(problem.code in text and " ".join(problem.message.split()) in text for problem in error.problems)
        return error.problems
    return []


def toml_text(data: dict[str, Any]) -> str:
    """Plain data as TOML, every table inline: all that the tests need."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in data.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_value(entry)}' for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(entry) for entry in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


_SMALL_DATA = load(SMALL).to_dict()
assert tomllib.loads(toml_text(_SMALL_DATA)) == _SMALL_DATA
