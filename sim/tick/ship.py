"""Stages 7 and 8 for one tick: sellers serve their orders in turn, and what is filled leaves at once.

One kernel, because both walk the same queues of lots: an order is filled lot by lot, and each lot touched is a piece
that gets its path node, passes the border and is put on the way.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.tick.carriage import put_on_way, share_inspected, sides_above, unlawful_on_papers, write_shipment
from sim.tick.clear import price_of_bid, rank_orders
from sim.tick.licence import hold, must_wait
from sim.world import draws
from sim.world.paths import CONTRACT, LAW, NEXT, UNITS, VOLUNTARY, holds, intern

TRADES, AT_CEILING, AUCTION_FILLS, REFUSED_ORDERS, SEIZURES = 0, 1, 2, 3, 4
MERGED, NEW_LINKS, FROZEN, BARRED, BY_PREMIUM, LEVIED = 8, 9, 11, 12, 13, 14
LAW_BREACH, VOLUNTARY_BREACH = 1, 4
RESERVED = 19
HELD = 12
"""Row of the account `held`."""
PIECES = 1 << 14


@kernel
def serve(
    seed: int, tick: int, cells: int, first: np.ndarray, grouped: np.ndarray, net: np.ndarray,
    o_link: np.ndarray, o_product: np.ndarray, o_call: np.ndarray, o_units: np.ndarray, o_kept: np.ndarray,
    o_bid: np.ndarray, o_landed: np.ndarray, o_priority: np.ndarray,
    seller: np.ndarray, buyer: np.ndarray, key: np.ndarray, leg: np.ndarray, way: np.ndarray, premium: np.ndarray,
    link_filled: np.ndarray, link_seized: np.ndarray,
    passes: np.ndarray, bidding: np.ndarray, paper: np.ndarray, jurisdiction: np.ndarray, heed: np.ndarray,
    concealment: np.ndarray, most_mark_up: np.ndarray, diversion: np.ndarray,
    freight: np.ndarray, lead: np.ndarray, spread: np.ndarray, inspection: np.ndarray,
    levied: bool, levy_rate: np.ndarray, levy_unit: np.ndarray,
    ban: np.ndarray, target: np.ndarray, suspended: np.ndarray, any_target: np.ndarray, any_suspended: np.ndarray,
    listing: np.ndarray, observation: np.ndarray, listable: np.ndarray, policy_key: np.ndarray, serves: np.ndarray,
    ask: np.ndarray, ceiling: np.ndarray, taken: np.ndarray, unit_cost: np.ndarray,
    band: float, inspection_value: float, de_minimis: float, de_minimis_factor: float, delay: float, fine: float,
    cash: np.ndarray, licit: np.ndarray, apparent: np.ndarray, exposure: np.ndarray, seized_here: np.ndarray,
    stock: np.ndarray, on_order: np.ndarray, need: np.ndarray, filled_need: np.ndarray, lost: np.ndarray,
    since: np.ndarray, price_seen: np.ndarray, ordered: np.ndarray, refused: np.ndarray, sold: np.ndarray,
    rows: np.ndarray, table: np.ndarray, count: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray,
    t_whole: np.ndarray, t_landed: np.ndarray, t_next: np.ndarray, t_head: np.ndarray, t_tail: np.ndarray,
    t_free: np.ndarray, t_used: np.ndarray,
    keep: bool, first_recorded: int, l_whole: np.ndarray, l_money: np.ndarray, l_count: np.ndarray,
    crossings: np.ndarray, inspected_pieces: np.ndarray, crossed_units: np.ndarray, seized_units: np.ndarray,
    crossed_value: np.ndarray, seized: np.ndarray, counters: np.ndarray, money: np.ndarray,
    destination: np.ndarray, reserved: np.ndarray, licences: tuple[np.ndarray, ...] | None,
) -> None:  # fmt: skip
    """Serves all orders of the tick. Arguments are the columns of the same name; see `sim.world.state`.

    The groups, in order: the tick and its grouped orders; orders; links; agents; legs; policy tables; prices; rules of
    the market; what changes of agents; lots; path nodes; goods on the way; the ledger; sums of the tick; licences.

    ``licences`` is None where none acts, and `sim.tick.licence.Licences.columns` else: the compiler makes a version of
    the kernel for each, so that licences cost nothing where there are none.
    """
    products = ask.shape[1]
    sides = diversion.shape[1]
    policies = listing.shape[0]
    stock_before = 0
    for cell in range(cells):
        start = first[cell]
        stop = first[cell + 1]
        if start == stop:
            continue
        a = cell // products
        p = cell % products
        total = 0
        for place in range(start, stop):
            total += o_units[grouped[place]]
        stock_before = stock[a, p]
        auction = bidding[a] and not passes[a] and total > stock_before
        rank_orders(
            start, stop, auction, freight, levy_rate, levy_unit, premium, leg, key, o_link, o_product, o_call, o_bid,
            o_priority, net, grouped,
        )  # fmt: skip
        ordered[a, p] = total
        for place in range(start, stop):
            o = grouped[place]
            k = o_link[o]
            b = buyer[k]
            e = leg[k, p]
            call = o_call[o]
            wanted = o_kept[o]
            if auction and net[o] < ask[a, p]:
                wanted = 0
            price = 0.0
            haul = 0.0
            levy = 0.0
            if not passes[a]:
                haul = freight[e, p]
                price = ask[a, p] + premium[k, p]
                if auction:
                    price = price_of_bid(o_bid[o], haul, levy_rate[e, p], levy_unit[e, p])
                if levied:
                    levy = levy_rate[e, p] * price + levy_unit[e, p]
            landed = price + haul + levy
            # What fills the order, lot by lot; the value of the consignment is known only after that.
            filled = 0
            node = head[a, p]
            while wanted > filled and node >= 0 and stock[a, p] > filled:
                if not holds(rows, node, b):
                    filled += min(rows[node, UNITS], wanted - filled)
                node = rows[node, NEXT]
            refused[a, p] += o_units[o] - filled
            o_kept[o] = filled  # from here on, what was filled
            if filled < o_units[o]:
                counters[REFUSED_ORDERS] += 1
            if filled == 0:
                continue
            value = filled * price
            link_filled[k] += filled
            sold[a, p] += filled
            lost[b, p] -= filled
            waited = since[b, p]
            filled_need[b, p] += filled
            if filled_need[b, p] >= need[b, p]:
                since[b, p] = -1
            # The law as papers show it at the border.
            breach = 0
            law_bits = 0
            own_bits = 0
            if any_target[e, p]:
                if unlawful_on_papers(ban, e, p, paper[b], heed[a]):
                    breach |= LAW_BREACH
                law_bits = sides_above(target, e, p, heed[a])
            if any_suspended[a, p]:
                if paper[b] >= 0 and suspended[a, p, paper[b]] > heed[a]:
                    breach |= VOLUNTARY_BREACH
                own_bits = sides_above(suspended, a, p, heed[a])
            unlawful = breach & LAW_BREACH != 0
            waits = False
            # The compiler drops what stands under this test alone where there are no licences.
            if licences is not None:  # noqa: SIM102
                if not passes[a] and not unlawful:
                    waits = must_wait(
                        tick, a, p, e, heed[a], destination, licences[0], licences[1], licences[2], licences[3],
                        licences[4], licences[5], licences[6], licences[7], cash, money,
                    )  # fmt: skip
            if not passes[a]:
                cash[b] -= filled * landed
                if waits:
                    money[HELD] += filled * landed
                else:
                    cash[a] += value
                    money[4] += filled * haul
                    money[5] += filled * levy
                price_seen[b, p] = landed
                counters[TRADES] += 1
                if landed >= (1.0 - band) * ceiling[b, p] or taken[a, p] >= most_mark_up[a]:
                    counters[AT_CEILING] += 1
                if auction:
                    counters[AUCTION_FILLS] += 1
                if levy > 0.0:
                    counters[LEVIED] += 1
            if unlawful:
                counters[BARRED] += 1
            elif not passes[a] and not waits:
                licit[a] += filled * (price - unit_cost[a, p])
            for s in range(sides):
                apparent[a, s] += filled * (1.0 if paper[b] == s else diversion[jurisdiction[b], s])
            share = share_inspected(inspection[e, p], value, inspection_value, de_minimis, de_minimis_factor)
            ticks = 0
            piece = 0
            left = filled
            before = -1
            node = head[a, p]
            while left > 0:
                after = rows[node, NEXT]
                if holds(rows, node, b):
                    before = node
                    node = after
                    continue
                part = min(rows[node, UNITS], left)
                left -= part
                rows[node, UNITS] -= part
                stock[a, p] -= part
                if rows[node, UNITS] == 0:
                    live[0] -= 1
                    if before < 0:
                        head[a, p] = after
                    else:
                        rows[before, NEXT] = after
                    if after < 0:
                        tail[a, p] = before
                else:
                    before = node
                if licences is not None:  # noqa: SIM102
                    if waits:
                        on_order[b, p] += part
                        reserved[a, p] += part
                        counters[RESERVED] += part
                        hold(
                            a, b, p, e, node, part, call, piece, tick, waited, way[k, p], auction, key[k], value, price,
                            haul, levy, unit_cost[a, p], licences[8], licences[9], licences[10], licences[11],
                        )  # fmt: skip
                        piece += 1
                        node = after
                        continue
                child = intern(
                    rows, table, count, p, node, b, e, way[k, p], breach,
                    rows[node, LAW] | law_bits, rows[node, CONTRACT], rows[node, VOLUNTARY] | own_bits,
                )  # fmt: skip
                index = (p * 4 + call) * PIECES + piece
                opened = False
                caught = False
                extra = 0
                if piece == 0 or share > 0.0:
                    words = draws.block(seed, key[k], tick, draws.SHIP, index)
                    if piece == 0:
                        mean = lead[e] * (1.0 + spread[e] * (2.0 * draws.uniform(words[2]) - 1.0))
                        ticks = max(1, draws.whole(mean, draws.uniform(words[3])))
                    if draws.uniform(words[0]) < share:
                        opened = True
                        if unlawful:
                            caught = draws.uniform(words[1]) >= concealment[a]
                        else:
                            extra = draws.whole(delay, 0.0)
                crossings[e, p] += 1
                crossed_units[e, p] += part
                crossed_value[e, p] += part * price
                if opened:
                    inspected_pieces[e, p] += 1
                arrival = -1
                if caught:
                    counters[SEIZURES] += 1
                    seized_units[e, p] += part
                    seized[p] += part
                    charge = fine * part * price
                    cash[a] -= charge
                    money[7] += charge
                    link_seized[k] = True
                    seized_here[a] = True
                    seized_here[b] = True
                    for i in range(policies):
                        if listing[i] > 0.0:
                            if listable[i, a]:
                                exposure[i, a] += serves[i, b]
                            if listable[i, b]:
                                exposure[i, b] += serves[i, b]
                else:
                    if unlawful:
                        for i in range(policies):
                            if listing[i] > 0.0:
                                u = draws.draw(seed, key[k] ^ policy_key[i], tick, draws.OBSERVE, index)
                                if u < observation[i]:
                                    if listable[i, a]:
                                        exposure[i, a] += serves[i, b]
                                    if listable[i, b]:
                                        exposure[i, b] += serves[i, b]
                    arrival = tick + ticks + extra
                    on_order[b, p] += part
                    put_on_way(
                        child, p, part, a, b, waited, arrival, unit_cost[a, p] if passes[a] else landed,
                        t_whole, t_landed, t_next, t_head, t_tail, t_free, t_used,
                    )  # fmt: skip
                if keep:
                    write_shipment(
                        tick - first_recorded, a, b, p, part, child, node, e, way[k, p], breach, opened, caught,
                        arrival - first_recorded if arrival >= 0 else -1, waited - first_recorded, auction, price, haul,
                        levy, unit_cost[a, p], l_whole, l_money, l_count,
                    )  # fmt: skip
                piece += 1
                node = after
