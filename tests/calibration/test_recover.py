"""`sim recover` on a calibration of the small world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calibration import recover as module
from sim.calibration.calibrate import Calibration, calibrate
from sim.calibration.plan import CalibrationError
from sim.calibration.recover import LEVEL, Recovery, recover
from sim.report.calibration import recovery_tables
from sim.report.terminal import console
from sim.sweeps.stored import open_sweep
from tests.calibration.planted import PLANTED, plant
from tests.sweeps.common import short


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts that the small world can have."""
    plant(monkeypatch)


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    """A calibration in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        return calibrate(
            short(), out=tmp_path_factory.mktemp("recover") / "a", evidence=PLANTED, waves=(24, 12),
            size=6, workers=1,
        )  # fmt: skip


@pytest.fixture(scope="module")
def found(of: Calibration, tmp_path_factory: pytest.TempPathFactory) -> Recovery:
    """What comes back of two truths."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        return recover(of.folder, truths=2, draws=6, workers=1, out=tmp_path_factory.mktemp("recovery") / "a")  # type: ignore[arg-type]


def test_rows(found: Recovery) -> None:
    assert found.facts == ("X01", "X02") and len(found.truths) == 4
    assert found.truths["truth"].tolist() == [0, 0, 1, 1]
    assert found.truths["parameter"].tolist() == ["compliance", "ru_demand"] * 2
    for row in found.truths.itertuples():
        assert row.position_low <= row.position_median <= row.position_high and row.low <= row.median <= row.high
        assert row.held == (row.position_low <= row.position <= row.position_high) == (row.low <= row.value <= row.high)
    assert found.coverage == found.truths["held"].mean()
    for row in found.parameters.itertuples():
        mine = found.truths[found.truths["parameter"] == row.parameter]
        assert row.held == mine["held"].mean()
        assert row.narrowed == pytest.approx(1.0 - (mine["position_high"] - mine["position_low"]).mean() / LEVEL)
        assert row.verdict in ("comes back", "in part", "does not")
    assert repr(found).startswith("<Recovery of 2 truths: 90% intervals hold ")


def test_truths_are_runs_of_the_prior(of: Calibration, found: Recovery, tmp_path: Path) -> None:
    """The same seed hides the same truths; none is a draw of the calibration."""
    again = recover(of.folder, truths=2, draws=6, workers=1, out=tmp_path / "a")  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(found.truths, again.truths, check_exact=True)
    drawn = open_sweep(tmp_path / "a" / "truths" / "wave-1").draws
    assert drawn["compliance"].tolist() == found.truths["value"].tolist()[::2]
    assert not set(drawn["compliance"]) & set(open_sweep(of.folder / "wave-1").draws["compliance"])  # type: ignore[operator]
    other = recover(of.folder, truths=2, draws=6, workers=1, seed=2)  # type: ignore[arg-type]
    assert other.truths["value"].tolist() != found.truths["value"].tolist()


def test_other_facts_can_be_kept(of: Calibration) -> None:
    one = recover(of.folder, truths=2, draws=4, evidence=["X03"], workers=1)  # type: ignore[arg-type]
    assert one.facts == ("X03",)
    with pytest.raises(
        CalibrationError, match=r"D15 is not among the facts of the calibration; name some of X01, X02, X03"
    ):
        recover(of.folder, evidence=["D15"])  # type: ignore[arg-type]
    for asked in ({"truths": 1}, {"draws": 1}):
        with pytest.raises(CalibrationError, match="at least 2"):
            recover(of.folder, **asked)  # type: ignore[arg-type]
    with pytest.raises(CalibrationError, match="no finished calibration"):
        recover("nothing")


def test_figures_are_off_by_their_tolerance(of: Calibration) -> None:
    """Normal on the log: mean and spread of 4,000 within four standard errors."""
    plan = module.plan_of(of)
    hidden = module.Wave(np.zeros((4_000, 2)), np.zeros((4_000, 2)), np.arange(4_000), np.full((4_000, 3), 7.0))
    off = np.log(module._figures(plan, hidden, 1) / 7.0)
    tolerance = np.array([each.fields.tolerance for each in plan.facts.values()])
    assert (np.abs(off.mean(axis=0)) < 4 * tolerance / 4_000**0.5).all()
    assert off.std(axis=0) == pytest.approx(tolerance, rel=4 / 8_000**0.5)


def test_a_figure_is_a_number_and_no_bound(of: Calibration) -> None:
    """More than it is as wrong as less; a figure that a truth does not have says nothing."""
    goal = module._goal(module.plan_of(of), np.array([1e6, np.nan, 5.0]))
    logs = goal.logs(np.array([[1e6, 1.0, 5.0], [2e6, 1e9, 5.0], [5e5, 0.0, 5.0]]))
    misses = goal.misses(logs)
    assert misses[0].tolist() == [0.0, 0.0, 0.0] and misses[:, 1].tolist() == [0.0] * 3
    assert misses[1, 0] > 1.0 and misses[2, 0] < -1.0


def test_saved_and_shown(found: Recovery, tmp_path: Path) -> None:
    found.save(tmp_path / "b")
    for name in ("truths", "parameters", "ridges"):
        assert len(pd.read_csv(tmp_path / "b" / f"{name}.csv")) == len(getattr(found, name))
    shown = console()
    with shown.capture() as text:
        for each in recovery_tables(found):
            shown.print(each)
    assert "2 truths, of each 2 customs figures" in text.get() and "ru_demand" in text.get()
