"""Exponential, logarithm and inverse normal of record.

Processors and mathematical libraries differ in the last bit of ``exp`` and ``log``. Results must not. So these are
built from additions, multiplications, divisions, square roots and comparisons alone, which IEEE 754 fixes to the
bit. Whatever enters a result goes through here, or through a compiled copy of these functions.
"""

from __future__ import annotations

import math

import numpy as np

POWERS_OF_TWO = np.array([math.ldexp(1.0, k) for k in range(-1074, 1024)], dtype=np.float64)
"""2**k for k = -1074 … 1023; 2**k stands at index k + 1074."""

_LEAST = 1074
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_INVERSE_LN2 = 1.44269504088896338700e00
_SQRT_TWO = 1.41421356237309504880
_OVERFLOW = 7.09782712893383973096e02
_UNDERFLOW = -7.45133219101941108420e02


def exp_of_record(x: float) -> float:
    """The exponential, the same to the bit on every processor; error below 1 unit in the last place.

    The argument is reduced as ``x = k·ln 2 + r`` with ln 2 in two parts (Cody and Waite 1980, *Software Manual for
    the Elementary Functions*). The rational form and its coefficients are those of fdlibm's ``e_exp.c`` (Sun
    Microsystems 1993).

    Args:
        x: Any number; infinities and NaN are allowed.

    Returns:
        exp(x); infinity above 709.78, 0 below -745.13.

    Example:
        >>> exp_of_record(0.0), exp_of_record(0.5)
        (1.0, 1.6487212707001282)
    """
    if math.isnan(x):
        return x
    if x > _OVERFLOW:
        return math.inf
    if x < _UNDERFLOW:
        return 0.0
    k = math.floor(x * _INVERSE_LN2 + 0.5)
    high = x - k * _LN2_HIGH
    low = k * _LN2_LOW
    r = high - low
    z = r * r
    tail = 4.13813679705723846039e-08
    tail = -1.65339022054652515390e-06 + z * tail
    tail = 6.61375632143793436117e-05 + z * tail
    tail = -2.77777777770155933842e-03 + z * tail
    tail = 1.66666666666666019037e-01 + z * tail
    c = r - z * tail
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    if k > 1023:
        return y * 2.0 * float(POWERS_OF_TWO[k - 1 + _LEAST])
    if k < -1021:
        # Two steps, of which only the last one rounds: the result has fewer bits than y.
        return y * float(POWERS_OF_TWO[k + 64 + _LEAST]) * float(POWERS_OF_TWO[-64 + _LEAST])
    return y * float(POWERS_OF_TWO[k + _LEAST])


def log_of_record(x: float) -> float:
    """The natural logarithm, the same to the bit on every processor; error below 1 unit in the last place.

    ``x = 2**k · m`` with m between √½ and √2; the form in ``s = f ÷ (2 + f)``, f = m - 1, and its coefficients
    are those of fdlibm's ``e_log.c`` (Sun Microsystems 1993).

    Args:
        x: Any number; infinity and NaN are allowed.

    Returns:
        log(x); minus infinity at 0, NaN below 0.

    Example:
        >>> float(log_of_record(1.0)), float(log_of_record(10.0))
        (0.0, 2.302585092994046)
    """
    if not x > 0.0:
        return -math.inf if x == 0.0 else math.nan
    bits = np.float64(x).view(np.int64)
    k = (bits >> 52) - 1023
    if k == 1024:
        return x
    if k == -1023:
        # A subnormal number, scaled by 2**54.
        bits = np.float64(x * 18014398509481984.0).view(np.int64)
        k = (bits >> 52) - 1077
    m = np.int64((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000).view(np.float64)
    if m > _SQRT_TWO:
        m = 0.5 * m
        k = k + 1
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    r = 1.479819860511658591e-01
    r = 1.531383769920937332e-01 + z * r
    r = 1.818357216161805012e-01 + z * r
    r = 2.222219843214978396e-01 + z * r
    r = 2.857142874366239149e-01 + z * r
    r = 3.999999999940941908e-01 + z * r
    r = 6.666666666666735130e-01 + z * r
    r = z * r
    half_square = 0.5 * f * f
    return k * _LN2_HIGH - ((half_square - (s * (half_square + r) + k * _LN2_LOW)) - f)


def inverse_normal(u: float) -> float:
    """Quantile of the standard normal distribution; relative error below 1.15e-9.

    Acklam's rational approximation (Acklam 2003, *An algorithm for computing the inverse normal cumulative
    distribution function*), without the refinement step.

    Args:
        u: Probability, 0 to 1.

    Returns:
        z with P(Z ≤ z) = u; infinite at 0 and 1, NaN outside.

    Example:
        >>> inverse_normal(0.5)
        0.0
        >>> round(inverse_normal(0.975), 6)
        1.959964
    """
    if not 0.0 <= u <= 1.0:
        return math.nan
    if u == 0.0:
        return -math.inf
    if u == 1.0:
        return math.inf
    if u < 0.02425:
        return normal_tail(math.sqrt(-2.0 * log_of_record(u)))
    if u > 0.97575:
        return -normal_tail(math.sqrt(-2.0 * log_of_record(1.0 - u)))
    return normal_centre(u - 0.5)


def normal_centre(q: float) -> float:
    """Centre of Acklam's approximation, ``q = u - 0.5``."""
    r = q * q
    top = -3.969683028665376e01
    top = top * r + 2.209460984245205e02
    top = top * r - 2.759285104469687e02
    top = top * r + 1.383577518672690e02
    top = top * r - 3.066479806614716e01
    top = top * r + 2.506628277459239e00
    bottom = -5.447609879822406e01
    bottom = bottom * r + 1.615858368580409e02
    bottom = bottom * r - 1.556989798598866e02
    bottom = bottom * r + 6.680131188771972e01
    bottom = bottom * r - 1.328068155288572e01
    bottom = bottom * r + 1.0
    return top * q / bottom


def normal_tail(q: float) -> float:
    """Lower tail of Acklam's approximation, ``q = sqrt(-2 log u)``."""
    top = -7.784894002430293e-03
    top = top * q - 3.223964580411365e-01
    top = top * q - 2.400758277161838e00
    top = top * q - 2.549732539343734e00
    top = top * q + 4.374664141464968e00
    top = top * q + 2.938163982698783e00
    bottom = 7.784695709041462e-03
    bottom = bottom * q + 3.224671290700398e-01
    bottom = bottom * q + 2.445134137142996e00
    bottom = bottom * q + 3.754408661907416e00
    bottom = bottom * q + 1.0
    return top / bottom
