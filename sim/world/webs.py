"""Who knows whom at the start: links drawn from group-to-group rules, and what follows from them."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.jit import kernel
from sim.scenario.model import Scenario
from sim.world import draws
from sim.world.columns import ALIVE, BUYER, INTERMEDIARY, MANUFACTURER, Agents, Groups, Legs, Links, Names
from sim.world.floats import exp_each, log_each

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
    log_size = log_each(np.where(agents.size > 0.0, agents.size, 1.0))
    for name in names.links:
        rule = scenario.links[name]
        index = zlib.crc32(name.encode()) & 0xFFFFFF
        products = np.array([not rule.products or p in rule.products for p in names.products])
        sellers, buyers = (
            np.flatnonzero(np.array([g in groups for g in names.groups])[agents.group])
            for groups in (rule.sellers, rule.buyers)
        )
        if not len(sellers) or not len(buyers):
            continue
        weight = exp_each(rule.attachment * log_size[sellers])
        weight[agents.size[sellers] <= 0.0] = 0.0
        degree_u = draws.draw_many(seed, agents.key[buyers], 0, draws.DEGREE, index)
        wanted = np.floor(rule.degree + degree_u).astype(np.int64)  # rounded up or down by luck
        offered = agents.sells & products
        b, s = np.nonzero(
            winners(
                seed, index, sellers, buyers, agents.key, agents.jurisdiction, agents.state, legs.of, offered,
                agents.buys, weight, wanted,
            )
        )  # fmt: skip
        buyers_found.append(buyers[b])
        sellers_found.append(sellers[s])
        trust_found.append(np.full(len(b), rule.trust))
        carried_found.append(offered[sellers[s]] & agents.buys[buyers[b]])
    n, width = len(agents.key), len(names.products)
    pairs, place = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if buyers_found:
        pairs, place = np.unique(np.concatenate(buyers_found) * n + np.concatenate(sellers_found), return_inverse=True)
    trust = np.zeros(len(pairs))
    carried = np.zeros((len(pairs), width), dtype=np.bool_)
    if buyers_found:
        np.maximum.at(trust, place, np.concatenate(trust_found))
        link, product = np.nonzero(np.concatenate(carried_found))
        carried[place[link], product] = True
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
    seed: int, index: int, sellers: np.ndarray, buyers: np.ndarray, key: np.ndarray, jurisdiction: np.ndarray,
    state: np.ndarray, leg_of: np.ndarray, offers: np.ndarray, buys: np.ndarray, weight: np.ndarray,
    wanted: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Who is linked with whom under one rule.

    Sellers alive count towards what a buyer wants; slots are linked besides. A pair can trade where a leg leads from
    one to the other and the one offers what the other buys.

    Args:
        seed: Seed of the run.
        index: Which race.
        sellers: int64 (seller,), agents.
        buyers: int64 (buyer,), agents.
        key: uint64 (agent,).
        jurisdiction: int64 (agent,).
        state: int64 (agent,).
        leg_of: int64 (jurisdiction, jurisdiction), row of the leg or -1.
        offers: bool (agent, product), sold under the rule.
        buys: bool (agent, product).
        weight: float64 (seller,).
        wanted: int64 (buyer,): number of sellers alive.

    Returns:
        bool (buyer, seller): every seller as quick as the last one wanted; all, where fewer are alive than wanted.
    """
    out = np.zeros((len(buyers), len(sellers)), dtype=np.bool_)
    quickest = np.empty(len(sellers))
    fitting = np.empty(len(sellers))
    seller_key = key[sellers]
    for b in range(len(buyers)):
        if wanted[b] <= 0:
            continue
        for s in range(len(sellers)):
            fitting[s] = 0.0
            if sellers[s] != buyers[b] and leg_of[jurisdiction[sellers[s]], jurisdiction[buyers[b]]] >= 0:
                for p in range(buys.shape[1]):
                    if offers[sellers[s], p] and buys[buyers[b], p]:
                        fitting[s] = weight[s]
        times = draws.race_times(seed, seller_key, key[buyers[b]], fitting, index)
        count = 0
        for s in range(len(sellers)):
            if fitting[s] <= 0.0 or state[sellers[s]] != ALIVE:
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
        for s in range(len(sellers)):
            out[b, s] = fitting[s] > 0.0 and times[s] <= limit
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
    shape, size = agents.deals.shape, agents.deals.size
    open_links = (agents.state[links.seller] == ALIVE) & (agents.state[links.buyer] == ALIVE)
    link, product = np.nonzero(links.carries & open_links[:, None])
    sold, bought = (end[link] * shape[1] + product for end in (links.seller, links.buyer))
    share = 1.0 / np.bincount(bought, minlength=size)[bought]
    demand = groups.demand[0][agents.group] * agents.share[:, None]
    pending = np.where((agents.end_user & (agents.state == ALIVE))[:, None], demand, 0.0)
    total = np.zeros(shape)
    bill = groups.bill[agents.group].astype(np.float64)
    maker = (agents.kind == MANUFACTURER)[:, None]
    again = ((agents.kind == INTERMEDIARY) | (agents.kind == BUYER))[:, None]
    for _ in range(_PASSES):
        arriving = np.bincount(sold, share * pending.ravel()[bought], size).astype(np.float64).reshape(shape)
        total += arriving
        parts = np.einsum("ap,apc->ac", np.where(maker, arriving, 0.0), bill)
        total += parts
        pending = np.where(again, arriving, 0.0) + parts
        if not pending.any():
            break
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
    n, buyer = len(agents.key), links.buyer[open_links]
    total = np.bincount(buyer, legs.lead[links.leg][open_links], n)
    lead = np.maximum(1.0, total / np.maximum(1, np.bincount(buyer, minlength=n)))
    trader = (agents.kind == MANUFACTURER) | (agents.kind == INTERMEDIARY)
    capital = np.where(trader & (agents.state == ALIVE), agents.founding_capital, 0.0)
    working = np.where(trader, agents.working * (forecast * agents.initial_unit_cost).sum(axis=1), 0.0)
    return replace(
        agents, lead=lead, initial_forecast=forecast, initial_cash=capital + np.where(capital > 0.0, working, 0.0)
    )
