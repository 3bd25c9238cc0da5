"""A sweep is killed again and again and goes on: does it end with the rows of one that was left alone?

``python -m tests.sweeps.killed`` kills ten times with one worker, ten times with two processes, and ten Dask workers;
it prints what it found. The suite does the same with fewer kills.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from sim.sweeps import parts
from sim.sweeps.stored import open_sweep
from tests.sweeps.common import SHORT, same_rows

CHANGES = [f"--set={path}={value}" for path, value in SHORT.items()]


def command(out: Path, n: int, *more: str) -> list[str]:
    """The command of a sweep of the short world."""
    sweep = ["sweep", "small", "--design=lhs", f"--n={n}", "--over=uncertain", "--over=levers", f"--out={out}"]
    kept = ["--measure=delivered", "--measure=denied", "--seeds=1"]
    return [sys.executable, "-m", "sim", *sweep, *CHANGES, *kept, *more]


def kill_and_go_on(out: Path, n: int, times: int, dice: random.Random, *more: str) -> list[int]:
    """Starts a sweep, kills it with everything it started at a random moment, and again; then lets it end.

    Args:
        out: Folder of the sweep.
        n: Draws.
        times: Kills.
        dice: Gives the moments.
        more: Further options.

    Returns:
        Batches that were there at each kill.
    """
    found = []
    while len(found) < times:
        before = len(parts.finished(out))
        process = subprocess.Popen(command(out, n, *more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # One time in four at a random moment of the start, else at one of the work, while a part is written or later.
        if dice.random() < 0.25:
            time.sleep(dice.uniform(0.0, 5.0))
        else:
            while process.poll() is None and len(parts.finished(out)) == before:
                time.sleep(0.01)
            time.sleep(dice.uniform(0.0, 0.7))
        if process.poll() is not None:
            raise AssertionError(f"the sweep ended by itself after {len(found)} kills; give it more draws")
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        for each in family[::-1]:
            slay(each)
        process.wait()
        found.append(len(parts.finished(out)))
    subprocess.run(command(out, n, *more), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return found


def slay(process: psutil.Process) -> None:
    """Kills a process that may be gone already."""
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and workers on the loopback device, each a process of its own.

    Args:
        workers: Number of workers; more can be added by :func:`hire`.

    Yields:
        Address of the scheduler, and the processes of the workers.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "scheduler.json"
        log = (Path(folder) / "log").open("wb")
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)]
        scheduler = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", *options], stderr=log)
        hands: list[subprocess.Popen[bytes]] = []
        try:
            while not told.exists() or not told.read_text():
                time.sleep(0.1)
            import json

            address = json.loads(told.read_text())["address"]
            hands += [hire(address) for _ in range(workers)]
            yield address, hands
        finally:
            for each in [*hands, scheduler]:
                each.kill()
                each.wait()
            log.close()


def hire(address: str) -> subprocess.Popen[bytes]:
    """One more worker.

    Args:
        address: Address of the scheduler.
    """
    options = ["--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard", "--memory-limit", "0"]
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_worker", address, *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def kill_workers(out: Path, n: int, times: int, dice: random.Random) -> int:
    """Makes a sweep on a cluster whose workers are killed at random moments, each replaced by a new one.

    Args:
        out: Folder of the sweep.
        n: Draws.
        times: Workers killed.
        dice: Gives the moments and the workers.

    Returns:
        Workers killed before the sweep ended.
    """
    with cluster(2) as (address, hands):
        process = subprocess.Popen(command(out, n, f"--dask={address}"), stdout=subprocess.DEVNULL)
        killed = 0

        def kill() -> None:
            nonlocal killed
            while not parts.finished(out) and process.poll() is None:
                time.sleep(0.05)
            while killed < times and process.poll() is None:
                at = dice.randrange(len(hands))
                hands[at].kill()
                hands[at].wait()
                killed += 1
                hands[at] = hire(address)
                time.sleep(dice.uniform(0.5, 2.5))

        killer = threading.Thread(target=kill)
        killer.start()
        assert process.wait() == 0
        killer.join()
        return killed


def main() -> None:
    """Kills, compares, and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--n", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    dice = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "alone"
        subprocess.run(command(alone, asked.n, "--workers=2"), check=True)
        print(open_sweep(alone), flush=True)
        for workers in (1, 2):
            out = Path(folder) / f"killed-{workers}"
            there = kill_and_go_on(out, asked.n, asked.times, dice, f"--workers={workers}")
            same_rows(alone, out)
            print(
                f"--workers={workers}: killed {len(there)} times with {there} batches there; the same rows", flush=True
            )
        out = Path(folder) / "cluster"
        killed = kill_workers(out, asked.n, asked.times, dice)
        same_rows(alone, out)
        print(f"Dask: {killed} workers killed; the same rows", flush=True)
    left = [p for p in psutil.process_iter(["cmdline"]) if "loky" in " ".join(p.info["cmdline"] or [])]
    print(f"processes left over: {len(left)} (besides this one, {os.getpid()})")


if __name__ == "__main__":
    main()
