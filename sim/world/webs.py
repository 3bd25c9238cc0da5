"""Who knows whom at the start: links drawn from group-to-group rules, and what follows from them."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.declare.floats import log_of_record
from sim.jit import kernel
from sim.scenario.model import Scenario
from sim.world import draws
from sim.world.columns import ALIVE, BUYER, INTERMEDIARY, MANUFACTURER, Agents, Groups, Legs, Links, Names

_PASSES = 16
"""Tiers through which demand is traced upstream for first forecasts; longer chains carry little."""


def draw_links(scenario: Scenario, names: Names, seed: int, agents: Agents, legs: Legs) -> Links:
    """Draws the links of all rules.

    A buyer's sellers under a rule are those that win an exponential race with weight ``size ** attachment``
    (preferential attachment by fitness; Bianconi and Barabasi 2001): a seller more changes only the places it
    wins. A slot for a later firm is linked where it would have won against the firms alive.

    Args:
        scenario: The scenario.
        names: Ids in order of rows.
        seed: Seed of the run.
        agents: Columns of agents.
        legs: Columns of legs.

    Returns:
        Links ordered by buyer, then seller.
    """
    buyers_found: list[NDArray[np.int64]] = []
    sellers_found: list[NDArray[np.int64]] = []
    trust_found: list[NDArray[np.float64]] = []
    carried_found: list[NDArray[np.bool_]] = []
    log_size = np.array([log_of_record(size) if size > 0.0 else 0.0 for size in agents.size])
    for name in names.links:
        rule = scenario.links[name]
        index = zlib.crc32(name.encode()) & 0xFFFFFF
        products = np.array([not rule.products or p in rule.products for p in names.products])
        sellers = np.flatnonzero(
            np.isin(agents.group, [names.groups.index(g) for g in rule.sellers if g in names.groups])
        )
        buyers = np.flatnonzero(
            np.isin(agents.group, [names.groups.index(g) for g in rule.buyers if g in names.groups])
        )
        if not len(sellers) or not len(buyers):
            continue
        weight = np.array([draws.exp(rule.attachment * x) for x in log_size[sellers]])
        weight[agents.size[sellers] <= 0.0] = 0.0
        degree_u = draws.draw_many(seed, agents.key[buyers], 0, draws.DEGREE, index)
        wanted = np.array([draws.whole(rule.degree, u) for u in degree_u], dtype=np.int64)
        offered = agents.sells[sellers] & products
        deals = (offered[None, :, :] & agents.buys[buyers][:, None, :]).any(axis=2)
        leg = legs.of[agents.jurisdiction[sellers][None, :], agents.jurisdiction[buyers][:, None]]
        fits = deals & (leg >= 0) & (sellers[None, :] != buyers[:, None]) & (weight > 0.0)[None, :]
        alive = agents.state[sellers] == ALIVE
        b, s = np.nonzero(winners(seed, index, agents.key[sellers], agents.key[buyers], weight, alive, fits, wanted))
        buyers_found.append(buyers[b])
        sellers_found.append(sellers[s])
        trust_found.append(np.full(len(b), rule.trust))
        carried_found.append(offered[s] & agents.buys[buyers[b]])
    n, width = len(agents.key), len(names.products)
    pairs, place = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if buyers_found:
        pairs, place = np.unique(np.concatenate(buyers_found) * n + np.concatenate(sellers_found), return_inverse=True)
    trust = np.zeros(len(pairs))
    carried = np.zeros((len(pairs), width), dtype=np.bool_)
    if buyers_found:
        np.maximum.at(trust, place, np.concatenate(trust_found))
        np.logical_or.at(carried, place, np.concatenate(carried_found))
    buyer_rows, seller_rows = pairs // n, pairs % n
    return Links(
        seller=seller_rows,
        buyer=buyer_rows,
        leg=legs.of[agents.jurisdiction[seller_rows], agents.jurisdiction[buyer_rows]],
        key=draws.link_keys(agents.key[seller_rows], agents.key[buyer_rows]),
        trust=trust,
        carries=carried,
    )


@kernel
def winners(
    seed: int, index: int, seller_key: np.ndarray, buyer_key: np.ndarray, weight: np.ndarray, alive: np.ndarray,
    fits: np.ndarray, wanted: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Who is linked with whom under one rule.

    Args:
        seed: Seed of the run.
        index: Which race.
        seller_key: uint64 (seller,).
        buyer_key: uint64 (buyer,).
        weight: float64 (seller,).
        alive: bool (seller,): sellers that count towards what a buyer wants; slots are linked besides.
        fits: bool (buyer, seller): pairs that can trade.
        wanted: int64 (buyer,): number of sellers alive.

    Returns:
        bool (buyer, seller): every seller as quick as the last one wanted; all, where fewer are alive than wanted.
    """
    out = np.zeros(fits.shape, dtype=np.bool_)
    quickest = np.empty(fits.shape[1])
    for b in range(fits.shape[0]):
        if wanted[b] <= 0:
            continue
        times = draws.race_times(seed, seller_key, buyer_key[b], weight, index)
        count = 0
        for s in range(fits.shape[1]):
            if not fits[b, s] or not alive[s]:
                continue
            place = min(count, wanted[b] - 1)
            if count >= wanted[b] and times[s] >= quickest[place]:
                continue
            while place > 0 and quickest[place - 1] > times[s]:
                quickest[place] = quickest[place - 1]
                place -= 1
            quickest[place] = times[s]
            count = min(count + 1, wanted[b])
        # Where a place is left free, every slot finds one.
        limit = quickest[count - 1] if count == wanted[b] else np.inf
        for s in range(fits.shape[1]):
            out[b, s] = fits[b, s] and times[s] <= limit
    return out


def initial_forecast(agents: Agents, groups: Groups, links: Links) -> NDArray[np.float64]:
    """First forecasts: end users' demand traced upstream, shared evenly among the suppliers of each customer.

    Args:
        agents: Columns of agents.
        groups: Columns of groups.
        links: Links at the start.

    Returns:
        float64 (agent, product): units a tick sold, or used as a component.
    """
    shape = agents.deals.shape
    open_links = (agents.state[links.seller] == ALIVE) & (agents.state[links.buyer] == ALIVE)
    carries = links.carries & open_links[:, None]
    suppliers = np.zeros(shape)
    np.add.at(suppliers, links.buyer, carries.astype(np.float64))
    share = np.where(carries, 1.0 / np.maximum(1.0, suppliers[links.buyer]), 0.0)
    demand = groups.demand[0][agents.group] * agents.share[:, None]
    pending = np.where((agents.end_user & (agents.state == ALIVE))[:, None], demand, 0.0)
    total = np.zeros(shape)
    bill = groups.bill[agents.group].astype(np.float64)
    maker = (agents.kind == MANUFACTURER)[:, None]
    again = ((agents.kind == INTERMEDIARY) | (agents.kind == BUYER))[:, None]
    for _ in range(_PASSES):
        arriving = np.zeros(shape)
        np.add.at(arriving, links.seller, share * pending[links.buyer])
        total += arriving
        parts = np.einsum("ap,apc->ac", np.where(maker, arriving, 0.0), bill)
        total += parts
        pending = np.where(again, arriving, 0.0) + parts
    return total


def usual_lead(agents: Agents, links: Links, legs: Legs, forecast: NDArray[np.float64]) -> Agents:
    """Completes the columns of agents with what follows from the links.

    Args:
        agents: Columns of agents.
        links: Links at the start.
        legs: Columns of legs.
        forecast: First forecasts, float64 (agent, product).

    Returns:
        The agents with lead times, forecasts and first cash.
    """
    open_links = (agents.state[links.seller] == ALIVE) & (legs.lead[links.leg] >= 0.0)
    total, number = np.zeros(len(agents.key)), np.zeros(len(agents.key))
    np.add.at(total, links.buyer[open_links], legs.lead[links.leg][open_links])
    np.add.at(number, links.buyer[open_links], 1.0)
    lead = np.maximum(1.0, total / np.maximum(1.0, number))
    trader = (agents.kind == MANUFACTURER) | (agents.kind == INTERMEDIARY)
    capital = np.where(trader & (agents.state == ALIVE), agents.founding_capital, 0.0)
    working = np.where(trader, agents.working * (forecast * agents.initial_unit_cost).sum(axis=1), 0.0)
    return replace(
        agents, lead=lead, initial_forecast=forecast, initial_cash=capital + np.where(capital > 0.0, working, 0.0)
    )
