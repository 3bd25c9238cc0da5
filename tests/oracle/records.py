"""What the oracle writes down, in the words of :mod:`sim.world.records`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.oracle.series import series

if TYPE_CHECKING:
    from tests.oracle.model import OracleModel

COUNTERS = (
    "trades", "trades_at_ceiling", "auction_fills", "refused_orders", "seizures", "listings", "foundings",
    "closures", "merged_lots", "new_links", "lapsed_links", "frozen_units", "consignments_barred",
    "refused_by_premium", "levied_trades", "quota_refusals", "units_given",
    "licences_granted", "licences_refused", "units_reserved", "units_returned",
    "exporter_records", "importer_records", "tracked", "evading", "inherited_links",
    "input_shortages", "units_substituted", "payments_refused", "mismatches",
    "audits", "contracts_ended", "refused_by_contract", "goods_held_back", "resold_in_breach", "content_found",
    "refused_by_statement", "statements_signed", "statements_false", "statements_refused", "statements_traced",
    "exempt_trades", "grandfathered_trades",
)  # fmt: skip
ACCOUNTS = (
    "budgets", "budgets_returned", "founding_capital", "production_cost", "freight", "levies", "fees", "fines",
    "facilitation", "overheads", "payouts", "aid", "held",
)  # fmt: skip
SOURCES = ("budgets", "founding_capital", "aid")
UNIT_FLOWS = ("produced", "given", "frozen", "seized", "lost", "worn_out", "built_into_drones")
UNIT_ACCOUNTS = (
    "initial", "produced", "given", "in_stock", "reserved", "frozen", "in_transit", "seized", "lost", "worn_out",
    "built_into_drones",
)  # fmt: skip


@dataclass
class Diary:
    """Everything the oracle writes down.

    Attributes:
        ledger, deliveries: Rows as dictionaries, in order; ticks count recorded ticks.
        counters: This tick's counts. accounts: This tick's flows of money.
        units: By account, then product, since the first tick of the burn-in.
        ticks: One snapshot a tick, burn-in included: see :func:`snapshot`.
        sums: This tick's sums of a series, by its name, then by row and product.
        waits: Receipts by buyers, as rows.
    """

    products: int
    ledger: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, float] = field(default_factory=dict)
    units: dict[str, list[int]] = field(default_factory=dict)
    ticks: list[dict[str, Any]] = field(default_factory=list)
    sums: dict[str, dict[tuple[int, int], float]] = field(default_factory=dict)
    waits: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.units = {name: [0] * self.products for name in UNIT_FLOWS}
        self.open_tick()

    def open_tick(self) -> None:
        """Sets the counts and flows of a tick to nothing."""
        self.counters = dict.fromkeys(COUNTERS, 0)
        self.accounts = dict.fromkeys(ACCOUNTS, 0.0)
        self.sums = {}

    def add(self, name: str, row: int, product: int, amount: float) -> None:
        """Adds to a sum of this tick."""
        cells = self.sums.setdefault(name, {})
        cells[row, product] = cells.get((row, product), 0) + amount

    def count(self, name: str, units: int = 1) -> None:
        """Adds to a counter."""
        self.counters[name] += units

    def pay(self, name: str, amount: float) -> None:
        """Adds to a money account."""
        self.accounts[name] += amount

    def move(self, name: str, product: int, units: int) -> None:
        """Adds to a unit account."""
        self.units[name][product] += units


def snapshot(model: OracleModel) -> dict[str, Any]:
    """State at a tick's end: (agent, product) and agent values as nested lists, links and counts."""
    parties = model.parties
    return {
        "tick": model.tick,
        "stock": [[shelf.queue.units for shelf in party.shelves] for party in parties],
        "reserved": [[model.licences.reserved(p, party) for p in model.products] for party in parties],
        "on_order": [[shelf.on_order for shelf in party.shelves] for party in parties],
        "forecast": [[shelf.forecast for shelf in party.shelves] for party in parties],
        "mark_up": [[shelf.mark_up for shelf in party.shelves] for party in parties],
        "refusing": [[shelf.refusing for shelf in party.shelves] for party in parties],
        "priced_in": [[shelf.priced_in for shelf in party.shelves] for party in parties],
        "unit_cost": [[shelf.unit_cost for shelf in party.shelves] for party in parties],
        "price_seen": [[shelf.price_seen for shelf in party.shelves] for party in parties],
        "since": [[shelf.since for shelf in party.shelves] for party in parties],
        "lost": [[shelf.lost for shelf in party.shelves] for party in parties],
        "ordered": [[shelf.ordered for shelf in party.shelves] for party in parties],
        "refused": [[shelf.refused for shelf in party.shelves] for party in parties],
        "sold": [[shelf.sold for shelf in party.shelves] for party in parties],
        "cash": [party.cash for party in parties],
        "agent_state": [party.state for party in parties],
        "owner": [party.owner for party in parties],
        "margin": [party.margin for party in parties],
        "compliant": [party.compliant for party in parties],
        "tolerance": [party.tolerance for party in parties],
        "concealment": [party.concealment for party in parties],
        "seen": [list(party.seen) for party in parties],
        "links": [(link.seller.row, link.buyer.row, link.trust, link.risk) for link in model.links],
        "sent": [
            (row, product, sending.way.row, sending.corridor.row)
            for row, link in enumerate(model.links)
            for product, sending in link.sending.items()
        ],
        "counters": dict(model.diary.counters),
        "accounts": dict(model.diary.accounts),
        "series": series(model),
    }


def check_accounts(model: OracleModel, cash_before: float) -> None:
    """Raises where units or money do not balance after a tick."""
    diary = model.diary
    for product in range(diary.products):
        account = {name: diary.units[name][product] for name in UNIT_FLOWS}
        sources = account.pop("produced") + account.pop("given")
        if sources != model.everywhere(product) + sum(account.values()):
            raise AssertionError(f"units of product {product} do not balance at tick {model.tick}: {account}")
    flows = sum(amount if name in SOURCES else -amount for name, amount in diary.accounts.items())
    cash = sum(party.cash for party in model.parties)
    scale = max(1.0, abs(cash), sum(abs(amount) for amount in diary.accounts.values()))
    if abs(cash - cash_before - flows) > max(0.005, 1e-11 * scale):
        raise AssertionError(f"money does not balance at tick {model.tick}: {cash - cash_before} against {flows}")
