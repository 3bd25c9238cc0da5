"""The files of `seeds/` become rows; all that is wrong with them is told at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from sim.declare.carried import carried
from sim.declare.errors import BadValue, EvidenceError, Problem, listed, nearest
from sim.seeds.tables import EVIDENCE, TABLES, Parameter, Row, columns


@dataclass(frozen=True)
class Evidence:
    """All evidence tables.

    Attributes:
        tables: Rows by id, by name of the table; both in the order of the files.
    """

    tables: dict[str, dict[str, Row]]

    @property
    def table_of(self) -> dict[str, str]:
        """Name of the table by id, for the ids that a scenario can cite."""
        return {key: name for name in EVIDENCE for key in self.tables[name]}


@dataclass(frozen=True)
class _Place:
    """Where a row stands."""

    table: str
    file: str
    line: int
    id: str

    def problem(self, code: str, message: str, column: str = "", value: object = None, **told: str) -> Problem:
        """A problem there."""
        path = ".".join(part for part in (self.table, self.id, column) if part)
        return Problem(code, message, path=path, value=value, file=self.file, line=self.line, **told)


def seeds_dir() -> Path:
    """Folder of the evidence tables: in the wheel `sim/_data/seeds`, in a checkout `seeds`."""
    return carried("seeds")


def read_evidence(folder: Path | None = None) -> Evidence:
    """Reads the evidence tables.

    Args:
        folder: Folder with the five files; that of the package by default.

    Returns:
        The tables, checked.

    Raises:
        EvidenceError: With every problem of every file: file, line, column, value, what is allowed.

    Example:
        >>> found = read_evidence()
        >>> found.tables["facts"]["D02"].value, found.table_of["P10"]
        (14500000.0, 'parameters')
    """
    folder = seeds_dir() if folder is None else folder
    problems: list[Problem] = []
    tables: dict[str, dict[str, Row]] = {}
    places: dict[tuple[str, str], _Place] = {}
    whole = True
    for name in TABLES:
        rows, found, complete = _read_table(folder / f"{name}.csv", name, problems)
        tables[name] = {place.id: row for place, row in rows}
        places |= {(name, place.id): place for place in found}
        whole &= complete
    if whole:
        # Where a table is not whole, an id that is not found may stand in what could not be read.
        problems.extend(_links(tables, places))
    if problems:
        raise EvidenceError(problems)
    return Evidence(tables)


def _read_table(path: Path, name: str, problems: list[Problem]) -> tuple[list[tuple[_Place, Row]], list[_Place], bool]:
    """Rows of a file that are sound, places of all rows, and whether every row's id is known."""
    top = Problem("E102", "", path=name, file=str(path))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.append(replace(top, message=f"There is no file {path.name}."))
        return [], [], False
    except (OSError, UnicodeDecodeError) as error:
        problems.append(replace(top, message=f"The file cannot be read: {error}."))
        return [], [], False
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[_Place, Row]] = []
    places: dict[str, _Place] = {}
    known = columns(name)
    whole = True
    try:
        header = next(reader, [])
        wrong = _header(header, known, top)
        if wrong:
            problems.extend(wrong)
            return [], [], False
        for cells in reader:
            if not any(cells):
                continue
            # The line is that on which the row ends; no cell of these tables goes over a line.
            place = _Place(name, str(path), reader.line_num, cells[0])
            if len(cells) != len(header):
                message = f"The row has {len(cells)} cells, the header {len(header)}."
                problems.append(place.problem("E103", message, allowed=f"{len(header)} cells"))
            elif place.id in places and place.id:
                message = f"The id `{place.id}` stands on line {places[place.id].line} already."
                problems.append(place.problem("E106", message, "id", place.id))
            else:
                row = _row(place, dict(zip(header, cells, strict=True)), problems)
                if row is not None:
                    rows.append((place, row))
            places.setdefault(place.id, place)
    except csv.Error as error:
        problems.append(replace(top, message=f"Not valid CSV: {error}.", line=reader.line_num))
        whole = False
    return rows, list(places.values()), whole


def _header(header: list[str], known: tuple[str, ...], top: Problem) -> list[Problem]:
    """What is wrong with a header."""
    found = []
    for column in dict.fromkeys(header):
        at = replace(top, code="E103", path=f"{top.path}.{column}" if column else top.path, line=1)
        if column not in known:
            close = nearest(column, set(known) - set(header))
            message = f"There is no column `{column}`."
            found.append(replace(at, message=message, value=column, allowed=", ".join(known), nearest=close))
        elif header.count(column) > 1:
            found.append(replace(at, message=f"The column `{column}` stands twice."))
    for column in known:
        if column not in header:
            found.append(
                replace(top, code="E103", path=f"{top.path}.{column}", line=1, message=f"No column `{column}`.")
            )
    return found


def _row(place: _Place, cells: dict[str, str], problems: list[Problem]) -> Row | None:
    """A row, or None with the problems added."""
    found: list[Problem] = []
    for column, cell in cells.items():
        if cell != cell.strip() or "\n" in cell or "\r" in cell:
            message = "The cell begins or ends with space, or goes over a line."
            found.append(place.problem("E104", message, column, cell, allowed="text on one line, without space around"))
    if not found:
        try:
            row = TABLES[place.table].model_validate(cells)
        except ValidationError as error:
            for entry in error.errors():
                bad = entry.get("ctx", {}).get("bad")
                told = {"allowed": bad.allowed, "nearest": bad.nearest} if isinstance(bad, BadValue) else {}
                column = str(entry["loc"][0])
                found.append(place.problem("E104", entry["msg"], column, cells.get(column), **told))
        else:
            for column, message, allowed in row.wrong():
                found.append(place.problem("E105", message, column, cells[column], allowed=allowed))
    problems.extend(found)
    return None if found else row


def _links(tables: dict[str, dict[str, Row]], places: dict[tuple[str, str], _Place]) -> Iterable[Problem]:
    """Ids of sources and facts that are not there, and sources that no row names."""
    ids = {name: [key for table, key in places if table == name] for name in tables}
    for name, rows in tables.items():
        for key, row in rows.items():
            for source in getattr(row, "source", ()):
                if source not in ids["sources"]:
                    yield _missing(places[name, key], "source", source, ids["sources"])
            if isinstance(row, Parameter):
                for fact in row.rests_on:
                    if fact not in ids["facts"]:
                        yield _missing(places[name, key], "rests_on", fact, ids["facts"])
    used = {source for rows in tables.values() for row in rows.values() for source in getattr(row, "source", ())}
    sound = all(len(tables[name]) == len(ids[name]) for name in tables)
    for key in tables["sources"] if sound else ():
        if key not in used:
            yield places["sources", key].problem("E105", f"No row names the source `{key}`.", "id", key)


def _missing(place: _Place, column: str, found: str, known: list[str]) -> Problem:
    """An id that a row names and no row has."""
    return place.problem(
        "E107", f"There is no row `{found}`.", column, found, allowed=listed(known), nearest=nearest(found, known)
    )
