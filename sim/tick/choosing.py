"""Stage 5, second part: the columns `way`, `corridor` and `premium`, for all links or for one cell of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.tick import evade
from sim.tick.instruments import Instruments
from sim.world.records import COUNTERS

Index = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Customers whose links are looked at, int64 (customer,); links in order of buyer, int64 (link,); the first of each
buyer, int64 (agent + 1,)."""

_BY_PREMIUM = COUNTERS.index("refused_by_premium")


class Choosing(Instruments):
    """How links get their ways, corridors and premiums."""

    def unrestricted(self, tick: int) -> bool:
        """Whether nothing that is in force gives a reason to look at ways and premiums.

        Args:
            tick: The tick whose closed legs count.
        """
        return self._quiet and not self.banks.acts and not self._speeds and bool(self.world.legs.open[tick].all())

    def _choose(self) -> None:
        """Fills the three columns; what belongs to a way that somebody of the user's own chose follows from it."""
        k, rows, ways = self.state.links, self._rows, self._ways
        quiet = self.unrestricted(self.tick)
        own = bool(self.decisions.overrides.keys() & {"way", "corridor", "premium"})
        if quiet:
            if not self._no_premium:
                k.premium[:] = 0.0
                k.way[:] = 0
                k.corridor[: k.count] = self.world.corridors.direct[k.leg[: k.count], None]
            # Licences and marked goods write premiums all the same.
            self._no_premium = not (own or self._licences.acts or self.marked.acts)
            if not own:
                return
        self._no_premium = False
        need = self.state.agents.need
        index = (rows.customers, k.by_buyer, k.first_of_buyer)
        if quiet or len(ways.names) == 1:
            self.decisions.override("way")
        else:
            self.decisions.fill("way", *self.way_columns(self.tick, index, need, k.way))
        if own or len(ways.names) > 1:
            evade.corridor_column(*self.corridor_columns(index, need, k.corridor))
        self.decisions.override("corridor")
        # Overrides correct the count of refusals: add to it only when they have been asked.
        refused = self.decisions.fill("premium", *self.premium_columns(index, need, k.premium))
        self.sums.counters[_BY_PREMIUM] += refused

    # What the kernels take

    def way_columns(self, tick: int, index: Index, need: np.ndarray, out: np.ndarray) -> tuple[Any, ...]:
        """Arguments of :func:`sim.tick.evade.way_column`.

        Args:
            tick: The tick.
            index: The links looked at.
            need: int64 (agent, product).
            out: int32 (link, product), to be written.
        """
        world, tables, rules, ways, c = self.world, self.tables, self._rules, self._ways, self.world.corridors
        s, a, k = world.agents, self.state.agents, self.state.links
        return (
            world.seed, tick, *index, k.seller, k.leg, k.pair, k.key, k.carries, k.risk, a.state,
            s.passes, s.group, s.paper_side, s.true_side, s.jurisdiction, s.heed, a.compliant, s.diligence,
            a.concealment, a.tolerance, a.margin, a.seen, world.diversion, world.welcome, self.ask_price, self._ban,
            tables.target, tables.penalty, self._any_target, self._levied, tables.levy_rate, tables.levy_unit,
            self.inspection_share, self._tracking, world.legs.open[tick], c.direct, c.legs, c.count, self.state.shown,
            c.freight, c.lead_weeks, self.stops, self.ghosts, ways.flags, ways.numbers, ways.groups, ways.factor,
            self._stake_ticks, rules.consignment_units, rules.inspection_value, rules.de_minimis,
            rules.de_minimis_factor, rules.patience, self.banks.columns(), self._standings.laws, need, out,
        )  # fmt: skip

    def corridor_columns(self, index: Index, need: np.ndarray, out: np.ndarray) -> tuple[Any, ...]:
        """Arguments of :func:`sim.tick.evade.corridor_column`; as of :meth:`way_columns`.

        Args:
            index: Likewise.
            need: Likewise.
            out: Likewise.
        """
        k = self.state.links
        return (
            *index, k.leg, k.pair, k.carries, self.world.corridors.direct, self.stops,
            self.ghosts, self._ways.flags, k.way, need, out,
        )  # fmt: skip

    def premium_columns(self, index: Index, need: np.ndarray, out: np.ndarray) -> tuple[Any, ...]:
        """Arguments of :func:`sim.tick.reserve.premium_column`; as of :meth:`way_columns`, ``out`` is float64.

        Args:
            index: Likewise.
            need: Likewise.
            out: Likewise.
        """
        world, tables, rules, ways, c = self.world, self.tables, self._rules, self._ways, self.world.corridors
        s, a, k = world.agents, self.state.agents, self.state.links
        return (
            *index, k.seller, k.pair, k.corridor, k.way, k.carries, k.risk, a.state,
            s.kind, s.passes, s.paper_side, s.true_side, s.jurisdiction, s.heed, a.compliant, s.diligence,
            a.concealment, a.tolerance, a.margin, a.seen, world.diversion, self.ask_price, self._ban, tables.target,
            tables.penalty, tables.suspended, self._any_target, self._any_suspended, self.inspection_share,
            self._tracking, c.legs, c.count, self.state.shown, ways.flags, ways.numbers, rules.refusal_belief,
            self._stake_ticks, rules.consignment_units, rules.inspection_value, rules.de_minimis,
            rules.de_minimis_factor, self.banks.columns(), self._standings.laws, need, out,
        )  # fmt: skip
