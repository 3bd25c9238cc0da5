"""A sweep on disk, read as frames."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from sim.declare.errors import listed, nearest
from sim.experiments import store
from sim.measures.registry import REGISTRY
from sim.observables.reading import read_observables
from sim.scenario.model import Scenario
from sim.sweeps import parts
from sim.sweeps.errors import SweepError
from sim.sweeps.sample import Sample
from sim.sweeps.simulate import DONE, MEASURES, RUNS
from sim.sweeps.space import Space

FAILED = "the run failed"
"""Reason of an outcome that is missing since its run failed."""
NOT_YET = "not run yet"
"""Reason of an outcome of a run that a stopped sweep did not come to."""
READ = ("scenario", "design", "seeds", "runs", "runs_done", "runs_failed", "finished")
"""Entries of a manifest that are read here, beside the factors."""


@dataclass(repr=False)
class Sweep:
    """A sweep: draws, runs and measures, read from disk when they are first asked for.

    Attributes:
        folder: Where it is.
        manifest: What makes it again, and how far it is.
        interrupted: True where the user stopped it before all was finished.
    """

    folder: Path
    manifest: Mapping[str, Any]
    interrupted: bool = False
    _held: TemporaryDirectory[str] | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        """What it is and how far it is; the whole would be many pages."""
        design = self.manifest["design"]["kind"]
        runs = f"{self.manifest['runs_done']:,} of {self.manifest['runs']:,} runs"
        failed = f", {self.manifest['runs_failed']:,} failed" if self.manifest["runs_failed"] else ""
        return f"<Sweep of {self.scenario.name}: {design}, {len(self.space.factors)} factors, {runs}{failed}>"

    def _repr_html_(self) -> str:
        """The same with errors, for a notebook."""
        from sim.report.sweep import sweep_html

        return sweep_html(self)

    @property
    def kept(self) -> bool:
        """Whether it stays on disk when this object goes."""
        return self._held is None

    @property
    def finished(self) -> bool:
        """Whether every run is there, done or failed."""
        return bool(self.manifest["finished"])

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario that draws are laid over."""
        return Scenario.from_data(self.manifest["scenario"])

    @cached_property
    def space(self) -> Space:
        """The factors."""
        return Space.from_plain(self.manifest["factors"])

    @property
    def problem(self) -> dict[str, Any]:
        """The `problem` of SALib, see :attr:`sim.sweeps.space.Space.problem`."""
        return self.space.problem

    @property
    def seeds(self) -> list[int]:
        """Seeds of each draw; of the first draw, where each has seeds of its own."""
        return list(self.manifest["seeds"])

    @cached_property
    def draws(self) -> pd.DataFrame:
        """One row a draw: ``draw``, and a column a factor."""
        return pd.read_parquet(self.folder / "draws.parquet")

    @cached_property
    def positions(self) -> pd.DataFrame:
        """One row a draw: ``draw``, and a column a factor, 0 to 1; see :attr:`sim.sweeps.designs.Design.positions`."""
        return pd.read_parquet(self.folder / "positions.parquet")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run, by draw and seed: ``draw``, ``seed``, ``status`` (done or failed), ``error``."""
        return _sorted(_dataset(self.folder, "runs").to_table()).reset_index(drop=True)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """One row a value, by draw and seed: as :func:`sim.measures.frame.measures`, with ``draw`` and ``seed``.

        This reads all; a sweep of many runs is better read an outcome at a time, by :meth:`frame`.
        """
        return _sorted(_dataset(self.folder, "measures").to_table()).reset_index(drop=True)

    @cached_property
    def outcomes(self) -> list[str]:
        """Names of the outcomes: ``"denied:russia"``, or ``"listings"`` for a measure that is about no side."""
        found: dict[str, None] = {}
        for number in sorted(parts.finished(self.folder)):
            path = parts.part(self.folder, "measures", number)
            table = ds.dataset(path, schema=MEASURES).to_table(columns=["measure", "side"], filter=_WHOLE)
            for measure, side in zip(table["measure"].to_pylist(), table["side"].to_pylist(), strict=True):
                found[f"{measure}:{side}" if side else measure] = None
            # Every run that is done has them all: what is undefined has its row too.
            if found:
                break
        return list(found)

    def frame(self, outcomes: Iterable[str] | None = None) -> pd.DataFrame:
        """Draws and outcomes side by side.

        Args:
            outcomes: Names as in :attr:`outcomes`; all by default.

        Returns:
            One row a run that is done: ``draw``, ``seed``, a column a factor, a column an outcome (NaN where
            undefined).

        Raises:
            SweepError: For an outcome that there is not.
        """
        names = self._known(outcomes)
        runs = self.runs[self.runs["status"] == DONE][["draw", "seed"]].reset_index(drop=True)
        found = runs.merge(self.draws, on="draw", how="left")
        for name in names:
            rows = self._rows(name)
            found = found.merge(
                rows[["draw", "seed", "value"]].rename(columns={"value": name}), "left", ["draw", "seed"]
            )
        return found

    def sample(self, outcome: str) -> Sample:
        """One outcome, laid out for analysis.

        Args:
            outcome: A name as in :attr:`outcomes`.

        Returns:
            Draws and the outcome; of a grid and of a table, factors that do not vary are left out.

        Raises:
            SweepError: If there is no such outcome.
        """
        (name,) = self._known([outcome])
        rows, seeds = self._rows(name), self.seeds
        y = np.full((len(self.draws), len(seeds)), np.nan)
        draw = rows["draw"].to_numpy()
        own = draw * len(seeds) if self.manifest.get("own_luck") else 0
        y[draw, rows["seed"].to_numpy() - seeds[0] - own] = rows["value"].to_numpy()
        reasons = rows.loc[rows["value"].isna(), "reason"].astype("str").value_counts().to_dict()
        failed = int((self.runs["status"] != DONE).sum())
        waiting = y.size - len(self.runs)
        reasons |= {reason: count for reason, count in ((FAILED, failed), (NOT_YET, waiting)) if count}
        names = list(self.space.names)
        values = self.draws[names].to_numpy(np.float64)
        design = self.manifest["design"]["kind"]
        # Rows of the other designs are counted by factors.
        moves = (values != values[:1]).any(axis=0) | (design not in ("grid", "table"))
        label, unit = self._told(name)
        return Sample(
            outcome=name,
            label=label,
            unit=unit,
            design=design,
            names=tuple(each for each, kept in zip(names, moves, strict=True) if kept),
            values=values[:, moves],
            positions=self.positions[names].to_numpy(np.float64)[:, moves],
            y=y,
            undefined={reason or "undefined": int(count) for reason, count in reasons.items()},
            settings=dict(self.manifest["design"]["settings"]),
        )

    def ema(self, outcomes: Iterable[str] | None = None) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
        """Experiments and outcomes in the shape of EMA Workbench, a row a draw.

        Args:
            outcomes: Names as in :attr:`outcomes`; all by default.

        Returns:
            The frame of experiments (a column a factor, then ``scenario``, ``policy`` and ``model``; draws with the
            same levers have the same policy), and float64 (draw,) by outcome: the mean over seeds, NaN where it is
            undefined for any.

        Raises:
            SweepError: For an outcome that there is not.
        """
        experiments = self.draws.drop(columns="draw")
        levers = [factor.name for factor in self.space.factors if factor.lever]
        same = experiments.groupby(levers, sort=False).ngroup() if levers else pd.Series(0, index=experiments.index)
        experiments = experiments.assign(
            scenario=self.draws["draw"].astype("str"), policy=same.astype("str"), model=self.scenario.name
        )
        return experiments, {name: self.sample(name).mean for name in self._known(outcomes)}

    def _told(self, outcome: str) -> tuple[str, str]:
        """What an outcome is, and its unit."""
        if outcome in self.manifest.get("evidence", ()):
            fact = read_observables()[outcome]
            return f"{fact.id}: {fact.text}", fact.unit
        measure, _, side = outcome.partition(":")
        declared = REGISTRY[measure]
        return (f"{declared.label}, {side}" if side else declared.label), declared.unit

    def _known(self, outcomes: Iterable[str] | None) -> list[str]:
        """Outcomes by name, checked."""
        wanted = self.outcomes if outcomes is None else [outcomes] if isinstance(outcomes, str) else list(outcomes)
        for name in wanted:
            if name not in self.outcomes:
                close = nearest(name, self.outcomes)
                hint = f" (did you mean {close!r}?)" if close else ""
                raise SweepError(f"the sweep has no outcome {name!r}{hint}; outcomes are {listed(self.outcomes, 60)}")
        return wanted

    def _rows(self, outcome: str) -> pd.DataFrame:
        """Rows of an outcome."""
        measure, _, side = outcome.partition(":")
        chosen = _WHOLE & (ds.field("measure") == measure) & (ds.field("side") == side)
        wanted = ["draw", "seed", "value", "reason"]
        return _sorted(_dataset(self.folder, "measures").to_table(columns=wanted, filter=chosen))


_WHOLE = (ds.field("by") == "") & (ds.field("product") == "")
"""Values that are broken down by nothing."""


Source = str | os.PathLike[str] | Sweep
"""What a sweep can be given as: a folder, or the sweep itself."""


def open_sweep(source: Source) -> Sweep:
    """Opens a sweep.

    Args:
        source: The folder that it was written to, or the sweep itself.

    Returns:
        The sweep, finished or not.

    Raises:
        SweepError: If there is none, or one that another version of sim wrote and this one cannot read.
    """
    if isinstance(source, Sweep):
        return source
    if not isinstance(source, str | os.PathLike):
        raise SweepError(f"a {type(source).__name__} is no sweep; give a folder, or what sim.sweep gives back")
    folder = Path(source)
    manifest = parts.read_manifest(folder)
    sweep = Sweep(folder, manifest)
    try:
        _ = sweep.space, [manifest[entry] for entry in READ]
    except (KeyError, TypeError, ValueError) as error:
        lacks = f"lacks {error}" if isinstance(error, KeyError) else f"says something else: {error}"
        raise SweepError(
            f"{folder / store.MANIFEST} {lacks}: the sweep is of another version of sim; make it again with this one, "
            "in another folder"
        ) from None
    if not manifest["finished"]:
        # What was killed could not write how far it had come; the parts say it.
        done, failed = runs_there(folder)
        manifest |= {"runs_done": done, "runs_failed": failed}
    return sweep


def _dataset(folder: Path, kind: str) -> ds.Dataset:
    """The parts of batches that are done; none where there is none yet."""
    schema = {"runs": RUNS, "measures": MEASURES}[kind]
    paths = [parts.part(folder, kind, number) for number in sorted(parts.finished(folder))]
    return ds.dataset(paths, schema=schema, format="parquet") if paths else ds.dataset(schema.empty_table())


def _sorted(table: pa.Table) -> pd.DataFrame:
    """A table as a frame, by draw and seed; values of a run stay in their order."""
    frame = table.unify_dictionaries().to_pandas()
    order = np.lexsort((frame["seed"].to_numpy(), frame["draw"].to_numpy()))
    return frame.iloc[order]


def runs_there(folder: Path) -> tuple[int, int]:
    """How many runs are there.

    Args:
        folder: Folder of a sweep.

    Returns:
        Runs done and runs failed.
    """
    status = _dataset(folder, "runs").to_table(columns=["status"])["status"]
    failed = pc.sum(pc.not_equal(status.cast(pa.string()), DONE)).as_py() or 0
    return len(status) - int(failed), int(failed)
