"""Stage 10, shells: a firm whose owner had another one before begins with the customers of that one."""

from __future__ import annotations

import numpy as np

from sim.world.columns import ALIVE, CLOSED, World
from sim.world.state import State


class Heirs:
    """Remembers the customers of firms that closed for good, for owners that return.

    Args:
        world: The initial world.
        state: What changes in the run.
    """

    def __init__(self, world: World, state: State) -> None:
        self._world, self._state = world, state
        self._customers: dict[int, dict[int, float]] = {}

    def remember(self) -> None:
        """Keeps the customers, with their trust, of firms that have closed; to be called before their links lapse."""
        if not self._world.ways.shells:
            return
        k, state = self._state.links, self._state.agents.state
        rows = np.flatnonzero((state[k.seller[: k.count]] == CLOSED) & ~k.dead[: k.count])
        for seller, buyer, trust in zip(
            k.seller[rows].tolist(), k.buyer[rows].tolist(), k.trust[rows].tolist(), strict=True
        ):
            self._customers.setdefault(seller, {})[buyer] = trust

    def inherit(
        self, tick: int, sellers: np.ndarray, buyers: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Links of the firms that open in this tick with an owner who had another firm.

        A customer is passed on where it is alive, the rules let the new firm sell it something over a leg that there
        is, and the two are not linked, nor about to be.

        Args:
            tick: This tick.
            sellers: int64 (new,), sellers of links found by search in this tick.
            buyers: int64 (new,), their buyers.

        Returns:
            Seller, buyer and trust of each link, in order of seller, then buyer; None where there are none.
        """
        a, s, k = self._state.agents, self._world.agents, self._state.links
        if not self._world.ways.shells:
            return None
        opened = np.flatnonzero((a.opened == tick) & (a.heir_of >= 0) & (a.state == ALIVE))
        found: list[tuple[int, int, float]] = []
        for seller in opened.tolist():
            mine = k.by_seller[k.first_of_seller[seller] : k.first_of_seller[seller + 1]]
            known = set(k.buyer[mine[~k.dead[mine]]].tolist()) | set(buyers[sellers == seller].tolist())
            allowed = self._world.groups.may_sell[s.group[seller]]
            for buyer, trust in sorted(self._customers.get(int(a.heir_of[seller]), {}).items()):
                if a.state[buyer] != ALIVE or buyer in known or buyer == seller:
                    continue
                carried = s.sells[seller] & s.buys[buyer] & allowed[s.group[buyer]]
                if carried.any() and self._world.legs.of[s.jurisdiction[seller], s.jurisdiction[buyer]] >= 0:
                    found.append((seller, buyer, trust))
        if not found:
            return None
        columns = list(zip(*found, strict=True))
        return np.array(columns[0], np.int64), np.array(columns[1], np.int64), np.array(columns[2])
