"""Policies, evaluated trade by trade from the list in the scenario."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.oracle.agents import Maker, Trader
from tests.oracle.customs import EXPORTER, IMPORTER
from tests.oracle.party import Party

if TYPE_CHECKING:
    from tests.oracle.market import Link
    from tests.oracle.model import OracleModel
    from tests.oracle.routes import Leg, Pair
    from tests.oracle.sale import Sale

ON_SALES = (
    "export_ban", "export_licence", "end_use_certificate", "content_rule", "levy", "quota", "voluntary_suspension",
)  # fmt: skip
"""Kinds that bear on sales."""

PAPERS = ("export_licence", "end_use_certificate")
"""Kinds that ask for a paper, which some sides cannot get."""


class Policy:
    """One policy of the scenario and what it says of a trade.

    Attributes:
        name, row: Its id, and its place among all policies.
        fields: Its table in the scenario.
    """

    def __init__(self, model: OracleModel, name: str, row: int) -> None:
        self.model = model
        self.name = name
        self.row = row
        self.key = int(model.world.policy_key[row])
        self.fields: Any = model.world.scenario.policies[name]
        self.kind: str = self.fields.kind
        names = model.world.names
        scenario = model.world.scenario
        self.products = [self._covers(scenario.products[product], product) for product in names.products]
        self.sides = [side in self.fields.sides for side in names.sides]
        at_home = {scenario.jurisdictions[place].home_side for place in self._named_destinations(scenario)}
        self.targets = [named or side in at_home for named, side in zip(self.sides, names.sides, strict=True)]
        self.pulled = False
        self.by = names.groups.index(self.fields.by) if self.fields.by in names.groups else -1

    def _named_destinations(self, scenario: Any) -> list[str]:
        return [place for place in self.fields.destinations if place in scenario.jurisdictions]

    def _covers(self, product: Any, name: str) -> bool:
        """A product is in scope where it is named or passes a threshold; with neither, all are."""
        named, traits = self.fields.products, self.fields.traits
        if name in self.fields.exempt_products:
            return False
        if not named and not traits:
            return True
        return name in named or any(self._passes(getattr(product, trait), least) for trait, least in traits.items())

    @staticmethod
    def _passes(value: float | bool, least: float | bool) -> bool:
        """A number passes from the threshold on, a yes or no where it is the same."""
        return value is least if isinstance(least, bool) else value >= least

    # Time

    def in_force(self, tick: int) -> bool:
        """Effective before the day after the tick, and not ended."""
        after = self.model.world.calendar.days_after[tick]
        return self.fields.effective < after and not self._ended(after)

    def standing(self, tick: int) -> bool:
        """In force by its dates, and not waiting for its trigger; after the tick has begun."""
        return self.in_force(tick) and (self.pulled or not self.fields.trigger)

    def visible(self, tick: int) -> bool:
        """Announced; nobody expects what waits for a trigger."""
        return self.announced(tick) and not self.fields.trigger

    def acts(self, tick: int) -> bool:
        """In force, and its trigger, where it has one, is pulled."""
        if not self.fields.trigger:
            return self.in_force(tick)
        self.pulled = self.in_force(tick) and self._reaches_level(tick)
        return self.pulled

    def _reaches_level(self, tick: int) -> bool:
        """What was reported of the goods in scope lies beyond the level that counts now."""
        who, _, what = self.fields.trigger.partition("_")
        model = self.model
        cells = model.customs.units if what == "units" else model.customs.value
        side = EXPORTER if who == "exported" else IMPORTER
        window = max(1, round(self.fields.trigger_weeks / model.world.calendar.weeks_per_tick))
        level = 0.0
        for (when, by, pair, product), amount in sorted(cells.items()):
            known = tick - window <= when < tick and by == side and product < len(self.products)
            if known and self.exports(model.map.pairs[divmod(pair, len(model.map.places))], product):
                level += amount
        return level > self.fields.trigger_off if self.pulled else level >= self.fields.trigger_on

    def announced(self, tick: int) -> bool:
        """Announced, and not yet in force; never in the burn-in."""
        calendar = self.model.world.calendar
        after = calendar.days_after[tick]
        if tick < calendar.burn_in or self._ended(after):
            return False
        announced = self.fields.announced or self.fields.effective
        return bool(announced < after <= self.fields.effective)

    def intensity(self, tick: int) -> float:
        """Strength on the tick's first day."""
        return float(self.fields.intensity.at(self.model.world.calendar.first_days[tick]))

    def _ended(self, after: date) -> bool:
        return self.fields.ends is not None and self.fields.ends < after

    # Who is spared

    def exempts(self, party: Party) -> bool:
        """The party is exempt, by its group or by its name in results."""
        if not self.fields.exempt_groups and not self.fields.exempt_agents:
            return False
        group = self.model.world.names.groups[party.group]
        named = {group, f"{group} #{party.index}"} & set(self.fields.exempt_agents)
        return group in self.fields.exempt_groups or bool(named)

    def spares_order(self, since: int) -> bool:
        """An order was dated before the first tick in force by its dates, and the time for such orders is not over."""
        weeks = self.fields.grandfather_weeks
        if weeks <= 0.0 or self.kind not in ON_SALES or since < 0:
            return False
        first = next((t for t in range(self.model.tick + 1) if self.in_force(t)), None)
        if first is None or since >= first:
            return False
        return bool(self.model.tick - first < weeks / self.model.world.calendar.weeks_per_tick)

    def spares(self, sale: Sale | None) -> bool:
        """The sale is out of scope for its seller or its date; no sale is what those see who know of none."""
        return sale is not None and (self.exempts(sale.seller) or self.spares_order(sale.since))

    # Scope

    def leaves(self, pair: Pair) -> bool:
        """Goods leave an origin in scope, and no customs union."""
        return not pair.inner and self.begins(pair)

    def begins(self, pair: Pair) -> bool:
        """Goods begin in an origin in scope, and are not for a destination exempt."""
        names = self.model.world.names.jurisdictions
        free = names[pair.destination] in self.fields.exempt_destinations
        return not free and (not self.fields.origins or names[pair.origin] in self.fields.origins)

    def enters(self, pair: Pair) -> bool:
        """Goods end in a destination named."""
        return self.model.world.names.jurisdictions[pair.destination] in self.fields.destinations

    def bars(self, pair: Pair, product: int, side: int) -> bool:
        """A sale with papers that show the pair and the side is in scope of a ban, or would get no licence."""
        if self.kind in PAPERS:
            return self.sides[side] and self.exports(pair, product)
        return self.products[product] and self.leaves(pair) and (self.sides[side] or self.enters(pair))

    def aims_at(self, pair: Pair, product: int, side: int) -> bool:
        """Goods that leave for the pair's destination and end with the side are in scope of a ban or licence."""
        if self.kind in PAPERS:
            return self.sides[side] and self.products[product] and self.leaves(pair)
        return self.bars(pair, product, side) or (self.products[product] and self.leaves(pair) and self.targets[side])

    def binds(self, seller: Party, product: int, side: int) -> bool:
        """A voluntary suspension in scope: the makers of the group, and their arms."""
        theirs = (isinstance(seller, Maker) and seller.group == self.by) or (
            self.by >= 0 and self.model.maker_of_arm[seller.group] == self.by
        )
        return theirs and not self.exempts(seller) and self.products[product] and self.targets[side]

    def exports(self, pair: Pair, product: int) -> bool:
        """Goods leave an origin, for a destination named (any where none is); the product is in scope.

        A product that papers hide is in scope where every product is.
        """
        anywhere = not self.fields.destinations
        known = product < len(self.products)
        in_scope = self.products[product] if known else all(self.products)
        return in_scope and self.leaves(pair) and (anywhere or self.enters(pair))

    def follows(self, leg: Leg) -> bool:
        """Goods on the leg are tracked: within a customs union too, but not within a jurisdiction."""
        anywhere = not self.fields.destinations
        moves = leg.origin != leg.destination
        return moves and self.begins(leg.pair) and (anywhere or self.enters(leg.pair))

    def hits_source(self, link: Link, product: int) -> bool:
        """Customers of the link expect the policy: it will bind the seller, or bear on the pair.

        A ban, inspection or tracking bears on all pairs out of its origins; only into the destinations where it names
        some and no sides.
        """
        if not self.products[product] or self.kind in (
            "entity_listing", "procurement_aid", "input_restriction", "data_sharing", "distributor_contract",
        ):  # fmt: skip
            return False
        if self.kind == "content_rule" and not self.model.marked.contents.exists(self, product):
            return False
        if self.kind == "voluntary_suspension":
            return any(self.binds(link.seller, product, side) for side in self.model.sides)
        only_there = bool(self.fields.destinations) and not self.fields.sides
        out = (
            self.threatens(link.leg.pair, product) if self.kind == "secondary_sanctions" else self.leaves(link.leg.pair)
        )
        return out and (self.enters(link.leg.pair) or not only_there)

    def warns(self, link: Link, product: int) -> bool:
        """A customer expects the link's seller to turn away: it bars sales, and is aimed at where the customer sits."""
        names, scenario = self.model.world.names, self.model.world.scenario
        place = names.jurisdictions[link.leg.pair.destination]
        side = scenario.jurisdictions[place].home_side
        home = names.sides.index(side) if side else None
        aimed = home is not None and self.targets[home]
        if self.kind == "voluntary_suspension":
            return home is not None and self.binds(link.seller, product, home)
        if self.kind not in ("export_ban", "export_licence") or not self.products[product]:
            return False
        only_there = bool(self.fields.destinations) and not self.fields.sides
        named = place in self.fields.destinations
        return self.leaves(link.leg.pair) and (named or (aimed and not only_there))

    def aids(self, buyer: Party) -> bool:
        """The buyer is in scope of an aid."""
        names, sides = self.model.world.names, self.fields.sides
        return (not sides or names.sides[buyer.true_side] in sides) and (
            not self.fields.groups or names.groups[buyer.group] in self.fields.groups
        )

    def period(self, tick: int) -> int:
        """Which period of a quota holds the first day of a tick, counted from its effective date."""
        time = self.model.world.scenario.time
        since_start = (tick - self.model.world.calendar.burn_in) * time.step_days
        days = since_start - (self.fields.effective - time.start).days
        return int(days // (7.0 * self.fields.period_weeks))

    def restricts(self, maker: Maker) -> bool:
        """The maker is in a group whose inputs the policy takes away."""
        return self.model.world.names.groups[maker.group] in self.fields.groups and not self.exempts(maker)

    def threatens(self, pair: Pair, product: int) -> bool:
        """Sellers and banks of the pair's origin are in scope of secondary sanctions; a customs union is no shelter."""
        return pair.origin != pair.destination and self.begins(pair) and self.products[product]

    def pools(self, place: int) -> bool:
        """A jurisdiction is a member of a data sharing."""
        return self.model.world.names.jurisdictions[place] in self.fields.members

    def hears_of(self, place: int) -> bool:
        """An authority sees the records and the seizures of a jurisdiction as its own."""
        return not self.fields.sources or self.model.world.names.jurisdictions[place] in self.fields.sources

    def may_list(self, party: Party) -> bool:
        """The party is an intermediary in scope of a listing policy."""
        if not isinstance(party, Trader) or self.exempts(party):
            return False
        groups = self.fields.groups
        return not groups or self.model.world.names.groups[party.group] in groups
