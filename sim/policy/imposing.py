"""Who can pull a policy's lever: the states, authorities or firms that a policy needs to come about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.declare.distribution import Distribution


@dataclass(frozen=True)
class Imposers:
    """Who can impose a policy, lift it, or set it otherwise.

    Attributes:
        groups: Ids of the groups that carry it out, as the scenario names them; empty where it names none.
        states: Ids of the jurisdictions whose decision it takes; empty where it is a decision of firms, or where
            nothing in the scenario tells.
        firms: True where firms decide, and no state needs to.
        stated: True where the scenario names who carries it out; False where the states are derived.
        why: How that is known, in a sentence.
    """

    groups: tuple[str, ...]
    states: tuple[str, ...]
    firms: bool
    stated: bool
    why: str


def imposers(
    named: Iterable[str], acts_at: Iterable[str], groups: Mapping[str, Any], *, firms: bool, derived: str
) -> Imposers:
    """Who can impose a policy: the groups it names, else the states where it acts.

    Of a group that sits in several states only those where the policy acts count, if there are any.

    Args:
        named: Ids of the groups that the policy says carry it out.
        acts_at: Ids of the states where it acts, from which it is derived who can impose it where it names nobody.
        groups: The scenario's groups by id, each with its ``jurisdiction``.
        firms: Whether firms decide rather than states.
        derived: Why those states are the ones, in a sentence.

    Returns:
        Who can.

    Example:
        >>> from types import SimpleNamespace
        >>> ministry = SimpleNamespace(jurisdiction="A")
        >>> imposers(["ministry"], ["B"], {"ministry": ministry}, firms=False, derived="").states
        ('A',)
        >>> imposers([], ["B"], {}, firms=False, derived="States that the goods leave.")
        Imposers(groups=(), states=('B',), firms=False, stated=False, why='States that the goods leave.')
    """
    acts_at = list(acts_at)
    known = tuple(dict.fromkeys(name for name in named if name in groups))
    if not known:
        return Imposers((), tuple(dict.fromkeys(acts_at)), firms, False, derived)
    if firms:
        return Imposers(known, (), True, True, "The scenario names the firms; no state need agree.")
    states = dict.fromkeys(state for name in known for state in _places(groups[name].jurisdiction))
    acting = [state for state in states if state in set(acts_at)]
    return Imposers(known, tuple(acting or states), False, True, "The scenario names who carries it out.")


def _places(jurisdiction: Any) -> tuple[str, ...]:
    """Where the agents of a group sit: one state, or several to choose among."""
    return jurisdiction.words if isinstance(jurisdiction, Distribution) else (str(jurisdiction),)
