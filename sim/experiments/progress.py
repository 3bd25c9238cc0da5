"""How far long work has come."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tqdm import tqdm


FIRST = "compiling or loading the engine"
"""What is going on until the first simulation is done."""


class Progress:
    """Counts simulations, and shows how many are done.

    Args:
        how: True for a progress bar on the terminal, False for nothing, or a function of (done, all) simulations;
            it is also called before the first is done.

    Example:
        >>> with Progress(lambda done, total: print(done, "of", total)) as progress:
        ...     progress.expect(2)
        ...     progress.tell()
        0 of 2
        1 of 2
    """

    def __init__(self, how: bool | Callable[[int, int], None]) -> None:
        self._how = how
        self._done = self._total = 0
        self._bar: tqdm | None = None

    def __enter__(self) -> Progress:
        if self._how is True:
            from tqdm import tqdm

            self._bar = tqdm(total=0, unit=" simulations", desc=FIRST, leave=False, dynamic_ncols=True, file=sys.stderr)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.close()

    def expect(self, more: int) -> None:
        """Says that there is more to do.

        Args:
            more: Simulations.
        """
        self._total += more
        if self._bar is not None:
            self._bar.total = self._total
            self._bar.refresh()
        elif callable(self._how):
            self._how(self._done, self._total)

    def tell(self, count: int = 1) -> None:
        """Says that simulations are done.

        Args:
            count: How many.
        """
        self._done += count
        if self._bar is not None:
            self._bar.set_description("", refresh=False)
            self._bar.update(count)
        elif callable(self._how):
            self._how(self._done, self._total)
