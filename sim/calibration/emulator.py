"""A quick stand-in for the model: what each fact is expected to be at a draw, and how far a run may lie from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import BayesianRidge
from threadpoolctl import threadpool_limits

Float = NDArray[np.float64]

FOLDS = 5
"""Parts that are held out in turn to see how good the emulator is."""


@dataclass(frozen=True)
class Emulator:
    """Parabolas in the positions of the factors, added up, one sum a fact, fitted by Bayesian ridge regression.

    The scale is that of logs, on which effects of factors add. What the sum misses counts as spread; later waves look
    at a smaller region, where it misses less. The strength of the ridge comes from the data (MacKay 1992, Neural
    Computation 4).

    Attributes:
        centre, scale: float64 (feature,), by which features are standardized.
        weights: float64 (feature, fact).
        mean: float64 (fact,).
        spread: float64 (fact,), standard deviation of a run about the surface, on the log scale of the goal: luck, and
            what the surface misses. From runs held out.
        explained: float64 (fact,), share of the variance of held-out runs that the surface explains.
    """

    centre: Float
    scale: Float
    weights: Float
    mean: Float
    spread: Float
    explained: Float

    @classmethod
    def fit(cls, positions: Float, logs: Float) -> Emulator:
        """Fits the surfaces.

        Args:
            positions: float64 (run, factor), 0 to 1.
            logs: float64 (run, fact), as of :meth:`sim.calibration.goal.Goal.logs`; NaN where undefined.
        """
        features = _features(positions)
        centre, scale = features.mean(axis=0), features.std(axis=0)
        scale = np.where(scale > 0.0, scale, 1.0)
        features = (features - centre) / scale
        facts = logs.shape[1]
        weights, mean = np.zeros((features.shape[1], facts)), np.zeros(facts)
        spread, explained = np.zeros(facts), np.zeros(facts)
        part = np.arange(len(features)) % FOLDS
        # One thread: sums in another order would give other last bits, and other draws.
        with threadpool_limits(1):
            for fact in range(facts):
                known = np.isfinite(logs[:, fact])
                y = logs[known, fact]
                if len(y) <= FOLDS or np.ptp(y) == 0.0:
                    mean[fact] = y.mean() if len(y) else np.nan
                    continue
                x, folds = features[known], part[known]
                errors = np.concatenate(
                    [
                        y[folds == fold] - _ridge(x[folds != fold], y[folds != fold]).predict(x[folds == fold])
                        for fold in range(FOLDS)
                    ]
                )
                whole = _ridge(x, y)
                weights[:, fact], mean[fact] = whole.coef_, whole.intercept_
                spread[fact] = np.sqrt((errors**2).mean())
                explained[fact] = 1.0 - (errors**2).mean() / y.var()
        return cls(centre, scale, weights, mean, spread, explained)

    def predict(self, positions: Float) -> Float:
        """Expected logs.

        Args:
            positions: float64 (draw, factor), 0 to 1.

        Returns:
            float64 (draw, fact).
        """
        return (_features(positions) - self.centre) / self.scale @ self.weights + self.mean


def _features(positions: Float) -> Float:
    """Factors and their squares.

    Products of factors are left out: on a log scale factors multiply, and with runs no more than a few for each product
    their weights would be mostly luck.
    """
    x = 2.0 * positions - 1.0
    return np.hstack([x, x**2])


def _ridge(x: Float, y: Float) -> BayesianRidge:
    """One fit."""
    return BayesianRidge(max_iter=100, tol=1e-4).fit(x, y)
