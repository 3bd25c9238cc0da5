"""Decision columns: which kernel fills each, and what may be put in its place.

A decision is a scalar function of :mod:`sim.agents`. Its kernel evaluates it for everybody into a column, and
everything later in the tick reads only the column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.tick import evade, forward, plan, produce, quote, regulate, reserve

KERNELS: dict[str, Callable[..., Any]] = {
    "inspection_share": regulate.inspection_column,
    "investigate": regulate.investigate_column,
    "production": produce.production_column,
    "restock_level": plan.restock_column,
    "ask_price": quote.ask_column,
    "bid_ceiling": quote.bid_column,
    "corridor": forward.best_corridors,
    "way": evade.way_column,
    "premium": reserve.premium_column,
}
"""The kernel of each decision that is taken anew in every tick, in order; its last argument is the column. A module
knows the scalar function by the name of the decision. `corridor` is decided for all who trade between two
jurisdictions, for each story that papers can tell; a link's column then follows from its way."""


class Decisions:
    """How the decision columns of one run are filled.

    Attributes:
        kernels: Fills the column of each decision: the kernel, or what stands in its place with the same arguments.
        overrides: Called after the column is filled, by decision; empty where nobody overrides anything.
        own: By decision, rows of those who decide for themselves or by a rule of the user's.
    """

    def __init__(self) -> None:
        self.kernels = dict(KERNELS)
        self.overrides: dict[str, Callable[[], None]] = {}
        self.own: dict[str, list[int]] = {}

    def __deepcopy__(self, memo: object) -> Decisions:
        """The same for a run that is forked.

        Raises:
            ValueError: If somebody decides for themselves: agents may remember things, and know their own run.
        """
        if self.overrides or self.kernels != KERNELS:
            raise ValueError("a run with agents or rules of one's own cannot be forked; run the other from the start")
        return Decisions()

    def fill(self, decision: str, *arguments: Any) -> Any:
        """Fills a decision column, and lets those who override it decide.

        Args:
            decision: Name of the decision.
            arguments: What its kernel takes.

        Returns:
            What the kernel returns.
        """
        found = self.kernels[decision](*arguments)
        self.override(decision)
        return found

    def override(self, decision: str) -> None:
        """Lets those who override a decision decide.

        Args:
            decision: Name of the decision.
        """
        decide = self.overrides.get(decision)
        if decide is not None:
            decide()
