"""Stage 10, second part: firms are founded where mark-ups are high."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.world import draws
from sim.world.columns import ALIVE, DORMANT


@kernel
def group_means(
    slots: np.ndarray, group: np.ndarray, state: np.ndarray, sells: np.ndarray, usual: np.ndarray, forecast: np.ndarray,
    mark_up: np.ndarray, unit_cost: np.ndarray, firms: np.ndarray, sums: np.ndarray, signal: np.ndarray,
) -> None:  # fmt: skip
    """Means over the firms alive of each group that has slots.

    Args:
        slots: bool (group,), groups with slots.
        group: int64 (agent,).
        state: int64 (agent,).
        sells: bool (agent, product).
        usual: float64 (agent,), usual mark-up.
        forecast: float64 (agent, product).
        mark_up: float64 (agent, product).
        unit_cost: float64 (agent, product).
        firms: int64 (group, product), written: firms alive that sell the product.
        sums: float64 (3, group, product), written: sums of forecast, mark-up and unit cost.
        signal: float64 (2, group), written: forecast-weighted sums of mark-up and of usual mark-up.
    """
    firms[:] = 0
    sums[:] = 0.0
    signal[:] = 0.0
    for a in range(group.shape[0]):
        g = group[a]
        if not slots[g] or state[a] != ALIVE:
            continue
        for p in range(sells.shape[1]):
            if not sells[a, p]:
                continue
            firms[g, p] += 1
            sums[0, g, p] += forecast[a, p]
            sums[1, g, p] += mark_up[a, p]
            sums[2, g, p] += unit_cost[a, p]
            signal[0, g] += forecast[a, p] * mark_up[a, p]
            signal[1, g] += forecast[a, p] * usual[a]


@kernel
def found(
    seed: int, tick: int, slot_rows: np.ndarray, keys: np.ndarray, group: np.ndarray, jurisdiction: np.ndarray,
    size: np.ndarray, rate: np.ndarray, lag: np.ndarray, capital: np.ndarray, sells: np.ndarray, entry_share: float,
    owner_returns: float, firms: np.ndarray, sums: np.ndarray, signal: np.ndarray, state: np.ndarray, opens: np.ndarray,
    opened: np.ndarray, closed: np.ndarray, owner: np.ndarray, cash: np.ndarray, forecast: np.ndarray,
    mark_up: np.ndarray, unit_cost: np.ndarray, price_seen: np.ndarray, links: int, seller: np.ndarray, buyer:
    np.ndarray, last_used: np.ndarray, heir_of: np.ndarray, compliant: np.ndarray, tolerance: np.ndarray,
    concealment: np.ndarray,
) -> tuple[int, float]:  # fmt: skip
    """Opens slots whose founding is due, and starts foundings where mark-ups are high.

    Args:
        seed: Seed of the run.
        tick: This tick.
        slot_rows: int64 (slot,), rows of slots.
        keys: uint64 (agent,).
        group: int64 (agent,).
        jurisdiction: int64 (agent,).
        size: float64 (agent,).
        rate: float64 (agent,), hazard a tick for one unit of excess mark-up.
        lag: float64 (group, 1025), quantile tables of the founding lag, ticks.
        capital: float64 (agent,).
        sells: bool (agent, product).
        entry_share: First forecast over the group's mean.
        owner_returns: Chance that the owner is that of a closed firm.
        firms: int64 (group, product): see `group_means`.
        sums: float64 (3, group, product).
        signal: float64 (2, group).
        state: int64 (agent,).
        opens: int64 (agent,), tick of a pending opening, -1 for none.
        opened: int64 (agent,).
        closed: int64 (agent,).
        owner: int64 (agent,).
        cash: float64 (agent,).
        forecast: float64 (agent, product).
        mark_up: float64 (agent, product).
        unit_cost: float64 (agent, product).
        price_seen: float64 (agent, product).
        links: Number of links.
        seller: int64 (link,).
        buyer: int64 (link,).
        last_used: int64 (link,).
        heir_of: int64 (agent,), firm whose owner returns with a new one, -1 for none.
        compliant: bool (agent,), like the two that follow: traits that an owner brings along.
        tolerance: float64 (agent,).
        concealment: float64 (agent,).

    Returns:
        Firms opened, and their founding capital in US dollars.
    """
    count = 0
    paid = 0.0
    for a in slot_rows:
        if state[a] != DORMANT:
            continue
        g = group[a]
        if opens[a] >= 0:
            if opens[a] > tick:
                continue
            state[a] = ALIVE
            opened[a] = tick
            opens[a] = -1
            cash[a] += capital[a]
            paid += capital[a]
            count += 1
            for p in range(sells.shape[1]):
                if sells[a, p] and firms[g, p] > 0:
                    forecast[a, p] = sums[0, g, p] / firms[g, p] * entry_share * size[a]
                    mark_up[a, p] = sums[1, g, p] / firms[g, p]
                    unit_cost[a, p] = sums[2, g, p] / firms[g, p]
                    price_seen[a, p] = unit_cost[a, p]
            for k in range(links):
                if seller[k] == a or buyer[k] == a:
                    last_used[k] = tick
            continue
        if signal[1, g] <= 0.0:
            continue
        excess = signal[0, g] / signal[1, g] - 1.0
        words = draws.block(seed, keys[a], tick, draws.FOUND, 0)
        if draws.uniform(words[0]) < rate[a] * max(0.0, excess):
            ticks = draws.quantile_table(lag[g], draws.uniform(words[3]))
            opens[a] = tick + max(1, draws.whole(ticks, draws.uniform(words[1])))
            if draws.uniform(words[2]) < owner_returns:
                last = -1
                for other in range(closed.shape[0]):
                    if closed[other] < 0 or jurisdiction[other] != jurisdiction[a]:
                        continue
                    if (
                        last < 0
                        or closed[other] > closed[last]
                        or (closed[other] == closed[last] and keys[other] < keys[last])
                    ):
                        last = other
                if last >= 0:
                    owner[a] = owner[last]
                    heir_of[a] = last
                    compliant[a] = compliant[last]
                    tolerance[a] = tolerance[last]
                    concealment[a] = concealment[last]
    return count, paid
