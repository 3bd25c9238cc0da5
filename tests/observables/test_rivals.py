"""Three naive forecasts: what policies bar, what is left of it, and what stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import Engine
from sim.measures.view import View
from sim.observables.books import Book
from sim.observables.columns import RIVAL, evidence_columns, joined
from sim.observables.reading import Observable
from sim.observables.rivals import NO_LAST, PERSISTS, VANISHES, barred, persists, rivals
from sim.observables.values import Value, value_of, values
from sim.scenario.loading import load
from sim.world.build import build
from sim.world.records import Records
from tests.measures.synthetic import ByHand, world
from tests.observables.common import NAN, fields, observable

SUMMER = (date(2023, 5, 1), date(2023, 8, 27))
TO_RUSSIA = {"by": "exporter", "origin": "CN", "destination": "RU"}
ARMY = ["ru_contractors", "ru_state"]


def of_small(name: str, kind: str, **given: object) -> Observable:
    """A fact of the small world, over a summer in which its ban acts."""
    usual = TO_RUSSIA if kind == "recorded" else {}
    return observable(kind, first=SUMMER[0], last=SUMMER[1], name=name, **{**usual, **given})  # type: ignore[arg-type]


FACTS = {
    each.id: each
    for each in (
        of_small("units", "recorded", what="units"),
        of_small("value", "recorded", what="value"),
        of_small("sellers", "recorded", what="sellers"),
        of_small("leader", "recorded", what="share", part=["leader"]),
        of_small("vague", "vague", by="importer", destination="RU"),
        of_small("bought", "traded", what="units", buyers=ARMY),
        of_small("largest", "traded", what="largest", buyers=ARMY),
        of_small("kept", "traded", what="kept", buyers=ARMY),
        of_small("longest", "longest"),
        of_small("price", "prices", buyers=ARMY),
        of_small("rise", "prices", buyers=ARMY, what="rise"),
        of_small("used", "used", side="russia"),
        of_small("home", "home_share", side="ukraine"),
        of_small("cover", "cover", sellers=["ru_importers", "ru_retailers"]),
        of_small("daring", "daring", sellers=["cn_exporters"]),
        of_small("half", "measure", measure="half_life", side="russia"),
    )
}


@cache
def pair() -> tuple[Records, Records]:
    """A run of the small world and its twin without restrictions, both with ledgers."""
    scenario = load("small")
    built = build(scenario, 1)
    run = Engine(built, ledger=True).run()
    return run, Engine(built, ledger=True, without=scenario.restrictions).run()


@cache
def forecasts() -> dict[str, dict[str, Value]]:
    """What the three say."""
    run, twin = pair()
    return rivals(Book(run), twin, FACTS, (0.0, 0.3, 1.0))


def same(one: dict[str, Value], other: dict[str, Value]) -> bool:
    """Whether two sets of values are the same to the bit, undefined ones too."""
    return repr(one) == repr(other)


def test_a_share_of_nothing_vanishes() -> None:
    assert same(forecasts()[VANISHES], forecasts()["share=0"])


def test_the_whole_share_is_the_twin() -> None:
    _, twin = pair()
    known = {name: each for name, each in FACTS.items() if name in forecasts()["share=1"]}
    assert same(forecasts()["share=1"], values(twin, known))


def test_what_is_barred_counts_by_the_share() -> None:
    """Sums lie on the line between the twin without it and the twin."""
    none, some, all_of_it = (forecasts()[f"share={share}"] for share in ("0", "0.3", "1"))
    for name in ("units", "value", "bought"):
        assert none[name].value < all_of_it[name].value, name
        assert some[name].value == pytest.approx(0.7 * none[name].value + 0.3 * all_of_it[name].value), name
    assert none["used"].value < some["used"].value < all_of_it["used"].value


def test_naive_forecasts_say_nothing_of_who_dares_and_of_courses() -> None:
    for each in forecasts().values():
        assert not {"daring", "half"} & set(each)


def test_weights() -> None:
    """All ones are none; a seller of weight zero is not there."""
    run, _ = pair()
    known = {name: each for name, each in FACTS.items() if name != "half"}
    book = Book(run)
    assert same(values(Book(run, np.ones(len(book.tick))), known), values(run, known))
    sellers = np.unique(book.seller[book.groups(book.seller, ["cn_exporters"])])
    without = np.where(np.isin(book.seller, sellers[0]), 0.0, 1.0)
    asked = fields("traded", what="sellers", sellers=["cn_exporters"])
    before, after = (value_of(Book(run, weight), asked, date.min, date.max).value for weight in (None, without))
    assert after == before - 1.0 == len(sellers) - 1.0
    nobody = np.where(book.groups(book.seller, ["cn_exporters"]), 0.0, 1.0)
    asked = fields("traded", what="units", sellers=["cn_exporters"])
    assert value_of(Book(run, nobody), asked, date.min, date.max).value == 0.0


def test_policies_that_do_nothing_bar_nothing() -> None:
    """A run beside itself: both lack the same policies."""
    run, twin = pair()
    assert not barred(run, run).any() and not barred(twin, twin).any()
    assert barred(twin, run).any() and not barred(twin, run).all()


def sold() -> tuple[ByHand, ByHand]:
    """A run with a ban of quads from AA to the side east from 2 February on, and what its twin sold.

    Rows: quads to the shop in EE before the ban, in it (twice, the second by way of KK), kits in it, quads to WW and to
    civil users in it, and quads to KK.
    """
    run, twin = ByHand(world()), ByHand(world(), ("ban", "look", "names"))
    shop, fund = twin.path("leader", "shop"), twin.path("leader", "traders #0", "fund")
    twin.ship(4, "quad", 10, 100.0, 90.0, shop)
    twin.ship(5, "quad", 10, 100.0, 90.0, shop)
    twin.ship(9, "quad", 10, 100.0, 90.0, twin.path("leader", "traders #0", "front_east"))
    twin.ship(9, "fpv", 10, 100.0, 90.0, shop)
    twin.ship(9, "quad", 10, 100.0, 90.0, fund)
    twin.ship(9, "quad", 10, 100.0, 90.0, twin.path("leader", "users"))
    twin.ship(9, "quad", 10, 100.0, 90.0, twin.path("leader", "traders #0"))
    return run, twin


def test_a_ban_bars_what_it_is_meant_to() -> None:
    """By whatever route; neither before its day, nor other goods, nor other buyers, nor by itself what goes to KK."""
    run, twin = (each.records() for each in sold())
    assert barred(twin, run).tolist() == [False, True, True, False, False, False, False]


def test_other_policies_bar_nothing() -> None:
    """Inspections and listings make trade dearer; only bans, licences and exits bar it."""
    run, twin = sold()
    run.off = ("ban",)
    assert not barred(twin.records(), run.records()).any()


def test_a_ban_that_ends() -> None:
    run, twin = sold()
    run.world = world(policies__ban__ends="2022-02-21")
    assert barred(twin.records(), run.records()).tolist() == [False, True, False, False, False, False, False]


def constant(units: int) -> Book:
    """The leader sells so many units in each tick, recorded."""
    b = ByHand()
    for tick in range(60):
        b.ship(tick, "quad", units, 100.0, 90.0, b.path("leader", "traders #0"), recorded=0b0001)
    return Book(b.records())


@settings(max_examples=25)
@given(st.integers(1, 1_000), st.integers(60, 300), st.integers(7, 100), st.sampled_from(["units", "value", "sellers"]))
def test_a_constant_flow_persists(units: int, start: int, length: int, what: str) -> None:
    """Whatever the window and however many ticks begin in it, the last value is the flow itself."""
    first = date(2022, 1, 3) + timedelta(days=start)
    last = first + timedelta(days=length)
    fact = observable(what=what, first=first, last=last)
    book = constant(units)
    found = persists(book, fact)
    low, high = book.span(first - (last - first) - timedelta(days=1), first - timedelta(days=1))
    if high - low < 4:
        assert found.reason == NO_LAST
    else:
        assert found.value == pytest.approx(value_of(book, fact.fields, first, last).value)


def test_what_persists() -> None:
    """Prices and what is held against an earlier time do not move; without a time before there is no last value."""
    run, _ = pair()
    book = Book(run)
    assert persists(book, FACTS["price"]) == Value(1.0) == persists(book, FACTS["kept"])
    assert persists(book, FACTS["rise"]) == Value(0.0)
    assert persists(book, observable(first=date(2023, 1, 2), last=date(2023, 6, 1))).reason == NO_LAST
    assert persists(book, observable(first=date.min, last=date.max)).reason == NO_LAST
    early = observable(first=date(2023, 1, 2), last=date(2023, 6, 30), **TO_RUSSIA, what="units", name="early")
    assert "early" not in rivals(book, pair()[1], {"early": early}, (0.5,))[PERSISTS]


def test_columns() -> None:
    """The run's own values first, then each forecast under its name; without a twin no forecast."""
    run, twin = pair()
    facts = {name: FACTS[name] for name in ("units", "half")}
    found = evidence_columns(run, View(twin), facts, (0.3,))
    told = list(zip(found["measure"], found["by"], found["item"], strict=True))
    assert told == [
        ("units", "", ""),
        ("half", "", ""),
        ("units", RIVAL, "vanishes"),
        ("units", RIVAL, "share=0.3"),
        ("units", RIVAL, "persists"),
    ]
    assert found["value"][0] == values(run, facts)["units"].value
    assert found["value"][3] == forecasts()["share=0.3"]["units"].value
    alone = evidence_columns(run, None, facts, (0.3,))
    assert list(alone["measure"]) == ["units", "half"] and alone["reason"][1] == "no twin was run"
    assert all(len(column) == 0 for column in evidence_columns(run, None, {}).values())
    assert joined({}, alone) == alone and len(joined(alone, found)["value"]) == 7


def test_a_run_alone_knows_no_course() -> None:
    found = values(pair()[0], {"half": FACTS["half"]})["half"]
    assert found.reason == "no twin was run" and found.value != found.value
    unknown = observable("measure", NAN, 1.0, measure="half_life", side="north")
    assert value_of(Book(pair()[0]), unknown.fields, date.min, date.max).reason == "the scenario has no side north"
