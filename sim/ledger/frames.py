"""The records of a run as tidy frames: ids as categoricals, ticks with their dates, bits as columns of their own."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.ledger.labels import agent_labels, categorical, dates_of
from sim.ledger.paths import CLASSES, Paths, diverted, home_made, paths
from sim.scenario.model import Scenario
from sim.world.records import Records

KINDS = ("manufacturer", "intermediary", "buyer", "regulator")
"""Kinds of agent, in the order of their codes."""
STATES = ("dormant", "alive", "closing", "closed")
"""States of an agent, in the order of their codes."""


def deliveries(records: Records, chains: Paths | None = None) -> pd.DataFrame:
    """Deliveries to end users, with what the path of the goods says.

    Args:
        records: A run.
        chains: Its paths, where they are at hand already.

    Returns:
        One row a delivery, in order of receipt. Columns: ``tick``, ``date``, ``side``, ``product``, ``units``,
        ``value`` (US dollars, the whole row), ``buyer``, ``seller``, ``node``, ``since``, ``brand`` (the maker),
        ``corridor`` (of the whole path, states passed on the way included), ``direct``, ``chain_length`` (firms),
        ``hops``, ``channel`` (group of the last seller that took a price), ``home_made``, ``diverted`` and its classes
        ``law``, ``contract``, ``voluntary``.
    """
    rows, world = records.deliveries, records.world
    chains = paths(records) if chains is None else chains
    labels = agent_labels(world)
    node = rows["node"].astype(np.int64)
    seller = chains.priced_seller[node]
    bits = diverted(records, node, rows["side"])
    group = np.where(seller >= 0, world.agents.group[seller], -1)
    return pd.DataFrame(
        {
            "tick": rows["tick"].astype(np.int64),
            "date": dates_of(records, rows["tick"]),
            "side": categorical(rows["side"], world.names.sides),
            "product": categorical(rows["product"], world.names.products),
            "units": rows["units"].astype(np.int64),
            "value": rows["value"].astype(np.float64),
            "buyer": categorical(rows["buyer"], labels),
            "seller": categorical(rows["seller"], labels),
            "node": node,
            "since": rows["since"].astype(np.int64),
            "brand": categorical(chains.maker[node], labels),
            "corridor": categorical(chains.corridor[node], chains.corridors),
            "direct": chains.direct[node],
            "chain_length": chains.length[node],
            "hops": chains.hops[node],
            "channel": categorical(group, world.names.groups),
            "home_made": home_made(records, node, rows["side"]),
            "diverted": bits > 0,
            **_bits(bits),
        }
    )


def ledger(records: Records) -> pd.DataFrame:
    """The true ledger: every piece of every shipment, in order of shipping.

    Args:
        records: A run that kept its ledger.

    Returns:
        Columns: ``row`` (from 0 within the run; customs records name it, see
        :func:`sim.ledger.customs.customs`), ``tick``, ``date``, ``seller``, ``buyer``, ``product``, ``units``,
        ``unit_price`` (paid to the seller), ``unit_freight``, ``unit_facilitation`` (to officials),
        ``unit_levy``, ``unit_fee`` (to payment agents) and ``unit_cost`` (US dollars a unit), ``node`` and
        ``parent`` (path nodes of buyer and seller), ``corridor`` (states that the goods passed, as they did),
        ``way`` (what was on the papers, and how it went), ``declared`` (jurisdiction that papers name as the
        end of the way, missing without papers), breach flags ``law``, ``contract``, ``voluntary`` of this hop,
        ``inspected``, ``seized``, ``arrival`` (tick, missing where seized), ``since``, ``auction``, ``stopped``
        (leg where it was seized, missing for none), ``recorded`` (bits, four for each trade that papers
        declare: exporter's record, importer's record, either under a vague heading).

    Raises:
        ValueError: If the run kept no ledger.
    """
    rows, world = records.ledger, records.world
    if rows is None:
        raise ValueError("the run kept no ledger; run it with ledger='first' or 'all'")
    labels = agent_labels(world)
    return pd.DataFrame(
        {
            "row": np.arange(rows["tick"].size),
            "tick": rows["tick"].astype(np.int64),
            "date": dates_of(records, rows["tick"]),
            "seller": categorical(rows["seller"], labels),
            "buyer": categorical(rows["buyer"], labels),
            "product": categorical(rows["product"], world.names.products),
            "units": rows["units"].astype(np.int64),
            "unit_price": rows["unit_price"].astype(np.float64),
            "unit_freight": rows["unit_freight"].astype(np.float64),
            "unit_facilitation": rows["unit_facilitation"].astype(np.float64),
            "unit_levy": rows["unit_levy"].astype(np.float64),
            "unit_fee": rows["unit_fee"].astype(np.float64),
            "unit_cost": rows["unit_cost"].astype(np.float64),
            "node": rows["node"].astype(np.int64),
            "parent": rows["parent"].astype(np.int64),
            "corridor": categorical(rows["corridor"], world.corridors.names),
            "way": categorical(rows["way"], world.ways.names),
            "declared": categorical(rows["declared"], world.names.jurisdictions),
            **_bits(rows["breach"].astype(np.int64)),
            "inspected": rows["inspected"].astype(np.bool_),
            "seized": rows["seized"].astype(np.bool_),
            "arrival": _missing_below_zero(rows["arrival"]),
            "since": rows["since"].astype(np.int64),
            "auction": rows["auction"].astype(np.bool_),
            "stopped": categorical(rows["stopped"], world.names.legs),
            "recorded": rows["recorded"].astype(np.int64),
        }
    )


def agents(records: Records) -> pd.DataFrame:
    """Every agent, slots for later firms included, at the end of the run.

    Args:
        records: A run.

    Returns:
        Columns: ``agent`` (label), ``group``, ``index``, ``kind``, ``jurisdiction``, ``true_side`` and ``paper_side``
            (missing for
        none), ``end_user``, ``compliant``, ``size``, ``state``, ``owner`` (label), ``opened`` and ``closed``
        (recorded tick, or missing), ``listed_by`` (policy, or missing).
    """
    world, end = records.world, records.agents
    of, names = world.agents, world.names
    labels = agent_labels(world)
    return pd.DataFrame(
        {
            "agent": categorical(np.arange(len(labels)), labels),
            "group": categorical(of.group, names.groups),
            "index": of.index,
            "kind": categorical(of.kind, KINDS),
            "jurisdiction": categorical(of.jurisdiction, names.jurisdictions),
            "true_side": categorical(of.true_side, names.sides),
            "paper_side": categorical(of.paper_side, names.sides),
            "end_user": of.end_user,
            "compliant": of.compliant,
            "size": of.size,
            "state": categorical(end["state"], STATES),
            "owner": categorical(end["owner"], labels),
            "opened": _missing_below_zero(end["opened"]),
            "closed": _missing_below_zero(end["closed"]),
            "listed_by": categorical(end["listed_by"], names.policies),
        }
    )


def policies(scenario: Scenario, off: Iterable[str] = ()) -> pd.DataFrame:
    """The policies of a scenario.

    Args:
        scenario: The scenario.
        off: Ids of policies left out of a twin.

    Returns:
        Columns: ``policy``, ``title``, ``kind``, ``by``, ``announced`` (the effective date where none is given),
            ``effective``,
        ``ends`` (missing for none), ``cost`` (US dollars a unit of enforcement), ``off``.
    """
    off = set(off)
    rows = sorted(scenario.policies.items())
    days = {
        "announced": [each.announced or each.effective for _, each in rows],
        "effective": [each.effective for _, each in rows],
        "ends": [each.ends for _, each in rows],
    }
    return pd.DataFrame(
        {
            "policy": pd.Series([name for name, _ in rows], dtype="str"),
            "title": pd.Series([each.title or name for name, each in rows], dtype="str"),
            "kind": pd.Series([each.kind for _, each in rows], dtype="str"),
            "by": pd.Series([each.by for _, each in rows], dtype="str"),
            **{name: pd.Series(np.array(found, "datetime64[s]")) for name, found in days.items()},
            "cost": np.array([each.cost for _, each in rows], np.float64),
            "off": np.array([name in off for name, _ in rows], np.bool_),
        }
    )


def _bits(bits: np.ndarray) -> dict[str, np.ndarray]:
    """A column a class of breach."""
    return {name: ((bits >> place) & 1).astype(np.bool_) for place, name in enumerate(CLASSES)}


def _missing_below_zero(ticks: np.ndarray) -> pd.Series:
    """Ticks, missing where none is recorded."""
    ticks = ticks.astype(np.int64)
    return pd.Series(ticks, dtype="Int64").mask(pd.Series(ticks < 0))
