"""Put images of requests that arrive together into batches, and read these in threads: a bounded queue, one model."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from suanshi.serving.problems import busy
from suanshi.serving.questions import SentImage, Told
from suanshi.serving.settings import ServiceSettings

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Job:
    """One image to read, with what is told of it."""

    image: SentImage
    told: Told
    explain: bool = False


@dataclass(frozen=True)
class _Waiting(Generic[Answer]):
    job: Job
    answer: asyncio.Future[Answer]


class Batcher(Generic[Answer]):
    """Reads jobs of equal `told` in batches, `settings.threads` of them at a time. For one event loop.

    `read` reads a batch in a thread and returns an answer for each job. A job that arrives while nothing is being read
    is read at once; those that arrive meanwhile are read together when a thread is free. Where a batch has just ended,
    the next waits up to `settings.wait` seconds for as many images: its clients may be about to ask again.
    """

    def __init__(
        self,
        read: Callable[[Sequence[Job]], Sequence[Answer]],
        settings: ServiceSettings,
        *,
        watch: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._read = read
        self._settings = settings
        self._watch = watch
        self._threads = ThreadPoolExecutor(settings.threads, "read")
        self._queue: deque[_Waiting[Answer]] = deque()
        self._running = 0
        self._last_size = 0
        self._last_end = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """Images that wait to be read."""
        return len(self._queue)

    async def answers(self, jobs: Sequence[Job]) -> list[Answer]:
        """Read the jobs of one request, and return their answers in order. Raises Refusal where the queue is full."""
        if len(self._queue) + len(jobs) > self._settings.queue:
            raise busy(f"{len(self._queue)} images are waiting already; ask again in a moment", "queue")
        loop = asyncio.get_running_loop()
        waiting = [_Waiting[Answer](job, loop.create_future()) for job in jobs]
        self._queue += waiting
        self._start()
        try:
            return list(await asyncio.gather(*(each.answer for each in waiting)))
        finally:
            for each in waiting:  # of a request that was given up: what is not being read never will be
                each.answer.cancel()

    def close(self) -> None:
        """End the threads, once what they are reading is read."""
        self._threads.shutdown()

    def _start(self) -> None:
        """Begin a batch in each free thread, unless more images are worth waiting for."""
        while self._queue and self._running < self._settings.threads:
            if self._timer is not None or self._waits():
                return
            if batch := self._next_batch():
                self._begin(batch)

    def _waits(self) -> bool:
        """Have the next batch wait for images, if as many as there were in the last may be on their way."""
        left = self._last_end + self._settings.wait - time.monotonic()
        if left <= 0 or len(self._queue) >= min(self._last_size, self._settings.batch):
            return False
        self._timer = asyncio.get_running_loop().call_later(left, self._waited)
        return True

    def _waited(self) -> None:
        self._timer = None
        self._last_end = 0.0
        self._start()

    def _next_batch(self) -> list[_Waiting[Answer]]:
        """Take the image that has waited longest and those that can be read with it out of the queue."""
        batch: list[_Waiting[Answer]] = []
        others: list[_Waiting[Answer]] = []
        while self._queue and len(batch) < self._settings.batch:
            each = self._queue.popleft()
            if each.answer.done():
                continue
            fits = not batch or each.job.told == batch[0].job.told
            (batch if fits else others).append(each)
        self._queue.extendleft(reversed(others))
        return batch

    def _begin(self, batch: Sequence[_Waiting[Answer]]) -> None:
        self._running += 1
        self._watch(len(batch))
        loop = asyncio.get_running_loop()
        reading = loop.run_in_executor(self._threads, self._read, [each.job for each in batch])
        reading.add_done_callback(lambda done: self._end(batch, done))

    def _end(self, batch: Sequence[_Waiting[Answer]], done: asyncio.Future[Sequence[Answer]]) -> None:
        self._running -= 1
        self._last_size, self._last_end = len(batch), time.monotonic()
        error = done.exception()
        for place, each in enumerate(batch):
            if each.answer.done():
                continue
            if error is not None:
                each.answer.set_exception(error)
            else:
                each.answer.set_result(done.result()[place])
        self._start()
