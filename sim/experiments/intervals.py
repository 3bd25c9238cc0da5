"""Intervals of paired differences, and how much variance the pairing took out of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

LEVEL = 0.90
"""Coverage of every interval here."""
TAIL = 0.5 + LEVEL / 2
"""Probability below the upper bound."""
Z = 1.6448536269514722
"""Standard normal quantile of :data:`TAIL`."""
STUDENT = "Student t"
"""Method: mean of the differences, give or take t times their standard error."""
BONETT_PRICE = "Bonett-Price"
"""Method for paired proportions."""
ONE_PAIR = "one pair gives no interval"

Float = NDArray[np.float64]


def student(differences: Float) -> tuple[Float, Float, NDArray[np.int64]]:
    """Mean of paired differences with the half-width of its 90% interval.

    The interval is Student's: ``mean ± t(0.95, n - 1) · s ÷ √n``, with n the pairs in which both values are defined.

    Args:
        differences: float64 (row, pair); NaN where undefined.

    Returns:
        Mean (NaN without a pair), half-width (NaN with fewer than two pairs), and n. Shape (row,).

    Example:
        >>> mean, half, n = student(np.array([[1.0, 2.0, 3.0, np.nan]]))
        >>> mean.tolist(), half.round(3).tolist(), n.tolist()
        ([2.0], [1.686], [3])
    """
    defined = np.isfinite(differences)
    n = defined.sum(axis=1)
    mean = _over(np.where(defined, differences, 0.0).sum(axis=1), n)
    squares = np.where(defined, differences - mean[:, None], 0.0) ** 2
    deviation = np.sqrt(_over(squares.sum(axis=1), n - 1))
    half = stdtrit(np.maximum(n - 1, 1), TAIL) * deviation / np.sqrt(np.maximum(n, 1))
    return mean, np.where(n > 1, half, np.nan), n


def bonett_price(differences: Float) -> tuple[Float, Float, Float, NDArray[np.int64]]:
    """Difference of two paired proportions with its 90% interval (Bonett and Price 2012, adjusted Wald).

    Student's interval has width 0 where no pair differs, however few there are. This one adds a pair of either
    kind to those that differ: with ``p₁ = (rises + 1) ÷ (n + 2)`` and ``p₂ = (falls + 1) ÷ (n + 2)`` it is
    ``p₁ - p₂ ± z·√((p₁ + p₂ - (p₁ - p₂)²) ÷ (n + 2))``, cut to -1 and 1.

    Args:
        differences: float64 (row, pair), each -1, 0 or 1; NaN where undefined.

    Returns:
        Difference of the proportions, lower and upper bound (NaN with fewer than two pairs), and n. Shape (row,).

    Example:
        >>> difference, low, high, n = bonett_price(np.zeros((1, 18)))
        >>> difference.tolist(), low.round(3).tolist(), high.round(3).tolist()
        ([0.0], [-0.116], [0.116])
    """
    n = np.isfinite(differences).sum(axis=1)
    rises, falls = ((differences == sign).sum(axis=1) for sign in (1.0, -1.0))
    p1, p2 = (rises + 1) / (n + 2), (falls + 1) / (n + 2)
    half = Z * np.sqrt((p1 + p2 - (p1 - p2) ** 2) / (n + 2))
    low, high = np.maximum(p1 - p2 - half, -1.0), np.minimum(p1 - p2 + half, 1.0)
    known = n > 1
    return _over((rises - falls).astype(np.float64), n), *(np.where(known, each, np.nan) for each in (low, high)), n


def removed(one: Float, other: Float) -> tuple[float, float, float, int]:
    """How many times smaller the variance of a difference is for pairs than for runs of separate seeds.

    The unpaired difference takes one value from a seed and the other from another, independent seed: its variance is
    ``Var(one) + Var(other)``. The paired one takes both from the same seed: ``Var(one - other)``. A factor of 10
    means that pairs are as sharp as ten times as many unpaired runs.

    Args:
        one: float64 (pair,); NaN where undefined.
        other: float64 (pair,).

    Returns:
        Variance unpaired, variance paired, their ratio, and the number of pairs. All but the number are NaN with
        fewer than two pairs; the ratio is infinite where only the paired difference has no variance, and NaN
        where neither varies.

    Example:
        >>> unpaired, paired, factor, n = removed(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.5]))
        >>> round(unpaired, 3), round(paired, 3), round(factor, 3), n
        (2.583, 0.083, 31.0, 3)
    """
    both = np.isfinite(one) & np.isfinite(other)
    n = int(both.sum())
    if n < 2:
        return float("nan"), float("nan"), float("nan"), n
    a, b = one[both], other[both]
    unpaired, paired = float(a.var(ddof=1) + b.var(ddof=1)), float((a - b).var(ddof=1))
    if paired > 0:
        return unpaired, paired, unpaired / paired, n
    return unpaired, paired, float("inf") if unpaired > 0 else float("nan"), n


def _over(above: Float, below: NDArray[np.int64]) -> Float:
    """A ratio, NaN where the denominator is not above 0."""
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
