"""Inputs barred: what makers under a restriction can still build in a tick, and what it costs them.

Foreign inputs are no goods of the model: they are part of a maker's production cost. A restriction takes them away.
"""

from __future__ import annotations

import numpy as np

from sim.agents import manufacturer
from sim.jit import kernel
from sim.policy.common import PolicyFields, Scope
from sim.policy.input_restriction import InputRestrictionFields
from sim.world import draws
from sim.world.columns import ALIVE, DAYS_A_WEEK, MANUFACTURER, World
from sim.world.floats import exp, log

redesigned = kernel(manufacturer.redesigned)
unhindered = kernel(manufacturer.unhindered)
dearer = kernel(manufacturer.dearer)


class Inputs:
    """Restrictions on inputs, and what makers hold of such inputs.

    Attributes:
        rows: Rows of the policies that restrict inputs.
        content: float64 (restriction, agent, product), foreign content of what it bears on, 0 for all else.
        lag: float64, likewise: ticks until the last substitute is built in.
        waited: float64 (tick, restriction), ticks since the announcement.
        strength: float64 (restriction,), share of inputs barred in this tick, 0 where it is not in force.
        dependent: float64 (restriction, agent, product), share of the output that needs an input without substitute.
        held: float64, likewise: units that can be built from the inputs in stock.
        free: float64, likewise: units that can be built in this tick without any of them.
        room: float64 (agent, product), most units that inputs allow in this tick; infinite where none is barred.
        rise: float64 (agent, product), rise of the cost of building, over what it usually is.
        build_cost: float64 (agent, product), US dollars a unit in this tick, components apart.
        made: int64 (agent, product), units built in this tick.
        acts: Whether any restriction is in force.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope]) -> None:
        s, weeks = world.agents, world.calendar.weeks_per_tick
        fields = [p for p in policies if isinstance(p, InputRestrictionFields)]
        found = [i for i, p in enumerate(policies) if isinstance(p, InputRestrictionFields)]
        self.rows = np.array(found, dtype=np.int64)
        self.makers = np.flatnonzero(s.kind == MANUFACTURER)
        shape = (len(found), *s.deals.shape)
        content = world.groups.foreign_content[s.group]
        self.content, self.lag = np.zeros(shape), np.zeros(shape)
        for i, row in enumerate(found):
            self.content[i] = np.where(scopes[row].sellers[:, None] & scopes[row].products[None, :], content, 0.0)
            draw_lags(world.seed, world.policy_key[row], self.makers, s.key, world.listing_lag[row], self.lag[i])
        step = DAYS_A_WEEK * weeks
        begun = [p.announced or p.effective for p in fields]
        days = [[(day - first).days for first in begun] for day in world.calendar.first_days]
        waited = np.array(days, dtype=np.float64).reshape(len(days), len(found)) / step
        self.waited = np.maximum(0.0, waited)
        self.input_share = np.array([p.input_share for p in fields])
        self.missing = np.array([p.without_substitute for p in fields])
        self.extra_cost = np.array([p.extra_cost for p in fields])
        self.strength = np.zeros(len(found))
        self.dependent, self.held, self.free = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.room, self.rise = np.full(s.deals.shape, np.inf), np.zeros(s.deals.shape)
        self.usual_cost = self.build_cost = s.production_cost
        self.made = np.zeros(s.deals.shape, dtype=np.int64)
        self.group, self.share, self.cover = s.group, s.share, s.input_cover
        self.acts = False

    def open_tick(self, tick: int, strength: np.ndarray, capacity: np.ndarray) -> None:
        """Works out what makers can build, and at what cost.

        Args:
            tick: This tick.
            strength: float64 (policy,), see :class:`sim.policy.common.Tables`.
            capacity: float64 (group, product), units a tick of the whole group.
        """
        acted, self.strength = self.acts, strength[self.rows]
        self.acts = bool((self.strength > 0.0).any())
        if not (acted or self.acts):
            return
        self.room[:] = np.inf
        self.rise[:] = 0.0
        for i in range(len(self.rows)):
            restrict(
                self.makers, self.group, self.share, self.cover, capacity, self.content[i], self.lag[i],
                self.waited[tick, i], self.strength[i], self.input_share[i], self.missing[i], self.extra_cost[i],
                self.dependent[i], self.held[i], self.free[i], self.room, self.rise,
            )  # fmt: skip
        self.build_cost = self.usual_cost * (1.0 + self.rise) if self.acts else self.usual_cost

    def close_tick(self, state: np.ndarray, wanted: np.ndarray, capacity: np.ndarray) -> tuple[int, int]:
        """Takes the barred inputs that were built in out of stock.

        Args:
            state: int64 (agent,).
            wanted: float64 (agent, product), the decision column `production`.
            capacity: float64 (group, product), units a tick of the whole group.

        Returns:
            Times that a maker wanted all that inputs allow, below its capacity; and units built with substitutes.
        """
        if not self.acts:
            return 0, 0
        for i in np.flatnonzero(self.strength > 0.0):
            use_up(self.makers, self.content[i], self.made, self.free[i], self.held[i])
        return count(self.makers, self.group, self.share, state, capacity, wanted, self.room, self.rise, self.made)


@kernel
def draw_lags(
    seed: int, policy_key: int, makers: np.ndarray, keys: np.ndarray, table: np.ndarray, out: np.ndarray
) -> None:
    """How long each maker takes to replace the inputs of each product.

    Args:
        seed: Seed of the run.
        policy_key: uint64 key of the policy.
        makers: int64 (maker,), rows of makers.
        keys: uint64 (agent,).
        table: float64 (1025,), quantile table of the lag in ticks.
        out: float64 (agent, product), written.
    """
    for a in makers:
        for p in range(out.shape[1]):
            out[a, p] = draws.quantile_table(table, draws.draw(seed, keys[a] ^ policy_key, 0, draws.INPUTS, p))


@kernel
def restrict(
    makers: np.ndarray, group: np.ndarray, share: np.ndarray, cover: np.ndarray, capacity: np.ndarray,
    content: np.ndarray, lag: np.ndarray, waited: float, strength: float, input_share: float, missing: float,
    extra_cost: float, dependent: np.ndarray, held: np.ndarray, free: np.ndarray, room: np.ndarray, rise: np.ndarray,
) -> None:  # fmt: skip
    """What one restriction leaves its makers, joined to what others leave: the least room, the greatest rise.

    Args:
        makers: int64 (maker,), rows of makers.
        group: int64 (agent,).
        share: float64 (agent,).
        cover: float64 (agent,), ticks of production at capacity for which makers hold foreign inputs.
        capacity: float64 (group, product), units a tick of the whole group.
        content: float64 (agent, product), foreign content in scope.
        lag: float64 (agent, product), ticks.
        waited: Ticks since the announcement.
        strength: Share of the inputs barred.
        input_share: Cost of one input over the cost of a unit.
        missing: Chance that an input has no substitute on the shelf.
        extra_cost: What substitutes cost more, over what they replace.
        dependent: float64 (agent, product), of the tick before; written.
        held: float64 (agent, product), units that can be built from stock; written.
        free: float64 (agent, product), units that can be built without it; written.
        room: float64 (agent, product), falls.
        rise: float64 (agent, product), grows.
    """
    for a in makers:
        for p in range(content.shape[1]):
            if content[a, p] <= 0.0:
                continue
            if strength <= 0.0:
                dependent[a, p] = 0.0
                held[a, p] = 0.0
                continue
            most = capacity[group[a], p] * share[a]
            before = dependent[a, p]
            barred = content[a, p] * strength
            spared = exp(barred / input_share * log(1.0 - missing)) if missing < 1.0 else 0.0
            dependent[a, p] = 1.0 - spared
            held[a, p] += cover[a] * most * max(0.0, dependent[a, p] - before)
            done = redesigned(waited, lag[a, p])
            free[a, p] = unhindered(most, dependent[a, p], done)
            room[a, p] = min(room[a, p], free[a, p] + held[a, p])
            rise[a, p] = max(rise[a, p], dearer(barred, extra_cost, missing, done))


@kernel
def use_up(makers: np.ndarray, content: np.ndarray, made: np.ndarray, free: np.ndarray, held: np.ndarray) -> None:
    """Units built beyond those that need no barred input use up what is in stock.

    Args:
        makers: int64 (maker,), rows of makers.
        content: float64 (agent, product), foreign content in scope.
        made: int64 (agent, product), units built.
        free: float64 (agent, product), units that can be built without barred inputs.
        held: float64 (agent, product), units that can be built from stock; falls.
    """
    for a in makers:
        for p in range(content.shape[1]):
            if content[a, p] > 0.0:
                held[a, p] = max(0.0, held[a, p] - max(0.0, made[a, p] - free[a, p]))


@kernel
def count(
    makers: np.ndarray, group: np.ndarray, share: np.ndarray, state: np.ndarray, capacity: np.ndarray,
    wanted: np.ndarray, room: np.ndarray, rise: np.ndarray, made: np.ndarray,
) -> tuple[int, int]:  # fmt: skip
    """How often inputs held a maker up, and units that it built with substitutes; see :meth:`Inputs.close_tick`."""
    short = 0
    replaced = 0
    for a in makers:
        for p in range(room.shape[1]):
            if rise[a, p] > 0.0:
                replaced += made[a, p]
            if state[a] == ALIVE and room[a, p] < capacity[group[a], p] * share[a] and wanted[a, p] >= room[a, p]:
                short += 1
    return short, replaced
