"""Outlines of states, from Natural Earth (naturalearthdata.com, public domain), and the projection of maps."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

FILE = Path(__file__).with_name("natural_earth.npz")
"""Outlines at 1:110 million; `tests/maps/convert.py` made it and says what is in it."""

_A = (1.340264, -0.081106, 0.000893, 0.003796)


@cache
def rings() -> tuple[NDArray[np.float64], ...]:
    """Rings of all states but Antarctica.

    Returns:
        Each float64 (point, 2): longitude and latitude, degrees.

    Example:
        >>> len(rings()) > 200
        True
    """
    with np.load(FILE) as stored:
        points, starts = stored["points"] / 100.0, stored["starts"]
    return tuple(np.split(points, starts[1:]))


def projected(longitude: ArrayLike, latitude: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places on the Equal Earth projection, on which areas are as large as they are (Šavrič, Patterson, Jenny 2018).

    Args:
        longitude: Degrees east.
        latitude: Degrees north.

    Returns:
        x and y, in radii of the earth.

    Example:
        >>> x, y = projected([0.0, 180.0], [0.0, 0.0])
        >>> x.round(4).tolist(), y.tolist()
        ([0.0, 2.7066], [0.0, 0.0])
    """
    east, north = np.radians(np.asarray(longitude, np.float64)), np.radians(np.asarray(latitude, np.float64))
    t = np.arcsin(np.sqrt(3) / 2 * np.sin(north))
    slope = _A[0] + 3 * _A[1] * t**2 + t**6 * (7 * _A[2] + 9 * _A[3] * t**2)
    x = 2 * np.sqrt(3) * east * np.cos(t) / (3 * slope)
    y = t * (_A[0] + _A[1] * t**2 + t**6 * (_A[2] + _A[3] * t**2))
    return x, y
