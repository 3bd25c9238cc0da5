"""A row of the table of volumes: a number of the evidence beside the model, and whether they agree."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.world.records import Records
from tests.evidence.observables import Fact

FACTOR = 3.0
"""Within this factor a number agrees."""


@dataclass(frozen=True)
class Run:
    """A run with what the tables need of it.

    Attributes:
        records: The run.
        book: Its true ledger with names.
        papers: Its customs ledger, with what the true one knows of the goods.
        stock: int32 (tick, agent, product), units held at the end of each recorded tick.
    """

    records: Records
    book: pd.DataFrame
    papers: pd.DataFrame
    stock: NDArray[np.int32]


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        fact: The fact, or volume.
        model: Its value in each run.
    """

    fact: Fact
    model: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean over runs."""
        return float(np.mean(self.model))

    @property
    def ratio(self) -> float:
        """Mean over the evidence, NaN where there is nothing to divide by."""
        return self.mean / self.fact.value if self.fact.value else float("nan")

    @property
    def agrees(self) -> bool:
        """Whether the mean agrees with the evidence within :data:`FACTOR`."""
        return 1.0 / FACTOR <= self.ratio <= FACTOR


def number(value: float) -> str:
    """A number for a table, three digits, thousands with a comma.

    Example:
        >>> number(14500000.0), number(0.4812), number(37.44), number(0.0)
        ('14,500,000', '0.481', '37.4', '0')
    """
    if not math.isfinite(value):
        return "none"
    if value == 0.0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    rounded = round(value, 2 - exponent)
    return f"{rounded:,.{min(4, max(0, 2 - exponent))}f}"


def line(row: Row) -> str:
    """A row as Markdown."""
    spread = f"{number(min(row.model))} – {number(max(row.model))}"
    ratio = number(row.ratio)
    verdict = "yes" if row.agrees else "**no**"
    cells = (
        row.fact.id,
        row.fact.text,
        row.fact.unit,
        number(row.fact.value),
        number(row.mean),
        spread,
        ratio,
        verdict,
    )
    return "| " + " | ".join(cells) + " |"


HEAD = (
    "| id | fact | unit | evidence | model | over seeds | model ÷ evidence | within a factor of three |\n"
    "|---|---|---|---|---|---|---|---|"
)


def mean(values: Iterable[float]) -> str:
    """Mean of values with their range."""
    found = list(values)
    return f"{np.mean(found):.2f} ({min(found):.2f} – {max(found):.2f})"
