"""`secondary_sanctions`: sellers of third states, and the banks that their payments go through, face a threat."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule, Words
from sim.policy.common import OF_SALES, PolicyFields, Scope, Tables, intensity_as


class SecondarySanctionsFields(PolicyFields):
    """Threatens sellers of the origins, and their banks, for sales to some sides or into some states.

    Banks look at who pays, not at the goods: at the state of the buyer, and at the side that its papers show. A payment
    in scope goes through an agent who takes a fee, it arrives late, and the goods with it, or the seller's bank refuses
    it. Sellers fear a penalty, and ask for a premium. How much of all this there is follows from ``bank_exposure`` of
    the seller's state. No sale becomes unlawful by it. Trade within a customs union is in scope, trade within a state
    is not.
    """

    composes: ClassVar[str] = "Fees and delays add up; refusals and detections are independent: 1 − Π (1 − p)."
    unread: ClassVar[tuple[str, ...]] = OF_SALES

    imposed_at: ClassVar[tuple[str, ...]] = ()
    imposed_why: ClassVar[str] = "A state can that others' banks cannot do without; not those threatened."

    kind: str = parameter("secondary_sanctions", unit="", choices=("secondary_sanctions",), text="Kind of policy.")
    intensity: Schedule = intensity_as("Factor on fee, delay, refusal and detection.")
    origins: Words = parameter((), unit="", text="States whose sellers and banks are threatened; empty for all.")
    destinations: Words = parameter(
        (), unit="", text="States whose buyers' payments are in scope; empty for none named."
    )
    sides: Words = parameter((), unit="", text="Sides whose payments are in scope, as papers show them to banks.")
    fee: float = parameter(
        0.04,
        unit="share of the price",
        low=0.0,
        high=1.0,
        evidence="P18",
        text="What a payment agent takes of the price, on top of it.",
    )
    delay_weeks: float = parameter(
        5.0,
        unit="weeks",
        low=0.0,
        high=104.0,
        evidence="P19",
        text="Time that a payment is held up, and the goods with it.",
    )
    refusal: float = parameter(
        0.1,
        unit="probability a tick",
        low=0.0,
        high=1.0,
        text="Chance that the seller's bank takes no payment of a buyer for a product in a tick.",
    )
    detection: float = parameter(
        0.01,
        unit="probability a consignment",
        low=0.0,
        high=1.0,
        text="Chance that the threat is carried out for a consignment, as sellers see it.",
    )
    penalty: float = parameter(
        500_000.0, unit="US dollars", low=0.0, text="What a seller expects to lose then, beside its licit margin."
    )


def apply(tables: Tables, fields: SecondarySanctionsFields, scope: Scope, intensity: float, index: int) -> None:
    """Switches the threat on; what payments suffer is worked out in :mod:`sim.tick.banks`, by bank exposure.

    Of several, fees and delays add up, and what several banks or authorities do is independent: refusals and
    detections by ``1 - prod(1 - p)``.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Factor on fee, delay, refusal and detection, 0 to 1.
        index: Row of the policy.
    """
    tables.strength[index] = intensity
