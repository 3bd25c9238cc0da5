"""`voluntary_suspension`: a maker stops sales to sides; its arms follow with their compliance."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import OF_TRIGGERS, PolicyFields, Scope, Tables, intensity_as


class VoluntarySuspensionFields(PolicyFields):
    """A maker stops selling to sides.

    ``by`` names the maker's group. Makers of the group, and arms that follow, refuse customers whom they believe
    to serve the sides. Arms that do not follow go on: a breach of the voluntary kind, not of law.
    """

    composes: ClassVar[str] = "The greatest holds."
    unread: ClassVar[tuple[str, ...]] = (
        "origins",
        "exempt_destinations",
        *OF_TRIGGERS,
    )

    by_firms: ClassVar[bool] = True
    imposed_at: ClassVar[tuple[str, ...]] = ()
    imposed_why: ClassVar[str] = "The makers themselves can; no state need agree."

    kind: str = parameter("voluntary_suspension", unit="", choices=("voluntary_suspension",), text="Kind of policy.")
    intensity: Schedule = intensity_as(
        "Share of the makers and arms on whom it bears; a wider share holds a narrower one."
    )


def apply(tables: Tables, fields: VoluntarySuspensionFields, scope: Scope, intensity: float, index: int) -> None:
    """Adds the suspension to the tables: the greatest intensity over policies holds.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope; ``sellers`` are the makers of group ``by`` and their arms.
        intensity: Share of these sellers on whom it bears, 0 to 1.
        index: Row of the policy; it writes no table by policy.
    """
    where = scope.sellers[:, None, None] & scope.products[None, :, None] & scope.targets[None, None, :]
    tables.suspended[where] = np.maximum(tables.suspended[where], intensity)
