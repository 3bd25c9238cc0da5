"""`quota`: declared units a period at the exit border; what is beyond is refused."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import PolicyFields, Scope, Tables, intensity_as


class QuotaFields(PolicyFields):
    """Lets so many units a period leave the origins, into the destinations named or, without any, into all.

    Orders take their turn in the quota by a keyed draw. What is beyond it is refused; what a period leaves unused is
    lost. The seller hears of orders refused, so its mark-up rises: who gets into the quota earns its rent.
    """

    composes: ClassVar[str] = "An order must find room in each; the least room holds."
    unread: ClassVar[tuple[str, ...]] = ("sides",)

    kind: str = parameter("quota", unit="", choices=("quota",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Share of sellers bound by the quota; the units of a period stay as they are.")
    units: Schedule = parameter(unit="units a period", low=0.0, text="Units that may leave in a period.")
    period_weeks: float = parameter(
        13.0, unit="weeks", low=1.0, text="Length of a period; the first begins on the effective date."
    )


def apply(tables: Tables, fields: QuotaFields, scope: Scope, intensity: float, index: int) -> None:
    """Switches the quota on for a share of sellers; an order in several quotas must find room in each.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Share of sellers on whom it bears, 0 to 1.
        index: Row of the policy.
    """
    tables.strength[index] = intensity
