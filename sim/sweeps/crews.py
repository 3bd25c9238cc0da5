"""Who does the work of a sweep: threads, processes, or a Dask cluster; each gives outputs as they are done."""

from __future__ import annotations

import os
import pickle
import platform
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, ThreadPoolExecutor, wait
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from sim.experiments.store import code
from sim.sweeps.errors import SweepError
from sim.sweeps.plan import Batch, Plan
from sim.sweeps.simulate import Output, failed, simulate

if TYPE_CHECKING:
    from distributed import Client

AHEAD = 2
"""Batches a worker that are handed over before they are wanted, so that none waits; few, so that memory stays flat."""
MOST_DEATHS = 3
"""Times that a worker may die over a batch before the runs of it are given up."""
ORPHANED = 1.0
"""Seconds after which a worker looks whether whoever started it is still there."""

PATIENCE = 10
"""Seconds that a scheduler has to answer."""


class Crew(Protocol):
    """Simulates batches."""

    def outputs(self, plan: Plan, batches: Iterator[Batch]) -> Generator[Output]:
        """Outputs in order of completion; few batches are taken ahead. Closing it stops the work."""

    def close(self) -> None:
        """Lets go of what the crew holds besides: nothing, unless it says so."""


class Threads(Crew):
    """Threads of this process.

    For one worker, or worlds so large that compiled code holds nearly all of the time; Python between kernels
    holds the other threads up.

    Args:
        workers: Number of threads.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def outputs(self, plan: Plan, batches: Iterator[Batch]) -> Generator[Output]:
        """See :class:`Crew`."""
        stop = threading.Event()
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="sim")
        waiting: set[Future[Output]] = set()
        try:
            for batch in batches:
                waiting.add(pool.submit(simulate, plan, batch, stop.is_set))
                if len(waiting) >= AHEAD * self._workers:
                    yield from _done(waiting)
            while waiting:
                yield from _done(waiting)
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _done(waiting: set[Future[Output]]) -> list[Output]:
    """Outputs that are there, at least one; an interrupt comes through."""
    done: set[Future[Output]] = set()
    while not done:
        done, _ = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
    waiting -= done
    return sorted((future.result() for future in done), key=lambda output: output.number)


class Processes(Crew):
    """Processes on this machine. One that dies is replaced, and its batch simulated again.

    Args:
        workers: Number of processes.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def outputs(self, plan: Plan, batches: Iterator[Batch]) -> Generator[Output]:
        """See :class:`Crew`."""
        shop = _Shop(self._workers, pickle.dumps(plan))
        try:
            yield from shop.outputs(batches)
        finally:
            shop.close()


class _Shop:
    """Processes, the batches that they have, and those to be made again because a process died over them."""

    def __init__(self, workers: int, packed: bytes) -> None:
        self._workers, self._packed = workers, packed
        self._pool = self._fresh()
        self._under_way: dict[Future[Output], Batch] = {}
        self._again: list[Batch] = []
        self._deaths: dict[int, int] = {}
        self._broken = False

    def close(self) -> None:
        """Kills the processes."""
        self._pool.shutdown(wait=False, kill_workers=True)

    def outputs(self, batches: Iterator[Batch]) -> Generator[Output]:
        """Outputs in order of completion."""
        more = True
        while more or self._under_way or self._again:
            # Batches over which a process died go one by one, so that the next death tells which one it was.
            room = 1 if self._again else AHEAD * self._workers
            while len(self._under_way) < room and not self._broken and (self._again or more):
                batch = self._again.pop() if self._again else next(batches, None)
                more = batch is not None and more
                if batch is not None:
                    self._hand_over(batch)
            done, _ = wait(self._under_way, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda each: self._under_way[each].number):
                if isinstance(future.exception(), BrokenExecutor):
                    self._broken = True
                else:
                    del self._under_way[future]
                    yield future.result()
            if self._broken:
                yield from self._replace()

    def _hand_over(self, batch: Batch) -> None:
        """Gives a batch to the processes."""
        try:
            self._under_way[self._pool.submit(work, self._packed, batch)] = batch
        except BrokenExecutor:
            self._broken = True
            self._again.append(batch)

    def _replace(self) -> Generator[Output]:
        """Starts fresh processes; what was under way is made again, but for a batch that kills them."""
        lost = []
        for future, batch in self._under_way.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                yield future.result()
            else:
                lost.append(batch)
        self._under_way.clear()
        self.close()
        self._pool, self._broken = self._fresh(), False
        # The last of the list goes first: that of the least number.
        for batch in sorted(lost, key=lambda each: each.number, reverse=True):
            self._deaths[batch.number] = self._deaths.get(batch.number, 0) + 1
            # Several were under way when one process died; who was not alone is given another chance.
            if self._deaths[batch.number] > MOST_DEATHS and len(lost) == 1:
                yield failed(batch, f"the worker died {self._deaths[batch.number]} times over it; out of memory?")
            else:
                self._again.append(batch)

    def _fresh(self) -> Any:
        """A pool of fresh processes; loky's, which need no guarded main module."""
        from loky import ProcessPoolExecutor

        return ProcessPoolExecutor(self._workers, initializer=enlist, initargs=(os.getpid(),))


class Cluster(Crew):
    """A Dask cluster, by the address of its scheduler or by a client.

    Args:
        to: Address such as ``"tcp://10.0.0.1:8786"``, or a ``distributed.Client``.

    Raises:
        SweepError: If Dask is not installed, or nobody answers.
    """

    def __init__(self, to: str | Client) -> None:
        try:
            from distributed import Client as Connected
        except ImportError:
            raise SweepError("Dask is not installed; install it with: pip install 'sim[cluster]'") from None
        self._own = isinstance(to, str)
        if isinstance(to, str):
            try:
                self._client = Connected(to, timeout=PATIENCE)
            except (OSError, ValueError) as error:
                why = str(error).splitlines()[0]
                raise SweepError(
                    f"no Dask scheduler answers at {to}: {why}; start one with `dask scheduler` and workers with "
                    "`dask worker ADDRESS`, sim installed on all of them"
                ) from None
        else:
            self._client = to
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            self.close()
            raise SweepError(
                f"the Dask scheduler has no workers after {PATIENCE} s; start some with `dask worker ADDRESS`"
            ) from None

    def close(self) -> None:
        """Ends the connection, if it is ours."""
        if self._own:
            self._client.close()

    def outputs(self, plan: Plan, batches: Iterator[Batch]) -> Generator[Output]:
        """See :class:`Crew`."""
        from distributed import as_completed

        client = self._client
        packed = pickle.dumps(plan)
        under_way: dict[Any, Batch] = {}
        arriving = as_completed(loop=client.loop)

        deaths: dict[int, int] = {}

        def send(batch: Batch | None) -> bool:
            if batch is not None:
                # Not pure: two batches never stand for each other, and hashing them would take time.
                future = client.submit(far_work, code(), packed, batch, pure=False)
                under_way[future] = batch
                arriving.add(future)
            return batch is not None

        def fill() -> None:
            # Workers come and go: as many are under way as those that are there can use.
            while len(under_way) < AHEAD * max(1, sum(client.nthreads().values())) and send(next(batches, None)):
                pass

        try:
            fill()
            while under_way:
                future = next(arriving)
                batch = under_way.pop(future)
                try:
                    error = future.exception()
                # The first is also what futures become when the connection to the scheduler is lost.
                except (CancelledError, OSError):
                    raise SweepError(
                        "the Dask scheduler went away; finished batches stay, and the same command goes on from them"
                    ) from None
                if error is None:
                    yield future.result()
                elif type(error).__name__ == "KilledWorker":
                    # Several workers died while they had it, which also befalls a batch that only waited there.
                    deaths[batch.number] = deaths.get(batch.number, 0) + 1
                    if deaths[batch.number] > MOST_DEATHS:
                        yield failed(batch, "the worker died again and again over it; out of memory?")
                    else:
                        send(batch)
                elif isinstance(error, SweepError):
                    raise error
                else:
                    told = str(error).splitlines()[0] if str(error) else ""
                    raise SweepError(
                        f"a Dask worker could not do the work: {type(error).__name__}: {told}; is the same sim "
                        "installed on the scheduler and on all workers?"
                    ) from error
                fill()
        finally:
            client.cancel(list(under_way))


def work(packed: bytes, batch: Batch) -> Output:
    """Simulates a batch in another process.

    Args:
        packed: The plan, pickled.
        batch: The batch.
    """
    return simulate(_unpacked(packed), batch)


def far_work(sources: str, packed: bytes, batch: Batch) -> Output:
    """Simulates a batch on another machine.

    Args:
        sources: Hash of the sources of sim where the work is given out.
        packed: The plan, pickled.
        batch: The batch.

    Raises:
        SweepError: If other code of sim is installed here.
    """
    if sources != code():
        raise SweepError(
            f"the worker on {platform.node()} has another version of sim, whose numbers could differ; install the same "
            "on all machines"
        )
    return work(packed, batch)


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Plan:
    """The plan: the same in all batches that a worker gets."""
    return pickle.loads(packed)


def enlist(head: int) -> None:
    """Makes a process of its own a worker: Ctrl-C is for the head, and without the head it ends.

    Args:
        head: Number of the process that gives out the work.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(head,), daemon=True).start()


def _end_with(head: int) -> None:
    """Ends this process as soon as the head is gone, however it went."""
    while os.getppid() == head:
        time.sleep(ORPHANED)
    os._exit(1)


def crew(workers: int, threads: bool, dask: str | Client | None) -> Crew:
    """Who is to do the work.

    Args:
        workers: Number of workers on this machine.
        threads: Whether they are threads rather than processes.
        dask: Address of a Dask scheduler, or a client, instead of this machine.

    Returns:
        Threads, processes or a cluster. A single worker is a thread: no process need be started for it.
    """
    if dask is not None:
        return Cluster(dask)
    makers: dict[bool, Callable[[int], Crew]] = {True: Threads, False: Processes}
    return makers[threads or workers == 1](workers)
