"""Figures of a discovery, drawn when they are asked for, and what a notebook shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.discovery.result import Discovery


@dataclass(frozen=True)
class Plots:
    """Figures of a discovery. Each draws on the axes given, or on new ones, and returns them.

    Attributes:
        discovery: The discovery.
    """

    discovery: Discovery

    def trajectory(self, box: str = "1", ax: Axes | None = None) -> list[Axes]:
        """Coverage against density along the search for a box; see :func:`sim.report.discovery.trajectory`.

        Args:
            box: Which box; CART has one path for all.
            ax: Where to; a new figure by default.
        """
        from sim.report.discovery import trajectory

        return trajectory(self.discovery, box, ax)

    def limits(self, box: str = "1", ax: Axes | None = None) -> list[Axes]:
        """Limits of a box within the sampled ranges; see :func:`sim.report.discovery.limits`.

        Args:
            box: Which box.
            ax: Where to; a new figure by default.
        """
        from sim.report.discovery import limits

        return limits(self.discovery, box, ax)

    def pairs(self, box: str = "1", axes: list[Axes] | None = None) -> list[Axes]:
        """Cases and the box over pairs of factors; see :func:`sim.report.discovery.pairs`.

        Args:
            box: Which box.
            axes: One a pair; a new figure by default.
        """
        from sim.report.discovery import pairs

        return pairs(self.discovery, box, axes)

    def save(self, folder: Path) -> None:
        """Writes the figures of every box as PNG and SVG; the numbers they show are in the tables beside them.

        Args:
            folder: Where to.
        """
        from sim.report.style import save

        for box in dict.fromkeys(self.discovery.trajectory["box"]):
            save(self.trajectory(box), folder / f"trajectory_{box}")
        for box in dict.fromkeys(self.discovery.boxes["box"]):
            save(self.limits(box), folder / f"limits_{box}")
            save(self.pairs(box), folder / f"pairs_{box}")


def html(discovery: Discovery) -> str:
    """What a notebook shows of a discovery; see :func:`sim.report.discovery.html`.

    Args:
        discovery: The discovery.
    """
    from sim.report.discovery import html

    return html(discovery)
