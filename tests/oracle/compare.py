"""Finds the first difference between the engine and the oracle."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.oracle.model import OracleModel
from tests.oracle.paths import Node
from tests.oracle.records import ACCOUNTS, COUNTERS, UNIT_ACCOUNTS

RELATIVE = 1e-9
ABSOLUTE = 1e-6
"""Sums of money are near zero at times; a millionth of a dollar is none."""

AGENT_WHOLE = ("stock", "reserved", "on_order", "since", "lost", "ordered", "refused", "sold")
AGENT_FLOAT = ("forecast", "mark_up", "unit_cost", "price_seen", "cash", "margin", "seen", "tolerance", "concealment",
               "refusing", "priced_in")  # fmt: skip
LEDGER_WHOLE = (
    "tick", "seller", "buyer", "product", "units", "corridor", "way", "breach", "inspected", "seized", "stopped",
    "declared", "recorded", "arrival", "since", "auction",
)  # fmt: skip
LEDGER_FLOAT = ("unit_price", "unit_freight", "unit_facilitation", "unit_levy", "unit_fee", "unit_cost")
STATEMENTS = ("tick", "policy", "seller", "buyer", "passed", "traced")
WAITS = ("tick", "since", "side", "product", "units", "censored")
DELIVERY_WHOLE = ("tick", "side", "product", "units", "buyer", "seller", "since")


class Disagreement(AssertionError):
    """Engine and oracle differ."""


def same_run(engine: Any, oracle: OracleModel, ticks: int | None = None) -> dict[str, int]:
    """Runs both, tick by tick, and compares everything.

    Args:
        engine: A new engine.
        oracle: A new oracle of the same world.
        ticks: Ticks to run; all of them where None.

    Returns:
        The counters, summed over all ticks.

    Raises:
        Disagreement: At the first difference; the message names the tick, what differs and where.
    """
    total = dict.fromkeys(COUNTERS, 0)
    for _ in range(oracle.world.calendar.ticks if ticks is None else ticks):
        engine.step()
        oracle.step()
        same_tick(engine, oracle)
        for name, number in oracle.diary.counters.items():
            total[name] += number
    same_known(engine, oracle)
    same_records(engine.records(), oracle)
    return total


def same_tick(engine: Any, oracle: OracleModel) -> None:
    """Compares the state after a tick."""
    shot = oracle.diary.ticks[-1]
    state, links = engine.state.agents, engine.state.links
    where = f"tick {shot['tick']} of {oracle.world.scenario.name}"
    _whole(f"{where}: state", state.state, shot["agent_state"])
    _whole(f"{where}: owner", state.owner, shot["owner"])
    _whole(f"{where}: compliant", state.compliant, shot["compliant"])
    for name in AGENT_WHOLE:
        _whole(f"{where}: {name}", getattr(state, name), shot[name])
    for name in AGENT_FLOAT:
        _close(f"{where}: {name}", getattr(state, name), shot[name])
    n = np.flatnonzero(~links.dead[: links.count])
    _whole(f"{where}: links", np.stack([links.seller[n], links.buyer[n]], axis=1), [row[:2] for row in shot["links"]])
    _close(f"{where}: trust", links.trust[n], [row[2] for row in shot["links"]])
    _close(f"{where}: risk", links.risk[n], [row[3] for row in shot["links"]])
    sent = shot["sent"]
    rows, products = n[[each[0] for each in sent]], [each[1] for each in sent]
    _whole(f"{where}: way", links.way[rows, products], [each[2] for each in sent])
    _whole(f"{where}: corridor", links.corridor[rows, products], [each[3] for each in sent])
    _whole(f"{where}: counters", engine.sums.counters, [shot["counters"][name] for name in COUNTERS], COUNTERS)
    money = [shot["accounts"][name] for name in ACCOUNTS]
    _close(f"{where}: accounts", engine.sums.money[: len(ACCOUNTS)], money, ACCOUNTS)


def same_known(engine: Any, oracle: OracleModel) -> None:
    """Compares what customs records have told."""
    known, name = engine.state.known, oracle.world.scenario.name
    units, value = np.zeros_like(known.units), np.zeros_like(known.value)
    for cell, number in oracle.customs.units.items():
        units[cell] = number
    for cell, dollars in oracle.customs.value.items():
        value[cell] = dollars
    _whole(f"{name}: known units", known.units, units)
    _close(f"{name}: known value", known.value, value)


def same_records(records: Any, oracle: OracleModel) -> None:
    """Compares ledger, deliveries, paths, unit accounts and agents at the end."""
    name = oracle.world.scenario.name
    paths = _paths(records.nodes)
    ledger = oracle.diary.ledger
    for column in LEDGER_WHOLE:
        _whole(f"{name}: ledger {column}", records.ledger[column], [row[column] for row in ledger])
    for column in LEDGER_FLOAT:
        _close(f"{name}: ledger {column}", records.ledger[column], [row[column] for row in ledger])
    for column in ("node", "parent"):
        _same_paths(f"{name}: ledger {column}", paths, records.ledger[column], [row[column] for row in ledger])
    deliveries = oracle.diary.deliveries
    for column in DELIVERY_WHOLE:
        _whole(f"{name}: deliveries {column}", records.deliveries[column], [row[column] for row in deliveries])
    _close(f"{name}: deliveries value", records.deliveries["value"], [row["value"] for row in deliveries])
    _same_paths(f"{name}: deliveries node", paths, records.deliveries["node"], [row["node"] for row in deliveries])
    waits = oracle.diary.waits + oracle.open_needs()
    for column in WAITS:
        _whole(f"{name}: waits {column}", records.waits[column], [row[column] for row in waits])
    statements = oracle.statements.in_order()
    for column in STATEMENTS:
        _whole(f"{name}: statements {column}", records.statements[column], [row[column] for row in statements])
    _close(f"{name}: statements false", records.statements["false"], [row["false"] for row in statements])
    first = oracle.world.calendar.burn_in
    shots = oracle.diary.ticks[first:]
    for column in shots[0]["series"] if shots else ():
        _close(f"{name}: series {column}", records.series[column], [shot["series"][column] for shot in shots])
    for column in ("opened", "closed"):
        ticks = [getattr(party, column) for party in oracle.parties]
        wanted = [tick - first if tick >= 0 else -(10**6) for tick in ticks]
        _whole(f"{name}: {column}", records.agents[column], wanted)
    _whole(f"{name}: listed_by", records.agents["listed_by"], [party.listed_by for party in oracle.parties])
    _whole(f"{name}: units", records.units, oracle.unit_accounts(), UNIT_ACCOUNTS)


def _paths(nodes: dict[str, np.ndarray]) -> list[tuple[tuple[Any, ...], ...]]:
    """The path of every node of the engine, as :meth:`tests.oracle.paths.Node.describe` tells it."""
    fields = ("parent", "holder", "corridor", "way", "breach", "barred_law", "barred_contract", "barred_voluntary")
    found: list[tuple[tuple[Any, ...], ...]] = []
    rows = zip(*(nodes[name].tolist() for name in fields), strict=True)
    for parent, holder, corridor, way, breach, *barred in rows:
        before = found[parent] if parent >= 0 else ()
        found.append((*before, (holder, corridor, way, breach, tuple(barred))))
    return found


def _same_paths(what: str, paths: list[tuple[Any, ...]], rows: np.ndarray, nodes: list[Node]) -> None:
    """Compares nodes by the paths they stand for."""
    for i, (row, node) in enumerate(zip(rows.tolist(), nodes, strict=True)):
        if paths[row] != node.describe():
            raise Disagreement(f"{what} in row {i}: the engine says {paths[row]}, the oracle {node.describe()}")


def _whole(what: str, got: Any, wanted: Any, names: tuple[str, ...] = ()) -> None:
    """Compares whole numbers, exactly."""
    _compare(what, got, wanted, names, lambda a, b: a != b)


def _close(what: str, got: Any, wanted: Any, names: tuple[str, ...] = ()) -> None:
    """Compares floats, nearly."""
    _compare(what, got, wanted, names, lambda a, b: ~np.isclose(a, b, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True))


def _compare(what: str, got: Any, wanted: Any, names: tuple[str, ...], differ: Any) -> None:
    """Raises at the first place where two arrays differ."""
    a = np.asarray(got)
    b = np.asarray(wanted, dtype=a.dtype)
    a = a.astype(np.int64) if a.dtype == np.bool_ else a
    b = b.astype(np.int64) if b.dtype == np.bool_ else b
    if b.size == 0 and a.size == 0:
        return
    if a.shape != b.shape:
        raise Disagreement(f"{what}: the engine has shape {a.shape}, the oracle {b.shape}")
    wrong = np.argwhere(differ(a, b))
    if len(wrong):
        place = tuple(int(i) for i in wrong[0])
        label = f" ({names[place[0]]})" if names else ""
        message = f"{what} at {place}{label}: the engine has {a[place]}, the oracle {b[place]}"
        raise Disagreement(f"{message}; {len(wrong)} of {a.size} differ")
