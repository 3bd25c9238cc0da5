"""Which values of the shipped scenarios name which row of the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.declare.parameter import STRUCTURAL
from sim.declare.plain import plain
from sim.scenario.loading import load
from sim.scenario.model import Scenario
from sim.scenario.shipped import shipped


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


def cited_values(scenario: Scenario) -> Iterator[tuple[str, str, Any]]:
    """Every value of a scenario with the row of the evidence that it names.

    Args:
        scenario: A scenario.

    Yields:
        Evidence id or ``"assumed"``, dotted path, and the value as plain data; those that are not set are left out.
    """
    for section, tables in scenario.tables.items():
        for key, table in tables.items():
            for field in type(table).model_fields:
                value = None if field in STRUCTURAL else plain(getattr(table, field))
                if value is not None:
                    yield table.evidence_of(field), ".".join(step for step in (section, key, field) if step), value


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
        for row, path, value in cited_values(load(name)):
            found.setdefault((row, path, repr(value)), (value, []))[1].append(name)
    cited: dict[str, list[Citation]] = {}
    for (row, path, _), (value, names) in found.items():
        cited.setdefault(row, []).append(Citation(path, value, tuple(names)))
    return cited
