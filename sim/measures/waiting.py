"""Waiting: from the need that an order was placed for to receipt."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.measures.registry import Value, measure
from sim.measures.view import View, sums
from sim.measures.window import Window

NO_ORDERS = "no orders"
UNREACHED = "censored: half of the orders were not received"


def kaplan_meier_median(
    leave: NDArray[np.floating],
    weight: NDArray[np.floating],
    censored: NDArray[np.bool_],
    enter: NDArray[np.floating] | None = None,
) -> tuple[float, float]:
    """Median of durations of which some are censored, by the product-limit estimator (Kaplan and Meier 1958).

    ``S(t) = Π (1 - d_u ÷ n_u)`` over durations ``u ≤ t`` with receipts, where d_u is the weight received at u and n_u
    the weight with ``enter < u ≤ leave``. Late entry is as in Brookmeyer and Crowley's left truncation: what began
    before the window is at risk only from its age at the window's start.

    Args:
        leave: (row,), duration at receipt or at censoring.
        weight: (row,), units.
        censored: (row,), not received by then.
        enter: (row,), duration from which a row is observed; 0 by default.

    Returns:
        The least duration with ``S ≤ 0.5``, and NaN; or NaN, and the longest duration observed, above which the
        median lies.

    Example:
        >>> kaplan_meier_median(np.array([1.0, 2.0, 3.0]), np.ones(3), np.array([False, False, True]))
        (2.0, nan)
    """
    enter = np.zeros(leave.size) if enter is None else enter
    used = (weight > 0) & (leave > enter)
    if not used.any():
        return float("nan"), float("nan")
    rows = np.flatnonzero(used)
    rows = rows[np.argsort(leave[rows], kind="stable")]
    leave, weight, censored, enter = leave[rows], weight[rows].astype(np.float64), censored[rows], enter[rows]
    last = np.append(np.flatnonzero(leave[1:] > leave[:-1]), leave.size - 1)
    times = leave[last]
    gone, received = np.zeros(times.size), np.cumsum(weight * ~censored)[last]
    gone[1:] = np.cumsum(weight)[last[:-1]]
    received[1:] -= received[:-1].copy()
    entered = np.cumsum(np.bincount(np.searchsorted(times, enter, side="right"), weight, times.size))
    at_risk = entered - gone
    survival = np.cumprod(1.0 - np.divide(received, at_risk, out=np.zeros_like(received), where=at_risk > 0))
    below = np.flatnonzero(survival <= 0.5 + 1e-12)
    if below.size:
        return float(times[below[0]]), float("nan")
    return float("nan"), float(times[-1])


@measure("delay", "weeks", "median", undefined=f"{NO_ORDERS}; {UNREACHED}")
def delay(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Median time from the need to its receipt by a buyer of the side, weighted by units.

    Needs still open are censored, never dropped (Kaplan-Meier). Within a window needs are observed from its start, or
    from when they arose, to its end. Goods of a side's own industry are included: orders do not say who will fill
    them.
    """
    rows = run.records.waits
    since, until, side, product = (rows[name].astype(np.int64) for name in ("since", "tick", "side", "product"))
    units = rows["units"].astype(np.float64)
    seen = (until >= window.first) & (since < window.after) & run.scope[product]
    # A window's last receipts are those of its last tick; what comes later is still open then.
    age = np.maximum(0, np.minimum(until, window.after - 1) - since)
    censored = rows["censored"].astype(np.bool_) | (until >= window.after)
    # Needs that arose within the window are observed from their first day, and differ in their age alone.
    new = np.flatnonzero(seen & (since >= window.first))
    shape = (len(run.sides), len(run.products), 2, int(age[new].max(initial=0)) + 1)
    place = np.ravel_multi_index((side[new], product[new], censored[new].astype(np.int64), age[new]), shape)
    fresh = sums(place, units[new], math.prod(shape)).reshape(shape)
    ages = np.tile(np.arange(float(shape[3])), 2)
    late = np.repeat([False, True], shape[3])
    old = np.flatnonzero(seen & (since < window.first))
    side, product, units, age, censored = (each[old] for each in (side, product, units, age, censored))
    # A receipt in a window's first tick, of a need older than it, happens at the moment of entry: observe it.
    since_when = window.first - since[old] - 0.5
    for s, name in enumerate(run.sides):
        for p in [None, *(np.flatnonzero(run.scope).tolist() if run.wants("product") else ())]:
            chosen = (side == s) & (True if p is None else product == p)
            label = "" if p is None else run.products[p]
            weight = np.concatenate([(fresh[s].sum(axis=0) if p is None else fresh[s, p]).ravel(), units[chosen]])
            if not weight.sum() > 0:
                yield Value(float("nan"), name, label, reason=NO_ORDERS)
                continue
            enter = np.concatenate([np.zeros(ages.size), since_when[chosen]])
            leave = np.concatenate([ages, age[chosen]])
            # A receipt within the tick of the need waits no time; it still counts.
            leave = np.where(leave <= enter, enter + 1e-9, leave)
            median, above = kaplan_meier_median(leave, weight, np.concatenate([late, censored[chosen]]), enter)
            weeks = run.weeks_per_tick
            if np.isfinite(median):
                yield Value(round(median, 6) * weeks, name, label)
            else:
                yield Value(float("nan"), name, label, reason=UNREACHED, above=round(above, 6) * weeks)
