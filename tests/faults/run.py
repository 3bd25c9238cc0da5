"""Applies each one-line fault alone and says what catches it: `python -m tests.faults.run [--only ID] [--jobs N]`."""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.faults.catch import WORLDS
from tests.faults.table import Fault, WrongTextError, copy, faults, faulty, write

LIMIT = 900
"""Seconds after which a fault counts as not caught."""
CAUSAL = "tests/laws/test_causality.py"
"""Run, compiled, where nothing else caught a fault."""


@dataclass(frozen=True)
class Result:
    """What became of a fault.

    Attributes:
        fault: The fault.
        by: The tests that caught it; empty where none did.
        said: What they said.
        seconds: Time it took.
        world: The small world that caught it, if one did.
    """

    fault: Fault
    by: str
    said: str
    seconds: float
    world: int | None


def run_set(folder: Path, worlds: Iterable[int], tests: Iterable[str], *, plain: bool = True) -> dict[str, object]:
    """Runs the catching set in a copy.

    Args:
        folder: The copy.
        worlds: Small worlds, in order.
        tests: Tests to run before them.
        plain: Whether kernels run as plain Python.

    Returns:
        ``by``, ``said`` and ``world`` as :mod:`tests.faults.catch` prints them.
    """
    environment = os.environ | {
        "NUMBA_DISABLE_JIT": str(int(plain)),
        "SIM_CACHE_DIR": str(folder / "cache"),
        "PYTHONPATH": str(folder),
    }
    command = [sys.executable, "-m", "tests.faults.catch", ",".join(map(str, worlds)), *tests]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return {"by": "", "said": f"did not end in {LIMIT} seconds", "world": None}
    if done.returncode < 0:
        return {"by": "", "said": f"was ended by signal {-done.returncode}", "world": None}
    if done.returncode != 0:
        # The package cannot even be imported, or a world not be built: every test fails.
        return {"by": "every test", "said": done.stderr.strip().splitlines()[-1], "world": None}
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def try_fault(folder: Path, fault: Fault, worlds: Iterable[int] = WORLDS, *, deep: bool = True) -> Result:
    """Applies a fault to a copy, runs the catching set, and takes the fault out again.

    Args:
        folder: The copy.
        fault: The fault.
        worlds: Small worlds to try after the fault's own.
        deep: Whether to run the causal tests where nothing else catches it.

    Returns:
        What caught it.

    Raises:
        WrongTextError: Where the line is not there exactly once.
    """
    start = time.perf_counter()
    path = folder / fault.file
    right = path.read_text(encoding="utf-8")
    first = () if fault.world is None else (fault.world,)
    doubtful = False
    write(path, faulty(fault, right))
    try:
        found = run_set(folder, [*first, *(n for n in worlds if n not in first)], fault.law)
        if deep and not found["by"]:
            found = run_set(folder, (), (CAUSAL,), plain=False)
            doubtful = bool(found["by"])
    finally:
        write(path, right)
    if doubtful and run_set(folder, (), (CAUSAL,), plain=False)["by"]:
        found = {"by": "", "said": f"{CAUSAL} fails without the fault too", "world": None}
    world = found["world"]
    seconds = time.perf_counter() - start
    return Result(fault, str(found["by"]), str(found["said"]), seconds, world if isinstance(world, int) else None)


def results(wanted: list[Fault], jobs: int) -> Iterator[Result]:
    """Tries faults, each in a copy that is otherwise right.

    Args:
        wanted: The faults.
        jobs: Copies used at once.

    Yields:
        Results in order of the faults.

    Raises:
        RuntimeError: Where the copy without any fault fails.
    """
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary:
        folders: queue.Queue[Path] = queue.Queue()
        for i in range(jobs):
            folder = Path(temporary) / str(i)
            folder.mkdir()
            copy(folder)
            folders.put(folder)
        worlds = sorted({*WORLDS, *(f.world for f in wanted if f.world is not None)})
        laws = sorted({name for fault in wanted for name in fault.law})
        found = run_set(folder, worlds, laws)
        if found["by"]:
            raise RuntimeError(f"without any fault, {found['by']} fails: {found['said']}")

        def one(fault: Fault) -> Result:
            mine = folders.get()
            try:
                return try_fault(mine, fault)
            except WrongTextError as wrong:
                return Result(fault, "", str(wrong), 0.0, None)
            finally:
                folders.put(mine)

        with ThreadPoolExecutor(jobs) as pool:
            yield from pool.map(one, wanted)


def main() -> int:
    """Prints the table.

    Returns:
        1 where a fault is not caught, else 0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", help="id of a fault; may be given more than once")
    parser.add_argument("--jobs", type=int, default=1, help="faults tried at once")
    parser.add_argument("--said", action="store_true", help="show what the tests said")
    options = parser.parse_args()
    wanted = [fault for fault in faults() if not options.only or fault.id in options.only]
    if not wanted:
        parser.error(f"no fault is called {' or '.join(options.only)}")
    missed = 0
    print("| fault | stage | caught by | in world | s |\n|---|---|---|---|---|", flush=True)
    for result in results(wanted, options.jobs):
        missed += not result.by
        world = "" if result.world is None else result.world
        by = result.by or "**NOT CAUGHT**"
        print(f"| {result.fault.id} | {result.fault.stage} | {by} | {world} | {result.seconds:.0f} |", flush=True)
        if options.said or not result.by:
            print(f"    {result.said}", file=sys.stderr, flush=True)
    print(f"\n{len(wanted) - missed} of {len(wanted)} faults are caught.")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
