"""Whoever does the work, the rows are the same; who dies is replaced."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pytest

from sim.scenario.model import Scenario
from sim.sweeps import crews, designs
from sim.sweeps.errors import SweepError
from sim.sweeps.plan import Plan, batches
from sim.sweeps.stored import Sweep, open_sweep
from tests.sweeps.common import made, same_rows, short
from tests.sweeps.killed import cluster, command, kill_and_go_on

N = 40
"""Draws: enough for a handful of batches of every worker, few enough that a sweep takes a few seconds."""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sweep, left alone; what is left of it is made by the same call as the command's."""
    out = tmp_path_factory.mktemp("sweep") / "alone"
    whole(out, workers=1)
    return out


def whole(out: Path, **more: Any) -> Sweep:
    """The sweep of :func:`tests.sweeps.killed.command`."""
    return made(n=N, seeds=1, over=["uncertain", "levers"], measures=["delivered", "denied"], out=out, **more)


def test_threads_processes_and_the_order_of_batches(alone: Path, tmp_path: Path) -> None:
    for name in ("threads", "processes"):
        found = whole(tmp_path / name, workers=2, threads=name == "threads")
        same_rows(alone, found)
        assert found.manifest["sessions"][0]["workers"] == name


def test_killed_twice_it_ends_with_the_same_rows(alone: Path, tmp_path: Path) -> None:
    """First the head of two processes, which end when they are orphans; then one that has no others.

    Ten times by ``python -m tests.sweeps.killed``.
    """
    out = tmp_path / "killed"
    process = subprocess.Popen(command(out, N, "--workers=2"), stderr=subprocess.DEVNULL)
    leader = psutil.Process(process.pid)
    while not list(out.glob("runs/part-*")):
        time.sleep(0.02)
        assert process.poll() is None
    orphans = leader.children(recursive=True)
    assert sum("popen_loky" in " ".join(each.cmdline()) for each in orphans) == 2
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(orphans, timeout=30)
    assert alive == []
    kill_and_go_on(out, N, 1, random.Random(2), "--workers=1")
    same_rows(alone, out)


def test_a_process_that_dies_is_replaced(alone: Path, tmp_path: Path) -> None:
    """And those that are left end with the command, however it ends."""
    out = tmp_path / "worker"
    process = subprocess.Popen(command(out, N, "--workers=2"))
    leader = psutil.Process(process.pid)
    while not list(out.glob("runs/part-*")):
        time.sleep(0.02)
        assert process.poll() is None
    workers = [each for each in leader.children(recursive=True) if "popen_loky" in " ".join(each.cmdline())]
    assert len(workers) == 2
    workers[0].send_signal(signal.SIGKILL)
    assert process.wait(timeout=120) == 0
    same_rows(alone, out)


def test_a_cluster_one_of_whose_workers_is_killed(alone: Path, tmp_path: Path) -> None:
    """By a client, with a real scheduler and two workers; then the one that is left, by address."""
    from distributed import Client

    with cluster(2) as (address, hands):
        out = tmp_path / "cluster"

        def kill() -> None:
            while not list(out.glob("runs/part-*")):
                time.sleep(0.01)
            hands[0].kill()

        with Client(address) as client:
            client.wait_for_workers(2, timeout=60)
            killer = threading.Thread(target=kill, daemon=True)
            killer.start()
            found = whole(out, dask=client)
            killer.join()
        assert found.finished and hands[0].wait() != 0 and hands[1].poll() is None
        same_rows(alone, found)
        same_rows(made(n=2, dask=address), made(n=2))


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "PATIENCE", 1)
    with pytest.raises(SweepError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        made(dask="tcp://127.0.0.1:9")


def test_other_code_elsewhere_is_refused() -> None:
    from sim.sweeps.crews import far_work

    with pytest.raises(SweepError, match="another version of sim"):
        far_work("other", b"", None)


def test_interrupted_it_keeps_what_is_there(alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "interrupted"
    process = subprocess.Popen(
        command(out, N, "--workers=2"),
        stderr=subprocess.PIPE,
        text=True,
        # What a shell starts in the background hears no such signal, and neither does what that starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not list(out.glob("runs/part-*")):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and "the same command goes on" in errors and "Traceback" not in errors
    there = open_sweep(out)
    assert 0 < there.manifest["runs_done"] < N and not there.finished
    assert len(there.runs) == there.manifest["runs_done"]
    said: list[str] = []
    same_rows(alone, whole(out, workers=1, told=said.append))
    assert "runs are there already" in said[0]


def test_a_batch_that_kills_its_workers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """And takes no other with it, whoever had to die beside it."""
    monkeypatch.setattr(crews, "MOST_DEATHS", 1)
    design = designs.make(short(), pd.DataFrame({"ban": np.linspace(0.1, 0.9, 6)}))
    deadly = Deadly(short(), design.space.names, (), ("delivered",))
    found = list(crews.Processes(2).outputs(deadly, batches(design, (), (1,), 1)))
    runs = {run["draw"]: run for output in found for run in output.runs.to_pylist()}
    assert [runs[draw]["status"] for draw in range(6)] == ["done", "done", "failed", "done", "done", "done"]
    assert "died" in runs[2]["error"]


class Deadly(Plan):
    """A plan one of whose draws ends the process that tries it."""

    def drawn(self, row: np.ndarray) -> Scenario:
        """The scenario of a draw, but for the third."""
        if 0.4 < row[0] < 0.5:
            os._exit(1)
        return super().drawn(row)


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    """Processes are started without running the user's script again."""
    script = tmp_path / "mine.py"
    script.write_text(
        "import sim\nprint('once')\n"
        "sim.sweep('small', 'lhs', 2, seeds=1, workers=2, measures=['delivered'],"
        " changes={'time.end': '2023-04-30', 'time.burn_in': 2})\n"
    )
    told = subprocess.run([sys.executable, script], check=True, capture_output=True, text=True, env={**os.environ})
    assert told.stdout == "once\n"
