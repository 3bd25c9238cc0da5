"""What a cell of an evidence table may hold."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import PlainValidator

from sim.declare.errors import BadValue, nearest
from sim.declare.numbers import day
from sim.declare.types import as_pydantic

T = TypeVar("T")

ROLES = {
    "fit": "target of calibration",
    "check": "compared and reported, never fitted",
    "prior": "sets the range of a parameter",
    "pattern": "a behaviour that the model must be able to show",
    "policy": "a date or a rule on the policy clock",
    "measure": "the aim that a measure is held against",
    "superseded": "printed, known to be wrong, and replaced by another row",
}
"""What a row is used for."""

CONFIDENCE = {"H": "official figure or paper", "M": "good press or one firm", "L": "partisan or second-hand"}
"""How far a source is trusted."""

BOUNDS = {
    "both": "holds a run from above and from below",
    "at least": "a lower bound: a run may pass it, not stay below",
    "at most": "an upper bound: a run may stay below, not pass it",
}
"""From which side a number holds a run."""

KINDS = {
    "official": "an authority's own figures or texts",
    "paper": "a research paper",
    "press": "a newspaper, an agency or a trade site",
    "reading": "the project's own arithmetic or judgement",
}
"""Kinds of source."""

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,12})?")
_WHEN = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?( to \d{4})?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def read_text(value: str) -> str:
    """A cell that must say something.

    Args:
        value: The cell.

    Raises:
        BadValue: E104 where it is empty.
    """
    if not value:
        raise BadValue("E104", "The cell is empty.", allowed="text")
    return value


def read_number(value: str) -> float:
    """A cell as a number: digits, a sign, a decimal point.

    Args:
        value: The cell.

    Raises:
        BadValue: E104 where it is none.

    Example:
        >>> read_number("-0.5"), read_number("14500000")
        (-0.5, 14500000.0)
    """
    if not _NUMBER.fullmatch(value) or not math.isfinite(float(value)):
        raise BadValue("E104", "The cell is not a number.", value=value, allowed="a number such as 0.45 or 14500000")
    return float(value)


def read_day(value: str) -> date:
    """A cell as a day.

    Args:
        value: The cell.

    Raises:
        BadValue: E104 where it is none.
    """
    return day(value, "E104")


def read_when(value: str) -> str:
    """A cell as the date of a source: a day, a month, a year or a span of years, as text; empty where not known.

    Args:
        value: The cell.

    Raises:
        BadValue: E104 where it is none.
    """
    if value and not _WHEN.fullmatch(value):
        raise BadValue(
            "E104", "The cell is not the date of a source.", value=value, allowed="2023, 2023-10 or 2023-10-04"
        )
    return value


def read_ids(value: str) -> tuple[str, ...]:
    """A cell as ids split by ``;``, each once.

    Args:
        value: The cell.

    Raises:
        BadValue: E104 where it is none.

    Example:
        >>> read_ids("doc001;doc002")
        ('doc001', 'doc002')
    """
    found = tuple(value.split(";"))
    if len(set(found)) < len(found) or not all(_ID.fullmatch(each) for each in found):
        raise BadValue(
            "E104", "The cell is not a list of ids, each once.", value=value, allowed="ids split by ;, each once"
        )
    return found


def _word(words: dict[str, str]) -> Callable[[str], str]:
    """A reader for a word out of a few."""

    def read(value: str) -> str:
        if value not in words:
            close = nearest(value, words)
            allowed = ", ".join(words)
            raise BadValue("E104", "The word is not allowed here.", value=value, allowed=allowed, nearest=close)
        return value

    return read


def _cell(read: Callable[[str], T], empty: Any = ...) -> PlainValidator:
    """A reader as a validator; an empty cell gives ``empty`` where that is set."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise as_pydantic(BadValue("E104", "The cell is not text.", value=value, allowed="text"))
        if not value and empty is not ...:
            return empty
        try:
            return read(value)
        except BadValue as bad:
            raise as_pydantic(bad) from None

    return PlainValidator(validate)


Text = Annotated[str, _cell(read_text)]
OptionalText = Annotated[str, _cell(read_text, "")]
Number = Annotated[float, _cell(read_number)]
OptionalNumber = Annotated[float | None, _cell(read_number, None)]
Day = Annotated[date, _cell(read_day)]
OptionalDay = Annotated[date | None, _cell(read_day, None)]
When = Annotated[str, _cell(read_when)]
Ids = Annotated[tuple[str, ...], _cell(read_ids)]
OptionalIds = Annotated[tuple[str, ...], _cell(read_ids, ())]
Role = Annotated[str, _cell(_word(ROLES))]
Confidence = Annotated[str, _cell(_word(CONFIDENCE))]
Bound = Annotated[str, _cell(_word(BOUNDS), "")]
Kind = Annotated[str, _cell(_word(KINDS))]
