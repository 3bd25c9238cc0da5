"""What all agents have: a place, a group, goods, money, and links to suppliers and customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim.declare.errors import nearest
from sim.handles.values import Cell, Row, Values, number, unknown
from sim.world import draws
from sim.world.columns import NO_SIDE

if TYPE_CHECKING:
    from sim.decisions.trade import OneCell
    from sim.engine import Engine
    from sim.handles.values import Lookup

STATES = ("dormant", "alive", "closing", "closed")
"""States of an agent, in the order of their numbers."""


class Model:
    """What handles need of their model.

    Attributes:
        engine: The run.
        handles: Every agent, by row.
        products, sides, legs, policies: Rows by id.
        one: Evaluates decisions on links for one link and product.
        stepping: Whether a tick is under way.
    """

    engine: Engine
    handles: list[Party]
    products: Lookup
    sides: Lookup
    legs: Lookup
    policies: Lookup
    one: OneCell
    stepping: bool


class Party:
    """One agent: reads and writes its row.

    Attributes:
        model: The model.
        row: Its row in the columns.
    """

    model: Any
    row: int
    _scalars: Mapping[str, Callable[..., float]]

    def bind(self, model: Model, row: int, scalars: Mapping[str, Callable[..., float]]) -> None:
        """Makes this the handle of a row.

        Args:
            model: The model.
            row: The row.
            scalars: The scalar function of each decision of this agent.
        """
        self.model, self.row, self._scalars = model, row, scalars

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def __str__(self) -> str:
        return self.name

    # Who it is

    @property
    def name(self) -> str:
        """Group and index."""
        return f"{self.group} #{self.index}"

    @property
    def group(self) -> str:
        """Id of its group."""
        world = self.model.engine.world
        return world.names.groups[world.agents.group[self.row]]  # type: ignore[no-any-return]

    @property
    def index(self) -> int:
        """Its number within the group, from 0; slots come after the agents alive at the start."""
        return int(self.model.engine.world.agents.index[self.row])

    @property
    def jurisdiction(self) -> str:
        """Id of the jurisdiction it sits in."""
        world = self.model.engine.world
        return world.names.jurisdictions[world.agents.jurisdiction[self.row]]  # type: ignore[no-any-return]

    @property
    def side(self) -> str | None:
        """True side of a buyer; None for all others."""
        return self._side("true_side")

    @property
    def side_on_paper(self) -> str | None:
        """Side that papers show; None where they show none."""
        return self._side("paper_side")

    def _side(self, column: str) -> str | None:
        world = self.model.engine.world
        side = getattr(world.agents, column)[self.row]
        return None if side == NO_SIDE else world.names.sides[side]

    @property
    def state(self) -> str:
        """``"dormant"``, ``"alive"``, ``"closing"`` (selling off its stock) or ``"closed"``."""
        return STATES[self.model.engine.state.agents.state[self.row]]

    @property
    def listed_by(self) -> str | None:
        """Id of the policy that has listed it; None as long as none has. Listings are public: anybody may ask."""
        policy = self.model.engine.state.agents.listed_by[self.row]
        return None if policy < 0 else self.model.engine.world.names.policies[policy]  # type: ignore[no-any-return]

    size = Cell("Size against the others of its group; mean 1.", trait=True, writable=False)
    stock = Row("Units in stock, by product; a regulator has none.", writable=False)

    @property
    def cash(self) -> float:
        """Cash, US dollars; a regulator has none. Written between ticks only: the accounts of a tick must balance."""
        return self.model.engine.state.agents.cash.item(self.row)  # type: ignore[no-any-return]

    @cash.setter
    def cash(self, value: object) -> None:
        """Writes it."""
        if self.model.stepping:
            raise RuntimeError(
                f"{self.name}: cash cannot be written within a tick, whose accounts must balance; write it between two"
            )
        self.model.engine.state.agents.cash[self.row] = number("cash", value, low=-float("inf"))

    def uniform(self, index: int = 0) -> float:
        """A number between 0 and 1 for chances in decisions of your own, the same for the same seed, agent and tick.

        It does not depend on policies, on other agents or on how often it is asked for, so a run and its twin share
        their luck (common random numbers), which ``self.random`` and ``self.rng`` of Mesa do not give.

        Args:
            index: Which number; others are independent. At least 0, below 2**24.
        """
        world, tick = self.model.engine.world, self.model.engine.tick
        return float(draws.draw(world.seed, world.agents.key[self.row], tick, draws.OWN, index))

    def decided(self, decision: str) -> dict[str, float]:
        """What stands in a decision column of agents for this agent, by product: what the market took for its decision.

        Args:
            decision: ``"production"``, ``"restock_level"``, ``"ask_price"`` or ``"bid_ceiling"``.
        """
        known = ("production", "restock_level", "ask_price", "bid_ceiling")
        if decision not in known:
            raise unknown("decided", decision, known)
        values = getattr(self.model.engine, decision)[self.row]
        return dict(zip(self.model.products, values.tolist(), strict=True))


class Trading(Party):
    """An agent that holds goods and money."""

    def bind(self, model: Model, row: int, scalars: Mapping[str, Callable[..., float]]) -> None:
        """Makes this the handle of a row; see :meth:`Party.bind`.

        Args:
            model: The model.
            row: The row.
            scalars: The scalar function of each decision of this agent.
        """
        super().bind(model, row, scalars)
        self._link_rows: dict[int, int] = {}

    on_order = Row("Units on the way to it, by product.", writable=False)
    forecast = Row("Smoothed sales, units a tick, by product.")
    unit_cost = Row("Moving average cost of its stock, US dollars a unit, by product.")
    price_seen = Row("Landed price of its last purchase, US dollars a unit, by product.")
    need = Row("Units it wants to order in this tick, by product; 0 between two reviews.", writable=False)
    lost = Row("Units of its last order that were not filled, by product.", writable=False)
    lead = Cell("Usual lead time of its suppliers, ticks.", trait=True)
    review = Cell("Time between two orders, ticks.", trait=True, writable=False)

    @property
    def buys(self) -> tuple[str, ...]:
        """Ids of the products it orders from others."""
        return self._products("buys")

    @property
    def sells(self) -> tuple[str, ...]:
        """Ids of the products it sells."""
        return self._products("sells")

    def _products(self, column: str) -> tuple[str, ...]:
        mask = getattr(self.model.engine.world.agents, column)[self.row].tolist()
        return tuple(name for name, has in zip(self.model.products, mask, strict=True) if has)

    # Links

    @property
    def suppliers(self) -> dict[Any, Link]:
        """Its present links by supplier."""
        k = self.model.engine.state.links
        rows = k.by_buyer[k.first_of_buyer[self.row] : k.first_of_buyer[self.row + 1]].tolist()
        return {self.model.handles[k.seller[r]]: Link(self.model, r) for r in rows if not k.dead[r]}

    @property
    def customers(self) -> dict[Any, Link]:
        """Its present links by customer."""
        k = self.model.engine.state.links
        rows = k.by_seller[k.first_of_seller[self.row] : k.first_of_seller[self.row + 1]].tolist()
        return {self.model.handles[k.buyer[r]]: Link(self.model, r) for r in rows if not k.dead[r]}

    @property
    def trust(self) -> Values:
        """Its trust in each supplier, 0 to 1. Assigning to an item writes the link."""
        links = self.suppliers

        def write(supplier: Any, value: Any) -> None:
            links[supplier].trust = value

        return Values({supplier: link.trust for supplier, link in links.items()}, write, "trust")

    def link_row(self, customer: Trading) -> int:
        """Row of the link to a customer.

        Args:
            customer: The customer.

        Raises:
            KeyError: If there is no such link.
        """
        k, row = self.model.engine.state.links, customer.row
        known_row = self._link_rows.get(row, k.count)
        ours = known_row < k.count and k.buyer.item(known_row) == row and k.seller.item(known_row) == self.row
        if ours and not k.dead.item(known_row):
            return known_row
        for place in range(k.first_of_seller.item(self.row), k.first_of_seller.item(self.row + 1)):
            found = k.by_seller.item(place)
            if k.buyer.item(found) == row and not k.dead.item(found):
                self._link_rows[row] = found
                return found  # type: ignore[no-any-return]
        known = [str(other) for other in self.customers]
        close = nearest(customer.name, known)
        raise KeyError(
            f"{self.name} does not sell to {customer.name}; it sells to {', '.join(known) or 'nobody'}"
            + (f"; did you mean {close}?" if close else "")
        )


class Link:
    """A link from a seller to a customer.

    Args:
        model: The model.
        row: Its present row.
    """

    def __init__(self, model: Model, row: int) -> None:
        self._model, self._row = model, row
        k = model.engine.state.links
        self._key = k.key.item(row)

    def __repr__(self) -> str:
        return f"<Link {self.seller.name} to {self.customer.name}>"

    @property
    def row(self) -> int:
        """Its row in the columns of links; rows move when dead links are taken out.

        Raises:
            LookupError: If the link has lapsed.
        """
        k = self._model.engine.state.links
        if self._row >= k.count or k.key.item(self._row) != self._key or k.dead.item(self._row):
            found = [r for r in (k.key[: k.count] == self._key).nonzero()[0].tolist() if not k.dead[r]]
            if not found:
                raise LookupError("this link has lapsed; ask the agent for its present links")
            self._row = found[0]
        return self._row

    @property
    def seller(self) -> Any:
        """The seller."""
        return self._model.handles[self._model.engine.state.links.seller[self.row]]

    @property
    def customer(self) -> Any:
        """The customer."""
        return self._model.handles[self._model.engine.state.links.buyer[self.row]]

    @property
    def leg(self) -> str:
        """Id of the leg between the two."""
        engine = self._model.engine
        return engine.world.names.legs[engine.state.links.leg[self.row]]

    @property
    def products(self) -> tuple[str, ...]:
        """Ids of the products it carries."""
        mask = self._model.engine.state.links.carries[self.row].tolist()
        return tuple(name for name, has in zip(self._model.products, mask, strict=True) if has)

    @property
    def way(self) -> dict[str, str]:
        """The way last decided, by product: ``"honest"`` or the id of a way of evasion."""
        return self._named("way", self._model.engine.world.ways.names)

    @property
    def corridor(self) -> dict[str, str]:
        """The corridor last decided, by product: its jurisdictions, joined."""
        return self._named("corridor", self._model.engine.world.corridors.names)

    def _named(self, column: str, names: tuple[str, ...]) -> dict[str, str]:
        rows = getattr(self._model.engine.state.links, column)[self.row].tolist()
        return {product: names[row] for product, row in zip(self._model.products, rows, strict=True)}

    @property
    def premium(self) -> dict[str, float]:
        """Reservation premium last decided, US dollars a unit, by product; infinite where the seller refuses."""
        return dict(zip(self._model.products, self._model.engine.state.links.premium[self.row].tolist(), strict=True))

    @property
    def trust(self) -> float:
        """The customer's trust in the seller, 0 to 1."""
        return self._model.engine.state.links.trust.item(self.row)

    @trust.setter
    def trust(self, value: object) -> None:
        """Writes it."""
        self._model.engine.state.links.trust[self.row] = number("trust", value, high=1.0)

    @property
    def risk(self) -> float:
        """Perceived risk of detection, learned, 0 to 1."""
        return self._model.engine.state.links.risk.item(self.row)

    @risk.setter
    def risk(self, value: object) -> None:
        """Writes it."""
        self._model.engine.state.links.risk[self.row] = number("risk", value, high=1.0)
