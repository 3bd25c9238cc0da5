"""What a sweep came to, in lines for the terminal and for a notebook."""

from __future__ import annotations

import html
from collections.abc import Iterator

from sim.declare.errors import listed
from sim.sweeps.simulate import FAILED
from sim.sweeps.stored import Sweep

SHOWN = 5
"""Different errors of failed runs that are shown."""


def sweep_lines(sweep: Sweep) -> Iterator[str]:
    """A sweep in a few lines: how much is there, what failed and why, where it is.

    Args:
        sweep: The sweep.

    Yields:
        Lines.
    """
    known = sweep.manifest
    yield (
        f"{known['runs_done']:,} of {known['runs']:,} runs done: {known['draws']:,} draws ({known['design']['kind']}) "
        f"of {len(sweep.space.factors)} factors, seeds {listed(map(str, sweep.seeds), 8)}."
    )
    if known["runs_failed"]:
        failed = sweep.runs[sweep.runs["status"] == FAILED]
        yield f"{known['runs_failed']:,} runs failed:"
        for error, count in failed["error"].value_counts().head(SHOWN).items():
            first = failed[failed["error"] == error].iloc[0]
            yield f"  {count:,} times, first in draw {first['draw']} with seed {first['seed']}: {error}"
    if sweep.kept:
        yield f"Written to {sweep.folder}."


def sweep_html(sweep: Sweep) -> str:
    """The same for a notebook.

    Args:
        sweep: The sweep.
    """
    return "<br>".join(html.escape(line) for line in sweep_lines(sweep))
