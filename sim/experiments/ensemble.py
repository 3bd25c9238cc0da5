"""An ensemble: draws of the uncertain parameters that agree with the evidence, each as likely as any other."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.declare.carried import carried
from sim.declare.errors import ScenarioError, listed, nearest
from sim.declare.plain import plain
from sim.experiments import store
from sim.scenario.model import Scenario
from sim.scenario.paths import overlap

FOLDER = "ensembles"
"""Where ensembles that come with the package lie, below `seeds`: a folder each."""
FILE = "ensemble.csv"
"""Name of the table of draws in the folder of a calibration."""
GIVEN = "given"
"""Name of an ensemble that was given as a frame."""


class EnsembleError(ValueError):
    """An ensemble that cannot be read, or does not fit the scenario."""


@dataclass(frozen=True)
class Ensemble:
    """Draws, equally likely.

    Attributes:
        name: Name, or path of the file.
        draws: One row a draw, a column an entry of `uncertain`, float64.
        manifest: How it was made; empty for a table of the user's own.
    """

    name: str
    draws: pd.DataFrame
    manifest: Mapping[str, Any]

    def __len__(self) -> int:
        """Number of draws."""
        return len(self.draws)

    @property
    def hash(self) -> str:
        """Hash of names and values."""
        text = ",".join(self.draws.columns).encode()
        return hashlib.sha256(text + np.ascontiguousarray(self.draws.to_numpy(np.float64)).tobytes()).hexdigest()[:12]

    def rows(self, runs: int) -> pd.DataFrame:
        """Draws for so many runs, in order; where there are more runs than draws they come again.

        Args:
            runs: Number of runs.

        Returns:
            One row a run.

        Example:
            >>> Ensemble("e", pd.DataFrame({"a": [1.0, 2.0]}), {}).rows(3)["a"].tolist()
            [1.0, 2.0, 1.0]
        """
        return self.draws.iloc[np.arange(runs) % len(self)].reset_index(drop=True)

    def scenario(self, scenario: Scenario, run: int) -> Scenario:
        """The scenario of one run.

        Args:
            scenario: The scenario; the ensemble must be fitted to it.
            run: Number of the run, from 0.

        Raises:
            ScenarioError: If the draw leads out of bounds.
        """
        row = self.draws.iloc[run % len(self)]
        return scenario.with_draws({str(name): float(value) for name, value in row.items()})

    def fitted(self, scenario: Scenario, changes: Iterable[str] = (), like: Scenario | None = None) -> Ensemble:
        """The draws that a scenario leaves open.

        What somebody sets is not unknown: draws of a value that is changed by hand, or that the scenario sets otherwise
        than the one the ensemble was calibrated for, are left out; so are those of what the scenario does not have,
        such as a policy that it removes.

        Args:
            scenario: The scenario.
            changes: Dotted paths of values changed by hand.
            like: The scenario that draws of the user's own are meant for; ``scenario`` itself by default. What one
                sets otherwise than the other is set by hand too.

        Raises:
            EnsembleError: For columns that nothing is called, or where no draw is left.
        """
        of = Scenario.from_data(self.manifest["scenario"]) if "scenario" in self.manifest else like
        known = scenario.uncertain if of is None else {**scenario.uncertain, **of.uncertain}
        unknown = [name for name in self.draws.columns if name not in known]
        if unknown:
            close = nearest(unknown[0], scenario.uncertain)
            hint = f" (did you mean {close!r}?)" if close else ""
            raise EnsembleError(
                f"the ensemble {self.name} has {listed([repr(name) for name in unknown], 5)}, which nothing in "
                f"[uncertain] of {scenario.name} is called{hint}; use the scenario it was calibrated for, or one that "
                "extends it"
            )
        kept = [
            name
            for name in self.draws.columns
            if name in scenario.uncertain
            and not any(overlap(scenario.uncertain[name].path, path) for path in changes)
            and (of is None or _as_calibrated(scenario, of, name))
        ]
        if not kept:
            raise EnsembleError(f"{scenario.name} leaves nothing open that the ensemble {self.name} draws")
        return Ensemble(self.name, self.draws[kept], self.manifest)

    def to_plain(self) -> dict[str, Any]:
        """What a manifest says of it: ``name``, ``hash``, ``draws``, ``columns``."""
        return {"name": self.name, "hash": self.hash, "draws": len(self), "columns": list(self.draws.columns)}


def write_draws(ensemble: Ensemble | None, seeds: Sequence[int], first: int, folder: Path) -> None:
    """Writes which draw each run has, `ensemble.csv`; removes the file of an earlier result where there is none.

    Args:
        ensemble: The ensemble, or None.
        seeds: Seeds of the finished runs; there may be gaps where the user stopped.
        first: Seed of the first run asked for, which has the first draw.
        folder: Folder of the results.
    """
    path = folder / "ensemble.csv"
    if ensemble is None:
        path.unlink(missing_ok=True)
        return
    rows = ensemble.draws.iloc[[(seed - first) % len(ensemble) for seed in seeds]]
    rows.insert(0, "seed", list(seeds))
    store.write_text(rows.to_csv(index=False, lineterminator="\n"), path)


def _as_calibrated(scenario: Scenario, of: Scenario, name: str) -> bool:
    """Whether an entry leads to the same value in a scenario as in the one that was calibrated."""
    path = scenario.uncertain[name].path
    try:
        there = of.at(path).value
    except ScenarioError:
        return False
    return bool(plain(scenario.at(path).value) == plain(there))


EnsembleSource = str | os.PathLike[str] | pd.DataFrame | Ensemble
"""What an ensemble can be given as."""


def read_ensemble(source: EnsembleSource) -> Ensemble:
    """Reads an ensemble.

    Args:
        source: Name of a shipped ensemble, folder of a calibration, a CSV file, or a frame with a column an entry of
            `uncertain` and a row a draw.

    Returns:
        The ensemble.

    Raises:
        EnsembleError: If there is none, or it holds what is no number.
    """
    if isinstance(source, Ensemble):
        return source
    if isinstance(source, pd.DataFrame):
        return Ensemble(GIVEN, _numbers(source, "the frame"), {})
    folder = carried("seeds") / FOLDER
    path = Path(source)
    if not path.exists() and (folder / path / FILE).is_file():
        path = folder / path
    if path.is_dir():
        path = path / FILE
    if not path.is_file():
        known = sorted(each.parent.name for each in folder.glob(f"*/{FILE}"))
        close = nearest(str(source), known)
        hint = f" (did you mean {close!r}?)" if close else ""
        raise EnsembleError(
            f"there is no ensemble {str(source)!r}{hint}; give the folder of a calibration, a CSV file, or one of "
            f"{', '.join(known) or 'those that come with the package: there are none'}"
        )
    try:
        frame = store.read_table(path)
    except (OSError, ValueError) as error:
        raise EnsembleError(f"{path} cannot be read as a table: {error}") from None
    return Ensemble(str(source), _numbers(frame, str(path)), _manifest(path.with_suffix(".json")))


def _manifest(path: Path) -> Mapping[str, Any]:
    """How the draws of a file were made, where it is told beside it."""
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EnsembleError(f"{path}, which tells how the draws beside it were made, cannot be read: {error}") from None
    # A file of the same name may be about something else.
    return found if isinstance(found, dict) and found.get("kind") == "calibration" else {}


def _numbers(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """A table of numbers, checked."""
    if frame.empty:
        raise EnsembleError(f"{what} holds no draws; give at least one row and one column")
    wrong = [
        str(name)
        for name in frame.columns
        if not pd.api.types.is_numeric_dtype(frame[name]) or frame[name].isna().any()
    ]
    if wrong:
        raise EnsembleError(f"{what} holds what is no number in {listed(wrong, 5)}; every cell must be a number")
    return frame.astype(np.float64).rename(columns=str).reset_index(drop=True)
