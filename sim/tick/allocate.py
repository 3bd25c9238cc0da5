"""Stage 1, inspections by proportion: an authority moves its inspections to where it has found most."""

from __future__ import annotations

import numpy as np

from sim.agents.regulator import effort
from sim.policy.common import PolicyFields, Scope
from sim.policy.inspection import InspectionFields
from sim.world.columns import World

_EXPORTERS = 0
"""Side of the records that the inspecting state keeps itself."""


class Allocations:
    """Where the inspection policies of a world look that allocate by proportion.

    They read what authorities can know: how many consignments were opened on each leg and how many of these were
    seized, and the records of exports that have been reported.

    Attributes:
        checks, hits: int64 (tick, leg), consignments opened, and those of them seized.
        share: float64 (policy, leg), share added on each leg, for each policy that allocates by proportion.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope]) -> None:
        found = [
            (i, fields)
            for i, fields in enumerate(policies)
            if isinstance(fields, InspectionFields) and fields.allocation == "proportional"
        ]
        self._rows = [i for i, _ in found]
        self._fields = [fields for _, fields in found]
        self._world = world
        ticks, legs = world.calendar.ticks, len(world.legs.origin)
        self.checks = np.zeros((ticks if found else 0, legs), dtype=np.int64)
        self.hits = np.zeros_like(self.checks)
        pair = world.legs.pair
        self._legs = [scopes[i].exports[pair] for i in self._rows]
        self._products = [scopes[i].products for i in self._rows]
        weeks = world.calendar.weeks_per_tick
        self._memory = [max(1, round(fields.memory_weeks / weeks)) for fields in self._fields]
        self._period = [max(1, round(fields.period_weeks / weeks)) for fields in self._fields]
        self._since = [-1] * len(found)
        self.share = np.zeros((len(found), legs))

    def added(self, tick: int, strength: np.ndarray, known: np.ndarray, added: np.ndarray) -> np.ndarray:
        """What all policies add on each pair, those that allocate by proportion included.

        Args:
            tick: This tick.
            strength: float64 (policy,), intensity of policies in force.
            known: int64 (tick, 2, pair, product + 1), records reported in each tick.
            added: float64 (pair, product), what the other policies add.

        Returns:
            ``added`` itself where no policy allocates by proportion, else a new array.
        """
        if not any(strength[row] > 0.0 for row in self._rows):
            self._since = [-1] * len(self._rows)
            return added
        total = added.copy()
        pair = self._world.legs.pair
        for place, row in enumerate(self._rows):
            if strength[row] <= 0.0:
                self._since[place] = -1
                continue
            if self._since[place] < 0 or tick - self._since[place] >= self._period[place]:
                self._since[place] = tick
                self._reallocate(place, tick, known)
            legs = self._legs[place]
            shares = self.share[place, legs, None] * strength[row] * self._products[place]
            total[pair[legs]] += shares
        return total

    def _reallocate(self, place: int, tick: int, known: np.ndarray) -> None:
        """Sets the shares of one policy anew. See :func:`sim.agents.regulator.effort`."""
        world, legs = self._world, np.flatnonzero(self._legs[place])
        if legs.size == 0:
            return
        first = max(0, tick - self._memory[place])
        checks = self.checks[first:tick, legs].sum(axis=0)
        hits = self.hits[first:tick, legs].sum(axis=0)
        # What becomes known in this tick is read in the next.
        traffic = known[first:tick, _EXPORTERS][:, world.legs.pair[legs]].sum(axis=(0, 2))
        fields = self._fields[place]
        rate = hits.sum() / checks.sum() if checks.sum() > 0 else 0.0
        usual = np.array([effort(float(n), float(m), rate, fields.prior) for n, m in zip(checks, hits, strict=True)])
        weight = traffic + 1.0
        level = (usual * weight).sum() / weight.sum()
        self.share[place] = 0.0
        self.share[place, legs] = fields.added * (usual / level if level > 0.0 else 1.0)

    def close_tick(self, tick: int, inspected: np.ndarray, seized: np.ndarray) -> None:
        """Keeps what was opened and seized in a tick. Both int64 (leg, product), consignment pieces."""
        if self._rows:
            self.checks[tick] = inspected.sum(axis=1)
            self.hits[tick] = seized.sum(axis=1)
