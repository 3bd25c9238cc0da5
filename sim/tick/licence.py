"""Export licences: applications, decisions, and goods that wait for them.

A licence is held by seller, destination and product. An application waits in a queue until the authority takes it up,
and is decided after a lag. Goods sold without a licence are reserved and the buyer's money is held until then.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.policy.common import PolicyFields, Scope
from sim.policy.export_licence import ExportLicenceFields
from sim.tick.papers import first_pair
from sim.tick.quota import with_untold
from sim.world import draws
from sim.world.columns import World
from sim.world.ways import HIDES_PRODUCT

POLICY, SELLER, PAIR, PRODUCT, ASKED, DUE = range(6)
"""Fields of an application: row of the licence, who applies, for what, tick of applying, tick of the decision or -1."""
(
    H_LINK_PAIR, H_SELLER, H_BUYER, H_PRODUCT, H_CORRIDOR, H_NODE, H_UNITS, H_CALL, H_PIECE, H_TICK, H_SINCE, H_WAY,
    H_AUCTION,
) = range(13)  # fmt: skip
"""Fields of a held piece: from the order it filled.

`H_NODE` is the seller's path node, `H_LINK_PAIR` the pair of the ends."""
HELD_WHOLE = 13
VALUE, PRICE, FREIGHT, FACILITATION, LEVY, COST, CHARGE, HELD_UP = range(8)
"""Money of a held piece: value of what goes together, and what was agreed a unit; the seller's cost; what a payment
agent takes a unit; ticks that the payment is held up."""
HELD_MONEY = 8
FEES = 6
"""Row of the account `fees`."""


class Licences:
    """The licences of a world, the applications that are open, and the goods that wait.

    Attributes:
        rows: Rows of the policies that are licences.
        exports: bool (licence, pair), products: bool (licence, product + 1): scopes; the last column where all
            products are.
        strength: float64 (licence,), share of sellers on whom each bears in this tick, 0 where it is not in force.
        fee, refusal: float64 (licence,). capacity: int64 (licence,).
        valid: float64 (licence, agent, jurisdiction, product + 1), tick before which a licence is valid.
        again: float64, likewise: tick before which the seller does not apply again.
        open: bool, likewise: an application is open.
        queue: int64 (row, 6), open applications, in the order they were made. count: int64 (1,).
        whole, money, key: int64 (row, 13), float64 (row, 8), uint64 (row,), pieces held, in the order they were
            reserved. held: int64 (1,).
        acts: Whether any licence is in force, or any goods wait.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope]) -> None:
        fields = [p for p in policies if isinstance(p, ExportLicenceFields)]
        names, count, weeks = world.names, len(fields), world.calendar.weeks_per_tick
        self.rows = np.array([i for i, p in enumerate(policies) if isinstance(p, ExportLicenceFields)], dtype=np.int64)
        pairs, products = len(world.pairs.key), len(names.products)
        self.exports = np.array([scopes[i].exports for i in self.rows], dtype=np.bool_).reshape(count, pairs)
        self.products = with_untold(
            np.array([scopes[i].products for i in self.rows], np.bool_).reshape(count, products)
        )
        self.strength = np.zeros(count)
        self.fee = np.array([p.fee for p in fields])
        self.refusal = np.array([p.refusal for p in fields])
        self.capacity = np.array([p.capacity for p in fields], dtype=np.int64)
        self.valid_ticks = np.array([p.valid_weeks / weeks for p in fields])
        self.again_ticks = np.array([p.again_weeks / weeks for p in fields])
        self.key = world.policy_key[self.rows]
        self.lag = world.listing_lag[self.rows]
        shape = (count, len(world.agents.key), len(names.jurisdictions), products + 1)
        self.valid, self.again = np.zeros(shape), np.zeros(shape)
        self.open = np.zeros(shape, dtype=np.bool_)
        self.queue, self.count = np.zeros((16, 6), dtype=np.int64), np.zeros(1, dtype=np.int64)
        self.whole, self.money = np.zeros((16, HELD_WHOLE), dtype=np.int64), np.zeros((16, HELD_MONEY))
        self.keys, self.held = np.zeros(16, dtype=np.uint64), np.zeros(1, dtype=np.int64)
        self.decided = np.zeros((count, 2), dtype=np.int64)
        self.acts = False

    def open_tick(self, strength: np.ndarray) -> None:
        """Reads which licences act. ``strength``: float64 (policy,), see :class:`sim.policy.common.Tables`."""
        if not len(self.rows):
            return
        self.strength = strength[self.rows]
        self.acts = bool((self.strength > 0.0).any() or self.held[0])

    def columns(self) -> tuple[np.ndarray, ...]:
        """What the kernel that serves orders needs, in the order in which it takes them."""
        return (
            self.strength, self.exports, self.products, self.fee, self.valid, self.open, self.queue, self.count,
            self.whole, self.money, self.keys, self.held,
        )  # fmt: skip

    def reserve(self, pieces: int) -> None:
        """Makes room for ``pieces`` more pieces held, each with an application under every licence."""
        wanted = int(self.count[0]) + pieces * len(self.rows)
        if wanted > len(self.queue):
            self.queue = np.concatenate([self.queue, np.zeros((2 * wanted, 6), dtype=np.int64)])
        wanted = int(self.held[0]) + pieces
        if wanted > len(self.whole):
            self.whole = np.concatenate([self.whole, np.zeros((2 * wanted, HELD_WHOLE), dtype=np.int64)])
            self.money = np.concatenate([self.money, np.zeros((2 * wanted, HELD_MONEY))])
            self.keys = np.concatenate([self.keys, np.zeros(2 * wanted, dtype=np.uint64)])


@kernel
def decide(
    seed: int, tick: int, strength: np.ndarray, refusal: np.ndarray, valid_ticks: np.ndarray, again_ticks: np.ndarray,
    policy_key: np.ndarray, keys: np.ndarray, pair_key: np.ndarray, destination: np.ndarray, valid: np.ndarray,
    again: np.ndarray, is_open: np.ndarray, queue: np.ndarray, count: np.ndarray, decided: np.ndarray,
) -> None:  # fmt: skip
    """Decides the applications that are due; those under licences no longer in force are dropped.

    An application is refused where ``u0 < refusal``, u0 the first word of its draw (:func:`words_of`).

    Args:
        seed: Seed of the run.
        tick: This tick.
        strength: float64 (licence,).
        refusal: float64 (licence,).
        valid_ticks: float64 (licence,).
        again_ticks: float64 (licence,).
        policy_key: uint64 (licence,).
        keys: uint64 (agent,).
        pair_key: uint64 (pair,).
        destination: int64 (pair,).
        valid: See :class:`Licences`.
        again: Likewise.
        is_open: Likewise.
        queue: Likewise.
        count: Likewise.
        decided: int64 (licence, 2), written: licences granted and refused in this tick.
    """
    decided[:] = 0
    kept = 0
    for n in range(count[0]):
        i, a, q, p = queue[n, POLICY], queue[n, SELLER], queue[n, PAIR], queue[n, PRODUCT]
        j = destination[q]
        if strength[i] > 0.0 and (queue[n, DUE] < 0 or queue[n, DUE] > tick):
            queue[kept] = queue[n]
            kept += 1
            continue
        is_open[i, a, j, p] = False
        if strength[i] <= 0.0:
            continue
        words = words_of(seed, queue[n], policy_key, keys, pair_key)
        if draws.uniform(words[0]) < refusal[i]:
            again[i, a, j, p] = tick + again_ticks[i]
            decided[i, 1] += 1
        else:
            valid[i, a, j, p] = tick + valid_ticks[i]
            decided[i, 0] += 1
    count[0] = kept


@kernel
def words_of(
    seed: int, row: np.ndarray, policy_key: np.ndarray, keys: np.ndarray, pair_key: np.ndarray
) -> tuple[int, int, int, int]:
    """The draw of an application: by policy, seller and pair (so destination), product, and tick of applying."""
    key = keys[row[SELLER]] ^ policy_key[row[POLICY]] ^ pair_key[row[PAIR]]
    return draws.block(seed, key, row[ASKED], draws.LICENCE, row[PRODUCT])


@kernel
def take_up(
    seed: int, tick: int, capacity: np.ndarray, lag: np.ndarray, policy_key: np.ndarray, keys: np.ndarray,
    pair_key: np.ndarray, queue: np.ndarray, count: np.ndarray,
) -> None:  # fmt: skip
    """Takes up applications within each authority's capacity: the oldest first, then those of least draw, then of key.

    The decision is due ``max(1, whole(lag, u1))`` ticks later, the lag drawn at u2; the order of those of one tick is
    that of u3.

    Args:
        seed: Seed of the run.
        tick: This tick.
        capacity: int64 (licence,).
        lag: float64 (licence, 1025), quantile tables of the lag in ticks.
        policy_key: uint64 (licence,).
        keys: uint64 (agent,).
        pair_key: uint64 (pair,).
        queue: See :class:`Licences`.
        count: Likewise.
    """
    for i in range(capacity.shape[0]):
        free = capacity[i]
        for n in range(count[0]):
            if queue[n, POLICY] == i and queue[n, DUE] >= 0:
                free -= 1
        while free > 0:
            best = -1
            best_word = np.uint64(0)
            best_key = np.uint64(0)
            for n in range(count[0]):
                if queue[n, POLICY] != i or queue[n, DUE] >= 0:
                    continue
                word = words_of(seed, queue[n], policy_key, keys, pair_key)[3]
                key = keys[queue[n, SELLER]] ^ pair_key[queue[n, PAIR]]
                if (
                    best < 0
                    or queue[n, ASKED] < queue[best, ASKED]
                    or (
                        queue[n, ASKED] == queue[best, ASKED]
                        and (
                            word < best_word
                            or (
                                word == best_word
                                and (key < best_key or (key == best_key and queue[n, PRODUCT] < queue[best, PRODUCT]))
                            )
                        )
                    )
                ):
                    best, best_word, best_key = n, word, key
            if best < 0:
                break
            words = words_of(seed, queue[best], policy_key, keys, pair_key)
            ticks = draws.quantile_table(lag[i], draws.uniform(words[2]))
            queue[best, DUE] = tick + max(1, draws.whole(ticks, draws.uniform(words[1])))
            free -= 1


@kernel
def must_wait(
    tick: int, a: int, p: int, q: int, heed: float, destination: np.ndarray, strength: np.ndarray, exports: np.ndarray,
    products: np.ndarray, fee: np.ndarray, valid: np.ndarray, is_open: np.ndarray, queue: np.ndarray,
    count: np.ndarray, cash: np.ndarray, money: np.ndarray,
) -> bool:  # fmt: skip
    """Whether goods must wait for a licence; where one is lacking the seller applies for it, and pays the fee.

    Args:
        tick: This tick.
        a: Seller.
        p: Product on the papers.
        q: Pair on the papers; -1 where there are none, and nothing waits.
        heed: Of the seller; a licence of strength x bears where x > heed.
        destination: int64 (pair,).
        strength: See :class:`Licences`, like the columns that follow.
        exports: Likewise.
        products: Likewise.
        fee: Likewise.
        valid: Likewise.
        is_open: Likewise.
        queue: Likewise; an application is added.
        count: Likewise.
        cash: float64 (agent,), falls by fees.
        money: float64 (account,), grows by fees.
    """
    waits = False
    if q < 0:
        return False
    j = destination[q]
    for i in range(strength.shape[0]):
        if not (strength[i] > heed and exports[i, q] and products[i, p]) or valid[i, a, j, p] > tick:
            continue
        waits = True
        if is_open[i, a, j, p]:
            continue
        is_open[i, a, j, p] = True
        n = count[0]
        count[0] = n + 1
        queue[n, POLICY], queue[n, SELLER], queue[n, PAIR], queue[n, PRODUCT] = i, a, q, p
        queue[n, ASKED], queue[n, DUE] = tick, -1
        cash[a] -= fee[i]
        money[FEES] += fee[i]
    return waits


@kernel
def refused_now(
    tick: int, a: int, p: int, q: int, heed: float, destination: np.ndarray, strength: np.ndarray, exports: np.ndarray,
    products: np.ndarray, again: np.ndarray,
) -> bool:  # fmt: skip
    """Whether a licence that the sale needs was refused so lately that the seller does not apply again yet."""
    if q < 0:
        return False
    for i in range(strength.shape[0]):
        if strength[i] > heed and exports[i, q] and products[i, p] and again[i, a, destination[q], p] > tick:
            return True
    return False


@kernel
def hold(
    pair: int, a: int, b: int, p: int, c: int, node: int, units: int, call: int, piece: int, tick: int, since: int,
    way: int, auction: bool, key: int, value: float, price: float, freight: float, facilitation: float, levy: float,
    charge: float, held_up: float, cost: float, whole: np.ndarray, money: np.ndarray, keys: np.ndarray,
    held: np.ndarray,
) -> None:  # fmt: skip
    """Writes a piece that waits for a licence. Arguments as the fields of a held piece."""
    n = held[0]
    held[0] = n + 1
    whole[n, H_LINK_PAIR] = pair
    whole[n, H_SELLER], whole[n, H_BUYER], whole[n, H_PRODUCT], whole[n, H_CORRIDOR] = a, b, p, c
    whole[n, H_NODE], whole[n, H_UNITS], whole[n, H_CALL], whole[n, H_PIECE] = node, units, call, piece
    whole[n, H_TICK], whole[n, H_SINCE], whole[n, H_WAY], whole[n, H_AUCTION] = tick, since, way, auction
    money[n, VALUE], money[n, PRICE], money[n, FREIGHT] = value, price, freight
    money[n, FACILITATION], money[n, LEVY], money[n, COST] = facilitation, levy, cost
    money[n, CHARGE], money[n, HELD_UP] = charge, held_up
    keys[n] = key


@kernel
def refuse_unlicensed(
    tick: int, customers: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray, seller: np.ndarray,
    ways: np.ndarray, corridors: np.ndarray, shown: np.ndarray, flags: np.ndarray, carries: np.ndarray,
    need: np.ndarray, state: np.ndarray, passes: np.ndarray, heed: np.ndarray, destination: np.ndarray,
    strength: np.ndarray, exports: np.ndarray, products: np.ndarray, again: np.ndarray, premium: np.ndarray,
    needed: tuple[np.ndarray, ...] | None,
) -> int:  # fmt: skip
    """Stage 5: a seller whose application was refused does not sell there for a while: its premium is infinite.

    ``needed`` is the strength of licences by standing (`sim.tick.standings.Standings.strengths`), None where nobody is
    exempt from anything.

    Returns:
        Needs of customers refused by this alone, by link and product.
    """
    refusals = 0
    for b in customers:
        for p in range(need.shape[1]):
            if need[b, p] <= 0:
                continue
            for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
                k = by_buyer[place]
                a = seller[k]
                if not carries[k, p] or passes[a] or (state[a] != 1 and state[a] != 2) or premium[k, p] == np.inf:
                    continue
                q = first_pair(shown, flags, ways[k, p], corridors[k, p])
                told = need.shape[1] if flags[ways[k, p], HIDES_PRODUCT] != 0 else p
                bears = strength
                if needed is not None:
                    bears = needed[3][needed[0][a] + needed[1][b, p]]
                if refused_now(tick, a, told, q, heed[a], destination, bears, exports, products, again):
                    premium[k, p] = np.inf
                    refusals += 1
    return refusals
