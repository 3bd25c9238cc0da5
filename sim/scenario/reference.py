"""The format of a scenario file as text: what a table may hold, for people."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable
from typing import Any

from pydantic.fields import FieldInfo

from sim.declare import distribution, schedule
from sim.declare.errors import shortened
from sim.declare.parameter import ASSUMED, Fields, extra_of
from sim.declare.plain import plain
from sim.scenario.schema import Part, part
from sim.scenario.wording import allowed_words

WIDTH = 100
"""Columns of the text."""
INDENT = "    "
"""What stands before a text about the line above it."""

_TITLE = re.compile(r"`(\[.+?\])`: ")
"""How the text of a table begins that says where it stands."""

_FORMS = {
    "schedule": f"A schedule is {schedule.ALLOWED}. Before the first date it has the first value.",
    "distribution": f"A distribution is {distribution.ALLOWED}.",
    "choice": "A choice of names is {choice = {NAME = weight}}.",
}
"""How values of more than a number are written, by a word in what a parameter allows."""


def reference(path: str) -> str:
    """What a part of a scenario file may hold.

    Args:
        path: A section, a section and a kind, or either and a parameter: ``groups``, ``policies.inspection``,
            ``market.calls``, ``groups.buyer.demand``.

    Returns:
        Text: of each parameter its name, default, type, bounds, unit and description; of a section with several kinds
        what each is in a sentence, and the parameters of all.

    Raises:
        ScenarioError: S305, with the nearest path, if the format has no such part.

    Example:
        >>> print(reference("market.calls"))
        [market]
        <BLANKLINE>
        calls = 3
            a whole number, 1 to 4 (calls)
            Suppliers a customer calls for one need of one product.
    """
    found = part(path)
    name, keyed = found.section.name, found.section.keyed
    told = _TITLE.match(inspect.cleandoc(next(iter(found.classes.values())).__doc__ or ""))
    head = told.group(1) if told else f"[{name}.ID]" if keyed else f"[{name}]"
    if found.key:
        blocks = [head, *_by_kind(found)]
    elif len(found.classes) > 1:
        blocks = [head, *_kinds(found)]
    else:
        ((kind, fields),) = found.classes.items()
        blocks = [head + (f' with kind = "{kind}"' if kind else ""), _about(fields), *_parameters(fields)]
    text = "\n\n".join(blocks)
    forms = [_wrapped(form, "") for word, form in _FORMS.items() if f"a {word}" in text or f"or {word}s" in text]
    return "\n\n".join([text, *forms])


def parameters(path: str) -> list[dict[str, Any]]:
    """The same for programs: a row a parameter and kind of table that reads it.

    Args:
        path: As for :func:`reference`.

    Returns:
        Of each: ``key``, ``kind`` (empty where a section has one), ``required``, ``default`` (None where there is
        none), ``allowed`` and ``unit`` in words, ``description``, ``evidence`` of the default.

    Raises:
        ScenarioError: S305, with the nearest path, if the format has no such part.

    Example:
        >>> [row["allowed"] for row in parameters("market.calls")]
        ['a whole number, 1 to 4 (calls)']
    """
    found, rows = part(path), []
    for kind, fields in sorted(found.classes.items()):
        for key in fields.read_keys():
            declared = fields.model_fields[key]
            if key == "kind" or found.key not in ("", key):
                continue
            extra = extra_of(declared)
            rows.append(
                {
                    "key": key,
                    "kind": kind,
                    "required": declared.is_required(),
                    "default": None if declared.is_required() else plain(declared.default),
                    "allowed": allowed_words(declared),
                    "unit": extra.get("unit", ""),
                    "description": declared.description or "",
                    "evidence": extra.get("evidence", ASSUMED),
                }
            )
    return rows


def _by_kind(found: Part) -> Iterable[str]:
    """One parameter: once where it is the same for all kinds that read it, else by kind."""
    same: dict[str, list[str]] = {}
    for kind, fields in sorted(found.classes.items()):
        if found.key in fields.read_keys():
            same.setdefault(_parameter(found.key, fields.model_fields[found.key]), []).append(kind)
    if len(same) == 1:
        return list(same)
    return [", ".join(f'kind = "{kind}"' for kind in kinds) + f"\n{text}" for text, kinds in same.items()]


def _kinds(found: Part) -> Iterable[str]:
    """The kinds of a section, a sentence each, and what all of them have."""
    first, *others = found.classes.values()
    shared = [
        key
        for key in first.read_keys()
        if all(
            key in fields.read_keys() and fields.model_fields[key].description == first.model_fields[key].description
            for fields in others
        )
    ]
    yield f"A table is of one of these kinds. What a kind takes: `sim schema {found.section.name}.KIND`."
    yield "\n".join(f"{kind}\n{_wrapped(_sentence(fields), INDENT)}" for kind, fields in sorted(found.classes.items()))
    yield "Every kind has:"
    yield from _parameters(first, shared)


def _sentence(fields: type[Fields]) -> str:
    """The first sentence of what a table is."""
    return _about(fields).split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".") + "."


def _about(fields: type[Fields]) -> str:
    """What a table is: the text of its class up to any list of attributes."""
    text = _TITLE.sub("", inspect.cleandoc(fields.__doc__ or "")).split("\nAttributes:")[0].strip()
    text = text[:1].upper() + text[1:]
    return "\n\n".join(_wrapped(paragraph.replace("``", "`"), "") for paragraph in text.split("\n\n"))


def _parameters(fields: type[Fields], keys: Iterable[str] | None = None) -> Iterable[str]:
    """Parameters of a table, those that are needed first."""
    keys = fields.read_keys() if keys is None else list(keys)
    chosen = [key for key in keys if key not in ("kind", "evidence")]
    if "evidence" in keys:
        chosen.append("evidence")
    for key in sorted(chosen, key=lambda key: not fields.model_fields[key].is_required()):
        yield _parameter(key, fields.model_fields[key])


def _parameter(key: str, declared: FieldInfo) -> str:
    """One parameter: its name and default, what it allows, what it is."""
    if declared.is_required():
        lines = [f"{key}, needed"]
    elif declared.default is None:
        lines = [f"{key}, empty by default"]
    else:
        lines = [f"{key} = {shortened(plain(declared.default))}"]
    allowed = allowed_words(declared)
    words = "a word: " + allowed if extra_of(declared).get("choices") else allowed
    evidence = extra_of(declared).get("evidence", ASSUMED)
    text = (declared.description or "") + (f" Evidence of the default: {evidence}." if _is_row(evidence) else "")
    return "\n".join([*lines, _wrapped(words, "    "), _wrapped(text, "    ")])


def _is_row(evidence: object) -> bool:
    """True for the id of a row of evidence."""
    return bool(evidence) and evidence != ASSUMED


def _wrapped(text: str, indent: str) -> str:
    """A text in lines."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
