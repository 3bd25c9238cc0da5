"""`sim evidence`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.scenario.citations import citations
from sim.scenario.shipped import scenarios_dir
from sim.seeds.reading import read_evidence, seeds_dir

ROOT = Path(__file__).resolve().parents[1]


def call(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    result = CliRunner().invoke(app, ["evidence", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_lists_every_row() -> None:
    code, out, _ = call()
    assert code == 0
    words = out.split()
    for key in read_evidence().table_of:
        assert key in words, key
    assert f"{len(read_evidence().table_of)} rows" in out


def test_lists_some() -> None:
    code, out, _ = call("--role", "fit", "--table", "facts", "--source", "doc003")
    assert (code, [line.split()[0] for line in out.splitlines() if line.strip()[:1] == "D"]) == (0, ["D10"])
    assert "at least 30,000" in out
    assert "2022-03-01" in out
    code, out, _ = call("D02", "P10")
    assert code == 0 and "2 rows" in out and "0.45 (0.15 to 0.8)" in out


def test_filters_that_leave_none_say_so() -> None:
    code, out, _ = call("--role", "fit", "--table", "clock")
    assert (code, out.strip()) == (0, "No row passes these filters.")
    assert call("--role", "fit", "--table", "clock", "--json")[1].strip() == "[]"


def test_one_row_in_full() -> None:
    code, out, _ = call("D17")
    assert code == 0
    for words in (
        "Certified sites tied to the leader",
        "10 firms",
        "2022-04-26 to 2023-06-30",
        "distinct sellers among the leader's arms",
        "fit: target of calibration",
        "doc000: RFE/RL on Chinese drones and both armies",
        "groups.leader_arms.count",
        "baseline, controls-2023",
        "seeds/facts.csv",
    ):
        assert words in out, words


def test_what_a_fact_is_in_a_run() -> None:
    code, out, _ = call("D02")
    assert code == 0
    assert "In a run     kind recorded, what value, by exporter, origin CN, destination RU" in out
    assert "Tolerance    0.2 of the log: press reading of official records, a lower bound" in out
    assert "Missing " not in out and "In a run" not in call("D08d")[1]


def test_an_event_in_full() -> None:
    out = call("T06")[1]
    assert "Holds        from 2023-09-01\nAnnounced    2023-07-31\n" in out
    assert "Value" not in out
    assert 'policies.china_controls.effective    = "2023-09-01"' in out
    assert "Value        none: the fact has no number" in call("D22")[1]


def test_what_a_run_does_not_show_says_why() -> None:
    assert "Not computed no such products in the model" in call("D08d")[1]
    assert "No value of a shipped scenario cites it." in call("D08d")[1]
    assert "Sets         groups.*.mark_up\n" in call("P12")[1]


def test_every_value_that_cites_a_row_is_shown() -> None:
    cited = citations()["P12"]
    out = call("P12")[1]
    assert f"Cited by {len(cited)} values" in out
    for each in cited:
        assert f"\n  {each.path} " in out


def test_json() -> None:
    code, out, _ = call("D17", "--json")
    (row,) = json.loads(out)
    assert code == 0
    assert (row["id"], row["value"], row["low"], row["source"]) == ("D17", 10.0, None, ["doc000"])
    assert row["window_end"] == "2023-06-30"
    assert {"path", "value", "scenarios"} == set(row["cited_by"][0])
    rows = json.loads(call("--json")[1])
    assert [each["id"] for each in rows] == list(read_evidence().table_of)
    assert "cited_by" not in rows[0]


@pytest.mark.parametrize(
    ("arguments", "close"),
    [
        (["D001"], "D01"),
        (["d17"], "D17"),
        (["--role", "fitt"], "fit"),
        (["--table", "fact"], "facts"),
        (["--source", "doc03"], "doc003"),
    ],
)
def test_what_is_not_there(arguments: list[str], close: str) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert f"Did you mean: {close}" in err
    assert "E101" in err


def test_everything_unknown_is_told_at_once() -> None:
    _, _, err = call("D001", "D17", "X1", "--role", "fitt")
    assert "3 problems in the evidence" in err


def test_works_as_the_wheel_lays_it_out_from_an_empty_folder(tmp_path: Path) -> None:
    """The package with its data inside, and nothing beside it."""
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    shutil.copytree(ROOT / "sim", site / "sim", ignore=shutil.ignore_patterns("__pycache__", "_data"))
    shutil.copytree(seeds_dir(), site / "sim" / "_data" / "seeds")
    shutil.copytree(scenarios_dir(), site / "sim" / "_data" / "scenarios")
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "sim", "evidence", "P03"], cwd=empty, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "price, enterprise" in done.stdout
    assert "products.enterprise.reference_price" in done.stdout
