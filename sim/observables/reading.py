"""`seeds/observables.toml` becomes observables, each beside its fact; all that is wrong with it is told at once."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.declare.errors import BadValue, EvidenceError, Problem, listed, nearest
from sim.observables.fields import KINDS, CountedWithFields, ObservableFields
from sim.seeds.reading import Evidence, read_evidence, seeds_dir
from sim.seeds.tables import Fact

FILE = "observables.toml"
COMPARED = ("fit", "check", "pattern")
"""Roles of facts that are held against a run."""


@dataclass(frozen=True)
class Observable:
    """A fact and what it is in a run.

    Attributes:
        id: Id of the fact; of several that count together, the one that they are counted with.
        counts: Ids of all facts in it.
        text: What was observed.
        role: ``fit``, ``check`` or ``pattern``.
        value: The number, NaN where none is given.
        low: Least value with which a run agrees in full; NaN for none.
        high: Greatest such value; NaN for none.
        bound: ``both``, ``at least`` or ``at most``.
        unit: Unit of all of them.
        first, last: First and last day of the window; `date.min`, `date.max` where open.
        fields: What is computed.

    A fact with a value that is no bound has ``low == high == value``, or the range that `facts.csv` gives.
    """

    id: str
    counts: tuple[str, ...]
    text: str
    role: str
    value: float
    low: float
    high: float
    bound: str
    unit: str
    first: date
    last: date
    fields: ObservableFields

    @property
    def label(self) -> str:
        """Ids of all facts in it, as printed."""
        return "+".join(self.counts)


def read_observables(folder: Path | None = None) -> dict[str, Observable]:
    """Reads what each fact is in a run.

    Args:
        folder: Folder of the evidence; that of the package by default.

    Returns:
        Observables by id, in the order of `facts.csv`.

    Raises:
        EvidenceError: With every problem of every file.

    Example:
        >>> found = read_observables()
        >>> found["D02"].bound, found["D02"].fields.kind, found["F14"].counts
        ('at least', 'recorded', ('F14', 'F14b'))
    """
    evidence = read_evidence(folder)
    path = (seeds_dir() if folder is None else folder) / FILE
    problems: list[Problem] = []
    tables = _tables(path, problems)
    if problems:
        # Without its tables every fact would lack one.
        raise EvidenceError(problems)
    facts: Mapping[str, Fact] = evidence.tables["facts"]  # type: ignore[assignment]
    read: dict[str, ObservableFields | CountedWithFields] = {}
    for name, table in tables.items():
        if name not in facts:
            close = nearest(name, facts)
            problems.append(
                Problem("E107", f"There is no fact `{name}`.", path=name, value=name, file=str(path), nearest=close)
            )
        elif (fields := _fields(name, table, path, problems)) is not None:
            read[name] = fields
    problems.extend(_incomplete(evidence, tables, read, path))
    if problems:
        raise EvidenceError(problems)
    found = {}
    for name, fact in facts.items():
        fields = read.get(name)
        if isinstance(fields, ObservableFields):
            found[name] = _observable(name, fact, fields, facts, read)
    return found


def chosen(wanted: Iterable[str], folder: Path | None = None) -> dict[str, Observable]:
    """Observables by id or role.

    Args:
        wanted: Ids of facts, or roles for all facts of a role.
        folder: Folder of the evidence; that of the package by default.

    Returns:
        Observables by id, in the order of `facts.csv`; of facts that count together, the one they are counted with.

    Raises:
        EvidenceError: E101 for what is neither, with the nearest.

    Example:
        >>> list(chosen(["F14b", "D02"]))
        ['D02', 'F14']
    """
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    if not names:
        return {}
    known = read_observables(folder)
    ids = {each: name for name, observable in known.items() for each in observable.counts}
    unknown = [name for name in names if name not in ids and name not in COMPARED]
    if unknown:
        told = [*COMPARED, *ids]
        raise EvidenceError(
            Problem(
                "E101",
                f"There is no fact `{name}` that a run shows.",
                path=name,
                value=name,
                allowed=listed(told, 80),
                nearest=nearest(name, told),
            )
            for name in unknown
        )
    kept = {ids[name] for name in names if name in ids}
    return {name: each for name, each in known.items() if name in kept or each.role in names}


def not_compared(folder: Path | None = None) -> dict[str, str]:
    """Facts to fit, check or show that no run shows, by id, with the reason.

    Args:
        folder: Folder of the evidence; that of the package by default.

    Example:
        >>> not_compared()["D08d"]
        'no such products in the model'
    """
    facts: Mapping[str, Fact] = read_evidence(folder).tables["facts"]  # type: ignore[assignment]
    return {name: fact.not_computed for name, fact in facts.items() if fact.role in COMPARED and fact.not_computed}


def _tables(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """The tables of the file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem("E102", f"There is no file {path.name}.", path=path.name, file=str(path)))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem("E102", f"The file cannot be read: {error}.", path=path.name, file=str(path)))
    return {}


def _fields(name: str, table: Any, path: Path, problems: list[Problem]) -> ObservableFields | CountedWithFields | None:
    """Fields of one observable, or None with the problems added."""
    kind = table.get("kind") if isinstance(table, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        allowed = ", ".join(KINDS)
        problems.append(
            Problem(
                "E108",
                "There is no observable of this kind.",
                path=f"{name}.kind",
                value=kind,
                allowed=allowed,
                file=str(path),
                nearest=nearest(kind, KINDS) if isinstance(kind, str) else "",
            )
        )
        return None
    fields = KINDS[kind]
    try:
        return fields.model_validate(table)
    except ValidationError as error:
        for entry in error.errors():
            key = str(entry["loc"][0]) if entry["loc"] else ""
            bad = entry.get("ctx", {}).get("bad")
            told = {"allowed": bad.allowed, "nearest": bad.nearest} if isinstance(bad, BadValue) else {}
            if entry["type"] == "extra_forbidden":
                known = fields.read_keys()
                told = {"allowed": ", ".join(known), "nearest": nearest(key, known)}
            problems.append(
                Problem("E108", entry["msg"], path=f"{name}.{key}", value=table.get(key), file=str(path), **told)
            )
    return None


def _incomplete(
    evidence: Evidence,
    tables: Mapping[str, Any],
    read: Mapping[str, ObservableFields | CountedWithFields],
    path: Path,
) -> list[Problem]:
    """Facts without an observable, observables without bounds, and numbers that count with none."""
    found = []
    for name, fact in evidence.tables["facts"].items():
        assert isinstance(fact, Fact)
        told = {"path": name, "file": str(path)}
        if fact.role in COMPARED and not fact.not_computed and name not in tables:
            found.append(Problem("E109", f"Nothing says what the fact `{name}` is in a run.", **told))
        if name in tables and fact.not_computed:
            found.append(Problem("E108", f"The fact `{name}` says that no run shows it.", **told))
        fields = read.get(name)
        if isinstance(fields, CountedWithFields) and not isinstance(read.get(fields.other), ObservableFields):
            close = nearest(fields.other, [key for key, each in read.items() if isinstance(each, ObservableFields)])
            found.append(
                Problem("E107", f"`{fields.other}` is no observable.", value=fields.other, nearest=close, **told)
            )
        if isinstance(fields, ObservableFields):
            bounded = fields.at_least is not None or fields.at_most is not None
            if not bounded and (fact.value is None or fact.role == "pattern"):
                message = "Nothing says which values of a run agree with the fact."
                found.append(Problem("E108", message, allowed="at_least, at_most, or both", **told))
            if bounded and fact.role != "pattern" and fact.value is not None:
                message = "The fact has a number; its bound stands in facts.csv."
                found.append(Problem("E108", message, allowed="no at_least and no at_most", **told))
            if None not in (fields.at_least, fields.at_most) and fields.at_least > fields.at_most:
                message = "The least value that agrees is above the greatest."
                found.append(Problem("E108", message, allowed="at_least up to at_most", **told))
    return found


def _observable(
    name: str,
    fact: Fact,
    fields: ObservableFields,
    facts: Mapping[str, Fact],
    read: Mapping[str, ObservableFields | CountedWithFields],
) -> Observable:
    """A fact with what counts with it."""
    nan = float("nan")
    others = [key for key, each in read.items() if isinstance(each, CountedWithFields) and each.other == name]
    added = sum((facts[key].value or 0.0) for key in others if getattr(read[key], "adds", False))
    value = nan if fact.value is None else fact.value + added
    low, high, bound = value, value, fact.bound or "both"
    if bound == "at least":
        high = nan
    elif bound == "at most":
        low = nan
    elif not added:
        low = value if fact.low is None else fact.low
        high = value if fact.high is None else fact.high
    if fields.at_least is not None or fields.at_most is not None:
        low = nan if fields.at_least is None else fields.at_least
        high = nan if fields.at_most is None else fields.at_most
        bound = "at least" if math.isnan(high) else "at most" if math.isnan(low) else "both"
    return Observable(
        id=name,
        counts=(name, *others),
        text=fact.fact,
        role=fact.role,
        value=value,
        low=low,
        high=high,
        bound=bound,
        unit=fact.unit,
        first=fact.window_start or date.min,
        last=fact.window_end or date.max,
        fields=fields,
    )
