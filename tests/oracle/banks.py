"""Banks under a threat: what a payment costs, how long it takes, whether it is taken at all, and what sellers fear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.world.draws import BANK
from tests.oracle.ways import UNDECLARED

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel
    from tests.oracle.policies import Policy
    from tests.oracle.routes import Pair
    from tests.oracle.ways import Sending

NOBODY = -1
"""The side of a payer who shows none."""


@dataclass
class Terms:
    """What banks make of payments between two states.

    Attributes:
        fee: Share of the price. weeks: Time held up. refusal: Chance that a bank takes none.
        risk: Chance that the threat is carried out. loss: What is lost then.
    """

    fee: float = 0.0
    weeks: float = 0.0
    refusal: float = 0.0
    risk: float = 0.0
    loss: float = 0.0

    @property
    def held_up(self) -> tuple[float, float, float]:
        """What happens to the payment itself."""
        return self.fee, self.weeks, self.refusal


class Banks:
    """The banks of all states."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        self._terms: dict[tuple[int, int, int], Terms] = {}

    def open_tick(self) -> None:
        """Forgets the terms of the tick before."""
        self._terms.clear()

    def threats(self) -> list[tuple[Policy, float]]:
        """Secondary sanctions in force."""
        return [(policy, x) for policy, x in self.model.book.active if policy.kind == "secondary_sanctions"]

    def terms(self, pair: Pair, product: int, payer: int) -> Terms:
        """The terms of payments from a buyer who shows a side, by all threats together."""
        address = (pair.row, product, payer)
        if address not in self._terms:
            self._terms[address] = self._make(pair, product, payer)
        return self._terms[address]

    def _make(self, pair: Pair, product: int, payer: int) -> Terms:
        world = self.model.world
        place = world.scenario.jurisdictions[world.names.jurisdictions[pair.origin]]
        exposure = place.bank_exposure.at(world.calendar.first_days[self.model.tick])
        found, accepted, unharmed, expected = Terms(), 1.0, 1.0, 0.0
        for policy, intensity in self.threats():
            shown = payer != NOBODY and policy.sides[payer]
            if not policy.threatens(pair, product) or not (policy.enters(pair) or shown):
                continue
            fields, part = policy.fields, intensity * exposure
            found.fee += fields.fee * part
            found.weeks += fields.delay_weeks * part
            accepted *= 1.0 - fields.refusal * part
            unharmed *= 1.0 - fields.detection * part
            expected += fields.detection * part * fields.penalty
        found.refusal, found.risk = 1.0 - accepted, 1.0 - unharmed
        if found.risk > 0.0:
            found.loss = expected / found.risk
        return found

    @property
    def idle(self) -> bool:
        """Whether no payment anywhere is held up, and nobody fears anything."""
        if not self.threats():
            return True
        return not any(
            terms.risk > 0.0 or any(terms.held_up)
            for pair in self.model.map.pairs.values()
            for product in self.model.products
            for payer in (NOBODY, *self.model.sides)
            for terms in [self.terms(pair, product, payer)]
        )

    # One sale

    def payer(self, sending: Sending) -> int:
        """The side of the buyer as banks see it by a way."""
        if sending.way.names_side:
            return sending.link.buyer.true_side
        hidden = sending.way.hides_side or sending.way.story == UNDECLARED
        return NOBODY if hidden else sending.link.buyer.paper_side

    def of(self, sending: Sending) -> Terms:
        """The terms of a sale; handing on pays nothing."""
        if sending.link.seller.passes:
            return Terms()
        return self.terms(sending.link.leg.pair, sending.product, self.payer(sending))

    def refuse(self, sending: Sending) -> bool:
        """Whether a bank refuses the payment in this tick."""
        return self.model.uniforms(sending.link.key, BANK, sending.product)[0] < self.of(sending).refusal

    def single_out(self, sending: Sending) -> bool:
        """Whether the paper side of the buyer makes its payments suffer."""
        pair, product = sending.link.leg.pair, sending.product
        seen, unseen = (self.terms(pair, product, side).held_up for side in (sending.link.buyer.paper_side, NOBODY))
        return any(x > y for x, y in zip(seen, unseen, strict=True))

    def fear(self, sending: Sending) -> float:
        """What a seller asks for what it fears, a unit."""
        link, seller = sending.link, sending.link.seller
        stake = self.model.stake_ticks * max(0.0, seller.margin)
        units = sending.together(seller.shelves[sending.product].quoted)
        asked = [0.0]
        for side in (NOBODY, *self.model.sides):
            terms = self.terms(link.leg.pair, sending.product, side)
            believed = 1.0
            if side != NOBODY:
                seen = seller.diligence * link.buyer.seen[side]
                believed = 1.0 - (1.0 - link.buyer.looks_like(side)) * (1.0 - seen)
            asked.append(believed * terms.risk * (terms.loss + stake) / (seller.tolerance * units))
        return max(asked)
