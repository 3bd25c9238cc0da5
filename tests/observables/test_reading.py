"""`seeds/observables.toml`: every fact is in it, all that it names is there, and what is wrong with it is told."""

from __future__ import annotations

import math
import shutil
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.declare.errors import EvidenceError, Problem
from sim.measures.frame import REGISTRY
from sim.observables.fields import KINDS, MeasureFields
from sim.observables.reading import COMPARED, FILE, chosen, not_compared, read_observables
from sim.scenario.loading import load
from sim.seeds.reading import read_evidence, seeds_dir
from tests.scenario.small_world import toml_text

KNOWN = read_observables()
FACTS = read_evidence().tables["facts"]
TABLES = tomllib.loads((seeds_dir() / FILE).read_text())
PLACES = ("origin", "destination", "origins", "destinations")
GROUPS = ("makers", "sellers", "buyers", "part", "part_sellers", "part_buyers", "part_makers")


def words(value: Any) -> tuple[str, ...]:
    """One name or several."""
    return (value,) if isinstance(value, str) else tuple(value)


def test_every_fact_is_shown_or_says_why_not() -> None:
    shown = {each for observable in KNOWN.values() for each in observable.counts}
    for name, fact in FACTS.items():
        if fact.role in COMPARED:
            assert (name in shown) != bool(fact.not_computed), name
    assert set(not_compared()) == {
        name for name, fact in FACTS.items() if fact.role in COMPARED and fact.not_computed
    } and all(not_compared().values())


def test_whom_observables_name_the_baseline_has() -> None:
    baseline = load("baseline")
    kinds = {each.kind for each in baseline.evasion.values()}
    for name, each in KNOWN.items():
        asked = each.fields.model_dump()
        for key, known in (
            *((key, baseline.groups) for key in GROUPS),
            *((key, baseline.jurisdictions) for key in PLACES),
            ("products", baseline.products),
            ("without", baseline.products),
            ("ways", kinds),
        ):
            assert set(words(asked.get(key) or ())) <= set(known), (name, key)
        assert asked.get("side") in (None, "", *baseline.sides), name
        if isinstance(each.fields, MeasureFields):
            assert each.fields.measure in REGISTRY, name


def test_every_observable_has_bounds_and_a_reason_for_its_tolerance() -> None:
    for name, each in KNOWN.items():
        assert not (math.isnan(each.low) and math.isnan(each.high)), name
        assert not each.low > each.high and each.first <= each.last, name
        assert each.fields.why and each.role in COMPARED, name
        assert bool(each.fields.shows) == (each.role == "pattern" and each.fields.at_least is not None) or (
            each.role == "pattern"
        ), name


@pytest.mark.parametrize(
    ("name", "low", "high", "bound", "counts"),
    [
        ("D02", 14_500_000.0, None, "at least", ("D02",)),
        ("D03", 12_000_000.0, 12_000_000.0, "both", ("D03",)),
        ("D05", 0.4, 0.5, "both", ("D05",)),
        ("F01c", None, 0.0, "at most", ("F01c",)),
        ("F14", 44_300.0, 44_300.0, "both", ("F14", "F14b")),
        ("F02", 30_000.0, None, "at least", ("F02", "D10")),
        ("D21", 1.05, None, "at least", ("D21",)),
        ("D08", 9.0, 150.0, "both", ("D08",)),
    ],
)
def test_bounds(name: str, low: float | None, high: float | None, bound: str, counts: tuple[str, ...]) -> None:
    each = KNOWN[name]
    assert (each.bound, set(each.counts), each.counts[0]) == (bound, set(counts), name)
    for found, wanted in ((each.low, low), (each.high, high)):
        assert math.isnan(found) if wanted is None else found == wanted


def test_chosen() -> None:
    assert list(chosen(["F14b", "D02"])) == ["D02", "F14"] and list(chosen("D10")) == ["F02"]
    assert chosen([]) == {} and repr(chosen(COMPARED)) == repr(KNOWN)
    assert {each.role for each in chosen(["fit"]).values()} == {"fit"}
    assert list(chosen(["check", "D02"])) == [n for n, e in KNOWN.items() if e.role == "check" or n == "D02"]


def test_choosing_what_there_is_not() -> None:
    with pytest.raises(EvidenceError) as caught:
        chosen(["D2", "fitt", "D02", "D08d"])
    assert [problem.code for problem in caught.value.problems] == ["E101"] * 3
    assert [problem.value for problem in caught.value.problems] == ["D08d", "D2", "fitt"]
    assert caught.value.problems[2].nearest == "fit" and "D02" in caught.value.problems[0].allowed


Change = Callable[[dict[str, Any]], object]


def problems(folder: Path, change: Change) -> list[Problem]:
    """What reading says of the file with a change."""
    shutil.copytree(seeds_dir(), folder, dirs_exist_ok=True)
    tables = tomllib.loads((seeds_dir() / FILE).read_text())
    change(tables)
    (folder / FILE).write_text(toml_text(tables))
    try:
        read_observables(folder)
    except EvidenceError as error:
        assert all(problem.message in " ".join(str(error).split()) for problem in error.problems)
        return error.problems
    return []


def put(name: str, **values: Any) -> Change:
    """Sets values of an observable."""
    return lambda tables: tables[name].update(values)


def take(name: str, key: str) -> Change:
    """Takes a value of an observable out."""
    return lambda tables: tables[name].pop(key)


@pytest.mark.parametrize(
    ("change", "code", "path", "close", "says"),
    [
        (lambda tables: tables.pop("D02"), "E109", "D02", "", "`D02`"),
        (lambda tables: tables.update(D002=tables["D02"]), "E107", "D002", "D02", "no fact `D002`"),
        (lambda tables: tables.update(D08d=tables["D08c"]), "E108", "D08d", "", "no run shows it"),
        (put("D02", kind="recorder"), "E108", "D02.kind", "recorded", "no observable of this kind"),
        (put("D02", kind=3), "E108", "D02.kind", "", "no observable of this kind"),
        (put("D02", kind=["recorded"]), "E108", "D02.kind", "", "no observable of this kind"),
        (lambda tables: tables.update(D02=5), "E108", "D02.kind", "", "no observable of this kind"),
        (take("D02", "kind"), "E108", "D02.kind", "", "no observable of this kind"),
        (put("D02", bye="exporter"), "E108", "D02.bye", "by", ""),
        (put("D02", by="exporters"), "E108", "D02.by", "exporter", ""),
        (put("D02", what="values"), "E108", "D02.what", "value", ""),
        (put("D02", tolerance=0.0), "E108", "D02.tolerance", "", ""),
        (put("D02", tolerance="wide"), "E108", "D02.tolerance", "", ""),
        (put("D02", makers="leader"), "E108", "D02.makers", "", "not a list"),
        (take("D02", "origin"), "E108", "D02.origin", "", ""),
        (put("D19", base_from="summer"), "E108", "D19.base_from", "", ""),
        (put("D19", last_days=0), "E108", "D19.last_days", "", ""),
        (put("D02", at_least=5.0), "E108", "D02", "", "bound stands in facts.csv"),
        (take("D31", "at_least"), "E108", "D31", "", "which values of a run agree"),
        (put("D31", at_most=0.5), "E108", "D31", "", "above the greatest"),
        (put("D10", other="F2"), "E107", "D10", "F02", "`F2` is no observable"),
        (put("D10", other="D23"), "E107", "D10", "D23b", "`D23` is no observable"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, change: Change, code: str, path: str, close: str, says: str) -> None:
    found = problems(tmp_path, change)
    assert [(each.code, each.path) for each in found] == [(code, path)]
    assert found[0].nearest == close and says in found[0].message
    assert found[0].file == str(tmp_path / FILE)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    def break_much(tables: dict[str, Any]) -> None:
        tables.pop("D03")
        tables["D02"] |= {"by": "nobody", "colour": "red"}
        tables["X1"] = {"kind": "longest"}

    found = {(each.code, each.path) for each in problems(tmp_path, break_much)}
    assert found == {("E109", "D03"), ("E108", "D02.by"), ("E108", "D02.colour"), ("E107", "X1")}


def test_nothing_wrong(tmp_path: Path) -> None:
    assert problems(tmp_path, lambda tables: None) == [] and repr(read_observables(tmp_path)) == repr(KNOWN)


@pytest.mark.parametrize("text", [None, b"[D02", b"\xff"])
def test_a_file_that_cannot_be_read(tmp_path: Path, text: bytes | None) -> None:
    """One problem, not one for each fact that is not in it."""
    shutil.copytree(seeds_dir(), tmp_path, dirs_exist_ok=True)
    (tmp_path / FILE).unlink()
    if text is not None:
        (tmp_path / FILE).write_bytes(text)
    with pytest.raises(EvidenceError) as caught:
        read_observables(tmp_path)
    assert [(each.code, each.path) for each in caught.value.problems] == [("E102", FILE)]


SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=True) | st.text(max_size=4) | st.dates()
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=3), SCALARS, max_size=2)


@given(st.sampled_from(list(KINDS)), st.data())
def test_fields_are_read_or_refused(kind: str, data: st.DataObject) -> None:
    """Whatever stands in the file: nothing but a ValidationError comes, which the reader tells as E108."""
    from pydantic import ValidationError

    keys = st.sampled_from([*KINDS[kind].model_fields, "colour"])
    table = {"kind": kind, **data.draw(st.dictionaries(keys, VALUES, max_size=4))}
    try:
        found = KINDS[kind].model_validate(table)
    except ValidationError:
        return
    assert found.kind == kind and KINDS[kind].model_validate(found.model_dump()) == found


def test_windows_are_those_of_the_facts() -> None:
    for name, each in KNOWN.items():
        fact = FACTS[name]
        assert each.first == (fact.window_start or date.min) and each.last == (fact.window_end or date.max)
        assert (each.text, each.unit, each.role) == (fact.fact, fact.unit, fact.role)


def test_the_file_and_what_is_read_of_it_agree() -> None:
    shown = {each for observable in KNOWN.values() for each in observable.counts}
    assert shown == set(TABLES)
