"""What a run leaves behind: columns of deliveries, shipments, path nodes and series.

Ticks in records count recorded ticks: 0 is the first tick at or after `start`; shipments that left in the burn-in
are not rows, deliveries of them are (their order tick is negative).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.world.columns import World

Columns = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Records:
    """The records of one run.

    Attributes:
        world: The initial world.
        policies_off: Ids of policies left out (a twin), empty for none.
        deliveries: One row a delivery to an end user, in order of receipt. Columns: ``tick`` (receipt), ``side``
            (true side), ``product``, ``units``, ``value`` (US dollars, all units of the row, as paid landed by the
            side;
            the pass-through buyer's cost for hand-on), ``node`` (path node), ``buyer`` (end user), ``seller`` (last
            seller), ``since`` (tick since when the need behind the order was unmet).
        waits: One row a receipt by a buyer of a side from a seller that is not a pass-through buyer, and one row for
            each need
            still open at the end: ``tick`` (receipt, or the last tick), ``since``, ``side``, ``product``, ``units``,
            ``censored`` (bool).
        ledger: The true ledger, one row a shipment piece in order of shipping, or None when it was not kept. Columns:
            ``tick``,
            ``seller``, ``buyer``, ``product``, ``units``, ``unit_price`` (paid to the seller, US dollars),
            ``unit_freight``, ``unit_levy`` (paid by the buyer on top),
            ``unit_cost`` (the seller's average cost), ``node`` (the buyer's path node), ``parent`` (the seller's),
            ``corridor``, ``way``, ``breach`` (bits: 1 law, 2 contract, 4 voluntary: what true papers would show),
            ``inspected`` (bool, at any border), ``seized`` (bool), ``arrival``
            (tick; -1 where seized), ``since``, ``auction`` (bool), ``stopped`` (leg where it was seized, -1 for none),
            ``declared`` (jurisdiction that papers name as the end of the way, -1 without papers), ``recorded`` (bits,
            four for each trade that papers declare: exporter-side record, importer-side record, either under a vague
            heading); ``unit_facilitation`` and ``unit_fee`` (paid by the buyer on top to
            officials, and to a payment agent).
        nodes: Path nodes: ``parent`` (-1 for a maker's own output), ``holder``, ``product``, ``corridor`` (-1 at the
            root), ``way``, ``breach`` (of
            this hop), ``barred_law``, ``barred_contract``, ``barred_voluntary`` (bitmasks over sides, of the whole
            path),
            ``hops`` (0 at the root), ``maker`` (agent at the root), ``breach_path`` (breach of any hop of the path).
        series: Arrays by recorded tick (first axis). Keys and shapes:
            ``stock``, ``planned``, ``flown``, ``used`` (tick, side, product): end users' stock in units at the end of
            the tick, sorties planned and
            flown, units lost or worn out; ``unmet`` (tick, side, product) float, units; ``delivered`` units;
            ``stock_foreign`` (tick, side, product) units of end users that are not home-made for the side;
            ``used_foreign`` likewise;
            ``ordered``, ``filled``, ``refused`` (tick, group, product): units, by group of the seller;
            ``ask``, ``mark_up`` (tick, group, product) float: means over agents of the group in state alive that sell
            the product (NaN for none); ``trader_stock`` (tick, group, product) units held;
            ``crossings``, ``inspected``, ``crossed_units``, ``seized_units`` (tick, leg, product): consignment pieces
            and units; ``crossed_value`` (tick, leg, product) float;
            ``ways`` (tick, way, product): units sent by each way, of goods that leave a jurisdiction;
            ``alive`` (tick, group): agents alive; ``in_force``, ``announced`` (tick, policy) bool;
            ``investigations``, ``listings`` (tick, policy): opened, and parties listed; ``applications``
            (tick, policy): for licences, decided; ``audits``, ``contracts_ended`` (tick, policy): of distributors;
            ``counters`` (tick, counter): see ``COUNTERS``; ``accounts`` (tick, money account) float: see ``ACCOUNTS``;
            ``produced`` (tick, group, product) units.
        agents: Columns at the end: ``state``, ``owner``, ``opened``, ``closed`` (tick, below 0 before the start,
            -1000000 for never),
            ``listed_by`` (policy row or -1).
        units: (account, product) int64 unit account of the recorded ticks: see ``UNIT_ACCOUNTS``.
        statements: One row an end-use statement signed, in order of tick, policy, seller and buyer: ``tick``,
            ``policy``, ``seller``, ``buyer`` (who signed), ``false`` (share that is false, 0 to 1), ``passed`` (bool),
            ``traced`` (bool, by outside observers).
    """

    world: World
    policies_off: tuple[str, ...]
    deliveries: Columns
    waits: Columns
    ledger: Columns | None
    nodes: Columns
    series: Columns
    agents: Columns
    units: NDArray[np.int64]
    statements: Columns


LEDGER_WHOLE = (
    "tick", "seller", "buyer", "product", "units", "node", "parent", "corridor", "way", "breach", "inspected", "seized",
    "arrival", "since", "auction", "stopped", "declared", "recorded",
)  # fmt: skip
"""Whole-number columns of the true ledger, in order."""
LEDGER_NUMBERS = ("unit_price", "unit_freight", "unit_facilitation", "unit_levy", "unit_cost", "unit_fee")
"""Money columns of the true ledger, in order: US dollars a unit."""
LEDGER_FLAGS = ("inspected", "seized", "auction")
"""Those of its columns that are yes or no."""
STATEMENT_WHOLE = ("tick", "policy", "seller", "buyer", "passed", "traced")
"""Whole-number columns of statements, in order; the last two are yes or no."""

COUNTERS = (
    "trades",
    "trades_at_ceiling",
    "auction_fills",
    "refused_orders",
    "seizures",
    "listings",
    "foundings",
    "closures",
    "merged_lots",
    "new_links",
    "lapsed_links",
    "frozen_units",
    "consignments_barred",
    "refused_by_premium",
    "levied_trades",
    "quota_refusals",
    "units_given",
    "licences_granted",
    "licences_refused",
    "units_reserved",
    "units_returned",
    "exporter_records",
    "importer_records",
    "tracked",
    "evading",
    "inherited_links",
    "input_shortages",
    "units_substituted",
    "payments_refused",
    "mismatches",
    "audits",
    "contracts_ended",
    "refused_by_contract",
    "goods_held_back",
    "resold_in_breach",
    "content_found",
    "refused_by_statement",
    "statements_signed",
    "statements_false",
    "statements_refused",
    "statements_traced",
    "exempt_trades",
    "grandfathered_trades",
)
"""What ``series["counters"]`` counts in a tick."""

ACCOUNTS = (
    "budgets",
    "budgets_returned",
    "founding_capital",
    "production_cost",
    "freight",
    "levies",
    "fees",
    "fines",
    "facilitation",
    "overheads",
    "payouts",
    "aid",
    "held",
    "cash",
)
"""Money accounts: flows of a tick in US dollars, and the sum of all cash after it.

`held` is what buyers have paid for goods that wait for a licence, less what left it; it can be negative."""

UNIT_ACCOUNTS = (
    "initial",
    "produced",
    "given",
    "in_stock",
    "reserved",
    "frozen",
    "in_transit",
    "seized",
    "lost",
    "worn_out",
    "built_into_drones",
)
"""Accounts of units: the first three are sources, the rest say where the units are."""
