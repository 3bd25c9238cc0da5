"""Units and money balance, told from the records alone, without the engine's own accounts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine import Engine
from sim.evasion.common import BEYOND, STOPS
from sim.scenario.loading import load
from sim.world.accounts import INFLOWS, UnbalancedError
from sim.world.build import build
from sim.world.columns import BUYER, CLOSED
from sim.world.paths import UNITS
from sim.world.records import ACCOUNTS, COUNTERS, UNIT_ACCOUNTS, Records
from sim.world.ways import DELAY, FALSE, GOES
from tests.laws.common import run, small
from tests.worlds import small_world

SOURCES = ("initial", "produced", "given")


def account(records: Records, name: str) -> np.ndarray:
    """One unit account, (product,)."""
    return records.units[UNIT_ACCOUNTS.index(name)]


def by_product(records: Records, product: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Units summed by product."""
    return np.bincount(product, units, minlength=len(records.world.names.products)).astype(np.int64)


def check_units(records: Records) -> None:
    """Each account told again from ledger, deliveries and series."""
    ledger, series, world = records.ledger, records.series, records.world
    assert ledger is not None
    last = len(series["stock"]) - 1
    places = [name for name in UNIT_ACCOUNTS if name not in SOURCES]
    assert (sum(account(records, n) for n in SOURCES) == sum(account(records, n) for n in places)).all()
    assert (records.units >= 0).all()
    assert (account(records, "produced") == series["produced"].sum(axis=(0, 1))).all()
    assert account(records, "given").sum() == series["counters"][:, COUNTERS.index("units_given")].sum()
    seized = by_product(records, ledger["product"][ledger["seized"]], ledger["units"][ledger["seized"]])
    assert (account(records, "seized") == seized).all()
    assert (seized == series["seized_units"].sum(axis=(0, 1))).all()
    civil = world.civil
    assert (account(records, "worn_out") == series["used"][:, civil].sum(axis=(0, 1))).all()
    assert (account(records, "lost") == series["used"][:, ~civil].sum(axis=(0, 1))).all()
    built = np.einsum("tgp,gpc->c", series["produced"], world.groups.bill)
    assert (account(records, "built_into_drones") == built).all()
    held = series["stock"][-1].sum(axis=0) + series["trader_stock"][-1].sum(axis=0)
    assert (account(records, "in_stock") == held).all()
    late = ledger["arrival"] > last
    under_way = by_product(records, ledger["product"][late], ledger["units"][late])
    # What left in the burn-in and is still on the way has no row.
    assert (account(records, "in_transit") >= under_way).all()
    frozen = series["counters"][:, COUNTERS.index("frozen_units")].sum()
    assert account(records, "frozen").sum() == frozen
    # By side: what end users hold grows by deliveries and falls by use.
    change = np.diff(series["stock"], axis=0)
    assert (change == (series["delivered"] - series["used"])[1:]).all()
    assert (series["stock"] >= series["stock_foreign"]).all()
    assert (series["stock_foreign"] >= 0).all()
    assert (series["filled"] <= series["ordered"]).all()
    assert (series["filled"] + series["refused"] == series["ordered"]).all()


def check_deliveries(records: Records) -> None:
    """Deliveries are the arrivals of the ledger at end users, each once."""
    ledger, received, world, nodes = records.ledger, records.deliveries, records.world, records.nodes
    assert ledger is not None
    last = len(records.series["stock"]) - 1
    columns = ("node", "buyer", "seller", "product", "units", "since")
    rows = Counter(zip(received["tick"].tolist(), *(received[c].tolist() for c in columns), strict=True))
    arrived = world.agents.end_user[ledger["buyer"]] & ~ledger["seized"] & (ledger["arrival"] <= last)
    shipped = Counter(zip(*(ledger[c][arrived].tolist() for c in ("arrival", *columns)), strict=True))
    missing = shipped - rows
    assert not missing
    early = rows - shipped
    on_way = (world.corridors.lead + world.corridors.reach).max() + max(0.0, world.ways.numbers[:, DELAY].max())
    longest = 1 + int(np.ceil(on_way + records_delay(records)))
    assert all(row[0] < longest or row[3] == -1 for row in early), "deliveries that nobody shipped"
    assert received["units"][received["seller"] < 0].sum() <= account(records, "given").sum()
    totals = np.zeros_like(records.series["delivered"])
    np.add.at(totals, (received["tick"], received["side"], received["product"]), received["units"])
    assert (totals == records.series["delivered"]).all()
    assert (received["side"] == world.agents.true_side[received["buyer"]]).all()
    assert (nodes["holder"][received["node"]] == received["buyer"]).all()
    bought = received["seller"] >= 0
    assert (nodes["holder"][nodes["parent"][received["node"][bought]]] == received["seller"][bought]).all()
    assert (nodes["parent"][received["node"][~bought]] == -1).all()
    assert (received["value"][~bought] == 0.0).all()


def records_delay(records: Records) -> float:
    """Ticks that an inspection takes."""
    return records.world.scenario.market.inspection_delay_weeks / records.world.calendar.weeks_per_tick


def check_paths(records: Records) -> None:
    """No path visits a firm twice; hops, makers and breaches are those of the path; every node is another one."""
    nodes = records.nodes
    parent, holder = nodes["parent"].tolist(), nodes["holder"].tolist()
    seen: list[frozenset[int]] = []
    for n, (up, who) in enumerate(zip(parent, holder, strict=True)):
        assert up < n
        if up < 0:
            seen.append(frozenset([who]))
            assert (nodes["hops"][n], nodes["maker"][n], nodes["corridor"][n]) == (0, who, -1)
            continue
        assert who not in seen[up]
        seen.append(seen[up] | {who})
        assert nodes["hops"][n] == nodes["hops"][up] + 1 == len(seen[n]) - 1
        assert (nodes["maker"][n], nodes["product"][n]) == (nodes["maker"][up], nodes["product"][up])
        assert nodes["breach_path"][n] == nodes["breach_path"][up] | nodes["breach"][n]
        for kind in ("barred_law", "barred_contract", "barred_voluntary"):
            assert nodes[kind][n] & nodes[kind][up] == nodes[kind][up]
        corridors, where = records.world.corridors, records.world.agents.jurisdiction
        ends = corridors.origin[nodes["corridor"][n]], corridors.destination[nodes["corridor"][n]]
        assert ends == (where[holder[up]], where[who])
    identity = (
        "product",
        "parent",
        "holder",
        "corridor",
        "way",
        "breach",
        "barred_law",
        "barred_contract",
        "barred_voluntary",
    )
    different = len(np.unique(np.stack([nodes[c] for c in identity]), axis=1).T)
    assert different == len(parent)
    ledger = records.ledger
    assert ledger is not None
    assert (nodes["parent"][ledger["node"]] == ledger["parent"]).all()
    assert (nodes["holder"][ledger["node"]] == ledger["buyer"]).all()
    assert (nodes["product"][ledger["node"]] == ledger["product"]).all()
    assert (nodes["holder"][ledger["parent"]] == ledger["seller"]).all()


def check_money(records: Records) -> None:
    """Cash changes by the accounts, and freight and fines are those of the ledger."""
    ledger, flows = records.ledger, records.series["accounts"]
    assert ledger is not None
    cash = flows[:, ACCOUNTS.index("cash")]
    signs = [1.0 if n in INFLOWS else 0.0 if n == "cash" else -1.0 for n in ACCOUNTS]
    assert np.abs(np.diff(cash) - (flows @ signs)[1:]).max() < 0.01
    ticks = len(flows)
    freight = np.bincount(ledger["tick"], ledger["units"] * ledger["unit_freight"], minlength=ticks)
    assert np.abs(freight - flows[:, ACCOUNTS.index("freight")]).max() < 0.01
    bribes = np.bincount(ledger["tick"], ledger["units"] * ledger["unit_facilitation"], minlength=ticks)
    assert np.abs(bribes - flows[:, ACCOUNTS.index("facilitation")]).max() < 0.01
    levies = np.bincount(ledger["tick"], ledger["units"] * ledger["unit_levy"], minlength=ticks)
    assert np.abs(levies - flows[:, ACCOUNTS.index("levies")]).max() < 0.01
    value = ledger["units"] * ledger["unit_price"] * ledger["seized"]
    fines = np.bincount(ledger["tick"], value, minlength=ticks) * records.world.scenario.market.fine
    assert np.abs(fines - flows[:, ACCOUNTS.index("fines")]).max() < 0.01
    assert (flows[:, [ACCOUNTS.index(n) for n in ACCOUNTS if n not in ("cash", "held")]] >= 0.0).all()


def check_ledger(records: Records) -> None:
    """Rows are whole and possible."""
    ledger = records.ledger
    assert ledger is not None
    assert (ledger["units"] > 0).all()
    assert ((ledger["arrival"] > ledger["tick"]) | ledger["seized"]).all()
    assert (ledger["arrival"][ledger["seized"]] == -1).all()
    ways = records.world.ways
    seized, way = ledger["seized"], ledger["way"]
    hides = np.isin(ways.flags[:, GOES], (STOPS, BEYOND))[way]
    assert (ledger["inspected"] | hides)[seized].all(), "seized, neither opened nor followed"
    assert ((ledger["breach"] & 1 != 0) | (ways.flags[way, FALSE] != 0))[seized].all()
    assert ((ledger["stopped"] >= 0) == seized).all()
    assert (
        (records.world.corridors.legs[ledger["corridor"][seized]] == ledger["stopped"][seized, None]).any(axis=1).all()
    )
    assert (ledger["unit_price"] >= 0.0).all()
    assert (ledger["since"] <= ledger["tick"]).all()


def check_all(records: Records) -> None:
    """Every account."""
    check_ledger(records)
    check_units(records)
    check_deliveries(records)
    check_paths(records)
    check_money(records)


@pytest.fixture(scope="module")
def records() -> Records:
    """The small world."""
    return run(small(), 1)


def test_units_balance_from_the_records(records: Records) -> None:
    """Every unit account is told again from ledger, deliveries and series."""
    check_units(records)
    sizes = {name: int(account(records, name).sum()) for name in UNIT_ACCOUNTS}
    assert all(
        sizes[name] > 0 for name in ("initial", "produced", "in_stock", "in_transit", "seized", "lost", "worn_out")
    )


def test_deliveries_are_arrivals_of_the_ledger_once(records: Records) -> None:
    """Each arrival at an end user is one delivery, and each delivery one arrival."""
    check_deliveries(records)


def test_paths_are_paths(records: Records) -> None:
    """No firm twice, right hops, makers, legs and breaches; nodes are interned."""
    check_paths(records)
    assert records.nodes["hops"].max() >= 4


def test_money_balances_from_the_records(records: Records) -> None:
    """Every tick, to the cent."""
    check_money(records)
    check_ledger(records)


def test_buyers_never_spend_what_they_do_not_have() -> None:
    """Cash of buyers is at least 0 in every tick; firms only fall below it by overheads and fines, and then close."""
    engine = Engine(build(small(), 2))
    buyers = engine.world.agents.kind == BUYER
    spent = False
    while not engine.finished:
        engine.step()
        cash = engine.state.agents.cash
        assert cash[buyers].min() >= 0.0
        spent = spent or bool((cash[buyers & engine.world.agents.pays] < 1.0).any())
        broke = (cash < 0.0) & ~buyers
        assert (engine.state.agents.state[broke] >= 2).all()
    assert engine.state.agents.cash[engine.world.agents.end_user & ~engine.world.agents.pays].max() == 0.0


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(number=st.integers(0, 10**6), seed=st.integers(0, 2**63 - 1))
def test_small_random_worlds_balance(number: int, seed: int) -> None:
    """Random scenarios reach every rule; each must balance from its records."""
    check_all(run(load(small_world(number)), seed))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    demand=st.floats(0.0, 3.0),
    capacity=st.floats(0.0, 3.0),
    inspection=st.floats(0.0, 1.0),
    capital=st.sampled_from([0.0, 1000.0, 1e6]),
    stock=st.sampled_from(["frozen", "sold_off"]),
    seed=st.integers(0, 2**32),
)
def test_variations_of_the_small_world_balance(
    demand: float, capacity: float, inspection: float, capital: float, stock: str, seed: int
) -> None:
    """Want, plenty, heavy enforcement, firms without capital."""
    scenario = small().with_changes(
        {
            "time.end": "2023-06-30",
            "groups.ru_units.demand.consumer": 300 * demand,
            "groups.leader.capacity.consumer": 1000 * capacity,
            "policies.exit_checks.added": inspection,
            "groups.kz_traders.founding_capital": capital,
            "groups.ru_importers.overhead": 20_000.0,
            "policies.listings.stock": stock,
            "policies.listings.hazard": 0.5,
        }
    )
    check_all(run(scenario, seed))


def ran(ticks: int = 30) -> Engine:
    """The small world after some ticks."""
    engine = Engine(build(small(), 1))
    for _ in range(ticks):
        engine.step()
    return engine


@pytest.mark.parametrize("column", ["stock", "on_order"])
def test_a_unit_too_many_is_found_and_named(column: str) -> None:
    """The run stops in the next tick and names the product."""
    engine = ran()
    getattr(engine.state.agents, column)[5, 1] += 1
    with pytest.raises(UnbalancedError, match="product 1"):
        engine.step()


def test_a_unit_too_few_is_found() -> None:
    """In any product, at any agent."""
    engine = ran()
    agent = int(np.argmax(engine.state.agents.stock[:, 3]))
    engine.state.agents.stock[agent, 3] -= 1
    with pytest.raises(UnbalancedError, match="product 3"):
        engine.step()


def test_a_unit_moved_between_stock_and_the_way_is_found() -> None:
    """The sums balance, but an agent then awaits fewer than no units, or the lots do not hold what stock says."""
    engine = ran(25)
    engine.state.agents.stock[0, 1] += 1
    engine.state.agents.on_order[0, 1] -= 1
    with pytest.raises(UnbalancedError):
        while not engine.finished:
            engine.step()


def test_lots_that_differ_from_stock_are_found_and_named() -> None:
    """Every so many ticks, and at the end, lots are counted one by one."""
    engine = ran(20)
    lots = engine.state.lots
    agent, product = np.argwhere(lots.head >= 0)[0]
    engine.state.paths.rows[lots.head[agent, product], UNITS] += 1
    with pytest.raises(UnbalancedError, match=f"product {product}"):
        while not engine.finished:
            engine.step()


def test_a_dollar_too_many_is_found_and_the_accounts_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick that pays a dollar out of nowhere stops the run with the list of the accounts."""
    engine = ran()
    receive = engine._receive

    def generous() -> None:
        receive()
        engine.state.agents.cash[0] += 1.0

    monkeypatch.setattr(engine, "_receive", generous)
    with pytest.raises(UnbalancedError, match=r"cash changed by .*budgets .*production_cost .*freight"):
        engine.step()


def test_cash_that_is_not_a_number_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """NaN compares with nothing, and must stop the run all the same."""
    engine = ran()
    engine.state.agents.cash[0] = np.nan
    with pytest.raises(UnbalancedError):
        engine.step()


def test_closed_firms_hold_nothing() -> None:
    """What a closed firm held is sold or frozen."""
    engine = Engine(build(small().with_changes({"policies.listings.hazard": 1.0}), 1))
    engine.run()
    closed = engine.state.agents.state == CLOSED
    assert closed.any()
    assert engine.state.agents.stock[closed].sum() == 0
