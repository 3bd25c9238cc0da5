"""Nothing acts before it is announced, and what is inert does nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import Records
from tests.laws.common import MORE, agent_names, bits, differences, holding, reversed_order, run, small, state_bits

KINDS = {
    "export_ban": "china_ban",
    "voluntary_suspension": "leader_exit",
    "inspection": "exit_checks",
    "entity_listing": "listings",
    **{kind: kind for kind in MORE},
}
"""A policy for each kind, of the small world or added to it."""

ANNOUNCED, EFFECTIVE = 22, 28
"""Recorded ticks on which the policy in question is announced and takes effect."""


@cache
def plain() -> Records:
    """The small world as it stands."""
    return run(small())


def day(tick: int, within: int = 0) -> str:
    """A date in a recorded tick."""
    time = small().time
    return (time.start + timedelta(days=tick * time.step_days + within)).isoformat()


def dated(policy: str, announced: str, effective: str) -> dict[str, object]:
    """Changes that move a policy of the small world."""
    return {f"policies.{policy}.announced": announced, f"policies.{policy}.effective": effective}


@pytest.mark.parametrize("policy", KINDS.values(), ids=KINDS)
def test_a_policy_acts_on_nothing_before_its_announcement(policy: str) -> None:
    """Up to the tick of the announcement the whole state is the same with the policy and without; later it differs."""
    scenario = holding(policy).with_changes(dated(policy, day(ANNOUNCED, 3), day(EFFECTIVE, 3)))
    others = [p for p in scenario.policies if p != policy]
    with_it = Engine(build(scenario, 3))
    without = Engine(build(scenario.without_policies([policy]), 3))
    first = with_it.world.calendar.burn_in
    before: list[list[str]] = []
    while not with_it.finished:
        if with_it.tick <= first + ANNOUNCED:
            wrong = differences(state_bits(with_it, others), state_bits(without, others))
            wrong += differences(bits(with_it.records(), others), bits(without.records(), others))
            before.append(wrong)
        with_it.step()
        without.step()
    assert before == [[]] * (first + ANNOUNCED + 1)
    changed = bits(with_it.records(), others)
    assert "deliveries.units" in differences(changed, bits(without.records(), others))


@pytest.mark.parametrize(
    "policy",
    [
        "china_ban",
        "leader_exit",
        "exit_checks",
        "levy",
        "quota",
        "export_licence",
        "secondary_sanctions",
        "end_use_certificate",
    ],
)
def test_an_announcement_is_seen_in_the_tick_that_holds_it(policy: str) -> None:
    """Customers of the source order differently in the very tick of the announcement, and the series says announced."""
    scenario = holding(policy).with_changes(
        dated(policy, day(ANNOUNCED, 6), day(EFFECTIVE))
        | {f"groups.{g}.stockpile_weeks": 6 for g in ("cn_exporters", "kz_traders")}
    )
    seen = run(scenario, 3)
    unseen = run(scenario.without_policies([policy]), 3)
    place = seen.world.names.policies.index(policy)
    assert np.flatnonzero(seen.series["announced"][:, place]).tolist() == list(range(ANNOUNCED, EFFECTIVE))
    assert np.flatnonzero(seen.series["in_force"][:, place])[0] == EFFECTIVE
    ordered = (seen.series["ordered"] != unseen.series["ordered"]).any(axis=(1, 2))
    assert np.flatnonzero(ordered)[0] == ANNOUNCED


@pytest.mark.parametrize("policy", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("inert", ["zero intensity", "after the end"])
def test_an_inert_policy_changes_nothing_at_all(policy: str, inert: str) -> None:
    """Zero intensity, or announced and effective after the end: the same bits as without the policy."""
    changes = (
        {f"policies.{policy}.intensity": 0.0} if inert == "zero intensity" else dated(policy, day(53, 0), day(60, 0))
    )
    others = [p for p in holding(policy).policies if p != policy]
    idle = run(holding(policy).with_changes(changes), 2)
    assert differences(bits(idle, others), bits(run(holding(policy).without_policies([policy]), 2), others)) == []
    place = idle.world.names.policies.index(policy)
    assert not idle.series["listings"][:, place].any()
    assert not idle.series["announced"][:, place].any() or inert == "zero intensity"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["aaa_first", "zzz_last"])
def test_an_inert_policy_more_changes_no_bit(kind: str, name: str) -> None:
    """Its id may sort before all others, which moves their rows."""
    copy = holding(KINDS[kind]).to_dict()["policies"][KINDS[kind]] | {"intensity": 0.0}
    more = run(small().with_changes({f"policies.{name}": copy}))
    assert differences(bits(more, small().policies), bits(plain())) == []


def test_the_order_of_the_file_changes_no_bit() -> None:
    """Every section, table, choice and list of words the other way round."""
    turned = load(reversed_order(small().to_dict()))
    assert list(reversed_order(small().to_dict())["groups"]) != list(small().to_dict()["groups"])
    assert differences(bits(run(turned)), bits(plain())) == []


LONERS = {
    "intermediary": {"kind": "intermediary", "products": ["consumer", "thermal"], "founding_capital": 123.0},
    "manufacturer": {
        "kind": "manufacturer",
        "products": ["consumer"],
        "capacity": {"consumer": 10},
        "founding_capital": 0.0,
    },
    "buyer": {
        "kind": "buyer",
        "products": ["consumer"],
        "side": "russia",
        "end_user": False,
        "budget": 1000.0,
        "donation_cv": 0.3,
    },
    "end user": {
        "kind": "buyer",
        "products": ["consumer"],
        "side": "ukraine",
        "end_user": True,
        "demand": {"consumer": 30},
    },
}
"""Agents that nobody is linked to."""


def by_name(records: Records, engine: Engine) -> dict[str, np.ndarray]:
    """Everything about single agents and shipments, with agents by name; sums over agents are left out."""
    world = records.world
    names = np.array(agent_names(world))
    kept = [i for i, n in enumerate(names) if not n.startswith(("aa_", "zz_"))]
    found = {f"agents.{k}": v[kept] for k, v in records.agents.items() if k != "owner"}
    found["agents.owner"] = names[records.agents["owner"][kept]]
    columns = ("stock", "on_order", "forecast", "mark_up", "unit_cost", "price_seen", "cash", "seen", "margin")
    found |= {f"state.{k}": getattr(engine.state.agents, k)[kept] for k in columns}
    for part in ("ledger", "deliveries"):
        for k, v in (getattr(records, part) or {}).items():
            if k in ("seller", "buyer"):
                found[f"{part}.{k}"] = names[v]
            elif k not in ("node", "parent"):
                found[f"{part}.{k}"] = v
    found["holders"] = names[[*records.nodes["holder"]]]
    groups = [i for i, g in enumerate(world.names.groups) if not g.startswith(("aa_", "zz_"))]
    for k in ("ordered", "filled", "refused", "trader_stock", "ask", "mark_up", "alive", "produced"):
        found[f"series.{k}"] = records.series[k][:, groups]
    return found


@pytest.mark.parametrize("kind", LONERS)
@pytest.mark.parametrize("name", ["aa_loner", "zz_loner"])
def test_one_agent_more_without_links_changes_no_other_agent(kind: str, name: str) -> None:
    """Whether its rows come first or last, and whatever it does alone."""
    more = small().with_changes({f"groups.{name}": LONERS[kind] | {"count": 1, "jurisdiction": "CN"}})
    results = []
    for scenario in (small(), more):
        engine = Engine(build(scenario, 4))
        records = engine.run()
        found = by_name(records, engine)
        if kind == "manufacturer":  # its own output has a path node
            own = records.nodes["holder"]
            labels = np.array(agent_names(records.world))[own]
            found["holders"] = labels[[not label.startswith(("aa_", "zz_")) for label in labels]]
        results.append(found)
    assert differences(*results) == []


def test_announcement_effects_scale_with_intensity() -> None:
    """What traders hold before the ban takes effect grows with its intensity, in the mean over 10 seeds."""
    moved = dated("china_ban", day(10), day(22))
    scenario = (
        small()
        .without_policies(["leader_exit", "exit_checks", "eu_ban", "listings"])
        .with_changes(moved | {"groups.ru_importers.stockpile_weeks": 10, "time.end": day(23)})
    )
    levels = (0.0, 0.25, 0.5, 1.0)
    held = np.zeros((10, len(levels)))
    for i, level in enumerate(levels):
        changed = scenario.with_changes({"policies.china_ban.intensity": level})
        for seed in range(10):
            records = run(changed, seed, ledger=False)
            row = records.world.names.groups.index("ru_importers")
            held[seed, i] = records.series["trader_stock"][18:22, row].sum(axis=-1).mean()
    steps = np.diff(held, axis=1)
    assert (steps.mean(axis=0) > 2.0 * steps.std(axis=0, ddof=1) / np.sqrt(10)).all(), held.mean(axis=0)


def test_a_twin_without_policies_is_a_scenario_without_them() -> None:
    """`without` all of them, or some, gives the same bits as a file that never held them."""
    every = tuple(small().policies)
    assert differences(bits(run(small(), 5, without=every), ()), bits(run(small().without_policies(), 5))) == []
    for some in (("china_ban",), ("listings", "eu_ban"), ("leader_exit", "exit_checks")):
        others = [p for p in every if p not in some]
        twin = bits(run(small(), 5, without=some), others)
        assert differences(twin, bits(run(small().without_policies(some), 5), others)) == []
