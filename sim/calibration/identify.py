"""What the evidence cannot tell apart: parameters that only move together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

Float = NDArray[np.float64]

LEAST = 0.1
"""Rank correlation from which two parameters count as tied."""
_EDGE = 1e-9


def ridges(positions: Float, names: Sequence[str], least: float = LEAST) -> pd.DataFrame:
    """Pairs of parameters that agree with the evidence only together.

    Priors are independent; a correlation in the ensemble is the work of the evidence. Along a ridge the evidence says
    how one goes with the other, and not where on it the truth lies: coverage of records and the flow that they cover
    are the standard case. A pair is a *ridge* where the two together are known much better than
    each alone: the variance across it is less than half of that of the narrower one.

    Args:
        positions: float64 (draw, factor), probabilities in the priors.
        names: Names of the factors.
        least: Least absolute correlation of normal scores.

    Returns:
        One row a pair, strongest first: ``first``, ``second``, ``correlation`` (of normal scores), ``across`` and
        ``along`` (standard deviations of normal scores across the ridge and along it; 1 is what the prior has).

    Example:
        >>> u = np.linspace(0.01, 0.99, 99)
        >>> ridges(np.column_stack([u, 1.0 - u]), ["coverage", "flow"])[["first", "correlation"]].values.tolist()
        [['coverage', -1.0]]
    """
    scores = norm.ppf(np.clip(positions, _EDGE, 1.0 - _EDGE))
    rows = []
    with np.errstate(invalid="ignore"):
        found = np.corrcoef(scores, rowvar=False)
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            if abs(found[i, j]) >= least:
                spans = np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(scores[:, [i, j]], rowvar=False)), 0.0))
                rows.append((names[i], names[j], round(float(found[i, j]), 12), float(spans[0]), float(spans[1])))
    table = pd.DataFrame(rows, columns=["first", "second", "correlation", "across", "along"])
    return table.sort_values("correlation", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def directions(positions: Float, names: Sequence[str], parts: int = 4, least: float = 0.3) -> pd.DataFrame:
    """Combinations of parameters, from the best known to the least; those of which nothing is known are left out.

    Args:
        positions: float64 (draw, factor), probabilities in the priors.
        names: Names of the factors.
        parts: How many parameters of each combination are named.
        least: Least part of the variance that must be gone.

    Returns:
        One row a principal direction of the normal scores: ``known`` (one less its variance: 0 for what the prior knew,
        1 for exactly known), ``combination`` (its largest parts with their weights).

    Example:
        >>> u = np.linspace(0.01, 0.99, 99)
        >>> directions(np.column_stack([u, 1.0 - u]), ["coverage", "flow"])["combination"][0]
        '+0.71 coverage +0.71 flow'
    """
    scores = norm.ppf(np.clip(positions, _EDGE, 1.0 - _EDGE))
    variance, vectors = np.linalg.eigh(np.atleast_2d(np.cov(scores, rowvar=False)))
    rows = []
    for at in range(len(names)):
        vector = vectors[:, at]
        largest = np.argsort(-np.abs(vector), kind="stable")[:parts]
        vector = vector * np.sign(vector[largest[0]])
        text = " ".join(f"{vector[each]:+.2f} {names[each]}" for each in sorted(largest) if abs(vector[each]) > 0.1)
        rows.append((1.0 - float(variance[at]), text))
    return pd.DataFrame([row for row in rows if row[0] >= least], columns=["known", "combination"])
