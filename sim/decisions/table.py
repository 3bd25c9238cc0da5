"""The decisions of a tick: what each is, where it is taken, and what it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents import buyer, intermediary, manufacturer, regulator
from sim.engine import Engine
from sim.world.columns import ALIVE

Cells = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows and columns of the cells of a decision column."""


@dataclass(frozen=True)
class Decision:
    """A decision.

    Attributes:
        function: The shipped scalar function.
        of: Shape of its column: ``"agent"``, ``"link"`` or ``"leg"``, each by product; ``"policy"`` by agent.
        allowed: What may be decided, in words.
        cost: What a rule says, where that is another thing: what is decided is the least of its values.
        most: Greatest value.
        infinite: Whether infinity is allowed.
    """

    function: Callable[..., float]
    of: str
    allowed: str
    most: float = np.inf
    infinite: bool = False
    cost: str = ""


DECISIONS: dict[str, Decision] = {
    "inspection_share": Decision(
        regulator.inspection_share, "leg", "a share of consignments, a number from 0 to 1", most=1.0
    ),
    "investigate": Decision(regulator.investigate, "policy", "expected openings a tick, a finite number of at least 0"),
    "production": Decision(manufacturer.production, "agent", "units, a finite number of at least 0"),
    "restock_level": Decision(intermediary.restock_level, "agent", "units, a finite number of at least 0"),
    "ask_price": Decision(
        intermediary.ask_price,
        "agent",
        "US dollars a unit, a finite number of at least 0 (to refuse a customer, return infinity from `premium`)",
    ),
    "bid_ceiling": Decision(buyer.bid_ceiling, "agent", "US dollars a unit, a finite number of at least 0"),
    "way": Decision(
        intermediary.way,
        "link",
        "the id of a way open to the seller",
        cost="US dollars a unit, a number; infinity is never taken",
    ),
    "corridor": Decision(
        intermediary.corridor,
        "link",
        "the name of an open corridor between the two",
        cost="US dollars a unit, a number; infinity is never taken",
    ),
    "premium": Decision(
        intermediary.premium, "link", "US dollars a unit, at least 0; infinity refuses the customer", infinite=True
    ),
}
"""Every decision, in the order in which a tick takes them. The rule of `corridor` acts earlier: forwarders go by it."""


class DecisionError(ValueError):
    """A user's own agent or rule decided something that is not allowed.

    Attributes:
        who: Who decided: an agent, or a rule.
        decision: Name of the decision.
        about: What it was about.
        value: What was decided.
        allowed: What is allowed.
        todo: What to do.
    """

    def __init__(self, who: str, decision: str, about: str, value: object, allowed: str, todo: str = "") -> None:
        """Keeps what is given."""
        self.who, self.decision, self.about, self.value, self.allowed = who, decision, about, value, allowed
        self.todo = todo or ("Did you forget `return`?" if value is None else f"Correct `{decision}`.")
        super().__init__(who, decision, about, value, allowed)

    def __str__(self) -> str:
        """What was decided, by whom, and what is allowed."""
        text = " ".join(repr(self.value).split())
        text = text if len(text) <= 80 else text[:79] + "…"
        return (
            f"{self.who}: {self.decision}({self.about}) gave {text} ({type(self.value).__name__})\n"
            f"  Allowed: {self.allowed}\n  To do: {self.todo}"
        )


def column(engine: Engine, decision: str) -> NDArray[np.generic]:
    """The column of a decision: agents, links, or legs by product; for `investigate` policies by agent.

    Args:
        engine: A run.
        decision: Name of the decision.
    """
    of_links = DECISIONS[decision].of == "link"
    return getattr(engine.state.links if of_links else engine, decision)  # type: ignore[no-any-return]


def cells(engine: Engine, decision: str, rows: NDArray[np.int64]) -> Cells:
    """Where a decision is taken in this tick; to be asked for when its column has just been filled.

    Args:
        engine: A run.
        decision: Name of the decision.
        rows: int64, who decides: rows of agents, for decisions on links sellers. For `inspection_share` rows of legs,
            for `investigate` rows of policies.

    Returns:
        Cells of the decision's column.
    """
    s, a, k, tick = engine.world.agents, engine.state.agents, engine.state.links, engine.tick
    of = DECISIONS[decision].of
    if of == "leg":
        mask = np.repeat(~engine.world.legs.inner[rows][:, None], a.stock.shape[1], axis=1)
    elif of == "policy":
        free = (a.exposure[rows] > 0.0) & (a.due[rows] < 0) & (a.state == ALIVE)
        mask = engine.listable[rows] & free & (engine.tables.listing[rows] > 0.0)[:, None]
    elif of == "link":
        deciding = np.zeros(len(a.state), dtype=np.bool_)
        deciding[rows] = True
        deciding &= (a.state == ALIVE) & ~s.passes
        rows = np.flatnonzero(deciding[k.seller[: k.count]])
        mask = k.carries[rows] & (a.need[k.buyer[rows]] > 0)
    else:
        alive = a.state[rows] == ALIVE
        if decision == "bid_ceiling":
            mask = a.need[rows] > 0
        elif decision == "restock_level":
            mask = s.buys[rows] & (alive & ((tick + s.phase[rows]) % s.review[rows] == 0))[:, None]
        elif decision == "ask_price":
            mask = s.sells[rows] & (alive & ~s.passes[rows])[:, None]
        else:
            mask = s.sells[rows] & alive[:, None]
    places, columns = np.nonzero(mask)
    return rows[places], columns


def first_wrong(decision: str, values: NDArray[np.float64]) -> int:
    """Place of the first value that is not allowed, -1 where all are.

    Args:
        decision: Name of the decision.
        values: What was decided.

    Example:
        >>> first_wrong("ask_price", np.array([1.0, np.nan])), first_wrong("premium", np.array([np.inf]))
        (1, -1)
    """
    declared = DECISIONS[decision]
    wrong = ~((values >= 0.0) & (values <= declared.most))
    if not declared.infinite:
        wrong |= values == np.inf
    return int(wrong.argmax()) if wrong.any() else -1
