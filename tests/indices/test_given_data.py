"""Delta and PAWN: what both have to do with any sample of draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from sim.indices import delta, pawn
from sim.indices.errors import Refused, SensitivityError
from sim.indices.ranking import MAIN
from sim.indices.salib import DUMMY
from tests.indices import samples

METHODS = {"delta": delta, "pawn": pawn}
each = pytest.mark.parametrize("name", METHODS)


def main(found):
    """The main index by factor."""
    return found[found["index"] == MAIN[found["method"].iloc[0]]].set_index("factor")


@each
def test_a_sum_is_ranked_and_a_dummy_told_from_it(name):
    """Of 3 a + b the first is greatest, both are above the dummy, and the third is not counted as moving it."""
    found = main(METHODS[name].analyse(samples.random(samples.first_two, 3, 400, 1), resamples=20))
    assert found["value"].drop(DUMMY).idxmax() == "a"
    assert found.loc[["a", "b"], "low"].min() > found.loc[DUMMY, "high"]
    assert found.loc["c", "low"] < found.loc[DUMMY, "high"]


@each
def test_factors_without_effect_lie_where_the_dummy_says(name):
    """Ten of them in each of two samples; nominally 5% of 20 above the dummy's upper bound, 5% below the lower.

    More than 4 come in less than 0.5%; one more is let pass, for those of a sample share its dummies, which are few
    here. A band that is off by its half-width has half of them on one side, and fails with 98%.
    """
    above = below = 0
    for seed in range(2):
        given = samples.random(lambda x: x[:, 0] ** 2, 11, 100, seed)
        found = main(METHODS[name].analyse(given, resamples=20, seed=seed))
        idle = found["value"].drop(["a", DUMMY])
        above += (idle > found.loc[DUMMY, "high"]).sum()
        below += (idle < found.loc[DUMMY, "low"]).sum()
    most = binom.ppf(0.995, 20, 0.05) + 1
    assert above <= most
    assert below <= most


@each
def test_the_order_of_factors_changes_nothing_but_the_order(name):
    given = samples.random(samples.g, 3, 120, 1)
    one, two = (METHODS[name].analyse(each, resamples=8).set_index(["index", "factor"]).sort_index()
                for each in (given, samples.permuted(given, [2, 0, 1])))  # fmt: skip
    assert one.equals(two)


@each
def test_a_monotone_change_of_a_factor_changes_nothing(name):
    """Neither of its values nor of its positions: classes are by rank."""
    given = samples.random(samples.g, 3, 120, 1)
    other = replace(given, values=np.exp(given.values), positions=given.positions**3)
    assert METHODS[name].analyse(given, resamples=8).equals(METHODS[name].analyse(other, resamples=8))


@each
def test_it_is_reproducible_and_leaves_the_global_generator(name):
    given = samples.random(samples.g, 3, 120, 1)
    np.random.seed(1)
    state = np.random.get_state()[1].copy()
    one = METHODS[name].analyse(given, resamples=8, seed=0)
    assert (np.random.get_state()[1] == state).all()
    np.random.seed(2)
    assert one.equals(METHODS[name].analyse(given, resamples=8, seed=0))
    assert not one.equals(METHODS[name].analyse(given, resamples=8, seed=1))


@each
def test_few_undefined_draws_are_left_out_and_many_refused(name):
    given = samples.random(samples.g, 3, 200, 1)
    y = given.y.copy()
    y[:10] = np.nan
    found = METHODS[name].analyse(replace(given, y=y), resamples=8)
    assert set(found["n"]) == {190}
    kept = samples.sample(given.positions[10:], given.y[10:], "lhs")
    assert found.equals(METHODS[name].analyse(kept, resamples=8))
    y[10] = np.inf
    with pytest.raises(Refused, match=r"undefined in 11 of 200 runs.*may leave out 5%"):
        METHODS[name].analyse(replace(given, y=y))


@each
def test_of_a_sobol_design_only_base_draws_are_used(name):
    """Others share positions with them; intervals would be too narrow."""
    given = samples.sobol(samples.g, 3, 64, 1)
    found = METHODS[name].analyse(given, resamples=8)
    rows = np.sort(np.r_[np.arange(64) * 5, np.arange(64) * 5 + 4])
    base = samples.sample(given.positions[rows], given.y[rows], "lhs")
    assert found.equals(METHODS[name].analyse(base, resamples=8))


@each
def test_constants_and_designs_that_do_not_suit_are_refused(name):
    given = samples.random(samples.g, 3, 200, 1)
    with pytest.raises(Refused, match="in every draw"):
        METHODS[name].analyse(replace(given, y=np.ones_like(given.y)))
    with pytest.raises(Refused, match="too few"):
        METHODS[name].analyse(samples.random(samples.g, 3, 40, 1))
    still = given.positions.copy()
    still[:, 1] = 0.5
    with pytest.raises(Refused, match="b is the same in every draw"):
        METHODS[name].analyse(replace(given, positions=still))
    for design in ("morris", "grid"):
        with pytest.raises(SensitivityError, match=f"{design}.*do not follow the distributions.*--design lhs"):
            METHODS[name].analyse(replace(given, design=design))


def test_pawn_sees_the_upper_of_two_values():
    """SALib leaves the greatest value of a factor out of its classes: here half of all draws."""
    x = np.random.default_rng(1).random((200, 2))
    x[:, 0] = x[:, 0] > 0.5
    found = main(pawn.analyse(samples.sample(x, x[:, 0] + 0.01 * x[:, 1], "table"), resamples=8))
    # In each class the factor is 0 or 1, and the distance from all draws is one half.
    assert found.loc["a", "value"] == pytest.approx(0.5, abs=0.06)


def test_delta_of_what_has_no_density_is_refused():
    """One draw is unlike the others: a resample without it has no density at all."""
    x = np.random.default_rng(1).random((200, 2))
    y = (np.arange(200) < 1).astype(float)
    with pytest.raises(Refused, match=r"densities by class.*--method pawn"):
        delta.analyse(samples.sample(x, y, "lhs"), resamples=8)
