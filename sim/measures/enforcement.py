"""Enforcement: what was seized and who was listed, at what cost, and with what return."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.ledger.labels import recorded_days
from sim.measures.compared import active
from sim.measures.registry import NO_LEDGER, Value, measure
from sim.measures.statements import signed
from sim.measures.view import View
from sim.measures.window import Window
from sim.policy.inspection import InspectionFields
from sim.world.records import ACCOUNTS, COUNTERS, Records
from sim.world.ways import FALSE

NO_COST = "the policies compared cost nothing"
NO_POLICY = "no policy is compared"
NO_TRADES = "no trades"
DECLARED = ("levy", "quota")
"""Kinds whose unit of enforcement is a declaration: a consignment piece over a border in scope."""
TRACKED = "transit_tracking"
"""Kind whose unit of enforcement is a consignment piece followed over a border in scope, inner ones included."""
COUNTED = {"entity_listing": "investigations", "export_licence": "applications", "distributor_contract": "audits"}
"""Kinds whose units of enforcement are a series by policy."""
TESTED = "content_rule"
"""Kind for which all that is opened must be tested."""
SIGNED = "end_use_certificate"
"""Kind whose unit of enforcement is a statement signed, which somebody must look at."""


def counter(run: View, name: str, window: Window) -> float:
    """Sum of a counter over a window.

    Args:
        run: A run.
        name: One of :data:`sim.world.records.COUNTERS`.
        window: The window.
    """
    table = run.records.series["counters"][window.first : window.after]
    return float(table[:, COUNTERS.index(name)].sum())


@measure("seizures", "pieces", "sum")
def seizures(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Consignment pieces seized at borders."""
    yield Value(counter(run, "seizures", window))


@measure("seized", "units", "sum", additive=True)
def seized(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Units seized at borders, of products in scope; also by leg."""
    table = run.records.series["seized_units"][window.first : window.after][:, :, run.scope].sum(axis=(0, 2))
    yield Value(float(table.sum()))
    for leg in np.flatnonzero(table):
        yield Value(float(table[leg]), by="leg", item=run.records.world.names.legs[leg])


@measure("listings", "parties", "sum", additive=True)
def listings(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Parties listed; also by policy."""
    table = run.records.series["listings"][window.first : window.after].sum(axis=0)
    yield Value(float(table.sum()))
    for policy in np.flatnonzero(table):
        yield Value(float(table[policy]), by="policy", item=run.records.world.names.policies[policy])


@measure("distributor contracts ended", "contracts", "sum", additive=True)
def contracts_ended(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Contracts that makers ended after an audit; also by policy."""
    table = run.records.series["contracts_ended"][window.first : window.after].sum(axis=0)
    yield Value(float(table.sum()))
    for policy in np.flatnonzero(table):
        yield Value(float(table[policy]), by="policy", item=run.records.world.names.policies[policy])


@measure("listed without a breach", "parties", "count")
def false_positives(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Listed parties that were at neither end of any shipment in breach, over the whole run whatever the window."""
    nodes = run.records.nodes
    parent, holder = nodes["parent"].astype(np.int64), nodes["holder"].astype(np.int64)
    broken = np.flatnonzero((nodes["breach"] != 0) & (parent >= 0))
    parties = np.union1d(holder[broken], holder[parent[broken]])
    listed = np.flatnonzero(run.records.agents["listed_by"].astype(np.int64) >= 0)
    yield Value(float(np.setdiff1d(listed, parties).size))


def enforcement_units(records: Records, window: Window) -> dict[str, float]:
    """Units of enforcement of each policy of a run.

    An `inspection`: pieces inspected on the legs and products in its scope, times its part of the inspection share
    there; one that allocates in proportion to what was found counts with its mean part. An `export_ban`: the same with
    the part that is there without any policy, shared equally by the bans in force. A `content_rule`: all pieces
    inspected in its scope, whatever for, since they are tested. An `entity_listing`: investigations opened. An
    `export_licence`: applications decided. A `distributor_contract`: audits. An `end_use_certificate`: statements
    signed. A `levy` or `quota`: consignment pieces over the borders and of the products in its scope, those of exempt
    sellers too. A `transit_tracking`: consignment pieces over the borders in its scope, those within a customs union
    too. A suspension has none, since no authority carries it out, nor has aid: what it pays is an account.

    Args:
        records: A run.
        window: The window.

    Returns:
        Policy id to units; policies left out of the run are not in it.
    """
    from sim.tick.regulate import scopes

    world = records.world
    names = [name for name in world.names.policies if name in active(records)]
    fields = {name: world.scenario.policies[name] for name in names}
    masks = dict(zip(names, scopes(world, list(fields.values())), strict=True))
    ticks = slice(window.first, window.after)
    at = slice(world.calendar.burn_in + window.first, world.calendar.burn_in + window.after)
    days = recorded_days(records)[ticks]
    base = world.legs.inspection[at][:, :, None]
    added: dict[str, NDArray[np.float64]] = {}
    bans: dict[str, NDArray[np.float64]] = {}
    declared: dict[str, float] = {}
    pair = world.legs.pair
    for name in names:
        policy, mask = fields[name], masks[name]
        exports = (mask.exports[pair][:, None] & mask.products).astype(np.float64)
        acts = records.series["in_force"][ticks, world.names.policies.index(name)].astype(np.float64)
        strength = policy.intensity.values_on(days) * acts
        if isinstance(policy, InspectionFields):
            capacity = world.enforcement[at][:, world.legs.origin]
            added[name] = (policy.added * strength[:, None] * capacity)[:, :, None] * exports
        elif policy.kind in ("export_ban", TESTED):
            reach = ((mask.origins & ~mask.inner)[pair][:, None] & mask.products).astype(np.float64)
            bans[name] = (strength > 0).astype(np.float64)[:, None, None] * reach
        elif policy.kind in (*DECLARED, TRACKED):
            exports = mask.moves[pair][:, None] if policy.kind == TRACKED else exports
            crossings = np.asarray(records.series["crossings"][ticks], np.float64)
            declared[name] = float((crossings * (strength > 0)[:, None, None] * exports).sum())
    inspected = np.asarray(records.series["inspected"][ticks], np.float64)
    total = base + sum(added.values(), np.zeros_like(inspected))
    each = np.divide(inspected, total, out=np.zeros_like(inspected), where=total > 0)
    banned = sum((b for name, b in bans.items() if fields[name].kind != TESTED), np.zeros_like(inspected))
    units: dict[str, float] = {}
    for name in names:
        if name in added:
            units[name] = float((each * added[name]).sum())
        elif fields[name].kind == TESTED:
            units[name] = float((inspected * bans[name]).sum())
        elif name in bans:
            part = np.divide(bans[name], banned, out=np.zeros_like(banned), where=banned > 0)
            units[name] = float((each * base * part).sum())
        elif name in declared:
            units[name] = declared[name]
        elif fields[name].kind in COUNTED:
            index = world.names.policies.index(name)
            units[name] = float(records.series[COUNTED[fields[name].kind]][ticks, index].sum())
        elif fields[name].kind == SIGNED:
            under = signed(records.statements, window)["policy"]
            units[name] = float((under == world.names.policies.index(name)).sum())
        else:
            units[name] = 0.0
    return units


def policy_costs(records: Records, window: Window) -> dict[str, float]:
    """Cost of each policy of a run, US dollars: its cost a unit of enforcement times those units.

    Args:
        records: A run.
        window: The window.
    """
    units = enforcement_units(records, window)
    return {name: units[name] * records.world.scenario.policies[name].cost for name in units}


def _costs(run: View, window: Window) -> dict[str, float]:
    """Cost of each policy, for the measures that need it."""
    return run.once(("costs", window), lambda: policy_costs(run.records, window))


@measure("cost of enforcement", "US dollars", "sum", additive=True)
def cost(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Cost of enforcement, all policies of the run; also by policy.

    A policy's cost a unit times its units of enforcement (:func:`enforcement_units`).
    """
    costs = _costs(run, window)
    yield Value(float(sum(costs.values())))
    for policy, dollars in costs.items():
        yield Value(dollars, by="policy", item=policy)


@measure("levies collected", "US dollars", "sum")
def levies(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Levies paid by buyers, on all products: not a cost of enforcement, and not taken off it."""
    table = run.records.series["accounts"][window.first : window.after]
    yield Value(float(table[:, ACCOUNTS.index("levies")].sum()))


@measure(
    "units denied per dollar", "units a US dollar", "ratio of sums", undefined=f"{NO_COST}; {NO_POLICY}", compares=True
)
def denied_per_dollar(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Units denied to a side over the cost of the policies compared."""
    names = run.against(twin).names
    costs = _costs(run, window)
    dollars = float(sum(costs[name] for name in names))
    denied = (twin.delivered(window) - run.delivered(window)).sum(axis=1)
    reason = "" if dollars > 0 else NO_COST if names else NO_POLICY
    for s, side in enumerate(run.sides):
        yield Value(float("nan") if reason else float(denied[s]) / dollars, side, reason=reason)


@measure("fees and levies", "US dollars", "difference of sums", compares=True)
def compliance_cost(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Fees and levies paid less those in the twin: what rules cost in dollars those who trade openly."""
    at = [ACCOUNTS.index(name) for name in ("levies", "fees")]
    paid = [float(view.records.series["accounts"][window.first : window.after][:, at].sum()) for view in (run, twin)]
    yield Value(paid[0] - paid[1])


@measure("lawful goods held at inspection", "unit-weeks", "difference of sums", undefined=NO_LEDGER, compares=True)
def lawful_held(run: View, twin: View, window: Window) -> Iterator[Value]:
    """Units of lawful goods opened at borders times the delay, less those in the twin: the cost of rules in time.

    Goods on false papers are not lawful. Goods opened at two borders count once. Needs the true ledger.
    """
    held = []
    for view in (run, twin):
        rows = view.records.ledger
        if rows is None:
            yield Value(float("nan"), reason=NO_LEDGER)
            return
        at = np.flatnonzero(rows["inspected"])
        tick, breach, product, way, units = (rows[name][at] for name in ("tick", "breach", "product", "way", "units"))
        false = view.records.world.ways.flags[way, FALSE] != 0
        lawful = ((breach & 1) == 0) & ~false & view.scope[product]
        held.append(float(units[lawful & (tick >= window.first) & (tick < window.after)].sum()))
    yield Value((held[0] - held[1]) * run.records.world.scenario.market.inspection_delay_weeks)


@measure("trades at a ceiling", "share", "ratio of sums", undefined=NO_TRADES)
def at_ceiling(run: View, twin: View | None, window: Window) -> Iterator[Value]:
    """Share of trades at the buyer's ceiling or the seller's highest mark-up; above a tenth prices mean little."""
    trades = counter(run, "trades", window)
    if trades > 0:
        yield Value(counter(run, "trades_at_ceiling", window) / trades)
    else:
        yield Value(float("nan"), reason=NO_TRADES)
