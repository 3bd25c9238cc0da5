"""How far forecasts lie from a number: the continuous ranked probability score of logs."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.observables.reading import Observable

Float = NDArray[np.float64]

WORST = math.log(10.0)
"""Distance at which a miss is complete: ten times too much or too little, or nothing at all."""
SMALL = 0.001
"""Part of a number that is added before its logarithm is taken."""


def distances(values: Float, fact: Observable) -> Float:
    """Logs of the factors by which values miss a fact; 0 within its bounds.

    Args:
        values: float64 (run,); NaN where undefined.
        fact: The fact.

    Returns:
        float64 (run,), from -:data:`WORST` (too little) to :data:`WORST`; an undefined value misses in full.

    Example:
        >>> from sim.observables.reading import read_observables
        >>> distances(np.array([14.5e6, 7.25e6, np.nan]), read_observables()["D02"]).round(2).tolist()
        [0.0, -0.69, -2.3]
    """
    scale = np.nanmax(np.abs([fact.low, fact.high]))
    small = SMALL * scale if scale > 0.0 else 1.0
    logs = np.log(np.maximum(values, 0.0) + small)
    with np.errstate(invalid="ignore"):
        over = np.where(np.isnan(fact.high), 0.0, np.maximum(logs - np.log(fact.high + small), 0.0))
        under = np.where(np.isnan(fact.low), 0.0, np.maximum(np.log(max(fact.low, 0.0) + small) - logs, 0.0))
    found = np.clip(over - under, -WORST, WORST)
    return np.where(np.isnan(values), -WORST, found)


def score(values: Float, fact: Observable) -> float:
    """How far a forecast lies from a fact: mean distance less half the mean distance between two of its own values.

    The continuous ranked probability score of the logs (Gneiting and Raftery 2007, Journal of the American Statistical
    Association 102), with distances cut at a factor of ten. For one value it is the distance itself. A forecast cannot
    gain by spreading out, nor by hiding its spread.

    Args:
        values: float64 (run,), a forecast; one value for a point forecast.
        fact: The fact.

    Returns:
        0 for a forecast that is right in every run; up to ``log(10)``.

    Example:
        >>> from sim.observables.reading import read_observables
        >>> fact = read_observables()["D03"]
        >>> round(score(np.array([6e6]), fact), 2), round(score(np.array([6e6, 12e6, 24e6]), fact), 2)
        (0.69, 0.15)
    """
    off = distances(values, fact)
    between = np.abs(off[:, None] - off[None, :]).mean()
    return float(np.abs(off).mean() - 0.5 * between)


def factor(mean_score: float) -> float:
    """A mean score as the factor by which a typical forecast is off.

    Args:
        mean_score: Mean of scores.

    Example:
        >>> round(factor(0.6931), 2)
        2.0
    """
    return math.exp(mean_score)


def inside(values: Float, fact: Observable, level: float = 0.9) -> bool:
    """Whether the central interval of a forecast holds the fact, or touches its bounds.

    Args:
        values: float64 (run,).
        fact: The fact.
        level: Level of the interval.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return False
    low, high = np.quantile(known, ((1.0 - level) / 2.0, (1.0 + level) / 2.0))
    return not (high < fact.low or low > fact.high)


def within_two(values: Float, fact: Observable) -> bool:
    """Whether the median of a forecast is within a factor of two of the fact, or on the right side of a bound.

    Args:
        values: float64 (run,).
        fact: The fact.
    """
    return bool(abs(float(np.median(distances(values, fact)))) <= math.log(2.0))
