"""The types that parameters are declared with.

Each is a type for readers and type checkers, and reads itself from what a scenario file says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from sim.declare import distribution as _distribution
from sim.declare import schedule as _schedule
from sim.declare.errors import BadValue, kind_of, nearest, shortened
from sim.declare.numbers import number, without_quotes

T = TypeVar("T")

TRAITS: dict[str, type] = {"flight_minutes": float, "takeoff_kg": float, "thermal": bool, "radio": bool}
"""Product traits that a policy can set thresholds on: a number means at least so much."""


def as_pydantic(bad: BadValue) -> PydanticCustomError:
    """A :class:`BadValue` as an error that pydantic gathers; the loader gets it back with its code."""
    return PydanticCustomError("bad_value", "{message}", {"message": bad.message, "bad": bad})


def _checked(read: Callable[[Any], T]) -> PlainValidator:
    """A validator from a function that raises BadValue."""

    def validate(value: Any) -> T:
        try:
            return read(value)
        except BadValue as bad:
            raise as_pydantic(bad) from None

    return PlainValidator(validate)


def _mapping(value: Any, allowed: str) -> Mapping[Any, Any]:
    """A value as a table."""
    if not isinstance(value, Mapping):
        raise BadValue("S203", f"This is {kind_of(value)}, not a table.", value=value, allowed=allowed)
    return value


def _by_key(value: Any, read: Callable[[Any], T], allowed: str) -> dict[str, T]:
    """A table read entry by entry, sorted by key so that the order in the file does not matter."""
    found = {}
    for key, entry in _mapping(value, allowed).items():
        try:
            found[str(key)] = read(entry)
        except BadValue as bad:
            raise bad.below(str(key)) from None
    return dict(sorted(found.items()))


def read_words(value: Any) -> tuple[str, ...]:
    """Names from a list, sorted; each once.

    Args:
        value: A list of names.

    Returns:
        The names.

    Raises:
        BadValue: S209 if it is none.

    Example:
        >>> read_words(["b", "a"])
        ('a', 'b')
    """
    allowed = 'a list of names, such as ["A", "B"]'
    if not isinstance(value, list | tuple):
        todo = ""
        if isinstance(value, str):
            todo = f"Write a list: {shortened([word.strip() for word in value.split(',')])}"
        raise BadValue("S209", f"This is {kind_of(value)}, not a list.", value=value, allowed=allowed, todo=todo)
    for word in value:
        if not isinstance(word, str) or not word:
            what = "is empty" if word == "" else f"is {kind_of(word)}, not a name"
            raise BadValue("S209", f"An entry of the list {what}.", value=value, allowed=allowed)
    for word in value:
        if value.count(word) > 1:
            raise BadValue("S209", f"`{word}` is named twice.", value=value, allowed=allowed)
    return tuple(sorted(value))


def read_traits(value: Any) -> dict[str, float | bool]:
    """Thresholds on product traits.

    Args:
        value: A table with keys of :data:`TRAITS`: ``{flight_minutes = 30}`` means 30 or more.

    Returns:
        The thresholds, sorted by trait.

    Raises:
        BadValue: S201 for an unknown trait, S203 for a value of the wrong type, S204 for a number below 0.

    Example:
        >>> read_traits({"flight_minutes": 30})
        {'flight_minutes': 30.0}
    """
    found: dict[str, float | bool] = {}
    for key, entry in _mapping(value, "a table from traits to thresholds").items():
        if key not in TRAITS:
            allowed = ", ".join(TRAITS)
            raise BadValue(
                "S201",
                f"There is no trait `{key}`.",
                at=(str(key),),
                value=key,
                allowed=allowed,
                nearest=nearest(key, TRAITS),
            )
        if TRAITS[key] is bool:
            if not isinstance(entry, bool):
                raise BadValue(
                    "S203",
                    f"This is {kind_of(entry)}, not true or false.",
                    at=(key,),
                    value=entry,
                    allowed="true or false",
                    todo=without_quotes(entry),
                )
            found[key] = entry
            continue
        try:
            found[key] = number(entry)
        except BadValue as bad:
            raise bad.below(key) from None
        if found[key] < 0.0:
            raise BadValue("S204", "A threshold is below 0.", at=(key,), value=entry, allowed="0 or more")
    return dict(sorted(found.items()))


def _whole(value: Any) -> int:
    """A whole number, at least 1."""
    found = number(value)
    if found != int(found) or found < 1:
        raise BadValue("S203", "This is not a whole number of units.", value=value, allowed="1, 2, 3 …")
    return int(found)


def _read_bill(value: Any) -> dict[str, dict[str, int]]:
    """A bill of materials."""
    allowed = "{product = {component = units}}"
    return _by_key(value, lambda entry: _by_key(entry, _whole, allowed), allowed)


_NUMBER = {"type": "number"}
_TABLE_OF_NUMBERS = {"type": "object", "additionalProperties": _NUMBER}
_SCHEDULE_SCHEMA = {
    "anyOf": [
        _NUMBER,
        *(
            {
                "type": "object",
                "properties": {kind: _TABLE_OF_NUMBERS},
                "required": [kind],
                "additionalProperties": False,
            }
            for kind in _schedule.KINDS
        ),
    ]
}
_CHOICE_SCHEMA = {
    "type": "object",
    "properties": {"choice": _TABLE_OF_NUMBERS},
    "required": ["choice"],
    "additionalProperties": False,
}


def _row(length: int) -> dict[str, Any]:
    """JSON Schema of a list of numbers."""
    return {"type": "array", "items": _NUMBER, "minItems": length, "maxItems": length}


_DISTRIBUTION_SCHEMA = {
    "anyOf": [
        _NUMBER,
        {
            "type": "object",
            "properties": {
                "constant": _NUMBER,
                "uniform": _row(2),
                "triangular": _row(3),
                "lognormal": _TABLE_OF_NUMBERS,
                "beta": _TABLE_OF_NUMBERS,
                "choice": _TABLE_OF_NUMBERS,
            },
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
    ]
}

Schedule = Annotated[_schedule.Schedule, _checked(_schedule.Schedule.parse), WithJsonSchema(_SCHEDULE_SCHEMA)]
"""A number that may change by date."""

Distribution = Annotated[
    _distribution.Distribution, _checked(_distribution.Distribution.parse), WithJsonSchema(_DISTRIBUTION_SCHEMA)
]
"""What is believed of a number."""

Trait = Distribution
"""How a number spreads over the agents of a group; a plain number where all have the same."""

WordTrait = Annotated[
    _distribution.Distribution,
    _checked(lambda value: _distribution.Distribution.parse(value, words=True)),
    WithJsonSchema({"anyOf": [{"type": "string"}, _CHOICE_SCHEMA]}),
]
"""A name, or a choice of names by weights; always a Distribution with ``words`` and ``pick``."""

ScheduleByProduct = Annotated[
    dict[str, _schedule.Schedule],
    _checked(lambda value: _by_key(value, _schedule.Schedule.parse, "{product = number}")),
    WithJsonSchema({"type": "object", "additionalProperties": _SCHEDULE_SCHEMA}),
]
"""A schedule for each product, sorted by product."""

Words = Annotated[
    tuple[str, ...],
    _checked(read_words),
    WithJsonSchema({"type": "array", "items": {"type": "string"}, "uniqueItems": True}),
]
"""Names, sorted, each once."""

Products = Words
"""Ids of products, sorted, each once."""

Bill = Annotated[
    dict[str, dict[str, int]],
    _checked(_read_bill),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
        }
    ),
]
"""Bill of materials: product built -> component -> whole units, sorted."""

Substitutes = Annotated[
    dict[str, float],
    _checked(lambda value: _by_key(value, number, "{name = number}")),
    WithJsonSchema(_TABLE_OF_NUMBERS),
]
"""A number for each name, sorted by name."""

Traits = Annotated[
    dict[str, float | bool],
    _checked(read_traits),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {key: {"type": "boolean"} if kind is bool else _NUMBER for key, kind in TRAITS.items()},
            "additionalProperties": False,
        }
    ),
]
"""Thresholds on product traits."""
