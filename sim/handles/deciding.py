"""The decisions of those who trade, each evaluated on present state.

Each method gathers what the kernel of the decision gathers for the agent's cell, and calls the same scalar function of
:mod:`sim.agents`, or lets the kernel itself look at this one cell; the tests hold the two together, bit by bit.
Override one in a subclass, and the market takes your decision: see sim/AGENTS.md.
"""

from __future__ import annotations

import math
from typing import Any

from sim.agents import intermediary
from sim.decisions.rules import kernel_of
from sim.decisions.trade import corridors_open, ways_open
from sim.handles.party import Trading
from sim.handles.values import Cell, Row
from sim.world.columns import ALIVE, CLOSING
from sim.world.floats import exp, log


class Ordering(Trading):
    """An agent that orders from others."""

    def restock_level(self, product: str) -> float:
        """Order-up-to level for a product it buys; asked at each of its reviews.

        See :func:`sim.agents.intermediary.restock_level`. What it can store bounds what traders and makers hold.

        Args:
            product: Id of a product.

        Returns:
            Units; 0 for a product it does not buy.

        Example:
            >>> import sim
            >>> class Careful(sim.Buyer):
            ...     def restock_level(self, product):
            ...         return 2.0 * super().restock_level(product)
            >>> model = sim.LeakageModel("small", agents={"ua_units": Careful})
            >>> model.step()
        """
        engine, p, row = self.model.engine, self.model.products[product], self.row
        s = engine.world.agents
        if not s.buys.item(row, p):
            return 0.0
        wait = float(s.review.item(row))
        return self._level(p, wait)

    def _level(self, p: int, wait: float) -> float:
        """Order-up-to level of a trader or maker."""
        engine, row = self.model.engine, self.row
        s, forecast = engine.world.agents, engine.state.agents.forecast.item(row, p)
        lead, hoarded = s.lead.item(row), s.stockpile.item(row) * engine.stockpile_factor.item(row, p)
        level = self._scalars["restock_level"](forecast, lead, wait, s.safety.item(row), hoarded)
        return min(level, forecast * (s.storage.item(row) + lead + wait))

    def bid_ceiling(self, product: str) -> float:
        """Bid in open bidding before keyed noise, for a product it needs in this tick.

        See :func:`sim.agents.buyer.bid_ceiling`. A bid is at most what the agent would pay at posted prices.

        Args:
            product: Id of a product.

        Returns:
            US dollars a unit landed; 0 where it needs none.

        Example:
            >>> import sim
            >>> class Stingy(sim.Intermediary):
            ...     def bid_ceiling(self, product):
            ...         return 0.9 * super().bid_ceiling(product)
            >>> model = sim.LeakageModel("small", agents={"kz_traders": Stingy})
            >>> model.step()
        """
        engine, p, row = self.model.engine, self.model.products[product], self.row
        a = engine.state.agents
        need = a.need.item(row, p)
        if need <= 0:
            return 0.0
        urgency = need / (need + a.stock.item(row, p) + a.on_order.item(row, p))
        exponent = engine.world.scenario.market.urgency_exponent
        return self._scalars["bid_ceiling"](self._most_paid(p), exp(exponent * log(urgency)))

    def _most_paid(self, p: int) -> float:
        """Most it pays landed."""
        raise NotImplementedError


class Selling(Ordering):
    """A maker or an intermediary: it asks, refuses and ships."""

    mark_up = Row("Mark-up, share of unit cost, by product.")
    margin = Cell("Smoothed licit margin, US dollars a tick: what it has to lose.", low=-math.inf)
    seen = Row("Smoothed share of its sales that went to buyers who look like a side, by side.", by="sides", high=1.0)
    ordered = Row("Units ordered from it in the last tick, by product.", writable=False)
    refused = Row("Units ordered from it and not filled in the last tick, by product.", writable=False)
    sold = Row("Units sold in the last tick, by product.", writable=False)
    usual_mark_up = Cell("Mark-up to which it returns, share of unit cost.", trait=True)
    highest_mark_up = Cell("Highest mark-up.", trait=True)
    tolerance = Cell("Risk tolerance: the premium is divided by it.", low=1e-9)
    diligence = Cell("How much it sees of its customers' own sales, 0 to 1.", trait=True, high=1.0)
    concealment = Cell("Chance that unlawful goods pass an inspection unseen, 0 to 1.", high=1.0)
    compliant = Cell("Whether it never sells what it believes to be barred, and keeps to true papers.")
    bidding = Cell("Whether it sells scarce stock by open bidding.", trait=True)
    heed = Cell("A ban or suspension of a greater intensity than this bears on it, 0 to 1.", trait=True, high=1.0)
    safety = Cell("Safety cover, ticks.", trait=True)
    stockpile = Cell("Cover hoarded before an announced restriction, ticks.", trait=True)
    storage = Cell("Most cover it can store, ticks.", trait=True)
    working = Cell("Working-capital target, ticks of forecast sales at cost.", trait=True)
    overhead = Cell("Running cost, US dollars a tick.", trait=True)

    def ask_price(self, product: str) -> float:
        """Price it asks for a unit before any premium; asked in every tick, of firms alive.

        See :func:`sim.agents.intermediary.ask_price`.

        Args:
            product: Id of a product.

        Returns:
            US dollars a unit; infinite for a product it does not sell.

        Example:
            >>> import sim
            >>> class Dear(sim.Intermediary):
            ...     def ask_price(self, product):
            ...         return 1.1 * super().ask_price(product)
            >>> model = sim.LeakageModel("small", agents={"kz_traders": Dear})
            >>> model.step()
            >>> usual = sim.LeakageModel("small")
            >>> usual.step()
            >>> asked = [m.group("kz_traders")[0].decided("ask_price")["consumer"] for m in (model, usual)]
            >>> asked[0] == 1.1 * asked[1]
            True
        """
        engine, p, row = self.model.engine, self.model.products[product], self.row
        a = engine.state.agents
        if not engine.world.agents.sells.item(row, p):
            return math.inf
        state = a.state.item(row)
        if state == ALIVE:
            return self._scalars["ask_price"](self._cost(p), a.mark_up.item(row, p))
        return a.unit_cost.item(row, p) * engine.world.scenario.market.sell_off if state == CLOSING else math.inf

    def _cost(self, p: int) -> float:
        """What a unit costs it when it sets a price."""
        return self.model.engine.state.agents.unit_cost.item(self.row, p)  # type: ignore[no-any-return]

    def way(self, customer: Any, product: str) -> str:
        """The way in which it would send a product to a customer who needs it in this tick: the one of least cost.

        See :func:`sim.agents.intermediary.way`, which says what a unit costs by a way, and :mod:`sim.evasion`.

        Args:
            customer: One of its customers.
            product: Id of a product.

        Returns:
            ``"honest"``, or the id of a way of the scenario.

        Raises:
            RuntimeError: Before the first tick, when there are no policy tables yet.

        Example:
            >>> import sim
            >>> class Truthful(sim.Intermediary):
            ...     def way(self, customer, product):
            ...         return "honest"
            >>> class Roundabout(sim.Intermediary):
            ...     def way(self, customer, product):
            ...         return "rerouting" if "rerouting" in self.ways(customer, product) else "honest"
            >>> model = sim.LeakageModel("small", agents={"kz_traders": Truthful, "cn_exporters": Roundabout})
            >>> model.step()
        """
        tables_of(self.model.engine)
        link, p = self.link_row(customer), self.model.products[product]
        kernel = kernel_of("way", self._scalars["way"])
        row = self.model.one.way(kernel, self.model.tick_of_schedules, link, p)
        return self.model.engine.world.ways.names[row]  # type: ignore[no-any-return]

    def ways(self, customer: Any, product: str) -> tuple[str, ...]:
        """What `way` may return for a customer and a product in this tick: ``"honest"``, and ids of ways.

        Whether papers pass, or are worth their cost, is another matter: see :meth:`way`.

        Args:
            customer: One of its customers.
            product: Id of a product.
        """
        engine, link, p = self.model.engine, self.link_row(customer), self.model.products[product]
        return tuple(engine.world.ways.names[row] for row in ways_open(engine, link, p))

    def corridor(self, customer: Any, product: str) -> str:
        """The corridor of the way chosen: the direct leg, or what forwarders offer where papers hide the route.

        Forwarders offer the corridor of least cost, see :func:`sim.agents.intermediary.corridor`.

        Args:
            customer: One of its customers.
            product: Id of a product.

        Returns:
            Name of the corridor: its jurisdictions, joined.

        Example:
            >>> import sim
            >>> class Roundabout(sim.Intermediary):
            ...     def corridor(self, customer, product):
            ...         long = [name for name in self.corridors(customer, product) if "-KZ-" in name]
            ...         return long[0] if long else super().corridor(customer, product)
            >>> model = sim.LeakageModel("small", agents={"cn_exporters": Roundabout})
            >>> model.step()
            >>> links = [link for agent in model.group("cn_exporters") for link in agent.customers.values()]
            >>> sorted({name for link in links for name in link.corridor.values() if "-KZ-" in name})
            ['CN-KZ-RU']
        """
        link, p = self.link_row(customer), self.model.products[product]
        return self.model.engine.world.corridors.names[self.model.one.corridor(link, p)]  # type: ignore[no-any-return]

    def corridors(self, customer: Any, product: str) -> tuple[str, ...]:
        """What `corridor` may return for a customer and a product in this tick: names of open corridors.

        Args:
            customer: One of its customers.
            product: Id of a product.
        """
        engine, link, p = self.model.engine, self.link_row(customer), self.model.products[product]
        return tuple(engine.world.corridors.names[row] for row in corridors_open(engine, link, p))

    def premium(self, customer: Any, product: str) -> float:
        """Reservation premium for a customer who needs a product in this tick; infinity refuses it.

        For the way and the corridor that are chosen. See :func:`sim.agents.intermediary.premium` and
        :func:`sim.agents.intermediary.belief`.

        Args:
            customer: One of its customers.
            product: Id of a product.

        Returns:
            US dollars a unit; 0 where no restriction bears on the sale and papers are honest.

        Raises:
            RuntimeError: Before the first tick, when there are no policy tables yet.

        Example:
            >>> import math, sim
            >>> class Embargo(sim.Intermediary):
            ...     def premium(self, customer, product):
            ...         if customer.jurisdiction == "RU":
            ...             return math.inf
            ...         return super().premium(customer, product)
            >>> model = sim.LeakageModel("small", agents={"kz_traders": Embargo})
            >>> model.step()
        """
        tables_of(self.model.engine)
        link, p = self.link_row(customer), self.model.products[product]
        return self.model.one.premium(kernel_of("premium", self._scalars["premium"]), link, p)  # type: ignore[no-any-return]


class Making(Selling):
    """A maker."""

    def production(self, product: str) -> float:
        """Units it wants to build in this tick, before rounding, components and cash.

        See :func:`sim.agents.manufacturer.production`. Its target does not go through `restock_level`, which is about
        what it buys.

        Args:
            product: Id of a product.

        Returns:
            Units; 0 for a product it does not build.

        Example:
            >>> import sim
            >>> class Steady(sim.Manufacturer):
            ...     def production(self, product):
            ...         return self.capacity(product)
            >>> model = sim.LeakageModel("small", agents={"second_brand": Steady})
            >>> model.step()
            >>> maker = model.group("second_brand")[0]
            >>> maker.decided("production")["consumer"] == maker.capacity("consumer")
            True
        """
        engine, p, row = self.model.engine, self.model.products[product], self.row
        s, a, market = engine.world.agents, engine.state.agents, engine.world.scenario.market
        if not s.sells.item(row, p):
            return 0.0
        forecast = a.forecast.item(row, p)
        level = intermediary.restock_level(forecast, 1.0, float(s.review.item(row)), s.safety.item(row), 0.0)
        stock = float(a.stock.item(row, p))
        return self._scalars["production"](forecast, market.restock_gain, level, stock, self.capacity(product))

    def capacity(self, product: str) -> float:
        """Most units it can build in this tick: its capacity, or what inputs allow where they are barred.

        Args:
            product: Id of a product.
        """
        engine, row, p = self.model.engine, self.row, self.model.products[product]
        world = engine.world
        of_group = world.groups.capacity.item(self.model.tick_of_schedules, world.agents.group.item(row), p)
        return min(of_group * world.agents.share.item(row), engine.inputs.room.item(row, p))  # type: ignore[no-any-return]

    def _most_paid(self, p: int) -> float:
        """For a component what it would ask for it at its highest mark-up."""
        engine, row = self.model.engine, self.row
        cost, most = engine.state.agents.unit_cost.item(row, p), engine.world.agents.highest_mark_up.item(row)
        return intermediary.ask_price(cost, most)


class Dealing(Selling):
    """An intermediary."""

    def _cost(self, p: int) -> float:
        """What a unit costs to replace, or what it has cost."""
        a = self.model.engine.state.agents
        return intermediary.replacement_cost(a.unit_cost.item(self.row, p), a.price_seen.item(self.row, p))

    def _most_paid(self, p: int) -> float:
        """Its resale price less half its usual margin."""
        engine, row = self.model.engine, self.row
        usual = engine.world.agents.usual_mark_up.item(row)
        return intermediary.trader_ceiling(engine.ask_price.item(row, p), usual)


class Buying(Ordering):
    """A buyer: an end user, or a pass-through buyer that hands on."""

    end_user = Cell("Whether it uses units; else it hands them on.", trait=True, writable=False)
    cover = Cell("Stock it aims at beyond lead and review time, ticks.", trait=True)
    ceiling = Cell("Most it pays landed, multiple of the reference price.", trait=True)
    elasticity = Cell("Price elasticity of what it orders, at most 0.", trait=True, low=-5.0, high=0.0)

    def demand(self, product: str) -> float:
        """Units it uses up in a tick when it lacks nothing; for a pass-through buyer what it expects to hand on.

        Args:
            product: Id of a product.
        """
        engine, p, row = self.model.engine, self.model.products[product], self.row
        world = engine.world
        if not world.agents.end_user.item(row):
            return engine.state.agents.forecast.item(row, p)  # type: ignore[no-any-return]
        of_group = world.groups.demand.item(self.model.tick_of_schedules, world.agents.group.item(row), p)
        return of_group * world.agents.share.item(row)  # type: ignore[no-any-return]

    def _level(self, p: int, wait: float) -> float:
        """Order-up-to level of a buyer."""
        s, row = self.model.engine.world.agents, self.row
        rate = self.demand(self.model.engine.world.names.products[p])
        return self._scalars["restock_level"](rate, s.lead.item(row), wait, s.cover.item(row), 0.0)

    def _most_paid(self, p: int) -> float:
        """A multiple of the reference price."""
        world = self.model.engine.world
        return world.agents.ceiling.item(self.row) * world.reference_price.item(p)  # type: ignore[no-any-return]


def tables_of(engine: Any) -> Any:
    """The tables of the policies in force.

    Args:
        engine: A run.

    Raises:
        RuntimeError: Before the first tick.
    """
    tables = getattr(engine, "tables", None)
    if tables is None:
        raise RuntimeError("there are no policy tables before the first tick; call model.step() first")
    return tables
