"""Stage 11: the sums of a tick become series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.jit import kernel
from sim.tick.licence import Licences
from sim.world.accounts import UnitAccounts
from sim.world.columns import ALIVE, World
from sim.world.records import ACCOUNTS, COUNTERS, Columns


class Sums:
    """What one tick adds up; zeroed when it begins."""

    def __init__(self, world: World) -> None:
        names = world.names
        sides, products, groups, legs = len(names.sides), len(names.products), len(names.groups), len(names.legs)
        self.planned = np.zeros((sides, products), dtype=np.int64)
        self.flown = np.zeros_like(self.planned)
        self.used = np.zeros_like(self.planned)
        self.used_foreign = np.zeros_like(self.planned)
        self.delivered = np.zeros_like(self.planned)
        self.unmet = np.zeros((sides, products))
        self.produced = np.zeros((groups, products), dtype=np.int64)
        self.crossings = np.zeros((legs, products), dtype=np.int64)
        self.inspected = np.zeros_like(self.crossings)
        self.crossed_units = np.zeros_like(self.crossings)
        self.seized_units = np.zeros_like(self.crossings)
        self.seized_pieces = np.zeros_like(self.crossings)
        self.crossed_value = np.zeros((legs, products))
        self.ways = np.zeros((len(world.ways.names), products), dtype=np.int64)
        self.investigations = np.zeros(len(names.policies), dtype=np.int64)
        self.listings = np.zeros(len(names.policies), dtype=np.int64)
        self.applications = np.zeros(len(names.policies), dtype=np.int64)
        self.audits = np.zeros(len(names.policies), dtype=np.int64)
        self.contracts_ended = np.zeros(len(names.policies), dtype=np.int64)
        self.counters = np.zeros(len(COUNTERS), dtype=np.int64)
        self.money = np.zeros(len(ACCOUNTS))

    def clear(self) -> None:
        """Sets everything to zero."""
        for array in vars(self).values():
            array[:] = 0


SUMMED = (
    "planned", "flown", "used", "used_foreign", "delivered", "unmet", "produced", "crossings", "inspected",
    "crossed_units", "seized_units", "seized_pieces", "crossed_value", "ways", "investigations", "listings",
    "applications", "audits", "contracts_ended",
)  # fmt: skip
"""Series that are sums of the tick under the same name."""


class Series:
    """Arrays by recorded tick."""

    def __init__(self, world: World, sums: Sums, recorded: int) -> None:
        names = world.names
        sides, products, groups = len(names.sides), len(names.products), len(names.groups)
        self.arrays: Columns = {
            name: np.zeros((recorded, *getattr(sums, name).shape), dtype=getattr(sums, name).dtype) for name in SUMMED
        }
        self.arrays["counters"] = np.zeros((recorded, len(COUNTERS)), dtype=np.int64)
        self.arrays["accounts"] = np.zeros((recorded, len(ACCOUNTS)))
        for name, dtype in (("stock", np.int64), ("stock_foreign", np.int64), ("demand", np.float64)):
            self.arrays[name] = np.zeros((recorded, sides, products), dtype=dtype)
        for name in ("ordered", "filled", "refused", "trader_stock"):
            self.arrays[name] = np.zeros((recorded, groups, products), dtype=np.int64)
        for name in ("ask", "mark_up"):
            self.arrays[name] = np.full((recorded, groups, products), np.nan)
        self.arrays["alive"] = np.zeros((recorded, groups), dtype=np.int64)
        for name in ("in_force", "announced"):
            self.arrays[name] = np.zeros((recorded, len(names.policies)), dtype=np.bool_)


@kernel
def book_delivery(
    now: int, side: int, product: int, units: int, node: int, buyer: int, seller: int, since: int, value: float,
    whole: np.ndarray, values: np.ndarray, count: np.ndarray,
) -> None:  # fmt: skip
    """Books units that an end user receives for the first time.

    Args:
        now: Tick of the record.
        side: Side reached.
        product: Product.
        units: Units.
        node: Path node of the units at the end user.
        buyer: The end user.
        seller: Who handed them over; -1 for goods given.
        since: Tick of the record in which the need arose.
        value: What was paid landed, US dollars.
        whole: int64 (row, 8), deliveries.
        values: float64 (row,).
        count: int64 (1,), rows used.
    """
    n = count[0]
    count[0] = n + 1
    whole[n, 0] = now
    whole[n, 1] = side
    whole[n, 2] = product
    whole[n, 3] = units
    whole[n, 4] = node
    whole[n, 5] = buyer
    whole[n, 6] = seller
    whole[n, 7] = since
    values[n] = value


@kernel
def record_agents(
    group: np.ndarray, side: np.ndarray, end_user: np.ndarray, sells: np.ndarray, share: np.ndarray, demand: np.ndarray,
    state: np.ndarray, stock: np.ndarray, stock_foreign: np.ndarray, ordered: np.ndarray, refused: np.ndarray,
    sold: np.ndarray, ask: np.ndarray, taken: np.ndarray,
    stock_sum: np.ndarray, foreign_sum: np.ndarray, demand_sum: np.ndarray, ordered_sum: np.ndarray,
    filled_sum: np.ndarray, refused_sum: np.ndarray, held_sum: np.ndarray, ask_mean: np.ndarray, mark_up_mean:
    np.ndarray, alive: np.ndarray,
) -> None:  # fmt: skip
    """Sums and means over agents, by side and by group, at the end of a tick."""
    groups, products = ordered_sum.shape
    firms = np.zeros((groups, products))
    asks = np.zeros((groups, products))
    mark_ups = np.zeros((groups, products))
    for a in range(group.shape[0]):
        g = group[a]
        if state[a] == ALIVE:
            alive[g] += 1
        for p in range(products):
            if end_user[a]:
                s = side[a]
                stock_sum[s, p] += stock[a, p]
                foreign_sum[s, p] += stock_foreign[a, p]
                demand_sum[s, p] += demand[g, p] * share[a]
                continue
            held_sum[g, p] += stock[a, p]
            if sells[a, p]:
                ordered_sum[g, p] += ordered[a, p]
                refused_sum[g, p] += refused[a, p]
                filled_sum[g, p] += sold[a, p]
                if state[a] == ALIVE and ask[a, p] < np.inf:  # a firm founded in this tick has asked nothing yet
                    firms[g, p] += 1.0
                    asks[g, p] += ask[a, p]
                    mark_ups[g, p] += taken[a, p]
    for g in range(groups):
        for p in range(products):
            if firms[g, p] > 0.0:
                ask_mean[g, p] = asks[g, p] / firms[g, p]
                mark_up_mean[g, p] = mark_ups[g, p] / firms[g, p]


@dataclass(frozen=True)
class Kept:
    """What a run keeps as it goes, for the records.

    Attributes:
        ledger: Rows of the true ledger; empty where it is not kept.
        deliveries: Rows of units that end users received.
        waits: Rows of how long buyers waited.
        series: Arrays by recorded tick.
        units: Running totals of units.
        units_at_start: int64 (account, product) at the first recorded tick; None before it.
        licences: Licences, and the goods that wait for one.
    """

    ledger: Growing
    deliveries: Growing
    waits: Growing
    series: Series
    units: UnitAccounts
    units_at_start: np.ndarray | None
    licences: Licences


class Growing:
    """A table that is filled by kernels and grown between them.

    Args:
        whole: Number of whole-number columns (int32).
        numbers: Number of float64 columns.
        room: Rows to begin with.
    """

    def __init__(self, whole: int, numbers: int, room: int = 1024) -> None:
        self.whole = np.zeros((room, whole), dtype=np.int32)
        self.numbers = np.zeros((room, numbers))
        self.count = np.zeros(1, dtype=np.int64)

    def reserve(self, rows: int) -> None:
        """Makes room for ``rows`` more rows."""
        wanted = int(self.count[0]) + rows
        if wanted <= len(self.whole):
            return
        room = max(wanted, 2 * len(self.whole))
        whole = np.zeros((room, self.whole.shape[1]), dtype=np.int32)
        whole[: len(self.whole)] = self.whole
        numbers = np.zeros((room, self.numbers.shape[1]))
        numbers[: len(self.numbers)] = self.numbers
        self.whole, self.numbers = whole, numbers

    def columns(self, whole: tuple[str, ...], numbers: tuple[str, ...], flags: tuple[str, ...] = ()) -> Columns:
        """The filled rows as named columns, views that later rows leave alone; those in ``flags`` as booleans."""
        n = int(self.count[0])
        found: Columns = {}
        for i, name in enumerate(whole):
            found[name] = self.whole[:n, i].astype(np.bool_) if name in flags else self.whole[:n, i]
        for i, name in enumerate(numbers):
            found[name] = self.numbers[:n, i]
        return found
