"""What a user of the dashboard can move: switches, sliders, numbers and dates, read off a scenario's declarations."""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.declare.parameter import Fields, extra_of, types_of
from sim.declare.plain import plain
from sim.policy.common import PolicyFields
from sim.scenario.model import Scenario
from sim.scenario.paths import Spot

STEPS = 100
"""Steps of a slider from end to end, about."""
DIGITS = 6
"""Most digits behind the point that a slider shows."""
LONGEST = 10
"""Longest range of a slider, but for what `[levers]` names; on a longer one hardly a value could be hit, so it is
typed."""
AROUND = 5
"""Years before the start of the record and after its end that a date may be set to."""
SWITCH, SLIDER, NUMBER, DAY = "toggle", "slider", "number_input", "date_input"
"""What a lever looks like, by Streamlit's names."""


@dataclass(frozen=True)
class Lever:
    """A switch, a slider, a number to type, or a date.

    Attributes:
        path: Dotted path of the value in the scenario.
        label: What stands beside it.
        about: What it is, for who asks.
        value: What the scenario says; None for a date that it leaves empty.
        low: Least value; a switch has none.
        high: Greatest value; a switch has none, and a number to type may have none.
        step: Distance of the values of a slider.
        digits: Digits behind the point that a slider shows; 0 for whole numbers.
        form: What it looks like.
    """

    path: str
    label: str
    about: str
    value: float | int | bool | date | None
    low: Any = 0.0
    high: Any = 1.0
    step: float = 1.0
    digits: int = 0
    form: str = SWITCH

    @property
    def switch(self) -> bool:
        """True for a switch."""
        return self.form == SWITCH

    @property
    def whole(self) -> bool:
        """True for whole numbers."""
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
        # A date that was given cannot be taken away by a value; what is empty stands as it stood.
        moved = {path: value for path, value in moved.items() if value is not None}
        first = self.levers[0].path
        return {first: False} if self.switchable and moved.get(first) is False else moved


def benches(scenario: Scenario) -> list[Bench]:
    """All that can be moved in a scenario.

    Each policy and each way of evasion can be switched off. A policy's intensity and its other numbers go over their
    declared bounds, and what `[levers]` names over the range that stands there; its dates go some years around the
    record. A number that follows a schedule or is drawn has no lever here.

    Args:
        scenario: The scenario.

    Returns:
        Policies in order of id, then levers that lead elsewhere, then evasion.

    Example:
        >>> from sim.scenario.loading import load
        >>> [(bench.title, len(bench.levers)) for bench in benches(load("small"))][:3]
        [('china_ban', 8), ('eu_ban', 8), ('exit_checks', 10)]
    """
    named = {entry.path: (entry.low, entry.high) for entry in scenario.levers.values()}
    found = []
    for key, policy in scenario.policies.items():
        own = [path for path in named if path.startswith(f"policies.{key}.")]
        first = dict.fromkeys([f"policies.{key}.intensity", *own])
        others = [f"policies.{key}.{name}" for name in _read(policy) if f"policies.{key}.{name}" not in first]
        sliders = [
            *(lever for path in first if (lever := _slider(scenario.at(path), named.get(path)))),
            *(lever for path in others if (lever := _day(scenario, path))),
            *(lever for path in others if (lever := _slider(scenario.at(path), None))),
        ]
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


def _read(policy: PolicyFields) -> list[str]:
    """Parameters that a policy reads; levels of a trigger only where it has one."""
    return [
        key
        for key in policy.read_keys()
        if key not in ("evidence", "enabled") and (policy.trigger or not key.startswith("trigger"))
    ]


def _day(scenario: Scenario, path: str) -> Lever | None:
    """A date; None where something else stands."""
    spot = scenario.at(path)
    if date not in types_of(type(spot.table).model_fields[spot.keys[0]]):
        return None
    low, high = date(scenario.time.start.year - AROUND, 1, 1), date(scenario.time.end.year + AROUND, 12, 31)
    if spot.value is not None:
        low, high = min(low, spot.value), max(high, spot.value)
    return Lever(path, spot.keys[0].replace("_", " "), f"{spot.text} `{path}`", spot.value, low, high, form=DAY)


def _slider(spot: Spot, ends: tuple[float, float] | None, whole_path: bool = False) -> Lever | None:
    """A slider for a number, or a place to type it; None where something else stands, or a kind does not read it."""
    key = spot.keys[0]
    if spot.form not in ("number", "whole") or key not in type(spot.table).read_keys():
        return None
    extra = extra_of(type(spot.table).model_fields[key])
    low, high = ends or (extra.get("low"), extra.get("high"))
    value = plain(spot.value)
    if low is None or (high is not None and not low < high):
        return None
    typed = high is None or (ends is None and high - low > LONGEST)
    low, high = min(low, value), high if high is None else max(high, value)
    label = (spot.path if whole_path else ".".join(spot.keys)).replace("_", " ")
    label += "" if spot.unit in ("", "1") or label.endswith(f" {spot.unit}") else f", {spot.unit}"
    about, form = f"{spot.text} `{spot.path}`", NUMBER if typed else SLIDER
    if spot.form == "whole":
        return Lever(spot.path, label, about, int(value), int(low), high if high is None else int(high), form=form)
    # A number to type steps by about a tenth of what stands there, and by one from nothing.
    wide = STEPS * (abs(value) / 10 or 1.0) if typed else high - low
    step = 10.0 ** math.floor(math.log10(wide / STEPS) + 0.5)
    digits = max(_digits(step), _digits(value))
    return Lever(
        spot.path, label, about, float(value), float(low), high if high is None else float(high), step, digits, form
    )


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
