"""Writes files as a whole: the old one stays until the new one is there, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ocr.errors import UnwritableFileError


def atomic_write(path: Path, write: Callable[[Path], object]) -> None:
    """Have `write` make a file beside `path`, whose folder is made if need be, and put it in the place of `path`.

    Raises UnwritableFileError where it can't be written, and whatever `write` raises; neither leaves anything behind.
    """
    part = path.with_name(f"part-{path.name}")  # Keras wants the ending
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if not isinstance(error, (OSError, RuntimeError)):  # the latter is what HDF5 says of a full disk
            raise
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise UnwritableFileError(f"{path}: cannot be written ({reason})") from error


def atomic_write_text(path: Path, text: str) -> None:
    """Put a file with a text, in UTF-8, in the place of `path`; raises UnwritableFileError."""
    atomic_write(path, lambda part: part.write_text(text, encoding="utf-8"))
