"""Known answers: worlds of three or four agents whose results can be worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import ACCOUNTS, COUNTERS, UNIT_ACCOUNTS, Records

START = "2022-01-03"
"""First recorded day; policies below act from some tick on."""


def day(tick: int) -> str:
    """First day of a recorded tick."""
    return str(np.datetime64(START) + 7 * tick)


def world(policies: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Two makers, in A and B, and one end user in C who pays: 40 units a week at 600 and 20 of freight.

    Makers build at 500 and add a fifth, for ever; the user wants no cover and pays at most 2,000.
    """
    maker = {
        "kind": "manufacturer", "count": 1, "products": ["kit"], "capacity": {"kit": 4000}, "production_cost": 0.5,
        "mark_up": 0.2, "mark_up_max": 0.2, "founding_capital": 1e7, "compliant_share": 0.0, "safety_weeks": 8.0,
    }  # fmt: skip
    data: dict[str, Any] = {
        "name": "by_hand",
        "time": {"start": START, "end": day(20), "burn_in": 12, "settle": 4},
        "market": {"calls": 1, "price_weight": 200.0, "scarcity_gain": 0.0},
        "sides": {"east": {}, "west": {}},
        "products": {"kit": {"hs_code": "8806", "reference_price": 1000.0}},
        "jurisdictions": {j: {"latitude": 0.0, "longitude": float(i)} for i, j in enumerate("ABC")},
        "legs": {leg: {"lead_weeks": 2, "lead_spread": 0.0, "freight": 0.02} for leg in ("A-C", "B-C", "C-C")},
        "groups": {
            "maker_a": maker | {"jurisdiction": "A"},
            "maker_b": maker | {"jurisdiction": "B"},
            "user": {
                "kind": "buyer", "count": 1, "jurisdiction": "C", "side": "east", "end_user": True,
                "products": ["kit"], "demand": {"kit": 160}, "budget": 400e3, "ceiling": 2.0, "ceiling_cv": 0.0,
                "elasticity": 0.0, "carry_over_weeks": 4.0,
            },
        },
        "links": {"out": {"sellers": ["maker_a", "maker_b"], "buyers": ["user"], "degree": 2}},
        "policies": policies,
    }  # fmt: skip
    for path, value in changes.items():
        *tables, last = path.split("__")
        place = data
        for table in tables:
            place = place.setdefault(table, {})
        place[last] = value
    return data


def ran(policies: dict[str, Any], **changes: Any) -> Records:
    """A run."""
    return Engine(build(load(world(policies, **changes)), 1)).run()


def sold(records: Records, name: str) -> np.ndarray:
    """Units shipped by a maker, by recorded tick."""
    ledger, agents, names = records.ledger, records.world.agents, records.world.names
    assert ledger is not None
    own = agents.group[ledger["seller"]] == names.groups.index(name)
    return np.bincount(ledger["tick"][own], ledger["units"][own], minlength=len(records.series["stock"]))


def account(records: Records, name: str) -> np.ndarray:
    """A money account by recorded tick."""
    return records.series["accounts"][:, ACCOUNTS.index(name)]


def test_without_policies_both_makers_sell_at_the_price_worked_out() -> None:
    """600 a unit and 20 of freight; nobody pays a levy, nothing is given."""
    records = ran({})
    ledger = records.ledger
    assert ledger is not None
    assert ledger["unit_price"] == pytest.approx(600.0)
    assert ledger["unit_freight"] == pytest.approx(20.0)
    assert not ledger["unit_levy"].any()
    assert sold(records, "maker_a").sum() > 100
    assert sold(records, "maker_b").sum() > 100
    assert not records.series["counters"][:, COUNTERS.index("levied_trades")].any()


LEVY = {"kind": "levy", "effective": day(5), "origins": ["A"], "rate": 0.1, "per_unit": 5.0}


def test_a_levy_is_paid_on_top_and_moves_trade_to_the_leg_without_it() -> None:
    """0.1 of 600 and 5 a unit are 65: landed 685 against 620, which at this weight of price nobody pays."""
    records = ran({"levy": LEVY})
    assert sold(records, "maker_a")[:5].sum() > 0
    assert sold(records, "maker_a")[5:].sum() == 0
    assert sold(records, "maker_b")[5:].sum() > 100


def test_a_levy_on_all_roads_is_paid_to_the_cent() -> None:
    """Half its intensity: 32.50 a unit, in the ledger, in the account, and in what the delivery cost."""
    records = ran({"levy": LEVY | {"origins": [], "intensity": 0.5}})
    ledger, got = records.ledger, records.deliveries
    assert ledger is not None
    late = ledger["tick"] >= 5
    assert ledger["unit_levy"][late] == pytest.approx(32.5)
    assert not ledger["unit_levy"][~late].any()
    shipped = sold(records, "maker_a") + sold(records, "maker_b")
    assert account(records, "levies")[5:] == pytest.approx(32.5 * shipped[5:])
    assert not account(records, "levies")[:5].any()
    assert got["value"][got["tick"] >= 7] == pytest.approx(652.5 * got["units"][got["tick"] >= 7])


def test_two_levies_add_up() -> None:
    """65 and 10 are 75."""
    records = ran({"one": LEVY | {"origins": []}, "two": LEVY | {"origins": [], "rate": 0.0, "per_unit": 10.0}})
    ledger = records.ledger
    assert ledger is not None
    assert ledger["unit_levy"][ledger["tick"] >= 5] == pytest.approx(75.0)


def test_bidders_pay_the_levy_out_of_their_bids() -> None:
    """The price is what is left of the bid after freight and levies: bid = price + 20 + 0.1 price + 5."""
    short = {"groups__maker_a__capacity": {"kit": 60.0}, "groups__maker_b__capacity": {"kit": 60.0}}
    bidding = {f"groups__{maker}__bidding_share": 1.0 for maker in ("maker_a", "maker_b")}
    records = ran({"levy": LEVY | {"origins": []}}, **short, **bidding, market__bid_noise=0.0)
    ledger = records.ledger
    assert ledger is not None
    late = (ledger["tick"] >= 5) & ledger["auction"]
    assert late.sum() > 5
    assert ledger["unit_levy"][late] == pytest.approx(0.1 * ledger["unit_price"][late] + 5.0)
    assert (ledger["unit_price"] + ledger["unit_freight"] + ledger["unit_levy"])[late].max() <= 2000.0 + 1e-9


QUOTA = {"kind": "quota", "effective": day(4), "origins": ["A", "B"], "units": 50.0, "period_weeks": 4.0}


def test_a_quota_lets_so_many_units_out_a_period_and_none_is_carried_over() -> None:
    """50 in each of the ticks 4 to 7, 8 to 11, ...: of both makers together; the demand is three times as high."""
    records = ran({"quota": QUOTA})
    shipped = sold(records, "maker_a") + sold(records, "maker_b")
    assert [shipped[t : t + 4].sum() for t in (4, 8, 12, 16)] == [50, 50, 50, 50]
    assert shipped[:4].sum() > 100
    assert records.series["counters"][4:, COUNTERS.index("quota_refusals")].sum() > 4
    idle = ran({"quota": QUOTA | {"units": {"step": {day(0): 0, day(8): 50}}}})
    shipped = sold(idle, "maker_a") + sold(idle, "maker_b")
    assert [shipped[t : t + 4].sum() for t in (4, 8, 12)] == [0, 50, 50]


def test_an_order_must_find_room_in_every_quota() -> None:
    """50 from both makers, of which 20 from A; other origins are free of it."""
    records = ran({"all": QUOTA, "a": QUOTA | {"origins": ["A"], "units": 20.0}})
    both = [(sold(records, m)[t : t + 4].sum()) for t in (4, 8, 12) for m in ("maker_a", "maker_b")]
    assert max(both[::2]) <= 20
    assert max(a + b for a, b in zip(both[::2], both[1::2], strict=True)) <= 50
    alone = ran({"a": QUOTA | {"origins": ["A"], "units": 20.0}})
    assert sold(alone, "maker_b")[4:].sum() > 150


def test_a_quota_in_the_burn_in_begins_anew_each_period() -> None:
    """In force since long before the start, it does not run dry before the record begins."""
    records = ran({"quota": QUOTA | {"effective": "2021-01-04"}})
    shipped = sold(records, "maker_a") + sold(records, "maker_b")
    assert [shipped[t : t + 4].sum() for t in (4, 8, 12)] == [50, 50, 50]


AID = {"kind": "procurement_aid", "effective": day(6), "sides": ["east"]}


def test_money_given_joins_the_budget() -> None:
    """100 a week at half intensity for one recipient: 50 in the account each week; what it may keep rises with it."""
    records = ran({"aid": AID | {"dollars": 100.0, "intensity": 0.5}})
    assert account(records, "aid").tolist() == [0.0] * 6 + [50.0] * 14
    poor = {"groups__user__budget": 1000.0}
    rich = ran({"aid": AID | {"dollars": 50_000.0}}, **poor)
    assert rich.series["delivered"][10:].sum() > 10 * ran({}, **poor).series["delivered"][10:].sum()
    assert rich.series["delivered"][10:].sum() > 200


def test_money_is_shared_by_budgets() -> None:
    """A second user with a third of the budget gets a quarter; users of another side get nothing."""
    data = world({"aid": AID | {"dollars": 800.0}})
    data["groups"]["user_2"] = data["groups"]["user"] | {"budget": 400e3 / 3.0}
    data["groups"]["user_3"] = data["groups"]["user"] | {"side": "west"}
    engine = Engine(build(load(data), 1))
    while engine.tick < 12 + 7:
        engine.step()
    names = engine.world.names.groups
    by_group = {names[g]: x for g, x in zip(engine.world.agents.group, engine._aid, strict=True)}
    assert by_group == pytest.approx({"maker_a": 0.0, "maker_b": 0.0, "user": 600.0, "user_2": 200.0, "user_3": 0.0})


def test_goods_given_are_delivered_and_balance() -> None:
    """7 a week, from nobody, at no price; the user orders that many fewer."""
    records, plain = ran({"aid": AID | {"units": {"kit": 7.0}}}), ran({})
    got = records.deliveries
    free = got["seller"] < 0
    assert got["tick"][free].tolist() == list(range(6, 20))
    assert (got["units"][free] == 7).all()
    assert not got["value"][free].any()
    assert records.units[UNIT_ACCOUNTS.index("given")].tolist() == [7 * 14]
    bought = [
        (r.deliveries["units"] * (r.deliveries["seller"] >= 0))[r.deliveries["tick"] > 12] for r in (records, plain)
    ]
    assert bought[1].sum() - bought[0].sum() == pytest.approx(7 * 7, abs=30)


def test_goods_given_to_a_fund_are_handed_on() -> None:
    """A pass-through buyer in a group named passes them to its end users; their path begins with the fund."""
    data = world({"aid": AID | {"units": {"kit": 9.0}, "groups": ["fund"]}})
    data["groups"]["user"] |= {"budget": 0.0}
    data["groups"]["fund"] = data["groups"]["user"] | {"end_user": False, "demand": {}, "budget": 1.0}
    data["links"] = {
        "out": {"sellers": ["maker_a"], "buyers": ["fund"], "degree": 1},
        "on": {"sellers": ["fund"], "buyers": ["user"], "degree": 1},
    }
    records = Engine(build(load(data), 1)).run()
    fund = records.world.names.groups.index("fund")
    got = records.deliveries
    late = got["tick"] >= 10
    assert got["units"][late].sum() == 9 * int(late.sum())
    assert (records.world.agents.group[got["seller"][late]] == fund).all()
    assert (records.world.agents.group[records.nodes["maker"][got["node"][late]]] == fund).all()


LICENCE = {"kind": "export_licence", "effective": day(5), "origins": ["A", "B"], "lag_weeks": 3.0, "refusal": 0.0}


def counter(records: Records, name: str) -> np.ndarray:
    """A counter by recorded tick."""
    return records.series["counters"][:, COUNTERS.index(name)]


def test_goods_and_money_wait_for_the_licence_and_leave_with_it() -> None:
    """An order of tick 5 leaves in tick 8, three after the authority took up the application, and arrives in tick 10.

    Until then its goods are reserved and its money is held; from then on the licence holds, and nothing waits.
    """
    one = {"links__out__sellers": ["maker_a"], "links__out__degree": 1}
    engine = Engine(build(load(world({"licence": LICENCE}, **one)), 1))
    while engine.tick < 12 + 8:
        engine.step()
    records, a = engine.records(), engine.state.agents
    waiting = int(a.reserved.sum())
    ordered = records.series["filled"][5:8].sum()
    assert waiting == ordered > 100
    assert records.units[UNIT_ACCOUNTS.index("reserved")].tolist() == [waiting]
    assert account(records, "held")[5:8].sum() == pytest.approx(620.0 * waiting)
    assert sold(records, "maker_a")[5:].sum() == 0
    assert int(a.on_order.sum()) == waiting + int(records.units[UNIT_ACCOUNTS.index("in_transit")].sum())
    records = engine.run()
    ledger = records.ledger
    assert ledger is not None
    assert counter(records, "licences_granted").tolist() == [0] * 8 + [1] + [0] * 11
    assert sold(records, "maker_a")[8] == waiting + records.series["filled"][8].sum()
    assert account(records, "held")[8] == pytest.approx(-620.0 * waiting)
    assert not account(records, "held")[9:].any()
    held = (ledger["tick"] == 8) & (ledger["since"] < 8)
    assert ledger["units"][held].sum() == waiting
    assert (ledger["arrival"][held] == 10).all()
    assert ledger["unit_price"][held] == pytest.approx(600.0)
    # Waiting is part of the delay from need to receipt.
    late = (records.waits["tick"] == 10) & ~records.waits["censored"]
    assert (records.waits["tick"] - records.waits["since"])[late].max() == 5


def test_a_refusal_returns_goods_and_money_and_the_seller_offers_no_more_for_a_while() -> None:
    """All that was reserved in ticks 5 to 7 is back in tick 8; for six weeks A sells nothing, then it applies anew."""
    one = {"links__out__sellers": ["maker_a"], "links__out__degree": 1}
    records = ran({"licence": LICENCE | {"refusal": 1.0, "again_weeks": 6.0}}, **one)
    assert sold(records, "maker_a")[5:].sum() == 0
    back = counter(records, "units_returned")
    reserved = counter(records, "units_reserved")
    assert np.flatnonzero(back).tolist() == [8, 17]
    assert np.flatnonzero(reserved).tolist() == [5, 6, 7, 14, 15, 16]
    assert (back[8], back[17]) == (reserved[5:8].sum(), reserved[14:17].sum())
    assert account(records, "held").sum() == pytest.approx(0.0, abs=0.01)
    assert counter(records, "licences_refused").tolist() == [0] * 8 + [1] + [0] * 8 + [1] + [0] * 2
    assert records.units[UNIT_ACCOUNTS.index("reserved")].tolist() == [0]


def test_a_licence_ends_and_is_applied_for_again() -> None:
    """Valid for four weeks from tick 8: orders of tick 12 wait until tick 15."""
    one = {"links__out__sellers": ["maker_a"], "links__out__degree": 1}
    records = ran({"licence": LICENCE | {"valid_weeks": 4.0, "fee": 100.0}}, **one)
    assert np.flatnonzero(counter(records, "licences_granted")).tolist() == [8, 15]
    assert np.flatnonzero(counter(records, "units_reserved")).tolist() == [5, 6, 7, 12, 13, 14, 19]
    assert np.flatnonzero(account(records, "fees")).tolist() == [5, 12, 19]
    assert account(records, "fees")[5] == 100.0


def test_a_licence_is_of_a_destination_and_a_policy_that_ends_lets_all_go() -> None:
    """Where only B needs one, A sells freely; on the end of the policy what waits leaves without."""
    records = ran({"licence": LICENCE | {"origins": ["B"], "lag_weeks": 30.0, "ends": day(12)}})
    assert sold(records, "maker_a")[5:12].sum() > 50
    assert sold(records, "maker_b")[5:12].sum() == 0
    waiting = counter(records, "units_reserved").sum()
    assert waiting > 0
    assert sold(records, "maker_b")[12:].sum() >= waiting
    assert counter(records, "licences_granted").sum() == 0


def test_an_authority_works_on_no_more_applications_than_it_can() -> None:
    """With a capacity of one, A and B get their licences three weeks apart; with none, nobody does."""
    records = ran({"licence": LICENCE | {"capacity": 1}}, market__price_weight=0.0)
    granted = np.flatnonzero(counter(records, "licences_granted"))
    assert granted.tolist() == [8, 11]
    idle = ran({"licence": LICENCE | {"capacity": 0}})
    assert counter(idle, "licences_granted").sum() == 0
    assert sold(idle, "maker_a")[5:].sum() + sold(idle, "maker_b")[5:].sum() == 0


def test_who_would_get_no_licence_does_not_wait_for_one() -> None:
    """Papers that show a side named: unlawful, as under a ban; nobody sells, and nobody applies."""
    records = ran({"licence": LICENCE | {"sides": ["east"]}})
    assert sold(records, "maker_a")[:5].sum() > 0
    assert sold(records, "maker_a")[5:].sum() + sold(records, "maker_b")[5:].sum() == 0
    assert counter(records, "units_reserved").sum() == 0


def test_goods_without_papers_need_no_licence_and_break_the_law() -> None:
    """Bought in a shop for 60 a trip of 6 units and a tenth of the price: 620, 10 and 60 a unit; the node is barred."""
    shop = {"kind": "off_the_shelf", "most_units": 6.0, "cost": 60.0, "rate": 0.1, "penalty": 0.0, "spread": 0.0}
    records = ran({"licence": LICENCE | {"sides": ["east"], "penalty": 0.0}}, evasion={"shop": shop})
    ledger, nodes = records.ledger, records.nodes
    assert ledger is not None
    late = ledger["tick"] >= 5
    assert late.any()
    assert (ledger["way"][late] == 1).all()
    assert (ledger["declared"][late] == -1).all()
    assert not ledger["recorded"][late].any()
    assert (ledger["breach"][late] == 1).all()
    assert ledger["unit_freight"][late] == pytest.approx(20.0 + 10.0 + 60.0)
    assert (ledger["way"][~late] == 0).all()
    assert counter(records, "units_reserved").sum() == 0
    bit = 1 << records.world.names.sides.index("east")
    assert (nodes["barred_law"][ledger["node"][late]] == bit).all()


def test_goods_under_licence_that_reach_a_side_named_are_diverted() -> None:
    """The user's papers say it is of the west; the licence is granted; what it gets counts as barred for the east."""
    records = ran({"licence": LICENCE | {"sides": ["east"]}}, groups__user__side_on_paper="west")
    ledger, nodes = records.ledger, records.nodes
    assert ledger is not None
    assert counter(records, "licences_granted").sum() == 2
    late = ledger["tick"] >= 8
    assert late.any()
    assert not ledger["breach"][late].any()
    bit = 1 << records.world.names.sides.index("east")
    assert (nodes["barred_law"][ledger["node"][late]] == bit).all()


CAP = 4000.0 * 7.0 / 30.4375
"""Units a tick that a maker can build."""
LISTING: dict[str, Any] = {
    "kind": "input_restriction", "effective": day(6), "groups": ["maker_a"], "input_share": 0.1,
    "without_substitute": 0.5, "lag_weeks": 8.0, "extra_cost": 0.4,
}  # fmt: skip
"""On a unit of content 0.2: two inputs, so that three quarters of the output need one without a substitute."""
ONE = {"links__out__sellers": ["maker_a"], "links__out__degree": 1}
INSIDE = ONE | {"groups__maker_a__foreign_content": {"kit": 0.2}, "groups__maker_a__input_cover_weeks": 0.0}


def built(records: Records) -> np.ndarray:
    """Units built by maker A, by recorded tick."""
    return records.series["produced"][:, records.world.names.groups.index("maker_a"), 0]


def test_a_maker_builds_what_its_inputs_allow_until_they_are_replaced() -> None:
    """With demand beyond capacity: a quarter of it at first, all of it eight weeks later, by z²(3 − 2z) between."""
    greedy = INSIDE | {"groups__user__demand": {"kit": 8000}, "groups__user__budget": 20e6}
    records, plain = ran({"listing": LISTING}, **greedy), ran({}, **greedy)
    assert (np.abs(built(plain)[8:] - CAP) < 1.0).all()
    weeks = np.clip(np.arange(20) - 6.0, 0.0, 8.0) / 8.0
    free = CAP * (1.0 - 0.75 * (1.0 - weeks**2 * (3.0 - 2.0 * weeks)))
    assert (np.abs(built(records)[6:] - free[6:]) < 1.0).all()
    assert counter(records, "input_shortages").tolist() == [0] * 6 + [1] * 8 + [0] * 6
    assert counter(records, "units_substituted")[:6].sum() == 0
    assert (counter(records, "units_substituted")[6:] == built(records)[6:]).all()


def test_makers_begin_to_look_for_substitutes_at_the_announcement() -> None:
    """Announced eight weeks ahead, all is replaced when it takes effect; four weeks ahead, half is."""
    greedy = INSIDE | {"groups__user__demand": {"kit": 8000}, "groups__user__budget": 20e6}
    early = LISTING | {"effective": day(9)}
    ready = ran({"listing": early | {"announced": day(1)}}, **greedy)
    assert not counter(ready, "input_shortages").any()
    assert (built(ready)[:9] == built(ran({}, **greedy))[:9]).all()
    half = ran({"listing": early | {"announced": day(5)}}, **greedy)
    assert built(half)[9] == pytest.approx(CAP * (1.0 - 0.75 * 0.5), abs=1.0)


def test_inputs_in_stock_last_for_their_weeks_at_capacity() -> None:
    """Three weeks of inputs, none replaced for long: three ticks at capacity, then a quarter of it.

    Below capacity they last longer: the part that needs no barred input is built first.
    """
    greedy = INSIDE | {"groups__user__demand": {"kit": 8000}, "groups__user__budget": 20e6}
    greedy |= {"groups__maker_a__input_cover_weeks": 3.0}
    never = LISTING | {"lag_weeks": 1e5}
    records = ran({"listing": never}, **greedy)
    assert (np.abs(built(records)[6:9] - CAP) < 1.0).all()
    assert (np.abs(built(records)[10:] - 0.25 * CAP) < 1.0).all()
    more = built(records)[6:].sum() - 14 * 0.25 * CAP
    assert more == pytest.approx(3.0 * 0.75 * CAP, abs=3.0)
    slack = {"groups__maker_a__capacity": {"kit": 4000.0}, "groups__maker_a__input_cover_weeks": 0.0}
    idle = ran({"listing": never}, **INSIDE | slack | {"groups__user__demand": {"kit": 160}})
    assert not counter(idle, "input_shortages").any()
    assert idle.series["produced"].sum() > 300


def test_substitutes_are_paid_for_in_the_cost_of_building_and_passed_on() -> None:
    """Half of 0.2 is replaced at once at 0.4 more: 4% on 500, so 520; once all is, 540. The ask follows the stock."""
    records = ran({"listing": LISTING}, **INSIDE)
    cost = account(records, "production_cost")
    units = built(records)
    assert cost[:6] == pytest.approx(500.0 * units[:6])
    assert cost[6] == pytest.approx(520.0 * units[6])
    assert cost[14:] == pytest.approx(540.0 * units[14:])
    ledger = records.ledger
    assert ledger is not None
    assert ledger["unit_price"][ledger["tick"] < 6] == pytest.approx(600.0)
    last = ledger["unit_price"][ledger["tick"] == 19]
    assert ((last > 600.0) & (last < 540.0 * 1.2)).all()


def test_a_restriction_ends_and_inputs_come_back() -> None:
    """From the tick of its end the maker builds at capacity and at the old cost."""
    greedy = INSIDE | {"groups__user__demand": {"kit": 8000}, "groups__user__budget": 20e6}
    records = ran({"listing": LISTING | {"lag_weeks": 1e5, "ends": day(12)}}, **greedy)
    assert (np.abs(built(records)[6:12] - 0.25 * CAP) < 1.0).all()
    assert (np.abs(built(records)[12:] - CAP) < 1.0).all()
    assert account(records, "production_cost")[12:] == pytest.approx(500.0 * built(records)[12:])
    assert not counter(records, "input_shortages")[12:].any()


def test_intensity_is_the_share_of_inputs_barred() -> None:
    """Half of them: one input, so that half of the output needs one, and half of the extra cost.

    When the rest is barred too, a maker with three weeks of inputs has as many of the rest.
    """
    greedy = INSIDE | {"groups__user__demand": {"kit": 8000}, "groups__user__budget": 20e6}
    never = LISTING | {"lag_weeks": 1e5}
    half = ran({"listing": never | {"intensity": 0.5}}, **greedy)
    assert (np.abs(built(half)[6:] - 0.5 * CAP) < 1.0).all()
    assert account(half, "production_cost")[6:] == pytest.approx(510.0 * built(half)[6:])
    later = never | {"intensity": {"step": {day(0): 0.5, day(12): 1.0}}}
    stocked = ran({"listing": later}, **greedy | {"groups__maker_a__input_cover_weeks": 3.0})
    above = [built(stocked)[6:12].sum() - 6 * 0.5 * CAP, built(stocked)[12:].sum() - 8 * 0.25 * CAP]
    assert above == pytest.approx([3.0 * 0.5 * CAP, 3.0 * 0.25 * CAP], abs=3.0)


def test_of_two_restrictions_the_least_room_and_the_greatest_cost_hold() -> None:
    """One that nobody can meet, and one that is dear: a quarter of capacity, at 2 × 0.2 × 0.9 more."""
    greedy = INSIDE | {"groups__user__demand": {"kit": 8000}, "groups__user__budget": 20e6}
    hard = LISTING | {"lag_weeks": 1e5}
    dear = hard | {"without_substitute": 0.1, "extra_cost": 2.0}
    records = ran({"a_hard": hard, "b_dear": dear}, **greedy)
    assert (np.abs(built(records)[6:] - 0.25 * CAP) < 1.0).all()
    rise = 2.0 * 0.2 * 0.9
    assert account(records, "production_cost")[6:] == pytest.approx(500.0 * (1.0 + rise) * built(records)[6:])


def test_a_restriction_bears_on_its_groups_and_on_what_holds_foreign_inputs() -> None:
    """Others build as before, to the bit: another maker, another product, a maker without such inputs."""
    both = {"groups__maker_b__foreign_content": {"kit": 0.9}}
    assert counter(ran({"listing": LISTING}, **both), "units_substituted").sum() == 0
    records = ran({"listing": LISTING | {"groups": ["maker_b"], "lag_weeks": 1e5}}, **both)
    group = records.world.names.groups.index("maker_b")
    assert counter(records, "units_substituted").sum() == records.series["produced"][6:, group].sum() > 0
    other = ran({"listing": LISTING | {"traits": {"thermal": True}}}, **INSIDE)
    assert counter(other, "units_substituted").sum() == 0


@pytest.mark.parametrize("slack", [True, False])
def test_what_it_does_to_deliveries_is_no_parameter_of_it(slack: bool) -> None:
    """The same listing, of a tenth to a fifth of content: near nothing where there is slack, stock and a price that
    users pay; three quarters lost where content is high, nothing is in stock and nothing is found in time.
    """
    mild = {"groups": ["maker_a"], "kind": "input_restriction", "effective": day(6)}
    demand = {
        "groups__user__demand": {"kit": 2000},
        "groups__user__budget": 20e6,
        "groups__user__carry_over_weeks": 9.0,
    }
    inside = ONE | demand | {"groups__maker_a__foreign_content": {"kit": 0.15 if slack else 0.9}}
    if not slack:
        inside |= {"groups__maker_a__input_cover_weeks": 0.0, "groups__maker_a__safety_weeks": 1.0}
        mild |= {"lag_weeks": 200.0, "without_substitute": 0.2}
    late = [ran(policies, **inside).series["delivered"][10:].sum() for policies in ({"listing": mild}, {})]
    lost = 1.0 - late[0] / late[1]
    assert abs(lost) < 0.02 if slack else lost > 0.7
