"""What a sweep will cost, and what it did."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.sweeps.cost import LEAST_BATCHES, duration, size
from sim.sweeps.errors import SweepError
from tests.sweeps.common import FEW, made, short


def test_counts_are_those_of_the_sweep(tmp_path: Path) -> None:
    said: list[str] = []
    found = made("sobol", 4, over=["uncertain", "ban"], out=tmp_path / "a", told=said.append)
    cost = found.manifest["cost"]
    assert (cost["draws"], cost["runs"], cost["twins"]) == (20, 40, 32)
    assert said[0].startswith("20 draws × 2 seeds = 40 runs and 32 twins: about ")
    session = found.manifest["sessions"][0]
    assert (session["runs"], session["simulations"]) == (40, 72)
    assert 0 < session["engine_seconds"] + session["build_seconds"] < session["work_seconds"]
    assert cost["batch_runs"] <= 40 / LEAST_BATCHES + 1


def test_room_is_of_the_right_size(tmp_path: Path) -> None:
    """Within a factor of four either way; how near the time comes is told by benchmarks, not by a test."""
    found = made("lhs", 20, out=tmp_path / "a")
    cost = found.manifest["cost"]
    used = sum(path.stat().st_size for path in (tmp_path / "a").rglob("part-*"))
    assert 0.25 < used / 1e6 / cost["megabytes"] < 4


def test_only_an_estimate() -> None:
    cost = sim.sweep_cost(short(), "grid", 3, over=["levers"], seeds=1, measures=FEW, workers=2)
    assert (cost.draws, cost.runs, cost.twins, cost.workers) == (9, 9, 3, 2)
    assert "9 draws × 1 seed = 9 runs and 3 twins" in str(cost) and "2 workers" in str(cost)
    with pytest.raises(SweepError):
        sim.sweep_cost(short(), "grid", 3, over=["leversx"])


def test_words() -> None:
    assert [duration(each) for each in (0, 89, 90, 7199, 7200, 200_000)] == [
        "1 s", "89 s", "2 min", "2 h 0 min", "2 h 0 min", "55 h 33 min"
    ]  # fmt: skip
    assert size(0.1) == "under 1 MB" and size(2500) == "2.5 GB"
