"""Luck and parameters apart: which part of the variance of a run comes from the draw, and which from the seed.

Every draw is run with the same seeds, so an outcome is a table of draws by seeds with one run a cell. With draws and
seeds both taken at random it follows the two-way random model (Searle, Casella and McCulloch 1992, chapter 4)

    y_ds = μ + p_d + s_s + e_ds,

in which p is what the parameters do on average over luck, s what a seed does in all draws alike, and e what a seed does
in one draw and not in another. A run is a function of its draw and seed, so e is nothing but this interaction; no error
is left beside it. With a draws and b seeds, and mean squares M, the analysis of variance estimates

    Var(e) = M_e,    Var(p) = (M_p - M_e) ÷ b,    Var(s) = (M_s - M_e) ÷ a.

Such an estimate can fall below 0 where the variance is small: it is given as it is, and its share counts as 0.

Intervals are generalised confidence intervals (Weerahandi 1993; Hannig, Iyer and Patterson 2006): mean squares are
taken as independent, scaled chi-square, their scale is drawn anew, and quantiles of the shares that follow are the
bounds. Chi-square would need normal effects, and those of parameters are not. So the degrees of freedom are
Satterthwaite's (1946), ``2 M² ÷ Var(M)``, with Var(M) as the draws show it; for seeds, of which there are few, they are
b - 1: luck is the sum of many events. tests/indices/test_luck.py has their coverage.

References:
    Searle, S. R., Casella, G. and McCulloch, C. E. (1992). Variance components. Wiley.

    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components. Biometrics Bulletin
    2(6), 110-114.

    Weerahandi, S. (1993). Generalized confidence intervals. Journal of the American Statistical Association 88,
    899-905.

    Hannig, J., Iyer, H. and Patterson, P. (2006). Fiducial generalized confidence intervals. Journal of the American
    Statistical Association 101, 254-269.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.intervals import LEVEL
from sim.indices.designs import MOST_LEFT_OUT, base_rows, constant, undefined
from sim.indices.salib import seed_for
from sim.sweeps.sample import Sample

Float = NDArray[np.float64]

SOURCES = ("parameters", "luck", "luck by parameters")
"""What the variance of a run is split into."""
COLUMNS = ("outcome", "source", "variance", "share", "low", "high", "draws", "seeds", "reason")
"""Columns of the table, in order."""
REDRAWN = 10_000
"""Times that the scales of mean squares are drawn anew."""
LEAST = 10
"""Fewest draws."""

_NO_SAMPLE = {
    "morris": "draws of a Morris design lie on the levels of a grid and do not follow the distributions; use a sweep "
    "of design lhs or sobol",
    "grid": "draws of a grid are chosen and do not follow the distributions; use a sweep of design lhs or sobol",
}


def split(sample: Sample, *, level: float = LEVEL, seed: int = 1) -> pd.DataFrame:
    """Splits the variance of a run into what comes of parameters, of luck, and of both together.

    Of Sobol's design it takes the rows of A and B: others share positions with them and are no independent draws. That
    the base draws are more even than chance makes intervals rather too wide. Draws in which the outcome is undefined
    for any seed are left out, up to :data:`sim.indices.designs.MOST_LEFT_OUT` of them.

    Args:
        sample: Sample of any design; of Morris's and of a grid the split is undefined.
        level: Coverage of intervals.
        seed: Seed of the intervals.

    Returns:
        A row a source, in the order of :data:`SOURCES`: ``outcome``, ``source``, ``variance`` (square of the outcome's
        unit; can be below 0), ``share`` of the sum of the three (0 to 1), its bounds ``low`` and ``high``, ``draws``,
        ``seeds``, and ``reason`` where undefined (else empty).

    Example:
        >>> x = np.arange(20.0)[:, None] / 20
        >>> y = 10 * x + np.array([[0.0, 1.0, -1.0]])
        >>> found = split(Sample("y", "y", "", "table", ("a",), x, x, y))
        >>> found[["source", "variance"]].round(3).values.tolist()
        [['parameters', 8.75], ['luck', 1.0], ['luck by parameters', 0.0]]
    """
    y, reason = _table(sample)
    if reason:
        return _frame(sample, np.full(3, np.nan), np.full((2, 3), np.nan), y, reason)
    squares, freedom = _mean_squares(y)
    estimate = _components(squares, *y.shape)
    rng = np.random.default_rng(seed_for(seed))
    drawn = np.stack([squares[at] * freedom[at] / rng.chisquare(freedom[at], REDRAWN) for at in range(3)])
    bounds = np.quantile(_shares(_components(drawn, *y.shape)), (0.5 - level / 2, 0.5 + level / 2), axis=1)
    return _frame(sample, estimate, bounds, y, "")


def in_mean(variance: pd.DataFrame) -> float:
    """Which share of the variance of a draw's mean over seeds is luck: its part that differs between draws.

    Indices of sensitivity are of these means. What a seed does in all draws alike cancels there; the rest looks like
    an effect of parameters.

    Args:
        variance: As :func:`split` gives it, of one outcome.

    Returns:
        ``(Var(e) ÷ b) ÷ (Var(p) + Var(e) ÷ b)``; NaN where undefined.
    """
    found = variance.set_index("source")
    parameters, both = (max(float(found.loc[name, "variance"]), 0.0) for name in ("parameters", "luck by parameters"))
    seeds = int(found["seeds"].iloc[0])
    if not np.isfinite(found["variance"]).all() or seeds == 0 or parameters + both <= 0:
        return float("nan")
    return both / seeds / (parameters + both / seeds)


def _table(sample: Sample) -> tuple[Float, str]:
    """Runs to use (draw, seed), and why there is no split of them; empty where there is."""
    if sample.design in _NO_SAMPLE:
        return sample.y, _NO_SAMPLE[sample.design]
    every = sample.y[base_rows(sample)]
    y = every[np.isfinite(every).all(axis=1)]
    if len(every) - len(y) > MOST_LEFT_OUT * len(every):
        return y, undefined(sample)
    if y.shape[1] < 2:
        return y, "there is one seed, and luck shows between seeds only; use --seeds 5 or more"
    if len(y) < LEAST:
        return y, f"{len(y)} draws are too few; use {LEAST} or more"
    if constant(y):
        return y, f"the outcome is {y[0, 0]:g} in every run"
    return y, ""


def _mean_squares(y: Float) -> tuple[Float, Float]:
    """Mean squares of draws, seeds and interaction, and their degrees of freedom."""
    a, b = y.shape
    draws, seeds, mean = y.mean(axis=1), y.mean(axis=0), y.mean()
    rest = y - draws[:, None] - seeds[None, :] + mean
    of_draws = (draws - mean) ** 2
    of_rest = (rest**2).sum(axis=1)
    squares = np.array([
        b * of_draws.sum() / (a - 1), a * ((seeds - mean) ** 2).sum() / (b - 1), of_rest.sum() / ((a - 1) * (b - 1))
    ])  # fmt: skip
    # Var(M), from the scatter over draws of what each adds to it.
    scatter = np.array([b**2 * a * of_draws.var(ddof=1) / (a - 1) ** 2,
                        a * of_rest.var(ddof=1) / ((a - 1) * (b - 1)) ** 2])  # fmt: skip
    freedom = np.array([a - 1.0, b - 1.0, (a - 1.0) * (b - 1.0)])
    for at, variance in zip((0, 2), scatter, strict=True):
        if variance > 0:
            freedom[at] = 2.0 * squares[at] ** 2 / variance
    return squares, np.maximum(freedom, 1.0)


def _components(squares: Float, a: int, b: int) -> Float:
    """Variances of parameters, luck and interaction, from mean squares (3, ...)."""
    draws, seeds, rest = squares
    return np.array([(draws - rest) / b, (seeds - rest) / a, rest])


def _shares(components: Float) -> Float:
    """Shares of the sum; what is below 0 counts as 0."""
    kept = np.maximum(components, 0.0)
    return kept / kept.sum(axis=0)


def _frame(sample: Sample, variance: Float, bounds: Float, y: Float, reason: str) -> pd.DataFrame:
    """The table of one outcome."""
    share = variance if reason else _shares(variance)
    found = pd.DataFrame(
        {"source": SOURCES, "variance": variance, "share": share, "low": bounds[0], "high": bounds[1]}
    ).assign(outcome=sample.outcome, draws=len(y), seeds=y.shape[1], reason=reason)
    return found[list(COLUMNS)]
