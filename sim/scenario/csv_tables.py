"""Long tables as CSV: a row is a table, keyed by its first column."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.declare.errors import Problem, ScenarioError, Verbatim, listed, nearest
from sim.scenario.origins import Origins
from sim.scenario.tables import keeps_text
from sim.scenario.toml_files import read_text


def toml_value(text: str) -> Any:
    """A text as a TOML value; as plain text where it is none.

    Args:
        text: What somebody typed.

    Returns:
        A number, boolean, date, list, table or text.

    Example:
        >>> toml_value("0.5"), toml_value("true"), toml_value("CN"), toml_value('{step = {2022-01-01 = 1}}')
        (0.5, True, 'CN', {'step': {'2022-01-01': 1}})
    """
    try:
        found = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return text
    return found["value"] if set(found) == {"value"} else text


def read_csv(path: Path, section: str, shown: str = "") -> tuple[dict[str, Any], Origins]:
    """Reads a section from a CSV file.

    The first column is ``id``; the others are dotted keys below it. An empty cell gives nothing. Cells are read as
    TOML values, as text otherwise.

    Args:
        path: The file.
        section: Section it stands for.
        shown: The file's path as messages show it; the path itself where empty.

    Returns:
        Tables by id, and where each stands.

    Raises:
        ScenarioError: S104 if there is no such file; S110 if it is no text; S105 for rows that make no sense.
    """
    shown = shown or str(path)
    at = f"{section}.table"
    try:
        text = read_text(path, shown, at)
    except FileNotFoundError:
        beside = [p.name for p in path.parent.glob("*.csv")] if path.parent.is_dir() else []
        allowed = f"a .csv file; beside it there is {listed(beside)}" if beside else "a .csv file"
        close = nearest(path.name, beside)
        message = f"There is no file {shown}."
        raise ScenarioError(
            [Problem("S104", message, path=at, value=path.name, allowed=allowed, nearest=close)]
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    tables: dict[str, Any] = {}
    origins = Origins(shown)
    problems: list[Problem] = []

    def wrong(message: str, key: str, value: str, allowed: str, line: int = 0) -> None:
        path = f"{section}.{key}" if key else section
        line = line or max(reader.line_num, 1)
        problems.append(
            Problem("S105", message, path=path, file=shown, line=line, value=Verbatim(value) or None, allowed=allowed)
        )

    ended = 0  # line of the last whole row
    try:
        header = [cell.strip() for cell in next(reader, [])]
        ended = reader.line_num
        row = ", ".join(header)
        if not any(header):
            wrong("The file is empty." if not text.strip() else "The first row is empty.", "", row, "a header: id, …")
        elif header[0] != "id":
            hint = " The cells are parted by semicolons." if header[0].startswith("id;") else ""
            wrong(f"The first column is not `id`.{hint}", "", row, "columns parted by commas, the first of them `id`")
        elif "" in header:
            wrong("A column has no name.", "", row, "a name for every column")
        elif any("" in name.split(".") for name in header):
            wrong("A dot in a column's name has nothing beside it.", "", row, "dotted keys, such as demand.PRODUCT")
        elif len(set(header)) < len(header):
            twice = next(name for name in header if header.count(name) > 1)
            wrong(f"Two columns have the name `{twice}`.", "", row, "each name once")
        for row in [] if problems else reader:
            ended = reader.line_num
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            key = cells[0]
            if len(cells) > len(header):
                wrong(
                    f"The row has {len(cells)} cells, the header {len(header)}.",
                    key,
                    ", ".join(cells),
                    f"at most {len(header)} cells; a cell with a comma in it needs quotes",
                )
            elif not key:
                wrong("The row has no id.", "", ", ".join(cells), "an id in the first column")
            elif key in tables:
                before = origins.places[f"{section}.{key}"][1]
                wrong(f"The id `{key}` stands in line {before} already.", key, key, "each id once")
            else:
                tables[key] = {}
                origins.places[f"{section}.{key}"] = (shown, reader.line_num)
                for column, cell in zip(header[1:], cells[1:], strict=False):
                    if cell and not _put(tables[key], column, cell, section):
                        wrong(
                            f"The column `{column}` goes below, or above, a column that holds a value.",
                            key,
                            cell,
                            "a value in one of the two columns",
                        )
    except csv.Error as error:
        # The reader stops where the quotes end at last, or at the end; the row began after the last whole one.
        line = ended + 1
        quotes = 'a closing " for every opening one, and nothing after it'
        wrong(f"The quotes are wrong: {error}.", "", text.split("\n")[line - 1].strip(), quotes, line)
    if problems:
        raise ScenarioError(problems)
    return tables, origins


def _put(table: dict[str, Any], column: str, cell: str, section: str) -> bool:
    """Puts a cell at its dotted key; False if something else stands in the way."""
    *above, last = column.split(".")
    text = keeps_text(section, ("", *above, last))
    for part in above:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            return False
    if last in table:
        return False
    table[last] = cell if text else toml_value(cell)
    return True


def told_once(problems: Iterable[Problem]) -> list[Problem]:
    """Problems, with an unknown column told once instead of in every row.

    Args:
        problems: Problems that have their files.

    Returns:
        The problems; other rows stand in ``also``.
    """
    found: dict[object, Problem] = {}
    for number, problem in enumerate(problems):
        *_, column = problem.path.split(".")
        row = problem.code == "S201" and problem.file.endswith(".csv")
        key = (problem.file, column) if row else number
        first = found.setdefault(key, problem)
        if first is not problem:
            found[key] = replace(first, also=(*first.also, problem.path))
    return list(found.values())
