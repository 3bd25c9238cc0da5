"""Inputs barred: what is left to a maker whose foreign inputs a policy takes away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.world.draws import INPUTS, quantile_table
from sim.world.floats import exp, log

if TYPE_CHECKING:
    from tests.oracle.agents import Maker
    from tests.oracle.model import OracleModel
    from tests.oracle.policies import Policy


@dataclass
class Barred:
    """The inputs of one product that one policy takes from one maker.

    Attributes:
        needed: Share of the output that needs an input without a substitute.
        stock: Units that can be built from what is in stock.
        free: Units that can be built in this tick without it.
        rise: How much dearer building is.
    """

    needed: float = 0.0
    stock: float = 0.0
    free: float = math.inf
    rise: float = 0.0


class Inputs:
    """All that policies take from all makers.

    Args:
        model: The model; its policies and agents exist already.
    """

    def __init__(self, model: OracleModel) -> None:
        self.model = model
        self.taken: dict[tuple[int, int], dict[int, Barred]] = {}

    def turn_to(self, tick: int) -> None:
        """Works out, for each maker and product, what each policy in force takes away."""
        in_force = dict(self.model.book.input_restrictions())
        for policy in self.model.book.policies:
            if policy.kind != "input_restriction":
                continue
            for maker in self.model.makers:
                if not policy.restricts(maker):
                    continue
                for product in self.model.products:
                    content = float(self.model.world.groups.foreign_content[maker.group, product])
                    if policy.products[product] and content > 0.0:
                        by_policy = self.taken.setdefault((maker.row, product), {})
                        if policy in in_force:
                            barred = by_policy.setdefault(policy.row, Barred())
                            self.take(tick, policy, maker, product, content * in_force[policy], barred)
                        else:
                            by_policy.pop(policy.row, None)

    def take(self, tick: int, policy: Policy, maker: Maker, product: int, part: float, barred: Barred) -> None:
        """One policy takes inputs worth a part of the cost of one product."""
        fields, missing = policy.fields, policy.fields.without_substitute
        capacity = self.model.capacity(maker.group, product) * maker.share
        inputs = part / fields.input_share
        needed = 1.0 - (exp(inputs * log(1.0 - missing)) if missing < 1.0 else 0.0)
        barred.stock += maker.input_cover * capacity * max(0.0, needed - barred.needed)
        barred.needed = needed
        done = self.done(tick, policy, maker, product)
        barred.free = capacity * (1.0 - needed * (1.0 - done))
        barred.rise = fields.extra_cost * part * (1.0 - missing * (1.0 - done))

    def done(self, tick: int, policy: Policy, maker: Maker, product: int) -> float:
        """Share of the designs that have their substitutes by now."""
        calendar, fields = self.model.world.calendar, policy.fields
        begun = fields.announced or fields.effective
        days = max(0, (calendar.first_days[tick] - begun).days)
        ticks = days / self.model.world.scenario.time.step_days
        u = self.model.uniforms_at(0, maker.key ^ policy.key, INPUTS, product)[0]
        lag = float(quantile_table(self.model.world.listing_lag[policy.row], u))
        if ticks >= lag:
            return 1.0
        z = ticks / lag
        return z**2 * (3.0 - 2.0 * z)

    def room(self, maker: Maker, product: int) -> float:
        """Most units that inputs allow in this tick."""
        found = self.taken.get((maker.row, product), {}).values()
        return min([barred.free + barred.stock for barred in found], default=math.inf)

    def rise(self, maker: Maker, product: int) -> float:
        """How much dearer building is."""
        found = self.taken.get((maker.row, product), {}).values()
        return max([barred.rise for barred in found], default=0.0)

    def use(self, maker: Maker, product: int, units: int) -> None:
        """Takes what a maker has built from stock out of it."""
        for barred in self.taken.get((maker.row, product), {}).values():
            barred.stock = max(0.0, barred.stock - max(0.0, units - barred.free))
        if self.rise(maker, product) > 0.0:
            self.model.diary.count("units_substituted", units)

    def tally(self, maker: Maker, product: int, wanted: float) -> None:
        """Counts a maker that wants to build all that inputs allow, and could build more."""
        room = self.room(maker, product)
        if room < self.model.capacity(maker.group, product) * maker.share and wanted >= room:
            self.model.diary.count("input_shortages")
