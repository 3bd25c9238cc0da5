"""Where tables go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def console() -> Console:
    """Where tables go; wide enough where nobody looks at a terminal."""
    from rich.console import Console

    found = Console()
    return found if found.is_terminal else Console(width=140)


def show(parts: Iterable[RenderableType], console: Console) -> None:
    """Prints tables with a line between them.

    Args:
        parts: Tables and lines.
        console: Where to.
    """
    for part in parts:
        console.print(part, highlight=False)
        console.print()
