"""What all agents have: shelves of products, wants, asks and premiums."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import mesa

from sim.world.columns import ALIVE, CLOSED, CLOSING, MANUFACTURER, Agents
from sim.world.draws import PLAN
from tests.oracle.paths import Queue

if TYPE_CHECKING:
    from tests.oracle.market import Link
    from tests.oracle.model import OracleModel
    from tests.oracle.ways import Sending


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
    refusing: float = 0.0
    refusing_before: float = 0.0
    priced_in: float = 0.0
    quoted: float = 0.0

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

    is_firm = False
    """Makers and intermediaries: firms that pay out, and close."""

    model: OracleModel
    group: int
    index: int
    key: int
    kind: int
    jurisdiction: int
    state: int
    share: float
    size: float
    true_side: int
    paper_side: int
    end_user: bool
    passes: bool
    bidding: bool
    compliant: bool
    deals: list[bool]
    buys: list[bool]
    sells: list[bool]
    heed: float
    usual_mark_up: float
    highest_mark_up: float
    tolerance: float
    diligence: float
    concealment: float
    recorded: float
    review: int
    phase: int
    lead: float
    safety: float
    stockpile: float
    storage: float
    working: float
    founding_capital: float
    founding_rate: float
    overhead: float
    production_cost: list[float]
    input_cover: float
    survival: float
    sorties_per_unit: float
    cover: float
    carry_over: float
    ceiling: float
    elasticity: float
    donation_sigma: float
    pays: bool
    initial_forecast: list[float]
    initial_unit_cost: list[float]
    initial_cash: float

    def __init__(self, model: OracleModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        for column in fields(Agents):
            setattr(self, column.name, getattr(model.world.agents, column.name)[row].tolist())
        self.cash: float = self.initial_cash
        self.owner = row
        self.heir_of: Party | None = None
        self.last_customers: list[tuple[Party, float]] = []
        self.margin = 0.0
        self.licit = 0.0
        self.seen = [0.0] * len(model.sides)
        self.apparent = [0.0] * len(model.sides)
        self.exposure: dict[int, float] = {}
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
        shelf = Shelf(self.initial_forecast[product], self.usual_mark_up, self.initial_unit_cost[product], price)
        shelf.priced_in = 0.0 if self.alive else 1.0
        return shelf

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
    def closed_for_good(self) -> bool:
        """State 3."""
        return self.state == CLOSED

    @property
    def trading(self) -> bool:
        """State 1 or 2: it may sell."""
        return self.state in (ALIVE, CLOSING)

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
            if shelf.need <= 0:
                shelf.since = -1
            elif shelf.since == -1:
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
                if self.model.stockpiling and link.seller.alive and link.carries[product]
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
            news = max(0.0, shelf.refusing - shelf.priced_in)
            shelf.priced_in = max(
                shelf.refusing, shelf.priced_in + market.scarcity_decay * (shelf.refusing - shelf.priced_in)
            )
            moved = (
                shelf.mark_up
                + market.scarcity_gain * share
                + market.shortage_mark_up * news
                - market.scarcity_decay * (shelf.mark_up - self.usual_mark_up)
            )
            shelf.mark_up = min(self.highest_mark_up, max(0.5 * self.usual_mark_up, moved))

    def hear_refusals(self) -> None:
        """A customer in need learns which suppliers refuse it, and which of the others see their own turn away.

        Those whose payment a bank refuses in this tick tell nothing.
        """
        for product, shelf in enumerate(self.shelves):
            if shelf.need <= 0:
                continue
            asked = [link for link in self.suppliers if link.carries[product] and link.seller.trading]
            asked = [link for link in asked if link.seller.passes or not self.model.banks.refuse(link.sending[product])]
            lost = [
                1.0
                if link.premium[product] == math.inf
                else max(link.seller.shelves[product].refusing_before, self.model.book.warned(link, product))
                for link in asked
            ]
            lately = sum(link.bought for link in asked)
            if lately > 0.0:
                shelf.refusing = sum(link.bought * part for link, part in zip(asked, lost, strict=True)) / lately
            elif asked:
                shelf.refusing = sum(lost) / len(asked)

    def ask(self, product: int) -> float:
        """Price asked for a unit, before any premium."""
        shelf = self.shelves[product]
        if self.passes:
            return 0.0
        if self.state == CLOSING:
            return shelf.unit_cost * float(self.model.market.sell_off)
        return self.cost_to_price(shelf) * (1.0 + shelf.mark_up)

    def cost_to_price(self, shelf: Shelf) -> float:
        """The cost on which a mark-up is laid."""
        return shelf.unit_cost

    def most_paid(self, product: int) -> float:
        """The ceiling of a customer, US dollars a unit landed."""
        raise NotImplementedError

    def looks_like(self, side: int) -> float:
        """How much papers and jurisdiction say that this buyer serves a side."""
        if self.paper_side == side:
            return 1.0
        return self.model.diversion[self.jurisdiction][side]

    def premium(self, sending: Sending) -> float:
        """Reservation premium of this seller on what it would send; infinite where it refuses."""
        if self.model.licences.refused(sending):
            return math.inf
        if self.passes:
            return 0.0
        if not sending.papers_pass():
            return math.inf
        if self.state == CLOSING:
            return 0.0
        if any(self.refuses(sending, side) for side in self.model.sides):
            return math.inf
        return self.risk_premium(sending)

    def barred_by_law(self, sending: Sending, side: int) -> bool:
        """Whether a law that bears on this seller bars goods that end with a side."""
        return self.model.book.target(sending.link.leg.pair, sending.product, side, sending.sale) > self.heed

    def believes(self, sending: Sending, side: int) -> float:
        """Belief that the goods end with a side. A sale that is unlawful by its true papers needs no guess."""
        link = sending.link
        sure = self.barred_by_law(sending, side) and self.model.book.breaks_law(sending)
        place = 1.0 if sure else link.buyer.looks_like(side)
        return 1.0 - (1.0 - place) * (1.0 - self.diligence * link.buyer.seen[side])

    def refuses(self, sending: Sending, side: int) -> bool:
        """Whether the seller would not sell what it believes to end with a side."""
        by_law = self.barred_by_law(sending, side)
        by_maker = self.model.book.suspended(sending.sale, sending.product, side) > self.heed
        if not (by_law or by_maker) or self.believes(sending, side) < self.model.market.refusal_belief:
            return False
        return (by_maker and (self.kind == MANUFACTURER or self.compliant)) or (by_law and self.compliant)

    def risk_premium(self, sending: Sending) -> float:
        """What the risk costs a unit, refusals apart: the most that a side barred by law, or false papers, ask for."""
        way = sending.way
        asked = [0.0]
        if way.is_false:
            asked.append(self.price_of_risk(sending, 1.0, way.penalty))
        for side in self.model.sides:
            if self.barred_by_law(sending, side):
                penalty = self.model.book.penalty(sending.link.leg.pair, sending.product, side, sending.sale)
                asked.append(self.price_of_risk(sending, self.believes(sending, side), penalty + way.penalty))
        return max(asked) + self.model.banks.fear(sending)

    def price_of_risk(self, sending: Sending, believed: float, penalty: float) -> float:
        """What the seller stands to lose, spread over the units that go together."""
        ask = self.shelves[sending.product].quoted
        stake = self.model.stake_ticks * max(0.0, self.margin)
        return believed * sending.risk(ask) * (penalty + stake) / (self.tolerance * sending.together(ask))
