"""Facts for the small world, whose windows it covers and whose numbers it can have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from sim.calibration import posterior
from sim.observables import reading
from sim.observables.reading import Observable
from tests.observables.common import observable

WINDOW: dict[str, Any] = {"first": date(2023, 1, 2), "last": date(2023, 6, 30)}
CROSSED = {"by": "exporter", "origin": "CN", "destination": "RU"}


def losses(low: float, high: float, tolerance: float = 0.05) -> Observable:
    """What a side loses a month: the more it wants, the more it has to lose."""
    return observable("used", low, high, **WINDOW, tolerance=tolerance, name="X03", side="russia")


PLANTED: dict[str, Observable] = {
    "X01": observable("recorded", 1e6, 1e6, **WINDOW, **CROSSED, what="value", tolerance=0.1, name="X01"),
    "X02": observable("recorded", 800.0, 800.0, **WINDOW, **CROSSED, what="units", tolerance=0.1, name="X02"),
    "X03": losses(340.0, 340.0),
}


def plant(patch: pytest.MonkeyPatch, facts: Mapping[str, Observable] = PLANTED, steps: int = 200) -> None:
    """Puts facts beside those of the package, and makes chains shorter: how well they mix is tested elsewhere."""

    def chosen(wanted: Iterable[str]) -> dict[str, Observable]:
        names = list(wanted)
        rest = [name for name in names if name not in facts]
        return {name: each for name, each in facts.items() if name in names} | reading.chosen(rest)

    for name in ("calibration.plan", "calibration.calibrate", "calibration.recover", "sweeps.sweep"):
        patch.setattr(f"sim.{name}.chosen", chosen)
    patch.setattr(posterior, "STEPS", steps)
