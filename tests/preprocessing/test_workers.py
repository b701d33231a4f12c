"""Work in processes: the order of the results, few items ahead, workers that die, and errors."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from preprocessing.workers import AHEAD, DEATHS, WorkersError, in_processes, in_this_process


def late(number: int) -> tuple[int, int]:
    """The first items take longest."""
    time.sleep(0.3 if number == 0 else 0)
    return number, os.getpid()


def fragile(number: int, *, folder: Path, lives: int) -> int:
    """Die at the item 3, as often as `lives` says."""
    if number == 3:
        died = len(list(folder.iterdir()))
        if died < lives:
            (folder / str(died)).touch()
            os._exit(9)
    return number * number


def refuse(number: int) -> int:
    if number == 2:
        raise ValueError("not this one")
    return number


def test_results_come_in_order_from_several_processes() -> None:
    results = list(in_processes(late, range(30), jobs=2))
    assert [number for number, _ in results] == list(range(30))
    assert len({process for _, process in results} - {os.getpid()}) == 2
    assert list(in_this_process(refuse, [0, 1])) == [0, 1]


def test_few_items_are_taken_ahead() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = in_processes(late, items(), jobs=1)
    assert next(results)[0] == 0
    results.close()
    assert len(taken) <= AHEAD + 2


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    work = partial(fragile, folder=tmp_path, lives=DEATHS - 1)
    assert list(in_processes(work, range(8), jobs=2)) == [number**2 for number in range(8)]
    assert len(list(tmp_path.iterdir())) == DEATHS - 1


def test_work_that_kills_every_worker_is_given_up(tmp_path: Path) -> None:
    results = in_processes(partial(fragile, folder=tmp_path, lives=99), range(8), jobs=1)
    with pytest.raises(WorkersError, match=r"3 processes died .* \(exit code 9\)"):
        list(results)


def test_an_error_in_a_worker_is_an_error_here() -> None:
    results = in_processes(refuse, range(5), jobs=1)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match="not this one"):
        next(results)
