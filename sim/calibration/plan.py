"""What a calibration is asked to do, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.goal import Goal
from sim.declare.errors import listed
from sim.observables.reading import Observable, chosen
from sim.scenario.loading import Source, load
from sim.scenario.model import Scenario
from sim.sweeps.space import Space

Float = NDArray[np.float64]

SEEDS_A_CALIBRATION = 1_000_000
"""Seeds of luck that one seed of a calibration has to itself."""
STRENGTHS = (0.4, 1.0)
"""Powers of the agreement by which waves after the first draw: the last in full, those before it more widely."""


class CalibrationError(ValueError):
    """A calibration that cannot be made."""


@dataclass(frozen=True)
class Plan:
    """A calibration that is asked for.

    Attributes:
        scenario: The scenario, its end moved to what the facts look at.
        space: The uncertain entries that are drawn.
        facts: The facts to fit, by id.
        waves: Draws of each wave.
        size: Draws of the ensemble.
        seed: Seed of draws, chains and luck.
    """

    scenario: Scenario
    space: Space
    facts: Mapping[str, Observable]
    waves: tuple[int, ...]
    size: int
    seed: int

    @classmethod
    def of(
        cls,
        source: Source,
        *,
        changes: Mapping[str, Any] | None,
        over: Iterable[str] | None,
        evidence: Iterable[str],
        waves: Iterable[int],
        size: int,
        seed: int,
    ) -> Plan:
        """Checks what is asked for.

        Args:
            source: The scenario.
            changes: Values by dotted path, laid over it.
            over: Entries of `uncertain` that are drawn; all by default.
            evidence: Facts to fit, as ids or roles.
            waves: Draws of each wave.
            size: Draws of the ensemble.
            seed: Seed.

        Raises:
            ScenarioError: With every problem found in the scenario.
            EvidenceError: For facts that there are not.
            SweepError: If there is nothing to draw.
            CalibrationError: For facts that cannot be fitted, or numbers out of range.
        """
        numbers = tuple(waves)
        if len(numbers) < 2 or min(numbers) < 2:
            raise CalibrationError(f"waves is {numbers}; give the draws of two waves or more, each at least 2")
        if size < 1 or seed < 0:
            raise CalibrationError(f"size is {size} and seed {seed}; they must be at least 1 and 0")
        facts = chosen(evidence)
        if not facts:
            raise CalibrationError("there is nothing to fit; name facts, or the role fit for all that are to be fitted")
        open_ended = [name for name, each in facts.items() if each.last == date.max or np.isnan([each.value]).all()]
        if open_ended:
            raise CalibrationError(
                f"{listed(open_ended, 8)} cannot be fitted: a fact to fit needs a number and a window with an end"
            )
        scenario = load(source, changes)
        end = last_day(facts.values())
        if end < scenario.time.end:
            scenario = load(scenario, {"time.end": end})
        space = Space.of(scenario, over)
        return cls(scenario, space, facts, numbers, size, seed)

    @property
    def goal(self) -> Goal:
        """What is aimed at."""
        return Goal.of(self.facts.values())

    def first_seed(self, wave: int) -> int:
        """First seed of luck of a wave.

        Args:
            wave: Its number, from 0.
        """
        return self.seed * SEEDS_A_CALIBRATION + sum(self.waves[:wave])

    def strength(self, wave: int) -> float:
        """Power of the agreement by which a wave after the first draws.

        Args:
            wave: Its number, from 1.
        """
        return STRENGTHS[1] if wave == len(self.waves) - 1 else STRENGTHS[0]


def last_day(facts: Iterable[Observable]) -> date:
    """The day up to which runs must go for some facts: a tick after the last window.

    Args:
        facts: Observables with ends.
    """
    return max(each.last for each in facts) + timedelta(days=7)
