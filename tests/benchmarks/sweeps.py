"""Sweeps of many runs: runs a second, efficiency, what goes on besides the engine, memory.

``python -m tests.benchmarks.sweeps small`` sweeps the small world over its levers, ``python -m tests.benchmarks.sweeps
baseline`` makes the default sensitivity sweep of the baseline; both with the command that a user gives. Before and
after, one worker makes a part of it alone for the rate of a single thread. ``--out`` keeps the sweep.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from sim.sweeps.stored import open_sweep

KINDS = {
    "small": (["small", "--design=lhs", "--n=10000", "--over=levers", "--seeds=2"], "--n=150"),
    "baseline": (["baseline", "--design=sobol", "--n=64", "--seeds=1"], "--n=1"),
}
"""Options of the sweep, and its size where one worker makes a part of it."""
WORKERS = 2


def swept(options: list[str], out: Path, memory: list[tuple[float, float]] | None = None) -> dict[str, Any]:
    """Makes a sweep, and looks at its memory each second.

    Args:
        options: Of `sim sweep`.
        out: Its folder.
        memory: Gets seconds since the start, and megabytes held by the command and all its workers (what they share is
            counted once: proportional set size).

    Returns:
        What the manifest says of the session.
    """
    command = [sys.executable, "-m", "sim", "sweep", *options, f"--out={out}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    start = time.perf_counter()

    def look() -> None:
        head = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                held = sum(each.memory_full_info().pss for each in [head, *head.children(recursive=True)])
                memory.append((time.perf_counter() - start, held / 1e6))
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                pass
            time.sleep(1.0)

    if memory is not None:
        threading.Thread(target=look, daemon=True).start()
    if process.wait():
        raise SystemExit(f"the sweep failed: {' '.join(command)}")
    return open_sweep(out).manifest["sessions"][-1]


def alone(options: list[str], less: str, folder: Path) -> dict[str, Any]:
    """A part of the sweep made by one worker."""
    smaller = [each for each in options if not each.startswith("--n=")]
    return swept([*smaller, less, "--workers=1"], folder)


def rate(session: dict[str, Any]) -> float:
    """Runs and twins a second on the clock."""
    return session["simulations"] / session["seconds"]


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--out", type=Path, help="keep the sweep here")
    parser.add_argument("--n", type=int, help="another size of the design")
    asked = parser.parse_args()
    options, less = KINDS[asked.kind]
    if asked.n:
        options = [f"--n={asked.n}" if each.startswith("--n=") else each for each in options]
    memory: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        out = asked.out or Path(folder) / "whole"
        before = alone(options, less, Path(folder) / "before")
        whole = swept([*options, f"--workers={WORKERS}"], out, memory)
        after = alone(options, less, Path(folder) / "after")
        used = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    one = (before["simulations"] + after["simulations"]) / (before["seconds"] + after["seconds"])
    bare = whole["engine_seconds"] + whole["build_seconds"]
    # The first minute is that of starting; then a tenth from either end of the rest.
    settled = [held for at, held in memory if at > min(60.0, 0.2 * memory[-1][0])]
    tenth = max(1, len(settled) // 10)
    early, late = (sum(each) / len(each) for each in (settled[:tenth], settled[-tenth:]))
    lines = [
        ("runs; twins", f"{whole['runs']:,}; {whole['simulations'] - whole['runs']:,}"),
        ("minutes on the clock", f"{whole['seconds'] / 60:.1f}"),
        ("runs a second", f"{whole['runs'] / whole['seconds']:.2f}"),
        ("runs and twins a second", f"{rate(whole):.2f}"),
        ("the same, one worker, before and after", f"{rate(before):.2f}, {rate(after):.2f}"),
        ("efficiency of two workers", f"{rate(whole) / (WORKERS * one):.3f}"),
        ("work besides world and engine, of world and engine", f"{whole['work_seconds'] / bare - 1:.1%}"),
        ("work besides the engine's ticks, of these", f"{whole['work_seconds'] / whole['engine_seconds'] - 1:.1%}"),
        ("clock × workers over world and engine", f"{WORKERS * whole['seconds'] / bare - 1:.1%}"),
        ("memory, all processes: most", f"{max(held for _, held in memory):,.0f} MB"),
        ("memory: first tenth; last tenth", f"{early:,.0f} MB; {late:,.0f} MB"),
        ("disk", f"{used / 1e6:.1f} MB"),
    ]
    print("\n| what | measured |\n|---|---|")
    for name, value in lines:
        print(f"| {name} | {value} |")
    print(f"\n`sim sweep {' '.join(options)} --workers={WORKERS}`, {os.cpu_count()} processors, load {os.getloadavg()}")


if __name__ == "__main__":
    main()
