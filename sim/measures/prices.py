"""Prices: what a side paid over what the goods used to cost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.measures.registry import Value, measure
from sim.measures.supply import NOTHING
from sim.measures.view import View
from sim.measures.window import Window


def weighted_premium(
    paid: NDArray[np.float64], reference: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Premium over reference prices with fixed product weights, ``Σ w·paid ÷ reference ÷ Σ w - 1``.

    With weights equal to ``reference`` it is ``Σ paid ÷ Σ (units x reference price) - 1``. Products of which nothing
    was bought drop out, and the others share their weight.

    Args:
        paid: (..., product), paid for what was bought, US dollars.
        reference: (..., product), the same units at reference prices, US dollars.
        weights: (..., product), fixed weights.

    Returns:
        (...), NaN where nothing of any weight was bought.

    Example:
        >>> weighted_premium(np.array([150.0, 100.0]), np.array([100.0, 100.0]), np.array([1.0, 3.0])).item()
        0.125
    """
    bought = reference > 0
    index = np.divide(paid, reference, out=np.zeros_like(paid), where=bought)
    used = np.where(bought, weights, 0.0)
    total = used.sum(axis=-1)
    above = (used * index).sum(axis=-1)
    return np.divide(above, total, out=np.full(np.shape(total), np.nan), where=total > 0) - 1.0


@measure("premium", "share", "ratio of sums", undefined=NOTHING)
def premium(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Σ paid ÷ Σ (units x reference price) - 1, with fixed product weights.

    The weights of a side's products are their shares in the twin's deliveries at reference prices, so that a shift
    toward dearer or cheaper products is no change of price. Without a twin, or for products that the twin does not
    deliver, the run's own.
    """
    rows = run.rows(window)
    reference = run.total(run.units, rows) * run.records.world.reference_price
    paid = run.total(run.value, rows)
    weights = reference
    if twin is not None:
        other = twin.delivered(window) * twin.records.world.reference_price
        usable = (np.where(reference > 0, other, 0.0)).sum(axis=1, keepdims=True) > 0
        weights = np.where(usable, other, reference)
    whole = weighted_premium(paid, reference, weights)
    for s, side in enumerate(run.sides):
        none = not np.isfinite(whole[s])
        yield Value(float(whole[s]), side, reason=NOTHING if none else "")
        for p in np.flatnonzero(run.scope):
            if reference[s, p] > 0:
                yield Value(float(paid[s, p] / reference[s, p] - 1.0), side, run.products[p])
            else:
                yield Value(float("nan"), side, run.products[p], reason=NOTHING)
