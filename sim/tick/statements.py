"""End-use certificates: what customers state to their sellers, and whom they are turned away by.

A statement is held under a policy, by a seller from a customer, for all products. What is left of it with a link is one
number a policy: the tick before which it is valid; below 0, less the tick before which the seller turns the customer
away; 0 where there is neither. Every statement signed is a document too, a row of the records.
"""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.policy.common import PolicyFields, Scope
from sim.policy.end_use_certificate import EndUseCertificateFields
from sim.policy.entity_listing import EntityListingFields
from sim.tick.papers import first_pair
from sim.tick.quota import with_untold
from sim.tick.record import Growing
from sim.world import draws
from sim.world.columns import ALIVE, CLOSING, INTERMEDIARY, World
from sim.world.records import COUNTERS, STATEMENT_WHOLE, Columns
from sim.world.ways import HIDES_PRODUCT

_COUNTED = ("refused_by_statement", "statements_signed", "statements_false", "statements_refused", "statements_traced")
COUNTED = slice(COUNTERS.index(_COUNTED[0]), COUNTERS.index(_COUNTED[-1]) + 1)
"""Where the counts of statements stand among the counters."""
TURNED_AWAY, SIGNED, FALSE, REFUSED, TRACED = range(5)
"""Their order."""


class Statements:
    """The end-use certificates of a world, and the statements that were signed under them.

    Attributes:
        rows: Rows of the policies that ask for statements.
        exports: bool (certificate, pair), products: bool (certificate, product + 1): scopes; the last column where all
            products are.
        sides: bool (certificate, side), whose use a statement rules out.
        strength: float64 (certificate,), share of sellers on whom each bears in this tick, 0 where it is not in force.
        passes, traced: float64 (certificate,), chances. valid_ticks, again_ticks: float64 (certificate,).
        hears: bool (certificate, policy), listing policies that hear of what is traced.
        sells_on: bool (agent,), who buys to sell or hand on.
        written: Statements signed in recorded ticks.
        acts: Whether any certificate is in force.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope]) -> None:
        found = [(i, p) for i, p in enumerate(policies) if isinstance(p, EndUseCertificateFields)]
        fields, count, weeks = [p for _, p in found], len(found), world.calendar.weeks_per_tick
        self.rows = np.array([i for i, _ in found], dtype=np.int64)
        pairs, products, sides = len(world.pairs.key), len(world.names.products), len(world.names.sides)
        self.exports = np.array([scopes[i].exports for i in self.rows], np.bool_).reshape(count, pairs)
        covered = np.array([scopes[i].products for i in self.rows], np.bool_).reshape(count, products)
        self.products = with_untold(covered)
        self.sides = np.array([scopes[i].sides for i in self.rows], np.bool_).reshape(count, sides)
        self.strength = np.zeros(count)
        self.passes = np.array([p.passes for p in fields])
        self.traced = np.array([p.traced for p in fields])
        self.valid_ticks = np.array([p.valid_weeks / weeks for p in fields])
        self.again_ticks = np.array([p.again_weeks / weeks for p in fields])
        self.key = world.policy_key[self.rows]
        hears = [[isinstance(q, EntityListingFields) and q.by == p.by for q in policies] for p in fields]
        self.hears = np.array(hears, np.bool_).reshape(count, len(policies))
        self.sells_on = (world.agents.kind == INTERMEDIARY) | world.agents.passes
        self.written = Growing(len(STATEMENT_WHOLE), 1, 1024 if count else 0)
        self.acts = False

    def open_tick(self, strength: np.ndarray) -> None:
        """Reads which certificates act. ``strength``: float64 (policy,), see :class:`sim.policy.common.Tables`."""
        if len(self.rows):
            self.strength = strength[self.rows]
            self.acts = bool((self.strength > 0.0).any())

    def columns(self) -> tuple[np.ndarray, ...]:
        """What the kernel needs of the certificates, in the order in which it takes them."""
        return (
            self.rows, self.strength, self.exports, self.products, self.sides, self.passes, self.traced,
            self.valid_ticks, self.again_ticks, self.key, self.hears, self.sells_on,
        )  # fmt: skip

    def documents(self) -> Columns:
        """The statements of the records, see :class:`sim.world.records.Records`; later ones leave the columns alone."""
        found = self.written.columns(STATEMENT_WHOLE, ("false",), STATEMENT_WHOLE[-2:])
        order = np.lexsort([found[name] for name in ("buyer", "seller", "policy", "tick")])
        return {name: column[order] for name, column in found.items()}


@kernel
def share_false(buyer: int, side: int, sells_on: bool, named: np.ndarray, seen: np.ndarray) -> float:
    """How false it is that no side named will get the goods, 0 to 1.

    Wholly where the customer is of such a side; where it sells on, by the share of what it sold that seemed to go to
    one of them, the greatest of all; else not at all.

    Args:
        buyer: Who states it.
        side: True side of the buyer, -1 for none.
        sells_on: Whether the buyer sells or hands on.
        named: bool (side,), sides named.
        seen: float64 (agent, side), what sales of each agent seemed to serve.
    """
    if side >= 0 and named[side]:
        return 1.0
    greatest = 0.0
    if sells_on:
        for s in range(named.shape[0]):
            if named[s]:
                greatest = max(greatest, seen[buyer, s])
    return greatest


@kernel
def ask_for_statements(
    seed: int, tick: int, belief: float, customers: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray,
    seller: np.ndarray, key: np.ndarray, ways: np.ndarray, corridors: np.ndarray, shown: np.ndarray,
    flags: np.ndarray, carries: np.ndarray, need: np.ndarray, state: np.ndarray, passed_on: np.ndarray,
    heed: np.ndarray, side: np.ndarray, compliant: np.ndarray, seen: np.ndarray, rows: np.ndarray,
    strength: np.ndarray, exports: np.ndarray, products: np.ndarray, named: np.ndarray, passes: np.ndarray,
    traced: np.ndarray, valid_ticks: np.ndarray, again_ticks: np.ndarray, policy_key: np.ndarray, hears: np.ndarray,
    sells_on: np.ndarray, by_standing: tuple[np.ndarray, ...] | None, listing: np.ndarray, listable: np.ndarray,
    exposure: np.ndarray, statement: np.ndarray, premium: np.ndarray, keep: bool, first_recorded: int,
    whole: np.ndarray, numbers: np.ndarray, count: np.ndarray, counted: np.ndarray,
) -> None:  # fmt: skip
    """Stage 5: customers state to sellers what the goods are not for; where they do not, the premium is infinite.

    A statement that is false by a share f passes but where ``u0 < f (1 - passes)``, and what has passed is traced where
    ``u1 < f traced``: words of ``block(link ^ policy, STATEMENT, 0)``.

    Args:
        seed: Seed of the run.
        tick: This tick.
        belief: Share from which compliant customers do not sign.
        customers: int64 (customer,).
        by_buyer: int64 (link,).
        first_of_buyer: int64 (agent + 1,).
        seller: int64 (link,).
        key: uint64 (link,).
        ways: int32 (link, product), the decision column `way`.
        corridors: int32 (link, product), the decision column `corridor`.
        shown: int32 (3, corridor, 3).
        flags: int64 (way, 9).
        carries: bool (link, product).
        need: int64 (agent, product).
        state: int64 (agent,).
        passed_on: bool (agent,), pass-through buyers, whose hand-on needs no statement.
        heed: float64 (agent,).
        side: int64 (agent,), true side.
        compliant: bool (agent,).
        seen: float64 (agent, side).
        rows: See :class:`Statements`, like the columns that follow.
        strength: Likewise.
        exports: Likewise.
        products: Likewise.
        named: Likewise, its ``sides``.
        passes: Likewise.
        traced: Likewise.
        valid_ticks: Likewise.
        again_ticks: Likewise.
        policy_key: Likewise, its ``key``.
        hears: Likewise.
        sells_on: Likewise.
        by_standing: The strength by standing (`sim.tick.standings.Standings.strengths`); None where nobody is exempt.
        listing: float64 (policy,), above 0 for listing policies in force.
        listable: bool (policy, agent).
        exposure: float64 (policy, agent), grows.
        statement: float64 (link, certificate), what is left of the last statement, see the module.
        premium: float64 (link, product), the decision column `premium`.
        keep: Whether statements are written down.
        first_recorded: First recorded tick.
        whole: int32 (row, 6), statements.
        numbers: float64 (row, 1).
        count: int64 (1,), rows used.
        counted: int64 (5,), counters, grow.
    """
    for b in customers:
        for p in range(need.shape[1]):
            if need[b, p] <= 0:
                continue
            for place in range(first_of_buyer[b], first_of_buyer[b + 1]):
                k = by_buyer[place]
                a = seller[k]
                if not carries[k, p] or passed_on[a] or (state[a] != ALIVE and state[a] != CLOSING):
                    continue
                w = ways[k, p]
                q = first_pair(shown, flags, w, corridors[k, p])
                if q < 0 or premium[k, p] == np.inf:
                    continue
                told = need.shape[1] if flags[w, HIDES_PRODUCT] != 0 else p
                bound = strength
                if by_standing is not None:
                    bound = by_standing[3][by_standing[0][a] + by_standing[1][b, p]]
                for i in range(strength.shape[0]):
                    if not (bound[i] > heed[a] and exports[i, q] and products[i, told]) or statement[k, i] > tick:
                        continue
                    if -statement[k, i] > tick:
                        premium[k, p] = np.inf
                        counted[TURNED_AWAY] += 1
                        break
                    false = share_false(b, side[b], sells_on[b], named[i], seen)
                    accepted = False
                    if not compliant[b] or false < belief:
                        words = draws.block(seed, key[k] ^ policy_key[i], tick, draws.STATEMENT, 0)
                        accepted = not draws.uniform(words[0]) < false * (1.0 - passes[i])
                        found = accepted and draws.uniform(words[1]) < false * traced[i]
                        counted[SIGNED] += 1
                        if not accepted:
                            counted[REFUSED] += 1
                        elif false > 0.0:
                            counted[FALSE] += 1
                        if found:
                            counted[TRACED] += 1
                            for j in range(hears.shape[1]):
                                if hears[i, j] and listing[j] > 0.0:
                                    if listable[j, a]:
                                        exposure[j, a] += 1.0
                                    if listable[j, b]:
                                        exposure[j, b] += 1.0
                        if keep:
                            n = count[0]
                            count[0] = n + 1
                            whole[n, 0], whole[n, 1], whole[n, 2] = tick - first_recorded, rows[i], a
                            whole[n, 3], whole[n, 4], whole[n, 5] = b, accepted, found
                            numbers[n, 0] = false
                    if accepted:
                        statement[k, i] = tick + valid_ticks[i]
                        continue
                    statement[k, i] = -(tick + again_ticks[i])
                    premium[k, p] = np.inf
                    counted[TURNED_AWAY] += 1
                    break
