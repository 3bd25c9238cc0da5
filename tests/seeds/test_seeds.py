"""The evidence as data: ids are unique, sources exist, and every id cited anywhere exists."""

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
from sim.scenario.tables import SECTIONS

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
SCENARIOS = ROOT / "scenarios"

LETTERS = {"facts": "DFG", "parameters": "P", "volumes": "V", "clock": "T"}
ROLES = {"fit", "check", "prior", "pattern", "policy", "measure"}
LAST_FIT = date(2023, 8, 31)


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a seed table."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def known_ids() -> set[str]:
    """Every evidence id, and the word for none."""
    return {row["id"] for name in LETTERS for row in rows(name)} | {ASSUMED}


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


def test_every_id_stands_once() -> None:
    found = [row["id"] for name in LETTERS for row in rows(name)]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_ids_have_the_letter_of_their_table(name: str) -> None:
    for row in rows(name):
        assert re.fullmatch(rf"[{LETTERS[name]}]\d\d[a-z]?", row["id"]), row["id"]


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_every_source_exists(name: str) -> None:
    sources = [row["id"] for row in rows("sources")]
    assert len(sources) == len(set(sources))
    for row in rows(name):
        for source in row["source"].split(";"):
            assert source in sources, row["id"]


def test_every_source_is_used() -> None:
    used = {source for name in LETTERS for row in rows(name) for source in row["source"].split(";")}
    assert used == {row["id"] for row in rows("sources")}


def test_facts_make_sense() -> None:
    for row in rows("facts"):
        assert row["role"] in ROLES, row["id"]
        assert row["confidence"] in {"H", "M", "L"}, row["id"]
        low, value, high = (float(row[key]) if row[key] else None for key in ("low", "value", "high"))
        assert low is None or value is None or low <= value, row["id"]
        assert high is None or value is None or value <= high, row["id"]
        assert bool(row["unit"]) == bool(row["value"]), row["id"]
        start, end = (date.fromisoformat(row[key]) if row[key] else None for key in ("window_start", "window_end"))
        assert start is None or end is None or start <= end, row["id"]


def test_fitted_facts_can_be_fitted() -> None:
    for row in rows("facts"):
        if row["role"] == "fit":
            assert row["value"] and row["observable"] and row["window_start"], row["id"]
            assert date.fromisoformat(row["window_end"]) <= LAST_FIT, row["id"]


def test_defaults_lie_within_their_ranges() -> None:
    for row in rows("parameters"):
        if row["low"] or row["high"]:
            assert float(row["low"]) <= float(row["default"]) <= float(row["high"]), row["id"]


def test_volumes_add_up() -> None:
    value = {row["id"]: float(row["value"]) for row in rows("volumes")}
    output = {row["id"]: float(row["default"]) for row in rows("parameters")}["P07"]
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
