"""JSON Schema of a scenario file, from the declarations."""

from __future__ import annotations

from typing import Any

from sim.declare.parameter import STRUCTURAL, Fields, extra_of
from sim.scenario.tables import HEAD, IDENTIFIER, SECTIONS, Section

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """JSON Schema of a whole scenario file.

    Nothing is required in it: a file that extends another gives only what differs. What a resolved scenario needs
    is marked ``x-required``. Units, bounds and evidence stand beside each parameter as ``x-unit``, ``x-low``,
    ``x-high`` and ``x-evidence``.

    Returns:
        The schema, as plain data.

    Example:
        >>> schema()["properties"]["market"]["properties"]["calls"]["maximum"]
        4
    """
    properties: dict[str, Any] = {key: {"type": "string"} for key in HEAD}
    properties |= {name: _section(section) for name, section in SECTIONS.items()}
    return {
        "$schema": DIALECT,
        "title": "Scenario",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _section(section: Section) -> dict[str, Any]:
    """Schema of a section."""
    tables = [_table(fields) for _, fields in sorted(section.classes.items())]
    # A table that changes an inherited one need not repeat its kind, so any kind may fit.
    table = tables[0] if len(tables) == 1 else {"anyOf": tables}
    if not section.keyed:
        return table | {"x-required": section.needed}
    return {
        "type": "object",
        "properties": {"table": {"type": "string", "description": "CSV file with one table a row."}},
        "patternProperties": {f"^(?!table$){IDENTIFIER.pattern}$": table},
        "additionalProperties": False,
        "x-required": section.needed,
    }


def _table(fields: type[Fields]) -> dict[str, Any]:
    """Schema of a table."""
    whole = fields.model_json_schema()
    properties = {}
    for name, shape in whole["properties"].items():
        extra = extra_of(fields.model_fields[name])
        kept = {
            key: value
            for key, value in shape.items()
            if key not in ("low", "high", "choices", "unit", "evidence", "title")
        }
        for key in ("unit", "evidence", "low", "high"):
            if extra.get(key) not in (None, "") and name not in STRUCTURAL:
                kept[f"x-{key}"] = extra[key]
        if extra.get("choices"):
            kept["enum"] = list(extra["choices"])
        if kept.get("type") in ("number", "integer"):
            bounds = {"minimum": extra.get("low"), "maximum": extra.get("high")}
            kept |= {key: value for key, value in bounds.items() if value is not None}
        if fields.model_fields[name].is_required():
            kept["x-required"] = True
        properties[name] = kept
    description = (fields.__doc__ or "").strip().split("\n", maxsplit=1)[0]
    return {"type": "object", "description": description, "properties": properties, "additionalProperties": False}
