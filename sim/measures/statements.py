"""End-use statements: how many were signed, and how false those are that sellers hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.measures.registry import Value, measure, ratio
from sim.measures.view import View
from sim.measures.window import Window
from sim.world.records import Columns

NO_STATEMENT = "no end-use statement passed"


def signed(rows: Columns, window: Window) -> Columns:
    """The statements signed in a window.

    Args:
        rows: Statements of a run, see :class:`sim.world.records.Records`.
        window: The window.
    """
    tick = rows["tick"].astype(np.int64)
    inside = (tick >= window.first) & (tick < window.after)
    return {name: column[inside] for name, column in rows.items()}


@measure("end-use statements", "statements", "sum", additive=True)
def statements(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """End-use statements that customers signed, those that did not pass included; also by policy."""
    names = run.records.world.names.policies
    count = np.bincount(signed(run.records.statements, window)["policy"].astype(np.int64), minlength=len(names))
    yield Value(float(count.sum()))
    for policy in np.flatnonzero(count):
        yield Value(float(count[policy]), by="policy", item=names[policy])


@measure("false in end-use statements", "share", "ratio of sums", undefined=NO_STATEMENT)
def false_statements(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Mean share that was false of the end-use statements that passed."""
    rows = signed(run.records.statements, window)
    passed = rows["passed"].astype(np.bool_)
    share, reason = ratio(float(rows["false"][passed].sum()), float(passed.sum()), NO_STATEMENT)
    yield Value(share, reason=reason)
