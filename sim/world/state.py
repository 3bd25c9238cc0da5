"""What changes in a run: columns that the tick reads and writes.

One object a run. The engine hands each kernel just the arrays it needs.
"""

from __future__ import annotations

import numpy as np

from sim.policy.end_use_certificate import EndUseCertificateFields
from sim.world.columns import ALIVE, INTERMEDIARY, World
from sim.world.lots import Lots
from sim.world.paths import Paths


class AgentState:
    """Columns of agents that change. Shapes (agent,), (agent, product) or (agent, side)."""

    def __init__(self, world: World) -> None:
        agents, sides, policies = world.agents, len(world.names.sides), len(world.names.policies)
        n, products = agents.deals.shape

        def whole() -> np.ndarray:
            """Counts of units, all 0."""
            return np.zeros((n, products), dtype=np.int64)

        self.state = agents.state.copy()
        self.cash = agents.initial_cash.copy()
        self.margin = np.zeros(n)
        self.licit = np.zeros(n)
        self.seen = np.zeros((n, sides))
        self.apparent = np.zeros((n, sides))
        self.owner = np.arange(n, dtype=np.int64)
        self.heir_of = np.full(n, -1, dtype=np.int64)
        # Traits of owners, who survive their firms.
        self.compliant = agents.compliant.copy()
        self.tolerance = agents.tolerance.copy()
        self.concealment = agents.concealment.copy()
        self.opened = np.where(agents.state == 1, 0, -1).astype(np.int64)
        self.closed = np.full(n, -1, dtype=np.int64)
        self.opens = np.full(n, -1, dtype=np.int64)
        self.listed_by = np.full(n, -1, dtype=np.int64)
        self.exposure = np.zeros((policies, n))
        self.due = np.full((policies, n), -1, dtype=np.int64)
        self.stock, self.on_order, self.need, self.lost = whole(), whole(), whole(), whole()
        self.ordered, self.refused, self.sold, self.suppliers = whole(), whole(), whole(), whole()
        self.asked = np.zeros((n, products))
        self.since = np.full((n, products), -1, dtype=np.int64)
        self.filled_need, self.reserved = whole(), whole()
        self.forecast = agents.initial_forecast.copy()
        self.mark_up = np.repeat(agents.usual_mark_up[:, None], products, axis=1)
        self.refusing = np.zeros((n, products))
        # Whoever opens later knows how things stand from the start.
        self.priced_in = np.repeat(np.where(agents.state == ALIVE, 0.0, 1.0)[:, None], products, axis=1)
        self.unit_cost = agents.initial_unit_cost.copy()
        trader = agents.kind == INTERMEDIARY
        self.price_seen = np.where(trader[:, None], self.unit_cost, world.reference_price[None, :])
        self.seized_here = np.zeros(n, dtype=np.bool_)


class LinkState:
    """Columns of links that change, with room to grow; the first ``count`` rows are links.

    ``statement``, float64 (link, policy), has a column for each policy that asks for statements
    (`sim.tick.statements`).
    """

    def __init__(self, world: World) -> None:
        links = world.links
        self.count = len(links.seller)
        self.products = len(world.names.products)
        room = self.count + 64
        self.seller = _room(links.seller, room)
        self.buyer = _room(links.buyer, room)
        self.leg = _room(links.leg, room)
        self.pair = _room(world.legs.pair[links.leg], room)
        self.key = _room(links.key, room)
        self.trust = _room(links.trust, room)
        self.risk, self.bought = np.zeros(room), np.zeros(room)
        self.last_used = np.zeros(room, dtype=np.int64)
        self.carries = _room(links.carries, room)
        self.ordered = np.zeros(room, dtype=np.int64)
        self.filled = np.zeros(room, dtype=np.int64)
        self.seized = np.zeros(room, dtype=np.bool_)
        self.dead = np.zeros(room, dtype=np.bool_)
        self.dead_count = 0
        self.premium, self.fee, self.weeks = (np.zeros((room, self.products)) for _ in range(3))
        self.corridor = np.zeros((room, self.products), dtype=np.int32)
        self.way = np.zeros((room, self.products), dtype=np.int32)
        asked = [p for p in world.scenario.policies.values() if isinstance(p, EndUseCertificateFields)]
        self.statement = np.zeros((room, len(asked)))
        self.by_buyer = np.zeros(room, dtype=np.int64)
        self.first_of_buyer = np.zeros(len(world.agents.key) + 1, dtype=np.int64)
        self.by_seller = np.zeros(room, dtype=np.int64)
        self.first_of_seller = np.zeros(len(world.agents.key) + 1, dtype=np.int64)

    def reserve(self, rows: int) -> None:
        """Makes room for at least ``rows`` links."""
        if rows <= len(self.seller):
            return
        room = max(rows, 2 * len(self.seller))
        for name in (
            "seller", "buyer", "leg", "pair", "key", "trust", "risk", "bought", "last_used", "carries",
            "ordered", "filled",
            "seized", "dead", "premium", "fee", "weeks", "corridor", "way", "statement",
            "by_buyer", "by_seller",
        ):  # fmt: skip
            setattr(self, name, _room(getattr(self, name), room))


class Orders:
    """The orders of one tick, as columns with room for the most there can be."""

    def __init__(self, world: World) -> None:
        room = int(world.agents.buys.sum()) * world.scenario.market.calls + 1
        cells = world.agents.deals.size
        self.link, self.product, self.call = (np.zeros(room, dtype=np.int64) for _ in range(3))
        self.units, self.kept = np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int64)
        self.bid, self.price = np.zeros(room), np.zeros(room)
        self.pair, self.told = np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int64)
        self.priority = np.zeros(room, dtype=np.uint64)
        self.sorted = np.zeros(room, dtype=np.int64)
        self.rank = np.zeros(room)
        self.first = np.zeros(cells + 1, dtype=np.int64)


class Transit:
    """Shipments on the way: a pool of rows, and a queue of rows for each tick of arrival."""

    def __init__(self, world: World) -> None:
        room = 1024
        self.whole = np.zeros((room, 7), dtype=np.int64)
        self.landed = np.zeros(room)
        self.next = np.arange(1, room + 1, dtype=np.int64)
        self.next[-1] = -1
        self.head = np.full(world.calendar.ticks, -1, dtype=np.int64)
        self.tail = np.full(world.calendar.ticks, -1, dtype=np.int64)
        self.free = np.zeros(1, dtype=np.int64)
        self.used = np.zeros(1, dtype=np.int64)

    def reserve(self, rows: int) -> None:
        """Makes room for ``rows`` more shipments."""
        old = len(self.landed)
        if int(self.used[0]) + rows <= old:
            return
        room = max(2 * old, int(self.used[0]) + rows)
        self.whole, self.landed = _room(self.whole, room), _room(self.landed, room)
        grown = np.arange(1, room + 1, dtype=np.int64)
        grown[:old] = self.next
        grown[-1] = self.free[0]
        self.free[0] = old
        self.next = grown


class Known:
    """What customs records have told by each tick: all that authorities know of trade besides their own seizures.

    Attributes:
        units: int64 (tick, 2, pair, product + 1): declared units that are reported in each tick, by exporters' (0) and
            importers' (1) side; the last column under a vague heading.
        value: float64, likewise, US dollars.
    """

    def __init__(self, world: World) -> None:
        shape = (world.calendar.ticks, 2, len(world.pairs.key), len(world.names.products) + 1)
        self.units = np.zeros(shape, dtype=np.int64)
        self.value = np.zeros(shape)


class State:
    """Everything that changes in a run.

    Attributes:
        agents, links, orders, transit, known, lots, paths: groups of columns.
        shown: int32 (3, corridor, 3), what papers show (`sim.world.routes.Corridors`); what lies beyond changes in a
            run.
        tick: The next tick to run.
        units: int64 (account, product), running totals of units by account since the start of the burn-in.
        money: float64 (account,), flows of money in the present tick.
        counters: int64 (counter,), counts of the present tick.
    """

    def __init__(self, world: World) -> None:
        self.agents = AgentState(world)
        self.links = LinkState(world)
        self.orders = Orders(world)
        self.transit = Transit(world)
        self.known = Known(world)
        self.shown = world.corridors.shown.copy()
        self.paths = Paths(max(1024, 10 * len(world.links.seller)))
        self.lots = Lots(len(world.agents.key), len(world.names.products))
        self.tick = 0


def _room(array: np.ndarray, rows: int) -> np.ndarray:
    """A copy with room for ``rows`` rows; new rows hold zeros."""
    grown = np.zeros((rows, *array.shape[1:]), dtype=array.dtype)
    grown[: len(array)] = array
    return grown
