"""Figures of a calibration, made when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.calibration.calibrate import Calibration


@dataclass(frozen=True)
class Plots:
    """Figures. Each draws on the axes given, or on new ones, and returns a list of them, as other results do.

    Attributes:
        result: The calibration.
    """

    result: Calibration

    def parameters(self, ax: Axes | None = None) -> list[Axes]:
        """Parameters before and after; see :func:`sim.report.evidence_figures.parameters`.

        Args:
            ax: Where to; a new figure by default.
        """
        from sim.report.evidence_figures import parameters

        return parameters(self.result, ax)
