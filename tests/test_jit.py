"""The compiler's cache follows the sources, and a run needs no cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "sim"

ASK = """
import numpy as np
from sim import jit
from sim.tick.quote import ask_price
found = ask_price(100.0, 0.25)
hits = sum(getattr(ask_price, "stats").cache_hits.values())
print(found, hits, jit.CACHE_DIRECTORY)
"""
"""Calls a kernel made of a function of another module."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, to be edited."""
    shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def ask(folder: Path, cache: Path) -> tuple[float, int, str]:
    """The ask price by the package in a folder, hits of the cache, and where that is."""
    environment = os.environ | {"SIM_CACHE_DIR": str(cache), "PYTHONPATH": str(folder)}
    environment.pop("NUMBA_DISABLE_JIT", None)
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    value, hits, where = done.stdout.split()
    return float(value), int(hits), where


def test_an_edit_in_a_helper_changes_the_result(copy: Path) -> None:
    """Compiled once, then read from the cache; compiled anew when a constant in another module changes, and back."""
    cache = copy / "cache"
    assert ask(copy, cache)[:2] == (125.0, 0)
    value, hits, where = ask(copy, cache)
    assert (value, hits) == (125.0, 1)
    helper = copy / "sim" / "agents" / "intermediary.py"
    plain = helper.read_text()
    assert plain.count("return unit_cost * (1.0 + taken_mark_up)") == 1
    helper.write_text(
        plain.replace("return unit_cost * (1.0 + taken_mark_up)", "return unit_cost * (3.0 + taken_mark_up)")
    )
    value, hits, other = ask(copy, cache)
    assert (value, hits) == (325.0, 0)
    assert other != where
    helper.write_text(plain)
    assert ask(copy, cache) == (125.0, 1, where)


def test_a_package_elsewhere_takes_what_was_compiled(copy: Path) -> None:
    """The same sources in two places, written at two times, share one cache."""
    cache = copy / "cache"
    assert ask(copy, cache)[:2] == (125.0, 0)
    other = copy / "other"
    shutil.copytree(copy / "sim", other / "sim", copy_function=shutil.copyfile)
    assert ask(other, cache)[:2] == (125.0, 1)


def test_an_edit_of_a_constant_names_another_cache(copy: Path) -> None:
    """Kernels hold the value that a constant had when they were compiled."""
    before = ask(copy, copy / "cache")[2]
    module = copy / "sim" / "evasion" / "common.py"
    plain = module.read_text()
    assert plain.count("UNDECLARED = 0, 1, 2, 3") == 1
    module.write_text(plain.replace("UNDECLARED = 0, 1, 2, 3", "UNDECLARED = 0, 2, 1, 3"))
    assert ask(copy, copy / "cache")[2] != before


@pytest.mark.parametrize("how", ["a file", "below a file", "read-only"])
def test_without_a_cache_kernels_work_all_the_same(copy: Path, how: str) -> None:
    """Where nothing can be written, kernels are compiled in memory."""
    cache = copy / "cache"
    if how == "read-only":
        cache.mkdir(mode=0o555)
        if os.access(cache, os.W_OK):  # the superuser may write everywhere
            cache = Path("/proc/1/nowhere")
    else:
        cache.write_text("not a folder")
        cache = cache if how == "a file" else cache / "deeper"
    assert ask(copy, cache) == (125.0, 0, "None")


def test_unused_caches_are_deleted_after_30_days(copy: Path) -> None:
    """By the time of last use; fresh ones stay, and so does what is no cache."""
    cache = copy / "cache"
    for name, days in (("old", 31.0), ("young", 29.0)):
        (cache / name).mkdir(parents=True)
        (cache / name / "used").touch()
        os.utime(cache / name / "used", (time.time() - days * 86_400,) * 2)
    (cache / "other").mkdir()
    where = Path(ask(copy, cache)[2])
    assert {path.name for path in cache.iterdir()} == {"young", "other", where.name}
