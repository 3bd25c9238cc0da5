"""Folds for cross-validation, and the error of a score over them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.discovery.peeling import Box
from sim.discovery.scoring import score

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Float = NDArray[np.float64]


def folds_of(interest: Flags, group: Whole, count: int, seed: int) -> Whole:
    """Deals cases into folds: groups stay together, and each fold gets its share of cases of interest.

    Args:
        interest: bool (case,).
        group: int64 (case,).
        count: Folds; no more are made than there are groups.
        seed: Of the shuffle.

    Returns:
        int64 (case,), the fold of each case.

    Example:
        >>> folds_of(np.array([True, True, False, False]), np.arange(4), 2, seed=1).tolist() in ([0, 1, 0, 1],
        ... [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 1, 0])
        True
    """
    of = np.unique(group, return_inverse=True)[1]
    hits = np.bincount(of, weights=interest)
    # Sorted by cases of interest and then dealt like cards, groups of a kind spread evenly over folds.
    order = np.lexsort((np.random.default_rng(seed).permutation(len(hits)), hits))
    fold = np.empty(len(hits), np.int64)
    fold[order] = np.arange(len(hits)) % max(2, min(count, len(hits)))
    return fold[of]


def held_out(held: Flags, interest: Flags, fold: Whole) -> tuple[Float, Float, Float, Float]:
    """Counts and score of boxes over the cases that they were not fitted to, pooled over folds.

    Args:
        held: bool (case, step), whether a case lies in the box of a step found without its fold.
        interest: bool (case,).
        fold: int64 (case,).

    Returns:
        Cases, hits, score, and the score's standard error by leaving one fold out at a time (jackknife); (step,).
    """
    count = int(fold.max()) + 1
    cases = np.stack([held[fold == at].sum(axis=0) for at in range(count)]).astype(np.float64)
    hits = np.stack([held[(fold == at) & interest].sum(axis=0) for at in range(count)]).astype(np.float64)
    size = np.bincount(fold, minlength=count).astype(np.float64)
    own = np.bincount(fold, weights=interest, minlength=count)
    pooled = score(cases.sum(axis=0), hits.sum(axis=0), size.sum(), own.sum())
    without = np.stack(
        [
            score(
                cases.sum(axis=0) - cases[at], hits.sum(axis=0) - hits[at], size.sum() - size[at], own.sum() - own[at]
            )
            for at in range(count)
        ]
    )
    error = np.sqrt((count - 1) / count * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    return cases.sum(axis=0), hits.sum(axis=0), pooled, error


def alike(box: Box, others: list[list[Box]], fold: Whole, ranks: Whole) -> Flags:
    """Cases that lie in the box most like a given one, of those found without their fold.

    Boxes are found again without each fold, but not always in the same order: the likest is the one that shares most
    cases with it (Jaccard). Where none shares any, nothing of the fold lies in it.

    Args:
        box: The box.
        others: The boxes found without each fold.
        fold: int64 (case,), the fold of each case.
        ranks: int64 (case, factor).

    Returns:
        bool (case,).

    Example:
        >>> x = np.arange(4)[:, None]
        >>> low, high = Box(np.array([-np.inf]), np.array([1.5])), Box(np.array([1.5]), np.array([np.inf]))
        >>> alike(low, [[high, low], [high]], np.array([0, 1, 0, 1]), x).tolist()
        [True, False, False, False]
    """
    inside = box.inside(ranks)
    held = np.zeros(len(ranks), np.bool_)
    for at, found in enumerate(others):
        members = [each.inside(ranks) for each in found]
        like = [(inside & each).sum() / max(1, (inside | each).sum()) for each in members]
        if like and max(like) > 0:
            held[fold == at] = members[int(np.argmax(like))][fold == at]
    return held


def together(others: list[list[Box]], fold: Whole, ranks: Whole) -> Flags:
    """Cases that lie in any of the boxes found without their fold.

    Args:
        others: The boxes found without each fold.
        fold: int64 (case,), the fold of each case.
        ranks: int64 (case, factor).

    Returns:
        bool (case,).
    """
    held = np.zeros(len(ranks), np.bool_)
    for at, found in enumerate(others):
        for box in found:
            held |= (fold == at) & box.inside(ranks)
    return held
