"""`sim.sweep` and `sim sweep`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.sweeps.errors import SweepError
from sim.sweeps.sweep import DETAILS, KEPT
from tests.sweeps.common import SHORT, made, same_rows

OPTIONS = [*(f"--set={path}={value}" for path, value in SHORT.items()), "--workers=1"]


def test_the_command_is_the_call(tmp_path: Path) -> None:
    out = tmp_path / "a"
    asked = [
        "sweep",
        "small",
        "--design=grid",
        "--over=levers",
        "--n=2",
        "--at=ban=0,0.5,1",
        "--seeds=1",
        f"--out={out}",
    ]
    told = CliRunner().invoke(app, [*asked, *OPTIONS, "--measure=denied", "--detail=product"])
    assert told.exit_code == 0, told.output
    assert "6 of 6 runs done: 6 draws (grid) of 2 factors, seeds 1." in told.output
    assert "6 draws × 1 seed = 6 runs and 2 twins: about" in told.stderr
    own = made("grid", 2, over=["levers"], at={"ban": [0, 0.5, 1]}, seeds=1, measures=["denied"], detail="product")
    same_rows(out, own)


def test_only_an_estimate() -> None:
    told = CliRunner().invoke(app, ["sweep", "small", "--design=lhs", "--n=50", "--estimate", *OPTIONS])
    assert told.exit_code == 0 and told.output.startswith("50 draws × 2 seeds = 100 runs and 100 twins: about")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--design=lhs", "--n=2"], "give --out DIR"),
        (["--design=lhs", "--n=2", "--out=x", "--over=bam"], "did you mean 'ban'"),
        (["--design=lhs", "--n=2", "--out=x", "--measure=denide"], "did you mean 'denied'"),
        (["--design=lhs", "--n=2", "--out=x", "--detail=coridor"], "did you mean 'corridor'"),
        (["--design=lhs", "--n=2", "--out=x", "--versus=chinaban"], "did you mean"),
        (["--design=sobol", "--n=3", "--out=x"], "power of 2"),
        (["--design=grid", "--n=2", "--at=ban", "--out=x"], "NAME=V,V"),
    ],
)
def test_bad_input_is_told(asked: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["sweep", "small", *asked, *OPTIONS])
    assert told.exit_code == 2 and words.lower() in told.stderr.lower() and "Traceback" not in told.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("more", [{"seeds": 0}, {"workers": 0}, {"seed": -1}])
def test_numbers_out_of_range(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least"):
        made(**more)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"window": ("2030-01-01", "2031-01-01")}, "within 2023-01-02 to 2023-07-02"),
        ({"window": ("2023-06-01", "2023-02-01")}, "a first and a last date"),
        ({"window": ("soon", "late")}, "give two dates"),
        ({"versus": []}, "name at least one"),
        ({"versus": ["china_ban"], "twins": False}, "have no twins"),
    ],
)
def test_arguments_that_make_no_sense(more: dict[str, Any], words: str) -> None:
    with pytest.raises(SweepError, match=words):
        made(**more)


def test_a_window(tmp_path: Path) -> None:
    whole, half = made(), made(window=("2023-03-01", date(2023, 5, 1)))
    units = (found.frame(["delivered:russia"])["delivered:russia"].sum() for found in (whole, half))
    assert next(units) > next(units) > 0


def test_progress_counts_runs(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    made(n=20, out=tmp_path / "a", progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 40) and seen[-1] == (40, 40) and len(seen) > 3
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_breakdowns_and_measures_that_are_offered_exist() -> None:
    found = sim.run("small", runs=1, check_policies=False).measures
    assert set(DETAILS) == {"product", *found["by"]} - {""}
    assert set(KEPT) <= set(found["measure"])


def test_a_user_error_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(SweepError):
        made("lhs", 2, over=["nothing"], out=tmp_path / "a")
    assert not (tmp_path / "a").exists()
