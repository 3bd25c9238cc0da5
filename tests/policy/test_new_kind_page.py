"""The page on a new kind of policy: its files and changes, made in a copy of the package, and most of its commands."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.policy import KINDS as POLICIES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "sim/policy/README.md").read_text(encoding="utf-8")
FOLDERS = ("sim", "scenarios", "seeds", "tests")
"""What a clone needs of the repository for the commands below."""


def blocks(language: str) -> list[str]:
    """Blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.S | re.M)


pytestmark = pytest.mark.skipif("customs_clearance" in POLICIES, reason="the page has been followed here")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with every file that the page shows, and every change."""
    root = tmp_path_factory.mktemp("clone")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__", "*.png"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for language in ("python", "toml"):
        for block in blocks(language):
            first, _, rest = block.partition("\n")
            (root / first.removeprefix("# ")).write_text(rest, encoding="utf-8", newline="\n")
    for block in blocks("diff"):
        subprocess.run(["git", "apply", "--recount", "-C1", "-"], input=block, text=True, check=True, cwd=root)
    return root


def python(clone: Path, *arguments: str) -> str:
    """What a module of the copy prints."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=clone,
        env={**os.environ, "PYTHONPATH": str(clone), "COLUMNS": "160", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_the_format_knows_it_and_the_scenario_is_right(clone: Path) -> None:
    """`sim schema` and `sim check`, as the page says."""
    assert "US dollars a unit" in python(clone, "sim", "schema", "policies.customs_clearance")
    assert "nothing wrong" in python(clone, "sim", "check", "clearance.toml")


def test_ruff_finds_nothing(clone: Path) -> None:
    """In the files of the page, and in those that it changes."""
    python(clone, "ruff", "check", "sim/policy", "tests/policy", "tests/oracle", "tests/effects", "tests/tick")
    python(
        clone, "ruff", "format", "--check", "sim/policy", "tests/policy", "tests/oracle", "tests/effects", "tests/tick"
    )


def test_it_runs_in_a_comparison(clone: Path) -> None:
    """`sim compare`, with fewer seeds than on the page, ends well and prints a document."""
    shown = python(
        clone, "sim", "compare", "clearance.toml", "--set", "policies.clearance.enabled=false", "--runs", "2",
        "--parts", "0", "--json",
    )  # fmt: skip
    assert "clearance" in json.dumps(json.loads(shown))


def test_engine_and_oracle_agree_and_no_test_has_forgotten_it(clone: Path) -> None:
    """The new test, and those tests that go through every kind and are quick."""
    told = python(
        clone, "pytest", "-q", "-p", "no:cacheprovider", "tests/policy/test_customs_clearance.py",
        "tests/policy/test_pairs.py::test_there_is_a_policy_of_every_kind",
        "tests/tick/test_every_parameter.py::test_no_parameter_is_forgotten",
        "tests/effects/test_effects.py::test_no_kind_is_forgotten",
        "tests/policy/test_tables.py", "tests/tick/test_every_parameter.py", "-k",
        "agree or hold or every_kind or forgotten or customs_clearance or hunt or pool",
    )  # fmt: skip
    assert re.search(r"\.{6}", told), told


def test_the_reference_takes_it_in(clone: Path) -> None:
    """`python -m tests.reference --update` writes a section."""
    python(clone, "tests.reference", "--update")
    written = (clone / "sim/reference/policies.md").read_text(encoding="utf-8")
    assert "## customs_clearance" in written
    assert "| `opened` | `0` |" in written
