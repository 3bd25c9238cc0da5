"""Who is exempt from which policies: sellers by group or name, orders by their date.

A policy that bears on sales leaves out the sellers who are exempt from it, and for a while the orders dated before it
took effect. Sellers fall into classes by the policies that exempt them, orders into classes by the policies that spare
them in this tick. A *standing* is a class of sellers with a class of orders; each has tables of its own, made of the
policies that are left. Standing 0 is that of everybody else: nothing is exempt, and all policies bear.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.policy.common import PolicyFields, Scope, Tables
from sim.policy.content_rule import ContentRuleFields
from sim.policy.end_use_certificate import EndUseCertificateFields
from sim.policy.export_ban import ExportBanFields
from sim.policy.export_licence import ExportLicenceFields
from sim.policy.levy import LevyFields
from sim.policy.quota import QuotaFields
from sim.policy.voluntary_suspension import VoluntarySuspensionFields
from sim.tick.status import Status
from sim.world.columns import World

ON_SALES = (
    ContentRuleFields,
    EndUseCertificateFields,
    ExportBanFields,
    ExportLicenceFields,
    LevyFields,
    QuotaFields,
    VoluntarySuspensionFields,
)
"""Kinds of policy that bear on sales one by one."""


class Laws(NamedTuple):
    """What bears on a sale by its standing, ``z = first[seller] + dated[buyer, product]``.

    Attributes:
        first: int64 (agent,), standing of a seller for orders that no date spares.
        dated: int64 (agent, product), class of the order of a customer, as of the beginning of stage 5.
        by_date: int64 (tick + 1,), class of an order by its tick; the last entry is that of no order.
        ban: float64 (standing, pair, product + 1, side), as of :class:`sim.policy.common.Tables`; the last product is
            one that papers do not tell.
        target: float64 (standing, pair, product, side), likewise.
        penalty: float64 (standing, pair, product, side), likewise.
        suspended: float64 (standing, agent, product, side), likewise.
        any_target: bool (standing, pair, product), whether any ban or target is set.
        any_suspended: bool (standing, agent, product), whether any suspension bears.
        levy_rate: float64 (standing, pair, product), as of Tables.
        levy_unit: float64 (standing, pair, product), likewise.
        strength: float64 (standing, policy), likewise.
        spared: bool (standing, 2), whether a policy that acts exempts the seller, and whether one spares the order.
    """

    first: np.ndarray
    dated: np.ndarray
    by_date: np.ndarray
    ban: np.ndarray
    target: np.ndarray
    penalty: np.ndarray
    suspended: np.ndarray
    any_target: np.ndarray
    any_suspended: np.ndarray
    levy_rate: np.ndarray
    levy_unit: np.ndarray
    strength: np.ndarray
    spared: np.ndarray


class Standings:
    """The standings of a run, and the law for each.

    Args:
        world: The initial world.
        policies: In order of id.
        scopes: Their scopes.

    Attributes:
        laws: The law by standing; None where nobody is exempt from anything that acts, so that kernels need not ask.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope]) -> None:
        agents, products = world.agents.deals.shape
        exempt = np.zeros((agents, len(policies)), dtype=np.bool_)
        for row, (policy, scope) in enumerate(zip(policies, scopes, strict=True)):
            if isinstance(policy, ON_SALES):
                exempt[:, row] = scope.exempt
        # The first row of all is that of nobody exempt, and False sorts before True: class 0.
        plain = np.zeros((1, len(policies)), dtype=np.bool_)
        self._sellers, classes = np.unique(np.concatenate([plain, exempt]), axis=0, return_inverse=True)
        self._class = classes.reshape(-1)[1:].astype(np.int64)
        self._windows = _windows(world, policies)
        self._open: tuple[int, ...] = ()
        self._dates = np.zeros(0, dtype=np.int64)
        self._by_date = np.zeros(world.calendar.ticks + 1, dtype=np.int64)
        self._dated = np.zeros((agents, products), dtype=np.int64)
        self.laws: Laws | None = None
        self._idle = len(self._sellers) == 1 and not self._windows

    def open_tick(self, tick: int) -> bool:
        """Sees which policies spare orders by their date in this tick.

        Args:
            tick: This tick.

        Returns:
            Whether the set of them differs from the tick before.
        """
        if not self._windows:
            return False
        found = tuple(row for row, (first, ticks) in self._windows.items() if 0 <= tick - first < ticks)
        if found == self._open:
            return False
        self._open = found
        self._dated[:] = 0
        self._dates = np.array(sorted({self._windows[row][0] for row in found}), dtype=np.int64)
        # An order is spared by the policies that took effect after its date.
        ticks = np.arange(len(self._by_date) - 1)
        self._by_date[:-1] = len(self._dates) - np.searchsorted(self._dates, ticks, side="right")
        return True

    def turn_to(self, now: Status, plain: Tables, without: Callable[[Status], Tables]) -> None:
        """Makes the law of each standing.

        Args:
            now: Where policies stand.
            plain: The tables of standing 0.
            without: Makes the tables of a status.
        """
        self.laws = None
        if self._idle:
            return
        acts = np.array(now.in_force) & (np.array(now.intensity) > 0.0)
        orders = [self._spared_by(place) for place in range(len(self._dates) + 1)]
        spared = np.array([[(s & acts).any(), (o & acts).any()] for s in self._sellers for o in orders])
        if not spared.any():
            return
        found = [
            without(now.without((s | o).tolist())) if ((s | o) & acts).any() else plain
            for s in self._sellers
            for o in orders
        ]
        ban, target = (np.stack([getattr(t, name) for t in found]) for name in ("ban", "target"))
        suspended = np.stack([t.suspended for t in found])
        self.laws = Laws(
            first=self._class * len(orders),
            dated=self._dated,
            by_date=self._by_date,
            ban=np.concatenate([ban, ban.min(axis=2, keepdims=True)], axis=2),
            target=target,
            penalty=np.stack([t.penalty for t in found]),
            suspended=suspended,
            any_target=(target > 0.0).any(axis=3) | (ban > 0.0).any(axis=3),
            any_suspended=(suspended > 0.0).any(axis=3),
            levy_rate=np.stack([t.levy_rate for t in found]),
            levy_unit=np.stack([t.levy_unit for t in found]),
            strength=np.stack([t.strength for t in found]),
            spared=spared,
        )

    def date_orders(self, since: np.ndarray) -> None:
        """Takes the dates of all orders, once a tick.

        Args:
            since: int64 (agent, product), tick of each customer's first unfilled order, -1 for none.
        """
        if self._windows:
            self._dated[:] = self._by_date[since]

    def strengths(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
        """What bears on an order of the policies of a kind.

        Args:
            rows: int64 (policy of the kind,), their rows.

        Returns:
            `first`, `dated`, `by_date` of :class:`Laws`, and float64 (standing, policy of the kind), the share of
            sellers on whom each bears; None where nobody is exempt.
        """
        if self.laws is None:
            return None
        return self.laws.first, self.laws.dated, self.laws.by_date, np.ascontiguousarray(self.laws.strength[:, rows])

    def _spared_by(self, place: int) -> np.ndarray:
        """Policies that spare a class of orders, bool (policy,): those of the ``place`` latest dates."""
        late = self._dates[len(self._dates) - place :]
        found = np.zeros(self._sellers.shape[1], dtype=np.bool_)
        found[[row for row in self._open if self._windows[row][0] in late]] = True
        return found


def exempted(world: World, policy: PolicyFields) -> np.ndarray:
    """Agents exempt from a policy by their group, or by the name that results give them.

    Args:
        world: The initial world.
        policy: The policy.

    Returns:
        bool (agent,).
    """
    names, s = world.names, world.agents
    found = np.isin(s.group, [names.groups.index(g) for g in policy.exempt_groups])
    for name in policy.exempt_agents:
        group, _, index = name.partition(" #")
        found |= (s.group == names.groups.index(group)) & (s.index == int(index or 0))
    return found


def _windows(world: World, policies: list[PolicyFields]) -> dict[int, tuple[int, float]]:
    """For each policy that spares orders by date: its first tick in force by its dates, and for how many ticks.

    A policy in force from the first tick of the run on has no order dated before it.
    """
    calendar = world.calendar
    found = {}
    for row, policy in enumerate(policies):
        if isinstance(policy, ON_SALES) and policy.grandfather_weeks > 0.0:
            first = next((t for t, after in enumerate(calendar.days_after) if policy.effective < after), 0)
            if first > 0:
                found[row] = (first, policy.grandfather_weeks / calendar.weeks_per_tick)
    return found
