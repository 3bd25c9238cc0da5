"""How a file that extends another is laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.declare.parameter import ASSUMED, STRUCTURAL
from sim.scenario.tables import HEAD, SECTIONS, is_value_table


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lays one scenario over another.

    Tables merge by key; lists, schedules and distributions are replaced whole. The head of the file (name, title,
    description) is that of ``over`` alone.

    Args:
        base: The scenario that is extended, as read.
        over: The scenario that extends it, as read.

    Returns:
        A new dict.

    Example:
        >>> merge({"time": {"start": "2022-01-03", "burn_in": 4}}, {"time": {"burn_in": 8}})["time"]["burn_in"]
        8
    """
    out = {key: value for key, value in base.items() if key not in HEAD}
    for key, value in over.items():
        section = SECTIONS.get(key)
        below = out.get(key)
        if section is None or not isinstance(below, Mapping) or not isinstance(value, Mapping):
            out[key] = value
        elif section.keyed:
            out[key] = {**below, **{row: merge_table(below.get(row), entry) for row, entry in value.items()}}
        else:
            out[key] = merge_table(below, value)
    return out


def merge_table(base: Any, over: Any) -> Any:
    """Lays one table of a section over another; evidence follows the values.

    A value that ``over`` gives has the evidence that ``over`` names for it, else none: what was known of the old
    value is not known of the new one.

    Args:
        base: The table extended, or None.
        over: The table on top.

    Returns:
        The table merged; ``over`` where either is no table.

    Example:
        >>> merge_table({"a": 1, "b": 2, "evidence": "P01"}, {"b": 3})
        {'a': 1, 'b': 3, 'evidence': {'*': 'P01', 'b': 'assumed'}}
    """
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    out = _deep({k: v for k, v in base.items() if k != "evidence"}, {k: v for k, v in over.items() if k != "evidence"})
    evidence = _evidence(base.get("evidence"), over.get("evidence"), [key for key in over if key not in STRUCTURAL])
    return out if evidence is None else {**out, "evidence": evidence}


def _deep(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merges by key, all the way down to values."""
    out = dict(base)
    for key, value in over.items():
        below = out.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        whole = not both or is_value_table(below) or is_value_table(value)
        out[key] = value if whole else _deep(below, value)  # type: ignore[arg-type]
    return out


def _evidence(base: Any, over: Any, given: Iterable[str]) -> Any:
    """Evidence of a merged table; whatever is malformed is passed on for the validation to find."""
    if over is not None and not isinstance(over, str | Mapping):
        return over
    if base is not None and not isinstance(base, str | Mapping):
        return base
    told = {"*": base} if isinstance(base, str) else dict(base or {})
    new = {"*": over} if isinstance(over, str) else dict(over or {})
    star = new.pop("*", ASSUMED)
    told |= dict.fromkeys(given, star) | new
    rest = told.pop("*", ASSUMED)
    told = {key: value for key, value in told.items() if value != rest or key not in given}
    if not told:
        return rest if rest != ASSUMED or base is not None or over is not None else None
    return {"*": rest, **told}
