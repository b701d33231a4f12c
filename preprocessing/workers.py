"""Ordered work: apply a function to items, here, in other processes or on a cluster; results keep the items' order."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from multiprocessing import connection
from typing import Any, Generic, Protocol, TypeVar

import cv2

from preprocessing.errors import OcrError

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items that may be finished or at work behind the first unfinished one, for each worker, or each core of a cluster."""
COUNT_EVERY = 5.0
"""Seconds after which the cores of a cluster are counted again: workers come and go."""
DEATHS = 3
"""Workers that may die of one item: then it is the item, not the worker."""


class OrderedMap(Protocol):
    """A way to apply a function to items: results come in the order of the items, few of which are taken ahead."""

    def __call__(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result, None, None]: ...


class WorkersError(OcrError):
    """Workers that died again and again, or are gone."""


def in_this_process(work: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result, None, None]:
    """Yield work(item) of each item."""
    for item in items:
        yield work(item)


class _Worker(Generic[Item]):
    """A process that does one item after the other; `item` is what it is at, with its place in the order."""

    def __init__(self, work: Callable[[Item], Any]) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        self.process.start()
        theirs.close()  # so that the end of either process closes the pipe for the other
        self.item: tuple[int, Item] | None = None

    def begin(self, place: int, item: Item) -> None:
        """Hand over an item. A worker that has died meanwhile is noticed when its result is asked for."""
        self.item = place, item
        with suppress(OSError):
            self.pipe.send(item)

    def end(self) -> None:
        """End the process at once."""
        self.process.terminate()
        self.process.join()
        self.pipe.close()


def _serve(pipe: connection.Connection, work: Callable[[Any], Any]) -> None:
    """Do what comes through the pipe until nobody is at its other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked, which ends this one
    cv2.setNumThreads(1)
    while True:
        try:
            item = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[bool, Any] = True, work(item)
        except Exception as error:
            answer = False, error
        try:
            pipe.send(answer)
        except OSError:
            return


def in_processes(work: Callable[[Item], Result], items: Iterable[Item], *, jobs: int) -> Generator[Result, None, None]:
    """Yield work(item) of each item, done by `jobs` processes. `work` and the items must be picklable.

    A process that dies is replaced, and its item done again. Raises WorkersError when DEATHS died of one item, and
    whatever `work` raises. Leaving early ends the processes.
    """
    numbered = iter(enumerate(items))
    again: list[tuple[int, Item]] = []
    deaths: dict[int, int] = {}
    done: dict[int, Result] = {}
    first = 0
    workers: list[_Worker[Item]] = [_Worker(work) for _ in range(jobs)]
    try:
        waiting = next(numbered, None)
        while True:
            for worker in workers:
                if worker.item is None and again:
                    worker.begin(*again.pop())
                elif worker.item is None and waiting is not None and waiting[0] < first + AHEAD * jobs:
                    worker.begin(*waiting)
                    waiting = next(numbered, None)
            busy = {worker.pipe: worker for worker in workers if worker.item is not None}
            if not busy:
                return
            for pipe in connection.wait(list(busy)):
                worker = busy[pipe]  # type: ignore[index]
                assert worker.item is not None
                place, item = worker.item
                try:
                    right, result = worker.pipe.recv()
                except (EOFError, OSError):
                    deaths[place] = deaths.get(place, 0) + 1
                    if deaths[place] == DEATHS:
                        raise WorkersError(
                            f"{DEATHS} processes died one after the other at the same work (exit code "
                            f"{_exit_code(worker)}); is there enough memory for {jobs}? Try fewer --jobs"
                        ) from None
                    worker.end()
                    workers[workers.index(worker)] = _Worker(work)
                    again.append((place, item))
                    continue
                worker.item = None
                if not right:
                    raise result
                done[place] = result
            while first in done:
                yield done.pop(first)
                first += 1
    finally:
        for worker in workers:
            worker.end()


def _exit_code(worker: _Worker[Any]) -> int | None:
    worker.process.join()
    return worker.process.exitcode


def on_cluster(work: Callable[[Item], Result], items: Iterable[Item], *, client: Any) -> Generator[Result, None, None]:
    """Yield work(item) of each item, done by the workers of a Dask cluster, whose `client` is a distributed.Client.

    Not more than AHEAD items for each core are given away at a time. Those of a worker that dies are done by another.
    Raises what `work` raises, and Dask's own errors.
    """
    ahead: deque[Any] = deque()
    room, counted = 0, -COUNT_EVERY
    try:
        for item in items:
            if time.monotonic() - counted >= COUNT_EVERY:
                room, counted = AHEAD * max(1, sum(client.nthreads().values())), time.monotonic()
            ahead.append(client.submit(_with_one_thread, work, item, pure=False))
            while len(ahead) >= room:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        with suppress(Exception):  # of a cluster that is gone
            client.cancel(list(ahead))


def _with_one_thread(work: Callable[[Item], Result], item: Item) -> Result:
    """Do an item where each core has a worker of its own, and OpenCV must not take the others'."""
    cv2.setNumThreads(1)
    return work(item)
