"""The format of a scenario file, from the declarations: its parts, and its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from sim.declare.errors import Problem, ScenarioError, listed, nearest
from sim.declare.parameter import STRUCTURAL, Fields, extra_of
from sim.scenario.tables import HEAD, IDENTIFIER, SECTIONS, Section

DIALECT = "https://json-schema.org/draft/2020-12/schema"


HEAD_TEXTS = {
    "name": "Short name; that of the file where nothing is given.",
    "title": "Name in tables and figures.",
    "description": "What the scenario is about.",
    "extends": "Name of a shipped scenario, or path of a .toml file relative to this one; this file goes on top of it.",
}
"""What the keys outside any section are."""

_SHAPES_OF_VALUES = ("lognormal", "beta", "choice")
"""Keys below which numbers are shapes and weights, not values, so that bounds do not bear on them."""


@dataclass(frozen=True)
class Part:
    """A part of the format of a scenario file.

    Attributes:
        section: The section.
        classes: Fields of its tables by kind, as far as the path says; by the empty word where tables have no kind.
        key: A parameter of them, or empty.
    """

    section: Section
    classes: dict[str, type[Fields]]
    key: str = ""

    @property
    def declared(self) -> FieldInfo:
        """The parameter; of several kinds that read it, that of the first."""
        return next(f.model_fields[self.key] for f in self.classes.values() if self.key in f.read_keys())


def part(path: str) -> Part:
    """The part of the format that a path names.

    Args:
        path: A section, a section and a kind, or either and a parameter: ``groups``, ``policies.inspection``,
            ``market.calls``, ``groups.buyer.demand``.

    Returns:
        The part.

    Raises:
        ScenarioError: S305, with the nearest path, if the format has no such part.

    Example:
        >>> part("groups.buyer.demand").declared.json_schema_extra["unit"]
        'units a month'
    """
    name, *rest = path.split(".")
    section = SECTIONS.get(name)
    if section is None:
        raise _no_part(path, f"There is no section `{name}`.", name, SECTIONS, "", rest)
    classes = dict(section.classes)
    above = name
    if rest and rest[0] in classes:
        above, classes = f"{name}.{rest[0]}", {rest[0]: classes[rest[0]]}
        rest = rest[1:]
    if not rest:
        return Part(section, classes)
    keys = {key for fields in classes.values() for key in fields.read_keys()}
    known = [*(kind for kind in classes if kind and above == name), *sorted(keys)]
    if rest[0] not in keys:
        if section.has_kinds and above == name:
            message = f"There is no kind and no key `{rest[0]}` in {above}."
            raise _no_part(path, message, rest[0], classes, above, rest[1:], sorted(keys))
        raise _no_part(path, f"There is no key `{rest[0]}` in {above}.", rest[0], known, above, rest[1:])
    if len(rest) > 1:
        raise _no_part(path, f"The format goes no deeper than {above}.{rest[0]}.", rest[0], known, above, [])
    return Part(section, classes, rest[0])


def _no_part(
    path: str, message: str, word: str, known: Iterable[str], above: str, below: list[str], keys: Iterable[str] = ()
) -> ScenarioError:
    """The error for a path that names no part; ``keys`` are allowed too, but too many to list."""
    close = nearest(word, known) or nearest(word, keys, 0.6)
    better = ".".join(step for step in (above, close, *below) if step) if close else ""
    todo = "Name a section, a kind or a key: policies, policies.inspection, policies.inspection.added."
    allowed = listed(known, 60) + ("; or a key of one of these" if keys else "")
    return ScenarioError([Problem("S305", message, path=path, value=path, allowed=allowed, nearest=better, todo=todo)])


def schema(path: str = "") -> dict[str, Any]:
    """JSON Schema of a scenario file, or of a part of one.

    Nothing is required in it: a file that extends another gives only what differs. What a resolved scenario needs
    is marked ``x-required``. Units, bounds and evidence stand beside each parameter as ``x-unit``, ``x-low``,
    ``x-high`` and ``x-evidence``.

    Args:
        path: A part of the format, as in :func:`part`; empty for the whole file.

    Returns:
        The schema, as plain data.

    Raises:
        ScenarioError: S305 if the format has no such part.

    Example:
        >>> schema()["properties"]["market"]["properties"]["calls"]["maximum"]
        4
        >>> schema("market.calls")["x-unit"]
        'calls'
    """
    if path:
        found = part(path)
        if found.key:
            fields = next(fields for fields in found.classes.values() if found.key in fields.read_keys())
            return _table(fields)["properties"][found.key]
        return _section(found.section) if len(found.classes) > 1 else _table(next(iter(found.classes.values())))
    properties: dict[str, Any] = {key: {"type": "string", "description": HEAD_TEXTS[key]} for key in HEAD}
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
    for name in fields.read_keys():
        shape = whole["properties"][name]
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
        bounds = {"minimum": extra.get("low"), "maximum": extra.get("high")}
        kept = _bounded(kept, {key: value for key, value in bounds.items() if value is not None})
        if fields.model_fields[name].is_required():
            kept["x-required"] = True
        properties[name] = kept
    description = (fields.__doc__ or "").strip().split("\n", maxsplit=1)[0]
    return {"type": "object", "description": description, "properties": properties, "additionalProperties": False}


def _bounded(shape: Any, bounds: dict[str, float]) -> Any:
    """A schema with bounds on every number that is a value of the parameter."""
    if isinstance(shape, list):
        return [_bounded(entry, bounds) for entry in shape]
    if not isinstance(shape, dict):
        return shape
    out = {key: entry if key in _SHAPES_OF_VALUES else _bounded(entry, bounds) for key, entry in shape.items()}
    return out | bounds if shape.get("type") in ("number", "integer") else out
