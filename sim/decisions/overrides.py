"""A user's own agents: objects that are asked for a decision in place of the kernel.

An agent returns a value. The value is checked, and written to the decision column when all agents have been asked, so
that the order of asking is of no consequence.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.decisions.rules import agent_name, group_rows
from sim.decisions.table import DECISIONS, DecisionError, cells, column, first_wrong
from sim.decisions.trade import corridors_open, way_refused, ways_open
from sim.declare.errors import nearest
from sim.engine import Engine
from sim.world.records import COUNTERS

Method = Callable[..., Any]
Question = tuple[Method, tuple[Any, ...]]

_REFUSED = COUNTERS.index("refused_by_premium")


def install(engine: Engine, decision: str, deciders: Sequence[Any], handles: Sequence[Any]) -> None:
    """Lets agents take a decision. To be done before the first tick.

    Args:
        engine: The run.
        decision: Name of the decision.
        deciders: Agents that take it: objects with a method of its name and a ``row``.
        handles: All agents by row, as the methods of decisions about a partner are to get them.
    """
    of_what = {"agent": _OfAgents, "link": _OfLinks, "leg": _OfLegs, "policy": _OfParties}
    named: dict[str, type[_Asking]] = {"way": _OfWays, "corridor": _OfCorridors}
    kind = named.get(decision) or of_what[DECISIONS[decision].of]
    engine.decisions.overrides[decision] = kind(engine, decision, deciders, handles)
    engine.decisions.own.setdefault(decision, []).extend(each.row for each in deciders)


class _Asking(ABC):
    """Asks agents for one decision in every tick.

    Args:
        engine: The run.
        decision: Name of the decision.
        deciders: Who takes it.
        handles: All agents by row.
    """

    def __init__(self, engine: Engine, decision: str, deciders: Sequence[Any], handles: Sequence[Any]) -> None:
        self.engine, self.decision, self.handles = engine, decision, handles
        self.methods: dict[int, Method] = {each.row: getattr(each, decision) for each in deciders}
        self.rows = np.array(sorted(self.methods), dtype=np.int64)
        self.products = engine.world.names.products

    @abstractmethod
    def __call__(self) -> None:
        """Asks, checks and writes."""

    def ask(self, questions: list[Question]) -> NDArray[np.generic]:
        """The answers, checked.

        Raises:
            DecisionError: If one is not allowed.
        """
        answers = []
        for method, about in questions:
            answer = self.answer(method, about)
            answers.append(answer if type(answer) is float else self.number(answer, method, about))
        values = np.array(answers)
        place = first_wrong(self.decision, values)
        if place >= 0:
            raise self.wrong(*questions[place], answers[place])
        return values

    def answer(self, method: Method, about: tuple[Any, ...]) -> Any:
        """One answer; what a method raises tells whose it was and about what."""
        try:
            return method(*about)
        except Exception as error:
            error.add_note(f"raised while {self.who(method)} decided {self.decision}({_told(about)})")
            raise

    def number(self, answer: Any, method: Method, about: tuple[Any, ...]) -> float:
        """An answer that is not a plain float, as one.

        Raises:
            DecisionError: If it is no number.
        """
        if isinstance(answer, int | float | np.integer | np.floating) and not isinstance(answer, bool):
            return float(answer)
        raise self.wrong(method, about, answer)

    def wrong(
        self, method: Method, about: tuple[Any, ...], answer: object, allowed: str = "", todo: str = ""
    ) -> DecisionError:
        """The error for an answer that is not allowed."""
        allowed = allowed or DECISIONS[self.decision].allowed
        return DecisionError(self.who(method), self.decision, _told(about), answer, allowed, todo)

    def who(self, method: Method) -> str:
        """Whose method it is."""
        agent = getattr(method, "__self__", None)
        return repr(method) if agent is None else f"{agent_name(self.engine, agent.row)} ({type(agent).__name__})"


class _OfAgents(_Asking):
    """A decision of an agent about a product."""

    def questions(self, rows: NDArray[np.int64], places: NDArray[np.int64]) -> list[Question]:
        methods, products = self.methods, self.products
        return [(methods[row], (products[p],)) for row, p in zip(rows.tolist(), places.tolist(), strict=True)]

    def __call__(self) -> None:
        """Asks, checks and writes."""
        where = cells(self.engine, self.decision, self.rows)
        if len(where[0]):
            column(self.engine, self.decision)[where] = self.ask(self.questions(*where))


class _OfLinks(_Asking):
    """A decision of a seller about a customer and a product."""

    def questions(self, rows: NDArray[np.int64], places: NDArray[np.int64]) -> list[Question]:
        methods, products, handles, links = self.methods, self.products, self.handles, self.engine.state.links
        sellers, buyers = links.seller[rows].tolist(), links.buyer[rows].tolist()
        return [
            (methods[a], (handles[b], products[p])) for a, b, p in zip(sellers, buyers, places.tolist(), strict=True)
        ]

    def __call__(self) -> None:
        """Asks, checks and writes; counts refusals anew."""
        where = cells(self.engine, self.decision, self.rows)
        if not len(where[0]):
            return
        out = column(self.engine, self.decision)
        answers = self.ask(self.questions(*where))
        refused = int(np.isinf(answers).sum()) - int(np.isinf(out[where]).sum())
        self.engine.sums.counters[_REFUSED] += refused
        out[where] = answers


class _OfNames(_OfLinks):
    """A decision of a seller that is one of several names; each is a row."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Names in order of rows."""

    @abstractmethod
    def open(self, link: int, p: int) -> list[str]:
        """Names that may be chosen."""

    @abstractmethod
    def refused(self, link: int, p: int, row: int) -> str:
        """Why a row may not be chosen; empty where it may."""

    def __call__(self) -> None:
        """Asks, checks and writes."""
        where = cells(self.engine, self.decision, self.rows)
        if not len(where[0]):
            return
        out = column(self.engine, self.decision)
        known = {name: row for row, name in enumerate(self.names)}
        links, places, usual = where[0].tolist(), where[1].tolist(), out[where].tolist()
        chosen = []
        for question, link, p, shipped in zip(self.questions(*where), links, places, usual, strict=True):
            answer = self.answer(*question)
            row = known.get(answer) if isinstance(answer, str) else None
            if row is None:
                raise self._not_there(*question, answer, link, p)
            # What the rules have chosen may be chosen, even where nothing is open.
            if row != shipped and (why := self.refused(link, p, row)):
                raise self.wrong(*question, answer, self._allowed(link, p), f"Choose another: {why}.")
            chosen.append(row)
        out[where] = chosen

    def _allowed(self, link: int, p: int) -> str:
        """What may be chosen, in words."""
        return f"{', '.join(map(repr, self.open(link, p))) or 'nothing'}: {DECISIONS[self.decision].allowed}"

    def _not_there(self, method: Method, about: tuple[Any, ...], answer: Any, link: int, p: int) -> DecisionError:
        """The error for what is no name."""
        close = nearest(answer, self.names) if isinstance(answer, str) else ""
        todo = f"Did you mean {close!r}?" if close else ""
        return self.wrong(method, about, answer, self._allowed(link, p), todo)


class _OfWays(_OfNames):
    """By which way a seller sends."""

    @property
    def names(self) -> tuple[str, ...]:
        """Honest papers, and the ways of the scenario."""
        return self.engine.world.ways.names

    def open(self, link: int, p: int) -> list[str]:
        """Ways open to the seller."""
        return [self.names[w] for w in ways_open(self.engine, link, p)]

    def refused(self, link: int, p: int, row: int) -> str:
        """Why a way is not open to the seller."""
        return way_refused(self.engine, link, p, row)


class _OfCorridors(_OfNames):
    """By which corridor a seller sends."""

    @property
    def names(self) -> tuple[str, ...]:
        """All corridors."""
        return self.engine.world.corridors.names

    def open(self, link: int, p: int) -> list[str]:
        """Corridors open between the two."""
        return [self.names[c] for c in corridors_open(self.engine, link, p)]

    def refused(self, link: int, p: int, row: int) -> str:
        """Why a corridor is not open between the two."""
        if row in corridors_open(self.engine, link, p):
            return ""
        world, pair = self.engine.world, self.engine.state.links.pair.item(link)
        if not world.corridors.first[pair] <= row < world.corridors.first[pair + 1]:
            return "it does not lead from the seller to the customer"
        if not world.legs.open[self.engine.tick][world.corridors.legs[row][: world.corridors.count[row]]].all():
            return "it is closed"
        return "there is no state beyond its end to which the papers of this way could be made out"


class _OfSeveral(_Asking):
    """A decision that several may take; the greatest value holds."""

    deciders: dict[int, list[Method]]

    @abstractmethod
    def about(self, row: int, place: int) -> tuple[Any, ...]:
        """What a cell is about."""

    def __call__(self) -> None:
        """Asks, checks and writes."""
        where = cells(self.engine, self.decision, self.rows)
        rows, places = where[0].tolist(), where[1].tolist()
        cell, questions = [], []
        for number, (row, place) in enumerate(zip(rows, places, strict=True)):
            about = self.about(row, place)
            for method in self.deciders[row]:
                cell.append(number)
                questions.append((method, about))
        if questions:
            answers = np.zeros(len(rows))
            np.maximum.at(answers, cell, self.ask(questions))
            column(self.engine, self.decision)[where] = answers


class _OfLegs(_OfSeveral):
    """What a regulator decides about the legs that begin in its jurisdiction."""

    def __init__(self, engine: Engine, decision: str, deciders: Sequence[Any], handles: Sequence[Any]) -> None:
        super().__init__(engine, decision, deciders, handles)
        place = engine.world.agents.jurisdiction
        origins = engine.world.legs.origin.tolist()
        self.deciders = {
            leg: [method for row, method in sorted(self.methods.items()) if place[row] == origin]
            for leg, origin in enumerate(origins)
        }
        self.rows = np.array([leg for leg, found in self.deciders.items() if found], dtype=np.int64)

    def about(self, row: int, place: int) -> tuple[Any, ...]:
        """Leg and product."""
        return self.engine.world.names.legs[row], self.products[place]


class _OfParties(_OfSeveral):
    """What a regulator decides about parties under the policies that its group carries out."""

    def __init__(self, engine: Engine, decision: str, deciders: Sequence[Any], handles: Sequence[Any]) -> None:
        super().__init__(engine, decision, deciders, handles)
        agents, names = engine.world.agents, engine.world.names
        self.deciders = {}
        for group in sorted({names.groups[agents.group[row]] for row in self.methods}):
            mine = [m for row, m in sorted(self.methods.items()) if names.groups[agents.group[row]] == group]
            self.deciders |= {i: mine for i in group_rows(engine, decision, group).tolist()}
        self.rows = np.array(sorted(self.deciders), dtype=np.int64)

    def about(self, row: int, place: int) -> tuple[Any, ...]:
        """Party and policy."""
        return self.handles[place], self.engine.world.names.policies[row]


def _told(about: tuple[Any, ...]) -> str:
    """What a decision was about, in words."""
    return ", ".join(map(str, about))
