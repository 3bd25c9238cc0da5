"""The map: pairs of jurisdictions, legs, corridors of up to three legs, and what forwarders offer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel

MOST_LEGS = 3
STOPS, BEYOND = "stops", "beyond"
"""The two stories of papers that need a corridor of their own."""


@dataclass(eq=False)
class Pair:
    """Where goods leave, and where they arrive, or are said to."""

    row: int
    origin: int
    destination: int
    key: int
    inner: bool


@dataclass(eq=False)
class Leg:
    """An ordered pair of jurisdictions over which goods may move."""

    row: int
    name: str
    pair: Pair
    lead: float
    lead_weeks: float
    spread: float
    freight: list[float]

    @property
    def origin(self) -> int:
        """Where it begins."""
        return self.pair.origin

    @property
    def destination(self) -> int:
        """Where it ends."""
        return self.pair.destination


@dataclass(eq=False)
class Corridor:
    """A simple path of legs.

    Attributes:
        next_states: Jurisdictions that a leg from its end leads to, in order, without those that it has been to.
    """

    legs: list[Leg]
    ends: Pair
    row: int = -1
    next_states: list[int] = field(default_factory=list)

    @property
    def lead(self) -> float:
        """Mean time on the way, ticks."""
        return _total([leg.lead for leg in self.legs])

    @property
    def lead_weeks(self) -> float:
        """Mean time on the way, weeks."""
        return _total([leg.lead_weeks for leg in self.legs])

    @property
    def reach(self) -> float:
        """Half of the width of the spread of that time, ticks."""
        return _total([leg.lead * leg.spread for leg in self.legs])

    def freight(self, product: int) -> float:
        """Freight of a unit."""
        return _total([leg.freight[product] for leg in self.legs])


def _total(numbers: list[float]) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total


class Map:
    """All pairs, legs and corridors, and the corridors on offer in this tick."""

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        names = model.world.names
        self.places = range(len(names.jurisdictions))
        self.pairs = {(a, b): self._pair(a, b) for a in self.places for b in self.places}
        self.legs = [self._leg(row, name) for row, name in enumerate(names.legs)]
        self.corridors = self._corridors()
        self.direct = {c.legs[0].row: c for c in self.corridors if len(c.legs) == 1}
        self.between: dict[int, list[Corridor]] = {}
        for corridor in self.corridors:
            self.between.setdefault(corridor.ends.row, []).append(corridor)
        self._beyond: dict[int, int] = {}
        self._offers: dict[tuple[str, int, int], Corridor | None] = {}

    def _pair(self, a: int, b: int) -> Pair:
        world = self.model.world
        names, places = world.names.jurisdictions, world.scenario.jurisdictions
        union, other = places[names[a]].customs_union, places[names[b]].customs_union
        row = a * len(names) + b
        return Pair(row, a, b, int(world.pairs.key[row]), a == b or (union != "" and union == other))

    def _leg(self, row: int, name: str) -> Leg:
        world = self.model.world
        start, end = (world.names.jurisdictions.index(place) for place in name.split("-"))
        fields = world.scenario.legs[name]
        lead = fields.lead_weeks / world.calendar.weeks_per_tick
        freight = [fields.freight * price for price in self.model.reference_price]
        return Leg(row, name, self.pairs[start, end], lead, fields.lead_weeks, fields.lead_spread, freight)

    def _corridors(self) -> list[Corridor]:
        """All simple paths, in order of the pair of their ends, number of legs, ids of their legs."""
        found: list[list[Leg]] = [[leg] for leg in self.legs]
        growing = [[leg] for leg in self.legs if leg.origin != leg.destination]
        for _ in range(MOST_LEGS - 1):
            growing = [
                [*path, leg]
                for path in growing
                for leg in self.legs
                if leg.origin == path[-1].destination and leg.destination not in self._visited(path)
            ]
            found += growing
        corridors = [Corridor(path, self.pairs[path[0].origin, path[-1].destination]) for path in found]
        corridors.sort(key=lambda c: (c.ends.origin, c.ends.destination, len(c.legs), [leg.name for leg in c.legs]))
        for row, corridor in enumerate(corridors):
            corridor.row = row
            been = self._visited(corridor.legs)
            corridor.next_states = sorted(
                leg.destination
                for leg in self.legs
                if leg.origin == corridor.ends.destination and leg.destination not in been
            )
        return corridors

    @staticmethod
    def _visited(path: list[Leg]) -> set[int]:
        return {path[0].origin, *(leg.destination for leg in path)}

    # This tick

    def open_tick(self) -> None:
        """Forgets what was on offer."""
        self._beyond.clear()
        self._offers.clear()

    def is_open(self, corridor: Corridor) -> bool:
        """Whether goods may move over all its legs."""
        return all(self.model.leg_open(leg) for leg in corridor.legs)

    def beyond(self, corridor: Corridor) -> int:
        """The state to which goods that go by the corridor can be declared: the one least barred; -1 for none."""
        if corridor.row not in self._beyond:
            best, least = -1, math.inf
            for state in corridor.next_states:
                barred = 0.0
                for leg in corridor.legs:
                    for product in self.model.products:
                        shown = self.pairs[leg.origin, state]
                        barred += min(self.model.book.ban(shown, product, side) for side in self.model.sides)
                if barred < least:
                    best, least = state, barred
            self._beyond[corridor.row] = best
        return self._beyond[corridor.row]

    def shown(self, story: str, corridor: Corridor, border: int) -> Pair:
        """The pair that papers show at a border."""
        leg = corridor.legs[border]
        if story == STOPS:
            return leg.pair
        if story == BEYOND:
            return self.pairs[leg.origin, self.beyond(corridor)]
        return self.pairs[leg.origin, corridor.ends.destination]

    def on_offer(self, story: str, ends: Pair, product: int) -> Corridor | None:
        """What forwarders offer between two places to those whose papers tell a story; None where nothing."""
        address = (story, ends.row, product)
        if address not in self._offers:
            best, least = None, math.inf
            for corridor in self.between.get(ends.row, []):
                if not self.is_open(corridor):
                    continue
                if len(corridor.legs) < 2 if story == STOPS else self.beyond(corridor) < 0:
                    continue
                cost = self._cost(story, corridor, product)
                if cost < least:
                    best, least = corridor, cost
            self._offers[address] = best
        return self._offers[address]

    def _cost(self, story: str, corridor: Corridor, product: int) -> float:
        """Freight, time and the chance to lose the goods, US dollars a unit."""
        model = self.model
        arrives = 1.0
        for border, leg in enumerate(corridor.legs):
            shown = self.shown(story, corridor, border)
            bans = [model.book.ban(shown, product, side) for side in model.sides]
            barred = max(bans) if story == STOPS and border == len(corridor.legs) - 1 else min(bans)
            arrives *= (1.0 - barred) * (1.0 - model.inspection_share(leg, product)) * (1.0 - model.book.tracking(leg))
        price = model.reference_price[product]
        return corridor.freight(product) + price * (model.market.patience * corridor.lead_weeks + (1.0 - arrives))
