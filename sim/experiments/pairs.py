"""Runs and their twins, side by side in threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from sim.scenario.model import Scenario
from sim.world.records import Records


@dataclass(frozen=True)
class Arm:
    """One run to be made.

    Attributes:
        seed: Its seed.
        name: ``"run"``, ``"twin"``, or the id of a policy left out.
        scenario: What to run.
        off: Ids of the policies left out.
        ledger: Whether to keep the ledger.
    """

    seed: int
    name: str
    scenario: Scenario
    off: tuple[str, ...]
    ledger: bool


class Cancelled(Exception):
    """A run was stopped before its end."""


def simulate(arm: Arm, cancel: Callable[[], bool] | None = None) -> Records:
    """Makes one run.

    Args:
        arm: What to run.
        cancel: Asked every tick; the run stops when it returns True.

    Returns:
        Its records.

    Raises:
        Cancelled: If it was stopped.
    """
    from sim.engine import Engine
    from sim.world.build import build

    if cancel is not None and cancel():
        raise Cancelled
    records = Engine(build(arm.scenario, arm.seed), ledger=arm.ledger).run(cancel)
    if records is None or (cancel is not None and cancel()):
        raise Cancelled
    return replace(records, policies_off=arm.off)


def simulate_all(arms: list[Arm], workers: int) -> Iterator[tuple[Arm, Records]]:
    """Makes runs in threads, and hands each over when it is done.

    Few runs are under way or waiting to be handed over at any time, so that memory stays bounded. When the
    caller stops, or is interrupted, runs under way stop within a tick.

    Args:
        arms: What to run, in order of urgency.
        workers: Number of threads.

    Yields:
        An arm and its records, in order of completion.
    """
    stop = threading.Event()
    waiting, pending = deque(arms), dict[Future[Records], Arm]()
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="sim")
    try:
        while waiting or pending:
            while waiting and len(pending) < workers + 1:
                arm = waiting.popleft()
                pending[pool.submit(simulate, arm, stop.is_set)] = arm
            # The timeout lets an interrupt through on every platform.
            done, _ = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda each: arms.index(pending[each])):
                arm = pending.pop(future)
                yield arm, future.result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
