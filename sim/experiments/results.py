"""What `run` gives back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments import store
from sim.experiments.differences import differences
from sim.experiments.ensemble import Ensemble, write_draws
from sim.experiments.observed import observed
from sim.experiments.over_runs import over_runs
from sim.experiments.reporting import Reported
from sim.ledger import frames
from sim.ledger.customs import customs
from sim.ledger.hops import nodes
from sim.ledger.mirror import LEAST_VALUE, mirror
from sim.ledger.series import series
from sim.ledger.statements import statements
from sim.ledger.trace import chains, trace
from sim.scenario.model import Scenario
from sim.world.records import Records

if TYPE_CHECKING:
    from sim.experiments.plotting import Plots

TABLES = {
    "measures.parquet": "measures of every run",
    "summary.parquet": "measures joined over runs",
    "traces.parquet": "supply, price and cover by week, of every run and twin",
    "flows.parquet": "units by corridor before the policies and after, of every run and twin",
    "series.parquet": "series by tick, of the runs kept",
    "deliveries.parquet": "deliveries to end users, of the runs kept",
    "paths.parquet": "chains that brought goods to each side, of the runs kept",
    "nodes.parquet": "path nodes, from which a chain is followed hop by hop, of the runs kept",
    "agents.parquet": "agents at the end, of the runs kept",
    "customs.parquet": "records of customs, of the runs kept with their ledger",
    "statements.parquet": "end-use statements, of the runs kept",
    "ledger/": "every shipment, one file a run, of the runs whose ledger was asked for",
}
"""Files of a folder of results, and what each holds; the manifest says it too."""


@dataclass(repr=False)
class RunResult(Reported):
    """Runs of a scenario, each with its twin. A notebook shows it as the tables that `sim run` prints.

    Attributes:
        scenario: What was run, resolved.
        versus: Ids of the policies that the twin lacks.
        seeds: Seeds of the finished runs, in order.
        asked: Number of runs asked for.
        measures: Measures of every run: as in :func:`sim.measures.frame.measures`, with a column ``seed``.
        traces: Courses that the figures show, of every run and twin: as in :func:`sim.experiments.traces.traces`, with
            ``seed`` and ``arm`` (``"run"`` or ``"twin"``).
        flows: Units a week by corridor, before the policies and after, of every run and twin: as in
            :func:`sim.experiments.flows.flows`, with ``seed``.
        records: Records kept, by seed and arm: the first run and its twin, or all of them where all ledgers were
            asked for.
        warnings: What a user should know before believing the run.
        interrupted: True where the user stopped it before all runs were finished.
        ledger_kept: ``"first"``, ``"all"`` or ``"none"``.
        window: First and last date of the measures, or None for the whole record.
        own: Agents and rules of the user's own, without which the scenario does not give these results.
        ensemble: Where the uncertain parameters of each run were drawn from; None for the scenario's own values.
        first_seed: Seed of the first run asked for, finished or not.
    """

    scenario: Scenario
    versus: tuple[str, ...]
    asked: int = 1
    ledger_kept: str = "first"
    window: tuple[date, date] | None = None
    seeds: list[int] = field(default_factory=list)
    measures: pd.DataFrame = field(default_factory=pd.DataFrame)
    traces: pd.DataFrame = field(default_factory=pd.DataFrame)
    flows: pd.DataFrame = field(default_factory=pd.DataFrame)
    records: dict[tuple[int, str], Records] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    interrupted: bool = False
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    ensemble: Ensemble | None = None
    first_seed: int = 1

    def __repr__(self) -> str:
        """Scenario, number of runs and twin; the whole would be many pages."""
        return f"<RunResult of {self.scenario.name}: {seeds_told(self.seeds, self.asked)}>"

    def _repr_html_(self) -> str | None:
        """Tables and warnings, for a notebook; nothing without a finished run."""
        from sim.experiments.plotting import html

        return html(self) if self.seeds else None

    def summary(self) -> pd.DataFrame:
        """Measures joined over runs: an estimate with an interval for each.

        Returns:
            See :func:`sim.experiments.over_runs.over_runs`.
        """
        return over_runs(self.measures)

    def differences(self, other: RunResult) -> pd.DataFrame:
        """What this result has more than another one of the same scenario, paired by seed: what own agents changed.

        To compare scenarios use :func:`sim.compare`, which also makes measures of the same products.

        Args:
            other: The same scenario, run without the agents or rules in question.

        Returns:
            As :func:`sim.experiments.differences.differences`, over the seeds that both have; ``value`` is that of
            this result, ``against_value`` that of the other. Intervals cover 90%.

        Raises:
            ValueError: If scenario, twin or window differ, or no seed is in both.
        """
        for name, own, its in (
            ("scenarios", self.scenario.hash, other.scenario.hash),
            ("policies that the twin lacks", self.versus, other.versus),
            ("windows", self.window, other.window),
        ):
            if own != its:
                raise ValueError(f"the results have other {name}; use sim.compare to compare scenarios")
        both = [seed for seed in self.seeds if seed in set(other.seeds)]
        if not both:
            raise ValueError(f"no seed is in both: {self!r} and {other!r}")
        pair = {"other": other, "own": self}
        rows = [each.measures[each.measures["seed"].isin(both)].assign(arm=name) for name, each in pair.items()]
        return differences(concat(rows), list(pair)).drop(columns=["arm", "against"])

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The true ledgers kept, with columns ``seed`` and ``arm``; see :func:`sim.ledger.frames.ledger`.

        Raises:
            ValueError: If none was kept.
        """
        return self._each(frames.ledger)

    @cached_property
    def customs(self) -> pd.DataFrame:
        """Customs records of the ledgers kept, with ``seed`` and ``arm``; see :func:`sim.ledger.customs.customs`.

        With ``seed``, ``arm`` and ``row`` they are joined to ``ledger``.

        Raises:
            ValueError: If none was kept.
        """
        return self._each(customs)

    def statements(self) -> pd.DataFrame:
        """End-use statements of the runs kept, with ``seed``, ``arm``: :func:`sim.ledger.statements.statements`."""
        return self._each(statements)

    def mirror(self, least: float = LEAST_VALUE, *, known: bool = False) -> pd.DataFrame:
        """Mirror statistics of the ledgers kept, with ``seed`` and ``arm``; see :func:`sim.ledger.mirror.mirror`.

        Args:
            least: Least value on the exporter's side for a gap, US dollars a month.
            known: Whether only records count that were reported by the end of the run.

        Raises:
            ValueError: If none was kept.
        """
        return self._each(lambda records: mirror(records, least, known))

    def observed(self, into: str, products: Iterable[str] | None = None) -> pd.DataFrame:
        """True crossings into a state and what records show of them, by week, with ``seed`` and ``arm``.

        Args:
            into: The state.
            products: Products; all by default.

        Returns:
            As :func:`sim.experiments.observed.observed`, of the ledgers kept.

        Raises:
            ValueError: If no ledger was kept, or there is no such state or product.
        """
        wanted = None if products is None else tuple(products)
        return self._each(lambda records: observed(records, into, wanted))

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """Deliveries of the runs kept, with ``seed`` and ``arm``; see :func:`sim.ledger.frames.deliveries`."""
        return self._each(frames.deliveries)

    @cached_property
    def series(self) -> pd.DataFrame:
        """Series of the runs kept, with ``seed`` and ``arm``; see :func:`sim.ledger.series.series`."""
        return self._each(series)

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Chains of the runs kept, widest first, with ``seed`` and ``arm``; see :func:`sim.ledger.trace.chains`."""
        return self._each(chains)

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """Path nodes of the runs kept, with ``seed`` and ``arm``; see :func:`sim.ledger.hops.nodes`."""
        return self._each(nodes)

    @cached_property
    def agents(self) -> pd.DataFrame:
        """Agents of the runs kept at their ends, with ``seed`` and ``arm``; see :func:`sim.ledger.frames.agents`."""
        return self._each(frames.agents)

    @cached_property
    def policies(self) -> pd.DataFrame:
        """The scenario's policies; see :func:`sim.ledger.frames.policies`. ``off`` tells which ones the twin lacks."""
        return frames.policies(self.scenario, self.versus)

    def trace(
        self, node: int, product: str | None = None, *, seed: int | None = None, arm: str = "run"
    ) -> pd.DataFrame:
        """Follows a path node of a run that was kept; see :func:`sim.ledger.trace.trace`.

        Args:
            node: Path node, as in ``.paths`` or ``.deliveries``.
            product: Product to follow; every product delivered or shipped on the node by default.
            seed: Seed of the run; the first by default.
            arm: ``"run"`` or ``"twin"``.

        Raises:
            KeyError: If that run was not kept.
            ValueError: If there is no such product.
            IndexError: If there is no such node.
        """
        return trace(self.records[self.seeds[0] if seed is None else seed, arm], node, product)

    @property
    def plot(self) -> Plots:
        """Figures: ``.plot.supply()``, ``.plot.price_and_cover()``, ``.plot.corridors()``, ``.plot.chains()``.

        And ``.plot.observed(state)`` of the runs whose ledger was kept.
        """
        from sim.experiments.plotting import Plots

        return Plots(self)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes everything: Parquet, figures with the numbers they show, and last the manifest.

        Ledgers are parts of one data set, ``ledger/``, one file a run. A ledger written before, as runs finished,
        is left as it is.

        Args:
            folder: Where to; results that it holds are written over.

        Returns:
            The folder.

        Raises:
            OutputError: If it cannot be written.
        """
        path = store.prepare(folder)
        store.write_frame(self.measures, path / "measures.parquet")
        store.write_frame(self.summary(), path / "summary.parquet")
        store.write_frame(self.traces, path / "traces.parquet")
        store.write_frame(self.flows, path / "flows.parquet")
        store.write_frame(self.series, path / "series.parquet")
        store.write_frame(self.deliveries, path / "deliveries.parquet")
        store.write_frame(self.paths, path / "paths.parquet")
        store.write_frame(self.nodes, path / "nodes.parquet")
        store.write_frame(self.agents, path / "agents.parquet")
        store.write_frame(self.statements(), path / "statements.parquet")
        if self.ledger_kept == "none":
            (path / "customs.parquet").unlink(missing_ok=True)
        else:
            store.write_frame(self.customs, path / "customs.parquet")
        for (seed, arm), records in self.records.items():
            write_ledger(path, seed, arm, records)
        self._drop_old_ledgers(path)
        write_draws(self.ensemble, self.seeds, self.first_seed, path)
        self.plot.save(path)
        self.write_manifest(path, finished=True)
        return path

    def write_manifest(self, folder: Path, *, finished: bool) -> None:
        """Writes a manifest: what makes the results again, and whether all of them are there.

        Args:
            folder: Folder of the results.
            finished: False while the other files are still to be written.
        """
        entries = {
            "finished": finished,
            "scenario": self.scenario.to_dict(),
            "scenario_hash": self.scenario.hash,
            "versus": list(self.versus),
            "seeds": self.seeds,
            "runs_asked": self.asked,
            "interrupted": self.interrupted,
            "ledger": self.ledger_kept,
            "window": None if self.window is None else [str(day) for day in self.window],
            "warnings": self.warnings,
            "own": _named(self.own),
            "ensemble": None if self.ensemble is None else self.ensemble.to_plain(),
            "tables": TABLES if self.ensemble is None else TABLES | {"ensemble.csv": "draw of each run"},
        }
        store.write_text(store.manifest(entries), folder / store.MANIFEST)

    def _each(self, frame: Callable[[Records], pd.DataFrame]) -> pd.DataFrame:
        """A frame of each run kept, one below another."""
        parts = []
        for (seed, arm), records in self.records.items():
            part = frame(records)
            part.insert(0, "seed", seed)
            part.insert(1, "arm", pd.Categorical([arm] * len(part), categories=["run", "twin"]))
            parts.append(part)
        return concat(parts)

    def _drop_old_ledgers(self, folder: Path) -> None:
        """Removes parts of earlier results from the ledger's folder."""
        kept = {ledger_part(folder, seed, arm) for seed in self.seeds for arm in ("run", "twin")}
        for part in (folder / "ledger").glob("*.parquet"):
            wanted = part in kept and self.ledger_kept != "none"
            if self.ledger_kept == "first":
                wanted = wanted and part in {ledger_part(folder, *key) for key in self.records}
            if not wanted:
                part.unlink()


def seeds_told(seeds: list[int], asked: int) -> str:
    """Which seeds are finished, in words.

    Args:
        seeds: Seeds of the finished runs, in order.
        asked: Number of runs asked for.

    Example:
        >>> seeds_told([1, 2, 3], 3), seeds_told([7], 1), seeds_told([1, 2], 5)
        ('seeds 1 to 3', 'seed 7', 'seeds 1 to 2, 2 of 5 runs asked for')
    """
    if not seeds:
        return f"none of {asked} runs asked for"
    told = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
    return told if len(seeds) == asked else f"{told}, {len(seeds)} of {asked} runs asked for"


def _named(own: Any) -> Any:
    """Classes and functions by module and name."""
    if isinstance(own, Mapping):
        return {str(key): _named(value) for key, value in own.items()}
    return f"{own.__module__}.{own.__qualname__}"


def concat(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames one below another; categories are joined, in order of first sight.

    Args:
        parts: Frames with the same columns.
    """
    if not parts:
        return pd.DataFrame()
    joined = {}
    for name in parts[0].columns:
        columns = [part[name] for part in parts]
        if isinstance(columns[0].dtype, pd.CategoricalDtype):
            joined[name] = pd.Series(pd.api.types.union_categoricals(columns, ignore_order=True))
        else:
            joined[name] = pd.concat(columns, ignore_index=True)
    return pd.DataFrame(joined)


def ledger_part(folder: Path, seed: int, arm: str) -> Path:
    """Where the ledger of one run goes.

    Args:
        folder: Folder of the results.
        seed: Seed of the run.
        arm: ``"run"`` or ``"twin"``.
    """
    return folder / "ledger" / f"seed-{seed:06d}-{arm}.parquet"


def write_ledger(folder: Path, seed: int, arm: str, records: Records) -> None:
    """Writes the ledger of one run, if it kept one.

    Args:
        folder: Folder of the results.
        seed: Seed of the run.
        arm: ``"run"`` or ``"twin"``.
        records: The run.
    """
    if records.ledger is None:
        return
    frame = frames.ledger(records)
    frame.insert(0, "seed", seed)
    frame.insert(1, "arm", arm)
    store.write_frame(frame, ledger_part(folder, seed, arm))
