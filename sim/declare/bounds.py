"""The numbers that a value can take, and whether they are within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.declare.distribution import Distribution
from sim.declare.errors import BadValue
from sim.declare.numbers import LARGEST, written
from sim.declare.schedule import Schedule

SHARES = ("share", "probability")
"""How units begin of values that are often written in per cent by mistake."""


def numbers_in(value: Any) -> Iterator[tuple[tuple[str, ...], float]]:
    """Every extreme number that a value can take, with the keys that lead to it.

    Args:
        value: A number, schedule, distribution, or a table of such; of anything else nothing comes.

    Yields:
        Keys and number. A schedule gives each of its values, a distribution the ends of its support. A whole
        number comes as it is, however large.

    Example:
        >>> list(numbers_in({"a": 1.0, "b": Schedule.parse(2)}))
        [(('a',), 1.0), (('b',), 2.0)]
    """
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield (), value
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

    Whatever the bounds, none may be beyond :data:`~sim.declare.numbers.LARGEST`.

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
    low, high = max(-LARGEST, -LARGEST if low is None else low), min(LARGEST, LARGEST if high is None else high)
    for at, found in numbers_in(value):
        if low <= found <= high:
            continue
        side = "below the least" if found < low else "above the greatest"
        what = (
            "The distribution reaches values"
            if isinstance(value, Distribution) and not value.constant
            else "The value is"
        )
        todo = ""
        if (high == 1.0 or unit.startswith(SHARES)) and high < found <= 100.0 * high:
            todo = f"Write a share as a fraction: {written(found / 100.0)} for {written(found)} %."
            todo = todo if high == 1.0 else f"Choose a value within the bounds. {todo}"
        raise BadValue(
            "S204",
            f"{what} {side} value allowed.",
            at=at,
            value=found,
            allowed=f"{written(low)} to {written(high)}" if abs(found) > LARGEST else allowed_range(low, high, unit),
            todo=todo,
        )


def allowed_range(low: float | None, high: float | None, unit: str = "") -> str:
    """Bounds in words.

    Example:
        >>> allowed_range(0.0, 1.0, "probability")
        '0 to 1 (probability)'
        >>> allowed_range(0.0, None)
        '0 or more'
    """
    tail = f" ({unit})" if unit and unit != "1" else ""
    low, high = None if low == -LARGEST else low, None if high == LARGEST else high
    if low is not None and high is not None:
        return f"{written(low)} to {written(high)}{tail}"
    if low is not None:
        return f"{written(low)} or more{tail}"
    return f"{written(high)} or less{tail}" if high is not None else f"any number of at most {written(LARGEST)}{tail}"
