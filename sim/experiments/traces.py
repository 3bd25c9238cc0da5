"""What figures show of a run: courses by tick and side, small enough to keep for every run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.ledger.labels import categorical, dates_of
from sim.measures.prices import weighted_premium
from sim.measures.view import View
from sim.measures.window import Window
from sim.world.records import Records

SMOOTH_WEEKS = 4
"""Weeks over which supply and prices are averaged: a week's deliveries of a side are few."""


def traces(run: Records, scope: np.ndarray, twin: Records | None = None) -> pd.DataFrame:
    """Courses of supply, price and cover.

    Args:
        run: A run.
        scope: bool (product,), products in scope.
        twin: The run whose deliveries weigh the products in the price index; the run itself by default.

    Returns:
        One row a tick and side. Columns: ``tick``, ``date``, ``side``, ``supply`` and ``home_made`` (units a week
        delivered over the last four weeks, foreign-made and home-made, in scope), ``price`` (paid over reference
        price in the last four weeks, with fixed product weights; 1 is the reference price; missing where nothing
        arrived), ``cover`` (weeks; missing where no sorties were planned). At the start the last four weeks are as
        many as there are.
    """
    view, other = View(run, scope), View(run if twin is None else twin, scope)
    window = Window.whole(run)
    rows = view.rows(window)
    reference_price = run.world.reference_price
    supply = view.by_tick(view.units, rows)
    home = view.by_tick(view.units, view.within(window) & view.home)
    weights = other.delivered(window) * reference_price
    own = view.delivered(window) * reference_price
    weights = np.where((np.where(own > 0, weights, 0.0)).sum(axis=1, keepdims=True) > 0, weights, own)
    length = max(1, round(SMOOTH_WEEKS / view.weeks_per_tick))
    paid = trailing_sum(view.by_tick(view.value, rows), length)
    reference = trailing_sum(supply * reference_price, length)
    price = 1.0 + weighted_premium(paid, reference, np.broadcast_to(weights, reference.shape))
    stock = np.where(view.scope, np.asarray(run.series["stock"], np.float64), 0.0).sum(axis=2)
    need = np.where(view.scope, view.need, 0.0).sum(axis=2)
    cover = np.divide(stock, need, out=np.full_like(stock, np.nan), where=need > 0) * view.weeks_per_tick
    ticks, sides = supply.shape[:2]
    weeks = np.minimum(np.arange(1, ticks + 1), length)[:, None] * view.weeks_per_tick
    tick = np.repeat(np.arange(ticks), sides)
    return pd.DataFrame(
        {
            "tick": tick,
            "date": dates_of(run, tick),
            "side": categorical(np.tile(np.arange(sides), ticks), view.sides),
            "supply": (trailing_sum(supply.sum(axis=2), length) / weeks).ravel(),
            "home_made": (trailing_sum(home.sum(axis=2), length) / weeks).ravel(),
            "price": price.ravel(),
            "cover": cover.ravel(),
        }
    )


def pair_traces(run: Records, twin: Records, scope: np.ndarray, seed: int, role: str = "arm") -> pd.DataFrame:
    """Courses of a run and of its twin, one below the other.

    Args:
        run: A run.
        twin: Its twin, whose deliveries weigh the products in both.
        scope: bool (product,), products in scope.
        seed: Their seed.
        role: Name of the column that says which of the two a row is of.

    Returns:
        As :func:`traces`, with ``seed`` and ``role`` (``"run"`` or ``"twin"``) as first columns.
    """
    both = []
    for name, records in (("run", run), ("twin", twin)):
        frame = traces(records, scope, twin)
        frame.insert(0, "seed", seed)
        frame.insert(1, role, pd.Categorical([name] * len(frame), categories=["run", "twin"]))
        both.append(frame)
    return pd.concat(both, ignore_index=True)


def trailing_sum(values: np.ndarray, length: int) -> np.ndarray:
    """Sums over the last ``length`` rows up to each row, fewer at the start.

    Args:
        values: (tick, ...).
        length: Rows, at least 1.

    Returns:
        Array of the same shape.

    Example:
        >>> trailing_sum(np.array([1.0, 2.0, 3.0]), 2)
        array([1., 3., 5.])
    """
    total = np.cumsum(values, axis=0)
    out = total.copy()
    out[length:] -= total[:-length]
    return out
