"""How far an outcome moves from the lowest to the highest fifth of each factor's draws.

For a factor it takes the mean of the outcome over draws in the lowest fifth of the factor's distribution, and over
those in the highest; all other factors lie there as they do anywhere. The swing is the second less the first. It has
the unit of the outcome and a sign, which indices of variance have not. It shows no effect that goes up and comes down
again: a factor with a small swing and a large total index acts so, or through others.

Of a table of one's own, whose distributions are not known, they are fifths of its draws. Where a factor has few values,
as in Morris's design, the fifths become its lowest and highest value, with all draws that have it.

Intervals are of the percentile bootstrap. What is drawn together is resampled together: all rows of a base draw of
Sobol's design, all of a trajectory of Morris's. A Latin hypercube is more even than chance makes it, so its intervals
are rather too wide. tests/indices/test_tornado.py has their coverage.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.intervals import LEVEL
from sim.indices.designs import MOST_LEFT_OUT, saltelli_shape, trajectories, undefined
from sim.indices.salib import seed_for
from sim.sweeps.sample import Sample

Float = NDArray[np.float64]

COLUMNS = (
    *("outcome", "factor", "lowest_to", "highest_from", "mean", "lowest", "lowest_low", "lowest_high"),
    *("highest", "highest_low", "highest_high", "swing", "swing_low", "swing_high", "n", "reason"),
)
"""Columns of the table, in order."""
PART = 0.2
"""Part of the draws at either end of a factor."""
FEWEST = 10
"""Fewest draws, base draws or trajectories."""
ROOM = 4_000_000
"""Numbers held at once while resampling."""


def swings(sample: Sample, *, resamples: int = 1000, level: float = LEVEL, seed: int = 1) -> pd.DataFrame:
    """Means of an outcome at the low and the high end of each factor, and their difference, with intervals.

    Outcomes are means over seeds. Draws in which the outcome is undefined are left out, up to
    :data:`sim.indices.designs.MOST_LEFT_OUT` of them.

    Args:
        sample: Sample of any design.
        resamples: Bootstrap resamples.
        level: Coverage of intervals.
        seed: Seed of the resamples.

    Returns:
        A row a factor, the largest swing of either sign first: ``outcome``, ``factor``, ``lowest_to`` and
        ``highest_from`` (the factor's greatest value in the lowest fifth, and least in the highest, in its unit),
        ``mean`` (over all draws, in the unit of the outcome), ``lowest`` and ``highest`` (means in the fifths) and
        ``swing``, each with its bounds ``…_low`` and ``…_high``, ``n`` (draws in the smaller of the two fifths), and
        ``reason`` where undefined (else empty).

    Raises:
        SensitivityError: If the rows of a Sobol or Morris design are not in its order.

    Example:
        >>> x = (np.arange(50.0)[:, None] + 0.5) / 50
        >>> found = swings(Sample("y", "y", "", "lhs", ("a",), x, x, 10 * x), resamples=20)
        >>> found[["factor", "lowest", "highest", "swing"]].round(2).values.tolist()
        [['a', 1.0, 9.0, 8.0]]
    """
    blocks = _blocks(sample)
    kept = np.isfinite(sample.mean)
    if (~kept).sum() > MOST_LEFT_OUT * len(kept):
        return _undefined(sample, undefined(sample))
    y, positions, values = sample.mean[kept], sample.positions[kept], sample.values[kept]
    _, block = np.unique(blocks[kept], return_inverse=True)
    count = int(block.max(initial=-1)) + 1
    if count < FEWEST:
        return _undefined(sample, f"{count} independent draws are too few; use {FEWEST} or more")
    low, high = _fifth(positions, sample.design), _fifth(1.0 - positions, sample.design)
    found: dict[str, object] = {
        "factor": sample.names,
        "lowest_to": np.where(low, values, -np.inf).max(axis=0),
        "highest_from": np.where(high, values, np.inf).min(axis=0),
        "mean": y.mean(),
        "n": np.minimum(low.sum(axis=0), high.sum(axis=0)),
    }
    # Sums and numbers of draws in either fifth, by block: of these all means are made.
    sums = np.zeros((4, count, len(sample.names)))
    for at, inside in enumerate((low, high)):
        np.add.at(sums[2 * at], block, inside * y[:, None])
        np.add.at(sums[2 * at + 1], block, inside)
    drawn = np.concatenate([_ends(np.tensordot(weights, sums, (1, 1)))
                            for weights in _resampled(count, resamples, seed)])  # fmt: skip
    # A resample may hold no draw of a fifth, where there are few.
    bounds = np.nanquantile(drawn, (0.5 - level / 2, 0.5 + level / 2), axis=0)
    for at, (name, estimate) in enumerate(zip(("lowest", "highest", "swing"), _ends(sums.sum(axis=1)), strict=True)):
        found |= {name: estimate, f"{name}_low": bounds[0, at], f"{name}_high": bounds[1, at]}
    table = pd.DataFrame(found).assign(outcome=sample.outcome, reason="")
    return table.sort_values("swing", key=np.abs, ascending=False, kind="stable", ignore_index=True)[list(COLUMNS)]


def _blocks(sample: Sample) -> NDArray[np.int64]:
    """Number of the base draw or trajectory of each row; of the row where rows are drawn one by one."""
    rows = np.arange(len(sample.y))
    if sample.design == "sobol":
        return rows // saltelli_shape(sample)[1]
    return rows // (len(rows) // trajectories(sample)) if sample.design == "morris" else rows


def _fifth(positions: Float, design: str) -> NDArray[np.bool_]:
    """Draws in the lowest fifth of each factor (draw, factor)."""
    if design != "table":
        # Positions are probabilities. A bound from the draws would itself be uncertain, which resampling cannot see.
        return positions <= PART
    return positions <= np.quantile(positions, PART, axis=0, method="inverted_cdf")


def _resampled(count: int, resamples: int, seed: int) -> Iterator[Float]:
    """How often each block is in each resample (resample, block), a few resamples at a time for the sake of memory."""
    rng, step = np.random.default_rng(seed_for(seed)), max(1, ROOM // count)
    for first in range(0, resamples, step):
        size = min(step, resamples - first)
        yield rng.multinomial(count, np.full(count, 1.0 / count), size=size).astype(np.float64)


def _ends(sums: Float) -> Float:
    """Means in the lowest and in the highest fifth and their difference (..., 3, factor), of sums (..., 4, factor)."""
    above, below = sums[..., ::2, :], sums[..., 1::2, :]
    means = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return np.concatenate([means, means[..., 1:, :] - means[..., :1, :]], axis=-2)


def _undefined(sample: Sample, reason: str) -> pd.DataFrame:
    """The table of an outcome of which nothing can be said."""
    found = pd.DataFrame({"factor": sample.names}).assign(outcome=sample.outcome, reason=reason, n=0)
    return found.reindex(columns=list(COLUMNS))
