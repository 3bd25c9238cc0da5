"""Draws of the uncertain parameters: read, fitted to a scenario, and run over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sim
from sim.declare.errors import ScenarioError
from sim.experiments.ensemble import Ensemble, EnsembleError, read_ensemble, write_draws
from sim.scenario.model import Scenario
from tests.sweeps.common import short

DRAWS = pd.DataFrame({"compliance": [0.25, 0.5, 0.75], "ru_demand": [1.0, 1.5, 0.75]})
DEMAND, COMPLIANCE = "groups.ru_units.demand.consumer", "groups.cn_exporters.compliant_share"


def calibrated(draws: pd.DataFrame = DRAWS, scenario: Scenario | None = None) -> Ensemble:
    """An ensemble that says what it was calibrated for."""
    of = scenario or short()
    return Ensemble("calibrated", draws, {"kind": "calibration", "scenario": of.to_dict()})


@pytest.fixture(autouse=True)
def plain_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves figures out, which take longest to write."""
    for name in ("Plots", "ComparePlots"):
        monkeypatch.setattr(f"sim.experiments.plotting.{name}.save", lambda self, folder: None)


# Reading


@given(arrays(np.float64, (4, 2), elements=st.floats(-1e300, 1e300, allow_subnormal=False)))
def test_a_file_gives_back_every_bit(tmp_path_factory: pytest.TempPathFactory, values: np.ndarray) -> None:
    path = tmp_path_factory.mktemp("draws") / "a.csv"
    written = Ensemble("mine", pd.DataFrame(values, columns=["a", "b"]), {})
    written.draws.to_csv(path, index=False)
    found = read_ensemble(path)
    assert found.draws.to_numpy().tolist() == values.tolist()
    assert found.hash == written.hash or (values == 0.0).any(), "a zero may lose its sign"
    assert found.manifest == {} and len(found) == 4 and found.name == str(path)


def test_what_can_be_given(tmp_path: Path) -> None:
    """A frame, an ensemble, a file, or a folder with what a calibration wrote."""
    assert read_ensemble(DRAWS).draws.equals(DRAWS) and read_ensemble(DRAWS).name == "given"
    one = calibrated()
    assert read_ensemble(one) is one
    DRAWS.to_csv(tmp_path / "ensemble.csv", index=False)
    (tmp_path / "ensemble.json").write_text(json.dumps({"kind": "calibration", "seed": 7}))
    for source in (tmp_path, str(tmp_path), tmp_path / "ensemble.csv"):
        assert read_ensemble(source).draws.equals(DRAWS) and read_ensemble(source).manifest["seed"] == 7
    (tmp_path / "ensemble.json").write_text(json.dumps({"kind": "something else"}))
    assert read_ensemble(tmp_path).manifest == {}
    whole = read_ensemble(pd.DataFrame({"a": [1, 2]}, index=[5, 9]))
    assert whole.draws["a"].tolist() == [1.0, 2.0] and whole.draws.index.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cannot be read as a table"),
        ("a,b\n", "holds no draws; give at least one row and one column"),
        ("a,b\n1,x\n", "no number in b; every cell must be a number"),
        ("a,b\n1,\n", "no number in b"),
        ("a,b,c\n,x,1\n", "no number in a, b"),
        ('a\n"1\n', "cannot be read as a table"),
    ],
)
def test_a_file_that_is_no_ensemble(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "mine.csv").write_text(text)
    with pytest.raises(EnsembleError, match=words) as caught:
        read_ensemble(tmp_path / "mine.csv")
    assert "mine.csv" in str(caught.value)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EnsembleError, match=r"there is no ensemble 'nothing'.*give the folder of a calibration"):
        read_ensemble("nothing")
    with pytest.raises(EnsembleError, match="there is no ensemble"):
        read_ensemble(tmp_path)
    with pytest.raises(EnsembleError, match="the frame holds no draws"):
        read_ensemble(pd.DataFrame())
    with pytest.raises(EnsembleError, match="no number in a"):
        read_ensemble(pd.DataFrame({"a": ["1"]}))


def test_a_manifest_that_cannot_be_read(tmp_path: Path) -> None:
    DRAWS.to_csv(tmp_path / "ensemble.csv", index=False)
    (tmp_path / "ensemble.json").write_text("{")
    with pytest.raises(EnsembleError, match=r"ensemble\.json, which tells how the draws beside it were made"):
        read_ensemble(tmp_path)


# Draws of runs


@given(st.integers(1, 20))
def test_draws_come_again(runs: int) -> None:
    rows = read_ensemble(DRAWS).rows(runs)
    assert len(rows) == runs and rows.index.tolist() == list(range(runs))
    assert all(rows.iloc[run].equals(DRAWS.iloc[run % 3]) for run in range(runs))


def test_the_scenario_of_a_run() -> None:
    found = calibrated().scenario(short(), 4)
    assert found.hash == short().with_draws({"compliance": 0.5, "ru_demand": 1.5}).hash != short().hash
    with pytest.raises(ScenarioError, match="S204"):
        read_ensemble(pd.DataFrame({"compliance": [7.0]})).scenario(short(), 0)


def test_a_hash_is_of_names_and_values() -> None:
    known = read_ensemble(DRAWS).hash
    assert calibrated().hash == known == read_ensemble(DRAWS.copy()).hash
    for other in (DRAWS[::-1], DRAWS + 1e-15, DRAWS.rename(columns={"compliance": "x"}), DRAWS[["compliance"]]):
        assert read_ensemble(other).hash != known


def test_draws_of_finished_runs(tmp_path: Path) -> None:
    """Each seed has its draw, whichever runs were finished; a result without draws leaves no file."""
    ensemble = read_ensemble(DRAWS)
    write_draws(ensemble, [8, 9, 11], 7, tmp_path)
    found = pd.read_csv(tmp_path / "ensemble.csv")
    assert found["seed"].tolist() == [8, 9, 11] and found["compliance"].tolist() == [0.5, 0.75, 0.5]
    write_draws(None, [7], 7, tmp_path)
    assert not (tmp_path / "ensemble.csv").exists()


# Fitting


def test_all_that_is_open_is_drawn() -> None:
    for ensemble in (read_ensemble(DRAWS), calibrated()):
        assert list(ensemble.fitted(short()).draws) == ["compliance", "ru_demand"]


@pytest.mark.parametrize(
    "path", [DEMAND, "groups.ru_units.demand", "groups.ru_units", f"{DEMAND}.2023-06-01"]
)  # fmt: skip
def test_what_is_changed_by_hand_is_not_drawn(path: str) -> None:
    for ensemble in (read_ensemble(DRAWS), calibrated()):
        assert list(ensemble.fitted(short(), [path]).draws) == ["compliance"]
        assert list(ensemble.fitted(short(), ["groups.ru_units.count"]).draws) == ["compliance", "ru_demand"]


def test_what_is_set_otherwise_than_calibrated_is_not_drawn() -> None:
    other = sim.load(short(), {COMPLIANCE: 0.9})
    assert list(calibrated().fitted(other).draws) == ["ru_demand"]
    assert list(calibrated(scenario=other).fitted(other).draws) == ["compliance", "ru_demand"]
    # A table of the user's own is meant for the scenario it is given with, or for one that is named.
    assert list(read_ensemble(DRAWS).fitted(other).draws) == ["compliance", "ru_demand"]
    assert list(read_ensemble(DRAWS).fitted(other, (), short()).draws) == ["ru_demand"]
    inert = sim.load(short(), {"groups.ru_units.count": 3})
    assert list(calibrated().fitted(inert).draws) == ["compliance", "ru_demand"]


def test_what_a_scenario_has_settled_is_not_drawn() -> None:
    settled = short().with_draws({"ru_demand": 1.2})
    assert list(calibrated().fitted(settled).draws) == ["compliance"]
    with pytest.raises(EnsembleError, match="leaves nothing open that the ensemble calibrated draws"):
        calibrated().fitted(settled.with_draws({"compliance": 0.3}))
    with pytest.raises(EnsembleError, match="leaves nothing open"):
        calibrated().fitted(short(), [DEMAND, COMPLIANCE])


def test_columns_that_nothing_is_called() -> None:
    for draws in (DRAWS.assign(complience=0.5), DRAWS.assign(**{"ban": 0.5})):
        with pytest.raises(EnsembleError, match=f"has '{draws.columns[-1]}', which nothing in .uncertain. of small"):
            read_ensemble(draws).fitted(short())
    with pytest.raises(EnsembleError, match="did you mean 'compliance'"):
        read_ensemble(DRAWS.assign(complience=0.5)).fitted(short())
    with pytest.raises(EnsembleError, match="has '0'"):
        read_ensemble(pd.DataFrame({0: [0.5]})).fitted(short())


# Running


def plain(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Measures of one seed."""
    return frame[frame["seed"] == seed].reset_index(drop=True)


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Fails unless two frames are the same to the bit, whatever their kinds of text."""
    pd.testing.assert_frame_equal(one, other, check_exact=True, check_dtype=False, check_categorical=False)


def test_a_run_is_the_run_of_its_draw(tmp_path: Path) -> None:
    """Run 1 with seed 5 has draw 0, and so on; draws come again; the manifest and a table say so."""
    found = sim.run(short(), seed=5, runs=4, ensemble=DRAWS, check_policies=False, ledger="all", out=tmp_path / "a")
    for number in range(4):
        drawn = short().with_draws(DRAWS.iloc[number % 3].to_dict())
        alone = sim.run(drawn, seed=5 + number, check_policies=False)
        same(plain(found.measures, 5 + number), plain(alone.measures, 5 + number))
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text())
    assert manifest["ensemble"] == read_ensemble(DRAWS).to_plain() | {"name": "given"}
    table = pd.read_csv(tmp_path / "a" / "ensemble.csv")
    assert table["seed"].tolist() == [5, 6, 7, 8] and table["compliance"].tolist() == [0.25, 0.5, 0.75, 0.25]


def test_an_ensemble_of_own_values_changes_nothing() -> None:
    """Draws of what the scenario says anyway leave runs as they are."""
    own = pd.DataFrame({"compliance": [short().at(COMPLIANCE).value], "ru_demand": [1.0]})
    asked: dict[str, Any] = {"runs": 2, "check_policies": False}
    same(sim.run(short(), ensemble=own, **asked).measures, sim.run(short(), **asked).measures)
    other = sim.run(short(), ensemble=own.assign(ru_demand=1.7), **asked).measures
    assert not other["value"].equals(sim.run(short(), **asked).measures["value"])


def test_what_a_run_sets_is_not_drawn() -> None:
    """Changes by hand stand in every run: draws of them do not matter."""
    asked: dict[str, Any] = {"runs": 2, "changes": {COMPLIANCE: 0.4}, "check_policies": False}
    one = sim.run(short(), ensemble=DRAWS, **asked)
    other = sim.run(short(), ensemble=DRAWS.assign(compliance=0.6), **asked)
    same(one.measures, other.measures)
    assert one.ensemble is not None and list(one.ensemble.draws) == ["ru_demand"]
    with pytest.raises(EnsembleError, match="leaves nothing open"):
        sim.run(short(), ensemble=DRAWS[["compliance"]], **asked)


def test_a_first_run_that_is_not_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws stay with their seeds when the user stops before the first run is done."""
    from sim.experiments.run import _Gathering

    real = _Gathering.add

    def add(self: _Gathering, bundle: Any, records: Any) -> None:
        if bundle.seed != 5:
            real(self, bundle, records)

    monkeypatch.setattr(_Gathering, "add", add)
    monkeypatch.setattr("sim.experiments.results.RunResult.save", lambda self, folder: None)
    found = sim.run(short(), seed=5, runs=3, ensemble=DRAWS, check_policies=False)
    assert (found.seeds, found.first_seed) == ([6, 7], 5)
    write_draws(found.ensemble, found.seeds, found.first_seed, tmp_path)
    assert pd.read_csv(tmp_path / "ensemble.csv")["compliance"].tolist() == [0.5, 0.75]


def test_arms_share_the_draw_of_a_seed(tmp_path: Path) -> None:
    """Each arm is its scenario with the draw; the manifest has the ensemble of each."""
    arms = {"usual": short(), "none": sim.load(short(), {"policies.china_ban.intensity": 0.0})}
    found = sim.compare(arms, seed=5, runs=2, ensemble=calibrated(), parts=0, luck_runs=1, out=tmp_path / "a")
    for number in range(2):
        row = DRAWS.iloc[number].to_dict()
        alone = sim.compare({name: arm.with_draws(row) for name, arm in arms.items()}, seed=5 + number, runs=1, parts=0)
        same(plain(found.measures, 5 + number), plain(alone.measures, 5 + number))
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text())
    assert manifest["ensemble"] == {name: calibrated().to_plain() for name in arms}
    first = found.fixed[found.fixed["seed"] == 5].reset_index(drop=True)
    assert len(first) and set(first["arm"]) == set(arms)


@pytest.mark.parametrize("ensemble", [calibrated(), DRAWS], ids=["calibrated", "own"])
def test_an_arm_keeps_what_it_sets(ensemble: Any) -> None:
    """The arm with another compliance has it in every run; the other arm has that of the draw."""
    arms = {"usual": short(), "all": sim.load(short(), {COMPLIANCE: 1.0})}
    found = sim.compare(arms, runs=2, ensemble=ensemble, parts=0)
    assert {name: list(each.draws) for name, each in found.ensemble.items()} == {
        "usual": ["compliance", "ru_demand"],
        "all": ["ru_demand"],
    }
    drawn = {
        "usual": arms["usual"].with_draws(DRAWS.iloc[1].to_dict()),
        "all": arms["all"].with_draws({"ru_demand": 1.5}),
    }
    same(plain(found.measures, 2), plain(sim.compare(drawn, seed=2, runs=1, parts=0).measures, 2))


def test_parts_of_another_first_seed_are_not_taken(tmp_path: Path) -> None:
    """A seed has another draw where the first seed is another."""
    arms = {"usual": short(), "none": sim.load(short(), {"policies.china_ban.intensity": 0.0})}
    asked: dict[str, Any] = {"ensemble": DRAWS, "parts": 0, "luck_runs": 1}
    sim.compare(arms, seed=5, runs=2, out=tmp_path / "a", **asked)
    again = sim.compare(arms, seed=6, runs=1, out=tmp_path / "a", **asked)
    fresh = sim.compare(arms, seed=6, runs=1, **asked)
    same(again.measures, fresh.measures)
    same(again.fixed, fresh.fixed)


def test_luck_of_another_world_is_not_taken(tmp_path: Path) -> None:
    """Without an ensemble too: luck is looked at in the world of the first seed."""
    arms = {"usual": short(), "none": sim.load(short(), {"policies.china_ban.intensity": 0.0})}
    sim.compare(arms, seed=5, runs=2, parts=0, luck_runs=2, out=tmp_path / "a")
    again = sim.compare(arms, seed=6, runs=1, parts=0, luck_runs=1, out=tmp_path / "a")
    same(again.fixed, sim.compare(arms, seed=6, runs=1, parts=0, luck_runs=1).fixed)
