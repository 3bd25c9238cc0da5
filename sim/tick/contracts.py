"""Distributor contracts, lot by lot: who is bound, by what clause, and what the books show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.jit import kernel
from sim.world.columns import MANUFACTURER
from sim.world.paths import CONTRACT, HOLDER, PARENT

if TYPE_CHECKING:
    from sim.tick.marked import Marks


@kernel
def bound_by(m: Marks, contract: int, a: int) -> bool:
    """Whether a contract is in force and binds a distributor, who is not exempt from it."""
    return m.signed[contract] > m.heed[a] and not m.spared[contract, a]


@kernel
def sides_under_contract(m: Marks, rows: np.ndarray, node: int) -> int:
    """Sides to which a contract of its own bars the holder of a lot to resell it, as bits; not those barred before."""
    parent = rows[node, PARENT]
    if parent < 0 or not m.issuer[rows[parent, HOLDER]]:
        return 0
    return rows[node, CONTRACT] & ~rows[parent, CONTRACT]


@kernel
def resold_against(m: Marks, rows: np.ndarray, node: int, a: int, b: int, p: int) -> int:
    """Contracts that bind the holder of a lot, and that its books show broken when it goes to a customer, as bits.

    Books show who the customer is: by its true side, or its paper side where it has no true one.

    Args:
        m: Columns.
        rows: Path nodes.
        node: Node of the lot.
        a: Its holder.
        b: Customer.
        p: Product.
    """
    side = m.side[b] if m.side[b] >= 0 else m.paper[b]
    if side < 0 or (sides_under_contract(m, rows, node) >> side) & 1 == 0:
        return 0
    broken = 0
    for r in range(m.signed.shape[0]):
        bound = bound_by(m, r, a) and m.clause[r, p] and (m.targets[r] >> side) & 1 != 0
        if bound and m.issues[r, rows[rows[node, PARENT], HOLDER]]:
            broken |= 1 << r
    return broken


@kernel
def enter_books(m: Marks, rows: np.ndarray, node: int, a: int, b: int, p: int) -> int:
    """Enters a piece that leaves into the books of its seller. Arguments as of :func:`resold_against`.

    Returns:
        1 where the books show a contract broken by it, else 0.
    """
    broken = resold_against(m, rows, node, a, b, p)
    for r in range(m.signed.shape[0]):
        m.resold[r, a] += (broken >> r) & 1
    return 1 if broken != 0 else 0


@kernel
def sides_by_clause(m: Marks, a: int, b: int, p: int) -> int:
    """Sides to which a customer may not resell what it buys now, as bits; it has signed from now on.

    Args:
        m: Columns.
        a: Seller.
        b: Customer.
        p: Product.
    """
    sides = 0
    if not m.signs[b] or not (m.kind[a] == MANUFACTURER or m.compliant[a]):
        return sides
    for r in range(m.signed.shape[0]):
        if m.issues[r, a] and m.clause[r, p] and bound_by(m, r, b):
            sides |= m.targets[r]
            m.signed_by[r, b] = True
    return sides
