"""Results read back from their folders."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.experiments.opening import OpenError
from sim.experiments.run import RunResult
from tests.report.brief.conftest import without_pictures


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Path]:
    folder = tmp_path_factory.mktemp("opening") / "run"
    draws = pd.DataFrame({"ru_demand": [0.8, 1.4]})
    with without_pictures():
        return sim.run("small", runs=2, ensemble=draws, check_policies=False, out=folder), folder


def test_an_opened_run_is_the_run(made: tuple[RunResult, Path]) -> None:
    result, folder = made
    again = sim.open_result(folder)
    assert isinstance(again, sim.RunResult) and repr(again) == repr(result)
    for name in (
        "measures",
        "traces",
        "flows",
        "policies",
        "ledger",
        "customs",
        "deliveries",
        "series",
        "paths",
        "nodes",
    ):
        left, right = getattr(result, name), getattr(again, name)
        pd.testing.assert_frame_equal(left, right, check_dtype=False, check_categorical=False, obj=name)
    pd.testing.assert_frame_equal(result.summary(), again.summary())
    assert again.scenario.hash == result.scenario.hash and again.seeds == result.seeds and again.versus == result.versus
    assert again.ensemble.name == "given"
    assert again._repr_html_() == result._repr_html_()


def test_an_opened_run_is_traced(made: tuple[RunResult, Path]) -> None:
    result, folder = made
    one, other = (sim.trace(each, product="consumer", top=2) for each in (result, sim.open_result(folder)))
    assert one.chains["chain"].tolist() == other.chains["chain"].tolist()


@pytest.mark.parametrize("name", ["mirror", "observed", "trace", "save"])
def test_what_needs_the_records_says_so(made: tuple[RunResult, Path], name: str) -> None:
    arguments = {"mirror": (), "observed": ("RU",), "trace": (0,), "save": ("x",)}[name]
    with pytest.raises(OpenError, match=f"{name} needs the records of a run in memory"):
        getattr(sim.open_result(made[1]), name)(*arguments)


def test_an_opened_comparison_is_the_comparison(tmp_path: Path) -> None:
    arms = {"all": "small", "half": sim.load("small", {"policies.china_ban.intensity": 0.5})}
    with without_pictures():
        result = sim.compare(arms, runs=2, parts=0, luck_runs=2, out=tmp_path)
    again = sim.open_result(tmp_path)
    assert repr(again) == repr(result)
    for name in ("measures", "flows", "differences", "pairing", "probability", "policies"):
        left, right = getattr(result, name), getattr(again, name)
        pd.testing.assert_frame_equal(left, right, check_dtype=False, check_categorical=False, obj=name)
    assert again.warnings == result.warnings and again.simulations == result.simulations


def test_folders_that_hold_no_result(tmp_path: Path, made: tuple[RunResult, Path]) -> None:
    with pytest.raises(OpenError, match="is not there; give a folder"):
        sim.open_result(tmp_path / "none")
    with pytest.raises(OpenError, match="holds no results of sim"):
        sim.open_result(tmp_path)
    manifest = tmp_path / "manifest.json"
    whole = json.loads((made[1] / "manifest.json").read_text())
    for text, told in (
        ("{", "cannot be read"),
        ("[]", "is no manifest"),
        ('{"kind": "sweep", "finished": true}', "holds a sweep"),
        ('{"finished": false}', "not written to the end; run it again"),
        ('{"kind": "compare", "finished": false}', "not written to the end; the same command goes on"),
        ('{"finished": true}', r"measures\.parquet cannot be read"),
    ):
        manifest.write_text(text)
        with pytest.raises(OpenError, match=told):
            sim.open_result(tmp_path)
    for name in ("measures", "traces", "flows"):
        (tmp_path / f"{name}.parquet").write_bytes((made[1] / f"{name}.parquet").read_bytes())
    for change, told in (
        ({"scenario_hash": "0"}, "written by another version of sim"),
        ({"scenario": {**whole["scenario"], "nonsense": {}}}, "does not read"),
    ):
        manifest.write_text(json.dumps({**whole, **change}))
        with pytest.raises(OpenError, match=told):
            sim.open_result(tmp_path)
    manifest.write_text(json.dumps({key: value for key, value in whole.items() if key != "seeds"}))
    with pytest.raises(OpenError, match="lacks 'seeds'"):
        sim.open_result(tmp_path)
