"""What a sweep will cost, before it is made: runs, time, disk."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.sweeps.designs import Design
from sim.sweeps.errors import SweepError
from sim.sweeps.plan import MOST_DRAWS_A_UNIT, Batch, Plan, Unit
from sim.sweeps.plan import counts as plan_counts
from sim.sweeps.simulate import simulate

BATCH_SECONDS = 10.0
"""Work of a batch: what a killed worker loses at most, and long beside what handing it over takes."""
MOST_PARTS = 4000
"""Parts on disk above which batches grow: folders with more files are slow to read."""
MOST_RUNS = 500
"""Runs of a batch, at most."""
LEAST_BATCHES = 8
"""Batches a worker, at least, so that all of them end at about the same time."""
LEAST_UNITS, LEAST_DRAWS_A_UNIT = 2, 4
"""Units a worker, at least, unless they had fewer draws than this: each unit makes its twin anew."""
OF_A_CLUSTER = 16
"""Workers that a cluster is taken to have, as they come and go."""
TRIED = 5
"""Draws that may fail before an estimate is given up."""
SHARE_OF_CLOCK = 0.9
"""How much of the time of several workers is work; the rest goes into starting them and waiting for each other."""


@dataclass(frozen=True)
class Cost:
    """What a sweep will cost, estimated from its first run and twin.

    Attributes:
        draws: Number of draws.
        seeds: Number of seeds of each draw.
        runs: Draws times seeds.
        twins: Twins, shared by runs that differ only in what twins lack.
        seconds: Time on the clock; NaN where the workers are not on this machine.
        megabytes: Room on disk.
        workers: Number of workers; 0 for a cluster.
        batch_runs: Runs of a batch.
        unit_draws: Most draws that share a twin.
        run_seconds: Seconds of work of a run with its share of twins.
    """

    draws: int
    seeds: int
    runs: int
    twins: int
    seconds: float
    megabytes: float
    workers: int
    batch_runs: int
    unit_draws: int
    run_seconds: float

    def __str__(self) -> str:
        """In words."""
        each = "1 seed" if self.seeds == 1 else f"{self.seeds} seeds"
        twins = f" and {self.twins:,} twins" if self.twins else ""
        told = f"{self.draws:,} draws × {each} = {self.runs:,} runs{twins}"
        if self.workers:
            several = "1 worker" if self.workers == 1 else f"{self.workers} workers"
            told += f": about {duration(self.seconds)} with {several}"
        else:
            told += f": about {duration(self.runs * self.run_seconds)} of work for one processor like this one"
        return f"{told}, {size(self.megabytes)} on disk"


def share_twins(draws: int, seeds: int, workers: int) -> int:
    """Most draws that share a twin, so that every worker has something to do.

    Args:
        draws: Draws of the sweep.
        seeds: Seeds a draw.
        workers: Workers; 0 for a cluster.
    """
    even = math.ceil(draws * seeds / (LEAST_UNITS * (workers or OF_A_CLUSTER)))
    return max(LEAST_DRAWS_A_UNIT, min(MOST_DRAWS_A_UNIT, even))


def estimate(plan: Plan, design: Design, seeds: tuple[int, ...], workers: int) -> Cost:
    """Estimates the cost of a sweep from one of its runs.

    A run is made twice, since the first may have to wait for the compiler: that of the first draw, or of the first of
    some that does not fail.

    Args:
        plan: What all runs have in common.
        design: The draws.
        seeds: Seeds of each draw.
        workers: Workers on this machine; 0 for a cluster.

    Returns:
        The cost.

    Raises:
        SweepError: If each of some draws fails.
    """
    unit_draws = share_twins(len(design.values), len(seeds), workers)
    counts = plan_counts(design, plan.versus, seeds, unit_draws, plan.own_luck)
    errors: list[str] = []
    for draw in np.unique(np.linspace(0, len(design.values) - 1, TRIED).astype(int)).tolist():
        one = Batch(0, (Unit(seeds[0], (draw,)),), {draw: design.values[draw]})
        error = simulate(plan, one).runs["error"][0].as_py()
        if not error:
            break
        errors.append(error)
    else:
        raise SweepError(f"all of {len(errors)} draws that were tried fail; the first with: {errors[0]}")
    found = simulate(plan, one)
    spent = found.spent
    share = 1.0 / spent.simulations if spent.simulations else 1.0
    # A twin that is shared is not made again; what is not engine is for the run.
    rest = spent.whole - spent.engine
    seconds = counts["runs"] * (rest + spent.engine * share) + counts["twins"] * spent.engine * share
    each = seconds / counts["runs"]
    parts = counts["runs"] * max(each, 1e-6) / BATCH_SECONDS
    batch_seconds = BATCH_SECONDS * max(1.0, parts / MOST_PARTS)
    even = math.ceil(counts["runs"] / (LEAST_BATCHES * (workers or OF_A_CLUSTER)))
    batch_runs = max(1, min(MOST_RUNS, even, round(batch_seconds / max(each, 1e-6))))
    room = counts["runs"] * _bytes(found.measures, batch_runs)
    clock = seconds / workers / (SHARE_OF_CLOCK if workers > 1 else 1.0) if workers else float("nan")
    return Cost(
        draws=counts["draws"],
        seeds=len(seeds),
        runs=counts["runs"],
        twins=counts["twins"],
        seconds=clock,
        megabytes=room / 1e6,
        workers=workers,
        batch_runs=batch_runs,
        unit_draws=unit_draws,
        run_seconds=each,
    )


def _bytes(measures: pa.Table, runs: int) -> float:
    """Room that a run takes in a part: its numbers, and its share of what a file needs in any case."""
    sink = io.BytesIO()
    pq.write_table(measures.slice(0, 0), sink, compression="zstd")
    numbers = sum(
        measures[name].null_count * 0 + 8 * (len(measures) - _nan(measures[name])) for name in ("value", "twin")
    )
    return numbers + (2.0 * sink.tell()) / runs + 16.0


def _nan(column: pa.ChunkedArray) -> int:
    """Number of values that are no number, which take no room to speak of."""
    return int(pc.sum(pc.is_nan(column)).as_py() or 0)


def duration(seconds: float) -> str:
    """Seconds in words.

    Args:
        seconds: At least 0.

    Example:
        >>> duration(7), duration(100), duration(9000)
        ('7 s', '2 min', '2 h 30 min')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def size(megabytes: float) -> str:
    """Megabytes in words.

    Args:
        megabytes: At least 0.

    Example:
        >>> size(0.2), size(12.3), size(3400)
        ('under 1 MB', '12 MB', '3.4 GB')
    """
    if megabytes < 1:
        return "under 1 MB"
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"
