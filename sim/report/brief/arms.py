"""The arms of a result as a reader meets them: what each is called, and what differs between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from sim.declare.words import joined
from sim.experiments.arms import named
from sim.experiments.comparison import CompareResult
from sim.experiments.results import RunResult
from sim.scenario.differing import Change, differing, toml
from sim.scenario.model import Scenario

LONGEST = 32
"""Letters of a title that is used in the rows of tables."""
FEW = 4
"""Changes or policies that are named one by one in a sentence."""


@dataclass(frozen=True)
class Arm:
    """One arm.

    Attributes:
        name: Its name in tables of numbers and in figures.
        title: What it is called in the text.
        scenario: What was run.
        versus: Ids of the policies that its twin lacks.
        changes: What it has otherwise than the first arm; empty for that one.
        summary: Its measures over runs.
    """

    name: str
    title: str
    scenario: Scenario
    versus: tuple[str, ...]
    changes: tuple[Change, ...]
    summary: pd.DataFrame

    @property
    def short(self) -> str:
        """What it is called in a table: the title where that is short, else the name where that is."""
        return self.title if len(self.title) <= LONGEST or _by_itself(self.name, self.changes) else self.name

    def rows(self, measure: str, side: str = "") -> pd.DataFrame:
        """The row of a measure for a whole side.

        Args:
            measure: Its id.
            side: The side; empty for the run as a whole.
        """
        found = self.summary
        found = found[(found["measure"] == measure) & (found["side"] == side)]
        return found[(found["product"] == "") & (found["by"] == "")]


def arms_of(result: RunResult | CompareResult) -> list[Arm]:
    """The arms of a result, the first one first; a run is one arm.

    Args:
        result: The result.
    """
    whole = result.summary()
    if isinstance(result, RunResult):
        return [Arm(result.scenario.name, titled(result.scenario), result.scenario, result.versus, (), whole)]
    first = result.arms[result.names[0]]
    found = []
    for name, scenario in result.arms.items():
        changes = tuple(differing(first, scenario)) if scenario is not first else ()
        title = titled(scenario) if scenario is first else _title(name, scenario, first, changes)
        found.append(Arm(name, title, scenario, result.versus[name], changes, whole[whole["arm"] == name]))
    return found


def titled(scenario: Scenario) -> str:
    """What a scenario is called.

    Args:
        scenario: The scenario.
    """
    return scenario.title or scenario.name


def _title(name: str, scenario: Scenario, first: Scenario, changes: tuple[Change, ...]) -> str:
    """What an arm is called: its own name where somebody gave it one, else what differs."""
    if not _by_itself(name, changes):
        return titled(scenario) if scenario.title != first.title and scenario.name == name else name
    return described(changes, first, scenario) if len(changes) <= FEW else name


def _by_itself(name: str, changes: tuple[Change, ...]) -> bool:
    """Whether an arm has the name that its changes give it, and none that somebody thought of."""
    return "=" in name or sorted(name.split(", ")) == sorted(named([each.typed()]) for each in _gone(changes))


def described(changes: tuple[Change, ...], first: Scenario, scenario: Scenario) -> str:
    """Changes in words, to be read after the name of what they are changes of.

    Args:
        changes: What differs.
        first: The scenario that is changed.
        scenario: The scenario that has the changes.

    Example:
        >>> import sim
        >>> full, none = sim.load("small"), sim.load("small", {"policies.eu_ban.enabled": False})
        >>> described(tuple(differing(full, none)), full, none)
        'without eu_ban'
    """
    without = [_called(change.path, first) for change in _gone(changes)]
    added = [_called(change.path, scenario) for change in changes if _is_table(change) and change.before is None]
    values = [told(change, first) for change in changes if not _is_table(change)]
    parts = [f"{word} {joined(names)}" for word, names in (("without", without), ("with", added)) if names]
    return "; ".join([*parts, *values])


def removed(arm: Arm, first: Scenario) -> list[str]:
    """Titles of the policies that the first arm has and this one lacks; none where anything else differs too.

    Args:
        arm: The arm.
        first: Scenario of the first arm.
    """
    gone = _gone(arm.changes)
    policies = all(change.path.startswith("policies.") for change in gone)
    return [_called(change.path, first) for change in gone] if policies and len(gone) == len(arm.changes) else []


def told(change: Change, scenario: Scenario) -> str:
    """One change in words.

    Args:
        change: The change.
        scenario: A scenario that has the table changed.
    """
    if _is_table(change):
        word = "removed" if change.after is None else "added"
        return f"{_called(change.path, scenario)}: {word}"
    key = ".".join(change.path.split(".")[2:]) or change.path
    before = "nothing" if change.before is None else shortly(change.before)
    after = "nothing" if change.after is None else shortly(change.after)
    return f"{_called(change.path, scenario)}: {key.replace('_', ' ')} {after} in place of {before}"


def shortly(value: object) -> str:
    """A value as a reader sees it, cut where it is long.

    Args:
        value: Plain data.
    """
    text = value if isinstance(value, str) else toml(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _gone(changes: Iterable[Change]) -> list[Change]:
    """Whole tables that the first arm has and another lacks."""
    return [change for change in changes if _is_table(change) and change.after is None]


def _is_table(change: Change) -> bool:
    """Whether a whole table came or went."""
    return change.path.count(".") == 1 and (change.before is None or change.after is None)


def _called(path: str, scenario: Scenario) -> str:
    """Title of the table that a path leads into."""
    section, _, rest = path.partition(".")
    table: Mapping[str, object] = scenario.tables.get(section, {})
    key = rest.split(".")[0]
    return getattr(table.get(key), "title", "") or key or section


def sides_of(arms: list[Arm]) -> dict[str, str]:
    """Titles of the sides by id; those of civil users last.

    Args:
        arms: The arms.
    """
    sides = {key: side for arm in arms for key, side in arm.scenario.sides.items()}
    order = sorted(sides, key=lambda key: (sides[key].civil, key))
    return {key: sides[key].title or key for key in order}
