"""The policies that tell a run from its twin: which ones, the products in their scope, their dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.ledger.labels import recorded_days
from sim.world.records import Records


@dataclass(frozen=True)
class Compared:
    """Policies that a run has and its twin has not.

    Attributes:
        names: Their ids, sorted.
        products: bool (product,), products in scope of any of them; all products where there is no policy.
        effects: Dates from which they act (see :func:`effect_dates`).
    """

    names: tuple[str, ...]
    products: NDArray[np.bool_]
    effects: tuple[date, ...]


def active(records: Records) -> frozenset[str]:
    """Ids of the policies of a run that were not left out.

    Args:
        records: A run.
    """
    return frozenset(records.world.scenario.policies) - frozenset(records.policies_off)


def compared(run: Records, twin: Records | None) -> Compared:
    """What a run is compared for.

    Args:
        run: A run.
        twin: Its twin; without one, all restrictions of the run are taken.

    Returns:
        Policies, products in scope, effect dates.
    """
    scenario = run.world.scenario
    left_out = active(run) & frozenset(scenario.restrictions) if twin is None else active(run) - active(twin)
    names = tuple(sorted(left_out))
    return Compared(names, products_in_scope(run, names), effect_dates(run, names))


def products_in_scope(run: Records, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Products in scope of any of some policies; all where there are none.

    Args:
        run: A run with these policies.
        names: Policy ids.

    Returns:
        bool (product,).
    """
    if not names:
        return np.ones(len(run.world.names.products), np.bool_)
    from sim.tick.regulate import scopes

    masks = scopes(run.world, [run.world.scenario.policies[name] for name in names])
    return np.logical_or.reduce([mask.products for mask in masks])


def effect_dates(run: Records, names: tuple[str, ...]) -> tuple[date, ...]:
    """The dates within the record from which some policies act.

    Policies that act from before the record count from its first day. Policies without effect in the record (effective
    after its end, ended before its start, or of intensity 0 throughout) are passed over.

    Args:
        run: A run with these policies.
        names: Policy ids.

    Returns:
        Dates, each once, in order.
    """
    days = recorded_days(run)
    found = set()
    for name in names:
        policy = run.world.scenario.policies[name]
        acts = any(
            policy.effective < after and (policy.ends is None or policy.ends >= after) and policy.intensity.at(day) > 0
            for day, after in zip(days, run.world.calendar.days_after[-len(days) :], strict=True)
        )
        if acts:
            found.add(max(policy.effective, days[0]))
    return tuple(sorted(found))
