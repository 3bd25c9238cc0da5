"""Goods on the way: stages 8 and 9, ship and receive."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.world.columns import CLOSED
from sim.world.draws import OBSERVE, SHIP
from tests.oracle.agents import Buyer
from tests.oracle.market import Link, Order
from tests.oracle.party import whole
from tests.oracle.paths import Lot, Node
from tests.oracle.policies import Policy

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


class Carriers:
    """Those who carry what is sold, past the border, to who bought it."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model

    # Ship

    def ship(self, orders: list[Order]) -> None:
        """Pieces leave; some are inspected, some of these seized or delayed."""
        for order in orders:
            if order.pieces and not order.waits:
                self.send(order)

    def send(self, order: Order) -> None:
        """Sends the pieces of one order."""
        model, market, link, product = self.model, self.model.market, order.link, order.product
        seller, buyer, leg = link.seller, link.buyer, link.leg
        law, word = model.book.breaks_law(link, product), model.book.breaks_word(link, product)
        breach = (1 if law else 0) | (4 if word else 0)
        barred = model.book.barred(link, product)
        cost = seller.shelves[product].unit_cost
        value = order.filled * order.price
        share = model.inspection_share(leg, product) * value / (value + market.inspection_value)
        if value < market.de_minimis:
            share *= market.de_minimis_factor
        first = (product * 4 + order.call) << 14
        _, _, u2, u3 = model.uniforms(link.key, SHIP, first)
        on_way = max(1, whole(leg.lead * (1.0 + leg.spread * (2.0 * u2 - 1.0)), u3))
        for j, piece in enumerate(order.pieces):
            u0, u1, _, _ = model.uniforms(link.key, SHIP, first + j)
            inspected = u0 < share
            seized = inspected and law and u1 >= seller.concealment
            node = model.paths.child(piece.node, buyer, leg.row, breach, barred)
            arrival = -1
            if seized:
                self.seize(order, piece.units)
            else:
                arrival = model.tick + on_way
                if inspected and not law:
                    arrival += math.floor(model.inspection_delay)
                self.let_pass(order, piece, node, arrival, cost)
                if law:
                    self.observe(order, first + j)
            self.count(order, piece, inspected, seized)
            self.write(order, piece, node, (cost, breach, inspected, seized, arrival))

    def count(self, order: Order, piece: Lot, inspected: bool, seized: bool) -> None:
        """Counts a piece that comes to the border of its leg."""
        add, leg, product = self.model.diary.add, order.link.leg.row, order.product
        add("crossings", leg, product, 1)
        add("crossed_units", leg, product, piece.units)
        add("crossed_value", leg, product, piece.units * order.price)
        if inspected:
            add("inspected", leg, product, 1)
        if seized:
            add("seized_units", leg, product, piece.units)

    def seize(self, order: Order, units: int) -> None:
        """Takes a piece away and fines its seller; both ends are exposed."""
        model, link = self.model, order.link
        fine = model.market.fine * units * order.price
        link.seller.cash -= fine
        model.diary.pay("fines", fine)
        model.diary.move("seized", order.product, units)
        model.diary.count("seizures")
        link.seized += 1
        for policy, _ in model.book.listing():
            self.expose(policy, link)

    def observe(self, order: Order, index: int) -> None:
        """An unlawful piece that passes may be seen all the same."""
        model = self.model
        for policy, _ in model.book.listing():
            if model.uniforms(order.link.key ^ policy.key, OBSERVE, index)[0] < policy.fields.observation:
                self.expose(policy, order.link)

    def expose(self, policy: Policy, link: Link) -> None:
        """Adds to the exposure of both ends in scope, as far as the buyer seems to serve a side named."""
        weight = 1.0
        if any(policy.sides):
            weight = max(link.buyer.looks_like(side) for side in self.model.sides if policy.sides[side])
        for party in (link.seller, link.buyer):
            if policy.may_list(party):
                party.exposure[policy.row] = party.exposure.get(policy.row, 0.0) + weight

    def let_pass(self, order: Order, piece: Lot, node: Node, arrival: int, cost: float) -> None:
        """Puts a piece on its way."""
        landed = cost if order.link.seller.passes else order.landed
        order.link.buyer.shelves[order.product].on_order += piece.units
        self.model.in_transit.append(
            Shipment(arrival, order, node, order.product, piece.units, landed, piece.units * landed, order.since)
        )

    def write(self, order: Order, piece: Lot, node: Node, rest: tuple[float, int, bool, bool, int]) -> None:
        """One row of the true ledger."""
        model, burn_in = self.model, self.model.world.calendar.burn_in
        if model.tick < burn_in:
            return
        cost, breach, inspected, seized, arrival = rest
        model.diary.ledger.append(
            {
                "tick": model.tick - burn_in, "seller": order.link.seller.row, "buyer": order.link.buyer.row,
                "product": order.product, "units": piece.units, "unit_price": order.price,
                "unit_freight": order.freight, "unit_levy": order.levy, "unit_cost": cost, "node": node,
                "parent": piece.node,
                "leg": order.link.leg.row, "way": 0, "breach": breach, "inspected": inspected, "seized": seized,
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
