"""Waiting: from the need that an order was placed for to receipt."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.measures.registry import Value, measure
from sim.measures.view import View
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
    leave, weight, censored, enter = leave[used], weight[used].astype(np.float64), censored[used], enter[used]
    if leave.size == 0:
        return float("nan"), float("nan")
    times, where = np.unique(leave, return_inverse=True)
    received = np.bincount(where, weight * ~censored, times.size)
    gone = np.concatenate([[0.0], np.cumsum(np.bincount(where, weight, times.size))[:-1]])
    order = np.argsort(enter, kind="stable")
    entered = np.concatenate([[0.0], np.cumsum(weight[order])])[np.searchsorted(enter[order], times, side="left")]
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
    since, until = rows["since"].astype(np.float64), rows["tick"].astype(np.float64)
    side, product = rows["side"].astype(np.int64), rows["product"].astype(np.int64)
    seen = (until >= window.first) & (since < window.after) & run.scope[product]
    enter = np.maximum(0.0, window.first - since)
    # A window's last receipts are those of its last tick; what comes later is still open then.
    leave = np.minimum(until, window.after - 1) - since
    censored = rows["censored"].astype(np.bool_) | (until >= window.after)
    # A receipt in a window's first tick, of a need older than it, happens at the moment of entry: observe it.
    enter = np.where(enter > 0, enter - 0.5, enter)
    # A receipt within the tick of the need waits no time; it still counts.
    leave = np.where(leave <= enter, enter + 1e-9, leave)
    units = rows["units"].astype(np.float64)
    for s, name in enumerate(run.sides):
        for p in [None, *np.flatnonzero(run.scope).tolist()]:
            chosen = seen & (side == s) & (True if p is None else product == p)
            label = "" if p is None else run.products[p]
            if not units[chosen].sum() > 0:
                yield Value(float("nan"), name, label, reason=NO_ORDERS)
                continue
            median, above = kaplan_meier_median(leave[chosen], units[chosen], censored[chosen], enter[chosen])
            weeks = run.weeks_per_tick
            if np.isfinite(median):
                yield Value(round(median, 6) * weeks, name, label)
            else:
                yield Value(float("nan"), name, label, reason=UNREACHED, above=round(above, 6) * weeks)
