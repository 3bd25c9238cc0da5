"""Owners who return under another name, with what they are and whom they know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.party import Party

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel


def give_owner(model: OracleModel, party: Party) -> None:
    """The owner of the firm of its jurisdiction that closed last, where there is one, takes the slot."""
    closed = [
        other
        for other in model.parties
        if other.is_firm and other.closed >= 0 and other.jurisdiction == party.jurisdiction
    ]
    if not closed:
        return
    before = min(closed, key=lambda other: (-other.closed, other.key))
    party.owner = before.owner
    party.heir_of = before
    party.compliant = before.compliant
    party.tolerance = before.tolerance
    party.concealment = before.concealment


def note_customers(model: OracleModel) -> None:
    """Firms that closed for good in this tick leave behind whom they served, and with what trust."""
    for link in model.links:
        seller = link.seller
        if seller.closed_for_good and not any(buyer is link.buyer for buyer, _ in seller.last_customers):
            seller.last_customers.append((link.buyer, link.trust))


def inherit(model: OracleModel, found: list[tuple[Party, Party]]) -> None:
    """Firms that opened in this tick call on the customers of their owner's last firm.

    Args:
        model: The model.
        found: Sellers and customers that have found each other in this tick.
    """
    for heir in model.parties:
        if heir.heir_of is None or heir.opened != model.tick or not heir.alive:
            continue
        for customer, trust in sorted(heir.heir_of.last_customers, key=lambda each: each[0].row):
            if not customer.alive or customer is heir or model.leg_between(heir, customer) is None:
                continue
            if any(link.buyer is customer for link in heir.customers):
                continue
            if any(seller is heir and buyer is customer for seller, buyer in found):
                continue
            if any(model.carries(heir, customer)):
                model.connect(heir, customer, trust)
                model.diary.count("inherited_links")
