"""A world of a dozen agents, every number of which can be worked out by hand: known answers of world building."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.scenario.loading import load
from sim.world.build import build
from sim.world.columns import ALIVE, DORMANT, NO_SIDE, World
from sim.world.draws import link_key, text_key
from tests.laws.common import agent_names

FORTNIGHTS_A_MONTH = 30.4375 / 14.0
"""The tick is a fortnight, so that a rate a month, a week or a tick are three numbers."""

MAKER: dict[str, Any] = {"kind": "manufacturer", "count": 1, "jurisdiction": "A", "compliant_share": 0.0}
HAND: dict[str, Any] = {
    "name": "hand",
    "time": {"start": "2022-01-03", "end": "2022-03-13", "step_days": 14, "burn_in": 3, "settle": 1},
    "sides": {"blue": {}, "civil": {"civil": True}, "red": {}},
    "products": {
        "drone": {"hs_code": "8806", "reference_price": 1000.0, "substitutes": {"kit": 0.25}},
        "frame": {"hs_code": "8501", "reference_price": 100.0},
        "kit": {"hs_code": "8806", "reference_price": 400.0},
    },
    "jurisdictions": {
        "A": {"latitude": 0.0, "longitude": 0.0, "home_side": "blue", "diversion": {"blue": 0.1, "red": 0.3}},
        "B": {"latitude": 0.0, "longitude": 1.0},
        "C": {"latitude": 0.0, "longitude": 2.0, "customs_union": "union", "enforcement": 0.5},
        "D": {"latitude": 0.0, "longitude": 3.0, "customs_union": "union"},
    },
    "legs": {
        "A-A": {"lead_weeks": 1},
        "A-B": {"lead_weeks": 6, "freight": 0.02, "capacity": {"step": {"2022-01-01": 100, "2022-01-31": 300}}},
        "A-C": {"lead_weeks": 9, "open": {"step": {"2022-01-01": 1, "2022-02-14": 0}}},
        "B-A": {"lead_weeks": 8},
        "B-B": {"lead_weeks": 1},
        "B-C": {"lead_weeks": 3},
        "C-D": {"lead_weeks": 2, "inspection": 0.2},
    },
    "groups": {
        "arms": {"kind": "intermediary", "count": 0, "slots": 1, "jurisdiction": "A", "products": ["drone"],
                 "arm_of": "makers", "founding_capital": 7.0, "founding_rate": 0.1, "founding_lag_weeks": 6},
        "civils": {"kind": "buyer", "count": 1, "jurisdiction": "C", "products": ["drone"], "side": "civil",
                   "end_user": True, "demand": {"drone": 30}, "budget": 60_000},
        "frames": MAKER | {"products": ["frame"], "capacity": {"frame": 900}, "production_cost": 0.4},
        "fund": {"kind": "buyer", "count": 1, "jurisdiction": "B", "products": ["drone"], "side": "red",
                 "end_user": False, "budget": 90_000, "side_on_paper": "civil"},
        "makers": MAKER | {
            "products": ["drone"], "bill": {"drone": {"frame": 2}}, "production_cost": 0.5, "home_side": "red",
            "capacity": {"drone": {"step": {"2022-01-01": 300, "2022-01-31": 600}}}, "founding_capital": 5000.0,
            "working_weeks": 4, "mark_up": 0.4, "mark_up_max": 0.3, "foreign_content": {"drone": 0.3},
            "input_cover_weeks": 10,
        },
        "traders": {"kind": "intermediary", "count": 2, "slots": 1, "jurisdiction": "B", "products": ["drone"],
                    "size": 1.5, "overhead": 120.0, "founding_capital": 100.0, "working_weeks": 6, "safety_weeks": 5,
                    "stockpile_weeks": 7, "storage_weeks": 11, "review_weeks": 3},
        "units": {"kind": "buyer", "count": 2, "jurisdiction": "B", "products": ["drone"], "side": "red",
                  "end_user": True, "demand": {"drone": {"linear": {"2022-01-03": 100, "2022-01-31": 300}}},
                  "cover_weeks": 3, "carry_over_weeks": 9},
    },
    "links": {
        "a": {"sellers": ["frames"], "buyers": ["makers"], "degree": 1, "trust": 0.2},
        "b": {"sellers": ["makers"], "buyers": ["traders", "civils", "arms"], "degree": 1, "trust": 0.3},
        "c": {"sellers": ["traders"], "buyers": ["fund", "civils"], "degree": 2, "trust": 0.4},
        "d": {"sellers": ["traders", "makers"], "buyers": ["fund"], "degree": 5, "trust": 0.6, "attachment": 2.0},
        "e": {"sellers": ["fund"], "buyers": ["units"], "degree": 1},
    },
    "policies": {
        "one": {"kind": "entity_listing", "effective": "2022-01-03", "hazard": 0.1, "lag_weeks": 6},
        "two": {"kind": "export_ban", "effective": "2022-01-03", "sides": ["red"]},
    },
}  # fmt: skip


@cache
def hand() -> World:
    """The world as it stands. Everybody knows everybody that the rules let them know."""
    return build(load(HAND), 1)


def rows(group: str) -> list[int]:
    """Rows of a group."""
    return np.flatnonzero(hand().agents.group == hand().names.groups.index(group)).tolist()


def of(column: str, group: str) -> list[Any]:
    """A column of agents, for a group."""
    return list(getattr(hand().agents, column)[rows(group)].tolist())


def leg(name: str) -> int:
    """Row of a leg."""
    return hand().names.legs.index(name)


DRONE, FRAME, KIT = range(3)


def test_the_calendar() -> None:
    """Five fortnights from the third of January; the burn-in stands on the first of them."""
    calendar = hand().calendar
    days = [date(2022, 1, 3), date(2022, 1, 17), date(2022, 1, 31), date(2022, 2, 14), date(2022, 2, 28)]
    assert calendar.first_days == (days[0],) * 3 + tuple(days)
    assert calendar.days_after == (date(2022, 1, 4),) * 3 + (*days[1:], date(2022, 3, 14))
    assert (calendar.burn_in, calendar.ticks, calendar.weeks_per_tick) == (3, 8, 2.0)


def test_rates_a_month_become_rates_a_tick_on_their_dates() -> None:
    """Steps on a tick's first day count from that tick; a straight line is read on the first day."""
    groups, names = hand().groups, hand().names.groups
    early, late = [300 / FORTNIGHTS_A_MONTH] * 5, [600 / FORTNIGHTS_A_MONTH] * 3
    assert groups.capacity[:, names.index("makers"), DRONE] == pytest.approx(early + late)
    demand = [100, 100, 100, 100, 200, 300, 300, 300]
    expected = [x / FORTNIGHTS_A_MONTH for x in demand]
    assert groups.demand[:, names.index("units"), DRONE] == pytest.approx(expected)
    assert groups.budget[:, names.index("fund")] == pytest.approx([90_000 / FORTNIGHTS_A_MONTH] * 8)
    users = [[names.index("civils"), DRONE], [names.index("units"), DRONE]]
    assert np.argwhere(groups.demand.any(axis=0)).tolist() == users


def test_legs() -> None:
    """Each leads from its origin to its destination, in ticks, US dollars a unit and units a tick."""
    legs, places = hand().legs, hand().names.jurisdictions
    for i, name in enumerate(hand().names.legs):
        a, b = (places.index(end) for end in name.split("-"))
        assert (legs.origin[i], legs.destination[i], legs.of[a, b]) == (a, b, i)
    assert (legs.of >= 0).sum() == 7
    assert [name for i, name in enumerate(hand().names.legs) if legs.inner[i]] == ["A-A", "B-B", "C-D"]
    assert legs.lead.tolist() == [0.5, 3.0, 4.5, 4.0, 0.5, 1.5, 1.0]
    assert legs.lead_weeks.tolist() == [1.0, 6.0, 9.0, 8.0, 1.0, 3.0, 2.0]
    assert legs.freight[leg("A-B")].tolist() == [20.0, 2.0, 8.0]
    early, late = [100 / FORTNIGHTS_A_MONTH] * 5, [300 / FORTNIGHTS_A_MONTH] * 3
    assert legs.capacity[:, leg("A-B")] == pytest.approx(early + late)
    assert np.isinf(np.delete(legs.capacity, leg("A-B"), axis=1)).all()
    assert legs.open[:, leg("A-C")].tolist() == [True] * 6 + [False] * 2
    assert legs.inspection[0].tolist() == [0.0] * 6 + [0.2]


def test_tables_by_product_place_and_policy() -> None:
    """A drone is replaced by a kit and not the other way; two sides get what the first place diverts."""
    world = hand()
    assert world.substitutes.tolist() == [[0.0, 0.0, 0.25], [0.0] * 3, [0.0] * 3]
    assert world.diversion.tolist() == [[0.1, 0.0, 0.3]] + [[0.0] * 3] * 3
    assert world.enforcement.tolist() == [[1.0, 1.0, 0.5, 1.0]] * 8
    assert world.civil.tolist() == [False, True, False]
    assert set(world.listing_lag[0]) == {3.0}
    assert world.policy_key.tolist() == [text_key("policy", "one"), text_key("policy", "two")]
    assert set(world.groups.founding_lag[world.names.groups.index("arms")]) == {3.0}


def test_makers_their_bills_their_sides_and_arms() -> None:
    """Two frames go into a drone; makers sell what they build and buy what goes into it."""
    world, names = hand(), hand().names.groups
    bill = np.zeros((3, 3))
    bill[DRONE, FRAME] = 2
    assert (world.groups.bill[names.index("makers")] == bill).all()
    assert world.groups.bill.sum() == 2
    sides = dict(zip(names, world.groups.home_side.tolist(), strict=True))
    assert sides == dict.fromkeys(names, NO_SIDE) | {"makers": world.names.sides.index("red")}
    assert world.groups.maker_of_arm.tolist() == [names.index("makers") if n == "arms" else -1 for n in names]
    assert (of("sells", "makers"), of("buys", "makers")) == ([[True, False, False]], [[False, True, False]])
    assert (of("sells", "frames"), of("buys", "frames")) == ([[False, True, False]], [[False] * 3])
    assert of("production_cost", "makers") == [[500.0, 0.0, 0.0]]
    assert of("initial_unit_cost", "makers") == [[700.0, 100.0, 400.0]]
    assert of("highest_mark_up", "makers") == [0.4]
    assert world.groups.foreign_content[names.index("makers")].tolist() == [0.3, 0.0, 0.0]
    assert world.groups.foreign_content.sum() == 0.3
    assert (of("input_cover", "makers"), of("input_cover", "frames")) == ([5.0], [4.0])


def test_sides_of_agents() -> None:
    """True and on paper; end users do not sell, pass-through buyers do, firms show no side."""
    blue, civil, red = range(3)
    assert (of("true_side", "fund"), of("paper_side", "fund")) == ([red], [civil])
    assert (of("true_side", "units"), of("paper_side", "units")) == ([red] * 2, [red] * 2)
    assert of("paper_side", "traders") == [NO_SIDE] * 3
    assert of("paper_side", "makers") == [NO_SIDE]
    assert (of("passes", "fund"), of("passes", "units"), of("passes", "traders")) == ([True], [False] * 2, [False] * 3)
    assert (of("sells", "fund")[0][DRONE], of("sells", "units")[0][DRONE]) == (True, False)
    assert (of("pays", "fund"), of("pays", "units"), of("pays", "civils")) == ([True], [False] * 2, [True])
    assert blue not in hand().agents.true_side


def test_slots_sleep_and_shares_are_of_those_alive() -> None:
    """Shares of the agents alive add up to their mean size in every group."""
    agents = hand().agents
    assert of("state", "traders") == [ALIVE, ALIVE, DORMANT]
    assert of("state", "arms") == [DORMANT]
    assert of("share", "traders") == [0.75] * 3
    assert of("share", "units") == [0.5] * 2
    assert of("key", "traders") == [text_key("traders", i) for i in range(3)]
    for group in set(agents.group[agents.state == ALIVE].tolist()):
        mine = (agents.group == group) & (agents.state == ALIVE)
        assert agents.share[mine].sum() == pytest.approx(agents.size[mine].mean())


def test_weeks_become_ticks_and_size_counts() -> None:
    """Of a trader: size 1.5, ticks of a fortnight."""
    first = {
        "review": 2, "safety": 2.5, "stockpile": 3.5, "storage": 5.5, "working": 3.0, "size": 1.5,
        "founding_capital": 150.0,
    }  # fmt: skip
    assert {name: of(name, "traders")[0] for name in first} == first
    assert of("overhead", "traders") == pytest.approx([180.0 / FORTNIGHTS_A_MONTH] * 3)
    assert (of("cover", "units"), of("carry_over", "units")) == ([1.5] * 2, [4.5] * 2)
    assert of("founding_rate", "arms") == [0.2]


LINKS = {
    ("frames.0", "makers.0"): 0.2,
    ("makers.0", "arms.0"): 0.3, ("makers.0", "civils.0"): 0.3,
    **{("makers.0", f"traders.{i}"): 0.3 for i in range(3)},
    **{(f"traders.{i}", "civils.0"): 0.4 for i in range(2)},
    ("traders.0", "fund.0"): 0.6, ("traders.1", "fund.0"): 0.6, ("traders.2", "fund.0"): 0.6,
    ("makers.0", "fund.0"): 0.6,
    ("fund.0", "units.0"): 0.5, ("fund.0", "units.1"): 0.5,
}  # fmt: skip
"""Trust by seller and buyer; the greater trust of two rules holds.

Whether the slot, `traders.2`, is linked to `civils.0` hangs on a draw: two traders are wanted there, and two are alive.
"""


def test_who_knows_whom() -> None:
    """Links, their trust, their key and what they carry. A slot finds a place wherever one is free."""
    world, k = hand(), hand().links
    names = agent_names(world)
    found = {
        (names[s], names[b]): (trust, int(key), carries)
        for s, b, trust, key, carries in zip(
            k.seller, k.buyer, k.trust.tolist(), k.key, k.carries.tolist(), strict=True
        )
    }
    assert len(found) == len(k.key)
    sure = {pair: trust for pair, (trust, _, _) in found.items() if pair != ("traders.2", "civils.0")}
    assert sure == LINKS
    keys = dict(zip(names, world.agents.key, strict=True))
    for (seller, buyer), (_, key, carries) in found.items():
        assert key == int(link_key(keys[seller], keys[buyer]))
        assert carries == [seller != "frames.0", seller == "frames.0", False]
        assert k.leg[list(found).index((seller, buyer))] == leg(
            "-".join(world.names.jurisdictions[world.agents.jurisdiction[names.index(x)]] for x in (seller, buyer))
        )


def test_lead_times_are_means_over_suppliers_alive() -> None:
    """In ticks, and at least one: the civil buyer waits 4.5 for the maker, 1.5 for each trader."""
    assert of("lead", "traders") == [3.0] * 3
    assert of("lead", "civils") == [pytest.approx((4.5 + 1.5 + 1.5) / 3)]
    assert of("lead", "fund") == [pytest.approx((0.5 + 0.5 + 3.0) / 3)]
    assert of("lead", "units") == [1.0] * 2
    assert of("lead", "frames") == [1.0]


def test_first_forecasts_share_demand_among_suppliers() -> None:
    """By hand: the units' fund splits in three, the civil buyer in three, and two frames go into each drone."""
    units, civils = 100 / FORTNIGHTS_A_MONTH, 30 / FORTNIGHTS_A_MONTH
    assert of("initial_forecast", "fund") == [pytest.approx([units, 0.0, 0.0])]
    trader = (units + civils) / 3
    assert of("initial_forecast", "traders") == [pytest.approx([x, 0.0, 0.0]) for x in (trader, trader, 0.0)]
    assert of("initial_forecast", "makers") == [pytest.approx([units + civils, 2 * (units + civils), 0.0])]
    assert of("initial_forecast", "frames") == [pytest.approx([0.0, 2 * (units + civils), 0.0])]
    for users in ("units", "civils"):
        assert not np.array(of("initial_forecast", users)).any()


def test_first_cash_is_capital_and_stock_at_cost() -> None:
    """Four weeks of drones at 700 and frames at 100 for the maker; a slot begins with nothing, a buyer too."""
    demand = 130 / FORTNIGHTS_A_MONTH
    assert of("initial_cash", "makers") == [pytest.approx(5000.0 + 2.0 * (demand * 700.0 + 2 * demand * 100.0))]
    one = 150.0 + 3.0 * (demand / 3) * 1000.0
    assert of("initial_cash", "traders") == [pytest.approx(one), pytest.approx(one), 0.0]
    for group in ("arms", "fund", "units", "civils"):
        assert not np.array(of("initial_cash", group)).any()


def test_demand_is_conserved_through_a_long_chain() -> None:
    """Nine tiers of traders between the maker and the users: each expects together what the users use."""
    tiers = 9
    group = HAND["groups"]["traders"] | {"jurisdiction": "B", "slots": 0}
    links = {"in": {"sellers": ["makers"], "buyers": ["tier0"], "degree": 1}}
    for i in range(tiers):
        buyers = ["units"] if i == tiers - 1 else [f"tier{i + 1}"]
        links[f"t{i}"] = {"sellers": [f"tier{i}"], "buyers": buyers, "degree": 1.5}
    users = HAND["groups"]["units"] | {"budget": 1000.0, "count": 5}
    groups = {"makers": HAND["groups"]["makers"] | {"bill": {}}, "units": users}
    groups |= {f"tier{i}": group | {"count": 3} for i in range(tiers)}
    world = build(load(HAND | {"groups": groups, "links": links, "policies": {}}), 2)
    for name in groups:
        if name != "units":
            mine = world.agents.group == world.names.groups.index(name)
            assert world.agents.initial_forecast[mine, DRONE].sum() == pytest.approx(100 / FORTNIGHTS_A_MONTH)
