"""What the analyses share in calling SALib (Herman and Usher 2017; Iwanaga, Usher and Herman 2022).

SALib is given positions, not values: the probability of a smaller value, which is uniform on 0 to 1 whatever the
distribution of a factor. A problem with bounds 0 and 1 is then right for every factor, and no index depends on the
unit or the scale in which a factor is written.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from threadpoolctl import threadpool_limits

Float = NDArray[np.float64]

COLUMNS = ("outcome", "method", "factor", "other", "index", "value", "low", "high", "n")
"""Columns of a table of indices, in order."""
DUMMY = "(dummy)"
"""Factor that does nothing: what a method gives where there is nothing to find."""
COSTLY = 100
"""Most resamples of a method that is run anew for each of them. They give the half-width of an interval with a
standard error of 7% (1 ÷ √(2 · 99)) of itself."""

_LOCK = threading.Lock()


def problem(factors: int) -> dict[str, Any]:
    """SALib's description of factors that are uniform on 0 to 1.

    Their names are ours: SALib takes no name that ends in ``_raw``, ``_step`` and the like.

    Args:
        factors: Number of factors.

    Example:
        >>> problem(2)
        {'num_vars': 2, 'names': ['x0', 'x1'], 'bounds': [[0.0, 1.0], [0.0, 1.0]]}
    """
    return {
        "num_vars": factors,
        "names": [f"x{at}" for at in range(factors)],
        "bounds": [[0.0, 1.0] for _ in range(factors)],
    }


def seed_for(seed: int) -> int:
    """A seed that SALib heeds: it takes 0 for none, and then draws from numpy's global generator.

    Args:
        seed: Any whole number from 0.

    Example:
        >>> seed_for(0) > 0, seed_for(1) == seed_for(1), seed_for(1) == seed_for(2)
        (True, True, False)
    """
    return int(np.random.SeedSequence(seed).generate_state(1)[0] // 2) + 1


@contextmanager
def contained() -> Iterator[None]:
    """Keeps what SALib does to the process inside: numpy's global generator, and how warnings are shown.

    One thread at a time, and no threads for linear algebra: on its small matrices they would only wait for each other.
    Warnings of SALib are not shown: what they are about is checked before, and told in our words.
    """
    with _LOCK, threadpool_limits(1):
        state, form = np.random.get_state(), warnings.formatwarning
        try:
            # Recorded, not ignored: SALib sets a filter of its own, so that ignored ones would come back.
            with warnings.catch_warnings(record=True), np.errstate(all="ignore"):
                yield
        finally:
            np.random.set_state(state)
            warnings.formatwarning = form


def ranks(positions: Float, seed: int) -> Float:
    """Ranks of positions by factor, from 1 to the number of draws; ties are broken by chance.

    Methods that form classes of draws look at ranks only. SALib leaves the greatest value out of the last class, which
    is one draw where all differ, and a whole class where a factor has few values; with ties broken it is one draw.

    Args:
        positions: float64 (draw, factor).
        seed: Seed of the order of ties. It is the same for all factors, so that their order changes nothing.

    Returns:
        float64 (draw, factor).

    Example:
        >>> ranks(np.array([[0.5], [0.1], [0.9]]), 1)[:, 0].tolist()
        [2.0, 1.0, 3.0]
    """
    order = np.random.default_rng(seed).permutation(len(positions))
    found = np.empty(positions.shape)
    by_rank = order[np.argsort(positions[order], axis=0, kind="stable")]
    np.put_along_axis(found, by_rank, np.arange(1.0, len(positions) + 1)[:, None], axis=0)
    return found


def around(value: Float, half: Float) -> tuple[Float, Float, Float]:
    """Value, lower and upper bound.

    Args:
        value: Any shape.
        half: Half-widths, same shape.
    """
    return value, value - half, value + half


def normal_half(deviation: Float, level: float) -> Float:
    """Half-width of a normal interval, from the standard deviation over resamples.

    Args:
        deviation: Standard deviations.
        level: Coverage, between 0 and 1.

    Example:
        >>> round(float(normal_half(np.array(1.0), 0.9)), 3)
        1.645
    """
    return np.asarray(float(ndtri(0.5 + level / 2)) * deviation)


def table(
    outcome: str,
    method: str,
    n: int,
    indices: Sequence[tuple[str, Sequence[str], Sequence[str], tuple[Float, Float, Float]]],
) -> pd.DataFrame:
    """A tidy table of indices.

    Args:
        outcome: Id of the outcome.
        method: Name of the method.
        n: What the estimates rest on: base draws, trajectories or draws.
        indices: Name of an index, its factors, the other factors (empty where it has none), and its values with bounds.

    Returns:
        Columns as :data:`COLUMNS`.
    """
    parts = [
        pd.DataFrame({"factor": list(factors), "other": list(others) or "", "index": index, "value": value, "low": low,
                      "high": high})
        for index, factors, others, (value, low, high) in indices
    ]  # fmt: skip
    found = pd.concat(parts, ignore_index=True).assign(outcome=outcome, method=method, n=n)
    return found[list(COLUMNS)]
