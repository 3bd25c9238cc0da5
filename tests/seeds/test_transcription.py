"""The tables hold what the evidence says: row by row, against a second transcription."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.seeds.frame import evidence
from tests.seeds import transcription as second


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return evidence().set_index("id", drop=False)


def text(day: pd.Timestamp) -> str | None:
    return None if pd.isna(day) else f"{day:%Y-%m-%d}"


def number(value: float) -> float | None:
    return None if pd.isna(value) else value


def whole(ids: pd.Index) -> list[str]:
    """Ids without the letters of further numbers, each once."""
    return sorted({key[:3] for key in ids})


def test_every_fact_of_the_document_has_a_row_and_no_other(frame: pd.DataFrame) -> None:
    facts = frame[frame["table"] == "facts"]
    assert len(second.SECTION_1) == 30 and len(second.SECTION_2) == 14
    assert whole(facts.index[facts.index.str.startswith("D")]) == second.SECTION_1
    assert whole(facts.index[~facts.index.str.startswith("D")]) == second.SECTION_2
    # The first number of a fact bears the id of the fact itself.
    assert {*second.SECTION_1, *second.SECTION_2} <= set(facts.index)


def test_every_number_of_the_other_sections_has_a_row(frame: pd.DataFrame) -> None:
    ids = {name: rows["id"].tolist() for name, rows in frame.groupby("table", sort=False)}
    assert len(second.RANGES) == second.SECTION_3
    # P56, the understatement of value, stands in the checks of section 5, not in the table of section 3.
    assert set(ids["parameters"]) == {row[0] for row in second.RANGES} | {"P56"}
    assert sorted(ids["volumes"]) == sorted(second.VOLUMES)
    days = frame.loc[frame["table"] == "clock", "window_start"]
    assert sorted(map(text, days)) == second.SECTION_4


@pytest.mark.parametrize("row", second.FACTS, ids=lambda row: row[0])
def test_facts(frame: pd.DataFrame, row: tuple) -> None:
    found = frame.loc[row[0]]
    numbers = [number(found[key]) for key in ("value", "low", "high")]
    days = [text(found[key]) for key in ("window_start", "window_end")]
    assert numbers == [None if each is None else pytest.approx(each) for each in row[1:4]]
    assert days == list(row[4:])


@pytest.mark.parametrize("row", second.RANGES, ids=lambda row: row[0])
def test_ranges(frame: pd.DataFrame, row: tuple) -> None:
    numbers = [number(frame.loc[row[0], key]) for key in ("value", "low", "high")]
    assert numbers == [None if each is None else pytest.approx(each) for each in row[1:]]


def test_volumes(frame: pd.DataFrame) -> None:
    found = frame.loc[frame["table"] == "volumes", "value"]
    assert found.to_dict() == second.VOLUMES


def test_roles(frame: pd.DataFrame) -> None:
    roles = {key: frame.loc[key, "role"] for key in (*second.SECTION_1, *second.SECTION_2)}
    assert roles == {key: role for role, ids in second.ROLES.items() for key in ids.split()}
    assert set(frame.loc[frame["table"] == "parameters", "role"]) == {"prior"}


def test_bounds(frame: pd.DataFrame) -> None:
    facts = frame[frame["table"] == "facts"]
    assert sorted(facts.index[facts["bound"] == "at least"]) == sorted(second.AT_LEAST)
    assert sorted(facts.index[facts["bound"] == "at most"]) == sorted(second.AT_MOST)


def test_sources(frame: pd.DataFrame) -> None:
    named: dict[str, set[str]] = {}
    for key, source in frame.loc[frame["table"] == "facts", "source"].items():
        for each in source.split(";"):
            named.setdefault(each, set()).add(str(key)[:3])
    assert named == {source: set(ids.split()) for source, ids in second.SOURCES.items()}


def test_confidence(frame: pd.DataFrame) -> None:
    for grade, ids in second.CONFIDENCE.items():
        assert set(frame.loc[ids.split(), "confidence"]) == {grade}


def test_what_is_derived_is_arithmetic(frame: pd.DataFrame) -> None:
    value = frame["value"]
    assert value["D08c"] == pytest.approx(value["D08b"] / value["D08"], rel=0.005)
    assert value["F16"] == pytest.approx(value["F16b"] / value["F16d"], rel=0.02)
    assert value["F02"] == value["D10"]
    # K1: the printed value gives an impossible price, the other one a possible one.
    assert value["D10b"] / value["D10"] < 100.0 < value["F02b"] / value["F02"]
