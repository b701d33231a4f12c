"""A journal of a long run: its finished entries in order, so that a run that was cut off can go on.

It is a file of lines rather than a database: journals of earlier versions stay readable, and so does one that a person
looks into. With sqlite3, which would lock and commit by itself, it would be 50 lines shorter.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from ocr.errors import OcrError
from preprocessing.lock import LockedError, open_locked, remove_locked

SYNC_EVERY = 1.0
"""Seconds at most between entries that are written and the disk's taking them, while more come: a killed process loses
nothing that is written, a power cut what the disk does not have."""

_KEY = "suanshi journal"
_START = f'{{"{_KEY}": "'


class JournalError(OcrError):
    """A journal that another run holds, or a file in its place that is none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The result of one page: its text, "" for none, its value as it is written, and why something is missing.

    `readable` is False for a page whose file could not be read.
    """

    text: str
    value: str | None
    confidence: float
    problem: str | None
    readable: bool = True


class Journal:
    """The journal of a run of `total` entries that are written and resumed in blocks of `block`; a context manager.

    The file has a header that names what decides the entries, `fingerprint`, then a line of JSON per entry. What an
    earlier run with that fingerprint left is kept up to its last whole block: `done` entries. A journal with another
    fingerprint is begun anew: `restarted`. While it is open nobody else can open it, on systems with flock.
    Raises JournalError, and OSError where the file cannot be written.
    """

    def __init__(self, path: Path, fingerprint: str, *, total: int, block: int) -> None:
        self.path = path
        self.total = total
        self.done = 0
        self.restarted = False
        self._block = block
        self._synced = time.monotonic()
        self._header = f'{_START}{fingerprint}"}}\n'.encode()
        try:
            self._file = open_locked(path)
        except LockedError as error:
            raise JournalError(str(error)) from None
        try:
            self._resume()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._file.closed:
            self._save()
        self._file.close()

    def append(self, entries: Sequence[Entry]) -> None:
        """Add the entries of one block; the disk takes them at the latest with those SYNC_EVERY seconds later."""
        lines = [json.dumps(asdict(entry), ensure_ascii=True, separators=(",", ":")) for entry in entries]
        self._file.write("".join(f"{line}\n" for line in lines).encode())
        self._file.flush()
        if time.monotonic() - self._synced >= SYNC_EVERY:
            self._save()
        self.done += len(entries)

    def entries(self) -> Iterator[Entry]:
        """Yield the entries so far."""
        with self.path.open("rb") as file:
            file.readline()
            for line in file:
                yield Entry(**json.loads(line))

    def remove(self) -> None:
        """Delete the journal, whose run is over."""
        remove_locked(self.path, self._file)

    def _resume(self) -> None:
        header = self._file.readline()
        if not (header.startswith(_START.encode()) or self._header.startswith(header)):
            raise JournalError(f"{self.path}: is no journal of this command and would be overwritten; move it away")
        if header != self._header:
            self.restarted = header.endswith(b"\n")
            self._file.seek(0)
            self._file.truncate()
            self._file.write(self._header)
            self._save()
            return
        position = end = self._file.tell()
        for number, line in enumerate(self._file, start=1):
            if number > self.total or not _is_whole(line):
                break
            position += len(line)
            if number % self._block == 0 or number == self.total:
                self.done, end = number, position
        self._file.seek(end)
        self._file.truncate()

    def _save(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()


def _is_whole(line: bytes) -> bool:
    """Whether a line is a whole entry: a run may have been killed while it wrote, or the system have lost power."""
    if not line.endswith(b"\n"):
        return False
    try:
        entry = Entry(**json.loads(line))
    except (ValueError, TypeError, RecursionError):
        return False
    # Another hand may have written it, and its texts become lines of the result.
    texts = [each for each in (entry.text, entry.value, entry.problem) if each is not None]
    if entry.text is None or not all(isinstance(each, str) and len(each.splitlines()) < 2 for each in texts):
        return False
    return type(entry.readable) is bool and type(entry.confidence) in (int, float) and 0 <= entry.confidence <= 1
