"""What each policy is, what it costs, what it denies by itself, and who can pull its lever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.declare.words import joined
from sim.experiments.comparison import CompareResult
from sim.experiments.results import RunResult
from sim.policy.common import PolicyFields
from sim.report import cells
from sim.report.brief.arms import Arm, sides_of
from sim.report.cells import NOTHING, Cell
from sim.report.numbers import number
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Lever:
    """A policy as a lever.

    Attributes:
        policy: Its id.
        title: Its title.
        kind: Its kind, in words.
        dates: When it acts.
        arms: Titles of the arms that have it.
        in_twin: Whether the twin has it too.
        who: Who can impose it: authorities with their states, states, or firms.
        derived: Whether that is derived, and not said in the scenario.
        why: How it is known.
        cost: What enforcing it cost.
        denied: Units that it denies each side by itself, with it less without it.
        for_dollars: Units denied a dollar, by side, where an interval says that any are.
    """

    policy: str
    title: str
    kind: str
    dates: str
    arms: tuple[str, ...]
    in_twin: bool
    who: str
    derived: bool
    why: str
    cost: Cell
    denied: dict[str, Cell]
    for_dollars: dict[str, Cell]


def levers(result: RunResult | CompareResult, arms: list[Arm]) -> list[Lever]:
    """Every policy of any arm; its numbers are those of the first arm that has it.

    Args:
        result: The result.
        arms: Its arms.

    Returns:
        Policies by date of effect.
    """
    sides = list(sides_of(arms))
    parts = result.parts if isinstance(result, CompareResult) else pd.DataFrame()
    found: dict[str, tuple[PolicyFields, Lever]] = {}
    for arm in arms:
        for key, policy in arm.scenario.policies.items():
            if key not in found:
                having = tuple(each.short for each in arms if key in each.scenario.policies)
                found[key] = (policy, _lever(key, policy, arm, having, sides, parts))
    return [lever for _, lever in sorted(found.values(), key=lambda pair: (pair[0].effective, pair[1].policy))]


def _lever(
    key: str, policy: PolicyFields, arm: Arm, having: tuple[str, ...], sides: list[str], parts: pd.DataFrame
) -> Lever:
    """One policy of an arm."""
    summary = arm.summary
    rows = summary[(summary["measure"] == "cost") & (summary["by"] == "policy") & (summary["item"] == key)]
    cost = Cell("none stated") if policy.cost == 0.0 else cells.estimate(rows)
    denied, for_dollars = {}, {}
    if len(parts):
        own = parts[(parts["arm"] == arm.name) & (parts["policy"] == key) & (parts["measure"] == "units_denied")]
        for side in sides:
            of = own[own["side"] == side]
            denied[side] = cells.difference(of, "part")
            for_dollars[side] = _for_dollars(of, cost)
    who = policy.who(arm.scenario.groups)
    return Lever(
        key, policy.title or key, policy.kind.replace("_", " "), _dates(policy), having, key not in arm.versus,
        _named(who.groups, who.states, arm.scenario), not who.stated, who.why, cost, denied, for_dollars,
    )  # fmt: skip


def _for_dollars(rows: pd.DataFrame, cost: Cell) -> Cell:
    """Units denied by a policy alone for each dollar of its own cost; none where that may be luck."""
    if rows.empty or cost.value is None or cost.value <= 0.0 or not rows.iloc[0]["low"] > 0.0:
        return NOTHING
    value = float(rows.iloc[0]["part"]) / cost.value
    return Cell(number(value, "units a US dollar"), value=value)


def _dates(policy: PolicyFields) -> str:
    """When a policy was announced, takes effect and ends."""
    parts = [f"from {policy.effective}"]
    if policy.announced is not None and policy.announced < policy.effective:
        parts.insert(0, f"announced {policy.announced}")
    if policy.ends is not None:
        parts.append(f"to {policy.ends}")
    if policy.trigger:
        parts.append("where records pass a level")
    return ", ".join(parts)


def _named(groups: Iterable[str], states: Iterable[str], scenario: Scenario) -> str:
    """Who can pull a lever, by titles."""
    places = [_title(scenario.jurisdictions, key) for key in states]
    bodies = [_title(scenario.groups, key) for key in groups]
    if bodies and places:
        return f"{joined(bodies)} ({', '.join(places)})"
    return joined(bodies or places) or "not said"


def _title(tables: Mapping[str, Any], key: str) -> str:
    """Title of a table."""
    return getattr(tables.get(key), "title", "") or key


def told(result: RunResult | CompareResult) -> list[str]:
    """How to read the table, in sentences.

    Args:
        result: The result.
    """
    found = [
        "Costs are those of work done, such as consignments opened and cases brought, as the scenario states them a "
        "piece of work. They are no budget of an authority, and where the scenario states none, that is no sign that "
        "the policy is free."
    ]
    if isinstance(result, RunResult):
        found.append(
            "What each policy denies by itself takes a comparison: `sim compare` leaves each policy out in turn."
        )
    elif len(result.parts):
        seeds = result.without["seed"].nunique()
        known = "one run, so without an interval" if seeds == 1 else f"{seeds} runs, with 90% intervals"
        found.append(
            f"What a policy denies by itself: what comes without that one less what comes with all ({known}). The "
            "parts do not add up: where two policies need each other, each shows the whole. Units a dollar are told "
            "where an interval says that any are denied."
        )
    return found
