"""Stage 1, triggers: a policy that acts only while customs records show more than a level."""

from __future__ import annotations

import numpy as np

from sim.policy.common import MEASURES, PolicyFields, Scope
from sim.tick.status import Status
from sim.world.columns import World
from sim.world.state import Known


class Triggers:
    """Which of the policies that wait for a trigger act.

    A trigger is pulled when what was reported over its window comes to ``trigger_on``, and let go when it falls to
    ``trigger_off`` or below: in between nothing changes (hysteresis). Only records that have been reported count.

    Args:
        world: The initial world.
        policies: In order of id.
        scopes: Their scopes.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope]) -> None:
        self._fields = [(row, fields) for row, fields in enumerate(policies) if fields.trigger]
        self._pairs = [np.flatnonzero(scopes[row].exports) for row, _ in self._fields]
        self._products = [np.flatnonzero(scopes[row].products) for row, _ in self._fields]
        weeks = world.calendar.weeks_per_tick
        self._window = [max(1, round(fields.trigger_weeks / weeks)) for _, fields in self._fields]
        self._count = len(policies)
        self._on = [False] * len(self._fields)
        self._found: dict[tuple[Status, tuple[bool, ...]], Status] = {}

    def now(self, tick: int, planned: Status, known: Known) -> Status:
        """Where policies stand in a tick, triggers looked at.

        Args:
            tick: This tick.
            planned: Where they stand by their dates.
            known: What customs records have told.

        Returns:
            The same object for equal statuses, so that tables are made anew only where something changed.
        """
        if not self._fields:
            return planned
        for place, (row, fields) in enumerate(self._fields):
            self._on[place] = planned.in_force[row] and self._pulled(place, tick, fields, known)
        key = (planned, tuple(self._on))
        if key not in self._found:
            off = [False] * self._count
            for place, (row, _) in enumerate(self._fields):
                off[row] = not self._on[place]
            self._found[key] = planned.without(off)
        return self._found[key]

    def _pulled(self, place: int, tick: int, fields: PolicyFields, known: Known) -> bool:
        """Whether a trigger is pulled, given whether it was."""
        side, column = MEASURES[fields.trigger]
        table = getattr(known, column)[max(0, tick - self._window[place]) : tick, side]
        level = float(table[:, self._pairs[place]][:, :, self._products[place]].sum())
        return level > fields.trigger_off if self._on[place] else level >= fields.trigger_on
