"""All facts of a run of the baseline, computed once more from frames: another way, the same numbers."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from sim.engine import Engine
from sim.ledger.labels import agent_labels
from sim.observables.fields import (
    CoverFields,
    DaringFields,
    HomeShareFields,
    LongestFields,
    MeasureFields,
    PricesFields,
    RecordedFields,
    TradedFields,
    UsedFields,
    VagueFields,
)
from sim.observables.reading import Observable, read_observables
from sim.observables.values import Value, values
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import Records
from tests.evidence import observables as obs

FACTS = {name: each for name, each in read_observables().items() if not isinstance(each.fields, MeasureFields)}


class Frames:
    """A run as frames, and what facts are in them."""

    def __init__(self, records: Records) -> None:
        self.records = records
        book = obs.book(records)
        self.papers = obs.papers(records, book)
        world, labels = records.world, agent_labels(records.world)
        opened = dict(zip(labels, records.agents["opened"], strict=True))
        size = dict(zip(labels, world.agents.size, strict=True))
        self.book = book.assign(
            founded=book["seller"].astype(str).map(opened) > 0,
            size=book["seller"].astype(str).map(size),
            breach=np.asarray(records.ledger["breach"]) != 0,  # type: ignore[index]
            tick=records.ledger["tick"],  # type: ignore[index]
        )
        self.days = obs.tick_dates(records)

    def window(self, fact: Observable) -> tuple[date, date]:
        """First and last day."""
        last = self.days[-1].astype(object) + timedelta(days=6)
        return max(fact.first, self.days[0].astype(object)), min(fact.last, last)

    def value(self, fact: Observable) -> float:
        """What a fact is."""
        fields, window = fact.fields, self.window(fact)
        if isinstance(fields, RecordedFields):
            return self.recorded(fields, *window)
        if isinstance(fields, TradedFields):
            return self.traded(fields, *window)
        if isinstance(fields, PricesFields):
            return self.prices(fields, *window)
        if isinstance(fields, VagueFields):
            papers = obs.within(self.papers[self.papers["side"] == fields.by], *window)
            return obs.vague_share(papers[papers["destination"] == fields.destination])
        if isinstance(fields, UsedFields):
            used = obs.mean_series(self.records, "used", fields.side, *window)
            return float(used.sum()) * obs.ticks_a_month(self.records)
        if isinstance(fields, HomeShareFields):
            stock, foreign = (
                obs.mean_series(self.records, name, fields.side, *window).sum() for name in ("stock", "stock_foreign")
            )
            return float(1.0 - foreign / stock)
        if isinstance(fields, LongestFields):
            return float(obs.within(self.book, *window)["chain_length"].max())
        if isinstance(fields, DaringFields):
            return self.daring(fields, *window)
        assert isinstance(fields, CoverFields)
        return self.cover(fields, *window)

    def recorded(self, fields: RecordedFields, first: date, last: date) -> float:
        rows = obs.within(obs.recorded(self.papers, fields.by, fields.origin, fields.destination), first, last)
        rows = goods(rows, fields.products, fields.without)
        rows = among(rows, maker_group=fields.makers)
        if fields.ways:
            rows = rows[rows["way"].isin([w for kind in fields.ways for w in obs.ways_of_kind(self.records, kind)])]
        if fields.what in ("sellers", "makers"):
            return float(rows[fields.what[:-1]].nunique())
        if fields.what == "value_a_unit":
            return float(rows["value"].sum() / rows["units"].sum())
        if fields.what == "share":
            return obs.share(rows, rows["maker_group"].isin(fields.part))
        return float(rows[fields.what].sum())

    def traded(self, fields: TradedFields, first: date, last: date) -> float:
        rows = self.book[~self.book["seized"]]
        rows = among(
            goods(rows, fields.products, fields.without),
            seller_group=fields.sellers, buyer_group=fields.buyers, maker_group=fields.makers,
            origin=fields.origins, destination=fields.destinations,
        )  # fmt: skip
        if fields.abroad:
            rows = rows[rows["origin"].astype(str) != rows["destination"].astype(str)]
        if fields.founded:
            rows = rows[rows["founded"]]
        now = obs.within(rows, first, last)
        if fields.what in ("units", "value"):
            return float(now[fields.what].sum())
        if fields.what == "sellers":
            return float(now["seller"].nunique())
        if fields.what == "largest":
            return float(now.groupby("seller", observed=True)["units"].sum().max())
        if fields.what == "origins":
            shares = now.groupby("origin", observed=True)["units"].sum() / now["units"].sum()
            return float((shares >= 0.01).sum())
        if fields.what == "share":
            part = among(
                now,
                seller_group=fields.part_sellers,
                buyer_group=fields.part_buyers,
                maker_group=fields.part_makers,
            )
            part = part[part["chain_length"] >= fields.part_chain]
            return float(part["units"].sum() / now["units"].sum())
        back = timedelta(days=365) if fields.what == "growth" else last - first + timedelta(days=1)
        before = obs.within(rows, first - back, last - back)
        ticks = [len(obs.within(pd.DataFrame({"date": self.days}), a, b)) for a, b in
                 ((first, last), (first - back, last - back))]  # fmt: skip
        return float(now["units"].sum() / ticks[0] / (before["units"].sum() / ticks[1]))

    def prices(self, fields: PricesFields, first: date, last: date) -> float:
        rows = self.book[(self.book["value"] > 0.0) & ~self.book["seized"]]
        rows = among(rows, seller_group=fields.sellers, buyer_group=fields.buyers, maker_group=fields.makers)
        start = fields.base_from or first - timedelta(days=fields.base_days)
        base = (start, start + timedelta(days=fields.base_days - 1))
        end = (last - timedelta(days=fields.last_days - 1), last)
        ratio = obs.price_ratio(goods(rows, (), fields.without), base, end, fields.products)
        return {"ratio": ratio, "rise": ratio - 1.0, "fall": 1.0 / ratio}[fields.what]

    def daring(self, fields: DaringFields, first: date, last: date) -> float:
        rows = among(obs.within(self.book, first, last), seller_group=fields.sellers)
        middle = rows.drop_duplicates("seller")["size"].median()
        small, large = rows[rows["size"] < middle], rows[rows["size"] >= middle]
        return obs.share(small, small["breach"], by="units") / obs.share(large, large["breach"], by="units")

    def cover(self, fields: CoverFields, first: date, last: date) -> float:
        rows = among(self.book[~self.book["seized"]], seller_group=fields.sellers)
        ticks = np.flatnonzero((self.days >= np.datetime64(first - timedelta(weeks=26)))
                               & (self.days < np.datetime64(first)))  # fmt: skip
        sold = goods(rows, fields.products, fields.without)
        sold = sold[sold["tick"].isin(ticks)]["units"].sum() / (len(ticks) / obs.ticks_a_month(self.records))
        names = self.records.world.names
        at = np.flatnonzero(self.days <= np.datetime64(last))[-1]
        stock = self.records.series["trader_stock"][at]
        held = sum(stock[names.groups.index(g), names.products.index(p)] for g in fields.sellers
                   for p in fields.products)  # fmt: skip
        return float(held / sold)


def goods(rows: pd.DataFrame, products: tuple[str, ...], without: tuple[str, ...]) -> pd.DataFrame:
    """Rows of some products."""
    rows = rows[rows["product"].isin(products)] if products else rows
    return rows[~rows["product"].isin(without)]


def among(rows: pd.DataFrame, **wanted: tuple[str, ...]) -> pd.DataFrame:
    """Rows with one of some names in each column; all names where none is given."""
    for column, names in wanted.items():
        rows = rows[rows[column].isin(names)] if names else rows
    return rows


@pytest.fixture(scope="module")
def run() -> Records:
    """The baseline with its first seed."""
    return Engine(build(load("baseline"), 1), ledger=True).run()


@pytest.fixture(scope="module")
def found(run: Records) -> dict[str, Value]:
    """What the facts are."""
    return values(run, FACTS)


@pytest.fixture(scope="module")
def frames(run: Records) -> Frames:
    """The same run as frames."""
    return Frames(run)


@pytest.mark.parametrize("name", FACTS)
def test_the_same_from_frames(name: str, found: dict[str, Value], frames: Frames) -> None:
    other = frames.value(FACTS[name])
    if not np.isfinite(other):
        assert not np.isfinite(found[name].value) and found[name].reason
    else:
        assert found[name].value == pytest.approx(other, rel=1e-9)


def test_most_facts_have_a_value(found: dict[str, Value]) -> None:
    """The comparison is of numbers: what the record does not cover, or no record shows, is the exception."""
    undefined = {name: each.reason for name, each in found.items() if not np.isfinite(each.value)}
    assert len(undefined) <= 3 and all(undefined.values()), undefined
