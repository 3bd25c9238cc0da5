"""Goods on the way: stages 8 and 9, ship and receive."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.world.columns import CLOSED
from sim.world.draws import OBSERVE, SHIP, TEST, TRACK
from tests.oracle.agents import Buyer
from tests.oracle.customs import EXPORTER, Record, bits
from tests.oracle.market import Link, Order
from tests.oracle.party import whole
from tests.oracle.paths import Lot, Node
from tests.oracle.policies import Policy
from tests.oracle.routes import Leg

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel


@dataclass(eq=False)
class Shipment:
    """Units on their way."""

    arrival: int
    order: Order
    node: Node
    product: int
    units: int
    cost: float
    value: float
    since: int


@dataclass(eq=False)
class Consignment:
    """One piece of an order as it leaves.

    Attributes:
        place: Its place among the pieces of the order. value: What is at the border together with it.
        cost: The seller's cost of a unit. ordered: The tick of the order. purpose: Of its draws at borders.
        opened, seized_at, delay: What becomes of it: opened anywhere; the border where it is seized; ticks lost.
    """

    order: Order
    piece: Lot
    place: int
    value: float
    cost: float
    ordered: int
    purpose: int
    opened: bool = False
    seized_at: int | None = None
    delay: int = 0

    @property
    def address(self) -> int:
        """The index of its draws at the first border."""
        return self.first + self.place

    @property
    def first(self) -> int:
        """The index of the first piece of the order."""
        return (self.order.product * 4 + self.order.call) << 14


class Carriers:
    """Those who carry what is sold, past the borders, to who bought it."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model

    # Ship

    def ship(self, orders: list[Order]) -> None:
        """Pieces leave; some are opened, some seized or delayed."""
        for order in orders:
            if order.pieces and not order.waits:
                value, cost = self.value(order), order.link.seller.shelves[order.product].unit_cost
                for place, piece in enumerate(order.pieces):
                    self.send(Consignment(order, piece, place, value, cost, self.model.tick, SHIP))

    def value(self, order: Order) -> float:
        """What is at a border together: all of an order, or as many units as go together where they are few."""
        together = order.sending.together(order.ask)
        if order.sending.way.row != 0 and together < self.model.market.consignment_units:
            return min(order.filled, together) * order.price
        return order.filled * order.price

    def send(self, goods: Consignment) -> None:
        """Sends one piece."""
        model, order = self.model, goods.order
        sending, link, product, units = order.sending, order.link, order.product, goods.piece.units
        law, word = model.book.breaks_law(sending), model.book.breaks_word(sending)
        breach = (1 if law else 0) | (4 if word else 0) | model.marked.breach(sending, goods.piece.node)
        hop = (sending.corridor.row, sending.way.row)
        by_content, by_contract = model.marked.barred(sending, goods.piece.node)
        model.marked.contracts.enter(sending, goods.piece.node)
        by_law, by_word = model.book.barred(sending)
        node = model.paths.child(goods.piece.node, link.buyer, hop, breach, (by_law | by_content, by_contract, by_word))
        for border, leg in enumerate(sending.corridor.legs):
            self.cross(goods, border, leg, law)
            if goods.seized_at is not None:
                break
        _, _, u2, u3 = model.uniforms_at(goods.ordered, link.key, goods.purpose, goods.first)
        time = sending.corridor.lead + sending.corridor.reach * (2.0 * u2 - 1.0) + (sending.way.delay + order.held_up)
        arrival = model.tick + max(1, whole(time, u3)) + goods.delay
        records = model.customs.records(sending, goods.address, goods.ordered, goods.seized_at)
        model.customs.report(sending, records, units, order.price, arrival)
        first_leg = sending.corridor.legs[0]
        if first_leg.origin != first_leg.destination:
            model.diary.add("ways", sending.way.row, product, units)
        if goods.seized_at is not None and not law and not sending.way.is_false:
            model.diary.count("content_found")
        if goods.seized_at is None:
            self.let_pass(goods, node, arrival)
            self.observe(goods, records)
        else:
            self.seize(goods, sending.corridor.legs[goods.seized_at])
        self.write(goods, node, breach, -1 if goods.seized_at is not None else arrival, records)

    def cross(self, goods: Consignment, border: int, leg: Leg, law: bool) -> None:
        """A piece comes to a border."""
        model, order, sending = self.model, goods.order, goods.order.sending
        add, product, units = model.diary.add, order.product, goods.piece.units
        index = goods.address + (border << 22)
        add("crossings", leg.row, product, 1)
        add("crossed_units", leg.row, product, units)
        add("crossed_value", leg.row, product, units * order.price)
        u0, u1, _, _ = model.uniforms_at(goods.ordered, order.link.key, goods.purpose, index)
        if u0 < sending.opened(border, goods.value):
            goods.opened = True
            add("inspected", leg.row, product, 1)
            if not law and not sending.way.is_false and not self.test_shows(goods):
                goods.delay += math.floor(model.inspection_delay)
            elif u1 >= sending.hidden:
                goods.seized_at = border
        chance = sending.tracked(border)
        followed = model.uniforms_at(goods.ordered, order.link.key, TRACK, index)[0] < chance
        if goods.seized_at is None and followed:
            goods.seized_at = border
            model.diary.count("tracked")
        if goods.seized_at is not None:
            add("seized_units", leg.row, product, units)
            add("seized_pieces", leg.row, product, 1)

    def test_shows(self, goods: Consignment) -> bool:
        """Whether a test shows foreign content that must not go there."""
        link = goods.order.link
        u = self.model.uniforms_at(goods.ordered, link.key, TEST, goods.address)[0]
        return not link.seller.passes and u < (
            self.model.marked.contents.chance_shown(goods.order.sending, goods.piece.node)
        )

    def seize(self, goods: Consignment, leg: Leg) -> None:
        """Takes a piece away and fines its seller; both ends are exposed."""
        model, link, units = self.model, goods.order.link, goods.piece.units
        fine = model.market.fine * units * goods.order.price
        link.seller.cash -= fine
        model.diary.pay("fines", fine)
        model.diary.move("seized", goods.order.product, units)
        model.diary.count("seizures")
        if goods.purpose == SHIP:
            link.seized += 1
        else:
            link.buyer.shelves[goods.order.product].on_order -= units
        model.struck |= {link.seller.row, link.buyer.row}
        for policy, _ in model.book.listing():
            if policy.hears_of(leg.origin):
                self.expose(policy, link, self.weight(policy, link.buyer.paper_side, link.buyer.jurisdiction))

    def observe(self, goods: Consignment, records: list[Record]) -> None:
        """A record of goods barred to somebody may be looked into."""
        model, link = self.model, goods.order.link
        for policy, _ in model.book.listing():
            for trade, pair in goods.order.sending.trades():
                if not model.book.bars_anybody(pair, goods.order.product):
                    continue
                of_trade = [record for record in records if record.trade == trade]
                seen = max([0.0, *(model.book.sees(policy, record.by) for record in of_trade)])
                if seen == 0.0:
                    continue
                index = goods.address + (trade << 22)
                u = model.uniforms_at(goods.ordered, link.key ^ policy.key, OBSERVE, index)[0]
                if u < policy.fields.observation * seen:
                    side = goods.order.sending.side_shown(trade)
                    weight = self.weight(policy, side, pair.destination)
                    gap = model.book.mismatch(policy, pair)
                    if gap > 0.0 and all(record.side == EXPORTER for record in of_trade):
                        model.diary.count("mismatches")
                        weight += gap
                    self.expose(policy, link, weight)

    def weight(self, policy: Policy, shown: int, place: int) -> float:
        """How much a consignment seems to serve a side named, by the side shown and the place where it goes."""
        if not any(policy.sides):
            return 1.0
        if shown >= 0 and policy.sides[shown]:
            return 1.0
        return max(self.model.diversion[place][side] for side in self.model.sides if policy.sides[side])

    def expose(self, policy: Policy, link: Link, weight: float) -> None:
        """Adds to the exposure of both ends in scope."""
        for party in (link.seller, link.buyer):
            if policy.may_list(party):
                party.exposure[policy.row] = party.exposure.get(policy.row, 0.0) + weight

    def let_pass(self, goods: Consignment, node: Node, arrival: int) -> None:
        """Puts a piece on its way."""
        order, units = goods.order, goods.piece.units
        landed = goods.cost if order.link.seller.passes else order.landed
        if goods.purpose == SHIP:
            order.link.buyer.shelves[order.product].on_order += units
        self.model.in_transit.append(
            Shipment(arrival, order, node, order.product, units, landed, units * landed, order.since)
        )

    def write(self, goods: Consignment, node: Node, breach: int, arrival: int, records: list[Record]) -> None:
        """One row of the ledger."""
        model, order, sending = self.model, goods.order, goods.order.sending
        burn_in = model.world.calendar.burn_in
        if model.tick < burn_in:
            return
        seized = goods.seized_at is not None
        stopped = -1 if goods.seized_at is None else sending.corridor.legs[goods.seized_at].row
        model.diary.ledger.append(
            {
                "tick": model.tick - burn_in, "seller": order.link.seller.row, "buyer": order.link.buyer.row,
                "product": order.product, "units": goods.piece.units, "unit_price": order.price,
                "unit_freight": order.freight, "unit_facilitation": order.officials, "unit_levy": order.levy,
                "unit_fee": order.fee, "unit_cost": goods.cost, "node": node, "parent": goods.piece.node,
                "corridor": sending.corridor.row, "way": sending.way.row, "breach": breach,
                "inspected": goods.opened, "seized": seized, "stopped": stopped,
                "declared": sending.declared_end, "recorded": bits(records),
                "arrival": -1 if arrival < 0 else arrival - burn_in, "since": order.since - burn_in,
                "auction": order.open_bid,
            }
        )  # fmt: skip

    # Receive

    def receive(self) -> None:
        """Shipments that are due join the stock of those who bought them."""
        model = self.model
        due = [shipment for shipment in model.in_transit if shipment.arrival == model.tick]
        model.in_transit = [shipment for shipment in model.in_transit if shipment.arrival != model.tick]
        for shipment in due:
            buyer, product = shipment.order.link.buyer, shipment.product
            shelf = buyer.shelves[product]
            shelf.on_order -= shipment.units
            if buyer.state == CLOSED:
                model.freeze(product, shipment.units)
                continue
            shelf.add_cost(shipment.units, shipment.cost)
            if shelf.queue.add(shipment.node, shipment.units):
                model.diary.count("merged_lots")
            if isinstance(buyer, Buyer) and buyer.end_user:
                self.deliver(shipment, buyer)
            if isinstance(buyer, Buyer) and not shipment.order.link.seller.passes:
                self.end_wait(shipment, buyer)

    def end_wait(self, shipment: Shipment, buyer: Buyer) -> None:
        """Writes how long a buyer waited for what it bought."""
        model, burn_in = self.model, self.model.world.calendar.burn_in
        if model.tick >= burn_in:
            model.diary.waits.append(
                {
                    "tick": model.tick - burn_in, "since": shipment.since - burn_in, "side": buyer.true_side,
                    "product": shipment.product, "units": shipment.units, "censored": False,
                }
            )  # fmt: skip

    def deliver(self, shipment: Shipment, buyer: Buyer) -> None:
        """Books a delivery: an end user receives units for the first time."""
        model, burn_in = self.model, self.model.world.calendar.burn_in
        model.diary.add("delivered", buyer.true_side, shipment.product, shipment.units)
        if model.tick < burn_in:
            return
        model.diary.deliveries.append(
            {
                "tick": model.tick - burn_in, "side": buyer.true_side, "product": shipment.product,
                "units": shipment.units, "value": shipment.value, "node": shipment.node, "buyer": buyer.row,
                "seller": shipment.order.link.seller.row, "since": shipment.since - burn_in,
            }
        )  # fmt: skip
