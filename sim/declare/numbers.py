"""What counts as a number, and what counts as a date, in a scenario."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import numpy as np

from sim.declare.errors import BadValue, shortened


def number(value: Any, code: str = "S203") -> float:
    """A value as a finite float.

    Booleans, words, NaN and infinities are not numbers.

    Args:
        value: Anything.
        code: Code of the error.

    Returns:
        The number.

    Raises:
        BadValue: If it is none.

    Example:
        >>> number(3)
        3.0
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValue(code, f"{shortened(value)} is not a number.", value=value, allowed="a number")
    if isinstance(value, int) and abs(value) > 2**1000:
        raise BadValue(code, "The number is too large.", allowed="a number below 1e300")
    if not math.isfinite(value):
        raise BadValue(code, f"{value} is not a finite number.", value=str(value), allowed="a finite number")
    return float(value)


def day(value: Any, code: str = "S206") -> date:
    """A value as a date: a TOML date, or an ISO string.

    Args:
        value: Anything.
        code: Code of the error.

    Returns:
        The date.

    Raises:
        BadValue: If it is none, or has a time of day.

    Example:
        >>> day("2022-02-24")
        datetime.date(2022, 2, 24)
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        text = value.strip()
        try:
            # Only the plain form: week dates and 20220224 would be hard to read in a diff.
            if len(text) == 10:
                return date.fromisoformat(text)
        except ValueError:
            pass
    raise BadValue(code, f"{shortened(value)} is not a date.", value=str(value), allowed="a date such as 2022-02-24")


def written(value: float) -> str:
    """A number as people write it.

    Example:
        >>> written(5.0), written(0.25), written(1e12)
        ('5', '0.25', '1e+12')
    """
    return f"{value:.12g}"
