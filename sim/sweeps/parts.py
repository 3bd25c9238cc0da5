"""A sweep on disk: draws, Parquet parts by temporary name and rename, and a manifest."""

from __future__ import annotations

import errno
import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from sim.experiments import store
from sim.sweeps.errors import SweepError
from sim.sweeps.simulate import FAILED, MEASURES, Output

FLOATS = [field.name for field in MEASURES if pa.types.is_floating(field.type)]
LOCK = ".lock"
"""Name of the file that one process at a time holds."""
PARTS = ("measures", "runs")
"""Folders of parts. That of a batch under `runs` is written last: with it, the batch is done."""
TOLD = {
    "scenario_hash": "scenario",
    "factors": "factors",
    "design": "design",
    "draws_hash": "draws",
    "seeds": "seeds",
    "own_luck": "seeds of each draw",
    "evidence": "evidence",
    "rivals": "rivals",
    "versus": "policies left out of twins",
    "measures": "measures",
    "detail": "breakdown of measures",
    "window": "window",
    "code": "version of sim",
}
"""Entries of a manifest that a sweep must share with one that it goes on with, as messages name them."""


def part(folder: Path, kind: str, number: int) -> Path:
    """Path of a part.

    Args:
        folder: Folder of the sweep.
        kind: One of :data:`PARTS`.
        number: Number of the batch.
    """
    return folder / kind / f"part-{number:06d}.parquet"


def finished(folder: Path) -> set[int]:
    """Numbers of the batches that are done.

    Args:
        folder: Folder of the sweep.
    """
    return {int(path.stem.removeprefix("part-")) for path in (folder / "runs").glob("part-*.parquet")}


def write(folder: Path, output: Output) -> None:
    """Writes what a batch gave; readers see the whole of a part or nothing.

    Args:
        folder: Folder of the sweep.
        output: The batch.

    Raises:
        OutputError: If the disk is full, or the folder cannot be written.
    """
    with told(folder):
        for kind, table in (("measures", output.measures), ("runs", output.runs)):
            path = part(folder, kind, output.number)
            path.parent.mkdir(exist_ok=True)
            # No reader's pattern for Parquet files fits the name.
            temporary = path.with_name(f"_{path.stem}.half")
            try:
                pq.write_table(
                    table,
                    temporary,
                    compression="zstd",
                    use_dictionary=[f.name for f in table.schema if f.name not in FLOATS],
                    column_encoding={name: "BYTE_STREAM_SPLIT" for name in FLOATS if name in table.schema.names},
                )
                os.replace(temporary, path)
            except OSError:
                # Half a part would only take room.
                temporary.unlink(missing_ok=True)
                raise


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turns a disk that is full, or a folder that cannot be written, into words.

    Args:
        folder: Folder of the sweep.

    Raises:
        OutputError: In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
            why = "the disk is full"
        else:
            why = error.strerror or str(error)
        done = len(finished(folder))
        raise store.OutputError(
            f"{folder} cannot be written: {why}. {done} batches are there and stay; make room, and give the same "
            "command again: it goes on from them"
        ) from error


def start(
    folder: str | os.PathLike[str], entries: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]
) -> dict[str, Any]:
    """Makes a folder ready for a sweep, or finds there the one that is to go on.

    Args:
        folder: A folder that does not exist, is empty, or holds the same sweep.
        entries: What the manifest says, with all of :data:`TOLD`.
        frames: Tables that are known before anything runs, by name.

    Returns:
        The manifest: that found, or the one written.

    Raises:
        OutputError: If the folder cannot be written.
        SweepError: If it holds other results.
    """
    path = Path(folder)
    known = read_manifest(path) if (path / store.MANIFEST).exists() else None
    if known is not None:
        _same(path, known, entries)
    else:
        path = store.prepare(path)
    with told(path):
        # The manifest goes first: with it, what a killed sweep leaves behind is known to be one.
        if known is None:
            write_manifest(path, entries)
        for name, frame in frames.items():
            if not (path / f"{name}.parquet").exists():
                store.write_frame(frame, path / f"{name}.parquet")
        for half in path.glob("*/_part-*"):
            half.unlink()
    return dict(entries) if known is None else known


def write_manifest(folder: Path, entries: Mapping[str, Any]) -> None:
    """Writes a manifest.

    Args:
        folder: Folder of the sweep.
        entries: What it says besides versions, platform, command and time.
    """
    with told(folder):
        store.write_text(store.manifest(dict(entries)), folder / store.MANIFEST)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a sweep.

    Args:
        folder: Folder of the sweep.

    Returns:
        Its entries.

    Raises:
        SweepError: If there is none, or it is of something else.
    """
    wanted = "give the folder that `sim sweep ... --out DIR` wrote"
    path = folder / store.MANIFEST
    if not path.exists():
        what = (
            "is not there" if not folder.exists() else "is a file" if not folder.is_dir() else "holds no results of sim"
        )
        raise SweepError(f"{folder} {what}; {wanted}")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SweepError(f"{path} cannot be read: {error}; {wanted}") from error
    if not isinstance(found, dict) or found.get("kind") != "sweep":
        raise SweepError(f"{folder} holds other results of sim, not a sweep; {wanted}")
    return found


def _same(folder: Path, known: Mapping[str, Any], entries: Mapping[str, Any]) -> None:
    """Refuses to mix two sweeps."""
    plain = json.loads(store.manifest(dict(entries)))
    differing = [words for name, words in TOLD.items() if known.get(name) != plain.get(name)]
    if differing:
        raise SweepError(
            f"{folder} holds another sweep: other {', '.join(differing)}. Give another folder for this one, or go on "
            f"with that one by its own command{_command(known)}"
        )


def _command(known: Mapping[str, Any]) -> str:
    """The command that made a sweep, if a command did."""
    words = [str(word) for word in known.get("command") or ()]
    if not words or Path(words[0]).stem not in ("sim", "__main__"):
        return ""
    return f": {shlex.join(['sim', *words[1:]])}"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps other processes from working on the same sweep; the lock goes with the process, however it ends.

    Args:
        folder: Folder of the sweep; it is made.

    Raises:
        SweepError: If another process has it.
        OutputError: If the folder cannot be written.
    """
    known = folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise SweepError(f"another process works on {folder}; wait for it, or give another folder") from None
    except OSError as error:
        raise store.OutputError(
            f"{folder} cannot be written: {error.strerror or error}; give another folder"
        ) from error
    try:
        yield
    finally:
        (folder / LOCK).unlink(missing_ok=True)
        lock.release()
        if not known and not any(folder.iterdir()):
            folder.rmdir()


def forget_failed(folder: Path) -> None:
    """Removes batches in which a run failed, so that they are made again.

    Args:
        folder: Folder of the sweep.
    """
    for number in finished(folder):
        path = part(folder, "runs", number)
        if FAILED in pq.read_table(path, columns=["status"])["status"].cast("string").to_pylist():
            path.unlink()
            part(folder, "measures", number).unlink(missing_ok=True)
