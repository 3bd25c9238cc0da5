"""`transit_tracking`: goods in transit are followed to where they are unloaded."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import OF_SALES, PolicyFields, Scope, Tables, intensity_as


class TransitTrackingFields(PolicyFields):
    """Follows goods on legs from origins into destinations, borders within a customs union included.

    Goods whose papers hide where they go (`rerouting`, `ghost_transit`) are found out with a probability on each such
    leg, and seized. Lawful goods, and goods that a trader of the state has bought, are not stopped: they go where their
    papers say.
    """

    composes: ClassVar[str] = "Chances are independent: 1 − Π (1 − found·intensity)."
    unread: ClassVar[tuple[str, ...]] = ("sides", "products", "traits", "exempt_products", *OF_SALES)

    imposed_at: ClassVar[tuple[str, ...]] = ("destinations", "origins")
    imposed_why: ClassVar[str] = "Derived: goods are followed by the states that they pass through."

    kind: str = parameter("transit_tracking", unit="", choices=("transit_tracking",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Factor on the chance that goods are found out.")
    found: float = parameter(
        0.5,
        unit="probability",
        low=0.0,
        high=1.0,
        text="Chance that goods whose papers hide where they go are found out on a leg in scope.",
    )


def apply(tables: Tables, fields: TransitTrackingFields, scope: Scope, intensity: float, index: int) -> None:
    """Adds tracking to the tables.

    Several authorities that follow the same leg find independently of each other: ``1 - prod(1 - found * intensity)``
    (survival by product, MODEL.md section 4).

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Factor on the chance, 0 to 1.
        index: Row of the policy; it writes no table by policy.
    """
    where = scope.moves
    tables.tracking[where] = 1.0 - (1.0 - tables.tracking[where]) * (1.0 - np.float64(fields.found * intensity))
