"""A file that one run at a time holds, so that two cannot write into one place."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import IO

from preprocessing.errors import OcrError

try:
    import fcntl
except ImportError:  # Windows; two runs at once are not told apart there
    fcntl = None  # type: ignore[assignment]


class LockedError(OcrError):
    """A file that another run holds, or that is none."""


def open_locked(path: Path) -> IO[bytes]:
    """Open a file, made if need be, for reading and writing, and lock it until it is closed.

    A link in its place is not followed. Raises LockedError where another run holds it, and OSError.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    while True:
        if path.is_symlink():  # where the system has no O_NOFOLLOW, and for the message
            raise LockedError(f"{path}: is a link, and what it leads to would be overwritten; remove it")
        handle = os.open(path, flags, 0o666)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise LockedError(f"{path}: is a pipe or a device, not a file; remove it")
        file = os.fdopen(handle, "r+b")
        if fcntl is None:
            return file
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The run that held it may have ended in between, and its file be gone.
            if os.path.samestat(os.fstat(file.fileno()), os.lstat(path)):
                return file
        except BlockingIOError:
            file.close()
            raise LockedError(f"{path}: another run is writing it") from None
        except FileNotFoundError:
            pass
        except BaseException:
            file.close()
            raise
        file.close()


def remove_locked(path: Path, file: IO[bytes]) -> None:
    """Delete a file that is held, and let it go."""
    if fcntl is None:
        file.close()  # Windows deletes no open file
    path.unlink(missing_ok=True)  # still locked, or another run could begin in the file that goes
    file.close()
