"""`sim report`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.commands.manners import BAD_INPUT
from tests.report.brief.conftest import without_pictures


def call(*arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of the command."""
    result = CliRunner().invoke(app, ["report", *(str(each) for each in arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without figures."""
    monkeypatch.setattr("sim.report.brief.write.pictures", lambda result: ([], []))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "run"
    with without_pictures():
        sim.run("small", runs=1, check_policies=False, out=folder)
    return folder


def test_a_page_is_written(folder: Path, tmp_path: Path) -> None:
    code, out, err = call(folder, "--out", tmp_path / "page.html", "--title", "Of mine", "--question", "Who?")
    assert code == 0 and not err
    assert out.startswith(f"Written to {tmp_path / 'page.html'} (0.")
    assert "<title>Of mine</title>" in (tmp_path / "page.html").read_text()


def test_it_goes_beside_the_result(folder: Path) -> None:
    assert call(folder)[0] == 0 and (folder / "report.html").exists()


def test_a_program_is_told_where_the_page_is(folder: Path, tmp_path: Path) -> None:
    code, out, _ = call(folder, "--out", tmp_path / "page.html", "--json")
    found = json.loads(out)
    assert code == 0 and found["path"] == str(tmp_path / "page.html")
    assert found["bytes"] == (tmp_path / "page.html").stat().st_size


def test_bad_input_is_told_without_a_traceback(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "manifest.json").write_text(json.dumps({"kind": "compare", "finished": False}))
    (tmp_path / "file").touch()
    for arguments, told in (
        ((tmp_path / "none",), "is not there; give a folder"),
        ((tmp_path,), "holds no results of sim"),
        ((tmp_path / "half",), "not written to the end; the same command goes on"),
        ((folder, "--out", tmp_path / "file" / "page.html"), "cannot be written"),
        ((folder, "--validation", tmp_path), "holds no validation"),
    ):
        code, _, err = call(*arguments)
        assert code == BAD_INPUT and told in err, err
        assert "Traceback" not in err
