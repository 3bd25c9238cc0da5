"""Results in a notebook: what the command prints, as HTML."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from sim.experiments.comparison import CompareResult
from sim.experiments.results import RunResult
from sim.report.comparison import compare_tables
from sim.report.tables import print_warnings, tables

WIDTH = 160
"""Letters in a line; a notebook scrolls sideways where that is too much."""
FRAME = (
    '<pre style="white-space:pre;overflow-x:auto;line-height:normal;'
    "font-family:Menlo,'DejaVu Sans Mono',consolas,'Courier New',monospace\">{code}</pre>"
)
"""What stands around the text. No colours of its own: notebooks may be dark."""


def html(result: RunResult | CompareResult) -> str:
    """Tables and warnings of a result.

    Args:
        result: The result.

    Returns:
        What `sim run` or `sim compare` prints of it.
    """
    console = Console(file=StringIO(), record=True, width=WIDTH, force_jupyter=False, legacy_windows=False)
    for part in tables(result) if isinstance(result, RunResult) else compare_tables(result):
        console.print(part)
    print_warnings(result, console)
    return console.export_html(inline_styles=True, code_format=FRAME)
