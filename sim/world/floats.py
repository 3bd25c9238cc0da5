"""The exp, log and inverse normal of record, compiled (see :mod:`sim.declare.floats`)."""

from __future__ import annotations

import math

from sim.declare import floats
from sim.jit import kernel

exp = kernel(floats.exp_of_record)
log = kernel(floats.log_of_record)
_normal_tail = kernel(floats.normal_tail)
_normal_centre = kernel(floats.normal_centre)


@kernel
def inverse_normal(u: float) -> float:
    """Quantile of the standard normal distribution (Acklam 2003), 0 < u < 1.

    Example:
        >>> inverse_normal(0.5)
        0.0
    """
    if u < 0.02425:
        return _normal_tail(math.sqrt(-2.0 * log(u)))
    if u > 0.97575:
        return -_normal_tail(math.sqrt(-2.0 * log(1.0 - u)))
    return _normal_centre(u - 0.5)
