"""Values as JSON can hold them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def json_value(value: Any) -> Any:
    """A value as JSON can hold it.

    Args:
        value: Tables, lists, numbers, dates, frames (a table a row) and series (a table), one within the other.

    Returns:
        None for what is not defined, ISO text for dates, and no infinity: ``"inf"`` and ``"-inf"``, as Python reads
        them.

    Raises:
        TypeError: If it is something else.

    Example:
        >>> json_value({"rows": pd.DataFrame({"a": [1.5, float("nan")]}), "day": date(2023, 9, 1)})
        {'rows': [{'a': 1.5}, {'a': None}], 'day': '2023-09-01'}
    """
    if isinstance(value, pd.DataFrame):
        return [json_value(row) for row in value.to_dict("records")]
    if isinstance(value, pd.Series):
        return json_value(value.to_dict())
    if isinstance(value, np.ndarray):
        return json_value(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): json_value(entry) for key, entry in value.items()}
    if isinstance(value, str | Path):
        return str(value)
    if isinstance(value, Sequence):
        return [json_value(entry) for entry in value]
    return _single(value)


def _single(value: Any) -> Any:
    """A single value."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else str(value) if math.isinf(value) else value
    if isinstance(value, date):
        # Times without a time of day are days.
        midnight = isinstance(value, pd.Timestamp) and value == value.normalize()
        return value.date().isoformat() if midnight else value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be put into JSON")
