"""A scenario in which anything was changed at random loads, or raises a ScenarioError; nothing else may come."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_world import SMALL, problems_of

from sim.scenario.shipped import shipped

FILES = {"test world": SMALL, "small": shipped()["small"], "baseline": shipped()["baseline"]}


def read(path: Path) -> dict[str, Any]:
    """A file as TOML has it, its table found from anywhere."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if "table" in data.get("legs", {}):
        data["legs"]["table"] = str(path.parent / data["legs"]["table"])
    return data


def places(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every key in some data."""
    if not isinstance(value, dict):
        return []
    return [place for key, entry in value.items() for place in ((*path, key), *places(entry, (*path, key)))]


PLACES = {name: places(read(path)) for name, path in FILES.items()}
WORDS = sorted({key for found in PLACES.values() for place in found for key in place})

SIMPLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.sampled_from([0, 1, -1, 10**400, -(10**400), 2**63, 1e308, 5e-324, -0.0]),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(WORDS),
    st.dates(),
    st.sampled_from([date.min, date.max, datetime(2022, 1, 1, 12), time(12)]),
)
KEYS = st.one_of(
    st.text(max_size=3), st.sampled_from(WORDS), st.sampled_from(["2022-01-01", "step", "linear", "choice", "beta"])
)
VALUES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=5,
)
HOW = st.sampled_from(["replace", "rename", "remove", "add", "copy"])


def mutate(data: dict[str, Any], found: list[tuple[str, ...]], choose: Any) -> None:
    """Changes something somewhere, in place."""
    place = choose.draw(st.sampled_from(found))
    table: Any = data
    for key in place[:-1]:
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict) or place[-1] not in table:
        return
    how = choose.draw(HOW)
    if how == "replace":
        table[place[-1]] = choose.draw(VALUES)
    elif how == "rename":
        table[choose.draw(KEYS)] = table.pop(place[-1])
    elif how == "remove":
        del table[place[-1]]
    elif how == "add":
        table[choose.draw(KEYS)] = choose.draw(VALUES)
    else:
        other: Any = data
        for key in choose.draw(st.sampled_from(found)):
            other = other.get(key) if isinstance(other, dict) else None
        table[place[-1]] = other


@pytest.mark.parametrize(("name", "examples"), [("test world", 150), ("small", 60), ("baseline", 20)])
def test_data(name: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(choose: Any) -> None:
        data = read(FILES[name])
        for _ in range(choose.draw(st.integers(1, 3))):
            mutate(data, PLACES[name], choose)
        problems_of(data)

    check()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PLACES["test world"]), VALUES, st.lists(KEYS, max_size=2))
def test_changes_by_path(place: tuple[str, ...], value: Any, below: list[str]) -> None:
    problems_of(SMALL, {".".join([*place, *below]): value})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_text(tmp_path: Path, choose: Any) -> None:
    """Bytes are taken out, put in and exchanged in the file, and in the table beside it."""
    for name in ("small.toml", "small_legs.csv"):
        data = bytearray((SMALL.parent / name).read_bytes())
        for _ in range(choose.draw(st.integers(0, 2))):
            start = choose.draw(st.integers(0, len(data)))
            data[start : start + choose.draw(st.integers(0, 4))] = choose.draw(
                st.one_of(st.binary(max_size=3), st.sampled_from([b"[", b"]", b'"', b"=", b",", b"\n", b"\r", b"."]))
            )
        (tmp_path / name).write_bytes(bytes(data))
    problems_of(tmp_path / "small.toml")
