"""Figures of a validation, made when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.validation.validate import Validation


@dataclass(frozen=True)
class Plots:
    """Figures. Each draws on the axes given, or on new ones, and returns a list of them, as other results do.

    Attributes:
        result: The validation.
    """

    result: Validation

    def facts(self, role: str = "fit", ax: Axes | None = None) -> list[Axes]:
        """Facts over the evidence; see :func:`sim.report.evidence_figures.facts`.

        Args:
            role: Role of the facts.
            ax: Where to; a new figure by default.
        """
        from sim.report.evidence_figures import facts

        return facts(self.result, role, ax)

    def save(self, folder: Path) -> None:
        """Writes the figure of each role of facts as PNG and SVG; ``facts.csv`` has its numbers.

        Args:
            folder: Where to.
        """
        from sim.report.style import save

        table = self.result.table
        drawn = table[(table["least"] > 0.0) | (table["most"] > 0.0)]
        for role in dict.fromkeys(drawn["role"]):
            save(self.facts(role), folder / f"facts-{role}")
