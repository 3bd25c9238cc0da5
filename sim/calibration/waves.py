"""Waves of a calibration: draws by prior or emulator, runs of a sweep, and what they teach the next wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.emulator import Emulator
from sim.calibration.goal import Goal
from sim.calibration.plan import CalibrationError, Plan
from sim.calibration.posterior import draw_posterior
from sim.declare.errors import listed
from sim.sweeps.designs import lhs
from sim.sweeps.stored import Sweep
from sim.sweeps.sweep import sweep

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Wave:
    """Draws that were run.

    Attributes:
        positions: float64 (run, factor), 0 to 1: probabilities in the priors.
        values: float64 (run, factor), in each factor's unit.
        seeds: int64 (run,), of luck.
        facts: float64 (run, fact), what the facts are in each run; NaN where undefined.
    """

    positions: Float
    values: Float
    seeds: NDArray[np.int64]
    facts: Float


def first_positions(plan: Plan) -> Float:
    """Draws of the prior: a Latin hypercube (McKay, Beckman and Conover 1979).

    Args:
        plan: What is asked for.

    Returns:
        float64 (draw, factor), 0 to 1.
    """
    return lhs(plan.space, plan.waves[0], plan.seed).positions


def next_positions(plan: Plan, number: int, emulator: Emulator, goal: Goal) -> Float:
    """Draws of a wave after the first, in proportion to prior times expected agreement.

    Args:
        plan: What is asked for.
        number: Number of the wave, from 1.
        emulator: What the waves before it teach.
        goal: What is aimed at.

    Returns:
        float64 (draw, factor), 0 to 1.
    """
    return draw_posterior(
        lambda positions: expected(goal, emulator, positions),
        len(plan.space.factors),
        plan.waves[number],
        seed=plan.seed * len(plan.waves) + number,
        strength=plan.strength(number),
    )


def expected(goal: Goal, emulator: Emulator, positions: Float) -> Float:
    """Log of the agreement that an emulator expects of draws, luck included.

    Args:
        goal: What is aimed at.
        emulator: The emulator.
        positions: float64 (draw, factor), 0 to 1.

    Returns:
        float64 (draw,).
    """
    return goal.expected(emulator.predict(positions), emulator.spread)


def learn(waves: Sequence[Wave], goal: Goal) -> Emulator:
    """The emulator of all runs so far.

    Args:
        waves: Waves that were run.
        goal: What is aimed at.
    """
    return Emulator.fit(
        np.concatenate([wave.positions for wave in waves]), np.concatenate([goal.logs(wave.facts) for wave in waves])
    )


def simulated(plan: Plan, number: int, positions: Float, folder: Path | None, **how: Any) -> Wave:
    """Runs the draws of a wave.

    Args:
        plan: What is asked for.
        number: Number of the wave, from 0.
        positions: float64 (draw, factor), 0 to 1.
        folder: Folder of the calibration; the wave goes on there where it was stopped. None for none.
        how: What else :func:`sim.sweeps.sweep.sweep` takes: ``workers``, ``threads``, ``dask``, ``progress``, ``told``.

    Returns:
        The runs that did not fail.

    Raises:
        KeyboardInterrupt: If the user stopped it; what was done is kept in the folder.
    """
    values = plan.space.values(positions)
    found = sweep(
        plan.scenario,
        pd.DataFrame(values, columns=list(plan.space.names)),
        seeds=1,
        seed=plan.first_seed(number),
        own_luck=True,
        twins=False,
        measures=(),
        evidence=list(plan.facts),
        out=None if folder is None else folder / f"wave-{number + 1}",
        **how,
    )
    if not found.finished:
        raise KeyboardInterrupt
    return read_wave(plan, found, positions)


def read_wave(plan: Plan, found: Sweep, positions: Float) -> Wave:
    """The runs of a sweep that did not fail.

    Args:
        plan: What is asked for.
        found: The sweep.
        positions: float64 (draw, factor), its draws.

    Raises:
        CalibrationError: Where no run has a value of some fact.
    """
    frame = found.frame(list(plan.facts))
    _all_defined(plan, found, frame)
    draw = frame["draw"].to_numpy(np.int64)
    return Wave(
        positions[draw],
        plan.space.values(positions)[draw],
        frame["seed"].to_numpy(np.int64),
        frame[list(plan.facts)].to_numpy(np.float64),
    )


def _all_defined(plan: Plan, found: Sweep, frame: pd.DataFrame) -> None:
    """Tells of facts that no run has."""
    if not len(frame):
        raise CalibrationError(f"all runs of the first wave fail; the first with: {found.runs['error'].iloc[0]}")
    missing = [name for name in plan.facts if frame[name].isna().all()]
    if missing:
        rows = found.measures[found.measures["measure"].astype("str").isin(missing)]
        reasons = dict(zip(rows["measure"].astype("str"), rows["reason"].astype("str"), strict=True))
        told = "; ".join(f"{name}: {reasons[name]}" for name in missing[:5])
        raise CalibrationError(f"no run has a value of {listed(missing, 8)} ({told}); leave such facts out")
