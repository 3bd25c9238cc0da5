"""What one round measures: CPU seconds of the same work done in two ways, one right after the other."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sim.engine import Engine
from sim.world.columns import World
from tests.oracle.model import OracleModel

SOURCE = Path(__file__).with_name("score_links.c")
FLAGS = ("-O3",)
"""Flags of the C compiler for the yardstick."""


def compile_yardstick(folder: Path) -> Path:
    """Compiles the bare C loop.

    Args:
        folder: Where the program goes.

    Returns:
        The program.
    """
    program = folder / "score_links"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, *FLAGS, str(SOURCE), "-o", str(program), "-lm"], check=True)
    return program


def compiler_version() -> str:
    """First line of what the C compiler says of itself."""
    compiler = os.environ.get("CC", "cc")
    done = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0]


def yardstick(program: Path, world: World) -> float:
    """CPU seconds of the C loop over as many links and ticks as a world has, as the program itself tells them."""
    links, ticks = str(len(world.links.seller)), str(world.calendar.ticks)
    done = subprocess.run([str(program), links, ticks], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[0])


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this thread."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def wall(work: Callable[[], object]) -> float:
    """Seconds on the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def engine_run(world: World, *, ledger: bool = True, check: bool = True) -> float:
    """CPU seconds of a whole run of the engine.

    Args:
        world: The world.
        ledger: Whether to keep the true ledger.
        check: Whether the accounts are checked.
    """
    engine = Engine(world, ledger=ledger)
    if not check:
        engine._check = lambda cash_before: None  # type: ignore[method-assign]
    return cpu(engine.run)


def check_share(world: World) -> float:
    """Share of a run's CPU seconds that the engine spends in the check of accounts, timed around each check."""
    engine = Engine(world)
    spent = 0.0
    check = engine._check

    def timed(cash_before: float) -> None:
        nonlocal spent
        start = time.thread_time()
        check(cash_before)
        spent += time.thread_time() - start

    engine._check = timed  # type: ignore[method-assign]
    total = cpu(engine.run)
    return spent / total


def own_agents(world: World, decision: str, group: str, ticks: int = 52) -> float:
    """Milliseconds of CPU for 150 decisions of agents that override a decision with ``super()`` times a factor.

    Everything that the engine does for them counts: finding who decides, asking, checking, writing.

    Args:
        world: The world.
        decision: Name of a decision.
        group: Group that takes it.
        ticks: Ticks measured.
    """
    from sim.mesa_model import KINDS, LeakageModel

    base = KINDS[int(world.agents.kind[world.agents.group == world.names.groups.index(group)][0])]
    asked = 0

    class Own(base):  # type: ignore[misc, valid-type]
        """Decides a little more of everything."""

    def decide(self: Own, *about: object) -> float:
        nonlocal asked
        asked += 1
        return 1.001 * getattr(super(Own, self), decision)(*about)

    setattr(Own, decision, decide)
    model = LeakageModel(world, agents={group: Own})
    overrides = model.engine.decisions.overrides
    ask, spent = overrides[decision], 0.0

    def timed() -> None:
        nonlocal spent
        start = time.thread_time()
        ask()
        spent += time.thread_time() - start

    overrides[decision] = timed
    for _ in range(ticks):
        model.step()
    return 150.0 * 1e3 * spent / asked


def first_ticks(model: Engine | OracleModel, ticks: int) -> float:
    """CPU seconds of the first ticks of an engine or an oracle."""

    def run() -> None:
        for _ in range(ticks):
            model.step()

    return cpu(run)


def two_runs(world: World, threads: int) -> float:
    """Seconds on the clock for two runs of a world in one thread or in two."""
    engines = [Engine(world), Engine(world)]

    def run() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(Engine.run, engines))

    return wall(run)


def two_processes(world: World) -> float:
    """Seconds on the clock for two runs of a world in two processes, forked from this one."""

    def run() -> None:
        children = []
        for _ in range(2):
            child = os.fork()
            if child == 0:
                Engine(world).run()
                os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)

    return wall(run)


def command(*arguments: str) -> tuple[float, float]:
    """Runs the command line in a process of its own.

    Args:
        arguments: After `sim`.

    Returns:
        Seconds to its first line of output, and to its end.
    """
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first = time.perf_counter() - start
        process.stdout.read()
    if process.returncode != 0:
        raise RuntimeError(f"sim {' '.join(arguments)} ended with code {process.returncode}")
    return first, time.perf_counter() - start
