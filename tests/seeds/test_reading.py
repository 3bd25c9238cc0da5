"""Broken tables are told whole: file, row, column, value, what is allowed."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.declare.errors import CODES, EVIDENCE_CODES, EvidenceError
from sim.seeds.frame import evidence
from sim.seeds.reading import read_evidence, seeds_dir
from sim.seeds.tables import TABLES, columns

WHOLE = {name: (seeds_dir() / f"{name}.csv").read_text(encoding="utf-8") for name in TABLES}
CELLS = {name: list(csv.reader(io.StringIO(text, newline=""))) for name, text in WHOLE.items()}
TYPED = {"value", "default", "low", "high", "bound", "window_start", "window_end", "date", "announced", "role",
         "confidence", "kind"}  # fmt: skip
"""Columns in which no odd word can stand."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tables, to be broken."""
    for name, text in WHOLE.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def write(folder: Path, name: str, cells: list[list[str]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(cells)


def put(folder: Path, name: str, row: str, column: str, text: str) -> None:
    """Changes a cell."""
    cells = list(csv.reader((folder / f"{name}.csv").open(encoding="utf-8", newline="")))
    next(line for line in cells if line[0] == row)[cells[0].index(column)] = text
    write(folder, name, cells)


def told(folder: Path) -> EvidenceError:
    with pytest.raises(EvidenceError) as caught:
        read_evidence(folder)
    return caught.value


def test_the_tables_of_the_package_are_sound(folder: Path) -> None:
    assert read_evidence() == read_evidence(folder)


BROKEN = {
    "value": ("facts", "D02", "value", "14.5M", "E104", "a number such as"),
    "underscore": ("facts", "D02", "value", "14_500_000", "E104", "a number such as"),
    "nan": ("parameters", "P10", "default", "nan", "E104", "a number such as"),
    "empty number": ("parameters", "P10", "default", "", "E104", "a number such as"),
    "day": ("facts", "D02", "window_end", "30 June 2023", "E104", "2022-02-24"),
    "no such day": ("clock", "T01", "date", "2023-02-30", "E104", "2022-02-24"),
    "role": ("facts", "D02", "role", "fitt", "E104", "fit, check"),
    "bound": ("facts", "D02", "bound", "above", "E104", "both, at least, at most"),
    "confidence": ("facts", "D02", "confidence", "X", "E104", "H, M, L"),
    "kind": ("sources", "doc000", "kind", "blog", "E104", "press"),
    "source date": ("sources", "doc000", "date", "last year", "E104", "2023-10"),
    "space": ("facts", "D02", "fact", " spaced ", "E104", "without space around"),
    "two lines": ("facts", "D02", "fact", "one\ntwo", "E104", "on one line"),
    "no sources": ("facts", "D02", "source", "", "E104", "ids split by ;"),
    "source twice": ("facts", "D02", "source", "doc000;doc000", "E104", "each once"),
    "id form": ("facts", "D32", "id", "X32", "E105", "[DFG]"),
    "low above": ("parameters", "P10", "low", "0.5", "E105", "up to 0.45"),
    "high below": ("parameters", "P10", "high", "0.4", "E105", "0.45 or more"),
    "half a range": ("parameters", "P10", "low", "", "E105", "both filled, or both empty"),
    "bound without its value": ("facts", "D02", "low", "1", "E105", "low = value"),
    "upper bound without its value": ("facts", "F01", "high", "", "E105", "high = value"),
    "no bound": ("facts", "D02", "bound", "", "E105", "both filled"),
    "unit": ("facts", "D02", "unit", "", "E105", "both filled"),
    "window": ("facts", "D02", "window_end", "2022-06-30", "E105", "a day from 2023-01-01 on"),
    "fit without window": ("facts", "D02", "window_start", "", "E105", "window_end filled"),
    "compared with nothing": ("facts", "D02", "observable", "", "E105", "text"),
    "computed and not": ("facts", "D02", "not_computed", "why", "E105", "one filled"),
    "negative": ("volumes", "V01", "value", "-1", "E105", "0 or more"),
    "announced late": ("clock", "T06", "announced", "2023-10-01", "E105", "up to 2023-09-01"),
    "unknown source": ("facts", "D02", "source", "doc00", "E107", "doc000"),
    "unknown fact": ("parameters", "P28", "rests_on", "D99", "E107", "D01"),
    "id twice": ("facts", "D03", "id", "D02", "E106", ""),
}
"""Table, row, column, what is put there, code, words of what is allowed."""


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_cell_is_told_with_its_place(case: str, folder: Path) -> None:
    name, row, column, text, code, allowed = BROKEN[case]
    put(folder, name, row, column, text)
    line = [cells[0] for cells in CELLS[name]].index(row) + 1 + text.count("\n")
    found = [p for p in told(folder).problems if p.code == code and p.line == line]
    assert found, told(folder)
    assert {p.file for p in found} == {str(folder / f"{name}.csv")}
    assert all(p.path.startswith(f"{name}.") and str(p).count("To do") == 1 for p in found)
    assert any(allowed in p.allowed for p in found)


def test_files_that_cannot_be_read(folder: Path) -> None:
    (folder / "clock.csv").unlink()
    (folder / "volumes.csv").write_bytes(b"id,group\xff\n")
    (folder / "sources.csv").write_text('id,name,kind,date,file,note\na,"b\n', encoding="utf-8")
    assert told(folder).codes == ["E102", "E102", "E102"]


def test_columns_that_are_not_declared(folder: Path) -> None:
    cells = [line[:] for line in CELLS["clock"]]
    cells[0] = ["id", "date", "anounced", "event", "event"]
    write(folder, "clock", cells)
    error = told(folder)
    assert set(error.codes) == {"E103"}
    assert {p.path for p in error.problems} == {"clock.anounced", "clock.event", "clock.announced", "clock.source"}
    assert next(p for p in error.problems if p.path == "clock.anounced").nearest == "announced"


def test_rows_of_another_length(folder: Path) -> None:
    write(folder, "clock", [CELLS["clock"][0], [*CELLS["clock"][1], "more"], *CELLS["clock"][2:]])
    (problem,) = told(folder).problems
    assert (problem.code, problem.line, problem.path) == ("E103", 2, "clock.T01")


def test_a_source_that_nobody_names(folder: Path) -> None:
    with (folder / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("nobody,Nobody,press,2023,,\n")
    (problem,) = told(folder).problems
    assert (problem.code, problem.path) == ("E105", "sources.nobody.id")


def test_what_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(EvidenceError) as caught:
        evidence("D999", "D02", role="fitt", table="fact", source="doc03")
    assert caught.value.codes == ["E101"] * 4
    assert {p.nearest for p in caught.value.problems} >= {"fit", "facts", "doc003"}


def test_every_code_has_an_example() -> None:
    # E101 to E103 have tests of their own above, what concerns observables in tests/observables.
    assert {case[4] for case in BROKEN.values()} | {"E101", "E102", "E103", "E108", "E109"} == set(EVIDENCE_CODES)
    assert not set(CODES) & set(EVIDENCE_CODES)


places = st.sampled_from(
    [(name, row, column) for name, cells in CELLS.items() for row in range(1, len(cells)) for column in columns(name)]
)
typed = places.filter(lambda place: place[2] in TYPED)
FAST = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FAST
@given(st.lists(typed, min_size=1, max_size=6, unique=True), st.sampled_from(["?", "no", "1e5", "inf", "2023-1-1"]))
def test_broken_tables_are_told_whole(folder: Path, chosen: list[tuple[str, int, str]], text: str) -> None:
    """Every cell broken is named, whatever else is."""
    broken = {name: [line[:] for line in cells] for name, cells in CELLS.items()}
    for name, row, column in chosen:
        broken[name][row][columns(name).index(column)] = text
    for name, cells in broken.items():
        write(folder, name, cells)
    named = {(p.path, p.value) for p in told(folder).problems if p.code == "E104"}
    assert named == {(f"{name}.{CELLS[name][row][0]}.{column}", text) for name, row, column in chosen}


@FAST
@given(places, st.text(max_size=12))
def test_any_cell_loads_or_is_told(folder: Path, place: tuple[str, int, str], text: str) -> None:
    name, row, column = place
    cells = [line[:] for line in CELLS[name]]
    cells[row][columns(name).index(column)] = text
    for other, whole in WHOLE.items():
        (folder / f"{other}.csv").write_text(whole, encoding="utf-8")
    try:
        write(folder, name, cells)
    except (UnicodeEncodeError, csv.Error):
        return
    try:
        evidence(folder=folder)
    except EvidenceError as error:
        assert error.problems
        assert all(p.code in EVIDENCE_CODES and p.file and str(p) for p in error.problems)


@FAST
@given(st.sampled_from(sorted(TABLES)), st.integers(0, 10**6), st.binary(min_size=1, max_size=4), st.booleans())
def test_any_bytes_load_or_are_told(folder: Path, name: str, at: int, put_in: bytes, replaced: bool) -> None:
    for other, whole in WHOLE.items():
        (folder / f"{other}.csv").write_text(whole, encoding="utf-8")
    whole = WHOLE[name].encode()
    at %= len(whole)
    (folder / f"{name}.csv").write_bytes(whole[:at] + put_in + whole[at + (len(put_in) if replaced else 0) :])
    try:
        read_evidence(folder)
    except EvidenceError as error:
        assert all(p.code in EVIDENCE_CODES and p.file and str(p) for p in error.problems)


def test_the_folder_is_not_written_to(tmp_path: Path) -> None:
    shutil.copytree(seeds_dir(), tmp_path / "copy")
    before = {path: path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    evidence(folder=tmp_path / "copy")
    assert {path: path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file()} == before
