"""What `sim check` warns of: policies that can never act, and shares written in per cent."""

from __future__ import annotations

from typing import Any

import pytest
from small_world import SMALL, small_data

from sim.declare.errors import ScenarioError
from sim.scenario.advice import advice, summary
from sim.scenario.loading import load
from sim.scenario.shipped import shipped

BAN = {"kind": "export_ban", "effective": "2022-04-01", "sides": ["east"]}
LEVY = {"kind": "levy", "effective": "2022-04-01", "rate": 0.05}
SEARCH = {"kind": "inspection", "effective": "2022-04-01", "added": 0.1}
BANKS = {"kind": "secondary_sanctions", "effective": "2022-04-01", "sides": ["east"]}
POOL = {"kind": "data_sharing", "effective": "2022-04-01", "by": "customs", "members": ["AA", "BB"]}
INPUTS = {"kind": "input_restriction", "effective": "2022-04-01", "groups": ["maker"]}


def of(policy: dict[str, Any], more: dict[str, Any] | None = None) -> list[str]:
    """Warnings about one policy added to the small world."""
    return [
        each for each in advice(load(SMALL, {"policies.x": policy} | (more or {}))) if each.startswith("policies.x")
    ]


@pytest.mark.parametrize("path", [*shipped().values(), SMALL], ids=lambda path: path.stem)
def test_shipped_scenarios_give_no_warning(path: Any) -> None:
    assert advice(load(path)) == []
    assert ": nothing wrong.\n" in summary(load(path))


@pytest.mark.parametrize("policy", [BAN, LEVY, SEARCH, BANKS])
def test_policies_that_act_give_no_warning(policy: dict[str, Any]) -> None:
    assert of(policy) == []


@pytest.mark.parametrize(
    ("policy", "field", "words"),
    [
        (BAN | {"effective": "2150-01-01"}, "effective", "takes effect on 2150-01-01, after the last day of the run"),
        (BAN | {"effective": "2150-01-01", "announced": "2022-03-01"}, "effective", "buyers hoard"),
        (BAN | {"effective": "1990-01-01", "ends": "1991-01-01"}, "ends", "before the run starts"),
        (LEVY | {"intensity": 0.0}, "intensity", "intensity 0"),
        (LEVY | {"intensity": {"step": {"2022-01-01": 0.0, "2150-01-01": 1.0}}}, "intensity", "intensity 0"),
        (LEVY | {"traits": {"flight_minutes": 10_000}}, "traits", "no product"),
        (LEVY | {"rate": 5.0}, "rate", "5 is 500% of the price; write 0.05 for 5%"),
        (SEARCH | {"added": 1.0}, "added", "every consignment"),
        (BANKS | {"traits": {"flight_minutes": 10_000}}, "traits", "no product"),
        (INPUTS, "groups", "kit, mini, part of maker hold no foreign content."),
    ],
)
def test_a_policy_that_can_never_act(policy: dict[str, Any], field: str, words: str) -> None:
    (found,) = of(policy)
    assert found.startswith(f"policies.x.{field}: ")
    assert words in found


def test_an_input_restriction_needs_foreign_content_in_its_scope() -> None:
    content = {"groups.maker.foreign_content": {"mini": 0.1, "part": 0.0}}
    assert of(INPUTS, content) == []
    assert of(INPUTS | {"products": ["mini"]}, content) == []
    (found,) = of(INPUTS | {"products": ["part"]}, content)
    assert found == "policies.x.groups: the policy never acts: part of maker hold no foreign content."


def test_a_content_rule_needs_goods_with_so_much_content() -> None:
    rule = {"kind": "content_rule", "effective": "2022-03-01", "sides": ["east"], "threshold": 0.2}
    content = {"groups.maker.foreign_content": {"mini": 0.2, "part": 0.1}}
    assert of(rule, content) == []
    (found,) = of(rule | {"products": ["part"]}, content)
    assert found == "policies.x.threshold: the policy never acts: no maker builds part with so much foreign content."


def test_a_distributor_contract_needs_goods_of_its_makers() -> None:
    clause = {"kind": "distributor_contract", "effective": "2022-03-01", "by": "maker", "sides": ["east"]}
    assert of(clause) == []
    products = set(small_data()["products"]) - set(small_data()["groups"]["maker"]["products"])
    (found,) = of(clause | {"products": [sorted(products)[0]]})
    assert found.startswith("policies.x.products: the policy never acts: ")


def test_secondary_sanctions_need_banks_and_a_leg() -> None:
    places = sorted(small_data()["jurisdictions"])
    idle = {f"jurisdictions.{place}.bank_exposure": 0.0 for place in places}
    (found,) = of(BANKS, idle)
    assert found.startswith("policies.x.origins: the policy never acts: bank_exposure of ")
    later = {"step": {"2022-01-01": 0.0, "2022-05-01": 0.5}}
    assert of(BANKS, idle | {f"jurisdictions.{places[0]}.bank_exposure": later}) == []
    legs = [leg.split("-") for leg in small_data()["legs"]]
    reached = {b for a, b in legs if a != b}
    start, end = next((a, b) for a in places for b in places if a != b and [a, b] not in legs and b in reached)
    state = {key: value for key, value in BANKS.items() if key != "sides"} | {"destinations": [end]}
    (found,) = of(state | {"origins": [start]})
    assert found.endswith(f": the policy never acts: there is no leg from {start} to {end}.")
    assert of(state) == []


def test_a_pool_is_seen_through_the_listings_of_an_authority() -> None:
    assert of(POOL, {"policies.list.by": "customs"}) == []
    words = "the policy never acts: no listing policy is carried out by customs."
    assert of(POOL, {"policies.list.by": ""}) == [f"policies.x.by: {words}"]
    others = POOL | {"by": "", "groups": ["customs"]}
    assert of(others, {"policies.list.by": ""}) == [f"policies.x.groups: {words}"]


def test_the_first_and_last_day_count_as_the_engine_counts_them() -> None:
    time = load(SMALL).time
    whole = ((time.end - time.start).days + 1) // time.step_days * time.step_days
    after = time.start.fromordinal(time.start.toordinal() + whole)
    assert of(BAN | {"effective": after.isoformat()})
    assert of(BAN | {"effective": after.fromordinal(after.toordinal() - 1).isoformat()}) == []


def without_union(data: dict[str, Any]) -> dict[str, Any]:
    """Two jurisdictions with a leg between them, in one customs union."""
    start, end = next(iter(data["legs"])).split("-")
    return {f"jurisdictions.{place}.customs_union": "union" for place in (start, end)} | {
        "policies.x": LEVY | {"origins": [start], "destinations": [end]}
    }


def test_legs_within_a_customs_union() -> None:
    (found,) = advice(load(SMALL, without_union(small_data())))
    assert "customs union" in found
    assert "policy of kind levy does not act" in found


def test_no_leg_in_scope() -> None:
    data = small_data()
    places = sorted(data["jurisdictions"])
    start, end = next((a, b) for a in places for b in places if a != b and f"{a}-{b}" not in data["legs"])
    (found,) = of(LEVY | {"origins": [start], "destinations": [end]})
    assert f"there is no leg from {start} to {end}" in found


def test_products_that_nobody_deals_in() -> None:
    product = small_data()["products"]["mini"] | {"title": "Nobody's", "substitutes": {}}
    (found,) = of(LEVY | {"products": ["rare"]}, {"products.rare": product})
    assert found == "policies.x.products: the policy never acts: no group deals in rare."


REROUTING = {"kind": "rerouting"}
WITHOUT_HOARDS = {"groups.trader.slots": 0, "groups.trader.stockpile_weeks": 0.0, "groups.maker.stockpile_weeks": 0.0}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"x": REROUTING}, ""),
        ({"x": REROUTING | {"effective": "2022-12-01"}}, ""),
        ({"x": REROUTING | {"effective": "2150-01-01"}}, "x.effective: the way is never used: it begins on 2150-01-01"),
        ({"x": REROUTING | {"groups": ["trader"]}}, ""),
        ({"x": REROUTING | {"groups": ["workshop"]}}, "x.groups: the way is never used: workshop may sell to nobody"),
        ({"x": {"kind": "facilitation", "rate": 4}}, "x.rate: 4 is 400% of the price; write 0.04 for 4%."),
        ({"x": {"kind": "shells"}}, "x: it changes nothing: no group has slots"),
        ({"x": {"kind": "stockpiling"}}, "x: it changes nothing: stockpile_weeks is 0 for every group"),
        ({"x": {"kind": "resale"}}, ""),
    ],
)
def test_evasion_that_changes_nothing(changes: dict[str, Any], told: str) -> None:
    found = advice(load(SMALL, {f"evasion.{key}": value for key, value in changes.items()} | WITHOUT_HOARDS))
    assert len(found) == bool(told)
    assert not told or found[0].startswith(f"evasion.{told}")


def test_evasion_that_other_values_make_idle() -> None:
    world = load(shipped()["small"])
    assert advice(world) == []
    off = world.with_changes({"market.owner_returns": 0.0})
    assert advice(off) == ["evasion.shells: it changes nothing: market.owner_returns is 0, so that no owner returns."]
    varied = {"levers.x": {"path": "market.owner_returns", "low": 0.0, "high": 1.0}}
    assert advice(off.with_changes(varied)) == []
    homeless = {f"jurisdictions.{place}.home_side": "" for place in world.jurisdictions}
    (found,) = advice(world.with_changes(homeless))
    assert found.startswith("evasion.military_purpose.saved_weeks: the way is never used: time is saved where")


def test_papers_that_hide_a_route_need_one() -> None:
    data = small_data()
    chain = [leg for leg in data["legs"] if len(set(leg.split("-"))) == 2]
    for way, what in (("rerouting", "through a third state"), ("ghost_transit", "onward from its end")):
        assert advice(load(SMALL, {"evasion.x": {"kind": way}})) == []
        start = chain[0].split("-")[0]
        fewer = {f"legs.{leg}.enabled": False for leg in chain if leg.split("-")[0] != start}
        rules = {f"links.{rule}.enabled": False for rule in _without_a_leg(data, fewer)}
        changes = fewer | rules | {"evasion.x": {"kind": way}}
        (found,) = [each for each in advice(load(SMALL, changes)) if each.startswith("evasion")]
        assert found.startswith("evasion.x.kind: the way is never used: no corridor") and what in found


def _without_a_leg(data: dict[str, Any], fewer: dict[str, Any]) -> list[str]:
    """Link rules that need a leg that is gone."""
    legs = {leg for leg in data["legs"] if f"legs.{leg}.enabled" not in fewer}

    def places(groups: list[str]) -> set[str]:
        where = [data["groups"][group]["jurisdiction"] for group in groups]
        return {place for each in where for place in ([each] if isinstance(each, str) else each["choice"])}

    return [
        key
        for key, rule in data["links"].items()
        if not {f"{a}-{b}" for a in places(rule["sellers"]) for b in places(rule["buyers"])} & legs
    ]


def test_a_summary_counts_evasion() -> None:
    assert ", 13 ways to evade" in summary(load(shipped()["small"]))


def test_an_intensity_of_zero_that_a_lever_raises_is_meant() -> None:
    lever = {"path": "policies.x.intensity", "low": 0.0, "high": 1.0}
    assert of(LEVY | {"intensity": 0.0}, {"levers.x": lever}) == []


def test_a_summary_counts_warnings() -> None:
    text = summary(load(SMALL, {"policies.x": LEVY | {"rate": 5.0, "intensity": 0.0}}))
    assert "no errors, 2 warnings.\nWarning: policies.x.intensity: " in text


@pytest.mark.parametrize(("path", "value", "share"), [("rate", 25, "0.25"), ("rate", 1000.0, "10")])
def test_a_levy_in_per_cent_is_told_how_to_write_it(path: str, value: float, share: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(SMALL, {"policies.x": LEVY | {path: value}})
    (problem,) = caught.value.problems
    assert f"Write a share as a fraction: {share} for" in problem.todo
