"""Endless batches of drawn images, the same for a seed whatever the number of processes that draw them."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Batch = tuple[Pixels, list[str]]
Sample = Callable[[np.random.Generator], tuple[Any, str]]
Prepare = Callable[[Any], Pixels]

HELD_OUT_SEEDS = range(1_000_000, 2_000_000)
"""Seeds of test data. Training refuses them; whatever measures a model draws from them only."""

PAPER = 255


def _begin_work() -> None:
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked, which ends the others


@dataclass(frozen=True)
class BatchStream:
    """Batches of labelled images: batch i of epoch e is drawn from `default_rng((seed, e, i))`.

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
    _pool: list[ProcessPoolExecutor] = field(default_factory=list, repr=False, compare=False)

    def batch(self, epoch: int, index: int) -> Batch:
        """Draw one batch: images (batch_size, height, W, C), uint8, and their texts."""
        rng = np.random.default_rng((self.seed, epoch, index))
        pictures, texts = [], []
        for _ in range(self.batch_size):
            image, text = self.sample(rng)
            pictures.append(self.prepare(image))
            texts.append(text)
        return stack(pictures, self.width_step), texts

    def close(self) -> None:
        """End the drawing processes."""
        while self._pool:
            self._pool.pop().shutdown(cancel_futures=True)

    def epoch(self, epoch: int, steps: int, start: int = 0) -> Iterator[Batch]:
        """Yield the batches `start` to `steps` of an epoch, in order."""
        if self.jobs <= 1:
            yield from (self.batch(epoch, index) for index in range(start, steps))
            return
        alone = BatchStream(self.sample, self.prepare, self.seed, self.batch_size, self.width_step)
        ahead: deque[Future[Batch]] = deque()
        for index in range(start, steps):
            ahead.append(self._workers().submit(alone.batch, epoch, index))
            if len(ahead) > 3 * self.jobs:
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
    height, _, channels = pictures[0].shape
    images = np.full((len(pictures), height, width, channels), PAPER, np.uint8)
    for image, picture in zip(images, pictures, strict=True):
        image[:, : picture.shape[1]] = picture
    return images
