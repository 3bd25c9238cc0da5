"""Peeling: from the whole space to ever smaller and denser boxes (Friedman and Fisher 1999).

Boxes are in ranks (see :class:`sim.discovery.cases.Cases`): bounds lie between ranks and exclude. What is left out is
always a whole level, so that cases with the same value stay together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.discovery.scoring import score

Float = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Box:
    """A box in ranks.

    Attributes:
        low: float64 (factor,); ranks above it are in the box. Minus infinity where not restricted.
        high: float64 (factor,); ranks below it are in the box. Infinity where not restricted.
    """

    low: Float
    high: Float

    @classmethod
    def whole(cls, factors: int) -> Box:
        """The box without restrictions.

        Args:
            factors: Number of factors.
        """
        return cls(np.full(factors, -np.inf), np.full(factors, np.inf))

    def inside(self, ranks: Whole) -> Flags:
        """Whether cases lie in the box.

        Args:
            ranks: int64 (case, factor).

        Returns:
            bool (case,).
        """
        at = self.restricted
        some = ranks[:, at]
        return ((some > self.low[at]) & (some < self.high[at])).all(axis=1)

    @property
    def restricted(self) -> Whole:
        """Places of the factors that are restricted."""
        return np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))

    @property
    def sides(self) -> list[tuple[int, int]]:
        """Each restriction as place of the factor and side: 0 for the lower bound, 1 for the upper one."""
        bounds = (self.low, self.high)
        return [(int(at), side) for side in (0, 1) for at in np.flatnonzero(np.isfinite(bounds[side]))]

    def moved(self, at: int, side: int, bound: float) -> Box:
        """The box with another bound.

        Args:
            at: Place of the factor.
            side: 0 for the lower bound, 1 for the upper one.
            bound: The bound; infinite for none.
        """
        bounds = [self.low, self.high]
        bounds[side] = bounds[side].copy()
        bounds[side][at] = bound
        return Box(*bounds)


@dataclass(frozen=True)
class Peeled:
    """A step of the peeling.

    Attributes:
        box: The box.
        cases: Cases in it.
        hits: Cases of interest in it.
    """

    box: Box
    cases: int
    hits: int


def peel(ranks: Whole, interest: Flags, alpha: float, least: int, beat: float = 0.0) -> list[Peeled]:
    """Peels a sample until the box is pure, or smaller than allowed.

    Each step takes cases away at one end of one factor: as many whole levels as hold at most a part alpha of the box,
    or the outermost level where that one holds more. Of all ends it takes the one with the greatest gain in density a
    case taken away, ``(d' - d) ÷ (n - n')``, the lenient criterion that lets factors of few levels compete with
    continuous ones (Friedman and Fisher 1999, section 14.1; ``lenient1`` of Kwakkel and Jaxa-Rozen 2016). Among
    equals, factors already restricted go first, then those declared first.

    Args:
        ranks: int64 (case, factor).
        interest: bool (case,).
        alpha: Part of the box peeled in a step, 0 to 1.
        least: Cases below which a box does not go.
        beat: Score that is to be reached; the peeling ends where no smaller box can reach it.

    Returns:
        The steps, the whole space first.

    Example:
        >>> x = np.arange(20)[:, None]
        >>> steps = peel(x, x[:, 0] < 5, alpha=0.1, least=5)
        >>> steps[-1].cases, steps[-1].hits, steps[-1].box.high.tolist()
        (5, 5, [4.5])
    """
    factors = ranks.shape[1]
    order = np.argsort(ranks, axis=0, kind="stable").T
    level = np.take_along_axis(ranks.T, order, axis=1)
    hit = interest[order]
    box = Box.whole(factors)
    rows = np.arange(factors)
    steps = [Peeled(box, len(interest), int(interest.sum()))]
    while True:
        n, hits = steps[-1].cases, steps[-1].hits
        if n < 2 or hits in (0, n) or (beat and score(hits, hits, steps[0].cases, steps[0].hits) < beat):
            return steps
        size = max(1, int(alpha * n))
        # Whole levels within the first `size` cases; the outermost level where that one is larger.
        taken = np.stack([_outer(level, size), _outer(-level[:, ::-1], size)])
        sums = np.cumsum(hit, axis=1)
        lost = np.stack([sums[rows, taken[0] - 1], hits - _before(sums, n - taken[1])])
        left = n - taken
        allowed = (left >= max(least, 1)) & (left < n)
        if not allowed.any():
            return steps
        gain = np.where(allowed, ((hits - lost) / np.maximum(left, 1) - hits / n) / taken, -np.inf)
        best = gain >= gain.max() - 1e-12 * abs(gain.max())
        known = np.isfinite(box.low) | np.isfinite(box.high)
        side, at = np.unravel_index(int(np.argmax(best * (1 + known))), gain.shape)
        count = int(taken[side, at])
        edge = level[at, count - 1 : count + 1] if side == 0 else level[at, n - count - 1 : n - count + 1]
        gone = order[at, :count] if side == 0 else order[at, n - count :]
        box = box.moved(int(at), int(side), float(edge.mean()))
        steps.append(Peeled(box, n - count, hits - int(lost[side, at])))
        kept = np.ones(len(interest), np.bool_)
        kept[gone] = False
        stays = kept[order]
        order, level, hit = (each[stays].reshape(factors, n - count) for each in (order, level, hit))


def _outer(level: Whole, size: int) -> Whole:
    """Cases that a peel takes from the start of each row of rising levels."""
    n = level.shape[1]
    edge = level[:, min(size, n - 1)][:, None]
    taken = (level[:, :size] < edge).sum(axis=1)
    return np.where(taken > 0, taken, (level <= level[:, :1]).sum(axis=1))


def _before(sums: Whole, count: Whole) -> Whole:
    """Hits among the first cases of each row."""
    return np.where(count > 0, sums[np.arange(len(count)), np.maximum(count, 1) - 1], 0)
