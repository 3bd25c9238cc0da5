"""`export_licence`: who exports must hold a licence; goods wait for it, and it may be refused."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule, Trait
from sim.policy.common import PolicyFields, Scope, Tables, bar_sides, intensity_as, unlawful_penalty


class ExportLicenceFields(PolicyFields):
    """A licence for each seller, destination and product, on legs that leave an origin into the destinations named.

    Without destinations it is needed for all of them. The first sale without a licence makes the seller apply; its
    goods and the buyer's money wait until the authority has decided. Sales to buyers whose papers show a side named
    would not be licensed: they are unlawful, as under a ban, and nobody applies for them. Goods under licence that
    reach such a side all the same are diverted.
    """

    composes: ClassVar[str] = "A sale in scope of several needs a licence of each. Sides named are barred as by a ban."

    kind: str = parameter("export_licence", unit="", choices=("export_licence",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Share of sellers who need the licence, and on whom the ban on sides bears.")
    lag_weeks: Trait = parameter(6.0, unit="weeks", low=0.0, text="From taking up an application to the decision.")
    refusal: float = parameter(
        0.1, unit="probability", low=0.0, high=1.0, text="Chance that an application is refused."
    )
    capacity: int = parameter(
        1000, unit="applications", low=0, text="Most applications in work at once; others wait in a queue."
    )
    valid_weeks: float = parameter(52.0, unit="weeks", low=1.0, text="How long a licence is valid.")
    again_weeks: float = parameter(
        26.0, unit="weeks", low=1.0, text="Weeks after a refusal in which the seller does not offer the product there."
    )
    fee: float = parameter(0.0, unit="US dollars an application", low=0.0, text="What the seller pays to apply.")
    penalty: float = unlawful_penalty()


def apply(tables: Tables, fields: ExportLicenceFields, scope: Scope, intensity: float, index: int) -> None:
    """Adds the licence to the tables: a sale in scope of several needs a licence of each.

    Sides named are barred (:func:`sim.policy.common.bar_sides`).

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Share of sellers on whom it bears, 0 to 1.
        index: Row of the policy.
    """
    tables.strength[index] = intensity
    bar_sides(tables, fields.penalty, scope, intensity)
