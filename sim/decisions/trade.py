"""What sellers may choose for a link and a product, and the kernels of these decisions for one cell of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine import Engine
from sim.evasion.common import BEYOND, STOPS
from sim.tick.evade import corridor_column
from sim.world.ways import BEGINS, DELAY_WEEKS, GOES, HONEST


def way_refused(engine: Engine, link: int, p: int, w: int) -> str:
    """Why a way is not open to the seller of a link; empty where it is.

    Args:
        engine: A run.
        link: Row of the link.
        p: Row of the product.
        w: Row of the way.
    """
    if w == HONEST:
        return ""
    world, ways, k = engine.world, engine.world.ways, engine.state.links
    s, seller, buyer = world.agents, k.seller.item(link), k.buyer.item(link)
    here, there = s.jurisdiction.item(seller), s.jurisdiction.item(buyer)
    if here == there:
        return "within a jurisdiction there are honest papers only"
    if not ways.groups.item(w, s.group.item(seller)):
        return "the seller's group cannot use it"
    if ways.flags.item(w, BEGINS) > engine.tick:
        return "its date has not come"
    side = s.true_side.item(buyer)
    if ways.numbers.item(w, DELAY_WEEKS) < 0.0 and (side < 0 or world.welcome.item(there) != side):
        return "it is for customers whose side is at home in their jurisdiction"
    offered = {STOPS: engine.stops, BEYOND: engine.ghosts}.get(ways.flags.item(w, GOES))
    if offered is not None and offered.item(k.pair.item(link), p) < 0:
        return "no forwarder offers a corridor for it"
    return ""


def ways_open(engine: Engine, link: int, p: int) -> list[int]:
    """Ways open to the seller of a link, honest papers first.

    Args:
        engine: A run.
        link: Row of the link.
        p: Row of the product.
    """
    return [w for w in range(len(engine.world.ways.names)) if not way_refused(engine, link, p, w)]


def corridors_open(engine: Engine, link: int, p: int) -> list[int]:
    """Corridors open between the ends of a link; where papers name a state beyond only those that have one.

    Args:
        engine: A run.
        link: Row of the link.
        p: Row of the product.
    """
    world, k = engine.world, engine.state.links
    c, pair = world.corridors, k.pair.item(link)
    open_legs = world.legs.open[min(engine.tick, world.calendar.ticks - 1)]
    beyond = world.ways.flags[k.way.item(link, p), GOES] == BEYOND
    return [
        row
        for row in range(c.first.item(pair), c.first.item(pair + 1))
        if open_legs[c.legs[row, : c.count[row]]].all() and (not beyond or engine._beyond[row] >= 0)
    ]


class OneCell:
    """Evaluates the decisions about one link and product by the kernels that do it for all of them.

    Args:
        engine: A run.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        agents, products = engine.state.agents.stock.shape
        self._need = np.zeros((agents, products), dtype=np.int64)
        self._first = np.zeros(agents + 1, dtype=np.int64)
        self._customer, self._link = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        self._rows = np.zeros((0, products), dtype=np.int32)
        self._money = np.zeros((0, products))

    def way(self, kernel: Callable[..., Any], tick: int, link: int, p: int) -> int:
        """The way of least cost.

        Args:
            kernel: The kernel of the decision.
            tick: The tick.
            link: Row of the link.
            p: Row of the product.
        """
        engine = self._engine
        if engine.unrestricted(tick) or len(engine.world.ways.names) == 1:
            return HONEST
        rows = self._rows_for()
        rows[link, p] = HONEST
        return int(self._fill(link, p, rows, lambda *given: kernel(*engine.way_columns(tick, *given))))

    def corridor(self, link: int, p: int) -> int:
        """The corridor of the way in the column.

        Args:
            link: Row of the link.
            p: Row of the product.
        """
        columns, rows = self._engine.corridor_columns, self._rows_for()
        rows[link, p] = self._engine.world.corridors.direct[self._engine.state.links.leg[link]]
        return int(self._fill(link, p, rows, lambda *given: corridor_column(*columns(*given))))

    def premium(self, kernel: Callable[..., Any], link: int, p: int) -> float:
        """The premium of the way and the corridor in the columns.

        Args:
            kernel: The kernel of the decision.
            link: Row of the link.
            p: Row of the product.
        """
        room = len(self._engine.state.links.premium)
        if len(self._money) < room:
            self._money = np.zeros((room, self._need.shape[1]))
        self._money[link, p] = 0.0
        columns = self._engine.premium_columns
        return float(self._fill(link, p, self._money, lambda *given: kernel(*columns(*given))))

    def _rows_for(self) -> NDArray[np.int32]:
        """A column of rows, with room for all links."""
        room = len(self._engine.state.links.way)
        if len(self._rows) < room:
            self._rows = np.zeros((room, self._need.shape[1]), dtype=np.int32)
        return self._rows

    def _fill(self, link: int, p: int, out: NDArray[Any], call: Callable[..., Any]) -> Any:
        """Lets a kernel see one link of one customer, who needs one product."""
        buyer = self._engine.state.links.buyer.item(link)
        self._customer[0], self._link[0] = buyer, link
        self._first[buyer], self._first[buyer + 1] = 0, 1
        self._need[buyer, p] = 1
        try:
            call((self._customer, self._link, self._first), self._need, out)
        finally:
            self._need[buyer, p] = 0
        return out.item(link, p)
