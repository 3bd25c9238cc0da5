"""What a run leaves behind, gathered from its columns."""

from __future__ import annotations

import numpy as np

from sim.tick.licence import H_BUYER, H_PRODUCT, H_SINCE, H_UNITS
from sim.tick.workspace import Workspace
from sim.world import paths as path_fields
from sim.world.columns import BUYER
from sim.world.records import LEDGER_FLAGS, LEDGER_NUMBERS, LEDGER_WHOLE, UNIT_ACCOUNTS, Columns, Records

_NODE_COLUMNS = {
    "parent": path_fields.PARENT,
    "holder": path_fields.HOLDER,
    "product": path_fields.PRODUCT,
    "corridor": path_fields.CORRIDOR,
    "way": path_fields.WAY,
    "breach": path_fields.BREACH,
    "barred_law": path_fields.LAW,
    "barred_contract": path_fields.CONTRACT,
    "barred_voluntary": path_fields.VOLUNTARY,
    "hops": path_fields.HOPS,
    "maker": path_fields.MAKER,
    "breach_path": path_fields.BREACH_PATH,
}
"""Columns of path nodes in the records, and their fields."""
_NEVER = -(10**6)
"""Tick of what has not happened."""


def collect(run: Workspace) -> Records:
    """What a run has left behind so far; later ticks do not change it.

    Args:
        run: The run.

    Returns:
        The records.
    """
    world, state, kept = run.world, run.state, run.kept()
    a, first = state.agents, world.calendar.burn_in
    n = int(state.paths.count[0])
    rows = state.paths.rows[:n]
    nodes: Columns = {name: rows[:, field] for name, field in _NODE_COLUMNS.items()}
    ledger = None
    if run.ledger:
        ledger = kept.ledger.columns(LEDGER_WHOLE, LEDGER_NUMBERS, LEDGER_FLAGS)
    deliveries = kept.deliveries.columns(
        ("tick", "side", "product", "units", "node", "buyer", "seller", "since"), ("value",)
    )
    units = np.zeros((len(UNIT_ACCOUNTS), a.stock.shape[1]), dtype=np.int64)
    if kept.units_at_start is not None:
        now = kept.units.table(a.stock, a.on_order, a.reserved)
        places = [UNIT_ACCOUNTS.index(name) for name in ("in_stock", "reserved", "in_transit")]
        units = now - kept.units_at_start
        units[places] = now[places]
        units[UNIT_ACCOUNTS.index("initial")] = kept.units_at_start[places].sum(axis=0)
    recorded = max(0, run.tick - first)
    return Records(
        world=world,
        policies_off=run.without,
        deliveries=deliveries,
        waits=_open_needs(run, recorded),
        ledger=ledger,
        nodes=nodes,
        series={name: array[:recorded].copy() for name, array in kept.series.arrays.items()},
        agents={
            "state": a.state.copy(),
            "owner": a.owner.copy(),
            "opened": _since_first(a.opened, first),
            "closed": _since_first(a.closed, first),
            "listed_by": a.listed_by.copy(),
        },
        units=units,
        statements=run.statements.documents(),
    )


def _since_first(ticks: np.ndarray, first: int) -> np.ndarray:
    """Ticks counted from the first recorded one; those that never came (-1) long before it."""
    return np.where(ticks >= 0, ticks - first, _NEVER)


def _open_needs(run: Workspace, recorded: int) -> Columns:
    """Receipts by buyers, and one censored row for each need still open and each piece that waits for a licence."""
    s, a, kept = run.world.agents, run.state.agents, run.kept()
    found_rows = kept.waits.columns(("tick", "since", "side", "product", "units", "censored"), (), ("censored",))
    fed_by_hand = s.end_user & ~s.pays
    still = (a.since >= 0) & (s.kind == BUYER)[:, None] & ~fed_by_hand[:, None] & (a.lost > 0)
    agent, product = np.nonzero(still)
    extra = {
        "tick": np.full(len(agent), recorded - 1),
        "since": a.since[agent, product] - run.world.calendar.burn_in,
        "side": s.true_side[agent],
        "product": product,
        "units": a.lost[agent, product],
        "censored": np.ones(len(agent), dtype=np.bool_),
    }
    licences = kept.licences
    held = licences.whole[: int(licences.held[0])]
    held = held[s.kind[held[:, H_BUYER]] == BUYER]
    waiting = {
        "tick": np.full(len(held), recorded - 1),
        "since": held[:, H_SINCE] - run.world.calendar.burn_in,
        "side": s.true_side[held[:, H_BUYER]],
        "product": held[:, H_PRODUCT],
        "units": held[:, H_UNITS],
        "censored": np.ones(len(held), dtype=np.bool_),
    }
    return {
        name: np.concatenate([rows, *(more[name].astype(rows.dtype) for more in (extra, waiting))])
        for name, rows in found_rows.items()
    }
