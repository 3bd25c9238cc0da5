"""The market of a tick: stages 6 and 7, order and clear."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.world.draws import BID, CALL, CAPACITY, PRIORITY
from sim.world.floats import exp, log
from tests.oracle.party import Party, whole
from tests.oracle.paths import Lot, Node

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel
    from tests.oracle.routes import Leg
    from tests.oracle.statements import Standing
    from tests.oracle.ways import Sending


@dataclass(eq=False)
class Link:
    """Who may sell to whom, and what they have learned of it.

    Attributes:
        ordered, filled, seized: Units ordered and filled, and pieces seized, in this tick.
        leg: The direct leg between the two.
        premium: The seller's reservation premium by product in this tick.
        sending: Way and corridor by which the seller would send, by product in this tick.
        statements: How the buyer stands by its last statement, by policy.
    """

    seller: Party
    buyer: Party
    leg: Leg
    key: int
    trust: float
    carries: list[bool]
    risk: float = 0.0
    last_used: int = 0
    ordered: int = 0
    filled: int = 0
    seized: int = 0
    bought: float = 0.0
    premium: dict[int, float] = field(default_factory=dict)
    sending: dict[int, Sending] = field(default_factory=dict)
    statements: dict[int, Standing] = field(default_factory=dict)


@dataclass(eq=False)
class Order:
    """One call of a customer at a seller.

    Attributes:
        sending: How the seller would send.
        units: Units that may still be filled. cut: Units ordered beyond these, refused already.
        price: What the seller gets of a unit. freight: What carriers get. officials, levy, fee: What they
            and payment agents get. held_up: Ticks that the payment takes.
    """

    sending: Sending
    call: int
    units: int
    ask: float
    premium: float
    bid: float
    priority: float
    cut: int = 0
    price: float = 0.0
    freight: float = 0.0
    officials: float = 0.0
    levy: float = 0.0
    fee: float = 0.0
    held_up: float = 0.0
    open_bid: bool = False
    waits: bool = False
    since: int = -1
    pieces: list[Lot] = field(default_factory=list)

    @property
    def link(self) -> Link:
        """Seller and buyer."""
        return self.sending.link

    @property
    def product(self) -> int:
        """What is ordered."""
        return self.sending.product

    @property
    def filled(self) -> int:
        """Units filled."""
        return sum(piece.units for piece in self.pieces)

    @property
    def landed(self) -> float:
        """What the buyer pays for a unit."""
        return self.price + self.freight + self.officials + self.levy + self.fee

    def settle_price(self, price: float) -> None:
        """The price is known, and with it all that is paid on top."""
        sending, way = self.sending, self.sending.way
        rate, unit = sending.levies()
        self.price = price
        self.levy = price * rate + unit
        self.freight = sending.handling(self.ask) + (0.0 if way.pays_officials else sending.rate * price)
        self.officials = sending.rate * price if way.pays_officials else 0.0
        terms = sending.model.banks.of(sending)
        self.fee = terms.fee * price
        self.held_up = terms.weeks / sending.model.world.calendar.weeks_per_tick

    @property
    def turn(self) -> tuple[float, int, int]:
        """The keyed order of those who come first."""
        return (self.priority, self.link.key, self.call)


class Market:
    """The orders of one tick, until they are filled."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        self.orders: list[Order] = []
        self.periods: dict[str, int] = {}
        self.left: dict[str, int] = {}

    # Order

    def order(self) -> None:
        """Every customer with a need calls suppliers."""
        self.orders = []
        for link in self.model.links:
            link.ordered = link.filled = link.seized = 0
        for party in self.model.parties:
            for shelf in party.shelves:
                shelf.ordered = shelf.refused = shelf.sold = 0
            party.apparent = [0.0] * len(self.model.sides)
        for party in self.model.parties:
            cash = party.cash
            for product in self.model.products:
                if party.shelves[product].need > 0:
                    cash = self.call_suppliers(party, product, cash)
        self.cut_to_capacity()
        self.cut_to_quotas()

    def call_suppliers(self, party: Party, product: int, cash: float) -> float:
        """Places the orders for one need. Returns the cash left."""
        model, market, shelf = self.model, self.model.market, party.shelves[product]
        need = shelf.need
        choices = self.choices(party, product)
        calls = min(market.calls, need)
        for call in range(calls):
            if not choices:
                continue
            units = need // calls + (1 if call < need % calls else 0)
            link, landed, premium = self.choose(choices, product, call)
            ask = link.seller.shelves[product].quoted
            bid, reserved = math.inf, landed
            if link.seller.bidding:
                bid = self.bid(party, link, product, call)
                reserved = max(landed, bid)
            if reserved > 0.0:
                units = min(units, math.floor(cash / reserved))
            if units <= 0:
                continue
            cash -= units * reserved
            priority = model.uniforms(link.key, PRIORITY, product)[call]
            order = Order(link.sending[product], call, units, ask, premium, bid, priority)
            order.since = shelf.since
            self.orders.append(order)
            link.ordered += units
            link.seller.shelves[product].ordered += units
        return cash

    def choices(self, party: Party, product: int) -> list[tuple[Link, float, float, float]]:
        """Eligible links with their landed price, premium and weight."""
        model, market = self.model, self.model.market
        ceiling = party.most_paid(product)
        found = []
        for link in party.suppliers:
            if not link.carries[product] or not link.seller.trading:
                continue
            premium, sending = link.premium[product], link.sending[product]
            if premium == math.inf or not model.map.is_open(sending.corridor):
                continue
            ask = link.seller.shelves[product].quoted
            rate, unit = sending.levies()
            price = ask + premium
            terms = model.banks.of(sending)
            landed = price * (1.0 + (sending.rate + rate + terms.fee)) + (sending.handling(ask) + unit)
            if landed > ceiling:
                continue
            price_term = 0.0
            if not link.seller.passes:
                price_term = -market.price_weight * log(landed / model.reference_price[product])
            weight = exp(
                price_term
                - market.lead_weight * (sending.weeks + terms.weeks)
                - market.risk_weight * link.risk
                + market.trust_weight * link.trust
            )
            found.append((link, landed, premium, weight))
        stocked = [choice for choice in found if choice[0].seller.shelves[product].queue.units > 0]
        return stocked or found

    def choose(
        self, choices: list[tuple[Link, float, float, float]], product: int, call: int
    ) -> tuple[Link, float, float]:
        """The exponential race of one call: the least keyed exponential over weight wins."""
        best, least = choices[0], math.inf
        for choice in choices:
            time = -log(self.model.uniforms(choice[0].key, CALL, product)[call]) / choice[3]
            if time < least:
                best, least = choice, time
        return best[0], best[1], best[2]

    def bid(self, party: Party, link: Link, product: int, call: int) -> float:
        """Bid of a customer at a seller that may open the bidding."""
        model, market, shelf = self.model, self.model.market, party.shelves[product]
        urgency = shelf.need / (shelf.need + shelf.queue.units + shelf.on_order)
        raised = exp(market.urgency_exponent * log(urgency))
        noise = 1.0 + market.bid_noise * (2.0 * model.uniforms(link.key, BID, product)[call] - 1.0)
        ceiling = party.most_paid(product)
        return min(ceiling, ceiling * raised * noise)

    def cut_to_capacity(self) -> None:
        """Orders whose corridor holds a leg with a capacity are cut when it is used up."""
        model = self.model
        for leg in model.map.legs:
            capacity = model.leg_capacity(leg)
            if math.isinf(capacity):
                continue
            left = whole(capacity, model.uniforms(leg.pair.key, CAPACITY, 0)[0])
            crossing = [order for order in self.orders if leg in order.sending.corridor.legs]
            for order in sorted(crossing, key=lambda o: (o.priority, o.link.key, o.product, o.call)):
                granted = min(order.units, left)
                order.cut += order.units - granted
                order.units = granted
                left -= granted

    def cut_to_quotas(self) -> None:
        """Orders under quotas are cut where one of them is full."""
        model = self.model
        today = model.world.calendar.first_days[model.tick]
        room: dict[str, int] = {}
        for policy, _ in model.book.active:
            if policy.kind == "quota":
                if self.periods.get(policy.name) != policy.period(model.tick):
                    self.periods[policy.name] = policy.period(model.tick)
                    self.left[policy.name] = 0
                room[policy.name] = max(0, math.floor(policy.fields.units.at(today)) - self.left[policy.name])
        for order in sorted(self.orders, key=lambda o: (o.priority, o.link.key, o.product, o.call)):
            quotas = model.book.quotas(order.sending)
            granted = min([order.units, *(room[policy.name] for policy in quotas)])
            for policy in quotas:
                room[policy.name] -= granted
            if granted < order.units:
                order.cut += order.units - granted
                order.units = granted
                model.diary.count("quota_refusals")

    # Clear

    def clear(self) -> None:
        """Every seller fills its orders, product by product."""
        books: dict[tuple[int, int], list[Order]] = {}
        for order in self.orders:
            books.setdefault((order.link.seller.row, order.product), []).append(order)
        self.orders = []
        for (row, product), orders in sorted(books.items()):
            seller = self.model.parties[row]
            ordered = sum(order.units + order.cut for order in orders)
            scarce = ordered > seller.shelves[product].queue.units
            for order in self.bidding(orders) if seller.bidding and scarce else self.posted(orders):
                self.fill(order)
                self.orders.append(order)

    def posted(self, orders: list[Order]) -> list[Order]:
        """The posted price, first come first served."""
        for order in orders:
            order.settle_price(order.ask + order.premium)
        return sorted(orders, key=lambda o: o.turn)

    def bidding(self, orders: list[Order]) -> list[Order]:
        """Open bidding, the highest net bid first; bids below the ask are refused."""
        for order in orders:
            rate, unit = order.sending.levies()
            on_top = order.sending.handling(order.ask) + unit
            fee = self.model.banks.of(order.sending).fee
            order.settle_price((order.bid - on_top) / (1.0 + (order.sending.rate + rate + fee)))
            order.open_bid = True

        def net(order: Order) -> float:
            return order.price - order.premium

        for order in orders:
            if net(order) < order.ask:
                order.cut += order.units
                order.units = 0
        return sorted(orders, key=lambda o: (-net(o), *o.turn))

    def passed_over(self, node: Node, sending: Sending) -> bool:
        """Lots that have been with the customer; without resale, those barred to the side that it serves, too."""
        seller, buyer = sending.link.seller, sending.link.buyer
        if node.holds(buyer) or self.model.marked.held_back(sending, node):
            return True
        side = buyer.true_side if buyer.true_side >= 0 else buyer.paper_side
        if self.model.resale or seller.passes or side < 0:
            return False
        return any(bits >> side & 1 for bits in node.barred)

    def fill(self, order: Order) -> None:
        """Fills an order from the seller's queue, and pays."""
        model, diary, link, product = self.model, self.model.diary, order.link, order.product
        seller, buyer = link.seller, link.buyer
        shelf, own = seller.shelves[product], buyer.shelves[product]
        order.pieces = shelf.queue.take(order.units, lambda node: self.passed_over(node, order.sending))
        filled = order.filled
        refused = order.units + order.cut - filled
        if refused > 0:
            shelf.refused += refused
            diary.count("refused_orders")
        if filled == 0:
            return
        for quota in model.book.quotas(order.sending):
            self.left[quota.name] += filled
        shelf.sold += filled
        link.filled += filled
        own.filled += filled
        own.lost -= filled
        lots = [model.marked.breach(order.sending, piece.node) for piece in order.pieces]
        unlawful = model.book.breaks_law(order.sending) or any(breach & 1 for breach in lots)
        if model.licences.must_wait(order.sending):
            model.licences.hold(order)
        buyer.cash -= filled * order.landed
        if order.waits:
            diary.pay("held", filled * order.landed)
        else:
            seller.cash += filled * order.price
            diary.pay("freight", filled * order.freight)
            diary.pay("facilitation", filled * order.officials)
            diary.pay("levies", filled * order.levy)
            diary.pay("fees", filled * order.fee)
        if order.price > 0.0:
            own.price_seen = order.landed
        if own.filled >= own.need:
            own.since = -1
        for side in model.sides:
            seller.apparent[side] += filled * buyer.looks_like(side)
        if unlawful:
            diary.count("consignments_barred")
        elif not seller.passes and not order.waits and not order.sending.way.is_false and not any(lots):
            seller.licit += filled * (order.price - shelf.unit_cost)
        if seller.passes:
            return
        diary.count("trades")
        if order.sending.way.row != 0:
            diary.count("evading")
        if model.book.exempt(order.sending.sale):
            diary.count("exempt_trades")
        if model.book.grandfathered(order.sending.sale):
            diary.count("grandfathered_trades")
        if order.open_bid:
            diary.count("auction_fills")
        if order.levy > 0.0:
            diary.count("levied_trades")
        ceiling = buyer.most_paid(product)
        if order.landed >= (1.0 - model.market.ceiling_band) * ceiling or shelf.mark_up >= seller.highest_mark_up:
            diary.count("trades_at_ceiling")
