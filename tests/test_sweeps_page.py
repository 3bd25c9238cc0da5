"""The page on sweeps: its code runs, in order, in one session, and its commands exist."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from typer.main import get_command

import sim
from sim.cli import app
from sim.sweeps.designs import DESIGNS

PAGE = (Path(sim.__file__).parent / "SWEEPS.md").read_text(encoding="utf-8")


def test_the_page_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block of Python, and what it prints is something.

    As on one processor: to start processes for each of its small sweeps takes longer than to make them.
    """
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    session: dict[str, object] = {"__name__": "page"}
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 5
    for number, block in enumerate(blocks, start=1):
        exec(compile(block, f"SWEEPS.md, block {number}", "exec"), session)
        assert capsys.readouterr().out.strip(), number


def test_its_commands_exist() -> None:
    """With every option."""
    known = get_command(app).commands  # type: ignore[attr-defined]
    used = re.findall(r"^sim (\w+)(.*)$", PAGE, re.MULTILINE)
    assert {name for name, _ in used} == {"sweep", "sensitivity", "discover"}
    options = {name: {o for parameter in known[name].params for o in parameter.opts} for name, _ in used}
    for name, rest in used:
        assert set(re.findall(r"--[a-z-]+", rest)) <= options[name]
    told = set(re.findall(r"`(--[a-z-]+)", PAGE))
    assert told <= set().union(*options.values())


def test_its_scenario_loads_and_every_design_is_told() -> None:
    import tomllib

    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.S)
    entries = tomllib.loads(block)
    found = sim.load({"extends": "baseline", **entries})
    assert sim.Space.of(found, ["kz_mark_up", "checks"]).names == ("kz_mark_up", "checks")
    assert all(f"| `{name}` |" in PAGE for name in DESIGNS)
