"""Differences between arms, paired by seed, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.intervals import BONETT_PRICE, ONE_PAIR, STUDENT, bonett_price, removed, student
from sim.experiments.over_runs import Spread, spread
from sim.measures.frame import KEYS
from sim.measures.registry import REGISTRY

ABOUT = tuple(key for key in KEYS if key != "window")
"""Columns that name a value within a run of an arm; the window of a measure may differ between arms."""
HEADLINE = (
    "delivered",
    "delivered_value",
    "denied",
    "denied_after",
    "diverted",
    "leakage",
    "chain_length",
    "premium",
    "delay",
    "cover",
    "unmet",
    "units_denied",
    "seizures",
    "listings",
    "cost",
    "collateral",
)
"""Measures for which the variance removed by pairing is told, and each policy's part."""
OWN_DATES = ("denied_90", "denied_after")
"""Measures whose window hangs on the policies of a run; no part of a policy is taken of them."""
FIXED, BOTH = "luck only", "world and luck"
"""What varies from seed to seed: the luck in one world, or the world too."""
Table = NDArray[np.float64]


def differences(measures: pd.DataFrame, arms: Sequence[str], against_twin: bool = False) -> pd.DataFrame:
    """What each arm has more than another, by measure, over the same seeds.

    The estimate is the mean of the differences over the seeds in which both values are defined. Its 90% interval is
    Student's, for paired proportions Bonett and Price's (:mod:`sim.experiments.intervals`); with one pair there
    is none. Values that are censored count as undefined: the difference of two bounds says nothing.

    Args:
        measures: Measures of runs, with ``arm`` and ``seed``.
        arms: Arms in order.
        against_twin: False to take the first arm from each of the others, True to take from each arm its own twin.

    Returns:
        One row an arm, a measure and what it is about. Columns: ``arm``, ``against``, ``measure``, ``side``,
        ``product``, ``by``, ``item``, ``difference``, ``low``, ``high``, ``n`` (pairs), ``undefined`` (pairs without
        a difference), ``value`` and ``against_value`` (means over the pairs), ``unit``, ``method`` (of the
        interval), ``window`` (both, where they differ), ``reason`` (why there is no difference, or no interval).
    """
    table, value = _by_arm(measures, arms)
    twin = table.twin.reshape(value.shape)
    windows = _windows(measures, table.rows, arms)
    parts = []
    for at, arm in enumerate(arms):
        if against_twin:
            one, other, against = value[:, at], twin[:, at], "twin"
            rows = np.isfinite(other).any(axis=1)
            window = windows[at]
        elif at == 0:
            continue
        else:
            one, other, against = value[:, at], value[:, 0], arms[0]
            rows = np.ones(len(table.rows), np.bool_)
            window = np.where(windows[at] == windows[0], windows[0], windows[0] + " | " + windows[at])
        found = _paired(table, one, other, rows).assign(window=window[rows])
        found.insert(0, "arm", arm)
        found.insert(1, "against", against)
        parts.append(found)
    columns = [*ABOUT, "difference", "low", "high", "n", "undefined", "value", "against_value", "unit", "method"]
    if not parts:
        return pd.DataFrame(columns=["arm", "against", *columns, "window", "reason"])
    whole = pd.concat(parts, ignore_index=True)
    return whole[["arm", "against", *columns, "window", "reason"]].astype(
        {"arm": "str", "against": "str", "window": "str"}
    )


def parts(measures: pd.DataFrame, without: pd.DataFrame, arms: Sequence[str]) -> pd.DataFrame:
    """Each policy's part: the run with all policies of an arm less the run without that one.

    Args:
        measures: Measures of the arms, with ``arm`` and ``seed``.
        without: Measures of the runs that lack one policy, with ``arm``, ``policy`` and ``seed``.
        arms: Arms in order.

    Returns:
        One row an arm, a policy and a measure. Columns: ``arm``, ``policy``, and those of :func:`differences` with
        ``part`` for the difference, ``value`` with and ``without`` for the value without the policy.
    """
    names = [*ABOUT, "part", "low", "high", "n", "undefined", "value", "without", "unit", "method", "reason"]
    columns = ["arm", "policy", *names]
    found = []
    for arm in arms:
        for policy in [] if without.empty else sorted(set(without.loc[without["arm"] == arm, "policy"])):
            lacking = without[(without["arm"] == arm) & (without["policy"] == policy)]
            chosen = (measures["arm"] == arm) & measures["seed"].isin(lacking["seed"])
            chosen &= measures["measure"].isin(lacking["measure"]) & (measures["product"] == "")
            chosen &= measures["by"] == ""
            # Arms may have any name, these two as well.
            both = [measures[chosen].assign(arm="with"), lacking.assign(arm="without")]
            pair = pd.concat(both, ignore_index=True)
            rows = differences(pair, ("without", "with"))
            rows = rows.rename(columns={"difference": "part", "against_value": "without"})
            found.append(rows.assign(arm=arm, policy=policy)[columns])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def pairing(measures: pd.DataFrame, fixed: pd.DataFrame, arms: Sequence[str]) -> pd.DataFrame:
    """How much variance the pairing by seed took out of the differences with the first arm.

    Args:
        measures: Measures of the arms, with ``arm`` and ``seed``: world and luck vary with the seed.
        fixed: The same with the world of one seed and varying luck; may be empty.
        arms: Arms in order.

    Returns:
        One row a case (``"world and luck"``, ``"luck only"``), an arm, a headline measure and a side. Columns:
        ``case``, ``arm``, ``against``, ``measure``, ``side``, ``variance_unpaired``, ``variance_paired``, ``factor``
        (their ratio, see :func:`sim.experiments.intervals.removed`), ``n`` (pairs), ``unit``, ``reason`` (why there
        is no finite factor).
    """
    out = []
    for case, frame in ((BOTH, measures), (FIXED, fixed)):
        if frame.empty:
            continue
        whole = frame[frame["measure"].isin(HEADLINE) & (frame["product"] == "") & (frame["by"] == "")]
        table, value = _by_arm(whole, arms)
        for at, arm in enumerate(arms[1:], 1):
            for row, about in enumerate(table.rows.itertuples(index=False)):
                unpaired, paired, factor, n = removed(value[row, at], value[row, 0])
                reason = "" if np.isfinite(factor) else _no_factor(value[row, at] - value[row, 0])
                out.append(
                    (case, arm, arms[0], about.measure, about.side, unpaired, paired, factor, n, about.unit, reason)
                )
    columns = ["case", "arm", "against", "measure", "side", "variance_unpaired", "variance_paired", "factor", "n"]
    return pd.DataFrame(out, columns=[*columns, "unit", "reason"])


def _no_factor(apart: Table) -> str:
    """Why the variance of paired differences, (pair,) with NaN where undefined, cannot be divided by."""
    known = apart[np.isfinite(apart)]
    if known.size < 2:
        return "fewer than two pairs"
    return "identical to the first" if not known.any() else "always the same difference"


def _by_arm(measures: pd.DataFrame, arms: Sequence[str]) -> tuple[Spread, Table]:
    """Measures as a table, and its values as float64 (row, arm, seed)."""
    seeds = sorted(set(measures["seed"]))
    place = {arm: at for at, arm in enumerate(arms)}
    column = measures["arm"].map(place).to_numpy(np.int64) * len(seeds) + np.searchsorted(seeds, measures["seed"])
    table = spread(measures.assign(seed=column), ABOUT, range(len(arms) * len(seeds)))
    return table, table.value.reshape(len(table.rows), len(arms), len(seeds))


def _windows(measures: pd.DataFrame, rows: pd.DataFrame, arms: Sequence[str]) -> list[NDArray[np.object_]]:
    """Window of each row, by arm."""
    # Where a measure with a window of its own is undefined, it names the whole one; prefer what a defined one says.
    sure = measures.sort_values("reason", key=lambda reason: reason != "", kind="stable")
    first = sure.drop_duplicates(["arm", "measure"]).set_index(["arm", "measure"])["window"]
    return [np.array([first.get((arm, measure), "") for measure in rows["measure"]], dtype=object) for arm in arms]


def _paired(table: Spread, one: Table, other: Table, rows: NDArray[np.bool_]) -> pd.DataFrame:
    """Differences of some rows of a table, with their intervals."""
    one, other, about = one[rows], other[rows], table.rows[rows].reset_index(drop=True)
    apart = one - other
    mean, half, n = student(apart)
    low, high = mean - half, mean + half
    shares = np.array([REGISTRY[name].over_runs == "proportion" for name in about["measure"]], np.bool_)
    if shares.any():
        mean[shares], low[shares], high[shares], n[shares] = bonett_price(apart[shares])
    both = np.isfinite(apart)
    means = (
        np.divide(np.where(both, each, 0.0).sum(axis=1), n, out=np.full(n.shape, np.nan), where=n > 0)
        for each in (one, other)
    )
    why = np.where(table.reason[rows] == "", "one of the two is undefined", table.reason[rows])
    reason = np.where(n == 0, why, np.where(n == 1, ONE_PAIR, ""))
    value, against = means
    return about[list(ABOUT)].assign(
        difference=mean,
        low=low,
        high=high,
        n=n,
        undefined=apart.shape[1] - n,
        value=value,
        against_value=against,
        unit=about["unit"],
        method=pd.Series(np.where(shares, BONETT_PRICE, STUDENT), dtype="str"),
        reason=pd.Series(reason, dtype="str"),
    )
