"""How the result of a report is made again: commands, versions, seeds, and the scenario as resolved."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sim.declare.errors import ScenarioError
from sim.experiments.comparison import CompareResult
from sim.experiments.ensemble import GIVEN, Ensemble
from sim.experiments.results import RunResult
from sim.scenario.differing import Change, differing
from sim.scenario.loading import load, parse_changes
from sim.scenario.model import Scenario
from sim.scenario.paths import overlap
from sim.scenario.shipped import shipped

PROGRAMS = ("sim", "sim.exe", "__main__.py")
"""Names under which the command is started."""
MOST = 30
"""Changes up to which a scenario is written as a command."""


def made_by(manifest: Mapping[str, Any]) -> str:
    """The command that was typed to make a result; empty where a program made it.

    Args:
        manifest: Manifest of the result.

    Example:
        >>> made_by({"command": ["/usr/bin/sim", "run", "small", "--set", "a.b=1 2"]})
        "sim run small --set 'a.b=1 2'"
    """
    words = [str(word) for word in manifest.get("command", ())]
    if len(words) < 2 or Path(words[0]).name not in PROGRAMS or words[1] not in ("run", "compare"):
        return ""
    return shlex.join(["sim", *words[1:]])


def command(result: RunResult | CompareResult) -> str:
    """A command that makes the result again from what comes with the package, without any file of the user's.

    That it leads to the same scenarios is tried before it is given.

    Args:
        result: The result.

    Returns:
        The command; empty where the scenarios are too far from those of the package, or agents are the user's own.
    """
    if isinstance(result, RunResult):
        return "" if result.own else _run(result)
    return _compare(result)


def _run(result: RunResult) -> str:
    """The command of a run."""
    found = nearest_shipped(result.scenario)
    if found is None or not _in_a_row(result.seeds):
        return ""
    name, changes = found
    words = ["sim", "run", name, "--seed", str(result.first_seed), "--runs", str(len(result.seeds))]
    words += _sets("--set", changes)
    if result.ledger_kept != "first":
        words += ["--ledger", result.ledger_kept]
    if set(result.versus) != set(result.scenario.restrictions):
        words += [word for policy in result.versus for word in ("--versus", policy)]
    return _with_ensemble(words, result.ensemble, result)


def _compare(result: CompareResult) -> str:
    """The command of a comparison."""
    names, first = result.names, result.arms[result.names[0]]
    base = nearest_shipped(first)
    if base is None or not _in_a_row(result.seeds):
        return ""
    name, common = base
    words = ["sim", "compare", name, "--seed", str(min(result.seeds)), "--runs", str(len(result.seeds))]
    if common:
        # Every arm is laid over the first: what that one has otherwise is changed in all of them.
        words += _sets("--all", common)
    for at, arm in enumerate(names[1:], 1):
        changes = changes_to(first, result.arms[arm])
        if not changes or any(overlap(one.path, other.path) for one in common for other in changes):
            return ""
        short = arm if arm and not set(arm) & set("=:,") else f"arm {at + 1}"
        words += [word for change in changes for word in ("--arm", f"{short}:{change.typed()}")]
    usual = {arm: tuple(sorted(scenario.policies)) for arm, scenario in result.arms.items()}
    if result.versus != usual:
        named = sorted({policy for of in result.versus.values() for policy in of})
        words += [word for policy in named for word in ("--versus", policy)]
    words += ["--parts", str(result.parts_asked)] if result.parts_asked != 1 else []
    words += ["--luck-runs", str(result.luck_asked)] if result.luck_asked else []
    return _with_ensemble(words, next(iter(result.ensemble.values()), None), result)


def _with_ensemble(words: list[str], ensemble: Ensemble | None, result: RunResult | CompareResult) -> str:
    """The command with the draws of the parameters; empty where no option says what was done."""
    if result.window is not None or (ensemble is not None and ensemble.name == GIVEN):
        return ""
    if ensemble is not None:
        words += ["--ensemble", ensemble.name]
    return shlex.join(words)


def _in_a_row(seeds: list[int]) -> bool:
    """Whether seeds follow each other, as a command makes them."""
    return seeds == list(range(seeds[0], seeds[0] + len(seeds)))


def nearest_shipped(scenario: Scenario) -> tuple[str, list[Change]] | None:
    """The scenario of the package from which another one is made, and what has to be changed.

    The one of the same name, where it does; else the one that takes fewest changes.

    Args:
        scenario: The scenario.

    Returns:
        Name and changes, which were tried; None where it takes too many, or one that no option makes.

    Example:
        >>> import sim
        >>> nearest_shipped(sim.load("small", {"policies.eu_ban.intensity": 0.5}))[0]
        'small'
    """
    names = list(shipped())
    if scenario.name in names and (own := changes_to(_shipped(scenario.name), scenario)) is not None:
        return scenario.name, own
    best: tuple[str, list[Change]] | None = None
    for name in names:
        changes = changes_to(_shipped(name), scenario)
        if changes is not None and (best is None or len(changes) < len(best[1])):
            best = name, changes
    return best


@cache
def _shipped(name: str) -> Scenario:
    """A scenario of the package, loaded once."""
    return load(name)


def changes_to(source: Scenario, target: Scenario) -> list[Change] | None:
    """Changes that lead from one scenario to another when they are typed; that they do was tried.

    Args:
        source: A scenario.
        target: Another one.

    Returns:
        The changes; None where they are too many, or no option makes them.
    """
    # What may be varied goes along with what it leads to; where it does not, it is changed too.
    for space in (False, True):
        changes = differing(source, target, space=space)
        if len(changes) <= MOST and _leads_to(source, changes, target):
            return changes
    return None


def _leads_to(source: Scenario, changes: list[Change], target: Scenario) -> bool:
    """Whether the changes, as typed, lead to a scenario."""
    try:
        return load(source, parse_changes(change.typed() for change in changes)).hash == target.hash
    except (ScenarioError, ValueError):
        return False


def _sets(option: str, changes: list[Change]) -> list[str]:
    """Options of changes."""
    return [word for change in changes for word in (option, change.typed())]


def resolved(scenario: Scenario) -> str:
    """A scenario as resolved, as JSON that a program can read: every value, defaults and evidence included.

    Args:
        scenario: The scenario.

    Returns:
        JSON with a line a table.
    """
    lines = []
    for section, value in scenario.to_dict().items():
        if isinstance(value, dict) and all(isinstance(each, dict) for each in value.values()) and value:
            rows = ",\n  ".join(f"{json.dumps(key)}: {_compact(row)}" for key, row in value.items())
            lines.append(f"{json.dumps(section)}: {{\n  {rows}\n }}")
        else:
            lines.append(f"{json.dumps(section)}: {_compact(value)}")
    return "{\n " + ",\n ".join(lines) + "\n}"


def _compact(value: Any) -> str:
    """JSON without spare room."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
