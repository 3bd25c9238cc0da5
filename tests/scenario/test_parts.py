"""Line numbers, CSV cells and merging."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_world import SMALL

from sim.declare.errors import ScenarioError
from sim.scenario.csv_tables import read_csv, toml_value
from sim.scenario.merging import merge
from sim.scenario.origins import Origins, line_numbers
from sim.scenario.tables import SECTIONS

TEXT = '''title = "a # [b]"
# [comment]
description = """
[not.a.table]
key = 1
"""
[groups."a b"]
list = [
  "x = 1",
  "y",
]
inline = { a = { b = 1 } }
c.d = 'it''s'
after = 1
[ legs . "AA-BB" ]
x = "\\\\"
y = "\\"[" # "
z = 3
'''


def test_lines_of_keys() -> None:
    assert line_numbers(TEXT) == {
        "title": 1,
        "description": 3,
        "groups": 7,
        "groups.a b": 7,
        "groups.a b.list": 8,
        "groups.a b.inline": 12,
        "groups.a b.c": 13,
        "groups.a b.c.d": 13,
        "groups.a b.after": 14,
        "legs": 15,
        "legs.AA-BB": 15,
        "legs.AA-BB.x": 16,
        "legs.AA-BB.y": 17,
        "legs.AA-BB.z": 18,
    }


@settings(deadline=None)
@given(st.text(alphabet="[]{}\"'=.#\\\nab 1", max_size=60))
def test_lines_of_anything(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= line <= lines for line in line_numbers(text).values())


def test_every_key_of_the_small_world_has_its_line() -> None:
    text = SMALL.read_text(encoding="utf-8")
    found = line_numbers(text)
    lines = text.split("\n")
    for section, tables in tomllib.loads(text).items():
        if isinstance(tables, dict) and SECTIONS[section].keyed:
            for key, table in tables.items():
                for name in table if isinstance(table, dict) else ():
                    line = lines[found[f"{section}.{key}.{name}"] - 1]
                    assert name in line


def test_the_place_of_a_path_is_that_of_the_nearest_above() -> None:
    origins = Origins("f.toml", {"a": ("f.toml", 1), "a.b": ("g.csv", 7)})
    assert origins.place("a.b.c.d") == ("g.csv", 7)
    assert origins.place("a.x") == ("f.toml", 1)
    assert origins.place("z") == ("f.toml", None)


def rows(folder: Path, text: str) -> dict[str, Any]:
    file = folder / "rows.csv"
    file.write_text(text, encoding="utf-8")
    return read_csv(file, "products")[0]


def test_cells(tmp_path: Path) -> None:
    text = (
        "\ufeffid,hs_code,reference_price,thermal,substitutes.b,title\n"
        '# note,,,,,\n\na,0806,1e2,true,0.5,"x, y"\nb,,2,,,\n'
    )
    assert rows(tmp_path, text) == {
        "a": {"hs_code": "0806", "reference_price": 100.0, "thermal": True, "substitutes": {"b": 0.5}, "title": "x, y"},
        "b": {"reference_price": 2},
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name,x\na,1\n",
        "id,x,x\na,1,2\n",
        "id,,x\na,1,2\n",
        "id,x\na,1,2\n",
        "id,x\na,1\na,2\n",
        "id,x\n,1\n",
        "id,x,x.y\na,1,2\n",
        "id,x.y,x\na,1,2\n",
        'id,x\na,"1\n',
    ],
)
def test_rows_that_make_no_sense(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        rows(tmp_path, text)
    assert set(caught.value.codes) == {"S105"}


def test_typed_values() -> None:
    assert toml_value("2022-01-01\nx = 3") == "2022-01-01\nx = 3"
    assert toml_value("[1") == "[1"
    assert toml_value("[" * 5000) == "[" * 5000


TABLES = st.recursive(
    st.one_of(st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2)),
    lambda inner: st.dictionaries(st.sampled_from(["a", "b", "c", "step"]), inner, max_size=3),
    max_leaves=10,
)
DATA = st.fixed_dictionaries(
    {}, optional={"groups": st.dictionaries(st.sampled_from(["x", "y"]), TABLES), "market": TABLES, "odd": TABLES}
)


def without_evidence(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_evidence(entry) for key, entry in value.items() if key != "evidence"}
    return value


@settings(deadline=None, max_examples=50)
@given(DATA, DATA)
def test_merging_is_idempotent_and_neutral(base: dict[str, Any], over: dict[str, Any]) -> None:
    merged = merge(base, over)
    assert merge(merged, over) == merged
    assert without_evidence(merge(base, {})) == base
    assert without_evidence(merge({}, over)) == over


def alike(*values: Any) -> bool:
    """Whether what is a table in one file is a table in all that have it: else a value in the middle ends a table."""
    tables = [value for value in values if isinstance(value, dict)]
    if tables and len(tables) < len(values):
        return False
    keys = {key for table in tables for key in table}
    return all(alike(*(table[key] for table in tables if key in table)) for key in keys)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.filter_too_much])
@given(DATA, DATA, DATA)
def test_merging_is_associative(a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]) -> None:
    assume(alike(a, b, c))
    assert without_evidence(merge(merge(a, b), c)) == without_evidence(merge(a, merge(b, c)))
