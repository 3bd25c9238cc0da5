"""Prices, readiness, rents and enforcement against numbers worked out on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.measures.concentration import hhi
from sim.measures.enforcement import enforcement_units
from sim.measures.prices import weighted_premium
from sim.measures.registry import REGISTRY
from sim.measures.window import Window
from sim.world.ways import FALSE
from tests.measures.cases import ALL, run_by_hand, twin_by_hand, value
from tests.measures.synthetic import TICKS, ByHand, world


def at(tick: int, amount: float) -> np.ndarray:
    """A series that is not 0 in one tick."""
    series = np.zeros(TICKS)
    series[tick] = amount
    return series


def test_premium_has_fixed_product_weights() -> None:
    """East's twin buys quads alone, so fpv prices do not count; without a twin the run's own purchases weigh."""
    run, twin = run_by_hand().records(), twin_by_hand().records()
    assert value(run, twin, "premium", side="east") == pytest.approx(25_000 / 15_000 - 1)
    assert value(run, None, "premium", side="east") == pytest.approx(30_000 / 17_500 - 1)
    assert value(run, twin, "premium", side="east", product="fpv") == pytest.approx(1.0)
    assert value(run, twin, "premium", side="east", column="twin") == pytest.approx(42_000 / 40_000 - 1)


@given(arrays(float, 4, elements=st.floats(1, 1e6)), arrays(float, 4, elements=st.floats(1, 1e6)))
def test_premium_with_own_weights_is_the_plain_ratio(paid: np.ndarray, reference: np.ndarray) -> None:
    """Σ paid ÷ Σ reference - 1."""
    assert weighted_premium(paid, reference, reference) == pytest.approx(paid.sum() / reference.sum() - 1)


def test_cover() -> None:
    """Stock over planned sorties over the sorties a unit survives: 4 for east."""
    b = ByHand()
    b.set("stock", 30.0, "east", "quad")
    b.set("stock", 10.0, "east", "fpv")
    b.set("planned", 40.0, "east", "quad")
    b.set("planned", 8.0, "east", "fpv")
    run = b.records()
    assert value(run, None, "cover", side="east", product="quad") == pytest.approx(30 / (40 / 4))
    assert value(run, None, "cover", side="east") == pytest.approx(40 / (48 / 4))
    assert value(run, None, "cover", side="west", column="reason") == "no sorties planned"


def test_unmet_and_sorties() -> None:
    """Sums over ticks; sorties over all products."""
    b = ByHand()
    b.set("unmet", 2.5, "east", "quad")
    b.set("planned", 40.0, "east", "quad")
    b.set("flown", 30.0, "east", "quad")
    b.set("flown", 4.0, "east", "fpv")
    run = b.records()
    assert value(run, None, "unmet", side="east") == 2.5 * TICKS
    assert value(run, None, "sorties_not_flown", side="east") == 6 * TICKS


def test_collateral() -> None:
    """Civil users' additional unmet need, over the units denied to each other side."""
    run, twin = run_by_hand(), twin_by_hand()
    run.set("unmet", at(9, 30.0), "civil", "quad")
    twin.set("unmet", at(9, 10.0), "civil", "quad")
    run.set("unmet", at(9, 99.0), "east", "quad")
    pair = run.records(), twin.records()
    assert value(*pair, "collateral", side="civil") == 20
    assert value(*pair, "collateral_ratio", side="east") == 20 / 200
    assert value(*pair, "collateral_ratio", side="west", column="reason") == "fewer than 100 units denied"


def test_mark_ups_and_rents() -> None:
    """Prices of the ledger rows on each node, weighed by the units that reached the side through it."""
    b = ByHand()
    last = b.path("leader", "traders #0", "front_east")
    first = b.nodes[last]["parent"]
    b.ship(0, "quad", 30, 100.0, 80.0, first)
    b.ship(1, "quad", 10, 140.0, 80.0, first)  # volume-weighted 110 on this node
    b.ship(2, "quad", 5, 150.0, 120.0, last)
    b.deliver(4, "quad", 5, 800.0, last)
    run = b.records()
    assert value(run, None, "mark_up", side="east", by="hop", item="1") == pytest.approx(110 / 80 - 1)
    assert value(run, None, "mark_up", side="east", by="country", item="KK") == pytest.approx(150 / 120 - 1)
    assert value(run, None, "mark_up", side="east") == pytest.approx(260 / 200 - 1)
    # The usual mark-up of both sellers is 10%.
    assert value(run, None, "rents", side="east") == pytest.approx(5 * (110 - 88) + 5 * (150 - 132))
    assert value(run, None, "rents", side="east", by="hop", item="2") == pytest.approx(5 * (150 - 132))
    assert value(run, None, "mark_up", side="west", column="reason").startswith("no priced trade")
    assert value(b.records(ledger=False), None, "mark_up", side="east", column="reason") == "the run kept no ledger"


def enforced() -> ByHand:
    """A run with inspections: 40 quads and 8 fpv pieces on AA-KK in tick 10, 10 quads on KK-EE."""
    b = run_by_hand()
    b.set("in_force", np.arange(TICKS) >= 4, "ban")
    b.set("in_force", np.arange(TICKS) >= 2, "look")
    b.set("in_force", np.arange(TICKS) >= 2, "names")
    b.set("inspected", at(10, 40), "AA-KK", "quad")
    b.set("inspected", at(10, 8), "AA-KK", "fpv")
    b.set("inspected", at(10, 10), "KK-EE", "quad")
    b.set("investigations", at(12, 3), "names")
    return b


def test_costs() -> None:
    """Of a share of 0.4 on AA-KK, 0.3 is the inspection policy's, and 0.1 the ban's on quads; KK-EE is nobody's."""
    run = enforced().records()
    units = enforcement_units(run, Window.whole(run))
    assert units == pytest.approx({"ban": 40 * 0.25, "look": 48 * 0.75, "names": 3})
    twin = twin_by_hand().records()
    dollars = 10 * 2 + 36 * 5 + 3 * 100
    assert value(run, twin, "cost") == pytest.approx(dollars)
    assert value(run, twin, "cost", by="policy", item="look") == pytest.approx(180)
    assert value(run, twin, "denied_per_dollar", side="east") == pytest.approx(200 / dollars)
    no_cost = twin_by_hand()
    assert value(no_cost.records(), twin, "denied_per_dollar", side="east", column="reason") == "no policy is compared"
    idle = run_by_hand().records()
    assert value(idle, twin, "denied_per_dollar", side="east", column="reason") == "the policies compared cost nothing"


def test_costs_before_the_policies() -> None:
    """Before it is in force a policy has no part in what is inspected."""
    b = run_by_hand()
    b.set("inspected", at(1, 40), "AA-KK", "quad")
    run = b.records()
    assert enforcement_units(run, Window.whole(run)) == {"ban": 0.0, "look": 0.0, "names": 0.0}


def test_tracking_costs_by_the_pieces_followed() -> None:
    """Consignment pieces over the borders in its scope, of all products."""
    track = {"kind": "transit_tracking", "by": "customs", "effective": "2022-01-17", "origins": ["KK"], "cost": 3.0}
    b = ByHand(world(policies__track=track))
    b.set("in_force", np.arange(TICKS) >= 2, "track")
    for name, count in {"AA-KK": 50, "KK-EE": 7, "KK-WW": 4}.items():
        b.set("crossings", at(10, count), name, "quad")
        b.set("crossings", at(1, 99), name, "fpv")
    run = b.records()
    assert enforcement_units(run, Window.whole(run))["track"] == 11
    assert value(run, None, "cost", by="policy", item="track") == 33


def test_seizures_and_listings() -> None:
    """Counters and series sum; a listed party without a breach is a false positive."""
    b = enforced()
    b.set("counters", at(10, 3), "seizures")
    b.set("counters", at(10, 50), "trades")
    b.set("counters", at(10, 10), "trades_at_ceiling")
    b.set("seized_units", at(10, 7), "AA-KK", "quad")
    b.set("listings", at(30, 2), "names")
    # traders #0 sold in breach (see run_by_hand); traders #1 did not.
    for label in ("traders #0", "traders #1"):
        b.agents["listed_by"][b.agent(label)] = 2
    run = b.records()
    assert value(run, None, "seizures") == 3
    assert value(run, None, "seized", by="leg", item="AA-KK") == 7
    assert value(run, None, "listings", by="policy", item="names") == 2
    assert value(run, None, "false_positives") == 1
    assert value(run, None, "at_ceiling") == 0.2


def test_what_rules_cost_lawful_trade() -> None:
    """Fees and levies, and lawful goods held at borders, less those in the twin."""
    run, twin = run_by_hand(), twin_by_hand()
    run.set("accounts", at(3, 40.0), "fees")
    run.set("accounts", at(4, 5.0), "levies")
    twin.set("accounts", at(3, 10.0), "fees")
    node = run.path("leader", "shop")
    run.ship(2, "quad", 7, 1.0, 1.0, node, inspected=True)
    run.ship(2, "quad", 9, 1.0, 1.0, node, inspected=True, breach=1)
    run.ship(2, "quad", 11, 1.0, 1.0, node)
    assert set(run.world.ways.flags[:, FALSE]) == {0}, "goods on false papers are not lawful"
    pair = run.records(), twin.records()
    assert value(*pair, "compliance_cost") == 35
    assert value(run.records(), None, "levies") == 5
    assert value(*pair, "lawful_held") == 7
    assert value(run.records(ledger=False), twin.records(), "lawful_held", column="reason") == "the run kept no ledger"


@given(arrays(float, st.integers(1, 20), elements=st.floats(0, 1e6)))
def test_hhi_bounds(amounts: np.ndarray) -> None:
    """Between 1 ÷ n and 1, and undefined for nothing."""
    index = hhi(amounts)
    if amounts.sum() > 0:
        assert 1 / np.count_nonzero(amounts) - 1e-9 <= index <= 1 + 1e-9
    else:
        assert math.isnan(index)


def test_every_measure_is_declared_in_full() -> None:
    """Label, unit, rules and description; ratios and comparisons say when they are undefined."""
    for name, declared in REGISTRY.items():
        assert name == declared.id
        assert declared.label
        assert declared.unit
        assert declared.description.strip().endswith(".")
        assert declared.over_runs in ("mean", "proportion")
        if declared.aggregation in ("ratio of sums", "median", "weighted mean"):
            assert declared.undefined, name


def test_twin_policies() -> None:
    """The twin of the worked case lacks all policies of the world."""
    assert set(ALL) == set(run_by_hand().names.policies)
