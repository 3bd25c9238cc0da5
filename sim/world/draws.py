"""Keyed draws: every random number is a pure function of (seed, key, tick, purpose, index).

No key holds a side, a policy, an order of evaluation or a count of agents. So a change in one place leaves the
luck of all others as it was: common random numbers, without any bookkeeping.

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache

import numpy as np

from sim.jit import kernel
from sim.world.floats import exp, inverse_normal, log

PRODUCE = 1
USE = 2
LOSE = 3
DONATE = 4
PLAN = 5
CALL = 6
BID = 7
PRIORITY = 8
CAPACITY = 9
SHIP = 10
OBSERVE = 11
INVESTIGATE = 12
FOUND = 13
SEARCH = 14
NEIGHBOUR = 15
GIVE = 16
LICENCE = 17
RELEASE = 18
OWN = 19
RECORD = 20
TRACK = 21
BANK = 22
INPUTS = 24
STATEMENT = 25
CONTENT = 26
TEST = 27
AUDIT = 28
TRAIT = 32
DEGREE = 33
LINK = 34

TABLE_SIZE = 1025
"""Length of a quantile table."""
TABLE_POINTS = np.clip(np.arange(TABLE_SIZE) / (TABLE_SIZE - 1.0), 1e-4, 1.0 - 1e-4)
"""Probabilities of a quantile table; the ends are kept off 0 and 1, where quantiles may be infinite."""

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_ZERO = np.uint64(0)


@kernel
def philox(k0: int, k1: int, c0: int, c1: int, c2: int, c3: int) -> tuple[int, int, int, int]:
    """Philox4x32-10: four 32-bit words from a key of two and a counter of four, all as uint64.

    Example:
        >>> z = np.uint64(0)
        >>> [hex(word) for word in philox(z, z, z, z, z, z)]
        ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0 = ((product_1 >> _SHIFT) ^ c1 ^ k0) & _LOW
        c1 = product_1 & _LOW
        c2 = ((product_0 >> _SHIFT) ^ c3 ^ k1) & _LOW
        c3 = product_0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@kernel
def block(seed: int, key: int, tick: int, purpose: int, index: int) -> tuple[int, int, int, int]:
    """The four words of one address.

    Args:
        seed: uint64 seed of the run.
        key: uint64 key of an agent, a link or a leg.
        tick: Tick, burn-in included, from 0.
        purpose: One of the constants of this module, below 256.
        index: Which draw of this purpose, below 2**24.

    Returns:
        Four words as uint64, each below 2**32.
    """
    seed = np.uint64(seed)
    key = np.uint64(key)
    last = np.uint64((purpose << 24) + index)
    return philox(seed & _LOW, seed >> _SHIFT, key & _LOW, key >> _SHIFT, np.uint64(tick), last)


@kernel
def uniform(word: int) -> float:
    """A word as a number strictly between 0 and 1.

    Example:
        >>> float(uniform(np.uint64(0))) * 2.0**33
        1.0
    """
    return (np.float64(word) + 0.5) * 2.3283064365386963e-10


@kernel
def draw(seed: int, key: int, tick: int, purpose: int, index: int) -> float:
    """The uniform of the first word of an address."""
    words = block(seed, key, tick, purpose, index)
    return uniform(words[0])


@kernel
def splitmix(x: int) -> int:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection that mixes all bits.

    Example:
        >>> int(splitmix(np.uint64(0)))
        16294208416658607535
    """
    x = np.uint64(x) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@kernel
def link_key(seller: int, buyer: int) -> int:
    """Key of a link from the keys of its two agents.

    Example:
        >>> a, b = np.uint64(1), np.uint64(2)
        >>> int(link_key(a, b)) != int(link_key(b, a))
        True
    """
    return splitmix(np.uint64(seller) + splitmix(np.uint64(buyer)))


@lru_cache(maxsize=1 << 14)
def text_key(first: str, second: str | int) -> int:
    """Key from two words: the first 8 bytes of their BLAKE2b hash, read as a little-endian number.

    Example:
        >>> text_key("traders", 0) != text_key("traders", 1)
        True
    """
    digest = hashlib.blake2b(f"{first}\0{second}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@kernel
def whole(x: float, u: float) -> int:
    """Stochastic rounding: ``floor(x + u)``, whose mean over u is x.

    Example:
        >>> whole(2.25, 0.5), whole(2.25, 0.8)
        (2, 3)
    """
    return math.floor(x + u)


@kernel
def binomial(n: int, p: float, u: float) -> int:
    """A binomial count by inversion of one uniform.

    Sums probabilities from zero where ``n * p <= 30``; beyond, the normal approximation, rounded and clipped.

    Args:
        n: Trials, at least 0.
        p: Probability of each, 0 to 1.
        u: Uniform, 0 < u < 1.

    Returns:
        The count, 0 to n.

    Example:
        >>> binomial(10, 0.5, 0.5), binomial(0, 0.5, 0.9), binomial(7, 1.0, 0.1)
        (5, 0, 7)
    """
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    mean = n * p
    if mean > 30.0:
        k = math.floor(mean + math.sqrt(mean * (1.0 - p)) * inverse_normal(u) + 0.5)
        return min(n, max(0, k))
    # (1 - p) ** n by repeated squaring: no logarithm, the same bits everywhere.
    probability = 1.0
    base = 1.0 - p
    exponent = n
    while exponent > 0:
        if exponent & 1:
            probability *= base
        base *= base
        exponent >>= 1
    odds = p / (1.0 - p)
    k = 0
    total = probability
    while u > total and k < n:
        probability *= odds * (n - k) / (k + 1)
        k += 1
        total += probability
        if probability < 1e-18 and k > mean:
            break
    return k


@kernel
def donation_shock(sigma: float, u: float) -> float:
    """A lognormal factor of mean 1: ``exp(sigma * z - sigma**2 / 2)``; 1 where sigma is 0.

    Example:
        >>> donation_shock(0.0, 0.9)
        1.0
    """
    if sigma == 0.0:
        return 1.0
    return exp(sigma * inverse_normal(u) - 0.5 * sigma * sigma)


@kernel
def quantile_table(row: np.ndarray, u: float) -> float:
    """A quantile read by linear interpolation in a table of values at u = 0, 1/n, ..., 1.

    Args:
        row: float64 (n + 1,).
        u: Uniform, 0 < u < 1.

    Returns:
        The quantile.

    Example:
        >>> float(quantile_table(np.array([0.0, 1.0, 4.0]), 0.75))
        2.5
    """
    x = u * (row.shape[0] - 1)
    i = math.floor(x)
    return row[i] + (x - i) * (row[i + 1] - row[i])


@kernel
def draw_many(seed: int, keys: np.ndarray, tick: int, purpose: int, index: int) -> np.ndarray:
    """The uniforms of many keys. ``keys``: uint64 (n,). Returns float64 (n,)."""
    out = np.empty(keys.shape[0])
    for i in range(keys.shape[0]):
        out[i] = draw(seed, keys[i], tick, purpose, index)
    return out


@kernel
def link_keys(sellers: np.ndarray, buyers: np.ndarray) -> np.ndarray:
    """Keys of many links. ``sellers``, ``buyers``: uint64 (n,). Returns uint64 (n,)."""
    out = np.empty(sellers.shape[0], dtype=np.uint64)
    for i in range(sellers.shape[0]):
        out[i] = link_key(sellers[i], buyers[i])
    return out


@kernel
def race_times(seed: int, sellers: np.ndarray, buyer: int, weights: np.ndarray, index: int) -> np.ndarray:
    """Arrival times of sellers in an exponential race for a place among a buyer's links.

    Args:
        seed: Seed of the run.
        sellers: uint64 (n,), keys.
        buyer: uint64 key.
        weights: float64 (n,); 0 never arrives.
        index: Which race.

    Returns:
        float64 (n,): ``-log(u) / weight``.
    """
    out = np.empty(sellers.shape[0])
    for i in range(sellers.shape[0]):
        out[i] = np.inf
        if weights[i] > 0.0:
            out[i] = -log(draw(seed, link_key(sellers[i], buyer), 0, LINK, index)) / weights[i]
    return out
