"""Stage 5: mark-ups, ask prices, bid ceilings and reservation premiums."""

from __future__ import annotations

import numpy as np

from sim.agents import buyer as buyers
from sim.agents import intermediary
from sim.jit import kernel
from sim.world.columns import ALIVE, BUYER, CLOSING, INTERMEDIARY, MANUFACTURER
from sim.world.floats import exp, log

mark_up = kernel(intermediary.mark_up)
shortage_jump = kernel(intermediary.shortage_jump)
ask_price = kernel(intermediary.ask_price)
replacement_cost = kernel(intermediary.replacement_cost)
trader_ceiling = kernel(intermediary.trader_ceiling)
bid_ceiling = kernel(buyers.bid_ceiling)


@kernel
def move_mark_ups(
    sells: np.ndarray, passes: np.ndarray, usual: np.ndarray, most: np.ndarray, state: np.ndarray, ordered: np.ndarray,
    refused: np.ndarray, refusing: np.ndarray, gain: float, decay: float, shortage: float, known: np.ndarray,
    taken: np.ndarray,
) -> None:  # fmt: skip
    """Moves the mark-ups of all sellers by the scarcity of the tick before, and by what they expect.

    Args:
        sells: bool (agent, product).
        passes: bool (agent,).
        usual: float64 (agent,), usual mark-up.
        most: float64 (agent,), highest mark-up.
        state: int64 (agent,).
        ordered: int64 (agent, product), units ordered of them in the tick before.
        refused: int64 (agent, product), units of these that they refused.
        refusing: float64 (agent, product): see `suppliers_refusing`.
        gain: Weight of scarcity, a tick.
        decay: Return to the usual mark-up, a tick.
        shortage: Rise where all suppliers turn away.
        known: float64 (agent, product), the share of suppliers lost that is priced in; changed.
        taken: float64 (agent, product), mark-ups; changed.
    """
    for a in range(sells.shape[0]):
        if state[a] != ALIVE or passes[a]:
            continue
        for p in range(sells.shape[1]):
            if sells[a, p]:
                share = refused[a, p] / ordered[a, p] if ordered[a, p] > 0 else 0.0
                jump = shortage_jump(refusing[a, p], known[a, p], shortage)
                known[a, p] = max(refusing[a, p], known[a, p] + decay * (refusing[a, p] - known[a, p]))
                taken[a, p] = mark_up(taken[a, p], usual[a], most[a], share, gain, decay, jump)


@kernel
def suppliers_refusing(
    customers: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray, seller: np.ndarray, carries: np.ndarray,
    state: np.ndarray, need: np.ndarray, premium: np.ndarray, bought: np.ndarray, banks_act: bool, waits: np.ndarray,
        pair: np.ndarray,
    jurisdiction: np.ndarray, welcome: np.ndarray, warned: np.ndarray, warned_seller: np.ndarray, before: np.ndarray,
    out: np.ndarray,
) -> None:  # fmt: skip
    """How much of its supply a customer sees turn away: the part of what it bought lately from those who refuse it.

    A supplier that does not refuse counts with the part of its own supply in the tick before: news travels down a chain
    by one firm a tick. It counts with the strength of a ban, a licence or a suspension that is announced and aimed at
    the customer, if that is more. A customer that bought nothing lately counts its suppliers, each once. Asked anew
    where there is a need; what was last heard stays elsewhere. One whose payment a bank refuses does not count: that is
    luck of a single tick, and would be priced as a loss again and again.

    Args:
        customers: int64 (customer,).
        by_buyer: int64 (link,), links in order of buyer.
        first_of_buyer: int64 (agent + 1,).
        seller: int64 (link,).
        carries: bool (link, product).
        state: int64 (agent,).
        need: int64 (agent, product).
        premium: float64 (link, product), the decision column `premium`; infinite where the seller refuses.
        bought: float64 (link,), smoothed units that go over the link in a tick.
        banks_act: Whether payments are held up at all; `waits` is out of date where not.
        waits: float64 (link, product), see :func:`sim.tick.banks.hold_up`.
        pair: int64 (link,), pair of the ends.
        jurisdiction: int64 (agent,).
        welcome: int64 (jurisdiction,), the side at home there.
        warned: float64 (pair, product), see :class:`sim.policy.common.Tables`.
        warned_seller: float64 (agent, product, side).
        before: float64 (agent, product), what this gave in the tick before.
        out: float64 (agent, product), written where there is a need and a supplier.
    """
    for b in customers:
        for p in range(need.shape[1]):
            if need[b, p] <= 0:
                continue
            suppliers = 0
            turned = 0.0
            lately = 0.0
            lost = 0.0
            home = welcome[jurisdiction[b]]
            for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
                k = by_buyer[place]
                a = seller[k]
                if not carries[k, p] or (state[a] != ALIVE and state[a] != CLOSING):
                    continue
                if banks_act and waits[k, p] == np.inf:
                    continue
                part = 1.0
                if premium[k, p] != np.inf:
                    part = max(before[a, p], warned[pair[k], p])
                    if home >= 0:
                        part = max(part, warned_seller[a, p, home])
                suppliers += 1
                turned += part
                lately += bought[k]
                lost += bought[k] * part
            if lately > 0.0:
                out[b, p] = lost / lately
            elif suppliers > 0:
                out[b, p] = turned / suppliers


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
