"""What is simulated in a sweep, and in which order: units that share worlds and twins, in batches of like cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.observables.reading import Observable
from sim.scenario.model import Scenario
from sim.sweeps.designs import Design
from sim.sweeps.space import Space

MOST_DRAWS_A_UNIT = 64
"""Draws that share a twin and are simulated together; a twin more for every 64 costs under 2%."""


@dataclass(frozen=True)
class Plan:
    """What every run of a sweep has in common; all that a worker needs besides a batch.

    Attributes:
        scenario: The scenario that draws are laid over.
        names: Names of the factors, in the order of columns.
        versus: Ids of the policies that twins lack; none for a sweep without twins.
        measures: Ids of the measures kept.
        detail: What the kept values are broken down by: ``"product"``, ``"corridor"``, ...; besides wholes.
        window: First and last date of the measures, or None for the whole record.
        facts: What facts of the evidence are in a run, by id; none for a sweep that is not held against them.
        own_luck: Whether each draw has seeds of its own.
        shares: Where rivals predict the facts too: the shares of what is barred that the second one diverts.
    """

    scenario: Scenario
    names: tuple[str, ...]
    versus: tuple[str, ...]
    measures: tuple[str, ...]
    detail: tuple[str, ...] = ()
    window: tuple[date, date] | None = None
    facts: Mapping[str, Observable] = field(default_factory=dict)
    own_luck: bool = False
    shares: tuple[float, ...] = ()

    def drawn(self, row: NDArray[np.float64]) -> Scenario:
        """The scenario of a draw.

        Args:
            row: float64 (factor,).

        Raises:
            ScenarioError: For values that the scenario does not allow.
        """
        return self._base.with_draws(dict(zip(self.names, row.tolist(), strict=True)))

    @cached_property
    def _base(self) -> Scenario:
        """The scenario without entries that no draw sets: no run depends on them, and each would be checked again."""
        chosen = set(self.names)
        uncertain, levers = self.scenario.uncertain, self.scenario.levers
        return replace(
            self.scenario,
            uncertain={name: entry for name, entry in uncertain.items() if name in chosen},
            levers={name: entry for name, entry in levers.items() if name in chosen},
        )


@dataclass(frozen=True)
class Unit:
    """Draws that are simulated together with one seed, since their worlds and twins are the same.

    Attributes:
        seed: The seed.
        draws: Their numbers, rising.
    """

    seed: int
    draws: tuple[int, ...]


@dataclass(frozen=True)
class Batch:
    """Units that one worker simulates one after the other, and whose results are one part on disk.

    Attributes:
        number: Its number in the sweep.
        units: The units.
        values: float64 (factor,) by draw: what the units need of the design.
    """

    number: int
    units: tuple[Unit, ...]
    values: dict[int, NDArray[np.float64]]

    @cached_property
    def runs(self) -> int:
        """Number of runs, twins not counted."""
        return sum(len(unit.draws) for unit in self.units)


def stays_in_twin(space: Space, versus: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which factors a twin knows: those that do not lead into the policies that it lacks.

    Args:
        space: The factors.
        versus: Ids of these policies.

    Returns:
        bool (factor,).
    """
    gone = tuple(f"policies.{name}." for name in versus)
    return np.array([not factor.path.startswith(gone) for factor in space.factors] if gone else [False], np.bool_)


def units(
    design: Design,
    versus: tuple[str, ...],
    seeds: tuple[int, ...],
    most: int = MOST_DRAWS_A_UNIT,
    own_luck: bool = False,
) -> Iterator[Unit]:
    """The units of a sweep: draws that differ only in what twins lack are together.

    Args:
        design: The draws.
        versus: Ids of the policies that twins lack.
        seeds: Seeds of each draw.
        most: Most draws of a unit.
        own_luck: Whether each draw has seeds of its own: ``seed + draw * len(seeds)`` in place of each seed.

    Yields:
        Units in order of their first draw, then of seeds. Every draw is in one unit a seed.
    """
    if versus and not own_luck:
        kept = np.ascontiguousarray(design.values[:, stays_in_twin(design.space, versus)])
        families: dict[bytes, list[int]] = {}
        for draw in range(len(kept)):
            families.setdefault(kept[draw].tobytes(), []).append(draw)
        together = families.values()
    else:
        together = ([draw] for draw in range(len(design.values)))
    for family in together:
        for start in range(0, len(family), most):
            for seed in seeds:
                own = family[start] * len(seeds) if own_luck else 0
                yield Unit(seed + own, tuple(family[start : start + most]))


def batches(
    design: Design,
    versus: tuple[str, ...],
    seeds: tuple[int, ...],
    runs: int,
    most: int = MOST_DRAWS_A_UNIT,
    own_luck: bool = False,
) -> Iterator[Batch]:
    """Units in batches of at least so many runs.

    Args:
        design: The draws.
        versus: Ids of the policies that twins lack.
        seeds: Seeds of each draw.
        runs: Runs of a batch, twins not counted; a unit is never divided.
        most: Most draws of a unit.
        own_luck: Whether each draw has seeds of its own.

    Yields:
        Batches, numbered from 0. The same arguments give the same batches.
    """
    waiting = units(design, versus, seeds, most, own_luck)
    number = 0
    while first := list(islice(waiting, 1)):
        together = first
        count = len(first[0].draws)
        while count < runs and (more := list(islice(waiting, 1))):
            together += more
            count += len(more[0].draws)
        yield Batch(number, tuple(together), {d: design.values[d] for unit in together for d in unit.draws})
        number += 1


def counts(
    design: Design,
    versus: tuple[str, ...],
    seeds: tuple[int, ...],
    most: int = MOST_DRAWS_A_UNIT,
    own_luck: bool = False,
) -> dict[str, Any]:
    """What there is to do.

    Args:
        design: The draws.
        versus: Ids of the policies that twins lack.
        seeds: Seeds of each draw.
        most: Most draws of a unit.
        own_luck: Whether each draw has seeds of its own.

    Returns:
        Numbers of ``draws``, ``runs`` (draws times seeds) and ``twins``.
    """
    twins = sum(1 for _ in units(design, versus, seeds, most, own_luck)) if versus else 0
    return {"draws": len(design.values), "runs": len(design.values) * len(seeds), "twins": twins}
