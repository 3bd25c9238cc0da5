"""`sweep`: many draws of uncertain parameters and levers, with several seeds each, kept on disk as they come."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.declare.errors import listed, nearest
from sim.declare.plain import plain
from sim.experiments.differences import HEADLINE
from sim.experiments.progress import Progress
from sim.experiments.run import check_counts, policies_compared
from sim.experiments.store import code
from sim.measures.registry import REGISTRY
from sim.observables.reading import chosen
from sim.scenario.loading import Source, load
from sim.scenario.model import Scenario
from sim.sweeps import designs, parts
from sim.sweeps.cost import Cost, estimate
from sim.sweeps.crews import crew
from sim.sweeps.designs import Design
from sim.sweeps.errors import SweepError
from sim.sweeps.plan import Plan, batches
from sim.sweeps.stored import Sweep, runs_there

if TYPE_CHECKING:
    from distributed import Client

KEPT = (*HEADLINE, "sorties_not_flown", "hhi_corridors", "visibility_exporter", "visibility_importer", "mirror_gap")
"""Measures that a sweep keeps unless told otherwise."""

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Shares that the rival tries which holds that a fixed share of what is barred comes through."""

DETAILS = (
    "product", "brand", "chain_length", "channel", "class", "corridor", "country", "hop", "leg", "pair", "policy",
    "side", "way",
)  # fmt: skip
"""What measures can be broken down by."""


@dataclass(frozen=True)
class _Asked:
    """A sweep that is asked for, checked."""

    plan: Plan
    design: Design
    seeds: tuple[int, ...]

    def cost(self, workers: int) -> Cost:
        return estimate(self.plan, self.design, self.seeds, workers)

    def entries(self) -> dict[str, Any]:
        """What a manifest says of it."""
        plan = self.plan
        return {
            "kind": "sweep",
            "finished": False,
            "scenario": plan.scenario.to_dict(),
            "scenario_hash": plan.scenario.hash,
            "factors": self.design.space.to_plain(),
            "design": {"kind": self.design.kind, "settings": dict(self.design.settings)},
            "draws_hash": hashlib.sha256(self.design.values.tobytes()).hexdigest(),
            "seeds": list(self.seeds),
            "own_luck": plan.own_luck,
            "versus": list(plan.versus),
            "measures": list(plan.measures),
            "detail": list(plan.detail),
            "window": None if plan.window is None else [day.isoformat() for day in plan.window],
            "evidence": {name: each.fields.model_dump() for name, each in plan.facts.items()},
            "rivals": list(plan.shares),
            "code": code(),
            "draws": len(self.design.values),
            "runs": len(self.design.values) * len(self.seeds),
            "runs_done": 0,
            "runs_failed": 0,
            "sessions": [],
        }


def sweep(
    source: Source = "baseline",
    design: str | os.PathLike[str] | pd.DataFrame | Design = "lhs",
    n: int | None = None,
    *,
    over: Iterable[str] | None = None,
    at: Mapping[str, Iterable[float]] | None = None,
    second_order: bool = False,
    seeds: int = 2,
    seed: int = 1,
    own_luck: bool = False,
    design_seed: int = 1,
    changes: Mapping[str, Any] | None = None,
    versus: Iterable[str] | None = None,
    twins: bool = True,
    measures: Iterable[str] | None = None,
    detail: Iterable[str] = (),
    window: tuple[date, date] | None = None,
    evidence: Iterable[str] = (),
    rivals: bool = False,
    workers: int | None = None,
    threads: bool = False,
    dask: str | Client | None = None,
    retry_failed: bool = False,
    progress: bool | Callable[[int, int], None] = False,
    told: Callable[[str], None] | None = None,
    out: str | os.PathLike[str] | None = None,
) -> Sweep:
    """Runs a scenario with many draws of its uncertain parameters and levers.

    Every draw is run with the same seeds, and with each seed beside its twin without the policies in question. A twin
    is shared by all draws that differ only in these policies. Results are written as they come: whatever stops the
    sweep (Ctrl-C, a killed process, a full disk), the same call goes on from what is there. A run that fails is a row
    that says why. Rows do not hang on who makes them.

    Args:
        source: Name of a shipped scenario, path of a file, plain data, or a scenario.
        design: ``"sobol"``, ``"morris"``, ``"lhs"``, ``"grid"``; or a frame or a CSV file with a column a factor and
            a row a draw.
        n: Size of the design: base number of draws (sobol, a power of 2), trajectories (morris), draws (lhs), levels
            of each factor (grid).
        over: What is varied: names of entries of `uncertain` and `levers`, or these two words for all in them; all of
            `uncertain` by default.
        at: Levels by factor, for a grid.
        second_order: For Sobol's design: whether indices of pairs of factors are wanted; about twice the draws.
        seeds: Seeds of each draw; from two on, luck can be told from parameters.
        seed: First seed.
        own_luck: Whether each draw has seeds of its own, rising from ``seed``: draws then differ in luck too, as a
            calibration needs it. Twins are not shared.
        design_seed: Seed of the design.
        changes: Values by dotted path, laid over the scenario.
        versus: Ids of the policies that twins lack; all restrictions by default.
        twins: False for no twins: measures that compare are undefined, and the sweep takes about half the time.
        measures: Ids of the measures kept; the headline ones by default.
        detail: What else is kept of them: ``"product"``, and breakdowns such as ``"corridor"`` or ``"brand"``.
        window: First and last date of the measures; the whole record by default.
        evidence: Facts that every run is held against: ids, or roles (``"fit"``, ``"check"``, ``"pattern"``) for all of
            them; each is an outcome, named by its id (`seeds/observables.toml` says what it is in a run).
        rivals: Whether three naive forecasts are made of the same facts, see :mod:`sim.observables.rivals`.
        workers: Workers on this machine; as many as there are processors by default.
        threads: Whether workers are threads; processes by default, since Python holds threads up.
        dask: Address of a Dask scheduler, or a client, instead of this machine.
        retry_failed: Whether batches in which a run failed are made again.
        progress: True for a progress bar on the terminal, or a function of (done, all) runs.
        told: Called with a sentence before the work: what it will cost.
        out: Folder to write to, or to go on in. Without one a temporary folder is used, which goes with the result.

    Returns:
        The sweep.

    Raises:
        ScenarioError: With every problem found in the scenario.
        SweepError: If the design cannot be made, a name is unknown, or the folder holds another sweep.
        OutputError: If the folder cannot be written or the disk is full.
        ValueError: If an argument is out of range.

    Example:
        >>> found = sweep("small", "lhs", 2, over=["ban"], seeds=1, measures=["denied"], workers=1)
        >>> found
        <Sweep of small: lhs, 1 factors, 2 of 2 runs>
        >>> found.frame(["denied:russia"]).columns.tolist()
        ['draw', 'seed', 'ban', 'denied:russia']
    """
    asked = _asked(
        source, design, n, over=over, at=at, second_order=second_order, seeds=seeds, seed=seed, own_luck=own_luck,
        design_seed=design_seed,
        changes=changes, versus=versus, twins=twins, measures=measures, detail=detail, window=window,
        evidence=evidence, rivals=rivals,
    )  # fmt: skip
    local = _workers(workers)
    who = crew(local, threads, dask)
    held = TemporaryDirectory(prefix="sim-sweep-") if out is None else None
    folder = Path(held.name if held is not None else out or "")
    frames = {
        "draws": asked.design.frame,
        "positions": asked.design.frame.assign(
            **{name: asked.design.positions[:, at] for at, name in enumerate(asked.design.space.names)}
        ),
    }
    with closing(who), parts.alone(folder):
        manifest = parts.start(folder, asked.entries(), frames)
        if "cost" not in manifest:
            cost = asked.cost(local if dask is None else 0)
            manifest["cost"] = {**vars(cost), "seconds": cost.seconds if dask is None else None}
            parts.write_manifest(folder, manifest)
            if told is not None:
                told(f"{cost}.")
        if retry_failed:
            # Said first: should this be killed, nobody takes for whole what is not.
            parts.write_manifest(folder, manifest | {"finished": False})
            parts.forget_failed(folder)
        found = Sweep(folder, manifest, _held=held)
        _work(found, asked, who, progress, told)
    return found


def sweep_cost(
    source: Source = "baseline",
    design: str | os.PathLike[str] | pd.DataFrame | Design = "lhs",
    n: int | None = None,
    *,
    workers: int | None = None,
    **asked: Any,
) -> Cost:
    """What a sweep would cost: draws, runs, twins, time and disk; its first draw is run twice to know.

    Args:
        source: As for :func:`sweep`, like all that follows.
        design: The design.
        n: Its size.
        workers: Workers on this machine.
        asked: What else says what is run: ``over``, ``at``, ``second_order``, ``seeds``, ``seed``, ``own_luck``,
            ``design_seed``, ``changes``, ``versus``, ``twins``, ``measures``, ``detail``, ``window``, ``evidence``,
            ``rivals``.

    Returns:
        The cost; printed, it is a sentence.

    Raises:
        ScenarioError: With every problem found in the scenario.
        SweepError: If the design cannot be made, or a name is unknown.
        TypeError: For an argument that is none of these.
    """
    return _asked(source, design, n, **asked).cost(_workers(workers))


def _workers(workers: int | None) -> int:
    """Workers on this machine."""
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}; it must be at least 1")
    return workers or os.cpu_count() or 1


def _asked(
    source: Source,
    design: str | os.PathLike[str] | pd.DataFrame | Design,
    n: int | None,
    *,
    over: Iterable[str] | None = None,
    at: Mapping[str, Iterable[float]] | None = None,
    second_order: bool = False,
    seeds: int = 2,
    seed: int = 1,
    own_luck: bool = False,
    design_seed: int = 1,
    changes: Mapping[str, Any] | None = None,
    versus: Iterable[str] | None = None,
    twins: bool = True,
    measures: Iterable[str] | None = None,
    detail: Iterable[str] = (),
    window: tuple[date, date] | None = None,
    evidence: Iterable[str] = (),
    rivals: bool = False,
) -> _Asked:
    """Checks what is asked for."""
    if seeds < 1:
        raise SweepError(f"seeds is {seeds}; every draw needs at least 1")
    check_counts(seed, seeds, None)
    scenario = load(source, changes)
    wanted = KEPT if measures is None else (measures,) if isinstance(measures, str) else tuple(measures)
    for name in wanted:
        if name not in REGISTRY:
            close = nearest(name, REGISTRY)
            hint = f" (did you mean {close!r}?)" if close else ""
            raise SweepError(f"there is no measure {name!r}{hint}; measures are {listed(REGISTRY, 80)}")
    details = (detail,) if isinstance(detail, str) else tuple(detail)
    for name in details:
        if name not in DETAILS:
            close = nearest(name, DETAILS)
            hint = f" (did you mean {close!r}?)" if close else ""
            raise SweepError(f"measures are not broken down by {name!r}{hint}; they can be by {', '.join(DETAILS)}")
    made = designs.make(scenario, design, n, over=over, at=at, second_order=second_order, seed=design_seed)
    lacking = policies_compared(scenario, versus)
    if versus is not None and not (twins and lacking):
        raise SweepError("versus names policies that twins lack; name at least one, or leave it out and have no twins")
    facts = chosen(evidence)
    if not wanted and not facts:
        raise SweepError("there is nothing to keep; name at least one measure, or evidence to hold runs against")
    if rivals and not (facts and twins and lacking):
        raise SweepError("rivals forecast evidence from twins; name evidence, and have twins that lack restrictions")
    plan = Plan(
        scenario,
        made.space.names,
        lacking if twins else (),
        tuple(dict.fromkeys(wanted)),
        details,
        _window(scenario, window),
        facts,
        own_luck,
        SHARES if rivals else (),
    )
    return _Asked(plan, made, tuple(range(seed, seed + seeds)))


def _work(
    found: Sweep,
    asked: _Asked,
    who: Any,
    progress: bool | Callable[[int, int], None],
    told: Callable[[str], None] | None,
) -> None:
    """Makes what is not there yet."""
    folder, manifest = found.folder, dict(found.manifest)
    there = parts.finished(folder)
    before = sum(runs_there(folder))
    left = (
        batch
        for batch in batches(
            asked.design,
            asked.plan.versus,
            asked.seeds,
            manifest["cost"]["batch_runs"],
            manifest["cost"]["unit_draws"],
            asked.plan.own_luck,
        )
        if batch.number not in there
    )
    if there and told is not None:
        told(f"{before:,} of {manifest['runs']:,} runs are there already.")
    session = {
        "started": datetime.now(UTC).isoformat(timespec="seconds"), "workers": type(who).__name__.lower(),
        "seconds": 0.0, "runs": 0, "simulations": 0, "work_seconds": 0.0, "engine_seconds": 0.0, "build_seconds": 0.0,
    }  # fmt: skip
    start = time.perf_counter()
    try:
        with Progress(progress) as bar:
            bar.expect(manifest["runs"])
            if before:
                bar.tell(before)
            with closing(who.outputs(asked.plan, left)) as outputs:
                for output in outputs:
                    parts.write(folder, output)
                    session["runs"] += len(output.runs)
                    session["simulations"] += output.spent.simulations
                    session["work_seconds"] += output.spent.whole
                    session["engine_seconds"] += output.spent.engine
                    session["build_seconds"] += output.spent.build
                    bar.tell(len(output.runs))
    except KeyboardInterrupt:
        found.interrupted = True
    finally:
        session["seconds"] = time.perf_counter() - start
        done, failed = runs_there(folder)
        manifest |= {"runs_done": done, "runs_failed": failed, "finished": done + failed == manifest["runs"]}
        if session["runs"]:
            manifest["sessions"] = [*manifest["sessions"], session]
        found.manifest = json.loads(json.dumps(manifest, default=plain))
    parts.write_manifest(folder, found.manifest)


def _window(scenario: Scenario, window: tuple[date, date] | None) -> tuple[date, date] | None:
    """The window, checked."""
    if window is None:
        return None
    try:
        first, last = (pd.Timestamp(day).date() for day in window)
    except (TypeError, ValueError):
        raise SweepError(f"window is {window!r}; give two dates, the first and the last") from None
    if first > last or last < scenario.time.start or first > scenario.time.end:
        raise SweepError(
            f"window is {first} to {last}; give a first and a last date within {scenario.time.start} to "
            f"{scenario.time.end}"
        )
    return first, last
