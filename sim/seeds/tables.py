"""The evidence tables, each column declared once: what it holds, and which rows make sense."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from sim.seeds.cells import (
    Bound,
    Confidence,
    Day,
    Ids,
    Kind,
    Number,
    OptionalDay,
    OptionalIds,
    OptionalNumber,
    OptionalText,
    Role,
    Text,
    When,
)

Wrong = tuple[str, str, str]
"""Column, what is wrong, what is allowed."""


class Row(BaseModel):
    """A row of an evidence table.

    Attributes:
        id: Short and stable name of the row.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    pattern: ClassVar[str] = ""

    id: Text = Field(description="Stable name; a letter after it marks a further number of the same fact.")

    def wrong(self) -> Iterator[Wrong]:
        """What does not fit together in the row."""
        if not re.fullmatch(self.pattern, self.id):
            yield "id", f"The id `{self.id}` has not the form of this table.", f"ids of the form {self.pattern}"


class Fact(Row):
    """What was observed or reported: a row of `facts.csv`."""

    pattern: ClassVar[str] = r"[DFG]\d\d[a-z]?"

    fact: Text = Field(description="What was observed, in our own words.")
    value: OptionalNumber = Field(description="The number; empty where the fact has none.")
    low: OptionalNumber = Field(description="Least value believed possible; empty where nothing is said.")
    high: OptionalNumber = Field(description="Greatest value believed possible; empty where nothing is said.")
    bound: Bound = Field(description="From which side the number holds a run: both, at least, at most.")
    unit: OptionalText = Field(description="Unit of value, low and high.")
    window_start: OptionalDay = Field(description="First day that the number covers.")
    window_end: OptionalDay = Field(description="Last day that the number covers.")
    observable: OptionalText = Field(description="What in a run it is compared with; measures and series in backticks.")
    not_computed: OptionalText = Field(description="Why no run shows it; filled where observable is empty.")
    reading: OptionalText = Field(description="How the number was read, where the source does not print it as such.")
    role: Role = Field(description="What it is used for.")
    confidence: Confidence = Field(description="H official figure or paper, M good press or one firm, L second-hand.")
    source: Ids = Field(description="Ids of sources, split by ;.")

    def wrong(self) -> Iterator[Wrong]:
        """What does not fit together in the row."""
        yield from super().wrong()
        yield from _range(self.value, self.low, self.high)
        yield from _one_of(self.observable, self.not_computed, "observable")
        numbers = [each for each in (self.value, self.low, self.high) if each is not None]
        if bool(numbers) != bool(self.unit):
            yield "unit", "A number needs a unit, and a unit a number.", "both filled, or both empty"
        if (self.value is not None) != bool(self.bound):
            yield "bound", "A value needs a bound, and a bound a value.", "both filled, or both empty"
        if self.bound == "at least" and (self.low != self.value or self.high is not None):
            yield "bound", "A lower bound has its value as `low`, and no `high`.", "low = value, high empty"
        if self.bound == "at most" and (self.high != self.value or self.low is not None):
            yield "bound", "An upper bound has its value as `high`, and no `low`.", "high = value, low empty"
        if self.window_start and self.window_end and self.window_start > self.window_end:
            yield "window_end", "The window ends before it starts.", f"a day from {self.window_start} on"
        if self.role in ("fit", "check") and not self.observable:
            yield "observable", f"A fact to {self.role} needs something to compare it with.", "text"
        if self.role == "fit" and (self.value is None or self.window_start is None or self.window_end is None):
            yield "role", "A fact to fit needs a value and a window.", "value, window_start and window_end filled"


class Parameter(Row):
    """Default and range of an uncertain parameter: a row of `parameters.csv`."""

    pattern: ClassVar[str] = r"P\d\d"

    name: Text = Field(description="What the parameter is.")
    default: Number = Field(description="Value to start from.")
    low: OptionalNumber = Field(description="Least value believed possible.")
    high: OptionalNumber = Field(description="Greatest value believed possible.")
    unit: Text = Field(description="Unit of default, low and high; 1 for a pure number.")
    sets: OptionalText = Field(description="What it sets in a scenario: a path, * for any id.")
    not_computed: OptionalText = Field(description="Why it sets nothing; filled where sets is empty.")
    rests_on: OptionalIds = Field(description="Facts behind it, where there are some: ids split by ;.")
    reading: OptionalText = Field(description="How the numbers were got.")
    role: Role = Field(description="What it is used for.")
    source: Ids = Field(description="Ids of sources, split by ;.")

    def wrong(self) -> Iterator[Wrong]:
        """What does not fit together in the row."""
        yield from super().wrong()
        yield from _range(self.default, self.low, self.high)
        yield from _one_of(self.sets, self.not_computed, "sets")
        if (self.low is None) != (self.high is None):
            yield "low", "A range has two ends.", "low and high both filled, or both empty"


class Event(Row):
    """A dated event or policy: a row of `clock.csv`."""

    pattern: ClassVar[str] = r"T\d\d"

    date: Day = Field(description="Day from which it holds.")
    announced: Day = Field(description="Day from which it was known.")
    event: Text = Field(description="What happened.")
    source: Ids = Field(description="Ids of sources, split by ;.")

    def wrong(self) -> Iterator[Wrong]:
        """What does not fit together in the row."""
        yield from super().wrong()
        if self.announced > self.date:
            yield "announced", "It is announced after it holds.", f"a day up to {self.date}"


class Volume(Row):
    """A volume of the reading in which all facts hold at once: a row of `volumes.csv`."""

    pattern: ClassVar[str] = r"V\d\d"

    group: Text = Field(description="Groups of the baseline, or all of a kind.")
    flow: Text = Field(description="What flows, or what is counted.")
    value: Number = Field(description="The number.")
    unit: Text = Field(description="Its unit.")
    window_start: Day = Field(description="First day that the number covers.")
    window_end: Day = Field(description="Last day that the number covers.")
    source: Ids = Field(description="Ids of sources, split by ;.")

    def wrong(self) -> Iterator[Wrong]:
        """What does not fit together in the row."""
        yield from super().wrong()
        if self.value < 0.0:
            yield "value", "A volume is not negative.", "0 or more"
        if self.window_start > self.window_end:
            yield "window_end", "The window ends before it starts.", f"a day from {self.window_start} on"


class Source(Row):
    """Who said it: a row of `sources.csv`."""

    pattern: ClassVar[str] = r"[a-z][a-z0-9-]*"

    name: Text = Field(description="Who, on what.")
    kind: Kind = Field(description="official, paper, press, or reading (our own).")
    date: When = Field(description="When: a day, a month, a year, or a span of years; empty where not known.")
    file: OptionalText = Field(description="Name of the document's file, for one of the five documents.")
    note: OptionalText = Field(description="What else to know of it.")


TABLES: dict[str, type[Row]] = {
    "facts": Fact,
    "parameters": Parameter,
    "clock": Event,
    "volumes": Volume,
    "sources": Source,
}
"""Every table by the name of its file."""

EVIDENCE = ("facts", "parameters", "clock", "volumes")
"""Tables whose ids a scenario cites."""


def columns(table: str) -> tuple[str, ...]:
    """Columns of a table, in order.

    Args:
        table: A key of :data:`TABLES`.

    Example:
        >>> columns("clock")
        ('id', 'date', 'announced', 'event', 'source')
    """
    return tuple(TABLES[table].model_fields)


def _range(value: float | None, low: float | None, high: float | None) -> Iterator[Wrong]:
    """What is wrong with a number and its range."""
    if low is not None and value is not None and low > value:
        yield "low", "`low` is above the value.", f"up to {value:,.12g}"
    if high is not None and value is not None and high < value:
        yield "high", "`high` is below the value.", f"{value:,.12g} or more"
    if low is not None and high is not None and low > high:
        yield "high", "`high` is below `low`.", f"{low:,.12g} or more"


def _one_of(said: str, why_not: str, column: str) -> Iterator[Wrong]:
    """A row says what it is compared with, or why with nothing; one of the two."""
    if bool(said) == bool(why_not):
        yield column, f"One of `{column}` and `not_computed` is filled.", "one filled, the other empty"
