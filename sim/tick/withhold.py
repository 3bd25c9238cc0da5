"""Stage 1, audits of distributors; stage 5, third part: what sellers hold back, and ask for goods that are marked."""

from __future__ import annotations

import numpy as np

from sim.agents import intermediary
from sim.jit import kernel
from sim.tick.contracts import bound_by, sides_under_contract
from sim.tick.evade import risk_of_way
from sim.tick.marked import (
    Marks,
    barred_on_papers,
    believed_covered,
    believes,
    held_back,
    held_back_from,
)
from sim.tick.papers import units_of_parcel
from sim.world import draws
from sim.world.columns import ALIVE, CLOSING, MANUFACTURER
from sim.world.floats import exp, log
from sim.world.paths import HOLDER, MAKER, NEXT, PARENT

premium = kernel(intermediary.premium)

CUT_OFF, HELD_BACK = 0, 1
"""What is counted: needs of customers refused since their contract has ended; since all that there is, is held back."""


@kernel
def audit(
    m: Marks, tick: int, audited: np.ndarray, finds: np.ndarray, returns: np.ndarray, policy_key: np.ndarray,
    lag: np.ndarray, state: np.ndarray, audits: np.ndarray, ended: np.ndarray,
) -> None:  # fmt: skip
    """Audits of distributors who have signed, contract by contract.

    An audit comes where ``u0 < 1 - exp(-rate)``, and finds a breach where ``u1 < 1 - (1 - found)^n`` for ``n`` pieces
    resold against the clause since the last one. Then the contract ends: for good, or where ``u2 < returns`` until the
    lag drawn at ``u3`` has passed. Who is cut off is not audited; its books are cleared.

    Args:
        m: Columns of goods that are marked; ``resold`` and ``until`` are written.
        tick: This tick.
        audited: float64 (contract,), chance of an audit in a tick.
        finds: float64 (contract,), chance that an audit finds a piece out.
        returns: float64 (contract,), chance that a distributor comes back.
        policy_key: uint64 (contract,).
        lag: float64 (contract, 1025), quantile table in ticks.
        state: int64 (agent,).
        audits: int64 (contract,), grows.
        ended: int64 (contract,), contracts that ended; grows.
    """
    for r in range(m.signed.shape[0]):
        for a in range(m.key.shape[0]):
            if m.until[r, a] > tick:
                m.resold[r, a] = 0
                continue
            if not m.signed_by[r, a] or not bound_by(m, r, a) or state[a] != ALIVE:
                continue
            words = draws.block(m.seed, m.key[a] ^ policy_key[r], tick, draws.AUDIT, 0)
            if not draws.uniform(words[0]) < audited[r]:
                continue
            audits[r] += 1
            escapes = 0.0
            if m.resold[r, a] == 0:
                escapes = 1.0
            elif finds[r] < 1.0:
                escapes = exp(m.resold[r, a] * log(1.0 - finds[r]))
            m.resold[r, a] = 0
            if draws.uniform(words[1]) < 1.0 - escapes:
                ended[r] += 1
                m.until[r, a] = np.inf
                if draws.uniform(words[2]) < returns[r]:
                    m.until[r, a] = tick + max(1.0, draws.quantile_table(lag[r], draws.uniform(words[3])))


@kernel
def cut_off(m: Marks, tick: int, a: int, b: int, p: int) -> bool:
    """Whether a seller turns a customer away whose contract has ended.

    Args:
        m: Columns.
        tick: This tick.
        a: Seller.
        b: Customer.
        p: Product.
    """
    if not (m.kind[a] == MANUFACTURER or m.compliant[a]):
        return False
    for r in range(m.signed.shape[0]):
        if m.signed[r] > 0.0 and m.issues[r, a] and m.clause[r, p] and m.until[r, b] > tick:
            return True
    return False


@kernel
def fear(
    m: Marks, tick: int, rows: np.ndarray, node: int, a: int, b: int, p: int, pair: int, risk: float, stake: float,
    tolerance: float, units: float, z: int,
) -> float:  # fmt: skip
    """What a seller asks for what a lot can cost it, US dollars a unit: the greatest over what it is marked by.

    Args:
        m: Columns.
        tick: This tick.
        rows: Path nodes.
        node: Node of the lot.
        a: Seller.
        b: Customer.
        p: Product.
        pair: Pair of the ends.
        risk: Perceived risk that a consignment is opened and found out.
        stake: Licit margin at stake, US dollars.
        tolerance: Risk tolerance.
        units: Units that go together.
        z: Standing of the sale.
    """
    asked = 0.0
    bound = sides_under_contract(m, rows, node)
    for s in range(m.diversion.shape[1]):
        caught = 0.0
        if (bound >> s) & 1 != 0:
            for r in range(m.signed.shape[0]):
                held = bound_by(m, r, a) and m.clause[r, p] and not m.until[r, a] > tick
                if held and (m.targets[r] >> s) & 1 != 0 and m.issues[r, rows[rows[node, PARENT], HOLDER]]:
                    caught = max(caught, m.caught[r])
        if caught > 0.0:
            believed = believes(m, s, a, b, False)
            asked = max(asked, premium(believed, caught, 0.0, stake, tolerance, units))
        for r in range(m.bears.shape[1]):
            if not m.bears[z, r] > m.heed[a] or not m.aims[r, pair, s]:
                continue
            if believed_covered(m, r, a, rows[node, MAKER], p):
                believed = believes(m, s, a, b, barred_on_papers(m.bars, r, pair, m.paper[b]))
                asked = max(asked, premium(believed, risk * m.found[r], m.penalty[r], stake, tolerance, units))
    return asked


@kernel
def withhold(
    m: Marks, tick: int, customers: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray, seller: np.ndarray,
    pair: np.ndarray, corridors: np.ndarray, ways: np.ndarray, carries: np.ndarray, learned: np.ndarray,
    state: np.ndarray, passes: np.ndarray, concealment: np.ndarray, tolerance: np.ndarray, margin: np.ndarray,
    ask: np.ndarray, inspection: np.ndarray, tracking: np.ndarray, legs: np.ndarray, count: np.ndarray,
    flags: np.ndarray, numbers: np.ndarray, stake_ticks: float, usual: float, inspection_value: float,
    de_minimis: float, de_minimis_factor: float, own: np.ndarray, need: np.ndarray, rows: np.ndarray,
    head: np.ndarray, out: np.ndarray, counted: np.ndarray,
) -> None:  # fmt: skip
    """Adds to the decision column `premium` what marked goods ask for; infinite where a seller holds all of them back.

    A seller thinks of the oldest lot that it would hand over. Columns as of :func:`sim.tick.reserve.premium_column`.

    Args:
        m: Columns of goods that are marked.
        tick: This tick.
        customers: int64 (customer,).
        by_buyer: int64 (link,).
        first_of_buyer: int64 (agent + 1,).
        seller: int64 (link,).
        pair: int64 (link,).
        corridors: int32 (link, product).
        ways: int32 (link, product).
        carries: bool (link, product).
        learned: float64 (link,), perceived risk learned.
        state: int64 (agent,).
        passes: bool (agent,).
        concealment: float64 (agent,).
        tolerance: float64 (agent,).
        margin: float64 (agent,).
        ask: float64 (agent, product).
        inspection: float64 (leg, product).
        tracking: float64 (leg,).
        legs: int64 (corridor, 3).
        count: int64 (corridor,).
        flags: int64 (way, 9).
        numbers: float64 (way, 9).
        stake_ticks: Ticks of licit margin at stake.
        usual: Units in a usual consignment.
        inspection_value: US dollars.
        de_minimis: US dollars.
        de_minimis_factor: Factor on inspection below it.
        own: bool (agent,), sellers whose premium is somebody's own: nothing is added to it.
        need: int64 (agent, product).
        rows: Path nodes and their lots.
        head: int32 (agent, product), oldest lots.
        out: float64 (link, product), the decision column `premium`.
        counted: int64 (2,), grows: see `CUT_OFF` and `HELD_BACK`.
    """
    for b in customers:
        for p in range(need.shape[1]):
            if need[b, p] <= 0:
                continue
            for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
                k = by_buyer[place]
                a = seller[k]
                if not carries[k, p] or passes[a] or not out[k, p] < np.inf:
                    continue
                if state[a] != ALIVE and state[a] != CLOSING:
                    continue
                if cut_off(m, tick, a, b, p):
                    out[k, p] = np.inf
                    counted[CUT_OFF] += 1
                    continue
                node = head[a, p]
                if node < 0:
                    continue
                q = pair[k]
                z = m.first[a] + m.dated[b, p]
                sides, rules = held_back_from(m, a, b, q, z)
                while node >= 0 and held_back(m, rows, node, a, p, sides, rules):
                    node = rows[node, NEXT]
                if node < 0:
                    out[k, p] = np.inf
                    counted[HELD_BACK] += 1
                    continue
                if state[a] != ALIVE or own[a]:
                    continue
                w = ways[k, p]
                units = units_of_parcel(flags, numbers, w, ask[a, p], usual, de_minimis)
                risk = risk_of_way(
                    inspection, tracking, legs, count, flags, numbers, w, corridors[k, p], p, ask[a, p], units,
                    concealment[a], learned[k], inspection_value, de_minimis, de_minimis_factor,
                )  # fmt: skip
                stake = stake_ticks * max(0.0, margin[a])
                out[k, p] += fear(m, tick, rows, node, a, b, p, q, risk, stake, tolerance[a], units, z)
