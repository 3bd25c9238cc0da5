"""`validate`: the model beside the evidence, row by row, and beside three naive forecasts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.ensemble import Ensemble, read_ensemble
from sim.observables.columns import RIVAL
from sim.observables.reading import COMPARED, Observable, chosen, not_compared
from sim.observables.rivals import PERSISTS, SHARE, VANISHES
from sim.scenario.loading import Source, load
from sim.sweeps.designs import Design, unvaried
from sim.sweeps.stored import Sweep
from sim.sweeps.sweep import sweep
from sim.validation.plotting import Plots
from sim.validation.score import distances, factor, inside, score, within_two

if TYPE_CHECKING:
    from distributed import Client

Float = NDArray[np.float64]

RUNS = 40
"""Runs of a validation, unless told otherwise."""
MODEL = "model"
FORECASTS = (MODEL, VANISHES, SHARE, PERSISTS)
"""The model and its rivals, as columns of scores are named."""


@dataclass(frozen=True, repr=False)
class Validation:
    """The model beside the evidence.

    Attributes:
        sweep: The runs.
        facts: The facts, by id.
        ensemble: The ensemble that draws came from; None for the scenario's own values.
    """

    sweep: Sweep
    facts: Mapping[str, Observable]
    ensemble: Ensemble | None = None

    def __repr__(self) -> str:
        """The scores."""
        scores = ", ".join(f"{row.role} {row.model:.2f}" for row in self.scores.itertuples())
        return f"<Validation of {self.sweep.scenario.name}: {self.runs} runs; off by a factor of: {scores}>"

    def _repr_html_(self) -> str:
        """Both tables, for a notebook."""
        return str(self.scores.to_html(index=False)) + str(self.table.to_html(index=False))

    @property
    def plot(self) -> Plots:
        """Figures."""
        return Plots(self)

    @property
    def runs(self) -> int:
        """Runs that did not fail."""
        return int(self.sweep.manifest["runs_done"])

    @cached_property
    def values(self) -> pd.DataFrame:
        """One row a run, forecast and fact: ``draw``, ``seed``, ``forecast``, ``fact``, ``value``, ``reason``."""
        found = self.sweep.measures
        found = found[found["measure"].astype("str").isin(list(self.facts))]
        forecast = np.where(found["by"].astype("str") == RIVAL, found["item"].astype("str"), MODEL)
        return pd.DataFrame(
            {
                "draw": found["draw"],
                "seed": found["seed"],
                "forecast": forecast,
                "fact": found["measure"].astype("str"),
                "value": found["value"],
                "reason": found["reason"].astype("str"),
            }
        ).reset_index(drop=True)

    @cached_property
    def _arrays(self) -> dict[tuple[str, str], Float]:
        """Values of all runs by forecast and fact."""
        groups = self.values.groupby(["forecast", "fact"], sort=False)["value"]
        return {key: group.to_numpy(np.float64) for key, group in groups}

    @cached_property
    def share(self) -> str:
        """The best of the rivals that hold that a fixed share comes through: chosen on the facts to fit."""
        tried = [name for name in dict.fromkeys(self.values["forecast"]) if name.startswith(f"{SHARE}=")]
        fitted = [name for name, each in self.facts.items() if each.role == "fit"] or list(self.facts)
        means = {name: np.mean([self._score(name, fact) for fact in fitted]) for name in tried}
        return min(means, key=lambda name: means[name]) if means else ""

    def _score(self, forecast: str, fact: str) -> float:
        """Score of a forecast of a fact; NaN for a rival that has none."""
        values = self._arrays.get((forecast, fact))
        return float("nan") if values is None else score(values, self.facts[fact])

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a fact.

        Columns: ``fact``, ``role``, ``text``, ``unit``, ``evidence`` (NaN where it has no number), ``bound``, ``low``,
        ``median``, ``high`` (90% interval of the runs), ``inside`` (whether the interval holds it), ``within_two``,
        ``off`` (the median factor by which runs miss it, 1 for none), a column of scores each for ``model``,
        ``vanishes``, ``share`` and ``persists``, ``why`` (of the tolerance), ``missing`` (the mechanism that is
        missing), ``undefined`` (share of runs without a value) and ``reason``.
        """
        rows = []
        for name, fact in self.facts.items():
            values = self._arrays[MODEL, name]
            known = values[np.isfinite(values)]
            low, median, high = np.quantile(known, (0.05, 0.5, 0.95)) if known.size else (np.nan,) * 3
            of = self.values[(self.values["fact"] == name) & (self.values["forecast"] == MODEL)]
            reasons = of.loc[of["value"].isna(), "reason"]
            agrees = inside(values, fact)
            rows.append(
                {
                    "fact": fact.label,
                    "role": fact.role,
                    "text": fact.fields.shows or fact.text,
                    "unit": fact.unit,
                    "evidence": fact.value if np.isfinite(fact.value) else np.nan,
                    "bound": fact.bound,
                    "least": fact.low,
                    "most": fact.high,
                    "low": low,
                    "median": median,
                    "high": high,
                    "inside": agrees,
                    "within_two": within_two(values, fact),
                    "off": float(np.exp(np.median(distances(values, fact)))),
                    "shown": float((distances(values, fact) == 0.0).mean()),
                    MODEL: self._score(MODEL, name),
                    VANISHES: self._score(VANISHES, name),
                    SHARE: self._score(self.share, name),
                    PERSISTS: self._score(PERSISTS, name),
                    "why": fact.fields.why,
                    "missing": "" if agrees else fact.fields.missing,
                    "undefined": 1.0 - known.size / max(1, values.size),
                    "reason": reasons.iloc[0] if len(reasons) else "",
                }
            )
        return pd.DataFrame(rows)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row a role.

        Columns: ``role``, ``facts``, ``inside``, ``within_two`` (numbers of facts), and for each forecast the factor by
        which it is off in the mean of the facts' scores; 1 is right. Forecasts are compared over the ``compared`` facts
        that all of them say something of; a quantity that a forecast holds to be nothing is something.
        """
        rows = []
        for role in COMPARED:
            part = self.table[self.table["role"] == role]
            if len(part):
                row = {"role": role, "facts": len(part), "inside": int(part["inside"].sum())}
                row["within_two"] = int(part["within_two"].sum())
                common = part[part[list(FORECASTS)].notna().all(axis=1)]
                row["compared"] = len(common)
                rows.append(row | {name: factor(float(common[name].mean())) for name in FORECASTS})
        return pd.DataFrame(rows)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes both tables as CSV, `facts.csv` and `scores.csv`, and figures of the facts as PNG and SVG.

        The runs are where the sweep keeps them.

        Args:
            folder: Where to.

        Returns:
            The folder.
        """
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        for name, table in (("facts", self.table), ("scores", self.scores)):
            table.to_csv(path / f"{name}.csv", index=False, lineterminator="\n", float_format="%.6g")
        self.plot.save(path)
        return path

    @property
    def not_compared(self) -> dict[str, str]:
        """Facts that no run shows, with the reason."""
        return not_compared()


def validate(
    source: Source = "baseline",
    *,
    ensemble: str | os.PathLike[str] | pd.DataFrame | Ensemble | None = None,
    runs: int = RUNS,
    seed: int = 1,
    evidence: Iterable[str] = COMPARED,
    changes: Mapping[str, Any] | None = None,
    workers: int | None = None,
    threads: bool = False,
    dask: str | Client | None = None,
    progress: bool | Callable[[int, int], None] = False,
    told: Callable[[str], None] | None = None,
    out: str | os.PathLike[str] | None = None,
) -> Validation:
    """Holds a scenario against the evidence, beside three naive forecasts of the same facts.

    Args:
        source: Name of a shipped scenario, path of a file, plain data, or a scenario.
        ensemble: Draws of the uncertain parameters, see :func:`sim.experiments.ensemble.read_ensemble`; without one
            every run has the scenario's own values, and intervals show luck alone.
        runs: Runs, each with luck of its own, and each beside its twin without restrictions.
        seed: First seed.
        evidence: Facts: ids, or roles.
        changes: Values by dotted path, laid over the scenario.
        workers: Workers on this machine; as many as there are processors by default.
        threads: Whether workers are threads; processes by default.
        dask: Address of a Dask scheduler, or a client.
        progress: True for a progress bar, or a function of (done, all) runs.
        told: Called with a sentence before the work.
        out: Folder to write to, or to go on in.

    Returns:
        The validation.

    Raises:
        ScenarioError: With every problem found in the scenario.
        EvidenceError: For facts that there are not.
        EnsembleError: If the ensemble cannot be read, or does not fit.
        SweepError: If the scenario has no restrictions to compare with, the folder holds another sweep, or all runs
            fail.
        OutputError: If the folder cannot be written or the disk is full.
        KeyboardInterrupt: If the user stopped it before the first run; later, what is done is held against the facts.
        ValueError: If an argument is out of range.
    """
    if runs < 1:
        raise ValueError(f"runs is {runs}; it must be at least 1")
    scenario = load(source, changes)
    facts = chosen(evidence)
    draws = None if ensemble is None else read_ensemble(ensemble)
    if draws is None:
        table: pd.DataFrame | Design = unvaried(runs)
    else:
        draws = draws.fitted(scenario)
        table = draws.rows(runs)
    found = sweep(
        scenario, table, seeds=1, seed=seed, own_luck=True, measures=(), evidence=list(facts), rivals=True,
        workers=workers, threads=threads, dask=dask, progress=progress, told=told, out=out,
    )  # fmt: skip
    if not found.manifest["runs_done"]:
        # Stopped before the first; where all runs fail, the sweep says so itself.
        raise KeyboardInterrupt
    return Validation(found, facts, draws)
