"""What is learned at the end of a tick, in the order of section 10 of sim/RULES.md."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.world.columns import ALIVE, CLOSED, CLOSING, DORMANT
from sim.world.draws import FOUND, NEIGHBOUR, SEARCH, link_key, quantile_table
from sim.world.floats import log
from tests.oracle.agents import Buyer, Maker
from tests.oracle.heirs import give_owner, inherit, note_customers
from tests.oracle.market import Link
from tests.oracle.party import Party, whole

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel


def learn(model: OracleModel) -> None:
    """Stage 10."""
    trust(model)
    risk(model)
    customers_seen(model)
    forecasts(model)
    overheads_and_payouts(model)
    closures(model)
    exposure_fades(model)
    foundings(model)
    searches(model)
    note_customers(model)
    lapses(model)


def trust(model: OracleModel) -> None:
    """1. Trust follows the share filled of what was ordered; what is bought over a link is smoothed."""
    for link in model.links:
        link.bought += model.market.seen_gain * ((link.filled if link.ordered > 0 else 0) - link.bought)
        if link.ordered > 0:
            link.trust += model.market.trust_gain * (link.filled / link.ordered - link.trust)
            link.last_used = model.tick


def risk(model: OracleModel) -> None:
    """2. Perceived risk follows own and neighbours' seizures."""
    market = model.market
    for link in model.links:
        if link.seized:
            link.risk += market.risk_gain * (1.0 - link.risk)
        elif link.seller.row in model.struck or link.buyer.row in model.struck:
            link.risk += market.neighbour_risk_gain * (1.0 - link.risk)
        else:
            link.risk -= market.risk_decay * link.risk


def customers_seen(model: OracleModel) -> None:
    """3. What others see of a firm's customers, and its licit margin."""
    market = model.market
    for party in model.parties:
        sold = sum(shelf.sold for shelf in party.shelves)
        if sold > 0:
            for side in model.sides:
                party.seen[side] += market.seen_gain * (party.apparent[side] / sold - party.seen[side])
        party.margin += market.margin_gain * (party.licit - party.margin)


def forecasts(model: OracleModel) -> None:
    """4. Forecasts follow sales and a share of refused orders.

    Of a pass-through buyer they follow its end users' plans, of a component what a maker wants to build. A maker that
    sells a component which it needs too forecasts both.
    """
    if model.tick < model.world.calendar.settle:
        return
    market = model.market
    for party in model.parties:
        if party.passes:
            party.hear_of_use()
        for product, shelf in enumerate(party.shelves):
            lead = 1.0 if isinstance(party, Maker) and party.sells[product] else party.lead
            alpha = market.smoothing / (lead + party.review)
            if party.sells[product] and not party.passes:
                seen = shelf.sold + market.refused_weight * shelf.refused
                if isinstance(party, Maker) and party.buys[product]:
                    seen += shelf.asked
                shelf.forecast += alpha * (seen - shelf.forecast)
            elif party.passes or (isinstance(party, Maker) and party.buys[product]):
                shelf.forecast += alpha * (shelf.asked - shelf.forecast)


def overheads_and_payouts(model: OracleModel) -> None:
    """5. Running costs are paid, and cash above the target is paid out."""
    for party in model.parties:
        if not party.alive or not party.is_firm:
            continue
        party.cash -= party.overhead
        model.diary.pay("overheads", party.overhead)
        target = party.founding_capital + party.working * sum(s.forecast * s.unit_cost for s in party.shelves)
        if party.cash > target:
            paid = model.market.payout_share * (party.cash - target)
            party.cash -= paid
            model.diary.pay("payouts", paid)


def closures(model: OracleModel) -> None:
    """6. Firms in debt by more than a cent close; firms that sold off close for good."""
    for party in model.parties:
        if not party.is_firm:
            continue
        if party.alive and party.cash < -0.01:
            model.close(party, CLOSING)
            model.diary.count("closures")
        elif party.state == CLOSING:
            holds = any(shelf.position > 0 for shelf in party.shelves) or any(
                model.licences.reserved(product, party) for product in model.products
            )
            if not holds:
                party.state = CLOSED
            elif model.tick - party.closed > model.sell_off_ticks:
                model.freeze_stock(party)
                party.state = CLOSED


def exposure_fades(model: OracleModel) -> None:
    """7. Observed exposure fades."""
    for policy in model.book.policies:
        if policy.kind == "entity_listing":
            fading = min(1.0, policy.fields.fading * model.world.calendar.weeks_per_tick)
            for party in model.parties:
                if policy.row in party.exposure:
                    party.exposure[policy.row] -= fading * party.exposure[policy.row]


@dataclass
class Standing:
    """How the firms of a group stand before any slot opens in this tick.

    Attributes:
        means: By product, the mean forecast, mark-up and unit cost of the firms alive that sell it.
        excess: ``sum of f mark_up over sum of f usual mark_up, less 1``; None where the sum is 0.
    """

    means: dict[int, tuple[float, float, float]]
    excess: float | None


def standing(model: OracleModel, group: int) -> Standing:
    """How a group stands."""
    taken = usual = 0.0
    means = {}
    for party in model.parties:
        if party.group == group and party.alive:
            for product in party.products_where(party.sells):
                shelf = party.shelves[product]
                taken += shelf.forecast * shelf.mark_up
                usual += shelf.forecast * party.usual_mark_up
    for product in model.products:
        shelves = [
            party.shelves[product]
            for party in model.parties
            if party.group == group and party.alive and party.sells[product]
        ]
        if shelves:
            n = len(shelves)
            means[product] = (
                sum(shelf.forecast for shelf in shelves) / n,
                sum(shelf.mark_up for shelf in shelves) / n,
                sum(shelf.unit_cost for shelf in shelves) / n,
            )
    return Standing(means, taken / usual - 1.0 if usual > 0.0 else None)


def foundings(model: OracleModel) -> None:
    """8. Slots open where mark-ups are high."""
    slots = [party for party in model.parties if party.state == DORMANT]
    before = {group: standing(model, group) for group in sorted({party.group for party in slots})}
    for party in slots:
        group = before[party.group]
        if party.opens_at >= 0:
            if party.opens_at <= model.tick:
                open_slot(model, party, group)
            continue
        if group.excess is None:
            continue
        words = model.uniforms(party.key, FOUND, 0)
        if words[0] < party.founding_rate * max(0.0, group.excess):
            lag = quantile_table(model.world.groups.founding_lag[party.group], words[3])
            party.opens_at = model.tick + max(1, whole(lag, words[1]))
            if model.shells and words[2] < model.market.owner_returns:
                give_owner(model, party)


def open_slot(model: OracleModel, party: Party, group: Standing) -> None:
    """A firm opens with the mean forecast, mark-up and cost of its group."""
    party.state = ALIVE
    party.opened = model.tick
    party.cash += party.founding_capital
    model.diary.pay("founding_capital", party.founding_capital)
    model.diary.count("foundings")
    for product, (forecast, mark_up, unit_cost) in group.means.items():
        if party.sells[product]:
            shelf = party.shelves[product]
            shelf.forecast = forecast * model.market.entry_share * party.size
            shelf.mark_up = mark_up
            shelf.unit_cost = unit_cost
            shelf.price_seen = unit_cost
    for link in [*party.suppliers, *party.customers]:
        link.last_used = model.tick


def searches(model: OracleModel) -> None:
    """9. Customers whose needs went unmet look for a seller that their neighbours know. All look before any finds."""
    found: list[tuple[Party, Party]] = []
    for party in model.parties:
        if not party.alive or (model.tick + party.phase) % party.review != 0:
            continue
        lost = [shelf.lost if party.buys[product] else 0 for product, shelf in enumerate(party.shelves)]
        most = max(lost, default=0)
        if most > 0 and party.draw(SEARCH, 0) < model.market.search_rate:
            seller = search(model, party, lost.index(most))
            if seller is not None:
                found.append((seller, party))
    inherit(model, found)
    for seller, party in found:
        model.connect(seller, party)
        model.diary.count("new_links")


def race(model: OracleModel, runners: list[tuple[Link, float]], product: int, word: int) -> Link | None:
    """The link that wins an exponential race."""
    best: Link | None = None
    least = math.inf
    for link, weight in runners:
        time = -log(model.uniforms(link.key, NEIGHBOUR, product)[word]) / weight
        if time < least:
            best, least = link, time
    return best


def search(model: OracleModel, party: Party, product: int) -> Party | None:
    """A supplier, a fellow customer of it, and a seller that either knows."""
    known = [(x, 1.0) for x in party.suppliers if x.seller.alive and x.carries[product]]
    to_supplier = race(model, known, product, 0)
    if to_supplier is None:
        return None
    supplier = to_supplier.seller
    beside = [(x, 1.0) for x in supplier.customers if x.buyer.alive and x.buyer is not party and x.carries[product]]
    to_fellow = race(model, beside, product, 1)
    around = list(supplier.suppliers)
    if to_fellow is not None:
        around = list(to_fellow.buyer.suppliers) + around
    sellers: dict[int, Party] = {}
    for link in around:
        if link.carries[product] and may_find(model, party, link.seller, product):
            sellers[link.seller.row] = link.seller
    best: Party | None = None
    least = math.inf
    for seller in sellers.values():
        key = int(link_key(model.word(seller.key), model.word(party.key)))
        weight = seller.shelves[product].sold + 1
        time = -log(model.uniforms(key, NEIGHBOUR, product)[2]) / weight
        if time < least:
            best, least = seller, time
    return best


def may_find(model: OracleModel, party: Party, seller: Party, product: int) -> bool:
    """A seller that may become a new supplier."""
    if not seller.alive or seller is party or isinstance(seller, Buyer):
        return False
    if not model.may_sell(seller.group, party.group, product) or not seller.sells[product]:
        return False
    if model.leg_between(seller, party) is None:
        return False
    return all(link.seller is not seller for link in party.suppliers)


def lapses(model: OracleModel) -> None:
    """10. Links of closed firms, and idle links, lapse."""
    for link in list(model.links):
        ends = (link.seller, link.buyer)
        closed = any(party.state == CLOSED for party in ends)
        idle = all(party.alive for party in ends) and model.tick - link.last_used > model.link_idle
        if closed or idle:
            model.disconnect(link)
            model.diary.count("lapsed_links")
