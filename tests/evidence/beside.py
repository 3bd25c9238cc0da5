"""The baseline beside the evidence: `python -m tests.evidence.beside [--seeds 4]` prints Markdown tables."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from sim.engine import Engine
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import COUNTERS, Records
from tests.evidence import observables as obs
from tests.evidence.observables import Fact

FACTOR = 3.0
"""Within this factor a number agrees."""
PARTS = ("components", "fpv_kit")
"""Products that no fact about Chinese camera drones means."""
ARMS = ("leader_arms", "leader_arms_lax")
MILITARY_RU = ("ru_state", "ru_contractors", "ru_funds")
MILITARY_UA = ("ua_state", "ua_contractors", "ua_funds")
WEST = ("DE", "NL", "PL", "US")
PROFESSIONAL = ("enterprise", "thermal")
LARGER = ("agricultural", "enterprise", "thermal")
CONTROLS = ("china_catch_all", "china_controls", "china_controls_2024", "china_exit_checks", "china_exit_checks_2024")
EXIT = ("leader_exit",)
SHOPS = "prices paid in shops, June over the eight weeks before"
BASE = timedelta(days=56)
"""Prices before an event: those of so many days."""
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Run:
    """A run with what the tables need of it.

    Attributes:
        records: The run.
        book: Its true ledger with names.
    """

    records: Records
    book: pd.DataFrame


@dataclass(frozen=True)
class Row:
    """A row of the main table.

    Attributes:
        fact: The fact, or volume.
        model: Its value in each run.
        rule: ``ratio``, ``least`` (a lower bound), ``most`` (an upper bound), ``change`` (the fact is a ratio of
            prices: what is held against it is the change, so that no change does not pass for a third of it).
        note: What to know of it; why it fails, where it does.
    """

    fact: Fact
    model: tuple[float, ...]
    rule: str = "ratio"
    note: str = ""

    @property
    def mean(self) -> float:
        """Mean over runs."""
        return float(np.mean(self.model))

    @property
    def ratio(self) -> float:
        """Mean over the evidence, NaN where there is nothing to divide by; for a change, less one above and below."""
        if self.rule == "change":
            return (self.mean - 1.0) / (self.fact.value - 1.0)
        return self.mean / self.fact.value if self.fact.value else float("nan")

    @property
    def agrees(self) -> bool:
        """Whether the mean agrees with the evidence within :data:`FACTOR`."""
        if self.rule == "most":
            return self.mean <= self.fact.value * FACTOR
        if not math.isfinite(self.ratio):
            return False
        return self.ratio >= 1.0 / FACTOR and (self.rule == "least" or self.ratio <= FACTOR)


def number(value: float) -> str:
    """A number for a table, three digits, thousands with a comma.

    Example:
        >>> number(14500000.0), number(0.4812), number(37.44), number(0.0)
        ('14,500,000', '0.481', '37.4', '0')
    """
    if not math.isfinite(value):
        return "none"
    if value == 0.0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    rounded = round(value, 2 - exponent)
    return f"{rounded:,.{min(4, max(0, 2 - exponent))}f}"


def line(row: Row) -> str:
    """A row as Markdown."""
    spread = f"{number(min(row.model))} – {number(max(row.model))}"
    ratio = number(row.ratio) if row.rule != "most" else "bound"
    verdict = "yes" if row.agrees else "**no**"
    cells = (
        row.fact.id,
        row.fact.text,
        row.fact.unit,
        number(row.fact.value),
        number(row.mean),
        spread,
        ratio,
        verdict,
    )
    return "| " + " | ".join((*cells, row.note)) + " |"


HEAD = (
    "| id | fact | unit | evidence | model | over seeds | model ÷ evidence | within a factor of three | note |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def fact_rows(runs: Sequence[Run]) -> list[Row]:
    """Rows for the facts that the baseline is fitted to or checked against."""
    known, prior = obs.facts(), obs.parameters()
    exporter, importer, understated = prior["P10"], prior["P11"], prior["P56"]
    found: list[Row] = []

    def add(ids: str, function: Callable[[Run, Fact], float], rule: str = "ratio", note: str = "") -> None:
        parts = [known[each] for each in ids.split("+")]
        text = "; ".join(part.text for part in parts)
        fact = Fact(ids, text, sum(part.value for part in parts), parts[0].unit, parts[0].first, parts[0].last)
        found.append(Row(fact, tuple(function(run, fact) for run in runs), rule, note))

    def over(run: Run, fact: Fact, origin: str, destination: str) -> pd.DataFrame:
        return obs.within(obs.crossings(run.book, origin, destination), fact.first, fact.last)

    def value(origin: str, destination: str, coverage: float) -> Callable[[Run, Fact], float]:
        return lambda run, fact: obs.recorded_value(over(run, fact, origin, destination), coverage, understated)

    def units(origin: str, destination: str, coverage: float) -> Callable[[Run, Fact], float]:
        return lambda run, fact: obs.recorded_units(over(run, fact, origin, destination), coverage)

    def brand(run: Run, fact: Fact, group: str) -> tuple[pd.DataFrame, pd.Series]:
        rows = over(run, fact, "CN", "RU")
        rows = rows[~rows["product"].isin(PARTS)]
        return rows, rows["maker_group"] == group

    def second(run: Run, fact: Fact) -> float:
        rows, of = brand(run, fact, "second_brand")
        return obs.recorded_value(rows[of], importer, understated)

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
        rows = over(run, fact, "CN", "RU")
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

    whole = "the record at the receiving end taken as whole, as in volumes.csv"
    add("D01", lambda run, fact: obs.recorded_value(over(run, fact, "CN", "UA"), 1.0, 0.0), "least", whole)
    add("D02", value("CN", "RU", exporter), "least", "exporter-side coverage P10, understatement P56")
    add("D03", value("CN", "RU", importer), note="importer-side coverage P11, understatement P56")
    add("D04", lambda run, fact: float(over(run, fact, "CN", "RU")["seller"].nunique()), note="true sellers")
    add("D04b", lambda run, fact: float(brand(run, fact, "")[0]["maker"].nunique()), note="true makers")
    add("D05", lambda run, fact: obs.share(*brand(run, fact, "leader")), note="craft, by value")
    add("D05b", second, note="importer-side coverage P11, understatement P56")
    add("D11", losses)
    add("D15", home_stock)
    add("D16", resellers, "least")
    add("D17", arms, note="two arms go on by assumption: missing is what makes an arm heed its maker or not")
    add("F01", units("CN", "UA", exporter), "most")
    add("F01b", value("CN", "UA", exporter), "most")
    add(
        "F01d",
        units("CN", "UA", exporter),
        "most",
        "missing: couriers' goods that Chinese papers do not show as exports",
    )
    add("F02", units("CN", "RU", exporter), "least", "exporter-side coverage P10")
    add("F02b", value("CN", "RU", exporter), "least", "exporter-side coverage P10, understatement P56")
    add("F06", value("CN", "KZ", exporter), note="exporter-side coverage P10, understatement P56")
    add("F06b", value("KZ", "RU", importer), note="an inner border: importer-side coverage P11, understatement P56")
    add(
        "F07",
        largest_founded,
        "least",
        "largest firm founded after the start; missing: a new firm that begins with its owner's buyers",
    )
    add("F08", units("AE", "RU", importer), note="importer-side coverage P11")
    add(
        "F08b", value("AE", "RU", importer), note="P11, P56; $3,800 a unit in the source: missing is a dear class there"
    )
    add("F11", dearer, note=f"{SHOPS}; missing: sellers reprice old stock at what it costs to replace")
    add("F11b", prices(PROFESSIONAL), "change", f"{SHOPS}; missing: as F11")
    add("F14+F14b", retail, note="all sales of shops")
    add("F14c", to_front)
    add(
        "F16",
        second_thermal,
        "change",
        "military buyers; missing: a class that is new and scarce, then copied by sellers",
    )
    add(
        "D19", larger_prices, "change", "October over the eight weeks before the announcement; a check; missing: as F11"
    )
    return found


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


def deliveries(run: Run, side: str, first: date, last: date) -> float:
    """Units of foreign craft that a side's end users get in a window, entry class apart, a month."""
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    table = obs.mean_series(run.records, "delivered", side, first, last)
    kept = [p in wanted for p in run.records.world.names.products]
    return float(table[kept].sum()) * obs.ticks_a_month(run.records)


def paid(run: Run, groups: Sequence[str], products: Sequence[str], first: date, last: date) -> float:
    """Mean landed price that buyers of some groups pay for some products in a window, US dollars."""
    rows = obs.within(run.book, first, last)
    rows = rows[rows["buyer_group"].isin(groups) & rows["product"].isin(products) & (rows["value"] > 0.0)]
    return float(rows["landed"].sum() / rows["units"].sum()) if len(rows) else float("nan")


def indirect(run: Run, first: date, last: date) -> float:
    """Share of quadcopters entering Russia that did not come straight from China."""
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    rows = obs.within(run.book, first, last)
    rows = rows[
        (rows["destination"] == "RU") & (rows["origin"] != "RU") & rows["product"].isin(wanted) & ~rows["seized"]
    ]
    return obs.share(rows, rows["origin"] != "CN", by="units")


def chain(run: Run, first: date, last: date) -> float:
    """Mean firms between maker and Russian buyer, quadcopters bought by military buyers and civil users."""
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    rows = obs.within(run.book, first, last)
    rows = rows[rows["buyer_group"].isin((*MILITARY_RU, "ru_civil")) & rows["product"].isin(wanted)]
    return float((rows["chain_length"] * rows["units"]).sum() / rows["units"].sum())


def shop_index(run: Run, event: date, first: date, last: date) -> float:
    """Prices paid for quadcopters in Russian shops in a window, over those of the eight weeks before an event."""
    rows = run.book[run.book["seller_group"] == "ru_retailers"]
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    return obs.price_ratio(rows, (event - BASE, event - timedelta(days=1)), (first, last), wanted)


def windows(start: date, lengths: Sequence[int], step: int) -> list[tuple[date, date]]:
    """Windows of `step` days that begin so many days after a date."""
    return [(start + timedelta(days=d), start + timedelta(days=d + step - 1)) for d in lengths]


def _over(pairs: Iterable[tuple[float, float]]) -> str:
    """Mean ratio of pairs, with its range."""
    ratios = [a / b for a, b in pairs if b]
    return f"{np.mean(ratios):.2f} ({min(ratios):.2f} – {max(ratios):.2f})" if ratios else "none"


def _mean(values: Iterable[float]) -> str:
    found = list(values)
    return f"{np.mean(found):.2f} ({min(found):.2f} – {max(found):.2f})"


def exit_table(runs: Sequence[Run], twins: Sequence[Run]) -> list[str]:
    """What the leader's exit does: quarter by quarter, over a twin without it."""
    left = obs.facts()["F11"].first
    lines = [
        "| from | share of quadcopters into Russia by third states | firms in a Russian chain | "
        "Russian shop price ÷ before | Russian price ÷ twin | deliveries to Russia ÷ twin | to Ukraine ÷ twin |",
        "|---|---|---|---|---|---|---|",
    ]
    shops = ("ru_civil", *MILITARY_RU)
    for first, last in windows(left, (-91, 0, 91, 182, 273, 364), 91):
        pairs = list(zip(runs, twins, strict=True))
        price = (
            (paid(r, shops, ("consumer",), first, last), paid(t, shops, ("consumer",), first, last)) for r, t in pairs
        )
        sides = [
            _over((deliveries(r, side, first, last), deliveries(t, side, first, last)) for r, t in pairs)
            for side in ("russia", "ukraine")
        ]
        cells = (
            first.isoformat(),
            _mean(indirect(r, first, last) for r in runs),
            _mean(chain(r, first, last) for r in runs),
            _mean(shop_index(r, left, first, last) for r in runs),
            _over(price),
            *sides,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def controls_table(runs: Sequence[Run], twins: Sequence[Run]) -> list[str]:
    """What the Chinese controls of 2023 do: quarter by quarter, over a twin without them."""
    announced = obs.facts()["D20"].first
    lines = [
        "| from | deliveries to Russia ÷ twin | to Ukraine ÷ twin | to civil users ÷ twin | price Russia ÷ twin | "
        "price Ukraine ÷ twin | units held by Russian firms ÷ twin |",
        "|---|---|---|---|---|---|---|",
    ]
    pairs = list(zip(runs, twins, strict=True))
    for first, last in windows(announced, (-60, 0, 32, 92, 153, 214, 275, 336, 397, 457), 61):
        sides = [
            _over((deliveries(r, side, first, last), deliveries(t, side, first, last)) for r, t in pairs)
            for side in ("russia", "ukraine", "civil")
        ]
        price = [
            _over(
                (paid(r, groups, ("consumer",), first, last), paid(t, groups, ("consumer",), first, last))
                for r, t in pairs
            )
            for groups in (MILITARY_RU, MILITARY_UA)
        ]
        held = _over((held_in_russia(r, first, last), held_in_russia(t, first, last)) for r, t in pairs)
        lines.append("| " + " | ".join((first.isoformat(), *sides, *price, held)) + " |")
    return lines


def held_in_russia(run: Run, first: date, last: date) -> float:
    """Quadcopters held by Russian importers and shops, mean over a window."""
    names = run.records.world.names
    days = obs.tick_dates(run.records)
    kept = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    stock = np.asarray(run.records.series["trader_stock"], np.float64)[kept].mean(axis=0)
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    groups = ("ru_distributors", "ru_importers", "ru_retailers")
    return float(sum(stock[names.groups.index(g), names.products.index(p)] for g in groups for p in wanted))


def at_ceiling(run: Run) -> float:
    """Share of trades at a ceiling."""
    sums = run.records.series["counters"].sum(axis=0)
    return float(sums[COUNTERS.index("trades_at_ceiling")] / sums[COUNTERS.index("trades")])


def simulate(seeds: Iterable[int], off: Sequence[str] = (), name: str = "baseline") -> list[Run]:
    """Runs a scenario for several seeds.

    Args:
        seeds: Seeds.
        off: Policies left out.
        name: The scenario.
    """
    scenario = load(name)
    found = []
    for seed in seeds:
        records = Engine(build(scenario, seed), without=tuple(off)).run()
        found.append(Run(records, obs.book(records)))
    return found


def report(seeds: Sequence[int], name: str = "baseline") -> str:
    """All tables as Markdown.

    Args:
        seeds: Seeds.
        name: The scenario.
    """
    runs = simulate(seeds, name=name)
    lines = [
        "### Facts",
        "",
        HEAD,
        *map(line, fact_rows(runs)),
        "",
        "### Volumes",
        "",
        HEAD,
        *map(line, volume_rows(runs)),
    ]
    lines += ["", "### The leader's exit", "", *exit_table(runs, simulate(seeds, EXIT, name))]
    lines += ["", "### The Chinese controls of 2023", "", *controls_table(runs, simulate(seeds, CONTROLS, name))]
    lines += ["", f"Trades at a ceiling, per cent: {_mean(100.0 * at_ceiling(run) for run in runs)}."]
    counts = {
        "Links at the start": [len(run.records.world.links.seller) for run in runs],
        "Rows of the true ledger": [len(run.book) for run in runs],
        "Path nodes": [len(run.records.nodes["parent"]) for run in runs],
    }
    lines += [f"{what}: {np.mean(found):,.0f} ({min(found):,} – {max(found):,})." for what, found in counts.items()]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description="The baseline beside the evidence.")
    parser.add_argument("--seeds", type=int, default=4, help="number of seeds, from 1 on")
    parser.add_argument("--scenario", default="baseline", help="name or file of a scenario")
    chosen = parser.parse_args(arguments)
    print(report(range(1, chosen.seeds + 1), chosen.scenario))


if __name__ == "__main__":
    main()
