"""Distributor contracts and content rules: known answers in worlds of three to five agents, and laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.decisions.rules import install
from sim.engine import Engine
from sim.measures.enforcement import enforcement_units
from sim.measures.window import Window
from sim.scenario.loading import load
from sim.tick.marked import believed_covered
from sim.world.build import build
from sim.world.columns import CLOSED, INTERMEDIARY
from sim.world.records import COUNTERS, Records
from tests.laws.common import MORE, NEEDED, bits, differences, small
from tests.policy.test_by_hand import day, ran, sold, world

RULE: dict[str, Any] = {
    "kind": "content_rule", "effective": day(5), "destinations": ["C"], "threshold": 0.2, "spread": 0.0, "penalty": 0.0,
}  # fmt: skip
"""Goods of a fifth of foreign content barred into C."""
INSIDE: dict[str, Any] = {
    "groups__maker_a__foreign_content": {"kit": 0.2}, "groups__maker_b__foreign_content": {"kit": 0.1},
    "market__stake_weeks": 0.0,
}  # fmt: skip
"""What A's maker builds is just covered, what B's maker builds is not."""
COMPLIANT = {f"groups__{maker}__compliant_share": 1.0 for maker in ("maker_a", "maker_b")}
OPENED: dict[str, Any] = {
    "kind": "inspection", "effective": day(5), "origins": ["A", "B"], "added": 1.0,
}  # fmt: skip
SEEN = {"market__inspection_value": 1.0, "market__de_minimis": 0.0, "market__price_weight": 0.0}
"""Nearly everything is opened at the borders of A and B: a consignment of 600 dollars in 600 of 601 cases."""

CLAUSE: dict[str, Any] = {
    "kind": "distributor_contract", "effective": day(-40), "by": "maker_a", "sides": ["east"], "audits": 0.0,
}  # fmt: skip
"""Whoever buys from A's maker may not resell to the east; nobody looks."""


def counter(records: Records, name: str) -> np.ndarray:
    """A counter by recorded tick."""
    return records.series["counters"][:, COUNTERS.index(name)]


def late(records: Records, name: str) -> np.ndarray:
    """A column of the ledger, of what was sent from tick 5 on."""
    assert records.ledger is not None
    return records.ledger[name][records.ledger["tick"] >= 5]


def for_nothing(
    believed: float, risk: float, penalty: float, stake: float, tolerance: float, consignment: float
) -> float:
    """A rule of one's own: no premium."""
    return 0.0


# Content rules


def test_a_compliant_maker_knows_what_its_goods_hold() -> None:
    """A's maker holds all back, to the last unit; B's sells on, and nothing is in breach."""
    records = ran({"rule": RULE}, **INSIDE, **COMPLIANT)
    assert sold(records, "maker_a")[:5].sum() > 0
    assert sold(records, "maker_a")[5:].sum() == 0
    assert sold(records, "maker_b")[5:].sum() > 100
    assert counter(records, "goods_held_back").tolist() == [0] * 5 + [1] * 15
    assert not late(records, "breach").any()
    assert not counter(records, "refused_orders").any()


@pytest.mark.parametrize(("threshold", "held"), [(0.2, True), (0.2001, False), (0.1, True), (0.0, True)])
def test_goods_are_covered_from_the_threshold_on(threshold: float, held: bool) -> None:
    """0.2 at 0.2 is, below is not."""
    records = ran({"rule": RULE | {"threshold": threshold}}, **INSIDE, **COMPLIANT)
    assert (sold(records, "maker_a")[5:].sum() == 0) == held


def test_goods_without_foreign_content_never_are() -> None:
    """Not even at a threshold of 0, to the last bit."""
    plain = {"market__stake_weeks": 0.0} | COMPLIANT
    without = bits(ran({}, **plain), ())
    assert differences(bits(ran({"rule": RULE | {"threshold": 0.0}}, **plain), ()), without) == []


def test_others_sell_on_in_breach_and_the_law_bars_only_what_is_covered() -> None:
    """Nobody is compliant: what A's maker sends is unlawful, what B's sends is not."""
    records = ran({"rule": RULE}, **INSIDE, market__price_weight=0.0)
    assert records.ledger is not None
    covered = records.world.agents.jurisdiction[late(records, "seller")] == 0
    assert 0 < covered.sum() < len(covered)
    assert late(records, "breach").tolist() == covered.astype(int).tolist()
    barred = records.nodes["barred_law"][late(records, "node")]
    assert set(barred[covered]) == {0b11}
    assert set(barred[~covered]) == {0}
    orders = counter(records, "consignments_barred")
    assert orders[5:].sum() == covered.sum()
    assert orders[:5].sum() == 0


def test_only_goods_whose_content_a_test_shows_are_seized() -> None:
    """All goods are opened. With a sure test all of A's are seized and none of B's; with none, nothing is."""
    policies = {"rule": RULE | {"found": 1.0}, "look": OPENED}
    records = ran(policies, **INSIDE, **SEEN)
    seized, covered = late(records, "seized"), records.world.agents.jurisdiction[late(records, "seller")] == 0
    assert covered.any()
    assert seized.tolist() == covered.tolist()
    assert counter(records, "content_found").sum() == seized.sum() == counter(records, "seizures").sum()
    blind = ran({"rule": RULE | {"found": 0.0}, "look": OPENED}, **INSIDE, **SEEN)
    assert late(blind, "inspected").all()
    assert not late(blind, "seized").any()
    half = ran({"rule": RULE | {"found": 0.5}, "look": OPENED}, **INSIDE, **SEEN)
    assert 0 < late(half, "seized").sum() < (records.world.agents.jurisdiction[late(half, "seller")] == 0).sum()


def test_two_rules_test_apart_and_every_piece_by_itself() -> None:
    """Two tests that each show it in six of ten cases miss it in 16 of 100; each piece has a test of its own."""
    one = RULE | {"found": 0.6}
    records = ran({"a": one, "b": one, "look": OPENED}, **INSIDE, **(SEEN | {"market__calls": 4}))
    covered = records.world.agents.jurisdiction[late(records, "seller")] == 0
    seized, tick = late(records, "seized")[covered], late(records, "tick")[covered]
    assert len(seized) > 10
    assert abs(seized.mean() - 0.84) < 4.0 * np.sqrt(0.84 * 0.16 / len(seized))
    assert not seized.all()
    assert any(len(set(seized[tick == t].tolist())) == 2 for t in set(tick.tolist()))


def test_sellers_ask_for_what_covered_goods_can_cost() -> None:
    """Opened for certain, a test in two shows it: 0.5 of 100,000 over 20 units are 2,500 a unit, over the ceiling."""
    careful = {f"groups__{maker}__tolerance": 1.0 for maker in ("maker_a", "maker_b")} | {
        f"groups__{maker}__concealment": 0.0 for maker in ("maker_a", "maker_b")
    }
    policies = {"rule": RULE | {"found": 0.5, "penalty": 4_000.0}, "look": OPENED}
    records = ran(policies, **INSIDE, **SEEN, **careful, market__risk_gain=0.0, market__neighbour_risk_gain=0.0)
    covered = records.world.agents.jurisdiction[late(records, "seller")] == 0
    assert late(records, "unit_price")[covered] == pytest.approx(700.0, rel=1e-4)
    assert late(records, "unit_price")[~covered] == pytest.approx(600.0)
    dear = {"rule": RULE | {"found": 0.5, "penalty": 100_000.0}, "look": OPENED}
    assert sold(ran(dear, **INSIDE, **SEEN, **careful), "maker_a")[5:].sum() == 0


def test_a_rule_bears_by_origin_side_and_share_of_sellers() -> None:
    """From elsewhere, on another side and at intensity 0 nothing changes."""
    plain = bits(ran({}, **INSIDE, **COMPLIANT), ())
    for other in (RULE | {"origins": ["B"]}, RULE | {"intensity": 0.0}):
        assert differences(bits(ran({"rule": other}, **INSIDE, **COMPLIANT), ()), plain) == []
    west = {key: value for key, value in RULE.items() if key != "destinations"} | {"sides": ["west"]}
    assert ran({"rule": west}, **INSIDE, **COMPLIANT).series["delivered"].tolist() == plain["series.delivered"].tolist()
    assert sold(ran({"rule": RULE | {"origins": ["A"]}}, **INSIDE, **COMPLIANT), "maker_a")[5:].sum() == 0


@pytest.mark.parametrize(("content", "spread"), [(0.15, 0.5), (0.2, 0.5), (0.3, 0.5), (0.15, 2.0), (0.19, 0.0)])
def test_estimates_of_traders_are_lognormal_around_the_truth(content: float, spread: float) -> None:
    """Of 2,000 traders that each judge for themselves, as many believe it as the formula says: within four errors."""
    data = chain({"rule": RULE | {"spread": spread}}, traders=2000)
    data["groups"]["maker_a"]["foreign_content"] = {"kit": content}
    engine = Engine(build(load(data), 1))
    marks = engine.marked.columns(engine.state.agents, engine._standings)
    kinds = engine.world.agents.kind
    believe = np.array([believed_covered(marks, 0, a, 0, 0) for a in np.flatnonzero(kinds == INTERMEDIARY)])
    expected = float(content >= 0.2)
    if spread > 0.0:
        sigma = np.sqrt(np.log(1.0 + spread**2))
        expected = float(stats.norm.sf((np.log(0.2 / content) + sigma**2 / 2.0) / sigma))
    assert abs(believe.mean() - expected) <= 4.0 * np.sqrt(expected * (1.0 - expected) / 2000)
    assert believed_covered(marks, 0, 0, 0, 0) == (content >= 0.2), "the maker knows"


# Contracts


def chain(policies: dict[str, Any], traders: int = 1, compliant: float = 0.0, **changes: Any) -> dict[str, Any]:
    """A's maker sells to traders in B only, and these to an end user of the east in C."""
    data = world(policies, **({"market__stake_weeks": 0.0, "market__smoothing": 0.2} | changes))
    del data["groups"]["maker_b"]
    data["evasion"] = {"resale": {"kind": "resale"}}
    data["groups"]["trader"] = {
        "kind": "intermediary", "count": traders, "jurisdiction": "B", "products": ["kit"], "mark_up": 0.2,
        "mark_up_max": 0.2, "founding_capital": 1e6, "compliant_share": compliant, "safety_weeks": 6.0,
    }  # fmt: skip
    data["groups"]["user"] |= {"side_on_paper": "east", "ceiling": 3.0}
    data["legs"]["A-B"] = {"lead_weeks": 1, "lead_spread": 0.0, "freight": 0.02}
    data["links"] = {
        "out": {"sellers": ["maker_a"], "buyers": ["trader"], "degree": 1},
        "on": {"sellers": ["trader"], "buyers": ["user"], "degree": traders},
    }
    return data


def ran_chain(policies: dict[str, Any], **more: Any) -> Records:
    """A run of the chain."""
    return Engine(build(load(chain(policies, **more)), 1)).run()


def by_trader(records: Records, name: str) -> np.ndarray:
    """A column of the ledger, of what traders sent."""
    assert records.ledger is not None
    return records.ledger[name][records.world.agents.kind[records.ledger["seller"]] == 1]


def test_a_compliant_distributor_holds_its_goods_back() -> None:
    """It has stock from before, and sells the user nothing of what it bought under the clause."""
    free = ran_chain({}, compliant=1.0)
    records = ran_chain({"clause": CLAUSE}, compliant=1.0)
    assert by_trader(free, "units").sum() > 300
    assert by_trader(records, "units").sum() == 0
    assert counter(records, "goods_held_back").sum() > 10


def test_others_resell_and_break_the_contract() -> None:
    """Goods are the same in number, in breach of contract, and barred to the east by contract on their path."""
    free, records = ran_chain({}), ran_chain({"clause": CLAUSE})
    assert by_trader(records, "units").tolist() == by_trader(free, "units").tolist()
    assert set(by_trader(records, "breach")) == {2}
    assert set(records.nodes["barred_contract"][by_trader(records, "node")]) == {1}
    assert not records.nodes["barred_law"].any()
    assert counter(records, "resold_in_breach").sum() == counter(records, "trades")[:].sum() - (
        len(records.ledger["tick"]) - len(by_trader(records, "tick"))  # type: ignore[index]
    )


def test_a_clause_outlives_the_contract_and_binds_no_goods_bought_before() -> None:
    """Goods bought before the clause, or after it, are free; those bought under it stay under it."""
    late_clause = ran_chain({"clause": CLAUSE | {"effective": day(5)}})
    bought = by_trader(late_clause, "breach"), by_trader(late_clause, "tick")
    assert not bought[0][bought[1] <= 5].any()
    assert (bought[0] == 2).any()
    ended = ran_chain({"clause": CLAUSE | {"ends": day(5)}})
    breach, tick = by_trader(ended, "breach"), by_trader(ended, "tick")
    assert (breach[tick >= 5] == 2).any()
    assert (breach[tick >= 12] == 0).any()
    assert counter(ended, "resold_in_breach")[6:].sum() == 0, "no maker asks any more"


def test_an_audit_ends_the_contract_and_the_trader_comes_back_after_its_time() -> None:
    """A sure audit a week; the maker sells the trader nothing for three weeks, and then again until the next one."""
    sure = CLAUSE | {"effective": day(2), "audits": 366.0, "found": 1.0, "returns": 1.0, "lag_weeks": 3.0}
    records = ran_chain({"clause": sure})
    ends = np.flatnonzero(counter(records, "contracts_ended"))
    assert len(ends) > 1
    assert (counter(records, "audits") >= counter(records, "contracts_ended")).all()
    away = {tick for end in ends.tolist() for tick in range(end, end + 3)}
    refused = np.flatnonzero(counter(records, "refused_by_contract"))
    assert set(refused.tolist()) <= away
    assert not sold(records, "maker_a")[sorted(tick for tick in away if tick < 20)].any()
    assert sold(records, "maker_a")[ends[0] + 3 :].sum() > 0
    never = ran_chain({"clause": sure | {"returns": 0.0}})
    assert sold(never, "maker_a")[ends[0] :].sum() == 0
    assert counter(never, "contracts_ended").sum() == 1, "what it has is sold, but nobody ends a contract twice"


def test_audits_come_at_their_rate_to_all_who_have_signed() -> None:
    """Sixty traders, thirteen audits a year; compliant ones are audited alike, and nothing is found with them."""
    often = CLAUSE | {"audits": 13.0, "found": 1.0, "returns": 0.0}
    obedient = ran_chain({"clause": often}, traders=60, compliant=1.0)
    chance = 1.0 - np.exp(-13.0 * 7.0 / 365.25)
    audits, tries = counter(obedient, "audits").sum(), 60 * len(obedient.series["stock"])
    assert abs(audits - tries * chance) < 4.0 * np.sqrt(tries * chance * (1.0 - chance))
    assert counter(obedient, "contracts_ended").sum() == 0
    others = ran_chain({"clause": often}, traders=60)
    assert 0 < counter(others, "contracts_ended").sum() < counter(others, "audits").sum()
    assert counter(ran_chain({"clause": often | {"found": 0.0}}, traders=60), "contracts_ended").sum() == 0


def test_an_audit_finds_more_where_more_was_resold() -> None:
    """The user is served every week, and an audit comes every tenth: a chance of 0.1 a piece adds up."""
    ended = audits = 0
    for seed in range(1, 41):
        data = chain({"clause": CLAUSE | {"audits": 5.0, "found": 0.1, "returns": 1.0, "lag_weeks": 0.0}})
        records = Engine(build(load(data), seed)).run()
        ended += counter(records, "contracts_ended").sum()
        audits += counter(records, "audits").sum()
    assert audits > 50
    assert ended / audits > 0.1 + 3.0 * np.sqrt(0.1 * 0.9 / audits)


def test_who_is_exempt_from_a_contract_is_not_audited_under_it() -> None:
    """Another contract binds the trader, which nobody audits: it resells in breach of that one, and goes on."""
    sure = CLAUSE | {"audits": 366.0, "found": 1.0, "returns": 0.0, "exempt_groups": ["trader"]}
    records = ran_chain({"a": sure, "b": CLAUSE})
    assert (by_trader(records, "breach") == 2).all()
    assert counter(records, "audits").sum() == counter(records, "contracts_ended").sum() == 0
    assert counter(records, "resold_in_breach").sum() > 10
    nobody = ran_chain({"a": sure})
    assert not by_trader(nobody, "breach").any()


def test_an_order_that_a_licence_undoes_is_in_no_books() -> None:
    """All licences are refused: nothing leaves, nothing is resold, nobody is cut off."""
    sure = CLAUSE | {"audits": 366.0, "found": 1.0}
    permit = {"kind": "export_licence", "effective": day(-40), "origins": ["B"], "lag_weeks": 1.0, "refusal": 1.0,
              "again_weeks": 1.0}  # fmt: skip
    records = ran_chain({"clause": sure, "permit": permit})
    assert counter(records, "licences_refused").sum() > 0
    assert counter(records, "resold_in_breach").sum() == counter(records, "contracts_ended").sum() == 0


def test_goods_that_wait_for_a_licence_return_where_a_rule_covers_them_meanwhile() -> None:
    """Ordered before the rule, ready to leave after it: a compliant maker keeps them, others send them in breach."""
    permit = {"kind": "export_licence", "effective": day(-40), "origins": ["A"], "lag_weeks": 10.0, "valid_weeks": 1.0}
    rule = RULE | {"effective": day(5)}
    only_a = {"groups__maker_b__capacity": {"kit": 0.0}}
    held = ran({"permit": permit, "rule": rule}, **INSIDE, **COMPLIANT, **only_a)
    assert not late(held, "breach").any()
    assert counter(held, "units_returned").sum() > 0
    others = ran({"permit": permit, "rule": rule}, **INSIDE, **only_a)
    assert (late(others, "breach") == 1).any()


def test_nothing_is_added_to_a_premium_of_ones_own() -> None:
    """A rule that asks for nothing is asked, and its answer stands; what a compliant maker holds back stays there."""
    policies = {"rule": RULE | {"found": 0.5, "penalty": 4_000.0}, "look": OPENED}
    prices = []
    for rules in ({}, {"premium": for_nothing}, {"premium": {"maker_a": for_nothing}}):
        engine = Engine(build(load(world(policies, **INSIDE, **SEEN)), 1))
        install(engine, rules)
        prices.append(float(late(engine.run(), "unit_price").max()))
    assert prices[0] == pytest.approx(700.0, rel=1e-3)
    assert prices[1:] == pytest.approx([600.0, 600.0])
    engine = Engine(build(load(world(policies, **INSIDE, **SEEN, **COMPLIANT)), 1))
    install(engine, {"premium": for_nothing})
    assert sold(engine.run(), "maker_a")[5:].sum() == 0


def test_who_has_lawful_trade_to_lose_asks_for_it() -> None:
    """It serves the west too. For the east it asks more, in proportion to the chance of an audit within 13 weeks."""

    def both(policies: dict[str, Any]) -> Records:
        data = chain(policies, market__stake_weeks=13.0, groups__trader__tolerance=1.0)
        data["groups"]["user"]["ceiling"] = 50.0
        data["groups"]["other"] = data["groups"]["user"] | {"side": "west", "side_on_paper": "west"}
        data["groups"]["user"] = data["groups"]["user"] | {"budget": 40e6}
        data["groups"]["trader"]["founding_capital"] = 5e6
        data["links"]["on"]["buyers"] = ["user", "other"]
        return Engine(build(load(data), 1)).run()

    sure = CLAUSE | {"audits": 366.0, "found": 1.0, "returns": 1.0, "lag_weeks": 3.0}
    audited = both({"clause": sure})
    ends = np.flatnonzero(counter(audited, "contracts_ended"))
    away = np.isin(by_trader(audited, "tick"), [tick for end in ends for tick in range(end, end + 3)])
    east, price = by_trader(audited, "breach") == 2, by_trader(audited, "unit_price")
    assert (east & away).sum() > 3
    for tick in set(by_trader(audited, "tick")[east & away].tolist()):
        now = by_trader(audited, "tick") == tick
        assert price[now & east] == pytest.approx(price[now & ~east][0]), "who is cut off has no contract to lose"

    def dearer(audits: float) -> float:
        records = both({"clause": CLAUSE | {"audits": audits, "found": 1e-9}})
        east = by_trader(records, "breach") == 2
        price = by_trader(records, "unit_price")
        return float(price[east][-5:].mean() - price[~east][-5:].mean())

    assert dearer(0.0) == pytest.approx(0.0)
    few, many = dearer(1.0), dearer(4.0)
    within = [1.0 - np.exp(-audits * 7.0 / 365.25 * 13.0) for audits in (1.0, 4.0)]
    assert 0.0 < few < many
    assert many / few == pytest.approx(within[1] / within[0], rel=0.01)


def test_a_share_of_distributors_signs_and_a_wider_share_holds_a_narrower_one() -> None:
    """Those bound at a third are bound at two thirds."""

    def bound(intensity: float) -> set[int]:
        records = ran_chain({"clause": CLAUSE | {"intensity": intensity}}, traders=40)
        return set(by_trader(records, "seller")[by_trader(records, "breach") == 2].tolist())

    third, two, everybody = bound(0.34), bound(0.67), bound(1.0)
    assert 0 < len(third) < len(two) < len(everybody)
    assert third < two < everybody


def test_audits_and_tests_are_units_of_enforcement() -> None:
    """Every audit is one, and every consignment that a border opens on its own, whatever bans there are beside it."""
    sure = CLAUSE | {"audits": 366.0, "found": 1.0, "returns": 1.0, "lag_weeks": 4.0}
    records = ran_chain({"clause": sure})
    whole = Window(0, 20, "")
    units = enforcement_units(records, whole)["clause"]
    assert units == records.series["audits"].sum() == counter(records, "audits").sum() > 0
    opened = {"legs__A-C__inspection": 0.5, "legs__B-C__inspection": 0.5}
    ban = {"kind": "export_ban", "effective": day(0), "sides": ["west"]}
    both = enforcement_units(ran({"rule": RULE | {"effective": day(0)}, "ban": ban}, **INSIDE, **opened), whole)
    assert both["rule"] == both["ban"] > 0


# Laws of both


@pytest.mark.parametrize("kind", ["distributor_contract", "content_rule"])
def test_adding_and_leaving_out_restores_the_bits(kind: str) -> None:
    """A twin without the policy is the world in which it never was."""
    base = small().with_changes({"time.end": "2023-08-27"} | NEEDED.get(kind, {}))
    held = base.with_changes({f"policies.{kind}": MORE[kind]})
    kept = tuple(base.policies)
    plain = bits(Engine(build(base, 1)).run(), kept)
    assert differences(bits(Engine(build(held, 1)).run(), kept), plain) != []
    assert differences(bits(Engine(build(held, 1), without=(kind,)).run(), kept), plain) == []


def test_no_firm_closes_by_a_contract_alone() -> None:
    """Distributors are cut off, not closed."""
    sure = CLAUSE | {"audits": 366.0, "found": 1.0, "returns": 1.0, "lag_weeks": 4.0}
    assert not (ran_chain({"clause": sure}).agents["state"] == CLOSED).any()
