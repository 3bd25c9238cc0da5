"""The agents: what each holds, and its decisions in the words of the ODD document."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import mesa

from sim.world.columns import ALIVE, CLOSING, NO_SIDE, Agents
from sim.world.draws import DONATE, LOSE, PLAN, PRODUCE, USE, binomial
from sim.world.floats import exp, inverse_normal, log
from tests.oracle.paths import Queue

if TYPE_CHECKING:
    from tests.oracle.market import Link
    from tests.oracle.model import OracleModel


def whole(x: float, u: float) -> int:
    """Stochastic rounding."""
    return math.floor(x + u)


@dataclass(eq=False)
class Shelf:
    """What an agent knows and holds of one product."""

    forecast: float
    mark_up: float
    unit_cost: float
    price_seen: float
    queue: Queue = field(default_factory=Queue)
    on_order: int = 0
    since: int = -1
    lost: int = 0
    need: int = 0
    filled: int = 0
    ordered: int = 0
    refused: int = 0
    sold: int = 0
    asked: float = 0.0

    @property
    def position(self) -> int:
        """Units in stock and on order."""
        return self.queue.units + self.on_order

    def add_cost(self, units: int, cost: float) -> None:
        """The unit cost becomes the mean over the stock and the new units; call before they are added."""
        stock = self.queue.units
        self.unit_cost = (self.unit_cost * stock + cost * units) / (stock + units)


class Party(mesa.Agent):  # type: ignore[misc]
    """Any agent. Its traits are its row of :class:`sim.world.columns.Agents`, under the same names."""

    deals: list[bool]
    buys: list[bool]
    sells: list[bool]
    initial_forecast: list[float]
    initial_unit_cost: list[float]

    def __init__(self, model: OracleModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        for column in fields(Agents):
            setattr(self, column.name, getattr(model.world.agents, column.name)[row].tolist())
        self.cash: float = self.initial_cash
        self.owner = row
        self.margin = 0.0
        self.licit = 0.0
        self.seen = [0.0] * len(model.sides)
        self.apparent = [0.0] * len(model.sides)
        self.exposure: dict[int, float] = {}
        self.due: dict[int, int] = {}
        self.opens_at = -1
        self.opened = 0 if self.alive else -1
        self.closed = -1
        self.listed_by = -1
        self.suppliers: list[Link] = []
        self.customers: list[Link] = []
        self.shelves = [self.first_shelf(product) for product in model.products]

    def first_shelf(self, product: int) -> Shelf:
        """An empty shelf with the values of the first tick."""
        price = self.model.reference_price[product]
        return Shelf(self.initial_forecast[product], self.usual_mark_up, self.initial_unit_cost[product], price)

    def draw(self, purpose: int, index: int) -> float:
        """The first uniform of this agent at this tick."""
        return self.model.uniforms(self.key, purpose, index)[0]

    def products_where(self, mask: list[bool]) -> list[int]:
        """Products of a column, in order."""
        return [product for product, holds in enumerate(mask) if holds]

    @property
    def alive(self) -> bool:
        """State 1."""
        return self.state == ALIVE

    @property
    def trading(self) -> bool:
        """State 1 or 2: it may sell."""
        return self.state in (ALIVE, CLOSING)

    @property
    def is_firm(self) -> bool:
        """Makers and intermediaries: firms that pay out, and close."""
        return isinstance(self, (Maker, Trader))

    # Plan

    def plan(self) -> None:
        """Sets the needs of this tick."""
        for shelf in self.shelves:
            shelf.need = 0
            shelf.filled = 0
        if not self.alive or (self.model.tick + self.phase) % self.review != 0:
            return
        wanted = self.wants()
        for product, units in wanted.items():
            shelf = self.shelves[product]
            shelf.need = whole(units, self.draw(PLAN, product))
            shelf.lost = shelf.need
            if shelf.need > 0 and shelf.since == -1:
                shelf.since = self.model.tick

    def wants(self) -> dict[int, float]:
        """Units wanted by product, not rounded: of a trader, and of a maker for its components."""
        return {product: self.trade_want(product) for product in self.products_where(self.buys)}

    def trade_want(self, product: int) -> float:
        """``max(0, f review + gain (level - stock - on order))``."""
        shelf = self.shelves[product]
        gain = self.model.market.restock_gain
        factor = max(
            (
                self.model.book.stockpile(link, product)
                for link in self.suppliers
                if link.seller.alive and link.carries[product]
            ),
            default=0.0,
        )
        level = min(
            shelf.forecast * (self.lead + self.review + self.safety + self.stockpile * factor),
            shelf.forecast * (self.storage + self.lead + self.review),
        )
        return max(0.0, shelf.forecast * self.review + gain * (level - shelf.queue.units - shelf.on_order))

    def hear_of_use(self) -> None:
        """A pass-through buyer knows what its end users use up; those of several share their use out evenly."""
        for product, shelf in enumerate(self.shelves):
            shelf.asked = 0.0
            for link in self.customers:
                user = link.buyer
                if link.carries[product] and user.end_user:
                    givers = [x for x in user.suppliers if x.seller.passes and x.seller.alive and x.carries[product]]
                    shelf.asked += self.model.demand(user.group, product) * user.share / len(givers)

    # Quote

    def move_mark_up(self) -> None:
        """Scarcity of the tick before raises the mark-up; it returns to the usual one."""
        if not self.alive or self.passes:
            return
        market = self.model.market
        for product in self.products_where(self.sells):
            shelf = self.shelves[product]
            share = shelf.refused / shelf.ordered if shelf.ordered > 0 else 0.0
            moved = (
                shelf.mark_up
                + market.scarcity_gain * share
                - market.scarcity_decay * (shelf.mark_up - self.usual_mark_up)
            )
            shelf.mark_up = min(self.highest_mark_up, max(0.5 * self.usual_mark_up, moved))

    def ask(self, product: int) -> float:
        """Price asked for a unit, before any premium."""
        shelf = self.shelves[product]
        if self.passes:
            return 0.0
        if self.state == CLOSING:
            return shelf.unit_cost * float(self.model.market.sell_off)
        return shelf.unit_cost * (1.0 + shelf.mark_up)

    def most_paid(self, product: int) -> float:
        """The ceiling of a customer, US dollars a unit landed."""
        raise NotImplementedError

    def looks_like(self, side: int) -> float:
        """How much papers and jurisdiction say that this buyer serves a side."""
        if self.paper_side == side:
            return 1.0
        return float(self.model.diversion[self.jurisdiction][side])

    def premium(self, link: Link, product: int) -> float:
        """Reservation premium of this seller on a link; infinite where it refuses."""
        if self.passes or self.state == CLOSING:
            return 0.0
        if not self.model.book.restricts:
            return 0.0
        return max([self.premium_for(link, product, side) for side in self.model.sides])

    def premium_for(self, link: Link, product: int, side: int) -> float:
        """The premium that one side asks for."""
        book, market = self.model.book, self.model.market
        by_law = book.target(link.leg, product, side) > self.heed
        by_maker = book.suspended(self, product, side) > self.heed
        if not (by_law or by_maker):
            return 0.0
        seen = link.buyer.seen[side]
        believed = 1.0 - (1.0 - link.buyer.looks_like(side)) * (1.0 - self.diligence * seen)
        if believed >= market.refusal_belief:
            if by_maker and (isinstance(self, Maker) or self.compliant):
                return math.inf
            if by_law and self.compliant:
                return math.inf
        if not by_law:
            return 0.0
        inspected = self.model.inspection_share(link.leg, product)
        risk = 1.0 - (1.0 - inspected * (1.0 - self.concealment)) * (1.0 - link.risk)
        stake = self.model.stake_ticks * max(0.0, self.margin)
        penalty = book.penalty(link.leg, product, side)
        return believed * risk * (penalty + stake) / (self.tolerance * float(market.consignment_units))


class Maker(Party):
    """A maker. It builds to stock, from components that it buys."""

    def bill(self, product: int) -> list[int]:
        """Units of each component in one unit."""
        return list(self.model.bills[self.group][product])

    def produce(self) -> None:
        """Builds toward expected demand, within capacity, components and cash."""
        for shelf in self.shelves:
            shelf.asked = 0.0
        if not self.alive:
            return
        wanted = {product: self.production(product) for product in self.products_where(self.sells)}
        for product, want in wanted.items():
            for component, needed in enumerate(self.bill(product)):
                if needed > 0 and want > 0.0:
                    self.shelves[component].asked += needed * want
        for product, want in wanted.items():
            self.build(product, whole(want, self.draw(PRODUCE, product)))

    def production(self, product: int) -> float:
        """``min(capacity, max(0, f + gain (level - stock)))``, for all products before any is built."""
        shelf = self.shelves[product]
        capacity = self.model.capacity(self.group, product) * self.share
        level = shelf.forecast * (1.0 + self.review + self.safety + 0.0)
        gap = level - shelf.queue.units
        return min(capacity, max(0.0, shelf.forecast + self.model.market.restock_gain * gap))

    def build(self, product: int, units: int) -> None:
        """Builds units of one product, as far as components and cash reach."""
        model, shelf = self.model, self.shelves[product]
        bill = [(component, needed) for component, needed in enumerate(self.bill(product)) if needed > 0]
        for component, needed in bill:
            units = min(units, self.shelves[component].queue.units // needed)
        cost = self.production_cost[product]
        if cost > 0.0:
            units = min(units, math.floor(self.cash / cost))
        if units <= 0:
            return
        unit_cost = cost
        for component, needed in bill:
            used = self.shelves[component]
            used.queue.take(needed * units)
            unit_cost += needed * used.unit_cost
            model.diary.move("built_into_drones", component, needed * units)
        self.cash -= cost * units
        model.diary.pay("production_cost", cost * units)
        shelf.add_cost(units, unit_cost)
        shelf.queue.add(model.paths.root(self), units)
        model.diary.move("produced", product, units)

    def most_paid(self, product: int) -> float:
        """A maker pays for a component what it would ask for it at its highest mark-up."""
        return self.shelves[product].unit_cost * (1.0 + self.highest_mark_up)


class Trader(Party):
    """An intermediary."""

    def most_paid(self, product: int) -> float:
        """The resale price less half the usual margin."""
        return self.ask(product) / (1.0 + 0.5 * self.usual_mark_up)


class Buyer(Party):
    """A buyer: an end user, or a pass-through buyer that hands on."""

    def most_paid(self, product: int) -> float:
        """A multiple of the reference price."""
        return float(self.ceiling * self.model.reference_price[product])

    # Use

    def use(self) -> None:
        """Flies planned sorties, with substitutes where a product lacks, and loses units."""
        if not self.end_user or not self.alive:
            return
        model = self.model
        products = model.products
        use = [model.demand(self.group, p) * self.share if self.deals[p] else 0.0 for p in products]
        planned = [whole(use[p] * self.survival, self.draw(USE, p)) for p in products]
        able = [math.floor(shelf.queue.units * self.sorties_per_unit) for shelf in self.shelves]
        flown = [min(planned[p], able[p]) for p in products]
        done = list(flown)
        for p in products:
            for q in products:
                share = model.substitutes[p][q]
                if q == p or share <= 0.0:
                    continue
                extra = min(math.floor((planned[p] - done[p]) * share), able[q] - flown[q])
                if extra > 0:
                    flown[q] += extra
                    done[p] += extra
        account = "worn_out" if model.civil[self.true_side] else "lost"
        for p in products:
            losses = binomial(flown[p], 1.0 / self.survival, self.draw(LOSE, p))
            losses = min(self.shelves[p].queue.units, losses)
            self.shelves[p].queue.take(losses)
            model.diary.move(account, p, losses)

    def receive_budget(self) -> None:
        """Budget with its shock comes in; what is beyond the carry-over goes back."""
        if not self.alive:
            return
        model = self.model
        rate = model.budget(self.group) * self.share
        sigma = self.donation_sigma
        gift = rate
        if sigma > 0.0:
            gift = rate * exp(sigma * inverse_normal(self.draw(DONATE, 0)) - 0.5 * sigma * sigma)
        self.cash += gift
        model.diary.pay("budgets", gift)
        if self.pays and self.cash > self.carry_over * rate:
            model.diary.pay("budgets_returned", self.cash - self.carry_over * rate)
            self.cash = self.carry_over * rate

    # Plan

    def wants(self) -> dict[int, float]:
        """Wants of a buyer: use and cover, substitutes for what it lacks, bent by price and budget."""
        model = self.model
        wanted: dict[int, float] = {}
        for p in self.products_where(self.buys):
            shelf = self.shelves[p]
            use = model.demand(self.group, p) * self.share if self.end_user else shelf.forecast
            target = use * (self.lead + self.review + self.cover)
            gap = target - shelf.queue.units - shelf.on_order
            want = max(0.0, use * self.review + model.market.restock_gain * gap)
            for q in model.products:
                if q != p:
                    want += self.shelves[q].lost * model.substitutes[q][p]
            if self.pays:
                want *= exp(self.elasticity * log(shelf.price_seen / model.reference_price[p]))
            wanted[p] = want
        if self.pays:
            bill = 0.0
            for p, want in wanted.items():
                bill += want * self.shelves[p].price_seen
            if bill > 0.0:
                scale = min(1.0, max(0.0, self.cash) / bill)
                wanted = {p: want * scale for p, want in wanted.items()}
        return wanted


class Regulator(Party):
    """An authority. Policies act in its name; it holds nothing."""


def make(model: OracleModel, row: int) -> Party:
    """The agent of a row."""
    kind: type[Party] = (Maker, Trader, Buyer, Regulator)[int(model.world.agents.kind[row])]
    return kind(model, row)


def papers(party: Party) -> Any:
    """Paper side, None where papers show none."""
    return None if party.paper_side == NO_SIDE else party.paper_side
