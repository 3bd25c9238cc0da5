"""Plain data becomes tables of validated fields; problems are gathered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from sim.declare.errors import BadValue, Problem, kind_of, listed, nearest, shortened
from sim.declare.numbers import without_quotes
from sim.declare.parameter import Fields
from sim.scenario.tables import HEAD, IDENTIFIER, RESERVED, SECTIONS, Section
from sim.scenario.wording import allowed_words, type_words


@dataclass
class Draft:
    """Tables as far as they could be read.

    Attributes:
        tables: Fields by section and id, sorted; of a section that is one table, by the empty id.
        names: Ids of every section, of tables that could not be read too.
        removed: Ids of tables with ``enabled = false``, by section.
        broken: Sections that are missing as a whole, or no tables; what leads there is not told again.
        problems: What was wrong.
    """

    tables: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in SECTIONS})
    names: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in SECTIONS})
    removed: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in SECTIONS})
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def read_tables(data: Mapping[str, Any]) -> Draft:
    """Validates every table of a scenario.

    Args:
        data: A scenario as plain data, extended ones merged in.

    Returns:
        The tables, with everything that was wrong.
    """
    draft = Draft()
    # A section that stands under a misspelt name is not missing too.
    meant = {nearest(key, [*HEAD, *SECTIONS]) for key in data if key not in HEAD and key not in SECTIONS}
    for key, value in data.items():
        if key in HEAD:
            if not isinstance(value, str):
                draft.problems.append(
                    Problem(
                        "S203", f"This is {kind_of(value)}, not text.", path=key, value=value, allowed="text in quotes"
                    )
                )
        elif key not in SECTIONS:
            known = [*HEAD, *SECTIONS]
            message = f"There is no section `{key}`."
            draft.problems.append(
                Problem(
                    "S201", message, path=str(key), value=key, allowed=", ".join(known), nearest=nearest(key, known)
                )
            )
    if not any(name in SECTIONS for name in data) and not draft.problems:
        todo = 'Write extends = "baseline" (or another scenario) at the top, or add these sections.'
        needed = ", ".join(f"[{name}]" for name, section in SECTIONS.items() if section.needed)
        message = f"The scenario has no section; it needs {needed}."
        draft.problems.append(Problem("S202", message, todo=todo))
        return draft
    pruned = without_disabled(data, draft)
    for name, section in SECTIONS.items():
        given = pruned.get(name, {})
        if not isinstance(given, Mapping):
            draft.broken.add(name)
            one = name if not section.keyed else f"{name}.ID"
            tables = "a section" if not section.keyed else "tables by id"
            message = f"This is {kind_of(given)}, not {tables}."
            todo = f"Write [{one}], in single brackets, and its keys below it."
            draft.problems.append(Problem("S108", message, path=name, value=given, allowed=f"[{one}]", todo=todo))
        elif not section.keyed:
            if section.needed and name not in pruned:
                draft.broken.add(name)
                if name not in meant:
                    todo = f"Add [{name}], or extend a scenario that has it."
                    draft.problems.append(Problem("S202", f"The section [{name}] is missing.", path=name, todo=todo))
                continue
            _read_one(draft, section, "", given, [])
        else:
            if (section.needed or name in meant) and not given:
                draft.broken.add(name)
            if section.needed and not given and name not in meant:
                todo = f"Add [{name}.ID], or extend a scenario that has one."
                message = f"There is no table in the section [{name}]."
                draft.problems.append(Problem("S202", message, path=name, todo=todo))
            for key in sorted(given, key=str):
                if _id_allowed(draft, name, str(key)):
                    draft.names[name].add(str(key))
                    others = [str(other) for other in given if other != key]
                    _read_one(draft, section, str(key), given[key], others)
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
        message = f"`{key}` is a word of the format."
        problem = Problem("S109", message, path=path, value=key, allowed=f"any word but {listed(RESERVED)}")
    elif not IDENTIFIER.fullmatch(key):
        problem = Problem(
            "S109",
            "The id has signs that an id cannot have.",
            path=path,
            value=key,
            allowed="letters from a to z, digits, _ and -",
        )
    elif section == "jurisdictions" and "-" in key:
        message = "The id has a -, which joins two jurisdictions in the id of a leg."
        problem = Problem("S109", message, path=path, value=key, allowed="letters from a to z, digits and _")
    else:
        return True
    draft.problems.append(problem)
    return False


def _read_one(draft: Draft, section: Section, key: str, given: Any, others: list[str]) -> None:
    """Validates one table into the draft; ``others`` are the other ids of the section."""
    path = f"{section.name}.{key}" if key else section.name
    if not isinstance(given, Mapping):
        message = f"This is {kind_of(given)}, not a table."
        todo = f"Give every table of the section an id: [{section.name}.ID], and its keys below it."
        if isinstance(given, list):
            todo = f"Write [{path}], in single brackets, and its keys below it."
        draft.problems.append(Problem("S108", message, path=path, value=given, allowed=f"[{path}]", todo=todo))
        return
    given = {str(name): value for name, value in given.items()}
    fields = section.class_of(given.get("kind"))
    if fields is None:
        kinds = sorted(section.classes)
        if "kind" not in given:
            close = nearest(key, others)
            todo = "Add it. Where the table should change another that is there already, correct its id."
            message = "`kind` is missing: the kind of the table."
            draft.problems.append(
                Problem("S202", message, path=path, allowed=", ".join(kinds), nearest=close, todo=todo)
            )
            return
        message = f"There is no kind {shortened(given['kind'])} in [{section.name}]."
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
        entries = {(str(entry["loc"][0]), entry["type"]): dict(entry) for entry in error.errors(include_url=False)}
    # A value that fits none of several types is one mistake; so is a needed key under a misspelt name.
    problems: dict[str, Problem] = {}
    for (key, _), entry in entries.items():
        problems.setdefault(key, _problem(fields, entry, path))
    misspelt = {problem.nearest for key, problem in problems.items() if key not in fields.model_fields}
    missing = {key for key, problem in problems.items() if problem.code == "S202"}
    return None, [problem for key, problem in problems.items() if key not in misspelt & missing]


def _elsewhere(key: str, path: str) -> str:
    """Which kinds of table in the section have a key, in words; empty where none has."""
    section = SECTIONS.get(path.split(".")[0])
    kinds = [kind for kind, fields in section.classes.items() if key in fields.read_keys()] if section else []
    return f" in this kind of table; those that have it are {listed(kinds)}" if kinds else ""


def _problem(fields: type[Fields], entry: dict[str, Any], path: str) -> Problem:
    """What pydantic found, as a problem."""
    key = str(entry["loc"][0])
    below = f"{path}.{key}"
    if entry["type"] == "bad_value":
        bad: BadValue = entry["ctx"]["bad"]
        return bad.problem(below)
    if entry["type"] == "extra_forbidden":
        known = fields.read_keys()
        return Problem(
            "S201",
            f"There is no key `{key}`{_elsewhere(key, path)}.",
            path=below,
            value=key,
            allowed=listed(known, 60),
            nearest=nearest(key, known),
        )
    declared = fields.model_fields[key]
    allowed = allowed_words(declared)
    if entry["type"] == "missing":
        return Problem("S202", f"`{key}` is missing: {declared.description}", path=below, allowed=allowed)
    found = entry["input"]
    needed = type_words(declared).removesuffix(" in quotes")
    message = f"This is {kind_of(found)}, not {needed}."
    if entry["type"] == "finite_number":
        message = "The number is not finite."
    elif isinstance(found, float) and not isinstance(found, bool):
        message = "The number is not whole."
    elif key == "evidence":
        message, allowed = "Evidence is an id, or a table from keys to ids.", 'text, or {KEY = "ID", "*" = "ID"}'
        found = found if isinstance(found, Mapping) or len(entry["loc"]) < 3 else {entry["loc"][-1]: found}
    todo = without_quotes(found)
    if needed == "text":
        number = isinstance(found, int | float) and not isinstance(found, bool)
        todo = f'Put it in quotes: "{shortened(found)}"' if number else ""
    return Problem("S203", message, path=below, value=found, allowed=allowed, todo=todo)
