"""A sweep small enough to be made many times."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.scenario.loading import load
from sim.scenario.model import Scenario
from sim.sweeps.plan import Plan
from sim.sweeps.stored import Sweep, open_sweep
from sim.sweeps.sweep import sweep

SHORT = {"time.end": "2023-07-02", "time.burn_in": 4}
"""The small world cut to half a year: a run takes some twenty milliseconds."""
FEW = ["delivered", "denied", "leakage"]


@cache
def short() -> Scenario:
    """The scenario."""
    return load("small", SHORT)


def made(design: Any = "lhs", n: int | None = 3, **more: Any) -> Sweep:
    """A sweep of it with one worker."""
    return sweep(short(), design, n, **{"seeds": 2, "measures": FEW, "workers": 1, **more})


def break_draws(monkeypatch: pytest.MonkeyPatch, of: float) -> None:
    """Lets draws fail whose first factor, the lever of the ban, has a value: as if it were one that is not allowed."""
    real = Plan.drawn

    def drawn(self: Plan, row: np.ndarray) -> Scenario:
        return real(self, np.where(row == of, 7.0, row))

    monkeypatch.setattr(Plan, "drawn", drawn)


def rows(source: Sweep | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs and measures, whatever the parts they are in."""
    found = open_sweep(source)
    plain = {name: "str" for name in ("measure", "side", "product", "by", "item", "reason")}
    return found.runs.astype({"status": "str"}), found.measures.astype(plain)


def same_rows(one: Sweep | Path, other: Sweep | Path) -> None:
    """Fails unless two sweeps have the same rows to the last bit."""
    for mine, theirs in zip(rows(one), rows(other), strict=True):
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)
