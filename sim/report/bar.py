"""A progress bar for the terminal."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sim.experiments.progress import FIRST
from sim.report.terminal import manner

if TYPE_CHECKING:
    from tqdm import tqdm


class Bar:
    """A progress bar on a terminal, there from the start; nothing where standard error is none.

    Args:
        counted: What is counted.
    """

    def __init__(self, counted: str = "simulations") -> None:
        self._counted = counted

    def __enter__(self) -> Bar:
        from tqdm import tqdm

        # Some terminals say that they have no columns and rows, and nothing would be shown there.
        size = {"dynamic_ncols": True} if _columns() > 0 else {"ncols": 80, "nrows": 20}
        # None: not where standard error is no terminal; without it, it would be written to files as well.
        self._bar: tqdm = tqdm(
            total=None,
            unit=f" {self._counted}",
            desc=FIRST,
            leave=False,
            file=sys.stderr,
            disable=manner().quiet or None,
            **size,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def update(self, done: int, total: int) -> None:
        """Shows how much is done.

        Args:
            done: Simulations, or what else is counted, that are done.
            total: All of them.
        """
        self._bar.total = total
        self._bar.n = done
        self._bar.set_description("" if done else FIRST)

    def aside(self) -> AbstractContextManager[None]:
        """Makes room for other output."""
        return self._bar.external_write_mode(file=sys.stdout)

    def say(self, text: str) -> None:
        """Writes a line above the bar.

        Args:
            text: The line.
        """
        if not manner().quiet:
            self._bar.write(text, file=sys.stderr)


def _columns() -> int:
    """Columns of the terminal that the bar is on, as it says; 0 where it says nothing."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 0
