"""How good a box is: density, coverage, the score that chooses it, and the intervals around shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from sim.experiments.intervals import Z

Float = NDArray[np.float64]


def score(cases: Float, hits: Float, total: float, total_hits: float) -> Float:
    """Correlation between lying in a box and being of interest: 0 for chance, 1 for a perfect box.

    It is the phi coefficient of the two (Matthews 1975), ``(h·N - n·H) ÷ √(n·H·(N - n)·(N - H))``. It weighs coverage
    against density whatever the share of cases of interest is, and times √(N - 1) it is the standard score of the
    hits under random labels, so that one number chooses the box and tests it.

    Args:
        cases: Cases in the box, n; any shape.
        hits: Cases of interest in it, h; the same shape.
        total: All cases, N.
        total_hits: All cases of interest, H.

    Returns:
        Of the same shape; 0 where the box holds none or all.

    Example:
        >>> score(np.array([10.0, 20.0]), np.array([10.0, 10.0]), 40, 10).round(3).tolist()
        [1.0, 0.577]
    """
    n, h = np.asarray(cases, np.float64), np.asarray(hits, np.float64)
    below = np.sqrt(n * total_hits * (total - n) * (total - total_hits))
    return np.divide(h * total - n * total_hits, below, out=np.zeros(n.shape), where=below > 0)


def worth(hit: NDArray[np.bool_], group: NDArray[np.int64]) -> float:
    """How many independent cases a share over grouped cases is worth.

    The variance of the share is that of a ratio over groups, ``G ÷ (G - 1) · Σ r² ÷ n²`` with r the residuals summed
    by group; the worth is ``p·(1 - p)`` divided by it, at most n (Kish 1965; with Wilson's interval Dean and Pagano
    2015). A share of 0 or 1 shows no spread: it is worth a case a group.

    Args:
        hit: bool (case,).
        group: int64 (case,).

    Returns:
        The number; 0 without a case.

    Example:
        >>> worth(np.array([True, False, True, False]), np.arange(4))
        4.0
        >>> worth(np.array([True, True, False, False]), np.array([0, 0, 1, 1]))
        1.0
    """
    n = len(hit)
    if n == 0:
        return 0.0
    if n == 1 or (np.diff(group) > 0).all():
        return float(n)
    of = np.unique(group, return_inverse=True)[1]
    groups = int(of.max()) + 1
    if groups == n:
        return float(n)
    share = hit.mean()
    if share in (0.0, 1.0) or groups == 1:
        return float(groups)
    residuals = np.bincount(of, weights=hit - share)
    variance = groups / (groups - 1) * float(residuals @ residuals) / n**2
    return float(min(n, share * (1 - share) / variance)) if variance > 0 else float(n)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's 90% interval of a share (Wilson 1927).

    Args:
        share: The share found.
        n: Independent cases that it is worth; see :func:`worth`.

    Returns:
        Lower and upper bound; NaN without a case.

    Example:
        >>> tuple(round(each, 3) for each in wilson(0.9, 50))
        (0.808, 0.95)
    """
    if n <= 0:
        return float("nan"), float("nan")
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * float(np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)))
    return max(0.0, middle - half), min(1.0, middle + half)


def quasi_p(cases: float, hits: float, without_cases: float, without_hits: float, part: float = 1.0) -> float:
    """Quasi-p-value of a restriction (Bryant and Lempert 2010).

    The chance to meet at least so many cases of interest in the box if cases were drawn at the density that the box
    has without the restriction: ``P(Binomial(n, h' ÷ n') ≥ h)``. Quasi, since the same cases chose the restriction.

    Args:
        cases: Cases in the box, n.
        hits: Cases of interest in it, h.
        without_cases: Cases in the box without the restriction, n'.
        without_hits: Cases of interest in that, h'.
        part: Independent cases that a case is worth, 0 to 1.

    Returns:
        The chance; 1 without a case of interest.

    Example:
        >>> round(quasi_p(20, 18, 40, 20), 5), quasi_p(20, 10, 20, 10) > 0.5
        (0.0002, True)
    """
    n, h = cases * part, hits * part
    density = without_hits / without_cases if without_cases else 1.0
    # P(Binomial(n, p) >= h) is the incomplete beta function, which takes fractions too.
    return float(betainc(h, n - h + 1, density)) if h > 0 else 1.0
