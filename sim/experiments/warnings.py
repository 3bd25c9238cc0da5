"""What a user should know before believing a run."""

from __future__ import annotations

import numpy as np

from sim.ledger.series import SERIES
from sim.world.records import COUNTERS, Records

MOST_AT_CEILING = 0.1
"""Share of trades at a price ceiling above which a warning is given (MODEL.md section 3)."""


def same_outcome(one: Records, other: Records) -> bool:
    """Whether two runs of one scenario, with different policies, had the same outcome to the bit.

    Deliveries and series are compared; series by policy and path nodes are not, since a policy may be written on
    papers without changing what happens.

    Args:
        one: A run.
        other: Another one, with the same agents and calendar.

    Returns:
        True where nothing that happened differs.
    """
    names = [name for name in one.deliveries if name != "node"]
    if any(not np.array_equal(one.deliveries[name], other.deliveries[name]) for name in names):
        return False
    for name in one.series:
        if "policy" in SERIES.get(name, ((), ""))[0]:
            continue
        a, b = one.series[name], other.series[name]
        floating = np.issubdtype(a.dtype, np.floating)
        if not np.array_equal(a, b, equal_nan=bool(floating)):
            return False
    return True


def changed_nothing(policy: str, seed: int) -> str:
    """The warning for a policy without which the run is the same.

    Args:
        policy: Its id.
        seed: Seed of the run compared.
    """
    return f"Policy {policy} changed nothing: with seed {seed} the run without it is the same to the bit."


def at_ceiling(records: Records, what: str) -> str | None:
    """The warning for too many trades at a price ceiling.

    Args:
        records: A run.
        what: Which run, as printed.

    Returns:
        The warning, or None.
    """
    table = records.series["counters"]
    trades = float(table[:, COUNTERS.index("trades")].sum())
    stuck = float(table[:, COUNTERS.index("trades_at_ceiling")].sum())
    if trades <= 0 or stuck / trades <= MOST_AT_CEILING:
        return None
    return (
        f"{stuck / trades:.0%} of trades in {what} happen at a price ceiling (more than {MOST_AT_CEILING:.0%}): "
        "prices are set by ceilings rather than by the market."
    )


def slots_used(records: Records) -> list[str]:
    """Warnings for groups that have used nine tenths of the slots for later firms.

    Args:
        records: A run.

    Returns:
        A warning a group.
    """
    agents, names = records.world.agents, records.world.names
    slot = agents.state == 0
    used = slot & (records.agents["state"] != 0)
    out = []
    for group, name in enumerate(names.groups):
        count = int((slot & (agents.group == group)).sum())
        taken = int((used & (agents.group == group)).sum())
        if count and taken >= 0.9 * count:
            out.append(f"Group {name} used {taken} of its {count} slots for later firms: give it more.")
    return out
