"""Where in the files each value stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from sim.declare.errors import Problem

_PART = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([A-Za-z0-9_-]+))\s*')


@dataclass
class Origins:
    """File and line by dotted path.

    Attributes:
        file: File that paths not known stand in, as shown in messages; empty for none.
        places: File and line by dotted path.
    """

    file: str = ""
    places: dict[str, tuple[str, int | None]] = field(default_factory=dict)

    def place(self, path: str) -> tuple[str, int | None]:
        """File and line of a path, or of the nearest path above it that is known.

        Args:
            path: Dotted path.

        Returns:
            File, and line or None.
        """
        parts = path.split(".") if path else []
        while parts:
            found = self.places.get(".".join(parts))
            if found is not None:
                return found
            parts.pop()
        return self.file, None

    def located(self, problem: Problem) -> Problem:
        """A problem with its file and line, unless it has them."""
        if problem.file:
            return problem
        file, line = self.place(problem.path)
        return replace(problem, file=file, line=line)

    def under(self, child: Origins) -> Origins:
        """These places with those of a file that extends this one on top."""
        return Origins(child.file, self.places | child.places)


def line_numbers(text: str) -> dict[str, int]:
    r"""Line of every key in a TOML text, by dotted path. Best effort: what is not understood is left out.

    Keys inside an inline table have the line of the key that the table belongs to, and are not listed.

    Args:
        text: A TOML document.

    Returns:
        Line numbers from 1.

    Example:
        >>> line_numbers("[a]\nb = 1\nc.d = 2")
        {'a': 1, 'a.b': 2, 'a.c': 3, 'a.c.d': 3}
    """
    found: dict[str, int] = {}
    prefix: list[str] = []
    open_until = ""
    depth = 0
    for line, raw in enumerate(text.split("\n"), start=1):
        if open_until or depth > 0:
            open_until, depth = _scan(raw, open_until, depth)
            continue
        content = raw.strip()
        if content.startswith("["):
            parts, _ = _key(content.lstrip("["))
            if parts:
                prefix = parts
                _note(found, prefix, line)
            continue
        parts, rest = _key(content)
        if parts and rest.startswith("="):
            _note(found, prefix + parts, line)
            open_until, depth = _scan(rest[1:], "", 0)
    return found


def _note(found: dict[str, int], parts: list[str], line: int) -> None:
    """Notes the line of a key, and of the tables above it that it opens."""
    # Deeper keys are told by those above them; a key of a thousand parts costs no more than one of twenty.
    for count in range(1, min(len(parts), 20) + 1):
        found.setdefault(".".join(parts[:count]), line)


def _key(text: str) -> tuple[list[str], str]:
    """A dotted key at the start of a text, and what follows it."""
    parts: list[str] = []
    place = 0
    while match := _PART.match(text, place):
        parts.append(next(group for group in match.groups() if group is not None))
        place = match.end()
        if not text.startswith(".", place):
            return parts, text[place:]
        place += 1
    return [], text


def _scan(text: str, open_until: str, depth: int) -> tuple[str, int]:
    """Follows strings and brackets over a line; says which string or how many brackets are open at its end."""
    place = 0
    while place < len(text):
        if open_until:
            end = text.find(open_until, place)
            if end < 0:
                return (open_until, depth) if len(open_until) == 3 else ("", depth)
            escaped = open_until[0] == '"' and _backslashes_before(text, end) % 2 == 1
            place = end + (1 if escaped else len(open_until))
            open_until = open_until if escaped else ""
            continue
        sign = text[place]
        if sign == "#":
            break
        if sign in "\"'":
            open_until = sign * 3 if text.startswith(sign * 3, place) else sign
            place += len(open_until)
            continue
        depth += (sign in "[{") - (sign in "]}")
        place += 1
    return ("" if len(open_until) == 1 else open_until), max(depth, 0)


def _backslashes_before(text: str, place: int) -> int:
    """Number of backslashes right before a place."""
    count = 0
    while place - count > 0 and text[place - count - 1] == "\\":
        count += 1
    return count
