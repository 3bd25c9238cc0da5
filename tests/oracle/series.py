"""The series of a tick: sums and means over sides, groups and legs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel
    from tests.oracle.party import Party
    from tests.oracle.paths import Node

BY_SIDE = ("planned", "flown", "used", "used_foreign", "unmet", "delivered", "stock", "stock_foreign", "demand")
BY_GROUP = ("produced", "ordered", "filled", "refused", "trader_stock", "ask", "mark_up")
BY_LEG = ("crossings", "inspected", "crossed_units", "seized_units", "seized_pieces", "crossed_value")
Series = Sequence[float] | list[list[float]]


def foreign(model: OracleModel, node: Node, user: Party) -> bool:
    """Whether units on a path were made by others than the home industry of a user's side."""
    maker = [step.holder for step in node.path()][-1]
    return int(model.world.groups.home_side[maker.group]) != user.true_side


def series(model: OracleModel) -> dict[str, Series]:
    """The series of the tick that ends, by name; tables are (side, group or leg) by product."""
    tally_agents(model)
    rows = {
        **dict.fromkeys(BY_SIDE, len(model.sides)),
        **dict.fromkeys(BY_GROUP, len(model.world.names.groups)),
        **dict.fromkeys(BY_LEG, len(model.map.legs)),
        "ways": len(model.ways),
    }
    found: dict[str, Series] = {}
    for name, count in rows.items():
        cells = model.diary.sums.get(name, {})
        empty = math.nan if name in ("ask", "mark_up") else 0
        found[name] = [[cells.get((row, p), empty) for p in model.products] for row in range(count)]
    groups = range(len(model.world.names.groups))
    found["alive"] = [sum(party.alive and party.group == group for party in model.parties) for group in groups]
    policies = range(len(model.world.names.policies))
    force = {policy.row for policy in model.book.policies if policy.standing(model.tick)}
    coming = {policy.row for policy in model.book.policies if policy.visible(model.tick)}
    found["in_force"] = [row in force for row in policies]
    found["announced"] = [row in coming for row in policies]
    for name in ("investigations", "listings", "applications", "audits", "contracts_ended"):
        found[name] = [model.diary.sums.get(name, {}).get((row, 0), 0) for row in policies]
    return found


def tally_agents(model: OracleModel) -> None:
    """Adds up what agents hold, sold and asked, at the end of the tick."""
    add = model.diary.add
    for party in model.parties:
        for product, shelf in enumerate(party.shelves):
            if party.end_user:
                add("demand", party.true_side, product, model.demand(party.group, product) * party.share)
                for lot in shelf.queue.lots:
                    add("stock", party.true_side, product, lot.units)
                    if foreign(model, lot.node, party):
                        add("stock_foreign", party.true_side, product, lot.units)
                continue
            add("trader_stock", party.group, product, shelf.queue.units)
            if party.sells[product]:
                add("ordered", party.group, product, shelf.ordered)
                add("filled", party.group, product, shelf.sold)
                add("refused", party.group, product, shelf.refused)
    for group in range(len(model.world.names.groups)):
        for product in model.products:
            shelves = [
                party.shelves[product]
                for party in model.parties
                if party.group == group and party.alive and has_asked(party, product)
            ]
            if shelves:
                add("ask", group, product, sum(shelf.quoted for shelf in shelves) / len(shelves))
                add("mark_up", group, product, sum(shelf.mark_up for shelf in shelves) / len(shelves))


def has_asked(party: Party, product: int) -> bool:
    """Whether a seller quoted the product in this tick; a firm founded in it has not."""
    return party.sells[product] and party.shelves[product].quoted < math.inf
