"""Draws with few digits, from which small scenarios are made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from tests.worlds import _Maker

START = date(2022, 1, 3)
"""First day of every small scenario."""


class Draws:
    """A stream of draws for one scenario.

    Args:
        number: Which scenario.
    """

    def __init__(self, number: int) -> None:
        self.rng = np.random.Generator(np.random.Philox(key=[number, 77]))
        self.step = int(self.rng.choice([7, 7, 7, 10, 14]))
        self.recorded = int(self.rng.integers(15, 31))

    def chance(self, p: float) -> bool:
        """True with a probability."""
        return bool(self.rng.random() < p)

    def between(self, low: float, high: float) -> float:
        """A number with few digits between two."""
        return round(float(low + (high - low) * self.rng.random()), 4)

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def one_of(self, options: list[Any]) -> Any:
        """One of a list."""
        return options[int(self.rng.integers(len(options)))]

    def some(self, options: list[Any], p: float) -> list[Any]:
        """Each of a list with a probability."""
        return [x for x in options if self.chance(p)]

    def day(self, low: int, high: int) -> date:
        """A date so many ticks after the start, not always at a tick's edge."""
        return START + timedelta(days=self.whole(low, high) * self.step + self.whole(0, self.step - 1))

    def schedule(self, low: float, high: float) -> Any:
        """A number, or a number that changes by date."""
        if self.chance(0.65):
            return self.between(low, high)
        kind = "step" if self.chance(0.6) else "linear"
        days = sorted({self.day(-4, self.recorded) for _ in range(self.whole(1, 3))})
        return {kind: {day.isoformat(): self.between(low, high) for day in days}}

    def trait(self, low: float, high: float) -> Any:
        """A number, or a spread of numbers over agents."""
        if self.chance(0.5):
            return self.between(low, high)
        a, b = sorted((self.between(low, high), self.between(low, high)))
        return {"uniform": [a, b]}


class LaterDraws(Draws):
    """Draws what a scenario gets on top of parts drawn already, from a stream of its own.

    Args:
        number: Which scenario.
        maker: What has drawn its other parts.
    """

    stream: ClassVar[int]
    """Which stream of the scenario's."""

    def __init__(self, number: int, maker: _Maker) -> None:
        super().__init__(number)
        self.rng = np.random.Generator(np.random.Philox(key=[number, self.stream]))
        self.step, self.recorded = maker.step, maker.recorded
        self.places, self.sides, self.drones = maker.places, maker.sides, maker.drones

    def policy(self, kind: str) -> dict[str, Any]:
        """One policy of a kind, whose fields the method of that name draws."""
        effective = self.day(-6, self.recorded // 3)
        intensity = self.one_of([1.0, 1.0, self.between(0.3, 1.0), self.schedule(0.0, 1.0)])
        return self.dated(kind, effective, intensity, announced=0.4)

    def dated(self, kind: str, effective: date, intensity: Any, announced: float) -> dict[str, Any]:
        """One policy of a kind from a day on; announced before with a probability, and now and then ended."""
        found: dict[str, Any] = {"kind": kind, "effective": effective.isoformat(), "intensity": intensity}
        if self.chance(announced):
            found["announced"] = (effective - timedelta(days=self.whole(1, 70))).isoformat()
        if self.chance(0.25):
            found["ends"] = (effective + timedelta(days=self.whole(20, 150))).isoformat()
        return found | getattr(self, kind)()

    def scope(self) -> dict[str, Any]:
        """Origins and destinations."""
        found: dict[str, Any] = {}
        if self.chance(0.5):
            found["origins"] = self.some(self.places, 0.7) or [self.places[0]]
        if self.chance(0.4):
            found["destinations"] = self.some(self.places[1:], 0.6) or [self.places[-1]]
        return found
