"""Under stationary demand and no policy the chain is calm: orders, prices and stocks neither swell nor drift."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import COUNTERS, Records
from tests.laws.chain import TIERS, USERS, chain

SEEDS = 12
T_11 = 4.437
"""Two-sided 0.1% critical value of Student's t with 11 degrees of freedom: some twenty series are watched at once."""
QUARTER = 13
"""Ticks over which series are averaged before a trend is fitted."""


class LongRun:
    """One seed of the chain over ten years, and what each agent orders and is ordered in every tick."""

    def __init__(self, seed: int) -> None:
        engine = Engine(build(load(chain(10)), seed))
        needs, asked = [], []
        while not engine.finished:
            engine.step()
            if engine.tick > engine.world.calendar.burn_in:
                needs.append(engine.state.agents.need[:, 0].copy())
                asked.append(engine.state.agents.ordered[:, 0].copy())
        self.records: Records = engine.records()
        self.needs, self.asked = np.array(needs, dtype=float), np.array(asked, dtype=float)
        self.group = engine.world.agents.group
        self.groups = engine.world.names.groups

    def ordered_by(self, *groups: str) -> np.ndarray:
        """Units a tick that agents of some groups want from their suppliers."""
        return self.needs[:, np.isin(self.group, [self.groups.index(g) for g in groups])].sum(axis=1)

    def row(self, group: str) -> int:
        """Row of a group."""
        return self.groups.index(group)


@pytest.fixture(scope="module")
def long() -> list[LongRun]:
    """Twelve seeds of ten years."""
    return [LongRun(seed) for seed in range(SEEDS)]


def test_the_chain_is_calm_enough_to_say_anything(long: list[LongRun]) -> None:
    """Ten years, all tiers trade, hardly anything is unmet, no firm closes, hardly a trade is at a ceiling."""
    for run in long:
        series = run.records.series
        counts = dict(zip(COUNTERS, series["counters"].sum(axis=0), strict=True))
        assert len(series["stock"]) in (521, 522)
        assert counts["closures"] == counts["seizures"] == counts["consignments_barred"] == 0
        assert counts["trades_at_ceiling"] < 0.1 * counts["trades"]
        assert series["unmet"].sum() < 0.01 * series["used"].sum()
        assert all((series["filled"][:, run.row(tier)].sum(axis=1) > 0).mean() > 0.99 for tier in TIERS)


def test_order_variance_at_most_doubles_per_tier(long: list[LongRun]) -> None:
    """Variance of what a tier orders over that of what it is asked for, mean of twelve seeds: at most 2.

    The tiers, from the bottom: users against what they use up, retailers, importers, exporters, and what makers
    build.
    """
    ratios = []
    for run in long:
        series = run.records.series
        flows = [series["used"].sum(axis=(1, 2)), run.ordered_by(*USERS)]
        flows += [run.ordered_by(tier) for tier in reversed(TIERS[1:])] + [series["produced"].sum(axis=(1, 2))]
        variances = np.array([np.var(flow) for flow in flows])
        ratios.append(variances[1:] / variances[:-1])
    tiers = ("users", *reversed(TIERS[1:]), "production")
    means = dict(zip(tiers, np.mean(ratios, axis=0).round(2).tolist(), strict=True))
    assert max(means.values()) <= 2.0, means


def test_order_variance_at_most_doubles_for_each_firm(long: list[LongRun]) -> None:
    """The same for single firms against the orders each receives: the median firm of a tier, mean of twelve seeds."""
    for tier in TIERS[1:]:
        medians = []
        for run in long:
            own = run.group == run.row(tier)
            received = run.asked[:, own].var(axis=0)
            medians.append(np.median(run.needs[:, own].var(axis=0)[received > 0.0] / received[received > 0.0]))
        assert np.mean(medians) <= 2.0, (tier, medians)


def test_order_variance_from_use_to_production(long: list[LongRun]) -> None:
    """Over the whole chain of five tiers: at most doubled for each, 32 times, mean of twelve seeds."""
    ratios = [
        np.var(r.records.series["produced"].sum(axis=(1, 2))) / np.var(r.records.series["used"].sum(axis=(1, 2)))
        for r in long
    ]
    assert np.mean(ratios) <= 2.0**5, ratios


def test_prices_settle_near_cost_plus_mark_ups(long: list[LongRun]) -> None:
    """What is paid at each tier in the last two years lies within a fifth of costs, freight and usual mark-ups."""
    scenario = long[0].records.world.scenario
    cost = scenario.groups["t1_makers"].production_cost.quantile(np.array([0.5]))[0] * 1000.0
    freight = {"t1_makers": 10.0, "t2_exporters": 30.0, "t3_importers": 10.0}
    for tier in TIERS:
        usual = scenario.groups[tier].mark_up.quantile(np.array([0.5]))[0]
        for run in long:
            ledger = run.records.ledger
            assert ledger is not None
            late = (run.group[ledger["seller"]] == run.row(tier)) & (ledger["tick"] >= len(run.needs) - 104)
            paid = np.average(ledger["unit_price"][late], weights=ledger["units"][late])
            assert 0.8 < paid / (cost * (1.0 + usual)) < 1.2, (tier, paid, cost * (1.0 + usual))
        cost = cost * (1.0 + usual) + freight.get(tier, 0.0)


def drift(values: np.ndarray) -> float:
    """Change over the whole time by least squares on quarterly means, as a share of the mean."""
    quarters = values[: len(values) // QUARTER * QUARTER].reshape(-1, QUARTER).mean(axis=1)
    time = np.arange(len(quarters)) - (len(quarters) - 1) / 2.0
    return float((time * quarters).sum() / (time**2).sum() * len(quarters) / quarters.mean())


def watched(run: LongRun) -> dict[str, np.ndarray]:
    """Series that must not drift."""
    series = run.records.series
    found = {
        "use": series["used"].sum(axis=(1, 2)),
        "users' stock": series["stock"].sum(axis=(1, 2)),
        "delivered": series["delivered"].sum(axis=(1, 2)),
        "production": series["produced"].sum(axis=(1, 2)),
        "cash": series["accounts"][:, -1],
    }
    for tier in TIERS:
        row = run.row(tier)
        found |= {
            f"{tier} ordered": series["ordered"][:, row, 0],
            f"{tier} stock": series["trader_stock"][:, row, 0],
            f"{tier} ask": series["ask"][:, row, 0],
            f"{tier} price over cost": 1.0 + series["mark_up"][:, row, 0],
        }
    return {name: np.asarray(values, dtype=float) for name, values in found.items()}


def test_nothing_drifts_over_ten_years(long: list[LongRun]) -> None:
    """Every trend over ten years, mean of twelve seeds: its 99.9% interval holds 0 and no change of a tenth.

    Rounding that converges for ever is no drift: half a percent is allowed beside the interval.
    """
    runs = [watched(run) for run in long]
    wrong = {}
    for name in runs[0]:
        trends = np.array([drift(run[name]) for run in runs])
        half = T_11 * trends.std(ddof=1) / np.sqrt(SEEDS)
        if abs(trends.mean()) - half > 0.005 or abs(trends.mean()) + half > 0.1:
            wrong[name] = f"{trends.mean():+.2%} ± {half:.2%}"
    assert wrong == {}
