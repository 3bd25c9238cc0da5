"""Dotted paths: ``policies.ID.intensity`` names the same value everywhere."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from sim.declare.distribution import Distribution
from sim.declare.errors import BadValue, kind_of, listed, nearest
from sim.declare.parameter import Fields, extra_of
from sim.declare.plain import plain
from sim.declare.schedule import Schedule
from sim.scenario.merging import merge_table
from sim.scenario.tables import HEAD, SECTIONS


@dataclass(frozen=True)
class Spot:
    """What stands at a dotted path.

    Attributes:
        path: The path.
        table: The table that holds it.
        table_path: Dotted path of the table.
        keys: Keys below the table: the parameter, then what is inside its value.
        unit: Unit of the parameter.
        text: What the parameter is.
        value: The value: a number, text, Schedule, Distribution, ... as validated; inside a schedule or
            distribution the plain number.
        form: ``"number"``, ``"whole"`` (an integer), ``"schedule"``, ``"distribution"`` or ``"other"``. A schedule
            or distribution that never varies is a number.
    """

    path: str
    table: Fields
    table_path: str
    keys: tuple[str, ...]
    unit: str
    text: str
    value: Any
    form: str

    def replaced(self, value: Any) -> dict[str, Any]:
        """The table as plain data with another value at the path.

        Args:
            value: The value.
        """
        data = self.table.to_plain()
        put(data, self.keys, plain(value))
        return data

    def drawn(self, draw: float, role: str) -> Any:
        """The value that a draw gives.

        Args:
            draw: The number drawn.
            role: ``"value"``: the draw stands for the value; ``"factor"``: it multiplies it.

        Returns:
            A plain value; rounded where the parameter is a whole number.
        """
        if role == "factor":
            if isinstance(self.value, Schedule | Distribution):
                return self.value.scaled(float(draw)).to_plain()
            draw = float(self.value) * float(draw)
        return round(draw) if self.form == "whole" else float(draw)


def find(tables: Mapping[str, Mapping[str, Any]], path: str) -> Spot:
    """What stands at a path.

    Args:
        tables: Fields by section and id; of a section that is one table, by the empty id.
        path: Dotted path.

    Returns:
        The spot.

    Raises:
        BadValue: S305, with the nearest valid path, if nothing stands there.
    """
    parts = path.split(".")
    section = SECTIONS.get(parts[0])
    if section is None:
        close = nearest(parts[0], SECTIONS)
        raise _nowhere(
            path, f"There is no section `{parts[0]}`.", [close, *parts[1:]] if close else [], ", ".join(SECTIONS)
        )
    above, key, keys = _split(parts)
    if key not in tables[parts[0]]:
        close = nearest(key, tables[parts[0]])
        message = f"There is no table `{'.'.join(above)}`."
        raise _nowhere(path, message, [parts[0], close, *keys] if close else [], listed(tables[parts[0]]))
    table = tables[parts[0]][key]
    known = [name for name in type(table).model_fields if name != "evidence"]
    if not keys or keys[0] not in known:
        close = nearest(keys[0] if keys else "", known)
        message = f"There is no key `{keys[0]}`." if keys else "The path stops at a table."
        raise _nowhere(path, message, [*above, close, *keys[1:]] if close else [], ", ".join(known))
    declared = type(table).model_fields[keys[0]]
    value: Any = getattr(table, keys[0])
    for depth, part in enumerate(keys[1:], start=1):
        inside = plain(value) if isinstance(value, Schedule | Distribution) else value
        if not isinstance(inside, Mapping) or part not in inside:
            names = [str(name) for name in inside] if isinstance(inside, Mapping) else []
            close = nearest(part, names)
            better = [*above, *keys[:depth], close, *keys[depth + 1 :]] if close else []
            raise _nowhere(path, f"There is nothing at `{part}`.", better, ", ".join(names))
        value = inside[part]
    extra = extra_of(declared)
    return Spot(
        path=path,
        table=table,
        table_path=".".join(above),
        keys=tuple(keys),
        unit=extra.get("unit", ""),
        text=declared.description or "",
        value=value,
        form=_form(value),
    )


def overlap(one: str, other: str) -> bool:
    """Whether two paths lead to the same value, or one to a part of the other's.

    Args:
        one: Dotted path.
        other: Dotted path.

    Example:
        >>> overlap("policies.ban.intensity", "policies.ban.intensity.step.2023-01-01")
        True
        >>> overlap("groups.a.count", "groups.a.counted")
        False
    """
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def change(data: MutableMapping[str, Any], path: str, value: Any) -> None:
    """Changes plain scenario data at a path, in place.

    The value replaces what stands there. ``section.id`` with a table adds the table, or merges it into the one
    there. The evidence of what stood there is dropped.

    Args:
        data: A scenario as plain data, safe to change.
        path: Dotted path.
        value: What to put there.

    Raises:
        BadValue: S107 if the path leads to no table of the scenario.

    Example:
        >>> data = {"time": {"burn_in": 52}}
        >>> change(data, "time.burn_in", 4)
        >>> data["time"]["burn_in"]
        4
    """
    parts = path.split(".")
    if path in HEAD and path != "extends":
        data[path] = value
        return
    if parts[0] not in SECTIONS:
        message = f"There is no section `{parts[0]}`."
        close = nearest(parts[0], SECTIONS)
        better = ".".join([close, *parts[1:]]) if close else ""
        raise BadValue("S107", message, value=parts[0], allowed=", ".join(SECTIONS), nearest=better)
    above, key, keys = _split(parts)
    tables = data.setdefault(parts[0], {})
    if not isinstance(tables, MutableMapping):
        raise BadValue("S107", f"`{parts[0]}` is not a table.", value=tables, allowed="a section with tables")
    holder: MutableMapping[str, Any] = tables if SECTIONS[parts[0]].keyed else data
    name = key if SECTIONS[parts[0]].keyed else parts[0]
    if not keys:
        if not isinstance(value, Mapping) or not name:
            raise BadValue(
                "S107",
                "The path stops at a table.",
                value=plain(value),
                allowed="a table; or a path that goes on to one of its keys",
            )
        holder[name] = merge_table(holder.get(name), plain(value))
        return
    if not isinstance(holder.get(name), Mapping):
        close = nearest(name, [str(other) for other in holder])
        better = ".".join([parts[0], close, *keys]) if close else ""
        known = [str(other) for other in holder]
        message = f"There is no table `{'.'.join(above)}`."
        raise BadValue("S107", message, value=name, allowed=listed(known), nearest=better)
    table = dict(holder[name])
    put(table, keys, plain(value))
    # Merging the one value drops the evidence of the old one.
    claimed = merge_table({"evidence": table.get("evidence")} if "evidence" in table else {}, {keys[0]: 0})
    if keys[0] not in ("evidence", "enabled", "kind", "title") and "evidence" in claimed:
        table["evidence"] = claimed["evidence"]
    holder[name] = table


def put(table: MutableMapping[str, Any], keys: tuple[str, ...] | list[str], value: Any) -> None:
    """Puts a value at some keys below a table; tables on the way are copied, missing ones made.

    Args:
        table: A table, safe to change at its own level.
        keys: At least one key.
        value: The value.

    Raises:
        BadValue: S107 if a plain value is in the way.
    """
    for key in keys[:-1]:
        below = table.get(key, {})
        if not isinstance(below, Mapping):
            message = f"`{key}` holds {kind_of(below)}, not a table."
            raise BadValue("S107", message, value=below, allowed=f"a path that ends at `{key}`")
        table[key] = dict(below)
        table = table[key]
    table[keys[-1]] = value


def _split(parts: list[str]) -> tuple[list[str], str, list[str]]:
    """Parts of the table's path, its id (empty where the section is one table), and keys below it."""
    if SECTIONS[parts[0]].keyed:
        return parts[:2], parts[1] if len(parts) > 1 else "", parts[2:]
    return parts[:1], "", parts[1:]


def _form(value: Any) -> str:
    """What kind of number a value is."""
    if isinstance(value, bool):
        return "other"
    if isinstance(value, int):
        return "whole"
    if isinstance(value, Schedule):
        return "number" if value.kind == "constant" else "schedule"
    if isinstance(value, Distribution):
        return "other" if value.is_words else "number" if value.kind == "constant" else "distribution"
    return "number" if isinstance(value, float) else "other"


def _nowhere(path: str, message: str, better: list[str], allowed: str = "") -> BadValue:
    """A path that leads nowhere."""
    return BadValue("S305", message, value=path, allowed=allowed, nearest=".".join(better))
