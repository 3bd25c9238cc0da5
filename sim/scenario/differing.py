"""What one scenario has otherwise than another, value by value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.model import SILENT, Scenario
from sim.scenario.tables import SECTIONS

SPACE = ("uncertain", "levers")
"""Sections that say what may be varied, and change nothing in a run by themselves."""


@dataclass(frozen=True)
class Change:
    """One value, or one whole table, that differs.

    Attributes:
        path: Dotted path.
        before: Value in the scenario that is compared with, as plain data; None where it has none.
        after: Value in the other one.
    """

    path: str
    before: Any
    after: Any

    def typed(self) -> str:
        """The change as ``--set`` takes it: ``PATH=VALUE``.

        Raises:
            ValueError: If a value is gone, and no change by path brings that about.

        Example:
            >>> Change("policies.ban", {"kind": "levy"}, None).typed()
            'policies.ban.enabled=false'
            >>> Change("policies.ban.sides", [], ["a", "b"]).typed()
            'policies.ban.sides=["a", "b"]'
        """
        if self.after is None and self.path.count(".") == 1:
            return f"{self.path}.enabled=false"
        if self.after is None:
            raise ValueError(f"{self.path} is gone; no change brings that about")
        return f"{self.path}={toml(self.after)}"


def differing(one: Scenario, other: Scenario, *, space: bool = False) -> list[Change]:
    """What has to change in one scenario to have the other.

    Args:
        one: A scenario.
        other: Another one.
        space: Whether what may be varied counts too: `uncertain` and `levers`.

    Returns:
        Changes in order of path: of a table that only one has, one for the whole of it. Names, titles, descriptions
        and evidence do not count, as no run depends on them; but they stand in the tables of those added.

    Example:
        >>> import sim
        >>> full, half = sim.load("small"), sim.load("small", {"policies.china_ban.intensity": 0.5})
        >>> differing(full, half)
        [Change(path='policies.china_ban.intensity', before=1.0, after=0.5)]
    """
    a, b = one.to_dict(), other.to_dict()
    found: list[Change] = []
    for section in SECTIONS.values():
        if section.name in SPACE and not space:
            continue
        here, there = a[section.name], b[section.name]
        if section.keyed:
            for key in sorted({*here, *there}):
                found += _tables(f"{section.name}.{key}", here.get(key), there.get(key))
        else:
            found += _values(section.name, here, there)
    return found


def _tables(path: str, one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> Iterator[Change]:
    """Changes of a table that may be missing in one of them, or be of another kind."""
    if one is None or other is None:
        yield Change(path, one, other)
    else:
        yield from _values(path, one, other)


def _values(path: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Change]:
    """Changes of values."""
    for key in sorted({*one, *other} - SILENT):
        if one.get(key) != other.get(key):
            yield Change(f"{path}.{key}", one.get(key), other.get(key))


def toml(value: Any) -> str:
    """Plain data as a TOML value on one line.

    Args:
        value: Text, a number, a boolean, a list or a table. Dates are text, as a scenario takes them too.

    Example:
        >>> toml({"step": {"2022-01-01": 1.0}, "of": ["a", 2, True]})
        '{"step" = {"2022-01-01" = 1.0}, "of" = ["a", 2, true]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    # Text, numbers and booleans are written in TOML as in JSON, but for control characters that no value has.
    return json.dumps(value, ensure_ascii=False)
