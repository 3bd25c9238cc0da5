"""Where output goes: tables for readers, one JSON document for programs, or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


@dataclass(frozen=True)
class Manner:
    """How a command talks.

    Attributes:
        quiet: Whether it says nothing but what went wrong.
        json: Whether standard output is one JSON document, and nothing else.
    """

    quiet: bool = False
    json: bool = False


_PLAIN = Manner()
_MANNER: ContextVar[Manner] = ContextVar("manner", default=_PLAIN)


def manner() -> Manner:
    """How the present command talks."""
    return _MANNER.get()


@contextmanager
def talking(quiet: bool, json: bool) -> Iterator[None]:
    """Sets how a command talks, for as long as it runs.

    Args:
        quiet: Whether it says nothing but what went wrong.
        json: Whether standard output is one JSON document.
    """
    before = _MANNER.set(Manner(quiet, json))
    try:
        yield
    finally:
        _MANNER.reset(before)


def console() -> Console:
    """Where tables go; wide enough where nobody looks at a terminal, and silent where none are wanted."""
    from rich.console import Console

    silent = manner().quiet or manner().json
    found = Console(quiet=silent)
    return found if found.is_terminal else Console(width=140, quiet=silent)


def show(parts: Iterable[RenderableType], console: Console) -> None:
    """Prints tables with a line between them.

    Args:
        parts: Tables and lines.
        console: Where to.
    """
    for part in parts:
        console.print(part, highlight=False)
        console.print()


def say(text: str) -> None:
    """Prints a line for a reader, whole.

    Args:
        text: The line.
    """
    if not (manner().quiet or manner().json):
        print(text)


def answer(document: Callable[[], Mapping[str, Any] | list[Any]]) -> None:
    """Prints the JSON document of a command, where one is wanted.

    Numbers that are not defined are null, as JSON has no other word for them; beside them stands why.

    Args:
        document: Makes it.

    Example:
        >>> with talking(quiet=False, json=True):
        ...     answer(lambda: {"share": float("nan")})
        {
          "share": null
        }
    """
    if not manner().json:
        return
    import json

    from sim.report.json_values import json_value

    json.dump(json_value(document()), sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    print()
