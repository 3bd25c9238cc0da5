"""`recover`: hide known truths, keep only their customs ledgers, and see which parameters come back."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from sim.calibration.calibrate import Calibration, open_calibration, plan_of
from sim.calibration.emulator import Emulator
from sim.calibration.goal import Goal
from sim.calibration.plan import CalibrationError, Plan
from sim.calibration.posterior import draw_posterior
from sim.calibration.waves import Wave, expected, first_positions, read_wave, simulated
from sim.declare.carried import carried
from sim.experiments.ensemble import FOLDER
from sim.observables.reading import Observable, chosen
from sim.sweeps.designs import lhs
from sim.sweeps.stored import open_sweep

if TYPE_CHECKING:
    from distributed import Client

Float = NDArray[np.float64]

TRUTHS = 24
"""Truths that are hidden, unless told otherwise."""
DRAWS = 60
"""Draws of the second wave of each truth, unless told otherwise."""
KEPT = 400
"""Draws of each truth's posterior from which its interval is taken."""
LEVEL = 0.9
"""Level of the intervals."""
COMES_BACK, PARTLY, NARROWED = 0.7, 0.4, 0.05
"""Correlations of truths with their estimates from which a parameter is said to come back, or to come back in part; in
part
only where its interval is narrowed so much: of 24 truths one in twenty has such a correlation by chance."""
_TRUTH_SEED = 500_000
"""Offset of the seeds of truths from those of the calibration."""


@dataclass(frozen=True, repr=False)
class Recovery:
    """What came back of truths that were hidden.

    Attributes:
        truths: One row a truth and parameter: ``truth``, ``parameter``, ``value``, ``low``, ``median``, ``high`` (90%
            interval of the posterior), ``held`` (whether the interval holds the value), and the same as probabilities
            in the prior: ``position``, ``position_low``, ``position_median``, ``position_high``.
        parameters: One row a parameter: ``parameter``, ``path``, ``held`` (share of truths held), ``narrowed`` (mean of
            one less the width of the interval over that of the prior), ``correlation`` (of the true position with the
            median of the posterior, over truths), ``verdict``.
        ridges: One row a pair that the figures tie together: ``first``, ``second``, ``correlation`` (of normal scores
            in the posterior, mean over truths), strongest first.
        facts: Ids of the facts that were kept of each truth.
    """

    truths: pd.DataFrame
    parameters: pd.DataFrame
    ridges: pd.DataFrame
    facts: tuple[str, ...]

    def __repr__(self) -> str:
        """What it came to."""
        return (
            f"<Recovery of {self.truths['truth'].nunique()} truths: 90% intervals hold {self.coverage:.0%} of "
            f"{len(self.truths)} values>"
        )

    @property
    def coverage(self) -> float:
        """Share of all values that their 90% intervals hold."""
        return float(self.truths["held"].mean())

    @property
    def coverage_learned(self) -> float:
        """The same over the parameters of which something is learned: those narrowed by a tenth or more."""
        learned = self.parameters.loc[self.parameters["narrowed"] >= 0.1, "parameter"]
        return float(self.truths.loc[self.truths["parameter"].isin(learned), "held"].mean())

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes the three tables as CSV, and the facts as JSON.

        Args:
            folder: Where to.

        Returns:
            The folder.
        """
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        for name in ("truths", "parameters", "ridges"):
            getattr(self, name).to_csv(path / f"{name}.csv", index=False, lineterminator="\n", float_format="%.6g")
        (path / "facts.json").write_text(json.dumps(list(self.facts)) + "\n", encoding="utf-8")
        return path


def open_recovery(source: str | os.PathLike[str]) -> Recovery:
    """Opens what a recovery came to.

    Args:
        source: Folder that it was saved to, or the name of a calibration that comes with the package.

    Raises:
        CalibrationError: If there is none.
    """
    folder = Path(source)
    shipped = carried("seeds") / FOLDER / folder / "recovery"
    folder = shipped if not folder.exists() and shipped.is_dir() else folder
    if not (folder / "facts.json").is_file():
        raise CalibrationError(f"{folder} holds no recovery; give what sim recover --out DIR wrote")
    tables = [pd.read_csv(folder / f"{name}.csv") for name in ("truths", "parameters", "ridges")]
    return Recovery(*tables, tuple(json.loads((folder / "facts.json").read_text(encoding="utf-8"))))


def recover(
    source: str | os.PathLike[str],
    *,
    truths: int = TRUTHS,
    draws: int = DRAWS,
    evidence: Iterable[str] | None = None,
    seed: int = 1,
    workers: int | None = None,
    threads: bool = False,
    dask: str | Client | None = None,
    progress: bool | Callable[[int, int], None] = False,
    told: Callable[[str], None] | None = None,
    out: str | os.PathLike[str] | None = None,
) -> Recovery:
    """Hides known parameters, keeps what customs would have recorded of them, and calibrates as if they were not known.

    Truths are drawn from the priors and run. Of each run only official figures are kept, off by as much as the
    tolerance of the evidence says. The calibration of a truth has two waves: the first is that of the calibration in
    the folder, whose draws of the prior serve all truths; the second is its own.

    Args:
        source: Folder of a finished calibration.
        truths: Truths hidden.
        draws: Draws of the second wave of each.
        evidence: Facts kept of each truth: ids, or roles; those of the calibration that are customs figures by default.
        seed: Seed of truths, errors, chains and luck.
        workers: Workers on this machine; as many as there are processors by default.
        threads: Whether workers are threads; processes by default.
        dask: Address of a Dask scheduler, or a client.
        progress: True for a progress bar, or a function of (done, all) runs.
        told: Called with a sentence before each step.
        out: Folder to write runs to, or to go on in.

    Returns:
        What came back.

    Raises:
        CalibrationError: If the folder holds no calibration, or numbers are out of range.
        OutputError: If the folder cannot be written or the disk is full.
        KeyboardInterrupt: If the user stopped it; the folder keeps what was done.
    """
    if truths < 2 or draws < 2:
        raise CalibrationError(f"truths is {truths} and draws {draws}; both must be at least 2")
    of = open_calibration(source)
    plan = replace(plan_of(of), facts=_kept(of, evidence))
    how: dict[str, Any] = {"workers": workers, "threads": threads, "dask": dask, "progress": progress}
    held = TemporaryDirectory(prefix="sim-recovery-") if out is None else None
    folder = Path(held.name if held is not None else out or "")
    say = told or (lambda _: None)
    bank = _bank(plan, of)
    hidden = _hidden(plan, truths, seed, folder, say, how)
    figures = _figures(plan, hidden, seed)
    goals = [_goal(plan, row) for row in figures]
    emulator = Emulator.fit(bank.positions, goals[0].logs(bank.facts))
    first = [_posterior(goal, emulator, plan, seed + number, draws) for number, goal in enumerate(goals)]
    say(f"The second waves: {truths} truths of {draws} draws each.")
    later = replace(plan, seed=plan.seed + 1 + seed, waves=(truths * draws, 2))
    second = simulated(later, 0, np.concatenate(first), folder / "second", told=told, **how)
    of_truth = _owner(second.positions, first)
    estimates = []
    for number, goal in enumerate(goals):
        mine = of_truth == number
        positions = np.concatenate([bank.positions, second.positions[mine]])
        taught = Emulator.fit(positions, goal.logs(np.concatenate([bank.facts, second.facts[mine]])))
        estimates.append(_posterior(goal, taught, plan, seed + number, KEPT))
    if held is not None:
        held.cleanup()
    return _gathered(plan, hidden, estimates)


def _kept(of: Calibration, evidence: Iterable[str] | None) -> Mapping[str, Observable]:
    """The facts that are kept of each truth."""
    facts = chosen(of.manifest["facts"] if evidence is None else evidence)
    if evidence is None:
        facts = {name: each for name, each in facts.items() if each.fields.kind == "recorded"}
    beyond = [name for name in facts if name not in of.manifest["facts"]]
    if beyond or not facts:
        raise CalibrationError(
            f"{', '.join(beyond) or 'no customs figure'} is not among the facts of the calibration; name some of "
            f"{', '.join(of.manifest['facts'])}"
        )
    return facts


def _bank(plan: Plan, of: Calibration) -> Wave:
    """The first wave of the calibration, with the facts that are kept."""
    whole = replace(plan, facts=chosen(of.manifest["facts"]))
    assert of.folder is not None
    # Read and not run again: the runs may be of an earlier version of the program.
    wave = read_wave(whole, open_sweep(of.folder / "wave-1"), first_positions(whole))
    columns = [list(whole.facts).index(name) for name in plan.facts]
    return replace(wave, facts=wave.facts[:, columns])


def _hidden(
    plan: Plan, truths: int, seed: int, folder: Path, say: Callable[[str], None], how: Mapping[str, Any]
) -> Wave:
    """Truths: draws of the priors, and their runs."""
    say(f"The truths: {truths} draws of the priors.")
    positions = lhs(plan.space, truths, plan.seed * 1000 + seed + 1).positions
    aside = replace(plan, seed=plan.seed + _TRUTH_SEED + seed, waves=(truths, 2))
    return simulated(aside, 0, positions, folder / "truths", **how)


def _figures(plan: Plan, hidden: Wave, seed: int) -> Float:
    """What official figures say of each truth: float64 (truth, fact), off by the tolerance of each fact."""
    rng = np.random.Generator(np.random.Philox(key=[seed, 11]))
    tolerance = np.array([each.fields.tolerance for each in plan.facts.values()])
    return hidden.facts * np.exp(tolerance * rng.standard_normal(hidden.facts.shape))


def _goal(plan: Plan, figures: Float) -> Goal:
    """The goal that the figures of one truth set: all of them numbers, none a bound."""
    real = plan.goal
    value = np.where(np.isfinite(figures), figures, 0.0)
    logs = np.log(value + real.small)
    # A figure that the truth does not have says nothing.
    unknown = ~np.isfinite(figures)
    low, high = np.where(unknown, -np.inf, logs), np.where(unknown, np.inf, logs)
    return Goal(real.names, real.small, low, high, real.tolerance)


def _posterior(goal: Goal, emulator: Emulator, plan: Plan, seed: int, count: int) -> Float:
    """Draws of a truth's posterior."""
    return draw_posterior(
        lambda positions: expected(goal, emulator, positions), len(plan.space.factors), count, seed=seed
    )


def _owner(positions: Float, first: list[Float]) -> NDArray[np.int64]:
    """Which truth each run of the second waves belongs to; a run that failed is not there."""
    known = {row.tobytes(): number for number, rows in enumerate(first) for row in rows}
    return np.array([known[row.tobytes()] for row in positions], np.int64)


def _gathered(plan: Plan, hidden: Wave, estimates: list[Float]) -> Recovery:
    """The tables."""
    edges = ((1.0 - LEVEL) / 2.0, 0.5, (1.0 + LEVEL) / 2.0)
    names = list(plan.space.names)
    frames, scores = [], []
    for number, draws in enumerate(estimates):
        low, median, high = np.quantile(draws, edges, axis=0)
        truth = hidden.positions[number]
        values = plan.space.values(np.vstack([truth, low, median, high]))
        frames.append(
            pd.DataFrame(
                {
                    "truth": number,
                    "parameter": names,
                    "value": values[0],
                    "low": values[1],
                    "median": values[2],
                    "high": values[3],
                    "held": (truth >= low) & (truth <= high),
                    "position": truth,
                    "position_low": low,
                    "position_median": median,
                    "position_high": high,
                }
            )
        )
        scores.append(np.corrcoef(norm.ppf(draws), rowvar=False))
    truths = pd.concat(frames, ignore_index=True)
    return Recovery(truths, _parameters(plan, truths), _ridges(names, np.mean(scores, axis=0)), tuple(plan.facts))


def _parameters(plan: Plan, truths: pd.DataFrame) -> pd.DataFrame:
    """What came back, parameter by parameter."""
    rows = []
    for factor in plan.space.factors:
        mine = truths[truths["parameter"] == factor.name]
        width = float((mine["position_high"] - mine["position_low"]).mean())
        correlation = float(np.corrcoef(mine["position"], mine["position_median"])[0, 1])
        narrowed = 1.0 - width / LEVEL
        part = correlation >= PARTLY and narrowed >= NARROWED
        verdict = "comes back" if correlation >= COMES_BACK else "in part" if part else "does not"
        rows.append((factor.name, factor.path, float(mine["held"].mean()), narrowed, correlation, verdict))
    table = pd.DataFrame(rows, columns=["parameter", "path", "held", "narrowed", "correlation", "verdict"])
    return table.sort_values("narrowed", ascending=False, kind="stable", ignore_index=True)


def _ridges(names: list[str], correlations: Float, least: float = 0.15) -> pd.DataFrame:
    """Pairs tied together in the mean over truths."""
    rows = [
        (names[i], names[j], float(correlations[i, j]))
        for i in range(len(names))
        for j in range(i + 1, len(names))
        if abs(correlations[i, j]) >= least
    ]
    table = pd.DataFrame(rows, columns=["first", "second", "correlation"])
    return table.sort_values("correlation", key=np.abs, ascending=False, kind="stable", ignore_index=True)
