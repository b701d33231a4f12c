"""Endless batches of drawn images, the same for a seed whatever the number of processes that draw them."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Any

import cv2
import numpy as np

from preprocessing import clean
from preprocessing.arrays import Pixels

Batch = tuple[Pixels, list[str]]
Sample = Callable[[np.random.Generator], tuple[Any, str]]
Prepare = Callable[[Any], Pixels]

HELD_OUT_SEEDS = range(1_000_000, 2_000_000)
"""Seeds of test data. Training refuses them; whatever measures a model draws from them only."""


def _begin_work() -> None:
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked, which ends the others


@dataclass(frozen=True)
class BatchStream:
    """Batches of labelled images: batch i of epoch e is drawn from `default_rng((seed, e, i))`.

    With `together` > 1 that many batches are drawn at once, batch i with the others of group i // together from
    `default_rng((seed, e, i // together))`, and the widths are sorted within them: where texts differ in length, less
    of a batch is padding.

    `sample(rng)` draws an RGB image and its text; `prepare` turns the image into a network's input (height, W, C). The
    inputs of a batch are padded on the right with paper to the smallest multiple of `width_step` that all fit in. Both
    must be picklable for `jobs` > 1; 0 or 1 draws in this process.
    """

    sample: Sample
    prepare: Prepare
    seed: int
    batch_size: int = 64
    width_step: int = 1
    jobs: int = 1
    together: int = 1
    _pool: list[ProcessPoolExecutor] = field(default_factory=list, repr=False, compare=False)

    def group(self, epoch: int, index: int) -> list[Batch]:
        """Draw the `together` batches of a group: images (batch_size, height, W, C), uint8, and their texts, each."""
        rng = np.random.default_rng((self.seed, epoch, index))
        drawn: list[tuple[Pixels, str]] = []
        for _ in range(self.together * self.batch_size):
            image, text = self.sample(rng)
            drawn.append((self.prepare(image), text))
        order = range(self.together)
        if self.together > 1:
            drawn.sort(key=lambda each: each[0].shape[1])
            order = rng.permutation(self.together).tolist()  # or every group would begin with the short ones
        parts = [drawn[number * self.batch_size : (number + 1) * self.batch_size] for number in order]
        return [(stack([image for image, _ in part], self.width_step), [text for _, text in part]) for part in parts]

    def close(self) -> None:
        """End the drawing processes."""
        while self._pool:
            self._pool.pop().shutdown(cancel_futures=True)

    def epoch(self, epoch: int, steps: int, start: int = 0) -> Iterator[Batch]:
        """Yield the batches `start` to `steps` of an epoch, in order."""
        skipped = start % self.together
        yield from islice(chain.from_iterable(self._groups(epoch, steps, start)), skipped, skipped + steps - start)

    def _groups(self, epoch: int, steps: int, start: int) -> Iterator[list[Batch]]:
        """Yield the groups that hold the batches `start` to `steps` of an epoch, in order."""
        groups = range(start // self.together, -(-steps // self.together)) if start < steps else range(0)
        if self.jobs <= 1:
            yield from (self.group(epoch, index) for index in groups)
            return
        alone = replace(self, jobs=1, _pool=[])
        ahead: deque[Future[list[Batch]]] = deque()
        for index in groups:
            ahead.append(self._workers().submit(alone.group, epoch, index))
            if len(ahead) > max(self.jobs, 3 * self.jobs // self.together):
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def _workers(self) -> ProcessPoolExecutor:
        if not self._pool:
            fresh = multiprocessing.get_context("spawn")  # a fork of a process that trains may hang
            self._pool.append(ProcessPoolExecutor(self.jobs, fresh, initializer=_begin_work))
        return self._pool[0]


def stack(pictures: list[Pixels], width_step: int = 1) -> Pixels:
    """Pad pictures (height, W, C) of one height on the right with paper to the smallest multiple of `width_step` that
    the widest fits in, and stack them: (N, height, width, C)."""
    width = -(-max(picture.shape[1] for picture in pictures) // width_step) * width_step
    return clean.stack(pictures, width)
