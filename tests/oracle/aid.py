"""Aid: money for budgets, and goods from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.world.draws import GIVE
from tests.oracle.party import Party, whole

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel
    from tests.oracle.policies import Policy


def aid_money(model: OracleModel, buyer: Party) -> float:
    """US dollars that a buyer with a budget gets in this tick: its part of each aid."""
    today, weeks = model.world.calendar.first_days[model.tick], model.world.calendar.weeks_per_tick
    total = 0.0
    for policy, intensity in model.book.aid():
        if not policy.aids(buyer):
            continue
        others = [party for party in model.parties if party.pays and party.alive and policy.aids(party)]
        rates = [model.budget(party.group) * party.share for party in others]
        own = model.budget(buyer.group) * buyer.share
        part = own / sum(rates) if sum(rates) > 0.0 else buyer.size / sum(party.size for party in others)
        total += intensity * policy.fields.dollars.at(today) * weeks * part
    return total


def give_goods(model: OracleModel) -> None:
    """Hands out the goods of every aid, to end users where it names no groups."""
    today, weeks = model.world.calendar.first_days[model.tick], model.world.calendar.weeks_per_tick
    for policy, intensity in model.book.aid():
        for name, schedule in policy.fields.units.items():
            give(model, policy, model.world.names.products.index(name), schedule.at(today) * weeks * intensity)


def give(model: OracleModel, policy: Policy, product: int, units: float) -> None:
    """Shares units of a product out by what each recipient expects to use."""
    expected = {
        party.row: model.demand(party.group, product) * party.share
        if party.end_user
        else party.shelves[product].forecast
        for party in model.parties
        if (party.end_user or (party.passes and policy.fields.groups))
        and party.alive
        and party.deals[product]
        and policy.aids(party)
    }
    everything = sum(expected.values())
    if everything <= 0.0:
        return
    for row, own in expected.items():
        party = model.parties[row]
        amount = whole(units * (own / everything), model.uniforms(party.key ^ policy.key, GIVE, product)[0])
        if amount > 0:
            hand_over(model, party, product, amount)


def hand_over(model: OracleModel, party: Party, product: int, amount: int) -> None:
    """Puts goods given on the shelf; for an end user they are a delivery without a seller or a price."""
    shelf = party.shelves[product]
    shelf.add_cost(amount, 0.0)
    node = model.paths.root(party)
    if shelf.queue.add(node, amount):
        model.diary.count("merged_lots")
    model.diary.move("given", product, amount)
    model.diary.count("units_given", amount)
    if not party.end_user:
        return
    model.diary.add("delivered", party.true_side, product, amount)
    now = model.tick - model.world.calendar.burn_in
    if now >= 0:
        model.diary.deliveries.append(
            {
                "tick": now, "side": party.true_side, "product": product, "units": amount, "value": 0.0, "node": node,
                "buyer": party.row, "seller": -1, "since": now,
            }
        )  # fmt: skip
