"""Runs, and what they leave behind as plain arrays that can be compared bit by bit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from sim.engine import Engine
from sim.scenario.loading import load
from sim.scenario.model import Scenario
from sim.world.build import build
from sim.world.columns import World
from sim.world.records import Records

Bits = dict[str, np.ndarray]

POLICY_SERIES = ("in_force", "announced", "investigations", "listings", "applications", "audits", "contracts_ended")
"""Series with one column a policy."""


MORE: dict[str, dict[str, Any]] = {
    "levy": {"kind": "levy", "effective": "2023-04-03", "origins": ["CN"], "rate": 0.2, "per_unit": 20.0},
    "quota": {"kind": "quota", "effective": "2023-04-03", "origins": ["CN"], "units": 400.0, "period_weeks": 4.0},
    "procurement_aid": {
        "kind": "procurement_aid", "effective": "2023-04-03", "sides": ["ukraine"], "dollars": 40e3,
        "units": {"consumer": 15.0, "thermal": 2.0},
    },
    "export_licence": {
        "kind": "export_licence", "effective": "2023-04-03", "origins": ["CN"], "sides": ["russia"], "lag_weeks": 4.0,
        "refusal": 0.2,
    },
    "end_use_certificate": {
        "kind": "end_use_certificate", "effective": "2023-04-03", "origins": ["CN"], "sides": ["russia"],
        "passes": 0.3, "traced": 0.3, "by": "reg_cn",
    },
    "input_restriction": {
        "kind": "input_restriction", "effective": "2023-04-03", "groups": ["leader"], "without_substitute": 0.1,
    },
    "secondary_sanctions": {
        "kind": "secondary_sanctions", "effective": "2023-04-03", "destinations": ["RU"], "sides": ["russia"],
        "refusal": 0.3,
    },
    "distributor_contract": {
        "kind": "distributor_contract", "effective": "2023-04-03", "by": "leader", "destinations": ["RU"],
        "audits": 4.0,
    },
    "content_rule": {
        "kind": "content_rule", "effective": "2023-04-03", "sides": ["russia"], "destinations": ["RU"],
    },
    "data_sharing": {
        "kind": "data_sharing", "effective": "2023-04-03", "by": "reg_cn", "members": ["CN", "KZ", "PL", "TR"],
    },
}  # fmt: skip
"""A policy of each kind that the small world lacks, to be added under the name of its kind."""
NEEDED: dict[str, dict[str, Any]] = {
    "input_restriction": {
        "groups.leader.foreign_content": {"consumer": 0.5, "thermal": 0.5}, "groups.leader.input_cover_weeks": 0.0,
    },
    "content_rule": {"groups.leader.foreign_content": {"consumer": 0.5, "thermal": 0.5}},
    "data_sharing": {
        "policies.listings.sources": ["PL"], "policies.listings.hazard": 1.0, "policies.listings.observation": 0.5,
    },
}  # fmt: skip
"""What else such a policy needs in the world, by kind."""


@cache
def small() -> Scenario:
    """The small world with all its policies."""
    return load("small")


@cache
def holding(policy: str) -> Scenario:
    """The small world, with a policy of :data:`MORE` where it has none of this name."""
    return (
        small()
        if policy in small().policies
        else small().with_changes({f"policies.{policy}": MORE[policy]} | NEEDED.get(policy, {}))
    )


def run(scenario: Scenario, seed: int = 1, *, ledger: bool = True, without: tuple[str, ...] = ()) -> Records:
    """One run to the end."""
    return Engine(build(scenario, seed), ledger=ledger, without=without).run()


def bits(records: Records, policies: Iterable[str] | None = None) -> Bits:
    """Everything a run leaves behind as flat named arrays, policies by id.

    Args:
        records: The run.
        policies: Ids of the policies whose own columns are kept; None for all.
    """
    names = records.world.names.policies
    kept = [i for i, p in enumerate(names) if policies is None or p in set(policies)]
    found: Bits = {}
    for part in ("deliveries", "waits", "nodes", "series", "agents", "ledger", "statements"):
        for name, array in (getattr(records, part) or {}).items():
            if part == "series" and name in POLICY_SERIES:
                for i in kept:
                    found[f"series.{name}.{names[i]}"] = array[:, i]
            elif (part, name) in (("agents", "listed_by"), ("statements", "policy")):
                found[f"{part}.{name}"] = np.array(["" if i < 0 else names[i] for i in array], dtype="U64")
            else:
                found[f"{part}.{name}"] = np.asarray(array)
    found["units"] = records.units
    return found


def state_bits(engine: Engine, policies: Iterable[str]) -> Bits:
    """Every column of the present state that later ticks can depend on, policies by id."""
    state, names = engine.state, engine.world.names.policies
    rows = [names.index(p) for p in policies]
    found = {f"agents.{k}": v for k, v in vars(state.agents).items() if k not in ("exposure", "due")}
    found["agents.listed_by"] = np.array(["" if i < 0 else names[i] for i in state.agents.listed_by])
    found |= {"exposure": state.agents.exposure[rows], "due": state.agents.due[rows]}
    count = state.links.count
    columns = ("seller", "buyer", "leg", "key", "trust", "risk", "last_used", "carries", "premium", "corridor", "way")
    found |= {f"links.{k}": getattr(state.links, k)[:count] for k in columns}
    nodes = int(state.paths.count[0])
    found["paths.rows"] = state.paths.rows[:nodes]
    found["lots.head"], found["lots.tail"] = state.lots.head, state.lots.tail
    found |= {"transit.whole": state.transit.whole, "transit.landed": state.transit.landed}
    return {name: np.array(array) for name, array in found.items()}


def differences(first: Bits, second: Bits) -> list[str]:
    """Names of arrays that are not the same bit by bit (NaN equals NaN)."""
    wrong = sorted(set(first) ^ set(second))
    for name in sorted(set(first) & set(second)):
        a, b = first[name], second[name]
        floats = a.dtype.kind == "f"
        if a.shape != b.shape or a.dtype != b.dtype or not np.array_equal(a, b, equal_nan=floats):
            wrong.append(name)
    return wrong


def delivered(records: Records, side: str) -> float:
    """Units delivered to a side in the recorded ticks."""
    names = records.world.names
    return float(records.series["delivered"][:, names.sides.index(side)].sum())


def reversed_order(value: Any) -> Any:
    """Plain data with every table, and every list of words, the other way round."""
    if isinstance(value, dict):
        return {key: reversed_order(value[key]) for key in reversed(list(value))}
    if isinstance(value, list):
        if all(isinstance(entry, str) for entry in value):
            return value[::-1]
        return [reversed_order(entry) for entry in value]
    return value


def agent_names(world: World) -> list[str]:
    """Group and index of each agent, the same whatever other agents there are."""
    agents = world.agents
    return [f"{world.names.groups[g]}.{i}" for g, i in zip(agents.group, agents.index, strict=True)]


def standard_error(values: np.ndarray) -> float:
    """Standard error of a mean."""
    return float(np.std(values, ddof=1) / math.sqrt(len(values)))


def detectable(values: np.ndarray, critical: float) -> float:
    """Difference of the mean from 0 that a two-sided test with this critical value finds with probability 0.9."""
    return (critical + 1.2816) * standard_error(values)
