"""The queue: what arrives together is read together, in threads, and there is an end to what may wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence

import pytest

from suanshi.serving.batching import Batcher, Job
from suanshi.serving.problems import Refusal
from suanshi.serving.questions import SentImage, Told
from suanshi.serving.settings import ServiceSettings

PATIENCE = 60


class Gate:
    """Reads by names; each batch waits until it is let through."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun = threading.Semaphore(0)
        self.let = threading.Semaphore(0)

    def __call__(self, jobs: Sequence[Job]) -> list[str]:
        self.batches.append([job.image.name for job in jobs])
        self.begun.release()
        assert self.let.acquire(timeout=PATIENCE)
        if any(job.image.name == "bad" for job in jobs):
            raise ValueError("bad")
        return [job.image.name.upper() for job in jobs]


def jobs(names: str, told: Told | None = None) -> list[Job]:
    return [Job(SentImage(name, b""), told or Told()) for name in names.split()]


def run(
    scene: Callable[[Batcher[str], Gate], Awaitable[None]], *, queue: int = 8, batch: int = 4, threads: int = 1
) -> Gate:
    async def play() -> Gate:
        gate = Gate()
        settings = ServiceSettings(queue=queue, max_files=1, batch=batch, threads=threads, wait=0.0)
        batcher: Batcher[str] = Batcher(gate, settings)
        await asyncio.wait_for(scene(batcher, gate), PATIENCE)
        batcher.close()
        return gate

    return asyncio.run(play())


async def begun(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.begun.acquire, timeout=PATIENCE)


def test_the_first_is_read_at_once_and_those_that_come_meanwhile_together() -> None:
    async def scene(batcher: Batcher[str], gate: Gate) -> None:
        first = asyncio.create_task(batcher.answers(jobs("a")))
        await begun(gate)
        others = [asyncio.create_task(batcher.answers(jobs(names))) for names in ("b c", "d", "e f")]
        await asyncio.sleep(0)
        assert batcher.waiting == 5
        gate.let.release(9)
        assert await first == ["A"]
        assert [await each for each in others] == [["B", "C"], ["D"], ["E", "F"]]

    assert run(scene).batches == [["a"], ["b", "c", "d", "e"], ["f"]]


def test_only_what_is_told_alike_is_read_together() -> None:
    async def scene(batcher: Batcher[str], gate: Gate) -> None:
        first = asyncio.create_task(batcher.answers(jobs("a")))
        await begun(gate)
        text, sums = Told(kind="text"), Told(kind="arithmetic")
        others = [
            asyncio.create_task(batcher.answers(jobs(name, told)))
            for name, told in (("b", text), ("c", sums), ("d", text), ("e", sums))
        ]
        await asyncio.sleep(0)
        gate.let.release(9)
        await asyncio.gather(first, *others)

    assert run(scene).batches == [["a"], ["b", "d"], ["c", "e"]]


def test_threads_read_at_once() -> None:
    async def scene(batcher: Batcher[str], gate: Gate) -> None:
        both = [asyncio.create_task(batcher.answers(jobs(name))) for name in "ab"]
        await begun(gate)
        await begun(gate)  # the second has begun while the first waits
        gate.let.release(2)
        await asyncio.gather(*both)

    assert sorted(run(scene, threads=2).batches) == [["a"], ["b"]]


def test_a_full_queue_refuses_at_once() -> None:
    async def scene(batcher: Batcher[str], gate: Gate) -> None:
        first = asyncio.create_task(batcher.answers(jobs("a")))
        await begun(gate)
        waiting = asyncio.create_task(batcher.answers(jobs("b c")))
        await asyncio.sleep(0)
        with pytest.raises(Refusal, match="2 images are waiting already") as refused:
            await batcher.answers(jobs("d e"))
        assert (refused.value.status_code, refused.value.headers) == (503, {"Retry-After": "1"})
        last = asyncio.create_task(batcher.answers(jobs("f")))
        await asyncio.sleep(0)
        gate.let.release(9)
        await asyncio.gather(first, waiting, last)

    assert run(scene, queue=3).batches == [["a"], ["b", "c", "f"]]


def test_what_was_given_up_is_not_read() -> None:
    async def scene(batcher: Batcher[str], gate: Gate) -> None:
        first = asyncio.create_task(batcher.answers(jobs("a")))
        await begun(gate)
        second = asyncio.create_task(batcher.answers(jobs("b c")))
        third = asyncio.create_task(batcher.answers(jobs("d")))
        await asyncio.sleep(0)
        second.cancel()
        gate.let.release(9)
        await asyncio.gather(first, second, third, return_exceptions=True)

    assert run(scene).batches == [["a"], ["d"]]


def test_a_failure_reaches_those_that_asked_and_nobody_else() -> None:
    async def scene(batcher: Batcher[str], gate: Gate) -> None:
        gate.let.release(9)
        with pytest.raises(ValueError, match="bad"):
            await batcher.answers(jobs("bad"))
        assert await batcher.answers(jobs("good")) == ["GOOD"]
        assert await batcher.answers([]) == []

    run(scene)
