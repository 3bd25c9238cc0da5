"""Simulations that share their beginning leave the same bits as each alone."""

from __future__ import annotations

from contextlib import closing

import pytest

from sim.experiments.jobs import Bundle, Job, Setting, families, simulate_all
from tests.laws.common import bits, differences, run, small


def bundles() -> list[Bundle]:
    """A pair for each of two seeds, and the first seed without each policy in turn."""
    scenario = small()
    every = tuple(scenario.policies)
    pairs = [
        Bundle(
            "pair",
            seed,
            {
                "run": Job(Setting(scenario), seed, seed, ledger=seed == 1),
                "twin": Job(Setting(scenario, every), seed, seed),
            },
        )
        for seed in (1, 2)
    ]
    parts = [Bundle("part", 1, {"run": Job(Setting(scenario, (name,)), 1, 1)}, (name,)) for name in every]
    return pairs + parts


def test_a_family_is_led_by_the_run_that_keeps_its_policies_longest() -> None:
    """Pairs first, the run before its twin; then the parts of the first seed, the latest policy first."""
    found = families(bundles())
    assert [[(job.seed, len(job.setting.without)) for job in family] for family in found[:2]] == [
        [(1, 0), (1, len(small().policies))],
        [(2, 0), (2, len(small().policies))],
    ]
    days = [job.setting.alike_until for job in found[2]]
    assert len(days) == len(small().policies)
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("workers", [1, 3])
def test_forked_runs_are_those_of_fresh_engines(workers: int) -> None:
    """Every run of every bundle, bit by bit, on one thread and on several; a ledger only where it is wanted."""
    told = []
    with closing(simulate_all(bundles(), workers, lambda: told.append(1))) as finished:
        found = list(finished)
    assert len(found) == len(bundles())
    assert len(told) == 4 + len(small().policies)
    for bundle, made in found:
        for role, job in bundle.jobs.items():
            fresh = run(small(), job.seed, ledger=job.ledger, without=job.setting.without)
            assert (made[role].ledger is not None) == job.ledger
            assert differences(bits(made[role]), bits(fresh)) == []
