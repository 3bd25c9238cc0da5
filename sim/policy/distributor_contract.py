"""`distributor_contract`: makers bind distributors by a resale clause, audit them, and end broken contracts."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule, Trait
from sim.policy.common import OF_TRIGGERS, PolicyFields, Scope, Tables, intensity_as


class DistributorContractFields(PolicyFields):
    """Binds intermediaries that buy from makers of a group, or from their arms, not to resell goods to sides.

    The clause holds for the goods, from the day on which they are bought under it; it does not bind who buys from the
    distributor. Compliant distributors hold such goods back from customers whom they believe to serve a side. Others
    ask for a premium, since an audit can find what they resold, and then the makers and their arms sell them nothing
    more, until they come back under another name. Arms that are not compliant neither ask for the clause nor turn
    anybody away. Exempt makers and arms ask for no clause, exempt distributors sign none.
    """

    composes: ClassVar[str] = "The sides barred are joined; each maker's audits are its own."
    unread: ClassVar[tuple[str, ...]] = (
        "origins",
        "exempt_destinations",
        *OF_TRIGGERS,
        "grandfather_weeks",
    )

    by_firms: ClassVar[bool] = True
    imposed_at: ClassVar[tuple[str, ...]] = ()
    imposed_why: ClassVar[str] = "The makers themselves can; no state need agree."

    kind: str = parameter("distributor_contract", unit="", choices=("distributor_contract",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Share of the distributors who sign; a wider share holds a narrower one.")
    by: str = parameter("", unit="", text="Group of makers whose goods the contracts are about.")
    audits: float = parameter(
        1.0, unit="audits a year", low=0.0, high=366.0, text="How often the books of a distributor are looked into."
    )
    found: float = parameter(
        0.3,
        unit="probability a piece",
        low=0.0,
        high=1.0,
        text="Chance that an audit finds out a piece resold against the clause.",
    )
    returns: float = parameter(
        0.5,
        unit="probability",
        low=0.0,
        high=1.0,
        text="Chance that a distributor whose contract has ended buys again, under another name; none foresees it.",
    )
    lag_weeks: Trait = parameter(
        26.0, unit="weeks", low=0.0, text="From the end of a contract until the distributor buys again."
    )


def apply(tables: Tables, fields: DistributorContractFields, scope: Scope, intensity: float, index: int) -> None:
    """Switches the contracts on; who is bound, by what goods, is worked out in :mod:`sim.tick.contracts`.

    Of several, the sides barred are joined, and each maker's audits are its own.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope; ``sellers`` are the makers of group ``by`` and their arms.
        intensity: Share of the distributors who sign, 0 to 1.
        index: Row of the policy.
    """
    tables.strength[index] = intensity
