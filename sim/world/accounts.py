"""Accounts: units balance exactly and money to the cent, every tick of every run."""

from __future__ import annotations

import numpy as np

from sim.jit import kernel
from sim.world.paths import NEXT, UNITS
from sim.world.records import ACCOUNTS, UNIT_ACCOUNTS

CENT = 0.01
INFLOWS = ("budgets", "founding_capital", "aid")
"""Accounts that add to cash; all others but cash itself take from it."""
_SIGNS = np.array([0.0 if name == "cash" else 1.0 if name in INFLOWS else -1.0 for name in ACCOUNTS])
"""By which each account changes cash."""


class UnbalancedError(RuntimeError):
    """A run whose accounts do not balance: a fault of the program, never of a scenario."""


class UnitAccounts:
    """Running totals of units by product since the first tick of the burn-in; each int64 (product,)."""

    def __init__(self, products: int) -> None:
        self.produced = np.zeros(products, dtype=np.int64)
        self.given = np.zeros(products, dtype=np.int64)
        self.frozen = np.zeros(products, dtype=np.int64)
        self.seized = np.zeros(products, dtype=np.int64)
        self.lost = np.zeros(products, dtype=np.int64)
        self.worn = np.zeros(products, dtype=np.int64)
        self.built = np.zeros(products, dtype=np.int64)

    def table(self, stock: np.ndarray, on_order: np.ndarray, reserved: np.ndarray) -> np.ndarray:
        """The unit account, int64 (account, product), as of now and since the first tick.

        Args:
            stock: int64 (agent, product).
            on_order: int64 (agent, product), units on the way, or reserved for the agent.
            reserved: int64 (agent, product), units sold by the agent that wait for a licence.
        """
        table = np.zeros((len(UNIT_ACCOUNTS), len(self.produced)), dtype=np.int64)
        for name, row in (
            ("produced", self.produced),
            ("given", self.given),
            ("in_stock", stock.sum(axis=0)),
            ("frozen", self.frozen),
            ("reserved", reserved.sum(axis=0)),
            ("in_transit", on_order.sum(axis=0) - reserved.sum(axis=0)),
            ("seized", self.seized),
            ("lost", self.lost),
            ("worn_out", self.worn),
            ("built_into_drones", self.built),
        ):
            table[UNIT_ACCOUNTS.index(name)] = row
        return table


@kernel
def held_in_lots(rows: np.ndarray, head: np.ndarray, out: np.ndarray) -> None:
    """Units in all lots, int64 (product,), counted lot by lot."""
    out[:] = 0
    for a in range(head.shape[0]):
        for p in range(head.shape[1]):
            node = head[a, p]
            while node >= 0:
                out[p] += rows[node, UNITS]
                node = rows[node, NEXT]


@kernel
def _unit_gap(
    stock: np.ndarray, on_order: np.ndarray, produced: np.ndarray, given: np.ndarray, frozen: np.ndarray,
    seized: np.ndarray, lost: np.ndarray, worn: np.ndarray, built: np.ndarray, gap: np.ndarray,
) -> tuple[bool, bool]:  # fmt: skip
    """Writes sources less places, int64 (product,); says whether there is a gap, and whether anything is negative."""
    signs = 0
    for p in range(gap.shape[0]):
        gap[p] = produced[p] + given[p] - frozen[p] - seized[p] - lost[p] - worn[p] - built[p]
    for a in range(stock.shape[0]):
        for p in range(stock.shape[1]):
            gap[p] -= stock[a, p] + on_order[a, p]
            # The sign bit of either, without a branch.
            signs |= stock[a, p] | on_order[a, p]
    unbalanced = False
    for p in range(gap.shape[0]):
        unbalanced = unbalanced or gap[p] != 0
    return unbalanced, signs < 0


def check_units(accounts: UnitAccounts, stock: np.ndarray, on_order: np.ndarray, tick: int) -> None:
    """Raises where units do not balance: sources against places.

    Args:
        accounts: Running totals.
        stock: int64 (agent, product).
        on_order: int64 (agent, product).
        tick: For the message.

    Raises:
        UnbalancedError: Names the product and the gap.
    """
    gap = np.zeros(len(accounts.produced), dtype=np.int64)
    unbalanced, negative = _unit_gap(
        stock, on_order, accounts.produced, accounts.given, accounts.frozen, accounts.seized, accounts.lost,
        accounts.worn, accounts.built, gap,
    )  # fmt: skip
    if unbalanced:
        product = int(np.flatnonzero(gap)[0])
        raise UnbalancedError(
            f"tick {tick}: {gap[product]} units of product {product} were made or given and are nowhere"
        )
    if negative:
        raise UnbalancedError(f"tick {tick}: an agent holds or awaits fewer than no units")


def check_lots(stock: np.ndarray, in_lots: np.ndarray, tick: int) -> None:
    """Raises where stock differs from what the lots hold.

    Args:
        stock: int64 (agent, product).
        in_lots: int64 (product,), units counted lot by lot.
        tick: For the message.

    Raises:
        UnbalancedError: Names the product.
    """
    held = stock.sum(axis=0)
    if (held != in_lots).any():
        product = int(np.flatnonzero(held != in_lots)[0])
        raise UnbalancedError(
            f"tick {tick}: stock of product {product} is {held[product]}, its lots hold {in_lots[product]}"
        )


def check_money(before: float, after: float, money: np.ndarray, tick: int) -> None:
    """Raises where the change of all cash differs from the sum of the accounts by a cent or more.

    Args:
        before: Sum of all cash before the tick, US dollars.
        after: Sum after it.
        money: float64 (account,), flows of the tick.
        tick: For the message.

    Raises:
        UnbalancedError: Lists the accounts.
    """
    flow = float(_SIGNS @ money)
    if not abs((after - before) - flow) < CENT:
        listed = ", ".join(f"{name} {amount:.2f}" for name, amount in zip(ACCOUNTS, money, strict=True) if amount)
        raise UnbalancedError(
            f"tick {tick}: cash changed by {after - before:.2f}, the accounts by {flow:.2f} ({listed})"
        )
