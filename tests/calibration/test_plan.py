"""What a calibration is asked to do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sim.calibration.plan import SEEDS_A_CALIBRATION, CalibrationError, Plan
from sim.declare.errors import EvidenceError, ScenarioError
from sim.observables.reading import chosen
from sim.sweeps.errors import SweepError


def plan(**asked: Any) -> Plan:
    """A plan for the small world."""
    usual = {"changes": None, "over": None, "evidence": ["D02"], "waves": (4, 3), "size": 5, "seed": 2}
    return Plan.of("small", **{**usual, **asked})


def test_runs_end_when_the_facts_do() -> None:
    """A tick after the last window; a scenario that ends before stays as it is."""
    last = chosen(["D02"])["D02"].last
    assert plan().scenario.time.end == date(2023, 7, 7) == last + timedelta(days=7)
    assert plan(changes={"time.end": "2023-05-28"}).scenario.time.end == date(2023, 5, 28)


def test_what_is_drawn() -> None:
    assert plan().space.names == ("compliance", "ru_demand")
    assert plan(over=["ru_demand"]).space.names == ("ru_demand",)
    assert list(plan(evidence=["D01", "D02"]).goal.names) == ["D01", "D02"]


def test_waves_have_seeds_of_their_own() -> None:
    asked = plan(waves=(4, 3, 2))
    seeds = [asked.first_seed(wave) for wave in range(3)]
    assert seeds == [2 * SEEDS_A_CALIBRATION, 2 * SEEDS_A_CALIBRATION + 4, 2 * SEEDS_A_CALIBRATION + 7]
    assert [asked.strength(wave) for wave in (1, 2)] == [0.4, 1.0] and plan().strength(1) == 1.0


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"waves": (4,)}, CalibrationError, "two waves or more"),
        ({"waves": (4, 1)}, CalibrationError, "at least 2"),
        ({"waves": ()}, CalibrationError, "two waves or more"),
        ({"size": 0}, CalibrationError, "size is 0"),
        ({"seed": -1}, CalibrationError, "seed -1"),
        ({"evidence": []}, CalibrationError, "nothing to fit"),
        ({"evidence": ["D02", "D31"]}, CalibrationError, "D31 cannot be fitted: a fact to fit needs a number"),
        ({"evidence": ["D2"]}, EvidenceError, "no fact `D2`"),
        ({"over": ["ru_demnd"]}, SweepError, "did you mean 'ru_demand'"),
        ({"over": []}, SweepError, ""),
        ({"changes": {"time.start": "2023-09-04"}}, ScenarioError, "S408"),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        plan(**asked)
    assert words in " ".join(str(caught.value).split())
