"""The condition that makes a draw a case of interest: an outcome below, above or between numbers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.discovery.errors import DiscoveryError

FORM = 'write OUTCOME<NUMBER, OUTCOME>NUMBER or NUMBER<OUTCOME<NUMBER, for instance "denied:SIDE<0.5"'
"""How a condition is written."""


@dataclass(frozen=True)
class Condition:
    """A condition on an outcome.

    Attributes:
        outcome: Name of the outcome; empty for the only one of a sample.
        low: Lower bound, in the outcome's unit; minus infinity for none.
        high: Upper bound; infinity for none.
        low_included: Whether the lower bound itself meets the condition.
        high_included: Whether the upper bound itself meets it.

    Example:
        >>> half = Condition("cost", high=0.5)
        >>> half.words, half.met(np.array([0.2, 0.5, np.nan])).tolist()
        ('below 0.5', [True, False, False])
    """

    outcome: str
    low: float = -math.inf
    high: float = math.inf
    low_included: bool = False
    high_included: bool = False

    def met(self, y: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether values meet the condition.

        Args:
            y: float64 of any shape; NaN meets nothing.

        Returns:
            bool of the same shape.
        """
        above = y >= self.low if self.low_included else y > self.low
        below = y <= self.high if self.high_included else y < self.high
        # Without a bound an infinite value counts too.
        above |= np.isneginf(self.low) & ~np.isnan(y)
        below |= np.isposinf(self.high) & ~np.isnan(y)
        return above & below

    @property
    def words(self) -> str:
        """The condition without the outcome, in words: ``below 0.5``, ``at least 3``, ``between 1 and 2``."""
        if math.isinf(self.low):
            return f"{'at most' if self.high_included else 'below'} {self.high:.6g}"
        if math.isinf(self.high):
            return f"{'at least' if self.low_included else 'above'} {self.low:.6g}"
        return f"between {self.low:.6g} and {self.high:.6g}"

    def __str__(self) -> str:
        """The condition as :func:`parse_condition` reads it."""
        low = "" if math.isinf(self.low) else f"{self.low:.6g}{'<=' if self.low_included else '<'}"
        high = "" if math.isinf(self.high) else f"{'<=' if self.high_included else '<'}{self.high:.6g}"
        if low and not high:
            return f"{self.outcome}{'>=' if self.low_included else '>'}{self.low:.6g}"
        return f"{low}{self.outcome}{high}"


def condition(
    outcome: str,
    below: float | None = None,
    above: float | None = None,
    between: tuple[float, float] | None = None,
) -> Condition:
    """A condition from arguments, of which exactly one is given.

    Args:
        outcome: Name of the outcome.
        below: The outcome is less than this.
        above: The outcome is more than this.
        between: The outcome lies between these, bounds included.

    Returns:
        The condition.

    Raises:
        DiscoveryError: If none or several are given, or a bound is no number.

    Example:
        >>> str(condition("cost", between=(1, 2)))
        '1<=cost<=2'
    """
    given = [name for name, value in (("below", below), ("above", above), ("between", between)) if value is not None]
    if len(given) != 1:
        told = "none is given" if not given else f"{' and '.join(given)} are given"
        raise DiscoveryError(
            f"give one of below, above and between, which says when a draw is of interest; {told}. "
            "For a range write between=(a, b)"
        )
    if between is not None:
        try:
            low, high = between
        except (TypeError, ValueError):
            raise DiscoveryError(f"between is {between!r}; it must be two numbers, (a, b)") from None
        return _ordered(Condition(outcome, _number(low, "between"), _number(high, "between"), True, True))
    if below is not None:
        return Condition(outcome, high=_number(below, "below"))
    return Condition(outcome, low=_number(above, "above"))


def parse_condition(text: str) -> Condition:
    """Reads a condition as typed.

    Args:
        text: ``OUTCOME<NUMBER``, ``OUTCOME>NUMBER`` or ``NUMBER<OUTCOME<NUMBER``; ``<=`` and ``>=`` include the number.

    Returns:
        The condition.

    Raises:
        DiscoveryError: If it is none.

    Example:
        >>> parse_condition("denied:civil < 0.5").words, parse_condition("1 < cost <= 2").words
        ('below 0.5', 'between 1 and 2')
    """
    parts = [part.strip() for part in re.split(r"(<=|>=|<|>)", text)]
    if len(parts) == 3 and parts[0]:
        outcome, sign, bound = parts
        number, included = _number(bound, text), sign.endswith("=")
        if sign.startswith("<"):
            return Condition(outcome, high=number, high_included=included)
        return Condition(outcome, low=number, low_included=included)
    if len(parts) == 5 and parts[2] and parts[1][0] == parts[3][0] == "<":
        low, first, outcome, second, high = parts
        return _ordered(
            Condition(outcome, _number(low, text), _number(high, text), first.endswith("="), second.endswith("="))
        )
    raise DiscoveryError(f"{text!r} is no condition; {FORM}")


def _number(value: object, told: str) -> float:
    """A finite number."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise DiscoveryError(f"{told}: {value!r} is no number; {FORM}")
    return number


def _ordered(given: Condition) -> Condition:
    """A range whose lower bound lies below its upper one."""
    if given.low < given.high:
        return given
    raise DiscoveryError(f"nothing lies between {given.low:.6g} and {given.high:.6g}; write the smaller number first")
