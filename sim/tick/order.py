"""Stage 6: customers call suppliers and place orders within their cash."""

from __future__ import annotations

import math

import numpy as np

from sim.jit import kernel
from sim.tick.clear import price_of_bid
from sim.tick.evade import corridor_open
from sim.tick.papers import first_pair, landed_price, surcharge, units_of_parcel
from sim.tick.standings import Laws
from sim.world import draws
from sim.world.columns import ALIVE
from sim.world.floats import exp, log
from sim.world.ways import DELAY_WEEKS, HIDES_PRODUCT


@kernel
def order(
    seed: int, tick: int, most_calls: int, customers: np.ndarray, state: np.ndarray, cash: np.ndarray,
    need: np.ndarray, passes: np.ndarray, bidding: np.ndarray, ceiling: np.ndarray, bid_base: np.ndarray,
    ask: np.ndarray, stock: np.ndarray, reference: np.ndarray, lead_weeks: np.ndarray, freight: np.ndarray,
    open_legs: np.ndarray, seller: np.ndarray, corridors: np.ndarray, ways: np.ndarray, key: np.ndarray,
    trust: np.ndarray, risk: np.ndarray,
    carries: np.ndarray, premium: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray,
    levied: bool, levy_rate: np.ndarray, levy_unit: np.ndarray, held_up: bool, fees: np.ndarray, waits: np.ndarray,
    legs: np.ndarray, count_legs: np.ndarray, shown: np.ndarray, flags: np.ndarray, numbers: np.ndarray,
    skill: np.ndarray, laws: Laws | None, usual: float, de_minimis: float,
    price_weight: float, lead_weight: float, risk_weight: float, trust_weight: float, noise: float,
    o_link: np.ndarray, o_product: np.ndarray, o_call: np.ndarray, o_units: np.ndarray, o_kept: np.ndarray,
    o_bid: np.ndarray, o_price: np.ndarray, o_pair: np.ndarray, o_told: np.ndarray, o_priority: np.ndarray,
    link_ordered: np.ndarray, link_filled: np.ndarray,
) -> int:  # fmt: skip
    """Writes the orders of this tick.

    A call goes to the supplier of least ``-log(u) / weight`` among those in stock, or, where none is in stock, among
    all eligible ones, so that sellers without stock still hear of demand.

    Args:
        seed: Seed of the run.
        tick: This tick.
        most_calls: Suppliers called for one need, at most 4.
        customers: int64 (customer,).
        state: int64 (agent,).
        cash: float64 (agent,).
        need: int64 (agent, product).
        passes: bool (agent,).
        bidding: bool (agent,).
        ceiling: float64 (agent, product).
        bid_base: float64 (agent, product), the decision column `bid_ceiling`.
        ask: float64 (agent, product), the decision column `ask_price`.
        stock: int64 (agent, product).
        reference: float64 (product,).
        lead_weeks: float64 (corridor,).
        freight: float64 (corridor, product).
        open_legs: bool (leg,).
        seller: int64 (link,).
        corridors: int32 (link, product), the decision column `corridor`.
        ways: int32 (link, product), the decision column `way`.
        key: uint64 (link,).
        trust: float64 (link,).
        risk: float64 (link,).
        carries: bool (link, product).
        premium: float64 (link, product), the decision column `premium`.
        by_buyer: int64 (link,), links in order of buyer.
        first_of_buyer: int64 (agent + 1,).
        levied: Whether there is any levy.
        levy_rate: float64 (pair, product), share of the price.
        levy_unit: float64 (pair, product), US dollars a unit.
        held_up: Whether banks hold up any payment.
        fees: float64 (link, product), what a payment agent takes, share of the price.
        waits: float64 (link, product), weeks that a payment is held up.
        legs: int64 (corridor, 3).
        count_legs: int64 (corridor,).
        shown: int32 (3, corridor, 3).
        flags: int64 (way, 9).
        numbers: float64 (way, 9).
        skill: float64 (agent, way), what a way costs a seller against the mean.
        laws: What bears by standing, in place of the levies; None where nobody is exempt from anything.
        usual: Units in a usual consignment.
        de_minimis: US dollars.
        price_weight: Logit weight.
        lead_weight: Logit weight, 1 a week.
        risk_weight: Logit weight.
        trust_weight: Logit weight.
        noise: Half-width of the noise on bids.
        o_link: Orders, written: link.
        o_product: Product.
        o_call: Call.
        o_units: Units ordered.
        o_kept: Units that can go over the leg (cut later where a leg has a capacity).
        o_bid: Bid, US dollars a unit landed; 0 where the seller does not hold bidding.
        o_price: What the seller is paid of the bid, US dollars a unit.
        o_pair: Pair of the first trade that papers declare, -1 where there are no papers.
        o_told: Product on the papers; the column after the last product where they do not tell it.
        o_priority: uint64, keyed order of service.
        link_ordered: int64 (link,), grows by units ordered.
        link_filled: int64 (link,), set to 0 with the first order.

    Returns:
        Number of orders.
    """
    count = 0
    best = np.zeros(4)
    pick = np.zeros(4, dtype=np.int64)
    products = need.shape[1]
    for b in customers:
        if state[b] != ALIVE:
            continue
        left = max(0.0, cash[b])
        for p in range(products):
            q = need[b, p]
            if q <= 0:
                continue
            calls = min(most_calls, q)
            for i in range(calls):
                best[i] = np.inf
                pick[i] = -1
            # Sellers in stock first; those without stock are called only where there is no other.
            for stocked in (True, False):
                if pick[0] >= 0:
                    break
                for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
                    k = by_buyer[place]
                    if not carries[k, p]:
                        continue
                    a = seller[k]
                    if (stock[a, p] > 0) != stocked:
                        continue
                    c = corridors[k, p]
                    w = ways[k, p]
                    landed = ask[a, p] + premium[k, p]
                    if landed == np.inf or not corridor_open(open_legs, legs, count_legs, c):
                        continue
                    weeks = lead_weeks[c]
                    if w != 0:
                        weeks = max(0.0, weeks + numbers[w, DELAY_WEEKS])
                    if held_up:
                        weeks += waits[k, p]
                    score = -lead_weight * weeks - risk_weight * risk[k] + trust_weight * trust[k]
                    if not passes[a]:
                        price = landed
                        if laws is not None:
                            z = laws.first[a] + laws.dated[b, p]
                            levy_rate, levy_unit = laws.levy_rate[z], laws.levy_unit[z]
                        if w == 0 and not levied:
                            landed += freight[c, p]
                        else:
                            landed = landed_price(
                                landed, ask[a, p], freight, levied, levy_rate, levy_unit, shown, count_legs, flags,
                                numbers, w, c, p, usual, de_minimis, skill[a, w],
                            )  # fmt: skip
                        if held_up:
                            landed += fees[k, p] * price
                        if landed > ceiling[b, p]:
                            continue
                        score = -price_weight * log(landed / reference[p]) + score
                    slowness = exp(-score)
                    words = draws.block(seed, key[k], tick, draws.CALL, p)
                    for i in range(calls):
                        u = draws.uniform(words[i])
                        # -log(u) >= 1 - u: most losers need no logarithm.
                        if (1.0 - u) * slowness >= best[i]:
                            continue
                        time = -log(u) * slowness
                        if time < best[i]:
                            best[i] = time
                            pick[i] = k
            for i in range(calls):
                k = pick[i]
                if k < 0:
                    continue
                a = seller[k]
                units = q // calls
                if i < q % calls:
                    units += 1
                bid = 0.0
                paid = 0.0
                w = ways[k, p]
                if not passes[a]:
                    price = ask[a, p] + premium[k, p]
                    if laws is not None:
                        z = laws.first[a] + laws.dated[b, p]
                        levy_rate, levy_unit = laws.levy_rate[z], laws.levy_unit[z]
                    parcel = units_of_parcel(flags, numbers, w, ask[a, p], usual, de_minimis)
                    rate, unit, levy, levy_flat = surcharge(
                        freight, levied, levy_rate, levy_unit, shown, count_legs, flags, numbers, w, corridors[k, p],
                        p, parcel, skill[a, w],
                    )  # fmt: skip
                    reserved = price + (unit + rate * price) + (levy * price + levy_flat)
                    share = rate + levy
                    if held_up:
                        reserved += fees[k, p] * price
                        share += fees[k, p]
                    if bidding[a]:
                        words = draws.block(seed, key[k], tick, draws.BID, p)
                        factor = 1.0 + noise * (2.0 * draws.uniform(words[i]) - 1.0)
                        bid = min(ceiling[b, p], bid_base[b, p] * factor)
                        paid = price_of_bid(bid, share, unit + levy_flat)
                        reserved = max(reserved, bid)
                    if reserved > 0.0:
                        units = min(units, math.floor(left / reserved))
                        left -= units * reserved
                if units <= 0:
                    continue
                words = draws.block(seed, key[k], tick, draws.PRIORITY, p)
                o_link[count] = k
                o_product[count] = p
                o_call[count] = i
                o_units[count] = units
                o_kept[count] = units
                o_bid[count] = bid
                o_price[count] = paid
                o_pair[count] = first_pair(shown, flags, w, corridors[k, p])
                o_told[count] = products if flags[w, HIDES_PRODUCT] != 0 else p
                o_priority[count] = words[i]
                count += 1
                if link_ordered[k] == 0:
                    link_filled[k] = 0
                link_ordered[k] += units
    return count


@kernel
def cut_to_capacity(
    seed: int, tick: int, count: int, capacity: np.ndarray, leg_key: np.ndarray, key: np.ndarray,
    corridors: np.ndarray, legs: np.ndarray, o_link: np.ndarray, o_product: np.ndarray,
    o_call: np.ndarray, o_kept: np.ndarray, o_priority: np.ndarray,
) -> None:  # fmt: skip
    """Cuts orders over legs with a capacity, in keyed order.

    Args:
        seed: Seed of the run.
        tick: This tick.
        count: Number of orders.
        capacity: float64 (leg,), units a tick, infinite where there is none.
        leg_key: uint64 (leg,).
        key: uint64 (link,).
        corridors: int32 (link, product), the decision column `corridor`.
        legs: int64 (corridor, 3).
        o_link: Orders.
        o_product: Orders.
        o_call: Orders.
        o_kept: Orders, cut.
        o_priority: Orders.
    """
    here = np.empty(count, dtype=np.int64)
    for e in range(capacity.shape[0]):
        if capacity[e] == np.inf:
            continue
        n = 0
        for o in range(count):
            c = corridors[o_link[o], o_product[o]]
            if legs[c, 0] == e or legs[c, 1] == e or legs[c, 2] == e:
                here[n] = o
                n += 1
        if n == 0:
            continue
        for i in range(1, n):
            o = here[i]
            j = i - 1
            while j >= 0 and before(o, here[j], key, o_link, o_product, o_call, o_priority):
                here[j + 1] = here[j]
                j -= 1
            here[j + 1] = o
        left = draws.whole(capacity[e], draws.draw(seed, leg_key[e], tick, draws.CAPACITY, 0))
        for i in range(n):
            o = here[i]
            o_kept[o] = min(o_kept[o], left)
            left -= o_kept[o]


@kernel
def before(
    o: int,
    other: int,
    key: np.ndarray,
    o_link: np.ndarray,
    o_product: np.ndarray,
    o_call: np.ndarray,
    o_priority: np.ndarray,
) -> bool:
    """Whether an order is served before another: by priority, link key, product, call."""
    if o_priority[o] != o_priority[other]:
        return o_priority[o] < o_priority[other]
    if key[o_link[o]] != key[o_link[other]]:
        return key[o_link[o]] < key[o_link[other]]
    if o_product[o] != o_product[other]:
        return o_product[o] < o_product[other]
    return o_call[o] < o_call[other]
