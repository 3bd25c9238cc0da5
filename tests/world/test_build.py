"""Traits and links are keyed draws: a row number, another agent or another group changes none of them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from sim.scenario.loading import load
from sim.world.build import build
from sim.world.columns import ALIVE, DORMANT, World
from tests.laws.common import agent_names, small

FOLLOWS_FROM_LINKS = ("lead", "initial_forecast", "initial_cash")
LONER = {"kind": "intermediary", "count": 3, "jurisdiction": "CN", "products": ["consumer"]}


def traits(world: World, kept: set[str] | None = None) -> dict[str, Any]:
    """Columns of agents by name of the agent."""
    names = agent_names(world)
    rows = [i for i, name in enumerate(names) if kept is None or name in kept]
    columns = {f.name: getattr(world.agents, f.name) for f in fields(world.agents) if f.name != "group"}
    return {"names": np.array([names[i] for i in rows])} | {k: v[rows] for k, v in columns.items()}


def links(world: World) -> dict[tuple[str, str], tuple[int, float, tuple[bool, ...]]]:
    """Key, trust and products of each link by the names of its ends."""
    names, k = agent_names(world), world.links
    return {
        (names[s], names[b]): (int(key), float(trust), tuple(carries.tolist()))
        for s, b, key, trust, carries in zip(k.seller, k.buyer, k.key, k.trust, k.carries, strict=True)
    }


@pytest.mark.parametrize("name", ["aa_first", "mm_between", "zz_last"])
def test_traits_and_links_do_not_depend_on_row_numbers(name: str) -> None:
    """Three agents more, in rows before, between or after the others."""
    plain = build(small(), 3)
    more = build(small().with_changes({f"groups.{name}": LONER}), 3)
    assert len(more.agents.key) == len(plain.agents.key) + 3
    before, after = traits(plain), traits(more, set(agent_names(plain)))
    assert [k for k in before if not np.array_equal(before[k], after[k])] == []
    assert links(plain) == links(more)


def test_one_agent_more_in_a_group_changes_no_other_trait() -> None:
    """Only what is shared out by the group's count, and what follows from links."""
    plain = build(small(), 3)
    more = build(small().with_changes({"groups.cn_exporters.count": 9}), 3)
    before, after = traits(plain), traits(more, set(agent_names(plain)))
    changed = {k for k in before if not np.array_equal(before[k], after[k])}
    assert changed <= {"share", *FOLLOWS_FROM_LINKS}


def test_a_seller_more_takes_only_the_places_it_wins() -> None:
    """Every buyer keeps its sellers, but for at most one a rule that the new one beat."""
    taken = kept = 0
    for seed in range(12):
        world = build(small(), seed)
        plain = links(world)
        asleep = {n for n, s in zip(agent_names(world), world.agents.state, strict=True) if s == DORMANT}
        more = links(build(small().with_changes({"groups.cn_exporters.count": 9}), seed))
        new = "cn_exporters.8"
        buyers = {b for _, b in plain} - {new}
        for buyer in buyers:
            old_sellers = {s for s, b in plain if b == buyer}
            new_sellers = {s for s, b in more if b == buyer}
            assert new_sellers - {new} <= old_sellers
            if new not in new_sellers:
                assert new_sellers == old_sellers
                kept += 1
            else:
                # Slots lose their places too where they would no longer have won.
                assert len([s for s in old_sellers - new_sellers if s not in asleep]) <= 1
                taken += 1
        both = {pair for pair in plain if pair in more}
        assert all(plain[pair] == more[pair] for pair in both)
    assert taken > 50
    assert kept > 500


def test_slots_are_linked_where_they_would_have_won_and_displace_nobody() -> None:
    """Dormant firms have links of their own; those of the firms alive are as without slots."""
    without = links(build(small().with_changes({"groups.kz_traders.slots": 0}), 2))
    world = build(small(), 2)
    found = links(world)
    asleep = {n for n, s in zip(agent_names(world), world.agents.state, strict=True) if s == DORMANT}
    mine = {pair for pair in found if any(end.startswith("kz_traders") and end in asleep for end in pair)}
    assert len(mine) > 5
    assert {pair: found[pair] for pair in found if pair not in mine} == without


def degrees(degree: float, attachment: float = 0.0, seeds: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Links a buyer under one rule; then links and size of each seller."""
    scenario = small().with_changes(
        {
            "groups.row_civil.count": 40,
            "links.sellers_to_row_civil.degree": degree,
            "links.sellers_to_row_civil.sellers": ["cn_exporters"],
            "links.sellers_to_row_civil.attachment": attachment,
        }
    )
    number, sold, sizes = [], [], []
    for seed in range(seeds):
        world = build(scenario, seed)
        group = world.agents.group
        buyers = np.flatnonzero(group == world.names.groups.index("row_civil"))
        sellers = np.flatnonzero(group == world.names.groups.index("cn_exporters"))
        number += [int((world.links.buyer == b).sum()) for b in buyers]
        sold += [int(((world.links.seller == s) & np.isin(world.links.buyer, buyers)).sum()) for s in sellers]
        sizes += world.agents.size[sellers].tolist()
    return np.array(number), np.array(sold, dtype=float), np.array(sizes)


def test_the_mean_degree_is_that_of_the_rule() -> None:
    """The whole number below or above, and the mean within five standard errors."""
    # Buyers in KZ and TR know exporters too: all four jurisdictions of the group have a leg from China.
    number, _, _ = degrees(3.4)
    assert set(number) == {3, 4}
    assert abs(number.mean() - 3.4) < 5.0 * np.sqrt(0.24 / len(number))


def test_attachment_favours_large_sellers() -> None:
    """Without it links do not depend on size; the stronger it is the more do large sellers hold."""
    slopes = []
    for attachment in (0.0, 1.0, 2.0):
        _, sold, sizes = degrees(2.0, attachment)
        slopes.append(np.corrcoef(sizes, sold)[0, 1])
    assert abs(slopes[0]) < 0.25
    assert slopes[0] + 0.3 < slopes[1]
    assert slopes[2] > 0.5


def test_links_join_agents_that_share_a_product_and_a_leg() -> None:
    """Sorted by buyer, then seller; each pair once; nobody with itself."""
    world = build(small(), 1)
    k, a = world.links, world.agents
    pairs = list(zip(k.buyer.tolist(), k.seller.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert (k.seller != k.buyer).all()
    assert (k.leg == world.legs.of[a.jurisdiction[k.seller], a.jurisdiction[k.buyer]]).all()
    assert (k.leg >= 0).all()
    assert k.carries.any(axis=1).all()
    assert (k.carries <= (a.sells[k.seller] & a.buys[k.buyer])).all()


def test_seeds_draw_different_worlds_of_the_same_groups() -> None:
    """Sizes and links differ; groups, sides and kinds do not."""
    one, two = build(small(), 1), build(small(), 2)
    assert (one.agents.group == two.agents.group).all()
    assert (one.agents.key == two.agents.key).all()
    assert (one.agents.size != two.agents.size).any()
    assert links(one).keys() != links(two).keys()


def test_traits_follow_their_distributions() -> None:
    """A group of 4,000: sizes, mark-ups, compliant firms, and no correlation; within five standard errors."""
    n = 4000
    spread = {
        "count": n,
        "size": {"lognormal": {"mean": 1.0, "cv": 0.8}},
        "compliant_share": 0.3,
        "mark_up": {"uniform": [0.1, 0.3]},
    }
    world = build(small().with_changes({"groups.aa_many": LONER | spread}), 5)
    rows = world.agents.group == world.names.groups.index("aa_many")
    assert abs(world.agents.size[rows].mean() - 1.0) < 5.0 * 0.8 / np.sqrt(n)
    assert abs(world.agents.compliant[rows].mean() - 0.3) < 5.0 * np.sqrt(0.21 / n)
    assert abs(world.agents.usual_mark_up[rows].mean() - 0.2) < 5.0 * 0.2 / np.sqrt(12 * n)
    assert abs(np.corrcoef(world.agents.size[rows], world.agents.usual_mark_up[rows])[0, 1]) < 5.0 / np.sqrt(n)
    assert abs(world.agents.heed[rows].mean() - 0.5) < 5.0 / np.sqrt(12 * n)


def test_first_forecasts_trace_demand_upstream() -> None:
    """What makers of the product expect together is what end users with a supplier use."""
    world = build(load("symmetric"), 1)
    groups = [world.names.groups.index(g) for g in ("x_units", "y_units")]
    demand = (world.groups.demand[0][world.agents.group] * world.agents.share[:, None])[
        np.isin(world.agents.group, groups)
    ]
    makers = world.agents.group == world.names.groups.index("makers")
    assert world.agents.initial_forecast[makers].sum() == pytest.approx(demand.sum(), rel=1e-3)


def test_the_calendar_counts_whole_ticks() -> None:
    """Ticks up to and including the end; schedules and policies stand still in the burn-in."""
    world = build(small(), 1)
    calendar = world.calendar
    assert calendar.ticks == calendar.burn_in + 52
    assert calendar.first_days[calendar.burn_in] == small().time.start
    assert set(calendar.first_days[: calendar.burn_in]) == {small().time.start}
    shorter = build(small().with_changes({"time.end": "2023-12-30"}), 1)
    assert shorter.calendar.ticks == calendar.ticks - 1
    assert (world.agents.state == ALIVE).sum() == sum(g.count for g in small().groups.values())


def test_every_maker_has_the_home_side_that_it_names() -> None:
    """Of several sides, not of the first alone; makers that name none have none, nor has anybody else."""
    world = build(small(), 1)
    named = {name: getattr(group, "home_side", "") for name, group in small().groups.items()}
    sides = (*world.names.sides, "")
    assert {name: sides[side] for name, side in zip(world.names.groups, world.groups.home_side, strict=True)} == named
    assert len(set(named.values())) > 2
