"""`entity_listing`: investigations that end in a listing."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule, Trait, Words
from sim.policy.common import OF_TRIGGERS, PolicyFields, Scope, Tables, intensity_as


class EntityListingFields(PolicyFields):
    """Investigates firms in scope by their observed exposure, and lists them after a lag.

    A firm's exposure rises with each of its consignments that is seized, and with each customs record that an authority
    looks into (``observation``) of goods that a law bars to somebody; it fades. Where ``sides`` are named a consignment
    counts by how much it appears to serve one of them: fully where papers show it, else by the greatest share that the
    destination on the papers diverts to one of them; of what is seized the truth counts. Authorities see what the
    records of ``sources`` and seizures there tell, and false end-use statements that others traced under the same
    ``by``, and nothing else, so they are sometimes wrong. A listed firm closes.
    """

    composes: ClassVar[str] = "Each policy keeps its own investigations; a party is listed by whichever decides first."
    unread: ClassVar[tuple[str, ...]] = (
        "products",
        "traits",
        "origins",
        "destinations",
        "exempt_products",
        "exempt_destinations",
        *OF_TRIGGERS,
        "grandfather_weeks",
    )

    imposed_at: ClassVar[tuple[str, ...]] = ("sources",)
    imposed_why: ClassVar[str] = "Derived: the authority is one that sees the customs records of these states."

    kind: str = parameter("entity_listing", unit="", choices=("entity_listing",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Factor on the hazard of an investigation.")
    groups: Words = parameter((), unit="", text="Groups that can be listed; empty for every group of intermediaries.")
    hazard: float = parameter(
        unit="openings a week for one consignment of exposure",
        low=0.0,
        text="How fast exposure leads to an investigation.",
    )
    sources: Words = parameter(
        (), unit="", text="Jurisdictions whose customs records and seizures the authority sees; empty for all."
    )
    observation: float = parameter(
        0.02,
        unit="probability",
        low=0.0,
        high=1.0,
        text="Chance that a customs record of goods barred to somebody is looked into.",
    )
    least: float = parameter(
        0.0,
        unit="consignments of exposure",
        low=0.0,
        text="Exposure at the end of an investigation below which it is closed without a listing.",
    )
    fading: float = parameter(0.02, unit="share a week", low=0.0, high=1.0, text="Exposure lost a week.")
    capacity: int = parameter(
        10, unit="investigations", low=0, high=1_000_000, text="Most investigations open at once."
    )
    lag_weeks: Trait = parameter(26.0, unit="weeks", low=0.0, evidence="P17", text="From the opening to the listing.")
    stock: str = parameter(
        "frozen", unit="", choices=("frozen", "sold_off"), text="What becomes of the stock of a listed firm."
    )
    chill: float = parameter(
        0.2,
        unit="1",
        low=0.0,
        high=1.0,
        text="Share of the way to certainty that perceived risk moves on the links of a listed firm's partners.",
    )


def apply(tables: Tables, fields: EntityListingFields, scope: Scope, intensity: float, index: int) -> None:
    """Switches the policy's investigations on with a factor on its hazard.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Factor on the hazard, 0 to 1.
        index: Row of the policy.
    """
    tables.listing[index] = intensity
