"""What a search finds, before it is told."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.discovery.peeling import Box


@dataclass(frozen=True)
class Found:
    """A box, and how it held where it was not fitted.

    Attributes:
        box: The box, in ranks.
        held: bool (case,), whether a case lies in the box most like this one of those found without its fold.
        chance: p-value of the search against random labels; NaN where not tested.
    """

    box: Box
    held: NDArray[np.bool_]
    chance: float = float("nan")


@dataclass(frozen=True)
class Search:
    """The outcome of a search.

    Attributes:
        found: Boxes, in the order in which they were found.
        path: What the search went through; a row a step.
        held: bool (case,), whether a case lies in any of the boxes that were found without its fold.
        warnings: What a reader has to know.
        refused: A box that is no finding, because chance explains it; None where there is none.
        why: Why it is none, or why there are no more boxes.
    """

    found: list[Found]
    path: pd.DataFrame
    held: NDArray[np.bool_]
    warnings: list[str] = field(default_factory=list)
    refused: Box | None = None
    why: str = ""
