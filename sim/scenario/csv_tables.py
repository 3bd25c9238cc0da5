"""Long tables as CSV: a row is a table, keyed by its first column."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

from sim.declare.errors import Problem, ScenarioError, nearest
from sim.scenario.origins import Origins
from sim.scenario.tables import keeps_text


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


def read_csv(path: Path, section: str) -> tuple[dict[str, Any], Origins]:
    """Reads a section from a CSV file.

    The first column is ``id``; the others are dotted keys below it. An empty cell gives nothing. Cells are read as
    TOML values, as text otherwise.

    Args:
        path: The file.
        section: Section it stands for.

    Returns:
        Tables by id, and where each stands.

    Raises:
        ScenarioError: S104 if there is no such file; S105 for rows that make no sense.
    """
    shown = str(path)
    at = f"{section}.table"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        close = nearest(path.name, [p.name for p in path.parent.glob("*.csv")]) if path.parent.is_dir() else ""
        raise ScenarioError(
            [Problem("S104", f"There is no file {shown}.", path=at, value=path.name, nearest=close)]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError([Problem("S104", f"{shown} cannot be read: {error}.", path=at, value=path.name)]) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    tables: dict[str, Any] = {}
    origins = Origins(shown)
    problems: list[Problem] = []

    def wrong(message: str, key: str = "") -> None:
        problems.append(
            Problem("S105", message, path=f"{section}.{key}" if key else section, file=shown, line=reader.line_num)
        )

    try:
        header = [cell.strip() for cell in next(reader, [])]
        if not header or header[0] != "id":
            wrong("The first column is not `id`.")
        if len(set(header)) < len(header) or "" in header:
            wrong("A column has no name, or two have the same.")
        for row in [] if problems else reader:
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            key = cells[0]
            if len(cells) > len(header):
                wrong(f"The row has {len(cells)} cells, the header {len(header)}.", key)
            elif not key or key in tables:
                wrong("The row has no id." if not key else f"The id `{key}` stands in two rows.", key)
            else:
                tables[key] = {}
                origins.places[f"{section}.{key}"] = (shown, reader.line_num)
                for column, cell in zip(header[1:], cells[1:], strict=False):
                    if cell and not _put(tables[key], column, cell, section):
                        wrong(f"The column `{column}` goes below a column that holds a value.", key)
    except csv.Error as error:
        wrong(f"Not valid CSV: {error}.")
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
