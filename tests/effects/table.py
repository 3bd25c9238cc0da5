"""Runs the rows over paired seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.engine import Engine
from sim.scenario.loading import load
from sim.scenario.model import Scenario
from sim.world.build import build
from sim.world.records import ACCOUNTS, COUNTERS, Records
from tests.effects.rows import Changes, Row

CONFIDENCE = 0.95
STILL_SEEDS = 2
"""Seeds for which outcomes that must not move are compared, in every tick and to the last bit."""


def outcomes(records: Records, first: int) -> dict[str, float]:
    """What the table looks at, from a recorded tick on; units, US dollars, ratios to reference prices, weeks."""
    world = records.world
    found: dict[str, float] = {}
    rows = records.deliveries
    late = rows["tick"] >= first
    home = world.groups.home_side[world.agents.group[records.nodes["maker"][rows["node"]]]]
    foreign = home != rows["side"]
    reference = world.reference_price[rows["product"]] * rows["units"]
    waits = records.waits
    for s, side in enumerate(world.names.sides):
        mine = late & foreign & (rows["side"] == s)
        found[f"delivered {side}"] = float(rows["units"][mine].sum())
        worth = float(reference[mine].sum())
        found[f"price {side}"] = float(rows["value"][mine].sum()) / worth if worth > 0.0 else np.nan
        done = (waits["tick"] >= first) & (waits["side"] == s) & ~waits["censored"]
        weeks = (waits["tick"] - waits["since"])[done] * world.calendar.weeks_per_tick
        found[f"wait {side}"] = float(np.average(weeks, weights=waits["units"][done])) if done.any() else np.nan
    counters = records.series["counters"][first:].sum(axis=0)
    for name in ("seizures", "listings", "inherited_links", "evading", "contracts_ended", "statements_signed"):
        found[name.replace("_", " ").replace("seizures", "seized")] = float(counters[COUNTERS.index(name)])
    accounts = records.series["accounts"][first:].sum(axis=0)
    for name in ("levies", "facilitation", "fees"):
        found[name] = float(accounts[ACCOUNTS.index(name)])
    return found


def run(scenario: Scenario, seed: int) -> Records:
    """One run, without its ledger."""
    return Engine(build(scenario, seed), ledger=False).run()


@dataclass(frozen=True)
class Effect:
    """What a row did.

    Attributes:
        row: The row.
        base, difference: By outcome, mean without it, and mean paired difference.
        half: By outcome, half-width of the interval of the difference.
        still: Greatest absolute difference of a series that must not move.
    """

    row: Row
    base: dict[str, float]
    difference: dict[str, float]
    half: dict[str, float]
    still: float

    def moved(self, outcome: str) -> int:
        """Sign of a difference whose interval excludes 0, else 0."""
        difference, half = self.difference[outcome], self.half[outcome]
        return int(np.sign(difference)) if abs(difference) > half else 0


def effects(scenario: str, rows: Iterable[Row], seeds: int, *, end: str, first: int, before: int) -> list[Effect]:
    """Runs all rows.

    Args:
        scenario: Name of a scenario.
        rows: The rows.
        seeds: Paired seeds, at least 2.
        end: Last day of the runs.
        first: Recorded tick from which outcomes count.
        before: Recorded ticks before any announcement.

    Returns:
        One effect a row.
    """
    plain = load(scenario).with_changes({"time.end": end})
    scenarios: dict[str, Scenario] = {}
    runs: dict[tuple[str, int], Records] = {}

    def of(changes: Changes, seed: int) -> Records:
        name = repr(sorted(changes.items()))
        if name not in scenarios:
            scenarios[name] = plain.with_changes(changes)
        if (name, seed) not in runs:
            runs[name, seed] = run(scenarios[name], seed)
        return runs[name, seed]

    def run_of(changes: Changes, seed: int) -> Records:
        name = repr(sorted(changes.items()))
        if name not in scenarios:
            scenarios[name] = plain.with_changes(changes)
        return run(scenarios[name], seed)

    def pairs(row: Row, seed: int) -> tuple[dict[str, float], dict[str, float], float]:
        base, on = of(row.base, seed), run_of({**row.base, **row.on}, seed)
        still = 0.0
        if row.still is None:
            still = _gap(base, on, before)
        elif seed <= STILL_SEEDS:
            still = _gap(of(row.still, seed), run_of({**row.still, **row.on}, seed), None)
        return outcomes(base, first), outcomes(on, first), still

    found = []
    with ThreadPoolExecutor(2) as threads:
        for row in rows:
            done = list(threads.map(lambda seed, row=row: pairs(row, seed), range(1, seeds + 1)))  # type: ignore[misc]
            found.append(_effect(row, done))
    return found


def _effect(row: Row, done: Sequence[tuple[dict[str, float], dict[str, float], float]]) -> Effect:
    """Means and intervals of paired differences (Student's t)."""
    base = {name: np.array([each[0][name] for each in done]) for name in done[0][0]}
    difference = {name: np.array([each[1][name] - each[0][name] for each in done]) for name in base}
    quantile = float(stats.t.ppf(0.5 + CONFIDENCE / 2.0, len(done) - 1))
    return Effect(
        row,
        {name: float(values.mean()) for name, values in base.items()},
        {name: float(values.mean()) for name, values in difference.items()},
        {
            name: quantile * float(values.std(ddof=1)) / float(np.sqrt(len(values)))
            for name, values in difference.items()
        },
        max(each[2] for each in done),
    )


def _gap(one: Records, other: Records, ticks: int | None) -> float:
    """Greatest absolute difference of what is delivered, asked and held, in the first ticks or in all."""
    names = ("delivered", "ordered", "refused", "ask", "trader_stock", "stock")
    gaps = [
        np.nanmax(np.abs(np.asarray(one.series[name][:ticks], float) - np.asarray(other.series[name][:ticks], float)))
        for name in names
    ]
    return float(max(gaps))
