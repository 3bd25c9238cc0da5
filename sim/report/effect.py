"""Names of measures that look at weeks 13 to 52 after an effect date: after which policy, from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import pandas as pd

from sim.scenario.model import Scenario

LABELS = {
    "denied_after": "Denied share in weeks 13 to 52",
    "denied_90": "P(denied share ≥ 0.9) in weeks 13 to 52",
}
"""Measures that look at these weeks, as tables name them."""
WAIT = timedelta(weeks=13)
"""Time from the effect date to the window."""


def effect_label(measure: str, rows: pd.DataFrame, arms: Mapping[str, tuple[Scenario, Iterable[str]]]) -> str:
    """Name of a row with its weeks, as dates, and the policies after which they are.

    Args:
        measure: One of :data:`LABELS`.
        rows: The measure's rows of a summary; with ``arm`` where there are several arms.
        arms: Scenario and ids of the policies compared, by arm; by ``""`` where there is one.

    Returns:
        The name; below it the weeks, for each group of arms that have the same. The name alone where no arm has any.
    """
    found: dict[str, list[str]] = {}
    for arm, (scenario, compared) in arms.items():
        own = rows if arm == "" else rows[rows["arm"] == arm]
        own = own[own["estimate"].notna()]
        if len(own):
            found.setdefault(_after(own["window"].iloc[0], scenario, compared), []).append(arm)
    if len(found) <= 1:
        return "\n  ".join([LABELS[measure], *next(iter(found), "").splitlines()])
    lines = [f"{', '.join(names)}: {text}" for text, names in found.items()]
    return "\n  ".join([LABELS[measure], *(each for line in lines for each in line.splitlines())])


def _after(window: str, scenario: Scenario, compared: Iterable[str]) -> str:
    """What a window is after, and the window."""
    policies = policies_before(window, scenario, compared)
    if not policies:
        return window.replace("..", " to ")
    effect = max(scenario.policies[policies[0]].effective, scenario.time.start)
    return f"after {', '.join(policies)} ({effect}):\n{window.replace('..', ' to ')}"


def policies_before(window: str, scenario: Scenario, compared: Iterable[str]) -> list[str]:
    """The policies 13 weeks after whose effect date a window begins.

    Args:
        window: First and last day, with two dots between them.
        scenario: The scenario.
        compared: Ids of the policies compared.

    Returns:
        Ids, sorted. A window begins with a tick: with the first one 13 weeks after the effect date or later.
    """
    first = date.fromisoformat(window.split("..")[0])
    step = timedelta(days=scenario.time.step_days)
    found = []
    for name in sorted(compared):
        policy = scenario.policies[name]
        effect = max(policy.effective, scenario.time.start)
        days = range(0, (scenario.time.end - effect).days + 1, scenario.time.step_days)
        if first - step < effect + WAIT <= first and any(
            policy.intensity.at(effect + timedelta(days=day)) > 0 for day in days
        ):
            found.append(name)
    return found
