"""Markdown from declared texts: cells, tables, contents."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 120
"""Columns of the paragraphs."""


def cell(value: object) -> str:
    """A value as a cell of a table: one line, no bar that would end the cell."""
    return re.sub(r"\s+", " ", str(value)).strip().replace("``", "`").replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def prose(text: str) -> str:
    """Wrapped paragraphs of a docstring's text; lists and indented lines keep their lines."""
    told = inspect.cleandoc(text).replace("``", "`")
    told = re.sub(r":(?:func|class|data|mod|meth|attr):`~?([^`]+)`", r"`\1`", told)
    kept = []
    for paragraph in told.split("\n\n"):
        if paragraph.startswith("\b"):
            # What a terminal does not wrap either.
            kept.append("```text\n" + paragraph.lstrip("\b\n") + "\n```")
        elif re.match(r"[*-] |\s", paragraph):
            kept.append(paragraph)
        else:
            kept.append(
                textwrap.fill(" ".join(paragraph.split()), WIDTH, break_long_words=False, break_on_hyphens=False)
            )
    return "\n\n".join(kept)


def about(thing: object) -> str:
    """The docstring of something up to its lists of arguments, results, attributes or examples."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    return re.split(r"\n(?:Args|Returns|Raises|Yields|Attributes|Example|Examples):", text)[0].strip()


def listed(thing: object, section: str) -> list[tuple[str, str]]:
    """Names and texts of a section of a docstring: its `Args` or `Attributes`."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    found = re.search(rf"(?:^|\n){section}:\n((?:    .*(?:\n|$)|\n)+)", text)
    block = inspect.cleandoc("\n" + found.group(1)) if found else ""
    entries = re.findall(r"^(\S[^:\n]*): (.*(?:\n .*)*)", block, re.M)
    return [(f"`{name.split(' ')[0]}`", _plain(told)) for name, told in entries]


def _plain(text: str) -> str:
    """Text of a docstring without the roles of Sphinx."""
    return cell(re.sub(r":(?:func|class|data|mod|meth|attr):`~?([^`]+)`", r"`\1`", text))


def first_line(thing: object) -> str:
    """The first sentence of a docstring, as a cell."""
    return _plain(about(thing).split("\n\n")[0])


def anchor(heading: str) -> str:
    """The anchor that a heading has on a page."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def contents(body: str) -> str:
    """A list of the second-level headings of a page, with links."""
    found = re.findall(r"^## (.+)$", body, re.M)
    return "\n".join(f"* [{heading}](#{anchor(heading)})" for heading in found)


def page(title: str, after: str, body: str) -> str:
    """A page: title, what the reader can do after it, how it is made, contents, body."""
    made = "Made from the declarations by `python -m tests.reference --update`; edit those, not this page."
    return "\n\n".join([f"# {title}", prose(after), made, contents(body), body.strip()]) + "\n"
