"""Classes of agents that answer for every group of a world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import sim
from sim.decisions.rules import DECIDERS
from sim.mesa_model import KINDS, LeakageModel
from sim.scenario.loading import load
from sim.scenario.model import Scenario
from tests.worlds import small_world

EVADING = ("evading 12", "evading 21", "evading 22", "evading 36")
"""Random worlds with every kind of evasion. Between them all stories that papers can tell are told, over long corridors
too."""
WORLDS = ("small", 5, 18, 32, *EVADING)
"""The shipped small world, and random ones in which firms are listed, closed and founded, and some ask for bids."""

Change = Callable[[Any, Any, tuple[Any, ...]], Any]
"""Of an agent, what the shipped decision is, and what it is about: another decision."""


@cache
def scenario(world: str | int) -> Scenario:
    """A world by name or number."""
    if isinstance(world, int):
        return load(small_world(world))
    if world in EVADING:
        left_out = ("groups", "effective")
        listed = load("small").to_dict()["evasion"].items()
        ways = {name: {key: v for key, v in fields.items() if key not in left_out} for name, fields in listed}
        return load(small_world(seed(world)) | {"evasion": ways})
    return load(world)


def seed(world: str | int) -> int:
    """The seed with which a world is known to be lively."""
    if world in EVADING:
        return int(str(world).split()[-1])
    return world if isinstance(world, int) else 7


def classes(
    of: Scenario, decision: str, change: Change, group: str | None = None, calls: Counter[str] | None = None
) -> dict[str, type]:
    """A class for each group that takes a decision (or for one), which calls super() and changes what it says.

    Args:
        of: The scenario.
        decision: Name of the decision.
        change: What becomes of it.
        group: The only group.
        calls: Counts the calls by group.
    """
    found = {}
    for name, fields in of.groups.items():
        place = next(i for i, kind in enumerate(KINDS) if kind.__name__.lower() == fields.kind)
        if place not in DECIDERS[decision] or group not in (None, name):
            continue
        base = KINDS[place]
        method = getattr(base, decision)

        def decide(self: Any, *about: Any, shipped: Any = method, name: str = name) -> Any:
            if calls is not None:
                calls[name] += 1
            return change(self, shipped(self, *about), about)

        found[name] = type(f"Own{base.__name__}", (base,), {decision: decide})
    return found


def model(world: str | int, agents: Mapping[str, type] | None = None, **options: Any) -> LeakageModel:
    """A model of a world."""
    return sim.LeakageModel(scenario(world), seed=seed(world), agents=agents, **options)
