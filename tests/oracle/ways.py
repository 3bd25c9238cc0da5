"""Ways by which goods go: what papers say, what that costs and risks, and which way a seller takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.oracle.routes import BEYOND, STOPS, Corridor, Pair
from tests.oracle.sale import Sale

if TYPE_CHECKING:
    from tests.oracle.market import Link
    from tests.oracle.model import OracleModel

TRUE, UNDECLARED = "true", "undeclared"
"""The other two stories: where goods go in truth; no papers at all."""
STORIES = {
    "rerouting": STOPS,
    "ghost_transit": BEYOND,
    "personal_carriage": UNDECLARED,
    "off_the_shelf": UNDECLARED,
}
NO_WAYS = ("resale", "shells", "stockpiling")
"""Kinds of evasion that are no way of sending goods."""
HONEST = "honest"
FALSE_PAPERS = (
    "rerouting", "ghost_transit", "vague_description", "understatement", "civil_face", "splitting",
    "personal_carriage", "off_the_shelf", "facilitation",
)  # fmt: skip


class Way:
    """A way by which goods go.

    Args:
        model: The model.
        row: Its row; 0 is honest papers.
        name: Its id.
        fields: Its table in the scenario; None for honest papers.
    """

    def __init__(self, model: OracleModel, row: int, name: str, fields: Any) -> None:
        self.model = model
        self.row = row
        self.name = name
        self.fields = fields
        self.kind: str = HONEST if fields is None else fields.kind
        self.story = STORIES.get(self.kind, TRUE)
        self.is_false = self.kind in FALSE_PAPERS
        self.hides_product = self.kind == "vague_description"
        self.hides_side = self.kind == "civil_face"
        self.names_side = self.kind == "military_purpose"
        self.in_parcels = self.kind == "splitting"
        self.by_hand = self.story == UNDECLARED
        self.pays_officials = self.kind == "facilitation"
        self.declared = float(fields.declared) if self.kind == "understatement" else 1.0
        self.looks_away = float(fields.looks_away) if self.pays_officials else 0.0
        self.cost = self.rate = self.concealment = self.penalty = self.delay_weeks = 0.0
        if fields is not None:
            self.cost, self.rate = fields.cost, fields.rate
            self.concealment, self.penalty = fields.concealment, fields.penalty
            self.delay_weeks = fields.delay_weeks - (fields.saved_weeks if self.names_side else 0.0)

    @property
    def delay(self) -> float:
        """Ticks that it takes longer."""
        return self.delay_weeks / self.model.world.calendar.weeks_per_tick

    @property
    def begun(self) -> bool:
        """Whether it is used already."""
        after = self.model.world.calendar.days_after[self.model.tick]
        return self.fields is None or self.fields.effective is None or self.fields.effective < after

    def open_to(self, group: int) -> bool:
        """Whether sellers of a group can use it."""
        named = () if self.fields is None else self.fields.groups
        return not named or self.model.world.names.groups[group] in named


def list_ways(model: OracleModel) -> list[Way]:
    """Honest papers, then the ways of the scenario by id."""
    listed = [(name, x) for name, x in sorted(model.world.scenario.evasion.items()) if x.kind not in NO_WAYS]
    return [Way(model, row, name, fields) for row, (name, fields) in enumerate([(HONEST, None), *listed])]


def opened_share(model: OracleModel, inspection: float, value: float) -> float:
    """Share of consignments of a value that are opened."""
    share = inspection * value / (value + model.market.inspection_value)
    return share * model.market.de_minimis_factor if value < model.market.de_minimis else share


class Sending:
    """Goods of one product that a link's seller would send by a way over a corridor."""

    def __init__(self, model: OracleModel, link: Link, product: int, way: Way, corridor: Corridor) -> None:
        self.model = model
        self.link = link
        self.product = product
        self.way = way
        self.corridor = corridor
        self.sale = Sale(link.seller, link.buyer.shelves[product].since)

    # Papers

    def shown(self, border: int) -> Pair:
        """The pair on the papers at a border."""
        return self.model.map.shown(self.way.story, self.corridor, border)

    def side_shown(self, border: int) -> int:
        """The side on the papers at a border; -1 for none."""
        buyer, last = self.link.buyer, len(self.corridor.legs) - 1
        if self.way.names_side:
            return buyer.true_side
        if self.way.hides_side or self.way.story == BEYOND or (self.way.story == STOPS and border != last):
            return -1
        return buyer.paper_side

    def papers_pass(self) -> bool:
        """Whether nothing that papers show is barred."""
        if self.way.story == UNDECLARED or self.way.pays_officials:
            return True
        return not any(self._barred(border) for border in range(len(self.corridor.legs)))

    def _barred(self, border: int) -> bool:
        pair, side = self.shown(border), self.side_shown(border)
        products = self.model.products if self.way.hides_product else [self.product]
        sides = [side] if side >= 0 else self.model.sides
        heed = self.link.seller.heed
        return all(self.model.book.ban(pair, product, s, self.sale) > heed for product in products for s in sides)

    def trades(self) -> list[tuple[int, Pair]]:
        """The trades that papers declare, each with the border where it begins."""
        if self.way.story == UNDECLARED:
            return []
        borders = range(len(self.corridor.legs)) if self.way.story == STOPS else [0]
        return [(border, self.shown(border)) for border in borders]

    @property
    def declared_end(self) -> int:
        """The jurisdiction that papers name as the end of the way, -1 without papers."""
        if self.way.story == UNDECLARED:
            return -1
        return self.corridor.ends.destination if self.way.story == STOPS else self.shown(0).destination

    @property
    def product_on_papers(self) -> int:
        """What papers name; the number of products where they hide it."""
        return len(self.model.products) if self.way.hides_product else self.product

    # What goes together, what it costs, what it risks

    def together(self, ask: float) -> float:
        """Units that go together."""
        usual = float(self.model.market.consignment_units)
        if self.way.by_hand:
            return min(usual, float(self.way.fields.most_units))
        if self.way.in_parcels and ask > 0.0:
            return min(usual, max(1.0, float(math.floor(0.999 * self.model.market.de_minimis / ask))))
        return usual

    @property
    def skill(self) -> float:
        """What the way costs this seller, against the mean of all."""
        return float(self.model.world.ways.factor[self.link.seller.row, self.way.row])

    @property
    def rate(self) -> float:
        """What the way costs this seller, share of the price."""
        return self.skill * self.way.rate

    def handling(self, ask: float) -> float:
        """Freight, and what the way costs, a unit; handing on costs nothing."""
        if self.link.seller.passes:
            return 0.0
        if self.way.row == 0:
            return self.corridor.freight(self.product)
        return self.corridor.freight(self.product) + self.skill * self.way.cost / self.together(ask)

    def levies(self) -> tuple[float, float]:
        """Levies as a share of the price, and a unit; handing on pays none."""
        rate = unit = 0.0
        if not self.link.seller.passes:
            for _, pair in self.trades():
                by_value, by_unit = self.model.book.levy(pair, self.product, self.sale)
                rate += by_value
                unit += by_unit
        return self.way.declared * rate, self.way.declared * unit

    @property
    def hidden(self) -> float:
        """Chance that an inspection finds nothing."""
        return 1.0 - (1.0 - self.link.seller.concealment) * (1.0 - self.way.concealment)

    def opened(self, border: int, value: float) -> float:
        """Chance that a consignment of a value is opened at a border."""
        inspection = self.model.inspection_share(self.corridor.legs[border], self.product)
        return opened_share(self.model, inspection, value * self.way.declared) * (1.0 - self.way.looks_away)

    def tracked(self, border: int) -> float:
        """Chance that it is followed over a leg."""
        return self.model.book.tracking(self.corridor.legs[border]) if self.way.story in (STOPS, BEYOND) else 0.0

    def risk(self, ask: float) -> float:
        """Perceived risk that what goes together is found out."""
        arrives = 1.0
        for border in range(len(self.corridor.legs)):
            arrives *= 1.0 - self.opened(border, self.together(ask) * ask) * (1.0 - self.hidden)
            arrives *= 1.0 - self.tracked(border)
        return 1.0 - arrives * (1.0 - self.link.risk)

    @property
    def weeks(self) -> float:
        """Mean time on the way."""
        return max(0.0, self.corridor.lead_weeks + self.way.delay_weeks)

    def cost(self, ask: float, premium: float) -> float:
        """What a unit costs the customer, time included."""
        rate, unit = self.levies()
        terms = self.model.banks.of(self)
        of_price = 1.0 + (self.rate + rate + terms.fee) + self.model.market.patience * (self.weeks + terms.weeks)
        return (ask + premium) * of_price + (self.handling(ask) + unit)


# The choice


def choose(model: OracleModel, link: Link, product: int) -> Sending:
    """The way and corridor by which a seller would send, of least cost to the customer."""
    honest = Sending(model, link, product, model.ways[0], model.map.direct[link.leg.row])
    if not may_evade(model, honest):
        return honest
    seller, ask = link.seller, link.seller.shelves[product].quoted
    best, least = honest, math.inf
    for way in model.ways:
        if not way.open_to(seller.group) or not way.begun or (way.is_false and seller.compliant):
            continue
        if way.delay_weeks < 0.0 and not at_home(model, link):
            continue
        corridor: Corridor | None = model.map.direct[link.leg.row]
        if way.story in (STOPS, BEYOND):
            corridor = model.map.on_offer(way.story, link.leg.pair, product)
        if corridor is None or not model.map.is_open(corridor):
            continue
        sending = Sending(model, link, product, way, corridor)
        if not sending.papers_pass() or model.banks.refuse(sending):
            continue
        cost = sending.cost(ask, seller.risk_premium(sending))
        if cost < least:
            best, least = sending, cost
    return best


def may_evade(model: OracleModel, honest: Sending) -> bool:
    """Whether a seller looks for ways at all: it sends abroad, and there is a reason."""
    link, product = honest.link, honest.product
    seller, pair = link.seller, link.leg.pair
    if not seller.alive or seller.passes or seller.jurisdiction == link.buyer.jurisdiction or model.quiet:
        return False
    return (
        model.book.bars_anybody(pair, product, honest.sale)
        or any(x > 0.0 for x in model.book.levy(pair, product, honest.sale))
        or not model.leg_open(link.leg)
        or model.banks.single_out(honest)
        or at_home(model, link)
    )


def at_home(model: OracleModel, link: Link) -> bool:
    """Whether the buyer's true side is at home where it sits."""
    names = model.world.names
    home = model.world.scenario.jurisdictions[names.jurisdictions[link.buyer.jurisdiction]].home_side
    return link.buyer.true_side >= 0 and names.sides[link.buyer.true_side] == home


def quiet(model: OracleModel) -> bool:
    """A tick in which nobody has a reason: no law, levy or threat, all legs open, no way that saves time."""
    return (
        not model.book.restricts
        and not model.book.levies
        and model.banks.idle
        and all(model.leg_open(leg) for leg in model.map.legs)
        and not any(way.delay_weeks < 0.0 for way in model.ways)
    )
