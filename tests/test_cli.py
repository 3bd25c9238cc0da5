"""The command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from tests.experiments.fake import FakeEngine

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("pandas", "numba", "mesa", "matplotlib", "pyarrow")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.engine.Engine", FakeEngine)


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    """The hand-made world as a file."""
    from tests.measures.synthetic import SCENARIO

    path = tmp_path / "by_hand.toml"
    path.write_text(toml(SCENARIO))
    return str(path)


def toml(table: dict) -> str:
    """A scenario as TOML, every table inline."""

    def text(value: object) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key} = {text(entry)}" for key, entry in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(text, value)) + "]"
        if isinstance(value, bool):
            return str(value).lower()
        return f'"{value}"' if isinstance(value, str) else repr(value)

    return "\n".join(f"{key} = {text(value)}" for key, value in table.items())


def call(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def loaded(code: str) -> set[str]:
    """Which heavy packages a piece of code loads."""
    names = ", ".join(repr(name) for name in HEAVY)
    script = f"import sys\n{code}\nprint([name for name in ({names},) if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(eval(done.stdout.strip().splitlines()[-1]))


def test_import_is_light() -> None:
    assert loaded("import sim; sim.__version__; dir(sim)") == set()


def test_help_is_light() -> None:
    assert loaded("from sim.cli import app\ntry:\n    app(['run', '--help'])\nexcept SystemExit: pass") == set()


def test_without_arguments_prints_help() -> None:
    code, out, _ = call()
    assert code == 0
    for command in ("run", "compare", "trace", "check", "schema", "list"):
        assert f" {command} " in out
    assert call("--version")[1].startswith("sim ")


def test_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "sim", "--version"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.startswith("sim ")) == (0, True)


def test_public_names() -> None:
    import sim

    for name in sim.__all__:
        assert getattr(sim, name) is not None
    assert set(sim.__all__) <= set(dir(sim))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sim.nothing


def test_list() -> None:
    code, out, _ = call("list")
    assert code == 0
    assert "baseline" in out


def test_check(scenario: str) -> None:
    code, out, _ = call("check", scenario)
    assert code == 0
    assert "nothing wrong" in out
    assert "13 agents" in out
    assert "3 policies" in out
    assert "60 ticks of 7 days" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "no_such_scenario"],
        ["check", "{}", "--set", "policies.ban.intensity=7"],
        ["check", "{}", "--set", "policies.bann.intensity=0.5"],
        ["check", "{}", "--set", "nonsense"],
        ["run", "{}", "--versus", "bann"],
        ["run", "{}", "--runs", "0"],
        ["run", "{}", "--ledger", "some"],
        ["run", "{}", "--runs", "99999999999999"],
        ["run", "{}", "--seed", "-1"],
        ["run", "{}", "--seed", "1.5"],
        ["run", "{}", "--seed", "99999999999999999999999"],
        ["run", "{}", "--workers", "0"],
        ["run", "{}", "--workers", "9999999"],
        ["run", "{}", "--set"],
        ["run", "{}", "--nothing"],
        ["run", "{}", "--out", "{}/below"],
        ["run", "{}", "--out", "a" * 300],
        ["run", "{}", "--out", "/"],
        ["schema", "polices"],
        ["schema", "policies.inspection.added.more"],
        ["check", "a" * 5000],
        ["check", "/"],
        ["run", "{}", "--out", "{}"],
        ["compare", "{}"],
        ["compare", "{}", "no_such_scenario"],
        ["compare", "{}", "small"],
        ["compare", "{}", "{}", "--set", "policies.look.cost=7"],
        ["compare", "{}", "--set", "policies.look.costs=7"],
        ["compare", "{}", "--arm", "half"],
        ["compare", "{}", "--set", "policies.look.cost=7", "--versus", "bann"],
        ["compare", "{}", "--set", "policies.look.cost=7", "--until", "denied:east"],
        ["compare", "{}", "--set", "policies.look.cost=7", "--until", "denied:nobody<0.1"],
        ["compare", "{}", "--set", "policies.look.cost=7", "--until", "denied:east<0.1", "--max-runs", "3"],
        ["compare", "{}", "--set", "policies.look.cost=7", "--out", "{}"],
    ],
)
def test_bad_input_is_told(arguments: list[str], scenario: str, fake: None) -> None:
    code, out, err = call(*(each.format(scenario) for each in arguments))
    assert code == 2
    assert err.strip()
    assert "Traceback" not in out + err


def test_schema() -> None:
    import json

    import sim

    code, out, _ = call("schema")
    assert (code, json.loads(out)) == (0, sim.schema())
    code, out, _ = call("schema", "policies.inspection")
    assert code == 0
    assert "added, needed\n    a number, 0 to 1 (share of consignments)\n" in out
    assert call("schema", "market.calls")[1].splitlines()[2] == "calls = 3"


def test_schema_is_light() -> None:
    assert loaded("from sim.cli import app\ntry:\n    app(['schema', 'groups'])\nexcept SystemExit: pass") == set()


def test_run(scenario: str, tmp_path: Path, fake: None) -> None:
    folder = tmp_path / "out"
    code, out, _ = call("run", scenario, "--runs", "2", "--set", "policies.look.cost=7", "--out", str(folder))
    assert code == 0
    assert "The first of 2 runs" in out
    assert "2 runs, seeds 1 to 2" in out
    assert "warning: 20% of trades" in out
    assert (folder / "manifest.json").exists()
    assert '"cost": 7.0' in (folder / "manifest.json").read_text()
    code, out, _ = call("run", scenario, "--runs", "1", "--quick", "--versus", "look")
    assert code == 0
    assert out.count("Foreign-made units in scope") == 1, "one run is printed once"
    assert "twin: without look" in out


def test_compare(scenario: str, tmp_path: Path, fake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One value changed is one short command; the tables hold both arms, their difference, and what pairing gained."""
    monkeypatch.setattr("sim.experiments.plotting.ComparePlots.save", lambda self, folder: None)
    folder = tmp_path / "out"
    command = ["compare", scenario, "--set", "policies.look.cost=7", "--runs", "2"]
    code, out, _ = call(*command, "--out", str(folder))
    assert code == 0
    assert "2 arms against by_hand" in out
    assert "2 runs each, seeds 1 to 2, 14 simulations" in out
    assert "paired by seed, with its 90% interval" in out
    for title in (
        "east",
        "Enforcement and collateral",
        "Each policy's part",
        "one seed, no interval; parts do not add up: policies that need each other each show the whole",
    ):
        assert title in out
    assert "Variance of a difference" not in out, "nobody asked for it"
    assert (folder / "pairing.parquet").exists()
    row = next(line for line in out.splitlines() if line.strip().startswith("Cost of enforcement"))
    assert "look.cost=7" in out
    assert row.count("$") == 2
    assert '"cost": 7.0' in (folder / "manifest.json").read_text()
    code, again, _ = call(*command, "--out", str(folder))
    assert (code, again) == (0, out), "all was there already"
    code, out, _ = call(
        *command[:2], "--arm", "dear:policies.look.cost=9", "--all", "policies.ban.intensity=0.5", "--runs", "1"
    )
    assert code == 0
    assert "dear" in out
    code, out, _ = call("compare", scenario, scenario, "--runs", "1", "--parts", "0")
    assert "warning: by_hand (2) differs from by_hand in nothing" in out
    code, out, _ = call("compare", scenario, scenario, "--runs", "2", "--parts", "0", "--luck-runs", "2")
    table = out.split("Variance of a difference without pairing")[1].split("\n\n")[0]
    assert "identical to the first" in table
    assert "∞" not in table
    code, out, _ = call(*command, "--parts", "2")
    assert "2 seeds, with 90% intervals; parts do not add up" in out


def test_compare_interrupted(scenario: str, fake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.experiments import compare as module

    command = ["compare", scenario, "--set", "policies.look.cost=7", "--runs", "9", "--workers", "1"]
    monkeypatch.setattr(module, "flows", stop_after(module.flows, 3))
    code, out, err = call(*command)
    assert code == 130
    assert "Stopped: 1 seeds finished, not saved" in err
    assert "1 arms" not in out
    assert "seed 1, 3 simulations" in out, "those of the finished seed: two runs, and the twin they share"
    monkeypatch.setattr(module, "flows", stop_after(module.flows, 0))
    code, _, err = call(*command)
    assert code == 130
    assert "nothing was saved" in err


def test_interrupted(scenario: str, tmp_path: Path, fake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.experiments import run as module

    real = module.pair_traces
    monkeypatch.setattr(module, "pair_traces", stop_after(real, 2))
    code, out, err = call("run", scenario, "--runs", "9", "--workers", "1", "--out", str(tmp_path / "out"))
    assert code == 130
    assert "of 9 runs finished, saved in" in err
    assert "Foreign-made units in scope" in out
    monkeypatch.setattr(module, "pair_traces", stop_after(real, 0))
    code, _, err = call("run", scenario, "--runs", "9", "--workers", "1")
    assert code == 130
    assert "nothing was saved" in err


def stop_after(function, times: int):
    """The function, interrupted after so many calls."""
    calls = []

    def wrapped(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) > times:
            raise KeyboardInterrupt
        return function(*arguments)

    return wrapped
