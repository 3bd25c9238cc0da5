"""The table of faults fits the sources, and some of the faults, others each day, are caught."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.faults.run import try_fault
from tests.faults.table import ROOT, Fault, WrongTextError, copy, faults, faulty

A_DAY = 3
"""Faults tried in one run of the test suite; `python -m tests.faults.run` tries all."""
STAGES = (
    "1 regulate", "2 produce", "3 use", "4 plan", "5 quote", "6 order", "7 clear", "8 ship", "9 receive", "10 learn",
    "world", "declare", "draws", "lots", "paths", "accounts",
)  # fmt: skip


def todays() -> list[Fault]:
    """Some of the faults that a small world is known to catch, others every day."""
    quick = [fault for fault in faults() if fault.world is not None and not fault.law]
    first = A_DAY * date.today().toordinal()
    return [quick[(first + i) % len(quick)] for i in range(A_DAY)]


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.id)
def test_a_fault_changes_one_line(fault: Fault) -> None:
    """Its line is in the source exactly once."""
    right = (ROOT / fault.file).read_text(encoding="utf-8")
    wrong = faulty(fault, right)
    pairs = zip(right.splitlines(), wrong.splitlines(), strict=True)
    assert sum(a != b for a, b in pairs) == 1
    compile(wrong, fault.file, "exec")


def test_faults_are_spread_over_all_stages() -> None:
    """At least 32, and one in each stage."""
    found = faults()
    assert len(found) >= 32
    assert set(STAGES) <= {fault.stage for fault in found}


def test_a_line_that_is_not_there_is_an_error() -> None:
    """None, or two."""
    fault = Fault("x", "1", "x.py", before="a = 1", after="a = 2", seen="")
    assert faulty(fault, "def f():\n    a = 1\n") == "def f():\n    a = 2\n"
    for text in ("b = 1\n", "a = 1\na = 1\n"):
        with pytest.raises(WrongTextError, match=r"x: [02] lines"):
            faulty(fault, text)


def test_some_faults_are_caught(tmp_path: Path) -> None:
    """Each alone, in a copy of the package, by the small world that is known to catch it."""
    copy(tmp_path)
    missed = [fault.id for fault in todays() if not try_fault(tmp_path, fault, (), deep=False).by]
    assert missed == []
