"""Work in threads: order, errors, and that threads are used at all."""

from __future__ import annotations

import threading

import pytest

from ocr.inference.parallel import available_cores, map_in_threads, split


def test_results_are_in_order_and_come_from_several_threads() -> None:
    meeting = threading.Barrier(2, timeout=60)

    def work(number: int) -> tuple[int, bool]:
        if number in (0, 1):
            meeting.wait()  # neither gets on without the other
        return number, threading.current_thread() is threading.main_thread()

    assert map_in_threads(work, range(9), 2) == [(number, False) for number in range(9)]


def test_one_thread_is_the_caller() -> None:
    assert map_in_threads(lambda _: threading.get_ident(), range(3), 1) == [threading.get_ident()] * 3
    assert map_in_threads(lambda _: threading.get_ident(), [0], 4) == [threading.get_ident()]
    assert map_in_threads(str, [], 4) == []


@pytest.mark.parametrize("threads", [1, 3])
def test_the_first_error_is_raised(threads: int) -> None:
    def work(number: int) -> int:
        if number in (2, 5):
            raise ValueError(number)
        return number

    with pytest.raises(ValueError, match="2"):
        map_in_threads(work, range(9), threads)


def test_parts_and_cores() -> None:
    assert split("abcde", 2) == ["ab", "cd", "e"]
    assert split("", 2) == []
    assert available_cores() >= 1
