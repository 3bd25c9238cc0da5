"""The evidence as one tidy frame."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sim.declare.errors import EvidenceError, Problem, listed, nearest
from sim.seeds.cells import ROLES
from sim.seeds.reading import Evidence, read_evidence
from sim.seeds.tables import EVIDENCE, Event, Fact, Parameter, Row, Volume

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: dict[str, str] = {
    "table": "str",
    "id": "str",
    "what": "str",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "bound": "str",
    "unit": "str",
    "announced": "datetime64[s]",
    "window_start": "datetime64[s]",
    "window_end": "datetime64[s]",
    "observable": "str",
    "sets": "str",
    "not_computed": "str",
    "rests_on": "str",
    "reading": "str",
    "role": "str",
    "confidence": "str",
    "source": "str",
    "source_name": "str",
}
"""Columns of the frame and their dtypes."""


def evidence(
    *ids: str, role: str | None = None, table: str | None = None, source: str | None = None, folder: Path | None = None
) -> pd.DataFrame:
    """The evidence: what was observed, ranges of parameters, the policy clock, and one set of volumes that fits all.

    Args:
        ids: Rows wanted, in this order; all of them by default.
        role: Only rows of this role: ``"fit"``, ``"check"``, ``"prior"``, ``"pattern"``, ``"policy"``, ``"measure"``
            or ``"superseded"``.
        table: Only rows of this table: ``"facts"``, ``"parameters"``, ``"clock"`` or ``"volumes"``.
        source: Only rows that name this source, an id of `sources.csv`.
        folder: Folder with the five files; that of the package by default.

    Returns:
        A row a number. Columns: ``table``, ``id``, ``what``, ``value`` (a parameter's default), ``low``, ``high``
        (float64, in ``unit``; NaN where nothing is said), ``bound`` (``"both"``, ``"at least"``, ``"at most"``, empty
        for none), ``announced`` (events), ``window_start``, ``window_end`` (dates, NaT where open; an event has its
        day as start), ``observable`` (what in a run it is compared with), ``sets`` (what a parameter sets in a
        scenario), ``not_computed`` (why no run shows it), ``rests_on`` (facts behind a parameter), ``reading`` (how
        a number was read), ``role``, ``confidence``, ``source`` (ids split by ``;``), ``source_name``. Text is empty
        where nothing is said.

    Raises:
        EvidenceError: E101 for an id, role, table or source that is not there, with the nearest; E102 to E107 for
            everything wrong with the files.

    Example:
        >>> evidence("D02", "P10")[["id", "low", "bound", "unit"]].to_dict("records")[0]
        {'id': 'D02', 'low': 14500000.0, 'bound': 'at least', 'unit': 'US dollars'}
    """
    import pandas as pd

    found = read_evidence(folder)
    _check(found, ids, role, table, source)
    rows = [
        _tidy(name, row, found)
        for name in EVIDENCE
        for row in found.tables[name].values()
        if (table in (None, name))
        and (role in (None, getattr(row, "role", "policy" if isinstance(row, Event) else "")))
        and (source is None or source in getattr(row, "source", ()))
    ]
    if ids:
        place = {key: i for i, key in reversed(list(enumerate(ids)))}
        rows = sorted((row for row in rows if row["id"] in place), key=lambda row: place[str(row["id"])])
    frame = pd.DataFrame(rows, columns=pd.Index(list(COLUMNS)))
    return frame.astype(COLUMNS)


def _tidy(table: str, row: Row, found: Evidence) -> dict[str, object]:
    """A row under the names of the frame."""
    out: dict[str, object] = {column: "" for column, kind in COLUMNS.items() if kind == "str"}
    same = row.model_dump()
    out |= {key: value for key, value in same.items() if key in COLUMNS}
    out |= {"table": table, "source": ";".join(same["source"])}
    out["source_name"] = "; ".join(str(found.tables["sources"][each].name) for each in same["source"])  # type: ignore[attr-defined]
    if isinstance(row, Fact):
        out["what"] = row.fact
    elif isinstance(row, Parameter):
        out |= {"what": row.name, "value": row.default, "rests_on": ";".join(row.rests_on)}
        out["bound"] = "both" if row.low is not None else ""
    elif isinstance(row, Event):
        out |= {"what": row.event, "window_start": row.date, "role": "policy"}
    elif isinstance(row, Volume):
        out |= {"what": f"{row.group}: {row.flow}", "bound": "both"}
    return out


def _check(found: Evidence, ids: Iterable[str], role: str | None, table: str | None, source: str | None) -> None:
    """Tells of everything asked for that is not there."""
    asked: list[tuple[str, str, Iterable[str]]] = [("row", each, found.table_of) for each in ids]
    asked += [
        (what, each, known)
        for what, each, known in (
            ("role", role, ROLES),
            ("table", table, EVIDENCE),
            ("source", source, found.tables["sources"]),
        )
        if each is not None
    ]
    problems = [
        Problem(
            "E101",
            f"There is no {what} `{each}` in the evidence.",
            path=each if what == "row" else what,
            value=each,
            allowed="" if what == "row" else listed(known, most=30),
            nearest=nearest(each, known),
        )
        for what, each, known in asked
        if each not in known
    ]
    if problems:
        raise EvidenceError(problems)
