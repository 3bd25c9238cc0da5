"""Secondary sanctions: known answers in the world of three or four agents of `test_by_hand`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import COUNTERS, Records
from tests.laws.common import bits, differences
from tests.policy.test_by_hand import account, day, ran, sold, world

NOTHING: dict[str, Any] = {"fee": 0.0, "delay_weeks": 0.0, "refusal": 0.0, "detection": 0.0}
THREAT: dict[str, Any] = {"kind": "secondary_sanctions", "effective": day(5), "destinations": ["C"]} | NOTHING
"""On payments from C, for A and B; what it does is added."""
EAST = {key: value for key, value in THREAT.items() if key != "destinations"} | {"sides": ["east"]}
"""The same on payments of a side."""
CAREFUL = {f"groups__{maker}__tolerance": 1.0 for maker in ("maker_a", "maker_b")} | {"market__stake_weeks": 0.0}


def counter(records: Records, name: str) -> np.ndarray:
    """A counter by recorded tick."""
    return records.series["counters"][:, COUNTERS.index(name)]


def column(records: Records, name: str) -> np.ndarray:
    """A column of the ledger, of what was sent while the policy was in force."""
    assert records.ledger is not None
    return records.ledger[name][records.ledger["tick"] >= 5]


def test_a_fee_is_paid_on_top_and_moves_trade_to_sellers_whose_banks_ask_none() -> None:
    """A tenth of 600 is 60: 680 landed from A, against 620 from B."""
    records = ran({"threat": THREAT | {"origins": ["A"], "fee": 0.1}})
    assert sold(records, "maker_a")[:5].sum() > 0
    assert sold(records, "maker_a")[5:].sum() == 0
    assert sold(records, "maker_b")[5:].sum() > 100


def test_a_fee_is_paid_to_the_cent_by_exposure_and_intensity() -> None:
    """0.1 of 600, at half intensity, of which banks of A feel four tenths and banks of B eight: 12 and 24 a unit."""
    exposure = {"jurisdictions__A__bank_exposure": 0.4, "jurisdictions__B__bank_exposure": 0.8}
    records = ran({"threat": THREAT | {"fee": 0.1, "intensity": 0.5}}, **exposure, market__price_weight=0.0)
    ledger, got = records.ledger, records.deliveries
    assert ledger is not None
    from_a = records.world.agents.jurisdiction[column(records, "seller")] == 0
    assert 0 < from_a.sum() < len(from_a)
    assert column(records, "unit_fee") == pytest.approx(np.where(from_a, 12.0, 24.0))
    assert not ledger["unit_fee"][ledger["tick"] < 5].any()
    late = ledger["tick"] >= 5
    paid = np.bincount(ledger["tick"][late], ledger["units"][late] * ledger["unit_fee"][late], minlength=20)
    assert account(records, "fees") == pytest.approx(paid)
    late = got["tick"] >= 7
    paid_for = got["value"][late] / got["units"][late]
    assert set(np.round(paid_for, 6)) == {632.0, 644.0}
    assert not account(records, "levies").any()


def test_exposure_may_change_while_nothing_else_does() -> None:
    """Half of the banks from tick 5 on, all from tick 9 on."""
    exposure = {"step": {day(0): 0.0, day(5): 0.5, day(9): 1.0}}
    places = {f"jurisdictions__{j}__bank_exposure": exposure for j in "AB"}
    records = ran({"threat": THREAT | {"effective": day(2), "fee": 0.1}}, **places)
    assert records.ledger is not None
    expected = np.select([records.ledger["tick"] < 5, records.ledger["tick"] < 9], [0.0, 30.0], 60.0)
    assert records.ledger["unit_fee"] == pytest.approx(expected)


def test_goods_wait_for_their_payment() -> None:
    """Two weeks on the way, and three until the money has come; nobody pays more."""
    records = ran({"threat": THREAT | {"delay_weeks": 3.0}})
    assert (column(records, "arrival") - column(records, "tick") == 5).all()
    assert not column(records, "unit_fee").any()
    ledger = records.ledger
    assert ledger is not None
    assert (ledger["arrival"] - ledger["tick"])[ledger["tick"] < 5].tolist() == [2] * int((ledger["tick"] < 5).sum())


def test_customers_choose_by_how_long_they_wait() -> None:
    """Where time counts, who waits for three weeks less gets the order."""
    slow = {"threat": THREAT | {"origins": ["A"], "delay_weeks": 3.0}}
    records = ran(slow, market__price_weight=0.0, market__lead_weight=10.0)
    assert sold(records, "maker_a")[5:].sum() == 0
    assert sold(records, "maker_b")[5:].sum() > 100
    patient = ran(slow, market__price_weight=0.0, market__lead_weight=0.0)
    assert sold(patient, "maker_a")[5:].sum() > 0


def test_banks_refuse_by_a_draw_of_link_product_and_tick() -> None:
    """Always at 1; at a half in about half of the ticks, then for all of a tick, and the other seller serves."""
    records = ran({"threat": THREAT | {"origins": ["A"], "refusal": 1.0}})
    assert sold(records, "maker_a")[5:].sum() == 0
    assert counter(records, "payments_refused").tolist() == [0] * 5 + [1] * 15
    assert counter(records, "refused_by_premium").sum() == 0
    half = ran({"threat": THREAT | {"origins": ["A"], "refusal": 0.5}}, market__price_weight=0.0)
    refused = counter(half, "payments_refused")
    assert 3 <= refused.sum() <= 12
    assert not sold(half, "maker_a")[refused > 0].any()
    assert sold(half, "maker_a")[5:].any()
    less = counter(
        ran({"threat": THREAT | {"origins": ["A"], "refusal": 0.3}}, market__price_weight=0.0), "payments_refused"
    )
    assert (less <= refused).all()


def test_sellers_ask_for_what_they_fear() -> None:
    """A chance of 0.01 to lose 100,000, spread over 20 units: 50 a unit; half of it at half exposure."""
    feared = THREAT | {"detection": 0.01, "penalty": 100e3}
    records = ran({"threat": feared}, **CAREFUL)
    assert column(records, "unit_price") == pytest.approx(650.0)
    exposure = {f"jurisdictions__{j}__bank_exposure": 0.5 for j in "AB"}
    assert column(ran({"threat": feared}, **CAREFUL, **exposure), "unit_price") == pytest.approx(625.0)
    bold = CAREFUL | {"groups__maker_a__tolerance": 5.0, "groups__maker_b__tolerance": 5.0}
    assert column(ran({"threat": feared}, **bold), "unit_price") == pytest.approx(610.0)
    nobody = ran({"threat": feared}, **CAREFUL)
    assert not (column(nobody, "breach") != 0).any(), "no sale becomes unlawful"
    assert not nobody.nodes["barred_law"].any()


def test_several_threats_add_up() -> None:
    """Expected losses of 50 and 25 a unit; fees and delays by sum, refusals by what is left of each."""
    one = THREAT | {"detection": 0.01, "penalty": 100e3, "fee": 0.1, "delay_weeks": 1.0, "refusal": 0.5}
    two = EAST | {"detection": 0.05, "penalty": 10e3, "fee": 0.05, "delay_weeks": 2.0, "refusal": 0.4}
    engine = Engine(build(load(world({"one": one, "two": two}, **CAREFUL)), 1))
    while engine.tick < 12 + 6:
        engine.step()
    banks = engine.banks
    q, east = 0 * 3 + 2, 1
    assert banks.fee[q, 0].tolist() == pytest.approx([0.1, 0.15, 0.1])
    assert banks.weeks[q, 0].tolist() == pytest.approx([1.0, 3.0, 1.0])
    assert banks.refusal[q, 0].tolist() == pytest.approx([0.5, 0.7, 0.5])
    assert banks.risk[q, 0].tolist() == pytest.approx([0.01, 1.0 - 0.99 * 0.95, 0.01])
    assert (banks.risk * banks.penalty)[q, 0, east] == pytest.approx(1500.0)
    assert banks.dearer[q, 0].tolist() == [False, True, False]
    mild = {"one": one | {"refusal": 0.0}, "two": two | {"refusal": 0.0}}
    assert column(ran(mild, **CAREFUL), "unit_price") == pytest.approx(675.0)


def test_a_side_is_known_by_its_papers_and_feared_by_what_its_state_diverts() -> None:
    """Papers of another side: no fee; but three in ten of such buyers in C serve the side, and sellers ask for that."""
    threat = EAST | {"detection": 0.01, "penalty": 100e3, "fee": 0.1}
    seen = ran({"threat": threat}, **CAREFUL)
    assert column(seen, "unit_fee") == pytest.approx(65.0)
    assert column(seen, "unit_price") == pytest.approx(650.0)
    masked = CAREFUL | {"groups__user__side_on_paper": "west", "jurisdictions__C__diversion": {"east": 0.3}}
    hidden = ran({"threat": threat}, **masked)
    assert not column(hidden, "unit_fee").any()
    assert column(hidden, "unit_price") == pytest.approx(615.0)


FACE = {"kind": "civil_face", "cost": 20.0, "rate": 0.0, "penalty": 0.0}


def test_a_civil_face_helps_where_a_side_is_named_and_not_where_a_state_is() -> None:
    """It costs a dollar a unit and saves 60; where the state is named it saves nothing, and papers stay honest."""
    hidden = ran({"threat": EAST | {"fee": 0.1}}, evasion__face=FACE)
    assert (column(hidden, "way") == 1).all()
    assert not column(hidden, "unit_fee").any()
    seen = ran({"threat": THREAT | {"fee": 0.1}}, evasion__face=FACE)
    assert (column(seen, "way") == 0).all()
    assert column(seen, "unit_fee") == pytest.approx(60.0)


@pytest.mark.parametrize("held_up", [{"delay_weeks": 5.0}, {"refusal": 1.0}])
def test_a_civil_face_helps_against_delays_and_refusals(held_up: dict[str, Any]) -> None:
    """Time is worth a hundredth of the price a week; who is refused can only hide."""
    hidden = ran({"threat": EAST | held_up}, evasion__face=FACE)
    assert (column(hidden, "way") == 1).all()
    assert (column(hidden, "arrival") - column(hidden, "tick") == 2).all()
    assert counter(hidden, "payments_refused").sum() == 0
    compliant = {f"groups__{maker}__compliant_share": 1.0 for maker in ("maker_a", "maker_b")}
    honest = ran({"threat": EAST | held_up}, evasion__face=FACE, **compliant)
    assert not (column(honest, "way") != 0).any()


def test_what_goes_without_papers_shows_no_side_to_a_bank() -> None:
    """Bought on a shelf: no fee where the side is named; where its state is, banks see where the money comes from."""
    shop = {"kind": "off_the_shelf", "cost": 6.0, "rate": 0.0, "penalty": 0.0}
    hidden = ran({"threat": EAST | {"fee": 0.1}}, evasion__shop=shop)
    assert (column(hidden, "way") == 1).all()
    assert not column(hidden, "unit_fee").any()
    seen = ran({"threat": THREAT | {"fee": 0.1}}, evasion__shop=shop)
    assert column(seen, "unit_fee") == pytest.approx(60.0)


def test_a_customs_union_is_no_shelter_and_trade_within_a_state_is_no_matter() -> None:
    """Banks look at states, not at borders."""
    union = {f"jurisdictions__{j}__customs_union": "one" for j in "AC"}
    records = ran({"threat": THREAT | {"origins": ["A"], "fee": 0.1}}, **union)
    assert sold(records, "maker_a")[5:].sum() == 0
    home = {"groups__maker_a__jurisdiction": "C", "links__out__sellers": ["maker_a"], "links__out__degree": 1}
    at_home = ran({"threat": THREAT | {"fee": 0.1, "refusal": 1.0}}, **home)
    assert sold(at_home, "maker_a")[5:].sum() > 100
    assert not account(at_home, "fees").any()
    assert counter(at_home, "payments_refused").sum() == 0


def test_products_out_of_scope_are_free() -> None:
    """And those beyond a threshold are in it."""
    free = ran({"threat": THREAT | {"fee": 0.1, "traits": {"thermal": True}}})
    assert not account(free, "fees").any()
    warm = {"products__kit__thermal": True}
    assert account(ran({"threat": THREAT | {"fee": 0.1, "traits": {"thermal": True}}}, **warm), "fees")[5:].any()


def test_bidders_pay_the_fee_out_of_their_bids() -> None:
    """bid = price + 20 of freight + 0.1 price."""
    short = {f"groups__{maker}__capacity": {"kit": 60.0} for maker in ("maker_a", "maker_b")}
    bidding = {f"groups__{maker}__bidding_share": 1.0 for maker in ("maker_a", "maker_b")}
    records = ran({"threat": THREAT | {"fee": 0.1}}, **short, **bidding, market__bid_noise=0.0)
    auction = column(records, "auction")
    price, fee = column(records, "unit_price")[auction], column(records, "unit_fee")[auction]
    assert auction.sum() > 5
    assert fee == pytest.approx(0.1 * price)
    assert (price + fee + 20.0).max() <= 2000.0 + 1e-9
    assert price.max() > 1000.0


def test_goods_that_wait_for_a_licence_keep_their_fee_and_wait_for_the_money_too() -> None:
    """Three weeks for the licence, then two on the way and two for the payment; a refusal returns the fee."""
    licence = {
        "kind": "export_licence", "effective": day(5), "origins": ["A"], "lag_weeks": 3.0, "valid_weeks": 100.0,
    }  # fmt: skip
    one = {"links__out__sellers": ["maker_a"], "links__out__degree": 1}
    threat = THREAT | {"fee": 0.1, "delay_weeks": 2.0}
    records = ran({"licence": licence, "threat": threat}, **one)
    assert counter(records, "units_reserved").sum() > 0
    assert (column(records, "arrival") - column(records, "tick") == 4).all()
    assert column(records, "unit_fee") == pytest.approx(60.0)
    ledger = records.ledger
    assert ledger is not None
    paid = np.bincount(ledger["tick"], ledger["units"] * ledger["unit_fee"], minlength=20)
    assert account(records, "fees") == pytest.approx(paid)
    assert account(records, "held").sum() == pytest.approx(0.0, abs=0.01)
    refused = ran({"licence": licence | {"refusal": 1.0}, "threat": threat}, **one)
    assert counter(refused, "units_returned").sum() > 0
    assert not account(refused, "fees").any()


def test_where_no_bank_is_exposed_nothing_changes() -> None:
    """Not a bit; nor does a threat to sellers who sell nothing in scope."""
    plain = bits(ran({}), ())
    exposure = {f"jurisdictions__{j}__bank_exposure": 0.0 for j in "ABC"}
    full = THREAT | {"fee": 0.1, "delay_weeks": 3.0, "refusal": 0.5, "detection": 0.1}
    assert differences(bits(ran({"threat": full}, **exposure), ()), plain) == []
    elsewhere = {key: value for key, value in full.items() if key != "destinations"} | {"sides": ["west"]}
    assert differences(bits(ran({"threat": elsewhere}), ()), plain) == []
    assert differences(bits(ran({"threat": full}), ()), plain)


def test_the_fee_of_goods_that_waited_for_a_licence_is_paid_when_they_leave() -> None:
    """Held until then: what payment agents get in all is what the ledger shows of goods that left."""
    permit = {"kind": "export_licence", "effective": day(5), "origins": ["A", "B"], "lag_weeks": 3.0, "refusal": 0.0}
    exposure = {f"jurisdictions__{j}__bank_exposure": 1.0 for j in "AB"}
    records = ran({"threat": THREAT | {"fee": 0.1}, "permit": permit}, **exposure)
    ledger = records.ledger
    assert ledger is not None
    paid = float((ledger["units"] * ledger["unit_fee"]).sum())
    assert counter(records, "units_reserved").sum() > 0
    assert account(records, "fees").sum() == pytest.approx(paid)
    assert paid > 1000.0
