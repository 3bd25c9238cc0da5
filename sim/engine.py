"""The tick, once, as a numbered list; free of Mesa.

`Engine(world).run()` runs all ticks; `step()` runs one. Both give the same bits.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from sim.tick import record
from sim.tick.collect import collect
from sim.tick.stages import Stages
from sim.tick.status import Status
from sim.world import accounts
from sim.world.records import ACCOUNTS, Records

_CASH = ACCOUNTS.index("cash")
_LOTS_COUNTED = 52
"""Every so many ticks, and at the end, stock is counted lot by lot as well."""


class Cancelled(Exception):
    """The run was cancelled between two ticks."""


class Engine(Stages):
    """Runs a world tick by tick.

    Args:
        world: The initial world; it is not changed.
        ledger: Whether to keep the true ledger.
        without: Ids of policies left out: a twin. They are as if they were not in the scenario.

    Attributes:
        state: What changes in the run.
        tick: The next tick, burn-in included.

    Example:
        >>> from sim.scenario.loading import load
        >>> from sim.world.build import build
        >>> engine = Engine(build(load("small"), seed=1))
        >>> engine.step()
        >>> engine.tick
        1
    """

    @property
    def finished(self) -> bool:
        """Whether all ticks have run."""
        return self.tick >= self.world.calendar.ticks

    def run(self, cancel: Callable[[], bool] | None = None) -> Records:
        """Runs all ticks that are left.

        Args:
            cancel: Asked before every tick; the run stops where it says True.

        Returns:
            The records.

        Raises:
            Cancelled: Where ``cancel`` said so.
            UnbalancedError: Where the accounts do not balance (a fault of the program).
        """
        while not self.finished:
            if cancel is not None and cancel():
                raise Cancelled
            self.step()
        return self.records()

    def fork(self, without: tuple[str, ...]) -> Engine:
        """The same run from here on, with other policies left out: what a fresh engine would have come to by now.

        Runs of one world are alike until the first policy in which they differ is announced; up to there one run
        serves all of them.

        Args:
            without: Ids of the policies that the new engine leaves out.

        Returns:
            An engine of its own at the same tick. The two share nothing that changes.

        Raises:
            ValueError: Where the two would already differ, or where agents or rules of the user's own decide.

        Example:
            >>> from sim.scenario.loading import load
            >>> from sim.world.build import build
            >>> engine = Engine(build(load("small"), seed=1))
            >>> engine.parts_at(("leader_exit",)) > engine.world.calendar.burn_in
            True
            >>> engine.fork(("leader_exit",)).without
            ('leader_exit',)
        """
        shared = (self.world, self.policies, self._rows, self._scopes, self._rules, self._listings, self._statuses)
        other = copy.deepcopy(self, {id(thing): thing for thing in shared})
        other.leave_out(without)
        parting = self._parting(other._statuses)
        if self.tick > parting:
            raise ValueError(f"at tick {self.tick} the runs already differ: they part at {parting}")
        return other

    def parts_at(self, without: tuple[str, ...]) -> int:
        """The first tick in which a run that leaves out other policies can differ from this one.

        Args:
            without: Ids of the policies that the other run leaves out.

        Returns:
            A tick; the number of ticks where the two never differ.
        """
        return self._parting(self.statuses(without))

    def _parting(self, others: list[Status]) -> int:
        for tick, (mine, other) in enumerate(zip(self._statuses, others, strict=True)):
            if mine != other:
                return tick
        return self.world.calendar.ticks

    def step(self) -> None:
        """Runs one tick: the eleven stages of RULES.md, in order.

        Raises:
            IndexError: After the last tick.
            UnbalancedError: Where the accounts do not balance (a fault of the program).
        """
        if self.finished:
            raise IndexError(f"the run has ended after {self.tick} ticks")
        if self.tick == self.world.calendar.burn_in:
            a = self.state.agents
            self._units_at_start = self._units.table(a.stock, a.on_order, a.reserved)
        self.sums.clear()
        cash_before = float(self.state.agents.cash.sum())
        self._regulate()  # 1. policies become tables; investigations open and end
        self._produce()  # 2. makers build
        self._use()  # 3. end users fly; budgets fill
        self._plan()  # 4. customers decide what to order
        self._quote()  # 5. asks, ceilings, premiums
        count = self._order()  # 6. calls and orders
        self._clear_and_ship(count)  # 7. and 8. orders are served; goods leave
        self._receive()  # 9. arrivals; deliveries
        self._learn()  # 10. trust, risk, forecasts, closures, foundings, links
        self._check(cash_before)
        self._record()  # 11. series
        self.tick += 1

    # Accounts and records

    def _check(self, cash_before: float) -> None:
        a, lots = self.state.agents, self.state.lots
        accounts.check_units(self._units, a.stock, a.on_order, self.tick)
        if self.tick % _LOTS_COUNTED == 0 or self.tick == self.world.calendar.ticks - 1:
            accounts.held_in_lots(self.state.paths.rows, lots.head, self._in_lots)
            accounts.check_lots(a.stock, self._in_lots, self.tick)
        cash = float(a.cash.sum())
        accounts.check_money(cash_before, cash, self.sums.money, self.tick)
        self.sums.money[_CASH] = cash

    def _record(self) -> None:
        world, series = self.world, self._series.arrays
        r = self.tick - world.calendar.burn_in
        if r < 0:
            return
        s, a, sums = world.agents, self.state.agents, self.sums
        for name in record.SUMMED:
            series[name][r] = getattr(sums, name)
        series["counters"][r] = sums.counters
        series["accounts"][r] = sums.money
        assert self._status is not None
        series["in_force"][r] = self._status.in_force
        series["announced"][r] = self._status.announced
        record.record_agents(
            s.group, s.true_side, s.end_user, s.sells, s.share, world.groups.demand[self.tick], a.state, a.stock,
            self._stock_foreign, a.ordered, a.refused, a.sold, self.ask_price, a.mark_up, series["stock"][r],
            series["stock_foreign"][r], series["demand"][r], series["ordered"][r], series["filled"][r],
            series["refused"][r],
            series["trader_stock"][r], series["ask"][r], series["mark_up"][r], series["alive"][r],
        )  # fmt: skip

    def records(self) -> Records:
        """What the run has left behind so far; later ticks do not change it."""
        return collect(self)
