"""The page on own agents: its code runs, in order, in one session."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim
from sim.decisions.table import DECISIONS

PAGE = Path(sim.__file__).parent / "AGENTS.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Every block, without a warning of ours; what it prints is something."""
    session: dict[str, object] = {"__name__": "page"}
    assert len(BLOCKS) >= 8
    for number, block in enumerate(BLOCKS, start=1):
        exec(compile(block, f"{PAGE.name}, block {number}", "exec"), session)
        said = capsys.readouterr().out
        assert ("print(" not in block) or said.strip(), number


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_page_shows_every_decision(decision: str) -> None:
    """In the table and in a class that overrides it."""
    assert f"| `{decision}(" in PAGE.read_text(encoding="utf-8")
    assert any(f"def {decision}(self" in block for block in BLOCKS)
