"""The command that makes a result again does so."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.report.brief.making import command, made_by, nearest_shipped, resolved
from tests.report.brief.conftest import read, without_pictures


@pytest.mark.parametrize("kind", ["run", "compare"])
def test_the_command_of_a_page_makes_the_same_numbers(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = request.getfixturevalue(f"{kind}_folder")
    told = command(sim.open_result(folder))
    assert told.startswith(f"sim {kind} small ")
    assert told in read(request.getfixturevalue(f"{kind}_page")).text
    # Neither option bears on what is measured.
    quickly = ["--quick"] if kind == "run" else ["--parts", "0"]
    with without_pictures():
        done = CliRunner().invoke(app, [*shlex.split(told)[1:], *quickly, "--out", str(tmp_path / "again")])
    assert done.exit_code == 0, done.output
    one, other = (pd.read_parquet(path / "measures.parquet") for path in (folder, tmp_path / "again"))
    assert one["value"].equals(other["value"])


def test_no_command_is_given_where_none_leads_there() -> None:
    result = sim.run("small", runs=1, window=None, check_policies=False)
    assert command(result) == "sim run small --seed 1 --runs 1"
    result.own = {"agents": {}}
    assert command(result) == ""
    result.own = {}
    result.seeds = [1, 3]
    assert command(result) == ""
    own = sim.load("small").to_dict()
    own["groups"].pop("row_civil")
    own["links"].pop("sellers_to_row_civil")
    own["jurisdictions"]["CN"]["title"] = "elsewhere"
    assert nearest_shipped(sim.Scenario.from_data(own))[0] == "small"
    own["groups"] = {
        key: {**group, "safety_weeks": 7.5} if "safety_weeks" in group else group
        for key, group in own["groups"].items()
    }
    own["legs"] = {key: {**leg, "lead_weeks": 9.0} for key, leg in own["legs"].items()}
    assert nearest_shipped(sim.Scenario.from_data(own)) is None


def test_what_was_typed() -> None:
    assert made_by({"command": ["/a b/sim", "run", "small", "--out", "x y"]}) == "sim run small --out 'x y'"
    assert made_by({"command": ["pytest", "run"]}) == ""
    assert made_by({}) == ""


def test_the_resolved_scenario_can_be_read_again() -> None:
    scenario = sim.load("small")
    assert sim.load(json.loads(resolved(scenario))).hash == scenario.hash
