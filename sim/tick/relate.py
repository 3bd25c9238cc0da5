"""Stage 10, last part: links are found and lapse, and their indexes are kept."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.world import draws
from sim.world.columns import ALIVE, CLOSED
from sim.world.floats import log


@kernel
def search(
    seed: int, tick: int, customers: np.ndarray, keys: np.ndarray, group: np.ndarray, jurisdiction: np.ndarray,
    passes: np.ndarray, sells: np.ndarray, review: np.ndarray, phase: np.ndarray, may_sell: np.ndarray,
    leg_of: np.ndarray, rate: float, state: np.ndarray, lost: np.ndarray, need: np.ndarray, sold: np.ndarray,
    seller: np.ndarray, buyer: np.ndarray, key: np.ndarray, carries: np.ndarray, dead: np.ndarray, by_buyer: np.ndarray,
    first_of_buyer: np.ndarray, by_seller: np.ndarray, first_of_seller: np.ndarray,
    found_seller: np.ndarray, found_buyer: np.ndarray,
) -> int:  # fmt: skip
    """Customers with unfilled needs look among the sellers that a neighbour knows; one new link at most.

    Args:
        seed: Seed of the run.
        tick: This tick.
        customers: int64 (customer,).
        keys: uint64 (agent,).
        group: int64 (agent,).
        jurisdiction: int64 (agent,).
        passes: bool (agent,).
        sells: bool (agent, product).
        review: int64 (agent,).
        phase: int64 (agent,).
        may_sell: bool (group, group, product).
        leg_of: int64 (jurisdiction, jurisdiction), -1 where no goods move.
        rate: Chance of a search.
        state: int64 (agent,).
        lost: int64 (agent, product), units wanted and not filled.
        need: int64 (agent, product).
        sold: int64 (agent, product), units sold this tick.
        seller: int64 (link,).
        buyer: int64 (link,).
        key: uint64 (link,).
        carries: bool (link, product).
        dead: bool (link,).
        by_buyer: int64 (link,).
        first_of_buyer: int64 (agent + 1,).
        by_seller: int64 (link,).
        first_of_seller: int64 (agent + 1,).
        found_seller: int64 (customer,), written.
        found_buyer: int64 (customer,), written.

    Returns:
        Number of new links.
    """
    count = 0
    for b in customers:
        if state[b] != ALIVE or (tick + phase[b]) % review[b] != 0:
            continue
        p = -1
        for q in range(lost.shape[1]):
            if need[b, q] > 0 and lost[b, q] > 0 and (p < 0 or lost[b, q] > lost[b, p]):
                p = q
        if p < 0 or draws.draw(seed, keys[b], tick, draws.SEARCH, 0) >= rate:
            continue
        supplier = -1
        best = np.inf
        for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
            k = by_buyer[place]
            if not carries[k, p] or state[seller[k]] != ALIVE:
                continue
            words = draws.block(seed, key[k], tick, draws.NEIGHBOUR, p)
            time = -log(draws.uniform(words[0]))
            if time < best:
                best = time
                supplier = seller[k]
        if supplier < 0:
            continue
        fellow = -1
        best = np.inf
        for place in range(first_of_seller[supplier], first_of_seller[supplier + 1]):
            k = by_seller[place]
            if not carries[k, p] or state[buyer[k]] != ALIVE or buyer[k] == b:
                continue
            words = draws.block(seed, key[k], tick, draws.NEIGHBOUR, p)
            time = -log(draws.uniform(words[1]))
            if time < best:
                best = time
                fellow = buyer[k]
        winner = -1
        best = np.inf
        for which in range(2):
            knower = fellow if which == 0 else supplier
            if knower < 0:
                continue
            for place in range(first_of_buyer[knower], first_of_buyer[knower + 1]):
                k = by_buyer[place]
                a = seller[k]
                if not carries[k, p] or state[a] != ALIVE or passes[a] or a == b or not sells[a, p]:
                    continue
                if not may_sell[group[a], group[b], p] or leg_of[jurisdiction[a], jurisdiction[b]] < 0:
                    continue
                known = False
                for own in range(first_of_buyer[b], first_of_buyer[b + 1]):
                    if seller[by_buyer[own]] == a and not dead[by_buyer[own]]:
                        known = True
                        break
                if known:
                    continue
                words = draws.block(seed, draws.link_key(keys[a], keys[b]), tick, draws.NEIGHBOUR, p)
                time = -log(draws.uniform(words[2])) / (sold[a, p] + 1.0)
                if time < best:
                    best = time
                    winner = a
        if winner >= 0:
            found_seller[count] = winner
            found_buyer[count] = b
            count += 1
    return count


@kernel
def lapse(
    tick: int, links: int, idle: float, state: np.ndarray, seller: np.ndarray, buyer: np.ndarray, last_used: np.ndarray,
    carries: np.ndarray, dead: np.ndarray,
) -> int:  # fmt: skip
    """Marks links of closed firms and links idle for too long as dead; a dead link carries nothing.

    Args:
        tick: This tick.
        links: Number of links.
        idle: Ticks without an order after which a link lapses.
        state: int64 (agent,).
        seller: int64 (link,).
        buyer: int64 (link,).
        last_used: int64 (link,).
        carries: bool (link, product).
        dead: bool (link,).

    Returns:
        Number of links that lapsed now.
    """
    lapsed = 0
    for k in range(links):
        if dead[k]:
            continue
        a = state[seller[k]]
        b = state[buyer[k]]
        if a == CLOSED or b == CLOSED or (a == ALIVE and b == ALIVE and tick - last_used[k] > idle):
            dead[k] = True
            lapsed += 1
            for p in range(carries.shape[1]):
                carries[k, p] = False
    return lapsed


@kernel
def drop_dead(
    links: int, dead: np.ndarray, seller: np.ndarray, buyer: np.ndarray, leg: np.ndarray, pair: np.ndarray,
    key: np.ndarray, trust: np.ndarray, risk: np.ndarray, bought: np.ndarray, last_used: np.ndarray,
    carries: np.ndarray, corridors: np.ndarray, ways: np.ndarray, statement: np.ndarray,
) -> int:  # fmt: skip
    """Takes dead links out of the columns, keeping the order of the rest.

    Args:
        links: Number of links.
        dead: bool (link,), cleared.
        seller: int64 (link,).
        buyer: int64 (link,).
        leg: int64 (link,).
        pair: int64 (link,).
        key: uint64 (link,).
        trust: float64 (link,).
        risk: float64 (link,).
        bought: float64 (link,).
        last_used: int64 (link,).
        carries: bool (link, product).
        corridors: int32 (link, product).
        ways: int32 (link, product).
        statement: float64 (link, policy).

    Returns:
        Number of links left.
    """
    kept = 0
    for k in range(links):
        if dead[k]:
            dead[k] = False
            continue
        if kept != k:
            seller[kept] = seller[k]
            buyer[kept] = buyer[k]
            leg[kept] = leg[k]
            pair[kept] = pair[k]
            key[kept] = key[k]
            trust[kept] = trust[k]
            risk[kept] = risk[k]
            bought[kept] = bought[k]
            last_used[kept] = last_used[k]
            for p in range(carries.shape[1]):
                carries[kept, p] = carries[k, p]
                corridors[kept, p] = corridors[k, p]
                ways[kept, p] = ways[k, p]
            for i in range(statement.shape[1]):
                statement[kept, i] = statement[k, i]
        kept += 1
    return kept


@kernel
def index_links(links: int, dead: np.ndarray, end: np.ndarray, first: np.ndarray, order: np.ndarray) -> None:
    """Sorts living links by one end, keeping the order of rows: a counting sort.

    Args:
        links: Number of links.
        dead: bool (link,).
        end: int64 (link,), the agent at that end.
        first: int64 (agent + 1,), written: first place of each agent.
        order: int64 (link,), written: links by agent.
    """
    agents = first.shape[0] - 1
    first[:] = 0
    for k in range(links):
        if not dead[k]:
            first[end[k] + 1] += 1
    for a in range(agents):
        first[a + 1] += first[a]
    for k in range(links):
        if not dead[k]:
            order[first[end[k]]] = k
            first[end[k]] += 1
    for a in range(agents, 0, -1):
        first[a] = first[a - 1]
    first[0] = 0


@kernel
def insert_links(
    start: int, stop: int, end: np.ndarray, first: np.ndarray, order: np.ndarray, extra: np.ndarray
) -> None:
    """Adds new links to an index made by `index_links`; being the last rows, they come last for their agent.

    Args:
        start: First new link.
        stop: After the last new link.
        end: int64 (link,), the agent at that end.
        first: int64 (agent + 1,), first place of each agent.
        order: int64 (link,), links by agent.
        extra: int64 (agent,), work space.
    """
    agents = first.shape[0] - 1
    extra[:] = 0
    for k in range(start, stop):
        extra[end[k]] += 1
    shift = stop - start
    for a in range(agents - 1, -1, -1):
        if shift == 0:
            break
        last = first[a + 1]
        first[a + 1] = last + shift
        shift -= extra[a]
        if shift > 0:
            for place in range(last - 1, first[a] - 1, -1):
                order[place + shift] = order[place]
    # extra[a] counts what is still to be placed before the end of the agent's range.
    for k in range(start, stop):
        a = end[k]
        order[first[a + 1] - extra[a]] = k
        extra[a] -= 1
