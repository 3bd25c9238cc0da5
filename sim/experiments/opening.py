"""`open_result`: a result read back from its folder, without running anything."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.declare.errors import ScenarioError
from sim.experiments import store
from sim.experiments.comparison import CompareResult
from sim.experiments.ensemble import Ensemble, EnsembleError, read_ensemble
from sim.experiments.precision import Target
from sim.experiments.results import RunResult
from sim.ledger.mirror import LEAST_VALUE
from sim.scenario.model import Scenario

WANTED = "give a folder that `sim run ... --out DIR` or `sim compare ... --out DIR` wrote"
"""What a message asks for where a folder holds no result."""


class OpenError(ValueError):
    """A folder that holds no result, or not a whole one; or what a folder does not hold of a result."""


def open_result(folder: str | os.PathLike[str]) -> OpenedRun | OpenedComparison:
    """Opens the result of a run or of a comparison from its folder; nothing is run again.

    Args:
        folder: What `sim run --out`, `sim compare --out` or ``.save()`` of a result wrote.

    Returns:
        The result, with the same measures, tables and figures as when it was written. A comparison is whole. A run
        has its frames from the files; what is worked out of the records in memory it does not have: ``mirror``,
        ``observed``, and ``trace`` of a single node (``sim.trace(result)`` works).

    Raises:
        OpenError: If there is no such folder, or it holds no result, or one that was not written to the end.

    Example:
        >>> import sim, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     made = sim.run("small", check_policies=False, out=folder)
        ...     bool((open_result(folder).summary()["estimate"] == made.summary()["estimate"]).any())
        True
    """
    path = Path(folder)
    manifest = store.read_manifest(path, WANTED, OpenError)
    kind = manifest.get("kind", "run")
    if kind not in ("run", "compare"):
        raise OpenError(f"{path} holds a {kind}, not the result of a run or a comparison; {WANTED}")
    if not manifest.get("finished"):
        todo = "the same command goes on from what is there" if kind == "compare" else "run it again"
        raise OpenError(f"{path} holds results that were not written to the end; {todo}")
    try:
        return _comparison(path, manifest) if kind == "compare" else _run(path, manifest)
    except KeyError as error:
        raise OpenError(f"{path / store.MANIFEST} lacks {error}: it is of an earlier version of sim; {AGAIN}") from None
    except ScenarioError as error:
        raise OpenError(
            f"{path / store.MANIFEST} holds a scenario that this version of sim does not read; {AGAIN}\n{error}"
        ) from None


AGAIN = "run it again with this one"
"""What to do about results of another version."""


@dataclass(repr=False)
class OpenedRun(RunResult):
    """A run read back from its folder; see :func:`open_result`.

    Attributes:
        folder: The folder.
        manifest: What its manifest says.
    """

    folder: Path = Path()
    manifest: Mapping[str, Any] | None = None

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The true ledgers kept, with columns ``seed`` and ``arm``."""
        parts = sorted((self.folder / "ledger").glob("*.parquet"))
        if not parts:
            raise OpenError(f"{self.folder} holds no ledger; run it again with the ledger of the first run, or of all")
        return pd.concat([self._read(part) for part in parts], ignore_index=True)

    @cached_property
    def customs(self) -> pd.DataFrame:
        """Customs records of the ledgers kept, with ``seed`` and ``arm``."""
        if self.ledger_kept == "none":
            raise OpenError(f"{self.folder} holds no records of customs; run it again with a ledger")
        return self._read(self.folder / "customs.parquet")

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """Deliveries of the runs kept, with ``seed`` and ``arm``."""
        return self._read(self.folder / "deliveries.parquet")

    @cached_property
    def series(self) -> pd.DataFrame:
        """Series of the runs kept, with ``seed`` and ``arm``."""
        return self._read(self.folder / "series.parquet")

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Chains of the runs kept, widest first, with ``seed`` and ``arm``."""
        return self._read(self.folder / "paths.parquet")

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """Path nodes of the runs kept, with ``seed`` and ``arm``."""
        return self._read(self.folder / "nodes.parquet")

    @cached_property
    def agents(self) -> pd.DataFrame:
        """Agents of the runs kept at their ends, with ``seed`` and ``arm``."""
        return self._read(self.folder / "agents.parquet")

    def statements(self) -> pd.DataFrame:
        """End-use statements of the runs kept, with ``seed`` and ``arm``."""
        return self._read(self.folder / "statements.parquet")

    def mirror(self, least: float = LEAST_VALUE, *, known: bool = False) -> pd.DataFrame:
        """Not to be had of a folder."""
        raise self._only_in_memory("mirror")

    def observed(self, into: str, products: Iterable[str] | None = None) -> pd.DataFrame:
        """Not to be had of a folder."""
        raise self._only_in_memory("observed")

    def trace(
        self, node: int, product: str | None = None, *, seed: int | None = None, arm: str = "run"
    ) -> pd.DataFrame:
        """Not to be had of a folder; :func:`sim.trace` is."""
        raise self._only_in_memory("trace", " Use sim.trace(result).follow(node, product).")

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Not to be had: the folder holds it already."""
        raise self._only_in_memory("save", " Copy the folder.")

    def _only_in_memory(self, name: str, todo: str = " Run the scenario again to have it.") -> OpenError:
        """Says that something needs the records of the run."""
        return OpenError(f"{name} needs the records of a run in memory; {self.folder} does not hold them.{todo}")

    def _read(self, path: Path) -> pd.DataFrame:
        """A frame of the folder."""
        return store.read_frame(path, OpenError)


@dataclass(repr=False)
class OpenedComparison(CompareResult):
    """A comparison read back from its folder; see :func:`open_result`.

    Attributes:
        folder: The folder.
        manifest: What its manifest says.
    """

    folder: Path = Path()
    manifest: Mapping[str, Any] | None = None


def _run(folder: Path, manifest: dict[str, Any]) -> OpenedRun:
    """The result of a run."""
    measures, traces, flows = (
        store.read_frame(folder / f"{name}.parquet", OpenError) for name in ("measures", "traces", "flows")
    )
    seeds = list(manifest["seeds"])
    return OpenedRun(
        _scenario(folder, manifest),
        tuple(manifest["versus"]),
        manifest["runs_asked"],
        manifest["ledger"],
        _window(manifest),
        seeds=seeds,
        measures=measures,
        traces=traces,
        flows=flows,
        warnings=list(manifest["warnings"]),
        interrupted=manifest["interrupted"],
        own=dict(manifest["own"]),
        ensemble=_ensemble(manifest["ensemble"]),
        first_seed=seeds[0],
        folder=folder,
        manifest=manifest,
    )


def _comparison(folder: Path, manifest: dict[str, Any]) -> OpenedComparison:
    """The result of a comparison."""
    frames = {
        name: store.read_frame(folder / f"{file}.parquet", OpenError)
        if (folder / f"{file}.parquet").exists() or name == "measures"
        else pd.DataFrame()
        for name, file in (
            ("measures", "measures"),
            ("flows", "flows"),
            ("without", "measures_without"),
            ("fixed", "measures_luck_only"),
        )
    }
    if not manifest["parts_asked"]:
        frames["without"] = pd.DataFrame()
    if not manifest["luck_asked"]:
        frames["fixed"] = pd.DataFrame()
    return OpenedComparison(
        {name: _scenario(folder, arm) for name, arm in manifest["arms"].items()},
        {name: tuple(arm["versus"]) for name, arm in manifest["arms"].items()},
        tuple(manifest["products"]),
        manifest["runs_asked"],
        _window(manifest),
        manifest["parts_asked"],
        manifest["luck_asked"],
        tuple(Target(*each) for each in manifest["precision"]),
        {name: drawn for name, each in manifest["ensemble"].items() if (drawn := _ensemble(each)) is not None},
        seeds=list(manifest["seeds"]),
        **frames,
        simulations=manifest["simulations"],
        advice=list(manifest["advice"]),
        warnings=list(manifest["warnings"]),
        interrupted=manifest["interrupted"],
        folder=folder,
        manifest=manifest,
    )


def _scenario(folder: Path, entries: Mapping[str, Any]) -> Scenario:
    """A scenario of a manifest; one that this version reads otherwise is refused."""
    scenario = Scenario.from_data(entries["scenario"])
    if scenario.hash != entries["scenario_hash"]:
        raise OpenError(f"{folder} was written by another version of sim, which read its scenario otherwise; {AGAIN}")
    return scenario


def _window(manifest: Mapping[str, Any]) -> tuple[date, date] | None:
    """Window of the measures."""
    days = manifest["window"]
    return None if days is None else (date.fromisoformat(days[0]), date.fromisoformat(days[1]))


def _ensemble(entries: Mapping[str, Any] | None) -> Ensemble | None:
    """The ensemble of a manifest; without draws where it is not there any more, or has others by now."""
    if entries is None:
        return None
    columns = list(entries["columns"])
    empty = Ensemble(entries["name"], pd.DataFrame(columns=columns, dtype="float64"), {})
    try:
        found = read_ensemble(entries["name"])
    except (EnsembleError, OSError):
        return empty
    if not set(columns) <= set(found.draws.columns):
        return empty
    found = Ensemble(found.name, found.draws[columns], found.manifest)
    return found if found.hash == entries["hash"] else empty
