"""Whether the sellers whom a policy exempts exist, and are of a kind that it could bind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import UnionType

from sim.agents import IntermediaryFields, ManufacturerFields
from sim.agents.common import GroupFields
from sim.declare.errors import Problem
from sim.policy.common import PolicyFields
from sim.policy.entity_listing import EntityListingFields
from sim.policy.input_restriction import InputRestrictionFields

_NUMBERED = re.compile(r"(.*?)\s*#\s*(\d*)")
"""A name of an agent: its group and its index."""

Each = Callable[[str, str, Iterable[str]], None]
Kind = Callable[[str, Iterable[str], type[GroupFields] | UnionType, str], None]


def bound(policy: PolicyFields) -> tuple[type[GroupFields] | UnionType, str]:
    """Kinds of group that a policy can bind, and how that is said.

    Args:
        policy: A policy that reads `exempt_groups`.
    """
    if isinstance(policy, EntityListingFields):
        return IntermediaryFields, "groups of kind intermediary"
    if isinstance(policy, InputRestrictionFields):
        return ManufacturerFields, "groups of kind manufacturer"
    return ManufacturerFields | IntermediaryFields, "groups of kind manufacturer or intermediary"


def check_exempt(
    path: str, policy: PolicyFields, groups: dict[str, GroupFields], each: Each, kind: Kind
) -> list[Problem]:
    """Checks the groups and the agents that a policy exempts.

    Args:
        path: Where the policy stands.
        policy: The policy.
        groups: Groups that could be read.
        each: Tells of names that do not exist.
        kind: Tells of groups of the wrong kind.

    Returns:
        What is wrong with names of agents whose group exists.
    """
    if "exempt_groups" in policy.unread:
        return []
    kinds, allowed = bound(policy)
    each(f"{path}.exempt_groups", "groups", policy.exempt_groups)
    kind(f"{path}.exempt_groups", policy.exempt_groups, kinds, allowed)
    problems = []
    for name in policy.exempt_agents:
        found = _NUMBERED.fullmatch(name)
        group = found[1] if found else name
        each(f"{path}.exempt_agents", "groups", [group])
        kind(f"{path}.exempt_agents", [group], kinds, f"agents of {allowed}")
        if group in groups and isinstance(groups[group], kinds):
            problems += _unknown(f"{path}.exempt_agents", name, group, found[2] if found else "", groups[group])
    return problems


def agents_of(group: GroupFields) -> int:
    """Agents of a group that may ever be alive: those of the start, and firms that may be founded later."""
    return int(group.count + getattr(group, "slots", 0))


def _unknown(path: str, name: str, group: str, index: str, fields: GroupFields) -> list[Problem]:
    """What is wrong with the name of an agent of a group that exists."""
    count = agents_of(fields)
    if (name == group and count == 1) or (index and name == f"{group} #{int(index)}" and int(index) < count):
        return []
    message = f"`{group}` has {count} agent{'' if count == 1 else 's'}, and none of this name."
    if not count:
        return [Problem("S308", message, path=path, value=name, allowed="none of this group", todo="Take it out.")]
    allowed = group if count == 1 else f"{group} #0 to {group} #{count - 1}"
    close = group if count == 1 else f"{group} #{min(int(index), count - 1)}" if index else ""
    todo = "Name one of them, or the whole group in `exempt_groups`; the index counts from 0."
    return [Problem("S308", message, path=path, value=name, allowed=allowed, nearest=close, todo=todo)]
