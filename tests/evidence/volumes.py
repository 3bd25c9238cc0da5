"""What the volumes of `seeds/volumes.csv` are in a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from tests.evidence import observables as obs
from tests.evidence.groups import ARMS, MILITARY_RU, PARTS
from tests.evidence.observables import Fact
from tests.evidence.rows import Row, Run


def volume_rows(runs: Sequence[Run]) -> list[Row]:
    """Rows for the volumes of `seeds/volumes.csv` that a run can show."""
    known, heavy = obs.volumes(), obs.facts()["D32"].value
    found: list[Row] = []

    def add(name: str, function: Callable[[Run, Fact], float]) -> None:
        found.append(Row(known[name], tuple(function(run, known[name]) for run in runs)))

    def sold(
        sellers: Iterable[str] = (),
        buyers: Iterable[str] = (),
        into: Iterable[str] = (),
        out_of: Iterable[str] = (),
        entry: bool = False,
        every: bool = False,
    ) -> Callable[[Run, Fact], float]:
        def of(run: Run, fact: Fact) -> float:
            rows = obs.within(run.book, fact.first, fact.last)
            rows = rows[~rows["seized"]]
            wanted = ("entry",) if entry else obs.quadcopters(run.records, heavy)
            rows = rows[~rows["product"].isin(PARTS)] if every else rows[rows["product"].isin(wanted)]
            for column, names in (
                ("seller_group", sellers),
                ("buyer_group", buyers),
                ("destination", into),
                ("origin", out_of),
            ):
                if names:
                    rows = rows[rows[column].isin(tuple(names))]
            if into:
                rows = rows[rows["origin"].astype(str) != rows["destination"].astype(str)]
            return float(rows["units"].sum()) / obs.months(fact.first, fact.last)

        return of

    def made(groups: Iterable[str], entry: bool = False) -> Callable[[Run, Fact], float]:
        def of(run: Run, fact: Fact) -> float:
            names = run.records.world.names
            days = obs.tick_dates(run.records)
            kept = (days >= np.datetime64(fact.first)) & (days <= np.datetime64(fact.last))
            wanted = ("entry",) if entry else obs.quadcopters(run.records, heavy)
            table = np.asarray(run.records.series["produced"], np.float64)[kept].mean(axis=0)
            cells = [table[names.groups.index(g), names.products.index(p)] for g in groups for p in wanted]
            return float(sum(cells)) * obs.ticks_a_month(run.records)

        return of

    def received(side: str, foreign: bool) -> Callable[[Run, Fact], float]:
        def of(run: Run, fact: Fact) -> float:
            table = obs.mean_series(run.records, "delivered", side, fact.first, fact.last)
            kept = [not foreign or p not in PARTS for p in run.records.world.names.products]
            return float(table[kept].sum()) * obs.ticks_a_month(run.records)

        return of

    def home(run: Run, fact: Fact) -> float:
        table = obs.mean_series(run.records, "delivered", "ukraine", fact.first, fact.last)
        return float(table[run.records.world.names.products.index("fpv_kit")]) * obs.ticks_a_month(run.records)

    add("V01", made(("leader",)))
    add("V02", made(("second_brand",)))
    add("V03", made(("small_brands",)))
    add("V04", made(("leader", "small_brands"), entry=True))
    add("V05", sold(("cn_exporters", *ARMS), into=("RU",)))
    add("V06", sold(("cn_exporters", *ARMS), into=("RU",), entry=True))
    add("V07", sold(("cn_parcel_sellers",), into=("RU",), entry=True))
    for name, group in zip(
        ("V08", "V09", "V10", "V11", "V12", "V13"), ("kz", "kg", "by", "tr", "ae", "hk"), strict=True
    ):
        add(name, sold((f"{group}_traders",), into=("RU",)))
    add("V14", sold(("uz_traders", "am_traders", "pk_traders"), into=("RU",)))
    add("V15", sold(("eu_resellers",), into=("UA",)))
    add("V16", sold(("volunteer_carriers",), into=("UA",)))
    add("V17", sold(into=("UA",), out_of=("CN",)))
    add("V18", sold(("eu_resellers",), into=("RU", "BY")))
    add("V19", sold(("ru_retailers",), entry=True))
    add("V20", sold(("ru_retailers",)))
    add("V21", home)
    add("V22", received("russia", foreign=True))
    add("V23", sold(("ru_retailers",), MILITARY_RU, every=True))
    add("V24", sold(("ru_distributors", "ru_importers", "cn_exporters"), MILITARY_RU))
    add("V25", received("ukraine", foreign=False))
    add("V26", sold(buyers=("row_civil",)))
    add("V27", sold(buyers=("row_civil",), entry=True))
    return found
