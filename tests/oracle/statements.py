"""End-use statements: who signs one, what is false in it, and who finds that out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.world.draws import STATEMENT
from tests.oracle.agents import Trader

if TYPE_CHECKING:
    from tests.oracle.market import Link
    from tests.oracle.model import OracleModel
    from tests.oracle.party import Party
    from tests.oracle.policies import Policy
    from tests.oracle.ways import Sending


@dataclass(frozen=True)
class Standing:
    """How a customer stands with a seller under a policy: for better or worse, at the ticks before one."""

    good: bool
    until: float


class Statements:
    """All statements of a world.

    Attributes:
        documents: Those signed in recorded ticks, as rows.
    """

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        self.documents: list[dict[str, Any]] = []

    def turned_away(self, sending: Sending) -> bool:
        """Whether the seller lacks a statement for this sale; the customer signs what it can."""
        link, tick = sending.link, self.model.tick
        for policy in self.model.book.on_papers("end_use_certificate", sending):
            standing = link.statements.get(policy.row)
            if standing is None or standing.until <= tick:
                standing = link.statements[policy.row] = self.ask(policy, link)
            if not standing.good:
                self.model.diary.count("refused_by_statement")
                return True
        return False

    def ask(self, policy: Policy, link: Link) -> Standing:
        """A new statement, or none."""
        fields, model, weeks = policy.fields, self.model, self.model.world.calendar.weeks_per_tick
        turned_away = Standing(False, model.tick + fields.again_weeks / weeks)
        false = self.share_false(policy, link.buyer)
        if link.buyer.compliant and false >= model.market.refusal_belief:
            return turned_away
        u0, u1, _, _ = model.uniforms(link.key ^ policy.key, STATEMENT, 0)
        passed = u0 >= false * (1.0 - fields.passes)
        traced = passed and u1 < fields.traced * false
        model.diary.count("statements_signed")
        model.diary.count("statements_refused", int(not passed))
        model.diary.count("statements_false", int(passed and false > 0.0))
        model.diary.count("statements_traced", int(traced))
        if traced:
            self.tell(policy, link)
        if model.tick >= model.world.calendar.burn_in:
            self.documents.append(
                {
                    "tick": model.tick - model.world.calendar.burn_in, "policy": policy.row, "seller": link.seller.row,
                    "buyer": link.buyer.row, "false": false, "passed": passed, "traced": traced,
                }
            )  # fmt: skip
        return Standing(True, model.tick + fields.valid_weeks / weeks) if passed else turned_away

    def share_false(self, policy: Policy, buyer: Party) -> float:
        """How much of the statement is not so."""
        if buyer.true_side >= 0 and policy.sides[buyer.true_side]:
            return 1.0
        if not isinstance(buyer, Trader) and not buyer.passes:
            return 0.0
        return max(buyer.seen[side] for side in self.model.sides if policy.sides[side])

    def tell(self, policy: Policy, link: Link) -> None:
        """Authorities under the same name hear of a false statement."""
        for listing, _ in self.model.book.listing():
            if listing.fields.by == policy.fields.by:
                for party in (link.seller, link.buyer):
                    if listing.may_list(party):
                        party.exposure[listing.row] = party.exposure.get(listing.row, 0.0) + 1.0

    def in_order(self) -> list[dict[str, Any]]:
        """The documents in the order of the records."""
        return sorted(self.documents, key=lambda x: (x["tick"], x["policy"], x["seller"], x["buyer"]))
