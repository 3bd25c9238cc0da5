"""Figures of an analysis of sensitivity, and what a notebook shows of it, made when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim.declare.errors import listed, nearest
from sim.indices.errors import SensitivityError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.indices.analysis import Sensitivity


@dataclass(frozen=True)
class Plots:
    """Figures. Each draws on the axes given, or on new ones, and returns a list of them, as other results do.

    Attributes:
        result: The analysis.
    """

    result: Sensitivity

    def sobol(self, outcome: str | None = None, ax: Axes | None = None) -> list[Axes]:
        """First and total indices of one outcome; see :func:`sim.report.sensitivity.sobol_bars`.

        Args:
            outcome: Id of the outcome; the first by default.
            ax: Where to; a new figure by default.
        """
        from sim.report.sensitivity import sobol_bars

        return sobol_bars(*self._rows("sobol", outcome), ax)

    def morris(self, outcome: str | None = None, ax: Axes | None = None) -> list[Axes]:
        """Size and spread of elementary effects of one outcome; see :func:`sim.report.sensitivity.morris_plane`.

        Args:
            outcome: Id of the outcome; the first by default.
            ax: Where to; a new figure by default.
        """
        from sim.report.sensitivity import morris_plane

        rows, label = self._rows("morris", outcome)
        return morris_plane(rows, label, self.result.units[rows["outcome"].iloc[0]], ax)

    def delta(self, outcome: str | None = None, ax: Axes | None = None) -> list[Axes]:
        """Delta of one outcome, with that of a dummy; see :func:`sim.report.sensitivity.index_bars`.

        Args:
            outcome: Id of the outcome; the first by default.
            ax: Where to; a new figure by default.
        """
        from sim.report.sensitivity import index_bars

        return index_bars(*self._rows("delta", outcome), ax)

    def pawn(self, outcome: str | None = None, ax: Axes | None = None) -> list[Axes]:
        """PAWN of one outcome, with that of a dummy; see :func:`sim.report.sensitivity.index_bars`.

        Args:
            outcome: Id of the outcome; the first by default.
            ax: Where to; a new figure by default.
        """
        from sim.report.sensitivity import index_bars

        return index_bars(*self._rows("pawn", outcome), ax)

    def tornado(self, outcome: str | None = None, ax: Axes | None = None) -> list[Axes]:
        """Means of one outcome at the low and the high end of each factor; see :func:`sim.report.tornado.tornado`.

        The numbers are in :attr:`Sensitivity.swings`.

        Args:
            outcome: Id of the outcome; the first that has swings by default.
            ax: Where to; a new figure by default.

        Raises:
            SensitivityError: If there is no such outcome, or its swings are undefined.
        """
        from sim.report.tornado import tornado

        swings = self.result.swings
        there = list(dict.fromkeys(swings["outcome"]))
        defined = swings.loc[swings["reason"] == "", "outcome"]
        wanted = outcome if outcome is not None else next(iter(defined), there[0])
        rows = swings[swings["outcome"] == _one_of(wanted, there, "swings")]
        if rows["reason"].iloc[0]:
            raise SensitivityError(f"{self.result.labels[wanted]} has no swings: {rows['reason'].iloc[0]}")
        return tornado(rows, self.result.labels[wanted], self.result.units[wanted], ax)

    def variance(self, ax: Axes | None = None) -> list[Axes]:
        """Variance of a run by source, a bar an outcome; see :func:`sim.report.sensitivity.variance_bars`.

        Args:
            ax: Where to; a new figure by default.
        """
        from sim.report.sensitivity import variance_bars

        return variance_bars(self.result.variance, self.result.labels, ax)

    def save(self, folder: Path) -> None:
        """Writes a figure for each method and outcome, a tornado of each outcome, and that of variance, as PNG and SVG.

        Args:
            folder: Where to.
        """
        from sim.report.style import save

        pairs = self.result.indices[["method", "outcome"]].drop_duplicates()
        for method, outcome in pairs.itertuples(index=False):
            save(getattr(self, method)(outcome), folder / f"{method}-{outcome.replace(':', '-')}")
        for outcome in dict.fromkeys(self.result.swings.loc[self.result.swings["reason"] == "", "outcome"]):
            save(self.tornado(outcome), folder / f"tornado-{outcome.replace(':', '-')}")
        save(self.variance(), folder / "variance")

    def _rows(self, method: str, outcome: str | None) -> tuple[pd.DataFrame, str]:
        """Indices of one outcome by one method, and its label."""
        indices = self.result.indices[self.result.indices["method"] == method]
        there = list(dict.fromkeys(indices["outcome"]))
        if not there:
            raise SensitivityError(f"there are no indices by {method}; there are by {listed(self.result.methods)}")
        wanted = there[0] if outcome is None else outcome
        wanted = _one_of(wanted, there, "indices", f" by {method}")
        return indices[indices["outcome"] == wanted], self.result.labels[wanted]


def _one_of(wanted: str, there: list[str], what: str, how: str = "") -> str:
    """An outcome that there is something of."""
    if wanted not in there:
        close = nearest(wanted, there)
        hint = f" (did you mean {close!r}?)" if close else ""
        raise SensitivityError(f"there are no {what} of {wanted!r}{how}{hint}; there are of {listed(there, 60)}")
    return wanted


def html(result: Sensitivity) -> str:
    """What a notebook shows of an analysis; see :func:`sim.report.sensitivity.html`.

    Args:
        result: The analysis.
    """
    from sim.report.sensitivity import html

    return html(result)
