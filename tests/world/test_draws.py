"""Keyed draws: the generator is Philox4x32-10, and what is made of its words has the right distribution."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world import draws

FF = 0xFFFFFFFF
KNOWN = [
    ((0, 0), (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FF, FF), (FF, FF, FF, FF), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0xA4093822, 0x299F31D0),
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
"""Known answers of Random123 (kat_vectors, philox4x32 with 10 rounds): key, counter, words."""


@pytest.mark.parametrize(("key", "counter", "words"), KNOWN, ids=["zeros", "ones", "pi"])
def test_philox_known_answers(key: tuple[int, ...], counter: tuple[int, ...], words: tuple[int, ...]) -> None:
    """The published vectors."""
    found = draws.philox(*(np.uint64(x) for x in (*key, *counter)))
    assert tuple(int(w) for w in found) == words


def test_a_block_puts_the_address_where_the_document_says() -> None:
    """Key (seed low, seed high), counter (key low, key high, tick, purpose times 2**24 plus index)."""
    seed, key = 0x299F31D0_A4093822 & (2**63 - 1), 0x85A308D3_243F6A88
    found = draws.block(seed, np.uint64(key), 77, draws.SHIP, 12345)
    parts = (seed & FF, seed >> 32, key & FF, key >> 32, 77, (draws.SHIP << 24) + 12345)
    assert found == draws.philox(*(np.uint64(x) for x in parts))


BASE = {"seed": 5, "key": 2**40 + 9, "tick": 30, "purpose": draws.CALL, "index": 3}


@pytest.mark.parametrize("part", BASE)
@pytest.mark.parametrize("bit", [0, 1, 5])
def test_every_part_of_the_address_changes_all_four_words(part: str, bit: int) -> None:
    """One bit of seed, key, tick, purpose or index."""
    changed = BASE | {part: BASE[part] ^ (1 << bit)}
    words = [draws.block(b["seed"], np.uint64(b["key"]), b["tick"], b["purpose"], b["index"]) for b in (BASE, changed)]
    assert all(a != b for a, b in zip(*words, strict=True))
    assert len(set(words[0])) == 4


def test_high_bits_of_seed_and_key_count() -> None:
    """Bits above the 32nd are not lost."""
    plain = draws.block(5, np.uint64(9), 0, 1, 0)
    assert draws.block(5 + 2**33, np.uint64(9), 0, 1, 0) != plain
    assert draws.block(5, np.uint64(9 + 2**63), 0, 1, 0) != plain


def test_purposes_are_different_and_fit() -> None:
    """Two purposes with one number would share their draws; eight bits hold them."""
    purposes = {
        k: v for k, v in vars(draws).items() if k.isupper() and isinstance(v, int) and not k.startswith("TABLE")
    }
    assert len(purposes) >= 18
    assert len(set(purposes.values())) == len(purposes)
    assert all(0 < v < 256 for v in purposes.values())


def words(n: int) -> np.ndarray:
    """All four words of n blocks as uniforms, (n, 4)."""
    found = np.empty((n, 4))
    for i in range(n):
        found[i] = [draws.uniform(w) for w in draws.block(11, np.uint64(i), 4, draws.CALL, 2)]
    return found


def test_uniforms_are_uniform_and_the_four_words_independent() -> None:
    """Mean, variance, sixteen cells and correlations of each word, within five standard errors; n = 40,000."""
    n = 40_000
    u = words(n)
    assert u.min() > 0.0
    assert u.max() < 1.0
    assert np.abs(u.mean(axis=0) - 0.5).max() < 5.0 * math.sqrt(1 / 12 / n)
    assert np.abs(u.var(axis=0) - 1 / 12).max() < 5.0 * math.sqrt(1 / 180 / n)
    for column in u.T:
        counts = np.bincount((column * 16).astype(int), minlength=16)
        chi = ((counts - n / 16) ** 2 / (n / 16)).sum()
        assert chi < 37.7  # 15 degrees of freedom, 0.1%
    correlations = np.corrcoef(u.T)[np.triu_indices(4, 1)]
    assert np.abs(correlations).max() < 5.0 / math.sqrt(n)
    assert abs(np.corrcoef(u[1:, 0], u[:-1, 0])[0, 1]) < 5.0 / math.sqrt(n)


def test_the_ends_of_the_uniform() -> None:
    """Strictly between 0 and 1, symmetric."""
    assert draws.uniform(np.uint64(0)) == 2.0**-33
    assert draws.uniform(np.uint64(FF)) == 1.0 - 2.0**-33


def exact(n: int, p: float) -> np.ndarray:
    """Binomial probabilities 0 to n."""
    return np.array([math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (7, 1 / 3), (20, 0.5), (40, 0.05), (60, 0.45), (200, 0.1)])
def test_binomial_by_inversion_has_the_exact_probabilities(n: int, p: float) -> None:
    """Chi-square over 40,000 keyed uniforms at 0.1%, cells of at least five pooled at the ends."""
    number = 40_000
    counts = np.zeros(n + 1)
    for i in range(number):
        counts[draws.binomial(n, p, draws.draw(3, np.uint64(i), 1, draws.LOSE, 0))] += 1
    expected = exact(n, p) * number
    keep = np.flatnonzero(expected >= 5.0)
    low, high = keep[0], keep[-1]
    seen, wanted = counts[low : high + 1].copy(), expected[low : high + 1].copy()
    seen[0] += counts[:low].sum()
    seen[-1] += counts[high + 1 :].sum()
    wanted[0] += expected[:low].sum()
    wanted[-1] += expected[high + 1 :].sum()
    chi = ((seen - wanted) ** 2 / wanted).sum()
    degrees = len(seen) - 1
    limit = degrees * (1 - 2 / (9 * degrees) + 3.09 * math.sqrt(2 / (9 * degrees))) ** 3 if degrees else 1e-9
    assert chi < max(limit, 10.83)


@pytest.mark.parametrize(("n", "p"), [(7, 1 / 3), (30, 0.9)])
def test_binomial_inverts_its_distribution_function(n: int, p: float) -> None:
    """Just below each step of the distribution function it gives k, just above k + 1."""
    total = np.cumsum(exact(n, p))
    for k in range(n):
        if 1e-9 < total[k] < 1 - 1e-9:
            assert draws.binomial(n, p, total[k] - 1e-10) == k
            assert draws.binomial(n, p, total[k] + 1e-10) == k + 1


@pytest.mark.parametrize(("n", "p"), [(1000, 0.3), (100_000, 0.01), (200, 0.5)])
def test_binomial_for_large_n(n: int, p: float) -> None:
    """Mean, variance and the tails at two standard deviations; 20,000 draws, within five standard errors."""
    number = 20_000
    found = np.array([draws.binomial(n, p, draws.draw(3, np.uint64(i), 1, draws.LOSE, 0)) for i in range(number)])
    variance = n * p * (1 - p)
    assert abs(found.mean() - n * p) < 5.0 * math.sqrt(variance / number)
    assert abs(found.var() / variance - 1.0) < 5.0 * math.sqrt(2.0 / number)
    assert abs((np.abs(found - n * p) > 1.96 * math.sqrt(variance)).mean() - 0.05) < 0.012


@given(n=st.integers(0, 5000), p=st.floats(0.0, 1.0), u=st.floats(1e-9, 1 - 1e-9), v=st.floats(1e-9, 1 - 1e-9))
def test_binomial_lies_in_its_range_and_rises_with_the_uniform(n: int, p: float, u: float, v: float) -> None:
    """From 0 to n; a larger uniform never gives a smaller count."""
    low, high = sorted((u, v))
    assert 0 <= draws.binomial(n, p, low) <= draws.binomial(n, p, high) <= n


@given(x=st.floats(0.0, 1e6))
@settings(max_examples=50)
def test_stochastic_rounding_gives_a_neighbour(x: float) -> None:
    """The whole number below or above; the mean over a grid of uniforms is the number."""
    grid = (np.arange(1000) + 0.5) / 1000
    found = np.array([draws.whole(x, u) for u in grid])
    assert set(found) <= {math.floor(x), math.floor(x) + 1}
    assert abs(found.mean() - x) < 0.0011


def test_donation_shocks_have_mean_one() -> None:
    """Lognormal with the coefficient of variation asked for; within five standard errors."""
    cv, n = 0.4, 40_000
    sigma = math.sqrt(math.log(1 + cv * cv))
    found = np.array([draws.donation_shock(sigma, draws.draw(1, np.uint64(i), 0, draws.DONATE, 0)) for i in range(n)])
    assert abs(found.mean() - 1.0) < 5.0 * cv / math.sqrt(n)
    assert abs(found.std() - cv) < 0.02


def test_link_keys_tell_ends_apart() -> None:
    """Ten thousand pairs of keys, both ways round: all different."""
    keys = np.array([draws.text_key("g", i) for i in range(100)], dtype=np.uint64)
    sellers, buyers = np.repeat(keys, 100), np.tile(keys, 100)
    assert len(np.unique(draws.link_keys(sellers, buyers))) == 10_000


def test_an_exponential_race_is_won_in_proportion_to_weight() -> None:
    """Weights 1, 2 and 5 over 20,000 races: shares within five standard errors; weight 0 never wins."""
    sellers = np.array([draws.text_key("s", i) for i in range(4)], dtype=np.uint64)
    weights = np.array([1.0, 2.0, 5.0, 0.0])
    n = 20_000
    wins = np.zeros(4)
    for buyer in range(n):
        wins[np.argmin(draws.race_times(9, sellers, np.uint64(buyer), weights, 1))] += 1
    expected = weights / weights.sum()
    assert np.abs(wins / n - expected).max() < 5.0 * math.sqrt(0.25 / n)
    assert wins[3] == 0


def test_one_runner_more_changes_only_the_races_it_wins() -> None:
    """The other runners' times stay as they are, bit by bit."""
    sellers = np.array([draws.text_key("s", i) for i in range(6)], dtype=np.uint64)
    weights = np.linspace(0.5, 2.0, 6)
    for buyer in range(200):
        few = draws.race_times(9, sellers[:5], np.uint64(buyer), weights[:5], 1)
        many = draws.race_times(9, sellers, np.uint64(buyer), weights, 1)
        assert (many[:5] == few).all()
