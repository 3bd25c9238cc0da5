"""A run as measures see it: deliveries by side and product, foreign-made and home-made apart, in scope."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from sim.ledger.labels import agent_labels, tick_dates
from sim.ledger.paths import Paths, diverted, home_made, paths
from sim.measures.compared import Compared, active, compared
from sim.measures.window import Window
from sim.world.columns import BUYER
from sim.world.records import Records

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
T = TypeVar("T")


def sums(codes: Int, weights: Float, count: int) -> Float:
    """Sums of weights by code, float64 (count,); also where there are no rows, of which numpy makes integers.

    Args:
        codes: int64 (row,), each from 0 to ``count`` - 1.
        weights: float64 (row,).
        count: Number of codes.

    Example:
        >>> sums(np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0]), 3).tolist()
        [4.0, 0.0, 2.0]
    """
    return np.bincount(codes, weights, count).astype(np.float64, copy=False)


class View:
    """A run, with what several measures need computed once.

    Index names in shapes: ``row`` (a delivery), ``side``, ``product``, ``tick`` (recorded).

    Attributes:
        records: The run.
        scope: bool (product,), products in scope.
        sides: Names of the sides.
        products: Names of the products.
        parts: What values are wanted by, besides wholes: ``"product"``, ``"corridor"``, ...; None for everything.
    """

    def __init__(self, records: Records, scope: Bool | None = None) -> None:
        """Looks at a run.

        Args:
            records: The run.
            scope: bool (product,); all products by default.
        """
        self.records = records
        self.sides = records.world.names.sides
        self.products = records.world.names.products
        self.scope: Bool = np.ones(len(self.products), np.bool_) if scope is None else scope
        self.parts: frozenset[str] | None = None
        self._kept: dict[Hashable, Any] = {}

    def wants(self, part: str) -> bool:
        """Whether values are wanted by a product, corridor, ...: what nobody wants need not be worked out.

        Args:
            part: ``"product"``, or a word of the column ``by``.
        """
        return self.parts is None or part in self.parts

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Computes something that several measures need, the first time it is asked for.

        Args:
            key: What it is.
            compute: Computes it.
        """
        if key not in self._kept:
            self._kept[key] = compute()
        return cast("T", self._kept[key])

    @property
    def weeks_per_tick(self) -> float:
        """Length of a tick in weeks."""
        return self.records.world.calendar.weeks_per_tick

    @cached_property
    def ticks(self) -> int:
        """Recorded ticks."""
        return int(tick_dates(self.records).size)

    @cached_property
    def paths(self) -> Paths:
        """Path nodes as chains."""
        return paths(self.records)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Names of agents."""
        return agent_labels(self.records.world)

    def against(self, twin: View | None) -> Compared:
        """What the run is compared for, see :func:`sim.measures.compared.compared`.

        Args:
            twin: Its twin, if any.
        """
        other = None if twin is None else twin.records
        key = None if other is None else active(other)
        return self.once(("compared", key), lambda: compared(self.records, other))

    def column(self, name: str) -> Int:
        """A whole-number column of the true ledger, int64 (row of the ledger,); the run must have kept it.

        Args:
            name: The column.
        """
        rows = self.records.ledger
        assert rows is not None
        return self.once(("column", name), lambda: rows[name].astype(np.int64))

    @cached_property
    def side(self) -> Int:
        """int64 (row,): side that each delivery reached."""
        return self.records.deliveries["side"].astype(np.int64)

    @cached_property
    def product(self) -> Int:
        """int64 (row,): product of each delivery."""
        return self.records.deliveries["product"].astype(np.int64)

    @cached_property
    def cell(self) -> Int:
        """int64 (row,): side * products + product of each delivery."""
        return self.side * len(self.products) + self.product

    @cached_property
    def tick(self) -> Int:
        """int64 (row,): tick of receipt."""
        return self.records.deliveries["tick"].astype(np.int64)

    @cached_property
    def units(self) -> Float:
        """float64 (row,): units of each delivery, whole numbers."""
        return self.records.deliveries["units"].astype(np.float64)

    @cached_property
    def value(self) -> Float:
        """float64 (row,): what the side paid for the row, landed, US dollars."""
        return self.records.deliveries["value"].astype(np.float64)

    @cached_property
    def node(self) -> Int:
        """int64 (row,): path node of each delivery."""
        return self.records.deliveries["node"].astype(np.int64)

    @cached_property
    def home(self) -> Bool:
        """Bool (row,): home-made for the side that got it."""
        return home_made(self.records, self.node, self.side)

    @cached_property
    def bits(self) -> Int:
        """int64 (row,): breach bits, see :func:`sim.ledger.paths.diverted`."""
        return diverted(self.records, self.node, self.side)

    def rows(self, window: Window) -> Bool:
        """Foreign-made deliveries of products in scope within a window.

        Args:
            window: The window.

        Returns:
            bool (row,).
        """
        return self.once(("rows", window), lambda: self.within(window) & ~self.home)

    def within(self, window: Window) -> Bool:
        """Deliveries of products in scope within a window, home-made ones too.

        Args:
            window: The window.

        Returns:
            bool (row,).
        """

        def compute() -> Bool:
            inside = (self.tick >= window.first) & (self.tick < window.after)
            return inside & self.scope[self.product]

        return self.once(("within", window), compute)

    def total(self, weights: Float, rows: Bool) -> Float:
        """Sums over deliveries by side and product.

        Args:
            weights: float64 (row,), what to sum.
            rows: bool (row,), which deliveries.

        Returns:
            float64 (side, product).
        """
        shape = (len(self.sides), len(self.products))
        # Nothing is added for the other rows: quicker than to leave them out, to the same bits.
        return sums(self.cell, np.where(rows, weights, 0.0), shape[0] * shape[1]).reshape(shape)

    def delivered(self, window: Window) -> Float:
        """Foreign-made units in scope delivered, float64 (side, product).

        Args:
            window: The window.
        """
        return self.once(("delivered", window), lambda: self.total(self.units, self.rows(window)))

    def by_tick(self, weights: Float, rows: Bool) -> Float:
        """Sums over deliveries by tick, side and product.

        Args:
            weights: float64 (row,).
            rows: bool (row,).

        Returns:
            float64 (tick, side, product).
        """
        cells = len(self.sides) * len(self.products)
        at = self.tick[rows] * cells + self.cell[rows]
        return sums(at, weights[rows], self.ticks * cells).reshape(self.ticks, len(self.sides), len(self.products))

    def split(self, codes: Int, count: int, rows: Bool, weights: Float | None = None) -> Float:
        """Sums over deliveries by side and a code.

        Args:
            codes: int64 (row,), each from 0 to ``count`` - 1; rows with -1 are left out.
            count: Number of codes.
            rows: bool (row,).
            weights: float64 (row,); units by default.

        Returns:
            float64 (side, count).
        """
        rows = rows & (codes >= 0)
        of = self.units if weights is None else weights
        flat = sums(np.where(rows, self.side * count + codes, 0), np.where(rows, of, 0.0), len(self.sides) * count)
        return flat.reshape(len(self.sides), count)

    def series(self, name: str, window: Window) -> Float:
        """Sum of a series by side and product over a window.

        Args:
            name: A series of shape (tick, side, product).
            window: The window.

        Returns:
            float64 (side, product); products out of scope hold 0.
        """
        table = np.asarray(self.records.series[name], np.float64)[window.first : window.after]
        return np.where(self.scope, table.sum(axis=0), 0.0)

    @cached_property
    def need(self) -> Float:
        """float64 (tick, side, product): units that end users would use up if they lacked nothing, N ÷ s.

        Sorties planned over the sorties a unit survives; where end users of one side differ in that, its mean over
        them weighted by their sorties.
        """
        return self._per_sortie * np.asarray(self.records.series["planned"], np.float64)

    @cached_property
    def _per_sortie(self) -> Float:
        """float64 (tick, side, product): units used up a sortie, 0 where nobody plans any."""
        world = self.records.world
        start = world.calendar.burn_in
        units = np.zeros((self.ticks, len(self.sides), len(self.products)))
        sorties = np.zeros_like(units)
        by_group = world.groups.demand[start : start + self.ticks].swapaxes(0, 1)
        for side in range(len(self.sides)):
            users = np.flatnonzero(
                (world.agents.kind == BUYER) & world.agents.end_user & (world.agents.true_side == side)
            )
            demand = by_group[world.agents.group[users]] * world.agents.share[users, None, None]
            units[:, side] = demand.sum(axis=0)
            sorties[:, side] = (demand * world.agents.survival[users, None, None]).sum(axis=0)
        return np.divide(units, sorties, out=np.zeros_like(units), where=sorties > 0)

    def each(self, table: Float) -> Iterator[tuple[str, str, float]]:
        """Goes over a table of sums: each side in all, then by product in scope.

        Args:
            table: float64 (side, product).

        Yields:
            Side, product (empty for all), sum.
        """
        for s, side in enumerate(self.sides):
            yield side, "", float(table[s].sum())
            for p, product in enumerate(self.products):
                if self.scope[p]:
                    yield side, product, float(table[s, p])

    def pairs(self, above: Float, below: Float) -> Iterator[tuple[str, str, float, float]]:
        """Goes over two tables of sums at once, as :meth:`each` does.

        Args:
            above: float64 (side, product).
            below: float64 (side, product).

        Yields:
            Side, product (empty for all), both sums.
        """
        for (side, product, a), (_, _, b) in zip(self.each(above), self.each(below), strict=True):
            yield side, product, a, b
