"""The kinds of agent, each with its own decisions, in the words of sim/RULES.md."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.world.draws import DONATE, LOSE, PRODUCE, USE, binomial
from sim.world.floats import exp, inverse_normal, log
from tests.oracle.aid import aid_money
from tests.oracle.party import Party, Shelf, whole
from tests.oracle.series import foreign

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel


class Maker(Party):
    """A maker. It builds to stock, from components that it buys."""

    is_firm = True

    def bill(self, product: int) -> list[int]:
        """Units of each component in one unit."""
        return self.model.bills[self.group][product]

    def produce(self) -> None:
        """Builds toward expected demand, within capacity, components and cash."""
        for shelf in self.shelves:
            shelf.asked = 0.0
        if not self.alive:
            return
        wanted = {product: self.production(product) for product in self.products_where(self.sells)}
        for product, want in wanted.items():
            self.model.inputs.tally(self, product, want)
            for component, needed in enumerate(self.bill(product)):
                if needed > 0 and want > 0.0:
                    self.shelves[component].asked += needed * want
        for product, want in wanted.items():
            self.build(product, whole(want, self.draw(PRODUCE, product)))

    def production(self, product: int) -> float:
        """``min(capacity, what inputs allow, max(0, f + gain (level - stock)))``, for all before any is built."""
        shelf = self.shelves[product]
        capacity = min(self.model.capacity(self.group, product) * self.share, self.model.inputs.room(self, product))
        level = shelf.forecast * (1.0 + self.review + self.safety + 0.0)
        gap = level - shelf.queue.units
        return min(capacity, max(0.0, shelf.forecast + self.model.market.restock_gain * gap))

    def build(self, product: int, units: int) -> None:
        """Builds units of one product, as far as components and cash reach."""
        model, shelf = self.model, self.shelves[product]
        bill = [(component, needed) for component, needed in enumerate(self.bill(product)) if needed > 0]
        for component, needed in bill:
            units = min(units, self.shelves[component].queue.units // needed)
        cost = self.production_cost[product] * (1.0 + model.inputs.rise(self, product))
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
        model.diary.add("produced", self.group, product, units)
        model.inputs.use(self, product, units)

    def most_paid(self, product: int) -> float:
        """A maker pays for a component what it would ask for it at its highest mark-up."""
        return self.shelves[product].unit_cost * (1.0 + self.highest_mark_up)


class Trader(Party):
    """An intermediary."""

    is_firm = True

    def first_shelf(self, product: int) -> Shelf:
        """A trader starts with the price of its first stock in mind."""
        shelf = super().first_shelf(product)
        shelf.price_seen = shelf.unit_cost
        return shelf

    def cost_to_price(self, shelf: Shelf) -> float:
        """What the trader's last purchase cost, where that is above the mean of its stock."""
        return shelf.price_seen if shelf.price_seen > shelf.unit_cost else shelf.unit_cost

    def most_paid(self, product: int) -> float:
        """The resale price less half the usual margin."""
        return self.shelves[product].quoted / (1.0 + 0.5 * self.usual_mark_up)


class Buyer(Party):
    """A buyer: an end user, or a pass-through buyer that hands on."""

    def most_paid(self, product: int) -> float:
        """A multiple of the reference price."""
        return self.ceiling * self.model.reference_price[product]

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
            model.diary.move(account, p, losses)
            for piece in self.shelves[p].queue.take(losses):
                model.diary.add("used", self.true_side, p, piece.units)
                if foreign(model, piece.node, self):
                    model.diary.add("used_foreign", self.true_side, p, piece.units)
            model.diary.add("planned", self.true_side, p, planned[p])
            model.diary.add("flown", self.true_side, p, flown[p])
            model.diary.add("unmet", self.true_side, p, (planned[p] - done[p]) / self.survival)

    def receive_budget(self) -> None:
        """Budget with its shock comes in; what is beyond the carry-over goes back."""
        if not self.alive:
            return
        model = self.model
        rate = model.budget(self.group) * self.share
        sigma = self.donation_sigma
        gift = rate
        if sigma > 0.0:
            z = inverse_normal(self.draw(DONATE, 0))
            gift = rate * exp(sigma * z - sigma * sigma / 2.0)
        aid = aid_money(model, self) if self.pays else 0.0
        self.cash += gift + aid
        model.diary.pay("budgets", gift)
        model.diary.pay("aid", aid)
        most = self.carry_over * (rate + aid)
        if self.pays and self.cash > most:
            model.diary.pay("budgets_returned", self.cash - most)
            self.cash = most

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
