"""Which values of the shipped scenarios name which row of the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.declare.parameter import STRUCTURAL
from sim.declare.plain import plain
from sim.scenario.loading import load
from sim.scenario.shipped import shipped
from sim.scenario.tables import SECTIONS


@dataclass(frozen=True)
class Citation:
    """A value that names a row of the evidence.

    Attributes:
        path: Dotted path of the value.
        value: The value, as plain data.
        scenarios: Shipped scenarios that have it there.
    """

    path: str
    value: Any
    scenarios: tuple[str, ...]


def citations() -> dict[str, list[Citation]]:
    """Values of the shipped scenarios by the evidence that they name, those of scenarios extended included.

    A value counts that the file gives, or whose declared default names a row. ``"assumed"`` is a key too.

    Returns:
        Citations by evidence id, in the order of the file.

    Raises:
        ScenarioError: If a shipped scenario cannot be loaded.

    Example:
        >>> found = citations()["P03"][0]
        >>> found.path, "baseline" in found.scenarios
        ('products.enterprise.reference_price', True)
    """
    found: dict[tuple[str, str, str], tuple[Any, list[str]]] = {}
    for name in shipped():
        scenario = load(name)
        for section in SECTIONS.values():
            part = getattr(scenario, section.name)
            for key, table in part.items() if section.keyed else [("", part)]:
                for field in type(table).model_fields:
                    if field in STRUCTURAL:
                        continue
                    value = plain(getattr(table, field))
                    if value is None:
                        continue
                    path = ".".join(step for step in (section.name, key, field) if step)
                    place = (table.evidence_of(field), path, repr(value))
                    found.setdefault(place, (value, []))[1].append(name)
    cited: dict[str, list[Citation]] = {}
    for (row, path, _), (value, names) in found.items():
        cited.setdefault(row, []).append(Citation(path, value, tuple(names)))
    return cited
