"""The baseline beside volumes and events: `python -m tests.evidence.beside [--seeds 4]` prints Markdown tables.

The facts themselves are held against the model by `sim validate`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

import numpy as np

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import COUNTERS
from tests.evidence import observables as obs
from tests.evidence.controls import controls_facts
from tests.evidence.events import controls_table, exit_table
from tests.evidence.groups import CONTROLS, EXIT
from tests.evidence.rows import HEAD, Run, line, mean
from tests.evidence.volumes import volume_rows


def at_ceiling(run: Run) -> float:
    """Share of trades at a ceiling."""
    sums = run.records.series["counters"].sum(axis=0)
    return float(sums[COUNTERS.index("trades_at_ceiling")] / sums[COUNTERS.index("trades")])


def papers_lines(runs: Sequence[Run]) -> list[str]:
    """What D25 says of papers, in the runs: vague records, and units sent on papers that hide what or how much."""
    lines = [f"Records under a vague heading, per cent: {mean(100.0 * obs.vague_share(run.papers) for run in runs)}."]
    for what, kind in (("vague papers", "vague_description"), ("papers that understate", "understatement")):
        shares = []
        for run in runs:
            abroad = run.book[run.book["origin"].astype(str) != run.book["destination"].astype(str)]
            wanted = abroad["way"].isin(obs.ways_of_kind(run.records, kind))
            shares.append(100.0 * obs.share(abroad, wanted, by="units"))
        lines.append(f"Units sent abroad on {what}, per cent: {mean(shares)}.")
    return lines


def simulate(seeds: Iterable[int], off: Sequence[str] = (), name: str = "baseline") -> list[Run]:
    """Runs a scenario for several seeds.

    Args:
        seeds: Seeds.
        off: Policies left out.
        name: The scenario.
    """
    scenario = load(name)
    found = []
    for seed in seeds:
        engine, held = Engine(build(scenario, seed), without=tuple(off)), []
        while not engine.finished:
            engine.step()
            if engine.tick > engine.world.calendar.burn_in:
                held.append(engine.state.agents.stock.astype(np.int32))
        records = engine.records()
        book = obs.book(records)
        found.append(Run(records, book, obs.papers(records, book), np.array(held)))
    return found


def report(seeds: Sequence[int], name: str = "baseline") -> str:
    """All tables as Markdown.

    Args:
        seeds: Seeds.
        name: The scenario.
    """
    runs = simulate(seeds, name=name)
    lines = [
        "### Volumes",
        "",
        HEAD,
        *map(line, volume_rows(runs)),
    ]
    lines += ["", "### The leader's exit", "", *exit_table(runs, simulate(seeds, EXIT, name))]
    uncontrolled = simulate(seeds, CONTROLS, name)
    lines += ["", "### The Chinese controls of 2023", "", *controls_table(runs, uncontrolled)]
    lines += ["", "### The Chinese controls of 2023 beside D19, D20, D21 and D29", ""]
    lines += controls_facts(runs, uncontrolled)
    lines += ["", "### Papers (D25)", "", *papers_lines(runs)]
    lines += ["", f"Trades at a ceiling, per cent: {mean(100.0 * at_ceiling(run) for run in runs)}."]
    counts = {
        "Links at the start": [len(run.records.world.links.seller) for run in runs],
        "Rows of the true ledger": [len(run.book) for run in runs],
        "Rows of the customs ledger": [len(run.papers) for run in runs],
        "Path nodes": [len(run.records.nodes["parent"]) for run in runs],
    }
    lines += [f"{what}: {np.mean(found):,.0f} ({min(found):,} – {max(found):,})." for what, found in counts.items()]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description="The baseline beside the evidence.")
    parser.add_argument("--seeds", type=int, default=4, help="number of seeds, from 1 on")
    parser.add_argument("--scenario", default="baseline", help="name or file of a scenario")
    chosen = parser.parse_args(arguments)
    print(report(range(1, chosen.seeds + 1), chosen.scenario))


if __name__ == "__main__":
    main()
