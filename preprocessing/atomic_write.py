"""Write files as a whole: the old one stays until the new one is there, whatever happens meanwhile."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from preprocessing.errors import UnwritableFileError

PART = ".part-"
"""Prefix of the folders of unfinished files; what a killed process left of them may be deleted."""


def atomic_write(path: Path, write: Callable[[Path], object], *, durable: bool = True) -> None:
    """Have `write` make a file of the same name, and put it in the place of `path`, whose folder is made if need be.

    With `durable` the disk has it before it takes its name, so that not even a power cut leaves half a file. Raises
    UnwritableFileError where it cannot be written, also in the place of a device such as /dev/stdout, and whatever
    `write` raises; neither leaves anything behind.
    """
    if _is_device(path):
        raise UnwritableFileError(f"{path}: cannot be written (is a pipe or a device, not a file)")
    folder = path.parent / f"{PART}{secrets.token_hex(16)}"
    part = folder / path.name  # Keras wants the ending; and nobody shall take it for a whole file of that kind
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(0o700)  # anew, so that nobody else put a link into it, or can
        write(part)
        if durable:
            _sync(part)
        part.replace(path)
        if durable and os.name == "posix":
            _sync(path.parent)
    except (OSError, RuntimeError) as error:  # the latter is what HDF5 says of a full disk
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise UnwritableFileError(f"{path}: cannot be written ({reason})") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def atomic_write_bytes(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put a file with this content in the place of `path`; raises UnwritableFileError."""
    atomic_write(path, lambda part: part.write_bytes(content), durable=durable)


def atomic_write_text(path: Path, text: str) -> None:
    """Put a file with a text, in UTF-8, in the place of `path`; raises UnwritableFileError."""
    atomic_write(path, lambda part: part.write_text(text, encoding="utf-8"))


def _is_device(path: Path) -> bool:
    """Whether a name is not one of a file: for the superuser nothing else keeps /dev/null from being replaced."""
    there = os.path.exists(path) and not (path.is_file() or path.is_dir())
    return there or os.path.abspath(path.parent) in ("/dev", "/dev/fd")


def _sync(path: Path) -> None:
    """Have the disk take a file, or a folder's entries."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
