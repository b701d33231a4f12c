"""Streams and folders: the same for a seed whatever the number of processes."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np

from generators.contest.sampler import sampler
from generators.stream import BatchStream, stack
from preprocessing.clean import reader_input

PREPARE = partial(reader_input, height=60, max_width=180, channels=("stretched", "equalized"))


def stream(jobs: int, seed: int = 5, together: int = 1) -> BatchStream:
    return BatchStream(sampler("contest"), PREPARE, seed, batch_size=4, width_step=180, jobs=jobs, together=together)


def wide(rng: np.random.Generator) -> tuple[np.ndarray, str]:
    width = int(rng.integers(1, 100))
    return np.zeros((2, width, 1), np.uint8), str(width)


def unchanged(image: np.ndarray) -> np.ndarray:
    return image


def test_batches_are_the_same_for_any_number_of_processes() -> None:
    alone, two = stream(1), stream(2)
    try:
        for (a, texts_a), (b, texts_b) in zip(alone.epoch(1, 5), two.epoch(1, 5), strict=True):
            assert a.shape == (4, 60, 180, 2)
            assert np.array_equal(a, b)
            assert texts_a == texts_b
    finally:
        two.close()


def test_an_epoch_can_be_taken_up_in_the_middle() -> None:
    whole = [texts for _, texts in stream(1).epoch(0, 5)]
    assert [texts for _, texts in stream(1).epoch(0, 5, start=3)] == whole[3:]


def test_batches_drawn_together_are_sorted_by_width() -> None:
    alone = BatchStream(wide, unchanged, 5, batch_size=4, width_step=1, together=3)
    batches = list(alone.epoch(0, 8))
    assert len(batches) == 8
    for first in (0, 3):
        spans = sorted((min(map(int, texts)), max(map(int, texts))) for _, texts in batches[first : first + 3])
        assert all(here[1] <= after[0] for here, after in itertools.pairwise(spans))
    assert all(images.shape[2] == max(map(int, texts)) for images, texts in batches)
    for start in range(8):
        assert [texts for _, texts in alone.epoch(0, 8, start)] == [texts for _, texts in batches[start:]]
    assert list(alone.epoch(0, 8, 8)) == []
    two = BatchStream(wide, unchanged, 5, batch_size=4, width_step=1, together=3, jobs=2)
    try:
        assert [texts for _, texts in two.epoch(0, 8, 2)] == [texts for _, texts in batches[2:]]
    finally:
        two.close()


def test_seed_epoch_and_number_decide() -> None:
    first = stream(1).group(0, 0)[0][1]
    assert first == stream(1).group(0, 0)[0][1]
    assert first != stream(1).group(0, 1)[0][1]
    assert first != stream(1).group(1, 0)[0][1]
    assert first != stream(1, seed=6).group(0, 0)[0][1]


def test_stack_pads_with_paper() -> None:
    images = stack([np.zeros((2, 3, 1), np.uint8), np.zeros((2, 5, 1), np.uint8)])
    assert images.shape == (2, 2, 5, 1)
    assert (images[0, :, 3:] == 255).all()
    assert (images[1] == 0).all()
    assert stack([np.zeros((2, 9, 1), np.uint8)], width_step=8).shape == (1, 2, 16, 1)
