"""The pages of the reference, each from the declarations that it describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import sim
from sim.decisions.rules import DECIDERS
from sim.decisions.table import DECISIONS
from sim.declare import distribution, schedule
from sim.declare.errors import CODES, EVIDENCE_CODES, shortened
from sim.declare.parameter import ASSUMED
from sim.measures.frame import definitions
from sim.policy import KINDS
from sim.policy.common import PolicyFields
from sim.scenario.reference import parameters
from sim.scenario.schema import HEAD_TEXTS
from sim.scenario.tables import SECTIONS, Section
from sim.world.people import KINDS as AGENTS
from tests.reference.commands import commands
from tests.reference.markdown import about, listed, page, prose, table
from tests.reference.names import names, signature

FOLDER = Path(sim.__file__).parent / "reference"
"""Where the pages are stored."""

_HEAD = ("key", "default", "allowed (unit)", "what it is", "evidence of the default")
_AGENTS = {number: kind for kind, number in AGENTS.items()}
_BASE = PolicyFields.model_fields
_OF = {
    "agent": "agent and product",
    "link": "link (seller and customer) and product",
    "leg": "leg and product",
    "policy": "policy and party",
}


def pages() -> dict[str, str]:
    """Every page by file name, the index among them."""
    made = {name: make() for name, make in _PAGES.items()}
    rows = [
        (f"[{name}]({name})", text.split("\n")[0].removeprefix("# "), text.split("\n\n")[1])
        for name, text in made.items()
    ]
    index = "## Pages\n\n" + table(("page", "title", "after it"), rows)
    index += (
        "\n\n## Elsewhere\n\n"
        "The model: [ODD.md](../ODD.md), its rules: [RULES.md](../RULES.md). Agents and rules of your own:\n"
        "[AGENTS.md](../AGENTS.md). A kind of policy of your own: [policy/README.md](../policy/README.md).\n"
        "The same as text: `sim schema policies.levy`, `sim schema measures`."
    )
    after = "After this page you know where to look up a word of a scenario, a result or a command."
    return {"README.md": page("Reference", after, index), **made}


def _parameters() -> str:
    """Every section but policies, kind by kind."""
    blocks = ["## The head of a file", table(("key", "what it is"), HEAD_TEXTS.items())]
    for section in SECTIONS.values():
        blocks.append(f"## {_heading(section)}")
        if section.name == "policies":
            blocks.append("See [policies.md](policies.md).")
            continue
        blocks += _kinds(section)
    after = (
        "After this page you can write any value of a scenario file: you know its key, what is allowed, its unit, what "
        "holds where you give nothing, and what that default rests on."
    )
    forms = [
        "A value without a default is needed. `evidence` and `title` say what a table is; they change no result.",
        f"A schedule is {schedule.ALLOWED}. Before the first date it has the first value.",
        f"A distribution is {distribution.ALLOWED}. A choice of names is {{choice = {{NAME = weight}}}}.",
    ]
    blocks = ["## How values are written", *map(prose, forms), *blocks]
    return page("Parameters", after, "\n\n".join(blocks))


def _heading(section: Section) -> str:
    """How the section is opened in a file."""
    return f"`[{section.name}.ID]`" if section.keyed else f"`[{section.name}]`"


def _kinds(section: Section) -> Iterable[str]:
    """What all kinds of a section share, then each kind's own."""
    rows = {kind: [row for row in parameters(section.name) if row["kind"] == kind] for kind in section.classes}
    shared: list[str] = []
    if len(rows) > 1:
        told = [{_line(row) for row in each} for each in rows.values()]
        same = set.intersection(*told)
        first = [_line(row) for row in next(iter(rows.values())) if _line(row) in same]
        yield f"### Every kind in {section.name}"
        yield table(_HEAD, first)
        shared = [line[0] for line in first]
    for kind, fields in section.classes.items():
        if kind:
            yield f'### {section.name}: kind = "{kind}"'
        text = re.sub(r"^`+\[.+?\]`+: ", "", about(fields))
        yield prose(text[:1].upper() + text[1:])
        own = [line for line in map(_line, rows[kind]) if line[0] not in shared]
        if own:
            yield table(_HEAD, own)


def _line(row: dict[str, Any]) -> tuple[str, str, str, str, str]:
    """One parameter as a row."""
    default = "needed" if row["required"] else "empty" if row["default"] is None else f"`{shortened(row['default'])}`"
    evidence = row["evidence"] if row["evidence"] not in ("", ASSUMED) else ASSUMED if row["evidence"] else ""
    allowed = f"empty{row['allowed']}" if row["allowed"].startswith(", ") else row["allowed"]
    return f"`{row['key']}`", default, allowed, row["description"], evidence


def _policies() -> str:
    """What every policy has, then each kind."""
    rows = {kind: [row for row in parameters(f"policies.{kind}") if row["key"] != "kind"] for kind in KINDS}
    every = {row["key"]: row for each in rows.values() for row in each if row["key"] in _BASE}
    base = {key: _line(every[key] | {"description": _BASE[key].description}) for key in _BASE if key in every}
    blocks = ["## What every kind has", table(_HEAD, base.values())]
    blocks.append("Where a kind below lists one of these keys, it holds for that kind as said there.")
    for kind, fields in KINDS.items():
        blocks += [f"## {kind}", prose(about(fields))]
        blocks.append(prose(f"**Several of them.** {fields.composes}"))
        left = ", ".join(f"`{key}`" for key in fields.unread) or "none"
        restricts = "yes" if fields.restriction else "no, a twin has it too"
        blocks.append(prose(f"**Restriction:** {restricts}. **Keys of every kind that it does not read:** {left}."))
        lines = [_line(row) for row in rows[kind]]
        if own := [line for line in lines if line != base.get(line[0].strip("`"))]:
            blocks.append(table(_HEAD, own))
    after = (
        "After this page you can choose a kind of policy, write one, and say what several of them do together. A kind "
        "of your own: [policy/README.md](../policy/README.md)."
    )
    return page("Policies", after, "\n\n".join(blocks))


def _decisions() -> str:
    """Every decision."""
    blocks = []
    for name, declared in DECISIONS.items():
        function = declared.function
        where = f"sim.agents.{function.__module__.rsplit('.', 1)[-1]}"
        rows = [
            ("taken by", ", ".join(_AGENTS[kind] for kind in DECIDERS[name])),
            ("for each", _OF[declared.of]),
            ("what an agent may decide", declared.allowed),
            *([("what a rule returns", declared.cost)] if declared.cost else []),
            ("function", f"`{where}.{function.__name__}{signature(function)}`"),
        ]
        blocks += [f"## {name}", prose(about(function)), table(("", ""), rows)]
        blocks.append(table(("argument", "what it is"), listed(function, "Args")))
    after = (
        "After this page you know every decision of a tick, who takes it, by which equation and from which source, and "
        "what your own agent or rule may return in its place."
    )
    return page("Decisions", after, "\n\n".join(blocks))


def _measures() -> str:
    """Every measure."""
    head = ("id", "label", "unit", "over ticks and products", "over runs", "needs the twin", "undefined where")
    frame = definitions()
    rows = [
        (
            f"[`{key}`](#{key})",
            row["label"],
            row["unit"],
            row["aggregation"],
            row["over_runs"],
            "yes" if row["compares"] else "",
            row["undefined"] or "never",
        )
        for key, row in frame.iterrows()
    ]
    blocks = ["## All measures", table(head, rows), "## Definitions"]
    for key, row in frame.iterrows():
        blocks += [f"### {key}", prose(f"{row['label']} ({row['unit']})."), prose(row["description"])]
    after = (
        "After this page you can say of any value in the column `measure` of a result what it is, in which unit, how "
        "it is taken over ticks, products and runs, and when there is none."
    )
    return page("Measures", after, "\n\n".join(blocks))


def _errors() -> str:
    """Every code."""
    head = ("code", "what is wrong", "what to do, unless the message says more")
    blocks = []
    for title, codes in (("Scenarios", CODES), ("Evidence", EVIDENCE_CODES)):
        blocks += [f"## {title}", table(head, [(f"`{key}`", code.title, code.todo) for key, code in codes.items()])]
    after = "After this page you know what a code in a message of `sim check` or any other command means."
    return page("Error codes", after, "\n\n".join(blocks))


_PAGES: dict[str, Callable[[], str]] = {
    "parameters.md": _parameters,
    "policies.md": _policies,
    "decisions.md": _decisions,
    "measures.md": _measures,
    "commands.md": commands,
    "errors.md": _errors,
    "python.md": names,
}
