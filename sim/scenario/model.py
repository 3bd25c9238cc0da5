"""The resolved scenario: everything a run needs to know, validated and frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.agents.common import GroupFields
from sim.declare.errors import BadValue, Problem, ScenarioError, listed, nearest
from sim.declare.plain import plain
from sim.evasion.common import EvasionFields
from sim.policy.common import PolicyFields
from sim.scenario.checking import check
from sim.scenario.csv_tables import told_once
from sim.scenario.drawing import drawn
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
from sim.scenario.origins import Origins
from sim.scenario.paths import Spot, change, find
from sim.scenario.reading import read_tables
from sim.scenario.tables import SECTIONS
from sim.scenario.toml_files import DEEPEST, check_depth

if TYPE_CHECKING:
    import pandas as pd

SILENT = frozenset({"title", "description", "evidence"})
"""Keys of a table that no run depends on."""

CHANGES = "the changes given"
"""What messages call the place of a value that was changed by its path."""


@dataclass(frozen=True, repr=False)
class Scenario:
    """A scenario. Tables are dicts sorted by id; what a file disabled is not in them.

    Attributes:
        name: Short name.
        title: Name in tables and figures.
        description: What the scenario is about.
        file: File it was read from; empty where it came from plain data.
        time: The calendar.
        market: Rules of the market.
        sides: Sides by id.
        products: Products by id.
        jurisdictions: Jurisdictions by id.
        legs: Legs by id, ``FROM-TO``.
        groups: Groups of agents by id; the class of each says its kind.
        links: Link rules by id.
        policies: Policies by id; the class of each says its kind.
        evasion: Ways of evasion by id; the class of each says its kind.
        uncertain: Uncertain parameters by id.
        levers: Levers by id.
    """

    name: str
    title: str
    description: str
    file: str
    time: TimeFields
    market: MarketFields
    sides: dict[str, SideFields]
    products: dict[str, ProductFields]
    jurisdictions: dict[str, JurisdictionFields]
    legs: dict[str, LegFields]
    groups: dict[str, GroupFields]
    links: dict[str, LinkFields]
    policies: dict[str, PolicyFields]
    evasion: dict[str, EvasionFields]
    uncertain: dict[str, UncertainFields]
    levers: dict[str, LeverFields]

    @classmethod
    def from_data(cls, data: Mapping[str, Any], *, name: str = "scenario", origins: Origins | None = None) -> Scenario:
        """Validates plain data.

        Args:
            data: A scenario as plain data, with nothing left to extend.
            name: Name where the data gives none.
            origins: Where values stand in files, for messages.

        Returns:
            The scenario.

        Raises:
            ScenarioError: With every problem found.
        """
        origins = origins or Origins()
        check_depth(data, origins.file)
        draft = read_tables(data)
        problems = draft.problems + check(draft)
        if problems:
            raise ScenarioError(told_once(origins.located(problem) for problem in problems))
        tables: dict[str, Any] = {
            key: draft.tables[key] if SECTIONS[key].keyed else draft.tables[key][""] for key in SECTIONS
        }
        name = data.get("name", name)
        return cls(
            name=name,
            title=data.get("title", "") or name,
            description=data.get("description", ""),
            file=origins.file,
            **tables,
        )

    def with_changes(self, changes: Mapping[str, Any]) -> Scenario:
        """A scenario with other values, validated again.

        Args:
            changes: Value by dotted path, such as ``{"policies.ID.intensity": 0.5}``. A value replaces what stands
                at the path; ``{"policies.ID": {...}}`` adds a table or merges into it; ``{"policies.ID.enabled":
                False}`` removes one.

        Returns:
            A new scenario; this one stays as it is.

        Raises:
            ScenarioError: With every problem found.
        """
        if not changes:
            return self
        data = changed(self.to_dict(), changes)
        places: dict[str, tuple[str, int | None]] = {str(path): (CHANGES, None) for path in changes}
        return self.from_data(data, name=self.name, origins=Origins(self.file, places))

    def __repr__(self) -> str:
        """Name, calendar and how much there is of what; the whole would be many pages."""
        counts = [f"{len(getattr(self, key))} {key}" for key in ("sides", "products", "groups", "legs", "policies")]
        return f"<Scenario {self.name}: {self.time.start} to {self.time.end}; {', '.join(counts)}>"

    def frame(self, section: str) -> pd.DataFrame:
        """A section as a frame, to look at.

        Args:
            section: A section of tables keyed by id: ``"groups"``, ``"policies"``, ``"products"``, ``"levers"``, ...

        Returns:
            One row an id, in order; one column a field that any of them has, ``title`` and ``kind`` first, in plain
            data, without ``evidence``. Missing where a kind has no such field or none is set. What leads to a
            parameter, a lever or an uncertain one, has a column ``value``: what stands there now.

        Raises:
            KeyError: If there is no such section.

        Example:
            >>> import sim
            >>> sim.load("small").frame("sides")["title"].tolist()
            ['Civil users', 'Russian forces', 'Ukrainian forces']
        """
        import pandas as pd

        keyed = [key for key, each in SECTIONS.items() if each.keyed]
        if section not in keyed:
            raise KeyError(f"there is no section {section!r}; sections of tables are {', '.join(keyed)}")
        rows = {row: table.to_plain() for row, table in self.tables[section].items()}
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(section)
        if section in ("levers", "uncertain") and len(frame):
            frame["value"] = [plain(self.at(path).value) for path in frame["path"]]
        first = [name for name in ("title", "kind") if name in frame]
        return frame[first + [name for name in frame if name not in (*first, "enabled", "evidence")]]

    @property
    def restrictions(self) -> tuple[str, ...]:
        """Ids of the policies that restrict trade, sorted: what a twin leaves out unless told otherwise."""
        return tuple(key for key, policy in self.policies.items() if policy.restriction)

    def without_policies(self, ids: Iterable[str] | None = None) -> Scenario:
        """The scenario without some policies, and without uncertain parameters and levers that lead into them.

        Args:
            ids: Ids of policies; None for all restrictions (aid restricts nothing, and stays).

        Returns:
            A new scenario.

        Raises:
            ScenarioError: S307 for an id that no policy has.
        """
        gone = set(self.restrictions) if ids is None else {ids} if isinstance(ids, str) else set(ids)
        unknown = sorted(gone - set(self.policies))
        if unknown:
            raise ScenarioError(
                Problem(
                    "S307",
                    f"There is no policy `{key}`.",
                    path=f"policies.{key}",
                    value=key,
                    allowed=listed(self.policies) or "nothing: the scenario has no policies",
                    nearest=nearest(key, self.policies),
                )
                for key in unknown
            )
        return self.with_changes({f"policies.{key}.enabled": False for key in gone})

    def with_draws(self, draws: Mapping[str, float]) -> Scenario:
        """The scenario with uncertain parameters or levers set.

        Args:
            draws: A number for each id of `uncertain` or `levers`; ids not named keep what the scenario says.
                Values for whole numbers are rounded.

        Returns:
            A new scenario. What was set is settled: it is no entry of `uncertain` or `levers` any more.

        Raises:
            ScenarioError: S107 for an unknown id, S109 for two that lead to one place, and whatever the values break.
        """
        return drawn(self, draws)

    def at(self, path: str) -> Spot:
        """What stands at a dotted path.

        Args:
            path: Dotted path.

        Returns:
            Value, unit and description.

        Raises:
            ScenarioError: S305, with the nearest path, if nothing stands there.
        """
        try:
            return find(self.tables, path)
        except BadValue as bad:
            raise ScenarioError([bad.problem(path)]) from None

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        """Fields by section and id; of a section that is one table, by the empty id."""
        return {
            key: getattr(self, key) if section.keyed else {"": getattr(self, key)} for key, section in SECTIONS.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """The scenario as plain data, defaults and evidence included; :func:`~sim.scenario.loading.load` reads it.

        Returns:
            Text, numbers, booleans, lists and tables; dates are ISO text. The file is not in it.
        """
        out: dict[str, Any] = {"name": self.name, "title": self.title, "description": self.description}
        for key, tables in self.tables.items():
            if SECTIONS[key].keyed:
                out[key] = {row: table.to_plain() for row, table in tables.items()}
            else:
                out[key] = tables[""].to_plain()
        return out

    @cached_property
    def hash(self) -> str:
        """SHA-256 of everything that a run can depend on: not of names, titles, descriptions and evidence."""
        spoken = {key: _spoken(value, SECTIONS[key].keyed) for key, value in self.to_dict().items() if key in SECTIONS}
        # Keys that a kind does not read are empty. They count all the same, so that stored results keep their hash.
        for key, policy in self.policies.items():
            spoken["policies"][key] |= {name: plain(getattr(policy, name)) for name in policy.unread}
        text = json.dumps(spoken, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def changed(data: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data with changes by dotted path; all wrong paths are gathered.

    Args:
        data: A scenario as plain data, safe to change at its two upper levels.
        changes: Value by dotted path.

    Returns:
        ``data``.

    Raises:
        ScenarioError: With every change that leads nowhere.
    """
    problems = []
    for path, value in changes.items():
        if str(path).count(".") >= DEEPEST:
            allowed = f"at most {DEEPEST} names with dots between them"
            problems.append(Problem("S111", "The path is too long.", path=str(path)[:80], allowed=allowed))
            continue
        try:
            check_depth(value, CHANGES, str(path))
            change(data, str(path), value)
        except ScenarioError as error:
            problems += error.problems
        except BadValue as bad:
            problems.append(bad.problem(str(path)))
    if problems:
        raise ScenarioError(problems)
    return data


def _spoken(value: dict[str, Any], keyed: bool) -> dict[str, Any]:
    """A section without what no run depends on."""
    if keyed:
        return {key: _spoken(table, False) for key, table in value.items()}
    return {key: entry for key, entry in value.items() if key not in SILENT}
