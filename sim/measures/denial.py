"""Denial: how much less arrived than in the twin, for whom, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from sim.ledger.labels import tick_dates
from sim.measures.registry import Value, measure
from sim.measures.view import View
from sim.measures.window import Window

LEAST_UNITS = 100
"""A denied share is undefined where the twin delivers fewer units than this."""
TOO_LITTLE = f"fewer than {LEAST_UNITS} units delivered in the twin"
NO_EFFECT = "no policy compared acts within the record"
TOO_SHORT = "fewer than 13 weeks of the record lie in weeks 13-52 after the effect date"
LEAST_SHARE = 0.05
"""Denied shares below this give no burden ratio and no half-life."""
AIM = 0.9
"""The aim of cutting nine tenths of the flow (evidence D26)."""


def share_denied(with_policies: float, without: float) -> tuple[float, str]:
    """Denied share, 1 - D ÷ D⁰.

    Args:
        with_policies: Units delivered in the run, D.
        without: Units delivered in the twin, D⁰.

    Returns:
        Share (negative where more arrived) and the reason where it is undefined.

    Example:
        >>> share_denied(50.0, 200.0)
        (0.75, '')
        >>> share_denied(0.0, 99.0)
        (nan, 'fewer than 100 units delivered in the twin')
    """
    if without < LEAST_UNITS:
        return float("nan"), TOO_LITTLE
    return 1.0 - with_policies / without, ""


@measure("denied share", "share", "ratio of sums", undefined=TOO_LITTLE, compares=True)
def denied(run: View, twin: View, window: Window) -> Iterator[Value]:
    """1 - Σ D ÷ Σ D⁰: the share of the twin's deliveries that did not arrive; negative where more arrived."""
    for side, product, d, d0 in run.pairs(run.delivered(window), twin.delivered(window)):
        share, reason = share_denied(d, d0)
        yield Value(share, side, product, reason=reason)


@measure("units denied", "units", "difference of sums", compares=True)
def units_denied(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Σ D⁰ - Σ D: units that arrived in the twin and not in the run."""
    for side, product, d, d0 in run.pairs(run.delivered(window), twin.delivered(window)):
        yield Value(d0 - d, side, product)


def effect_window(run: View, twin: View) -> tuple[Window | None, str]:
    """Weeks 13 to 52 after the effect date, which :func:`denied_after` defines: from day 7·13 up to day 7·52 after it.

    So the headline judges as many of the policies together as the record allows.

    Args:
        run: A run.
        twin: Its twin.

    Returns:
        The window, cut to the record, or None with the reason.
    """
    effects = run.against(twin).effects
    if not effects:
        return None, NO_EFFECT
    dates = tick_dates(run.records)
    step = dates[1] - dates[0] if dates.size > 1 else np.timedelta64(7, "D")
    windows = []
    for effect in effects:
        first, after = (np.datetime64(effect + timedelta(weeks=weeks)) for weeks in (13, 52))
        window = Window.of(run.records, int(np.searchsorted(dates, first)), int(np.searchsorted(dates, after)))
        windows.append((bool(after <= dates[-1] + step), window))
    long_enough = [(whole, each) for whole, each in windows if each.ticks * run.weeks_per_tick >= 13 - 1e-9]
    if not long_enough:
        return None, TOO_SHORT
    whole = [each for complete, each in long_enough if complete]
    return (whole or [each for _, each in long_enough])[-1], ""


def _after_effect(run: View, twin: View) -> Iterator[tuple[str, float, str, str]]:
    """Side, denied share after the effect date, reason, window."""
    own, reason = effect_window(run, twin)
    if own is None:
        yield from ((side, float("nan"), reason, "") for side in run.sides)
        return
    for side, share, why in _shares(run, twin, own):
        yield side, share, why, own.label


@measure(
    "P(denied share ≥ 0.9)",
    "probability",
    "once",
    undefined=f"{NO_EFFECT}; {TOO_SHORT}; {TOO_LITTLE}",
    over_runs="proportion",
    compares=True,
)
def denied_90(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Whether nine tenths were denied in weeks 13-52 after the effect date, as ``denied_after`` counts them.

    1 or 0 for a run; its mean over runs is the probability, the headline against the aim of cutting 90% (evidence
    D26).
    """
    for side, share, reason, own in _after_effect(run, twin):
        yield Value(float("nan") if reason else float(share >= AIM), side, reason=reason, window=own)


@measure(
    "denied share, weeks 13-52",
    "share",
    "ratio of sums",
    undefined=f"{NO_EFFECT}; {TOO_SHORT}; {TOO_LITTLE}",
    compares=True,
)
def denied_after(run: View, twin: View, window: Window) -> Iterator[Value]:
    """The denied share in weeks 13-52 after the effect date.

    The effect date is the latest one on which a policy compared begins to act and after which the record holds all of
    these weeks; where none leaves them all, the latest that leaves 13 of them. A policy that begins later is in the
    window all the same, and one may end in it. The window stands in the column ``window``.
    """
    for side, share, reason, own in _after_effect(run, twin):
        yield Value(share, side, reason=reason, window=own)


def _shares(run: View, twin: View, window: Window) -> list[tuple[str, float, str]]:
    """Denied share of each side with the reason where undefined."""
    d, d0 = run.delivered(window).sum(axis=1), twin.delivered(window).sum(axis=1)
    return [(side, *share_denied(float(d[s]), float(d0[s]))) for s, side in enumerate(run.sides)]


@measure("burden", "share", "difference of sums", undefined=TOO_LITTLE, compares=True)
def burden(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Denied share of one side less that of another: who bears more of the restrictions."""
    shares = _shares(run, twin, window)
    for side, a, reason in shares:
        for other, b, why in shares:
            if other != side:
                yield Value(a - b, side, by="side", item=other, reason=reason or why)


@measure(
    "burden ratio",
    "1",
    "ratio of sums",
    undefined=f"{TOO_LITTLE}; a denied share of {LEAST_SHARE} or less",
    compares=True,
)
def burden_ratio(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Denied share of one side over that of another, where both exceed 0.05."""
    shares = _shares(run, twin, window)
    for side, a, reason in shares:
        for other, b, why in shares:
            if other == side:
                continue
            reasons = reason or why or ("" if min(a, b) > LEAST_SHARE else f"a denied share of {LEAST_SHARE} or less")
            yield Value(float("nan") if reasons else a / b, side, by="side", item=other, reason=reasons)


def half_life_of(shares: NDArray[np.float64]) -> tuple[int, int, str]:
    """When a course of denied shares has fallen to half its peak.

    Args:
        shares: float64 (tick,), a smoothed denied share; NaN where undefined.

    Returns:
        Ticks from the peak to the first tick at half of it or less (-1 for none), ticks observed after the peak, and
        the reason where there is no value.

    Example:
        >>> half_life_of(np.array([0.1, 0.8, 0.6, 0.4, 0.1]))
        (2, 3, '')
        >>> half_life_of(np.array([0.1, 0.8, 0.6]))
        (-1, 1, 'censored: above half the peak to the end')
    """
    if not np.isfinite(shares).any():
        return -1, 0, TOO_LITTLE
    peak = int(np.nanargmax(shares))
    if shares[peak] < LEAST_SHARE:
        return -1, 0, f"the peak is below {LEAST_SHARE}"
    fallen = np.flatnonzero(shares[peak:] <= 0.5 * shares[peak])
    if fallen.size == 0:
        return -1, shares.size - 1 - peak, "censored: above half the peak to the end"
    return int(fallen[0]), shares.size - 1 - peak, ""


@measure(
    "half-life of the effect",
    "weeks",
    "once",
    undefined=f"the peak is below {LEAST_SHARE}; {TOO_LITTLE}; censored where the effect never halves",
    compares=True,
)
def half_life(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Weeks from the peak of the 13-week denied share to the first week at half the peak or less (evidence D28).

    The 13-week denied share at a tick is that of the 13 weeks up to and including it; the first is that of the
    first 13 weeks of the window. Censored at the end of the window.
    """
    length = max(1, round(13 / run.weeks_per_tick))
    courses = []
    for view in (run, twin):
        units = view.by_tick(view.units, view.rows(window)).sum(axis=2)[window.first : window.after]
        total = np.vstack([np.zeros((1, units.shape[1])), np.cumsum(units, axis=0)])
        courses.append(total[length:] - total[:-length] if window.ticks >= length else np.zeros((0, units.shape[1])))
    d, d0 = courses
    defined = d0 >= LEAST_UNITS
    shares = np.where(defined, 1.0 - d / np.where(defined, d0, 1.0), np.nan)
    for s, side in enumerate(run.sides):
        if shares.shape[0] == 0:
            yield Value(float("nan"), side, reason="the window is shorter than 13 weeks")
            continue
        ticks, seen, reason = half_life_of(shares[:, s])
        weeks = run.weeks_per_tick
        if not reason:
            yield Value(ticks * weeks, side)
        elif reason.startswith("censored"):
            yield Value(float("nan"), side, reason=reason, above=seen * weeks)
        else:
            yield Value(float("nan"), side, reason=reason)
