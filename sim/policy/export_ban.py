"""`export_ban`: sale from origins to destinations or sides prohibited."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import PolicyFields, Scope, Tables, barred_as_by_a_ban, intensity_as


class ExportBanFields(PolicyFields):
    """Sale prohibited on legs that leave an origin, to the sides named or into the destinations named."""

    composes: ClassVar[str] = (
        "The greatest holds: a sale is barred where the widest ban in scope bears on the seller. Penalties add up."
    )

    kind: str = parameter("export_ban", unit="", choices=("export_ban",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Share of sellers on whom it bears; a wider share holds a narrower one.")
    penalty: float = parameter(
        20_000.0,
        unit="US dollars a consignment",
        low=0.0,
        text="What a detected consignment costs its seller, apart from the goods.",
    )


def apply(tables: Tables, fields: ExportBanFields, scope: Scope, intensity: float, index: int) -> None:
    """Adds the ban to the tables.

    A sale is barred outright where papers show a side named, or where the leg ends in a destination named.
    Goods that leave the origin for elsewhere, and end with a target side all the same, count as diverted.
    Trade within a jurisdiction or a customs union is not export.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Share of sellers on whom it bears, 0 to 1.
        index: Row of the policy; it writes no table by policy.
    """
    barred, aimed_at = barred_as_by_a_ban(scope)
    product = scope.products[None, :, None]
    for table, mask in ((tables.ban, barred), (tables.target, aimed_at)):
        where = mask[:, None, :] & product
        table[where] = np.maximum(table[where], intensity)
    tables.penalty[aimed_at[:, None, :] & product] += fields.penalty
