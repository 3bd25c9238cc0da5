"""`compare`: several arms over the same seeds, each with its twin."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import store, warnings
from sim.experiments.advising import advise
from sim.experiments.arms import policies_left_out, resolve
from sim.experiments.comparison import PARTS, CompareResult
from sim.experiments.differences import HEADLINE, OWN_DATES
from sim.experiments.ensemble import EnsembleSource, read_ensemble
from sim.experiments.flows import Periods, flows, periods
from sim.experiments.jobs import Bundle, Job, Setting, distinct, simulate_all
from sim.experiments.outcomes import Outcome, Parts
from sim.experiments.precision import LEAST, Target, TargetError, next_batch, targets
from sim.experiments.progress import Progress
from sim.experiments.results import concat
from sim.experiments.run import check_counts
from sim.experiments.traces import traces
from sim.measures.compared import products_in_scope
from sim.measures.frame import measures
from sim.scenario.loading import Source
from sim.world.records import Records

PART_MEASURES = tuple(name for name in HEADLINE if name not in OWN_DATES)
"""Measures of which each policy's part is taken."""


def compare(
    arms: Iterable[Source] | Mapping[str, Source],
    *,
    runs: int = 50,
    seed: int = 1,
    changes: Mapping[str, Any] | None = None,
    versus: Iterable[str] | None = None,
    ensemble: EnsembleSource | None = None,
    window: tuple[date, date] | None = None,
    workers: int | None = None,
    parts: int = 1,
    luck_runs: int = 0,
    precision: Mapping[str, float] | Iterable[Target] | None = None,
    max_runs: int = 1000,
    progress: bool | Callable[[int, int], None] = False,
    told: Callable[[str], None] | None = None,
    out: str | os.PathLike[str] | None = None,
) -> CompareResult:
    """Runs several arms with the same seeds, each with its twin, and pairs them by seed.

    Two arms with the same seed have the same world and the same luck but for what differs between them (common
    random numbers), so their difference is known far better than from separate runs. A twin that several arms share
    (their scenarios without the policies in question are the same) is simulated once a seed, and so is a run
    without one policy that is another arm.

    Measures are over the same products in all arms: those in scope of the policies compared in any of them.

    Interrupted by Ctrl-C, it keeps the seeds that are finished and says so in ``interrupted``; without a finished
    seed the interrupt goes on to the caller. With ``out`` finished seeds are written as they come, and the
    same call goes on from them.

    With ``precision``, seeds are added in batches until intervals are as narrow as asked or ``max_runs`` is
    reached. Stopping when an interval is narrow makes it cover a little less than 90% of the time (see
    :mod:`sim.experiments.precision`); at least 20 runs are made before the first look.

    Args:
        arms: Two or more scenarios (name of a shipped scenario, path of a file, plain data, or a scenario), in a
            list or by name of the arm. The first is what the others are compared with.
        runs: Number of seeds; with ``precision`` the first batch, of at least 20.
        seed: First seed.
        changes: Values by dotted path, laid over every arm.
        versus: Ids of the policies that twins lack; all policies by default.
        ensemble: Draws of the uncertain parameters, one a seed and the same for all arms, see :func:`sim.run`; what an
            arm sets otherwise than the scenario that was calibrated stays as the arm sets it.
        window: First and last date of the measures; the whole record by default.
        workers: Threads; as many as there are processors by default.
        parts: Number of seeds with which each arm is also run without each of its policies: 1 warns of policies that
            changed nothing, more give intervals of each policy's part.
        luck_runs: Number of runs of each arm in the world of the first seed, with other luck: they tell how much
            variance pairing takes out of luck alone.
        precision: Greatest half-width of the 90% interval of a difference with the first arm, by measure and side,
            such as ``{"denied share, SIDE": 0.02}``.
        max_runs: Most seeds with ``precision``.
        progress: True for a progress bar on the terminal, or a function of (done, all) simulations;
            it is also called before the first is done.
        told: Called with each sentence of the adviser on the number of runs.
        out: Folder to write results to, see :meth:`CompareResult.save`.

    Returns:
        The result.

    Raises:
        ScenarioError: With every problem found in any scenario, or for an id in ``versus`` that no arm has.
        ArmError: If the arms cannot be compared.
        EnsembleError: If the ensemble cannot be read, or does not fit an arm.
        TargetError: For a precision that names nothing, or that leaves no room for runs.
        ValueError: If an argument is out of range.
        OutputError: If the folder cannot be written; found before anything runs.

    Example:
        >>> half = sim.load("small", {"policies.china_ban.intensity": 0.5})  # doctest: +SKIP
        >>> result = sim.compare({"full": "small", "half": half}, runs=20)  # doctest: +SKIP
        >>> result.differences.query("measure == 'denied' and product == ''")  # doctest: +SKIP
    """
    check_counts(seed, runs, workers)
    for name, count in (("parts", parts), ("luck_runs", luck_runs)):
        if count < 0:
            raise ValueError(f"{name} is {count}; it must be at least 0")
    wanted = _targets(precision)
    if wanted:
        runs = max(runs, LEAST)
        if max_runs < runs:
            raise TargetError(f"max_runs is {max_runs}; with a precision it must be at least {runs}")
    scenarios = resolve(arms, changes)
    sides = {side for scenario in scenarios.values() for side in scenario.sides}
    for target in wanted:
        if target.side and target.side not in sides:
            raise TargetError(f"there is no side {target.side!r}; sides are {', '.join(sorted(sides))}")
    left_out = policies_left_out(scenarios, versus)
    given = None if ensemble is None else read_ensemble(ensemble)
    first = next(iter(scenarios.values()))
    drawn = {} if given is None else {name: given.fitted(arm, changes or (), first) for name, arm in scenarios.items()}
    folder = None if out is None else store.prepare(out)
    result = CompareResult(
        scenarios, left_out, asked=runs, window=window, parts_asked=parts, luck_asked=luck_runs, targets=wanted,
        ensemble=drawn,
    )  # fmt: skip
    work = _Comparing(result, seed, folder)
    if folder is not None:
        result.write_manifest(folder, finished=False)
    with Progress(progress) as bar:
        try:
            work.run(work.whole(range(seed, seed + runs)), workers, bar)
            if wanted:
                _until(work, seed, runs, max_runs, told, workers, bar)
            made = len(work.seeds)
            work.run(work.lacking(range(seed, seed + min(parts, made))), workers, bar)
            work.run(work.lucky(luck_runs), workers, bar)
        except KeyboardInterrupt:
            if not work.seeds:
                raise
            result.interrupted = True
    result = work.finish()
    if folder is not None:
        result.save(folder)
    return result


def _targets(precision: Mapping[str, float] | Iterable[Target] | None) -> tuple[Target, ...]:
    """Targets in either form."""
    if precision is None or isinstance(precision, Mapping):
        return targets(precision)
    return tuple(precision)


def _until(
    work: _Comparing,
    seed: int,
    made: int,
    most: int,
    told: Callable[[str], None] | None,
    workers: int | None,
    bar: Progress,
) -> None:
    """Adds seeds until the intervals asked for are narrow enough."""
    result = work.result
    while True:
        needed, sentences = advise(work.finish(), result.targets, made)
        more = next_batch(made, needed, most)
        if not more and needed > made:
            sentences.append(f"Stopped at {made} runs, the most allowed; --max-runs (max_runs) allows more.")
        for sentence in sentences:
            result.advice.append(sentence)
            if told is not None:
                told(sentence)
        if not more:
            return
        work.run(work.whole(range(seed + made, seed + made + more)), workers, bar)
        made += more
        result.asked = made


class _Comparing:
    """Takes bundles as they finish, and makes a result of them."""

    def __init__(self, result: CompareResult, seed: int, folder: Path | None) -> None:
        self.result = result
        self.seeds: list[int] = []
        self._seed = seed
        self._settings: dict[tuple[str, int], Setting] = {}
        self._found: dict[tuple[str, int, tuple[str, ...]], Outcome] = {}
        self._products: tuple[str, ...] = ()
        self._periods: Periods | None = None
        identity = {
            "arms": {name: (arm.hash, result.versus[name]) for name, arm in result.arms.items()},
            # Which draw a seed has hangs on the first one.
            "ensemble": {name: (each.hash, seed) for name, each in result.ensemble.items()},
            "window": result.window,
        }
        self._parts = None if folder is None else Parts(folder / PARTS, identity)

    def _jobs(self, seed: int, luck: int, names: Iterable[str]) -> dict[str, Job]:
        """Runs and twins of some arms. All keep the ledger until they are measured: mark-ups are read off it."""
        whole = {name: self._setting(name, seed) for name in names}
        jobs = {f"run {name}": Job(setting, seed, luck, True) for name, setting in whole.items()}
        return jobs | {
            f"twin {name}": Job(Setting(setting.scenario, self.result.versus[name]), seed, luck, True)
            for name, setting in whole.items()
        }

    def _setting(self, name: str, seed: int) -> Setting:
        """An arm, with the draw of a seed where there is an ensemble."""
        drawn = self.result.ensemble.get(name)
        run = 0 if drawn is None else (seed - self._seed) % len(drawn)
        if (name, run) not in self._settings:
            arm = self.result.arms[name]
            self._settings[name, run] = Setting(arm if drawn is None else drawn.scenario(arm, run))
        return self._settings[name, run]

    def whole(self, seeds: Iterable[int]) -> list[Bundle]:
        """Every arm with its twin."""
        return [Bundle("seed", seed, self._jobs(seed, seed, self.result.arms)) for seed in seeds]

    def lucky(self, runs: int) -> list[Bundle]:
        """Every arm with its twin in the world of the first seed, with the luck of the seeds that follow."""
        first = self._seed
        seeds, arms = range(first, first + runs), self.result.arms
        return [Bundle("luck", luck, self._jobs(first, luck, arms), (f"world {first}",)) for luck in seeds]

    def lacking(self, seeds: Iterable[int]) -> list[Bundle]:
        """Every arm without each of its policies."""
        bundles = []
        for seed in seeds:
            for name, arm in self.result.arms.items():
                for policy in sorted(arm.policies):
                    without = Job(Setting(self._setting(name, seed).scenario, (policy,)), seed, seed)
                    jobs = self._jobs(seed, seed, [name]) | {"without": without}
                    bundles.append(Bundle("part", seed, jobs, (name, policy)))
        return bundles

    def run(self, bundles: list[Bundle], workers: int | None, bar: Progress) -> None:
        """Simulates what is not on disk already."""
        left, ready = [], []
        for bundle in bundles:
            known = self._parts.get(bundle) if self._parts is not None else None
            if known is None:
                left.append(bundle)
            else:
                ready.append(bundle)
                self._take(bundle, known)
        before, made = self.result.simulations, {job.key for bundle in ready for job in bundle.jobs.values()}
        self.result.simulations = before + len(made)
        bar.expect(len(distinct(left)))
        with closing(simulate_all(left, workers or os.cpu_count() or 1, bar.tell)) as finished:
            for bundle, records in finished:
                outcome = self._seen(bundle, records)
                if self._parts is not None:
                    self._parts.put(bundle, outcome)
                self._take(bundle, outcome)
                made |= {job.key for job in bundle.jobs.values()}
                self.result.simulations = before + len(made)

    def _take(self, bundle: Bundle, outcome: Outcome) -> None:
        """Keeps an outcome."""
        self._found[bundle.kind, bundle.seed, bundle.about] = outcome
        if bundle.kind == "seed":
            self.seeds = sorted({*self.seeds, bundle.seed})
            self._products = outcome.products

    def _seen(self, bundle: Bundle, records: dict[str, Records]) -> Outcome:
        """Looks at the runs of a bundle."""
        if bundle.kind == "part":
            name, policy = bundle.about
            frame = self._measured(records["without"], records[f"twin {name}"], name, bundle.seed, PART_MEASURES)
            whole = (frame["product"] == "") & (frame["by"] == "")
            frame.insert(1, "policy", pd.Series([policy] * len(frame), dtype="str"))
            alike = warnings.same_outcome(records[f"run {name}"], records["without"])
            return Outcome(frame[whole].reset_index(drop=True), alike=(policy,) if alike else ())
        names = self.result.names
        runs, twins = ({name: records[f"{role} {name}"] for name in names} for role in ("run", "twin"))
        if not self._products:
            self._products = self._in_scope(runs)
        only = HEADLINE if bundle.kind == "luck" else None
        frames = [self._measured(runs[name], twins[name], name, bundle.seed, only) for name in names]
        if bundle.kind == "luck":
            return Outcome(concat(frames))
        alike = [name for name in names[1:] if warnings.same_outcome(runs[names[0]], runs[name])]
        notes = [(text, name) for name in names for text in _notes(runs[name])] if bundle.seed == self._seed else []
        moved = [self._flows(runs[name], twins[name], name, bundle.seed) for name in names]
        courses = [self._courses(runs[name], twins[name], name, bundle.seed) for name in names]
        return Outcome(concat(frames), concat(moved), tuple(alike), tuple(notes), self._products, concat(courses))

    def _measured(
        self, run: Records, twin: Records, name: str, seed: int, only: tuple[str, ...] | None
    ) -> pd.DataFrame:
        """Measures of a run of an arm."""
        own = [product for product in self._products if product in run.world.names.products]
        frame = measures(run, twin, window=self.result.window, products=own, only=only)
        frame.insert(0, "arm", pd.Series([name] * len(frame), dtype="str"))
        return frame.assign(seed=seed)

    def _flows(self, run: Records, twin: Records, name: str, seed: int) -> pd.DataFrame:
        """Flows of a run of an arm, in the periods of the first arm in which a policy compared acts."""
        if self._periods is None:
            self._periods = periods(run, twin)
        scope = np.isin(run.world.names.products, self._products)
        frame = flows(run, twin, scope, self._periods)
        frame.insert(0, "arm", pd.Series([name] * len(frame), dtype="str"))
        frame.insert(1, "seed", seed)
        return frame

    def _courses(self, run: Records, twin: Records, name: str, seed: int) -> pd.DataFrame:
        """Courses of a run of an arm, and of its twin."""
        scope = np.isin(run.world.names.products, self._products)
        both = []
        for role, records in (("run", run), ("twin", twin)):
            frame = traces(records, scope, twin)
            frame.insert(0, "seed", seed)
            frame.insert(1, "role", pd.Categorical([role] * len(frame), categories=["run", "twin"]))
            both.append(frame)
        whole = concat(both)
        whole.insert(0, "arm", pd.Series([name] * len(whole), dtype="str"))
        return whole

    def _in_scope(self, runs: Mapping[str, Records]) -> tuple[str, ...]:
        """Products in scope of the policies compared in any arm; all where there is none."""
        found = set()
        for name, records in runs.items():
            if self.result.versus[name]:
                scope = products_in_scope(records, self.result.versus[name])
                found |= {
                    product for product, inside in zip(records.world.names.products, scope, strict=True) if inside
                }
        return tuple(sorted(found or {product for each in runs.values() for product in each.world.names.products}))

    def finish(self) -> CompareResult:
        """The result so far, as a new object."""
        of = self.result
        kinds: dict[str, list[Outcome]] = {"seed": [], "part": [], "luck": []}
        for key in sorted(self._found):
            kinds[key[0]].append(self._found[key])
        frames = {kind: concat([outcome.measures for outcome in found]) for kind, found in kinds.items()}
        return CompareResult(
            of.arms, of.versus, self._products, of.asked, of.window, of.parts_asked, of.luck_asked, of.targets,
            ensemble=of.ensemble,
            seeds=list(self.seeds),
            measures=frames["seed"],
            flows=concat([outcome.flows for outcome in kinds["seed"]]),
            courses=concat([outcome.courses for outcome in kinds["seed"]]),
            without=frames["part"],
            fixed=frames["luck"],
            simulations=of.simulations,
            advice=list(of.advice),
            warnings=self._warnings(kinds["seed"], frames["seed"]),
            interrupted=of.interrupted,
        )  # fmt: skip

    def _warnings(self, seeds: list[Outcome], frame: pd.DataFrame) -> list[str]:
        """What a user should know."""
        names, found = self.result.names, []
        for name in names[1:]:
            if seeds and all(name in outcome.alike for outcome in seeds):
                found.append(warnings.arm_changed_nothing(name, names[0], len(seeds)))
        inert: dict[tuple[str, str], list[int]] = {}
        tried: dict[tuple[str, str], int] = {}
        for (kind, seed, about), outcome in sorted(self._found.items()):
            if kind == "part":
                tried[about] = tried.get(about, 0) + 1
                if outcome.alike:
                    inert.setdefault(about, []).append(seed)
        for (name, policy), alike in sorted(inert.items()):
            if len(alike) == tried[name, policy]:
                found.append(f"{name}: {warnings.changed_nothing(policy, *alike)}")
        found += warnings.other_weeks(frame, OWN_DATES)
        about: dict[str, list[str]] = {}
        for outcome in seeds:
            for text, name in outcome.notes:
                about.setdefault(text, []).append(name)
        found += [text if len(who) == len(names) else f"{', '.join(who)}: {text}" for text, who in about.items()]
        return found


def _notes(records: Records) -> list[str]:
    """Warnings about one run."""
    ceiling = warnings.at_ceiling(records, "the run")
    return [*([ceiling] if ceiling else []), *warnings.slots_used(records)]
