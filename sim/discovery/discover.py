"""`discover`: from a sweep and a condition to boxes in plain words."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.declare.errors import listed, nearest
from sim.discovery import prim
from sim.discovery.cases import Cases, cases_of, reasons
from sim.discovery.condition import Condition, condition, parse_condition
from sim.discovery.errors import DiscoveryError
from sim.discovery.result import Discovery
from sim.discovery.settings import Settings
from sim.sweeps.sample import Sample

if TYPE_CHECKING:
    from sim.sweeps.stored import Sweep

FEW = 100
"""Cases below which boxes are rough."""
GAP = 0.15
"""Difference of the density in the sample and held out that is told."""


def discover(
    source: str | os.PathLike[str] | Sweep | Sample,
    outcome: str | None = None,
    *,
    below: float | None = None,
    above: float | None = None,
    between: tuple[float, float] | None = None,
    where: str | Condition | None = None,
    cases: str = "draws",
    method: str = "prim",
    boxes: int = 3,
    min_density: float | None = None,
    min_mass: float = 0.05,
    alpha: float | tuple[float, ...] = (0.05, 0.1, 0.2),
    folds: int = 10,
    permutations: int = 99,
    level: float = 0.05,
    seed: int = 1,
) -> Discovery:
    """Finds the parts of a sweep's space in which an outcome meets a condition, and says them in plain words.

    PRIM (:mod:`sim.discovery.prim`) finds boxes one after the other; CART (:mod:`sim.discovery.cart`) cuts the whole
    space with a tree. Held-out cases choose the box or the tree, restrictions that chance explains are dropped, and a
    box that does not hold where it was not fitted is none. The same input gives the same output.

    Args:
        source: Folder of a sweep, a sweep, or a sample of one.
        outcome: Name of an outcome, such as ``"denied:civil"``; a sample has only one.
        below: The outcome is less than this.
        above: The outcome is more than this.
        between: The outcome lies between these, bounds included.
        where: The outcome and the condition in one, such as ``"denied:civil<0.5"``, in place of those.
        cases: ``"draws"``: a draw is a case, by the mean over its seeds. ``"runs"``: each run is one.
        method: ``"prim"`` or ``"cart"``.
        boxes: Most boxes.
        min_density: Least held-out density of a box (PRIM), or density of a leaf (CART).
        min_mass: Part of the cases below which a box does not go.
        alpha: Part of the box peeled in a step (PRIM); of several, held-out cases choose.
        folds: Folds of the cross-validation.
        permutations: Random labellings that a box has to beat (PRIM).
        level: Greatest quasi-p-value of a restriction, and greatest p-value of a box against random labels (PRIM).
        seed: Of folds and random labellings.

    Returns:
        The boxes, their scores, the path of the search, and all of it in words.

    Raises:
        DiscoveryError: If the question cannot be read, or the sweep cannot answer it.
        SweepError: If the folder holds no sweep.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(1).random((200, 3))
        >>> y = np.where((x[:, 0] < 0.4) & (x[:, 1] > 0.5), 0.1, 0.9)[:, None]
        >>> sample = Sample("denied:civil", "denied share, civil", "share", "lhs", ("levy", "checks", "fee"), x, x, y)
        >>> found = discover(sample, below=0.5, folds=4, permutations=19, alpha=0.1)
        >>> found.boxes["words"].tolist()
        ['levy < 0.361', 'checks > 0.507']
        >>> print(found.text)
        denied share, civil is below 0.5 when levy < 0.361 and checks > 0.507. There it is so in 100% (held out 100%,
        92% to 100%) of the draws; 91% (held out 97%, 88% to 99%) of all such draws lie there.
    """
    how = Settings(method, boxes, min_density, min_mass, alpha, folds, permutations, level, seed)
    asked = _asked(outcome, below, above, between, where)
    sample, titles, units = _sample(source, asked.outcome)
    laid_out = cases_of(sample, asked, cases)
    if how.method == "cart":
        # scikit-learn takes a second to import: only where it is needed.
        from sim.discovery import cart

        found = cart.search(laid_out, how)
    else:
        found = prim.search(laid_out, how)
    result = Discovery(sample.label, asked, cases, how, laid_out, found, titles, units)
    result.warnings.extend(_warnings(result, sample))
    result.notes.extend(_notes(result))
    return result


def _asked(
    outcome: str | None,
    below: float | None,
    above: float | None,
    between: tuple[float, float] | None,
    where: str | Condition | None,
) -> Condition:
    """The condition, however it is given."""
    if where is None:
        return condition(outcome or "", below, above, between)
    if any(each is not None for each in (outcome, below, above, between)):
        raise DiscoveryError("where holds the outcome and the condition; give no outcome, below, above or between too")
    return parse_condition(where) if isinstance(where, str) else where


def _sample(
    source: str | os.PathLike[str] | Sweep | Sample, outcome: str
) -> tuple[Sample, Mapping[str, str], Mapping[str, str]]:
    """The sample asked for, with titles and units of factors where the sweep knows them."""
    if isinstance(source, Sample):
        if outcome and outcome != source.outcome:
            raise DiscoveryError(
                f"the sample is of {source.outcome!r}, not of {outcome!r}; take the sample of that one"
            )
        return source, {}, {}
    if not hasattr(source, "sample"):
        from sim.sweeps.stored import open_sweep

        source = open_sweep(source)
    if not outcome:
        raise DiscoveryError(f"name the outcome; the sweep has {listed(source.outcomes)}")
    if outcome not in source.outcomes:
        close = nearest(outcome, source.outcomes)
        hint = f" Did you mean {close}?" if close else ""
        raise DiscoveryError(f"the sweep has no outcome {outcome!r}; it has {listed(source.outcomes)}.{hint}")
    factors = source.space.factors
    # What stands in the scenario's own tables is how people name a factor.
    entries = {**source.scenario.uncertain, **source.scenario.levers}
    titles = {each.name: getattr(entries.get(each.name), "title", "") or each.name for each in factors}
    return source.sample(outcome), titles, {each.name: each.unit for each in factors if each.unit}


def _warnings(result: Discovery, sample: Sample) -> list[str]:
    """What a reader has to know."""
    cases: Cases = result.cases
    found = list(result.search.warnings)
    if sample.design == "table":
        found.append(
            "the draws are a table of your own: held-out figures flatter where its rows share values with each other, "
            "as in settings crossed with draws"
        )
    if cases.left_out:
        why = reasons(sample)
        found.append(
            f"{cases.left_out:,} of {cases.left_out + len(cases):,} {result.kind} are left out, since "
            f"{sample.label} is undefined there{f': {why}' if why else ''}; boxes say nothing about them"
        )
    if len(cases) < FEW:
        found.append(f"only {len(cases)} {result.kind}: limits are rough; some hundreds are usual")
    if sample.design == "morris":
        levels = sample.settings.get("levels")
        found.append(
            f"a Morris design takes {f'{levels} levels' if levels else 'few levels'} of each factor: limits can lie "
            "only between them; a sweep with --design lhs or sobol places them better"
        )
    for row in result.scores.to_dict("records"):
        if row["box"] != "all" and row["density"] - row["held_out_density"] > GAP:
            found.append(
                f"box {row['box']} is less dense where it was not fitted: {row['held_out_density']:.0%} against "
                f"{row['density']:.0%}; more draws would place its limits better"
            )
    if not result.search.found:
        found.append(f"no box is a finding: {result.search.why}")
    return found


def _notes(result: Discovery) -> list[str]:
    """How boxes were found."""
    cases = result.cases
    share = float(cases.interest.mean())
    found = [
        f"{int(cases.interest.sum()):,} of {len(cases):,} {result.kind} ({share:.0%}) are of interest. Density: the "
        "part of the cases in a box that are; coverage: the part of those that are which lie in the box; held out: "
        f"over cases that took no part in finding it ({result.settings.folds} folds), with 90% intervals."
    ]
    if cases.grouped:
        found.append(f"Since {cases.grouped}, folds keep them together, and intervals count them for less.")
    if result.search.found and result.search.why:
        found.append(f"There are no more boxes: {result.search.why}.")
    return found
