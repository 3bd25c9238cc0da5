"""One outcome of a sweep, laid out for analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """Draws and one outcome of each.

    Rows are draws in the order of the design, columns of ``y`` seeds in rising order. Every draw has the same seeds
    (common random numbers), so ``y`` is a two-way table.

    Attributes:
        outcome: Measure and side, such as ``"denied:russia"``; the measure alone where it is about no side.
        label: The same as people read it.
        unit: Unit of ``y``; ``"share"`` for a number printed in per cent.
        design: ``"sobol"``, ``"morris"``, ``"lhs"``, ``"grid"`` or ``"table"``.
        names: Names of the factors, in the order of columns.
        values: float64 (draw, factor), as drawn, in each factor's unit.
        positions: float64 (draw, factor), 0 to 1: the probability of a smaller value; in a grid and a table the place
            between the least and the greatest value.
        y: float64 (draw, seed); NaN where the outcome is undefined or the run failed.
        undefined: Number of runs without the outcome by reason.
        settings: Settings of the design: ``n`` and ``second_order`` of Sobol's, ``n`` (trajectories) and ``levels`` of
            Morris's; empty for others.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> x = np.array([[0.0], [1.0]])
        >>> Sample("cost", "cost", "US dollars", "table", ("a",), x, x, np.array([[1.0], [3.0]])).mean.tolist()
        [1.0, 3.0]
    """

    outcome: str
    label: str
    unit: str
    design: str
    names: tuple[str, ...]
    values: Float
    positions: Float
    y: Float
    undefined: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Checks shapes."""
        shape = (len(self.y), len(self.names))
        if self.values.shape != shape or self.positions.shape != shape or self.y.ndim != 2:
            raise ValueError(
                f"values {self.values.shape} and positions {self.positions.shape} must be (draw, factor) = {shape}, "
                f"y {self.y.shape} (draw, seed)"
            )

    @property
    def mean(self) -> Float:
        """float64 (draw,): mean over seeds; NaN for a draw in which the outcome is undefined for any seed."""
        return self.y.mean(axis=1) if self.y.shape[1] else np.full(len(self.y), np.nan)
