"""`run`: a scenario with its twin, for one seed or several."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from sim.declare.errors import Problem, ScenarioError, nearest
from sim.experiments import store, warnings
from sim.experiments.ensemble import EnsembleSource, read_ensemble
from sim.experiments.flows import Periods, flows, periods
from sim.experiments.jobs import Bundle, Job, Setting, distinct, simulate_all
from sim.experiments.progress import Progress
from sim.experiments.results import RunResult, concat, write_ledger
from sim.experiments.traces import pair_traces
from sim.measures.compared import products_in_scope
from sim.measures.frame import measures
from sim.scenario.loading import Source, load
from sim.scenario.model import Scenario
from sim.world.records import Records

LEDGERS = ("first", "all", "none")
"""Which runs keep their true ledger."""


def run(
    source: Source = "baseline",
    *,
    seed: int = 1,
    runs: int = 1,
    changes: Mapping[str, Any] | None = None,
    versus: Iterable[str] | None = None,
    ensemble: EnsembleSource | None = None,
    window: tuple[date, date] | None = None,
    ledger: str = "first",
    workers: int | None = None,
    check_policies: bool = True,
    progress: bool | Callable[[int, int], None] = False,
    first: Callable[[RunResult], None] | None = None,
    out: str | os.PathLike[str] | None = None,
    agents: Mapping[str, type] | None = None,
    rules: Mapping[str, Any] | None = None,
) -> RunResult:
    """Runs a scenario, and with each seed its twin: the same draws without the policies in question.

    Runs go in threads. Interrupted by Ctrl-C, it keeps the pairs that are finished and says so in ``interrupted``;
    without a finished pair the interrupt goes on to the caller.

    Args:
        source: Name of a shipped scenario, path of a file, plain data, or a scenario.
        seed: First seed; runs have consecutive ones.
        runs: Number of runs, each with its twin.
        changes: Values by dotted path, laid over the scenario.
        versus: Ids of the policies that the twin lacks; all of them by default.
        ensemble: Draws of the uncertain parameters, one a run, so that results carry what is not known of them as well
            as luck: name of a shipped ensemble, folder of a calibration, a CSV file or a frame. What ``changes`` sets
            is not drawn.
        window: First and last date of the measures; the whole record by default.
        ledger: Which runs keep their true ledger: ``"first"`` (with its twin), ``"all"`` or ``"none"``.
        workers: Threads; as many as there are processors by default.
        check_policies: Whether to run the first seed once more without each policy, and to warn of those that
            changed nothing.
        progress: True for a progress bar on the terminal, or a function of (done, all) simulations;
            it is also called before the first is done.
        first: Called once with the result so far, when the first pair is finished.
        out: Folder to write results to, see :meth:`RunResult.save`.
        agents: Classes of your own by group, see :class:`sim.LeakageModel`; the twin has them too.
        rules: Functions of your own in place of decisions, likewise.

    Returns:
        The result.

    Raises:
        ScenarioError: With every problem found in the scenario, or for an id in ``versus`` that no policy has.
        ValueError: If an argument is out of range.
        EnsembleError: If the ensemble cannot be read, or does not fit the scenario.
        OutputError: If the folder cannot be written; found before anything runs.
        DecisionError: If an agent or a rule of your own decides something that is not allowed.

    Example:
        >>> result = run("small", seed=7, runs=2, check_policies=False)
        >>> result.seeds
        [7, 8]
    """
    check_counts(seed, runs, workers)
    if ledger not in LEDGERS:
        raise ValueError(f"ledger is {ledger!r}; it must be one of {', '.join(LEDGERS)}")
    scenario = load(source, changes)
    names = policies_compared(scenario, versus)
    drawn = None if ensemble is None else read_ensemble(ensemble).fitted(scenario, changes or ())
    scenarios = [scenario if drawn is None else drawn.scenario(scenario, run) for run in range(runs)]
    own = {name: dict(given) for name, given in (("agents", agents), ("rules", rules)) if given}
    folder = None if out is None else store.prepare(out)
    bundles = _bundles(scenarios, names, seed, ledger, check_policies)
    result = RunResult(scenario, names, runs, ledger, window, own=own, ensemble=drawn, first_seed=seed)
    gathered = _Gathering(result, seed, folder, first)
    if folder is not None:
        gathered.result.write_manifest(folder, finished=False)
    with Progress(progress) as bar:
        bar.expect(len(distinct(bundles)))
        try:
            with closing(simulate_all(bundles, workers or os.cpu_count() or 1, bar.tell, own)) as finished:
                for bundle, records in finished:
                    gathered.add(bundle, records)
        except KeyboardInterrupt:
            if not gathered.result.seeds:
                raise
            gathered.result.interrupted = True
    result = gathered.finish()
    if folder is not None:
        result.save(folder)
    return result


def check_counts(seed: int, runs: int, workers: int | None) -> None:
    """Checks what counts runs.

    Args:
        seed: First seed.
        runs: Number of runs.
        workers: Threads, or None.

    Raises:
        ValueError: If one is out of range.
    """
    if runs < 1:
        raise ValueError(f"runs is {runs}; it must be at least 1")
    if not 0 <= seed <= 2**63 - runs:
        raise ValueError(f"seed is {seed}; it must be at least 0 and below 2**63")
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}; it must be at least 1")


def policies_compared(scenario: Scenario, versus: Iterable[str] | None) -> tuple[str, ...]:
    """Ids of the policies that a twin lacks.

    Args:
        scenario: The scenario.
        versus: Ids, or None for all restrictions: aid stays in the twin.

    Returns:
        Ids, sorted, each once.

    Raises:
        ScenarioError: S307 for every id that no policy has.
    """
    if versus is None:
        return scenario.restrictions
    wanted = [versus] if isinstance(versus, str) else list(versus)
    problems = [
        Problem(
            "S307",
            f"There is no policy `{name}` to compare with.",
            path=f"policies.{name}",
            value=name,
            nearest=nearest(name, scenario.policies),
            allowed=", ".join(sorted(scenario.policies)) or "nothing: the scenario has no policies",
        )
        for name in wanted
        if name not in scenario.policies
    ]
    if problems:
        raise ScenarioError(problems)
    return tuple(sorted(set(wanted)))


def _bundles(
    scenarios: Sequence[Scenario], versus: tuple[str, ...], first: int, ledger: str, check: bool
) -> list[Bundle]:
    """What is simulated: pairs first, one a scenario, with rising seeds; then the first without each policy."""
    bundles, same = [], {id(each): (Setting(each), Setting(each, versus)) for each in scenarios}
    for seed, scenario in enumerate(scenarios, first):
        kept = ledger == "all" or (ledger == "first" and seed == first)
        whole, twin = same[id(scenario)]
        bundles.append(Bundle("pair", seed, {"run": Job(whole, seed, seed, kept), "twin": Job(twin, seed, seed, kept)}))
    if check:
        whole, _ = same[id(scenarios[0])]
        for name in sorted(scenarios[0].policies):
            without = Setting(scenarios[0], (name,))
            jobs = {"run": Job(whole, first, first), "without": Job(without, first, first)}
            bundles.append(Bundle("part", first, jobs, (name,)))
    return bundles


class _Gathering:
    """Takes runs as they finish, and makes a result of them."""

    def __init__(
        self, result: RunResult, seed: int, folder: Path | None, first: Callable[[RunResult], None] | None
    ) -> None:
        self.result = result
        self._seed = seed
        self._folder = folder
        self._first = first
        self._measures: dict[int, pd.DataFrame] = {}
        self._traces: dict[int, pd.DataFrame] = {}
        self._flows: dict[int, pd.DataFrame] = {}
        self._periods: Periods | None = None
        self._base: Records | None = None
        self._inert: list[str] = []

    def add(self, bundle: Bundle, records: dict[str, Records]) -> None:
        """Takes a run with its twin, or with a run that lacks one policy."""
        if bundle.kind == "pair":
            self._pair(bundle.seed, records["run"], records["twin"])
        elif warnings.same_outcome(records["run"], records["without"]):
            self._inert += bundle.about

    def _pair(self, seed: int, with_policies: Records, twin: Records) -> None:
        """Takes a run and its twin."""
        result = self.result
        if seed == self._seed:
            self._base = with_policies
        self._measures[seed] = measures(with_policies, twin, window=result.window).assign(seed=seed)
        scope = products_in_scope(with_policies, result.versus)
        self._traces[seed] = pair_traces(with_policies, twin, scope, seed)
        for name, records in (("run", with_policies), ("twin", twin)):
            if seed == self._seed or (result.ledger_kept == "all" and self._folder is None):
                result.records[seed, name] = records
            elif result.ledger_kept == "all" and self._folder is not None:
                write_ledger(self._folder, seed, name, records)
        self._periods = self._periods or periods(with_policies, twin)
        self._flows[seed] = flows(with_policies, twin, scope, self._periods)
        self._flows[seed].insert(0, "seed", seed)
        result.seeds = sorted(self._measures)
        if seed == self._seed and self._first is not None:
            self._first(self.finish())

    def finish(self) -> RunResult:
        """The result so far."""
        result = self.result
        result.measures = concat([self._measures[seed] for seed in result.seeds])
        result.traces = concat([self._traces[seed] for seed in result.seeds])
        result.flows = concat([self._flows[seed] for seed in result.seeds])
        result.warnings = [warnings.changed_nothing(name, self._seed) for name in sorted(set(self._inert))]
        if self._base is not None:
            result.warnings += [text for text in (warnings.at_ceiling(self._base, "the run"),) if text]
            result.warnings += warnings.slots_used(self._base)
        return result
