"""Draws of the uncertain parameters in proportion to prior times expected agreement, by an emulator."""

from __future__ import annotations

from collections.abc import Callable

import emcee
import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from threadpoolctl import threadpool_limits

Float = NDArray[np.float64]

WALKERS_A_FACTOR = 6
"""Walkers for each factor; an ensemble sampler needs more walkers than factors by far."""
STEPS = 2_000
"""Steps of each walker; the first half finds the region and is thrown away."""
EDGE = 1e-9
"""Positions keep this distance from 0 and 1."""


def draw_posterior(
    agreement: Callable[[Float], Float], factors: int, count: int, seed: int, strength: float = 1.0
) -> Float:
    """Draws positions by Markov chains (Foreman-Mackey et al. 2013, emcee; differential evolution: ter Braak 2006).

    Positions are probabilities in the priors, so the prior of each is uniform and the priors themselves need no
    formula.

    Args:
        agreement: Log of the expected agreement of draws, from positions float64 (draw, factor) to float64 (draw,).
        factors: Number of factors.
        count: Draws wanted.
        seed: Seed of the chains.
        strength: Power to which the agreement is raised: below 1 for a first, wider look.

    Returns:
        float64 (count, factor), 0 to 1; the same for the same arguments.

    Example:
        >>> found = draw_posterior(lambda u: -0.5 * ((u[:, 0] - 0.25) / 0.05) ** 2, 1, 500, seed=1)
        >>> found.shape, bool(abs(found.mean() - 0.25) < 0.02)
        ((500, 1), True)
    """
    walkers = max(32, 2 * (WALKERS_A_FACTOR * factors // 2))
    rng = np.random.Generator(np.random.Philox(key=[seed, 0]))

    def density(scores: Float) -> Float:
        """Prior and agreement of normal scores."""
        return -0.5 * (scores**2).sum(axis=1) + strength * agreement(np.clip(norm.cdf(scores), EDGE, 1.0 - EDGE))

    # The best of many draws of the prior are where the chains begin.
    first = rng.standard_normal((20 * walkers, factors))
    with threadpool_limits(1):
        first = first[np.argsort(-density(first), kind="stable")[:walkers]]
        sampler = emcee.EnsembleSampler(
            walkers, factors, density, vectorize=True,
            moves=[(emcee.moves.DEMove(), 0.7), (emcee.moves.DESnookerMove(), 0.1), (emcee.moves.StretchMove(), 0.2)],
        )  # fmt: skip
        sampler.random_state = np.random.RandomState(rng.integers(2**31)).get_state()
        sampler.run_mcmc(first, STEPS)
    chain = sampler.get_chain(discard=STEPS // 2, flat=True)
    chosen = chain[rng.choice(len(chain), count, replace=count > len(chain))]
    return np.clip(norm.cdf(chosen), EDGE, 1.0 - EDGE)


def effective(log_weights: Float) -> float:
    """Effective number of draws of weighted ones: ``(sum w) ** 2 / sum w ** 2`` (Kish 1965).

    Args:
        log_weights: float64 (draw,).

    Example:
        >>> effective(np.zeros(8)), round(effective(np.array([0.0, -50.0])), 3)
        (8.0, 1.0)
    """
    weights = np.exp(log_weights - log_weights.max())
    return float(weights.sum() ** 2 / (weights**2).sum())


def resampled(log_weights: Float, count: int, seed: int) -> NDArray[np.int64]:
    """Rows in proportion to weights, by systematic resampling, in an order that is drawn too.

    Args:
        log_weights: float64 (draw,).
        count: Rows wanted.
        seed: Seed.

    Returns:
        int64 (count,); a row of great weight stands more than once.
    """
    rng = np.random.Generator(np.random.Philox(key=[seed, 1]))
    weights = np.exp(log_weights - log_weights.max())
    edges = np.cumsum(weights) / weights.sum()
    places = (np.arange(count) + rng.random()) / count
    return rng.permutation(np.minimum(np.searchsorted(edges, places), len(edges) - 1))
