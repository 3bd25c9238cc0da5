"""The peeling against a plain search by hand, and on ties."""

import numpy as np
import pytest

from sim.discovery.peeling import Box, peel
from sim.discovery.refining import dropped, paste, quasi_p_values


def plain_step(ranks: np.ndarray, hit: np.ndarray, alpha: float, least: int) -> np.ndarray | None:
    """The cases left by the best peel, written as the paper says it: every end of every factor in turn."""
    n, best, left = len(hit), -np.inf, None
    for at in range(ranks.shape[1]):
        for x in (ranks[:, at], -ranks[:, at]):
            levels, counts = np.unique(x, return_counts=True)
            whole = np.cumsum(counts)
            taken = max(1, int((whole <= max(1, int(alpha * n))).sum()))
            out = x <= levels[taken - 1]
            rest = n - out.sum()
            if rest < max(1, least):
                continue
            gain = (hit[~out].mean() - hit.mean()) / out.sum()
            if gain > best + 1e-12:
                best, left = gain, ~out
    return left


@pytest.mark.parametrize("levels", [0, 4])
def test_each_step_is_the_best_of_all_ends(levels: int) -> None:
    """Against a plain implementation, as long as no two ends are equally good."""
    random = np.random.default_rng(7)
    x = random.random((120, 3))
    if levels:
        x[:, 0] = np.floor(x[:, 0] * levels)
    hit = (x[:, 1] < 0.4) ^ (random.random(120) < 0.2)
    ranks = np.column_stack([np.unique(each, return_inverse=True)[1] for each in x.T])
    steps = peel(ranks, hit, 0.08, 10)
    members = np.ones(120, bool)
    for step in steps[1:8]:
        kept = plain_step(ranks[members], hit[members], 0.08, 10)
        assert kept is not None
        members[np.flatnonzero(members)[~kept]] = False
        inside = step.box.inside(ranks)
        assert (inside.sum(), (inside & hit).sum()) == (step.cases, step.hits)
        assert (members.sum(), (members & hit).sum()) == (step.cases, step.hits)


def test_levels_are_never_split() -> None:
    ranks = np.repeat(np.arange(4), 25)[:, None]
    steps = peel(ranks, ranks[:, 0] == 2, 0.05, 5)
    assert [step.cases for step in steps] == [100, 75, 50, 25]
    assert steps[-1].box.low.tolist() == [1.5]
    assert steps[-1].box.high.tolist() == [2.5]


def test_peeling_ends_where_a_score_is_out_of_reach() -> None:
    random = np.random.default_rng(1)
    ranks = np.column_stack([random.permutation(200) for _ in range(3)])
    hit = random.random(200) < 0.3
    whole, cut = peel(ranks, hit, 0.1, 10), peel(ranks, hit, 0.1, 10, beat=0.7)
    assert len(cut) < len(whole)
    assert [step.hits for step in cut] == [step.hits for step in whole[: len(cut)]]


def test_chance_restrictions_go_and_true_ones_stay() -> None:
    random = np.random.default_rng(2)
    ranks = np.column_stack([random.permutation(400) for _ in range(4)])
    hit = ranks[:, 0] < 120
    box = Box(np.array([-np.inf, 20.5, -np.inf, -np.inf]), np.array([119.5, np.inf, 380.5, np.inf]))
    group = np.arange(400)
    p = dict(zip(box.sides, quasi_p_values(box, ranks, hit, group), strict=True))
    assert p[0, 1] < 1e-6
    assert min(p[1, 0], p[2, 1]) > 0.9
    left = dropped(box, ranks, hit, group, 0.05)
    assert left.sides == [(0, 1)]
    assert paste(left.moved(0, 1, 99.5), ranks, hit, 0.05).high[0] == 119.5
