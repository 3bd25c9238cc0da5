"""Whether link rules join groups that can trade, have something to trade, and a way to send it."""

from __future__ import annotations

from sim.agents import BuyerFields, IntermediaryFields, ManufacturerFields
from sim.agents.common import GroupFields
from sim.declare.errors import Problem, listed
from sim.scenario.fields import LinkFields
from sim.scenario.reading import Draft


def can_sell(group: GroupFields) -> bool:
    """True for makers, intermediaries and pass-through buyers."""
    return isinstance(group, ManufacturerFields | IntermediaryFields) or is_pass_through(group)


def can_buy(group: GroupFields) -> bool:
    """True for intermediaries, buyers, and makers with a bill of materials."""
    return isinstance(group, IntermediaryFields | BuyerFields) or (
        isinstance(group, ManufacturerFields) and bool(group.bill)
    )


def is_pass_through(group: GroupFields) -> bool:
    """True for buyers who hand on what they buy."""
    return isinstance(group, BuyerFields) and not group.end_user


def products_sold(group: GroupFields) -> frozenset[str]:
    """Products that a group can sell: of a maker those it has capacity for."""
    return frozenset(group.capacity if isinstance(group, ManufacturerFields) else group.products)


def products_bought(group: GroupFields) -> frozenset[str]:
    """Products that a group can buy: of a maker the components in its bill."""
    if isinstance(group, ManufacturerFields):
        return frozenset(part for parts in group.bill.values() for part in parts)
    return frozenset(group.products)


def check_links(draft: Draft) -> list[Problem]:
    """Checks every link rule whose groups could be read.

    Args:
        draft: The tables.

    Returns:
        The problems.
    """
    groups: dict[str, GroupFields] = draft.tables["groups"]
    problems: list[Problem] = []
    for key, rule in draft.tables["links"].items():
        path = f"links.{key}"
        for side, words in (("sellers", rule.sellers), ("buyers", rule.buyers)):
            if not words:
                allowed = "groups that sell" if side == "sellers" else "groups that buy"
                problems.append(
                    Problem("S202", f"The rule names no {side}.", path=f"{path}.{side}", value=[], allowed=allowed)
                )
        sellers = {word: groups[word] for word in rule.sellers if word in groups}
        buyers = {word: groups[word] for word in rule.buyers if word in groups}
        wrong = _wrong_kinds(path, sellers, buyers, groups, draft.names["sides"])
        problems += wrong
        whole = len(sellers) == len(rule.sellers) > 0 and len(buyers) == len(rule.buyers) > 0
        if whole and not wrong:
            both = [*sellers.values(), *buyers.values()]
            # Names that do not exist are told already, and all that hangs on them with them.
            if all(draft.names["products"].issuperset(group.products) for group in both):
                wrong = _without_product(path, rule, sellers, buyers)
                problems += wrong
            if (
                not wrong
                and "legs" not in draft.broken
                and all(draft.names["jurisdictions"].issuperset(group.jurisdiction.words) for group in both)
            ):
                problems += _without_leg(path, draft, sellers, buyers)
    return problems


def _wrong_kinds(
    path: str,
    sellers: dict[str, GroupFields],
    buyers: dict[str, GroupFields],
    groups: dict[str, GroupFields],
    sides: set[str],
) -> list[Problem]:
    """Sellers that cannot sell, buyers that cannot buy, and hand-on to somebody else."""
    problems = []
    for word, group in sellers.items():
        if not can_sell(group):
            what = "end users" if isinstance(group, BuyerFields) else f"of kind {group.kind}"
            allowed = listed(key for key, other in groups.items() if can_sell(other))
            problems.append(
                Problem("S402", f"`{word}` are {what}.", path=f"{path}.sellers", value=word, allowed=allowed)
            )
    for word, group in buyers.items():
        if not can_buy(group):
            what = "makers without a bill" if isinstance(group, ManufacturerFields) else f"of kind {group.kind}"
            allowed = listed(key for key, other in groups.items() if can_buy(other))
            problems.append(
                Problem("S403", f"`{word}` are {what}.", path=f"{path}.buyers", value=word, allowed=allowed)
            )
    for seller, group in sellers.items():
        if not (isinstance(group, BuyerFields) and is_pass_through(group) and group.side in sides):
            continue
        for word, buyer in buyers.items():
            if isinstance(buyer, BuyerFields) and buyer.side not in sides:
                continue
            if not (isinstance(buyer, BuyerFields) and buyer.end_user and buyer.side == group.side):
                fit = [
                    key
                    for key, g in groups.items()
                    if isinstance(g, BuyerFields) and g.end_user and g.side == group.side
                ]
                message = f"`{seller}` hands on to `{word}`, who is no end user of side `{group.side}`."
                problems.append(Problem("S404", message, path=f"{path}.buyers", value=word, allowed=listed(fit)))
    return problems


def _without_product(
    path: str, rule: LinkFields, sellers: dict[str, GroupFields], buyers: dict[str, GroupFields]
) -> list[Problem]:
    """Rules over which nothing could be sold, and products named that nobody could sell over them."""
    sold = frozenset().union(*(products_sold(group) for group in sellers.values()))
    bought = frozenset().union(*(products_bought(group) for group in buyers.values()))
    shared = sold & bought
    if not shared:
        message = f"The sellers sell {listed(sold) or 'nothing'}; the buyers buy {listed(bought) or 'nothing'}."
        return [Problem("S415", message, path=path, allowed="groups that share a product")]
    return [
        Problem(
            "S415",
            f"No pair of these groups trades `{word}`.",
            path=f"{path}.products",
            value=word,
            allowed=listed(shared),
        )
        for word in rule.products
        if word not in shared
    ]


def _without_leg(
    path: str, draft: Draft, sellers: dict[str, GroupFields], buyers: dict[str, GroupFields]
) -> list[Problem]:
    """Rules where no seller's jurisdiction has a leg to any buyer's."""
    origins = sorted({word for group in sellers.values() for word in group.jurisdiction.words})
    ends = sorted({word for group in buyers.values() for word in group.jurisdiction.words})
    legs = draft.names["legs"]
    if any(f"{origin}-{end}" in legs for origin in origins for end in ends):
        return []
    pairs = listed(f"{origin}-{end}" for origin in origins for end in ends)
    return [
        Problem(
            "S405", "Goods have no way from any seller to any buyer.", path=path, allowed=f"one of the legs {pairs}"
        )
    ]
