"""What a user of the dashboard can move: switches and sliders, read off the declarations of a scenario."""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass
from typing import Any

from sim.declare.parameter import Fields, extra_of
from sim.declare.plain import plain
from sim.scenario.model import Scenario
from sim.scenario.paths import Spot

STEPS = 100
"""Steps of a slider from end to end, about."""
DIGITS = 6
"""Most digits behind the point that a slider shows."""


@dataclass(frozen=True)
class Lever:
    """A switch or a slider.

    Attributes:
        path: Dotted path of the value in the scenario.
        label: What stands beside it.
        about: What it is, for who asks.
        value: What the scenario says.
        low: Least value; a switch has none.
        high: Greatest value; a switch has none.
        step: Distance of the values of a slider.
        digits: Digits behind the point that a slider shows; 0 for whole numbers.
    """

    path: str
    label: str
    about: str
    value: float | int | bool
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    digits: int = 0

    @property
    def switch(self) -> bool:
        """True for a switch, False for a slider."""
        return isinstance(self.value, bool)

    @property
    def whole(self) -> bool:
        """True for a slider of whole numbers."""
        return isinstance(self.value, int) and not self.switch


@dataclass(frozen=True)
class Bench:
    """Levers that belong together: those of one policy, or all of a section.

    Attributes:
        title: What they are of.
        about: What that is.
        levers: The levers; the switch first where there is one.
        switchable: True where the first lever switches all the others off.
    """

    title: str
    about: str
    levers: tuple[Lever, ...]
    switchable: bool = False

    def changes(self, values: dict[str, Any]) -> dict[str, Any]:
        """What was moved.

        Args:
            values: Value of each lever by path; those that are missing stand as they did.

        Returns:
            Value by path of the levers that stand elsewhere than the scenario says. What is switched off has no
            other changes.
        """
        moved = {
            each.path: values[each.path] for each in self.levers if values.get(each.path, each.value) != each.value
        }
        first = self.levers[0].path
        return {first: False} if self.switchable and moved.get(first) is False else moved


def benches(scenario: Scenario) -> list[Bench]:
    """All that can be moved in a scenario.

    Each policy and each way of evasion can be switched off; a policy's intensity goes over its declared bounds, and
    what `[levers]` names over the range that stands there. An intensity that follows a schedule has no slider.

    Args:
        scenario: The scenario.

    Returns:
        Policies in order of id, then levers that lead elsewhere, then evasion.

    Example:
        >>> from sim.scenario.loading import load
        >>> [(bench.title, len(bench.levers)) for bench in benches(load("small"))][:3]
        [('china_ban', 2), ('eu_ban', 2), ('exit_checks', 3)]
    """
    named = {entry.path: (entry.low, entry.high) for entry in scenario.levers.values()}
    found = []
    for key, policy in scenario.policies.items():
        own = [path for path in named if path.startswith(f"policies.{key}.")]
        paths = dict.fromkeys([f"policies.{key}.intensity", *own])
        sliders = [slider for path in paths if (slider := _slider(scenario.at(path), named.get(path)))]
        title = policy.title or key
        when = f"`{key}`, {policy.kind.replace('_', ' ')}, from {policy.effective}. {_first_line(policy)}"
        switch = Lever(f"policies.{key}.enabled", "in force", f"Off: as if `{key}` were not in the scenario.", True)
        found.append(Bench(title, when, (switch, *sliders), switchable=True))
    others = [path for path in named if path.split(".")[0] != "policies"]
    sliders = [slider for path in others if (slider := _slider(scenario.at(path), named[path], whole_path=True))]
    if sliders:
        found.append(Bench("Other levers", "Entries of `[levers]` that lead to no policy.", tuple(sliders)))
    ways = [
        Lever(f"evasion.{key}.enabled", (way.title or key).replace("_", " "), _first_line(way), True)
        for key, way in scenario.evasion.items()
    ]
    if ways:
        found.append(
            Bench("Ways of evasion", "What firms can do to get around policies; each can be off.", tuple(ways))
        )
    return found


def _slider(spot: Spot, ends: tuple[float, float] | None, whole_path: bool = False) -> Lever | None:
    """A slider for a number; None where something else stands, or a kind does not read it."""
    key = spot.keys[0]
    if spot.form not in ("number", "whole") or key not in type(spot.table).read_keys():
        return None
    extra = extra_of(type(spot.table).model_fields[key])
    low, high = ends or (extra.get("low"), extra.get("high"))
    value = plain(spot.value)
    if low is None or high is None or not low < high:
        return None
    low, high = min(low, value), max(high, value)
    unit = "" if spot.unit in ("", "1") else f", {spot.unit}"
    label = (spot.path if whole_path else ".".join(spot.keys)).replace("_", " ") + unit
    if spot.form == "whole":
        return Lever(spot.path, label, f"{spot.text} `{spot.path}`", int(value), int(low), int(high))
    step = 10.0 ** math.floor(math.log10((high - low) / STEPS) + 0.5)
    digits = max(_digits(step), _digits(value))
    return Lever(spot.path, label, f"{spot.text} `{spot.path}`", float(value), float(low), float(high), step, digits)


def _digits(value: float) -> int:
    """Digits behind the point that a number needs, up to a few.

    Example:
        >>> _digits(0.05), _digits(3.0), _digits(1 / 3)
        (2, 0, 6)
    """
    return next((digits for digits in range(DIGITS) if round(value, digits) == value), DIGITS)


def _first_line(fields: Fields) -> str:
    """What a kind of table is, in a line."""
    text = inspect.cleandoc(type(fields).__doc__ or "").split("\n", maxsplit=1)[0]
    return text.split("`: ", maxsplit=1)[-1]
