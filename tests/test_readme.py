"""What the front page shows works as shown."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

import sim
from sim.cli import app

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_scenario_of_the_front_page() -> None:
    """The file shown loads, and adds a policy to the baseline."""
    (block,) = re.findall(r"```toml\n(.*?)```", README, flags=re.S)
    mine = sim.load(tomllib.loads(block))
    assert set(mine.policies) - set(sim.load("baseline").policies) == {"transit_levy"}


def test_commands_of_the_front_page() -> None:
    """Every `sim` command named there exists, and every option given with it."""
    known = get_command(app).commands  # type: ignore[attr-defined]
    used = re.findall(
        r"^(?:.*bin/)?sim (\w+)(.*)$", "\n".join(re.findall(r"```sh\n(.*?)```", README, flags=re.S)), re.M
    )
    used += re.findall(r"`sim (\w+)([^`]*)`", README)
    assert {name for name, _ in used} >= {"run", "check", "compare", "schema", "evidence", "list"}
    for name, rest in used:
        options = {option for parameter in known[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, name


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)", README))))
def test_links_of_the_front_page(target: str) -> None:
    """Every link leads somewhere."""
    assert target.startswith("https://") or (ROOT / target).exists()
