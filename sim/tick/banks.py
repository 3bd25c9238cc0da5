"""Payments under secondary sanctions: what banks and payment agents take, how long they take, and what they refuse.

Banks look at who pays, not at the goods: at the states of seller and buyer, whatever papers say of the way, and at the
side that the buyer's papers show. So of all ways only those help that hide the side, or go without papers, and only
where sides are named and not the state.
"""

from __future__ import annotations

import numpy as np

from sim.evasion.common import UNDECLARED
from sim.jit import inlined, kernel
from sim.policy.common import PolicyFields, Scope
from sim.policy.secondary_sanctions import SecondarySanctionsFields
from sim.world import draws
from sim.world.columns import ALIVE, CLOSING, World
from sim.world.ways import GOES, HIDES_SIDE, NAMES_SIDE


class Banks:
    """What secondary sanctions ask of payments, by pair of the ends and product.

    The last index is the side of the payer as banks see it, none first.

    Attributes:
        fee: float64 (pair, product, side + 1), share of the price.
        weeks: float64, likewise, time that payments are held up.
        refusal: float64, likewise, chance that a bank refuses a payment.
        risk: float64, likewise, chance that the threat is carried out for a consignment, as sellers see it.
        penalty: float64, likewise, what sellers expect to lose then, US dollars.
        dearer: bool, likewise: payments of the side suffer more than those without one.
        feared: bool (pair, product), whether there is any threat to sellers.
        acts: Whether any of this is in force.
    """

    def __init__(self, world: World, policies: list[PolicyFields], scopes: list[Scope]) -> None:
        found = [(i, p) for i, p in enumerate(policies) if isinstance(p, SecondarySanctionsFields)]
        self.rows = np.array([i for i, _ in found], dtype=np.int64)
        self._fields = [p for _, p in found]
        self._scopes = [_payments(world, scopes[i]) for i in self.rows]
        self._exposure, self._origin = world.bank_exposure, world.pairs.origin
        shape = (len(world.pairs.key), len(world.names.products), len(world.names.sides) + 1)
        self.fee, self.weeks, self.refusal, self.risk, self.penalty = (np.zeros(shape) for _ in range(5))
        self.dearer, self.feared = np.zeros(shape, dtype=np.bool_), np.zeros(shape[:2], dtype=np.bool_)
        self.acts = False
        self._seen: tuple[np.ndarray, np.ndarray] | None = None

    def open_tick(self, tick: int, strength: np.ndarray) -> None:
        """Makes the tables anew where an intensity or the exposure of banks has changed.

        Args:
            tick: This tick.
            strength: float64 (policy,), see :class:`sim.policy.common.Tables`.
        """
        if not len(self.rows):
            return
        strength, exposure = strength[self.rows], self._exposure[tick]
        if self._seen is not None and all(map(np.array_equal, self._seen, (strength, exposure))):
            return
        self._seen = (strength, exposure)
        for table in (self.fee, self.weeks, self.penalty):
            table[:] = 0.0
        taken, unharmed = np.ones_like(self.fee), np.ones_like(self.fee)
        for fields, scope, intensity in zip(self._fields, self._scopes, strength, strict=True):
            factor = np.where(scope, (intensity * exposure)[self._origin][:, None, None], 0.0)
            self.fee += fields.fee * factor
            self.weeks += fields.delay_weeks * factor
            taken *= 1.0 - fields.refusal * factor
            unharmed *= 1.0 - fields.detection * factor
            self.penalty += fields.detection * factor * fields.penalty
        self.refusal[:], self.risk[:] = 1.0 - taken, 1.0 - unharmed
        # So far what is to be expected of a consignment; from here on what is lost where the threat is carried out.
        np.divide(self.penalty, self.risk, out=self.penalty, where=self.risk > 0.0)
        held_up = (self.fee, self.weeks, self.refusal)
        self.dearer[:] = np.logical_or.reduce([table > table[:, :, :1] for table in held_up])
        self.feared[:] = (self.risk > 0.0).any(axis=2)
        self.acts = bool(self.feared.any() or any(table.any() for table in held_up))

    def columns(self) -> tuple[np.ndarray, ...] | None:
        """What the kernels of ways and premiums need, in the order in which they take them; None where nothing acts."""
        if not self.acts:
            return None
        return self.fee, self.weeks, self.refusal, self.risk, self.penalty, self.dearer, self.feared


def _payments(world: World, scope: Scope) -> np.ndarray:
    """Payments in scope, bool (pair, product, side + 1): from the destinations, or of the sides, out of the origins."""
    out = scope.origins & (world.pairs.origin != world.pairs.destination)
    shown = np.concatenate([[False], scope.sides])
    payer = scope.destinations[:, None] | shown[None, :]
    return (out[:, None] & payer)[:, None, :] & scope.products[None, :, None]


@inlined
def payer(flags: np.ndarray, w: int, paper: int, side: int) -> int:
    """The side of the buyer as banks see it, 0 for none, else one more than its row.

    Args:
        flags: int64 (way, 9).
        w: Way.
        paper: Paper side of the buyer.
        side: True side of the buyer.
    """
    if flags[w, NAMES_SIDE] != 0:
        return side + 1
    if flags[w, HIDES_SIDE] != 0 or flags[w, GOES] == UNDECLARED:
        return 0
    return paper + 1


@kernel
def hold_up(
    seed: int, tick: int, customers: np.ndarray, by_buyer: np.ndarray, first_of_buyer: np.ndarray, seller: np.ndarray,
    pair: np.ndarray, key: np.ndarray, ways: np.ndarray, flags: np.ndarray, carries: np.ndarray, need: np.ndarray,
    state: np.ndarray, passes: np.ndarray, paper: np.ndarray, side: np.ndarray, fee: np.ndarray, weeks: np.ndarray,
    refusal: np.ndarray, fees: np.ndarray, waits: np.ndarray, premium: np.ndarray,
) -> int:  # fmt: skip
    """Stage 5, third part: fee and delay of each payment; where a bank refuses, the premium is infinite in this tick.

    A bank refuses where ``u(link, BANK, product) < refusal``: one draw for all banks on the way.

    Args:
        seed: Seed of the run.
        tick: This tick.
        customers: int64 (customer,).
        by_buyer: int64 (link,).
        first_of_buyer: int64 (agent + 1,).
        seller: int64 (link,).
        pair: int64 (link,).
        key: uint64 (link,).
        ways: int32 (link, product), the decision column `way`.
        flags: int64 (way, 9).
        carries: bool (link, product).
        need: int64 (agent, product).
        state: int64 (agent,).
        passes: bool (agent,).
        paper: int64 (agent,).
        side: int64 (agent,).
        fee: See :class:`Banks`.
        weeks: Likewise.
        refusal: Likewise.
        fees: float64 (link, product), share of the price; written where the customer has a need.
        waits: float64 (link, product), weeks; likewise. Infinite where a bank refuses, whatever the seller does.
        premium: float64 (link, product), the decision column `premium`.

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
                if not carries[k, p]:
                    continue
                a = seller[k]
                fees[k, p] = 0.0
                waits[k, p] = 0.0
                if passes[a] or (state[a] != ALIVE and state[a] != CLOSING):
                    continue
                s = payer(flags, ways[k, p], paper[b], side[b])
                fees[k, p] = fee[pair[k], p, s]
                waits[k, p] = weeks[pair[k], p, s]
                chance = refusal[pair[k], p, s]
                if chance > 0.0 and draws.draw(seed, key[k], tick, draws.BANK, p) < chance:
                    waits[k, p] = np.inf
                    refusals += premium[k, p] < np.inf
                    premium[k, p] = np.inf
    return refusals
