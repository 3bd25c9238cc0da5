"""Numbers as people read them."""

from __future__ import annotations

import math

MINUS = "\u2212"
"""The minus sign, which is as wide as a plus."""


def number(value: float, unit: str) -> str:
    """A value of a measure as text.

    Shares are printed in per cent, dollars with a prefix for thousands and millions, units in full.

    Args:
        value: The value.
        unit: Unit as the measure declares it.

    Returns:
        Text, with a true minus sign; a dash for NaN, infinity as the sign.

    Example:
        >>> [number(0.256, "share"), number(12345.6, "units"), number(1.5e6, "US dollars"), number(3.25, "weeks")]
        ['25.6%', '12,346', '$1.50M', '3.2']
        >>> number(float("nan"), "share"), number(-0.002, "share"), number(-0.0001, "share")
        ('-', '−0.2%', '0.0%')
    """
    if math.isnan(value):
        return "-"
    text = _plain(abs(value), unit)
    return _with(MINUS, text) if value < 0 else text


def _plain(value: float, unit: str) -> str:
    """A value of at least zero as text."""
    if math.isinf(value):
        return "∞"
    if unit == "share":
        return f"{value:.1%}" if value < 10 else f"{value:,.0%}"
    if unit == "probability":
        return f"{value:.2f}"
    if unit == "US dollars":
        return dollars(value)
    if unit in ("units", "sorties", "pieces", "parties", "unit-weeks"):
        return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
    if unit == "firms":
        return f"{value:.2f}"
    return f"{value:,.1f}" if value >= 1 or value == 0 else f"{value:.3g}"


def dollars(value: float) -> str:
    """US dollars with three figures.

    Args:
        value: US dollars.

    Example:
        >>> [dollars(each) for each in (0.0, 950.0, 12_300.0, 4_560_000.0, -2e9)]
        ['$0', '$950', '$12.3k', '$4.56M', '−$2.00B']
    """
    sign, size = (MINUS if value < 0 else ""), abs(value)
    for factor, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= factor * 0.9995:
            scaled = size / factor
            digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
            return f"{sign}${scaled:.{digits}f}{letter}"
    return f"{sign}${size:,.0f}"


def with_interval(estimate: float, low: float, high: float, unit: str) -> str:
    """An estimate with its interval: ``mean [5%, 95%]``.

    Args:
        estimate: The estimate.
        low: Lower bound, NaN for none.
        high: Upper bound.
        unit: Unit as the measure declares it.

    Example:
        >>> with_interval(0.5, 0.25, 0.75, "share")
        '50.0% [25.0%, 75.0%]'
        >>> with_interval(7.0, float("nan"), float("nan"), "units")
        '7'
    """
    text = number(estimate, unit)
    if math.isnan(low) or math.isnan(high):
        return text
    return f"{text} [{number(low, unit)}, {number(high, unit)}]"


def signed(value: float, unit: str) -> str:
    """A difference as text, with its sign unless it rounds to nothing; shares in percentage points.

    Args:
        value: The difference.
        unit: Unit as the measure declares it.

    Example:
        >>> signed(0.0123, "share"), signed(-1200.0, "units"), signed(0.0, "weeks"), signed(-0.0001, "share")
        ('+1.2 pp', '−1,200', '0.0', '0.0 pp')
    """
    if math.isnan(value):
        return "-"
    text = f"{abs(100 * value):.1f} pp" if unit == "share" else number(abs(value), unit)
    return _with(MINUS if value < 0 else "+", text)


def _with(sign: str, text: str) -> str:
    """A text with a sign, unless it says nothing but zero."""
    return f"{sign}{text}" if any(digit in text for digit in "123456789∞") else text
