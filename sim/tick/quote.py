"""Stage 5: mark-ups, ask prices, bid ceilings and reservation premiums."""

from __future__ import annotations

import numpy as np

from sim.agents import buyer as buyers
from sim.agents import intermediary
from sim.jit import kernel
from sim.world.columns import ALIVE, BUYER, CLOSING, INTERMEDIARY, MANUFACTURER
from sim.world.floats import exp, log

mark_up = kernel(intermediary.mark_up)
ask_price = kernel(intermediary.ask_price)
replacement_cost = kernel(intermediary.replacement_cost)
belief = kernel(intermediary.belief)
premium = kernel(intermediary.premium)
trader_ceiling = kernel(intermediary.trader_ceiling)
bid_ceiling = kernel(buyers.bid_ceiling)


@kernel
def move_mark_ups(
    sells: np.ndarray, passes: np.ndarray, usual: np.ndarray, most: np.ndarray, state: np.ndarray, ordered: np.ndarray,
    refused: np.ndarray, gain: float, decay: float, taken: np.ndarray,
) -> None:  # fmt: skip
    """Moves the mark-ups of all sellers by the scarcity of the tick before, float64 (agent, product)."""
    for a in range(sells.shape[0]):
        if state[a] != ALIVE or passes[a]:
            continue
        for p in range(sells.shape[1]):
            if sells[a, p]:
                share = refused[a, p] / ordered[a, p] if ordered[a, p] > 0 else 0.0
                taken[a, p] = mark_up(taken[a, p], usual[a], most[a], share, gain, decay)


@kernel
def ask_column(
    sells: np.ndarray, passes: np.ndarray, kind: np.ndarray, state: np.ndarray, unit_cost: np.ndarray, price_seen:
    np.ndarray, taken: np.ndarray, sell_off: float, out: np.ndarray,
) -> None:  # fmt: skip
    """The decision column `ask_price`, float64 (agent, product), US dollars a unit before any premium.

    Infinite for sellers that do not trade.
    """
    for a in range(sells.shape[0]):
        for p in range(sells.shape[1]):
            if not sells[a, p]:
                continue
            if state[a] != ALIVE and state[a] != CLOSING:
                out[a, p] = np.inf
            elif passes[a]:
                out[a, p] = 0.0
            elif state[a] == CLOSING:
                out[a, p] = unit_cost[a, p] * sell_off
            elif kind[a] == INTERMEDIARY:
                out[a, p] = ask_price(replacement_cost(unit_cost[a, p], price_seen[a, p]), taken[a, p])
            else:
                out[a, p] = ask_price(unit_cost[a, p], taken[a, p])


@kernel
def ceiling_column(
    customers: np.ndarray, kind: np.ndarray, buys: np.ndarray, multiple: np.ndarray, usual: np.ndarray, most:
    np.ndarray, reference: np.ndarray, unit_cost: np.ndarray, ask: np.ndarray, need: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """Most that customers pay landed, float64 (agent, product), US dollars a unit.

    Args:
        customers: int64 (customer,).
        kind: int64 (agent,).
        buys: bool (agent, product).
        multiple: float64 (agent,), buyers' ceilings over the reference price.
        usual: float64 (agent,), usual mark-up.
        most: float64 (agent,), highest mark-up.
        reference: float64 (product,).
        unit_cost: float64 (agent, product).
        ask: float64 (agent, product), the decision column `ask_price`.
        need: int64 (agent, product).
        out: Written where there is a need.
    """
    for a in customers:
        for p in range(buys.shape[1]):
            if not buys[a, p] or need[a, p] <= 0:
                continue
            if kind[a] == BUYER:
                out[a, p] = multiple[a] * reference[p]
            elif kind[a] == MANUFACTURER:
                out[a, p] = ask_price(unit_cost[a, p], most[a])
            else:
                out[a, p] = trader_ceiling(ask[a, p], usual[a])


@kernel
def bid_column(
    customers: np.ndarray, buys: np.ndarray, need: np.ndarray, stock: np.ndarray, on_order: np.ndarray,
    exponent: float, ceiling: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """The decision column `bid_ceiling`, float64 (agent, product), US dollars a unit landed.

    Args:
        customers: int64 (customer,).
        buys: bool (agent, product).
        need: int64 (agent, product).
        stock: int64 (agent, product).
        on_order: int64 (agent, product).
        exponent: Exponent of urgency.
        ceiling: float64 (agent, product), most that customers pay.
        out: Written where there is a need.
    """
    for a in customers:
        for p in range(buys.shape[1]):
            if not buys[a, p] or need[a, p] <= 0:
                continue
            urgency = need[a, p] / (need[a, p] + stock[a, p] + on_order[a, p])
            out[a, p] = bid_ceiling(ceiling[a, p], exp(exponent * log(urgency)))


@kernel
def premium_column(
    customers: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray, seller: np.ndarray, leg: np.ndarray,
    carries: np.ndarray, risk: np.ndarray, state: np.ndarray, kind: np.ndarray, passes: np.ndarray, paper: np.ndarray,
    jurisdiction: np.ndarray, heed: np.ndarray, compliant: np.ndarray, diligence: np.ndarray,
    concealment: np.ndarray, tolerance: np.ndarray, margin: np.ndarray, seen: np.ndarray, diversion: np.ndarray,
    ban: np.ndarray, target: np.ndarray, penalty: np.ndarray, suspended: np.ndarray, inspection: np.ndarray,
    any_target: np.ndarray, any_suspended: np.ndarray,
    refusal_belief: float, stake_ticks: float, consignment: float, need: np.ndarray, out: np.ndarray,
) -> int:  # fmt: skip
    """The decision column `premium`, float64 (link, product), US dollars a unit; infinite where the seller refuses.

    Evaluated where the customer has a need; elsewhere the column holds what it held.

    Args:
        customers: int64 (customer,), rows of customers.
        by_buyer: int64 (link,), links in order of buyer.
        first_of_buyer: int64 (agent + 1,).
        seller: int64 (link,).
        leg: int32 (link, product), the decision column `corridor`.
        carries: bool (link, product).
        risk: float64 (link,), learned.
        state: int64 (agent,).
        kind: int64 (agent,).
        passes: bool (agent,).
        paper: int64 (agent,), paper side.
        jurisdiction: int64 (agent,).
        heed: float64 (agent,).
        compliant: bool (agent,).
        diligence: float64 (agent,).
        concealment: float64 (agent,).
        tolerance: float64 (agent,).
        margin: float64 (agent,), smoothed licit margin, US dollars a tick.
        seen: float64 (agent, side).
        diversion: float64 (jurisdiction, side).
        ban: float64 (leg, product, side).
        target: float64 (leg, product, side).
        penalty: float64 (leg, product, side).
        suspended: float64 (agent, product, side).
        inspection: float64 (leg, product), the decision column `inspection_share`.
        any_target: bool (leg, product), whether any target is set.
        any_suspended: bool (agent, product), whether any suspension bears.
        refusal_belief: Belief from which a compliant seller refuses.
        stake_ticks: Ticks of licit margin at stake.
        consignment: Units in a usual consignment.
        need: int64 (agent, product).
        out: Written.

    Returns:
        Needs of customers that a seller refused outright, by link and product.
    """
    refusals = 0
    sides = diversion.shape[1]
    for b in customers:
        for p in range(need.shape[1]):
            if need[b, p] <= 0:
                continue
            for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
                k = by_buyer[place]
                if not carries[k, p]:
                    continue
                a = seller[k]
                e = leg[k, p]
                out[k, p] = 0.0
                if passes[a] or state[a] != ALIVE or not (any_target[e, p] or any_suspended[a, p]):
                    continue
                # A sale that papers show to be barred needs no guess about where the goods end.
                if paper[b] >= 0:
                    unlawful = ban[e, p, paper[b]] > heed[a]
                else:
                    unlawful = True
                    for s in range(sides):
                        unlawful = unlawful and ban[e, p, s] > heed[a]
                highest = 0.0
                for s in range(sides):
                    law = target[e, p, s] > heed[a]
                    own = suspended[a, p, s] > heed[a]
                    if not law and not own:
                        continue
                    where = 1.0 if paper[b] == s or (law and unlawful) else diversion[jurisdiction[b], s]
                    believed = belief(where, seen[b, s], diligence[a])
                    if believed >= refusal_belief and (
                        (own and (kind[a] == MANUFACTURER or compliant[a])) or (law and compliant[a])
                    ):
                        highest = np.inf
                    elif law:
                        r = 1.0 - (1.0 - inspection[e, p] * (1.0 - concealment[a])) * (1.0 - risk[k])
                        stake = stake_ticks * max(0.0, margin[a])
                        asked = premium(believed, r, penalty[e, p, s], stake, tolerance[a], consignment)
                        # Written so that a rule's NaN stays, and is found.
                        if highest == highest and not asked <= highest:
                            highest = asked
                out[k, p] = highest
                if highest == np.inf:
                    refusals += 1
    return refusals
