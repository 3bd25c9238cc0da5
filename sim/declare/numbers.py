"""What counts as a number, and what counts as a date, in a scenario."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

import numpy as np

from sim.declare.errors import BadValue, kind_of

LARGEST = 1e15
"""Greatest number, either way of 0, that any parameter takes: beyond it units cannot be counted one by one."""

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Dates that a scenario can name; a burn-in before the first of them still has dates."""

_PLAIN = re.compile(r"\d{4}-\d{2}-\d{2}")


def number(value: Any, code: str = "S203", allowed: str = "a number") -> float:
    """A value as a finite float.

    Booleans, words, NaN and infinities are not numbers.

    Args:
        value: Anything.
        code: Code of the error for what is no number.
        allowed: What is allowed, for the message.

    Returns:
        The number.

    Raises:
        BadValue: If it is none; S204 if it is beyond :data:`LARGEST`.

    Example:
        >>> number(3)
        3.0
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValue(
            code, f"This is {kind_of(value)}, not a number.", value=value, allowed=allowed, todo=without_quotes(value)
        )
    # Integers of any length compare with floats; they do not all convert.
    if isinstance(value, float) and not math.isfinite(value):
        raise BadValue(code, "The number is not finite.", value=value, allowed=allowed)
    if abs(value) > LARGEST:
        raise BadValue("S204", "The number is too large.", value=value, allowed=f"at most {written(LARGEST)}")
    return float(value)


def without_quotes(value: Any) -> str:
    """What to do about a number or truth value in quotes; empty for anything else.

    Example:
        >>> without_quotes("0.5"), without_quotes("half"), without_quotes("40%")
        ('Take the quotes away: 0.5', '', 'Write a share as a number, without the sign: 0.4')
    """
    text = value.strip() if isinstance(value, str) else ""
    if text in ("true", "false"):
        return f"Take the quotes away: {text}"
    try:
        found = float(text.removesuffix("%"))
    except ValueError:
        return ""
    if text.endswith("%"):
        return f"Write a share as a number, without the sign: {written(found / 100.0)}"
    return f"Take the quotes away: {text}"


def day(value: Any, code: str = "S206") -> date:
    """A value as a date: a TOML date, or an ISO string.

    Args:
        value: Anything.
        code: Code of the error.

    Returns:
        The date.

    Raises:
        BadValue: If it is none, or has a time of day; S204 if it is not between :data:`FIRST_DAY` and
            :data:`LAST_DAY`.

    Example:
        >>> day("2022-02-24")
        datetime.date(2022, 2, 24)
    """
    found = value if isinstance(value, date) and not isinstance(value, datetime) else None
    message = f"This is {kind_of(value)}, not a date."
    if isinstance(value, str):
        text, message = value.strip(), "This is not a date."
        try:
            # Only the plain form: week dates and 20220224 would be hard to read in a diff.
            if len(text) == 10:
                found = date.fromisoformat(text)
            elif len(text) > 10 and text[10] in "T ":
                datetime.fromisoformat(text)
                message = "The date has a time of day."
        except ValueError as error:
            if _PLAIN.fullmatch(text):
                message = f"The calendar has no such date: {error}."
    if found is None:
        raise BadValue(code, message, value=value, allowed="a date such as 2022-02-24")
    if not FIRST_DAY <= found <= LAST_DAY:
        allowed = f"{FIRST_DAY} to {LAST_DAY}"
        raise BadValue(
            "S204", "The date is too far away.", value=found, allowed=allowed, todo="Choose a date within the bounds."
        )
    return found


def written(value: float) -> str:
    """A number as people write it.

    Example:
        >>> written(5.0), written(0.25), written(1e12)
        ('5', '0.25', '1e+12')
    """
    return f"{value:.12g}"
