"""What the front page shows works as shown; its commands and links are held to what exists by `tests/test_pages.py`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import sim
from tests.test_pages import commands_in

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_scenario_of_the_front_page() -> None:
    """The file shown loads, and adds a policy to the baseline."""
    (block,) = re.findall(r"```toml\n(.*?)```", README, flags=re.S)
    mine = sim.load(tomllib.loads(block))
    assert set(mine.policies) - set(sim.load("baseline").policies) == {"transit_levy"}


def test_commands_of_the_front_page() -> None:
    """The main ones are shown."""
    assert {command.split()[1] for command in commands_in(README)} >= {
        *("run", "check", "compare", "schema", "evidence", "list"),
    }
