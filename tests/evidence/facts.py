"""What the facts of `seeds/facts.csv` are in a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pandas as pd

from tests.evidence import observables as obs
from tests.evidence.groups import ARMS, BASE, LARGER, MILITARY_RU, MILITARY_UA, MONTH, PARTS, PROFESSIONAL
from tests.evidence.observables import Fact
from tests.evidence.rows import Row, Run

RULES = {"both": "ratio", "at least": "least", "at most": "most"}
"""How a fact is judged, by its bound in `seeds/facts.csv`."""
SHOPS = "prices paid in shops, June over the eight weeks before"


def fact_rows(runs: Sequence[Run]) -> list[Row]:
    """Rows for the facts that the baseline is fitted to or checked against."""
    known = obs.facts()
    found: list[Row] = []

    def add(ids: str, function: Callable[[Run, Fact], float], note: str = "", rule: str = "") -> None:
        parts = [known[each] for each in ids.split("+")]
        text = "; ".join(part.text for part in parts)
        fact = Fact(
            ids, text, sum(part.value for part in parts), parts[0].unit, parts[0].first, parts[0].last, parts[0].bound
        )
        found.append(Row(fact, tuple(function(run, fact) for run in runs), rule or RULES[fact.bound], note))

    def over(run: Run, fact: Fact, side: str, origin: str, destination: str) -> pd.DataFrame:
        return obs.within(obs.recorded(run.papers, side, origin, destination), fact.first, fact.last)

    def value(side: str, origin: str, destination: str) -> Callable[[Run, Fact], float]:
        return lambda run, fact: float(over(run, fact, side, origin, destination)["value"].sum())

    def units(side: str, origin: str, destination: str) -> Callable[[Run, Fact], float]:
        return lambda run, fact: obs.craft(over(run, fact, side, origin, destination))

    def entering(run: Run, fact: Fact) -> pd.DataFrame:
        return over(run, fact, "importer", "CN", "RU")

    def brand(run: Run, fact: Fact, group: str) -> tuple[pd.DataFrame, pd.Series]:
        rows = entering(run, fact)
        rows = rows[~rows["product"].isin(PARTS)]
        return rows, rows["maker_group"] == group

    def second(run: Run, fact: Fact) -> float:
        rows, of = brand(run, fact, "second_brand")
        return float(rows.loc[of, "value"].sum())

    def named(run: Run, fact: Fact) -> pd.DataFrame:
        rows = entering(run, fact)
        return rows[rows["way"].isin(obs.ways_of_kind(run.records, "military_purpose"))]

    def losses(run: Run, fact: Fact) -> float:
        used = obs.mean_series(run.records, "used", "ukraine", fact.first, fact.last)
        return float(used.sum()) * obs.ticks_a_month(run.records)

    def home_stock(run: Run, fact: Fact) -> float:
        stock = obs.mean_series(run.records, "stock", "ukraine", fact.first, fact.last).sum()
        foreign = obs.mean_series(run.records, "stock_foreign", "ukraine", fact.first, fact.last).sum()
        return float(1.0 - foreign / stock)

    def resellers(run: Run, fact: Fact) -> float:
        rows = obs.within(run.book, fact.first, fact.last)
        kept = (rows["destination"] == "UA") & (rows["origin"] != "UA") & ~rows["product"].isin(PARTS) & ~rows["seized"]
        rows = rows[kept]
        return obs.share(rows, rows["seller_group"] == "eu_resellers", by="units")

    def arms(run: Run, fact: Fact) -> float:
        rows = obs.within(obs.crossings(run.book, "CN", "RU"), fact.first, fact.last)
        return float(rows.loc[rows["seller_group"].isin(ARMS), "seller"].nunique())

    def largest_founded(run: Run, fact: Fact) -> float:
        agents = run.records.world.agents
        rows = obs.within(run.book, fact.first, fact.last)
        rows = rows[rows["seller_group"] == "kz_traders"]
        group = run.records.world.names.groups.index("kz_traders")
        alive = int(((agents.group == group) & (agents.state == 1)).sum())
        index = rows["seller"].astype(str).str.rpartition("#")[2].astype(int)
        sums = rows.loc[index >= alive].groupby("seller", observed=True)["units"].sum()
        return float(sums.max()) if len(sums) else 0.0

    def prices(products: tuple[str, ...]) -> Callable[[Run, Fact], float]:
        def of(run: Run, fact: Fact) -> float:
            rows = run.book[run.book["seller_group"] == "ru_retailers"]
            before = (fact.first - BASE, fact.first - timedelta(days=1))
            return obs.price_ratio(rows, before, (fact.last - MONTH, fact.last), products)

        return of

    def dearer(run: Run, fact: Fact) -> float:
        return prices(obs.quadcopters(run.records, known["D32"].value))(run, fact) - 1.0

    def retail(run: Run, fact: Fact) -> float:
        rows = obs.within(run.book, fact.first, fact.last)
        return float(rows.loc[rows["seller_group"] == "ru_retailers", "units"].sum())

    def to_front(run: Run, fact: Fact) -> float:
        rows = obs.within(run.book, fact.first, fact.last)
        rows = rows[rows["seller_group"] == "ru_retailers"]
        return obs.share(rows, rows["buyer_group"].isin(MILITARY_RU), by="units")

    def second_thermal(run: Run, fact: Fact) -> float:
        rows = run.book[
            run.book["buyer_group"].isin(MILITARY_UA)
            & (run.book["product"] == "thermal")
            & (run.book["maker_group"] == "second_brand")
        ]
        spring = (fact.first, fact.first + 2 * MONTH)
        return 1.0 / obs.price_ratio(rows, spring, (fact.last - MONTH, fact.last))

    def larger_prices(run: Run, fact: Fact) -> float:
        rows = run.book[run.book["seller_group"] == "ru_retailers"]
        announced = known["D20"].first
        before = (announced - BASE, announced - timedelta(days=1))
        return obs.price_ratio(rows, before, (fact.last - MONTH, fact.last), LARGER)

    out, into = "exporters' records", "importers' records"
    add("D01", value("importer", "CN", "UA"), f"{into}, parts included")
    add("D02", value("exporter", "CN", "RU"), out)
    add("D03", value("importer", "CN", "RU"), f"{into}, parts included")
    add("D04", lambda run, fact: float(entering(run, fact)["seller"].nunique()), f"true sellers behind {into}")
    add("D04b", lambda run, fact: float(brand(run, fact, "")[0]["maker"].nunique()), f"true makers behind {into}")
    add("D05", lambda run, fact: obs.share(*brand(run, fact, "leader")), f"{into}, craft, by value")
    add("D05b", second, into)
    add("D08", lambda run, fact: obs.craft(named(run, fact), PARTS), f"{into} of papers that name the purpose")
    add("D08b", lambda run, fact: float(named(run, fact)["value"].sum()), f"{into} of papers that name the purpose")
    add("D11", losses)
    add("D15", home_stock)
    add("D16", resellers)
    add("D17", arms, note="seven arms go on by assumption: missing is what makes an arm heed its maker or not")
    add("F01", units("exporter", "CN", "UA"), out)
    add("F01b", value("exporter", "CN", "UA"), out)
    add("F01c", units("exporter", "CN", "UA"), f"{out}; couriers stand on importers' papers only, by assumption")
    add("F01d", units("exporter", "CN", "UA"), f"{out}; couriers stand on importers' papers only, by assumption")
    add("F02", units("exporter", "CN", "RU"), out)
    add("F02b", value("exporter", "CN", "RU"), out)
    add("F06", value("importer", "CN", "KZ"), into)
    add("F06b", value("importer", "KZ", "RU"), f"{into}: an inner border")
    add(
        "F07",
        largest_founded,
        "largest firm founded after the start; missing: a new firm that begins with its owner's buyers",
    )
    add("F08", units("importer", "AE", "RU"), into)
    add("F08b", value("importer", "AE", "RU"), into)
    add("F11", dearer, note=SHOPS)
    add("F11b", prices(PROFESSIONAL), f"{SHOPS}; missing: a rise beyond the shortage mark-up of P14", "change")
    add("F14+F14b", retail, note="all sales of shops")
    add("F14c", to_front)
    add(
        "F16",
        second_thermal,
        "military buyers; missing: a class that is new and scarce, then copied by sellers",
        "change",
    )
    add(
        "D19",
        larger_prices,
        "October over the eight weeks before the announcement; a check; missing: sellers that price what is announced, "
        "before anybody refuses them",
        "change",
    )
    return found
