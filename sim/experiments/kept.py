"""A run that was kept, in memory or in a folder of results: the frames that a trace reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.declare.errors import listed, nearest
from sim.experiments import store
from sim.experiments.opening import OpenedRun
from sim.experiments.results import RunResult, ledger_part
from sim.ledger import frames
from sim.ledger.hops import nodes
from sim.ledger.labels import tick_dates
from sim.ledger.trace import chains
from sim.world.records import Records

ARMS = ("run", "twin")
"""What a run that was kept can be."""
Source = str | os.PathLike[str] | RunResult | Records
"""What can be traced: a folder of results, a result, or the records of one run."""


class TraceError(ValueError):
    """Results that cannot be traced, or a name that they do not have."""


@dataclass(frozen=True)
class Kept:
    """The frames of one run, each made or read when it is first asked for.

    Attributes:
        title: Title of the scenario.
        seed: Seed of the run.
        arm: ``"run"`` or ``"twin"``.
        sides: Names of the sides.
        products: Names of the products.
        frame: Gives ``"paths"``, ``"nodes"``, ``"agents"``, ``"ledger"`` or ``"dates"``.
    """

    title: str
    seed: int
    arm: str
    sides: tuple[str, ...]
    products: tuple[str, ...]
    frame: Callable[[str], pd.DataFrame]

    @cached_property
    def paths(self) -> pd.DataFrame:
        """As :func:`sim.ledger.trace.chains`."""
        return self.frame("paths")

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """As :func:`sim.ledger.hops.nodes`."""
        return self.frame("nodes")

    @cached_property
    def agents(self) -> pd.DataFrame:
        """As :func:`sim.ledger.frames.agents`."""
        return self.frame("agents")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """As :func:`sim.ledger.frames.ledger`."""
        return self.frame("ledger")

    @cached_property
    def dates(self) -> pd.Series:
        """First day by recorded tick."""
        return self.frame("dates").set_index("tick")["date"]


def kept(source: Source, seed: int | None = None, arm: str = "run") -> Kept:
    """The run to trace.

    Args:
        source: A folder of results, a result, or the records of one run.
        seed: Seed of the run; the first that was kept by default.
        arm: ``"run"`` or ``"twin"``; records of one run are what they are.

    Returns:
        Its frames.

    Raises:
        TraceError: If there are no such results, or they have no ledger of that run.
    """
    if arm not in ARMS:
        raise TraceError(f"arm is {arm!r}; it must be run or twin")
    if isinstance(source, Records):
        return _of_records(source, source.world.seed, "twin" if source.policies_off else "run")
    if isinstance(source, OpenedRun):
        return _of_folder(source.folder, seed, arm)
    if isinstance(source, RunResult):
        at = (_chosen(seed, [number for number, name in source.records if name == arm], repr(source)), arm)
        if source.records[at].ledger is None:
            raise TraceError(f"{source!r} has no ledger; run it again with ledger='first' or 'all'")
        return _of_records(source.records[at], *at)
    if isinstance(source, str | os.PathLike):
        return _of_folder(Path(source), seed, arm)
    raise TraceError(
        f"a {type(source).__name__} has no ledger to trace; give a folder of `sim run ... --out DIR`, or what sim.run "
        "gives back"
    )


def known(word: str | None, names: tuple[str, ...], kind: str) -> None:
    """Checks a name.

    Args:
        word: The name, or None for all.
        names: Names that there are.
        kind: What it names.

    Raises:
        TraceError: If it is none of them.

    Example:
        >>> known("esat", ("east", "west"), "side")
        Traceback (most recent call last):
        sim.experiments.kept.TraceError: there is no side 'esat' (did you mean 'east'?); sides are east, west
    """
    if word is None or word in names:
        return
    close = nearest(word, names)
    hint = f" (did you mean {close!r}?)" if close else ""
    raise TraceError(f"there is no {kind} {word!r}{hint}; {kind}s are {listed(names, 40)}")


def _of_records(records: Records, seed: int, arm: str) -> Kept:
    """The frames of records in memory."""
    if records.ledger is None:
        raise TraceError("the run kept no ledger; make it again with its ledger")
    scenario, names = records.world.scenario, records.world.names
    dates = tick_dates(records)
    made: dict[str, Callable[[], pd.DataFrame]] = {
        "paths": lambda: chains(records),
        "nodes": lambda: nodes(records),
        "agents": lambda: frames.agents(records),
        "ledger": lambda: frames.ledger(records),
        "dates": lambda: pd.DataFrame({"tick": range(len(dates)), "date": dates}),
    }
    title = scenario.title or scenario.name
    return Kept(title, seed, arm, tuple(names.sides), tuple(names.products), lambda name: made[name]())


def _of_folder(folder: Path, seed: int | None, arm: str) -> Kept:
    """The frames of a folder of results."""
    manifest = _manifest(folder)
    if manifest.get("ledger") == "none":
        raise TraceError(f"{folder} holds results without a ledger; run it again without `--ledger none`")
    if not (folder / "nodes.parquet").exists():
        raise TraceError(f"{folder} was written by an earlier version of sim, without path nodes; run it again")
    runs = _read(folder / "paths.parquet", columns=["seed", "arm"]).drop_duplicates()
    found = sorted(int(number) for number in runs.loc[runs["arm"] == arm, "seed"])
    with_ledger = [number for number in found if ledger_part(folder, number, arm).exists()]
    chosen = _chosen(seed, with_ledger, str(folder))
    of = manifest["scenario"]

    def frame(name: str) -> pd.DataFrame:
        if name == "ledger":
            return _read(ledger_part(folder, chosen, arm)).drop(columns=["seed", "arm"])
        whole = _read(folder / f"{'traces' if name == 'dates' else name}.parquet")
        own = whole[(whole["seed"] == chosen) & (whole["arm"] == arm)].drop(columns=["seed", "arm"])
        own = own[["tick", "date"]].drop_duplicates() if name == "dates" else own
        return own.reset_index(drop=True)

    return Kept(of.get("title") or of["name"], chosen, arm, tuple(of["sides"]), tuple(of["products"]), frame)


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder with the results of a run."""
    wanted = "give the folder that `sim run ... --out DIR` wrote"
    found = store.read_manifest(folder, wanted, TraceError)
    if "arms" in found:
        raise TraceError(f"{folder} holds a comparison, which keeps no ledger; {wanted}")
    if not found.get("finished") or "scenario" not in found:
        raise TraceError(f"{folder} holds results that were not written to the end; run it again")
    return found


def _read(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """A frame of a folder of results."""
    return store.read_frame(path, TraceError, columns)


def _chosen(seed: int | None, seeds: list[int], told: str) -> int:
    """The seed wanted, of those whose run was kept with its ledger."""
    if not seeds:
        raise TraceError(f"{told} has no run with a ledger; run it again with the ledger of the first run, or of all")
    if seed is None:
        return min(seeds)
    if seed not in seeds:
        raise TraceError(
            f"the run of seed {seed} was not kept with its chains and its ledger; kept: {listed(map(str, seeds), 20)}"
        )
    return seed
