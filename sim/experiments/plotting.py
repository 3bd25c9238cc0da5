"""Figures of a result, drawn when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.experiments.results import RunResult


@dataclass(frozen=True)
class Plots:
    """Figures of a result. Each draws on the axes given, or on new ones, and returns them; none shows anything.

    Attributes:
        result: The result.
    """

    result: RunResult

    def supply(self, axes: list[Axes] | None = None) -> list[Axes]:
        """Supply to each side over time; see :func:`sim.report.supply.supply`.

        Args:
            axes: One for each side; a new figure by default.
        """
        from sim.report.supply import supply

        return supply(self.result.traces, self.result.policies, axes)

    def price_and_cover(self, axes: list[Axes] | None = None) -> list[Axes]:
        """Price and cover over time; see :func:`sim.report.price.price_and_cover`.

        Args:
            axes: Two, for price and for cover; a new figure by default.
        """
        from sim.report.price import price_and_cover

        return price_and_cover(self.result.traces, self.result.policies, axes)

    def save(self, folder: Path) -> None:
        """Writes both figures as PNG.

        Args:
            folder: Where to.
        """
        from sim.report.style import save

        save(self.supply(), folder / "supply.png")
        save(self.price_and_cover(), folder / "price_and_cover.png")
