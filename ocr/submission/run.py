"""The contest's answer file: the pages of a folder, read by one model or by several that vote, as a line each.

Blocks of pages are read by workers: this process, others beside it, or a cluster. What is done stands in a journal
next to the result, so a run that was cut off, however it was, goes on where it stood, with whatever workers.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

from ocr.errors import OcrError
from ocr.submission.block import Block, Reading, read_block, reader_of, reading_of
from ocr.submission.journal import Entry, Journal
from ocr.submission.pages import PAGE_NAME, Pages, PagesError
from preprocessing.atomic_write import atomic_write
from preprocessing.workers import OrderedMap, in_this_process

BLOCK = 64
"""Pages that are read and journalled together: the unit of work.

A network's output depends, in the last digits of its floats, on the images that share a batch and on the padding they
share: on a tie of votes, or of two texts, that decides. So batches never reach over the end of a block, blocks are
counted from page 0, and a run goes on at the start of one. Pages of one width come together within a block; of 256
pages the network takes as much time for each as of 64, of 16 a tenth more."""

MOST_PROBLEMS = 20
"""Unreadable files that are named at most."""


@dataclass(frozen=True)
class Summary:
    """Summary of a run: counts of pages, the mean confidence of those with a text, and which files are no image.

    `pages` is the sum of `answered`, `not_computable` (a text without a value) and `empty`; of the latter some are
    `missing` and some `unreadable`, whose first problems are in `problems`.
    """

    pages: int
    answered: int
    not_computable: int
    empty: int
    missing: int
    unreadable: int
    confidence: float
    problems: tuple[str, ...]


class Submission:
    """A run that turns `pages` into the answer file `result`; a context manager that holds the journal open.

    `models` are names of shipped ones, or folders of bundles. The journal is `result` with ".part" behind its name.
    `run` reads what is not `done` yet, `finish` writes the result; until then an older file of that name stays.
    `restarted` says that there was a journal of other pages, models or settings, which is begun anew. `workers` are who
    reads the blocks; they do not change the answers. Raises BundleError, JournalError, PagesError, and OSError where
    nothing can be written.
    """

    def __init__(
        self,
        pages: Pages,
        models: Sequence[str | os.PathLike[str]],
        result: Path,
        *,
        workers: OrderedMap = in_this_process,
        batch_size: int = 32,
    ) -> None:
        if not models or batch_size < 1:
            raise OcrError(f"{len(models)} models, batch_size {batch_size}: expected at least 1 of each")
        self.pages = pages
        self.result = Path(os.path.realpath(result))  # a link stays one, and what it leads to is replaced
        if PAGE_NAME.fullmatch(self.result.name) and self.result.parent == Path(os.path.realpath(pages.folder)):
            raise PagesError(f"{result}: is in the place of a page")
        if self.result.exists() and not self.result.is_file():
            raise PagesError(f"{result}: is no file, and would be replaced by one")
        self._reading = reading_of(pages.folder, models, batch_size)
        for model in self._reading.models:
            reader_of(model)  # so that one that does not work is refused before anything is written
        self._workers = workers
        journal = self.result.with_name(f"{self.result.name}.part")
        self._journal = Journal(journal, _fingerprint(pages, self._reading), total=pages.count, block=BLOCK)

    def __enter__(self) -> Submission:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._journal.__exit__(kind, error, trace)

    @property
    def done(self) -> int:
        """The number of pages in the journal."""
        return self._journal.done

    @property
    def restarted(self) -> bool:
        """Whether a journal of other pages, models or settings was discarded."""
        return self._journal.restarted

    def run(self) -> Iterator[int]:
        """Read the pages that are left and yield, block by block, how many are done."""
        with closing(self._workers(partial(read_block, self._reading), self._blocks())) as read:
            for entries in read:
                self._journal.append(entries)
                yield self.done

    def finish(self) -> Summary:
        """Write the result in one step, remove the journal and say how it went."""
        if self.done < self.pages.count:
            raise OcrError(f"{self.done} of {self.pages.count} pages are read: finish() comes after run()")
        counts = _Counts()
        atomic_write(self.result, lambda part: counts.write(self._journal.entries(), part))
        self._journal.remove()
        return counts.summary(self.pages)

    def _blocks(self) -> Iterator[Block]:
        """Yield the blocks that are left."""
        missing = frozenset(self.pages.missing)
        for start in range(self.done, self.pages.count, BLOCK):
            numbers = range(start, min(start + BLOCK, self.pages.count))
            yield Block(numbers, missing.intersection(numbers))


@dataclass
class _Counts:
    """What the lines of a result are counted into while they are written."""

    answered: int = 0
    computable: int = 0
    unreadable: int = 0
    confidence: float = 0.0
    problems: tuple[str, ...] = ()

    def write(self, entries: Iterator[Entry], path: Path) -> None:
        """Write a line for each entry, and count it."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for entry in entries:
                file.write(f"{entry.text}{'' if entry.value is None else f' {entry.value}'}\n")
                if entry.text:
                    self.answered += 1
                    self.computable += entry.problem is None
                    self.confidence += entry.confidence
                elif not entry.readable:
                    self.unreadable += 1
                    if entry.problem and len(self.problems) < MOST_PROBLEMS:
                        self.problems += (entry.problem,)

    def summary(self, pages: Pages) -> Summary:
        """Return the summary of all."""
        return Summary(
            pages=pages.count,
            answered=self.computable,
            not_computable=self.answered - self.computable,
            empty=pages.count - self.answered,
            missing=len(pages.missing),
            unreadable=self.unreadable,
            confidence=self.confidence / max(1, self.answered),
            problems=self.problems,
        )


def _fingerprint(pages: Pages, reading: Reading) -> str:
    """Name all that decides the answers. Who works at it does not, nor where the models lie."""
    parts = [repr(reading.versions), pages.state, str(pages.count), str(reading.batch_size), str(BLOCK)]
    parts += [model.digest for model in reading.models]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
