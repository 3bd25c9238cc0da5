"""`calibrate`: draws of the uncertain parameters that agree with the evidence."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration import identify
from sim.calibration.emulator import Emulator
from sim.calibration.goal import Goal
from sim.calibration.plan import CalibrationError, Plan
from sim.calibration.plotting import Plots
from sim.calibration.posterior import draw_posterior, effective, resampled
from sim.calibration.waves import Wave, expected, first_positions, learn, next_positions, simulated
from sim.declare.carried import carried
from sim.declare.plain import plain
from sim.experiments import store
from sim.experiments.ensemble import FOLDER, Ensemble, read_ensemble
from sim.experiments.store import code
from sim.observables.reading import chosen
from sim.scenario.loading import Source
from sim.scenario.model import Scenario
from sim.sweeps.space import Space

if TYPE_CHECKING:
    from distributed import Client

Float = NDArray[np.float64]

WAVES = (1000, 700, 700)
"""Draws of each wave, unless told otherwise."""
SIZE = 200
"""Draws of an ensemble, unless told otherwise."""
TABLES = ("parameters", "fit", "ridges", "directions", "runs")
"""Tables of a calibration besides its draws, each a file."""
DRAWN = 4_000
"""Draws of the last emulator, from which ridges are read."""
WORDS = ("parameter", "path", "fact", "text", "unit", "bound", "first", "second", "combination")
"""Columns of the tables that hold words, a unit such as 1 too."""
QUANTILES = (0.05, 0.5, 0.95)
"""Ends and middle of a 90% interval."""


@dataclass(frozen=True, repr=False)
class Calibration:
    """A calibration: its ensemble, and what it was made of.

    Attributes:
        ensemble: The draws.
        parameters: One row a parameter: ``parameter``, ``path``, ``prior_low``, ``prior``, ``prior_high`` (5%, 50% and
            95% quantiles), ``low``, ``median``, ``high`` (of the ensemble), ``position_low``,
            ``position_median``, ``position_high`` (the same as probabilities in the prior), ``narrowed`` (one less the
            ratio of the widths on the scale of prior probabilities: 0 for nothing learned, below 0 for less than the
            prior knew).
        fit: One row a fact: ``fact``, ``text``, ``unit``, ``evidence``, ``bound``, ``low``, ``median``, ``high`` (90%
            interval of runs of the ensemble, luck included), ``explained`` (share of the variance over draws that the
            emulator explains), ``spread`` (standard deviation of the log of a run about it).
        ridges: Pairs of parameters that facts tie together, see :func:`sim.calibration.identify.ridges`.
        directions: Combinations of parameters that facts know best, see :func:`sim.calibration.identify.directions`.
        runs: One row a draw of the ensemble, in its order: ``seed`` (of luck) and what each fact was in its run, by id.
        manifest: What makes it again.
        folder: Where it is kept; None for nowhere.
    """

    ensemble: Ensemble
    parameters: pd.DataFrame
    fit: pd.DataFrame
    ridges: pd.DataFrame
    directions: pd.DataFrame
    runs: pd.DataFrame
    manifest: Mapping[str, Any]
    folder: Path | None = None

    def __repr__(self) -> str:
        """What it is."""
        runs = sum(self.manifest["waves"])
        effective_draws = self.manifest["effective_draws"]
        return (
            f"<Calibration of {self.manifest['scenario_name']}: {len(self.parameters)} parameters, "
            f"{len(self.fit)} facts, {runs:,} runs, {effective_draws:.0f} effective draws>"
        )

    @property
    def plot(self) -> Plots:
        """Figures."""
        return Plots(self)


def calibrate(
    source: Source = "baseline",
    *,
    out: str | os.PathLike[str] | None = None,
    evidence: Iterable[str] = ("fit",),
    over: Iterable[str] | None = None,
    changes: Mapping[str, Any] | None = None,
    waves: Iterable[int] = WAVES,
    size: int = SIZE,
    seed: int = 1,
    workers: int | None = None,
    threads: bool = False,
    dask: str | Client | None = None,
    progress: bool | Callable[[int, int], None] = False,
    told: Callable[[str], None] | None = None,
) -> Calibration:
    """Draws the uncertain parameters of a scenario in proportion to prior times agreement with the evidence.

    The first wave runs draws of the prior. From its runs an emulator learns what each fact is at a draw, and how far
    luck takes a run from it. Each further wave runs draws in proportion to prior times the agreement that the emulator
    expects, and teaches it more. Draws of the last wave are weighted by what the last emulator makes of them over what
    the one that drew them did: where the two agree the weights are even, which tells that the emulator has settled.

    This is a sequential synthetic likelihood (Wood 2010, Nature 466) by an emulator, as in history matching (Vernon,
    Goldstein and Bower 2010, Bayesian Analysis 5), with an error of the evidence (Wilkinson 2013). A fact further off
    than three tolerances pulls no more.

    Every run has luck of its own. The same call gives the same ensemble, whatever the workers; stopped, it goes on
    where it was.

    Args:
        source: Name of a shipped scenario, path of a file, plain data, or a scenario.
        out: Folder to write to, or to go on in.
        evidence: Facts to fit: ids, or roles.
        over: Entries of `uncertain` to draw; all by default.
        changes: Values by dotted path, laid over the scenario.
        waves: Draws of each wave, two waves or more.
        size: Draws of the ensemble.
        seed: Seed of draws, chains and luck.
        workers: Workers on this machine; as many as there are processors by default.
        threads: Whether workers are threads; processes by default.
        dask: Address of a Dask scheduler, or a client, instead of this machine.
        progress: True for a progress bar on the terminal, or a function of (done, all) runs of a wave.
        told: Called with a sentence before each wave.

    Returns:
        The calibration.

    Raises:
        ScenarioError: With every problem found in the scenario.
        EvidenceError: For facts that there are not.
        CalibrationError: For facts that cannot be fitted, or numbers out of range.
        SweepError: If there is nothing to draw, or the folder holds another calibration.
        OutputError: If the folder cannot be written or the disk is full.
        KeyboardInterrupt: If the user stopped it; the folder keeps what was done.

    Example:
        >>> found = calibrate("small", evidence=["F14c"], waves=(12, 12), size=8, workers=1)
        ... # doctest: +SKIP
    """
    plan = Plan.of(source, changes=changes, over=over, evidence=evidence, waves=waves, size=size, seed=seed)
    held = TemporaryDirectory(prefix="sim-calibration-") if out is None else None
    folder = Path(held.name if held is not None else out or "")
    goal, done = plan.goal, []
    how = {"workers": workers, "threads": threads, "dask": dask, "progress": progress}
    for number, draws in enumerate(plan.waves):
        if number == 0:
            positions = first_positions(plan)
        else:
            emulator = learn(done, goal)
            positions = next_positions(plan, number, emulator, goal)
        if told is not None:
            drawn_by = "the emulator" if number else "the prior"
            told(f"Wave {number + 1} of {len(plan.waves)}: {draws:,} draws of {drawn_by}.")
        done.append(simulated(plan, number, positions, folder, told=told, **how))
    found = _gathered(plan, done, goal, emulator, learn(done, goal))
    if held is not None:
        held.cleanup()
        return found
    save(found, folder)
    return Calibration(**{**vars(found), "folder": folder})


def _gathered(plan: Plan, done: list[Wave], goal: Goal, before: Emulator, emulator: Emulator) -> Calibration:
    """The ensemble and the tables."""
    last = done[-1]
    weights = expected(goal, emulator, last.positions) - expected(goal, before, last.positions)
    rows = resampled(weights, plan.size, plan.seed)
    names = list(plan.space.names)
    manifest = {
        "kind": "calibration",
        "scenario_name": plan.scenario.name,
        "scenario": plan.scenario.to_dict(),
        "scenario_hash": plan.scenario.hash,
        "factors": plan.space.to_plain(),
        "facts": list(plan.facts),
        "waves": list(plan.waves),
        "size": plan.size,
        "seed": plan.seed,
        "code": code(),
        "effective_draws": effective(weights),
        "distinct_draws": int(np.unique(rows).size),
    }
    # Correlations need more draws than runs: the last emulator has any number of them.
    many = draw_posterior(
        lambda positions: expected(goal, emulator, positions), len(names), DRAWN, seed=plan.seed * len(done) + len(done)
    )
    ensemble = Ensemble("calibrated", pd.DataFrame(last.values[rows], columns=names), manifest)
    return Calibration(
        ensemble,
        _parameters(plan, last.positions[rows], ensemble.draws),
        _fit(plan, last.facts[rows], emulator),
        identify.ridges(many, names),
        identify.directions(many, names),
        pd.DataFrame(last.facts[rows], columns=list(plan.facts)).assign(seed=last.seeds[rows]),
        manifest,
    )


def _parameters(plan: Plan, positions: Float, draws: pd.DataFrame) -> pd.DataFrame:
    """Prior and ensemble of each parameter."""
    prior = plan.space.values(np.repeat(np.array(QUANTILES)[:, None], len(plan.space.factors), axis=1))
    low, median, high = np.quantile(draws.to_numpy(), QUANTILES, axis=0)
    places = np.quantile(positions, QUANTILES, axis=0)
    return pd.DataFrame(
        {
            "parameter": plan.space.names,
            "path": [factor.path for factor in plan.space.factors],
            "prior_low": prior[0],
            "prior": prior[1],
            "prior_high": prior[2],
            "low": low,
            "median": median,
            "high": high,
            "position_low": places[0],
            "position_median": places[1],
            "position_high": places[2],
            "narrowed": 1.0 - (places[2] - places[0]) / (QUANTILES[2] - QUANTILES[0]),
        }
    )


def _fit(plan: Plan, facts: Float, emulator: Emulator) -> pd.DataFrame:
    """The facts in runs of the ensemble."""
    low, median, high = np.nanquantile(facts, QUANTILES, axis=0)
    chosen = plan.facts.values()
    return pd.DataFrame(
        {
            "fact": [each.label for each in chosen],
            "text": [each.text for each in chosen],
            "unit": [each.unit for each in chosen],
            "evidence": [each.value for each in chosen],
            "bound": [each.bound for each in chosen],
            "low": low,
            "median": median,
            "high": high,
            "explained": emulator.explained,
            "spread": emulator.spread,
        }
    )


def plan_of(found: Calibration) -> Plan:
    """What a calibration was asked to do.

    Args:
        found: A calibration.
    """
    known = found.manifest
    return Plan(
        Scenario.from_data(known["scenario"]),
        Space.from_plain(known["factors"]),
        chosen(known["facts"]),
        tuple(known["waves"]),
        known["size"],
        known["seed"],
    )


def open_calibration(source: str | os.PathLike[str] | Calibration) -> Calibration:
    """Opens a calibration.

    Args:
        source: The folder that it was written to, the name of one that comes with the package, or the calibration
            itself.

    Returns:
        The calibration.

    Raises:
        CalibrationError: If there is none, or it is not finished.
    """
    if isinstance(source, Calibration):
        return source
    folder = Path(source)
    shipped = carried("seeds") / FOLDER / folder
    folder = shipped if not folder.exists() and shipped.is_dir() else folder
    if not (folder / "ensemble.json").is_file():
        raise CalibrationError(f"{folder} holds no finished calibration; give what sim calibrate --out DIR wrote")
    ensemble = read_ensemble(folder)
    tables = [store.read_table(folder / f"{name}.csv", WORDS) for name in TABLES]
    return Calibration(ensemble, *tables, ensemble.manifest, folder)


def save(found: Calibration, folder: Path) -> None:
    """Writes ensemble, tables and manifest beside the waves.

    Args:
        found: A calibration.
        folder: Its folder.
    """
    for name, table in (("ensemble", found.ensemble.draws), *((name, getattr(found, name)) for name in TABLES)):
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    text = json.dumps(found.manifest, default=plain, indent=1, sort_keys=True)
    (folder / "ensemble.json").write_text(text + "\n", encoding="utf-8")
