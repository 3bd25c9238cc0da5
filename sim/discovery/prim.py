"""The Patient Rule Induction Method for scenario discovery, with the choice of the box by cross-validation.

Peeling and pasting are those of Friedman and Fisher (1999); restrictions are tested as by Bryant and Lempert (2010),
who brought the method to scenario discovery. What is added is who chooses: not the reader by eye but held-out cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.discovery.cases import LEAST, Cases
from sim.discovery.folds import alike, folds_of, held_out, together
from sim.discovery.found import Found, Search
from sim.discovery.peeling import Box, Peeled, peel
from sim.discovery.refining import refined
from sim.discovery.scoring import score, wilson, worth
from sim.discovery.settings import Settings

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
PATH = (
    *("box", "alpha", "step", "cases", "of_interest", "mass", "coverage", "density", "score", "restricted", "factors"),
    *("held_out_mass", "held_out_coverage", "held_out_density", "held_out_score", "score_error", "chosen"),
)
"""Columns of the path, in order."""


def search(cases: Cases, settings: Settings) -> Search:
    """Finds boxes one after the other, each among the cases that the earlier ones leave (covering).

    A round is: peel all cases that are left, once for each alpha; refine each step (chance restrictions out, paste);
    do the same without each fold, and take of each fold's steps the one of the same alpha whose peeled mass is
    nearest; score the steps over the cases held out; choose. The chosen step is, among those whose held-out score
    lies within a standard error of the best, the one with the fewest restricted factors, and of these the one with
    the best score.

    A box is a finding only if (1) the best score along the peeling beats that along peelings of the same factors with
    random labels, and (2) the lower bound of its held-out density lies above the share of cases of interest.

    Args:
        cases: The cases.
        settings: How to search.

    Returns:
        The boxes and the path to each.
    """
    fold = folds_of(cases.interest, cases.group, settings.folds, settings.seed)
    left = np.ones(len(cases), np.bool_)
    # Each fold goes through a covering of its own, so that its second box is found after its own first one.
    open_to = [left.copy() for _ in range(int(fold.max()) + 1)]
    others: list[list[Box]] = [[] for _ in open_to]
    found: list[tuple[Box, float]] = []
    paths: list[pd.DataFrame] = []
    refused, why = None, ""
    for at in range(1, settings.boxes + 1):
        open_hits = int((cases.interest & left).sum())
        if at > 1 and (open_hits < LEAST or open_hits == left.sum()):
            why = f"of the cases that the boxes leave, {open_hits} are of interest, too few for another"
            break
        whole = _round(cases, left, open_to, fold, settings)
        step, why = _choose(whole.path, settings)
        chance = 1.0 if why else _chance(cases, left, whole.peeled, settings)
        why = why or _no_finding(cases, whole, step, chance, settings)
        box = whole.boxes[step]
        whole.path.insert(0, "box", str(at))
        whole.path["chosen"] = (whole.path["step"] == step) & (not why)
        if not why or at == 1:
            paths.append(whole.path)
        if why:
            refused = box if box.sides else None
            break
        found.append((box, chance))
        left &= ~box.inside(cases.ranks)
        for number, boxes in enumerate(whole.others):
            others[number].append(boxes[step])
            open_to[number] &= ~boxes[step].inside(cases.ranks)
    return Search(
        [Found(box, alike(box, others, fold, cases.ranks), chance) for box, chance in found],
        pd.concat(paths, ignore_index=True)[list(PATH)],
        together(others, fold, cases.ranks),
        refused=refused,
        why=why,
    )


@dataclass(frozen=True)
class _Part:
    """Some of the cases, laid out for reading by factor."""

    ranks: Whole
    interest: Flags
    group: Whole

    @classmethod
    def of(cls, cases: Cases, rows: Flags) -> _Part:
        """Some cases."""
        return cls(np.asfortranarray(cases.ranks[rows]), cases.interest[rows], cases.group[rows])

    def peel(self, settings: Settings) -> dict[float, list[Peeled]]:
        """Steps of a peeling for each alpha."""
        least = settings.least(len(self.interest))
        return {alpha: peel(self.ranks, self.interest, alpha, least) for alpha in settings.alphas}

    def refined(self, box: Box, settings: Settings) -> Box:
        """A step without chance restrictions, pasted."""
        return refined(box, self.ranks, self.interest, self.group, settings.alphas[0], settings.level)


@dataclass(frozen=True)
class _Round:
    """One round: the steps of the peelings, each refined, and how they hold.

    ``others`` has the box of each fold and step, ``scored`` and ``held`` say of each held-out case whether it was left
    and of each step (case, step) whether it lies in the box.
    """

    peeled: dict[float, list[Peeled]]
    boxes: list[Box]
    others: list[list[Box]]
    scored: Flags
    held: Flags
    path: pd.DataFrame


def _round(cases: Cases, left: Flags, open_to: list[Flags], fold: Whole, settings: Settings) -> _Round:
    """Peels what is left, and sees how each step holds where it was not fitted."""
    part = _Part.of(cases, left)
    peeled = part.peel(settings)
    boxes = [part.refined(step.box, settings) for steps in peeled.values() for step in steps]
    held = np.zeros((len(cases), len(boxes)), np.bool_)
    scored = np.zeros(len(cases), np.bool_)
    others = []
    for at, still in enumerate(open_to):
        own = _others(_Part.of(cases, still & (fold != at)), peeled, settings)
        test = fold == at
        members = {id(box): box.inside(cases.ranks[test]) for box in own}
        held[test] = np.stack([members[id(box)] for box in own], axis=1)
        scored[test] = still[test]
        others.append(own)
    path = _path(cases, left, fold, boxes, held, scored)
    path.insert(0, "alpha", [alpha for alpha, steps in peeled.items() for _ in steps])
    return _Round(peeled, boxes, others, scored, held, path)


def _others(train: _Part, peeled: dict[float, list[Peeled]], settings: Settings) -> list[Box]:
    """For each step the box that other cases give for the same peeled mass."""
    found: list[Box] = []
    for alpha, steps in train.peel(settings).items():
        mass, own = (np.array([step.cases / max(1, of[0].cases) for step in of]) for of in (peeled[alpha], steps))
        nearest = np.abs(np.log(mass[:, None] / np.maximum(own[None, :], 1e-12))).argmin(axis=1).tolist()
        refined_ = {at: train.refined(steps[at].box, settings) for at in sorted(set(nearest))}
        found += [refined_[at] for at in nearest]
    return found


def _path(cases: Cases, left: Flags, fold: Whole, boxes: list[Box], held: Flags, scored: Flags) -> pd.DataFrame:
    """A row a step, over the cases that are left."""
    total, total_hits = int(left.sum()), int((left & cases.interest).sum())
    inside = np.stack([box.inside(cases.ranks) & left for box in boxes], axis=1)
    n, hits = inside.sum(axis=0), (inside & cases.interest[:, None]).sum(axis=0)
    out_n, out_hits, out_score, error = held_out(held[scored], cases.interest[scored], fold[scored])
    out_total, out_total_hits = max(1, int(scored.sum())), max(1, int((scored & cases.interest).sum()))
    restricted = [box.restricted for box in boxes]
    return pd.DataFrame({
        "step": np.arange(len(boxes)),
        "cases": n,
        "of_interest": hits,
        "mass": n / total,
        "coverage": hits / total_hits,
        "density": hits / np.maximum(n, 1),
        "score": score(n, hits, total, total_hits),
        "restricted": [len(each) for each in restricted],
        "factors": pd.Series([", ".join(cases.names[at] for at in each) for each in restricted], dtype="str"),
        "held_out_mass": out_n / out_total,
        "held_out_coverage": out_hits / out_total_hits,
        "held_out_density": np.divide(out_hits, out_n, out=np.full(len(boxes), np.nan), where=out_n > 0),
        "held_out_score": out_score,
        "score_error": error,
    })  # fmt: skip


def _choose(path: pd.DataFrame, settings: Settings) -> tuple[int, str]:
    """The step chosen, and why none is a finding; empty where one may be."""
    some = path[path["restricted"] > 0]
    if some.empty:
        return 0, "no restriction makes cases of interest denser than chance would"
    dense = some[some["held_out_density"] >= (settings.min_density or 0.0)]
    if some["held_out_density"].isna().all():
        return 0, "no box holds any of the cases left out, so none can be checked; sweep over more draws"
    if dense.empty:
        best = some.loc[some["held_out_density"].fillna(-1.0).idxmax()]
        return int(best["step"]), (
            f"no box reaches a held-out density of {settings.min_density:g}; the densest has "
            f"{best['held_out_density']:.2f}. Lower min_density, or sweep over more draws"
        )
    best = dense.loc[dense["held_out_score"].idxmax()]
    near = dense[dense["held_out_score"] >= best["held_out_score"] - best["score_error"]]
    near = near.sort_values(["restricted", "held_out_score", "step"], ascending=[True, False, True])
    return int(near["step"].iloc[0]), ""


def _no_finding(cases: Cases, whole: _Round, step: int, chance: float, settings: Settings) -> str:
    """Why a box is no finding; empty where it is one."""
    if chance > settings.level:
        return (
            f"chance explains it: peelings of random labels score as well in {chance:.0%} of cases "
            f"(p = {chance:.2g}, more than {settings.level:g})"
        )
    inside = whole.held[:, step] & whole.scored
    share = cases.interest[whole.scored].mean()
    hit = cases.interest[inside]
    low = wilson(float(hit.mean()), worth(hit, cases.group[inside]))[0] if len(hit) else 0.0
    if low <= share:
        return (
            f"it does not hold where it was not fitted: the lower bound of its held-out density, {low:.2f}, is not "
            f"above the share of cases of interest, {share:.2f}"
        )
    return ""


def _chance(cases: Cases, left: Flags, peeled: dict[float, list[Peeled]], settings: Settings) -> float:
    """p-value of the best score along the peelings against random labels.

    Draws exchange their factors, so that runs of a draw stay together. It stops as soon as the level is out of reach
    (Besag and Clifford 1991), and counts the labels tried so far.
    """
    interest = cases.interest[left]
    draws, first, of = np.unique(cases.draw[left], return_index=True, return_inverse=True)
    by_draw = cases.ranks[left][first]
    observed = max(_best(steps) for steps in peeled.values())
    random = np.random.default_rng([settings.seed, len(draws)])
    least = settings.least(len(interest))
    most = settings.level * (settings.permutations + 1)
    beaten = 0
    for tried in range(1, settings.permutations + 1):
        mixed = by_draw[random.permutation(len(draws))][of]
        # The least patient peeling is the quickest, and often enough.
        alphas = reversed(settings.alphas)
        beaten += any(_best(peel(mixed, interest, alpha, least, observed)) >= observed for alpha in alphas)
        if beaten + 1 > most:
            return (beaten + 1) / (tried + 1)
    return (beaten + 1) / (settings.permutations + 1)


def _best(peeled: list[Peeled]) -> float:
    """Best score along a peeling."""
    n, hits = (np.array([getattr(step, name) for step in peeled], np.float64) for name in ("cases", "hits"))
    return float(score(n, hits, n[0], hits[0]).max())
