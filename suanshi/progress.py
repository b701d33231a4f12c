"""How far a command is, on stderr: a bar in a terminal, and in a file a line now and then."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from tqdm import tqdm

EVERY = 30.0
"""Seconds between lines in a file."""
LINE = "suanshi: {n_fmt} of {total_fmt} {unit}s, {elapsed} elapsed, {remaining} left, {rate_fmt}"


class Lines:
    """A file in which what tqdm draws over again stands in lines of its own."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write a line, without what moves the cursor."""
        if line := text.strip():
            self._file.write(f"{line}\n")

    def flush(self) -> None:
        """Pass on what was written."""
        self._file.flush()


def progress(
    things: Iterable[Any] | None = None, *, total: int, unit: str, initial: int = 0, every: float = EVERY
) -> tqdm[Any]:
    """Return a tqdm bar of `total` things, that is iterated over or updated; it vanishes at the end.

    Where stderr is no terminal it is a line every so many seconds, and none for what takes less.
    """
    from tqdm import tqdm

    if sys.stderr.isatty():
        return tqdm(things, total=total, unit=unit, initial=initial, leave=False)
    lines: Any = Lines(sys.stderr)
    return tqdm(
        things, total=total, unit=unit, initial=initial, leave=False,
        file=lines, bar_format=LINE, delay=every, mininterval=every, miniters=1,
    )  # fmt: skip


def show_log(name: str) -> None:
    """Show what a part of the program logs, a line an epoch, on stderr, into a file as well."""
    if not (logger := logging.getLogger(name)).handlers:
        logger.addHandler(logging.StreamHandler())
        logger.setLevel(logging.INFO)
