"""Samples of functions whose sensitivity is known in closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.indices.salib import problem
from sim.sweeps.sample import Sample

Float = NDArray[np.float64]
Function = Callable[[Float], Float]

A_G = (0.0, 1.0, 4.5, 9.0)
"""Constants of the g function (Saltelli and Sobol 1995)."""


def ishigami(x: Float) -> Float:
    """Ishigami and Homma (1990) with a = 7, b = 0.1, of positions on 0 to 1."""
    a, b, c = (np.pi * (2.0 * x[:, at] - 1.0) for at in range(3))
    return np.sin(a) + 7.0 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def first_two(x: Float) -> Float:
    """A sum in which the first factor explains 90% of the variance, and the second 10%."""
    return 3.0 * x[:, 0] + x[:, 1]


def ishigami_indices() -> tuple[Float, Float]:
    """First and total indices, by integration."""
    alone = np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 7.0**2 / 8, 0.0])
    both = 0.1**2 * np.pi**8 * 8 / 225
    whole = alone.sum() + both
    return alone / whole, (alone + np.array([both, 0.0, both])) / whole


def g(x: Float) -> Float:
    """Sobol's g function."""
    a = np.array(A_G[: x.shape[1]])
    return np.prod((np.abs(4.0 * x - 2.0) + a) / (1.0 + a), axis=1)


def g_indices() -> tuple[Float, Float]:
    """First and total indices, by integration."""
    v = 1.0 / 3.0 / (1.0 + np.array(A_G)) ** 2
    whole = np.prod(1.0 + v) - 1.0
    return v / whole, np.array([v[i] * np.prod(1.0 + np.delete(v, i)) for i in range(len(v))]) / whole


def sample(x: Float, y: Float, design: str, **settings: object) -> Sample:
    """A sample of positions; y is (draw,) or (draw, seed)."""
    names = tuple("abcdefghijkl"[: x.shape[1]])
    return Sample("y", "the outcome", "", design, names, x, x, y.reshape(len(x), -1), {}, settings)


def sobol(f: Function, factors: int, n: int, seed: int, second_order: bool = False) -> Sample:
    """A sample of SALib's Sobol design."""
    from SALib.sample import sobol as design

    x = design.sample(problem(factors), n, calc_second_order=second_order, seed=seed)
    return sample(x, f(x), "sobol", n=n, second_order=second_order)


def by_chance(f: Function, factors: int, n: int, seed: int) -> Sample:
    """The same design over base draws that are independent, for which the bootstrap is right."""
    rng = np.random.default_rng(seed)
    a, b = rng.random((2, n, factors))
    rows = np.repeat(a[:, None], factors + 2, axis=1)
    rows[:, -1] = b
    for j in range(factors):
        rows[:, 1 + j, j] = b[:, j]
    x = rows.reshape(-1, factors)
    return sample(x, f(x), "sobol", n=n, second_order=False)


def morris(f: Function, factors: int, n: int, seed: int) -> Sample:
    """A sample of SALib's Morris design on four levels."""
    from SALib.sample import morris as design

    x = design.sample(problem(factors), n, num_levels=4, seed=seed)
    return sample(x, f(x), "morris", n=n, levels=4)


def random(f: Function, factors: int, n: int, seed: int) -> Sample:
    """Independent draws."""
    x = np.random.default_rng(seed).random((n, factors))
    return sample(x, f(x), "lhs")


def permuted(found: Sample, order: list[int]) -> Sample:
    """The same draws with the columns of factors in another order (not for designs with an order of rows)."""
    return Sample(
        found.outcome, found.label, found.unit, found.design, tuple(found.names[at] for at in order),
        found.values[:, order], found.positions[:, order], found.y, found.undefined, found.settings,
    )  # fmt: skip
