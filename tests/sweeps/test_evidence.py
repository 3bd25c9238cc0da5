"""Sweeps in which each draw has luck of its own, and that are held against evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.declare.errors import EvidenceError
from sim.engine import Engine
from sim.observables.reading import chosen
from sim.observables.values import values
from sim.sweeps import designs, plan
from sim.sweeps.designs import unvaried
from sim.sweeps.errors import SweepError
from sim.sweeps.sweep import SHARES, sweep_cost
from sim.world.build import build
from tests.sweeps.common import made, rows, same_rows, short

ALL = short().restrictions
DRAWS = pd.DataFrame({"ru_demand": [0.75, 1.0, 1.5], "ban": [0.2, 0.2, 0.9]})


@given(st.integers(1, 12), st.integers(1, 3), st.integers(0, 50), st.booleans(), st.integers(1, 7))
def test_every_draw_has_seeds_of_its_own(draws: int, seeds: int, first: int, twins: bool, runs: int) -> None:
    """All seeds differ and follow one another, whatever the batches; no two draws share a twin."""
    design = unvaried(draws)
    wanted = tuple(range(first, first + seeds))
    units = [
        unit
        for batch in plan.batches(design, ALL if twins else (), wanted, runs, own_luck=True)
        for unit in batch.units
    ]
    assert all(len(unit.draws) == 1 for unit in units)
    assert [unit.seed for unit in units] == list(range(first, first + draws * seeds))
    assert [unit.draws[0] for unit in units] == [draw for draw in range(draws) for _ in range(seeds)]
    counts = plan.counts(design, ALL if twins else (), wanted, own_luck=True)
    assert counts == {"draws": draws, "runs": draws * seeds, "twins": draws * seeds if twins else 0}


def test_draws_that_could_share_a_twin_do_not() -> None:
    design = designs.make(short(), "grid", 3, over=["levers"])
    assert plan.counts(design, ALL, (1,))["twins"] == 1
    assert plan.counts(design, ALL, (1,), own_luck=True)["twins"] == 9


def test_rows_are_those_of_single_runs() -> None:
    """A draw with its seeds, alone: the same to the bit."""
    whole = made(DRAWS, None, own_luck=True, seed=5)
    runs, measures = rows(whole)
    assert runs["seed"].tolist() == [5, 6, 7, 8, 9, 10] and runs["draw"].tolist() == [0, 0, 1, 1, 2, 2]
    for draw in range(3):
        alone = rows(made(DRAWS.iloc[[draw]], None, seed=5 + 2 * draw))[1]
        mine = measures[measures["draw"] == draw].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine.drop(columns="draw"), alone.drop(columns="draw"), check_exact=True)


def test_samples_are_laid_out_by_draw() -> None:
    found = made(DRAWS, None, own_luck=True, seed=5)
    sample, frame = found.sample("denied:russia"), found.frame(["denied:russia"])
    assert sample.y.shape == (3, 2) and np.isfinite(sample.y).all()
    assert sample.y.ravel().tolist() == frame["denied:russia"].tolist()
    assert found.seeds == [5, 6] and found.manifest["own_luck"]
    assert sample.values.tolist() == DRAWS.to_numpy().tolist()


def test_shared_and_own_luck_are_two_sweeps(tmp_path: Path) -> None:
    made(DRAWS, None, out=tmp_path / "a")
    with pytest.raises(SweepError, match="another sweep: other seeds of each draw"):
        made(DRAWS, None, out=tmp_path / "a", own_luck=True)


def test_nothing_varies() -> None:
    """Draws of no factor differ in luck alone."""
    found = made(unvaried(3), None, own_luck=True, seeds=1)
    frame = found.frame(["delivered:russia"])
    assert list(frame) == ["draw", "seed", "delivered:russia"] and frame["seed"].tolist() == [1, 2, 3]
    assert frame["delivered:russia"].nunique() == 3
    shared = made(unvaried(2), None, seeds=1).frame(["delivered:russia"])
    assert shared["delivered:russia"].nunique() == 1 and shared["delivered:russia"][0] == frame["delivered:russia"][0]


def test_evidence_is_an_outcome() -> None:
    """Values are those of the run alone; measures stay as they are without it."""
    found = made(DRAWS, None, seeds=1, evidence=["D02", "D15", "D03"])
    assert found.outcomes[-3:] == ["D02", "D03", "D15"] and list(found.manifest["evidence"]) == ["D02", "D03", "D15"]
    frame = found.frame(["D02", "D03"])
    for draw, row in DRAWS.iterrows():
        run = Engine(build(short().with_draws(row.to_dict()), 1), ledger=True).run()
        assert frame.loc[draw, "D02"] == values(run, chosen(["D02"]))["D02"].value
    assert frame["D03"].isna().all()
    sample = found.sample("D02")
    assert (sample.label, sample.unit) == ("D02: " + chosen(["D02"])["D02"].text, "US dollars")
    assert found.sample("D03").undefined == {"the record begins on 2023-01-02, after 2022-02-24": 3}
    measures = rows(found)[1]
    usual = measures[~measures["measure"].isin(["D02", "D03", "D15"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(usual, rows(made(DRAWS, None, seeds=1))[1], check_exact=True)


def test_evidence_alone_needs_no_twins() -> None:
    found = made(DRAWS, None, seeds=1, measures=(), twins=False, evidence=["D02"])
    assert found.outcomes == ["D02"] and set(rows(found)[1]["measure"]) == {"D02"}
    both = made(DRAWS, None, seeds=1, evidence=["D02"])
    assert found.frame(["D02"]).equals(both.frame(["D02"]))


def test_rivals_stand_beside_the_runs() -> None:
    """Under a name of their own, so that no outcome of a run is theirs."""
    found = made(DRAWS, None, seeds=1, measures=(), evidence=["D02"], rivals=True)
    measures = rows(found)[1]
    rival = measures[measures["by"] == "rival"]
    # The window begins with the record: there is no last value.
    assert set(rival["item"]) == {"vanishes", *(f"share={share:g}" for share in SHARES)}
    assert found.outcomes == ["D02"] and found.manifest["rivals"] == list(SHARES)
    assert found.frame(["D02"]).equals(made(DRAWS, None, seeds=1, measures=(), evidence=["D02"]).frame(["D02"]))
    one = rival[rival["draw"] == 0].set_index("item")["value"]
    steps = [one["vanishes"], *(one[f"share={share:g}"] for share in SHARES)]
    assert np.diff(steps) == pytest.approx([(steps[-1] - steps[0]) / 9] * 9) and steps[0] < steps[-1]


def test_twins_shared_by_levers_serve_rivals_too() -> None:
    """Draws of a family, made together or one by one."""
    asked: dict[str, Any] = {"seeds": 1, "measures": (), "evidence": ["D02", "D15"], "rivals": True}
    levers = pd.DataFrame({"ban": [0.2, 0.9]})
    whole = rows(made(levers, None, **asked))[1]
    for draw in (0, 1):
        alone = rows(made(levers.iloc[[draw]], None, **asked))[1]
        mine = whole[whole["draw"] == draw].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine.drop(columns="draw"), alone.drop(columns="draw"), check_exact=True)


def test_it_goes_on(tmp_path: Path) -> None:
    """Stopped after a run and continued: the same rows; other evidence in the same folder is refused."""
    asked: dict[str, Any] = {"evidence": ["D02"], "rivals": True, "own_luck": True, "seeds": 1}

    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    assert made(unvaried(30), None, out=tmp_path / "a", progress=stop, **asked).interrupted
    same_rows(made(unvaried(30), None, out=tmp_path / "a", **asked), made(unvaried(30), None, **asked))
    for other, words in (({"evidence": ["D15"]}, "evidence"), ({"rivals": False}, "rivals")):
        with pytest.raises(SweepError, match=f"another sweep: other {words}"):
            made(unvaried(30), None, out=tmp_path / "a", **{**asked, **other})


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"evidence": ["D2"]}, EvidenceError, "no fact `D2`"),
        ({"measures": ()}, SweepError, "there is nothing to keep"),
        ({"rivals": True}, SweepError, "rivals forecast evidence from twins"),
        ({"rivals": True, "evidence": ["D02"], "twins": False}, SweepError, "rivals forecast evidence from twins"),
    ],
)
def test_what_cannot_be_asked(more: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        made(DRAWS, None, **more)


def test_a_role_is_all_its_facts() -> None:
    found = made(unvaried(1), None, seeds=1, measures=(), evidence="fit")
    assert found.outcomes == list(chosen(["fit"]))


def test_the_cost_counts_twins_of_every_draw() -> None:
    cost = sweep_cost(short(), DRAWS[["ban"]], own_luck=True, seeds=2, evidence=["D02"], rivals=True, workers=1)
    assert (cost.runs, cost.twins) == (6, 6)
