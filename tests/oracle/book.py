"""The policies of a run, and what those in force say of a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.policies import ON_SALES, PAPERS, Policy

if TYPE_CHECKING:
    from tests.oracle.market import Link
    from tests.oracle.model import OracleModel
    from tests.oracle.routes import Leg, Pair
    from tests.oracle.sale import Sale
    from tests.oracle.ways import Sending


class PolicyBook:
    """All policies, and those in force or announced at the present tick."""

    def __init__(self, model: OracleModel, without: tuple[str, ...] = ()) -> None:
        self.model = model
        names = model.world.names.policies
        self.policies = [Policy(model, name, row) for row, name in enumerate(names) if name not in without]
        self.active: list[tuple[Policy, float]] = []
        self.coming: list[tuple[Policy, float]] = []
        self.bans: list[tuple[Policy, float]] = []
        self.suspensions: list[tuple[Policy, float]] = []
        self.levies: list[tuple[Policy, float]] = []
        self.trackings: list[tuple[Policy, float]] = []
        self._bans: dict[tuple[int, int, int, Sale | None], float] = {}
        self._targets: dict[tuple[int, int, int, Sale | None], float] = {}

    def turn_to(self, tick: int) -> None:
        """Reads which policies act at a tick. One without any intensity does nothing at all."""
        self.active = [(p, p.intensity(tick)) for p in self.policies if p.acts(tick)]
        self.coming = [(p, p.intensity(tick)) for p in self.policies if p.visible(tick)]
        self.active = [(p, x) for p, x in self.active if x > 0.0]
        self.coming = [(p, x) for p, x in self.coming if x > 0.0]
        self.bans = [(p, x) for p, x in self.active if p.kind in ("export_ban", *PAPERS)]
        self.suspensions = [(p, x) for p, x in self.active if p.kind == "voluntary_suspension"]
        self.levies = [(p, x) for p, x in self.active if p.kind == "levy"]
        self.trackings = [(p, x) for p, x in self.active if p.kind == "transit_tracking"]
        self._bans.clear()
        self._targets.clear()

    @property
    def restricts(self) -> bool:
        """True where some sale may be barred at all."""
        return bool(self.bans or self.suspensions)

    def bearing(self, policies: list[tuple[Policy, float]], sale: Sale | None) -> list[tuple[Policy, float]]:
        """Those of some policies that do not spare a sale."""
        return [(policy, x) for policy, x in policies if not policy.spares(sale)]

    def ban(self, pair: Pair, product: int, side: int, sale: Sale | None = None) -> float:
        """Share of sellers on whom a ban bears when papers show the pair and the side. Kept for the tick."""
        address = (pair.row, product, side, sale)
        if address not in self._bans:
            bans = self.bearing(self.bans, sale)
            self._bans[address] = max([0.0, *(x for policy, x in bans if policy.bars(pair, product, side))])
        return self._bans[address]

    def target(self, pair: Pair, product: int, side: int, sale: Sale | None = None) -> float:
        """The same for goods that leave for the pair's destination and end with the side. Kept for the tick."""
        address = (pair.row, product, side, sale)
        if address not in self._targets:
            bans = self.bearing(self.bans, sale)
            self._targets[address] = max([0.0, *(x for policy, x in bans if policy.aims_at(pair, product, side))])
        return self._targets[address]

    def bars_anybody(self, pair: Pair, product: int, sale: Sale | None = None) -> bool:
        """Whether a law bears on the product between two places, for whichever side."""
        return any(
            self.target(pair, product, s, sale) > 0.0 or self.ban(pair, product, s, sale) > 0.0
            for s in self.model.sides
        )

    def penalty(self, pair: Pair, product: int, side: int, sale: Sale) -> float:
        """Penalty of a detected consignment, by sum over bans."""
        total = 0.0
        for policy, _ in self.bearing(self.bans, sale):
            if policy.aims_at(pair, product, side):
                total += policy.fields.penalty
        return total

    def suspended(self, sale: Sale, product: int, side: int) -> float:
        """Greatest intensity of the voluntary suspensions that bind the seller."""
        share = 0.0
        for policy, intensity in self.bearing(self.suspensions, sale):
            if policy.binds(sale.seller, product, side):
                share = max(share, intensity)
        return share

    def inspection(self, leg: Leg, product: int) -> float:
        """Inspection added, before the cap."""
        total = 0.0
        for policy, intensity in self.active:
            if policy.kind == "inspection" and policy.exports(leg.pair, product):
                if policy.fields.allocation == "proportional":
                    total += self.model.allocations.share(policy, leg) * intensity
                else:
                    total += policy.fields.added * intensity
        return total

    def tracking(self, leg: Leg) -> float:
        """Chance that goods whose papers hide where they go are followed over the leg."""
        lost = 1.0
        for policy, intensity in self.trackings:
            if policy.follows(leg):
                lost *= 1.0 - policy.fields.found * intensity
        return 1.0 - lost

    def levy(self, pair: Pair, product: int, sale: Sale) -> tuple[float, float]:
        """Levies on a unit between two places: as a share of the price, and in dollars, each by sum."""
        by_value = by_unit = 0.0
        for policy, intensity in self.bearing(self.levies, sale):
            if policy.exports(pair, product):
                by_value += policy.fields.rate * intensity
                by_unit += policy.fields.per_unit * intensity
        return by_value, by_unit

    def aid(self) -> list[tuple[Policy, float]]:
        """Aid in force."""
        return [(p, x) for p, x in self.active if p.kind == "procurement_aid"]

    def input_restrictions(self) -> list[tuple[Policy, float]]:
        """Restrictions on inputs in force."""
        return [(p, x) for p, x in self.active if p.kind == "input_restriction"]

    def pools(self, listing: Policy) -> list[tuple[Policy, float]]:
        """The data sharings in force that a listing policy's authority takes part in."""
        found = []
        for policy, intensity in self.active:
            named = [policy.fields.by, *policy.fields.groups] if policy.kind == "data_sharing" else []
            if listing.fields.by and listing.fields.by in named:
                found.append((policy, intensity))
        return found

    def sees(self, listing: Policy, place: int) -> float:
        """How much of a jurisdiction's records an authority sees."""
        if listing.hears_of(place):
            return 1.0
        return max([0.0, *(x for policy, x in self.pools(listing) if policy.pools(place))])

    def mismatch(self, listing: Policy, pair: Pair) -> float:
        """Exposure by a record of exports that a member on the other side has no record of."""
        return max(
            [
                0.0,
                *(
                    x * policy.fields.mismatch
                    for policy, x in self.pools(listing)
                    if policy.pools(pair.origin) and policy.pools(pair.destination)
                ),
            ]
        )

    def licences(self, sending: Sending) -> list[Policy]:
        """The licences that a sale needs by its papers; handing on needs none."""
        return self.on_papers("export_licence", sending)

    def quotas(self, sending: Sending) -> list[Policy]:
        """The quotas that bear on a sale by its papers; handing on is none."""
        return self.on_papers("quota", sending)

    def on_papers(self, kind: str, sending: Sending) -> list[Policy]:
        """The policies of a kind that bear on a sale by its papers."""
        seller, trades = sending.link.seller, sending.trades()
        if seller.passes or not trades:
            return []
        pair = trades[0][1]
        return [
            policy
            for policy, intensity in self.bearing(self.active, sending.sale)
            if policy.kind == kind and policy.exports(pair, sending.product_on_papers) and intensity > seller.heed
        ]

    def listing(self) -> list[tuple[Policy, float]]:
        """Listing policies in force."""
        return [(p, x) for p, x in self.active if p.kind == "entity_listing"]

    def stockpile(self, link: Link, product: int) -> float:
        """Greatest factor on hoarded cover of the policies announced that will bear on the link's seller or pair."""
        factors = [0.0]
        for policy, intensity in self.coming:
            if policy.hits_source(link, product):
                factors.append(intensity)
        return max(factors)

    def warned(self, link: Link, product: int) -> float:
        """Greatest strength of the policies announced by which a customer expects the link's seller to turn away."""
        return max((x for policy, x in self.coming if policy.warns(link, product)), default=0.0)

    def exempt(self, sale: Sale) -> bool:
        """Some policy on sales that acts exempts the seller."""
        return any(policy.exempts(sale.seller) for policy, _ in self.active if policy.kind in ON_SALES)

    def grandfathered(self, sale: Sale) -> bool:
        """Some policy that acts spares the order for its date."""
        return any(policy.spares_order(sale.since) for policy, _ in self.active)

    def breaks_law(self, sending: Sending) -> bool:
        """A ban bears on the seller by what true papers would show; without a side, only one on every side."""
        link, product = sending.link, sending.product
        shown = link.buyer.paper_side
        sides = [shown] if shown >= 0 else list(self.model.sides)
        return all(self.ban(link.leg.pair, product, side, sending.sale) > link.seller.heed for side in sides)

    def breaks_word(self, sending: Sending) -> bool:
        """A voluntary suspension bears on the seller for the side that the buyer's papers show."""
        shown = sending.link.buyer.paper_side
        return shown >= 0 and self.suspended(sending.sale, sending.product, shown) > sending.link.seller.heed

    def barred(self, sending: Sending) -> tuple[int, int]:
        """Sides barred by law and voluntarily, whatever the lot, as bitmasks."""
        heed, pair, sale, product = sending.link.seller.heed, sending.link.leg.pair, sending.sale, sending.product
        law = sum(1 << s for s in self.model.sides if self.target(pair, product, s, sale) > heed)
        word = sum(1 << s for s in self.model.sides if self.suspended(sale, product, s) > heed)
        return law, word
