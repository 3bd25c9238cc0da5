"""Stages as kernels: order of service, capacity of legs, trust and risk, closures, investigations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import Engine
from sim.tick import clear, learn, order, regulate
from sim.world.build import build
from sim.world.columns import ALIVE, BUYER, CLOSED, CLOSING, INTERMEDIARY, MANUFACTURER
from tests.laws.common import run, small

lines = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 2), st.integers(1, 30), st.integers(0, 3), st.sampled_from([1.0, 2.0, 2.5])
    ),
    min_size=1,
    max_size=25,
)
"""Link, call, units, priority, bid."""


@given(lines, st.booleans())
@settings(max_examples=100, deadline=None)
def test_orders_are_served_in_the_documented_order(
    found: list[tuple[int, int, int, int, float]], auction: bool
) -> None:
    """Posted: priority, link key, call. Bidding: what the seller nets first, then the same."""
    link, call, _, priority, bid = (np.array(column) for column in zip(*found, strict=True))
    priority = priority.astype(np.uint64)
    key = np.array([50, 10, 40, 20, 30], dtype=np.uint64)
    premium = np.array([[0.0], [0.5], [0.0], [1.0], [0.2]])
    rate, unit = np.array([0.0, 0.2, 0.0, 0.2, 0.0]), np.array([0.15, 0.3, 0.15, 0.3, 0.15])
    price = (bid - unit[link]) / (1.0 + rate[link])
    assert np.allclose([clear.price_of_bid(b, rate[k], unit[k]) for b, k in zip(bid, link, strict=True)], price)
    n = len(found)
    places, net = np.arange(n), np.zeros(n)
    clear.rank_orders(
        0, n, auction, premium, key, link, np.zeros(n, dtype=np.int64), call, priority, price, net, places,
    )  # fmt: skip
    gain = price - premium[link, 0]
    rank = [(-gain[o] if auction else 0.0, int(priority[o]), int(key[link[o]]), int(call[o])) for o in range(n)]
    assert [rank[o] for o in places] == sorted(rank)


@given(lines, st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_a_leg_carries_no_more_than_its_capacity(found: list[tuple[int, int, int, int, float]], capacity: int) -> None:
    """Orders over it are cut in keyed order; those over others are left alone."""
    link, call, units, priority, _ = (np.array(column) for column in zip(*found, strict=True))
    leg = np.array([[0], [1], [0], [1], [0]])
    kept = units.copy()
    order.cut_to_capacity(
        1, 0, len(found), np.array([float(capacity), np.inf]), np.array([5, 6], dtype=np.uint64),
        np.array([50, 10, 40, 20, 30], dtype=np.uint64), leg, np.array([[0, -1, -1], [1, -1, -1]]), link,
        np.zeros(len(found), dtype=np.int64), call, kept, priority.astype(np.uint64),
    )  # fmt: skip
    here = leg[link, 0] == 0
    assert (kept[~here] == units[~here]).all()
    assert kept[here].sum() == min(capacity, units[here].sum())
    key = np.array([50, 10, 40, 20, 30])
    rank = sorted(np.flatnonzero(here), key=lambda o: (priority[o], key[link[o]], call[o]))
    cut = [kept[o] < units[o] for o in rank]
    assert cut == sorted(cut)


def learnt(ordered: int, filled: int, seized: bool, elsewhere: bool) -> tuple[float, float, int]:
    """Trust, risk and last use of a link at trust 0.5 and risk 0.2 after a tick."""
    trust, risk, used = np.array([0.5]), np.array([0.2]), np.array([3])
    here = np.array([elsewhere or seized, False])
    learn.learn_links(
        9, 1, np.array([0]), np.array([1]), trust, risk, used, np.array([ordered]), np.array([filled]),
        np.array([seized]), here, np.zeros(1), 0.2, 0.3, 0.05, 0.02, 0.1,
    )  # fmt: skip
    assert not here.any()
    return float(trust[0]), float(risk[0]), int(used[0])


def test_trust_follows_the_filled_share_and_risk_seizures() -> None:
    """Own seizures weigh more than neighbours'; what is not repeated is forgotten; idle links keep their trust."""
    assert learnt(10, 10, False, False) == (pytest.approx(0.6), pytest.approx(0.196), 9)
    assert learnt(10, 0, False, False)[0] == pytest.approx(0.4)
    assert learnt(0, 0, False, False) == (0.5, pytest.approx(0.196), 3)
    assert learnt(10, 5, False, True)[1] == pytest.approx(0.2 + 0.05 * 0.8)
    assert learnt(10, 5, True, True)[1] == pytest.approx(0.2 + 0.3 * 0.8)


def closed(kind: int, state: int, cash: float, stock: int, on_order: int, since: int) -> int:
    """State of one firm after the closures of tick 20, thirteen ticks of sell-off."""
    states = np.array([state])
    learn.close_firms(
        20, 13.0, np.array([kind]), states, np.array([since]), np.array([cash]), np.array([[stock]]),
        np.array([[on_order]]), np.array([[0]]),
        np.zeros((4, 16), dtype=np.int32), np.full((1, 1), -1, dtype=np.int32), np.full((1, 1), -1, dtype=np.int32),
        np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64),
    )  # fmt: skip
    return int(states[0])


def test_firms_close_when_they_are_insolvent_and_for_good_when_they_are_empty() -> None:
    """Buyers never; with stock or goods on the way a firm sells off, and what is left is frozen in the end."""
    assert closed(INTERMEDIARY, ALIVE, -0.02, 5, 0, -1) == CLOSING
    assert closed(MANUFACTURER, ALIVE, -0.02, 5, 0, -1) == CLOSING
    assert closed(BUYER, ALIVE, -0.02, 5, 0, -1) == ALIVE
    assert closed(INTERMEDIARY, ALIVE, 0.0, 5, 0, -1) == ALIVE
    assert closed(INTERMEDIARY, CLOSING, 5.0, 0, 0, 19) == CLOSED
    assert closed(INTERMEDIARY, CLOSING, 5.0, 1, 0, 19) == CLOSING
    assert closed(INTERMEDIARY, CLOSING, 5.0, 0, 1, 19) == CLOSING
    assert closed(INTERMEDIARY, CLOSING, 5.0, 1, 1, 7) == CLOSING
    assert closed(INTERMEDIARY, CLOSING, 5.0, 1, 1, 6) == CLOSED


def opened(capacity: int, exposure: list[float], hazard: float = 1e9, state: int = ALIVE) -> np.ndarray:
    """When the investigations of five parties end; -1 for those not opened."""
    n = len(exposure)
    due = np.full((1, n), -1, dtype=np.int64)
    weights = np.zeros((1, n))
    exposures = np.array([exposure])
    regulate.investigate_column(np.ones(1), np.array([hazard]), exposures, weights)
    out = weights[0]
    keys = np.arange(1, n + 1).astype(np.uint64)
    lag = np.full(1025, 4.0)
    regulate.open_investigations(
        1, 10, 0, np.uint64(77), capacity, keys, np.ones(n, dtype=np.bool_), np.full(n, state), exposures, out, due, lag
    )
    return due[0]


def test_investigations_open_on_exposed_parties_up_to_the_capacity() -> None:
    """Nobody without exposure, nobody who is closed, no more than can be carried out; the lag is kept."""
    assert opened(5, [1.0, 0.0, 2.0, 1.0, 0.0]).tolist() == [14, -1, 14, 14, -1]
    assert (opened(2, [1.0] * 5) == 14).sum() == 2
    assert (opened(0, [1.0] * 5) == -1).all()
    assert (opened(5, [1.0] * 5, hazard=0.0) == -1).all()
    assert (opened(5, [1.0] * 5, state=CLOSED) == -1).all()


def test_the_chance_of_an_investigation_rises_with_exposure() -> None:
    """Shares of 3,000 parties within five standard errors of one minus exp of minus hazard times exposure."""
    n = 3000
    for exposure in (0.5, 2.0):
        share = (opened(n, [exposure] * n, hazard=0.3) >= 0).mean()
        expected = 1.0 - np.exp(-0.3 * exposure)
        assert abs(share - expected) < 5.0 * np.sqrt(expected * (1 - expected) / n)


def test_compliant_makers_and_firms_refuse_what_is_barred() -> None:
    """Under a ban no compliant firm in the origin sells to customers in the barred state whose papers name the side."""
    engine = Engine(build(small(), 1))
    while not engine.finished:
        engine.step()
    records = engine.records()
    ledger, s = records.ledger, engine.world.agents
    assert ledger is not None
    barred = (ledger["breach"] & 1) > 0
    assert barred.any()
    late = records.series["in_force"][:, engine.world.names.policies.index("china_ban")][ledger["tick"]]
    paper_named = s.paper_side[ledger["buyer"]] == engine.world.names.sides.index("russia")
    place = engine.world.names.jurisdictions.index
    china = s.jurisdiction[ledger["seller"]] == place("CN")
    out = s.jurisdiction[ledger["buyer"]] != place("CN")
    compliant = s.compliant & (records.agents["owner"] == np.arange(len(s.key)))
    assert not (late & paper_named & out & china & compliant[ledger["seller"]]).any()


def test_higher_prices_when_supply_is_short() -> None:
    """Half the capacity of all makers: exporters and importers dearer, mark-ups higher, twice as much unmet."""
    makers = ("leader", "second_brand")
    plain = run(small().without_policies(), 1)
    changes = {}
    for maker in makers:
        for product, capacity in small().groups[maker].capacity.items():
            changes[f"groups.{maker}.capacity.{product}"] = capacity.values_on([small().time.start])[0] / 2.0
    short = run(small().without_policies().with_changes(changes), 1)
    groups = [plain.world.names.groups.index(g) for g in ("cn_exporters", "ru_importers")]
    product = plain.world.names.products.index("consumer")
    for name in ("ask", "mark_up"):
        assert (
            short.series[name][26:, groups, product].mean(axis=0)
            > plain.series[name][26:, groups, product].mean(axis=0)
        ).all()
    assert short.series["unmet"].sum() > 2.0 * plain.series["unmet"].sum()


def test_hand_on_is_free_and_books_one_delivery() -> None:
    """Pass-through buyers charge nothing, and end users of armed sides receive from nobody else."""
    records = run(small(), 1)
    ledger, s = records.ledger, records.world.agents
    assert ledger is not None
    by_hand = s.passes[ledger["seller"]]
    assert by_hand.any()
    assert (ledger["unit_price"][by_hand] == 0.0).all()
    assert (ledger["unit_freight"][by_hand] == 0.0).all()
    assert s.end_user[ledger["buyer"][by_hand]].all()
    assert (s.true_side[ledger["buyer"][by_hand]] == s.true_side[ledger["seller"][by_hand]]).all()
    assert (ledger["unit_price"][~by_hand] > 0.0).all()
