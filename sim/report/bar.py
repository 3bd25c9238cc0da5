"""A progress bar for the terminal."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager


class Bar:
    """A progress bar on a terminal."""

    def __enter__(self) -> Bar:
        from tqdm import tqdm

        self._bar = tqdm(total=None, unit="run", leave=False, dynamic_ncols=True, file=sys.stderr)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def update(self, done: int, total: int) -> None:
        """Shows how many runs are done.

        Args:
            done: Runs done.
            total: All runs.
        """
        self._bar.total = total
        self._bar.n = done
        self._bar.refresh()

    def aside(self) -> AbstractContextManager[None]:
        """Makes room for other output."""
        return self._bar.external_write_mode(file=sys.stdout)

    def say(self, text: str) -> None:
        """Writes a line above the bar.

        Args:
            text: The line.
        """
        self._bar.write(text, file=sys.stderr)
