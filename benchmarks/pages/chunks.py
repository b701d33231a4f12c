"""Do numbered pages chunk by chunk, in several processes, in order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

import joblib
from tqdm import tqdm

Result = TypeVar("Result")
CHUNK = 16


def in_chunks(some: Callable[[int, int], list[Result]], count: int, jobs: int, title: str) -> Iterator[Result]:
    """Yield what `some(first, last)`, which can be pickled, returns for each page from 0 to `count`, in order.

    On a terminal a progress bar with this title tells how far it is.
    """
    spans = [(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    chunks = joblib.Parallel(n_jobs=jobs, return_as="generator")(joblib.delayed(some)(*span) for span in spans)
    every = (each for chunk in chunks for each in chunk)
    yield from tqdm(every, title, count, unit="page", leave=False, disable=not sys.stderr.isatty())
