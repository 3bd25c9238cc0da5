"""Names of rows as people read them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.world.columns import World
from sim.world.records import Records


def agent_labels(world: World) -> tuple[str, ...]:
    """A name for every agent: its group where it is the only one, else group and index.

    A maker's label is its brand.

    Args:
        world: The initial world.

    Returns:
        Names in order of rows; ``"leader"`` or ``"small_brands #3"``. The index counts from 0 within the group.
    """
    group, index = world.agents.group, world.agents.index
    alone = np.bincount(group, minlength=len(world.names.groups)) == 1
    return tuple(
        world.names.groups[g] if alone[g] else f"{world.names.groups[g]} #{i}"
        for g, i in zip(group.tolist(), index.tolist(), strict=True)
    )


def categorical(codes: NDArray[np.generic], names: tuple[str, ...]) -> pd.Categorical:
    """Rows as names; -1 is missing.

    Args:
        codes: Rows of ``names``.
        names: Unique names.

    Returns:
        An unordered categorical.

    Example:
        >>> list(categorical(np.array([1, 0]), ("a", "b")))
        ['b', 'a']
    """
    return pd.Categorical.from_codes(np.asarray(codes, np.int64), categories=pd.Index(names, dtype="str"))


def tick_dates(records: Records) -> NDArray[np.datetime64]:
    """First day of each recorded tick, ``datetime64[D]``.

    Args:
        records: A run.
    """
    return _as_dates(recorded_days(records))


def recorded_days(records: Records) -> tuple[date, ...]:
    """First day of each recorded tick.

    Args:
        records: A run.
    """
    calendar = records.world.calendar
    return calendar.first_days[calendar.burn_in :]


@lru_cache(maxsize=8)
def _as_dates(days: tuple[date, ...]) -> NDArray[np.datetime64]:
    """Dates as an array, not to be written to; the runs of a sweep share it."""
    dates = np.array(days, "datetime64[D]")
    dates.flags.writeable = False
    return dates


def dates_of(records: Records, ticks: NDArray[np.generic]) -> NDArray[np.datetime64]:
    """First days of recorded ticks, which may lie before the first one or after the last.

    Args:
        records: A run.
        ticks: Recorded ticks, of any sign.

    Returns:
        ``datetime64[s]``, as pandas keeps dates.
    """
    step = round(records.world.calendar.weeks_per_tick * 7)
    start = tick_dates(records)[0]
    return (start + np.asarray(ticks, np.int64) * step).astype("datetime64[s]")


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The same frame, whether it was made now or read from a file: names as text, whole numbers of 64 bits.

    Args:
        frame: Any frame.

    Returns:
        A copy: categoricals as text (missing stays missing), integers as ``int64``, dates as ``datetime64[s]``.

    Example:
        >>> plain(pd.DataFrame({"a": categorical(np.array([1, -1]), ("x", "y"))}))["a"].tolist()
        ['y', nan]
    """
    found = {}
    for name, column in frame.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = pd.Series(column.to_numpy(object), dtype="str", index=frame.index)
        elif isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
            column = column.astype(np.int64)
        elif isinstance(column.dtype, np.dtype) and column.dtype.kind == "M":
            column = column.astype("datetime64[s]")
        found[name] = column
    return pd.DataFrame(found, index=frame.index).reset_index(drop=True)
