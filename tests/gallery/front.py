"""Writes the worked question of the front page, and its picture: ``python -m tests.gallery.front``.

The numbers are those that the command shown on the page prints; it takes about a minute.
"""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import pandas as pd

import sim
from sim.experiments.comparison import CompareResult
from sim.measures.registry import REGISTRY
from sim.report.numbers import number
from sim.scenario.shipped import scenarios_dir
from tests.gallery.__main__ import picture, signed

PAGE = Path(__file__).parents[2] / "README.md"
PLACE = re.compile(r"(<!-- question -->\n).*?(<!-- end -->)", re.DOTALL)
COMMAND = re.compile(r"^sim compare (\w+) --set (policies\.\S+)=false --runs (\d+) --out", re.M)
SHOWN = ("denied", "denied_after", "premium", "delivered")
"""Measures told of each side."""


def asked(page: str) -> tuple[str, str, int]:
    """The question as the page asks it: scenario, path that is false in the other arm, number of runs.

    Raises:
        ValueError: If the page has no such command.
    """
    found = COMMAND.search(page)
    if found is None:
        raise ValueError("the page has no command of a comparison with one value false")
    return found[1], found[2], int(found[3])


def answered(result: CompareResult) -> str:
    """The answer as Markdown: each side that is not civil, and civil users.

    Args:
        result: Two arms, with the policy first.
    """
    first = result.names[0]
    rows = result.differences
    rows = rows[(rows["against"] == first) & (rows["product"] == "") & (rows["by"] == "")]
    lines = [
        "| side | measure | with them | without them | difference [90% interval] |",
        "|---|---|---|---|---|",
    ]
    for side, about in result.arms[first].sides.items():
        for measure in () if about.civil else SHOWN:
            row = rows[(rows["side"] == side) & (rows["measure"] == measure)].iloc[0]
            lines.append(_line(about.title, row))
    lines.append(_line("civil users", rows[rows["measure"] == "collateral"].iloc[0]))
    return "\n".join(lines)


def _line(side: str, row: pd.Series) -> str:
    """A line of the table."""
    label = REGISTRY[row["measure"]].label
    with_them, without = (number(row[name], row["unit"]) for name in ("against_value", "value"))
    apart = signed(row["difference"], row["low"], row["high"], row["unit"])
    return f"| {side} | {label} | {with_them} | {without} | {apart} |"


def main() -> None:
    """Runs the question, and writes its answer and its picture."""
    mpl.use("Agg")
    page = PAGE.read_text(encoding="utf-8")
    scenario, path, runs = asked(page)
    result = sim.compare({"with them": scenario, "without them": sim.load(scenario, {path: False})}, runs=runs, parts=0)
    picture(result.plot.differences(measures=("denied", "premium")), scenarios_dir() / "pictures" / "question.png")
    block = answered(result)
    PAGE.write_text(PLACE.sub(lambda found: f"{found[1]}{block}\n{found[2]}", page), encoding="utf-8", newline="\n")
    print(block)


if __name__ == "__main__":
    main()
