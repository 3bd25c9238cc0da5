"""Plain data becomes tables of validated fields; problems are gathered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sim.declare.bounds import allowed_range
from sim.declare.errors import BadValue, Problem, listed, nearest, shortened
from sim.declare.parameter import Fields, extra_of, types_of
from sim.scenario.tables import HEAD, IDENTIFIER, RESERVED, SECTIONS, Section

_WORDS_FOR = {bool: "true or false", str: "text in quotes"}


@dataclass
class Draft:
    """Tables as far as they could be read.

    Attributes:
        tables: Fields by section and id, sorted; of a section that is one table, by the empty id.
        names: Ids of every section, of tables that could not be read too.
        removed: Ids of tables with ``enabled = false``, by section.
        problems: What was wrong.
    """

    tables: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in SECTIONS})
    names: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in SECTIONS})
    removed: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in SECTIONS})
    problems: list[Problem] = field(default_factory=list)


def read_tables(data: Mapping[str, Any]) -> Draft:
    """Validates every table of a scenario.

    Args:
        data: A scenario as plain data, extended ones merged in.

    Returns:
        The tables, with everything that was wrong.
    """
    draft = Draft()
    for key, value in data.items():
        if key in HEAD:
            if not isinstance(value, str):
                draft.problems.append(
                    Problem("S203", f"{shortened(value)} is not text.", path=key, allowed="text in quotes")
                )
        elif key not in SECTIONS:
            known = [*HEAD, *SECTIONS]
            message = f"There is no section `{key}`."
            draft.problems.append(
                Problem("S201", message, path=str(key), allowed=", ".join(known), nearest=nearest(key, known))
            )
    pruned = without_disabled(data, draft)
    for name, section in SECTIONS.items():
        given = pruned.get(name, {})
        if not isinstance(given, Mapping):
            draft.problems.append(Problem("S108", f"`{name}` is not a table.", path=name, value=given))
        elif not section.keyed:
            if section.needed and name not in pruned:
                draft.problems.append(Problem("S202", f"The section [{name}] is missing.", path=name))
                continue
            _read_one(draft, section, "", given)
        else:
            if section.needed and not given:
                draft.problems.append(Problem("S202", f"The section [{name}] has no table.", path=name))
            for key in sorted(given, key=str):
                if _id_allowed(draft, name, str(key)):
                    draft.names[name].add(str(key))
                    _read_one(draft, section, str(key), given[key])
    return draft


def without_disabled(data: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """The data without tables that say ``enabled = false``, and without what only they made sensible.

    Legs of a removed jurisdiction go too. Link rules lose removed groups, and go when no seller or no buyer is
    left. Entries of `uncertain` and `levers` that lead into a removed table go. Any other mention of a removed
    table stays, and is an error.

    Args:
        data: A scenario as plain data.
        draft: Notes what was removed.

    Returns:
        A new dict.
    """
    out = dict(data)
    for name, section in SECTIONS.items():
        tables = out.get(name)
        if section.can_be_disabled() and isinstance(tables, Mapping):
            gone = {
                str(k) for k, table in tables.items() if isinstance(table, Mapping) and table.get("enabled") is False
            }
            draft.removed[name] = gone
            out[name] = {key: table for key, table in tables.items() if str(key) not in gone}
    legs, links = out.get("legs"), out.get("links")
    if isinstance(legs, Mapping) and draft.removed["jurisdictions"]:
        lost = {str(key) for key in legs if set(str(key).split("-")) & draft.removed["jurisdictions"]}
        draft.removed["legs"] |= lost
        out["legs"] = {key: table for key, table in legs.items() if str(key) not in lost}
    if isinstance(links, Mapping) and draft.removed["groups"]:
        kept = {key: _without_groups(rule, draft.removed["groups"]) for key, rule in links.items()}
        draft.removed["links"] |= {str(key) for key, rule in kept.items() if rule is None}
        out["links"] = {key: rule for key, rule in kept.items() if rule is not None}
    for name in ("uncertain", "levers"):
        if isinstance(out.get(name), Mapping):
            kept = {key: table for key, table in out[name].items() if not _leads_into(table, draft.removed)}
            draft.removed[name] |= {str(key) for key in out[name]} - {str(key) for key in kept}
            out[name] = kept
    return out


def _without_groups(rule: Any, gone: set[str]) -> Any:
    """A link rule without some groups; None when no seller or no buyer is left."""
    if not isinstance(rule, Mapping):
        return rule
    rule = dict(rule)
    for key in ("sellers", "buyers"):
        words = rule.get(key)
        if isinstance(words, list | tuple) and words:
            rule[key] = [word for word in words if word not in gone]
            if not rule[key]:
                return None
    return rule


def _leads_into(table: Any, removed: Mapping[str, set[str]]) -> bool:
    """True if the `path` of a table leads into one that was removed."""
    path = table.get("path") if isinstance(table, Mapping) else None
    parts = path.split(".") if isinstance(path, str) else []
    return len(parts) > 1 and parts[1] in removed.get(parts[0], set())


def _id_allowed(draft: Draft, section: str, key: str) -> bool:
    """Checks an id, and notes what is wrong with it."""
    path = f"{section}.{key}"
    if key in RESERVED:
        problem = Problem("S109", f"`{key}` opens a value, and cannot be an id.", path=path, allowed="any other word")
    elif not IDENTIFIER.fullmatch(key):
        problem = Problem(
            "S109", f"`{key}` has signs that an id cannot have.", path=path, allowed="letters, digits, _ and -"
        )
    elif section == "jurisdictions" and "-" in key:
        problem = Problem("S109", f"`{key}` has a -, which joins two jurisdictions in the id of a leg.", path=path)
    else:
        return True
    draft.problems.append(problem)
    return False


def _read_one(draft: Draft, section: Section, key: str, given: Any) -> None:
    """Validates one table into the draft."""
    path = f"{section.name}.{key}" if key else section.name
    if not isinstance(given, Mapping):
        message = f"{shortened(given)} stands where a table is needed."
        draft.problems.append(Problem("S108", message, path=path, value=given))
        return
    given = {str(name): value for name, value in given.items()}
    fields = section.class_of(given.get("kind"))
    if fields is None:
        kinds = sorted(section.classes)
        if "kind" not in given:
            draft.problems.append(Problem("S202", "`kind` is missing.", path=path, allowed=", ".join(kinds)))
            return
        message = f"There is no kind `{given['kind']}`."
        close = nearest(given["kind"], kinds)
        draft.problems.append(
            Problem("S205", message, path=f"{path}.kind", value=given["kind"], allowed=", ".join(kinds), nearest=close)
        )
        return
    table, problems = read_table(fields, given, path)
    draft.problems.extend(problems)
    if table is not None:
        draft.tables[section.name][key] = table


def read_table(fields: type[Fields], given: Mapping[str, Any], path: str) -> tuple[Fields | None, list[Problem]]:
    """Validates one table.

    Args:
        fields: What the table may hold.
        given: The table as plain data.
        path: Its dotted path, for problems.

    Returns:
        The table or None, and the problems.

    Example:
        >>> from sim.scenario.fields import SideFields
        >>> table, problems = read_table(SideFields, {"civl": True}, "sides.home")
        >>> table, problems[0].code, problems[0].path, problems[0].nearest
        (None, 'S201', 'sides.home.civl', 'civil')
    """
    try:
        return fields.model_validate(dict(given)), []
    except ValidationError as error:
        return None, [_problem(fields, dict(entry), path) for entry in error.errors(include_url=False)]


def _problem(fields: type[Fields], entry: dict[str, Any], path: str) -> Problem:
    """What pydantic found, as a problem."""
    keys = [str(part) for part in entry["loc"]]
    key = keys[0]
    below = f"{path}.{key}"
    if entry["type"] == "bad_value":
        bad: BadValue = entry["ctx"]["bad"]
        return bad.problem(below)
    if entry["type"] == "extra_forbidden":
        known = list(fields.model_fields)
        return Problem(
            "S201", f"There is no key `{key}`.", path=below, allowed=listed(known, 60), nearest=nearest(key, known)
        )
    declared = fields.model_fields[key]
    if entry["type"] == "missing":
        text = declared.description or ""
        return Problem("S202", f"`{key}` is missing: {text}", path=below, allowed=allowed_words(declared))
    found = entry["input"]
    return Problem(
        "S203", f"{shortened(found)} is of the wrong type.", path=below, value=found, allowed=allowed_words(declared)
    )


def allowed_words(declared: FieldInfo) -> str:
    """What a parameter allows, in words.

    Example:
        >>> from sim.scenario.fields import TimeFields
        >>> allowed_words(TimeFields.model_fields["burn_in"])
        'a whole number, 0 to 1000 (ticks)'
    """
    extra = extra_of(declared)
    if extra.get("choices"):
        return ", ".join(extra["choices"])
    kinds = types_of(declared)
    for kind, words in _WORDS_FOR.items():
        if kind in kinds:
            return words
    bounds = allowed_range(extra.get("low"), extra.get("high"), extra.get("unit", ""))
    if int in kinds:
        return f"a whole number, {bounds}"
    return bounds if float in kinds else (declared.description or "")
