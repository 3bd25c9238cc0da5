"""The functions of record are right to 2 units in the last place, and the same to the bit everywhere."""

from __future__ import annotations

import decimal
import math
import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.declare.floats import exp_of_record, inverse_normal, log_of_record

CONTEXT = decimal.Context(prec=60, Emax=10_000, Emin=-10_000)


def units_off(found: float, exact: decimal.Decimal) -> float:
    """Distance in units in the last place."""
    gap = abs(CONTEXT.subtract(decimal.Decimal(found), exact))
    return float(gap / decimal.Decimal(math.ulp(float(exact))))


@settings(max_examples=300, deadline=None)
@given(st.floats(-745.0, 709.78))
def test_exp_is_within_two_units_in_the_last_place(x: float) -> None:
    assert units_off(exp_of_record(x), CONTEXT.exp(decimal.Decimal(x))) <= 2.0


@settings(max_examples=300, deadline=None)
@given(st.floats(5e-324, 1.7976931348623157e308))
def test_log_is_within_two_units_in_the_last_place(x: float) -> None:
    assert units_off(log_of_record(x), CONTEXT.ln(decimal.Decimal(x))) <= 2.0


@settings(max_examples=200, deadline=None)
@given(st.floats(0.5, 2.0))
def test_log_near_one(x: float) -> None:
    assert x == 1.0 or units_off(log_of_record(x), CONTEXT.ln(decimal.Decimal(x))) <= 2.0


@given(st.floats(-700.0, 700.0), st.floats(0.0, 1.0))
def test_exp_does_not_fall(x: float, step: float) -> None:
    assert exp_of_record(x + step) >= exp_of_record(x)


def test_ends() -> None:
    assert exp_of_record(math.inf) == math.inf
    assert exp_of_record(710.0) == math.inf
    assert exp_of_record(-746.0) == 0.0
    assert exp_of_record(-math.inf) == 0.0
    assert math.isnan(exp_of_record(math.nan))
    assert exp_of_record(709.78) < math.inf
    assert exp_of_record(-745.1) == 5e-324
    assert log_of_record(0.0) == -math.inf
    assert log_of_record(math.inf) == math.inf
    assert math.isnan(log_of_record(-1.0))
    assert math.isnan(log_of_record(math.nan))


@given(st.floats(2.0**-40, 1.0 - 2.0**-40))
def test_inverse_normal_inverts_the_distribution_function(u: float) -> None:
    z = inverse_normal(u)
    assert math.isclose(0.5 * math.erfc(-z / math.sqrt(2.0)), u, rel_tol=1e-7)


@given(st.floats(1e-12, 0.5))
def test_inverse_normal_is_odd(u: float) -> None:
    assert math.isclose(inverse_normal(1.0 - u), -inverse_normal(u), rel_tol=1e-4, abs_tol=1e-12)


def test_inverse_normal_ends() -> None:
    assert inverse_normal(0.0) == -math.inf
    assert inverse_normal(1.0) == math.inf
    assert math.isnan(inverse_normal(1.5))
    assert math.isnan(inverse_normal(math.nan))


def test_bits_are_those_on_record() -> None:
    """Bits found on x86-64 Linux; any other machine must find the same."""
    found = [
        exp_of_record(1.0),
        exp_of_record(-3.7),
        log_of_record(0.3),
        log_of_record(12345.6789),
        inverse_normal(0.01),
    ]
    assert [struct.pack(">d", x).hex() for x in found] == BITS


BITS = ["4005bf0a8b14576a", "3f99511fc6871044", "bff34378fcbda721", "4022d7955beb52fe", "c0029c5c463cecf1"]
