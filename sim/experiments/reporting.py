"""What makes a report of a result: one page for people who never run code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiments.comparison import CompareResult
    from sim.experiments.results import RunResult


class Reported:
    """A result that can be written as a page."""

    def report(
        self: RunResult | CompareResult,  # type: ignore[misc]
        out: str | os.PathLike[str] | None = None,
        *,
        title: str = "",
        question: str = "",
        validation: str | os.PathLike[str] | None = None,
    ) -> Path:
        """Writes the result as one page of HTML, for people who never run code; see :func:`sim.brief`.

        Args:
            out: Where to; of a result that was opened from a folder, `report.html` there by default.
            title: Title of the page; that of the scenario by default.
            question: The question that it answers; by default one is made of the arms.
            validation: A folder that `sim validate --out` wrote, for the score beside the evidence.

        Returns:
            The file.
        """
        from sim.report.brief.write import brief

        return brief(self, out, title=title, question=question, validation=validation).path
