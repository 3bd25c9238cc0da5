"""Designs: which draws a sweep makes. Sobol's, Morris's, Latin hypercube, grid, or a table of the user's own."""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.declare.errors import listed, nearest
from sim.scenario.model import Scenario
from sim.sweeps.errors import SweepError
from sim.sweeps.space import SECTIONS, Space

Float = NDArray[np.float64]

MOST_DRAWS = 2_000_000
"""Draws above which a design is taken for a mistake."""
MORRIS_LEVELS = 4
"""Levels of Morris's design: 0, 1/3, 2/3 and 1 of the probability."""


@dataclass(frozen=True)
class Design:
    """The draws of a sweep.

    Attributes:
        kind: ``"sobol"``, ``"morris"``, ``"lhs"``, ``"grid"`` or ``"table"``.
        space: The factors.
        positions: float64 (draw, factor), 0 to 1: the probability of a smaller value. In a grid and in a table of the
            user's own: the place between the least and the greatest value.
        values: float64 (draw, factor), each in its factor's unit.
        settings: What the analysis has to know of the design.
    """

    kind: str
    space: Space
    positions: Float
    values: Float
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def frame(self) -> pd.DataFrame:
        """One row a draw: ``draw``, and a column a factor."""
        found = pd.DataFrame(self.values, columns=list(self.space.names))
        found.insert(0, "draw", np.arange(len(found), dtype=np.int64))
        return found


def sobol(space: Space, n: int, seed: int, second_order: bool = False) -> Design:
    """Saltelli's extension of Sobol's sequence: n (d + 2) draws of d factors, or n (2 d + 2) with second order.

    Args:
        space: The factors.
        n: Base number of draws; a power of 2.
        seed: Seed of the scrambling.
        second_order: Whether indices of pairs of factors are wanted.

    Returns:
        The design, in SALib's order of rows.

    Raises:
        SweepError: If n is not a power of 2, for which the sequence is balanced.

    References:
        Saltelli, A. et al. (2010). Variance based sensitivity analysis of model output. Computer Physics
        Communications 181(2), 259-270.
    """
    if n & (n - 1):
        below = 1 << (n.bit_length() - 1)
        raise SweepError(f"n is {n}; Sobol's design needs a power of 2, such as {below} or {2 * below}")
    from SALib.sample import sobol as salib

    positions = salib.sample(space.problem, n, calc_second_order=second_order, seed=seed)
    return Design("sobol", space, positions, space.values(positions), {"n": n, "second_order": second_order})


def morris(space: Space, n: int, seed: int) -> Design:
    """Morris's trajectories: n (d + 1) draws of d factors, on four levels.

    Args:
        space: The factors.
        n: Number of trajectories.
        seed: Seed of the trajectories.

    Returns:
        The design.

    References:
        Morris, M. D. (1991). Factorial sampling plans for preliminary computational experiments. Technometrics
        33(2), 161-174.
    """
    from SALib.sample import morris as salib

    positions = salib.sample(space.problem, n, num_levels=MORRIS_LEVELS, seed=seed)
    return Design("morris", space, positions, space.values(positions), {"n": n, "levels": MORRIS_LEVELS})


def lhs(space: Space, n: int, seed: int) -> Design:
    """A Latin hypercube: n draws, in which each factor takes each of n equally likely ranges once.

    Args:
        space: The factors.
        n: Number of draws.
        seed: Seed of the design.

    Returns:
        The design.

    References:
        McKay, M. D., Beckman, R. J., Conover, W. J. (1979). A comparison of three methods for selecting values of
        input variables. Technometrics 21(2), 239-245.
    """
    from SALib.sample import latin as salib

    positions = salib.sample(space.problem, n, seed=seed)
    return Design("lhs", space, positions, space.values(positions))


def grid(space: Space, n: int | None, at: Mapping[str, Iterable[float]] | None = None) -> Design:
    """Every combination of some levels of each factor.

    Args:
        space: The factors.
        n: Levels of each factor that ``at`` does not name: for a lever evenly spaced from its least to its greatest
            setting, for an uncertain parameter the quantiles in the middle of n equally likely ranges.
        at: Levels by name of a factor.

    Returns:
        The design; the last factor varies fastest.

    Raises:
        SweepError: For levels of what is no factor, levels that are no numbers, or too many draws.
    """
    given = {}
    for name, levels_of in (at or {}).items():
        try:
            given[name] = [float(value) for value in levels_of]
        except (TypeError, ValueError):
            raise SweepError(f"{name} has the levels {levels_of!r}; give a list of numbers") from None
    for name in given:
        if name not in space.names:
            raise SweepError(_not_a_factor(name, space))
    levels = []
    for factor in space.factors:
        if factor.name in given:
            found = given[factor.name]
        elif n is None:
            raise SweepError(f"{factor.name} has no levels; give n, or its levels: {factor.name}=V,V,...")
        elif factor.lever:
            found = np.linspace(factor.low, factor.high, n).tolist() if n > 1 else [factor.low]
        else:
            found = factor.distribution.quantile((np.arange(n) + 0.5) / n).tolist()
        if factor.whole:
            found = np.rint(found).tolist()
        if not found or not all(factor.low <= level <= factor.high for level in found):
            raise SweepError(
                f"{factor.name} has the levels {found}; give at least one, all of them numbers from {factor.low:g} to "
                f"{factor.high:g}, or widen its range"
            )
        levels.append(list(dict.fromkeys(found)))
    count = math.prod(len(each) for each in levels)
    if count > MOST_DRAWS:
        raise SweepError(
            f"the grid has {count:,} draws; give fewer levels or fewer factors, or use --design lhs, whose number of "
            "draws does not hang on the number of factors"
        )
    values = np.array(list(product(*levels)), dtype=np.float64)
    return Design("grid", space, _places(values), values)


def table(scenario: Scenario, source: pd.DataFrame | str | os.PathLike[str]) -> Design:
    """A design of the user's own.

    Args:
        scenario: The scenario.
        source: A frame or a CSV file with a column for each factor, named by its id under `uncertain` or `levers`,
            and a row for each draw. A column ``draw`` is passed over.

    Returns:
        The design.

    Raises:
        SweepError: For a file that cannot be read, columns that are no factors, or cells that are no finite numbers.
    """
    told = "the frame" if isinstance(source, pd.DataFrame) else str(source)
    frame = source if isinstance(source, pd.DataFrame) else _read_csv(Path(source))
    frame = frame.drop(columns="draw", errors="ignore")
    if frame.empty:
        raise SweepError(f"{told} has no rows or no columns; it needs a column for each factor and a row for each draw")
    return _table(scenario, frame, told)


def unvaried(count: int) -> Design:
    """A design in which nothing varies: draws that differ in luck alone.

    Args:
        count: Number of draws.

    Example:
        >>> unvaried(3).values.shape
        (3, 0)
    """
    return Design("table", Space(()), np.zeros((count, 0)), np.zeros((count, 0)))


def _table(scenario: Scenario, frame: pd.DataFrame, told: str) -> Design:
    """The design of a table."""
    repeated = frame.columns[frame.columns.duplicated()].tolist()
    if repeated:
        raise SweepError(f"{told}: the column {repeated[0]!r} is there twice")
    frame = frame.rename(columns=str)
    # A section's name as a column would be taken for all that is in it.
    if sections := [name for name in frame.columns if name in SECTIONS]:
        raise SweepError(f"{told}: columns must be names of entries, not of sections such as {sections[0]}")
    space = Space.of(scenario, list(frame.columns))
    values = np.full(frame.shape, np.nan)
    for at, name in enumerate(frame.columns):
        column = frame[name]
        if column.dtype.kind not in "mMc":
            values[:, at] = pd.to_numeric(column, errors="coerce").to_numpy(np.float64)
        _refuse(told, column, ~np.isfinite(values[:, at]), "no finite numbers")
        factor = space[name]
        outside = (values[:, at] < factor.low) | (values[:, at] > factor.high)
        _refuse(told, column, outside, f"outside the range of {name}, {factor.low:g} to {factor.high:g}")
        _refuse(told, column, factor.whole & (values[:, at] % 1 != 0), f"no whole numbers, as {name} must be")
    return Design("table", space, _places(values), values)


DESIGNS: dict[str, Callable[..., Design]] = {"sobol": sobol, "morris": morris, "lhs": lhs, "grid": grid}
"""Designs by name; what is none of these is a table."""


def make(
    scenario: Scenario,
    design: str | os.PathLike[str] | pd.DataFrame | Design,
    n: int | None = None,
    *,
    over: Iterable[str] | None = None,
    at: Mapping[str, Iterable[float]] | None = None,
    second_order: bool = False,
    seed: int = 1,
) -> Design:
    """The design that is asked for.

    Args:
        scenario: The scenario.
        design: ``"sobol"``, ``"morris"``, ``"lhs"``, ``"grid"``, a frame, the path of a CSV file, or a design.
        n: Size of the design; what it counts hangs on the design.
        over: Factors, see :meth:`~sim.sweeps.space.Space.of`; a table has its own, and of a grid with levels for some
            these are the default.
        at: Levels by factor, for a grid.
        second_order: For Sobol's design: whether pairs of factors are looked at.
        seed: Seed of the design.

    Returns:
        The design.

    Raises:
        SweepError: If it cannot be made.

    Example:
        >>> from sim.scenario.loading import load
        >>> make(load("small"), "morris", 3).values.shape
        (9, 2)
    """
    if isinstance(design, Design):
        return design
    if isinstance(design, pd.DataFrame) or str(design) not in DESIGNS:
        if not isinstance(design, pd.DataFrame) and not str(design).endswith(".csv"):
            close = nearest(str(design), DESIGNS)
            hint = f" (did you mean {close!r}?)" if close else ""
            raise SweepError(f"there is no design {str(design)!r}{hint}; give {', '.join(DESIGNS)}, or a .csv file")
        if over is not None or n is not None or at or second_order:
            raise SweepError(
                "a table says itself which factors it varies and how often; leave out over, n, at and second order"
            )
        return table(scenario, design)
    n = _count(n)
    space = Space.of(scenario, list(at) if at and over is None and design == "grid" else over)
    if at and design != "grid":
        raise SweepError(f"levels can be given for a grid, not for {design}")
    if second_order and design != "sobol":
        raise SweepError(f"second order is for Sobol's design, not for {design}")
    if design == "grid":
        _check_size(n, "levels of each factor") if n is not None else None
        return grid(space, n, at)
    counted = {"sobol": "the base of Sobol's design, a power of 2", "morris": "trajectories", "lhs": "draws"}
    if n is None:
        raise SweepError(f"{design} needs n: {counted[str(design)]}")
    _check_size(n, counted[str(design)])
    if n * (2 * len(space.factors) + 2) > 4 * MOST_DRAWS:
        raise SweepError(f"n is {n:,}, which makes more than {MOST_DRAWS:,} draws; give a smaller one")
    more = {"second_order": second_order} if design == "sobol" else {}
    return DESIGNS[str(design)](space, n, seed, **more)


def typed_levels(texts: Iterable[str]) -> dict[str, list[float]]:
    """Reads levels as typed on a command line.

    Args:
        texts: ``NAME=V,V,...`` each.

    Returns:
        Levels by factor.

    Raises:
        SweepError: For a text that is none.

    Example:
        >>> typed_levels(["ban=0,0.5,1"])
        {'ban': [0.0, 0.5, 1.0]}
    """
    found = {}
    for text in texts:
        name, sign, values = (part.strip() for part in text.partition("="))
        try:
            if not sign or not name:
                raise ValueError
            if name in found:
                raise SweepError(f"--at {text}: levels of {name} are given twice; put all of them into one --at")
            found[name] = [float(value) for value in values.split(",")]
        except SweepError:
            raise
        except ValueError:
            raise SweepError(f"--at {text}: write NAME=V,V,... with numbers, such as ban=0,0.5,1") from None
    return found


def _count(n: Any) -> int | None:
    """The size of a design as a plain whole number."""
    try:
        return None if n is None else operator.index(n)
    except TypeError:
        raise SweepError(f"n is {n!r}; it must be a whole number") from None


def _refuse(told: str, column: pd.Series, bad: NDArray[np.bool_], what: str) -> None:
    """Refuses cells of a table."""
    rows = np.flatnonzero(bad)
    if rows.size:
        cells = [f"row {row + 1}, {column.name}: {str(column.iloc[row])!r}" for row in rows[:20]]
        raise SweepError(f"{told} has {rows.size} cells that are {what}: {listed(cells, 5)}")


def _check_size(n: int, what: str) -> None:
    """Refuses sizes below 1."""
    if n < 1:
        raise SweepError(f"n is {n}; it is the number of {what}, at least 1")


def _read_csv(path: Path) -> pd.DataFrame:
    """A CSV file as a frame of texts and numbers."""
    try:
        found = pd.read_csv(path)
        if not isinstance(found.index, pd.RangeIndex):
            raise SweepError(f"{path} has rows with more cells than its header has names; give each column a name")
        return found
    except SweepError:
        raise
    except FileNotFoundError:
        raise SweepError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        why = str(error).splitlines()[0]
        raise SweepError(f"{path} cannot be read as a table: {why}; write a header line and a row a draw") from error


def _places(values: Float) -> Float:
    """Place of each value between the least and the greatest of its column; a half where there is only one."""
    low, high = values.min(axis=0), values.max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    return np.where(high > low, (values - low) / width, 0.5)


def _not_a_factor(name: str, space: Space) -> str:
    """The message for a name that is no factor of the sweep."""
    close = nearest(name, space.names)
    hint = f" (did you mean {close!r}?)" if close else ""
    return f"the sweep has no factor {name!r}{hint}; factors are {listed(space.names, 60)}"
