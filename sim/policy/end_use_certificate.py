"""`end_use_certificate`: a seller must hold a statement of its customer on who will use the goods."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import PolicyFields, Scope, Tables, bar_sides, intensity_as, unlawful_penalty


class EndUseCertificateFields(PolicyFields):
    """A statement of each customer to each of its sellers, for goods that leave an origin into the destinations named.

    Without destinations it is needed for all of them. The customer states that no side named will get the goods. Those
    who do, and those who sell on to them, sign falsely, and a false statement may be found out before the goods leave:
    then the seller turns the customer away for a time. Statements stay on file, so that others can trace them later.
    Buyers whose papers show a side named cannot sign: sales to them are unlawful, as under a ban. Goods that reach such
    a side all the same are diverted.
    """

    composes: ClassVar[str] = (
        "A sale in scope of several needs a statement under each. Sides named are barred as by a ban."
    )

    kind: str = parameter("end_use_certificate", unit="", choices=("end_use_certificate",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Share of sellers who need statements, and on whom the ban on sides bears.")
    passes: float = parameter(
        0.7, unit="probability", low=0.0, high=1.0, text="Chance that a statement that is wholly false passes."
    )
    traced: float = parameter(
        0.05,
        unit="probability",
        low=0.0,
        high=1.0,
        text="Chance that outside observers trace a statement that is wholly false and has passed. Listing policies "
        "under the same `by` hear of it.",
    )
    valid_weeks: float = parameter(52.0, unit="weeks", low=1.0, text="How long a statement is valid.")
    again_weeks: float = parameter(
        26.0, unit="weeks", low=1.0, text="How long a seller turns a customer away that has no statement to show."
    )
    penalty: float = unlawful_penalty()


def apply(tables: Tables, fields: EndUseCertificateFields, scope: Scope, intensity: float, index: int) -> None:
    """Adds the certificate to the tables: a sale in scope of several needs a statement under each.

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
