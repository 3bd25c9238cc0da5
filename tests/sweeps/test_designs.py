"""Which draws are made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.loading import load
from sim.sweeps import designs
from sim.sweeps.errors import SweepError
from tests.sweeps.common import short

BOTH = ["uncertain", "levers"]


@pytest.mark.parametrize(
    ("kind", "n", "draws"), [("sobol", 8, 8 * 6), ("morris", 5, 5 * 5), ("lhs", 7, 7), ("grid", 2, 16)]
)
def test_sizes_and_seeds(kind: str, n: int, draws: int) -> None:
    made = designs.make(short(), kind, n, over=BOTH, seed=3)
    assert made.values.shape == made.positions.shape == (draws, 4)
    again = designs.make(short(), kind, n, over=BOTH, seed=3)
    assert np.array_equal(made.values, again.values)
    other = designs.make(short(), kind, n, over=BOTH, seed=4)
    assert np.array_equal(made.values, other.values) == (kind == "grid")
    assert ((made.positions >= 0) & (made.positions <= 1)).all()


def test_a_design_does_not_hang_on_others_random_numbers() -> None:
    """Neither on numpy's global state, nor does it change it."""
    found = []
    for state in (1, 2):
        np.random.seed(state)
        before = np.random.get_state()[1].copy()
        found.append([designs.make(short(), kind, 4, over=BOTH).values for kind in ("sobol", "morris", "lhs")])
        assert np.array_equal(before, np.random.get_state()[1])
    for one, other in zip(*found, strict=True):
        assert np.array_equal(one, other)


def test_sobol_is_laid_out_as_saltelli_says() -> None:
    """Rows are A, then A with one column of B each, then B; with second order also B with one column of A."""
    for second, width in ((False, 6), (True, 10)):
        made = designs.make(short(), "sobol", 4, over=BOTH, second_order=second)
        blocks = made.positions.reshape(4, width, 4)
        for block in blocks:
            for factor in range(4):
                changed = block[1 + factor] != block[0]
                assert changed.tolist() == [at == factor for at in range(4)]
                assert block[1 + factor, factor] == block[-1, factor]


def test_a_latin_hypercube_has_each_range_once() -> None:
    made = designs.make(short(), "lhs", 20, over=BOTH)
    assert (np.sort((made.positions * 20).astype(int), axis=0) == np.arange(20)[:, None]).all()


def test_morris_changes_one_factor_at_a_time() -> None:
    made = designs.make(short(), "morris", 6, over=BOTH)
    for path in made.positions.reshape(6, 5, 4):
        moved = np.diff(path, axis=0) != 0
        assert (moved.sum(axis=1) == 1).all() and (moved.sum(axis=0) == 1).all()


def test_levels_of_a_grid() -> None:
    made = designs.make(short(), "grid", 3, over=["ban", "compliance"], at={"compliance": [0.3, 0.4]})
    assert sorted(set(made.values[:, 0])) == [0.0, 0.5, 1.0]
    assert sorted(set(made.values[:, 1])) == [0.3, 0.4]
    assert len(np.unique(made.values, axis=0)) == len(made.values) == 6
    middle = designs.make(short(), "grid", 2, over=["compliance"])
    assert middle.values[:, 0] == pytest.approx([0.35, 0.65])


def test_tables(tmp_path: Path) -> None:
    frame = pd.DataFrame({"draw": [7, 8], "ban": [0, 1], "compliance": [0.2, 0.8]})
    path = tmp_path / "mine.csv"
    frame.to_csv(path, index=False)
    for source in (frame, path, str(path)):
        made = designs.make(short(), source)
        assert made.kind == "table" and made.space.names == ("ban", "compliance")
        assert made.values.tolist() == [[0.0, 0.2], [1.0, 0.8]]
        assert made.positions.tolist() == [[0.0, 0.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"design": "sobbol"}, "did you mean 'sobol'"),
        ({"design": "sobol", "n": 12}, "needs a power of 2, such as 8 or 16"),
        ({"design": "lhs"}, "lhs needs n"),
        ({"design": "lhs", "n": 0}, "at least 1"),
        ({"design": "lhs", "n": 10**9}, "more than 2,000,000 draws"),
        ({"design": "lhs", "n": 4, "at": {"ban": [1]}}, "for a grid, not for lhs"),
        ({"design": "lhs", "n": 4, "second_order": True}, "not for lhs"),
        ({"design": "grid", "n": 60, "over": BOTH}, "the grid has 12,960,000 draws"),
        ({"design": "grid", "over": ["ban"]}, "ban has no levels"),
        ({"design": "grid", "over": ["ban"], "at": {"bann": [1]}}, "did you mean 'ban'"),
        ({"design": "grid", "over": ["ban"], "at": {"ban": [float("nan")]}}, "all of them numbers"),
        ({"design": pd.DataFrame({"ban": [0.5]}), "second_order": True}, "leave out"),
        ({"design": "no-such.csv"}, "there is no file no-such.csv"),
        ({"design": pd.DataFrame({"ban": [0.5, "x"]})}, "row 2, ban: 'x'"),
        ({"design": pd.DataFrame({"ban": [np.nan]})}, "no finite numbers"),
        ({"design": pd.DataFrame({"bam": [0.5]})}, "did you mean 'ban'"),
        ({"design": pd.DataFrame({"levers": [0.5]})}, "not of sections"),
        ({"design": pd.DataFrame([[1, 2]], columns=["ban", "ban"])}, "there twice"),
        ({"design": pd.DataFrame({"ban": []})}, "no rows"),
        ({"design": pd.DataFrame({"ban": [0.5, 7.0]})}, "row 2, ban: '7.0'"),
        ({"design": pd.DataFrame({"ban": [0.5, 7.0]})}, "outside the range of ban, 0 to 1"),
        ({"design": pd.DataFrame({"ban": pd.to_datetime(["2022-01-01"])})}, "no finite numbers"),
        ({"design": pd.DataFrame({"ban": [0.5 + 1j]})}, "no finite numbers"),
        ({"design": "lhs", "n": 8.5}, "must be a whole number"),
        ({"design": "grid", "n": 2, "at": {"ban": 0.5}}, "give a list of numbers"),
        ({"design": "grid", "n": 2, "at": {"ban": [0, 7]}}, "all of them numbers from 0 to 1"),
        ({"design": pd.DataFrame({"ban": [1]}), "n": 3}, "leave out over, n, at and second order"),
    ],
)
def test_what_cannot_be_made(asked: dict, words: str) -> None:
    with pytest.raises(SweepError, match=words):
        designs.make(short(), **asked)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.floats(0, 0.8), min_size=2, max_size=2), min_size=1, max_size=8))
def test_any_table_of_numbers_is_kept_as_it_is(cells: list[list[float]]) -> None:
    made = designs.make(short(), pd.DataFrame(cells, columns=["ban", "checks"]))
    assert made.values.tolist() == cells
    assert np.isfinite(made.positions).all()


@pytest.mark.parametrize("text", ["ban", "ban=", "ban=a,b", "=1", "ban=1,"])
def test_levels_that_cannot_be_read(text: str) -> None:
    with pytest.raises(SweepError, match="write NAME=V,V"):
        designs.typed_levels([text])


def test_levels_given_twice() -> None:
    with pytest.raises(SweepError, match="given twice"):
        designs.typed_levels(["ban=0", "ban=1"])


def test_a_row_with_a_cell_too_many(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("ban,checks\n0.1,0.2,0.3\n0.4,0.5,0.0\n")
    with pytest.raises(SweepError, match="more cells than its header has names"):
        designs.make(short(), tmp_path / "mine.csv")


def test_levels_name_the_factors_of_a_grid() -> None:
    assert designs.make(short(), "grid", at={"ban": [0, 1]}).values.tolist() == [[0.0], [1.0]]


def test_whole_numbers_are_stored_as_they_are_run() -> None:
    lever = {"path": "groups.kz_traders.count", "low": 1, "high": 5}
    scenario = load("small", {"levers.traders": lever})
    for kind in ("lhs", "grid"):
        made = designs.make(scenario, kind, 4, over=["traders"])
        assert (made.values % 1 == 0).all() and len(np.unique(made.values)) > 2
        first = scenario.with_draws({"traders": made.values[0, 0]})
        assert first.groups["kz_traders"].count == made.values[0, 0]
    with pytest.raises(SweepError, match="no whole numbers"):
        designs.make(scenario, pd.DataFrame({"traders": [2.5]}))
