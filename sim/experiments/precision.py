"""How many runs an interval needs: predicted from those there are, and asked for in batches.

Runs are added until intervals are as narrow as asked. Because the sample says when it is enough, it stops a little
too often at a moment when its spread is small by chance, so that a 90% interval covers somewhat less than 90%. The
:data:`LEAST` runs that are always made keep that small (tests/experiments/test_precision.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy.special import stdtrit

from sim.declare.errors import nearest
from sim.experiments.intervals import TAIL
from sim.measures.registry import REGISTRY

LEAST = 20
"""Runs made before an interval is judged."""


@dataclass(frozen=True)
class Target:
    """An interval that is to be narrow.

    Attributes:
        measure: Id of a measure.
        side: Side, or empty for a measure of the run as a whole.
        width: Greatest half-width of the 90% interval of the paired difference, in the measure's unit.
    """

    measure: str
    side: str
    width: float

    def __str__(self) -> str:
        """As it is printed."""
        declared = REGISTRY[self.measure]
        return f"{declared.label}{f', {self.side}' if self.side else ''}"


class TargetError(ValueError):
    """A precision that cannot be read, or that names nothing."""


def parse_target(text: str) -> Target:
    """Reads a target as typed: ``MEASURE:SIDE<WIDTH`` or ``MEASURE<WIDTH``.

    Args:
        text: The measure is an id (``denied``) or a label (``denied share``, ``denied_share``).

    Returns:
        The target.

    Raises:
        TargetError: If it is none.

    Example:
        >>> parse_target("denied_share:civil<0.05")
        Target(measure='denied', side='civil', width=0.05)
    """
    about, sign, width = text.partition("<")
    measure, _, side = (part.strip() for part in about.partition(":"))
    if not sign:
        raise TargetError(f"{text!r} is not MEASURE:SIDE<WIDTH, for instance denied:SIDE<0.05")
    return _target(measure, side, width, text)


def targets(precision: Mapping[str, float] | None) -> tuple[Target, ...]:
    """Reads targets as given to a function.

    Args:
        precision: Half-width by ``"measure, side"`` or ``"measure:side"``; a label may hold commas.

    Returns:
        The targets.

    Raises:
        TargetError: If one is none.

    Example:
        >>> targets({"denied share, civil": 0.02})
        (Target(measure='denied', side='civil', width=0.02),)
    """
    found = []
    for name, width in (precision or {}).items():
        measure, sign, side = (part.strip() for part in name.rpartition(":" if ":" in name else ","))
        if not sign or _words(name) in _names():
            measure, side = name.strip(), ""
        found.append(_target(measure, side, width, name))
    return tuple(found)


def runs_needed(half: float, n: int, width: float) -> int:
    """Pairs after which a Student interval would be narrow enough, if differences keep their spread.

    Args:
        half: Half-width with ``n`` pairs.
        n: Pairs, at least 2.
        width: Half-width wanted.

    Returns:
        The least number of pairs, at least 2, with ``t·s ÷ √pairs`` not above ``width``.

    Example:
        >>> runs_needed(0.04, 20, 0.02)
        75
        >>> runs_needed(0.01, 20, 0.02)
        7
    """
    deviation = half * math.sqrt(n) / float(stdtrit(n - 1, TAIL))
    low, high = 2, 2
    while _half(deviation, high) > width:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _half(deviation, middle) <= width else (middle + 1, high)
    return high


def next_batch(runs: int, needed: int, most: int) -> int:
    """Runs to add before looking again: what is predicted to be missing, but never more than there are.

    Args:
        runs: Runs made.
        needed: Runs predicted to be needed.
        most: Runs not to be exceeded.

    Returns:
        Runs to add; 0 where there are enough, or no more may be made.

    Example:
        >>> next_batch(20, 35, 1000), next_batch(20, 500, 1000), next_batch(20, 500, 30), next_batch(20, 18, 30)
        (15, 20, 10, 0)
    """
    return max(0, min(needed - runs, runs, most - runs))


def _half(deviation: float, n: int) -> float:
    """Half-width with n pairs."""
    return float(stdtrit(n - 1, TAIL)) * deviation / math.sqrt(n)


def _words(text: str) -> str:
    """A name without regard to case, underscores and spaces."""
    return " ".join(text.lower().replace("_", " ").split())


def _names() -> dict[str, str]:
    """Ids of measures by id and label."""
    import sim.measures.frame  # noqa: F401  (measures are declared there)

    return {_words(name): each.id for each in REGISTRY.values() for name in (each.label, each.id)}


def _target(measure: str, side: str, width: float | str, told: str) -> Target:
    """A target from its parts."""
    known = _names()
    if _words(measure) not in known:
        close = nearest(_words(measure), known)
        hint = f"; did you mean {known[close]}?" if close else ""
        raise TargetError(f"{told!r}: there is no measure {measure!r}{hint}")
    try:
        number = float(width)
    except ValueError:
        number = math.nan
    if not (number > 0 and math.isfinite(number)):
        raise TargetError(f"{told!r}: the width is {str(width).strip()!r}; it must be a number above 0")
    return Target(known[_words(measure)], side, number)
