"""Three naive forecasts of what a restriction does, for the same facts: what a model has to beat.

*vanishes*: what a ban is meant to bar is gone from its first day on; the rest is as without restrictions. *share*: a
fixed share of it comes through all the same. *persists*: nothing changes; the last value stays. The first two thin out
the trade of the twin without restrictions, the third looks at the run just before the window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from sim.observables.books import Book, Bool, Undefined
from sim.observables.fields import (
    DaringFields,
    MeasureFields,
    ObservableFields,
    PricesFields,
    RecordedFields,
    TradedFields,
)
from sim.observables.reading import Observable
from sim.observables.values import Value, closed, value_of, values
from sim.policy.export_ban import ExportBanFields
from sim.policy.export_licence import ExportLicenceFields
from sim.policy.voluntary_suspension import VoluntarySuspensionFields
from sim.tick.regulate import scopes
from sim.world.records import Records

VANISHES, SHARE, PERSISTS = "vanishes", "share", "persists"
SUMS = ("units", "value", "largest")
"""Quantities that grow with the length of a window."""
MODEL_ONLY = (MeasureFields, DaringFields)
"""Facts of which a naive forecast says nothing: the course of an effect, and who breaks a rule."""
NO_LAST = "the record holds no value before the window"
"""Reason of a last value that is not there."""
LEAST_TICKS = 4
"""Fewer ticks before a window are no last value."""


def rivals(
    run: Book, twin: Records, facts: Mapping[str, Observable], shares: Sequence[float]
) -> dict[str, dict[str, Value]]:
    """What the three forecasts say of facts.

    Args:
        run: The run.
        twin: The same without restrictions, with its ledger.
        facts: Observables by id.
        shares: Shares of what is barred that come through, for the second forecast; the caller picks the best.

    Returns:
        Values by forecast, then by fact: ``"vanishes"``, ``"share=0.3"`` and so on, ``"persists"``.
    """
    facts = {name: each for name, each in facts.items() if not isinstance(each.fields, MODEL_ONLY)}
    weight = np.where(barred(twin, run.records), 0.0, 1.0)
    # The second forecast differs from the first only in what it leaves of barred goods.
    found = {VANISHES: values(Book(twin, weight), facts)}
    for share in shares:
        found[f"{SHARE}={share:g}"] = values(Book(twin, np.maximum(weight, share)), facts)
    # Where the record begins with the window there is no last value, and no forecast.
    last = {name: persists(run, each) for name, each in facts.items()}
    found[PERSISTS] = {name: each for name, each in last.items() if each.reason != NO_LAST}
    return found


def barred(twin: Records, run: Records) -> Bool:
    """Rows of a twin's ledger that a ban, a licence or a maker's exit of the run is meant to bar, whatever the route.

    A row is barred where its goods were made in an origin of the policy, or by its maker, it is in force, the product
    in scope, and the buyer is of a side in scope or sits where that side is at home, or in a destination named.

    Args:
        twin: A run without the policies.
        run: The run with them.
    """
    book, world = Book(twin), run.world
    off = set(twin.policies_off) - set(run.policies_off)
    ids = [name for name in world.names.policies if name in off]
    policies = [world.scenario.policies[name] for name in ids]
    found = np.zeros(len(book.tick), np.bool_)
    home = np.array(
        [
            world.names.sides.index(side) if (side := world.scenario.jurisdictions[name].home_side) else -1
            for name in world.names.jurisdictions
        ]
    )
    where, side = world.agents.jurisdiction, world.agents.true_side
    for policy, scope in zip(policies, scopes(world, policies), strict=True):
        if not isinstance(policy, ExportBanFields | ExportLicenceFields | VoluntarySuspensionFields):
            continue
        targets = np.append(scope.targets, False)
        aimed = targets[side[book.buyer]] | targets[home[where[book.buyer]]]
        aimed |= book.places(book.buyer, policy.destinations) & bool(policy.destinations)
        if isinstance(policy, VoluntarySuspensionFields):
            made = scope.sellers[book.maker]
        else:
            made = book.places(book.maker, policy.origins)
        low, high = book.span(policy.effective, (policy.ends or date.max) - timedelta(days=1))
        found |= aimed & made & scope.products[book.product] & (book.tick >= low) & (book.tick < high)
    return found


def persists(book: Book, wanted: Observable) -> Value:
    """What a fact would be if nothing changed: the value in as long a time just before its window.

    Of prices, and of what is held against an earlier time, nothing changes at all.

    Args:
        book: The run.
        wanted: The fact.
    """
    fields = wanted.fields
    if isinstance(fields, PricesFields):
        return Value(0.0 if fields.what == "rise" else 1.0)
    if isinstance(fields, TradedFields) and fields.what in ("growth", "kept"):
        return Value(1.0)
    try:
        first, last = closed(book, wanted.first, wanted.last)
    except Undefined as why:
        return Value(float("nan"), str(why))
    back = last - first + timedelta(days=1)
    low, high = book.span(first - back, first - timedelta(days=1))
    if high - low < LEAST_TICKS:
        return Value(float("nan"), NO_LAST)
    before = value_of(book, fields, max(first - back, book.days[0].astype(object)), first - timedelta(days=1))
    now = book.span(first, last)
    return Value(before.value * (now[1] - now[0]) / (high - low), before.reason) if _sums(fields) else before


def _sums(fields: ObservableFields) -> bool:
    """Whether a quantity grows with the length of its window."""
    return isinstance(fields, RecordedFields | TradedFields) and fields.what in SUMS
