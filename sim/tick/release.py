"""Stage 1, goods held for a licence: they leave once all licences are there, or return where one is refused."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
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
from sim.tick.contracts import enter_books, sides_by_clause
from sim.tick.evade import corridor_open
from sim.tick.licence import (
    CHARGE,
    COST,
    FACILITATION,
    FREIGHT,
    H_AUCTION,
    H_BUYER,
    H_CALL,
    H_CORRIDOR,
    H_LINK_PAIR,
    H_NODE,
    H_PIECE,
    H_PRODUCT,
    H_SELLER,
    H_SINCE,
    H_TICK,
    H_UNITS,
    H_WAY,
    HELD_UP,
    LEVY,
    PRICE,
    VALUE,
    must_wait,
    refused_now,
)
from sim.tick.marked import Marks, breach_of_lot, held_back, held_back_from
from sim.tick.papers import first_pair, papers_pass, unlawful_on_papers
from sim.tick.standings import Laws
from sim.world import draws
from sim.world.columns import ALIVE, CLOSED
from sim.world.lots import put
from sim.world.paths import CONTRACT, LAW, VOLUNTARY, intern
from sim.world.records import COUNTERS
from sim.world.ways import DELAY, FALSE, GOES, HIDES_PRODUCT

FREIGHT_ACCOUNT, LEVIES_ACCOUNT, FEES_ACCOUNT, FACILITATION_ACCOUNT, HELD = 4, 5, 6, 8, 12
"""Rows of accounts."""
LAW_BREACH, VOLUNTARY_BREACH = 1, 4
CONTENT_FOUND, RESOLD = COUNTERS.index("content_found"), COUNTERS.index("resold_in_breach")


@kernel
def settle_held(
    seed: int, tick: int, whole: np.ndarray, paid: np.ndarray, keys: np.ndarray, held: np.ndarray,
    strength: np.ndarray, exports: np.ndarray, licensed: np.ndarray, fee: np.ndarray, valid: np.ndarray,
    again: np.ndarray, is_open: np.ndarray, queue: np.ndarray, queued: np.ndarray,
    state: np.ndarray, paper: np.ndarray, side: np.ndarray, heed: np.ndarray, concealment: np.ndarray,
    recorded_share: np.ndarray, open_legs: np.ndarray, lead: np.ndarray, reach: np.ndarray,
    inspection: np.ndarray, tracking: np.ndarray, legs: np.ndarray, count_legs: np.ndarray,
    destination: np.ndarray, shown: np.ndarray, leg_pair: np.ndarray,
    pair_destination: np.ndarray, places: int, flags: np.ndarray, numbers: np.ndarray,
    ban: np.ndarray, target: np.ndarray, suspended: np.ndarray, any_target: np.ndarray,
    listing: np.ndarray, observation: np.ndarray, listable: np.ndarray, policy_key: np.ndarray, serves: np.ndarray,
    suspect: np.ndarray, sources: np.ndarray, sees: np.ndarray, mismatch: np.ndarray,
    export_coverage: np.ndarray, import_coverage: np.ndarray, report: np.ndarray, vague_share: np.ndarray,
    understatement: np.ndarray, known_units: np.ndarray, known_value: np.ndarray,
    inspection_value: float, de_minimis: float, de_minimis_factor: float, delay: float, fine: float,
    cash: np.ndarray, licit: np.ndarray, exposure: np.ndarray, seized_here: np.ndarray,
    stock: np.ndarray, unit_cost: np.ndarray, reserved: np.ndarray,
    on_order: np.ndarray, since: np.ndarray, lost: np.ndarray,
    rows: np.ndarray, table: np.ndarray, count: np.ndarray, head: np.ndarray, tail: np.ndarray, live: np.ndarray,
    merged: np.ndarray, frozen: np.ndarray,
    t_whole: np.ndarray, t_landed: np.ndarray, t_next: np.ndarray, t_head: np.ndarray, t_tail: np.ndarray,
    t_free: np.ndarray, t_used: np.ndarray,
    keep: bool, first_recorded: int, l_whole: np.ndarray, l_money: np.ndarray, l_count: np.ndarray,
    crossings: np.ndarray, inspected_pieces: np.ndarray, crossed_units: np.ndarray, seized_units: np.ndarray,
    seized_pieces: np.ndarray, crossed_value: np.ndarray, seized: np.ndarray, sent: np.ndarray,
    counters: np.ndarray, money: np.ndarray, laws: Laws | None, needed: tuple[np.ndarray, ...] | None,
    marks: Marks | None,
) -> int:  # fmt: skip
    """Goes through all pieces held, in the order they were reserved. Columns as of `sim.tick.ship.serve`.

    Goods of a closed seller are frozen. Where the buyer has gone, papers show a breach by now, a licence was refused,
    or the seller holds such goods back by now, they return to the seller's stock. In all these cases the money returns
    to the buyer. Where all licences needed now are there and the corridor is open, they leave.

    Returns:
        Units returned to sellers.
    """
    kept = 0
    back = 0
    products = stock.shape[1]
    for n in range(held[0]):
        a, b, p, c = whole[n, H_SELLER], whole[n, H_BUYER], whole[n, H_PRODUCT], whole[n, H_CORRIDOR]
        node, units, w, q = whole[n, H_NODE], whole[n, H_UNITS], whole[n, H_WAY], whole[n, H_LINK_PAIR]
        landed = paid[n, PRICE] + paid[n, FREIGHT] + paid[n, FACILITATION] + paid[n, LEVY] + paid[n, CHARGE]
        told = products if flags[w, HIDES_PRODUCT] != 0 else p
        named = first_pair(shown, flags, w, c)
        strengths = strength
        if laws is not None and needed is not None:
            # By the date of the order that they fill; windows may have closed since.
            z = laws.first[a] + laws.by_date[whole[n, H_SINCE]]
            ban, target, suspended, strengths = laws.ban[z], laws.target[z], laws.suspended[z], needed[3][z]
        gone = state[a] == CLOSED
        returns = (
            gone
            or state[b] != ALIVE
            or not papers_pass(ban, shown, count_legs, flags, w, c, p, paper[b], side[b], heed[a])
            or refused_now(tick, a, told, named, heed[a], pair_destination, strengths, exports, licensed, again)
        )
        standing = 0
        if marks is not None:
            standing = marks.first[a] + marks.by_date[whole[n, H_SINCE]]
            back_sides, back_rules = held_back_from(marks, a, b, q, standing)
            returns = returns or held_back(marks, rows, node, a, p, back_sides, back_rules)
        if not returns:
            waits = must_wait(
                tick, a, told, named, heed[a], pair_destination, strengths, exports, licensed, fee, valid, is_open,
                queue, queued, cash, money,
            )  # fmt: skip
            if waits or not corridor_open(open_legs, legs, count_legs, c):
                whole[kept] = whole[n]
                paid[kept] = paid[n]
                keys[kept] = keys[n]
                kept += 1
                continue
        reserved[a, p] -= units
        on_order[b, p] -= units
        money[HELD] -= units * landed
        if returns:
            cash[b] += units * landed
            lost[b, p] += units
            if since[b, p] < 0 or since[b, p] > whole[n, H_SINCE]:
                since[b, p] = whole[n, H_SINCE]
            if gone:
                frozen[p] += units
            else:
                unit_cost[a, p] = (stock[a, p] * unit_cost[a, p] + units * paid[n, COST]) / (stock[a, p] + units)
                stock[a, p] += units
                put(rows, head, tail, live, merged, a, node, p, units)
                back += units
            continue
        cash[a] += units * paid[n, PRICE]
        money[FREIGHT_ACCOUNT] += units * paid[n, FREIGHT]
        money[FACILITATION_ACCOUNT] += units * paid[n, FACILITATION]
        money[LEVIES_ACCOUNT] += units * paid[n, LEVY]
        money[FEES_ACCOUNT] += units * paid[n, CHARGE]
        breach = 0
        if unlawful_on_papers(ban, q, p, paper[b], heed[a]):
            breach |= LAW_BREACH
        if paper[b] >= 0 and suspended[a, p, paper[b]] > heed[a]:
            breach |= VOLUNTARY_BREACH
        seize = breach & LAW_BREACH != 0 or flags[w, FALSE] != 0
        law_bits = sides_above(target, q, p, heed[a])
        own_bits = sides_above(suspended, a, p, heed[a])
        clause_bits = 0
        shows = 0.0
        lot_breach = 0
        if marks is not None:
            lot_breach, lot_law, shows = breach_of_lot(marks, rows, node, a, b, p, q, standing)
            law_bits |= lot_law
            clause_bits = sides_by_clause(marks, a, b, p)
            counters[RESOLD] += enter_books(marks, rows, node, a, b, p)
        if not seize and lot_breach == 0:
            licit[a] += units * (paid[n, PRICE] - paid[n, COST])
        # The luck of a piece is that of the tick of its order: no other piece can have the same.
        index = (p * 4 + whole[n, H_CALL]) * PIECES
        delay_of_order = numbers[w, DELAY] + paid[n, HELD_UP]
        ticks = time_on_way(seed, whole[n, H_TICK], draws.RELEASE, index, keys[n], lead, reach, c, delay_of_order)
        breach |= lot_breach
        asked = whole[n, H_TICK]
        key = keys[n]
        price = paid[n, PRICE]
        at = index + whole[n, H_PIECE]
        tested = shows > 0.0 and draws.draw(seed, key, asked, draws.TEST, at) < shows
        stopped, reached, opened, extra = pass_borders(
            seed, asked, draws.RELEASE, at, key, c, w, p, units, price, paid[n, VALUE], concealment[a],
            seize or tested,
            inspection, tracking, legs, count_legs, flags, numbers, inspection_value, de_minimis, de_minimis_factor,
            delay, crossings, inspected_pieces, crossed_units, crossed_value, counters,
        )  # fmt: skip
        if tested and stopped >= 0 and not seize:
            counters[CONTENT_FOUND] += 1
        arrival = tick + ticks + extra
        bits = 0
        if leg_pair[legs[c, 0]] // places != leg_pair[legs[c, 0]] % places:
            sent[w, p] += units
            bits = record_trades(
                seed, asked, at, key, tick, arrival, stopped, reached, p, units, price, c, w, recorded_share[a], flags,
                numbers, shown, count_legs, places, export_coverage, import_coverage, report, vague_share,
                understatement, known_units, known_value, counters,
            )  # fmt: skip
        child = intern(
            rows, table, count, p, node, b, c, w, breach, rows[node, LAW] | law_bits,
            rows[node, CONTRACT] | clause_bits, rows[node, VOLUNTARY] | own_bits,
        )  # fmt: skip
        if stopped >= 0:
            book_seizure(
                a, b, p, units, price, fine, stopped, leg_pair[stopped] // places, listing, sources, listable, serves,
                exposure, cash, seized_here, seized_units, seized_pieces, seized, counters, money,
            )  # fmt: skip
            arrival = -1
        else:
            if bits != 0:
                look_into_records(
                    seed, asked, at, key, bits, a, b, p, c, w, paper, side, flags, shown, count_legs, places,
                    any_target, listing, observation, sees, mismatch, listable, policy_key, suspect, exposure, counters,
                )  # fmt: skip
            on_order[b, p] += units
            put_on_way(
                child, p, units, a, b, whole[n, H_SINCE], arrival, landed, t_whole, t_landed, t_next, t_head, t_tail,
                t_free, t_used,
            )  # fmt: skip
        if keep:
            arrives = arrival - first_recorded if arrival >= 0 else -1
            named = destination_named(flags[w, GOES], c, shown, destination, places)
            auction = whole[n, H_AUCTION] != 0
            write_shipment(
                tick - first_recorded, a, b, p, units, child, node, c, w, breach, opened, stopped, arrives,
                whole[n, H_SINCE] - first_recorded, auction, named, bits, price, paid[n, FREIGHT],
                paid[n, FACILITATION], paid[n, LEVY], paid[n, COST], paid[n, CHARGE],
                l_whole, l_money, l_count,
            )  # fmt: skip
    held[0] = kept
    return back
