"""Samples with a box planted in them."""

import math
from collections.abc import Callable

import numpy as np

from sim.sweeps.sample import Sample


def planted(
    inside: Callable[[np.ndarray], np.ndarray],
    draws: int = 400,
    factors: int = 5,
    noise: float = 0.0,
    seed: int = 1,
    seeds: int = 1,
    values: np.ndarray | None = None,
    **about: object,
) -> Sample:
    """A sample in which the outcome is 0 inside the box and 1 outside; a part `noise` of the labels is turned."""
    random = np.random.default_rng(seed)
    x = random.random((draws, factors)) if values is None else values
    hit = inside(x)[:, None] ^ (random.random((len(x), seeds)) < noise)
    names = tuple(f"f{at}" for at in range(x.shape[1]))
    given = {"outcome": "out:side", "label": "out, side", "unit": "share", "design": "lhs"} | about
    return Sample(names=names, values=x, positions=x, y=1.0 - hit.astype(float), **given)


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Cases in both by cases in either (Jaccard)."""
    return float((one & other).sum() / max(1, (one | other).sum()))


QUICK = {"folds": 5, "permutations": 19, "alpha": 0.1}
"""Settings that take a tenth of the time. The least p-value is 0.05, so that one random labelling as good refuses."""

ONE_SIDED = (lambda x: (x[:, 0] < 0.3) & (x[:, 1] > 0.5), {"f0": (-math.inf, 0.3), "f1": (0.5, math.inf)})
TWO_SIDED = (
    lambda x: (x[:, 0] > 0.2) & (x[:, 0] < 0.6) & (x[:, 3] < 0.5),
    {"f0": (0.2, 0.6), "f3": (-math.inf, 0.5)},
)
THREE = (
    lambda x: (x[:, 0] < 0.6) & (x[:, 1] > 0.3) & (x[:, 1] < 0.8) & (x[:, 2] > 0.2),
    {"f0": (-math.inf, 0.6), "f1": (0.3, 0.8), "f2": (0.2, math.inf)},
)
SHAPES = {"one-sided": ONE_SIDED, "two-sided": TWO_SIDED, "three factors": THREE}
