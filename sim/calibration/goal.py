"""What a calibration aims at: how far runs lie from the evidence, in tolerances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.observables.reading import Observable

Float = NDArray[np.float64]

FARTHEST = 3.0
"""Tolerances beyond which a fact pulls no more: what a model does not reach is not to bend its parameters."""
SMALL = 0.01
"""Part of a number that is added before its logarithm is taken, so that nothing at all has one."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Goal:
    """Facts to fit, on a log scale.

    Attributes:
        names: Ids of the facts. The arrays are float64 (fact,).
        small: What is added to a value before its logarithm is taken, in the fact's unit.
        low: Log of the least value that agrees in full; -inf for none.
        high: Log of the greatest; inf for none.
        tolerance: Standard deviation of the log by which number and model may lie apart.
    """

    names: tuple[str, ...]
    small: Float
    low: Float
    high: Float
    tolerance: Float

    @classmethod
    def of(cls, facts: Iterable[Observable]) -> Goal:
        """The goal that facts set.

        Args:
            facts: Observables, each with a number.

        Example:
            >>> from sim.observables.reading import read_observables
            >>> goal = Goal.of([read_observables()["D02"]])
            >>> goal.misses(goal.logs(np.array([[14.5e6], [20e6], [7.25e6]]))).round(2).tolist()
            [[0.0], [0.0], [-3.42]]
        """
        chosen = list(facts)
        largest = [np.nanmax(np.abs([each.low, each.high, 1.0 / SMALL if each.high == 0 else 0.0])) for each in chosen]
        small = SMALL * np.array(largest)
        with np.errstate(invalid="ignore"):
            low = np.log(np.array([each.low for each in chosen]) + small)
            high = np.log(np.array([each.high for each in chosen]) + small)
        return cls(
            tuple(each.id for each in chosen),
            small,
            np.where(np.isnan(low), -np.inf, low),
            np.where(np.isnan(high), np.inf, high),
            np.array([each.fields.tolerance for each in chosen]),
        )

    def logs(self, values: Float) -> Float:
        """Values of runs on the scale of the goal.

        Args:
            values: float64 (run, fact); NaN where undefined.

        Returns:
            float64 (run, fact).
        """
        return np.log(np.maximum(values, 0.0) + self.small)

    def misses(self, logs: Float) -> Float:
        """How far runs lie from the facts, in tolerances: below 0 for too little, 0 within the bounds.

        Args:
            logs: float64 (run, fact), as of :meth:`logs`.

        Returns:
            float64 (run, fact).
        """
        return (np.maximum(logs - self.high, 0.0) - np.maximum(self.low - logs, 0.0)) / self.tolerance

    def agreement(self, logs: Float) -> Float:
        """Log of how well runs agree with all facts: the kernel of the calibration.

        ``-sum(min(miss, 3) ** 2) / 2``. With a normal error of the numbers, of this tolerance, accepting runs in
        proportion to the kernel gives the posterior exactly (Wilkinson 2013, Statistical Applications in Genetics and
        Molecular Biology 12).

        Args:
            logs: float64 (run, fact); a fact that is undefined counts as missed in full.

        Returns:
            float64 (run,).
        """
        misses = np.minimum(np.abs(self.misses(logs)), FARTHEST)
        return -0.5 * (np.where(np.isnan(misses), FARTHEST, misses) ** 2).sum(axis=1)

    def expected(self, mean: Float, spread: Float) -> Float:
        """Log of the mean agreement of runs whose logs are normal and independent over facts.

        Args:
            mean: float64 (draw, fact).
            spread: float64 (fact,) or (draw, fact), standard deviations.

        Returns:
            float64 (draw,).
        """
        shape = np.broadcast_shapes(mean.shape, np.shape(spread))
        total = np.zeros(shape)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            misses = np.minimum(np.abs(self.misses(mean + node * spread)), FARTHEST)
            total += weight * np.exp(-0.5 * misses**2)
        return np.log(total).sum(axis=1)
