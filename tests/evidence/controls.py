"""The Chinese controls of 2023 beside D19, D20, D21 and D29: what comes out of the run, window by window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.ledger.labels import agent_labels, tick_dates
from sim.measures.compared import products_in_scope
from tests.evidence import observables as obs
from tests.evidence.groups import BASE, LARGER, MILITARY_RU, MILITARY_UA, RUSSIAN_FIRMS
from tests.evidence.rows import Run

SOLD_BEFORE = timedelta(weeks=26)
"""Sales of so long before the announcement say who deals in a class, and what a month's sales are."""
LEAST_SALES = 1.0
"""Firms that sold fewer units a month than this have no cover: a few pieces would be years of it."""
RUSSIAN_USERS = ("ru_civil", *MILITARY_RU)
SIDES = {"russia": MILITARY_RU, "ukraine": MILITARY_UA}
"""Buyers for each army."""
Window = tuple[date, date]


@dataclass(frozen=True)
class Dates:
    """When the controls were announced and came into force, and the windows that the table shows.

    Attributes:
        announced: Day of the announcement.
        effective: Day from which they act.
    """

    announced: date
    effective: date

    @property
    def before(self) -> Window:
        """The weeks before the announcement that prices are held against."""
        return self.announced - BASE, self.announced - timedelta(days=1)

    @property
    def windows(self) -> tuple[Window, ...]:
        """Before, between announcement and force, and the first two, next four and next six months in force."""
        later = [self.effective + timedelta(days=days) for days in (0, 61, 182, 366)]
        after = pairwise(later)
        return (
            self.before,
            (self.announced, self.effective - timedelta(days=1)),
            *((first, last - timedelta(days=1)) for first, last in after),
        )


def controlled(run: Run) -> tuple[str, ...]:
    """Products in scope of the controls as first written, by their traits."""
    mask = products_in_scope(run.records, ("china_controls",))
    return tuple(name for name, kept in zip(run.records.world.names.products, mask, strict=True) if kept)


def price(run: Run, buyers: Sequence[str], products: Sequence[str], base: Window, window: Window) -> float:
    """Landed prices in a window over those of a base, weighted by what was bought in the base."""
    return obs.price_ratio(run.book[run.book["buyer_group"].isin(buyers)], base, window, tuple(products))


def level(run: Run, buyers: Sequence[str], products: Sequence[str], base: Window, window: Window) -> float:
    """What the basket bought in a base window costs at the prices of another window, US dollars."""
    rows = run.book[run.book["buyer_group"].isin(buyers) & run.book["product"].isin(products)]
    worth = float(obs.within(rows, *base)["landed"].sum())
    return worth * obs.price_ratio(rows, base, window, tuple(products))


def bought(run: Run, buyers: Sequence[str], window: Window) -> pd.DataFrame:
    """What some buyers bought of the controlled classes in a window."""
    rows = obs.within(run.book, *window)
    return rows[rows["buyer_group"].isin(buyers) & rows["product"].isin(controlled(run)) & (rows["value"] > 0.0)]


def units(run: Run, side: str, window: Window) -> float:
    """Units of the controlled classes that a side's buyers bought in a window."""
    return float(bought(run, SIDES[side], window)["units"].sum())


def handed_on(run: Run, window: Window) -> float:
    """Share of the Ukrainian side's purchases that passed two firms or more after the maker."""
    rows = bought(run, MILITARY_UA, window)
    return obs.share(rows, rows["chain_length"] >= 2, by="units")


def third_states(run: Run, window: Window) -> float:
    """Share of controlled goods entering Ukraine that did not come straight from China."""
    rows = obs.within(run.book, *window)
    rows = rows[(rows["destination"] == "UA") & (rows["origin"] != "UA") & rows["product"].isin(controlled(run))]
    return obs.share(rows, (rows["origin"] != "CN") | ~rows["straight"], by="units")


def bidding(run: Run, side: str, window: Window) -> float:
    """Share of a side's purchases won in open bidding."""
    rows = bought(run, SIDES[side], window)
    return obs.share(rows, rows["auction"], by="units")


def between_sides(run: Run, window: Window) -> float:
    """Sales by open bidding of controlled goods in which one seller served both sides in the same week, a month."""
    rows = obs.within(run.book, *window)
    rows = rows[rows["auction"] & rows["product"].isin(controlled(run))]
    of_side = {group: side for side, groups in SIDES.items() for group in groups}
    side = rows["buyer_group"].astype(str).map(of_side)
    served = side.groupby([rows["date"], rows["seller"], rows["product"]], observed=True).nunique()
    return float((served == 2).sum()) / obs.months(*window)


@dataclass(frozen=True)
class Firms:
    """Russian firms and what they sold before the announcement.

    Attributes:
        rows: int (firm,), their rows among the agents.
        products: int (product,), rows of the products looked at.
        sales: float64 (firm, product), units a month.
    """

    rows: NDArray[np.int64]
    products: NDArray[np.int64]
    sales: NDArray[np.float64]


def firms(run: Run, products: Sequence[str], dates: Dates) -> Firms:
    """Russian importers, distributors and shops, with their sales of some products before the announcement."""
    world = run.records.world
    groups = [world.names.groups.index(name) for name in RUSSIAN_FIRMS]
    rows = np.flatnonzero(np.isin(world.agents.group, groups))
    labels = agent_labels(world)
    window = dates.announced - SOLD_BEFORE, dates.announced - timedelta(days=1)
    sold = obs.within(run.book, *window)
    sums = sold[sold["seller_group"].isin(RUSSIAN_FIRMS)].groupby(["seller", "product"], observed=True)["units"].sum()
    table = sums.unstack("product").reindex(index=[labels[row] for row in rows], columns=list(products))
    columns = np.array([world.names.products.index(name) for name in products])
    return Firms(rows, columns, table.fillna(0.0).to_numpy(np.float64) / obs.months(*window))


def held(run: Run, of: Firms, window: Window) -> NDArray[np.int64]:
    """Units held at the end of each week of a window: (tick, firm, product)."""
    days = tick_dates(run.records)
    kept = (days >= np.datetime64(window[0])) & (days <= np.datetime64(window[1]))
    return run.stock[kept][:, of.rows][:, :, of.products].astype(np.int64)


def without_stock(run: Run, dates: Dates, window: Window) -> float:
    """Share of sellers of the larger classes that hold none at the end of a week: mean over weeks and sellers.

    A seller of a class is a Russian firm that sold of it in the half-year before the announcement.
    """
    of = firms(run, LARGER, dates)
    deals = of.sales > 0.0
    return float((held(run, of, window) == 0)[:, deals].mean()) if deals.any() else float("nan")


def cover(run: Run, dates: Dates, window: Window, quantile: float | None = None) -> float:
    """Months of sales that Russian firms hold of the controlled classes at the end of a window.

    Args:
        run: A run.
        dates: The dates of the controls.
        window: The window; its last week counts.
        quantile: That of the firms' own covers; by default all stock over all sales.
    """
    of = firms(run, controlled(run), dates)
    stock, sales = held(run, of, window)[-1].sum(axis=1), of.sales.sum(axis=1)
    if quantile is None:
        return float(stock.sum() / sales.sum())
    deals = sales >= LEAST_SALES
    return float(np.quantile(stock[deals] / sales[deals], quantile)) if deals.any() else float("nan")


def _cut(run: Run, dates: Dates) -> Run:
    """A run with what the table needs of its ledger: rows are looked through many times."""
    rows = obs.within(run.book, dates.announced - SOLD_BEFORE, dates.windows[-1][1])
    return replace(run, book=rows[rows["product"].isin(controlled(run))].reset_index(drop=True))


def _cell(values: Iterable[float]) -> str:
    """Mean over runs."""
    found = [value for value in values if np.isfinite(value)]
    return f"{np.mean(found):.2f}" if found else "none"


def controls_facts(runs: Sequence[Run], twins: Sequence[Run]) -> list[str]:
    """The table: a row a quantity, a column a window, means over runs with those of the twins in brackets.

    Args:
        runs: Runs that kept ledger and stock.
        twins: The same without the Chinese controls.
    """
    policy = runs[0].records.world.scenario.policies["china_controls"]
    dates = Dates(policy.announced or policy.effective, policy.effective)
    runs, twins = ([_cut(run, dates) for run in each] for each in (runs, twins))
    base, pairs = dates.before, list(zip(runs, twins, strict=True))
    lines = [
        "| fact | what | " + " | ".join(f"{first} to {last}" for first, last in dates.windows) + " |",
        "|---" * (2 + len(dates.windows)) + "|",
    ]

    def row(fact: str, what: str, cell: Callable[[Window], str]) -> None:
        lines.append("| " + " | ".join((fact, what, *map(cell, dates.windows))) + " |")

    def levels(fact: str, what: str, of: Callable[[Run, Window], float]) -> None:
        row(fact, what, lambda w: f"{_cell(of(r, w) for r in runs)} ({_cell(of(t, w) for t in twins)})")

    def over(fact: str, what: str, of: Callable[[Run, Window], float]) -> None:
        row(fact, f"{what}, ÷ twin", lambda w: _cell(of(r, w) / of(t, w) for r, t in pairs if of(t, w)))

    scope = controlled(runs[0])
    for fact, where, buyers in (("D19", "Russia", RUSSIAN_USERS), ("D21", "Ukraine", MILITARY_UA)):
        classes = [LARGER, *((name,) for name in scope)] if where == "Russia" else [(name,) for name in scope]
        for products in classes:
            if all(run.book[run.book["buyer_group"].isin(buyers) & (run.book["product"] == p)].empty
                   for run in runs for p in products):  # fmt: skip
                continue
            name = "larger classes" if products is LARGER else products[0]
            levels(
                fact,
                f"price in {where}, {name}, ÷ before (twin)",
                lambda r, w, b=buyers, p=products: price(r, b, p, base, w),
            )
            over(
                fact,
                f"price in {where}, {name}",
                lambda r, w, b=buyers, p=products: level(r, b, p, base, w),
            )
    levels("D19", "share of Russian sellers of larger classes without stock", lambda r, w: without_stock(r, dates, w))
    levels("D20", "months of sales held by Russian firms", lambda r, w: cover(r, dates, w))
    levels("D20", "the same, the firm at the highest tenth", lambda r, w: cover(r, dates, w, 0.9))
    for side, facts in (("ukraine", "D21, D29"), ("russia", "D29")):
        over(facts, f"controlled units bought for {side}", lambda r, w, s=side: units(r, s, w))
    levels("D21", "share of them entering Ukraine by third states", third_states)
    levels("D21", "share of them that passed two firms or more", handed_on)
    for side in SIDES:
        levels("D21", f"share bought in open bidding, {side}", lambda r, w, s=side: bidding(r, s, w))
    levels("D21", "biddings a month in which both sides bought", between_sides)
    return lines
