"""How commands talk: tables for readers, one JSON document for programs, or nothing."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from typer.main import get_command

import sim
from sim.cli import app
from tests.test_cli import ROOT, call, fake, scenario

__all__ = ["fake", "scenario"]


def test_every_command_has_them() -> None:
    for name, command in get_command(app).commands.items():
        options = {option for each in command.params for option in each.opts}
        assert {"--json", "--quiet"} <= options, name


def test_run_prints_what_the_call_gives(scenario: str, fake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = call("run", scenario, "--runs", "2", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["kind"], found["seeds"], found["interrupted"]) == ("run", [1, 2], False)
    expected = sim.run(scenario, runs=2)
    assert found["scenario"]["hash"] == expected.scenario.hash
    assert found["warnings"] == expected.warnings
    rows = pd.DataFrame(found["summary"])[["measure", "side", "product", "by"]]
    summary = expected.summary()
    pd.testing.assert_frame_equal(rows, summary[list(rows)].astype(object), check_dtype=False)
    for row, value in zip(found["summary"], summary["estimate"], strict=True):
        assert row["estimate"] == value or (row["estimate"] is None and pd.isna(value))


def test_undefined_is_null_with_its_reason(scenario: str, fake: None) -> None:
    rows = json.loads(call("run", scenario, "--runs", "1", "--json")[1])["summary"]
    undefined = [row for row in rows if row["estimate"] is None]
    assert undefined
    assert all(row["reason"] for row in undefined)


def test_quiet_says_nothing(scenario: str, fake: None, tmp_path: Path) -> None:
    assert call("run", scenario, "--runs", "2", "--quiet", "--out", str(tmp_path / "a")) == (0, "", "")
    assert (tmp_path / "a" / "manifest.json").exists()
    assert call("compare", scenario, "--set", "policies.look.cost=7", "--runs", "2", "--quiet") == (0, "", "")
    assert call("list", "--quiet") == (0, "", "")


def test_quiet_tells_errors() -> None:
    code, out, err = call("check", "no_such_scenario", "--quiet")
    assert (code, out) == (2, "")
    assert "no_such_scenario" in err


def test_compare_prints_what_the_call_gives(scenario: str, fake: None) -> None:
    code, out, _ = call("compare", scenario, "--set", "policies.look.cost=7", "--runs", "2", "--json")
    assert code == 0
    found = json.loads(out)
    assert list(found["arms"]) == ["by_hand", "look.cost=7"]
    changed = sim.load(scenario, {"policies.look.cost": 7})
    expected = sim.compare({"by_hand": scenario, "policies.look.cost=7": changed}, runs=2).differences
    for row, value in zip(found["differences"], expected["value"], strict=True):
        assert row["value"] == value or (row["value"] is None and pd.isna(value))
    assert {row["against"] for row in found["differences"]} == {"by_hand", "twin"}


def test_errors_as_json(scenario: str) -> None:
    code, out, err = call("check", scenario, "--set", "policies.bann.cost=7", "--json")
    (wrong,) = json.loads(out)["errors"]
    assert code == 2
    assert (wrong["code"], wrong["path"]) == ("S107", "policies.bann.cost")
    assert wrong["todo"]
    assert wrong["todo"] in err


def test_other_errors_as_json(tmp_path: Path) -> None:
    code, out, err = call("trace", str(tmp_path / "none"), "--json")
    assert code == 2
    assert json.loads(out)["errors"][0]["message"] == err.strip()


@pytest.mark.parametrize(
    "arguments", [["list"], ["check", "small"], ["schema"], ["schema", "groups"], ["schema", "measures"], ["evidence"]]
)
def test_all_of_it_is_json(arguments: list[str]) -> None:
    code, out, err = call(*arguments, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)


def test_scenarios_as_json() -> None:
    rows = json.loads(call("list", "--json")[1])["scenarios"]
    assert {row["name"]: row["file"] for row in rows} == {name: str(path) for name, path in sim.shipped().items()}


def test_parameters_as_json() -> None:
    (row,) = json.loads(call("schema", "policies.inspection.added", "--json")[1])["parameters"]
    assert (row["key"], row["kind"], row["required"], row["default"]) == ("added", "inspection", True, None)


def progress(*arguments: str, terminal: bool) -> str:
    """What a command writes to standard error."""
    command = [sys.executable, "-m", "sim", *arguments]
    if not terminal:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    told = b""
    with suppress(OSError):  # Linux ends a terminal that nobody has open so.
        while part := os.read(ours, 4096):
            told += part
    os.close(ours)
    assert running.wait() == 0
    return told.decode()


def test_progress_on_terminals_only() -> None:
    asked = ("run", "small", "--runs", "1", "--quick")
    assert "simulations" in progress(*asked, terminal=True)
    assert progress(*asked, terminal=False) == ""
    assert progress(*asked, "--quiet", terminal=True) == ""
