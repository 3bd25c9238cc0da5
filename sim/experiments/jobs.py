"""Simulations in threads: those that are looked at together are handed over together, none is made twice."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ledger.series import SERIES
from sim.scenario.model import Scenario
from sim.world.columns import World
from sim.world.records import Records

if TYPE_CHECKING:
    from sim.engine import Engine

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

    @property
    def alike_until(self) -> date:
        """When the first policy left out is announced: until then the run is that of the scenario with all of them."""
        policies = (self.scenario.policies[name] for name in self.without)
        return min((policy.announced or policy.effective for policy in policies), default=date.max)

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
    bundles: list[Bundle], workers: int, tell: Callable[[], None] = lambda: None, own: Mapping[str, Any] | None = None
) -> Generator[tuple[Bundle, dict[str, Records]]]:
    """Simulates in threads, and hands a bundle over when all of it is there.

    What several bundles ask for is simulated once. Runs of one world that leave out different policies are one run up
    to the first policy in which they differ. Few runs are under way or waiting to be handed over at any time, so that
    memory stays bounded. When the caller stops, or is interrupted, runs under way stop within a tick.

    Args:
        bundles: What is asked for, in order of urgency.
        workers: Number of threads.
        tell: Called after every simulation, when the bundles that it completes were handed over.
        own: ``agents`` and ``rules`` of the user's own, for every simulation; see :class:`sim.LeakageModel`.

    Yields:
        A bundle and its records by role, in order of completion.
    """
    waiting = deque(families(bundles))
    shelf = _Shelf(bundles)
    crew = Crew([job for family in waiting for job in family], workers, own)
    unmade = 0
    handed_over = False
    try:
        while waiting or unmade:
            # Until something can be shown the first bundle has the threads for itself.
            while waiting and (crew.has_room(ahead=1) if handed_over else unmade < workers):
                family = waiting.popleft()
                unmade += len(family)
                crew.start(family)
            for job, records in crew.take():
                unmade -= 1
                for bundle, found in shelf.put(job.key, records):
                    handed_over = True
                    yield bundle, found
                tell()
    finally:
        crew.dismiss()


def families(bundles: Iterable[Bundle]) -> list[list[Job]]:
    """Jobs of one scenario, world and purpose that differ in what they leave out.

    Args:
        bundles: What is asked for, in order of urgency.

    Returns:
        Families in order of urgency. In each, the job that has its policies longest comes first: the others part from
        it as late as they can.
    """
    bundles = list(bundles)
    jobs = distinct(bundles)
    found: dict[tuple[str, int, int, int], list[Job]] = {}
    for bundle in bundles:
        for asked in bundle.jobs.values():
            job = jobs.pop(asked.key, None)
            if job is not None:
                family = (bundle.kind, id(job.setting.scenario), job.seed, job.luck)
                found.setdefault(family, []).append(job)
    return [sorted(family, key=lambda job: job.setting.alike_until, reverse=True) for family in found.values()]


class Crew:
    """Threads that simulate families of jobs: one run for all, from which the others are forked where they part."""

    def __init__(self, jobs: Iterable[Job], workers: int, own: Mapping[str, Any] | None = None) -> None:
        """Makes the threads.

        Args:
            jobs: All jobs that will be asked for.
            workers: Number of threads.
            own: ``agents`` and ``rules`` of the user's own.
        """
        self._own = own
        self._worlds = Worlds(jobs)
        self._workers = max(1, workers)
        self._pool = ThreadPoolExecutor(max_workers=self._workers, thread_name_prefix="sim")
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._tasks = 0
        self._made: SimpleQueue[tuple[Job, Records] | BaseException] = SimpleQueue()

    def has_room(self, ahead: int = 0) -> bool:
        """Whether a task more would leave at most so many of them waiting for a thread."""
        with self._lock:
            return self._tasks < self._workers + ahead

    def start(self, family: list[Job]) -> None:
        """Simulates a family as soon as a thread is free."""
        self._submit(self._lead, family)

    def take(self) -> Generator[tuple[Job, Records]]:
        """What is made; returns after half a second at the latest, so that an interrupt comes through everywhere."""
        try:
            made = self._made.get(timeout=0.5)
        except Empty:
            return
        if isinstance(made, BaseException):
            raise made
        yield made

    def dismiss(self) -> None:
        """Stops runs under way within a tick, and does not wait for them: whoever interrupted need not either."""
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, task: Callable[..., None], *arguments: object) -> None:
        with self._lock:
            self._tasks += 1
        self._pool.submit(self._do, task, *arguments)

    def _do(self, task: Callable[..., None], *arguments: object) -> None:
        try:
            task(*arguments)
        except BaseException as error:
            self._made.put(error)
        finally:
            with self._lock:
                self._tasks -= 1

    def _lead(self, family: list[Job]) -> None:
        from sim.engine import Cancelled, Engine

        if self._own:
            for job in family:
                self._alone(job, self._own)
            return
        head, *others = family
        engine = Engine(self._worlds.take(head), ledger=any(j.ledger for j in family), without=head.setting.without)
        for job in others:
            self._worlds.take(job)
        parting = deque(sorted((engine.parts_at(job.setting.without), place) for place, job in enumerate(others)))
        while True:
            while parting and parting[0][0] <= engine.tick:
                job = others[parting.popleft()[1]]
                other = engine.fork(job.setting.without)
                # With an idle thread the two go on side by side; else one after the other, so that few wait in memory.
                if self.has_room():
                    self._submit(self._finish, job, other)
                else:
                    self._finish(job, other)
            if engine.finished:
                break
            if self._stop.is_set():
                raise Cancelled
            engine.step()
        self._finish(head, engine)

    def _alone(self, job: Job, own: Mapping[str, Any]) -> None:
        """A run with the user's own agents or rules, which may remember things: it is made from its beginning."""
        # Imported here: Mesa takes a second, and few need it.
        from sim.engine import Cancelled
        from sim.mesa_model import LeakageModel

        model = LeakageModel(self._worlds.take(job), ledger=job.ledger, without=job.setting.without, **own)
        while model.running:
            if self._stop.is_set():
                raise Cancelled
            model.step()
        self._made.put((job, model.records()))

    def _finish(self, job: Job, engine: Engine) -> None:
        engine.ledger = job.ledger
        self._made.put((job, engine.run(self._stop.is_set)))


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
