"""The two ledgers of a run as columns, made once for all observables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ledger.customs import Entries, entries
from sim.ledger.labels import tick_dates
from sim.ledger.paths import paths
from sim.world.records import Records

Bool = NDArray[np.bool_]
Int = NDArray[np.int64]
Float = NDArray[np.float64]
DAYS_A_MONTH = 30.4375


class Undefined(Exception):
    """A run has no value of an observable; the message says why."""


class Book:
    """A run that kept its ledger, with the columns that observables look at.

    Args:
        records: The run.
        weight: float64 (row,), what part of each row of the true ledger counts; all of each by default. A rival's view
            of a run without policies drops or thins what a policy bars.

    Raises:
        ValueError: If the run kept no ledger.
    """

    def __init__(self, records: Records, weight: Float | None = None) -> None:
        if records.ledger is None:
            raise ValueError("the run kept no ledger")
        self.records, self.world = records, records.world
        self.rows = records.ledger
        self.weight = np.ones(len(self.rows["tick"])) if weight is None else weight
        self.days = tick_dates(records)

    # Columns of the true ledger, a row a piece

    @cached_property
    def tick(self) -> Int:
        """Recorded tick of shipping."""
        return self.rows["tick"].astype(np.int64)

    @cached_property
    def seller(self) -> Int:
        """Row of the agent that sells."""
        return self.rows["seller"].astype(np.int64)

    @cached_property
    def buyer(self) -> Int:
        """Row of the agent that buys."""
        return self.rows["buyer"].astype(np.int64)

    @cached_property
    def product(self) -> Int:
        """Row of the product."""
        return self.rows["product"].astype(np.int64)

    @cached_property
    def units(self) -> Float:
        """Units that count."""
        return self.rows["units"].astype(np.float64) * self.weight

    @cached_property
    def paid(self) -> Float:
        """US dollars a unit, as paid to the seller."""
        return self.rows["unit_price"].astype(np.float64)

    @cached_property
    def landed(self) -> Float:
        """US dollars a unit, with freight, levies, and what officials are paid."""
        return self.paid + sum(
            self.rows[name].astype(np.float64) for name in ("unit_freight", "unit_facilitation", "unit_levy")
        )

    @cached_property
    def maker(self) -> Int:
        """Row of the agent that made the goods; -1 for goods given as aid."""
        return self.records.nodes["maker"].astype(np.int64)[self.rows["node"].astype(np.int64)]

    @cached_property
    def chain(self) -> Int:
        """Trading firms between maker and buyer."""
        return paths(self.records).length[self.rows["node"].astype(np.int64)]

    @cached_property
    def there(self) -> Bool:
        """Not seized on the way."""
        return ~self.rows["seized"].astype(np.bool_)

    @cached_property
    def entries(self) -> Entries:
        """The customs ledger."""
        return entries(self.records)

    # Masks

    def in_window(self, ticks: Int, first: date, last: date) -> Bool:
        """Ticks that begin within two dates, both included.

        Args:
            ticks: Recorded ticks, of any sign.
            first: First day.
            last: Last day.
        """
        low, high = self.span(first, last)
        return (ticks >= low) & (ticks < high)

    def span(self, first: date, last: date) -> tuple[int, int]:
        """The recorded ticks that begin within two dates, as first and first after; cut to the record."""
        low = int(np.searchsorted(self.days, np.datetime64(first)))
        high = int(np.searchsorted(self.days, np.datetime64(last), side="right"))
        return low, high

    def covered(self, first: date, last: date) -> None:
        """Sees to it that the record covers a window.

        Raises:
            Undefined: Where it does not, open ends apart.
        """
        step = self.days[1] - self.days[0] if len(self.days) > 1 else np.timedelta64(7, "D")
        end = self.days[-1] + step
        if first != date.min and np.datetime64(first) < self.days[0] - step:
            raise Undefined(f"the record begins on {self.days[0]}, after {first}")
        if last != date.max and np.datetime64(last) >= end + step:
            raise Undefined(f"the record ends on {end}, before {last}")
        low, high = self.span(first, last)
        if low >= high:
            raise Undefined("no tick of the record begins within the window")

    def groups(self, agents: Int, names: Iterable[str]) -> Bool:
        """Agents of some groups; all where none is named, and none for an agent -1."""
        wanted = tuple(names)
        if not wanted:
            return np.ones(len(agents), np.bool_)
        rows = [self._place(self.world.names.groups, name, "group") for name in wanted]
        return np.isin(self.world.agents.group[agents], rows) & (agents >= 0)

    def places(self, agents: Int, names: Iterable[str]) -> Bool:
        """Agents that sit in some jurisdictions; all where none is named."""
        wanted = tuple(names)
        if not wanted:
            return np.ones(len(agents), np.bool_)
        rows = [self.place(name) for name in wanted]
        return np.isin(self.world.agents.jurisdiction[agents], rows)

    def goods(self, product: Int, products: Iterable[str], without: Iterable[str]) -> Bool:
        """Products that count."""
        names = self.world.names.products
        kept = [self._place(names, name, "product") for name in products] or list(range(len(names)))
        # A scenario need not have what does not count.
        left_out = [names.index(name) for name in without if name in names]
        return np.isin(product, [row for row in kept if row not in left_out])

    def place(self, name: str) -> int:
        """Row of a jurisdiction."""
        return self._place(self.world.names.jurisdictions, name, "jurisdiction")

    def side(self, name: str) -> int:
        """Row of a side."""
        return self._place(self.world.names.sides, name, "side")

    @staticmethod
    def _place(names: tuple[str, ...], name: str, what: str) -> int:
        """Row of a name."""
        if name not in names:
            raise Undefined(f"the scenario has no {what} {name}")
        return names.index(name)


def months(book: Book, low: int, high: int) -> float:
    """Length of some ticks in months."""
    return (high - low) * book.world.calendar.weeks_per_tick * 7.0 / DAYS_A_MONTH


def distinct(rows: Int) -> float:
    """Number of different rows."""
    return float(np.unique(rows).size)
