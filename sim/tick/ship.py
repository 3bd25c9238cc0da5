"""Stages 7 and 8 for one tick: sellers serve their orders in turn, and what is filled leaves at once.

One kernel, because both walk the same queues of lots: an order is filled lot by lot, and each lot touched is a piece
that gets its path node, passes its borders and is put on the way.
"""

from __future__ import annotations

import numpy as np

from sim.jit import inlined, kernel
from sim.tick.border import (
    PIECES,
    book_seizure,
    destination_named,
    look_into_records,
    pass_borders,
    record_trades,
    time_on_way,
)
from sim.tick.carriage import put_on_way, sides_above, write_shipment
from sim.tick.clear import rank_orders
from sim.tick.contracts import enter_books, sides_by_clause
from sim.tick.licence import hold, must_wait
from sim.tick.marked import Marks, breach_of_lot, held_back, held_back_from
from sim.tick.papers import surcharge, units_of_parcel, unlawful_on_papers
from sim.tick.standings import Laws
from sim.world import draws
from sim.world.paths import CONTRACT, LAW, NEXT, UNITS, VOLUNTARY, holds, intern
from sim.world.records import COUNTERS
from sim.world.ways import DELAY, FALSE, GOES, OFFICIALS

TRADES, AT_CEILING, AUCTION_FILLS, REFUSED_ORDERS = 0, 1, 2, 3
BARRED, LEVIED = 12, 14
LAW_BREACH, VOLUNTARY_BREACH = 1, 4
RESERVED = 19
EVADING = 24
RESOLD, CONTENT_FOUND = COUNTERS.index("resold_in_breach"), COUNTERS.index("content_found")
EXEMPT, GRANDFATHERED = COUNTERS.index("exempt_trades"), COUNTERS.index("grandfathered_trades")
FREIGHT, LEVIES, FEES, FACILITATION = 4, 5, 6, 8
"""Rows of accounts."""
HELD = 12
"""Row of the account `held`."""


@inlined
def passed_over(rows: np.ndarray, node: int, buyer: int, resale: bool, side: int) -> bool:
    """Whether a seller passes over a lot: its path holds the customer, or, without resale, bars the customer's side.

    Args:
        rows: Path nodes.
        node: Node of the lot.
        buyer: Customer.
        resale: Whether goods are passed on to sides that were barred.
        side: The customer's side, -1 for none.
    """
    if holds(rows, node, buyer):
        return True
    if resale or side < 0:
        return False
    barred = rows[node, LAW] | rows[node, CONTRACT] | rows[node, VOLUNTARY]
    return (barred >> side) & 1 != 0


@kernel
def serve(
    seed: int, tick: int, cells: int, first: np.ndarray, grouped: np.ndarray, net: np.ndarray,
    o_link: np.ndarray, o_product: np.ndarray, o_call: np.ndarray, o_units: np.ndarray, o_kept: np.ndarray,
    o_price: np.ndarray, o_pair: np.ndarray, o_told: np.ndarray, o_priority: np.ndarray,
    buyer: np.ndarray, key: np.ndarray, pair: np.ndarray, corridors: np.ndarray,
    ways: np.ndarray, premium: np.ndarray, link_filled: np.ndarray, link_seized: np.ndarray,
    passes: np.ndarray, bidding: np.ndarray, paper: np.ndarray, side: np.ndarray, jurisdiction: np.ndarray,
    heed: np.ndarray, concealment: np.ndarray, recorded_share: np.ndarray, most_mark_up: np.ndarray,
    diversion: np.ndarray, freight: np.ndarray, lead: np.ndarray, reach: np.ndarray, inspection: np.ndarray,
    tracking: np.ndarray, legs: np.ndarray, count_legs: np.ndarray, destination: np.ndarray, shown: np.ndarray,
    leg_pair: np.ndarray, pair_destination: np.ndarray, places: int, flags: np.ndarray,
    numbers: np.ndarray, factor: np.ndarray, resale: bool,
    levied: bool, levy_rate: np.ndarray, levy_unit: np.ndarray,
    held_up: bool, fees: np.ndarray, held_weeks: np.ndarray, weeks_a_tick: float,
    ban: np.ndarray, target: np.ndarray, suspended: np.ndarray, any_target: np.ndarray, any_suspended: np.ndarray,
    listing: np.ndarray, observation: np.ndarray, listable: np.ndarray, policy_key: np.ndarray, serves: np.ndarray,
    suspect: np.ndarray, sources: np.ndarray, sees: np.ndarray, mismatch: np.ndarray,
    export_coverage: np.ndarray, import_coverage: np.ndarray, report: np.ndarray, vague_share: np.ndarray,
    understatement: np.ndarray, known_units: np.ndarray, known_value: np.ndarray,
    ask: np.ndarray, ceiling: np.ndarray, taken: np.ndarray, unit_cost: np.ndarray,
    usual: float, band: float, inspection_value: float, de_minimis: float, de_minimis_factor: float, delay: float,
    fine: float,
    cash: np.ndarray, licit: np.ndarray, apparent: np.ndarray, exposure: np.ndarray, seized_here: np.ndarray,
    stock: np.ndarray, on_order: np.ndarray, need: np.ndarray, filled_need: np.ndarray, lost: np.ndarray,
    since: np.ndarray, price_seen: np.ndarray, ordered: np.ndarray, refused: np.ndarray, sold: np.ndarray,
    rows: np.ndarray, table: np.ndarray, count: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray,
    t_whole: np.ndarray, t_landed: np.ndarray, t_next: np.ndarray, t_head: np.ndarray, t_tail: np.ndarray,
    t_free: np.ndarray, t_used: np.ndarray,
    keep: bool, first_recorded: int, l_whole: np.ndarray, l_money: np.ndarray, l_count: np.ndarray,
    crossings: np.ndarray, inspected_pieces: np.ndarray, crossed_units: np.ndarray, seized_units: np.ndarray,
    seized_pieces: np.ndarray, crossed_value: np.ndarray, seized: np.ndarray, sent: np.ndarray,
    counters: np.ndarray, money: np.ndarray,
    reserved: np.ndarray, licences: tuple[np.ndarray, ...] | None, laws: Laws | None,
    needed: tuple[np.ndarray, ...] | None, marks: Marks | None,
) -> None:  # fmt: skip
    """Serves all orders of the tick. Arguments are the columns of the same name; see `sim.world.state`.

    The groups, in order: the tick and its grouped orders; orders; links; agents; corridors, pairs and ways; policy
    tables, what banks hold up after levies; customs records; prices; rules of the market; what changes of agents; lots;
    path nodes; goods on the way; the ledger; sums of the tick; licences; what bears by standing; marked goods.

    ``licences`` is None where none acts, and `sim.tick.licence.Licences.columns` else: the compiler makes a version of
    the kernel for each, so that licences cost nothing where there are none. So are ``laws``, what bears by standing in
    place of the tables, ``needed``, the strength of licences likewise (`sim.tick.standings.Standings.strengths`), and
    ``marks`` (`sim.tick.marked.Marked.columns`).
    """
    products = ask.shape[1]
    sides = diversion.shape[1]
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
        rank_orders(start, stop, auction, premium, key, o_link, o_product, o_call, o_priority, o_price, net, grouped)
        ordered[a, p] = total
        for place in range(start, stop):
            o = grouped[place]
            k = o_link[o]
            b = buyer[k]
            c = np.int64(corridors[k, p])
            w = np.int64(ways[k, p])
            q = pair[k]
            call = o_call[o]
            wanted = o_kept[o]
            if auction and net[o] < ask[a, p]:
                wanted = 0
            price = 0.0
            haul = 0.0
            bribe = 0.0
            levy = 0.0
            charge = 0.0
            held = 0.0
            parcel = usual
            borne = any_target[q, p]
            own_borne = any_suspended[a, p]
            if laws is not None:
                z = laws.first[a] + laws.dated[b, p]
                ban, target, suspended = laws.ban[z], laws.target[z], laws.suspended[z]
                levy_rate, levy_unit = laws.levy_rate[z], laws.levy_unit[z]
                borne = laws.any_target[z, q, p]
                own_borne = laws.any_suspended[z, a, p]
            if not passes[a]:
                parcel = units_of_parcel(flags, numbers, w, ask[a, p], usual, de_minimis)
                rate, unit, levy_share, levy_flat = surcharge(
                    freight,
                    levied,
                    levy_rate,
                    levy_unit,
                    shown,
                    count_legs,
                    flags,
                    numbers,
                    w,
                    c,
                    p,
                    parcel,
                    factor[a, w],
                )
                price = o_price[o] if auction else ask[a, p] + premium[k, p]
                haul = unit
                if flags[w, OFFICIALS] != 0:
                    bribe = rate * price
                else:
                    haul = unit + rate * price
                levy = levy_share * price + levy_flat
                if held_up:
                    charge = fees[k, p] * price
                    held = held_weeks[k, p] / weeks_a_tick
            landed = price + haul + bribe + levy + charge
            barred_side = -1
            if not resale and not passes[a]:
                barred_side = side[b] if side[b] >= 0 else paper[b]
            # What fills the order, lot by lot; the value of the consignment is known only after that.
            filled = 0
            broken = 0
            back_sides, back_rules, standing = 0, 0, 0
            if marks is not None:  # noqa: SIM102
                if not passes[a]:
                    standing = marks.first[a] + marks.dated[b, p]
                    back_sides, back_rules = held_back_from(marks, a, b, q, standing)
            node = head[a, p]
            while wanted > filled and node >= 0 and stock[a, p] > filled:
                over = passed_over(rows, node, b, resale, barred_side)
                if marks is not None:  # noqa: SIM102
                    if not over and not passes[a]:
                        over = held_back(marks, rows, node, a, p, back_sides, back_rules)
                        if not over:
                            broken |= breach_of_lot(marks, rows, node, a, b, p, q, standing)[0]
                if not over:
                    filled += min(rows[node, UNITS], wanted - filled)
                node = rows[node, NEXT]
            refused[a, p] += o_units[o] - filled
            o_kept[o] = filled  # from here on, what was filled
            if filled < o_units[o]:
                counters[REFUSED_ORDERS] += 1
            if filled == 0:
                continue
            # Parcels of a consignment are opened by the value of one of them, a consignment by the value of all of it.
            value = min(float(filled), parcel) * price if w != 0 and parcel < usual else filled * price
            link_filled[k] += filled
            sold[a, p] += filled
            lost[b, p] -= filled
            waited = since[b, p]
            filled_need[b, p] += filled
            if filled_need[b, p] >= need[b, p]:
                since[b, p] = -1
            # The law as true papers would show it.
            breach = 0
            law_bits = 0
            own_bits = 0
            if borne:
                if unlawful_on_papers(ban, q, p, paper[b], heed[a]):
                    breach |= LAW_BREACH
                law_bits = sides_above(target, q, p, heed[a])
            if own_borne:
                if paper[b] >= 0 and suspended[a, p, paper[b]] > heed[a]:
                    breach |= VOLUNTARY_BREACH
                own_bits = sides_above(suspended, a, p, heed[a])
            seize = breach & LAW_BREACH != 0 or flags[w, FALSE] != 0
            unlawful = (breach | broken) & LAW_BREACH != 0
            waits = False
            # The compiler drops what stands under this test alone where there are no licences.
            if licences is not None:  # noqa: SIM102
                if not passes[a]:
                    strength = licences[0]
                    if needed is not None:
                        strength = needed[3][needed[0][a] + needed[1][b, p]]
                    waits = must_wait(
                        tick, a, o_told[o], o_pair[o], heed[a], pair_destination, strength, licences[1],
                        licences[2], licences[3], licences[4], licences[5], licences[6], licences[7], cash, money,
                    )  # fmt: skip
            if not passes[a]:
                cash[b] -= filled * landed
                if waits:
                    money[HELD] += filled * landed
                else:
                    cash[a] += filled * price
                    money[FREIGHT] += filled * haul
                    money[FACILITATION] += filled * bribe
                    money[LEVIES] += filled * levy
                    money[FEES] += filled * charge
                price_seen[b, p] = landed
                counters[TRADES] += 1
                if landed >= (1.0 - band) * ceiling[b, p] or taken[a, p] >= most_mark_up[a]:
                    counters[AT_CEILING] += 1
                if auction:
                    counters[AUCTION_FILLS] += 1
                if levy > 0.0:
                    counters[LEVIED] += 1
                if w != 0:
                    counters[EVADING] += 1
                if laws is not None:
                    counters[EXEMPT] += laws.spared[z, 0]
                    counters[GRANDFATHERED] += laws.spared[z, 1]
            if unlawful:
                counters[BARRED] += 1
            elif not passes[a] and not waits and flags[w, FALSE] == 0 and broken == 0:
                licit[a] += filled * (price - unit_cost[a, p])
            for s in range(sides):
                apparent[a, s] += filled * (1.0 if paper[b] == s else diversion[jurisdiction[b], s])
            leaves = leg_pair[legs[c, 0]] // places != leg_pair[legs[c, 0]] % places
            enters = unit_cost[a, p] if passes[a] else landed
            ticks = 0
            piece = 0
            left = filled
            before = -1
            node = head[a, p]
            while left > 0:
                after = rows[node, NEXT]
                over = passed_over(rows, node, b, resale, barred_side)
                if marks is not None:  # noqa: SIM102
                    if not over and not passes[a]:
                        over = held_back(marks, rows, node, a, p, back_sides, back_rules)
                if over:
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
                            q, a, b, p, c, node, part, call, piece, tick, waited, w, auction, key[k], value, price,
                            haul, bribe, levy, charge, held, unit_cost[a, p], licences[8], licences[9], licences[10],
                            licences[11],
                        )  # fmt: skip
                        piece += 1
                        node = after
                        continue
                index = (p * 4 + call) * PIECES + piece
                lot_breach, lot_law, clause_bits, tested = 0, 0, 0, False
                if marks is not None:  # noqa: SIM102
                    if not passes[a]:
                        lot_breach, lot_law, shows = breach_of_lot(marks, rows, node, a, b, p, q, standing)
                        clause_bits = sides_by_clause(marks, a, b, p)
                        counters[RESOLD] += enter_books(marks, rows, node, a, b, p)
                        tested = shows > 0.0 and draws.draw(seed, key[k], tick, draws.TEST, index) < shows
                if piece == 0:
                    ticks = time_on_way(seed, tick, draws.SHIP, index, key[k], lead, reach, c, numbers[w, DELAY] + held)
                stopped, reached, opened, extra = pass_borders(
                    seed, tick, draws.SHIP, index, key[k], c, w, p, part, price, value, concealment[a],
                    seize or tested,
                    inspection, tracking, legs, count_legs, flags, numbers, inspection_value, de_minimis,
                    de_minimis_factor, delay, crossings, inspected_pieces, crossed_units, crossed_value, counters,
                )  # fmt: skip
                if tested and stopped >= 0 and not seize:
                    counters[CONTENT_FOUND] += 1
                arrival = tick + ticks + extra
                bits = 0
                if leaves:
                    sent[w, p] += part
                    bits = record_trades(
                        seed, tick, index, key[k], tick, arrival, stopped, reached, p, part, price, c, w,
                        recorded_share[a], flags, numbers, shown, count_legs, places, export_coverage,
                        import_coverage, report, vague_share, understatement, known_units, known_value, counters,
                    )  # fmt: skip
                child = intern(
                    rows, table, count, p, node, b, c, w, breach | lot_breach, rows[node, LAW] | law_bits | lot_law,
                    rows[node, CONTRACT] | clause_bits, rows[node, VOLUNTARY] | own_bits,
                )  # fmt: skip
                if stopped >= 0:
                    book_seizure(
                        a, b, p, part, price, fine, stopped, leg_pair[stopped] // places, listing, sources, listable,
                        serves, exposure, cash, seized_here, seized_units, seized_pieces, seized, counters, money,
                    )  # fmt: skip
                    link_seized[k] = True
                    arrival = -1
                else:
                    if bits != 0:
                        look_into_records(
                            seed, tick, index, key[k], bits, a, b, p, c, w, paper, side, flags, shown, count_legs,
                            places, any_target, listing, observation, sees, mismatch, listable, policy_key, suspect,
                            exposure, counters,
                        )  # fmt: skip
                    on_order[b, p] += part
                    put_on_way(
                        child, p, part, a, b, waited, arrival, enters, t_whole, t_landed, t_next, t_head, t_tail,
                        t_free, t_used,
                    )  # fmt: skip
                if keep:
                    arrives = arrival - first_recorded if arrival >= 0 else -1
                    named = destination_named(flags[w, GOES], c, shown, destination, places)
                    write_shipment(
                        tick - first_recorded, a, b, p, part, child, node, c, w, breach | lot_breach, opened, stopped,
                        arrives, waited - first_recorded, auction, named, bits, price, haul, bribe, levy,
                        unit_cost[a, p], charge, l_whole, l_money, l_count,
                    )  # fmt: skip
                piece += 1
                node = after
