"""What the measures are, as text."""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import TYPE_CHECKING

from sim.declare.errors import Problem, ScenarioError, listed, nearest

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 100
"""Columns of the text."""

_TICKS = {
    "sum": "summed",
    "ratio of sums": "ratio of sums",
    "difference of sums": "difference of sums",
    "once": "one number a run",
}
"""How a measure is taken over ticks and products, where the declared word needs others."""


def definitions_text(path: str = "measures") -> str:
    """What `sim schema measures` prints.

    Args:
        path: ``"measures"``, or ``"measures.ID"`` for one of them.

    Returns:
        Of each measure its label, id, unit, what it is, how it is taken over ticks, products and runs, whether it
        compares with the twin, and when it is undefined.

    Raises:
        ScenarioError: S305 if there is no measure of a name.

    Example:
        >>> print(definitions_text("measures.denied").splitlines()[0])
        denied share: denied (share)
    """
    frame = _chosen(path)
    rows = [_measure(str(key), row) for key, row in frame.iterrows()]
    if "." in path:
        return rows[0]
    intro = (
        "Measures, as in the column `measure` of a result. A share is printed in per cent. "
        "One of them: sim schema measures.denied. In Python: sim.definitions()."
    )
    return "\n\n".join([textwrap.fill(intro, WIDTH), *rows])


def definition_rows(path: str = "measures") -> pd.DataFrame:
    """The same for programs.

    Args:
        path: ``"measures"``, or ``"measures.ID"`` for one of them.

    Returns:
        As :func:`sim.measures.frame.definitions`, with the id as a column.

    Raises:
        ScenarioError: S305 if there is no measure of a name.
    """
    return _chosen(path).rename_axis("measure").reset_index()


def _chosen(path: str) -> pd.DataFrame:
    """Definitions of all measures, or of the one named."""
    from sim.measures.frame import definitions

    _, _, word = path.partition(".")
    frame = definitions()
    if word and word not in frame.index:
        close = nearest(word, frame.index)
        better = f"measures.{close}" if close else ""
        message = f"There is no measure `{word}`."
        todo = "Name a measure, or take `sim schema measures` for all of them."
        allowed = listed(frame.index, 60)
        raise ScenarioError(
            [Problem("S305", message, path=path, value=word, allowed=allowed, nearest=better, todo=todo)]
        )
    return frame.loc[[word]] if word else frame


def _measure(key: str, row: pd.Series) -> str:
    """One measure."""
    from sim.experiments.differences import OWN_DATES

    window = "one of its own" if key in OWN_DATES else "the whole record, or the dates asked for"
    over = _TICKS.get(row["aggregation"], row["aggregation"])
    lines = [
        *inspect.cleandoc(row["description"]).replace("``", "`").split("\n\n"),
        f"Window: {window}.",
        f"Over ticks and products: {over}. Over runs: {row['over_runs']}.",
        "Needs the twin." if row["compares"] else "",
        f"Undefined where: {row['undefined']}." if row["undefined"] else "Never undefined.",
    ]
    head = f"{row['label']}: {key} ({row['unit']})" if row["unit"] not in ("", "1") else f"{row['label']}: {key}"
    return "\n".join([head, *(_wrapped(line) for line in lines if line)])


def _wrapped(text: str) -> str:
    """A paragraph in indented lines."""
    text = re.sub(r"\s+", " ", text)
    return textwrap.fill(text, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
