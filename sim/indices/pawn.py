"""PAWN: how far the distribution of an outcome moves where a factor is held within a part of its range.

Draws are parted into :data:`INTERVALS` classes of equal size by the factor. In each, the Kolmogorov-Smirnov distance
between the outcome's distribution there and over all draws is taken; the index is their median. It is 0 for a factor
without effect and many draws, and above it with few: a dummy factor shows by how much.

References:
    Pianosi, F. and Wagener, T. (2015). A simple and efficient method for global sensitivity analysis based on
    cumulative distribution functions. Environmental Modelling & Software 67, 1-11.

    Pianosi, F. and Wagener, T. (2018). Distribution-based sensitivity analysis from a generic input-output sample.
    Environmental Modelling & Software 108, 197-207: the estimator.

    Khorashadi Zadeh, F. et al. (2017). Comparison of variance-based and moment-independent global sensitivity analysis
    approaches by application to the SWAT model. Environmental Modelling & Software 91, 210-222: the dummy.

    Puy, A., Lo Piano, S. and Saltelli, A. (2020). A sensitivity analysis of the PAWN sensitivity index. Environmental
    Modelling & Software 127, 104679: how it depends on the number of classes, and what it can miss.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiments.intervals import LEVEL
from sim.indices.designs import independent_draws
from sim.indices.errors import Refused
from sim.indices.salib import (
    COSTLY,
    DUMMY,
    Float,
    around,
    contained,
    normal_half,
    problem,
    ranks,
    seed_for,
    table,
)
from sim.sweeps.sample import Sample

INTERVALS = 10
"""Classes by factor."""
LEAST = 50
"""Fewest draws: five a class."""
REPORTED = ("median", "maximum")
"""Distances over the classes that are given."""


def analyse(sample: Sample, *, resamples: int = 1000, level: float = LEVEL, seed: int = 1) -> pd.DataFrame:
    """Median and greatest distance by factor, with those of a dummy factor.

    SALib has no interval: this one is normal, with the standard deviation over bootstrap resamples of draws. It says
    how far an index would move with other draws. The index is too great with few draws, and the interval does not say
    that; the dummy does. A factor is seen to matter where its index is above the dummy's upper bound.

    Args:
        sample: Sample of a Latin hypercube, a table, or a Sobol design (of which only A and B are used).
        resamples: Bootstrap resamples, and dummies; no more than :data:`sim.indices.salib.COSTLY` are made.
        level: Coverage of intervals.
        seed: Seed of the bootstrap and the dummies.

    Returns:
        Columns as :data:`sim.indices.salib.COLUMNS`; ``index`` is ``"median"`` or ``"maximum"``; ``n`` is the
        number of draws. Factor ``"(dummy)"`` has the mean of dummies, and the quantiles between which they lie.

    Raises:
        Refused: If the outcome is undefined in too many draws or constant, or there are fewer than :data:`LEAST`.
        SensitivityError: If the design is another.

    Example:
        >>> x = np.random.default_rng(1).random((200, 2))
        >>> found = analyse(Sample("y", "y", "", "lhs", ("a", "b"), x, x, x[:, :1]), resamples=10)
        >>> found[found["index"] == "median"][["factor", "value"]].round(2).values.tolist()
        [['a', 0.7], ['b', 0.18], ['(dummy)', 0.19]]
    """
    found = independent_draws(sample, "pawn")
    n = len(found.y)
    if n < LEAST:
        raise Refused(f"{n} draws are too few for {INTERVALS} classes; use --n {LEAST} or more, better 1000")
    x, count = ranks(found.positions, seed_for(seed)), min(resamples, COSTLY)
    rng = np.random.default_rng([seed_for(seed), 1])
    value = _distances(x, found.y)
    taken = rng.integers(n, size=(count, n))
    again = np.array([_distances(x[rows], found.y[rows]) for rows in taken])
    half = normal_half(again.std(axis=0, ddof=1), level)
    null = _distances(np.stack([rng.permutation(n) + 1.0 for _ in range(count)], axis=1), found.y)
    bounds = np.quantile(null, (0.5 - level / 2, 0.5 + level / 2), axis=1)
    names = [*sample.names, DUMMY]
    return table(
        sample.outcome,
        "pawn",
        n,
        [
            (index, names, [], _with_dummy(around(value[at], half[at]), null[at].mean(), *bounds[:, at]))
            for at, index in enumerate(REPORTED)
        ],
    )


def _with_dummy(found: tuple[Float, Float, Float], *dummy: float) -> tuple[Float, Float, Float]:
    """Values and bounds, with those of the dummy at the end."""
    value, low, high = (np.append(each, more) for each, more in zip(found, dummy, strict=True))
    return value, low, high


def _distances(x: Float, y: Float) -> Float:
    """Distances (reported, factor)."""
    from SALib.analyze import pawn

    with contained():
        got = pawn.analyze(problem(x.shape[1]), x, y, S=INTERVALS)
    return np.array([got[index] for index in REPORTED])
