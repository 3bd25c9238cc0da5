"""Results on disk: Parquet by temporary name and rename, and a manifest that says how to make them again."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import sim
from sim import __version__

MANIFEST = "manifest.json"
PACKAGES = ("numpy", "numba", "pandas", "pyarrow", "pydantic", "matplotlib")
"""Distributions whose versions a manifest holds, as far as they are installed."""


class OutputError(Exception):
    """A place where results cannot be written."""


def prepare(folder: str | os.PathLike[str]) -> Path:
    """Makes a folder ready for results.

    Args:
        folder: A folder that does not exist, is empty, or holds results already; those are written over, but for a
            sweep, which may have taken hours.

    Returns:
        The folder.

    Raises:
        OutputError: If it is a file, holds something else, or cannot be made.
    """
    path = Path(folder)
    try:
        if path.exists() and not path.is_dir():
            raise OutputError(f"{path} is a file; give a folder for the results")
        path.mkdir(parents=True, exist_ok=True)
        filled = any(entry for entry in path.iterdir() if not entry.name.startswith("."))
        if filled and not (path / MANIFEST).exists():
            raise OutputError(f"{path} holds files that are no results of sim; give another folder, or an empty one")
        if filled and _kind(path / MANIFEST) == "sweep":
            raise OutputError(f"{path} holds a sweep, which other results may not replace; give another folder")
        probe = path / "_probe"
        probe.touch()
        probe.unlink()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError(f"{path} cannot be written: {why}; give another folder") from error
    return path


def _kind(path: Path) -> str:
    """What a manifest is of; empty where it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return ""
    return str(found.get("kind", "")) if isinstance(found, dict) else ""


def read_manifest(folder: Path, wanted: str, error: type[Exception]) -> dict[str, Any]:
    """Reads the manifest of a folder of results.

    Args:
        folder: The folder.
        wanted: What a message asks for where it holds none.
        error: What is raised.

    Returns:
        What it says; of results that were not written to the end too.

    Raises:
        error: If there is no folder, or no manifest that can be read.
    """
    path = folder / MANIFEST
    try:
        if not folder.is_dir():
            raise error(f"{folder} is {'a file' if folder.exists() else 'not there'}; {wanted}")
        if not path.exists():
            raise error(f"{folder} holds no results of sim; {wanted}")
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise error(f"{path} is no manifest; {wanted}")
    except OSError as problem:
        raise error(f"{folder} cannot be read: {problem.strerror or problem}; {wanted}") from problem
    except (json.JSONDecodeError, UnicodeDecodeError) as problem:
        raise error(f"{path} cannot be read: {problem}; {wanted}") from problem
    return found


def read_frame(path: Path, error: type[Exception], columns: list[str] | None = None) -> pd.DataFrame:
    """Reads a frame of a folder of results.

    Args:
        path: The file.
        error: What is raised.
        columns: Columns wanted; all by default.

    Returns:
        The frame.

    Raises:
        error: If it cannot be read.
    """
    try:
        return pd.read_parquet(path, columns=columns)
    except (OSError, ValueError) as problem:
        # The first line says it; what follows are addresses in memory.
        why = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise error(f"{path} cannot be read: {why}; run it again") from problem


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Writes a frame as Parquet (zstd); readers see the whole file or none.

    Args:
        frame: What to write.
        path: Where to; the folder is made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"_{path.name}")
    plain = frame.copy(deep=False)
    plain.attrs = {}
    plain.to_parquet(temporary, compression="zstd", index=False)
    os.replace(temporary, path)


def read_table(path: Path, words: Iterable[str] = ()) -> pd.DataFrame:
    """Reads a CSV file. Numbers are those that were written, to the last bit.

    The parser of pandas is off by a bit now and then before version 3; Python's is not.

    Args:
        path: The file.
        words: Columns that hold words, though they may look like numbers.

    Returns:
        Columns of numbers as int64 or float64, others as they are.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is no table.
    """
    frame = pd.read_csv(path, dtype="object")
    for name in frame.columns.difference(list(words), sort=False):
        for kind in (np.int64, np.float64):
            with suppress(ValueError):
                frame[name] = frame[name].astype(kind)
                break
    return frame


def write_text(text: str, path: Path) -> None:
    """Writes a text; readers see the whole file or none.

    Args:
        text: What to write.
        path: Where to.
    """
    temporary = path.with_name(f"_{path.name}")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers can depend on."""
    found = {"sim": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


@cache
def code() -> str:
    """Hash of the package's sources: numbers made by other code are not taken for ours."""
    digest = hashlib.sha256()
    package = Path(sim.__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def manifest(entries: dict[str, Any]) -> str:
    """A manifest as text: what the caller knows, and versions, hash of the sources, platform, command line and time.

    Args:
        entries: What the caller knows of the results.

    Returns:
        JSON; dates as ISO text.
    """
    whole = {
        **entries,
        "versions": versions(),
        "code": code(),
        "platform": platform.platform(),
        "command": sys.argv,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(whole, indent=2, default=_plain, allow_nan=False) + "\n"


def _plain(value: object) -> str:
    """Values that JSON lacks."""
    if isinstance(value, date | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written in a manifest")
