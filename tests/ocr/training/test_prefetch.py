"""Batches are made in a thread, a few ahead of the training."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from ocr.errors import OcrError
from ocr.training.batches import prefetch


def test_batches_come_in_order() -> None:
    assert list(prefetch(iter(range(20)))) == list(range(20))
    assert list(prefetch([])) == []


def test_an_error_in_the_thread_arrives_in_its_place() -> None:
    def failing() -> Iterator[int]:
        yield from range(2)
        raise OcrError("no more ink")

    batches = prefetch(failing())
    assert [next(batches), next(batches)] == [0, 1]
    with pytest.raises(OcrError, match="no more ink"):
        next(batches)


def test_leaving_early_closes_the_source_a_few_batches_ahead() -> None:
    drawn: list[int] = []
    closed: list[bool] = []

    def endless() -> Iterator[int]:
        try:
            for number in count():
                drawn.append(number)
                yield number
        finally:
            closed.append(True)

    batches = prefetch(endless(), ahead=3)
    assert next(batches) == 0
    batches.close()
    assert closed
    assert 1 <= len(drawn) <= 1 + 3 + 1  # taken, waiting, and one in the thread's hands
