"""How a parameter is declared: once, with its unit, bounds, default, description and evidence.

Everything else about a parameter (validation, messages, JSON Schema, the reference in the documents, sweep
ranges) is read from here.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from sim.declare.bounds import check_bounds
from sim.declare.errors import BadValue, nearest, shortened
from sim.declare.numbers import LARGEST, day, number
from sim.declare.plain import plain
from sim.declare.types import as_pydantic

ASSUMED = "assumed"
"""The word that stands where no evidence row says anything."""

STRUCTURAL = frozenset({"evidence", "enabled", "kind", "title"})
"""Keys that say what a table is, not what a parameter is worth; evidence does not bear on them."""


class Fields(BaseModel):
    """Base of every table of a scenario: unknown keys are errors, values are frozen.

    Bounds and choices given in :func:`parameter` are checked here, for every number that a value can take. Types
    are strict: booleans and words are not numbers.

    Attributes:
        evidence: Evidence id of the values in this table: one id (or ``"assumed"``) for all of them, or a table
            from key to id in which ``"*"`` stands for the keys not named.
        unread: Keys of the base that a kind does not read; to give them is an error.
    """

    unread: ClassVar[tuple[str, ...]] = ()

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        validate_default=True,
        strict=True,
        allow_inf_nan=False,
    )

    evidence: str | dict[str, str] = Field(
        ASSUMED,
        title="evidence",
        description="Evidence id of the values in this table, or 'assumed'; a table from key to id, '*' for the rest.",
        json_schema_extra={"unit": "", "evidence": ""},
    )

    @field_validator("*", mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        """Dates from text, and whole numbers from floats such as 3.0."""
        kinds = types_of(cls.model_fields[str(info.field_name)])
        if isinstance(value, np.generic):
            value = value.item()
        if date in kinds and value is not None:
            try:
                return day(value)
            except BadValue as bad:
                raise as_pydantic(bad) from None
        if int in kinds and isinstance(value, float) and value.is_integer():
            return int(value)
        if float in kinds and isinstance(value, int) and abs(value) > LARGEST:
            # Pydantic would make an infinity of it, or fail.
            try:
                return number(value)
            except BadValue as bad:
                raise as_pydantic(bad) from None
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _check(cls, value: Any, info: ValidationInfo) -> Any:
        """Bounds and choices."""
        extra = extra_of(cls.model_fields[str(info.field_name)])
        choices = extra.get("choices")
        if choices and value not in choices:
            message = f"There is no choice {shortened(value)}."
            bad = BadValue("S205", message, value=value, allowed=", ".join(choices), nearest=nearest(value, choices))
            raise as_pydantic(bad)
        try:
            check_bounds(value, extra.get("low"), extra.get("high"), extra.get("unit", ""))
        except BadValue as bad:
            raise as_pydantic(bad) from None
        return value

    @classmethod
    def read_keys(cls) -> list[str]:
        """Keys that a table may hold, in order of declaration: not those that its kind does not read.

        Example:
            >>> class Leg(Fields):
            ...     unread = ("mode",)
            ...     lead: float = parameter(3.0, unit="weeks", text="Lead time.")
            ...     mode: str = parameter("sea", unit="", text="How goods travel.")
            >>> Leg.read_keys()
            ['evidence', 'lead']
        """
        return [key for key in cls.model_fields if key not in cls.unread]

    def evidence_of(self, key: str) -> str:
        """Evidence id of one value.

        What the table says of the key comes first; then, for a value that the file does not give, the evidence
        declared for its default; then what the table says of all.

        Args:
            key: Name of a parameter.

        Returns:
            An evidence id, or ``"assumed"``.

        Example:
            >>> class Leg(Fields):
            ...     lead: float = parameter(3.0, unit="weeks", text="Lead time.", evidence="P01")
            >>> Leg().evidence_of("lead"), Leg(lead=2.0).evidence_of("lead")
            ('P01', 'assumed')
        """
        told = {"*": self.evidence} if isinstance(self.evidence, str) else self.evidence
        if key in told:
            return told[key]
        if key not in self.model_fields_set:
            return str(extra_of(type(self).model_fields[key]).get("evidence", ASSUMED))
        return told.get("*", ASSUMED)

    def to_plain(self) -> dict[str, Any]:
        """Every value of the table, defaults too, as a scenario file would say it, with its evidence resolved.

        Returns:
            A table of text, numbers, booleans, lists and tables. Dates are ISO text; what is empty is left out.
        """
        out = {key: plain(getattr(self, key)) for key in self.read_keys() if key != "evidence"}
        out = {key: value for key, value in out.items() if value is not None}
        rest = ASSUMED if isinstance(self.evidence, dict) else self.evidence
        if isinstance(self.evidence, dict):
            rest = self.evidence.get("*", ASSUMED)
        told = {key: self.evidence_of(key) for key in sorted(out) if key not in STRUCTURAL}
        named = {key: row for key, row in told.items() if row != rest}
        out["evidence"] = {"*": rest, **named} if named else rest
        return out


def types_of(field: FieldInfo) -> tuple[Any, ...]:
    """The plain types that a field's annotation allows: itself, and the members of a union."""
    return (field.annotation, *get_args(field.annotation))


def extra_of(field: FieldInfo) -> dict[str, Any]:
    """What :func:`parameter` declared beyond the default: unit, evidence, low, high, choices."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def parameter(
    default: Any = ...,
    *,
    unit: str,
    text: str,
    low: float | None = None,
    high: float | None = None,
    evidence: str = ASSUMED,
    choices: tuple[str, ...] | None = None,
) -> Any:
    """Declares one parameter of a scenario table.

    Args:
        default: Value where the file says nothing; ``...`` makes the parameter required.
        unit: Unit of the value, as printed; ``"1"`` for a plain ratio.
        text: What it is, in a sentence.
        low: Least value allowed; for a schedule or distribution every value it can take.
        high: Greatest value allowed, likewise.
        evidence: Evidence id of the default, or ``"assumed"``.
        choices: The words allowed, where the value is a word.

    Returns:
        A pydantic field that carries all of this in ``json_schema_extra``.

    Example:
        >>> class Leg(Fields):
        ...     lead_weeks: float = parameter(3.0, unit="weeks", low=0.0, text="Mean time on the way.")
        >>> Leg().lead_weeks
        3.0
    """
    extra: dict[str, Any] = {"unit": unit, "evidence": evidence, "low": low, "high": high}
    if choices is not None:
        extra["choices"] = list(choices)
    return Field(default, description=text, json_schema_extra=extra)
