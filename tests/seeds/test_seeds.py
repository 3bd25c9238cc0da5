"""The evidence as data: it adds up, it speaks of what a run shows, and every id cited anywhere exists."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sim.declare.parameter import ASSUMED
from sim.measures.frame import REGISTRY
from sim.scenario.loading import load
from sim.scenario.tables import SECTIONS
from sim.seeds.cells import BOUNDS, ROLES
from sim.seeds.reading import read_evidence, seeds_dir
from sim.seeds.tables import TABLES
from sim.world.records import Records

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"

LAST_FIT = date(2023, 8, 31)
"""Calibration uses only windows that end by this day."""


def rows(name: str) -> list[Any]:
    """Rows of a seed table."""
    return list(read_evidence().tables[name].values())


def known_ids() -> set[str]:
    """Every evidence id, and the word for none."""
    return {*read_evidence().table_of, ASSUMED}


def ids_in(evidence: Any) -> list[str]:
    """Ids that one `evidence` value names."""
    if isinstance(evidence, dict):
        return [str(word) for word in evidence.values()]
    return [str(evidence)]


def cited_in(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Pairs of path and id for every `evidence` key in plain data."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key == "evidence":
                for word in ids_in(below):
                    yield path, word
            else:
                yield from cited_in(below, f"{path}.{key}")


def test_fitted_facts_end_in_time() -> None:
    for row in rows("facts"):
        if row.role == "fit":
            assert row.window_end <= LAST_FIT, row.id


def test_what_a_row_is_compared_with_is_named_as_in_a_run() -> None:
    """Words in backticks are measures, or series of the records."""
    found = [
        (row.id, word)
        for row in (*rows("facts"), *rows("parameters"))
        for text in (getattr(row, "observable", ""), row.not_computed)
        for word in re.findall(r"`([^`]*)`", text)
    ]
    assert len(found) > 20
    for key, word in found:
        assert word in REGISTRY or f"``{word}``" in (Records.__doc__ or ""), f"{key}: {word}"


def test_what_a_parameter_sets_is_there() -> None:
    scenario = load("baseline")
    for row in rows("parameters"):
        if row.sets:
            section, *middle, key = row.sets.split(".")
            tables = getattr(scenario, section)
            if not middle:
                assert key in type(tables).model_fields, row.id
            elif middle == ["*"]:
                assert any(key in type(table).model_fields for table in tables.values()), row.id
            else:
                assert key in type(tables[middle[0]]).model_fields, row.id


def test_the_page_names_every_file_column_and_role() -> None:
    page = (seeds_dir() / "README.md").read_text(encoding="utf-8")
    for name, declared in TABLES.items():
        assert f"`{name}.csv`" in page
        for column in declared.model_fields:
            assert f"`{column}`" in page, f"{name}: {column}"
    for word in (*ROLES, *BOUNDS):
        assert f"`{word}`" in page, word
    facts = [row.id for row in rows("facts")]
    counts = [f"{len(facts)} numbers of {len({key[:3] for key in facts})} facts"]
    counts += [str(len(rows(name))) for name in TABLES if name != "facts"]
    for name, count in zip(TABLES, counts, strict=True):
        assert re.search(rf"^\| `{name}\.csv` \|.*\| {count} \|$", page, re.MULTILINE), name


def test_volumes_add_up() -> None:
    value = {row.id: row.value for row in rows("volumes")}
    output = {row.id: row.default for row in rows("parameters")}["P07"]
    assert sum(value[f"V0{i}"] for i in range(1, 5)) == output
    transit = sum(value[f"V{i:02d}"] for i in range(8, 15))
    to_russia = value["V05"] + transit + value["V18"]
    to_ukraine = value["V15"] + value["V16"] + value["V17"]
    made = value["V01"] + value["V02"] + value["V03"]
    assert made == to_russia + to_ukraine + value["V26"]
    assert value["V04"] == value["V06"] + value["V07"] + value["V27"]
    assert value["V19"] == value["V06"] + value["V07"]
    assert value["V20"] + value["V24"] == to_russia
    assert value["V22"] == value["V23"] + value["V24"]
    assert value["V25"] == value["V21"] + to_ukraine


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_id_in_a_scenario_exists(path: Path) -> None:
    known = known_ids()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for where, word in cited_in(data, path.stem):
        assert word in known, f"{where}: {word}"


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.csv")), ids=lambda path: path.stem)
def test_every_id_in_a_scenario_table_exists(path: Path) -> None:
    known = known_ids()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            for key, word in row.items():
                if key == "evidence" or key.startswith("evidence."):
                    assert word in known, f"{row['id']}: {word}"


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_table_of_a_scenario_says_where_it_is_from(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, section in SECTIONS.items():
        tables = data.get(name, {})
        for key, table in tables.items() if section.keyed else [("", tables)] if tables else []:
            if isinstance(table, dict) and table.get("enabled") is not False:
                assert "evidence" in table, f"{path.stem}: {name}.{key}"


def test_every_id_of_a_declared_default_exists() -> None:
    known = known_ids()
    for section in SECTIONS.values():
        for fields in section.classes.values():
            for key, declared in fields.model_fields.items():
                extra = declared.json_schema_extra
                word = extra.get("evidence", "") if isinstance(extra, dict) else ""
                assert not word or word in known, f"{fields.__name__}.{key}: {word}"
