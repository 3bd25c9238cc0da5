"""Windows: the ticks that a measure looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sim.ledger.labels import tick_dates
from sim.world.records import Records


@dataclass(frozen=True)
class Window:
    """Recorded ticks ``first <= tick < after``.

    Attributes:
        first: First tick.
        after: First tick after the window.
        label: First and last day, as printed: ``2022-02-24..2023-01-25``.

    Example:
        >>> Window(2, 5, "").ticks
        3
    """

    first: int
    after: int
    label: str

    @property
    def ticks(self) -> int:
        """Number of ticks."""
        return self.after - self.first

    @classmethod
    def whole(cls, records: Records) -> Window:
        """The whole recorded period of a run.

        Args:
            records: The run.
        """
        return cls.of(records, 0, tick_dates(records).size)

    @classmethod
    def of(cls, records: Records, first: int, after: int) -> Window:
        """A window by ticks, cut to the recorded period.

        Args:
            records: The run.
            first: First tick.
            after: First tick after it.
        """
        dates = tick_dates(records)
        step = round(records.world.calendar.weeks_per_tick * 7)
        first, after = max(0, first), min(dates.size, after)
        if first >= after:
            return cls(first, first, "")
        last = dates[after - 1].astype(object) + timedelta(days=step - 1)
        return cls(first, after, f"{dates[first]}..{last}")

    @classmethod
    def between(cls, records: Records, first: date, last: date) -> Window:
        """The ticks whose first day lies between two dates.

        Args:
            records: The run.
            first: First date.
            last: Last date, included.

        Raises:
            ValueError: If no tick starts between the dates.
        """
        dates = tick_dates(records)
        start = int(np.searchsorted(dates, np.datetime64(first)))
        after = int(np.searchsorted(dates, np.datetime64(last), side="right"))
        if start >= after:
            raise ValueError(
                f"no tick starts between {first} and {last}; the record goes from {dates[0]} to {dates[-1]}"
            )
        return cls.of(records, start, after)
