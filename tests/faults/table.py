"""The table of faults, and how one is applied to a copy of the package."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("faults.toml")
PARTS = ("sim", "tests", "scenarios", "seeds", "pyproject.toml")
"""What a copy needs."""


class WrongTextError(ValueError):
    """The line that a fault replaces is not in its file exactly once."""


@dataclass(frozen=True)
class Fault:
    """One line replaced by another.

    Attributes:
        id: Name of the fault.
        stage: Stage of the tick, or the part of the world it lies in.
        file: Path from the root of the repository.
        before: The whole line as it should be; compared with its indentation only where it begins with a space.
        after: The line that replaces it, indented alike.
        seen: What a user would see.
        law: Tests that are run first: those that must catch what engine and oracle have in common.
        world: The small world that is tried first.
    """

    id: str
    stage: str
    file: str
    before: str
    after: str
    seen: str
    law: tuple[str, ...] = ()
    world: int | None = None


def faults() -> list[Fault]:
    """All faults, in order of the table.

    Raises:
        ValueError: Where two faults have the same id.
    """
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["fault"]
    found = [Fault(**row | {"law": tuple(row.get("law", ()))}) for row in rows]
    if len({fault.id for fault in found}) != len(found):
        raise ValueError("two faults have the same id")
    return found


def faulty(fault: Fault, text: str) -> str:
    """A file with the fault in it.

    Args:
        fault: The fault.
        text: The file as it should be.

    Returns:
        The file with one line changed.

    Raises:
        WrongTextError: Where the line is not there exactly once.
    """
    exact = fault.before.startswith(" ")
    lines = text.split("\n")
    places = [i for i, line in enumerate(lines) if (line if exact else line.strip()) == fault.before]
    if len(places) != 1:
        raise WrongTextError(f"{fault.id}: {len(places)} lines of {fault.file} read {fault.before.strip()!r}; one must")
    line = lines[places[0]]
    indent = line[: len(line) - len(line.lstrip())]
    lines[places[0]] = indent + fault.after.strip()
    return "\n".join(lines)


def copy(folder: Path) -> None:
    """Copies the package and its tests into an empty folder."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, folder / part)


def write(path: Path, text: str) -> None:
    """Writes a source file and drops its byte code, which Python tells apart by whole seconds only."""
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()
