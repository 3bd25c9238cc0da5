"""The call: what it takes, what it says, what it writes, and how it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import sim
from sim.indices import luck
from sim.indices.analysis import sensitivity
from sim.indices.convergence import doubts, draws_needed, few_seeds
from sim.indices.errors import SensitivityError
from sim.indices.ranking import ranking
from sim.indices.salib import COLUMNS
from sim.sweeps.errors import SweepError
from sim.sweeps.stored import Sweep
from tests.indices import samples


def named(found, outcome):
    return replace(found, outcome=outcome, label=outcome.replace(":", " share, "), unit="share")


def with_luck(found, seed=1, luck=0.1, both=0.05):
    """The same with five seeds."""
    rng = np.random.default_rng(seed)
    return replace(found, y=found.y + luck * rng.normal(size=(1, 5)) + both * rng.normal(size=(len(found.y), 5)))


@pytest.fixture(scope="module")
def given():
    return named(with_luck(samples.sobol(samples.first_two, 3, 128, 1)), "denied:west")


@pytest.fixture(scope="module")
def found(given):
    constant = named(replace(given, y=np.zeros_like(given.y)), "leakage:west")
    return sensitivity([given, constant], resamples=100)


class Held(Sweep):
    """A sweep of which the samples are in memory."""

    def __init__(self, held):
        super().__init__(None, {})
        self.held = held

    @property
    def outcomes(self):
        return list(self.held)

    @property
    def scenario(self):
        return SimpleNamespace(sides={"west": SimpleNamespace(civil=False), "towns": SimpleNamespace(civil=True)})

    def sample(self, outcome):
        return self.held[outcome]


def test_a_refused_outcome_lets_the_others_go_on(found):
    assert set(found.indices["outcome"]) == {"denied:west"}
    assert tuple(found.indices.columns) == COLUMNS
    assert found.refused[["outcome", "method"]].values.tolist() == [["leakage:west", "sobol"]]
    assert "in every draw" in found.refused["reason"].iloc[0]


def test_nothing_but_refused_outcomes_is_an_error(given):
    with pytest.raises(SensitivityError, match=r"no outcome can be analysed\n  denied:west, sobol: .*in every draw"):
        sensitivity(replace(given, y=np.zeros_like(given.y)))


def test_the_ranking_is_ordered_and_adds_up(found):
    ranked = found.ranking()
    assert ranked["factor"].tolist() == ["a", "b", "c"]
    assert ranked["rank"].tolist() == [1, 2, 3]
    assert (np.diff(ranked["value"]) <= 0).all()
    assert ranked["cumulative"].iloc[-1] == pytest.approx(1.0)


def test_sentences_say_what_the_tables_say(found):
    """Shares of 3 a + b are 90 and 10%."""
    about, of_luck, undefined = found.sentences()
    first = found.indices.set_index(["index", "factor"]).loc[("first", "a")]
    assert f"a explains {100 * first['value']:.0f}% [{100 * first['low']:.0f}, {100 * first['high']:.0f}]" in about
    assert "luck" in of_luck
    assert "is 0 in every run" in undefined


def test_the_package_is_the_call(given):
    """`sim.sensitivity` is the call."""
    assert sim.sensitivity(given, resamples=100).indices.equals(sensitivity(given, resamples=100).indices)


def test_the_default_outcomes_of_a_sweep(given):
    """Leakage and denied share of sides that are not civil; else what there is."""
    three = {name: named(given, name) for name in ("cost", "denied:west", "denied:towns")}
    assert list(sensitivity(Held(three), resamples=20).labels) == ["denied:west"]


def test_other_outcomes_where_the_usual_are_not_there(given):
    many = {f"m{at}": named(given, f"m{at}") for at in range(10)}
    got = sensitivity(Held(many), resamples=20)
    assert list(got.labels) == [f"m{at}" for at in range(8)]
    assert any("2 more outcomes" in each for each in got.warnings)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"outcomes": "denied:wset"}, "no outcome 'denied:wset' .did you mean 'denied:west'.*outcomes are denied:west"),
        ({"outcomes": []}, "no outcome to analyse"),
        ({"method": "sobl"}, "no method 'sobl' .did you mean 'sobol'"),
        ({"method": "morris"}, "needs a sweep of design morris, and this one is sobol.*--design morris"),
        ({"resamples": 3}, "resamples is 3; give a whole number from 20"),
        ({"resamples": 50.0}, "resamples is 50.0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_mistakes_are_told(given, arguments, message):
    with pytest.raises(SensitivityError, match=message):
        sensitivity(given, **arguments)


def test_what_is_no_sweep_is_told(tmp_path, given):
    for source in (tmp_path / "nowhere", 3, pd.DataFrame()):
        with pytest.raises(SweepError):
            sensitivity(source)
    with pytest.raises(SensitivityError, match="grid says nothing of sensitivity"):
        sensitivity(replace(given, design="grid"))


def test_it_writes_what_it_found(found, tmp_path):
    folder = found.save(tmp_path / "out")
    again = pd.read_csv(folder / "indices.csv", keep_default_na=False)
    np.testing.assert_allclose(again["value"], found.indices["value"])
    names = {each.name for each in folder.iterdir()}
    assert {"variance.csv", "ranking.csv", "refused.csv", "sobol-denied-west.png", "variance.png"} <= names
    assert json.loads((folder / "manifest.json").read_text())["methods"] == ["sobol"]
    assert found.sentences()[0] in (folder / "sentences.txt").read_text()


def test_few_draws_are_warned_of_and_many_are_not():
    """The warning says what would do, and with that it is gone."""
    few = sensitivity(samples.sobol(samples.ishigami, 3, 64, 1), resamples=100)
    wide = [each for each in few.warnings if "--n" in each]
    assert len(wide) == 1
    needed = int(wide[0].split("--n ")[1].split()[0])
    assert needed > 64
    many = sensitivity(samples.sobol(samples.ishigami, 3, needed, 1), resamples=100)
    assert not [each for each in many.warnings if "--n" in each]


def test_draws_needed_follow_the_square_root():
    assert draws_needed(0.2, 100, 0.1) == 400
    assert draws_needed(0.11, 256, 0.1, power_of_two=True) == 512


def test_factors_that_cannot_be_told_apart_are_named():
    """Two equal ones, and a third that is plainly less."""
    found = sensitivity(samples.sobol(lambda x: x[:, 0] + x[:, 1] + 0.4 * x[:, 2], 3, 128, 1), resamples=100)
    told = [each for each in found.warnings if "cannot be ranked" in each]
    assert len(told) == 1
    assert "a and b" in told[0] or "b and a" in told[0]


def test_first_indices_above_one_are_warned_of():
    given = samples.sobol(samples.first_two, 3, 128, 1)
    found = sensitivity(given, resamples=100).indices
    raised = found.assign(
        **{name: found[name] + 1.0 * (found["index"] == "first") for name in ("value", "low", "high")}
    )
    told = doubts(given, raised, ranking(raised), "sobol")
    assert any("cannot sum to more than 1" in each for each in told)
    assert any("above the total one" in each for each in told)


def test_few_seeds_are_warned_of(given):
    assert few_seeds(given, sensitivity(given, resamples=20).variance) == []
    noisy = with_luck(samples.sobol(samples.first_two, 3, 128, 1), both=2.0)
    told = sensitivity(noisy, resamples=20).warnings
    assert any("is luck" in each and "--seeds" in each for each in told)
    # Nothing but luck: where the estimate of the parameters' variance is below 0, luck is all of it.
    nothing = samples.random(lambda x: 0.0 * x[:, 0], 1, 110, 1)
    for seed in range(6):
        split = luck.split(with_luck(nothing, seed))
        told = few_seeds(with_luck(nothing, seed), split)
        assert len(told) == 1
        assert "--seeds" in told[0] or "no number of seeds up to 200" in told[0]
    single = sensitivity(replace(given, y=given.y[:, :1]), resamples=20)
    assert any("one seed" in each for each in single.warnings)
    assert "one seed" in single.variance["reason"].iloc[0]


def test_left_out_draws_ties_and_a_high_dummy_are_warned_of():
    given = samples.random(samples.first_two, 2, 120, 1)
    y = np.where(given.y < 1.0, 0.0, given.y)
    y[:2] = np.nan
    found = sensitivity(replace(given, y=y, undefined={"nothing arrived": 2}), resamples=20)
    told = "\n".join(found.warnings)
    assert "2 draws in which the outcome is undefined are left out (nothing arrived)" in told
    assert "delta compares densities" in told
    assert "pawn: a factor without any effect" in told
    assert found.methods == ("delta", "pawn")
