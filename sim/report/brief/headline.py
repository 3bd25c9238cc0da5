"""The headline table: the main measures of each side, and of the run as a whole, with intervals and twins."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.experiments.comparison import CompareResult
from sim.experiments.precision import LEAST
from sim.experiments.results import RunResult
from sim.report import cells
from sim.report.brief.arms import Arm, sides_of
from sim.report.cells import Cell
from sim.report.tables import name_with_unit

SIDES = {
    "delivered": "Foreign-made units of the goods in scope that reached the side's users.",
    "denied": "The part of what came without the policies that did not come with them; below zero where more came.",
    "leakage": "Units that came against a law, a contract or a maker's own word, over all that came without policies.",
    "delay": "Half of what was needed came sooner than this, half later.",
    "premium": "What was paid over the reference prices; below zero where less was paid.",
    "cover": "How long the stock of those who fly lasts.",
    "unmet": "Units that those who fly lacked for what they had planned.",
    "collateral": "Units that civil users lacked more than without the policies.",
    "denied_per_dollar": "Units denied for each dollar that enforcement cost, all policies together.",
}
"""Measures of a side, in order, and what each is in plain words."""
WORLD = {
    "visibility_exporter": "The part of true crossings of borders that records of the states left show.",
    "visibility_importer": "The same of the states reached.",
    "seizures": "Pieces of consignments seized at borders.",
    "listings": "Firms listed by name.",
    "cost": "What the work of authorities cost, at the dollars a piece of work that the scenario states.",
}
"""Measures of the run as a whole, in order, and what each is in plain words."""


@dataclass(frozen=True)
class Line:
    """A row of a table: one measure in one arm.

    Attributes:
        measure: Id of the measure.
        label: Its name with its unit.
        meaning: What it is, in plain words.
        side: Side it is about; empty for the run as a whole.
        arm: Short title of the arm; empty where there is one arm.
        first: Whether it is the first row of its measure.
        last: Whether it is the last one.
        rows: Rows of the measure.
        value: Its value with its interval over runs.
        twin: Its mean in the twins.
        difference: Its difference from the first arm; None for the first arm itself.
    """

    measure: str
    label: str
    meaning: str
    side: str
    arm: str
    first: bool
    last: bool
    rows: int
    value: Cell
    twin: Cell
    difference: Cell | None


@dataclass(frozen=True)
class Block:
    """A table.

    Attributes:
        title: What it is about: a side, or the run as a whole.
        lines: Its rows.
    """

    title: str
    lines: list[Line]


def headline(result: RunResult | CompareResult, arms: list[Arm]) -> list[Block]:
    """The tables: one a side, one for the run as a whole.

    Args:
        result: The result.
        arms: Its arms.

    Returns:
        Tables; a measure that no arm has is left out.
    """
    apart = _apart(result, arms)
    blocks = [Block(title, _lines(SIDES, side, arms, apart)) for side, title in sides_of(arms).items()]
    blocks.append(Block("The run as a whole", _lines(WORLD, "", arms, apart)))
    return [block for block in blocks if block.lines]


def _apart(result: RunResult | CompareResult, arms: list[Arm]) -> pd.DataFrame:
    """Differences from the first arm, of whole sides."""
    if isinstance(result, RunResult):
        return pd.DataFrame()
    rows = result.differences
    return rows[(rows["against"] == arms[0].name) & (rows["product"] == "") & (rows["by"] == "")]


def _lines(measures: dict[str, str], side: str, arms: list[Arm], apart: pd.DataFrame) -> list[Line]:
    """Rows of one table."""
    found = []
    for measure, meaning in measures.items():
        own = [(arm, rows) for arm in arms if len(rows := arm.rows(measure, side))]
        for at, (arm, rows) in enumerate(own):
            difference = None
            if arm is not arms[0]:
                of = apart[(apart["arm"] == arm.name) & (apart["measure"] == measure) & (apart["side"] == side)]
                difference = cells.difference(of)
            title = arm.short if len(arms) > 1 else ""
            line = Line(
                measure, name_with_unit(measure), meaning, side, title, at == 0, at == len(own) - 1, len(own),
                cells.estimate(rows), cells.twin(rows), difference,
            )  # fmt: skip
            found.append(line)
    return found


def intervals_told(result: RunResult | CompareResult) -> list[str]:
    """What the intervals are, in sentences.

    Args:
        result: The result.
    """
    runs = len(result.seeds)
    if runs == 1:
        return ["There is one run, and so no interval: how far luck moves a number is not shown."]
    told = [
        f"A number is the mean over {runs} runs with different luck. Below it, in brackets, the range that holds the "
        "middle nine tenths of the runs: how runs differ, not how well the mean is known."
    ]
    if runs < LEAST:
        told.append(f"With {runs} runs that range is rough; {LEAST} or more are usual.")
    if isinstance(result, CompareResult):
        told.append(
            "A difference is taken run by run, each arm having the same luck. Its range is a 90% confidence interval "
            "of the mean difference; where it holds zero the table says so, and no difference can be told from luck. "
            "Differences of shares are in percentage points (pp)."
        )
    else:
        told.append(
            "The twin is the same run, with the same luck, without the policies. The denied share and the leakage are "
            "measured against it, run by run."
        )
    return told
