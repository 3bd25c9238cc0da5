"""Draws with few digits, from which small scenarios are made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

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
