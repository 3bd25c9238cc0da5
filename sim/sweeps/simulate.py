"""The work of a sweep: a batch is simulated and measured, wherever that happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from sim.engine import Cancelled, Engine
from sim.measures.frame import columns
from sim.measures.view import View
from sim.observables.columns import evidence_columns, joined
from sim.scenario.model import Scenario
from sim.sweeps.plan import Batch, Plan, Unit
from sim.world.build import build, with_policies
from sim.world.columns import World
from sim.world.records import Records

TEXT = pa.dictionary(pa.int32(), pa.string())
MEASURES = pa.schema(
    [
        ("draw", pa.int64()),
        ("seed", pa.int64()),
        ("measure", TEXT),
        ("side", TEXT),
        ("product", TEXT),
        ("by", TEXT),
        ("item", TEXT),
        ("value", pa.float64()),
        ("twin", pa.float64()),
        ("above", pa.float64()),
        ("reason", TEXT),
    ]
)
"""Columns of measures, one row a value: as in :func:`sim.measures.frame.measures`, with draw and seed."""
RUNS = pa.schema([("draw", pa.int64()), ("seed", pa.int64()), ("status", TEXT), ("error", pa.string())])
"""Columns of runs, one row a run: ``status`` is ``"done"`` or ``"failed"``, ``error`` says why, or is empty."""
DONE, FAILED = "done", "failed"
Columns = Mapping[str, Sequence[Any]]
"""Measures of a run by column."""


@dataclass(frozen=True)
class Spent:
    """Where the time of a batch went, in seconds on the clock of its worker.

    Attributes:
        whole: From the first run to the last.
        engine: In the ticks of runs and twins.
        build: In drawing worlds.
        simulations: Runs and twins made.
    """

    whole: float
    engine: float
    build: float
    simulations: int


@dataclass(frozen=True)
class Output:
    """What a batch gives.

    Attributes:
        number: Number of the batch.
        measures: Rows of :data:`MEASURES`.
        runs: Rows of :data:`RUNS`, in the order of the batch.
        spent: Where the time went.
    """

    number: int
    measures: pa.Table
    runs: pa.Table
    spent: Spent


def simulate(plan: Plan, batch: Batch, cancel: Callable[[], bool] | None = None) -> Output:
    """Simulates a batch.

    A run that fails is a row that says why; the others go on.

    Args:
        plan: What all runs have in common.
        batch: Draws and seeds.
        cancel: Asked before every tick; the work stops where it says True.

    Returns:
        Rows of all its runs; the same for the same arguments, wherever and beside whatever they are made.

    Raises:
        Cancelled: Where ``cancel`` said so.
    """
    clock = _Clock()
    found: list[tuple[int, int, Columns]] = []
    rows: list[tuple[int, int, str, str]] = []
    for unit in batch.units:
        for draw, measured, error in _unit(plan, batch, unit, clock, cancel):
            rows.append((draw, unit.seed, FAILED if error else DONE, error))
            if measured is not None:
                found.append((draw, unit.seed, measured))
    return Output(batch.number, measures_table(found), runs_table(rows), clock.spent())


def failed(batch: Batch, error: str) -> Output:
    """What a batch gives of which no run could be made.

    Args:
        batch: The batch.
        error: Why.
    """
    rows = [(draw, unit.seed, FAILED, error) for unit in batch.units for draw in unit.draws]
    return Output(batch.number, measures_table([]), runs_table(rows), Spent(0.0, 0.0, 0.0, 0))


def measures_table(found: Sequence[tuple[int, int, Columns]]) -> pa.Table:
    """Measures of runs as one table of :data:`MEASURES`.

    Args:
        found: Draw, seed and measures of each run.
    """
    lengths = [len(each["value"]) for _, _, each in found]
    arrays = []
    for field in MEASURES:
        if field.name in ("draw", "seed"):
            numbers = np.array([run[field.name == "seed"] for run in found], np.int64)
            arrays.append(pa.array(np.repeat(numbers, lengths), field.type))
            continue
        whole = list(chain.from_iterable(each[field.name] for _, _, each in found))
        if pa.types.is_dictionary(field.type):
            arrays.append(pa.array(whole, pa.string()).dictionary_encode().cast(field.type))
        else:
            arrays.append(pa.array(np.array(whole, np.float64), field.type, from_pandas=False))
    return pa.Table.from_arrays(arrays, schema=MEASURES)


def runs_table(rows: list[tuple[int, int, str, str]]) -> pa.Table:
    """Rows of runs as a table of :data:`RUNS`.

    Args:
        rows: Draw, seed, status and error of each.
    """
    draws, seeds, status, errors = zip(*rows, strict=True) if rows else ((), (), (), ())
    codes = np.array([0 if each == DONE else 1 for each in status], np.int32)
    coded = pa.DictionaryArray.from_arrays(codes, pa.array([DONE, FAILED], pa.string()))
    arrays = [pa.array(draws, pa.int64()), pa.array(seeds, pa.int64()), coded, pa.array(errors, pa.string())]
    return pa.Table.from_arrays(arrays, schema=RUNS)


class _Clock:
    """Adds up where time goes."""

    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.engine = self.build = 0.0
        self.simulations = 0

    def spent(self) -> Spent:
        return Spent(time.perf_counter() - self.start, self.engine, self.build, self.simulations)


def _unit(
    plan: Plan, batch: Batch, unit: Unit, clock: _Clock, cancel: Callable[[], bool] | None
) -> Iterator[tuple[int, Columns | None, str]]:
    """Draw, measures and error of each run of a unit."""
    shared = _Shared(plan, unit.seed, clock, cancel)
    for draw in unit.draws:
        try:
            yield draw, shared.measured(plan.drawn(batch.values[draw])), ""
        except (Cancelled, KeyboardInterrupt):
            raise
        # Whatever goes wrong in one run of thousands is told in its row, and takes no other with it.
        except Exception as error:
            yield draw, None, _told(error)


class _Shared:
    """One world and one twin for draws that differ only in the policies that the twin lacks."""

    def __init__(self, plan: Plan, seed: int, clock: _Clock, cancel: Callable[[], bool] | None) -> None:
        self._plan, self._seed, self._clock, self._cancel = plan, seed, clock, cancel
        self._world: World | None = None
        self._twin: View | None = None

    def measured(self, scenario: Scenario) -> Columns:
        """Measures of a run."""
        start = time.perf_counter()
        if self._world is None:
            self._world = build(scenario, self._seed)
            world = self._world
        else:
            world = with_policies(self._world, scenario)
        self._clock.build += time.perf_counter() - start
        run, twin = self._simulated(world)
        plan = self._plan
        found: Columns = {}
        if plan.measures or not plan.facts:
            found = columns(run, twin, window=plan.window, only=plan.measures, parts=plan.detail)
        return joined(found, evidence_columns(run, twin, plan.facts, plan.shares)) if plan.facts else found

    def _simulated(self, world: World) -> tuple[Records, View | None]:
        """A run and its twin, which is made with the first run and parts from it as late as it can."""
        start = time.perf_counter()
        engine = Engine(world)
        if self._plan.versus and self._twin is None:
            parting = engine.parts_at(self._plan.versus)
            while engine.tick < parting and not engine.finished:
                self._check()
                engine.step()
            # The twin goes first: should the run fail, the other draws have it all the same.
            self._twin = View(engine.fork(self._plan.versus).run(self._cancel))
            self._clock.simulations += 1
        run = engine.run(self._cancel)
        self._clock.simulations += 1
        self._clock.engine += time.perf_counter() - start
        return run, self._twin

    def _check(self) -> None:
        """Stops between two ticks."""
        if self._cancel is not None and self._cancel():
            raise Cancelled


def _told(error: Exception) -> str:
    """An error in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {' '.join(lines)}"[:500] if lines else type(error).__name__
