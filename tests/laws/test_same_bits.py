"""Same seed, same run, bit for bit, however it is run."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sim.engine import Cancelled, Engine
from sim.scenario.model import Scenario
from sim.world.build import build
from tests.laws.common import POLICY_SERIES, Bits, bits, differences, run, small
from tests.worlds import small_world

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def once() -> Bits:
    """The small world, run once."""
    return bits(run(small(), 7))


def test_same_seed_same_bits(once: Bits) -> None:
    """Deliveries, ledger, nodes, waits, series, agents and unit accounts; and they are not empty."""
    assert differences(bits(run(small(), 7)), once) == []
    assert all(len(once[f"{part}.units"]) > 1000 for part in ("deliveries", "ledger"))


def test_one_world_can_be_run_twice(once: Bits) -> None:
    """The engine does not change the world it is given."""
    world = build(small(), 7)
    Engine(world).run()
    assert differences(bits(Engine(world).run()), once) == []


def test_another_seed_gives_another_run(once: Bits) -> None:
    """Otherwise the test above would say nothing."""
    assert {"deliveries.units", "ledger.unit_price", "series.unmet"} <= set(differences(bits(run(small(), 8)), once))


def test_seeds_above_32_bits_are_told_apart() -> None:
    """Both words of the key are used."""
    short = small().with_changes({"time.end": "2023-03-01"})
    low, high = run(short, 7), run(short, 7 + 2**32)
    assert "deliveries.units" in differences(bits(low), bits(high))
    assert len(run(short, 2**63 - 1).deliveries["units"]) > 100
    for bad in (-1, 2**63):
        with pytest.raises(ValueError, match=r"at least 0 and below 2\*\*63"):
            build(short, bad)


def test_step_by_step_equals_at_once(once: Bits) -> None:
    """Records asked for in the middle do not disturb the run, and are the beginning of the records at the end."""
    engine = Engine(build(small(), 7))
    while not engine.finished:
        engine.step()
        if engine.tick % 20 == 0:
            middle = engine.records()
            recorded = max(0, engine.tick - engine.world.calendar.burn_in)
            for name, array in middle.series.items():
                if name not in POLICY_SERIES:
                    then = once[f"series.{name}"][:recorded]
                    assert np.array_equal(array, then, equal_nan=array.dtype.kind == "f"), name
            rows = len(middle.deliveries["units"])
            assert np.array_equal(middle.deliveries["units"], once["deliveries.units"][:rows])
    assert differences(bits(engine.records()), once) == []


def test_a_cancelled_run_goes_on_where_it_stopped(once: Bits) -> None:
    """Cancelling is between two ticks and leaves nothing half done."""
    engine = Engine(build(small(), 7))
    with pytest.raises(Cancelled):
        engine.run(cancel=lambda: engine.tick == 33)
    assert engine.tick == 33
    assert differences(bits(engine.run()), once) == []


def test_two_threads_at_once_give_the_same_as_one(once: Bits) -> None:
    """Runs share nothing: four at once in two threads, two seeds."""
    other = bits(run(small(), 8))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda seed: bits(run(small(), seed)), (7, 8, 7, 8)))
    for result, expected in zip(found, (once, other, once, other), strict=True):
        assert differences(result, expected) == []


def test_the_ledger_disturbs_nothing(once: Bits) -> None:
    """Without the ledger all else is the same."""
    without = run(small(), 7, ledger=False)
    assert without.ledger is None
    assert differences(bits(without), {k: v for k, v in once.items() if not k.startswith("ledger.")}) == []


TINY = (18, 32)
"""Small random worlds in which parties are listed, goods seized and frozen, firms founded and closed."""


def fingerprint(scenario: Scenario, seed: int) -> str:
    """Hash of all bits of a run."""
    digest = hashlib.sha256()
    for name, array in sorted(bits(run(scenario, seed)).items()):
        digest.update(name.encode())
        digest.update(str(array.dtype.kind).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def tiny_fingerprints() -> list[str]:
    """Hashes of tiny worlds: printed by a subprocess, compared by the test."""
    from sim.scenario.loading import load

    return [fingerprint(load(small_world(number)), number) for number in TINY]


def test_compiled_and_plain_python_give_the_same_bits() -> None:
    """The kernels are plain Python too; overflow of 64-bit keys is meant, and must neither warn nor differ."""
    code = "from tests.laws.test_same_bits import tiny_fingerprints; print(*tiny_fingerprints())"
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", code],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == tiny_fingerprints()
