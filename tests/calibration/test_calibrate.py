"""`sim.calibrate` on the small world."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sim.calibration import calibrate as module
from sim.calibration.calibrate import Calibration, calibrate, open_calibration, plan_of
from sim.calibration.plan import CalibrationError, Plan
from sim.declare.errors import EvidenceError
from sim.declare.plain import plain
from sim.engine import Engine
from sim.observables.values import values
from sim.sweeps.errors import SweepError
from sim.sweeps.stored import open_sweep
from sim.world.build import build
from tests.calibration.planted import PLANTED, losses, plant
from tests.observables.common import NAN
from tests.sweeps.common import break_draws, short

ASKED: dict[str, Any] = {"evidence": list(PLANTED), "waves": (24, 24), "size": 10, "seed": 3, "workers": 1}


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts that the small world can have."""
    plant(monkeypatch)


def same(one: Calibration, other: Calibration) -> None:
    """Fails unless two calibrations have the same draws and tables to the last bit."""
    pd.testing.assert_frame_equal(one.ensemble.draws, other.ensemble.draws, check_exact=True)
    for name in module.TABLES:
        mine, theirs = getattr(one, name), getattr(other, name)
        if len(mine) or len(theirs):
            pd.testing.assert_frame_equal(mine, theirs, check_exact=True, check_dtype=False)
    assert one.ensemble.hash == other.ensemble.hash
    assert json.loads(json.dumps(dict(one.manifest), default=plain)) == json.loads(
        json.dumps(dict(other.manifest), default=plain)
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    """A calibration in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        return calibrate(short(), out=tmp_path_factory.mktemp("kept") / "a", **ASKED)


def test_what_it_is(kept: Calibration) -> None:
    assert list(kept.ensemble.draws) == ["compliance", "ru_demand"] and len(kept.ensemble) == 10
    assert kept.parameters["parameter"].tolist() == ["compliance", "ru_demand"]
    assert kept.fit["fact"].tolist() == list(PLANTED) and kept.fit["evidence"].tolist() == [1e6, 800.0, 340.0]
    assert repr(kept).startswith("<Calibration of small: 2 parameters, 3 facts, 48 runs, ")
    known = kept.manifest
    assert (known["waves"], known["seed"], known["facts"]) == ([24, 24], 3, list(PLANTED))
    assert 1.0 < known["effective_draws"] < 24.0 and known["scenario_hash"] == asked().scenario.hash
    for row in kept.parameters.itertuples():
        drawn = kept.ensemble.draws[row.parameter]
        assert (row.low, row.median, row.high) == tuple(np.quantile(drawn, (0.05, 0.5, 0.95)))
        assert row.prior_low <= row.prior <= row.prior_high


@cache
def asked() -> Plan:
    """What was asked for."""
    return Plan.of(short(), changes=None, over=None, evidence=PLANTED, waves=(24, 24), size=10, seed=3)


def test_the_plan_comes_back_from_the_manifest(kept: Calibration) -> None:
    again = plan_of(kept)
    assert (again.waves, again.size, again.seed) == (asked().waves, asked().size, asked().seed)
    assert again.scenario.hash == asked().scenario.hash and again.space == asked().space
    assert repr(again.facts) == repr(asked().facts)


def test_the_same_call_gives_the_same(kept: Calibration) -> None:
    """In no folder, by two workers."""
    same(kept, calibrate(short(), **{**ASKED, "workers": 2, "threads": True}))


def test_another_seed_gives_another(kept: Calibration) -> None:
    other = calibrate(short(), **{**ASKED, "seed": 4})
    assert other.ensemble.hash != kept.ensemble.hash and len(other.ensemble) == 10


def test_runs_of_a_wave_are_runs_with_draws_and_seeds(kept: Calibration) -> None:
    """Each has luck of its own, and what facts are in it is what they are in that run alone."""
    assert kept.folder is not None
    plan = asked()
    for wave in (0, 1):
        found = open_sweep(kept.folder / f"wave-{wave + 1}")
        frame = found.frame(list(PLANTED))
        assert frame["seed"].tolist() == [plan.first_seed(wave) + draw for draw in range(24)]
        row = frame.iloc[5]
        drawn = plan.scenario.with_draws({name: row[name] for name in plan.space.names})
        alone = values(Engine(build(drawn, int(row["seed"])), ledger=True).run(), plan.facts)
        assert row[list(PLANTED)].tolist() == [each.value for each in alone.values()]


def test_draws_of_the_ensemble_are_of_the_last_wave(kept: Calibration) -> None:
    assert kept.folder is not None
    last = open_sweep(kept.folder / "wave-2").draws[["compliance", "ru_demand"]]
    assert set(map(tuple, kept.ensemble.draws.to_numpy())) <= set(map(tuple, last.to_numpy()))
    assert kept.manifest["distinct_draws"] == len(kept.ensemble.draws.drop_duplicates())


def test_runs_of_the_ensemble_are_kept(kept: Calibration) -> None:
    """In its order: draw, seed and facts of each belong together."""
    assert kept.folder is not None and kept.runs.columns.tolist() == [*PLANTED, "seed"]
    last = open_sweep(kept.folder / "wave-2").frame(list(PLANTED)).set_index("seed")
    mine = last.loc[kept.runs["seed"]]
    assert mine[list(PLANTED)].to_numpy().tolist() == kept.runs[list(PLANTED)].to_numpy().tolist()
    assert mine[list(kept.ensemble.draws)].to_numpy().tolist() == kept.ensemble.draws.to_numpy().tolist()


def test_stopped_and_continued(kept: Calibration, tmp_path: Path) -> None:
    """In the first wave, then in the second; what is there is not run again."""

    def stop_after(count: int, wave: int) -> Any:
        seen: list[int] = []

        def tell(done: int, total: int) -> None:
            if done == 0 or (seen and done < seen[-1]):
                seen.append(-1)
            seen.append(done)
            if done >= count and seen.count(-1) == wave:
                raise KeyboardInterrupt

        return tell

    for wave in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            calibrate(short(), out=tmp_path / "a", progress=stop_after(3, wave), **ASKED)
        assert not (tmp_path / "a" / "ensemble.json").exists()
        with pytest.raises(CalibrationError, match="no finished calibration"):
            open_calibration(tmp_path / "a")
    told: list[str] = []
    same(kept, calibrate(short(), out=tmp_path / "a", told=told.append, **ASKED))
    assert any("are there already" in line for line in told)
    assert [line for line in told if line.startswith("Wave")] == [
        "Wave 1 of 2: 24 draws of the prior.",
        "Wave 2 of 2: 24 draws of the emulator.",
    ]


def test_saved_and_opened(kept: Calibration) -> None:
    assert kept.folder is not None
    again = open_calibration(kept.folder)
    same(kept, again)
    assert again.folder == kept.folder and open_calibration(again) is again


def test_units_stay_words(kept: Calibration, tmp_path: Path) -> None:
    """A unit of 1 is no number when it is read again."""
    module.save(replace(kept, fit=kept.fit.assign(unit="1")), tmp_path)
    assert open_calibration(tmp_path).fit["unit"].tolist() == ["1"] * 3


def test_another_calibration_in_the_folder(kept: Calibration) -> None:
    with pytest.raises(SweepError, match=r"holds another sweep: other .*seeds"):
        calibrate(short(), out=kept.folder, **{**ASKED, "seed": 5})
    with pytest.raises(SweepError, match=r"holds another sweep: other .*evidence"):
        calibrate(short(), out=kept.folder, **{**ASKED, "evidence": ["X01"]})


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="sim calibrate --out DIR"):
        open_calibration(tmp_path / "nothing")


def test_facts_that_no_run_has() -> None:
    with pytest.raises(CalibrationError, match=r"no run has a value of D03 \(D03: the record begins on 2023-01-02"):
        calibrate(short(), **{**ASKED, "evidence": ["D02", "D03"]})
    with pytest.raises(EvidenceError, match="D002"):
        calibrate(short(), **{**ASKED, "evidence": ["D002"]})


def test_draws_that_fail_are_left_out(monkeypatch: pytest.MonkeyPatch, kept: Calibration) -> None:
    """The rest teach the emulator; none of the ensemble is one that failed."""
    assert kept.folder is not None
    first = open_sweep(kept.folder / "wave-1").draws["compliance"]
    break_draws(monkeypatch, first[3])
    found = calibrate(short(), **ASKED)
    assert len(found.ensemble) == 10 and not (found.ensemble.draws["compliance"] == first[3]).any()
    assert found.ensemble.hash != kept.ensemble.hash


def truth_of(position: float) -> float:
    """What the side loses in the mean over six runs in which it wants so much."""
    space = asked().space
    drawn = space.values(np.array([[0.5, position]]))[0]
    scenario = asked().scenario.with_draws(dict(zip(space.names, drawn, strict=True)))
    runs = (Engine(build(scenario, seed), ledger=True).run() for seed in range(50, 56))
    return float(np.mean([values(run, {"X03": PLANTED["X03"]})["X03"].value for run in runs]))


def test_a_planted_demand_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Losses of worlds in which a side wants little, and much, lead to medians on either side of the prior's.

    The truths are a tenth and nine tenths of the way through the prior: an estimate may be off by four tenths of it.
    """
    medians = []
    for position in (0.1, 0.9):
        figure = truth_of(position)
        plant(monkeypatch, {"X03": losses(figure, figure)}, steps=300)
        found = calibrate(short(), evidence=["X03"], waves=(36, 24), size=24, seed=1, workers=1)
        row = found.parameters.set_index("parameter").loc["ru_demand"]
        medians.append(row["median"])
    assert medians[0] < row["prior"] < medians[1]


def test_evidence_that_says_nothing_leaves_the_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound that every run keeps: weights are even, every draw counts, and positions are those of the prior."""
    plant(monkeypatch, {"X03": losses(1.0, NAN, 3.0)}, steps=600)
    found = calibrate(short(), evidence=["X03"], waves=(12, 60), size=60, seed=1, workers=1)
    assert found.manifest["effective_draws"] == pytest.approx(60.0)
    assert found.manifest["distinct_draws"] == 60 and (found.parameters["narrowed"].abs() < 0.3).all()
    scores = norm.ppf(np.clip((found.ensemble.draws["compliance"] - 0.2) / 0.6, 1e-9, 1 - 1e-9))
    assert abs(scores.mean()) < 4 / 60**0.5
