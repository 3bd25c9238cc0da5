"""The numbers that a value can take, and whether they are within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.declare.distribution import Distribution
from sim.declare.errors import BadValue
from sim.declare.numbers import written
from sim.declare.schedule import Schedule


def numbers_in(value: Any) -> Iterator[tuple[tuple[str, ...], float]]:
    """Every extreme number that a value can take, with the keys that lead to it.

    Args:
        value: A number, schedule, distribution, or a table of such; of anything else nothing comes.

    Yields:
        Keys and number. A schedule gives each of its values, a distribution the ends of its support.

    Example:
        >>> list(numbers_in({"a": 1.0, "b": Schedule.parse(2)}))
        [(('a',), 1.0), (('b',), 2.0)]
    """
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield (), float(value)
    elif isinstance(value, Schedule):
        if value.kind == "constant":
            yield (), value.values[0]
        for when, entry in zip(value.days, value.values, strict=False):
            yield (value.kind, when.isoformat()), entry
    elif isinstance(value, Distribution):
        if not value.is_words:
            for entry in value.support():
                yield (), entry
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            for at, found in numbers_in(entry):
                yield (str(key), *at), found


def check_bounds(value: Any, low: float | None, high: float | None, unit: str = "") -> None:
    """Checks that every number a value can take is within bounds.

    Args:
        value: Any value of a parameter.
        low: Least number allowed, or None.
        high: Greatest number allowed, or None.
        unit: Unit, for the message.

    Raises:
        BadValue: S204, with the keys of the first number out of bounds.

    Example:
        >>> check_bounds(Schedule.parse(0.5), 0.0, 1.0)
    """
    if low is None and high is None:
        return
    for at, found in numbers_in(value):
        if (low is None or found >= low) and (high is None or found <= high):
            continue
        side = "below the least" if low is not None and found < low else "above the greatest"
        what = (
            "The distribution reaches values"
            if isinstance(value, Distribution) and not value.constant
            else "The value is"
        )
        allowed = allowed_range(low, high, unit)
        raise BadValue("S204", f"{what} {side} value allowed.", at=at, value=found, allowed=allowed)


def allowed_range(low: float | None, high: float | None, unit: str = "") -> str:
    """Bounds in words.

    Example:
        >>> allowed_range(0.0, 1.0, "probability")
        '0 to 1 (probability)'
        >>> allowed_range(0.0, None)
        '0 or more'
    """
    tail = f" ({unit})" if unit and unit != "1" else ""
    if low is not None and high is not None:
        return f"{written(low)} to {written(high)}{tail}"
    if low is not None:
        return f"{written(low)} or more{tail}"
    return f"{written(high)} or less{tail}" if high is not None else f"any number{tail}"
