"""A number that may change by date."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.declare.errors import BadValue, nearest, shortened
from sim.declare.numbers import day, number

KINDS = ("step", "linear")
"""The kinds of schedule apart from a plain number."""

ALLOWED = "a number, {step = {date = number}} or {linear = {date = number}}"


@dataclass(frozen=True)
class Schedule:
    """A number by date. Before the first date it has the first value, after the last date the last one.

    Attributes:
        kind: ``"constant"``, ``"step"`` (holds until the next date) or ``"linear"`` (straight between dates).
        days: The dates, rising; empty for a constant.
        values: A value for each date; one value for a constant. Unit as declared for the parameter.

    Example:
        >>> demand = Schedule.parse({"step": {"2022-01-01": 3000, "2023-01-01": 6000}})
        >>> demand.at(date(2022, 12, 31)), demand.at(date(2023, 1, 1))
        (3000.0, 6000.0)
        >>> Schedule.parse(5).constant
        True
    """

    kind: str
    days: tuple[date, ...]
    values: tuple[float, ...]

    @classmethod
    def parse(cls, value: Any) -> Schedule:
        """Reads a schedule from what a scenario says.

        Args:
            value: A number, ``{"step": {date: number}}``, ``{"linear": {date: number}}``, or a schedule.

        Returns:
            The schedule.

        Raises:
            BadValue: S207 if it is none of these; S206 and S203 for a wrong date or number in it.
        """
        if isinstance(value, Schedule):
            return value
        if not isinstance(value, Mapping):
            return cls("constant", (), (number(value, "S207", ALLOWED),))
        if value and all(_is_day(key) for key in value):
            raise BadValue(
                "S207",
                "The dates do not say whether the value steps or goes straight between them.",
                value=value,
                allowed=ALLOWED,
                todo=f"Put `step` or `linear` around the dates: {{step = {shortened(value, 60)}}}",
            )
        if len(value) != 1:
            raise BadValue("S207", f"The table has {len(value)} keys instead of one.", value=value, allowed=ALLOWED)
        ((kind, points),) = value.items()
        if kind not in KINDS:
            raise BadValue(
                "S207",
                f"There is no kind of schedule `{kind}`.",
                value=kind,
                allowed=ALLOWED,
                nearest=nearest(kind, KINDS),
            )
        if not isinstance(points, Mapping) or not points:
            raise BadValue("S207", f"`{kind}` needs a table from dates to numbers.", value=points, allowed=ALLOWED)
        found: dict[date, float] = {}
        for key, entry in points.items():
            try:
                when, what = day(key), number(entry)
            except BadValue as bad:
                raise bad.below(kind, str(key)) from None
            if when in found:
                raise BadValue(
                    "S207", f"The date {when} is given twice.", at=(kind,), value=when, allowed="each date once"
                )
            found[when] = what
        days = tuple(sorted(found))
        return cls(kind, days, tuple(found[when] for when in days))

    @property
    def constant(self) -> bool:
        """True if the value is the same on every date."""
        return len(set(self.values)) == 1

    def at(self, when: date) -> float:
        """Value on a date.

        Args:
            when: The date.

        Returns:
            The value, in the parameter's unit.

        Example:
            >>> Schedule.parse({"linear": {"2022-01-01": 0, "2022-01-11": 10}}).at(date(2022, 1, 4))
            3.0
        """
        place = bisect.bisect_right(self.days, when)
        if place == 0:
            return self.values[0]
        before = self.values[place - 1]
        if self.kind != "linear" or place == len(self.days):
            return before
        gone = (when - self.days[place - 1]).days / (self.days[place] - self.days[place - 1]).days
        after = self.values[place]
        # Rounding must not carry the value past either end: bounds are checked on the ends alone.
        return min(max(before + (after - before) * gone, min(before, after)), max(before, after))

    def values_on(self, dates: Sequence[date]) -> NDArray[np.float64]:
        """Values on many dates.

        Args:
            dates: The dates, in any order.

        Returns:
            float64[date].

        Example:
            >>> Schedule.parse(2).values_on([date(2022, 1, 1), date(2022, 1, 8)]).tolist()
            [2.0, 2.0]
        """
        if self.constant:
            return np.full(len(dates), self.values[0])
        return np.array([self.at(when) for when in dates], dtype=np.float64)

    def scaled(self, factor: float) -> Schedule:
        """The schedule with every value multiplied by a factor.

        Example:
            >>> Schedule.parse({"step": {"2022-01-01": 2}}).scaled(1.5).values
            (3.0,)
        """
        return Schedule(self.kind, self.days, tuple(value * factor for value in self.values))

    def to_plain(self) -> float | dict[str, dict[str, float]]:
        """The schedule as a scenario file would say it.

        Example:
            >>> Schedule.parse({"step": {"2022-01-01": 2}}).to_plain()
            {'step': {'2022-01-01': 2.0}}
        """
        if self.kind == "constant":
            return self.values[0]
        return {self.kind: {when.isoformat(): value for when, value in zip(self.days, self.values, strict=True)}}


def _is_day(key: Any) -> bool:
    """True for what can be read as a date."""
    try:
        day(key)
    except BadValue:
        return False
    return True
