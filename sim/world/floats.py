"""The exp, log and inverse normal of record, compiled (see :mod:`sim.declare.floats`)."""

from __future__ import annotations

import math

import numpy as np

from sim.declare import floats
from sim.declare.distribution import LEAST_UNIFORM, Distribution
from sim.jit import kernel

exp = kernel(floats.exp_of_record)
log = kernel(floats.log_of_record)
_normal_tail = kernel(floats.normal_tail)
_normal_centre = kernel(floats.normal_centre)


@kernel
def inverse_normal(u: float) -> float:
    """Quantile of the standard normal distribution (Acklam 2003), 0 < u < 1.

    Example:
        >>> inverse_normal(0.5)
        0.0
    """
    if u < 0.02425:
        return _normal_tail(math.sqrt(-2.0 * log(u)))
    if u > 0.97575:
        return -_normal_tail(math.sqrt(-2.0 * log(1.0 - u)))
    return _normal_centre(u - 0.5)


@kernel
def exp_each(x: np.ndarray) -> np.ndarray:
    """The exponential of many numbers. ``x``: float64 (n,). Returns float64 (n,).

    Example:
        >>> exp_each(np.array([0.0, 0.5])).tolist()
        [1.0, 1.6487212707001282]
    """
    out = np.empty(x.shape[0])
    for i in range(x.shape[0]):
        out[i] = exp(x[i])
    return out


@kernel
def log_each(x: np.ndarray) -> np.ndarray:
    """The natural logarithm of many numbers. ``x``: float64 (n,). Returns float64 (n,).

    Example:
        >>> log_each(np.array([1.0, 10.0])).tolist()
        [0.0, 2.302585092994046]
    """
    out = np.empty(x.shape[0])
    for i in range(x.shape[0]):
        out[i] = log(x[i])
    return out


@kernel
def inverse_normal_each(u: np.ndarray) -> np.ndarray:
    """Quantiles of the standard normal distribution. ``u``: float64 (n,), 0 < u < 1. Returns float64 (n,).

    Example:
        >>> inverse_normal_each(np.array([0.5])).tolist()
        [0.0]
    """
    out = np.empty(u.shape[0])
    for i in range(u.shape[0]):
        out[i] = inverse_normal(u[i])
    return out


def quantiles(spread: Distribution, u: np.ndarray) -> np.ndarray:
    """What ``spread.quantile(u)`` returns, bit for bit; a lognormal's are compiled.

    Args:
        spread: A distribution over numbers.
        u: float64 (n,), probabilities.

    Returns:
        float64 (n,).

    Example:
        >>> spread, u = Distribution.parse({"lognormal": {"mean": 2.0, "cv": 0.5}}), np.array([0.1, 0.9])
        >>> bool((quantiles(spread, u) == spread.quantile(u)).all())
        True
    """
    if spread.kind != "lognormal":
        return spread.quantile(u)
    mean, cv = spread.numbers
    variance = log(1.0 + cv * cv)
    z = inverse_normal_each(np.clip(u, LEAST_UNIFORM, 1.0 - LEAST_UNIFORM))
    return mean * exp_each(math.sqrt(variance) * z - 0.5 * variance)
