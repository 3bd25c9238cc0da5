"""What a sweep varies: factors, each an entry of `[uncertain]` or `[levers]` with its distribution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.declare.distribution import Distribution
from sim.declare.errors import listed, nearest
from sim.scenario.fields import UncertainFields
from sim.scenario.model import Scenario
from sim.scenario.paths import overlap
from sim.sweeps.errors import SweepError

Float = NDArray[np.float64]

SECTIONS = ("uncertain", "levers")
"""Sections whose entries can be varied."""
TAKEN = frozenset({"draw", "seed", "box", "of_interest", "scenario", "policy", "model"})
"""Names that no factor may have: columns of the frames that a sweep and its analyses give."""


@dataclass(frozen=True)
class Factor:
    """One number that a sweep varies.

    Attributes:
        name: Id of the entry.
        path: Dotted path that it leads to.
        unit: Unit of what is drawn; ``"factor"`` where the draw multiplies what the scenario says, empty for a plain
            number.
        lever: True for an entry of `levers`, False for one of `uncertain`.
        distribution: What is believed of it; uniform over its range for a lever.
        whole: True where only whole numbers can stand; draws of the value itself are rounded.
    """

    name: str
    path: str
    unit: str
    lever: bool
    distribution: Distribution
    whole: bool = False

    @property
    def low(self) -> float:
        """Least value that can come."""
        return self.distribution.support()[0]

    @property
    def high(self) -> float:
        """Greatest value that can come."""
        return self.distribution.support()[1]


@dataclass(frozen=True)
class Space:
    """The factors of a sweep, in order.

    Attributes:
        factors: The factors.

    Example:
        >>> from sim.scenario.loading import load
        >>> space = Space.of(load("small"), ["uncertain", "ban"])
        >>> space.names
        ('compliance', 'ru_demand', 'ban')
        >>> space.values(np.array([[0.5, 0.5, 0.25]])).round(3).tolist()
        [[0.5, 1.134, 0.25]]
    """

    factors: tuple[Factor, ...]

    @classmethod
    def of(cls, scenario: Scenario, over: Iterable[str] | None = None) -> Space:
        """Factors by name.

        Args:
            scenario: The scenario.
            over: Names of entries, or of the sections ``"uncertain"`` and ``"levers"`` for all in them; all of
                `uncertain` by default. Where a section is named, an uncertain entry gives way to a lever that leads to
                the same place: what somebody sets is not unknown.

        Returns:
            The factors, in the order named, each once.

        Raises:
            SweepError: For a name that there is not, one that cannot vary, two names that lead to the same place, or
                nothing to vary.
        """
        entries: dict[str, Any] = {**scenario.uncertain, **scenario.levers}
        wanted = [over] if isinstance(over, str) else list(over) if over is not None else ["uncertain"]
        unknown = [name for name in wanted if name not in entries and name not in SECTIONS]
        if unknown:
            close = nearest(unknown[0], [*entries, *SECTIONS])
            hint = f" (did you mean {close!r}?)" if close else ""
            raise SweepError(
                f"{listed([repr(name) for name in unknown], 5)}: nothing of that name is uncertain or a lever{hint}; "
                f"give uncertain, levers, or names of {listed(entries, 60) or 'entries: the scenario has none'}"
            )
        named = [name for name in wanted if name not in SECTIONS]
        by_section = {"uncertain": list(scenario.uncertain), "levers": list(scenario.levers)}
        chosen: dict[str, str] = {}
        for name in named:
            if _fixed(entries[name]):
                raise SweepError(f"{name} can take one value only; give it a range, or leave it out")
            path = entries[name].path
            other = next((known for at, known in chosen.items() if overlap(at, path)), name)
            if other != name:
                raise SweepError(
                    f"{other} and {name} both lead to {path}, and only one value can stand there; name one of them"
                )
            chosen[path] = name
        # Levers before uncertain ones: of two that lead to one place, the lever stays.
        for section in ("levers", "uncertain"):
            before = dict(chosen)
            for name in by_section[section] if section in wanted else ():
                path = entries[name].path
                if _fixed(entries[name]) or any(overlap(at, path) for at in before):
                    continue
                if other := next((known for at, known in chosen.items() if overlap(at, path)), ""):
                    raise SweepError(
                        f"{other} and {name}, both of [{section}], lead to {path}, and only one value can stand there; "
                        "name what is to be varied one by one"
                    )
                chosen[path] = name
        kept = set(chosen.values())
        if taken := sorted(kept & TAKEN):
            raise SweepError(f"tables of a sweep have a column {taken[0]} of their own; give that entry another id")
        order = [name for each in wanted for name in (by_section.get(each) or [each]) if name in kept]
        if not order:
            raise SweepError(
                f"there is nothing to vary: the scenario {scenario.name} has no entry in {', '.join(wanted)}; add "
                "[uncertain.ID] or [levers.ID] to it"
            )
        return cls(tuple(_factor(scenario, name, entries[name]) for name in dict.fromkeys(order)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the factors."""
        return tuple(factor.name for factor in self.factors)

    def __getitem__(self, name: str) -> Factor:
        """The factor of a name."""
        return self.factors[self.names.index(name)]

    @property
    def problem(self) -> dict[str, Any]:
        """The `problem` of SALib: factors between 0 and 1, as probabilities in their distributions.

        Sample with it, and give ``sim.sweep`` what :meth:`values` makes of the sample.
        """
        return {
            "num_vars": len(self.factors),
            "names": list(self.names),
            "bounds": [[0.0, 1.0]] * len(self.factors),
        }

    def values(self, positions: Float) -> Float:
        """Values at probabilities.

        Args:
            positions: float64 (draw, factor), 0 to 1.

        Returns:
            float64 (draw, factor), each in its factor's unit.
        """
        columns = [each.distribution.quantile(positions[:, at]) for at, each in enumerate(self.factors)]
        columns = [np.rint(each) if factor.whole else each for factor, each in zip(self.factors, columns, strict=True)]
        return np.column_stack(columns) if columns else np.zeros((len(positions), 0))

    def frame(self) -> pd.DataFrame:
        """One row a factor: ``factor``, ``kind`` (uncertain or lever), ``path``, ``unit``, ``low``, ``high``."""
        rows = [
            (each.name, "lever" if each.lever else "uncertain", each.path, each.unit, each.low, each.high)
            for each in self.factors
        ]
        return pd.DataFrame(rows, columns=["factor", "kind", "path", "unit", "low", "high"])

    def to_plain(self) -> list[dict[str, Any]]:
        """The factors as plain data, for a manifest."""
        return [
            {
                "name": each.name,
                "path": each.path,
                "unit": each.unit,
                "lever": each.lever,
                "distribution": each.distribution.to_plain(),
                "whole": each.whole,
            }
            for each in self.factors
        ]

    @classmethod
    def from_plain(cls, rows: Iterable[Mapping[str, Any]]) -> Space:
        """What :meth:`to_plain` made.

        Args:
            rows: Plain data.
        """
        return cls(
            tuple(
                Factor(
                    row["name"],
                    row["path"],
                    row["unit"],
                    bool(row["lever"]),
                    Distribution.parse(row["distribution"]),
                    bool(row["whole"]),
                )
                for row in rows
            )
        )


def _fixed(entry: Any) -> bool:
    """Whether an entry can take one value only."""
    return entry.distribution.constant if isinstance(entry, UncertainFields) else entry.low == entry.high


def _factor(scenario: Scenario, name: str, entry: Any) -> Factor:
    """The factor of an entry."""
    if isinstance(entry, UncertainFields):
        unit = "factor" if entry.role == "factor" else _unit(scenario, entry.path)
        whole = entry.role == "value" and scenario.at(entry.path).form == "whole"
        return Factor(name, entry.path, unit, False, entry.distribution, whole)
    uniform = Distribution.parse({"uniform": [entry.low, entry.high]})
    return Factor(name, entry.path, _unit(scenario, entry.path), True, uniform, scenario.at(entry.path).form == "whole")


def _unit(scenario: Scenario, path: str) -> str:
    """Unit of what stands at a path; nothing for a plain number."""
    unit = scenario.at(path).unit
    return "" if unit == "1" else unit
