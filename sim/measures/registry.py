"""How a measure is declared: once, with all that a table or a reader needs to know of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

NO_TWIN = "no twin was run"
"""Reason of a measure that needs a twin where there is none."""
NO_LEDGER = "the run kept no ledger"
"""Reason of a measure that needs the true ledger where it was not kept."""


class Value(NamedTuple):
    """One value of a measure in one run.

    Attributes:
        value: The number, in the measure's unit; NaN where undefined.
        side: Side it is about; empty for all.
        product: Product it is about; empty for all in scope.
        by: What it is broken down by (``"corridor"``, ``"brand"``, ...); empty for the whole.
        item: Which one of these; empty for the whole.
        reason: Why it is undefined; empty where it is defined.
        above: Where it is censored: the value is known to lie above this. NaN elsewhere.
        window: First and last day, for a measure with a window of its own; empty for the window asked for.
    """

    value: float
    side: str = ""
    product: str = ""
    by: str = ""
    item: str = ""
    reason: str = ""
    above: float = float("nan")
    window: str = ""


@dataclass(frozen=True)
class Measure:
    """A measure.

    Attributes:
        id: Short name, as in the ``measure`` column.
        label: Name in tables and figures.
        unit: Unit of its values; ``"share"`` for a number printed in per cent.
        aggregation: How it is taken over ticks and products: ``"sum"``, ``"ratio of sums"``, ``"difference of sums"``,
            ``"weighted mean"``, ``"median"``, ``"maximum"``, ``"count"`` or ``"once"`` (one number a run).
        over_runs: How runs are joined: ``"mean"``, or ``"proportion"`` of runs in which something held.
        undefined: When it is undefined, in words; empty for never.
        description: What it is, with its definition.
        compares: True if it compares a run with its twin.
        additive: True if an item that a run lacks (a corridor that nothing took) counts as 0, not as undefined.
        family: Module that declares it.
        function: Computes it: ``(run, twin, window) -> values``; twin is None unless ``compares``.
    """

    id: str
    label: str
    unit: str
    aggregation: str
    over_runs: str
    undefined: str
    description: str
    compares: bool
    additive: bool
    family: str
    function: Callable[..., Iterable[Value]]


REGISTRY: dict[str, Measure] = {}
"""Every measure by id, in order of declaration."""


def measure(
    label: str,
    unit: str,
    aggregation: str,
    *,
    undefined: str = "",
    over_runs: str = "mean",
    compares: bool = False,
    additive: bool = False,
) -> Callable[[Callable[..., Iterable[Value]]], Callable[..., Iterable[Value]]]:
    """Declares the function below it as a measure; its name is the id, its docstring the description.

    Args:
        label: Name in tables and figures.
        unit: Unit of its values.
        aggregation: How it is taken over ticks and products.
        undefined: When it is undefined.
        over_runs: How runs are joined.
        compares: True if it needs the twin.
        additive: True if an item that a run lacks counts as 0.

    Returns:
        A decorator that leaves the function as it is.

    Raises:
        ValueError: If a measure of that name exists.
    """

    def declare(function: Callable[..., Iterable[Value]]) -> Callable[..., Iterable[Value]]:
        name = function.__name__
        if name in REGISTRY:
            raise ValueError(f"the measure {name!r} is declared twice")
        REGISTRY[name] = Measure(
            id=name,
            label=label,
            unit=unit,
            aggregation=aggregation,
            over_runs=over_runs,
            undefined=undefined,
            description=inspect.cleandoc(function.__doc__ or ""),
            compares=compares,
            additive=additive,
            family=function.__module__.rsplit(".", 1)[-1],
            function=function,
        )
        return function

    return declare


def ratio(above: float, below: float, reason: str, least: float = 0.0) -> tuple[float, str]:
    """A ratio, or NaN with the reason where the denominator is not above ``least``.

    Args:
        above: Numerator.
        below: Denominator.
        reason: Why it is undefined, should it be.
        least: The denominator must be greater than this.

    Returns:
        Value and reason; the reason is empty where the value is defined.

    Example:
        >>> ratio(1.0, 4.0, "nothing delivered")
        (0.25, '')
        >>> ratio(1.0, 0.0, "nothing delivered")
        (nan, 'nothing delivered')
    """
    if not below > least:
        return float("nan"), reason
    return above / below, ""
