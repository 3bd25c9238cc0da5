"""A user's own rule: a plain scalar function in place of a decision, for everybody or for one group.

The kernel that fills the decision's column is compiled anew around it; all other kernels stay as they are.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.decisions.table import DECISIONS, DecisionError, cells, column, first_wrong
from sim.declare.errors import nearest
from sim.engine import Engine
from sim.jit import rebuilt, scalar
from sim.tick.decide import KERNELS
from sim.world.columns import BUYER, INTERMEDIARY, MANUFACTURER, REGULATOR

Rule = Callable[..., float]
Rules = Mapping[str, Rule | Mapping[str, Rule]]
"""A function by decision, or by decision and group."""

DECIDERS = {
    "production": (MANUFACTURER,),
    "restock_level": (MANUFACTURER, INTERMEDIARY, BUYER),
    "ask_price": (MANUFACTURER, INTERMEDIARY),
    "bid_ceiling": (MANUFACTURER, INTERMEDIARY, BUYER),
    "corridor": (MANUFACTURER, INTERMEDIARY),
    "way": (MANUFACTURER, INTERMEDIARY),
    "premium": (MANUFACTURER, INTERMEDIARY),
    "inspection_share": (REGULATOR,),
    "investigate": (REGULATOR,),
}
"""Kinds of agent that take each decision."""

_NOWHERE = -9
"""What a kernel writes where a rule's cost is not a number."""
_BESIDE: dict[str, dict[str, Any]] = {
    "way": {"ALMOST": math.nan, "NONSENSE": _NOWHERE},
    "corridor": {"NONSENSE": _NOWHERE},
}
"""Numbers of a kernel's module that are others where a rule stands in the kernel."""


def install(engine: Engine, rules: Rules) -> None:
    """Puts rules in place of decisions. To be done before the first tick.

    Args:
        engine: The run.
        rules: A function by decision, or by decision and group. A function takes what the shipped function of
            :mod:`sim.agents` takes, by the same names, and must be one that Numba compiles: numbers and :mod:`math`.

    Raises:
        ValueError: For a decision or a group that does not exist, or a group that does not take the decision.
        TypeError: For a function that has other parameters or cannot be compiled.

    Example:
        >>> from sim.scenario.loading import load
        >>> from sim.world.build import build
        >>> engine = Engine(build(load("small"), seed=1))
        >>> def cost_plus_fifty(unit_cost, taken_mark_up):
        ...     return unit_cost + 50.0
        >>> install(engine, {"ask_price": {"kz_traders": cost_plus_fifty}})
    """
    for decision, given in rules.items():
        if decision not in KERNELS:
            close = nearest(decision, KERNELS)
            raise ValueError(
                f"rules: there is no rule for {decision!r}; allowed: {', '.join(KERNELS)}"
                + (f"; did you mean {close!r}?" if close else "")
            )
        if isinstance(given, Mapping):
            if decision == "corridor":
                raise ValueError(
                    "rules: corridor: forwarders offer a corridor to all who trade between two jurisdictions, so a "
                    "rule is for all and not for a group; give the function itself, or override `corridor` in a class"
                )
            for group, function in given.items():
                _for_group(engine, decision, group, function)
        elif decision == "corridor":
            _put_corridor(engine, given)
        else:
            deciders = group_rows(engine, decision, None)
            _put(engine, decision, _kernel(decision, given), f"the rule {_name(given)}", deciders, whole=True)


def group_rows(engine: Engine, decision: str, group: str | None) -> NDArray[np.int64]:
    """Who takes a decision: rows of agents; for `inspection_share` rows of legs, for `investigate` rows of policies.

    Args:
        engine: The run.
        decision: Name of the decision.
        group: Id of a group; None for all.

    Raises:
        ValueError: If there is no such group, or if its kind does not take the decision.
    """
    world, agents = engine.world, engine.world.agents
    mine = np.isin(agents.kind, DECIDERS[decision])
    if group is not None:
        if group not in world.names.groups:
            close = nearest(group, world.names.groups)
            raise ValueError(f"there is no group {group!r}" + (f"; did you mean {close!r}?" if close else ""))
        mine &= agents.group == world.names.groups.index(group)
        if not mine.any() and (agents.group == world.names.groups.index(group)).any():
            kind = world.scenario.groups[group].kind
            raise ValueError(f"{group!r} is a group of kind {kind}, which does not decide {decision}")
    if decision == "inspection_share":
        places = np.unique(agents.jurisdiction[mine])
        return np.flatnonzero(np.isin(world.legs.origin, places) if group is not None else world.legs.origin >= 0)
    if decision == "investigate":
        return np.array(
            [i for i, policy in enumerate(engine.policies) if group is None or policy.by == group], dtype=np.int64
        )
    return np.flatnonzero(mine)


def scalar_of(decision: str, function: Rule) -> Rule:
    """A rule, compiled; the same object for the same function.

    Args:
        decision: Name of the decision.
        function: The rule.

    Raises:
        TypeError: If it has other parameters than the shipped function, or cannot be compiled.
    """
    if not inspect.isfunction(function):
        raise TypeError(f"the rule for {decision} is {function!r}; it must be a function")
    wanted = list(inspect.signature(DECISIONS[decision].function).parameters)
    found = list(inspect.signature(function).parameters)
    if found != wanted:
        raise TypeError(
            f"the rule {_name(function)} for {decision} takes ({', '.join(found)}); it must take ({', '.join(wanted)})"
        )
    return _compiled(function, len(wanted))


@lru_cache(maxsize=64)
def _compiled(function: Rule, parameters: int) -> Rule:
    """A rule, compiled once."""
    try:
        return scalar(function, parameters)
    except TypeError as error:
        raise TypeError(
            f"the rule {_name(function)} cannot be compiled: {error}. It must take and return numbers and use nothing "
            "but arithmetic, comparisons and the math module."
        ) from None


@lru_cache(maxsize=64)
def _rebuilt(decision: str, compiled: Rule) -> Callable[..., Any]:
    """The kernel of a decision around a rule."""
    return rebuilt(KERNELS[decision], **{decision: compiled}, **_BESIDE.get(decision, {}))


def _kernel(decision: str, function: Rule) -> Callable[..., Any]:
    """The kernel of a decision around a rule."""
    return _rebuilt(decision, scalar_of(decision, function))


def kernel_of(decision: str, function: Rule) -> Callable[..., Any]:
    """The kernel that evaluates a scalar function for everybody.

    Args:
        decision: Name of the decision.
        function: The shipped function, or a rule that :func:`scalar_of` has compiled.
    """
    return KERNELS[decision] if function is DECISIONS[decision].function else _rebuilt(decision, function)


def _for_group(engine: Engine, decision: str, group: str, function: Rule) -> None:
    """Puts a rule in place of a decision for one group."""
    rows = group_rows(engine, decision, group)
    _put(engine, decision, _kernel(decision, function), f"the rule {_name(function)} of {group}", rows, whole=False)


def _put(
    engine: Engine, decision: str, kernel: Callable[..., Any], who: str, rows: NDArray[np.int64], *, whole: bool
) -> None:
    """Puts a kernel in place of the present one, for all cells or for those of some rows."""
    before = engine.decisions.kernels[decision]
    engine.decisions.own.setdefault(decision, []).extend(rows.tolist())

    def fill(*arguments: Any) -> Any:
        out = arguments[-1]
        if whole:
            found = kernel(*arguments)
            where = cells(engine, decision, rows)
        else:
            found = before(*arguments)
            other = out.copy()
            kernel(*arguments[:-1], other)
            where = cells(engine, decision, rows)
            if decision == "premium":
                found += int(np.isinf(other[where]).sum()) - int(np.isinf(out[where]).sum())
            out[where] = other[where]
        _check(engine, decision, who, where)
        return found

    engine.decisions.kernels[decision] = fill


def _put_corridor(engine: Engine, function: Rule) -> None:
    """Puts a rule in place of what forwarders go by."""
    kernel, who, world = _kernel("corridor", function), f"the rule {_name(function)}", engine.world

    def fill(*arguments: Any) -> None:
        out = arguments[-1]
        kernel(*arguments)
        wrong = np.argwhere(out == _NOWHERE)
        if len(wrong):
            pair, p = wrong[0].tolist()
            begins, ends = (world.names.jurisdictions[j] for j in divmod(pair, len(world.names.jurisdictions)))
            about = f"{begins} to {ends}, {world.names.products[p]}"
            raise DecisionError(who, "corridor", about, math.nan, DECISIONS["corridor"].cost)

    engine.decisions.kernels["corridor"] = fill


def _check(engine: Engine, decision: str, who: str, where: tuple[NDArray[np.int64], NDArray[np.int64]]) -> None:
    """Checks what a rule has decided.

    Raises:
        DecisionError: If a value is not allowed.
    """
    values = column(engine, decision)[where]
    place = first_wrong(decision, values)
    if place >= 0:
        about, declared = cell_name(engine, decision, int(where[0][place]), int(where[1][place])), DECISIONS[decision]
        value = math.nan if declared.cost else float(values[place])
        raise DecisionError(who, decision, about, value, declared.cost or declared.allowed)


def cell_name(engine: Engine, decision: str, row: int, place: int) -> str:
    """What a cell of a decision column is about.

    Args:
        engine: The run.
        decision: Name of the decision.
        row: Row of the cell.
        place: Column of the cell.
    """
    names, links = engine.world.names, engine.state.links
    of = DECISIONS[decision].of
    if of == "policy":
        return f"{names.policies[row]}, {agent_name(engine, place)}"
    product = names.products[place]
    if of == "leg":
        return f"{names.legs[row]}, {product}"
    if of == "link":
        seller, buyer = int(links.seller[row]), int(links.buyer[row])
        return f"{agent_name(engine, seller)} to {agent_name(engine, buyer)}, {product}"
    return f"{agent_name(engine, row)}, {product}"


def agent_name(engine: Engine, row: int) -> str:
    """Group and index of an agent.

    Args:
        engine: The run.
        row: Row of the agent.
    """
    agents = engine.world.agents
    return f"{engine.world.names.groups[agents.group[row]]} #{agents.index[row]}"


def _name(function: Rule) -> str:
    """Name of a function."""
    return getattr(function, "__name__", repr(function))
