"""Work in threads, for what frees Python's lock: decoding images, OpenCV, networks."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_in_threads(function: Callable[[Item], Result], items: Sequence[Item], threads: int) -> list[Result]:
    """Return function(item) of each item, in their order, done by so many threads at once.

    Raises what the first item raises that does; what is not begun by then is left.
    """
    if threads < 2 or len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(threads, len(items)), "read") as pool:
        return list(pool.map(function, items))


def split(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """Cut a sequence into parts of `size` items, the last one of what is left."""
    return [items[start : start + size] for start in range(0, len(items), size)]
