"""Values as a scenario file would say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from sim.declare.distribution import Distribution
from sim.declare.schedule import Schedule


def plain(value: Any) -> Any:
    """A value as text, numbers, booleans, lists and tables with text keys; dates as ISO text.

    Args:
        value: A value of a parameter, or anything that a caller put in its place.

    Returns:
        What JSON and TOML can hold.

    Example:
        >>> plain({"a": (1, 2), "b": Schedule.parse(3)})
        {'a': [1, 2], 'b': 3.0}
    """
    if isinstance(value, Schedule | Distribution):
        return value.to_plain()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key.isoformat() if isinstance(key, date) else str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value
