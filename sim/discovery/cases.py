"""Cases: draws, or runs of them, with their factors as ranks and whether they are of interest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.declare.errors import listed, nearest
from sim.discovery.condition import Condition
from sim.discovery.errors import DiscoveryError
from sim.sweeps.sample import Sample

Float = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
KINDS = ("draws", "runs")
"""What can be a case."""
LEAST = 10
"""Cases of interest, and cases that are not, below which nothing can be found."""


@dataclass(frozen=True)
class Cases:
    """What boxes are searched in.

    The search sees ranks and not values, so that any rising change of a factor's scale leaves it as it is.

    Attributes:
        names: Names of the factors.
        draws: float64 (draw, factor), values by draw.
        draw: int64 (case,), the draw that a case is of.
        group: int64 (case,): cases of one group share values of factors by design, or are runs of one draw. They
            stay together in folds, and an interval counts them as what they are together worth.
        interest: bool (case,), whether the case meets the condition.
        left_out: Draws, or runs, in which the outcome is undefined.
        grouped: Why groups hold more than a case; empty where they do not.
    """

    names: tuple[str, ...]
    draws: Float
    draw: Whole
    group: Whole
    interest: Flags
    left_out: int = 0
    grouped: str = ""

    @cached_property
    def values(self) -> Float:
        """float64 (case, factor), in each factor's unit."""
        return self.draws[self.draw]

    @cached_property
    def levels(self) -> tuple[Float, ...]:
        """The different values of each factor among the draws that have a case, rising."""
        used = self.draws[np.unique(self.draw)]
        return tuple(np.unique(used[:, at]) for at in range(used.shape[1]))

    @cached_property
    def ranks(self) -> Whole:
        """int64 (case, factor), the place of each value in ``levels``."""
        found = np.empty((len(self.draw), len(self.names)), np.int64)
        for at, level in enumerate(self.levels):
            found[:, at] = np.searchsorted(level, self.values[:, at])
        return found

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.interest)


def cases_of(sample: Sample, where: Condition, kind: str = "draws") -> Cases:
    """Makes cases of a sample.

    Args:
        sample: Draws and an outcome.
        where: What makes a case one of interest.
        kind: ``"draws"``: a draw is a case, by the mean over its seeds. ``"runs"``: each run is one.

    Returns:
        The cases; those without the outcome are left out and counted.

    Raises:
        DiscoveryError: If the kind is unknown, the outcome is nowhere defined, no factor varies, or there are fewer
            than :data:`LEAST` cases of interest or of the others.
    """
    if kind not in KINDS:
        close = nearest(kind, KINDS)
        hint = f"; did you mean {close}?" if close else ""
        raise DiscoveryError(f"there is no kind of case {kind!r}; there are {listed(KINDS)}{hint}")
    if not np.isfinite(sample.values).all():
        raise DiscoveryError("a factor of the sweep has a value that is no number; give every draw a number for each")
    y = sample.mean[:, None] if kind == "draws" else sample.y
    draw, seed = np.nonzero(~np.isnan(y))
    values = y[draw, seed]
    block, why = _blocks(sample)
    if kind == "runs" and sample.y.shape[1] > 1:
        why = f"the runs of a draw share its values{f', and {why}' if why else ''}"
    interest = where.met(values)
    _enough(sample, where, values, interest, kind)
    if not any(len(np.unique(sample.values[np.unique(draw), at])) > 1 for at in range(len(sample.names))):
        raise DiscoveryError("no factor varies between the draws; sweep over at least one uncertainty or lever")
    return Cases(
        sample.names, sample.values, draw.astype(np.int64), block[draw], interest, y.size - len(values), why
    )  # fmt: skip


def reasons(sample: Sample) -> str:
    """Why the outcome is undefined in some runs, in words; empty where no reason is known.

    Args:
        sample: Draws and an outcome.

    Example:
        >>> x = np.zeros((1, 1))
        >>> reasons(Sample("cost", "cost", "", "table", ("a",), x, x, x * np.nan, {"nothing was sold": 1}))
        'nothing was sold (1 run)'
    """
    counts = sorted(sample.undefined.items(), key=lambda entry: (-entry[1], entry[0]))
    return "; ".join(f"{reason} ({count:,} run{'' if count == 1 else 's'})" for reason, count in counts)


def _blocks(sample: Sample) -> tuple[Whole, str]:
    """Group of each draw: designs that change a factor at a time make draws that share the values of the others."""
    count, blocks = len(sample.y), sample.settings.get("n")
    if sample.design not in ("sobol", "morris") or not blocks or count % blocks:
        return np.arange(count, dtype=np.int64), ""
    # Not by the number of factors: those that do not vary are no part of the sample.
    size = count // blocks
    name = "Sobol' block" if sample.design == "sobol" else "Morris trajectory"
    return np.arange(count, dtype=np.int64) // size, f"the {size} draws of a {name} share values"


def _enough(sample: Sample, where: Condition, values: Float, interest: Flags, kind: str) -> None:
    """Refuses what no search can answer."""
    about = f"{sample.label} ({sample.outcome})"
    if not len(values):
        why = reasons(sample)
        raise DiscoveryError(f"{about} is undefined in every draw{f': {why}' if why else ''}; choose another outcome")
    told = f"{about} lies between {values.min():.6g} and {values.max():.6g} in the {len(values):,} {kind}"
    middle = f"half of them lie below {np.median(values):.6g}"
    count = int(interest.sum())
    for found, what in ((count, f"is {where.words}"), (len(values) - count, f"is not {where.words}")):
        if not found:
            raise DiscoveryError(f"{told}: in none it {what}. Choose a bound within that range; {middle}")
        if found < LEAST:
            raise DiscoveryError(
                f"{told}: only in {found} it {what}; at least {LEAST} are needed. Choose another bound ({middle}), "
                "or sweep over more draws"
            )
