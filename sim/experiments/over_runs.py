"""Runs joined: an estimate and an interval for each measure, over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measures.frame import KEYS
from sim.measures.registry import REGISTRY

LOW, HIGH = 0.05, 0.95
"""Quantiles over runs that bound an interval."""
Z = 1.6448536269514722
"""Standard normal quantile of 0.95, for proportions."""


def over_runs(measures: pd.DataFrame) -> pd.DataFrame:
    """Joins the measures of several runs.

    The estimate is the mean over the runs in which a measure is defined, and the interval goes from the 5% to the 95%
    quantile over them: how runs differ, not how well the mean is known. Where the value of a run is censored there is
    no estimate but a bound: the mean with each censored value at its own bound, above which the true mean lies. In
    the interval a censored value is larger than all others. A proportion of runs has Wilson's interval at 90%. One
    run has no interval.

    Args:
        measures: Measures of runs, one below another, with a column ``seed``.

    Returns:
        One row a measure and what it is about. Columns: the keys, ``estimate``, ``low``, ``high``, ``above`` (where
        values are censored the mean lies above this), ``n`` (runs in which it is defined, censored ones counted),
        ``runs``, ``twin`` (mean over the twins in which it is defined), ``twin_n`` (how many these are), ``unit``,
        ``reason`` (the commonest, where no run defines it).
    """
    found = spread(measures)
    first, shape = found.rows, found.value.shape
    how = first["measure"].map(lambda name: REGISTRY[name].over_runs).to_numpy()
    out = {name: np.full(shape[0], np.nan) for name in ("estimate", "low", "high", "above")}
    counts = np.zeros(shape[0], np.int64)
    for row in range(shape[0]):
        joined = _join(found.value[row], found.above[row], how[row])
        out["estimate"][row], out["low"][row], out["high"][row], out["above"][row], counts[row] = joined
    defined = np.isfinite(found.twin).sum(axis=1)
    twins = np.divide(np.nansum(found.twin, axis=1), defined, out=np.full(shape[0], np.nan), where=defined > 0)
    known = np.isfinite(out["estimate"])
    return first[list(KEYS)].assign(
        **out,
        n=counts,
        runs=shape[1],
        twin=twins,
        twin_n=defined,
        unit=first["unit"],
        reason=pd.Series(np.where(known, "", found.reason), dtype="str"),
    )


@dataclass(frozen=True)
class Spread:
    """Measures of several runs as tables: a row a measure and what it is about, a column a run.

    Attributes:
        rows: Keys and ``unit`` of each row, one below another.
        runs: What tells the runs apart, in order of columns.
        value: float64 (row, run); NaN where undefined. An item that a run lacks is 0 where the measure is additive.
        above: float64 (row, run), bounds of censored values.
        twin: float64 (row, run), the same in the twins.
        reason: Text (row,), the commonest reason why a value is undefined; empty where all are defined.
    """

    rows: pd.DataFrame
    runs: list[Any]
    value: NDArray[np.float64]
    above: NDArray[np.float64]
    twin: NDArray[np.float64]
    reason: NDArray[np.object_]


def spread(measures: pd.DataFrame, keys: Sequence[str] = KEYS, runs: Sequence[Any] | None = None) -> Spread:
    """Spreads measures of several runs out, a column a run.

    Args:
        measures: Measures of runs, one below another; the column ``seed`` tells the runs apart.
        keys: Columns that name a value within a run.
        runs: Values of ``seed`` in the order wanted; by default those found, in order of first sight.

    Returns:
        The tables.
    """
    keys = list(keys)
    order = list(dict.fromkeys(measures["seed"])) if runs is None else list(runs)
    rows = measures.groupby(keys, sort=False, observed=True)
    groups = rows.ngroup().to_numpy()
    column = measures["seed"].map({seed: at for at, seed in enumerate(order)}).to_numpy()
    shape = (rows.ngroups, len(order))
    value, above, twin = (
        _table(measures[name].to_numpy(), groups, column, shape) for name in ("value", "above", "twin")
    )
    first = measures.drop_duplicates(keys)[[*keys, "unit"]].reset_index(drop=True)
    _fill_absent(measures, first, keys, order, value, twin)
    return Spread(first, order, value, above, twin, _reasons(measures, groups, shape[0]))


def wilson(successes: float, trials: int) -> tuple[float, float]:
    """Interval of a proportion at 90% (Wilson 1927).

    Args:
        successes: How often it held.
        trials: How often it was tried, above 0.

    Returns:
        Lower and upper bound.

    Example:
        >>> [round(bound, 3) for bound in wilson(0, 10)]
        [0.0, 0.213]
    """
    share = successes / trials
    scale = 1 + Z**2 / trials
    middle = (share + Z**2 / (2 * trials)) / scale
    half = Z * np.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2)) / scale
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _join(value: NDArray[np.float64], above: NDArray[np.float64], how: str) -> tuple[float, float, float, float, int]:
    """Estimate, interval, bound and number of runs of one row."""
    nan = float("nan")
    defined = value[np.isfinite(value)]
    censored = above[~np.isfinite(value) & np.isfinite(above)]
    if censored.size:
        whole = np.concatenate([defined, np.full(censored.size, np.inf)])
        low, high = (float(np.quantile(whole, q, method="inverted_cdf")) for q in (LOW, HIGH))
        if whole.size == 1:
            low = high = nan
        return nan, low, high, float(np.concatenate([defined, censored]).mean()), whole.size
    if defined.size == 0:
        return nan, nan, nan, nan, 0
    mean = float(defined.mean())
    if how == "proportion":
        low, high = wilson(float(defined.sum()), defined.size)
    else:
        low, high = (float(each) for each in np.quantile(defined, (LOW, HIGH)))
    if defined.size == 1:
        low = high = nan
    return mean, low, high, nan, defined.size


def _table(
    values: NDArray[np.float64], row: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """A column of a long frame as a table."""
    table = np.full(shape, np.nan)
    table[row, column] = values
    return table


def _fill_absent(
    measures: pd.DataFrame,
    first: pd.DataFrame,
    keys: list[str],
    seeds: list[Any],
    value: NDArray[np.float64],
    twin: NDArray[np.float64],
) -> None:
    """Writes 0 where a run lacks an item that another run has, unless the whole is undefined in that run."""
    bad = measures[(measures["reason"] != "") & (measures["product"] == "") & (measures["item"] == "")]
    undefined = set(zip(bad["measure"], bad["side"], bad["by"], bad["seed"], strict=True))
    present = set(zip(measures["seed"], *(measures[key] for key in keys), strict=True))
    for row, key in enumerate(first[keys].itertuples(index=False, name=None)):
        name, side, _, by, item = key[:5]
        if not item or not REGISTRY[name].additive:
            continue
        for at, seed in enumerate(seeds):
            gone = (name, side, by, seed) in undefined or (name, side, "", seed) in undefined
            if (seed, *key) not in present and not gone:
                value[row, at] = twin[row, at] = 0.0


def _reasons(measures: pd.DataFrame, groups: NDArray[np.int64], count: int) -> NDArray[np.object_]:
    """The commonest reason of each row; of equally common ones the first in the alphabet."""
    out = np.full(count, "", object)
    told = measures.assign(row=groups)[measures["reason"] != ""]
    if told.empty:
        return out
    sizes = told.groupby(["row", "reason"], sort=True).size().reset_index(name="times")
    best = sizes.sort_values(["row", "times", "reason"], ascending=[True, False, True]).drop_duplicates("row")
    out[best["row"].to_numpy()] = best["reason"].to_numpy()
    return out
