"""Planted boxes are found and told; noise gives none; bad questions are refused in words."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.discovery.discover import discover
from sim.discovery.errors import DiscoveryError
from sim.discovery.result import Discovery
from tests.discovery.planted import ONE_SIDED, QUICK, SHAPES, THREE, overlap, planted


def near(found: Discovery, box: str, limits: dict[str, tuple[float, float]], tolerance: float) -> None:
    """The factors are those planted, and limits lie within a tolerance."""
    rows = found.boxes[found.boxes["box"] == box].set_index("factor")
    assert set(rows.index) == set(limits)
    for name, (low, high) in limits.items():
        row = rows.loc[name]
        side = "below" if np.isinf(low) else "above" if np.isinf(high) else "both"
        assert row["side"] == side
        assert side == "below" or abs(row["low"] - low) < tolerance
        assert side == "above" or abs(row["high"] - high) < tolerance


@pytest.mark.parametrize("shape", SHAPES)
def test_prim_finds_a_planted_box(shape: str) -> None:
    """With 400 draws a limit is known to 0.05: within 20 draws along a factor, of which the box holds 3 to 10."""
    inside, limits = SHAPES[shape]
    sample = planted(inside)
    found = discover(sample, below=0.5, **QUICK)
    near(found, "1", limits, 0.08)
    assert overlap(found.inside(pd.DataFrame(sample.values, columns=sample.names)), inside(sample.values)) > 0.85
    row = found.scores.iloc[0]
    assert row["density"] > 0.9
    assert row["coverage"] > 0.85
    assert row["held_out_density"] > 0.85


def test_prim_finds_a_planted_box_among_wrong_labels_and_irrelevant_factors() -> None:
    """One label in ten is turned, eight factors of ten do nothing; none of them gets into the box."""
    inside, limits = ONE_SIDED
    found = discover(planted(inside, 600, 10, noise=0.1), below=0.5, boxes=1, folds=5, permutations=19)
    near(found, "1", limits, 0.08)
    # Inside, nine labels in ten are right: the held-out density is that, within four standard errors of 90 cases.
    assert found.scores["held_out_density"].iloc[0] == pytest.approx(0.9, abs=0.13)


def test_cart_finds_it_too() -> None:
    for inside, limits in (ONE_SIDED, THREE):
        found = discover(planted(inside, 600, noise=0.05), below=0.5, method="cart", boxes=1)
        near(found, "1", limits, 0.08)
    assert found.scores["held_out_density"].iloc[0] > 0.85


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_two_boxes_are_found_one_after_the_other(method: str) -> None:
    one, other = (lambda x: (x[:, 0] < 0.3) & (x[:, 1] < 0.4)), (lambda x: (x[:, 2] > 0.7) & (x[:, 3] > 0.7))
    sample = planted(lambda x: one(x) | other(x), 600)
    found = discover(sample, below=0.5, method=method, folds=5, permutations=19)
    points = pd.DataFrame(sample.values, columns=sample.names)
    members = [found.inside(points, box) for box in ("1", "2")]
    for planted_one in (one, other):
        assert max(overlap(each, planted_one(sample.values)) for each in members) > 0.7
    together = found.scores.set_index("box").loc["all"]
    assert together["coverage"] > 0.85
    assert together["held_out_coverage"] > 0.75
    assert found.scores["new_coverage"].iloc[:2].sum() <= together["coverage"] + 1e-12


def test_a_factor_of_few_whole_numbers_is_peeled_by_level() -> None:
    """The limit lies between two levels, and the words name the last one inside."""
    random = np.random.default_rng(3)
    values = np.column_stack([random.integers(0, 5, 400), random.random((400, 3)), random.integers(0, 2, 400)])
    found = discover(planted(lambda x: (x[:, 0] <= 1) & (x[:, 4] == 1), values=values * 1.0), below=0.5, **QUICK)
    rows = found.boxes.set_index("factor")
    assert set(rows.index) == {"f0", "f4"}
    assert rows.loc["f0", "high"] == 1.5
    assert rows.loc["f0", "words"] == "f0 <= 1"
    assert rows.loc["f4", "words"] == "f4 = 1"
    assert found.scores["density"].iloc[0] == 1.0


def test_noise_gives_no_box() -> None:
    """Labels that nothing explains, three in ten of interest.

    Of 12 samples, at most 2 may give a box by either method. At a rate of 0.05, as asked, 3 or more come up in 2% of
    such tests; at 0.5 in 98%. The seeds are fixed, so that it passes always or never.
    """
    for method in ("prim", "cart"):
        wrong = 0
        for seed in range(12):
            sample = planted(lambda x: np.zeros(len(x), bool), 150, noise=0.3, seed=seed)
            found = discover(sample, below=0.5, method=method, **QUICK | {"alpha": 0.2})
            wrong += len(found.boxes) > 0
            if found.boxes.empty:
                assert found.text.startswith("No part of the sampled space stands out for out, side is below 0.5: ")
                assert any("no box is a finding" in each for each in found.warnings)
                assert found.scores.empty
        assert wrong <= 2, method


def test_peeling_noise_alone_gives_dense_boxes() -> None:
    """What the checks are for: in the sample, the peeling finds boxes of twice the density in pure noise."""
    sample = planted(lambda x: np.zeros(len(x), bool), 150, noise=0.3, seed=1)
    path = discover(sample, below=0.5, level=0.5, **QUICK).trajectory
    assert path["density"].max() > 1.5 * path["density"].iloc[0]
    assert path["held_out_density"].iloc[path["density"].argmax()] < path["density"].max()


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_the_same_question_has_the_same_answer(method: str) -> None:
    sample = planted(ONE_SIDED[0], 200, noise=0.1)
    one, other = (discover(sample, below=0.5, method=method, **QUICK) for _ in range(2))
    for name in ("boxes", "scores", "trajectory", "points"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.text == other.text


def test_draws_without_the_outcome_are_left_out_and_told() -> None:
    sample = planted(ONE_SIDED[0], 200, seeds=2)
    y = sample.y.copy()
    y[:5, 0] = np.nan
    sample = replace(sample, y=y, undefined={"nothing was sold": 5})
    found = discover(sample, below=0.5, **QUICK)
    assert len(found.cases) == 195
    assert "5 of 200 draws are left out" in found.warnings[0]
    assert "nothing was sold (5 runs)" in found.warnings[0]
    runs = discover(sample, below=0.5, cases="runs", **QUICK)
    assert len(runs.cases) == 395
    assert "5 of 400 runs are left out" in runs.warnings[0]


def test_runs_as_cases_widen_intervals_for_what_runs_of_a_draw_share() -> None:
    """Ten runs of a draw that all agree are worth one: intervals are as wide as those of draws, not a third of it."""
    one = planted(ONE_SIDED[0], 200, noise=0.15)
    ten = replace(one, y=np.repeat(one.y, 10, axis=1))
    draws = discover(one, below=0.5, boxes=1, **QUICK).scores.iloc[0]
    runs = discover(ten, below=0.5, boxes=1, cases="runs", **QUICK).scores.iloc[0]
    width = [row["held_out_density_high"] - row["held_out_density_low"] for row in (draws, runs)]
    assert runs["cases"] > 5 * draws["cases"]
    assert width[1] == pytest.approx(width[0], rel=0.35)


def test_blocks_of_a_sobol_design_stay_together() -> None:
    sample = planted(ONE_SIDED[0], 70 * 7, design="sobol", settings={"n": 70, "second_order": False})
    found = discover(sample, below=0.5, **QUICK)
    assert np.bincount(found.cases.group).tolist() == [7] * 70
    assert any("Sobol' block" in note for note in found.notes)


def test_a_morris_design_is_warned_about() -> None:
    random = np.random.default_rng(1)
    values = random.integers(0, 4, (240, 5)) / 3
    sample = planted(lambda x: x[:, 0] < 0.5, values=values, design="morris", settings={"n": 40, "levels": 4})
    found = discover(sample, below=0.5, **QUICK)
    assert found.boxes["high"].tolist() == [0.5]
    assert any("4 levels" in each for each in found.warnings)
    assert np.bincount(found.cases.group).tolist() == [6] * 40


@dataclass(frozen=True)
class Factor:
    """What discovery reads of a factor."""

    name: str
    unit: str


@dataclass(frozen=True)
class Space:
    """What discovery reads of a space."""

    factors: list[Factor]


class Stored:
    """A sweep in memory."""

    space = Space([Factor("f0", "share"), Factor("f1", "US dollars")])
    scenario = SimpleNamespace(uncertain={"f0": SimpleNamespace(title="checks")}, levers={"f1": SimpleNamespace()})
    outcomes = ("out:side", "cost")

    def sample(self, outcome: str):
        assert outcome == "out:side"
        return planted(ONE_SIDED[0], 200)


def test_a_sweep_gives_titles_and_units() -> None:
    found = discover(Stored(), where="out:side<0.5", **QUICK)  # type: ignore[arg-type]
    assert "when checks < 0." in found.text
    assert found.boxes.set_index("factor")["unit"].to_dict() == {"f0": "share", "f1": "US dollars"}


REFUSED = {
    "no condition": ({}, "give one of below, above and between"),
    "two conditions": ({"below": 0.5, "above": 0.1}, "below and above are given"),
    "both forms": ({"where": "out:side<0.5", "below": 0.5}, "give no outcome, below, above or between too"),
    "no number": ({"where": "out:side<half"}, "'half' is no number"),
    "not a range": ({"between": (0.5, 0.2)}, "write the smaller number first"),
    "other outcome": ({"where": "cost<0.5"}, "the sample is of 'out:side', not of 'cost'"),
    "method": ({"below": 0.5, "method": "carp"}, "did you mean cart?"),
    "kind": ({"below": 0.5, "cases": "run"}, "did you mean runs?"),
    "folds": ({"below": 0.5, "folds": 1}, "folds is 1; it must be a whole number from 2 to 100"),
    "alpha": ({"below": 0.5, "alpha": (0.1, 0.9)}, "alpha is 0.9; it must be a number from 0.001 to 0.5"),
    "no alpha": ({"below": 0.5, "alpha": ()}, "alpha is empty"),
    "none": ({"below": -1}, "lies between 0 and 1 in the 200 draws: in none it is below -1"),
    "all": ({"below": 2}, "in none it is not below 2"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_questions_are_refused_in_words(case: str) -> None:
    asked, words = REFUSED[case]
    with pytest.raises(DiscoveryError) as error:
        discover(planted(ONE_SIDED[0], 200), **asked)
    assert words in str(error.value)


def test_what_a_sample_cannot_answer_is_refused_in_words() -> None:
    few = planted(lambda x: np.arange(len(x)) < 4, 100)
    with pytest.raises(DiscoveryError, match=r"only in 4 it is below 0\.5; at least 10 are needed"):
        discover(few, below=0.5)
    nowhere = replace(few, y=few.y * np.nan, undefined={"nothing was sold": 100})
    with pytest.raises(DiscoveryError, match=r"undefined in every draw: nothing was sold \(100 runs\)"):
        discover(nowhere, below=0.5)
    still = planted(lambda x: np.arange(len(x)) < 40, values=np.ones((100, 2)))
    with pytest.raises(DiscoveryError, match="no factor varies"):
        discover(still, below=0.5)
    with pytest.raises(DiscoveryError, match="Did you mean out:side"):
        discover(Stored(), where="out:sid<1")  # type: ignore[arg-type]
    with pytest.raises(DiscoveryError, match="name the outcome; the sweep has cost, out:side"):
        discover(Stored(), below=1)  # type: ignore[arg-type]


def test_a_density_asked_for_is_reached_or_refused() -> None:
    sample = planted(ONE_SIDED[0], 400, noise=0.1)
    with_none = discover(sample, below=0.5, min_density=0.99, **QUICK)
    assert with_none.boxes.empty
    assert "no box reaches a held-out density of 0.99" in with_none.text
    found = discover(sample, below=0.5, min_density=0.6, boxes=1, **QUICK)
    assert found.trajectory.loc[found.trajectory["chosen"], "held_out_density"].iloc[0] >= 0.6


def test_saved_tables_are_those_in_memory(tmp_path) -> None:
    found = discover(planted(ONE_SIDED[0], 150), below=0.5, **QUICK)
    folder = found.save(tmp_path / "out")
    names = {path.name for path in folder.iterdir()}
    assert {"boxes.csv", "scores.csv", "trajectory.csv", "points.csv", "discovery.txt", "manifest.json"} <= names
    assert {"trajectory_1.png", "limits_1.png", "pairs_1.png"} <= names
    pd.testing.assert_frame_equal(pd.read_csv(folder / "scores.csv", dtype={"box": "str"}), found.scores)
    assert found.text in (folder / "discovery.txt").read_text(encoding="utf-8")
