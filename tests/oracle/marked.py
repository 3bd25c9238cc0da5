"""Goods that are marked: by what is in them, or by the contract under which their holder bought them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.world.columns import MANUFACTURER
from sim.world.draws import AUDIT, CONTENT, quantile_table
from sim.world.floats import exp, inverse_normal, log
from tests.oracle.agents import Trader
from tests.oracle.party import Party
from tests.oracle.paths import Node
from tests.oracle.policies import Policy

if TYPE_CHECKING:
    from tests.oracle.market import Link
    from tests.oracle.model import OracleModel
    from tests.oracle.ways import Sending


class Contracts:
    """Distributor contracts: who signs, who broke one, and who is cut off."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        self.books: dict[tuple[int, int], int] = {}
        self.cut_off_until: dict[tuple[int, int], float] = {}
        self.signed: set[tuple[int, int]] = set()

    def in_force(self) -> list[tuple[Policy, float]]:
        """Contracts in force."""
        return [(policy, x) for policy, x in self.model.book.active if policy.kind == "distributor_contract"]

    def issues(self, policy: Policy, party: Party) -> bool:
        """A maker of the group, or one of its arms, unless exempt."""
        if policy.exempts(party):
            return False
        return party.group == policy.by or (policy.by >= 0 and self.model.maker_of_arm[party.group] == policy.by)

    def keeps(self, party: Party) -> bool:
        """Whether an issuer holds to its contracts: a maker, or a compliant arm."""
        return party.kind == MANUFACTURER or party.compliant

    def barred(self, node: Node) -> set[int]:
        """The sides to which a lot may not be resold by its holder, as it is under a contract of its own."""
        every = [policy for policy in self.model.book.policies if policy.kind == "distributor_contract"]
        if node.parent is None or not any(self.issues(policy, node.parent.holder) for policy in every):
            return set()
        here, before = node.barred[1], node.parent.barred[1]
        return {side for side in self.model.sides if here >> side & 1 and not before >> side & 1}

    def clause(self, link: Link, product: int) -> int:
        """The sides to which the buyer may not resell what it buys now, as bits; it has signed from now on."""
        sides = 0
        arm = self.model.maker_of_arm[link.buyer.group] >= 0
        if isinstance(link.buyer, Trader) and not arm and self.keeps(link.seller):
            for policy in self.binding(link.buyer):
                if self.issues(policy, link.seller) and policy.products[product]:
                    self.signed.add((policy.row, link.buyer.row))
                    for side in self.model.sides:
                        sides |= policy.targets[side] << side
        return sides

    def is_cut_off(self, link: Link, product: int) -> bool:
        """Whether the seller turns the buyer away."""
        return any(
            self.issues(policy, link.seller) and policy.products[product] and self.has_ended(policy, link.buyer)
            for policy, _ in (self.in_force() if self.keeps(link.seller) else [])
        )

    def has_ended(self, policy: Policy, party: Party) -> bool:
        """Whether a distributor's contract has ended, and it has not come back yet."""
        return self.cut_off_until.get((policy.row, party.row), 0.0) > self.model.tick

    def binding(self, party: Party) -> list[Policy]:
        """Contracts in force that bind a distributor."""
        return [policy for policy, x in self.in_force() if x > party.heed and not policy.exempts(party)]

    def risk(self, node: Node, product: int, side: int) -> float:
        """The risk of a piece of a lot that is resold to a side, as its holder sees it."""
        assert node.parent is not None
        greatest = 0.0
        for policy in self.binding(node.holder):
            issued = self.issues(policy, node.parent.holder) and policy.products[product] and policy.targets[side]
            if issued and not self.has_ended(policy, node.holder):
                within = 1.0 - exp(-self.rate(policy) * self.model.stake_ticks)
                greatest = max(greatest, policy.fields.found * within)
        return greatest

    def rate(self, policy: Policy) -> float:
        """Audits a tick."""
        return float(policy.fields.audits * self.model.world.scenario.time.step_days / 365.25)

    def enter(self, sending: Sending, node: Node) -> None:
        """The books of the seller show a piece that leaves."""
        link, product = sending.link, sending.product
        side = link.buyer.true_side if link.buyer.true_side >= 0 else link.buyer.paper_side
        if link.seller.passes or node.parent is None or side not in self.barred(node):
            return
        broken = [
            policy
            for policy in self.binding(link.seller)
            if self.issues(policy, node.parent.holder) and policy.products[product] and policy.targets[side]
        ]
        for policy in broken:
            self.books[policy.row, link.seller.row] = self.books.get((policy.row, link.seller.row), 0) + 1
        if broken:
            self.model.diary.count("resold_in_breach")

    def audit(self) -> None:
        """Makers look into the books of all who have signed, and end contracts that were broken."""
        model = self.model
        for policy, _ in self.in_force():
            for party in model.parties:
                place = (policy.row, party.row)
                if self.has_ended(policy, party):
                    self.books[place] = 0
                elif place in self.signed and policy in self.binding(party) and party.alive:
                    self.look_into_books(policy, party)

    def look_into_books(self, policy: Policy, party: Party) -> None:
        """An audit comes or does not, and finds something or nothing."""
        model, fields, place = self.model, policy.fields, (policy.row, party.row)
        u0, u1, u2, u3 = model.uniforms(party.key ^ policy.key, AUDIT, 0)
        if u0 >= 1.0 - exp(-self.rate(policy)):
            return
        model.diary.count("audits")
        model.diary.add("audits", policy.row, 0, 1)
        broken, self.books[place] = self.books.get(place, 0), 0
        missed = 1.0
        if broken > 0:
            missed = exp(broken * log(1.0 - fields.found)) if fields.found < 1.0 else 0.0
        if u1 < 1.0 - missed:
            model.diary.count("contracts_ended")
            model.diary.add("contracts_ended", policy.row, 0, 1)
            away = max(1.0, quantile_table(model.world.listing_lag[policy.row], u3))
            self.cut_off_until[place] = model.tick + away if u2 < fields.returns else math.inf


class Contents:
    """Content rules: what is in goods, and what sellers believe of it."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model

    def bearing(self, sending: Sending) -> list[Policy]:
        """Rules in force that bear on a sale."""
        active = self.model.book.bearing(self.model.book.active, sending.sale)
        return [policy for policy, x in active if policy.kind == "content_rule" and x > sending.link.seller.heed]

    def inside(self, policy: Policy, node: Node, product: int) -> float:
        """Foreign content of a lot; none out of scope."""
        maker = list(node.path())[-1].holder
        content = float(self.model.world.groups.foreign_content[maker.group, product])
        return content if policy.products[product] else 0.0

    def exists(self, policy: Policy, product: int) -> bool:
        """Whether some maker builds the product with as much content as the rule asks for."""
        contents = self.model.world.groups.foreign_content
        makers = {party.group for party in self.model.makers}
        return any(
            contents[group, product] > 0.0 and contents[group, product] >= policy.fields.threshold for group in makers
        )

    def covers(self, policy: Policy, node: Node, product: int) -> bool:
        """Whether a lot is covered in truth."""
        content = self.inside(policy, node, product)
        return content > 0.0 and content >= policy.fields.threshold

    def seems_covered(self, policy: Policy, node: Node, product: int, seller: Party) -> bool:
        """Whether a seller believes so."""
        maker = list(node.path())[-1].holder
        if maker.group in (seller.group, self.model.maker_of_arm[seller.group]):
            return self.covers(policy, node, product)
        spread = float(policy.fields.spread)
        sigma = math.sqrt(log(1.0 + spread * spread))
        u = self.model.uniforms_at(0, seller.key ^ maker.key, CONTENT, product)[0]
        content = self.inside(policy, node, product)
        return content > 0.0 and content * exp(sigma * inverse_normal(u) - sigma * sigma / 2.0) >= (
            policy.fields.threshold
        )

    def bars_papers(self, policy: Policy, link: Link) -> bool:
        """Whether true papers show what the rule bars."""
        pair, shown = link.leg.pair, link.buyer.paper_side
        sides = [shown] if shown >= 0 else self.model.sides
        return policy.leaves(pair) and all(policy.sides[side] or policy.enters(pair) for side in sides)

    def aims_at(self, policy: Policy, link: Link, side: int) -> bool:
        """Whether goods that leave over the link and end with a side are barred."""
        pair = link.leg.pair
        return policy.leaves(pair) and (policy.sides[side] or policy.enters(pair) or policy.targets[side])

    def covering(self, sending: Sending, node: Node) -> list[Policy]:
        """The rules that bear on the sale of a lot, and cover it."""
        return [rule for rule in self.bearing(sending) if self.covers(rule, node, sending.product)]

    def broken(self, sending: Sending, node: Node) -> list[Policy]:
        """The rules that a sale of a lot breaks."""
        return [rule for rule in self.covering(sending, node) if self.bars_papers(rule, sending.link)]

    def barred(self, sending: Sending, node: Node) -> int:
        """The sides that rules bar on the way of a lot, as bits."""
        rules, link = self.covering(sending, node), sending.link
        return sum(1 << side for side in self.model.sides if any(self.aims_at(rule, link, side) for rule in rules))

    def chance_shown(self, sending: Sending, node: Node) -> float:
        """Chance that a test at a border shows what is in a lot that must not go there."""
        missed = 1.0
        for rule in self.broken(sending, node):
            missed *= 1.0 - rule.fields.found
        return 1.0 - missed


class Marked:
    """What sellers make of marked goods."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        self.contracts = Contracts(model)
        self.contents = Contents(model)

    def breach(self, sending: Sending, node: Node) -> int:
        """What the sale of a lot breaks: 1 for law, 2 for contract."""
        if sending.link.seller.passes:
            return 0
        law = 1 if self.contents.broken(sending, node) else 0
        return law | (2 if sending.link.buyer.paper_side in self.contracts.barred(node) else 0)

    def barred(self, sending: Sending, node: Node) -> tuple[int, int]:
        """Sides barred by law and by contract from here on because of the lot, as bits."""
        if sending.link.seller.passes:
            return 0, 0
        return self.contents.barred(sending, node), self.contracts.clause(sending.link, sending.product)

    def believes(self, link: Link, side: int, sure: bool = False) -> float:
        """The seller's belief that what it hands over ends with a side."""
        place = 1.0 if sure else link.buyer.looks_like(side)
        return 1.0 - (1.0 - place) * (1.0 - link.seller.diligence * link.buyer.seen[side])

    def held_back(self, sending: Sending, node: Node) -> bool:
        """Whether the seller does not hand a lot to the buyer."""
        link, product, seller = sending.link, sending.product, sending.link.seller
        if not seller.compliant or seller.passes:
            return False
        feared = {s for s in self.model.sides if self.believes(link, s) >= self.model.market.refusal_belief}
        if feared & self.contracts.barred(node):
            return True
        return any(
            self.contents.seems_covered(rule, node, product, seller)
            and (
                self.contents.bars_papers(rule, link) or any(self.contents.aims_at(rule, link, side) for side in feared)
            )
            for rule in self.contents.bearing(sending)
        )

    def raise_premium(self, sending: Sending, premium: float) -> float:
        """The premium with what marked goods ask for; infinite where the seller would hand over nothing."""
        link, product = sending.link, sending.product
        if link.seller.passes or math.isinf(premium):
            return premium
        if self.contracts.is_cut_off(link, product):
            self.model.diary.count("refused_by_contract")
            return math.inf
        lots = link.seller.shelves[product].queue.lots
        free = [lot.node for lot in lots if not self.held_back(sending, lot.node)]
        if lots and not free:
            self.model.diary.count("goods_held_back")
            return math.inf
        return premium + self.fear(sending, free[0]) if free and link.seller.alive else premium

    def fear(self, sending: Sending, node: Node) -> float:
        """What a lot can cost its seller, a unit."""
        link, product, seller = sending.link, sending.product, sending.link.seller
        ask = seller.shelves[product].quoted
        stake = self.model.stake_ticks * max(0.0, seller.margin)
        spread_over = seller.tolerance * sending.together(ask)
        asked = [0.0]
        for side in self.contracts.barred(node):
            asked.append(
                self.believes(link, side) * self.contracts.risk(node, product, side) * (0.0 + stake) / spread_over
            )
        for rule in self.contents.bearing(sending):
            if self.contents.seems_covered(rule, node, product, seller):
                sure = self.contents.bars_papers(rule, link)
                for side in self.model.sides:
                    if self.contents.aims_at(rule, link, side):
                        shown = sending.risk(ask) * rule.fields.found
                        penalty = rule.fields.penalty + stake
                        asked.append(self.believes(link, side, sure) * shown * penalty / spread_over)
        return max(asked)
