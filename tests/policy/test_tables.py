"""Policies compose as documented: bans by the greatest, penalties and inspection by sum, none overwrites another."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from sim.declare.errors import ScenarioError
from sim.policy import KINDS
from sim.policy.common import PolicyFields, Tables
from sim.scenario.loading import load
from sim.tick import regulate, status
from sim.world.build import build
from sim.world.columns import INTERMEDIARY, World
from tests.laws.common import small
from tests.policy.settings import ONE

DAY, AFTER = date(2023, 7, 3), date(2023, 7, 10)
BAN: dict[str, Any] = {"kind": "export_ban", "effective": "2023-01-02"}


def world_with(policies: dict[str, dict[str, Any]]) -> World:
    """The small world with these policies only."""
    plain = small().without_policies()
    return build(plain.with_changes({f"policies.{name}": policy for name, policy in policies.items()}), 1)


def tables_of(policies: dict[str, dict[str, Any]]) -> tuple[World, Tables]:
    """The tables on a day on which all policies are in force that began by then."""
    world = world_with(policies)
    rows: list[PolicyFields] = [world.scenario.policies[p] for p in world.names.policies]
    now = status.status(rows, DAY, AFTER, recorded=True)
    return world, regulate.tables(world, rows, regulate.scopes(world, rows), now)


def pair(world: World, name: str) -> int:
    """Row of a pair of jurisdictions, ``FROM-TO``."""
    start, end = (world.names.jurisdictions.index(place) for place in name.split("-"))
    return start * len(world.names.jurisdictions) + end


def pair_names(world: World, rows: np.ndarray) -> set[str]:
    """Names of the pairs of a mask."""
    names, pairs = world.names.jurisdictions, world.pairs
    return {f"{names[pairs.origin[i]]}-{names[pairs.destination[i]]}" for i in np.flatnonzero(rows)}


def test_without_policies_all_tables_are_empty() -> None:
    """Nothing is barred, added or hoarded."""
    _, tables = tables_of({})
    assert all(not getattr(tables, f.name).any() for f in fields(tables))


def test_a_ban_bears_on_its_scope_and_nothing_else() -> None:
    """Side named: barred on every pair out of the origin for papers of that side; not on inner pairs."""
    world, tables = tables_of(
        {"b": BAN | {"origins": ["CN"], "sides": ["russia"], "products": ["thermal"], "penalty": 7.0}}
    )
    side, product = world.names.sides.index("russia"), world.names.products.index("thermal")
    out = [pair(world, f"CN-{place}") for place in world.names.jurisdictions if place != "CN"]
    expected = np.zeros_like(tables.ban)
    expected[out, product, side] = 1.0
    assert (tables.ban == expected).all()
    assert (tables.target == expected).all()
    assert (tables.penalty == 7.0 * expected).all()
    for name in ("suspended", "inspection", "listing", "stockpile", "stockpile_seller"):
        assert not getattr(tables, name).any()


def test_a_destination_bars_all_sides_on_its_pair_and_targets_the_side_at_home_elsewhere() -> None:
    """Goods into the destination are barred whatever the papers say; elsewhere those for the side count as diverted."""
    world, tables = tables_of({"b": BAN | {"origins": ["CN"], "destinations": ["RU"]}})
    side = world.names.sides.index("russia")
    assert (tables.ban[pair(world, "CN-RU")] == 1.0).all()
    assert not tables.ban[pair(world, "CN-KZ")].any()
    assert (tables.target[pair(world, "CN-KZ"), :, side] == 1.0).all()
    assert not np.delete(tables.target[pair(world, "CN-KZ")], side, axis=1).any()
    assert not tables.target[pair(world, "PL-RU")].any()


def test_trade_within_a_customs_union_is_not_export() -> None:
    """A ban on all origins bears on no inner pair."""
    world, tables = tables_of({"b": BAN | {"destinations": ["RU"], "sides": ["russia"]}, "i": inspect(0.5)})
    inner = world.pairs.inner
    assert pair_names(world, inner) >= {"KZ-RU", "RU-RU", "CN-CN"}
    assert not tables.target[inner].any()
    assert not tables.inspection[inner].any()
    assert tables.ban[pair(world, "TR-RU")].all()


def inspect(added: float, **more: Any) -> dict[str, Any]:
    """An inspection policy."""
    return {"kind": "inspection", "effective": "2023-01-02", "added": added} | more


def test_bans_by_the_greatest_and_penalties_by_sum() -> None:
    """Two bans of different intensity: the wider share holds the narrower, both penalties count."""
    one = BAN | {"origins": ["CN"], "sides": ["russia"], "intensity": 0.4, "penalty": 100.0}
    two = BAN | {"sides": ["russia"], "intensity": 0.7, "penalty": 30.0, "products": ["consumer"]}
    world, tables = tables_of({"a": one, "b": two})
    s = world.names.sides.index("russia")
    consumer, thermal = (world.names.products.index(p) for p in ("consumer", "thermal"))
    out = pair(world, "CN-RU")
    assert (tables.ban[out, consumer, s], tables.ban[out, thermal, s]) == (0.7, 0.4)
    assert (tables.penalty[out, consumer, s], tables.penalty[out, thermal, s]) == (130.0, 100.0)
    assert tables.penalty[pair(world, "PL-RU"), consumer, s] == 30.0


def test_inspection_by_capped_sum() -> None:
    """Shares add up before the cap; the column is at most one, and rises with the origin's enforcement."""
    world, tables = tables_of(
        {"a": inspect(0.7, intensity=0.5), "b": inspect(0.8, origins=["CN"], destinations=["RU"])}
    )
    assert tables.inspection[pair(world, "CN-RU"), 0] == pytest.approx(0.35 + 0.8)
    assert tables.inspection[pair(world, "CN-KZ"), 0] == pytest.approx(0.35)
    out = np.zeros((len(world.names.legs), tables.inspection.shape[1]))
    legs = world.legs
    row = {name: world.names.legs.index(name) for name in ("CN-RU", "CN-KZ")}
    for factor, added in ((1.0, 0.35), (0.5, 0.175)):
        enforcement = factor * world.enforcement[0]
        regulate.inspection_column(
            legs.inspection[0], tables.inspection, enforcement, legs.pair, legs.origin, legs.inner, out
        )
        assert out[row["CN-RU"], 0] == pytest.approx(min(1.0, legs.inspection[0, row["CN-RU"]] + factor * 1.15))
        assert out[row["CN-KZ"], 0] == pytest.approx(0.02 + added)


def test_levies_by_sum() -> None:
    """Rates and amounts each add up over levies, times their intensity, on exports in scope and no others."""
    one = {"kind": "levy", "effective": "2023-01-02", "rate": 0.2, "per_unit": 4.0, "intensity": 0.5}
    two = {"kind": "levy", "effective": "2023-01-02", "rate": 0.1, "origins": ["CN"], "destinations": ["RU"]}
    world, tables = tables_of({"a": one, "b": two})
    assert (tables.levy_rate[pair(world, "CN-RU")] == 0.1 + 0.1).all()
    assert (tables.levy_rate[pair(world, "CN-KZ")] == 0.1).all()
    assert (tables.levy_unit[~world.pairs.inner] == 2.0).all()
    assert not tables.levy_rate[world.pairs.inner].any()
    assert not tables.levy_unit[world.pairs.inner].any()


def test_a_licence_bars_the_sides_named_as_a_ban_would() -> None:
    """On papers where it is needed; as the end of the way wherever goods leave an origin."""
    licence = {
        "kind": "export_licence", "effective": "2023-01-02", "origins": ["CN"], "destinations": ["KZ"],
        "sides": ["russia"], "penalty": 9.0, "intensity": 0.5,
    }  # fmt: skip
    world, tables = tables_of({"a": licence})
    s = world.names.sides.index("russia")
    assert (tables.ban[pair(world, "CN-KZ"), :, s] == 0.5).all()
    assert not tables.ban[pair(world, "CN-RU")].any()
    assert (tables.target[pair(world, "CN-RU"), :, s] == 0.5).all()
    assert (tables.penalty[pair(world, "CN-RU"), :, s] == 9.0).all()
    assert not np.delete(tables.target, s, axis=2).any()
    assert tables.strength.tolist() == [0.5]


def test_trackings_find_independently_on_legs_in_scope() -> None:
    """Survival by product; within a customs union too, but not within a jurisdiction."""
    one = {"kind": "transit_tracking", "effective": "2023-01-02", "found": 0.5, "intensity": 0.4}
    two = {"kind": "transit_tracking", "effective": "2023-01-02", "found": 0.5, "origins": ["KZ"]}
    world, tables = tables_of({"a": one, "b": two | {"destinations": ["RU"]}})
    assert tables.tracking[pair(world, "KZ-RU")] == pytest.approx(1.0 - 0.8 * 0.5)
    assert tables.tracking[pair(world, "CN-KZ")] == pytest.approx(0.2)
    assert tables.tracking[pair(world, "KZ-KZ")] == 0.0
    for name in ("ban", "target", "inspection", "stockpile"):
        assert not getattr(tables, name).any()


def test_a_suspension_binds_the_maker_and_its_arms() -> None:
    """For the sides named, products in scope, by the greatest intensity."""
    suspension = {"kind": "voluntary_suspension", "by": "leader", "effective": "2023-01-02", "sides": ["russia"]}
    world, tables = tables_of(
        {"a": suspension | {"intensity": 0.3}, "b": suspension | {"intensity": 0.6, "products": ["thermal"]}}
    )
    bound = {world.names.groups[g] for g in world.agents.group[tables.suspended.any(axis=(1, 2))]}
    assert bound == {"leader", "leader_arms"}
    row = int(np.flatnonzero(tables.suspended.any(axis=(1, 2)))[0])
    s = world.names.sides.index("russia")
    assert tables.suspended[row, world.names.products.index("thermal"), s] == 0.6
    assert tables.suspended[row, world.names.products.index("consumer"), s] == 0.3
    assert np.delete(tables.suspended, s, axis=2).sum() == 0.0


def test_listing_switches_on_with_its_intensity_for_intermediaries_in_scope() -> None:
    """Makers and buyers are never listed."""
    world, tables = tables_of(
        {"a": {"kind": "entity_listing", "effective": "2023-01-02", "hazard": 0.1, "intensity": 0.25}}
    )
    assert tables.listing.tolist() == [0.25]
    rows = [world.scenario.policies["a"]]
    sellers = regulate.scopes(world, rows)[0].sellers
    assert (sellers == (world.agents.kind == INTERMEDIARY)).all()


def test_an_input_restriction_bears_on_the_makers_of_its_groups() -> None:
    """With its intensity, as nothing else in the tables."""
    listing = {"kind": "input_restriction", "effective": "2023-01-02", "groups": ["leader"], "intensity": 0.25}
    world, tables = tables_of({"a": listing})
    assert tables.strength.tolist() == [0.25]
    assert not any(getattr(tables, f.name).any() for f in fields(tables) if f.name != "strength")
    sellers = regulate.scopes(world, [world.scenario.policies["a"]])[0].sellers
    assert {world.names.groups[g] for g in world.agents.group[sellers]} == {"leader"}


def test_traits_widen_or_define_the_products_in_scope() -> None:
    """Thresholds alone define the scope; beside named products they add to it."""
    only = load(
        small().without_policies(), {"policies.b": BAN | {"sides": ["russia"], "traits": {"flight_minutes": 40}}}
    )
    both = load(only, {"policies.b.products": ["components"]})
    for scenario, expected in ((only, {"consumer", "thermal"}), (both, {"consumer", "thermal", "components"})):
        world = build(scenario, 1)
        scope = regulate.scopes(world, [scenario.policies["b"]])[0]
        assert {p for p, x in zip(world.names.products, scope.products, strict=True) if x} == expected


def test_the_order_of_application_does_not_matter() -> None:
    """All permutations of four policies give the same tables."""
    world = build(small(), 1)
    rows = [small().policies[p] for p in world.names.policies]
    found = []
    for order in permutations(range(4)):
        chosen = [rows[i] for i in order]
        now = status.status(chosen, DAY, AFTER, recorded=True)
        tables = regulate.tables(world, chosen, regulate.scopes(world, chosen), now)
        found.append([getattr(tables, name) for name in ("ban", "target", "penalty", "suspended", "inspection")])
    for other in found[1:]:
        for a, b in zip(found[0], other, strict=True):
            assert np.allclose(a, b, rtol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_zero_intensity_leaves_the_tables_empty(kind: str) -> None:
    """Of every kind."""
    for effective in ("2023-01-02", "2023-08-07"):
        dates = {"announced": "2023-01-02", "effective": effective}
        policy = {"kind": kind, **ONE[kind], **dates, "intensity": 0.0}
        _, tables = tables_of({"a": policy})
        assert all(not getattr(tables, f.name).any() for f in fields(tables))


def test_status_by_dates() -> None:
    """Announced from the tick that holds the announcement until the tick that holds the effect; over from its end."""
    policy = {"announced": "2023-07-09", "effective": "2023-07-12", "ends": "2023-07-25", "sides": ["russia"]}
    world = world_with({"a": BAN | policy})
    rows = [world.scenario.policies["a"]]

    def standing(first: date, after: date) -> tuple[bool, bool]:
        now = status.status(rows, first, after, recorded=True)
        return now.announced[0], now.in_force[0]

    weeks = [(date(2023, 6, 26), date(2023, 7, 3)), (DAY, AFTER), (AFTER, date(2023, 7, 17))]
    weeks += [(date(2023, 7, 17), date(2023, 7, 24)), (date(2023, 7, 24), date(2023, 7, 31))]
    expected = [(False, False), (True, False), (False, True), (False, True), (False, False)]
    assert [standing(*week) for week in weeks] == expected
    assert status.status(rows, DAY, AFTER, recorded=False).announced == (False,)


def test_announced_policies_make_customers_hoard_in_their_scope_only() -> None:
    """Pairs for bans and inspections, sellers for suspensions, nothing for listings; never inner pairs."""
    dates = {"announced": "2023-06-05", "effective": "2023-08-07"}
    world, tables = tables_of({"a": BAN | dates | {"origins": ["CN"], "destinations": ["RU"], "intensity": 0.5}})
    expected = np.zeros_like(tables.stockpile)
    expected[pair(world, "CN-RU")] = 0.5
    assert (tables.stockpile == expected).all()
    world, tables = tables_of({"a": inspect(0.5, **dates)})
    assert (tables.stockpile[~world.pairs.inner] == 1.0).all()
    assert not tables.stockpile[world.pairs.inner].any()
    suspension = {"kind": "voluntary_suspension", "by": "leader", "sides": ["russia"]} | dates
    world, tables = tables_of({"a": suspension})
    assert {world.names.groups[g] for g in world.agents.group[tables.stockpile_seller.any(axis=1)]} == {
        "leader",
        "leader_arms",
    }
    for other in ({"kind": "entity_listing", "hazard": 1.0}, {"kind": "input_restriction", "groups": ["leader"]}):
        _, tables = tables_of({"a": other | dates})
        assert not tables.stockpile.any()
        assert not tables.stockpile_seller.any()


SOMETHING = {
    "products": ["thermal"], "traits": {"thermal": True}, "origins": ["CN"], "destinations": ["RU"],
    "sides": ["russia"], "exempt_products": ["thermal"], "exempt_destinations": ["TR"], "trigger": "exported_units",
    "trigger_on": 5.0, "trigger_off": 3.0, "trigger_weeks": 4.0, "exempt_groups": ["leader"],
    "exempt_agents": ["leader"], "grandfather_weeks": 4.0, "by": "reg_cn",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, cls in KINDS.items() for field in cls.unread])
def test_a_scope_that_a_kind_does_not_read_is_an_error(kind: str, field: str) -> None:
    """It would change nothing, and the user would not know."""
    policy = {"kind": kind, "effective": "2023-01-02"} | ONE[kind]
    load(small().without_policies(), {"policies.a": policy})
    with pytest.raises(ScenarioError) as caught:
        load(small().without_policies(), {"policies.a": policy | {field: SOMETHING[field]}})
    assert [(p.code, p.path) for p in caught.value.problems] == [("S417", f"policies.a.{field}")]
