"""The referee: the rules of `sim/RULES.md` as Mesa objects."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import mesa
import numpy as np

from sim.world.columns import CLOSED, CLOSING, World
from sim.world.draws import INVESTIGATE, block, link_key, quantile_table, uniform
from sim.world.floats import exp
from tests.oracle.agents import Buyer, Maker, make
from tests.oracle.aid import give_goods
from tests.oracle.allocation import Allocations
from tests.oracle.banks import Banks
from tests.oracle.book import PolicyBook
from tests.oracle.customs import Customs
from tests.oracle.inputs import Inputs
from tests.oracle.learning import learn
from tests.oracle.licences import Licences
from tests.oracle.marked import Marked
from tests.oracle.market import Link, Market
from tests.oracle.party import Party, whole
from tests.oracle.paths import Paths
from tests.oracle.policies import Policy
from tests.oracle.records import UNIT_ACCOUNTS, UNIT_FLOWS, Diary, check_accounts, snapshot
from tests.oracle.routes import Leg, Map
from tests.oracle.shipping import Carriers, Shipment
from tests.oracle.statements import Statements
from tests.oracle.ways import choose, list_ways, quiet


@dataclass(eq=False)
class Investigation:
    """An open investigation of a party under a policy."""

    policy: Policy
    party: Party
    due: int


class OracleModel(mesa.Model):  # type: ignore[misc]
    """The whole world as objects.

    Args:
        world: The initial world.
        without: Ids of policies left out.
    """

    def __init__(self, world: World, without: tuple[str, ...] = ()) -> None:
        super().__init__(rng=0)
        self.world = world
        self.market = world.scenario.market
        self.tick = 0
        self._words: dict[tuple[int, int, int], tuple[float, float, float, float]] = {}
        self._at_start: dict[str, list[int]] = {}
        self._initial: list[int] = []
        self._seed: Any = np.uint64(world.seed)
        self.products = list(range(len(world.names.products)))
        self.sides = list(range(len(world.names.sides)))
        self.reference_price: list[float] = world.reference_price.tolist()
        self.substitutes: list[list[float]] = world.substitutes.tolist()
        self.diversion: list[list[float]] = world.diversion.tolist()
        self.civil: list[bool] = world.civil.tolist()
        self.bills: list[list[list[int]]] = world.groups.bill.tolist()
        self.maker_of_arm: list[int] = world.groups.maker_of_arm.tolist()
        per_week = 1.0 / world.calendar.weeks_per_tick
        self.stake_ticks = self.market.stake_weeks * per_week
        self.inspection_delay = self.market.inspection_delay_weeks * per_week
        self.sell_off_ticks = self.market.sell_off_weeks * per_week
        self.link_idle = self.market.link_idle_weeks * per_week
        self.paths = Paths()
        self.diary = Diary(len(self.products))
        self.in_transit: list[Shipment] = []
        self.investigations: list[Investigation] = []
        kinds = {fields.kind for fields in world.scenario.evasion.values()}
        self.resale, self.shells, self.stockpiling = (x in kinds for x in ("resale", "shells", "stockpiling"))
        self.map = Map(self)
        self.ways = list_ways(self)
        self.struck: set[int] = set()
        self.quiet = True
        self.parties = [make(self, row) for row in range(len(world.agents.group))]
        self.links: list[Link] = []
        for row in range(len(world.links.seller)):
            self._first_link(row)
        self.book = PolicyBook(self, without)
        self.trades = Market(self)
        self.carriers = Carriers(self)
        self.licences = Licences(self)
        self.statements = Statements(self)
        self.makers = [party for party in self.parties if isinstance(party, Maker)]
        self.inputs = Inputs(self)
        self.customs = Customs(self)
        self.allocations = Allocations(self)
        self.banks = Banks(self)
        self.marked = Marked(self)

    # The tick

    def run(self) -> OracleModel:
        """Runs to the end."""
        while self.tick < self.world.calendar.ticks:
            self.step()
        return self

    def step(self) -> None:
        """One tick, in the order of sim/RULES.md."""
        cash = sum(party.cash for party in self.parties)
        if self.tick == self.world.calendar.burn_in:
            self._at_start = {name: list(units) for name, units in self.diary.units.items()}
            self._initial = [self.everywhere(product) for product in self.products]
        self._words.clear()
        self.diary.open_tick()
        # 1. Regulate.
        self.book.turn_to(self.tick)
        self.inputs.turn_to(self.tick)
        self.allocations.allocate()
        self.map.open_tick()
        self.banks.open_tick()
        self.quiet = quiet(self)
        self.struck.clear()
        for party in self.parties:
            party.licit = 0.0
        self.list_parties()
        self.investigate()
        self.licences.decide()
        self.licences.settle()
        self.marked.contracts.audit()
        # 2. Produce.
        for party in self.parties:
            if isinstance(party, Maker):
                party.produce()
        # 3. Use.
        for party in self.parties:
            if isinstance(party, Buyer):
                party.use()
        for party in self.parties:
            if isinstance(party, Buyer):
                party.receive_budget()
        # 4. Plan.
        for party in self.parties:
            party.plan()
        # 5. Quote.
        if self.tick >= self.world.calendar.settle:
            for party in self.parties:
                party.move_mark_up()
        self.set_premiums()
        if self.market.shortage_mark_up > 0.0:
            for party in self.parties:
                for shelf in party.shelves:
                    shelf.refusing_before = shelf.refusing
            for party in self.parties:
                party.hear_refusals()
        # 6. to 9. Order, clear, ship, receive.
        self.trades.order()
        self.trades.clear()
        self.carriers.ship(self.trades.orders)
        self.licences.take_up()
        self.carriers.receive()
        give_goods(self)
        # 10. Learn.
        learn(self)
        # 11. Record.
        check_accounts(self, cash)
        self.diary.ticks.append(snapshot(self))
        self.allocations.close_tick()
        self.tick += 1

    def set_premiums(self) -> None:
        """What each seller asks, how it would send what its customers need, and for what premium; refusals count."""
        for party in self.parties:
            for product in party.products_where(party.sells):
                party.shelves[product].quoted = party.ask(product) if party.trading else math.inf
        for link in self.links:
            link.premium.clear()
            link.sending.clear()
            for product in self.products:
                needed = link.carries[product] and link.buyer.shelves[product].need > 0
                if needed and link.seller.trading:
                    link.sending[product] = choose(self, link, product)
                    link.premium[product] = link.seller.premium(link.sending[product])
                    if math.isinf(link.premium[product]):
                        self.diary.count("refused_by_premium")
                    link.premium[product] = self.marked.raise_premium(link.sending[product], link.premium[product])
                    if math.isinf(link.premium[product]):
                        continue
                    if self.statements.turned_away(link.sending[product]):
                        link.premium[product] = math.inf
                    elif not link.seller.passes and self.banks.refuse(link.sending[product]):
                        link.premium[product] = math.inf
                        self.diary.count("payments_refused")

    # Regulate

    def list_parties(self) -> None:
        """Investigations that are due list their party, and make its partners wary."""
        due = [x for x in self.investigations if x.due <= self.tick]
        self.investigations = [x for x in self.investigations if x.due > self.tick]
        for case in sorted(due, key=lambda x: (x.policy.row, x.party.row)):
            fields = case.policy.fields
            if not case.party.alive or case.party.exposure.get(case.policy.row, 0.0) < fields.least:
                continue
            case.party.listed_by = case.policy.row
            self.diary.count("listings")
            self.diary.add("listings", case.policy.row, 0, 1)
            if fields.stock == "frozen":
                self.close(case.party, CLOSED)
                self.freeze_stock(case.party)
            else:
                self.close(case.party, CLOSING)
            for link in self.links:
                if case.party in (link.seller, link.buyer):
                    link.risk += fields.chill * (1.0 - link.risk)

    def investigate(self) -> None:
        """Opens investigations on exposed parties, within the capacity of each policy."""
        weeks = self.world.calendar.weeks_per_tick
        for policy, intensity in self.book.listing():
            fields = policy.fields
            under = {case.party.row for case in self.investigations if case.policy is policy}
            hazard = fields.hazard * weeks * intensity
            candidates: list[tuple[float, int, Party]] = []
            for party in self.parties:
                exposure = party.exposure.get(policy.row, 0.0)
                if not policy.may_list(party) or not party.alive or exposure <= 0.0 or party.row in under:
                    continue
                u = self.uniforms(party.key ^ policy.key, INVESTIGATE, 0)[0]
                if u < 1.0 - exp(-(hazard * exposure)):
                    candidates.append((u, party.key, party))
            free = max(0, fields.capacity - len(under))
            for _, key, party in sorted(candidates, key=lambda c: c[:2])[:free]:
                _, u1, u2, _ = self.uniforms(key ^ policy.key, INVESTIGATE, 0)
                lag = quantile_table(self.world.listing_lag[policy.row], u2)
                self.investigations.append(Investigation(policy, party, self.tick + max(1, whole(lag, u1))))
                self.diary.add("investigations", policy.row, 0, 1)

    def close(self, party: Party, state: int) -> None:
        """A firm closes: for good, or to sell off what it holds."""
        party.state = state
        party.closed = self.tick

    def freeze_stock(self, party: Party) -> None:
        """All lots of a party are frozen."""
        for product, shelf in enumerate(party.shelves):
            self.freeze(product, shelf.queue.clear())

    def freeze(self, product: int, units: int) -> None:
        """Books units as frozen."""
        self.diary.move("frozen", product, units)
        self.diary.count("frozen_units", units)

    # Units

    def in_stock(self, product: int) -> int:
        """Units that agents hold."""
        return sum(party.shelves[product].queue.units for party in self.parties)

    def on_the_way(self, product: int) -> int:
        """Units on their way."""
        return sum(shipment.units for shipment in self.in_transit if shipment.product == product)

    def everywhere(self, product: int) -> int:
        """Units in stock, waiting for a licence, and on their way."""
        return self.in_stock(product) + self.licences.reserved(product) + self.on_the_way(product)

    def unit_accounts(self) -> list[list[int]]:
        """The unit account of the recorded ticks, in the order of ``UNIT_ACCOUNTS``."""
        flows = {
            name: [now - before for now, before in zip(self.diary.units[name], self._at_start[name], strict=True)]
            for name in UNIT_FLOWS
        }
        flows["initial"] = self._initial
        flows["in_stock"] = [self.in_stock(product) for product in self.products]
        flows["in_transit"] = [self.on_the_way(product) for product in self.products]
        flows["reserved"] = [self.licences.reserved(product) for product in self.products]
        return [flows[name] for name in UNIT_ACCOUNTS]

    def open_needs(self) -> list[dict[str, Any]]:
        """Needs of buyers still open at the end; not of end users that are given all they get."""
        first = self.world.calendar.burn_in
        return [
            {
                "tick": self.tick - 1 - first, "since": shelf.since - first, "side": party.true_side,
                "product": product, "units": shelf.lost, "censored": True,
            }
            for party in self.parties
            for product, shelf in enumerate(party.shelves)
            if isinstance(party, Buyer) and (party.pays or party.passes) and shelf.since >= 0 and shelf.lost > 0
        ] + [
            {
                "tick": self.tick - 1 - first, "since": held.order.since - first,
                "side": held.order.link.buyer.true_side, "product": held.order.product, "units": held.piece.units,
                "censored": True,
            }
            for held in self.licences.held
            if isinstance(held.order.link.buyer, Buyer)
        ]  # fmt: skip

    # Draws

    def word(self, key: int) -> Any:
        """A key as the draws take it, an unsigned word of 64 bits."""
        return np.uint64(key)

    def uniforms(self, key: int, purpose: int, index: int) -> tuple[float, float, float, float]:
        """The four uniforms of an address at this tick; each address is read once and kept for the tick."""
        address = (key, purpose, index)
        found = self._words.get(address)
        if found is None:
            w0, w1, w2, w3 = block(self._seed, self.word(key), self.tick, purpose, index)
            found = self._words[address] = (uniform(w0), uniform(w1), uniform(w2), uniform(w3))
        return found

    def uniforms_at(self, tick: int, key: int, purpose: int, index: int) -> tuple[float, float, float, float]:
        """The four uniforms of an address at any tick."""
        if tick == self.tick:
            return self.uniforms(key, purpose, index)
        w0, w1, w2, w3 = block(self._seed, self.word(key), tick, purpose, index)
        return uniform(w0), uniform(w1), uniform(w2), uniform(w3)

    # The world at this tick

    def capacity(self, group: int, product: int) -> float:
        """Units a tick that a group of makers can build."""
        return float(self.world.groups.capacity[self.tick, group, product])

    def demand(self, group: int, product: int) -> float:
        """Units a tick that a group of end users uses up when it lacks nothing."""
        return float(self.world.groups.demand[self.tick, group, product])

    def budget(self, group: int) -> float:
        """US dollars a tick of a group of buyers."""
        return float(self.world.groups.budget[self.tick, group])

    def leg_open(self, leg: Leg) -> bool:
        """Whether goods may move over the leg."""
        return bool(self.world.legs.open[self.tick, leg.row])

    def leg_capacity(self, leg: Leg) -> float:
        """Units a tick; infinite where there is no limit."""
        return float(self.world.legs.capacity[self.tick, leg.row])

    def inspection_share(self, leg: Leg, product: int) -> float:
        """Share of consignments inspected: sums of policies, capped; none on an inner leg."""
        if leg.pair.inner:
            return 0.0
        base = float(self.world.legs.inspection[self.tick, leg.row])
        enforcement = float(self.world.enforcement[self.tick, leg.origin])
        return min(1.0, base + self.book.inspection(leg, product) * enforcement)

    # Links

    def _first_link(self, row: int) -> None:
        links = self.world.links
        self._join(
            Link(
                seller=self.parties[int(links.seller[row])],
                buyer=self.parties[int(links.buyer[row])],
                leg=self.map.legs[int(links.leg[row])],
                key=int(links.key[row]),
                trust=float(links.trust[row]),
                carries=links.carries[row].tolist(),
            )
        )

    def _join(self, link: Link) -> None:
        self.links.append(link)
        link.buyer.suppliers.append(link)
        link.seller.customers.append(link)

    def carries(self, seller: Party, buyer: Party) -> list[bool]:
        """By product, whether the rules let one sell it to the other, and both deal in it so."""
        return [
            self.may_sell(seller.group, buyer.group, product) and seller.sells[product] and buyer.buys[product]
            for product in self.products
        ]

    def connect(self, seller: Party, buyer: Party, trust: float | None = None) -> None:
        """A new link, with the products that the rules allow, and with their trust where none is given."""
        leg = self.leg_between(seller, buyer)
        assert leg is not None
        if trust is None:
            trust = float(self.world.groups.link_trust[seller.group, buyer.group])
        key = int(link_key(self.word(seller.key), self.word(buyer.key)))
        self._join(Link(seller, buyer, leg, key, trust, self.carries(seller, buyer), last_used=self.tick))

    def disconnect(self, link: Link) -> None:
        """Removes a link."""
        self.links.remove(link)
        link.buyer.suppliers.remove(link)
        link.seller.customers.remove(link)

    def may_sell(self, seller_group: int, buyer_group: int, product: int) -> bool:
        """What the link rules say of two groups."""
        return bool(self.world.groups.may_sell[seller_group, buyer_group, product])

    def leg_between(self, seller: Party, buyer: Party) -> Leg | None:
        """The leg from a seller to a buyer, where there is one."""
        row = int(self.world.legs.of[seller.jurisdiction, buyer.jurisdiction])
        return None if row < 0 else self.map.legs[row]
