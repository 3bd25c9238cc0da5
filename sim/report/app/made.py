"""The scenario that a user of the dashboard made, as a file that says only what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sim.declare.plain import plain
from sim.scenario.loading import load
from sim.scenario.model import Scenario
from sim.scenario.shipped import shipped


@dataclass(frozen=True)
class Made:
    """A scenario with levers moved.

    Attributes:
        source: Name or path of the scenario below.
        base: That scenario.
        changes: Value by dotted path.
        scenario: The scenario with the changes.
    """

    source: str
    base: Scenario
    changes: dict[str, Any]
    scenario: Scenario

    def toml(self) -> str:
        """The scenario as a file that extends the one below; ``sim.load`` gives the same scenario of it.

        A shipped scenario is named; a file is named by its whole path, since nobody knows where the new one will lie.
        """
        import tomli_w

        data: dict[str, Any] = {
            "extends": self.source if self.source in shipped() else Path(self.base.file).resolve().as_posix(),
            "name": self.scenario.name,
            "title": self.scenario.title,
            "description": self.scenario.description,
        }
        for path in self.changes:
            # The whole parameter: what lies inside a schedule or a distribution cannot be given alone.
            section, *_ = path.split(".")
            if path.endswith(".enabled"):
                table, key, value = path.rsplit(".", 1)[0], "enabled", self.changes[path]
            else:
                spot = self.scenario.at(path)
                table, key, value = spot.table_path, spot.keys[0], getattr(spot.table, spot.keys[0])
            holder = data.setdefault(section, {})
            for step in table.split(".")[1:]:
                holder = holder.setdefault(step, {})
            # TOML has dates.
            holder[key] = value if isinstance(value, date) else plain(value)
        return tomli_w.dumps(data)


def make(source: str, changes: Mapping[str, Any]) -> Made:
    """Loads a scenario, and once more with changes.

    Args:
        source: Name of a shipped scenario, or path of a file.
        changes: Value by dotted path.

    Returns:
        Both.

    Raises:
        ScenarioError: With every problem found.

    Example:
        >>> print(make("small", {"policies.exit_checks.added": 0.5}).toml().splitlines()[-1])
        added = 0.5
    """
    base = load(source)
    told = "; ".join(f"{path} = {json.dumps(plain(value))}" for path, value in changes.items()) or "no lever moved"
    head = {"name": f"{base.name}-levers", "title": f"{base.title}, levers moved", "description": told}
    return Made(source, base, dict(changes), base.with_changes({**changes, **head}))
