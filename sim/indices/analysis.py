"""`sensitivity`: which parameters an outcome of a sweep depends on, and how much of it is luck."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.declare.errors import listed, nearest
from sim.experiments import store
from sim.experiments.intervals import LEVEL
from sim.indices import convergence, delta, luck, morris, pawn, sentences, sobol, tornado
from sim.indices.designs import methods_for
from sim.indices.errors import Refused, SensitivityError
from sim.indices.ranking import ranking
from sim.indices.salib import COLUMNS
from sim.sweeps.sample import Sample

if TYPE_CHECKING:
    from sim.indices.plotting import Plots
    from sim.sweeps.stored import Sweep

    Source = str | os.PathLike[str] | Sweep | Sample | Sequence[Sample]

ANALYSES: Mapping[str, Callable[..., pd.DataFrame]] = {
    "sobol": sobol.analyse,
    "morris": morris.analyse,
    "delta": delta.analyse,
    "pawn": pawn.analyse,
}
"""Analysis by name of the method; all take the same arguments."""
MEASURES = ("leakage", "denied")
"""Measures taken for each side that is not civil, where no outcomes are named."""
MOST = 8
"""Most outcomes taken where none are named and these measures are not among them."""
OWN_DRAWS = (
    "the draws are a table of your own: indices, intervals and the split of variance are right only if its rows were "
    "drawn independently from the distributions of the factors"
)
"""Warning for a design that nothing is known of."""
FEWEST, MOST_RESAMPLES = 20, 100_000
"""Bounds of the number of resamples."""


def sensitivity(
    source: Source,
    outcomes: Sequence[str] | str | None = None,
    *,
    method: str | None = None,
    resamples: int = 1000,
    seed: int = 1,
    out: str | os.PathLike[str] | None = None,
) -> Sensitivity:
    """Says which factors of a sweep its outcomes depend on, with 90% intervals, and how much of them is luck.

    Outcomes are means over seeds. One that a method cannot judge is reported as refused, with the reason; the others
    go on. The same arguments give the same bits.

    Args:
        source: Folder of a sweep, a sweep, or samples.
        outcomes: Ids of outcomes, such as ``"denied:SIDE"``; by default leakage and denied share of each side that is
            not civil, or where the sweep has none of these, up to :data:`MOST` outcomes.
        method: ``"sobol"``, ``"morris"``, ``"delta"`` or ``"pawn"``; by default what suits the design: Sobol's and
            Morris's their own, others delta and PAWN.
        resamples: Bootstrap resamples of Sobol indices and of swings; other methods make up to 100 of them.
        seed: Seed of resamples and dummies.
        out: Folder to write to; see :meth:`Sensitivity.save`.

    Returns:
        Indices, the split of variance, a ranking, warnings, and sentences.

    Raises:
        SensitivityError: If there is no such outcome or method, the method needs another design, or every outcome is
            refused.
        SweepError: If the folder holds no sweep.
        OutputError: If ``out`` cannot be written.

    Example:
        >>> import numpy as np
        >>> from SALib.sample import sobol as design
        >>> from sim.indices.salib import problem
        >>> x = design.sample(problem(2), 32, calc_second_order=False, seed=1)
        >>> y = 3.0 * x[:, :1] + x[:, 1:]
        >>> sample = Sample("cost", "cost", "", "sobol", ("a", "b"), x, x, y, {}, {"n": 32, "second_order": False})
        >>> found = sensitivity(sample, resamples=50)
        >>> found.ranking()[["rank", "factor"]].values.tolist()
        [[1, 'a'], [2, 'b']]
    """
    _whole("resamples", resamples, FEWEST, MOST_RESAMPLES)
    _whole("seed", seed, 0, 2**32 - 1)
    samples, notes = _samples(source, outcomes)
    if samples and samples[0].design == "table":
        notes.append(OWN_DRAWS)
    indices, variance, moved, refused = [], [], [], []
    used: dict[str, None] = {}
    for sample in samples:
        split = luck.split(sample, level=LEVEL, seed=seed)
        variance.append(split)
        moved.append(tornado.swings(sample, resamples=resamples, level=LEVEL, seed=seed))
        given = False
        for name in methods_for(sample.design, method):
            used[name] = None
            try:
                found = ANALYSES[name](sample, resamples=resamples, level=LEVEL, seed=seed)
            except Refused as error:
                refused.append((sample.outcome, name, str(error)))
                continue
            given = True
            indices.append(found)
            notes += convergence.doubts(sample, found, ranking(found), name)
        if given:
            notes += convergence.few_seeds(sample, split)
    if not indices:
        told = "\n".join(f"  {outcome}, {name}: {reason}." for outcome, name, reason in refused)
        raise SensitivityError(f"no outcome can be analysed\n{told}")
    result = Sensitivity(
        design=samples[0].design,
        methods=tuple(used),
        labels={sample.outcome: sample.label for sample in samples},
        units={sample.outcome: sample.unit for sample in samples},
        indices=pd.concat(indices, ignore_index=True)[list(COLUMNS)],
        variance=pd.concat(variance, ignore_index=True),
        swings=pd.concat(moved, ignore_index=True),
        refused=pd.DataFrame(refused, columns=["outcome", "method", "reason"], dtype="str"),
        warnings=notes,
        settings={"resamples": resamples, "seed": seed, "level": LEVEL},
    )
    if out is not None:
        result.save(out)
    return result


@dataclass(repr=False, frozen=True)
class Sensitivity:
    """What outcomes of a sweep depend on. A notebook shows it as the tables that `sim sensitivity` prints.

    Attributes:
        design: Design of the sweep.
        methods: Methods used.
        labels: Outcomes as people read them, by id.
        units: Units of outcomes, by id.
        indices: A row an index: ``outcome``, ``method``, ``factor``, ``other`` (second factor of a second-order index,
            else empty), ``index``, ``value``, ``low``, ``high`` (90% interval), ``n`` (base draws of Sobol's design,
            trajectories of Morris's, draws of others).
        variance: A row an outcome and source of variance; see :func:`sim.indices.luck.split`.
        swings: A row an outcome and factor: means at the factor's low and high end; see
            :func:`sim.indices.tornado.swings`.
        refused: Outcomes without indices: ``outcome``, ``method``, ``reason``.
        warnings: What stands against the indices, and what to do.
        settings: Resamples, seed and level.
    """

    design: str
    methods: tuple[str, ...]
    labels: Mapping[str, str]
    units: Mapping[str, str]
    indices: pd.DataFrame
    variance: pd.DataFrame
    swings: pd.DataFrame
    refused: pd.DataFrame
    warnings: list[str]
    settings: Mapping[str, Any]

    def __repr__(self) -> str:
        """What was analysed; the whole would be pages."""
        return f"<Sensitivity of {listed(self.labels, 4)} by {' and '.join(self.methods)}>"

    def _repr_html_(self) -> str:
        """The tables, for a notebook."""
        from sim.indices.plotting import html

        return html(self)

    def ranking(self) -> pd.DataFrame:
        """Factors by outcome and method, the one that matters most first; see :func:`sim.indices.ranking.ranking`.

        By total index (Sobol), ``mu_star`` (Morris), delta, or the median distance (PAWN).
        """
        return ranking(self.indices)

    def sentences(self) -> list[str]:
        """The answer in words: for each outcome what its indices say, and how much of it is luck."""
        ranked, told = self.ranking(), []
        for outcome, label in self.labels.items():
            for name in self.methods:
                found, order = (each[(each["outcome"] == outcome) & (each["method"] == name)]
                                for each in (self.indices, ranked))  # fmt: skip
                if len(found):
                    told.append(sentences.of_indices(label, self.units[outcome], found, order))
            told.append(sentences.of_luck(label, self.variance[self.variance["outcome"] == outcome]))
        return told

    @property
    def plot(self) -> Plots:
        """Figures; see :class:`sim.indices.plotting.Plots`."""
        from sim.indices.plotting import Plots

        return Plots(self)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes tables (CSV), sentences and warnings (text), figures (PNG, SVG), and a manifest.

        Args:
            folder: Where to: a new or empty folder, or one with results, which are written over.

        Returns:
            The folder.

        Raises:
            OutputError: If it cannot be written.
        """
        path = store.prepare(folder)
        frames = {"indices": self.indices, "variance": self.variance, "swings": self.swings,
                  "ranking": self.ranking(), "refused": self.refused}  # fmt: skip
        for name, frame in frames.items():
            store.write_text(frame.to_csv(index=False), path / f"{name}.csv")
        lines = [*self.sentences(), *(f"warning: {each}" for each in self.warnings)]
        store.write_text("\n".join(lines) + "\n", path / "sentences.txt")
        self.plot.save(path)
        entries = {"what": "sensitivity", "design": self.design, "methods": list(self.methods),
                   "outcomes": list(self.labels), **self.settings, "salib": _salib_version()}  # fmt: skip
        store.write_text(store.manifest(entries), path / store.MANIFEST)
        return path


def _samples(source: Source, outcomes: Sequence[str] | str | None) -> tuple[list[Sample], list[str]]:
    """Samples asked for, and a note where not all are taken."""
    wanted = [outcomes] if isinstance(outcomes, str) else None if outcomes is None else list(outcomes)
    if isinstance(source, Sample):
        source = [source]
    if isinstance(source, Sequence) and not isinstance(source, str):
        given = {sample.outcome: sample for sample in source if isinstance(sample, Sample)}
        names = list(given) if wanted is None else wanted
        return [given[name] for name in _known(names, list(given))], []
    from sim.sweeps.stored import open_sweep

    source = open_sweep(source)
    there = list(source.outcomes)
    if wanted is not None:
        return [source.sample(name) for name in _known(wanted, there)], []
    sides = [name for name, side in source.scenario.sides.items() if not side.civil]
    usual = [f"{measure}:{side}" for side in sides for measure in MEASURES]
    names = [name for name in usual if name in there] or there[:MOST]
    left = len(there) - len(names)
    note = [f"{left} more outcomes are not shown; name them with --outcome"] if left and names[0] not in usual else []
    return [source.sample(name) for name in _known(names, there)], note


def _known(names: Sequence[str], there: Sequence[str]) -> list[str]:
    """Names, each once, all of them there."""
    if not names:
        raise SensitivityError("there is no outcome to analyse; name one, of a sweep that stored it")
    for name in names:
        if name not in there:
            close = nearest(name, there)
            hint = f" (did you mean {close!r}?)" if close else ""
            raise SensitivityError(f"the sweep has no outcome {name!r}{hint}; outcomes are {listed(there, 60)}")
    return list(dict.fromkeys(names))


def _whole(name: str, value: object, least: int, most: int) -> None:
    """Checks a whole number."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise SensitivityError(f"{name} is {value!r}; give a whole number from {least} to {most}")


def _salib_version() -> str:
    """Version of SALib."""
    from importlib import metadata

    return metadata.version("SALib")
