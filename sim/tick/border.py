"""Stage 8, one piece: it passes its borders, is recorded or not, is found out or not, and goes on its way."""

from __future__ import annotations

import numpy as np

from sim.evasion.common import BEYOND, STOPS, UNDECLARED
from sim.jit import inlined, kernel
from sim.tick.carriage import put_on_way, write_shipment
from sim.tick.papers import hidden, share_inspected, side_shown
from sim.world import draws
from sim.world.paths import intern
from sim.world.ways import BY_HAND, DECLARED, GOES, HIDES_PRODUCT, LOOKS_AWAY

SEIZURES = 4
EXPORTER_RECORDS, IMPORTER_RECORDS, TRACKED = 21, 22, 23
FINES = 7
"""Row of the account `fines`."""
PIECES = 1 << 14
"""Most pieces of one order; draws of a piece have the index ``(product · 4 + call) · PIECES + piece``."""
BORDER = 1 << 22
"""Added to the index of a piece for each border behind it."""


@inlined
def time_on_way(
    seed: int, tick: int, purpose: int, index: int, key: int, lead: np.ndarray, reach: np.ndarray, c: int, delay: float
) -> int:
    """Ticks on the way: ``max(1, whole(lead + reach·(2·u2 − 1) + delay, u3))``; words of the first piece."""
    words = draws.block(seed, key, tick, purpose, index)
    mean = lead[c] + reach[c] * (2.0 * draws.uniform(words[2]) - 1.0) + delay
    return max(1, draws.whole(mean, draws.uniform(words[3])))


@kernel
def send_piece(
    seed: int, tick: int, draw_tick: int, purpose: int, index: int, ticks: int, a: int, b: int, p: int, units: int,
    node: int, c: int, w: int, key: int, breach: int, law_bits: int, own_bits: int, value: float, price: float,
    haul: float, bribe: float, levy: float, cost: float, landed: float, waited: int, auction: bool,
    seize: bool, paper: np.ndarray, side: np.ndarray, concealment: np.ndarray, recorded_share: np.ndarray,
    inspection: np.ndarray, tracking: np.ndarray, legs: np.ndarray, count_legs: np.ndarray, destination: np.ndarray,
    shown: np.ndarray, leg_pair: np.ndarray, places: int, flags: np.ndarray,
    numbers: np.ndarray, inspection_value: float, de_minimis: float, de_minimis_factor: float, delay: float,
    fine: float, export_coverage: np.ndarray, import_coverage: np.ndarray, report: np.ndarray,
    vague_share: np.ndarray, understatement: np.ndarray, known_units: np.ndarray, known_value: np.ndarray,
    any_target: np.ndarray, listing: np.ndarray, observation: np.ndarray, listable: np.ndarray,
    policy_key: np.ndarray, serves: np.ndarray, suspect: np.ndarray, sees: np.ndarray, exposure: np.ndarray,
    cash: np.ndarray, on_order: np.ndarray, seized_here: np.ndarray, link_seized: np.ndarray, k: int,
    rows: np.ndarray, table: np.ndarray, count: np.ndarray, law: int, contract: int, voluntary: int,
    t_whole: np.ndarray, t_landed: np.ndarray, t_next: np.ndarray, t_head: np.ndarray, t_tail: np.ndarray,
    t_free: np.ndarray, t_used: np.ndarray, keep: bool, first_recorded: int, l_whole: np.ndarray,
    l_money: np.ndarray, l_count: np.ndarray, crossings: np.ndarray, inspected_pieces: np.ndarray,
    crossed_units: np.ndarray, seized_units: np.ndarray, seized_pieces: np.ndarray, crossed_value: np.ndarray,
    seized: np.ndarray, sent: np.ndarray, counters: np.ndarray, money: np.ndarray,
) -> None:  # fmt: skip
    """Sends a piece over the legs of its corridor. Arguments are the columns of the same name; see `sim.world.state`.

    The groups, in order:

    - the seed, the tick, and the draws of the piece: `draw_tick` is the tick of its order; `ticks` on the way, without
      delay at a border;
    - the piece: seller `a`, buyer `b`, product `p`, units, path `node` of the seller's lot, corridor `c`, way `w`, key
      of the link, breach flags of the sale, sides barred by law and voluntarily now;
    - money, US dollars: `value` of what goes together; a unit, what is paid to the seller, to carriers (`haul`), to
      officials (`bribe`) and in levies, the seller's `cost`, and what enters the buyer's unit cost (`landed`);
    - the tick since when the need behind the order was unmet, whether it was sold by open bidding, and whether what is
      found can be seized (`seize`: unlawful or false);
    - agents; legs, corridors, pairs and ways; rules of the market; customs records; policy tables; what changes of
      agents and of the link `k`, -1 where that may be gone;
    - path nodes, with the sides barred by `law`, `contract` and `voluntary` on the seller's path; goods on the way; the
      ledger; sums of the tick.
    """
    goes = flags[w, GOES]
    escapes = hidden(numbers, w, concealment[a])
    told_value = value * numbers[w, DECLARED]
    opened = False
    extra = 0
    stopped = -1
    borders = count_legs[c]
    passed = 0
    for j in range(borders):
        e = legs[c, j]
        passed = j + 1
        crossings[e, p] += 1
        crossed_units[e, p] += units
        crossed_value[e, p] += units * price
        share = share_inspected(inspection[e, p], told_value, inspection_value, de_minimis, de_minimis_factor)
        share *= 1.0 - numbers[w, LOOKS_AWAY]
        hunted = tracking[e] if goes in (STOPS, BEYOND) else 0.0
        if share <= 0.0 and hunted <= 0.0:
            continue
        words = draws.block(seed, key, draw_tick, purpose, index + j * BORDER)
        if draws.uniform(words[0]) < share:
            opened = True
            inspected_pieces[e, p] += 1
            if not seize:
                extra += draws.whole(delay, 0.0)
            elif draws.uniform(words[1]) >= escapes:
                stopped = e
        if stopped < 0 and hunted > 0.0:
            track = draws.block(seed, key, draw_tick, draws.TRACK, index + j * BORDER)
            if draws.uniform(track[0]) < hunted:
                stopped = e
                counters[TRACKED] += 1
        if stopped >= 0:
            break
    child = intern(rows, table, count, p, node, b, c, w, breach, law | law_bits, contract, voluntary | own_bits)
    sent[w, p] += units if leg_pair[legs[c, 0]] // places != leg_pair[legs[c, 0]] % places else 0
    arrival = -1 if stopped >= 0 else tick + ticks + extra
    if stopped >= 0:
        counters[SEIZURES] += 1
        seized_units[stopped, p] += units
        seized_pieces[stopped, p] += 1
        seized[p] += units
        charge = fine * units * price
        cash[a] -= charge
        money[FINES] += charge
        if k >= 0:
            link_seized[k] = True
        seized_here[a] = True
        seized_here[b] = True
        at = leg_pair[stopped] // places
        for i in range(listing.shape[0]):
            if listing[i] > 0.0 and sees[i, 0, at]:
                if listable[i, a]:
                    exposure[i, a] += serves[i, b]
                if listable[i, b]:
                    exposure[i, b] += serves[i, b]
    else:
        on_order[b, p] += units
        put_on_way(
            child, p, units, a, b, waited, arrival, landed, t_whole, t_landed, t_next, t_head, t_tail, t_free, t_used
        )
    # What customs records show of it: a trade for each destination that papers name.
    bits = 0
    trades = 0
    if goes != UNDECLARED and flags[w, BY_HAND] == 0 and recorded_share[a] > 0.0:
        trades = borders if goes == STOPS else 1
    for j in range(trades):
        q = shown[goes, c, j]
        o = q // places
        d = q % places
        if o == d:
            continue
        # Goods seized at the border where a trade begins were never exported.
        if stopped >= 0 and j == passed - 1:
            break
        words = draws.block(seed, key, draw_tick, draws.RECORD, index + j * BORDER)
        outward = draws.uniform(words[0]) < export_coverage[o] * recorded_share[a]
        inward = (
            goes != BEYOND
            and not (stopped >= 0 and goes != STOPS)
            and draws.uniform(words[1]) < import_coverage[d] * recorded_share[a]
        )
        unclear = flags[w, HIDES_PRODUCT] != 0
        out_vague = outward and (unclear or draws.uniform(words[2]) < vague_share[o])
        in_vague = inward and (unclear or draws.uniform(words[3]) < vague_share[d])
        bits |= (outward + 2 * inward + 4 * out_vague + 8 * in_vague) << (4 * j)
        told = max(1, int(units * numbers[w, DECLARED]))
        worth = units * price * numbers[w, DECLARED]
        if outward:
            counters[EXPORTER_RECORDS] += 1
            t = tick + report[o]
            if t < known_units.shape[0]:
                column = known_units.shape[3] - 1 if out_vague else p
                known_units[t, 0, q, column] += told
                known_value[t, 0, q, column] += worth * (1.0 - understatement[o])
        if inward:
            counters[IMPORTER_RECORDS] += 1
            t = tick + ticks + extra + report[d]
            if t < known_units.shape[0]:
                column = known_units.shape[3] - 1 if in_vague else p
                known_units[t, 1, q, column] += told
                known_value[t, 1, q, column] += worth * (1.0 - understatement[d])
        if stopped < 0 and any_target[q, p]:
            consignee = side_shown(flags, w, j == borders - 1, paper[b], side[b])
            for i in range(listing.shape[0]):
                if listing[i] <= 0.0 or not ((outward and sees[i, 0, o]) or (inward and sees[i, 1, d])):
                    continue
                u = draws.draw(seed, key ^ policy_key[i], draw_tick, draws.OBSERVE, index + j * BORDER)
                if u < observation[i]:
                    weight = suspect[i, d, consignee + 1]
                    if listable[i, a]:
                        exposure[i, a] += weight
                    if listable[i, b]:
                        exposure[i, b] += weight
    if keep:
        named = -1
        if goes != UNDECLARED:
            named = shown[goes, c, 0] % places if goes == BEYOND else destination[c]
        arrives = arrival - first_recorded if arrival >= 0 else -1
        write_shipment(
            tick - first_recorded, a, b, p, units, child, node, c, w, breach, opened, stopped,
            arrives, waited - first_recorded, auction, named, bits, price,
            haul, bribe, levy, cost, l_whole, l_money, l_count,
        )  # fmt: skip
