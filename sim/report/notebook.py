"""Results in a notebook: what the command prints, as HTML."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, RenderableType

from sim.experiments.comparison import CompareResult
from sim.experiments.results import RunResult
from sim.experiments.tracing import Trace
from sim.report.comparison import compare_tables
from sim.report.tables import print_warnings, tables
from sim.report.tracing import trace_tables

WIDTH = 160
"""Letters in a line; a notebook scrolls sideways where that is too much."""
FRAME = (
    '<pre style="white-space:pre;overflow-x:auto;line-height:normal;'
    "font-family:Menlo,'DejaVu Sans Mono',consolas,'Courier New',monospace\">{code}</pre>"
)
"""What stands around the text. No colours of its own: notebooks may be dark."""


def html(result: RunResult | CompareResult | Trace) -> str:
    """Tables and warnings of a result.

    Args:
        result: The result.

    Returns:
        What `sim run`, `sim compare` or `sim trace` prints of it.
    """
    console = Console(file=StringIO(), record=True, width=WIDTH, force_jupyter=False, legacy_windows=False)
    for part in _tables(result):
        console.print(part)
    if not isinstance(result, Trace):
        print_warnings(result, console)
    return console.export_html(inline_styles=True, code_format=FRAME)


def _tables(result: RunResult | CompareResult | Trace) -> list[RenderableType]:
    """What the command prints."""
    if isinstance(result, Trace):
        return trace_tables(result)
    return tables(result) if isinstance(result, RunResult) else compare_tables(result)
