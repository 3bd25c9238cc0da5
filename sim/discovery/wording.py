"""Boxes and scores in plain words."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def limit(value: float, span: float) -> str:
    """A bound as people read it: three significant digits, and enough to tell it apart within its factor's range.

    Args:
        value: The bound.
        span: Width of the sampled range.

    Example:
        >>> limit(0.29876, 1.0), limit(1234.56, 5000.0), limit(2000.123, 0.5), limit(0.0, 1.0)
        ('0.299', '1,230', '2,000.123', '0')
    """
    sizes = [abs(size) for size in (value, span) if size and math.isfinite(size)]
    digits = max((2 - math.floor(math.log10(size)) for size in sizes), default=0)
    text = f"{round(value, digits):,.{max(0, digits)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def restriction(title: str, low: float, high: float, levels: Float) -> str:
    """A restriction of a factor in words.

    Args:
        title: The factor as people read it.
        low: Lower bound; minus infinity for none.
        high: Upper bound; infinity for none.
        levels: float64, the different values sampled, rising. Where all are whole numbers the bound named is a value
            that the factor takes.

    Example:
        >>> restriction("mark-up", -np.inf, 1.4, np.array([1.0, 1.3, 1.5, 2.0]))
        'mark-up < 1.4'
        >>> restriction("firms", 1.5, 3.5, np.arange(6.0)), restriction("ban", 0.5, np.inf, np.arange(2.0))
        ('2 <= firms <= 3', 'ban = 1')
    """
    span = float(levels[-1] - levels[0])
    if np.equal(np.mod(levels, 1), 0).all():
        inside = levels[(levels > low) & (levels < high)]
        first, last = (limit(float(each), span) for each in (inside[0], inside[-1]))
        if len(inside) == 1:
            return f"{title} = {first}"
        if math.isinf(low):
            return f"{title} <= {last}"
        return f"{title} >= {first}" if math.isinf(high) else f"{first} <= {title} <= {last}"
    if math.isinf(low):
        return f"{title} < {limit(high, span)}"
    if math.isinf(high):
        return f"{title} > {limit(low, span)}"
    return f"{limit(low, span)} < {title} < {limit(high, span)}"
