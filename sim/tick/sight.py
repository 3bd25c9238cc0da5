"""What authorities that list firms see of trade: records and seizures of their sources, and records that are pooled."""

from __future__ import annotations

import numpy as np

from sim.policy.common import PolicyFields, Scope
from sim.policy.data_sharing import DataSharingFields
from sim.policy.entity_listing import EntityListingFields
from sim.world.columns import World


class Sight:
    """What each listing policy sees.

    Attributes:
        sources: bool (policy, jurisdiction), whose seizures it hears of, and whose records are its own.
        sees: float64 (policy, 2, jurisdiction), what it sees of the records of exports and of imports: 1 for all, less
            where only a part is pooled.
        mismatch: float64 (policy, pair), exposure by a record of exports without one of imports, where both are pooled.
        serves: float64 (policy, agent), see :func:`serves`.
        suspect: float64 (policy, jurisdiction, side + 1), see :func:`suspects`.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope]) -> None:
        places = world.names.jurisdictions
        listings = [p if isinstance(p, EntityListingFields) else None for p in policies]
        count = len(policies)
        sources = [[p is not None and (not p.sources or j in p.sources) for j in places] for p in listings]
        self.sources = np.array(sources, dtype=np.bool_).reshape(count, len(places))
        self.sees = np.repeat(self.sources[:, None, :], 2, axis=1).astype(np.float64)
        self.mismatch = np.zeros((count, len(world.pairs.key)))
        self.serves = np.array([serves(world, s.sides) for s in scopes]).reshape(count, len(world.agents.key))
        shape = (count, len(places), len(world.names.sides) + 1)
        self.suspect = np.array([suspects(world, s.sides) for s in scopes]).reshape(shape)
        self._pools = [_Pool(world, i, p, listings) for i, p in enumerate(policies) if isinstance(p, DataSharingFields)]
        self._strength: np.ndarray | None = None

    def open_tick(self, strength: np.ndarray) -> None:
        """Reads which states pool their records. ``strength``: float64 (policy,), see `sim.policy.common.Tables`."""
        if not self._pools or (self._strength is not None and np.array_equal(strength, self._strength)):
            return
        self._strength = strength.copy()
        self.sees[:] = self.sources[:, None, :]
        self.mismatch[:] = 0.0
        for pool in self._pools:
            share = strength[pool.row]
            for i in pool.listings:
                self.sees[i] = np.maximum(self.sees[i], share * pool.members[None, :])
                self.mismatch[i] = np.maximum(self.mismatch[i], share * pool.weight * pool.pairs)

    def columns(self) -> tuple[np.ndarray, ...]:
        """What the kernels that ship need, in the order in which they take them."""
        return self.serves, self.suspect, self.sources, self.sees, self.mismatch


class _Pool:
    """Who pools records under a policy, for which listing policies, and on which pairs both ends are known."""

    def __init__(
        self, world: World, row: int, fields: DataSharingFields, listings: list[EntityListingFields | None]
    ) -> None:
        self.row, self.weight = row, fields.mismatch
        named = {fields.by, *fields.groups} - {""}
        self.listings = [i for i, p in enumerate(listings) if p is not None and p.by in named]
        self.members = np.array([j in fields.members for j in world.names.jurisdictions])
        self.pairs = self.members[world.pairs.origin] & self.members[world.pairs.destination]


def serves(world: World, sides: np.ndarray) -> np.ndarray:
    """How much a consignment to each agent appears to serve some of these sides, as papers and jurisdiction show.

    Args:
        world: The initial world.
        sides: bool (side,); none means that every consignment counts.

    Returns:
        float64 (agent,): 1 where the agent's papers show one of the sides, else the greatest diversion of its
        jurisdiction to one of them.
    """
    agents = world.agents
    if not sides.any():
        return np.ones(len(agents.key))
    shown = (agents.paper_side >= 0) & sides[agents.paper_side]
    return np.where(shown, 1.0, world.diversion[agents.jurisdiction][:, sides].max(axis=1))


def suspects(world: World, sides: np.ndarray) -> np.ndarray:
    """How much a consignment appears to serve some of these sides, as a customs record shows it.

    Args:
        world: The initial world.
        sides: bool (side,); none means that every consignment counts.

    Returns:
        float64 (jurisdiction, side + 1), by destination and side of the consignee on the papers, none first: 1 where
        papers name one of the sides, else the greatest diversion of the destination to one of them.
    """
    found = np.ones((len(world.names.jurisdictions), len(sides) + 1))
    if sides.any():
        found[:] = world.diversion[:, sides].max(axis=1)[:, None]
        found[:, 1:][:, sides] = 1.0
    return found
