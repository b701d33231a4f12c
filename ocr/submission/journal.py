"""A journal of a long run: its finished entries in order, so that a run that was cut off can go on.

It is a file of lines rather than a database: journals of earlier versions stay readable, and so does one that a person
looks into. With sqlite3, which would lock and commit by itself, it would be 50 lines shorter.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from ocr.errors import OcrError

try:
    import fcntl
except ImportError:  # Windows; two runs at once are not told apart there
    fcntl = None  # type: ignore[assignment]

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
        self._header = f'{_START}{fingerprint}"}}\n'.encode()
        self._file = _locked(path)
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
        self._file.close()

    def append(self, entries: Sequence[Entry]) -> None:
        """Add the entries of one block and have the disk take them."""
        lines = [json.dumps(asdict(entry), ensure_ascii=True, separators=(",", ":")) for entry in entries]
        self._file.write("".join(f"{line}\n" for line in lines).encode())
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
        if fcntl is None:
            self._file.close()  # Windows deletes no open file
        self.path.unlink(missing_ok=True)  # still locked, or another run could begin in the file that goes
        self._file.close()

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


def _locked(path: Path) -> IO[bytes]:
    """Open a file, made if need be, for reading and writing, and lock it until it is closed."""
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666), "r+b")
        if fcntl is None:
            return file
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The run that held it may have ended in between, and its journal be gone.
            if os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                return file
        except BlockingIOError:
            file.close()
            raise JournalError(f"{path}: another run is writing it") from None
        except FileNotFoundError:
            pass
        except BaseException:
            file.close()
            raise
        file.close()


def _is_whole(line: bytes) -> bool:
    """Whether a line is a whole entry: a run may have been killed while it wrote, or the system have lost power."""
    if not line.endswith(b"\n"):
        return False
    try:
        Entry(**json.loads(line))
    except (ValueError, TypeError):
        return False
    return True
