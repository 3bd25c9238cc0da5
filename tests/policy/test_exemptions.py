"""Sellers who are exempt, and orders spared for their date: known answers, and laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.scenario.model import Scenario
from sim.world.build import build
from sim.world.records import COUNTERS, UNIT_ACCOUNTS, Records
from tests.laws.common import Bits, bits, delivered, differences, run, small
from tests.policy.test_by_hand import LEVY, LICENCE, QUOTA, account, counter, day, ran, sold, world

BAN = {"kind": "export_ban", "effective": day(5), "origins": ["A"], "destinations": ["C"]}
EVERYBODY = ["maker_a", "maker_b"]
EVEN = {"market__price_weight": 0.0}
"""Customers choose by chance."""
SHORT = EVEN | {f"groups__{maker}__capacity": {"kit": 60.0} for maker in EVERYBODY} | {"market__calls": 2}
"""Less is built than is needed, so that orders stay open."""
COUNTED = ("exempt_trades", "grandfathered_trades")


def left(records: Records) -> Bits:
    """All that a run leaves behind but what a policy's own columns say, and who was spared."""
    found = bits(records, ())
    rest = [i for i, name in enumerate(COUNTERS) if name not in COUNTED]
    return found | {"series.counters": found["series.counters"][:, rest]}


def with_old_orders(policies: dict[str, Any], **changes: Any) -> Records:
    """A run of few goods."""
    return ran(policies, **SHORT | changes)


# Sellers


@pytest.mark.parametrize(
    "policy", [BAN, LEVY, QUOTA | {"units": 10.0}, LICENCE | {"refusal": 0.5}], ids=lambda p: p["kind"]
)
@pytest.mark.parametrize("exempt", [{"exempt_groups": EVERYBODY}, {"exempt_agents": EVERYBODY}], ids=list)
def test_a_policy_that_exempts_all_sellers_is_none(policy: dict[str, Any], exempt: dict[str, Any]) -> None:
    """To the last bit, but for the count of those spared; without the exemption it does something."""
    plain = left(ran({}, **EVEN))
    records = ran({"x": policy | exempt}, **EVEN)
    assert differences(left(records), plain) == []
    assert counter(records, "exempt_trades")[5:].sum() == counter(records, "trades")[5:].sum() > 0
    assert differences(left(ran({"x": policy}, **EVEN)), plain) != []


def test_who_is_exempt_from_a_ban_sells_on_and_the_others_do_not() -> None:
    """By group or by name, the same; no sale of theirs is a breach, and no path is barred."""
    both = BAN | {"origins": ["A", "B"]}
    records = ran({"ban": both | {"exempt_groups": ["maker_a"]}}, **EVEN)
    assert sold(records, "maker_a")[5:].sum() > 300
    assert sold(records, "maker_b")[5:].sum() == 0
    assert records.ledger is not None
    assert not records.ledger["breach"].any()
    assert not records.nodes["barred_law"].any()
    named = ran({"ban": both | {"exempt_agents": ["maker_a"]}}, **EVEN)
    assert differences(bits(records), bits(named)) == []


def test_one_of_several_agents_is_named_by_its_index() -> None:
    """The index counts from 0; a group of two has no agent with the name of the group."""
    records = ran({"ban": BAN | {"exempt_agents": ["maker_a #1"]}}, **EVEN, groups__maker_a__count=2)
    ledger, s = records.ledger, records.world.agents
    assert ledger is not None
    late = ledger["seller"][ledger["tick"] >= 5]
    group = records.world.names.groups.index("maker_a")
    assert set(s.index[late[s.group[late] == group]].tolist()) == {1}


def test_who_is_exempt_from_a_levy_pays_none_of_it() -> None:
    """A tenth of 600 and 5 are 65, for B alone; of another levy, of 7 a unit, both pay."""
    levies = {
        "one": LEVY | {"origins": [], "exempt_groups": ["maker_a"]},
        "two": LEVY | {"origins": [], "rate": 0.0, "per_unit": 7.0},
    }
    ledger = (records := ran(levies, **EVEN)).ledger
    assert ledger is not None
    late = ledger["tick"] >= 5
    from_a = records.world.agents.jurisdiction[ledger["seller"][late]] == 0
    assert 0 < from_a.sum() < len(from_a)
    assert ledger["unit_levy"][late] == pytest.approx(np.where(from_a, 7.0, 72.0))
    shipped = 7.0 * sold(records, "maker_a") + 72.0 * sold(records, "maker_b")
    assert account(records, "levies")[5:] == pytest.approx(shipped[5:])


def test_who_is_exempt_from_a_quota_uses_none_of_its_room() -> None:
    """B sells 20 in each period; A sells as it likes."""
    records = ran({"quota": QUOTA | {"exempt_groups": ["maker_a"], "units": 20.0}}, **EVEN)
    shipped = sold(records, "maker_b")
    assert [shipped[t : t + 4].sum() for t in (4, 8, 12, 16)] == [20, 20, 20, 20]
    assert sold(records, "maker_a")[4:].sum() > 200


def test_who_is_exempt_from_a_licence_does_not_wait() -> None:
    """Goods of B are reserved until the licence is there; A never applies."""
    records = ran({"licence": LICENCE | {"exempt_agents": ["maker_a"], "lag_weeks": 40.0, "fee": 10.0}}, **EVEN)
    assert sold(records, "maker_a")[5:].sum() > 100
    assert sold(records, "maker_b")[5:].sum() == 0
    assert counter(records, "units_reserved").sum() == records.units[UNIT_ACCOUNTS.index("reserved")].sum() > 100
    assert account(records, "fees").sum() == 10.0


def test_a_suspension_may_leave_out_arms() -> None:
    """Arms exempt sell on; the maker does not, and who buys from the arms breaks no word."""
    scenario = small().without_policies().with_changes({"policies.exit": small().policies["leader_exit"].to_plain()})
    full = run(scenario)
    lax = run(scenario.with_changes({"policies.exit.exempt_groups": ["leader_arms"]}))
    arms = full.world.names.groups.index("leader_arms")
    barred = [set(full.world.agents.group[_sellers_barred(records)].tolist()) for records in (full, lax)]
    assert arms in barred[0]
    assert arms not in barred[1]
    nobody = run(scenario.with_changes({"policies.exit.exempt_groups": ["leader", "leader_arms"]}))
    assert differences(left(nobody), left(run(scenario.with_changes({"policies.exit.enabled": False})))) == []


def _sellers_barred(records: Records) -> np.ndarray:
    """Sellers of pieces whose path bars a side by its maker's word."""
    assert records.ledger is not None
    before, after = (records.nodes["barred_voluntary"][records.ledger[name]] for name in ("parent", "node"))
    return records.ledger["seller"][after != before]


def test_parties_exempt_are_never_listed() -> None:
    """Whoever else is; and a listing that exempts all in its scope lists nobody."""
    eager = {
        "policies.listings.hazard": 5.0, "policies.listings.observation": 1.0, "policies.listings.lag_weeks": 1.0,
        "policies.listings.capacity": 1000,
    }  # fmt: skip
    names = small().policies["listings"].groups
    listed = _listed(small().with_changes(eager))
    hit = max(listed, key=lambda name: listed[name])
    assert listed[hit] > 0
    spared = _listed(small().with_changes(eager | {"policies.listings.exempt_groups": [hit]}))
    assert spared.get(hit, 0) == 0
    assert sum(spared.values()) > 0
    assert _listed(small().with_changes(eager | {"policies.listings.exempt_groups": list(names)})) == {}


def _listed(scenario: Scenario) -> dict[str, int]:
    """Parties listed by group."""
    records = run(scenario)
    groups = records.world.agents.group[records.agents["listed_by"] >= 0].tolist()
    return {records.world.names.groups[g]: groups.count(g) for g in groups}


def test_makers_exempt_keep_their_inputs() -> None:
    """A restriction on inputs that exempts the only maker it names does nothing."""
    inputs = {
        "groups__maker_a__foreign_content": {"kit": 0.5}, "groups__maker_a__input_cover_weeks": 0.0,
    }  # fmt: skip
    cut = {"kind": "input_restriction", "effective": day(5), "groups": ["maker_a"], "without_substitute": 0.5}
    plain, hit = left(ran({}, **inputs)), left(ran({"cut": cut}, **inputs))
    assert differences(hit, plain) != []
    assert differences(left(ran({"cut": cut | {"exempt_agents": ["maker_a"]}}, **inputs)), plain) == []


@pytest.mark.parametrize("policy", [BAN, LEVY], ids=lambda p: p["kind"])
def test_to_exempt_somebody_who_never_sells_there_changes_nothing(policy: dict[str, Any]) -> None:
    """The policy is of goods from A, where B does not sit."""
    spared = ran({"x": policy | {"exempt_groups": ["maker_b"]}}, **EVEN)
    assert differences(left(spared), left(ran({"x": policy}, **EVEN))) == []
    nobody = ran({"x": policy | {"exempt_groups": ["maker_a"], "intensity": 0.0}}, **EVEN)
    assert differences(left(nobody), left(ran({}, **EVEN))) == []
    assert not counter(nobody, "exempt_trades").any()


def test_in_a_larger_world_less_is_denied_where_some_are_exempt() -> None:
    """In the mean over seeds, exporters exempt from the ban let more arrive."""
    some = small().with_changes({"policies.china_ban.exempt_groups": ["cn_exporters"]})
    more = [delivered(run(some, seed), "russia") - delivered(run(small(), seed), "russia") for seed in range(1, 9)]
    assert np.mean(more) > 2.0 * np.std(more, ddof=1) / np.sqrt(8) > 0.0


# Orders by their date


def test_old_orders_are_filled_for_as_long_as_they_are_spared() -> None:
    """An order that is never filled whole keeps its date: A sells to it for six ticks more, then no more."""
    records = with_old_orders({"ban": BAN | {"grandfather_weeks": 6.0}})
    assert (sold(records, "maker_a")[5:11] > 0).sum() >= 3
    assert sold(records, "maker_a")[11:].sum() == 0
    assert set(np.flatnonzero(counter(records, "grandfathered_trades")).tolist()) <= set(range(5, 11))
    assert sold(with_old_orders({"ban": BAN}), "maker_a")[5:].sum() == 0
    free = with_old_orders({})
    assert differences(left(with_old_orders({"ban": BAN | {"grandfather_weeks": 100.0}})), left(free)) == []


def test_deliveries_fall_later_and_to_the_same_level() -> None:
    """The longer old orders are spared the more arrives; in the end as little as without."""
    arrived = [
        with_old_orders({"ban": BAN | {"origins": ["A", "B"], "grandfather_weeks": weeks}}).series["delivered"]
        for weeks in (0.0, 3.0, 6.0)
    ]
    by_tick = [each.sum(axis=(1, 2)) for each in arrived]
    assert by_tick[0].sum() < by_tick[1].sum() < by_tick[2].sum()
    assert not by_tick[0][7:].any()
    assert not by_tick[1][10:].any()
    assert not by_tick[2][13:].any()
    assert all((each[:7] == by_tick[0][:7]).all() for each in by_tick)


def test_orders_of_after_the_effective_date_are_not_spared() -> None:
    """Where all is filled at once, no order is old."""
    plain = ran({"ban": BAN}, **EVEN)
    spared = ran({"ban": BAN | {"grandfather_weeks": 10.0}}, **EVEN)
    assert differences(bits(plain), bits(spared)) == []


def test_a_policy_in_force_from_the_start_spares_no_order() -> None:
    """No order of the run is older."""
    old = BAN | {"effective": day(0)}
    plain, spared = (with_old_orders({"ban": old | more}) for more in ({}, {"grandfather_weeks": 20.0}))
    assert differences(bits(plain), bits(spared)) == []


def test_each_policy_spares_by_its_own_date() -> None:
    """Of two levies the old order pays the one that came before it, or whose time is over."""
    first = {"kind": "levy", "effective": day(5), "per_unit": 5.0, "grandfather_weeks": 4.0}
    both = {"one": first, "two": first | {"effective": day(7), "per_unit": 50.0, "grandfather_weeks": 6.0}}
    records = with_old_orders(both)
    ledger = records.ledger
    assert ledger is not None
    old = ledger["since"] < 5
    due = np.where(ledger["tick"] < 9, 0.0, np.where(ledger["tick"] < 13, 5.0, 55.0))
    assert old[ledger["tick"] >= 13].any()
    assert ledger["unit_levy"][old] == pytest.approx(due[old])


def test_a_period_holds_no_order_that_a_quota_spares() -> None:
    """Nothing may leave; old orders leave for four ticks all the same."""
    none = QUOTA | {"units": 0.0, "grandfather_weeks": 4.0}
    records = with_old_orders({"quota": none})
    shipped = sold(records, "maker_a") + sold(records, "maker_b")
    assert shipped[4:8].sum() > 0
    assert shipped[8:].sum() == 0


def test_an_old_order_needs_no_licence() -> None:
    """For five ticks goods for it leave at once; then they are reserved."""
    records = with_old_orders({"licence": LICENCE | {"lag_weeks": 40.0, "grandfather_weeks": 5.0}})
    assert not counter(records, "units_reserved")[:10].any()
    assert counter(records, "units_reserved")[10:].sum() > 0
    assert (sold(records, "maker_a") + sold(records, "maker_b"))[5:10].sum() > 0


@pytest.mark.parametrize(("weeks", "returns"), [(1.0, True), (4.0, False)])
def test_goods_that_wait_for_a_licence_keep_the_date_of_their_order(weeks: float, returns: bool) -> None:
    """Ordered in ticks 5 and 6, licensed in tick 8; a ban of tick 7 returns them unless it spares orders till then."""
    ban = BAN | {"origins": ["A", "B"], "effective": day(7), "grandfather_weeks": weeks}
    records = ran({"ban": ban, "licence": LICENCE}, **EVEN)
    reserved = counter(records, "units_reserved")[5:7].sum()
    assert reserved > 40
    assert counter(records, "units_returned").sum() == (reserved if returns else 0)
    left_late = sold(records, "maker_a")[7:].sum() + sold(records, "maker_b")[7:].sum()
    assert left_late == (0 if returns else reserved)


def test_nothing_changes_before_the_effective_date() -> None:
    """Dates of orders are looked at from then on only."""
    run_to = {}
    for weeks in (0.0, 8.0):
        engine = Engine(build(load(world({"ban": BAN | {"grandfather_weeks": weeks}}, **SHORT)), 1))
        while engine.tick < 12 + 5:
            engine.step()
        run_to[weeks] = left(engine.records())
    assert differences(run_to[0.0], run_to[8.0]) == []
