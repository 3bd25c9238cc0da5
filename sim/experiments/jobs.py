"""Simulations in threads: those that are looked at together are handed over together, none is made twice."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.ledger.series import SERIES
from sim.scenario.model import Scenario
from sim.world.columns import World
from sim.world.records import Records

Key = tuple[str, int, int]
"""What a simulation depends on: hash of the setting, seed of the world, seed of the luck."""


@dataclass(frozen=True)
class Setting:
    """A scenario with some policies left out.

    Attributes:
        scenario: The scenario.
        without: Ids of the policies left out, sorted.
    """

    scenario: Scenario
    without: tuple[str, ...] = ()

    @cached_property
    def content(self) -> str:
        """Hash of the scenario without these policies: settings of one hash have the same runs, bit for bit."""
        return self.scenario.without_policies(self.without).hash

    @cached_property
    def base(self) -> str:
        """Hash of the scenario without any policy: settings of one hash have the same worlds but for policies."""
        return self.scenario.without_policies().hash


@dataclass(frozen=True)
class Job:
    """One simulation.

    Attributes:
        setting: What is simulated.
        seed: Seed of the world.
        luck: Seed of the draws in the run; the same as ``seed`` unless luck alone is to vary.
        ledger: Whether the ledger is wanted.
    """

    setting: Setting
    seed: int
    luck: int
    ledger: bool = False

    @property
    def key(self) -> Key:
        """What the outcome depends on."""
        return self.setting.content, self.seed, self.luck


@dataclass(frozen=True)
class Bundle:
    """Simulations that are looked at together.

    Attributes:
        kind: What they are for.
        seed: The seed that varies between bundles of a kind.
        jobs: The simulations by role.
        about: What a bundle of the kind is about, where seed and kind do not say it.
    """

    kind: str
    seed: int
    jobs: dict[str, Job]
    about: tuple[str, ...] = ()


def distinct(bundles: Iterable[Bundle]) -> dict[Key, Job]:
    """The simulations to be made, in order of first mention; each keeps its ledger if any bundle wants it.

    Args:
        bundles: What is asked for.
    """
    found: dict[Key, Job] = {}
    for bundle in bundles:
        for job in bundle.jobs.values():
            known = found.setdefault(job.key, job)
            if job.ledger and not known.ledger:
                found[job.key] = replace(known, ledger=True)
    return found


class Worlds:
    """Initial worlds, each built once for all settings that differ in policies only; the engine does not change it."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        """Counts who will ask, so that a world is let go after the last one.

        Args:
            jobs: The jobs that will ask.
        """
        self._left: dict[tuple[str, int], int] = {}
        for job in jobs:
            of = (job.setting.base, job.seed)
            self._left[of] = self._left.get(of, 0) + 1
        self._built: dict[tuple[str, int], World] = {}
        self._locks = {of: threading.Lock() for of in self._left}

    def take(self, job: Job) -> World:
        """The world of a job.

        Args:
            job: One of the jobs.
        """
        from sim.world.build import build, with_policies

        of = (job.setting.base, job.seed)
        with self._locks[of]:
            world = self._built.get(of) or build(job.setting.scenario, job.seed)
            self._left[of] -= 1
            self._built[of] = world
            if self._left[of] <= 0:
                del self._built[of]
        if world.scenario is not job.setting.scenario:
            world = with_policies(world, job.setting.scenario)
        return world if job.luck == world.seed else world.with_luck(job.luck)


def simulate_all(
    bundles: list[Bundle], workers: int, tell: Callable[[], None] = lambda: None
) -> Generator[tuple[Bundle, dict[str, Records]]]:
    """Simulates in threads, and hands a bundle over when all of it is there.

    What several bundles ask for is simulated once. Few runs are under way or waiting to be handed over at any time,
    so that memory stays bounded. When the caller stops, or is interrupted, runs under way stop within a tick.

    Args:
        bundles: What is asked for, in order of urgency.
        workers: Number of threads.
        tell: Called after every simulation, when the bundles that it completes were handed over.

    Yields:
        A bundle and its records by role, in order of completion.
    """
    from sim.engine import Engine

    jobs = distinct(bundles)
    stop = threading.Event()
    worlds = Worlds(jobs.values())
    shelf = _Shelf(bundles)

    def simulate(job: Job) -> Records:
        return Engine(worlds.take(job), ledger=job.ledger, without=job.setting.without).run(stop.is_set)

    waiting, pending = deque(enumerate(jobs.values())), dict[Future[Records], tuple[int, Job]]()
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="sim")
    try:
        while waiting or pending:
            while waiting and len(pending) < workers + 1:
                at, job = waiting.popleft()
                pending[pool.submit(simulate, job)] = (at, job)
            # The timeout lets an interrupt through on every platform.
            done, _ = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda each: pending[each][0]):
                _, job = pending.pop(future)
                yield from shelf.put(job.key, future.result())
                tell()
    finally:
        stop.set()
        # Runs under way stop within a tick by themselves; whoever interrupted them need not wait.
        pool.shutdown(wait=False, cancel_futures=True)


class _Shelf:
    """Records that wait for the rest of a bundle."""

    def __init__(self, bundles: list[Bundle]) -> None:
        self._askers: dict[Key, list[Bundle]] = {}
        self._missing: dict[int, set[Key]] = {}
        for bundle in bundles:
            keys = {job.key for job in bundle.jobs.values()}
            self._missing[id(bundle)] = keys
            for key in keys:
                self._askers.setdefault(key, []).append(bundle)
        self._held: dict[Key, Records] = {}
        self._uses = {key: len(askers) for key, askers in self._askers.items()}

    def put(self, key: Key, records: Records) -> Generator[tuple[Bundle, dict[str, Records]]]:
        """Takes records, and hands over the bundles that they complete."""
        self._held[key] = records
        for bundle in self._askers.pop(key):
            missing = self._missing[id(bundle)]
            missing.discard(key)
            if missing:
                continue
            yield bundle, {role: as_of(self._held[job.key], job.setting) for role, job in bundle.jobs.items()}
            for used in {job.key for job in bundle.jobs.values()}:
                self._uses[used] -= 1
                if not self._uses[used]:
                    del self._held[used]


def as_of(records: Records, setting: Setting) -> Records:
    """Records of a simulation as those of another setting with the same content.

    A twin shared by several scenarios was simulated with the policies of one of them left out. Read as the twin of
    another, it has rows for the policies of that one.

    Args:
        records: The records.
        setting: A setting whose content is that of the simulation.

    Returns:
        What the engine would have left for the setting, bit for bit.
    """
    from sim.world.build import with_policies

    made = records.world
    if made.scenario is setting.scenario and records.policies_off == setting.without:
        return records
    world = made if made.scenario is setting.scenario else with_policies(made, setting.scenario)
    row = {name: at for at, name in enumerate(made.names.policies)}
    kept = [(new, row[name]) for new, name in enumerate(world.names.policies) if name in row]
    series = dict(records.series)
    for name in records.series:
        if "policy" not in SERIES.get(name, ((), ""))[0]:
            continue
        table = np.zeros((len(series[name]), len(world.names.policies)), series[name].dtype)
        for new, old in kept:
            table[:, new] = series[name][:, old]
        series[name] = table
    listed_by = records.agents["listed_by"]
    renumbered = np.full_like(listed_by, -1)
    for new, old in kept:
        renumbered[listed_by == old] = new
    agents = {**records.agents, "listed_by": renumbered}
    return replace(records, world=world, policies_off=setting.without, series=series, agents=agents)
