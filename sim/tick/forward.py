"""Stage 5, first part: what forwarders offer between two jurisdictions: the best corridor for each story on papers."""

from __future__ import annotations

import numpy as np

from sim.agents import intermediary
from sim.evasion.common import BEYOND, STOPS
from sim.jit import kernel

corridor = kernel(intermediary.corridor)


@kernel
def choose_beyond(
    ban: np.ndarray, shown: np.ndarray, legs: np.ndarray, count: np.ndarray, origin: np.ndarray,
    destination: np.ndarray, onward: np.ndarray, leg_origin: np.ndarray, chosen: np.ndarray,
) -> None:  # fmt: skip
    """The state beyond the end of each corridor to which fewest bans bear on a consignee without a side.

    Only states that an outer leg leads to and that are not on the corridor; of equal ones the first.

    Args:
        ban: float64 (pair, product + 1, side).
        shown: int32 (3, corridor, 3); what lies BEYOND is written.
        legs: int64 (corridor, 3).
        count: int64 (corridor,).
        origin: int64 (corridor,).
        destination: int64 (corridor,).
        onward: int64 (jurisdiction, jurisdiction).
        leg_origin: int64 (leg,).
        chosen: int64 (corridor,), written: the state, -1 where there is none.
    """
    places = onward.shape[0]
    products = ban.shape[1] - 1
    for c in range(count.shape[0]):
        chosen[c] = -1
        best = np.inf
        for place in range(places):
            d = onward[destination[c], place]
            if d < 0:
                break
            been = d == origin[c]
            for j in range(count[c]):
                been = been or d == leg_origin[legs[c, j]]
            if been:
                continue
            total = 0.0
            for j in range(count[c]):
                q = leg_origin[legs[c, j]] * places + d
                for p in range(products):
                    total += _least(ban, q, p)
            if total < best:
                best = total
                chosen[c] = d
        for j in range(count[c]):
            d = max(0, chosen[c])
            shown[BEYOND, c, j] = leg_origin[legs[c, j]] * places + d


@kernel
def _least(ban: np.ndarray, pair: int, product: int) -> float:
    """Strength with which a ban bears on a consignee without a side."""
    least = 1.0 if ban.shape[2] > 0 else 0.0
    for s in range(ban.shape[2]):
        least = min(least, ban[pair, product, s])
    return least


@kernel
def _most(ban: np.ndarray, pair: int, product: int) -> float:
    """Strength with which a ban bears on a consignee of some side."""
    most = 0.0
    for s in range(ban.shape[2]):
        most = max(most, ban[pair, product, s])
    return most


@kernel
def best_corridors(
    goes: int, price: np.ndarray, patience: float, ban: np.ndarray, shown: np.ndarray, legs: np.ndarray,
    count: np.ndarray, first: np.ndarray, beyond: np.ndarray, freight: np.ndarray, lead_weeks: np.ndarray,
    open_legs: np.ndarray, inspection: np.ndarray, tracking: np.ndarray, direct: np.ndarray, leg_pair: np.ndarray,
    out: np.ndarray,
) -> None:  # fmt: skip
    """The corridor that forwarders offer for a story on papers, int32 (pair, product): the cheapest open one.

    What a corridor costs is the decision `corridor` (:func:`sim.agents.intermediary.corridor`), at the reference price,
    for a consignment of full value whose papers hide where it goes. Only pairs with a leg of their own are offered
    anything.

    Args:
        goes: STOPS, with two legs or more, or BEYOND.
        price: float64 (product,), reference prices.
        patience: Share of the price a week.
        ban: float64 (pair, product + 1, side).
        shown: int32 (3, corridor, 3).
        legs: int64 (corridor, 3).
        count: int64 (corridor,).
        first: int64 (pair + 1,).
        beyond: int64 (corridor,), see :func:`choose_beyond`.
        freight: float64 (corridor, product).
        lead_weeks: float64 (corridor,).
        open_legs: bool (leg,).
        inspection: float64 (leg, product).
        tracking: float64 (leg,).
        direct: int64 (leg,).
        leg_pair: int64 (leg,).
        out: Written: a corridor, -1 where there is none.
    """
    out[:] = -1
    for leg in range(direct.shape[0]):
        q = leg_pair[leg]
        for p in range(out.shape[1]):
            best = np.inf
            for c in range(first[q], first[q + 1]):
                if (goes == STOPS and count[c] < 2) or (goes == BEYOND and beyond[c] < 0):
                    continue
                passes = 1.0
                usable = True
                for j in range(count[c]):
                    e = legs[c, j]
                    usable = usable and open_legs[e]
                    q_shown = shown[goes, c, j]
                    last = goes == STOPS and j == count[c] - 1
                    barred = _most(ban, q_shown, p) if last else _least(ban, q_shown, p)
                    passes *= (1.0 - barred) * (1.0 - inspection[e, p]) * (1.0 - tracking[e])
                if not usable:
                    continue
                cost = corridor(freight[c, p], price[p], lead_weeks[c], patience, 1.0 - passes)
                if cost < best:
                    best = cost
                    out[q, p] = c
