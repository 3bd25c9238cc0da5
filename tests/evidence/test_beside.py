"""What the tables of `beside` compute, on a ledger small enough to add up by hand."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.engine import Engine
from sim.ledger.labels import agent_labels
from sim.scenario.loading import load
from sim.world.build import build
from tests.evidence import controls, events
from tests.evidence import observables as obs
from tests.evidence.observables import Fact
from tests.evidence.rows import Row, Run, line, number

COLUMNS = (
    "date", "origin", "destination", "seller_group", "buyer_group", "product", "units", "value", "landed",
    "maker_group", "seized",
)  # fmt: skip
RECORDS = (
    ("2023-01-02", "exporter", "CN", "RU", "consumer", 10, 19_000.0, False, "cn_exporters", "leader", "honest"),
    ("2023-01-23", "importer", "CN", "RU", "consumer", 10, 18_000.0, False, "cn_exporters", "leader", "honest"),
    ("2023-02-06", "exporter", "CN", "RU", None, 10, 2_000.0, True, "cn_exporters", "small_brands", "honest"),
    ("2023-02-06", "exporter", "CN", "RU", "components", 100, 8_000.0, False, "parts", "parts", "honest"),
    ("2023-02-13", "exporter", "CN", "KZ", "entry", 3, 300.0, False, "cn_exporters", "small_brands", "rerouting"),
    ("2023-07-03", "exporter", "CN", "RU", "consumer", 7, 21_000.0, False, "cn_exporters", "leader", "honest"),
)
ROWS = (
    ("2023-01-02", "CN", "RU", "cn_exporters", "ru_importers", "consumer", 10, 20_000.0, 21_000.0, "leader", False),
    ("2023-01-09", "CN", "RU", "cn_exporters", "ru_importers", "consumer", 5, 10_000.0, 10_500.0, "small_brands", True),
    (
        "2023-01-16",
        "CN",
        "RU",
        "cn_parcel_sellers",
        "ru_retailers",
        "entry",
        40,
        8_000.0,
        8_400.0,
        "small_brands",
        False,
    ),
    ("2023-02-06", "CN", "RU", "cn_exporters", "ru_importers", "entry", 10, 2_000.0, 2_100.0, "small_brands", False),
    ("2023-02-06", "CN", "RU", "cn_component_makers", "ru_makers", "components", 100, 8_000.0, 9_000.0, "parts", False),
    ("2023-02-13", "KZ", "RU", "kz_traders", "ru_importers", "consumer", 4, 9_000.0, 9_100.0, "leader", False),
    ("2023-07-03", "CN", "RU", "cn_exporters", "ru_importers", "consumer", 7, 21_000.0, 21_700.0, "leader", False),
)
START, END = date(2023, 1, 1), date(2023, 6, 30)


@pytest.fixture
def book() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=pd.Index(COLUMNS))
    frame["date"] = pd.to_datetime(frame["date"])
    return frame


def fact(value: float) -> Fact:
    return Fact("X01", "a fact", value, "units", START, END)


def test_a_window_holds_both_ends(book: pd.DataFrame) -> None:
    assert len(obs.within(book, date(2023, 1, 2), date(2023, 1, 9))) == 2


@pytest.fixture
def papers() -> pd.DataFrame:
    columns = (
        "date", "side", "origin", "destination", "product", "units", "value", "vague", "seller_group", "maker_group",
        "way",
    )  # fmt: skip
    frame = pd.DataFrame(RECORDS, columns=pd.Index(columns))
    return frame.assign(date=pd.to_datetime(frame["date"]))


def test_crossings_leave_out_what_was_seized(book: pd.DataFrame) -> None:
    assert obs.crossings(book, "CN", "RU")["units"].tolist() == [10, 40, 10, 100, 7]


def test_records_of_one_state_leave_out_vague_ones(papers: pd.DataFrame) -> None:
    assert obs.recorded(papers, "exporter", "CN", "RU")["units"].tolist() == [10, 100, 7]
    assert obs.recorded(papers, "importer", "CN", "RU")["value"].tolist() == [18_000.0]
    assert obs.recorded(papers, "importer", "CN", "KZ").empty
    assert obs.vague_share(papers) == pytest.approx(1 / 6)


def scratch() -> dict[str, float]:
    """What the baseline is to have, on the small world: coverage by state, parcels in no record."""
    coverage = {f"jurisdictions.{place}.export_coverage": 0.45 for place in ("CN", "KZ", "PL", "RU", "TR", "UA")}
    coverage |= {f"jurisdictions.{place}.import_coverage": 0.2 for place in ("CN", "PL", "RU", "TR")}
    coverage |= {"jurisdictions.KZ.import_coverage": 0.45, "jurisdictions.UA.import_coverage": 1.0}
    return coverage | {"jurisdictions.UA.understatement": 0.0, "groups.leader_arms.recorded": 0.0}


@pytest.fixture(scope="module")
def run() -> Run:
    """A run of the small world with the coverage of the baseline."""
    engine = Engine(build(load("small", scratch()), 1), ledger=True)
    records = engine.run()
    whole = obs.book(records)
    return Run(records, whole, obs.papers(records, whole), np.zeros((0, 0, 0), np.int32))


def test_papers_are_the_records_and_what_they_hide(run: Run) -> None:
    joined = run.papers.merge(run.book, on="row", suffixes=("", "_true"))
    assert len(joined) == len(run.papers) > 1000
    told = joined[~joined["vague"]]
    assert (told["product"].astype(str) == told["product_true"].astype(str)).all()
    assert (joined["seller"] == joined["seller_true"]).all()
    assert (joined["units"] <= joined["units_true"]).all()
    straight = joined[joined["way"] == "honest"]
    assert (straight["destination"].astype(str) == straight["destination_true"].astype(str)).all()
    assert obs.ways_of_kind(run.records, "military_purpose") == ("military_purpose",)
    assert obs.ways_of_kind(run.records, "understatement") == ("understatement",)


def test_sellers_without_records_are_in_no_paper(run: Run) -> None:
    assert (run.book["seller_group"] == "leader_arms").any()
    assert not (run.papers["seller_group"] == "leader_arms").any()


def test_coverage_is_that_of_the_state_that_keeps_the_record(run: Run) -> None:
    """True crossings times coverage, which stood for customs records before there were any."""
    into = obs.crossings(run.book, "PL", "UA")
    whole = run.papers[(run.papers["side"] == "importer") & (run.papers["destination"] == "UA")]
    whole = whole[whole["origin"] == "PL"]
    assert whole["value"].sum() == pytest.approx(into["value"].sum())
    assert obs.recorded(run.papers, "importer", "PL", "UA")["value"].sum() < whole["value"].sum()
    for side, origin, destination, coverage in (
        ("exporter", "CN", "PL", 0.45), ("importer", "CN", "PL", 0.2), ("importer", "CN", "KZ", 0.45),
    ):  # fmt: skip
        true = obs.crossings(run.book, origin, destination)
        true = true[(true["seller_group"] != "leader_arms") & (true["way"] == "honest")]
        rows = run.papers[(run.papers["side"] == side) & run.papers["row"].isin(true["row"])]
        assert len(rows) / len(true) == pytest.approx(coverage, abs=0.04)


def test_straight_is_by_a_single_leg(run: Run) -> None:
    around = run.book[~run.book["straight"]]
    assert set(around["way"]) <= {"ghost_transit", "rerouting"}
    assert len(around)


def test_share(book: pd.DataFrame) -> None:
    rows = book[book["product"] == "consumer"]
    assert obs.share(rows, rows["maker_group"] == "leader", by="units") == pytest.approx(21 / 26)
    assert obs.share(rows[:0], rows[:0]["seized"]) != obs.share(rows[:0], rows[:0]["seized"])


def test_price_ratio_weighs_by_what_was_sold_before(book: pd.DataFrame) -> None:
    after = (date(2023, 7, 1), date(2023, 7, 31))
    direct = obs.crossings(book, "CN", "RU")
    direct = direct[direct["seller_group"] != "cn_parcel_sellers"]
    # Only the consumer class was sold in both windows: 2,100 before, 3,100 after.
    assert obs.price_ratio(direct, (START, END), after) == pytest.approx(3_100 / 2_100)
    assert obs.price_ratio(direct, (START, END), after, ("entry",)) != 0.0


def test_price_ratio_is_no_number_where_nothing_was_sold_in_both(book: pd.DataFrame) -> None:
    ratio = obs.price_ratio(book, (START, END), (date(2024, 1, 1), date(2024, 2, 1)))
    assert ratio != ratio


def test_months() -> None:
    assert obs.months(date(2023, 1, 1), date(2023, 12, 31)) == pytest.approx(365 / 30.4375)


@pytest.mark.parametrize(
    ("model", "agrees"), [(34.0, True), (33.0, False), (300.0, True), (301.0, False), (float("nan"), False)]
)
def test_within_a_factor_of_three(model: float, agrees: bool) -> None:
    assert Row(fact(100.0), (model, model)).agrees is agrees


def test_a_row_means_over_seeds_and_names_its_range() -> None:
    row = Row(fact(100.0), (50.0, 150.0))
    assert row.mean == 100.0 and row.ratio == 1.0
    assert line(row) == "| X01 | a fact | units | 100 | 100 | 50.0 – 150 | 1.00 | yes |"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (14_512_345.0, "14,500,000"),
        (0.4812, "0.481"),
        (37.44, "37.4"),
        (0.0, "0"),
        (float("nan"), "none"),
        (-0.02, "-0.0200"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_windows() -> None:
    assert events.windows(date(2023, 1, 1), (0, 10), 10) == [
        (date(2023, 1, 1), date(2023, 1, 10)),
        (date(2023, 1, 11), date(2023, 1, 20)),
    ]


def test_every_fact_it_needs_is_there() -> None:
    known, volumes = obs.facts(), obs.volumes()
    assert {"D02", "D20", "D32", "F11", "F14b"} <= set(known)
    assert {"V01", "V27"} <= set(volumes)


def test_dates_of_the_controls_cut_the_time_around_them() -> None:
    dates = controls.Dates(date(2023, 7, 31), date(2023, 9, 1))
    assert dates.before == (date(2023, 6, 5), date(2023, 7, 30))
    ends = [end for window in dates.windows for end in window]
    assert ends[2:4] == [date(2023, 7, 31), date(2023, 8, 31)] and ends[-1] == date(2024, 8, 31)
    assert all(first + timedelta(days=1) == then for first, then in zip(ends[1:-1:2], ends[2::2], strict=True))


def traded() -> tuple[controls.Run, controls.Dates]:
    """Two Russian shops of the small world that sold thermal craft, and what they hold in three weeks."""
    world = build(load("small"), 1)
    days = world.calendar.first_days[world.calendar.burn_in :]
    group = world.names.groups.index("ru_retailers")
    shops = np.flatnonzero(world.agents.group == group)[:3]
    thermal = world.names.products.index("thermal")
    stock = np.zeros((len(days), len(world.agents.group), len(world.names.products)), np.int32)
    stock[20, shops[0], thermal], stock[21, shops[1], thermal] = 60, 30
    labels = agent_labels(world)
    rows = [(labels[shops[0]], 60), (labels[shops[1]], 60)]
    book = pd.DataFrame(rows, columns=pd.Index(("seller", "units"))).assign(
        date=pd.Timestamp(days[5]), seller_group="ru_retailers", product="thermal"
    )
    records = SimpleNamespace(world=world, series={})
    return controls.Run(records, book, pd.DataFrame(), stock), controls.Dates(days[20], days[25])  # type: ignore[arg-type]


def test_shops_without_stock_are_counted_among_those_that_deal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "RUSSIAN_FIRMS", ("ru_retailers",))
    monkeypatch.setattr(controls, "LARGER", ("thermal",))
    monkeypatch.setattr(controls, "controlled", lambda run: ("thermal",))
    run, dates = traded()
    week = (dates.announced, dates.announced + timedelta(days=6))
    two = (dates.announced, dates.announced + timedelta(days=13))
    assert controls.without_stock(run, dates, week) == 0.5
    assert controls.without_stock(run, dates, two) == 0.5
    after = (dates.announced + timedelta(days=14), dates.announced + timedelta(days=20))
    assert controls.without_stock(run, dates, after) == 1.0


def test_cover_is_stock_over_the_sales_of_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "RUSSIAN_FIRMS", ("ru_retailers",))
    monkeypatch.setattr(controls, "controlled", lambda run: ("thermal",))
    run, dates = traded()
    week = (dates.announced, dates.announced + timedelta(days=6))
    monthly = 60 / obs.months(dates.announced - timedelta(weeks=26), dates.announced - timedelta(days=1))
    assert controls.cover(run, dates, week) == pytest.approx(60 / (2 * monthly))
    assert controls.cover(run, dates, week, 1.0) == pytest.approx(60 / monthly)
    assert controls.cover(run, dates, week, 0.0) == 0.0
