"""The contest's answer file: the pages of a folder, read by one model or by several that vote, as a line each.

Pages are prepared by threads, some ahead of the network, which reads block after block of them. What is done stands
in a journal next to the result, so a run that was cut off, however it was, goes on where it stood.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from ocr.bundle import Bundle
from ocr.errors import OcrError, UnreadableImageError
from ocr.inference.recognizer import Recognition, Recognizer
from ocr.inputs import ModelInput
from ocr.submission.journal import Entry, Journal
from ocr.submission.voting import vote
from ocr.text.expression import rounded
from ocr.versions import installed_versions
from preprocessing.atomic_write import atomic_write
from preprocessing.read import read_image

BLOCK = 256
"""Pages that are read and journalled together, and the most that are prepared ahead of them.

A network's output depends, in the last digits of its floats, on the images that share a batch and on the padding they
share: on a tie of votes, or of two texts, that decides. So batches never reach over the end of a block, blocks are
counted from page 0, and a run goes on at the start of one. Pages of one width come together within a block."""

_PAGE = re.compile(r"(0|[1-9][0-9]{0,6})\.png")
_MISSING = "missing"

_Ready: TypeAlias = "dict[object, ModelInput] | str"


MOST_MISSING = 1000
"""Pages that may be missing in any folder; in larger ones up to nine tenths."""


class PagesError(OcrError):
    """A folder without pages to read, or a result in the place of one."""


@dataclass(frozen=True)
class Pages:
    """The pages of a folder: how many lines they make, and which numbers among them have no file.

    `others` are names in the folder that are no page's; `state` fingerprints numbers, sizes and times of the files.
    """

    folder: Path
    count: int
    missing: tuple[int, ...]
    others: tuple[str, ...]
    state: str

    def path(self, number: int) -> Path:
        """The file of a page."""
        return self.folder / f"{number}.png"


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


MOST_PROBLEMS = 20
"""Unreadable files that are named at most."""


def find_pages(folder: str | os.PathLike[str]) -> Pages:
    """List 0.png, 1.png, ... in a folder; the highest number says how many there should be. Raises PagesError."""
    found: dict[int, tuple[int, int]] = {}
    others = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if match := _PAGE.fullmatch(entry.name):
                    try:
                        about = entry.stat()
                        found[int(match[1])] = about.st_size, about.st_mtime_ns
                    except OSError:  # a link that leads nowhere: the page is there and can't be read
                        found[int(match[1])] = -1, -1
                else:
                    others.append(entry.name)
    except FileNotFoundError:
        raise PagesError(f"{folder}: no such folder") from None
    except OSError as error:
        raise PagesError(f"{folder}: {error.strerror or error}") from error
    if 0 not in found:
        there = f"it has {min(found)}.png, but counting begins at 0" if found else "expected 0.png, 1.png, ..."
        raise PagesError(f"{folder}: has no 0.png; {there}")
    count = max(found) + 1
    if count - len(found) > max(MOST_MISSING, 9 * len(found)):
        raise PagesError(
            f"{folder}: the last page is {count - 1}.png, but of {count} pages only {len(found)} are there; the answer "
            f"file would be empty lines. Remove {count - 1}.png if it is no page"
        )
    state = hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()
    missing = tuple(number for number in range(count) if number not in found)
    return Pages(Path(folder), count, missing, tuple(sorted(others)), state)


def written_value(answer: Recognition) -> str | None:
    """The value of an answer as the contest writes it, or None.

    Whole, "-17", for round one's texts, which have neither assignments nor divisions; "-17.00" for the final's.
    """
    if answer.value is None:
        return None
    return rounded(answer.value, 2 if set(answer.text) & set("=/") else 0)


class Submission:
    """A run that turns `pages` into the answer file `result`; a context manager that holds the journal open.

    The journal is `result` with ".part" behind its name. `run` reads what is not `done` yet, `finish` writes the
    result; until then an older file of that name stays. `restarted` says that there was a journal of other pages,
    models or settings, which is begun anew. `jobs` is the number of threads that prepare pages; it does not change
    the answers. Raises JournalError, PagesError, and OSError where nothing can be written.
    """

    def __init__(
        self, pages: Pages, readers: Sequence[Recognizer], result: Path, *, jobs: int = 1, batch_size: int = 32
    ) -> None:
        if not readers or jobs < 1 or batch_size < 1:
            raise OcrError(f"{len(readers)} models, {jobs} jobs, batch_size {batch_size}: expected at least 1 of each")
        self.pages = pages
        self.result = Path(os.path.realpath(result))  # a link stays one, and what it leads to is replaced
        if _PAGE.fullmatch(self.result.name) and self.result.parent == Path(os.path.realpath(pages.folder)):
            raise PagesError(f"{result}: is in the place of a page")
        if self.result.exists() and not self.result.is_file():
            raise PagesError(f"{result}: is no file, and would be replaced by one")
        self._readers = readers
        self._batch_size = batch_size
        self._missing = frozenset(pages.missing)
        self._of_kind = {reader.config.preparation: reader for reader in readers}
        fingerprint = _fingerprint(pages, [reader.bundle for reader in readers], batch_size)
        journal = self.result.with_name(f"{self.result.name}.part")
        self._journal = Journal(journal, fingerprint, total=pages.count, block=BLOCK)
        self._threads = ThreadPoolExecutor(jobs)

    def __enter__(self) -> Submission:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
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
        ahead = self._prepare_block(self.done)
        while self.done < self.pages.count:
            ready = {number: future.result() for number, future in ahead.items()}
            ahead = self._prepare_block(self.done + len(ready))  # while the network reads the block before
            self._journal.append(self._read(ready))
            yield self.done

    def finish(self) -> Summary:
        """Write the result in one step, remove the journal and say how it went."""
        if self.done < self.pages.count:
            raise OcrError(f"{self.done} of {self.pages.count} pages are read: finish() comes after run()")
        answered = computable = unreadable = 0
        confidence = 0.0
        problems: list[str] = []
        lines: list[str] = []
        for entry in self._journal.entries():
            lines.append(f"{entry.text}{'' if entry.value is None else f' {entry.value}'}\n")
            if entry.text:
                answered += 1
                computable += entry.problem is None
                confidence += entry.confidence
            elif not entry.readable:
                unreadable += 1
                if entry.problem and len(problems) < MOST_PROBLEMS:
                    problems.append(entry.problem)
        atomic_write(self.result, lambda part: part.write_bytes("".join(lines).encode()))
        self._journal.remove()
        return Summary(
            pages=self.pages.count,
            answered=computable,
            not_computable=answered - computable,
            empty=self.pages.count - answered,
            missing=len(self.pages.missing),
            unreadable=unreadable,
            confidence=confidence / max(1, answered),
            problems=tuple(problems),
        )

    def _prepare_block(self, start: int) -> dict[int, Future[_Ready]]:
        """Have the threads prepare the block of pages that begins at `start`; there may be none left."""
        numbers = range(start, min(start + BLOCK, self.pages.count))
        return {number: self._threads.submit(self._prepare, number) for number in numbers}

    def _prepare(self, number: int) -> _Ready:
        """Prepare a page for each kind of reader, or return why it can't be read. The page itself is not kept."""
        if number in self._missing:
            return _MISSING
        try:
            path = self.pages.path(number)
            if path.exists() and not (path.is_file() or path.is_dir()):
                return f"{path}: is a pipe or a device, not a file"
            pixels = read_image(path)
            return {kind: reader.prepare_pixels(pixels, str(path)) for kind, reader in self._of_kind.items()}
        except UnreadableImageError as error:
            return str(error)

    def _read(self, ready: dict[int, _Ready]) -> list[Entry]:
        """Read a block of prepared pages with every model and have these vote."""
        there = {number: each for number, each in ready.items() if not isinstance(each, str)}
        votes: list[list[Recognition]] = []
        for reader in self._readers:
            seen = [each[reader.config.preparation] for each in there.values()]
            votes.append(reader.recognize_prepared(seen, batch_size=self._batch_size))
        answers = dict(zip(there, map(vote, zip(*votes, strict=True)), strict=True))
        return [_entry(answers[number] if number in answers else str(ready[number])) for number in ready]


def _entry(answer: Recognition | str) -> Entry:
    if isinstance(answer, str):
        return Entry("", None, 0.0, answer, readable=answer == _MISSING)
    return Entry(answer.text, written_value(answer), answer.confidence, answer.problem)


def _fingerprint(pages: Pages, bundles: Sequence[Bundle], batch_size: int) -> str:
    """Name all that decides the answers. How many threads work at it does not."""
    packages = ("suanshi", "onnxruntime", "numpy", "opencv-python-headless", "pillow")
    parts = [str(installed_versions(*packages)), pages.state, str(pages.count), str(batch_size), str(BLOCK)]
    for bundle in bundles:
        parts += [bundle.config.to_json(), hashlib.sha256(bundle.model).hexdigest()]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
