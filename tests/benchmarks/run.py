"""Measures speed as ratios and prints a Markdown table: `python -m tests.benchmarks.run [--quick]`."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.columns import World
from tests.benchmarks import measure
from tests.oracle.model import OracleModel

ROUNDS, QUICK_ROUNDS = 5, 3
COMMANDS, QUICK_COMMANDS = 3, 1
"""How often the command line is timed."""
OWN_GROUP = "eu_resellers"
"""Traders of several products, who decide for themselves."""
ORACLE_TICKS, QUICK_ORACLE_TICKS = 52, 26


@dataclass
class Row:
    """One row of the table.

    Attributes:
        what: What is compared.
        goal: What to reach; empty where there is no goal.
        digits: Digits behind the point.
        unit: After the number.
        values: One a round.
    """

    what: str
    goal: str
    digits: int = 2
    unit: str = ""
    values: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.values:
            return f"| {self.what} | – | – | – | {self.goal} | 0 |"
        middle = statistics.median(self.values)
        low, high = middle, middle
        if len(self.values) > 1:
            low, _, high = statistics.quantiles(self.values, n=4, method="inclusive")
        cells = " | ".join(f"{number:.{self.digits}f}{self.unit}" for number in (middle, low, high))
        return f"| {self.what} | {cells} | {self.goal} | {len(self.values)} |"


def rows() -> dict[str, Row]:
    """The rows, empty."""
    return {
        "c": Row("engine / bare C loop", "≤ 12"),
        "oracle": Row("Mesa oracle / engine, same ticks", "≥ 50", 1),
        "ledger": Row("ledger on / off", "≤ 1.2", 3),
        "share": Row("share of a run spent checking accounts", "≤ 2%", 2, "%"),
        "check": Row("accounts checked / not checked", "≤ 1.02", 3),
        "threads": Row("two runs: one thread / two threads, by the clock", "≥ 1.85"),
        "control": Row("the same, one thread / two processes: what the machine gave", "", 2),
        "price": Row("own agents: ms for 150 ask prices", "≤ 0.7", 2),
        "premium": Row("own agents: ms for 150 premiums", "", 2),
        "ns": Row("engine, ns a link and tick", "", 0),
        "run": Row("engine, CPU s a run", "", 3),
        "first": Row("`sim run baseline`: s to the first table", "", 1),
        "all": Row("`sim run baseline`: s for 20 pairs of runs", "", 1),
    }


def one_round(world: World, program: Path, ticks: int, table: dict[str, Row]) -> None:
    """Measures everything but the command line once.

    Args:
        world: The baseline world.
        program: The compiled C loop.
        ticks: Ticks of the oracle.
        table: Rows, each grows by a value.
    """
    # What is compared stands on both sides of what it is compared with, so that a drift of the machine cancels.
    before = measure.yardstick(program, world)
    plain = measure.engine_run(world)
    after = measure.yardstick(program, world)
    table["c"].values.append(2.0 * plain / (before + after))
    table["run"].values.append(plain)
    table["ns"].values.append(1e9 * plain / (len(world.links.seller) * world.calendar.ticks))

    without = measure.engine_run(world, ledger=False)
    again = measure.engine_run(world)
    unchecked = measure.engine_run(world, check=False)
    last = measure.engine_run(world)
    table["ledger"].values.append(0.5 * (plain + again) / without)
    table["check"].values.append(0.5 * (again + last) / unchecked)
    table["share"].values.append(100.0 * measure.check_share(world))

    first = measure.first_ticks(Engine(world), ticks)
    oracle = measure.first_ticks(OracleModel(world), ticks)
    second = measure.first_ticks(Engine(world), ticks)
    table["oracle"].values.append(2.0 * oracle / (first + second))

    for name, decision in (("price", "ask_price"), ("premium", "premium")):
        table[name].values.append(measure.own_agents(world, decision, OWN_GROUP))

    alone = measure.two_runs(world, 1)
    together = measure.two_runs(world, 2)
    table["threads"].values.append(alone / together)
    table["control"].values.append(alone / measure.two_processes(world))


def main() -> int:
    """Prints the table.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, fewer ticks of the oracle")
    quick = parser.parse_args().quick
    rounds = QUICK_ROUNDS if quick else ROUNDS
    ticks = QUICK_ORACLE_TICKS if quick else ORACLE_TICKS
    world = build(load("baseline"), seed=1)
    table = rows()
    with tempfile.TemporaryDirectory() as folder:
        program = measure.compile_yardstick(Path(folder))
        # Compiles or loads all kernels; not measured.
        measure.engine_run(world)
        measure.first_ticks(OracleModel(world), 2)
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            one_round(world, program, ticks, table)
    for _ in range(QUICK_COMMANDS if quick else COMMANDS):
        first, every = measure.command("run", "baseline")
        table["first"].values.append(first)
        table["all"].values.append(every)
    print("| what | median | lower quartile | upper quartile | goal | rounds |\n|---|---|---|---|---|---|")
    for row in table.values():
        print(row)
    load_average = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    print(
        f"\nBaseline, seed 1: {len(world.agents.key)} agents (slots included), {len(world.links.seller)} links at the "
        f"start, {world.calendar.ticks} ticks; {ticks} ticks for the oracle.\n"
        f"{os.cpu_count()} processors ({platform.processor() or platform.machine()}), load {load_average}; "
        f"Python {platform.python_version()}; {measure.compiler_version()}, {' '.join(measure.FLAGS)}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
