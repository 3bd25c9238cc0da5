"""All measures of a run and its twin, as one tidy frame."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sim.declare.errors import nearest
from sim.measures import (
    concentration,
    denial,
    enforcement,
    evasion,
    leakage,
    prices,
    readiness,
    rents,
    statements,
    supply,
    visibility,
    waiting,
)
from sim.measures.registry import NO_TWIN, REGISTRY, Measure, Value
from sim.measures.view import View
from sim.measures.window import Window
from sim.world.records import Records

FAMILIES = (
    supply,
    leakage,
    denial,
    prices,
    waiting,
    readiness,
    concentration,
    rents,
    enforcement,
    evasion,
    visibility,
    statements,
)
"""Modules that declare measures."""
Key = tuple[str, str, str, str]
"""Side, product, what it is broken down by, and the item."""
KEYS = ("measure", "side", "product", "by", "item", "window")
"""Columns that name a value."""
NUMBERS = ("value", "above", "twin")
"""Columns that are numbers; all others are text."""


def measures(
    run: Records,
    twin: Records | View | None = None,
    *,
    window: tuple[date, date] | None = None,
    products: Iterable[str] | None = None,
    only: Iterable[str] | None = None,
    parts: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Computes measures.

    Args:
        run: A run.
        twin: The same draw and seed without the policies in question; measures that compare are undefined without it.
            A view of a twin that several runs share spares working its own values out for each: all of them must be
            measured over the same products, window and parts.
        window: First and last date; the whole record by default.
        products: Products in scope; by default those in scope of the policies that the twin lacks, and all where
            there is no such policy.
        only: Ids of measures; all by default.
        parts: What values are wanted by, besides wholes: ``"product"`` and words of the column ``by``; all by default.

    Returns:
        One row a value. Columns: ``measure``, ``side`` and ``product`` (empty for all), ``by`` and ``item`` (what it
        is broken down by; empty for the whole), ``window``, ``value`` (NaN where undefined), ``above`` (where a value
        is censored it lies above this), ``twin`` (the same in the twin, for measures that do not compare), ``unit``,
        ``reason`` (why undefined).

    Raises:
        KeyError: If there is no measure of a name.
        ValueError: If there is no product of a name, or no tick starts within the window.
    """
    found = columns(run, twin, window=window, products=products, only=only, parts=parts)
    return pd.DataFrame(
        {
            name: np.array(column, np.float64) if name in NUMBERS else pd.array(column, dtype="str")
            for name, column in found.items()
        }
    )


def columns(
    run: Records,
    twin: Records | View | None = None,
    *,
    window: tuple[date, date] | None = None,
    products: Iterable[str] | None = None,
    only: Iterable[str] | None = None,
    parts: Iterable[str] | None = None,
) -> dict[str, tuple[Any, ...]]:
    """What :func:`measures` gives, by column, without the frame that holds it: a sweep makes one of thousands of runs.

    Args:
        run: As for :func:`measures`, like all that follows.
        twin: The twin.
        window: First and last date.
        products: Products in scope.
        only: Ids of measures.
        parts: What values are wanted by.

    Returns:
        Columns by name, of equal lengths.

    Raises:
        KeyError: If there is no measure of a name.
        ValueError: If there is no product of a name, or no tick starts within the window.
    """
    goods = run.world.names.products
    view = View(run)
    other = View(twin) if isinstance(twin, Records) else twin
    if products is None:
        scope = view.against(other).products
    else:
        wanted = set(products)
        unknown = sorted(wanted - set(goods))
        if unknown:
            raise ValueError(f"there is no product {unknown[0]!r}; products are {', '.join(goods)}")
        scope = np.array([name in wanted for name in goods], np.bool_)
    span = Window.whole(run) if window is None else Window.between(run, *window)
    for each in (view, other) if other is not None else (view,):
        each.scope = scope
        each.parts = None if parts is None else frozenset(parts)
    chosen = list(REGISTRY.values()) if only is None else [REGISTRY[name] for name in only]
    rows = [row for each in chosen for row in _rows(each, view, other, span)]
    names = (*KEYS, "value", "above", "twin", "unit", "reason")
    return dict(zip(names, zip(*rows, strict=True) if rows else ((),) * len(names), strict=True))


def definitions(*ids: str) -> pd.DataFrame:
    """What each measure is.

    Args:
        ids: Ids of measures, in the order wanted; all by default.

    Returns:
        One row a measure, by id. Columns: ``label``, ``unit``, ``description``, ``undefined`` (when it is undefined;
        empty for never), ``aggregation`` (over ticks and products), ``over_runs`` (how runs are joined), ``compares``
        (whether it needs the twin).

    Raises:
        KeyError: If there is no measure of a name.

    Example:
        >>> definitions("denied").loc["denied", ["label", "unit"]].tolist()
        ['denied share', 'share']
    """
    for name in ids:
        if name not in REGISTRY:
            close = nearest(name, REGISTRY)
            hint = f" (did you mean {close!r}?)" if close else ""
            raise KeyError(f"there is no measure {name!r}{hint}; measures are {', '.join(REGISTRY)}")
    columns = ("label", "unit", "description", "undefined", "aggregation", "over_runs", "compares")
    chosen = [REGISTRY[name] for name in ids or REGISTRY]
    index = pd.Index([each.id for each in chosen], name="measure", dtype="str")
    found = pd.DataFrame({name: [getattr(each, name) for each in chosen] for name in columns}, index=index)
    return found.assign(description=found["description"].str.replace(r":\w+:(?=`)", "", regex=True))


def _rows(declared: Measure, run: View, twin: View | None, window: Window) -> list[tuple[Any, ...]]:
    """Rows of one measure."""
    nan = float("nan")
    beside: dict[Key, float] = {}
    if declared.compares and twin is None:
        found = [Value(nan, side, reason=NO_TWIN) for side in run.sides]
    elif declared.compares or twin is None:
        found = list(declared.function(run, twin, window))
    else:
        found = list(declared.function(run, twin, window))
        beside = twin.once(
            ("beside", declared.id, window),
            lambda: {_key(value): value.value for value in declared.function(twin, None, window)},
        )
        # What only the twin has is part of the comparison too: nothing of it is left in the run.
        known = {_key(value) for value in found}
        undefined = {(value.side, value.by) for value in found if value.reason}
        for key in sorted(beside.keys() - known):
            side, _, by, item = key
            if declared.additive and item and (side, by) not in undefined and (side, "") not in undefined:
                found.append(Value(0.0, *key))
        found.sort(key=_order)
    return [
        (
            declared.id,
            *_key(each),
            each.window or window.label,
            each.value,
            each.above,
            beside.get(_key(each), nan),
            declared.unit,
            each.reason,
        )
        for each in found
        if (not each.by or run.wants(each.by)) and (not each.product or run.wants("product"))
    ]


def _key(value: Value) -> Key:
    """What a value is about: the fields after the number itself."""
    return value[1:5]


def _order(value: Value) -> tuple[bool, str, str, str, str]:
    """Wholes first, then by name."""
    return (bool(value.by), value.by, value.side, value.product, value.item)
