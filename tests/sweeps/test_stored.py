"""A sweep, read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.sweeps.errors import SweepError
from sim.sweeps.stored import READ, Sweep
from tests.sweeps.common import break_draws, made


@pytest.fixture(scope="module")
def found() -> Sweep:
    """Three draws of two levers and two uncertain parameters."""
    return made("sobol", 2, over=["uncertain", "levers"])


def test_frames(found: Sweep) -> None:
    assert repr(found) == "<Sweep of small: sobol, 4 factors, 24 of 24 runs>"
    assert found.outcomes[:2] == ["delivered:civil", "delivered:russia"] and "denied:russia" in found.outcomes
    wide = found.frame()
    assert wide.columns.tolist() == ["draw", "seed", *found.space.names, *found.outcomes] and len(wide) == 24
    long = found.measures
    one = long[(long["measure"] == "denied") & (long["side"] == "russia")]
    assert one["value"].tolist() == wide["denied:russia"].tolist()
    assert one[["draw", "seed"]].to_numpy().tolist() == wide[["draw", "seed"]].to_numpy().tolist()


def test_samples(found: Sweep) -> None:
    sample = found.sample("denied:russia")
    wide = found.frame(["denied:russia"])
    assert sample.y.ravel().tolist() == wide["denied:russia"].tolist() and sample.y.shape == (12, 2)
    assert sample.values.tolist() == found.draws[list(sample.names)].to_numpy().tolist()
    assert (sample.label, sample.unit, sample.design) == ("denied share, russia", "share", "sobol")
    assert sample.settings == {"n": 2, "second_order": False} and sample.undefined == {}
    assert found.space.values(sample.positions) == pytest.approx(sample.values)


def test_factors_that_do_not_vary_are_left_out() -> None:
    sample = made(pd.DataFrame({"ban": [0.1, 0.2], "checks": [0.3, 0.3]}), None).sample("denied:russia")
    assert sample.names == ("ban",) and sample.values.shape == (2, 1)


def test_an_outcome_that_there_is_not(found: Sweep) -> None:
    with pytest.raises(SweepError, match="did you mean 'denied:russia'"):
        found.sample("denied:rusia")
    with pytest.raises(SweepError, match="outcomes are"):
        found.frame(["nothing"])


def test_ema_shape(found: Sweep) -> None:
    experiments, outcomes = found.ema(["denied:russia", "leakage:russia"])
    assert experiments.columns.tolist() == [*found.space.names, "scenario", "policy", "model"]
    assert len(experiments) == 12 and set(outcomes) == {"denied:russia", "leakage:russia"}
    same = experiments.groupby("policy")[["ban", "checks"]].nunique()
    assert (same == 1).all().all() and experiments["policy"].nunique() == len(
        experiments[["ban", "checks"]].drop_duplicates()
    )
    mean = found.frame(["denied:russia"]).groupby("draw")["denied:russia"].mean()
    assert outcomes["denied:russia"].tolist() == pytest.approx(mean.tolist())


def test_salib_samples_and_analyses_it_by_itself() -> None:
    """`problem` is SALib's, and a sample of SALib's own is a design."""
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    space = sim.Space.of(sim.load("small"), ["uncertain", "ban"])
    positions = sample.sample(space.problem, 4, calc_second_order=False, seed=1)
    frame = pd.DataFrame(space.values(positions), columns=list(space.names))
    own = made(frame, None, seeds=1)
    ours = made("sobol", 4, over=["uncertain", "ban"], seeds=1)
    assert np.array_equal(own.sample("denied:russia").y, ours.sample("denied:russia").y)
    y = own.sample("denied:russia").mean
    indices = analyze.analyze(space.problem, y, calc_second_order=False, seed=1)
    assert np.isfinite(indices["ST"]).all() and indices["ST"].any()


def test_it_is_opened_again(tmp_path: Path) -> None:
    made(out=tmp_path / "a")
    again = sim.open_sweep(tmp_path / "a")
    assert again.finished and again.scenario.hash == again.manifest["scenario_hash"]
    assert sim.open_sweep(again) is again
    with pytest.raises(SweepError, match="a float is no sweep"):
        sim.open_sweep(1.0)


@pytest.mark.parametrize("entry", [*READ, "factors", "whole", "distribution"])
def test_one_of_another_version_is_refused_in_words(tmp_path: Path, entry: str) -> None:
    """Whatever the manifest lacks: no traceback of a missing key."""
    made(out=tmp_path / "a")
    path = tmp_path / "a" / "manifest.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    (known if entry in known else known["factors"][0]).pop(entry)
    path.write_text(json.dumps(known), encoding="utf-8")
    with pytest.raises(SweepError, match=f"lacks '{entry}': the sweep is of another version of sim"):
        sim.open_sweep(tmp_path / "a")


def test_a_notebook_shows_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    break_draws(monkeypatch, 0.7)
    shown = made(pd.DataFrame({"ban": [0.5, 0.7]}), None)._repr_html_()
    assert "2 of 4 runs done" in shown and "2 runs failed" in shown and "first in draw 1 with seed 1" in shown


def test_the_first_draws_may_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the estimate nor the names of outcomes hang on them."""
    break_draws(monkeypatch, 0.0)
    found = made(pd.DataFrame({"ban": [0.0] * 6 + [0.2, 0.4, 0.6]}), None, seeds=1)
    assert found.manifest["runs_failed"] == 6 and "denied:russia" in found.outcomes
    assert found.manifest["cost"]["run_seconds"] > 0.005 and len(found.frame(["denied:russia"])) == 3
    with pytest.raises(SweepError, match=r"all of 2 draws that were tried fail; the first with: ScenarioError"):
        made(pd.DataFrame({"ban": [0.0, 0.0]}), None)


def test_a_lever_at_nothing_is_a_setting() -> None:
    """In a file a policy without effect is a mistake."""
    levy = {"kind": "levy", "effective": "2023-02-06", "rate": 0.2, "origins": ["CN"], "evidence": "assumed"}
    lever = {"path": "policies.tax.rate", "low": 0, "high": 0.5}
    found = made("grid", 2, over=["tax"], seeds=1, changes={"policies.tax": levy, "levers.tax": lever})
    assert found.manifest["runs_failed"] == 0 and found.draws["tax"].tolist() == [0.0, 0.5]
