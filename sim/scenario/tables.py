"""The sections of a scenario file, and the fields of the tables in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.agents import KINDS as AGENT_KINDS
from sim.declare.distribution import KINDS as DISTRIBUTION_KINDS
from sim.declare.parameter import Fields
from sim.declare.schedule import KINDS as SCHEDULE_KINDS
from sim.evasion import KINDS as EVASION_KINDS
from sim.policy import KINDS as POLICY_KINDS
from sim.scenario.fields import (
    JurisdictionFields,
    LegFields,
    LeverFields,
    LinkFields,
    MarketFields,
    ProductFields,
    SideFields,
    TimeFields,
    UncertainFields,
)

HEAD = ("name", "title", "description", "extends")
"""Keys of a file that are text."""

RESERVED = frozenset(SCHEDULE_KINDS) | frozenset(DISTRIBUTION_KINDS) | {"table", "evidence"}
"""Words that open a value, and so cannot be an id."""

IDENTIFIER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
"""What an id looks like. No dots: ids are parts of dotted paths."""


@dataclass(frozen=True)
class Section:
    """A section of a scenario file.

    Attributes:
        name: Its key in the file.
        classes: Fields of its tables by ``kind``; by the empty word where tables have no kind.
        keyed: True if the section holds tables by id, False if it is itself one table.
        needed: True if a scenario cannot do without.
    """

    name: str
    classes: Mapping[str, type[Fields]]
    keyed: bool = True
    needed: bool = False

    def class_of(self, kind: object) -> type[Fields] | None:
        """Fields for a kind; None where there is no such kind.

        Args:
            kind: Value of ``kind`` in the table; without effect where tables of the section have no kind.
        """
        if "" in self.classes:
            return self.classes[""]
        return self.classes.get(kind) if isinstance(kind, str) else None

    @property
    def has_kinds(self) -> bool:
        """True if the tables of the section say their kind."""
        return "" not in self.classes

    @property
    def keys(self) -> frozenset[str]:
        """Every key that a table of the section may have."""
        return frozenset(key for fields in self.classes.values() for key in fields.model_fields)

    def is_text(self, key: str) -> bool:
        """True if a key holds text, so that ``8806`` there is a word, not a number."""
        found = [fields.model_fields[key] for fields in self.classes.values() if key in fields.model_fields]
        return bool(found) and all(field.annotation is str for field in found)

    def can_be_disabled(self) -> bool:
        """True if tables of the section have ``enabled``."""
        return "enabled" in self.keys


SECTIONS: dict[str, Section] = {
    section.name: section
    for section in (
        Section("time", {"": TimeFields}, keyed=False, needed=True),
        Section("market", {"": MarketFields}, keyed=False),
        Section("sides", {"": SideFields}, needed=True),
        Section("products", {"": ProductFields}, needed=True),
        Section("jurisdictions", {"": JurisdictionFields}, needed=True),
        Section("legs", {"": LegFields}, needed=True),
        Section("groups", AGENT_KINDS, needed=True),
        Section("links", {"": LinkFields}),
        Section("policies", POLICY_KINDS),
        Section("evasion", EVASION_KINDS),
        Section("uncertain", {"": UncertainFields}),
        Section("levers", {"": LeverFields}),
    )
}
"""Every section, in the order of the file."""


def is_value_table(value: Any) -> bool:
    """True for a table that is one value: a schedule or a distribution. Such tables are never merged.

    Example:
        >>> is_value_table({"step": {"2022-01-01": 1}}), is_value_table({"CN": 1})
        (True, False)
    """
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in RESERVED - {"table", "evidence"}


def keeps_text(section: str, keys: tuple[str, ...]) -> bool:
    """True if the value at some keys below a section is text.

    Args:
        section: Name of the section.
        keys: Keys below it, the id first where tables have one.
    """
    found = SECTIONS.get(section)
    if found is None:
        return section in HEAD
    own = keys[1:] if found.keyed else keys
    return len(own) == 1 and found.is_text(own[0])
