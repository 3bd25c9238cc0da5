"""`data_sharing`: states pool their customs records, and authorities see them together."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule, Words
from sim.policy.common import OF_SALES, OF_TRIGGERS, PolicyFields, Scope, Tables, intensity_as


class DataSharingFields(PolicyFields):
    """Lets authorities see the records of exports and of imports of all members, through the listings they carry out.

    Who sees both ends of a trade also sees where they do not match: exports to a member of which that member has no
    record. Goods declared to a state beyond leave such a gap; so does a trade that the importer's customs merely failed
    to record, so that firms are suspected wrongly. Only records are pooled, no seizures, and nobody sees the truth.
    """

    composes: ClassVar[str] = "Of the pools that an authority sees, the greatest share and the greatest weight hold."
    unread: ClassVar[tuple[str, ...]] = (
        "products", "traits", "origins", "destinations", "sides", "exempt_products", "exempt_destinations",
        *OF_TRIGGERS, *OF_SALES,
    )  # fmt: skip

    imposed_at: ClassVar[tuple[str, ...]] = ("members",)
    imposed_why: ClassVar[str] = "Derived: every state that pools its records must agree."

    kind: str = parameter("data_sharing", unit="", choices=("data_sharing",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Share of the members' records that are pooled.")
    by: str = parameter("", unit="", text="Group of regulators that sees what is pooled.")
    groups: Words = parameter((), unit="", text="More groups of regulators that see what is pooled.")
    members: Words = parameter(unit="", text="Jurisdictions that pool their customs records.")
    mismatch: float = parameter(
        0.5,
        unit="consignments of exposure",
        low=0.0,
        text="Exposure by a record of exports to a member that the member's own records of imports do not match.",
    )

    @property
    def _carried_out_by(self) -> tuple[str, ...]:
        """Nobody alone: ``by`` sees what the members have agreed to pool."""
        return ()


def apply(tables: Tables, fields: DataSharingFields, scope: Scope, intensity: float, index: int) -> None:
    """Switches the pool on; what authorities see then is worked out in :mod:`sim.tick.sight`.

    Of several pools that an authority sees, the greatest share and the greatest weight hold.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Share of the members' records, 0 to 1.
        index: Row of the policy.
    """
    tables.strength[index] = intensity
