"""Runs and their twins, side by side in threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from sim.scenario.model import Scenario
from sim.world.columns import World
from sim.world.records import Records


@dataclass(frozen=True)
class Arm:
    """One run to be made.

    Attributes:
        seed: Its seed.
        name: ``"run"``, ``"twin"``, or the id of a single policy left out.
        without: Ids of the policies left out.
        ledger: Whether to keep the ledger.
    """

    seed: int
    name: str
    without: tuple[str, ...]
    ledger: bool


class Worlds:
    """The initial world of each seed, built once and shared by its arms; the engine does not change it."""

    def __init__(self, scenario: Scenario, arms: list[Arm]) -> None:
        """Counts who will ask, so that a world is let go after the last one.

        Args:
            scenario: What to build from.
            arms: The arms that will ask.
        """
        self._scenario = scenario
        self._left = {seed: sum(arm.seed == seed for arm in arms) for seed in {arm.seed for arm in arms}}
        self._built: dict[int, World] = {}
        self._locks = {seed: threading.Lock() for seed in self._left}

    def take(self, seed: int) -> World:
        """The world of a seed.

        Args:
            seed: One of the arms' seeds.
        """
        from sim.world.build import build

        with self._locks[seed]:
            world = self._built.get(seed) or build(self._scenario, seed)
            self._left[seed] -= 1
            self._built[seed] = world
            if self._left[seed] <= 0:
                del self._built[seed]
            return world


def simulate_all(scenario: Scenario, arms: list[Arm], workers: int) -> Generator[tuple[Arm, Records]]:
    """Makes runs in threads, and hands each over when it is done.

    Few runs are under way or waiting to be handed over at any time, so that memory stays bounded. When the
    caller stops, or is interrupted, runs under way stop within a tick.

    Args:
        scenario: What to run.
        arms: The runs, in order of urgency.
        workers: Number of threads.

    Yields:
        An arm and its records, in order of completion.
    """
    from sim.engine import Engine

    stop = threading.Event()
    worlds = Worlds(scenario, arms)

    def simulate(arm: Arm) -> Records:
        return Engine(worlds.take(arm.seed), ledger=arm.ledger, without=arm.without).run(stop.is_set)

    waiting, pending = deque(enumerate(arms)), dict[Future[Records], tuple[int, Arm]]()
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="sim")
    try:
        while waiting or pending:
            while waiting and len(pending) < workers + 1:
                at, arm = waiting.popleft()
                pending[pool.submit(simulate, arm)] = (at, arm)
            # The timeout lets an interrupt through on every platform.
            done, _ = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda each: pending[each][0]):
                _, arm = pending.pop(future)
                yield arm, future.result()
    finally:
        stop.set()
        # Runs under way stop within a tick by themselves; whoever interrupted them need not wait.
        pool.shutdown(wait=False, cancel_futures=True)
