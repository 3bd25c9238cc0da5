"""What can be wrong with a scenario, and how it is told.

A problem has a code, a place, and says what is allowed and what to do. Problems are gathered, and shown at once.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import islice
from typing import Any


@dataclass(frozen=True)
class Code:
    """A kind of problem.

    Attributes:
        title: Short name, as printed beside the code.
        todo: What to do about it, unless the problem says more.
    """

    title: str
    todo: str


CODES: dict[str, Code] = {
    "S101": Code("no such scenario", "Give the name of a shipped scenario, or the path of a .toml file."),
    "S102": Code("not valid TOML", "Correct the line; see https://toml.io for the format."),
    "S103": Code("scenarios extend each other in a circle", "Take one `extends` out, or name another scenario in it."),
    "S104": Code("no such table file", "Give the path of a .csv file, relative to the scenario file."),
    "S105": Code("table file not valid", "Correct the row; the first column is `id`, the others are dotted keys."),
    "S106": Code("change not readable", "Write PATH=VALUE, for instance policies.ID.intensity=0.5."),
    "S107": Code("change to something that is not there", "Name a key of a table that the scenario has."),
    "S108": Code("not a table", "Write a table here."),
    "S109": Code("identifier not allowed", "Choose another id, here and wherever it is named."),
    "S110": Code("file cannot be read", "Save the file as plain text in UTF-8."),
    "S111": Code("nested too deeply", "Take levels out: no key of a scenario lies so deep."),
    "S201": Code("unknown key", "Correct the name, or take the key out."),
    "S202": Code("missing", "Add it."),
    "S203": Code("wrong type of value", "Write a value of the type allowed."),
    "S204": Code("value out of bounds", "Choose a value within the bounds."),
    "S205": Code("word not allowed here", "Choose one of the words allowed."),
    "S206": Code("not a date", "Write year, month and day with two hyphens: 2022-02-24."),
    "S207": Code("schedule not valid", "Write one number, or a number for each date: {step = {2022-01-01 = 1.0}}."),
    "S208": Code("distribution not valid", "Write the value in one of the forms allowed."),
    "S209": Code("list of names not valid", 'Write a list of names, each once: ["A", "B"].'),
    "S301": Code("unknown product", "Correct the name, or add the product under [products]."),
    "S302": Code("unknown jurisdiction", "Correct the name, or add the jurisdiction under [jurisdictions]."),
    "S303": Code("unknown side", "Correct the name, or add the side under [sides]."),
    "S304": Code("unknown group", "Correct the name, or add the group under [groups]."),
    "S305": Code("path leads nowhere", "Correct the path: section.id.key."),
    "S306": Code("evidence for a key that does not exist", 'Name a key of the table, or "*" for the rest.'),
    "S307": Code("unknown policy", "Name a policy of the scenario."),
    "S308": Code("unknown agent", "Correct the name: the group's id, a space, # and the index, which counts from 0."),
    "S401": Code("leg does not join two jurisdictions", "Name the leg FROM-TO after two jurisdictions."),
    "S402": Code("group cannot sell", "Sellers are makers, intermediaries and buyers with end_user = false."),
    "S403": Code("group cannot buy", "Buyers are intermediaries, buyers, and makers with a bill of materials."),
    "S404": Code("hand-on to somebody else", "Link pass-through buyers only with end users of their own side."),
    "S405": Code("link rule without a leg", "Add a leg from a seller's jurisdiction to a buyer's."),
    "S406": Code("group of the wrong kind", "Name a group of the kind allowed."),
    "S407": Code("dates out of order", "Order them: announced, effective, ends."),
    "S408": Code("calendar too short", "Let end be at least one tick after start."),
    "S409": Code("too many", "Take some out, or merge some."),
    "S410": Code(
        "path does not lead to a number", "Name a number; for a schedule or distribution use role = 'factor'."
    ),
    "S411": Code("leads out of bounds", "Narrow the range."),
    "S412": Code("end user without demand", "Add demand by product, or set end_user = false."),
    "S413": Code("product that the group does not deal in", "Add it to the group's products, or take it out here."),
    "S414": Code("least setting above the greatest", "Exchange low and high."),
    "S415": Code("link rule without a product", "Link groups that share a product."),
    "S416": Code("policy without a target", "Name sides or destinations."),
    "S417": Code("field that this kind of policy does not read", "Take it out, or use another kind of policy."),
    "S418": Code("policy that does nothing", "Give it something to do, or take it out with enabled = false."),
}
"""Every code of a scenario, with its title and what to do."""

EVIDENCE_CODES: dict[str, Code] = {
    "E101": Code("no such evidence", "Name a row, role, table or source that there is; `sim evidence` lists the rows."),
    "E102": Code("evidence table not readable", "Correct the file: UTF-8, comma-separated, a header, a row a line."),
    "E103": Code("columns not as declared", "Give the table the columns declared, each once."),
    "E104": Code("cell not valid", "Correct the cell."),
    "E105": Code("row contradicts itself", "Correct one of the cells named."),
    "E106": Code("id stands twice", "Give each row an id of its own; none is renumbered."),
    "E107": Code("id that is not there", "Correct the id, or add the row that it names."),
    "E108": Code("observable not valid", "Correct the table in observables.toml."),
    "E109": Code("fact without an observable", "Add its table to observables.toml, or say in not_computed why none."),
}
"""Every code of the evidence tables, with its title and what to do."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        code: A key of :data:`CODES` or :data:`EVIDENCE_CODES`.
        message: What is wrong, in a sentence.
        path: Dotted path in the scenario, or empty.
        value: The value found, or None.
        allowed: What would be allowed, or empty.
        nearest: Valid name nearest to the one found, or empty.
        file: File it stands in, or empty.
        line: Line in that file, or None where not known.
        todo: What to do; what the code says where empty.
        also: Other paths where the same mistake stands.

    Example:
        >>> print(Problem("S201", "There is no key `cuont`.", path="groups.a.cuont", nearest="count"))
        S201 unknown key: groups.a.cuont
          There is no key `cuont`.
          Did you mean: count
          To do: Correct the name, or take the key out.
    """

    code: str
    message: str
    path: str = ""
    value: Any = None
    allowed: str = ""
    nearest: str = ""
    file: str = ""
    line: int | None = None
    todo: str = ""
    also: tuple[str, ...] = ()

    @property
    def to_do(self) -> str:
        """What to do: :attr:`todo`, or what the code says."""
        return self.todo or (CODES.get(self.code) or EVIDENCE_CODES[self.code]).todo

    def __str__(self) -> str:
        """The problem as a block of lines."""
        code = CODES.get(self.code) or EVIDENCE_CODES[self.code]
        lines = [f"{self.code} {code.title}" + (f": {self.path}" if self.path else "")]
        if self.file:
            lines.append(f"  In: {self.file}" + (f", line {self.line}" if self.line is not None else ""))
        lines.append(f"  {self.message}")
        if self.also:
            lines.append(f"  Also at: {listed(self.also, 6)}")
        if self.value is not None:
            lines.append(f"  Found: {shortened(self.value)}")
        if self.allowed:
            lines.append(f"  Allowed: {self.allowed}")
        if self.nearest:
            lines.append(f"  Did you mean: {self.nearest}")
        lines.append(f"  To do: {self.to_do}")
        return "\n".join(lines)


class ScenarioError(Exception):
    """A scenario that cannot be used, with everything found wrong in it.

    Attributes:
        problems: The problems, sorted by file, line and path.

    Example:
        >>> error = ScenarioError([Problem("S202", "`start` is missing.", path="time.start")])
        >>> error.codes
        ['S202']
        >>> print(error)
        1 problem in the scenario
        <BLANKLINE>
        1. S202 missing: time.start
             `start` is missing.
             To do: Add it.
    """

    subject = "the scenario"
    """Where the problems are, as the first line says it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keeps the problems, sorted, each once."""
        unique = {(p.code, p.file, p.line, p.path, p.message): p for p in problems}
        self.problems: list[Problem] = sorted(unique.values(), key=_place)
        super().__init__(self.problems)

    @property
    def codes(self) -> list[str]:
        """Codes of the problems, in their order."""
        return [problem.code for problem in self.problems]

    def __str__(self) -> str:
        """All problems, numbered."""
        count = len(self.problems)
        blocks = [f"{count} problem{'' if count == 1 else 's'} in {self.subject}"]
        for number, problem in enumerate(self.problems, start=1):
            lines = str(problem).split("\n")
            indent = " " * (len(str(number)) + 2)
            blocks.append("\n".join([f"{number}. {lines[0]}", *(indent + line for line in lines[1:])]))
        return "\n\n".join(blocks)


class EvidenceError(ScenarioError):
    """Evidence tables that cannot be used, or a question that they cannot answer.

    It is a :class:`ScenarioError`, so that whoever catches bad input catches both.

    Example:
        >>> print(EvidenceError([Problem("E101", "There is no row `D99`.", value="D99", nearest="D19")]))
        1 problem in the evidence
        <BLANKLINE>
        1. E101 no such evidence
             There is no row `D99`.
             Found: "D99"
             Did you mean: D19
             To do: Name a row, role, table or source that there is; `sim evidence` lists the rows.
    """

    subject = "the evidence"


class BadValue(ValueError):
    """A value that a declaration does not allow; whoever knows the place makes a :class:`Problem` of it.

    Attributes:
        code: A key of :data:`CODES` or :data:`EVIDENCE_CODES`.
        message: What is wrong, in a sentence.
        at: Keys below the value's own path.
        value: The value found, or None.
        allowed: What would be allowed.
        nearest: Valid name nearest to the one found.
        todo: What to do, where the code does not say it best.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        at: tuple[str, ...] = (),
        value: Any = None,
        allowed: str = "",
        nearest: str = "",
        todo: str = "",
    ) -> None:
        """Keeps what is given."""
        super().__init__(message)
        self.code, self.message, self.at = code, message, at
        self.value, self.allowed, self.nearest, self.todo = value, allowed, nearest, todo

    def below(self, *keys: str) -> BadValue:
        """The same, one or more keys further up: ``keys`` are put before :attr:`at`."""
        return BadValue(
            self.code,
            self.message,
            at=(*keys, *self.at),
            value=self.value,
            allowed=self.allowed,
            nearest=self.nearest,
            todo=self.todo,
        )

    def problem(self, path: str) -> Problem:
        """The problem at a path.

        Args:
            path: Dotted path of the value.
        """
        return Problem(
            self.code,
            self.message,
            path=".".join([part for part in (path, *self.at) if part]),
            value=self.value,
            allowed=self.allowed,
            nearest=self.nearest,
            todo=self.todo,
        )


def nearest(word: object, names: Iterable[str], least: float = 0.5) -> str:
    """The name most like a word; empty where none is like it.

    Args:
        word: What somebody wrote.
        names: Names that there are.
        least: How like it must be, from 0 to 1.

    Example:
        >>> nearest("cuont", ["count", "size"])
        'count'
        >>> nearest("esat", ["west", "east"])
        'east'
        >>> nearest("RUS", ["RU", "US"])
        'RU'
        >>> nearest("zzz", ["count", "size"])
        ''
    """
    known = sorted(names)
    folded = {name.casefold(): name for name in reversed(known)}
    sought = str(word).casefold()
    found = difflib.get_close_matches(sought, sorted(folded), n=3, cutoff=least)
    # Letters that changed places are the likeliest slip; difflib ranks them no higher than letters exchanged.
    # Of names equally like it, that with the same first letter is the likelier.
    ratio = {name: difflib.SequenceMatcher(None, name, sought).ratio() for name in found}
    found.sort(key=lambda name: (sorted(name) != sorted(sought), -ratio[name], name[:1] != sought[:1]))
    return folded[found[0]] if found else ""


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names in a row, sorted, cut after ``most`` of them.

    Example:
        >>> listed(["b", "a"])
        'a, b'
        >>> listed(["a", "b", "c"], most=2)
        'a, b and 1 more'
    """
    known = sorted(names)
    if len(known) <= most:
        return ", ".join(known)
    return ", ".join(known[:most]) + f" and {len(known) - most} more"


def shortened(value: object, most: int = 100) -> str:
    """A value on one line, as a scenario file would say it, cut to ``most`` characters.

    Example:
        >>> shortened({"a": True, "b": ["x", 1.5]})
        '{a = true, b = ["x", 1.5]}'
        >>> shortened("x" * 10, most=5)
        '"xxx…'
    """
    text = " ".join(_spelt(value, most).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def kind_of(value: object) -> str:
    """What kind of value somebody gave, in words.

    Example:
        >>> kind_of(True), kind_of(3), kind_of("3"), kind_of([3])
        ('true or false', 'a whole number', 'text', 'a list')
    """
    for kind, words in _KINDS:
        if isinstance(value, kind):
            return words
    return "nothing" if value is None else "something else"


class Verbatim(str):
    """Text of a file as it stands there, told without quotes of its own."""

    __slots__ = ()


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (time, "a time of day"),
    (date, "a date"),
    (float, "a number"),
    (str, "text"),
    ((list, tuple), "a list"),
    (Mapping, "a table"),
)


def _spelt(value: object, most: int, depth: int = 4) -> str:
    """A value as TOML; what is deep or long is left out, so that any value can be told."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a whole number of more than 20 digits"
    if isinstance(value, Verbatim):
        return value[: most + 1]
    if isinstance(value, str):
        return json.dumps(value[:most], ensure_ascii=False)
    if isinstance(value, list | tuple | Mapping) and depth == 0:
        return "…"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_spelt(entry, most, depth - 1) for entry in value[:most]) + "]"
    if isinstance(value, Mapping):
        entries = islice(value.items(), most)
        return "{" + ", ".join(f"{str(key)[:most]} = {_spelt(entry, most, depth - 1)}" for key, entry in entries) + "}"
    return f"{value:.12g}" if isinstance(value, float) else str(value)[: most + 1]


def _place(problem: Problem) -> tuple[str, float, str, str]:
    """Where a problem stands, for sorting; unknown lines come last."""
    line = float("inf") if problem.line is None else float(problem.line)
    return (problem.file, line, problem.path, problem.code)
