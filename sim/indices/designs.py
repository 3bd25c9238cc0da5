"""Which method suits which design, and which draws of a sample a method may use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.declare.errors import listed, nearest
from sim.indices.errors import Refused, SensitivityError
from sim.sweeps.sample import Sample

Float = NDArray[np.float64]

SUITS = {
    "sobol": ("sobol",),
    "morris": ("morris",),
    "delta": ("lhs", "sobol", "table"),
    "pawn": ("lhs", "sobol", "table"),
}
"""Designs that a method can use."""
PREFERRED = {"sobol": ("sobol",), "morris": ("morris",)}
"""Methods used for a design where none is asked for; delta and PAWN for others."""
MOST_LEFT_OUT = 0.05
"""Greatest share of draws that may be left out because the outcome is undefined in them."""
ROUNDING = 1e-12
"""Spread, against the greatest size of an outcome, below which it counts as constant."""

_ASK = {
    "sobol": "sim sweep SCENARIO --design sobol --n 256 --out DIR",
    "morris": "sim sweep SCENARIO --design morris --n 20 --out DIR",
    "delta": "sim sweep SCENARIO --design lhs --n 1000 --out DIR",
    "pawn": "sim sweep SCENARIO --design lhs --n 1000 --out DIR",
}
_WHY_NOT = {
    "morris": "its draws lie on the levels of a grid and in trajectories, so they do not follow the distributions",
    "grid": "its draws are chosen, so they do not follow the distributions",
}
_SCRAMBLED = "the draws are not in the order of the design; draw the sweep anew and keep the order of its rows"


@dataclass(frozen=True)
class Usable:
    """Draws that a method may use.

    Attributes:
        positions: float64 (draw, factor).
        y: float64 (draw,): mean over seeds, finite, not constant.
        left_out: Draws left out because the outcome is undefined in them.
    """

    positions: Float
    y: Float
    left_out: int = 0


def methods_for(design: str, method: str | None) -> tuple[str, ...]:
    """Methods to use.

    Args:
        design: Name of the design of a sweep.
        method: Method asked for, or None for what suits.

    Raises:
        SensitivityError: If there is no such method, or it needs another design.

    Example:
        >>> methods_for("sobol", None), methods_for("lhs", None), methods_for("sobol", "pawn")
        (('sobol',), ('delta', 'pawn'), ('pawn',))
    """
    if method is not None and method not in SUITS:
        close = nearest(method, SUITS)
        hint = f" (did you mean {close!r}?)" if close else ""
        raise SensitivityError(f"there is no method {method!r}{hint}; methods are {listed(SUITS)}")
    if method is None and design != "grid":
        return PREFERRED.get(design, ("delta", "pawn"))
    wanted = method or "delta"
    if design in SUITS[wanted]:
        return (wanted,)
    needed = SUITS[wanted]
    if method is None:
        raise SensitivityError(f"a sweep of design {design} says nothing of sensitivity: {_WHY_NOT[design]}; use "
                               f"`{_ASK['sobol']}` or `{_ASK['delta']}`")  # fmt: skip
    why = f": {_WHY_NOT[design]}" if design in _WHY_NOT and wanted in ("delta", "pawn") else ""
    suits = [name for name, designs in SUITS.items() if design in designs]
    instead = f"; for this sweep use --method {' or '.join(suits)}" if suits else ""
    raise SensitivityError(
        f"method {wanted} needs a sweep of design {' or '.join(needed)}, and this one is {design}{why}. Make one with "
        f"`{_ASK[wanted]}`{instead}"
    )


def every_draw(sample: Sample, method: str) -> Usable:
    """All draws, for a method that needs every one.

    Args:
        sample: Sample of a Sobol or Morris design.
        method: Name of the method.

    Raises:
        Refused: If the outcome is undefined in a draw, or constant.
        SensitivityError: If the method needs another design.
    """
    _begin(sample, method)
    finite = np.isfinite(sample.mean)
    if not finite.all():
        also = " or, as this sweep is, `--method pawn`, which can leave some draws out" if method == "sobol" else ""
        raise Refused(
            f"{undefined(sample)}; {method} needs every draw. Take an outcome that is defined in all of them, narrow "
            f"the ranges that make it undefined{also}"
        )
    return _varying(sample, Usable(sample.positions, sample.mean))


def independent_draws(sample: Sample, method: str) -> Usable:
    """Draws that are independent and follow the distributions, without those in which the outcome is undefined.

    Of Sobol's design these are the rows of A and B only: in all others positions come again from them, so that
    intervals would be too narrow.

    Args:
        sample: Sample of a Latin hypercube, a table, or a Sobol design.
        method: Name of the method.

    Raises:
        Refused: If the outcome is undefined in more than :data:`MOST_LEFT_OUT` of the draws, or constant.
        SensitivityError: If the method needs another design.
    """
    _begin(sample, method)
    rows = base_rows(sample)
    mean, positions = sample.mean[rows], sample.positions[rows]
    finite = np.isfinite(mean)
    left_out = int((~finite).sum())
    if left_out > MOST_LEFT_OUT * len(mean):
        raise Refused(
            f"{undefined(sample)}; {method} may leave out {MOST_LEFT_OUT:.0%} of the draws, for more would change what "
            "is asked. Take an outcome that is defined in more of them, or narrow the ranges that make it undefined"
        )
    return _varying(sample, Usable(positions[finite], mean[finite], left_out))


def base_rows(sample: Sample) -> NDArray[np.int64]:
    """Rows of independent draws: those of A and B in Sobol's design, all of them in others.

    Args:
        sample: Any sample.

    Raises:
        SensitivityError: If the rows are not in the order of Sobol's design.
    """
    if sample.design != "sobol":
        return np.arange(len(sample.y))
    n, step = saltelli_shape(sample)
    return np.sort(np.concatenate([np.arange(n) * step, np.arange(n) * step + step - 1]))


def saltelli_shape(sample: Sample) -> tuple[int, int]:
    """Base draws of a Sobol design, and rows for each: A, AB by factor, BA by factor (second order), B.

    Args:
        sample: Sample of a Sobol design.

    Raises:
        SensitivityError: If the rows are not so. Indices would then be wrong, and nothing would show it.
    """
    factors = len(sample.names)
    step = (2 if sample.settings.get("second_order", False) else 1) * factors + 2
    n = len(sample.y) // step
    if n == 0 or n * step != len(sample.y) or n != sample.settings.get("n", n):
        raise SensitivityError(
            f"a Sobol design of {factors} factors has {step} rows for each base draw, and the sweep has "
            f"{len(sample.y)} rows for {sample.settings.get('n', 'some')}; draw it anew, without factors whose range "
            "is a single value"
        )
    rows = sample.positions.reshape(n, step, factors)
    a, b = rows[:, 0], rows[:, -1]
    for j in range(factors):
        mixed = [(1 + j, a, b)] + ([(1 + factors + j, b, a)] if step > factors + 2 else [])
        for at, most, one in mixed:
            expected = most.copy()
            expected[:, j] = one[:, j]
            if not np.allclose(rows[:, at], expected, rtol=0.0, atol=1e-9):
                raise SensitivityError(_SCRAMBLED)
    return n, step


def trajectories(sample: Sample) -> int:
    """Trajectories of a Morris design: each moves every factor once, one at a time.

    Args:
        sample: Sample of a Morris design.

    Raises:
        SensitivityError: If the rows are not so.
    """
    factors, levels = len(sample.names), int(sample.settings.get("levels", 4))
    count = len(sample.y) // (factors + 1)
    if count == 0 or count * (factors + 1) != len(sample.y):
        raise SensitivityError(
            f"a Morris design of {factors} factors has {factors + 1} rows for each trajectory, and the sweep has "
            f"{len(sample.y)} rows; draw it anew, without factors whose range is a single value"
        )
    moves = np.diff(sample.positions.reshape(count, factors + 1, factors), axis=1)
    moved = np.abs(moves) > 1e-9
    step = levels / (2.0 * (levels - 1))
    once = (moved.sum(axis=2) == 1).all() and (moved.sum(axis=1) == 1).all()
    if not once or not np.allclose(np.abs(moves[moved]), step, rtol=0.0, atol=0.01):
        raise SensitivityError(_SCRAMBLED)
    return count


def undefined(sample: Sample) -> str:
    """In how many runs an outcome has no finite value, and why.

    Args:
        sample: Any sample.

    Example:
        >>> x = np.zeros((2, 1))
        >>> undefined(Sample("a", "a", "", "lhs", ("f",), x, x, np.array([[1.0], [np.nan]]), {"nothing arrived": 1}))
        'undefined in 1 of 2 runs (nothing arrived: 1), so in 1 of 2 draws'
    """
    infinite = int(np.isinf(sample.y).sum())
    count = int(np.isnan(sample.y).sum()) + infinite
    reasons = dict(sample.undefined) | ({"infinite": infinite} if infinite else {})
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    told = "; ".join(f"{reason}: {number:,}" for reason, number in ordered)
    draws = int((~np.isfinite(sample.mean)).sum())
    return (
        f"undefined in {count:,} of {sample.y.size:,} runs{f' ({told})' if told else ''}, so in {draws:,} of "
        f"{len(sample.y):,} draws"
    )


def constant(y: Float) -> bool:
    """Whether numbers differ by no more than rounding.

    Args:
        y: Finite numbers, at least one.

    Example:
        >>> constant(np.array([0.1 + 0.2, 0.3])), constant(np.array([0.0, 1e-9]))
        (True, False)
    """
    return bool(np.ptp(y) <= ROUNDING * np.abs(y).max())


def _begin(sample: Sample, method: str) -> None:
    """What has to hold before anything else."""
    methods_for(sample.design, method)
    if not sample.names or not sample.y.size:
        raise Refused(f"there is nothing to analyse: {len(sample.names)} factors, {len(sample.y)} draws, "
                      f"{sample.y.shape[1]} seeds")  # fmt: skip


def _varying(sample: Sample, found: Usable) -> Usable:
    """The same, if the outcome is not constant."""
    if constant(found.y):
        raise Refused(
            f"it is {found.y[0]:g} in every draw, so no factor can be said to matter or not: indices are undefined, "
            "not 0. Take another outcome, or widen the ranges"
        )
    still = [name for name, column in zip(sample.names, found.positions.T, strict=True) if np.ptp(column) == 0]
    if still:
        raise Refused(f"{listed(still)} is the same in every draw; take it out, or give it a range")
    return found
