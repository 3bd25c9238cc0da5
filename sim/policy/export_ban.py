"""`export_ban`: sale from origins to destinations or sides prohibited."""

from __future__ import annotations

import numpy as np

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import PolicyFields, Scope, Tables, intensity_as


class ExportBanFields(PolicyFields):
    """Sale prohibited on legs that leave an origin, to the sides named or into the destinations named."""

    kind: str = parameter("export_ban", unit="", choices=("export_ban",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Share of sellers on whom it bears; a wider share holds a narrower one.")
    penalty: float = parameter(
        20_000.0,
        unit="US dollars a consignment",
        low=0.0,
        text="What a detected consignment costs its seller, apart from the goods.",
    )


def apply(tables: Tables, fields: ExportBanFields, scope: Scope, intensity: float) -> None:
    """Adds the ban to the tables.

    A sale is barred outright where papers show a side named, or where the leg ends in a destination named.
    Goods that leave the origin for elsewhere, and end with a target side all the same, count as diverted.
    Trade within a jurisdiction or a customs union is not export.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Share of sellers on whom it bears, 0 to 1.
    """
    out = scope.origins & ~scope.inner
    product = scope.products
    barred = out[:, None] & (scope.sides[None, :] | scope.destinations[:, None])
    reach = out[:, None] & scope.targets[None, :]
    for table, mask in ((tables.ban, barred), (tables.target, reach | barred)):
        where = mask[:, None, :] & product[None, :, None]
        table[where] = np.maximum(table[where], intensity)
    where = (reach | barred)[:, None, :] & product[None, :, None]
    tables.penalty[where] += fields.penalty
