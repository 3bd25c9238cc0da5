"""What `compare` gives back."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.experiments import store
from sim.experiments.differences import differences, pairing, parts
from sim.experiments.ensemble import Ensemble
from sim.experiments.intervals import LEVEL
from sim.experiments.over_runs import over_runs
from sim.experiments.precision import Target
from sim.experiments.reporting import Reported
from sim.experiments.results import seeds_told
from sim.ledger import frames
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from sim.experiments.plotting import ComparePlots

PARTS = "parts"
"""Folder of finished seeds below that of the results."""


@dataclass(repr=False)
class CompareResult(Reported):
    """Arms run with the same seeds, each with its twin. A notebook shows it as the tables that `sim compare` prints.

    Frames that are worked out of ``measures`` are made when they are first asked for.

    Attributes:
        arms: Resolved scenarios by name; the first is what the others are compared with.
        versus: Ids of the policies that the twin of each arm lacks.
        products: Products in scope: those in scope of the policies compared in any arm, the same for all arms.
        asked: Number of runs of each arm asked for.
        window: First and last date of the measures, or None for the whole record.
        parts_asked: Seeds for which each policy was left out.
        luck_asked: Runs of each arm in the world of the first seed.
        targets: Intervals that were to be narrow.
        ensemble: Draws of the uncertain parameters by arm, one a seed; empty for the arms' own values.
        seeds: Seeds of the finished runs, in order; each has all arms.
        measures: Measures of every run: as in :func:`sim.measures.frame.measures`, with ``arm`` and ``seed``.
        flows: Units a week by corridor, before the policies and after: as in :func:`sim.experiments.flows.flows`,
            with ``arm`` and ``seed``.
        courses: Supply, price and cover by tick, of every run and twin: as in :func:`sim.experiments.traces.traces`,
            with ``arm``, ``seed`` and ``role`` (``"run"`` or ``"twin"``).
        without: Measures of runs without one policy, with ``arm``, ``policy`` and ``seed``.
        fixed: Measures of runs in the world of the first seed, with ``arm``; ``seed`` is that of the luck.
        simulations: Number of simulations that the result rests on; those that arms share are made, and counted, once.
        advice: What the adviser said of the number of runs, in order.
        warnings: What a user should know before believing the result.
        interrupted: True where the user stopped it before all was finished.
    """

    arms: dict[str, Scenario]
    versus: dict[str, tuple[str, ...]]
    products: tuple[str, ...] = ()
    asked: int = 1
    window: tuple[date, date] | None = None
    parts_asked: int = 0
    luck_asked: int = 0
    targets: tuple[Target, ...] = ()
    ensemble: dict[str, Ensemble] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)
    measures: pd.DataFrame = field(default_factory=pd.DataFrame)
    flows: pd.DataFrame = field(default_factory=pd.DataFrame)
    courses: pd.DataFrame = field(default_factory=pd.DataFrame)
    without: pd.DataFrame = field(default_factory=pd.DataFrame)
    fixed: pd.DataFrame = field(default_factory=pd.DataFrame)
    simulations: int = 0
    advice: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    interrupted: bool = False

    def __repr__(self) -> str:
        """Arms and number of runs; the whole would be many pages."""
        return f"<CompareResult of {', '.join(self.arms)}: {seeds_told(self.seeds, self.asked)}>"

    def _repr_html_(self) -> str | None:
        """Tables and warnings, for a notebook; nothing without a finished seed."""
        from sim.experiments.plotting import html

        return html(self) if self.seeds else None

    @property
    def names(self) -> list[str]:
        """Names of the arms, in order."""
        return list(self.arms)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Each arm less the first, and each arm less its twin (``against`` is ``"twin"``), paired by seed.

        See :func:`sim.experiments.differences.differences`. Intervals cover 90%.
        """
        first, twin = (differences(self.measures, self.names, each) for each in (False, True))
        return pd.concat([each for each in (first, twin) if not each.empty], ignore_index=True)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Each policy's part in each arm: with all policies less without that one.

        See :func:`sim.experiments.differences.parts`. Parts of policies that work together need not add up.
        """
        return parts(self.measures, self.without, self.names)

    @cached_property
    def pairing(self) -> pd.DataFrame:
        """How much variance the pairing took out; see :func:`sim.experiments.differences.pairing`."""
        return pairing(self.measures, self.fixed, self.names)

    @cached_property
    def probability(self) -> pd.DataFrame:
        """P(denied share ≥ 0.9) in weeks 13-52 after the effect date, by arm and side (MODEL.md section 8).

        The share of seeds in which at least nine tenths of what the twin got were denied, with Wilson's interval at
        90%. Columns: ``arm``, ``side``, ``probability``, ``low``, ``high``, ``n`` (seeds in which it is
        defined), ``undefined``, ``window``, ``unit``, ``reason``.
        """
        found = self.summary()
        found = found[found["measure"] == "denied_90"]
        found = found.assign(undefined=found["runs"] - found["n"]).rename(columns={"estimate": "probability"})
        columns = ["arm", "side", "probability", "low", "high", "n", "undefined", "window", "unit", "reason"]
        return found[columns].reset_index(drop=True)

    def summary(self) -> pd.DataFrame:
        """Measures of each arm joined over its runs: how runs differ, not how well the mean is known.

        Returns:
            As :func:`sim.experiments.over_runs.over_runs`, with ``arm``.
        """
        return self._summary.copy()

    @cached_property
    def _summary(self) -> pd.DataFrame:
        """The summary, made once."""
        found = []
        for arm in self.names:
            joined = over_runs(self.measures[self.measures["arm"] == arm])
            joined.insert(0, "arm", arm)
            found.append(joined)
        return pd.concat(found, ignore_index=True)

    @cached_property
    def policies(self) -> pd.DataFrame:
        """The policies of each arm, with ``arm``; see :func:`sim.ledger.frames.policies`."""
        found = []
        for arm, scenario in self.arms.items():
            rows = frames.policies(scenario, self.versus[arm])
            rows.insert(0, "arm", arm)
            found.append(rows)
        return pd.concat(found, ignore_index=True)

    def traces(self, arm: str) -> pd.DataFrame:
        """Courses of one arm and of its twins, as :attr:`~sim.experiments.results.RunResult.traces` has those of a run.

        Args:
            arm: Name of the arm.

        Raises:
            KeyError: If there is no such arm.
        """
        if arm not in self.arms:
            raise KeyError(f"there is no arm {arm!r}; arms are {', '.join(self.names)}")
        own = self.courses[self.courses["arm"] == arm].drop(columns="arm").reset_index(drop=True)
        return own.rename(columns={"role": "arm"})

    @property
    def plot(self) -> ComparePlots:
        """Figures, such as ``.plot.differences()``, ``.plot.corridors()`` and, of one arm, ``.plot.supply(arm)``."""
        from sim.experiments.plotting import ComparePlots

        return ComparePlots(self)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes everything: Parquet, figures with the numbers they show, and last the manifest.

        Args:
            folder: Where to; results that it holds are written over.

        Returns:
            The folder.

        Raises:
            OutputError: If it cannot be written.
        """
        path = store.prepare(folder)
        tables = {
            "measures": self.measures,
            "summary": self.summary(),
            "differences": self.differences,
            "parts": self.parts,
            "pairing": self.pairing,
            "probability": self.probability,
            "flows": self.flows,
            "courses": self.courses,
        }
        for name, frame in tables.items():
            store.write_frame(frame, path / f"{name}.parquet")
        if len(self.fixed):
            store.write_frame(self.fixed, path / "measures_luck_only.parquet")
        if len(self.without):
            store.write_frame(self.without, path / "measures_without.parquet")
        self.plot.save(path)
        self.write_manifest(path, finished=not self.interrupted)
        return path

    def write_manifest(self, folder: Path, *, finished: bool) -> None:
        """Writes a manifest: what makes the results again, and whether all of them are there.

        Args:
            folder: Folder of the results.
            finished: False while anything is still to be made.
        """
        entries: dict[str, Any] = {
            "kind": "compare",
            "finished": finished,
            "arms": {
                name: {"scenario": arm.to_dict(), "scenario_hash": arm.hash, "versus": list(self.versus[name])}
                for name, arm in self.arms.items()
            },
            "products": list(self.products),
            "seeds": self.seeds,
            "runs_asked": self.asked,
            "parts_asked": self.parts_asked,
            "luck_asked": self.luck_asked,
            "ensemble": {name: each.to_plain() for name, each in self.ensemble.items()},
            "simulations": self.simulations,
            "interval": f"{LEVEL:.0%}",
            "precision": [[each.measure, each.side, each.width] for each in self.targets],
            "advice": self.advice,
            "interrupted": self.interrupted,
            "window": None if self.window is None else [str(day) for day in self.window],
            "warnings": self.warnings,
        }
        store.write_text(store.manifest(entries), folder / store.MANIFEST)

    def half_width(self, target: Target) -> tuple[float, int]:
        """The widest interval that a target speaks of: of the arms, the one known least well.

        Args:
            target: Measure and side.

        Returns:
            Half-width of its 90% interval and its number of pairs; NaN where any arm has no interval.

        Raises:
            KeyError: If no arm has the measure for that side.
        """
        rows = differences(
            self.measures[(self.measures["measure"] == target.measure) & (self.measures["by"] == "")], self.names
        )
        rows = rows[(rows["side"] == target.side) & (rows["product"] == "")]
        if rows.empty:
            raise KeyError(target.side)
        half = ((rows["high"] - rows["low"]) / 2).to_numpy(np.float64)
        widest = int(np.argmax(np.where(np.isfinite(half), half, np.inf)))
        return float(half[widest]), int(rows["n"].iloc[widest])
