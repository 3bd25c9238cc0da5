"""What a user should know before believing a run."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.ledger.series import SERIES
from sim.world.records import COUNTERS, Records

MOST_AT_CEILING = 0.1
"""Share of trades at a price ceiling above which a warning is given."""


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


def changed_nothing(policy: str, *seeds: int) -> str:
    """The warning for a policy without which the run is the same.

    Args:
        policy: Its id.
        seeds: Seeds of the runs compared.

    Example:
        >>> changed_nothing("ban", 1)
        'Policy ban changed nothing in trade: with seed 1 all of it is the same to the bit without the policy.'
    """
    each = f"seed {seeds[0]}" if len(seeds) == 1 else f"each of {len(seeds)} seeds"
    return f"Policy {policy} changed nothing in trade: with {each} all of it is the same to the bit without the policy."


def arm_changed_nothing(arm: str, first: str, seeds: int) -> str:
    """The warning for an arm whose runs are those of the first arm.

    Args:
        arm: Its name.
        first: Name of the first arm.
        seeds: Number of seeds compared.
    """
    each = "the one seed" if seeds == 1 else f"each of {seeds} seeds"
    return f"{arm} differs from {first} in nothing: with {each} its run is the same to the bit."


def other_weeks(measures: pd.DataFrame, names: Iterable[str]) -> list[str]:
    """The warning for measures that look at other weeks in one arm than in another.

    Args:
        measures: Measures with ``arm``.
        names: Ids of measures with a window of their own.

    Returns:
        At most one warning.
    """
    own = measures[measures["measure"].isin(list(names)) & (measures["reason"] == "")]
    windows = own.drop_duplicates(["arm", "window"]).set_index("arm")["window"]
    if windows.nunique() <= 1:
        return []
    told = "; ".join(f"{arm} {window.replace('..', ' to ')}" for arm, window in windows.items())
    return [f"Weeks 13-52 after the effect date are not the same weeks in all arms: {told}."]


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
            out.append(
                f"Foundings in {name} may be cut short: {taken} of its {count} slots for later firms are used. "
                f"Write [groups.{name}] slots = {2 * count}."
            )
    return out
