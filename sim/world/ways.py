"""Ways of sending a consignment as columns: row 0 is honest papers, the others those that a scenario lists, by id."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evasion.common import WayFields
from sim.evasion.firms import ResaleFields, ShellsFields, StockpilingFields
from sim.evasion.papers import MilitaryPurposeFields
from sim.scenario.model import Scenario
from sim.world.columns import Calendar, Names

HONEST = 0
"""Row of honest papers."""
HONEST_NAME = "honest"
"""What honest papers are called in tables."""
ALWAYS = -1
"""First tick of a way that is used from the beginning."""


GOES, HIDES_PRODUCT, HIDES_SIDE, NAMES_SIDE, FALSE, PARCELS, BY_HAND, OFFICIALS, BEGINS = range(9)
"""Fields of `Ways.flags`: what papers say of where goods go, then yes or no (see `sim.evasion.common.WayFields`), then
the first tick of its use."""
DECLARED, MOST_UNITS, LOOKS_AWAY, COST, RATE, DELAY, DELAY_WEEKS, HIDDEN, PENALTY = range(9)
"""Fields of `Ways.numbers`: share of units and value on papers; units of a parcel that goes by hand; share of
inspections not made; US dollars a consignment or parcel; share of the price; ticks and weeks that it takes longer
(below 0 for what it saves); chance that an inspection does not find it out; US dollars where it is found out."""


@dataclass(frozen=True)
class Ways:
    """Columns of ways.

    Attributes:
        names: ``honest``, then ids.
        flags: int64 (way, 9), fields in the order of the constants above.
        numbers: float64 (way, 9), likewise.
        groups: bool (way, group), who can use it.
        resale, shells, stockpiling: Whether these are on.
    """

    names: tuple[str, ...]
    flags: NDArray[np.int64]
    numbers: NDArray[np.float64]
    groups: NDArray[np.bool_]
    resale: bool
    shells: bool
    stockpiling: bool


def list_ways(scenario: Scenario, names: Names, calendar: Calendar) -> Ways:
    """The ways that a scenario lists.

    Args:
        scenario: The scenario.
        names: Ids in order of rows.
        calendar: Ticks and dates.

    Returns:
        The columns.
    """
    listed = {key: fields for key, fields in sorted(scenario.evasion.items()) if isinstance(fields, WayFields)}
    rows = list(listed.values())
    kinds = [type(fields) for fields in scenario.evasion.values()]

    flags = np.zeros((len(rows) + 1, 9), dtype=np.int64)
    numbers = np.zeros((len(rows) + 1, 9))
    flags[HONEST, BEGINS] = ALWAYS
    numbers[HONEST, DECLARED] = 1.0
    for row, fields in enumerate(rows, start=1):
        saved = fields.saved_weeks if isinstance(fields, MilitaryPurposeFields) else 0.0
        weeks = fields.delay_weeks - saved
        flags[row] = (
            fields.goes, fields.hides_product, fields.hides_side, fields.names_side, fields.false, fields.parcels,
            fields.by_hand, fields.officials, _begins(fields, calendar),
        )  # fmt: skip
        numbers[row] = (
            getattr(fields, "declared", 1.0), getattr(fields, "most_units", 0.0), getattr(fields, "looks_away", 0.0),
            fields.cost, fields.rate, weeks / calendar.weeks_per_tick, weeks, fields.concealment, fields.penalty,
        )  # fmt: skip
    can = [[not fields.groups or group in fields.groups for group in names.groups] for fields in rows]
    return Ways(
        names=(HONEST_NAME, *listed),
        flags=flags,
        numbers=numbers,
        groups=np.array([[True] * len(names.groups), *can], dtype=np.bool_),
        resale=ResaleFields in kinds,
        shells=ShellsFields in kinds,
        stockpiling=StockpilingFields in kinds,
    )


def _begins(fields: WayFields, calendar: Calendar) -> int:
    """First tick in which a way is used: the first that has its date, as for a policy."""
    if fields.effective is None:
        return ALWAYS
    for tick, after in enumerate(calendar.days_after):
        if fields.effective < after:
            return tick
    return calendar.ticks
