"""Stage 8, one piece: it passes its borders, is recorded or not, is found out or not, and goes on its way."""

from __future__ import annotations

import numpy as np

from sim.evasion.common import BEYOND, STOPS, UNDECLARED
from sim.jit import inlined
from sim.tick.papers import hidden, share_inspected, side_shown
from sim.world import draws
from sim.world.records import COUNTERS
from sim.world.ways import DECLARED, GOES, HIDES_PRODUCT, LOOKS_AWAY

SEIZURES = 4
EXPORTER_RECORDS, IMPORTER_RECORDS, TRACKED = 21, 22, 23
MISMATCHES = COUNTERS.index("mismatches")
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
    """Ticks on the way: ``max(1, whole(lead + reach·(2·u2 − 1) + delay, u3))``, words of the first piece."""
    words = draws.block(seed, key, tick, purpose, index)
    mean = lead[c] + reach[c] * (2.0 * draws.uniform(words[2]) - 1.0) + delay
    return max(1, draws.whole(mean, draws.uniform(words[3])))


@inlined
def pass_borders(
    seed: int, draw_tick: int, purpose: int, index: int, key: int, c: int, w: int, p: int, units: int, price: float,
    value: float, concealment: float, seize: bool, inspection: np.ndarray, tracking: np.ndarray, legs: np.ndarray,
    count_legs: np.ndarray, flags: np.ndarray, numbers: np.ndarray, inspection_value: float, de_minimis: float,
    de_minimis_factor: float, delay: float, crossings: np.ndarray, inspected_pieces: np.ndarray,
    crossed_units: np.ndarray, crossed_value: np.ndarray, counters: np.ndarray,
) -> tuple[int, int, bool, int]:  # fmt: skip
    """Takes a piece over the borders of its corridor, until it is seized or through.

    Args:
        seed: Seed of the run.
        draw_tick: Tick whose draws the piece has: that of its order.
        purpose: Purpose of its draws.
        index: Index of its draws.
        key: Key of the link.
        c: Corridor.
        w: Way.
        p: Product.
        units: Units.
        price: US dollars a unit, as paid to the seller.
        value: Value of what goes together, US dollars.
        concealment: Of the seller.
        seize: Whether what is found can be seized: the sale is unlawful, or the papers are false.
        inspection: float64 (leg, product).
        tracking: float64 (leg,).
        legs: int64 (corridor, 3).
        count_legs: int64 (corridor,).
        flags: int64 (way, 9).
        numbers: float64 (way, 9).
        inspection_value: US dollars.
        de_minimis: US dollars.
        de_minimis_factor: Factor below it.
        delay: Ticks that lawful goods lose where they are opened.
        crossings: int64 (leg, product), grows.
        inspected_pieces: int64 (leg, product), grows.
        crossed_units: int64 (leg, product), grows.
        crossed_value: float64 (leg, product), grows.
        counters: int64 (counter,).

    Returns:
        The leg where it was seized, -1 for none; borders reached; whether it was opened; ticks lost.
    """
    opened = False
    extra = 0
    stopped = -1
    reached = 0
    hides_route = flags[w, GOES] == STOPS or flags[w, GOES] == BEYOND
    for j in range(count_legs[c]):
        if stopped >= 0:
            continue
        e = legs[c, j]
        reached = j + 1
        crossings[e, p] += 1
        crossed_units[e, p] += units
        crossed_value[e, p] += units * price
        if inspection[e, p] > 0.0:
            share = share_inspected(
                inspection[e, p], value * numbers[w, DECLARED], inspection_value, de_minimis, de_minimis_factor
            )
            words = draws.block(seed, key, draw_tick, purpose, index + j * BORDER)
            if draws.uniform(words[0]) < share * (1.0 - numbers[w, LOOKS_AWAY]):
                opened = True
                inspected_pieces[e, p] += 1
                if not seize:
                    extra += draws.whole(delay, 0.0)
                elif draws.uniform(words[1]) >= hidden(numbers, w, concealment):
                    stopped = e
        if hides_route and stopped < 0 and tracking[e] > 0.0:
            words = draws.block(seed, key, draw_tick, draws.TRACK, index + j * BORDER)
            if draws.uniform(words[0]) < tracking[e]:
                stopped = e
                counters[TRACKED] += 1
    return stopped, reached, opened, extra


@inlined
def book_seizure(
    a: int, b: int, p: int, units: int, price: float, fine: float, leg: int, place: int, listing: np.ndarray,
    sources: np.ndarray, listable: np.ndarray, serves: np.ndarray, exposure: np.ndarray, cash: np.ndarray,
    seized_here: np.ndarray, seized_units: np.ndarray, seized_pieces: np.ndarray, seized: np.ndarray,
    counters: np.ndarray, money: np.ndarray,
) -> None:  # fmt: skip
    """Books a piece that was seized: units, fine, and exposure with the authorities that hear of it.

    Args:
        a: Seller.
        b: Buyer.
        p: Product.
        units: Units.
        price: US dollars a unit.
        fine: Fine as a share of the value.
        leg: Where it was seized.
        place: Jurisdiction that seized it.
        listing: float64 (policy,), 0 where no listing policy is in force.
        sources: bool (policy, jurisdiction).
        listable: bool (policy, agent).
        serves: float64 (policy, agent).
        exposure: float64 (policy, agent), grows.
        cash: float64 (agent,), falls.
        seized_here: bool (agent,), set.
        seized_units: int64 (leg, product), grows.
        seized_pieces: int64 (leg, product), grows.
        seized: int64 (product,), grows.
        counters: int64 (counter,).
        money: float64 (account,).
    """
    counters[SEIZURES] += 1
    seized_units[leg, p] += units
    seized_pieces[leg, p] += 1
    seized[p] += units
    charge = fine * units * price
    cash[a] -= charge
    money[FINES] += charge
    seized_here[a] = True
    seized_here[b] = True
    for i in range(listing.shape[0]):
        if listing[i] > 0.0 and sources[i, place]:
            if listable[i, a]:
                exposure[i, a] += serves[i, b]
            if listable[i, b]:
                exposure[i, b] += serves[i, b]


@inlined
def record_trades(
    seed: int, draw_tick: int, index: int, key: int, tick: int, arrival: int, stopped: int, reached: int, p: int,
    units: int, price: float, c: int, w: int, share: float, flags: np.ndarray, numbers: np.ndarray,
    shown: np.ndarray, count_legs: np.ndarray, places: int, export_coverage: np.ndarray,
    import_coverage: np.ndarray, report: np.ndarray, vague_share: np.ndarray, understatement: np.ndarray,
    known_units: np.ndarray, known_value: np.ndarray, counters: np.ndarray,
) -> int:  # fmt: skip
    """What customs records show of a piece: a trade for each destination that its papers name.

    Args:
        seed: Seed of the run.
        draw_tick: Tick whose draws the piece has.
        index: Index of its draws.
        key: Key of the link.
        tick: This tick.
        arrival: Tick in which it arrives, or would arrive.
        stopped: Leg where it was seized, -1 for none.
        reached: Borders that it reached.
        p: Product.
        units: Units.
        price: US dollars a unit.
        c: Corridor.
        w: Way.
        share: Factor on the coverage of what the seller sends.
        flags: int64 (way, 9).
        numbers: float64 (way, 9).
        shown: int32 (3, corridor, 3).
        count_legs: int64 (corridor,).
        places: Number of jurisdictions.
        export_coverage: float64 (pair,), of exporters' records of trade declared from the one to the other.
        import_coverage: float64 (pair,), of importers' records of it.
        report: int64 (jurisdiction,), ticks.
        vague_share: float64 (jurisdiction,).
        understatement: float64 (jurisdiction,).
        known_units: int64 (tick, 2, pair, product + 1), grows.
        known_value: float64, likewise.
        counters: int64 (counter,).

    Returns:
        Bits, four a trade: exporter-side record, importer-side record, the same under a vague heading.
    """
    bits = 0
    goes = flags[w, GOES]
    trades = 0
    if goes != UNDECLARED and share > 0.0:
        trades = count_legs[c] if goes == STOPS else 1
        # Goods seized at the border where a trade begins were never exported.
        if stopped >= 0:
            trades = min(trades, reached - 1)
    for j in range(trades):
        q = shown[goes, c, j]
        o = q // places
        d = q % places
        if o == d:
            continue
        words = draws.block(seed, key, draw_tick, draws.RECORD, index + j * BORDER)
        outward = draws.uniform(words[0]) < export_coverage[q] * share
        comes_in = goes != BEYOND and (stopped < 0 or goes == STOPS)
        inward = comes_in and draws.uniform(words[1]) < import_coverage[q] * share
        unclear = flags[w, HIDES_PRODUCT] != 0
        told = max(1, int(units * numbers[w, DECLARED]))
        worth = units * price * numbers[w, DECLARED]
        if outward:
            column = p
            bits |= 1 << (4 * j)
            if unclear or draws.uniform(words[2]) < vague_share[o]:
                column = known_units.shape[3] - 1
                bits |= 4 << (4 * j)
            counters[EXPORTER_RECORDS] += 1
            t = tick + report[o]
            if t < known_units.shape[0]:
                known_units[t, 0, q, column] += told
                known_value[t, 0, q, column] += worth * (1.0 - understatement[o])
        if inward:
            column = p
            bits |= 2 << (4 * j)
            if unclear or draws.uniform(words[3]) < vague_share[d]:
                column = known_units.shape[3] - 1
                bits |= 8 << (4 * j)
            counters[IMPORTER_RECORDS] += 1
            t = arrival + report[d]
            if t < known_units.shape[0]:
                known_units[t, 1, q, column] += told
                known_value[t, 1, q, column] += worth * (1.0 - understatement[d])
    return bits


@inlined
def look_into_records(
    seed: int, draw_tick: int, index: int, key: int, bits: int, a: int, b: int, p: int, c: int, w: int,
    paper: np.ndarray, side: np.ndarray, flags: np.ndarray, shown: np.ndarray, count_legs: np.ndarray, places: int,
    any_target: np.ndarray, listing: np.ndarray, observation: np.ndarray, sees: np.ndarray, mismatch: np.ndarray,
    listable: np.ndarray, policy_key: np.ndarray, suspect: np.ndarray, exposure: np.ndarray, counters: np.ndarray,
) -> None:  # fmt: skip
    """Exposure by records of goods that a law bars to somebody, with the authorities that see them.

    Args:
        seed: Seed of the run.
        draw_tick: Tick whose draws the piece has.
        index: Index of its draws.
        key: Key of the link.
        bits: As of :func:`record_trades`.
        a: Seller.
        b: Buyer.
        p: Product.
        c: Corridor.
        w: Way.
        paper: int64 (agent,), paper side.
        side: int64 (agent,), true side; read only where papers name it.
        flags: int64 (way, 9).
        shown: int32 (3, corridor, 3).
        count_legs: int64 (corridor,).
        places: Number of jurisdictions.
        any_target: bool (pair, product).
        listing: float64 (policy,).
        observation: float64 (policy,), chance that a record is looked into.
        sees: float64 (policy, 2, jurisdiction).
        mismatch: float64 (policy, pair), exposure by a record of exports that no record of imports matches.
        listable: bool (policy, agent).
        policy_key: uint64 (policy,).
        suspect: float64 (policy, jurisdiction, side + 1), by destination and side on the papers.
        exposure: float64 (policy, agent), grows.
        counters: int64 (counter,).
    """
    borders = count_legs[c]
    for j in range(borders):
        seen = bits >> (4 * j)
        if seen & 3 == 0:
            continue
        q = shown[flags[w, GOES], c, j]
        if not any_target[q, p]:
            continue
        o = q // places
        d = q % places
        consignee = side_shown(flags, w, j == borders - 1, paper[b], side[b])
        for i in range(listing.shape[0]):
            if listing[i] <= 0.0:
                continue
            part = 0.0
            if seen & 1 != 0:
                part = sees[i, 0, o]
            if seen & 2 != 0:
                part = max(part, sees[i, 1, d])
            if part <= 0.0:
                continue
            u = draws.draw(seed, key ^ policy_key[i], draw_tick, draws.OBSERVE, index + j * BORDER)
            if u < observation[i] * part:
                weight = suspect[i, d, consignee + 1]
                if seen & 3 == 1 and mismatch[i, q] > 0.0:
                    weight += mismatch[i, q]
                    counters[MISMATCHES] += 1
                if listable[i, a]:
                    exposure[i, a] += weight
                if listable[i, b]:
                    exposure[i, b] += weight


@inlined
def destination_named(goes: int, c: int, shown: np.ndarray, destination: np.ndarray, places: int) -> int:
    """The jurisdiction that the first papers name as the end of the way, -1 without papers."""
    if goes == UNDECLARED:
        return -1
    if goes == BEYOND:
        return np.int64(shown[goes, c, 0] % places)
    return destination[c]
