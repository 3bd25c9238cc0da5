"""`sim validate`, `sim calibrate`, `sim recover`, and runs over an ensemble."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.calibration import posterior
from sim.calibration.calibrate import calibrate, open_calibration
from sim.cli import app
from sim.validation.validate import validate
from tests.sweeps.common import SHORT, short

SET = [f"--set={path}={value}" for path, value in SHORT.items()]
FEW = [*SET, "--workers=1"]


def call(*arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short chains, and no figures."""
    monkeypatch.setattr(posterior, "STEPS", 200)
    for name in ("Plots", "ComparePlots"):
        monkeypatch.setattr(f"sim.experiments.plotting.{name}.save", lambda self, folder: None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A calibration by the command."""
    out = tmp_path_factory.mktemp("calibrated") / "a"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "STEPS", 200)
        code, told, errors = call(
            "calibrate", "small", f"--out={out}", "--fact=D01", "--fact=D02", "--wave=12", "--wave=8", "--size=6", *FEW
        )
    assert code == 0, errors
    assert "small: 20 runs in 2 waves" in told and f"Written to {out}." in told
    assert "Wave 1 of 2: 12 draws of the prior." in errors and "Wave 2 of 2: 8 draws of the emulator." in errors
    return out


def test_calibrate_is_the_call(folder: Path) -> None:
    own = calibrate(short(), evidence=["D01", "D02"], waves=(12, 8), size=6, workers=1)
    there = open_calibration(folder)
    assert there.ensemble.draws.equals(own.ensemble.draws) and there.ensemble.hash == own.ensemble.hash
    assert {path.name for path in folder.iterdir()} >= {
        "ensemble.csv", "ensemble.json", "parameters.csv", "fit.csv", "ridges.csv", "runs.csv", "wave-1", "wave-2",
    }  # fmt: skip


def test_calibrate_goes_on(folder: Path) -> None:
    """The same command again makes nothing anew."""
    code, told, errors = call(
        "calibrate", "small", f"--out={folder}", "--fact=D01", "--fact=D02", "--wave=12", "--wave=8", "--size=6", *FEW
    )
    assert code == 0 and "12 of 12 runs are there already." in errors and "Written to" in told


def test_recover(folder: Path, tmp_path: Path) -> None:
    code, told, errors = call("recover", folder, f"--out={tmp_path / 'b'}", "--truths=2", "--draws=4", "--workers=1")
    assert code == 0, errors
    assert "2 truths, of each 2 customs figures" in told and "The truths: 2 draws of the priors." in errors
    assert len(pd.read_csv(tmp_path / "b" / "truths.csv")) == 4


def test_validate_is_the_call(folder: Path, tmp_path: Path) -> None:
    asked = ["validate", "small", f"--ensemble={folder}", "--runs=2", "--fact=D02", "--fact=D01", *FEW]
    code, told, errors = call(*asked, f"--out={tmp_path / 'v'}")
    assert code == 0, errors
    assert "small beside the evidence: 2 runs, 6 draws of" in told and f"Written to {tmp_path / 'v'}." in told
    own = validate(short(), ensemble=folder, runs=2, evidence=["D01", "D02"], workers=1)
    written = pd.read_csv(tmp_path / "v" / "facts.csv")
    assert written["median"].tolist() == pytest.approx(own.table["median"].tolist(), rel=1e-5)
    code, told, _ = call(*asked, "--markdown")
    assert code == 0 and told.startswith("### Facts to fit\n") and "| D02 |" in told


def test_validate_without_an_ensemble() -> None:
    code, told, _ = call("validate", "small", "--runs=1", "--fact=D02", *FEW)
    assert code == 0 and "1 runs, its own values" in told


def test_run_over_an_ensemble(folder: Path, tmp_path: Path) -> None:
    code, told, errors = call(
        "run", "small", f"--ensemble={folder}", "--runs=2", f"--out={tmp_path / 'r'}", *SET, "--workers=1"
    )
    assert code == 0, errors
    assert "each with a draw of the ensemble" in told
    own = sim.run(short(), runs=2, ensemble=folder, check_policies=False)
    there = pd.read_parquet(tmp_path / "r" / "measures.parquet")
    assert there["value"].equals(own.measures["value"])
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text())
    assert manifest["ensemble"]["hash"] == open_calibration(folder).ensemble.hash
    draws = pd.read_csv(tmp_path / "r" / "ensemble.csv")
    assert draws["seed"].tolist() == [1, 2]
    assert draws["ru_demand"].tolist() == open_calibration(folder).ensemble.draws["ru_demand"].tolist()[:2]


def test_what_is_set_is_not_drawn(folder: Path, tmp_path: Path) -> None:
    code, _, errors = call(
        "run", "small", f"--ensemble={folder}", f"--out={tmp_path / 'r'}", *SET, "--workers=1",
        "--set=groups.cn_exporters.compliant_share=0.5",
    )  # fmt: skip
    assert code == 0, errors
    assert json.loads((tmp_path / "r" / "manifest.json").read_text())["ensemble"]["columns"] == ["ru_demand"]


def test_compare_over_an_ensemble(folder: Path, tmp_path: Path) -> None:
    everywhere = [f"--all={path}={value}" for path, value in SHORT.items()]
    code, _, errors = call(
        "compare", "small", "--set=groups.cn_exporters.compliant_share=1", f"--ensemble={folder}", "--runs=2",
        "--parts=0", f"--out={tmp_path / 'c'}", "--workers=1", *everywhere,
    )  # fmt: skip
    assert code == 0, errors
    known = json.loads((tmp_path / "c" / "manifest.json").read_text())["ensemble"]
    assert [each["columns"] for each in known.values()] == [["compliance", "ru_demand"], ["ru_demand"]]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["validate", "small", "--ensemble=nothing"], "there is no ensemble 'nothing'"),
        (["run", "small", "--ensemble=nothing"], "there is no ensemble 'nothing'"),
        (["compare", "small", "small", "--ensemble=nothing"], "there is no ensemble 'nothing'"),
        (["validate", "small", "--fact=D2"], "There is no fact `D2` that a run shows"),
        (["calibrate", "small", "--out=x", "--fact=fitt"], "Did you mean: fit"),
        (["calibrate", "small", "--out=x", "--fact=D31"], "D31 cannot be fitted"),
        (["calibrate", "small", "--out=x", "--wave=5"], "two waves or more"),
        (["calibrate", "small", "--out=x", "--fact=D02", "--over=ru_demnd"], "did you mean 'ru_demand'"),
        (["recover", "nothing", "--out=x"], "nothing holds no finished calibration"),
    ],
)
def test_bad_input_is_told(asked: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, with the exit code of a user's error, and before any folder is made."""
    monkeypatch.chdir(tmp_path)
    code, out, errors = call(*asked)
    assert (code, out) == (2, "") and words in " ".join(errors.split()) and "Traceback" not in errors
    assert not (tmp_path / "x").exists()


def test_ctrl_c_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.calibration.calibrate.simulated", stop)
    code, _, errors = call("calibrate", "small", f"--out={tmp_path / 'a'}", "--fact=D02", *FEW)
    assert code == 130 and "goes on" in errors
