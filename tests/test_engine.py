"""The engine as others use it: ticks, ends, twins, records in the middle, columns that are reported."""

from __future__ import annotations

import dataclasses
import doctest

import numpy as np
import pytest

import sim.engine
from sim.engine import Engine
from sim.world.build import build
from sim.world.records import ACCOUNTS, COUNTERS, UNIT_ACCOUNTS, Records
from tests.laws.common import bits, differences, run, small
from tests.tick.test_every_parameter import ADDED, LIVELY


@pytest.fixture(scope="module")
def records() -> Records:
    """The small world."""
    return run(small(), 1)


def test_it_ends_after_its_last_tick_and_says_so() -> None:
    """One step more is an error, and does not change the records."""
    engine = Engine(build(small().with_changes({"time.end": "2023-02-05"}), 1))
    assert not engine.finished
    first = engine.run()
    assert engine.finished
    assert engine.tick == engine.world.calendar.ticks == 25
    with pytest.raises(IndexError, match="25 ticks"):
        engine.step()
    assert (engine.run().deliveries["units"] == first.deliveries["units"]).all()


def test_records_in_the_burn_in_are_empty() -> None:
    """Nothing is recorded before the start."""
    engine = Engine(build(small(), 1))
    for _ in range(5):
        engine.step()
    found = engine.records()
    assert all(len(array) == 0 for array in found.series.values())
    assert len(found.deliveries["tick"]) == 0
    assert found.ledger is not None
    assert len(found.ledger["tick"]) == 0
    assert not found.units.any()


def test_later_ticks_do_not_change_records() -> None:
    """Records taken in the middle stay as they are, to the end of the run."""
    engine = Engine(build(small(), 1))
    for _ in range(40):
        engine.step()
    found = engine.records()
    before = {name: array.copy() for name, array in bits(found).items()}
    engine.run()
    assert differences(bits(found), before) == []
    assert len(bits(engine.records())["deliveries.units"]) > len(before["deliveries.units"])


def test_the_shapes_are_those_of_the_document(records: Records) -> None:
    """Series by tick, then side, group, leg or policy, then product."""
    names = records.world.names
    ticks, products = 52, len(names.products)
    shapes = {
        len(names.sides): ("stock", "stock_foreign", "planned", "flown", "used", "used_foreign", "unmet", "delivered"),
        len(names.groups): ("ordered", "filled", "refused", "ask", "mark_up", "trader_stock", "produced"),
        len(names.legs): ("crossings", "inspected", "crossed_units", "seized_units", "crossed_value"),
    }
    for rows, series in shapes.items():
        assert {records.series[name].shape for name in series} == {(ticks, rows, products)}
    policies = ("in_force", "announced", "investigations", "listings")
    assert {records.series[name].shape for name in policies} == {(ticks, len(names.policies))}
    assert records.series["alive"].shape == (ticks, len(names.groups))
    assert records.series["counters"].shape == (ticks, len(COUNTERS))
    assert records.series["accounts"].shape == (ticks, len(ACCOUNTS))
    assert records.units.shape == (len(UNIT_ACCOUNTS), products)


def test_series_agree_with_the_ledger(records: Records) -> None:
    """Crossings, units, values, seizures and sales by group, told twice."""
    ledger, series, world = records.ledger, records.series, records.world
    assert ledger is not None
    # A piece crosses the legs of its corridor, up to the one where it was seized; what is opened is not told by leg.
    rows, leg = [], []
    for row, corridor in enumerate(ledger["corridor"]):
        for each in world.corridors.legs[corridor]:
            if each < 0:
                break
            rows.append(row)
            leg.append(each)
            if ledger["stopped"][row] == each:
                break
    rows = np.array(rows)
    tick, product = ledger["tick"][rows], ledger["product"][rows]
    where = (tick, np.array(leg), product)
    stopped = np.array(leg) == ledger["stopped"][rows]
    for name, weight in (
        ("crossings", np.ones(len(rows))),
        ("crossed_units", ledger["units"][rows]),
        ("seized_units", ledger["units"][rows] * stopped),
        ("seized_pieces", stopped.astype(np.int64)),
        ("crossed_value", ledger["units"][rows] * ledger["unit_price"][rows]),
    ):
        total = np.zeros(series[name].shape)
        np.add.at(total, where, weight)
        assert np.allclose(total, series[name], rtol=1e-12), name
    sold = np.zeros_like(series["filled"])
    np.add.at(sold, (ledger["tick"], world.agents.group[ledger["seller"]], ledger["product"]), ledger["units"])
    assert (sold == series["filled"]).all()
    assert series["counters"][:, COUNTERS.index("seizures")].sum() == ledger["seized"].sum()
    assert series["flown"].sum() <= series["planned"].sum()
    assert (series["used"] >= series["used_foreign"]).all()


def test_every_counter_counts_somewhere() -> None:
    """Over a few lively runs no counter stays at zero."""
    total = np.zeros(len(COUNTERS), dtype=np.int64)
    lively = {
        "policies.listings.hazard": 0.5,
        "policies.listings.stock": "frozen",
        "groups.tr_traders.overhead": 6000.0,
        "groups.tr_traders.founding_capital": 3000.0,
        "groups.tr_traders.founding_rate": 0.5,
    }
    eased = {
        "policies.china_ban.exempt_groups": ["cn_exporters"],
        "policies.china_ban.grandfather_weeks": 20.0,
        "groups.leader.foreign_content": {"consumer": 0.5, "thermal": 0.5},
        "groups.leader.compliant_share": 0.0,
        "policies.inside": {
            "kind": "content_rule", "effective": "2023-02-06", "destinations": ["PL"], "found": 1.0, "penalty": 0.0,
        },
        "policies.exit_checks.added": 1.0,
    }  # fmt: skip
    followed = {f"evasion.{key}.enabled": False for key in small().evasion if key not in ("ghost_transit", "resale")}
    followed["policies.followed"] = {"kind": "transit_tracking", "effective": "2023-02-06", "found": 0.3}
    for changes in ({}, lively, eased, followed, LIVELY | ADDED):
        total += run(small().with_changes(changes), 3, ledger=False).series["counters"].sum(axis=0)
    assert [name for name, count in zip(COUNTERS, total, strict=True) if count == 0] == []


def test_policies_off_are_named_in_the_records() -> None:
    """In order of id, whatever the order given."""
    engine = Engine(build(small(), 1), without=("listings", "china_ban"))
    engine.step()
    assert engine.records().policies_off == ("china_ban", "listings")


def test_the_world_is_not_changed_by_a_run() -> None:
    """All its arrays are as they were."""
    world = build(small(), 1)
    before = {
        (part, f.name): np.array(getattr(getattr(world, part), f.name))
        for part in ("agents", "groups", "legs", "links")
        for f in dataclasses.fields(getattr(world, part))
    }
    Engine(world).run()
    for (part, name), array in before.items():
        assert np.array_equal(array, getattr(getattr(world, part), name)), (part, name)


def test_the_document_of_the_engine_runs() -> None:
    """Its example is true."""
    assert doctest.testmod(sim.engine).failed == 0


def test_a_fork_is_the_run_that_a_fresh_engine_makes() -> None:
    """Bit by bit, for each policy left out, taken as late as it can be; the run forked goes on as if alone."""
    world = build(small(), 3)
    alone = bits(Engine(world).run())
    forked = Engine(world)
    forks = {}
    sets = [(), *[(policy,) for policy in world.names.policies], tuple(world.names.policies)]
    while not forked.finished:
        for without in sets:
            if forked.parts_at(without) == forked.tick:
                forks[without] = forked.fork(without)
        forked.step()
    assert differences(bits(forked.records()), alone) == []
    assert len(forks) == len(sets) - 1
    for without, engine in forks.items():
        assert engine.tick > world.calendar.burn_in
        fresh = Engine(world, without=without).run()
        assert differences(bits(engine.run()), bits(fresh)) == []
        assert differences(bits(fresh), alone)


def test_too_late_a_fork_is_refused() -> None:
    """After the first policy has been announced a twin without it cannot be made of the run."""
    engine = Engine(build(small(), 1))
    part = engine.parts_at(tuple(engine.world.names.policies))
    for _ in range(part + 1):
        engine.step()
    with pytest.raises(ValueError, match=f"they part at {part}"):
        engine.fork(tuple(engine.world.names.policies))
