"""What follows the peeling: restrictions that do not matter go, and bounds that went too far come back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.discovery.peeling import Box
from sim.discovery.scoring import quasi_p, score, worth

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


def refined(box: Box, ranks: Whole, interest: Flags, group: Whole, alpha: float, level: float) -> Box:
    """A peeled box without chance restrictions, pasted.

    Args:
        box: The box.
        ranks: int64 (case, factor).
        interest: bool (case,).
        group: int64 (case,).
        alpha: Part of the box pasted in a step.
        level: Quasi-p-value above which a restriction goes.

    Returns:
        The box.
    """
    pasted = paste(dropped(box, ranks, interest, group, level), ranks, interest, alpha)
    # A bound can matter less once another has moved.
    return dropped(pasted, ranks, interest, group, level)


def dropped(box: Box, ranks: Whole, interest: Flags, group: Whole, level: float) -> Box:
    """Takes restrictions out, as long as one has a quasi-p-value above a level.

    Of these goes the one without which the box scores best: in a box of many chance restrictions, each bars what the
    others would show, and the greatest quasi-p-value may be that of the one that matters. The two bounds of a factor
    are two restrictions (Bryant and Lempert 2010 take them as one), so that a chance peel at the far end of a factor
    that matters goes too.

    Args:
        box: The box.
        ranks: int64 (case, factor).
        interest: bool (case,).
        group: int64 (case,).
        level: Greatest quasi-p-value of a restriction that stays.

    Returns:
        The box.
    """
    total, total_hits = len(interest), int(interest.sum())
    while box.sides:
        counts = _counts(_outside(box, ranks), interest, group)
        doubtful = np.array([counts.quasi_p(at) > level for at in range(len(counts.cases))])
        if not doubtful.any():
            break
        without = score(counts.cases, counts.hits, total, total_hits)
        at, side = box.sides[int(np.argmax(np.where(doubtful, without, -np.inf)))]
        box = box.moved(at, side, np.inf if side else -np.inf)
    return box


def quasi_p_values(
    box: Box, ranks: Whole, interest: Flags, group: Whole, together: bool = False
) -> NDArray[np.float64]:
    """Quasi-p-value of each restriction; see :func:`sim.discovery.scoring.quasi_p`.

    Args:
        box: The box.
        ranks: int64 (case, factor).
        interest: bool (case,).
        group: int64 (case,).
        together: Whether both bounds of a factor are one restriction.

    Returns:
        float64, one for each of ``box.sides``, or for each of ``box.restricted`` where together.
    """
    outside = _outside(box, ranks)
    if together:
        places = np.array([at for at, _ in box.sides])
        joined = [outside[:, places == at].any(axis=1) for at in box.restricted]
        outside = np.stack(joined, axis=1) if joined else outside
    counts = _counts(outside, interest, group)
    return np.array([counts.quasi_p(at) for at in range(outside.shape[1])])


def paste(box: Box, ranks: Whole, interest: Flags, alpha: float) -> Box:
    """Moves bounds outwards as long as the density does not fall (Friedman and Fisher 1999).

    Each step adds, at one bound, the nearest whole levels with at least a part alpha of the box; of all bounds it
    takes the one after which the box is densest, then largest. A bound with nothing left beyond it goes.

    Args:
        box: The box.
        ranks: int64 (case, factor).
        interest: bool (case,).
        alpha: Part of the box.

    Returns:
        The box.

    Example:
        >>> x = np.arange(20)[:, None]
        >>> paste(Box(np.array([-np.inf]), np.array([3.5])), x, x[:, 0] < 8, 0.1).high.tolist()
        [7.5]
    """
    while True:
        outside = _outside(box, ranks)
        broken = outside.sum(axis=1)
        inside = broken == 0
        cases, hits = int(inside.sum()), int((inside & interest).sum())
        size = max(1, int(alpha * cases))
        best, moved = (hits / cases if cases else 0.0, 0), None
        for (at, side), own in zip(box.sides, outside.T, strict=True):
            beyond = np.flatnonzero((broken == 1) & own)
            if not len(beyond):
                # What lies beyond is barred by other bounds as well: this one changes nothing here.
                continue
            sign = -1 if side == 0 else 1
            ranked = sign * ranks[beyond, at]
            order = np.argsort(ranked, kind="stable")
            last = ranked[order[min(size, len(order)) - 1]]
            count = int(np.searchsorted(ranked[order], last, side="right"))
            gained = int(interest[beyond[order[:count]]].sum())
            found = ((hits + gained) / (cases + count), count)
            if found > best:
                rest = ranked[order[count:]]
                bound = sign * (last + rest[0]) / 2 if len(rest) else sign * np.inf
                best, moved = found, (at, side, float(bound))
        if moved is None:
            return box
        box = box.moved(*moved)


def _outside(box: Box, ranks: Whole) -> Flags:
    """Whether a case breaks each of ``box.sides``; (case, restriction)."""
    return np.stack(
        [ranks[:, at] <= box.low[at] if side == 0 else ranks[:, at] >= box.high[at] for at, side in box.sides], axis=1
    ) if box.sides else np.zeros((len(ranks), 0), np.bool_)  # fmt: skip


@dataclass(frozen=True)
class _Counts:
    """Cases and hits of a box without each of its restrictions, and of the box itself."""

    cases: Whole
    hits: Whole
    own_cases: int
    own_hits: int
    part: float

    def quasi_p(self, at: int) -> float:
        """Quasi-p-value of a restriction."""
        return quasi_p(self.own_cases, self.own_hits, int(self.cases[at]), int(self.hits[at]), self.part)


def _counts(outside: Flags, interest: Flags, group: Whole) -> _Counts:
    """Counts of a box by the restrictions that cases break."""
    broken = outside.sum(axis=1)
    inside = broken == 0
    once = (broken == 1)[:, None] & outside
    cases, hits = int(inside.sum()), int((inside & interest).sum())
    part = worth(interest[inside], group[inside]) / cases if cases else 1.0
    return _Counts(cases + once.sum(axis=0), hits + once[interest].sum(axis=0), cases, hits, part)
