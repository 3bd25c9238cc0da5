"""`content_rule`: goods that hold enough foreign inputs fall under a law of the state that the inputs come from."""

from __future__ import annotations

from typing import ClassVar

from sim.declare.parameter import parameter
from sim.declare.types import Schedule
from sim.policy.common import PolicyFields, Scope, Tables, intensity_as, unlawful_penalty


class ContentRuleFields(PolicyFields):
    """Bars goods by what is in them: by the ``foreign_content`` of their maker, wherever they are sold.

    Papers do not show it. A maker and its arms know what their goods hold; every other seller goes by an estimate of
    its own for each brand and product, which may be too high or too low. Compliant sellers hold back goods that they
    believe to be covered. What others sell is found at a border only where it is opened and a test shows the content.
    """

    composes: ClassVar[str] = (
        "Each bears by itself: a consignment that one of them bars is barred. Their tests are independent."
    )
    unread: ClassVar[tuple[str, ...]] = ("by",)

    imposed_at: ClassVar[tuple[str, ...]] = ()
    imposed_why: ClassVar[str] = "The state can that the foreign inputs come from, wherever the goods are sold."

    kind: str = parameter("content_rule", unit="", choices=("content_rule",), text="Kind of policy.")
    intensity: Schedule = intensity_as(
        "Share of sellers who must look at what is in goods; a wider share holds a narrower one."
    )
    threshold: float = parameter(
        0.25,
        unit="share of the cost of building",
        low=0.0,
        high=1.0,
        text="Foreign content from which goods are covered; goods without any never are.",
    )
    spread: float = parameter(
        0.5,
        unit="coefficient of variation",
        low=0.0,
        high=10.0,
        text="How far sellers' estimates of the content lie around what it is.",
    )
    found: float = parameter(
        0.3,
        unit="probability a piece",
        low=0.0,
        high=1.0,
        text="Chance that a test shows the content of goods that are opened at a border.",
    )
    penalty: float = unlawful_penalty()


def apply(tables: Tables, fields: ContentRuleFields, scope: Scope, intensity: float, index: int) -> None:
    """Switches the rule on; which goods it covers is worked out in :mod:`sim.tick.marked`.

    Several rules bear each by itself: a consignment that one of them bars is barred.

    Args:
        tables: Tables to add to.
        fields: The policy.
        scope: Its scope.
        intensity: Share of sellers on whom it bears, 0 to 1.
        index: Row of the policy.
    """
    tables.strength[index] = intensity
