"""Every scalar decision moves with each of its inputs, in the right direction, and is what its docstring says."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents import buyer, intermediary, manufacturer, regulator

MODULES = (buyer, intermediary, manufacturer, regulator)

# Inputs at which no bound holds, and for each input a larger value and the sign of the change of the output.
CASES: dict[Callable[..., Any], tuple[dict[str, float], dict[str, tuple[float, int]]]] = {
    buyer.bid_ceiling: (
        {"ceiling": 100.0, "raised_urgency": 0.5},
        {"ceiling": (120.0, 1), "raised_urgency": (0.7, 1)},
    ),
    buyer.wanted: (
        {"cover_gap": 5.0, "use": 10.0, "gain": 0.2},
        {"cover_gap": (9.0, 1), "use": (12.0, 1), "gain": (0.25, 1)},
    ),
    intermediary.restock_level: (
        {"forecast": 10.0, "lead": 3.0, "review": 1.0, "safety": 2.0, "stockpile": 0.0},
        {"forecast": (11.0, 1), "lead": (4.0, 1), "review": (2.0, 1), "safety": (3.0, 1), "stockpile": (1.0, 1)},
    ),
    intermediary.mark_up: (
        {"previous": 0.3, "usual": 0.2, "most": 1.0, "refused_share": 0.3, "gain": 0.1, "decay": 0.05, "jump": 0.1},
        {
            "previous": (0.4, 1),
            "usual": (0.25, 1),
            "refused_share": (0.5, 1),
            "gain": (0.2, 1),
            "decay": (0.1, -1),
            "jump": (0.2, 1),
        },
    ),
    intermediary.shortage_jump: (
        {"refusing": 0.5, "known": 0.2, "shortage_mark_up": 0.8},
        {"refusing": (0.6, 1), "known": (0.3, -1), "shortage_mark_up": (0.9, 1)},
    ),
    intermediary.ask_price: (
        {"unit_cost": 100.0, "taken_mark_up": 0.2},
        {"unit_cost": (110.0, 1), "taken_mark_up": (0.3, 1)},
    ),
    intermediary.replacement_cost: ({"unit_cost": 100.0, "last_paid": 130.0}, {"last_paid": (140.0, 1)}),
    intermediary.belief: (
        {"place": 0.3, "seen": 0.4, "diligence": 0.5},
        {"place": (0.4, 1), "seen": (0.6, 1), "diligence": (0.8, 1)},
    ),
    intermediary.premium: (
        {
            "believed": 0.5,
            "risk": 0.1,
            "penalty": 10_000.0,
            "stake": 5_000.0,
            "tolerance": 1.0,
            "consignment": 20.0,
        },
        {
            "believed": (0.6, 1),
            "risk": (0.2, 1),
            "penalty": (20_000.0, 1),
            "stake": (8_000.0, 1),
            "tolerance": (2.0, -1),
            "consignment": (40.0, -1),
        },
    ),
    intermediary.corridor: (
        {"freight": 10.0, "price": 100.0, "lead_weeks": 5.0, "patience": 0.01, "lost": 0.25},
        {"freight": (12.0, 1), "price": (120.0, 1), "lead_weeks": (6.0, 1), "patience": (0.02, 1), "lost": (0.3, 1)},
    ),
    intermediary.way: (
        {"handling": 10.0, "rate": 0.2, "price": 100.0, "premium": 5.0, "patience": 0.01, "weeks": 4.0},
        {
            "handling": (12.0, 1),
            "rate": (0.3, 1),
            "price": (110.0, 1),
            "premium": (6.0, 1),
            "patience": (0.02, 1),
            "weeks": (5.0, 1),
        },
    ),
    intermediary.trader_ceiling: ({"ask": 110.0, "usual": 0.2}, {"ask": (120.0, 1), "usual": (0.4, -1)}),
    manufacturer.production: (
        {"forecast": 10.0, "gain": 0.2, "level": 40.0, "position": 30.0, "capacity": 50.0},
        {"forecast": (12.0, 1), "gain": (0.25, 1), "level": (45.0, 1), "position": (35.0, -1)},
    ),
    manufacturer.redesigned: ({"waited": 3.0, "lag": 8.0}, {"waited": (4.0, 1), "lag": (9.0, -1)}),
    manufacturer.unhindered: (
        {"capacity": 50.0, "dependent": 0.5, "done": 0.2},
        {"capacity": (60.0, 1), "dependent": (0.6, -1), "done": (0.3, 1)},
    ),
    manufacturer.dearer: (
        {"barred": 0.2, "extra_cost": 0.5, "missing": 0.3, "done": 0.4},
        {"barred": (0.3, 1), "extra_cost": (0.6, 1), "missing": (0.4, -1), "done": (0.5, 1)},
    ),
    regulator.inspection_share: (
        {"base": 0.1, "added": 0.2, "capacity": 0.5},
        {"base": (0.2, 1), "added": (0.3, 1), "capacity": (0.8, 1)},
    ),
    regulator.effort: (
        {"checks": 10.0, "hits": 4.0, "usual": 0.1, "prior": 10.0},
        {"checks": (12.0, -1), "hits": (5.0, 1), "usual": (0.2, 1), "prior": (20.0, -1)},
    ),
    regulator.investigate: ({"exposure": 2.0, "hazard": 0.1}, {"exposure": (3.0, 1), "hazard": (0.2, 1)}),
}

BOUNDED = {
    (intermediary.mark_up, "most"),
    (manufacturer.production, "capacity"),
    (intermediary.replacement_cost, "unit_cost"),
}
"""Inputs that act as bounds: tested apart."""


def test_every_decision_and_every_input_has_a_case() -> None:
    """A new decision, or a new input, needs a new case."""
    decisions = {f for m in MODULES for _, f in inspect.getmembers(m, inspect.isfunction) if f.__module__ == m.__name__}
    decisions -= {f for f in decisions if f.__name__.startswith("_")}
    assert decisions == set(CASES)
    for decision, (inputs, moved) in CASES.items():
        names = set(inspect.signature(decision).parameters)
        assert set(inputs) == names
        assert set(moved) | {name for f, name in BOUNDED if f is decision} == names


@pytest.mark.parametrize(
    ("decision", "name"),
    [(d, n) for d, (_, moved) in CASES.items() for n in moved],
    ids=lambda x: getattr(x, "__name__", x),
)
def test_the_output_moves_with_each_input(decision: Callable[..., float], name: str) -> None:
    """Up or down, as its meaning says."""
    inputs, moved = CASES[decision]
    larger, sign = moved[name]
    change = decision(**(inputs | {name: larger})) - decision(**inputs)
    assert change * sign > 0.0


def test_the_highest_mark_up_binds() -> None:
    """A mark-up stops at the highest one and at half the usual one."""
    values = {"previous": 0.9, "usual": 0.2, "refused_share": 1.0, "gain": 0.5, "decay": 0.0, "jump": 0.0}
    assert intermediary.mark_up(most=1.0, **values) == 1.0
    assert intermediary.mark_up(most=1.2, **values) == 1.2
    assert intermediary.mark_up(0.0, 0.2, 1.0, 0.0, 0.1, 0.05, 0.0) == 0.1


def test_old_stock_is_priced_at_what_it_costs_to_replace() -> None:
    """A dearer purchase counts at once, a cheaper one when the mean of the stock has come down."""
    assert intermediary.replacement_cost(100.0, 130.0) == 130.0
    assert intermediary.replacement_cost(100.0, 70.0) == 100.0
    assert intermediary.replacement_cost(110.0, 70.0) == 110.0


def test_capacity_binds() -> None:
    """Makers build at most to capacity, and never a negative number."""
    assert manufacturer.production(10.0, 0.2, 40.0, 0.0, 12.0) == 12.0
    assert manufacturer.production(10.0, 0.2, 40.0, 0.0, 14.0) == 14.0
    assert manufacturer.production(10.0, 0.2, 0.0, 500.0, 14.0) == 0.0


@given(waited=st.floats(0.0, 1e4), lag=st.floats(0.0, 1e4))
def test_designs_are_done_by_the_lag_and_not_before(waited: float, lag: float) -> None:
    """A share between none and all; all from the lag on; half in the middle, and as many before it as after."""
    share = manufacturer.redesigned(waited, lag)
    assert 0.0 <= share <= 1.0
    assert (share == 1.0) or waited < lag
    if 0.0 < waited < lag:
        assert share + manufacturer.redesigned(lag - waited, lag) == pytest.approx(1.0)


def test_nothing_negative_is_wanted() -> None:
    """A buyer with more than enough wants nothing."""
    assert buyer.wanted(-1000.0, 10.0, 0.2) == 0.0


unit = st.floats(0.0, 1.0)


@given(place=unit, seen=unit, diligence=unit)
def test_belief_is_a_probability(place: float, seen: float, diligence: float) -> None:
    """Between what the place says and certainty."""
    assert place - 1e-12 <= intermediary.belief(place, seen, diligence) <= 1.0


@given(base=unit, added=st.floats(0.0, 20.0), capacity=st.floats(0.0, 20.0))
def test_inspection_is_capped(base: float, added: float, capacity: float) -> None:
    """At most all consignments, at least those inspected anyway."""
    assert base <= regulator.inspection_share(base, added, capacity) <= 1.0


@given(
    previous=st.floats(0.0, 2.0),
    usual=st.floats(0.0, 1.0),
    refused=unit,
    gain=unit,
    decay=unit,
    extra=st.floats(0.0, 2.0),
    jump=unit,
)
def test_a_mark_up_stays_within_its_bounds(
    previous: float, usual: float, refused: float, gain: float, decay: float, extra: float, jump: float
) -> None:
    """Half the usual mark-up below, the highest above."""
    found = intermediary.mark_up(previous, usual, usual + extra, refused, gain, decay, jump)
    assert 0.5 * usual <= found <= usual + extra


@given(risk=unit, penalty=st.floats(0.0, 1e6), stake=st.floats(0.0, 1e7))
def test_no_premium_without_belief_or_risk(risk: float, penalty: float, stake: float) -> None:
    """Who believes nothing, or fears nothing, asks nothing more."""
    assert intermediary.premium(0.0, risk, penalty, stake, 1.0, 20.0) == 0.0
    assert intermediary.premium(1.0, 0.0, penalty, stake, 1.0, 20.0) == 0.0


@given(ask=st.floats(1.0, 1e5), usual=st.floats(0.0, 2.0))
def test_a_trader_pays_less_than_it_asks(ask: float, usual: float) -> None:
    """Its ceiling leaves half the usual margin."""
    assert intermediary.trader_ceiling(ask, usual) * (1.0 + 0.5 * usual) == pytest.approx(ask)
