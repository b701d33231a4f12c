"""Batches are drawn ahead of the training."""

from __future__ import annotations

from itertools import product

import pytest

from classifiers.loop import PREFETCHED, prefetch
from ocr.errors import OcrError


def test_batches_are_drawn_a_few_ahead_and_come_in_order() -> None:
    drawn = []

    def draw(epoch: int, step: int) -> tuple[int, int]:
        drawn.append((epoch, step))
        return epoch, step

    numbers = list(product(range(3), range(4)))
    batches = prefetch(draw, numbers)
    assert next(batches) == (0, 0)
    batches.close()
    assert 1 <= len(drawn) <= 1 + PREFETCHED  # what was waiting is not drawn any more
    assert list(prefetch(draw, numbers)) == numbers
    assert not list(prefetch(draw, []))


def test_an_error_in_drawing_comes_out() -> None:
    def draw(epoch: int, step: int) -> tuple[int, int]:
        if step == 2:
            raise OcrError("no batch")
        return epoch, step

    batches = prefetch(draw, [(0, step) for step in range(9)])
    assert [next(batches), next(batches)] == [(0, 0), (0, 1)]
    with pytest.raises(OcrError, match="no batch"):
        next(batches)
