"""Draws against the published generator and a second writing of the address: engine and oracle share them."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest

from sim.world import draws

PUBLISHED = [
    ((0, 0), (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 2, (0xFFFFFFFF,) * 4, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0xA4093822, 0x299F31D0),
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
"""Key, counter and words of the known-answer file of Random123 1.14 for philox4x32 with 10 rounds."""


def whole(number: int) -> Any:
    """A number as kernels take keys and seeds."""
    return np.uint64(number)


def philox(key: tuple[int, int], counter: tuple[int, int, int, int]) -> tuple[int, ...]:
    """Philox4x32-10 in whole numbers of Python, after the paper."""
    (k0, k1), (c0, c1, c2, c3) = key, counter
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b % 2**32, (a >> 32) ^ c3 ^ k1, a % 2**32
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return c0, c1, c2, c3


@pytest.mark.parametrize(("key", "counter", "words"), PUBLISHED)
def test_the_generator_is_the_published_one(
    key: tuple[int, int], counter: tuple[int, int, int, int], words: tuple[int, ...]
) -> None:
    """Compiled, and as written here."""
    assert philox(key, counter) == words
    assert tuple(int(w) for w in draws.philox(*map(whole, (*key, *counter)))) == words


def test_an_address_is_that_of_the_document() -> None:
    """sim/RULES.md, section 0: key (seed low, seed high), counter (key low, key high, tick, purpose 2^24 + index)."""
    for seed in (0, 7, 2**32 + 7, 2**63 - 1):
        for key in (1, 2**40 + 5, 2**64 - 1):
            for tick, purpose, index in ((0, 1, 0), (5, 2, 1), (5, 1, 17), (600, 34, 2**24 - 1)):
                counter = (key % 2**32, key >> 32, tick, purpose * 2**24 + index)
                words = philox((seed % 2**32, seed >> 32), counter)
                found = draws.block(whole(seed), whole(key), tick, purpose, index)
                assert tuple(int(w) for w in found) == words
                assert draws.draw(whole(seed), whole(key), tick, purpose, index) == (words[0] + 0.5) / 2**32


def test_no_two_purposes_are_the_same() -> None:
    """One constant a purpose, each below 256."""
    source = inspect.getsource(draws)
    names = [n for n, v in vars(draws).items() if n.isupper() and type(v) is int and f"\n{n} = {v}\n" in source]
    purposes = [n for n in names if n != "TABLE_SIZE"]
    assert len(purposes) >= 18
    values = [getattr(draws, n) for n in purposes]
    assert len(set(values)) == len(values)
    assert all(0 < v < 256 for v in values)


def test_a_link_key_is_that_of_the_document() -> None:
    """sim/RULES.md, section 0: splitmix(seller + splitmix(buyer)), modulo 2^64."""

    def splitmix(x: int) -> int:
        x = (x + 0x9E3779B97F4A7C15) % 2**64
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB % 2**64
        return x ^ (x >> 31)

    for seller, buyer in ((1, 2), (2, 1), (2**64 - 1, 2**63), (0, 0)):
        expected = splitmix((seller + splitmix(buyer)) % 2**64)
        assert int(draws.link_key(whole(seller), whole(buyer))) == expected


def test_rounding_is_right_in_the_mean() -> None:
    """``floor(x + u)``."""
    cases = [(2.25, 0.5), (2.25, 0.74), (2.25, 0.76), (0.0, 0.99), (3.0, 0.01)]
    assert [int(draws.whole(x, u)) for x, u in cases] == [2, 2, 3, 0, 3]


def test_the_binomial_is_the_exact_inverse_where_it_is_summed() -> None:
    """The least count whose cumulative probability reaches u; beyond a mean of 30 near the normal one."""
    for n, p in ((1, 0.3), (10, 0.5), (40, 0.6), (200, 0.1)):
        probabilities = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
        for u in (0.003, 0.2, 0.5, 0.77, 0.998):
            expected = next(k for k in range(n + 1) if sum(probabilities[: k + 1]) >= u)
            assert draws.binomial(n, p, u) == expected
    assert draws.binomial(1000, 0.5, 0.5) == 500
    assert draws.binomial(1000, 0.5, 0.8413447460685429) == 516
    assert [draws.binomial(n, p, 0.9) for n, p in ((0, 0.5), (7, 0.0), (7, 1.0))] == [0, 0, 7]


def test_quantiles_are_read_between_the_points() -> None:
    """Linear between two entries of the table."""
    row = np.array([0.0, 1.0, 4.0])
    assert [draws.quantile_table(row, u) for u in (0.25, 0.5, 0.75)] == [0.5, 1.0, 2.5]


def test_donations_have_mean_one() -> None:
    """Averaged over equal steps of u."""
    steps = (np.arange(20_000) + 0.5) / 20_000
    for sigma in (0.0, 0.3, 0.8):
        assert abs(np.mean([draws.donation_shock(sigma, u) for u in steps]) - 1.0) < 0.005
