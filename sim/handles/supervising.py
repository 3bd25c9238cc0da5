"""The decisions of regulators, each evaluated on present state."""

from __future__ import annotations

from typing import Any

from sim.handles.deciding import tables_of
from sim.handles.party import Party


class Supervising(Party):
    """A regulator: customs of the jurisdiction it sits in, and whoever carries out the policies of its group."""

    @property
    def policies(self) -> tuple[str, ...]:
        """Ids of the policies that its group carries out (``by``)."""
        engine, group = self.model.engine, self.group
        named = zip(engine.world.names.policies, engine.policies, strict=True)
        return tuple(name for name, policy in named if policy.by == group)

    @property
    def legs(self) -> tuple[str, ...]:
        """Ids of the legs that begin in its jurisdiction: what it can inspect."""
        world = self.model.engine.world
        mine = world.legs.origin == world.agents.jurisdiction[self.row]
        return tuple(name for name, begins in zip(world.names.legs, mine.tolist(), strict=True) if begins)

    def inspection_share(self, leg: str, product: str) -> float:
        """Share of consignments inspected on a leg that begins in its jurisdiction; asked in every tick.

        See :func:`sim.agents.regulator.inspection_share`. Where several regulators decide for a leg, the greatest
        share holds. Within a jurisdiction or a customs union nothing is inspected, and nobody is asked.

        Args:
            leg: Id of a leg.
            product: Id of a product.

        Returns:
            Share, 0 to 1.

        Raises:
            RuntimeError: Before the first tick, when there are no policy tables yet.

        Example:
            >>> import sim
            >>> class Strict(sim.Regulator):
            ...     def inspection_share(self, leg, product):
            ...         if leg == "CN-KZ":
            ...             return 0.5
            ...         return super().inspection_share(leg, product)
            >>> model = sim.LeakageModel("small", agents={"reg_cn": Strict})
            >>> model.step()
        """
        engine, e, p = self.model.engine, self.model.legs[leg], self.model.products[product]
        legs, tick = engine.world.legs, self.model.tick_of_schedules
        if legs.inner.item(e):
            return 0.0
        capacity = engine.world.enforcement.item(tick, legs.origin.item(e))
        added = tables_of(engine).inspection.item(e, p)
        return self._scalars["inspection_share"](legs.inspection.item(tick, e), added, capacity)

    def investigate(self, party: Any, policy: str) -> float:
        """Weight with which it opens an investigation of a party under a listing policy that its group carries out.

        See :func:`sim.agents.regulator.investigate`. Asked in every tick for parties in scope that have some exposure
        and are not under investigation. Where several regulators decide, the greatest weight holds.

        Args:
            party: An agent.
            policy: Id of a listing policy.

        Returns:
            Expected openings a tick; 0 where the policy is not in force.

        Raises:
            RuntimeError: Before the first tick, when there are no policy tables yet.

        Example:
            >>> import sim
            >>> class Lenient(sim.Regulator):
            ...     def investigate(self, party, policy):
            ...         if party.jurisdiction == "CN":
            ...             return 0.0
            ...         return super().investigate(party, policy)
            >>> model = sim.LeakageModel("small", agents={"reg_cn": Lenient})
            >>> model.step()
        """
        engine, i = self.model.engine, self.model.policies[policy]
        hazard = engine.listing_hazard.item(i) * tables_of(engine).listing.item(i)
        return self._scalars["investigate"](engine.state.agents.exposure.item(i, party.row), hazard)

    def exposure(self, party: Any, policy: str) -> float:
        """What it has seen of a party: consignments seized or observed, fading.

        Args:
            party: An agent.
            policy: Id of a listing policy.
        """
        return self.model.engine.state.agents.exposure.item(self.model.policies[policy], party.row)  # type: ignore[no-any-return]
