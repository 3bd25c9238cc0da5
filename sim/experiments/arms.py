"""Arms of a comparison: names and scenarios, as given to the function or typed on a command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.declare.errors import Problem, ScenarioError, nearest
from sim.scenario.loading import Source, load, parse_changes
from sim.scenario.model import Scenario

TWIN = "twin"
"""Name that no arm may have: in tables it stands for the twin."""


class ArmError(ValueError):
    """Arms that cannot be compared."""


def resolve(arms: Iterable[Source] | Mapping[str, Source], changes: Mapping[str, Any] | None) -> dict[str, Scenario]:
    """Loads the scenarios of a comparison.

    Args:
        arms: Scenarios in order, or by name; the first is what the others are compared with. Without names they
            take those of the scenarios, with a number where two have the same.
        changes: Values by dotted path, laid over every scenario.

    Returns:
        Scenarios by name of the arm.

    Raises:
        ScenarioError: With every problem of every scenario.
        ArmError: If there are fewer than two, if a name is not allowed, or if they cover different dates.
    """
    if isinstance(arms, str):
        raise ArmError(f"{arms!r} alone is nothing to compare; give a list of at least two scenarios")
    named = list(arms.items()) if isinstance(arms, Mapping) else [("", source) for source in arms]
    if len(named) < 2:
        raise ArmError("one arm is nothing to compare; give at least two, or the same scenario with a value changed")
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for name, source in named:
        try:
            scenario = load(source, changes)
        except ScenarioError as error:
            problems += error.problems
            continue
        found[str(name) if isinstance(arms, Mapping) else _unused(scenario.name, found)] = scenario
    if problems:
        raise ScenarioError(problems)
    _check(found)
    return found


def typed(scenarios: Iterable[str], sets: Iterable[str] | None, arms: Iterable[str] | None) -> dict[str, Scenario]:
    """Reads the arms of `sim compare`.

    Args:
        scenarios: Names or paths; each is an arm.
        sets: ``PATH=VALUE`` each: together one more arm, the only scenario with these values, named by them.
        arms: ``NAME:PATH=VALUE`` or ``NAME:SCENARIO`` each: one more arm a name; changes to one name add up, and are
            laid over its scenario, which is the first one where none is named.

    Returns:
        Scenarios by name of the arm.

    Raises:
        ScenarioError: With every problem of every scenario.
        ArmError: If a text is no arm.
    """
    sources = list(scenarios)
    sets, arms = list(sets or ()), list(arms or ())
    if sets and len(sources) > 1:
        raise ArmError(
            f"--set {sets[0]}: there are {len(sources)} scenarios, and it is not clear which to change. Write --arm "
            f"NAME:{sets[0]} for one more arm (the first scenario with this value), or --all {sets[0]} for all arms."
        )
    problems: list[Problem] = []
    found: dict[str, Scenario] = {}

    def add(name: str, source: Source, changes: list[str]) -> None:
        try:
            scenario = load(source, parse_changes(changes))
        except ScenarioError as error:
            problems.extend(each for each in error.problems if each not in problems)
            return
        if name in found:
            raise ArmError(f"two arms are named {name!r}; give one of them another name")
        found[name or _unused(scenario.name, found)] = scenario

    for source in sources:
        add("", source, [])
    if sets:
        add(named(sets), sources[0], sets)
    bases: dict[str, str] = {}
    changed: dict[str, list[str]] = {}
    for text in arms:
        name, sign, rest = (part.strip() for part in text.partition(":"))
        if not sign or not name or not rest:
            raise ArmError(f"--arm {text}: write NAME:PATH=VALUE, or NAME:SCENARIO")
        changed.setdefault(name, [])
        if "=" in rest:
            changed[name].append(rest)
        elif name in bases:
            raise ArmError(f"--arm {text}: the arm {name!r} has a scenario already, {bases[name]}")
        else:
            bases[name] = rest
    for name, changes in changed.items():
        add(name, bases.get(name, sources[0]), changes)
    if problems:
        raise ScenarioError(problems)
    if len(found) < 2:
        raise ArmError(
            f"{sources[0]} alone is nothing to compare. Change a value with --set PATH=VALUE, name a second scenario, "
            f"or use `sim run {sources[0]}` to compare it with its twin without policies."
        )
    return found


def named(sets: Iterable[str]) -> str:
    """The name of an arm that nobody named: what is set in it, in short.

    Args:
        sets: ``PATH=VALUE`` each.

    Example:
        >>> named(["policies.ban.enabled=false", "policies.checks.share = 0.5", "market.calls=3"])
        'without ban, checks.share=0.5, market.calls=3'
    """
    return ", ".join(_short(*(part.strip() for part in text.partition("="))) for text in sets)


def _short(path: str, sign: str, value: str) -> str:
    """One setting."""
    path = path.removeprefix("policies.")
    if path.endswith(".enabled") and value == "false":
        return f"without {path.removesuffix('.enabled')}"
    return f"{path}{sign}{value}"


def policies_left_out(arms: Mapping[str, Scenario], versus: Iterable[str] | None) -> dict[str, tuple[str, ...]]:
    """Ids of the policies that the twin of each arm lacks.

    Args:
        arms: Scenarios by name.
        versus: Ids, or None for all policies of each arm.

    Returns:
        Ids by arm, sorted; of those named, the ones that the arm has.

    Raises:
        ScenarioError: S107 for every id that no arm has.
    """
    known = sorted({name for scenario in arms.values() for name in scenario.policies})
    wanted = set(known) if versus is None else {versus} if isinstance(versus, str) else set(versus)
    problems = [
        Problem(
            "S107",
            f"No arm has a policy `{name}` to compare with.",
            path=f"policies.{name}",
            nearest=nearest(name, known),
            allowed=", ".join(known) or "nothing: no arm has policies",
            todo="Name a policy of one of the arms.",
        )
        for name in sorted(wanted - set(known))
    ]
    if problems:
        raise ScenarioError(problems)
    return {arm: tuple(sorted(wanted & set(scenario.policies))) for arm, scenario in arms.items()}


def _unused(name: str, taken: Mapping[str, Scenario]) -> str:
    """A name not taken yet."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _check(arms: Mapping[str, Scenario]) -> None:
    """Refuses names that tables use otherwise, and records that cannot be laid beside each other."""
    for name in arms:
        if name.strip() in ("", TWIN):
            raise ArmError(f"an arm may not be named {name!r}; give it another name")
    names = list(arms)
    spans = {name: (arm.time.start, arm.time.end, arm.time.step_days) for name, arm in arms.items()}
    for name in names[1:]:
        if spans[name] != spans[names[0]]:
            one, other = (
                f"{start} to {end} in steps of {step} days" for start, end, step in (spans[names[0]], spans[name])
            )
            raise ArmError(
                f"{names[0]} covers {one}, {name} covers {other}: give all arms the same time.start, time.end and "
                "time.step_days"
            )
