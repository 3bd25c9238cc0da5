"""Stage 10, first half: trust, risk, forecasts, money at stake, payouts and closures."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.tick.regulate import freeze_stock
from sim.world.accounts import CENT
from sim.world.columns import ALIVE, CLOSED, CLOSING, INTERMEDIARY, MANUFACTURER


@kernel
def learn_links(
    tick: int, links: int, seller: np.ndarray, buyer: np.ndarray, trust: np.ndarray, risk: np.ndarray,
    last_used: np.ndarray, ordered: np.ndarray, filled: np.ndarray, seized: np.ndarray, seized_here: np.ndarray,
    bought: np.ndarray, trust_gain: float, risk_gain: float, neighbour_gain: float, risk_decay: float,
    bought_gain: float,
) -> None:  # fmt: skip
    """Moves trust by the filled share, perceived risk by seizures, own and neighbours', and what is bought by a link.

    Clears the tick's counts.

    Args:
        tick: This tick.
        links: Number of links.
        seller: int64 (link,).
        buyer: int64 (link,).
        trust: float64 (link,).
        risk: float64 (link,).
        last_used: int64 (link,).
        ordered: int64 (link,).
        filled: int64 (link,).
        seized: bool (link,).
        seized_here: bool (agent,), whether a link of the agent had a seizure.
        bought: float64 (link,), smoothed units that go over the link in a tick.
        trust_gain: Step of trust an order.
        risk_gain: Step of risk after an own seizure.
        neighbour_gain: Step of risk after a neighbour's.
        risk_decay: Share forgotten a tick.
        bought_gain: Smoothing of what is bought.
    """
    for k in range(links):
        bought[k] += bought_gain * ((filled[k] if ordered[k] > 0 else 0) - bought[k])
        if ordered[k] > 0:
            trust[k] += trust_gain * (filled[k] / ordered[k] - trust[k])
            last_used[k] = tick
            ordered[k] = 0
        if seized[k]:
            risk[k] += risk_gain * (1.0 - risk[k])
            seized[k] = False
        elif seized_here[seller[k]] or seized_here[buyer[k]]:
            risk[k] += neighbour_gain * (1.0 - risk[k])
        else:
            risk[k] -= risk_decay * risk[k]
    seized_here[:] = False


@kernel
def learn_agents(
    settled: bool, kind: np.ndarray, sells: np.ndarray, buys: np.ndarray, lead: np.ndarray, review: np.ndarray,
    smoothing: float, refused_weight: float, seen_gain: float, margin_gain: float, passes: np.ndarray, sold: np.ndarray,
    refused: np.ndarray, asked: np.ndarray, apparent: np.ndarray, seen: np.ndarray, licit: np.ndarray, margin:
    np.ndarray, forecast: np.ndarray,
) -> None:  # fmt: skip
    """Moves what sellers see of their customers' side, the licit margin at stake and forecasts.

    A maker that needs a product it sells as a part forecasts both: its sales and its own use.

    Args:
        settled: Whether forecasts move yet.
        kind: int64 (agent,).
        sells: bool (agent, product).
        buys: bool (agent, product).
        lead: float64 (agent,), ticks.
        review: int64 (agent,), ticks.
        smoothing: Forecast smoothing times lead and review time.
        refused_weight: Weight of refused orders.
        seen_gain: Smoothing of what is seen.
        margin_gain: Smoothing of the licit margin.
        passes: bool (agent,).
        sold: int64 (agent, product), units sold this tick.
        refused: int64 (agent, product), units refused this tick.
        asked: float64 (agent, product): for makers, components that the production wanted this tick calls for; for
            pass-through buyers, units that their end users plan to use up.
        apparent: float64 (agent, side), units sold by apparent side; cleared.
        seen: float64 (agent, side).
        licit: float64 (agent,), licit margin of the tick; cleared.
        margin: float64 (agent,).
        forecast: float64 (agent, product).
    """
    for a in range(kind.shape[0]):
        total = 0
        for p in range(sells.shape[1]):
            total += sold[a, p]
        if total > 0:
            for s in range(seen.shape[1]):
                seen[a, s] += seen_gain * (apparent[a, s] / total - seen[a, s])
                apparent[a, s] = 0.0
        margin[a] += margin_gain * (licit[a] - margin[a])
        licit[a] = 0.0
        if not settled:
            continue
        wait = 1.0 if kind[a] == MANUFACTURER else lead[a]
        for p in range(sells.shape[1]):
            if passes[a]:
                if sells[a, p]:
                    gain = smoothing / (wait + review[a])
                    forecast[a, p] += gain * (asked[a, p] - forecast[a, p])
            elif sells[a, p]:
                gain = smoothing / (wait + review[a])
                seen_demand = sold[a, p] + refused_weight * refused[a, p]
                if kind[a] == MANUFACTURER and buys[a, p]:
                    seen_demand += asked[a, p]
                forecast[a, p] += gain * (seen_demand - forecast[a, p])
            elif kind[a] == MANUFACTURER and buys[a, p]:
                gain = smoothing / (lead[a] + review[a])
                forecast[a, p] += gain * (asked[a, p] - forecast[a, p])


@kernel
def pay_out(
    kind: np.ndarray, state: np.ndarray, capital: np.ndarray, working: np.ndarray, overhead: np.ndarray,
    payout_share: float, forecast: np.ndarray, unit_cost: np.ndarray, cash: np.ndarray,
) -> tuple[float, float]:  # fmt: skip
    """Takes overheads, and pays out cash above the working-capital target.

    Args:
        kind: int64 (agent,).
        state: int64 (agent,).
        capital: float64 (agent,), founding capital.
        working: float64 (agent,), ticks of forecast sales at cost.
        overhead: float64 (agent,), US dollars a tick.
        payout_share: Share of the excess paid out a tick.
        forecast: float64 (agent, product).
        unit_cost: float64 (agent, product).
        cash: float64 (agent,), falls.

    Returns:
        Overheads and payouts, US dollars.
    """
    overheads = 0.0
    payouts = 0.0
    for a in range(kind.shape[0]):
        if state[a] != ALIVE or (kind[a] != MANUFACTURER and kind[a] != INTERMEDIARY):
            continue
        cash[a] -= overhead[a]
        overheads += overhead[a]
        tied = 0.0
        for p in range(forecast.shape[1]):
            tied += forecast[a, p] * unit_cost[a, p]
        excess = cash[a] - (capital[a] + working[a] * tied)
        if excess > 0.0:
            cash[a] -= payout_share * excess
            payouts += payout_share * excess
    return overheads, payouts


@kernel
def close_firms(
    tick: int, sell_off_ticks: float, kind: np.ndarray, state: np.ndarray, closed: np.ndarray, cash: np.ndarray,
    stock: np.ndarray, on_order: np.ndarray, reserved: np.ndarray, rows: np.ndarray, head: np.ndarray, tail: np.ndarray,
    live: np.ndarray, frozen: np.ndarray,
) -> int:  # fmt: skip
    """Closes insolvent firms, whose debt is more than a cent, and ends the sell-off of closing ones.

    Args:
        tick: This tick.
        sell_off_ticks: Ticks after which unsold stock of a closing firm is frozen.
        kind: int64 (agent,).
        state: int64 (agent,).
        closed: int64 (agent,), tick of closing.
        cash: float64 (agent,).
        stock: int64 (agent, product).
        on_order: int64 (agent, product).
        reserved: int64 (agent, product), goods sold that wait for a licence.
        rows: Path nodes and their lots.
        head: Lots.
        tail: Lots.
        live: Lots.
        frozen: int64 (product,), grows.

    Returns:
        Firms that became insolvent.
    """
    closures = 0
    for a in range(kind.shape[0]):
        # Who spends its last dollar may be left with less than nothing by rounding; that is no debt.
        if state[a] == ALIVE and cash[a] < -CENT and (kind[a] == MANUFACTURER or kind[a] == INTERMEDIARY):
            state[a] = CLOSING
            closed[a] = tick
            closures += 1
        elif state[a] == CLOSING:
            held = 0
            for p in range(stock.shape[1]):
                held += stock[a, p] + on_order[a, p] + reserved[a, p]
            if held == 0:
                state[a] = CLOSED
            elif tick - closed[a] > sell_off_ticks:
                freeze_stock(a, rows, head, tail, live, stock, frozen)
                state[a] = CLOSED
    return closures


@kernel
def fade(exposure: np.ndarray, fading: np.ndarray) -> None:
    """Fades exposure. ``exposure``: float64 (policy, agent); ``fading``: float64 (policy,), share a tick."""
    for i in range(exposure.shape[0]):
        if fading[i] > 0.0:
            for a in range(exposure.shape[1]):
                exposure[i, a] -= fading[i] * exposure[i, a]
