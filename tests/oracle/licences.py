"""Export licences: who has one, who waits for one, and the goods that wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.world.columns import CLOSED
from sim.world.draws import LICENCE, RELEASE, quantile_table
from tests.oracle.market import Order
from tests.oracle.party import Party, whole
from tests.oracle.paths import Lot
from tests.oracle.policies import Policy
from tests.oracle.routes import Pair
from tests.oracle.shipping import Consignment

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel
    from tests.oracle.ways import Sending

Holder = tuple[int, int, int, int]
"""Policy, seller, destination and product on papers; the number of products where papers hide it."""


@dataclass(eq=False)
class Application:
    """A seller waits for a licence; the decision is due at a tick, or at none while nobody works on it."""

    policy: Policy
    seller: Party
    pair: Pair
    product: int
    asked: int
    due: int | None = None

    @property
    def holder(self) -> Holder:
        """Whose licence it is for, where to, for what."""
        return (self.policy.row, self.seller.row, self.pair.destination, self.product)


@dataclass(eq=False)
class Held:
    """A piece of a filled order that waits for a licence."""

    order: Order
    piece: Lot
    place: int
    tick: int
    value: float
    cost: float


class Licences:
    """All licences of a world."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        self.valid: dict[Holder, float] = {}
        self.again: dict[Holder, float] = {}
        self.applications: list[Application] = []
        self.held: list[Held] = []

    def reserved(self, product: int, seller: Party | None = None) -> int:
        """Units of a product that wait, of all sellers or of one."""
        return sum(
            held.piece.units
            for held in self.held
            if held.order.product == product and seller in (None, held.order.link.seller)
        )

    # What a sale needs

    def refused(self, sending: Sending) -> bool:
        """A licence for this sale was refused, and the seller does not apply again yet."""
        for policy in self.model.book.licences(sending):
            if self.again.get(self.application(policy, sending).holder, 0.0) > self.model.tick:
                return True
        return False

    def application(self, policy: Policy, sending: Sending) -> Application:
        """What the seller would apply for, by the papers."""
        pair = sending.trades()[0][1]
        return Application(policy, sending.link.seller, pair, sending.product_on_papers, self.model.tick)

    def must_wait(self, sending: Sending) -> bool:
        """A licence is lacking; the seller applies for each that it lacks and has not applied for."""
        waits = False
        for policy in self.model.book.licences(sending):
            new = self.application(policy, sending)
            if self.valid.get(new.holder, 0.0) > self.model.tick:
                continue
            waits = True
            if all(old.holder != new.holder for old in self.applications):
                self.applications.append(new)
                sending.link.seller.cash -= policy.fields.fee
                self.model.diary.pay("fees", policy.fields.fee)
        return waits

    def hold(self, order: Order) -> None:
        """The goods of an order and the money for them wait."""
        model = self.model
        shelf = order.link.seller.shelves[order.product]
        for place, piece in enumerate(order.pieces):
            self.held.append(Held(order, piece, place, model.tick, model.carriers.value(order), shelf.unit_cost))
            order.link.buyer.shelves[order.product].on_order += piece.units
            model.diary.count("units_reserved", piece.units)
        order.waits = True

    # What the authority does

    def words(self, one: Application) -> tuple[float, float, float, float]:
        """The draw of an application."""
        key = one.policy.key ^ one.seller.key ^ one.pair.key
        return self.model.uniforms_at(one.asked, key, LICENCE, one.product)

    def decide(self) -> None:
        """Decides what is due; applications under a licence no longer in force are void."""
        model, weeks = self.model, self.model.world.calendar.weeks_per_tick
        force = {policy.row for policy, _ in model.book.active}
        for one in list(self.applications):
            if one.policy.row not in force:
                self.applications.remove(one)
            elif one.due is not None and one.due <= model.tick:
                self.applications.remove(one)
                model.diary.add("applications", one.policy.row, 0, 1)
                if self.words(one)[0] < one.policy.fields.refusal:
                    self.again[one.holder] = model.tick + one.policy.fields.again_weeks / weeks
                    model.diary.count("licences_refused")
                else:
                    self.valid[one.holder] = model.tick + one.policy.fields.valid_weeks / weeks
                    model.diary.count("licences_granted")

    def take_up(self) -> None:
        """Work begins on the oldest applications, as many as there is capacity for."""
        for row in sorted({one.policy.row for one in self.applications}):
            mine = [one for one in self.applications if one.policy.row == row]
            free = mine[0].policy.fields.capacity - sum(one.due is not None for one in mine)
            waiting = [one for one in mine if one.due is None]
            waiting.sort(key=lambda one: (one.asked, self.words(one)[3], one.seller.key ^ one.pair.key, one.product))
            for one in waiting[: max(0, free)]:
                _, u1, u2, _ = self.words(one)
                one.due = self.model.tick + max(1, whole(quantile_table(self.model.world.listing_lag[row], u2), u1))

    # What becomes of goods held

    def settle(self) -> None:
        """Goods leave where all licences are there, and return where they cannot."""
        waiting, self.held = self.held, []
        for held in waiting:
            sending = held.order.sending
            ended = sending.link.seller.state == CLOSED or not sending.link.buyer.alive
            held_back = self.model.marked.held_back(sending, held.piece.node)
            if ended or not sending.papers_pass() or self.refused(sending) or held_back:
                self.give_back(held)
            elif self.must_wait(sending) or not self.model.map.is_open(sending.corridor):
                self.held.append(held)
            else:
                self.send(held)

    def give_back(self, held: Held) -> None:
        """Money returns to the buyer, goods to the seller, or to the frozen ones where the seller is closed."""
        model, order, units = self.model, held.order, held.piece.units
        seller, own = order.link.seller, order.link.buyer.shelves[order.product]
        model.diary.pay("held", -units * order.landed)
        order.link.buyer.cash += units * order.landed
        own.on_order -= units
        own.lost += units
        own.since = order.since if own.since < 0 else min(own.since, order.since)
        if seller.state == CLOSED:
            model.freeze(order.product, units)
            return
        shelf = seller.shelves[order.product]
        shelf.add_cost(units, held.cost)
        shelf.queue.add(held.piece.node, units)
        model.diary.count("units_returned", units)

    def send(self, held: Held) -> None:
        """Goods under licence leave, and are paid for."""
        diary, order, units = self.model.diary, held.order, held.piece.units
        diary.pay("held", -units * order.landed)
        order.link.seller.cash += units * order.price
        diary.pay("freight", units * order.freight)
        diary.pay("facilitation", units * order.officials)
        diary.pay("levies", units * order.levy)
        diary.pay("fees", units * order.fee)
        marked = self.model.marked.breach(order.sending, held.piece.node)
        lawful = not self.model.book.breaks_law(order.sending) and not order.sending.way.is_false
        if lawful and not marked:
            order.link.seller.licit += units * (order.price - held.cost)
        self.model.carriers.send(Consignment(order, held.piece, held.place, held.value, held.cost, held.tick, RELEASE))
