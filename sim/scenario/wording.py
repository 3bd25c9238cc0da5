"""What a parameter allows, in words: for messages and for the reference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import WithJsonSchema
from pydantic.fields import FieldInfo

from sim.declare.bounds import allowed_range
from sim.declare.distribution import Distribution
from sim.declare.parameter import extra_of, types_of
from sim.declare.schedule import Schedule
from sim.declare.types import TRAITS

_PLAIN: tuple[tuple[Any, str], ...] = (
    (tuple[str, ...], 'a list of names, such as ["A", "B"]'),
    (dict[str, Schedule], "a table from products to numbers or schedules"),
    (dict[str, dict[str, int]], "a table {product = {component = units}}"),
    (dict[str, float], "a table from names to numbers"),
    (dict[str, float | bool], f"a table of thresholds on traits: {', '.join(TRAITS)}"),
    (dict[str, str], "text in quotes, or a table from keys to text"),
    (bool, "true or false"),
    (date, "a date such as 2022-02-24"),
    (str, "text in quotes"),
)
"""Types in words; the first that fits."""


def type_words(declared: FieldInfo) -> str:
    """The type of a parameter, in words.

    Args:
        declared: The parameter.

    Returns:
        Words such as ``"a whole number"``.

    Example:
        >>> from sim.scenario.fields import LegFields
        >>> type_words(LegFields.model_fields["open"])
        'a number or a schedule'
    """
    kinds = types_of(declared)
    if extra_of(declared).get("choices"):
        return "one of the words"
    if declared.annotation is Distribution:
        return "a name, or a choice of names by weights" if _of_words(declared) else "a number or a distribution"
    if declared.annotation is Schedule:
        return "a number or a schedule"
    for kind, words in _PLAIN:
        if kind in kinds:
            return words
    return "a whole number" if int in kinds else "a number"


def allowed_words(declared: FieldInfo) -> str:
    """What a parameter allows, in words: its type, and its bounds or choices.

    Args:
        declared: The parameter.

    Returns:
        The words.

    Example:
        >>> from sim.scenario.fields import TimeFields
        >>> allowed_words(TimeFields.model_fields["burn_in"])
        'a whole number, 0 to 1000 (ticks)'
    """
    extra = extra_of(declared)
    if extra.get("choices"):
        return ", ".join(extra["choices"])
    words = type_words(declared)
    unit = extra.get("unit", "")
    if "number" not in words or (extra.get("low") is None and extra.get("high") is None):
        return words + (f" ({unit})" if unit not in ("", "1", "date") else "")
    return f"{words}, {allowed_range(extra.get('low'), extra.get('high'), unit)}"


def _of_words(declared: FieldInfo) -> bool:
    """True for a distribution over words."""
    shapes = [entry.json_schema for entry in declared.metadata if isinstance(entry, WithJsonSchema)]
    return any(
        isinstance(part, Mapping) and part.get("type") == "string"
        for shape in shapes
        for part in (shape or {}).get("anyOf", ())
    )
