"""Read a file of labels within limits, and tell which images it is about."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path

from ocr.errors import LabelsError
from preprocessing.user_files import read_user_file

LABELS = "labels.txt"
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
EXPECTED = "expected lines `expression value`, line i about i.png, or lines `file text`"
"""What a message says of the form of labels.txt."""

MOST_BYTES = 64_000_000
"""Bytes of a file of labels; the 200,000 lines of the contest have 6 million."""
MOST_LINES = 250_000
"""Lines of a file of labels."""
LONGEST_LINE = 4096
"""Characters of a line of labels.txt, and of a label in a table."""


@dataclass(frozen=True)
class Labels:
    """Images and the text that each shows, as it was written down, and in words where these texts come from."""

    source: str
    images: tuple[tuple[Path, str], ...]


def read_text(path: Path, longest: int) -> str:
    """Return the text of a file of labels, which has no more lines than may be and none longer than `longest`."""
    try:
        content = read_user_file(path, MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        what = "no such folder" if not path.parent.is_dir() else f"has no {LABELS}; {EXPECTED}"
        raise LabelsError(f"{path.parent}: {what}") from None
    except UnicodeDecodeError as error:
        raise LabelsError(f"{path}: is not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise LabelsError(f"{path}: {error.strerror or error}") from error
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    if content.count("\n") > MOST_LINES:
        raise LabelsError(f"{path}: has {content.count(chr(10))} lines; the limit is {MOST_LINES}")
    if len(content) > longest:
        for number, line in enumerate(content.split("\n"), start=1):
            if len(line) > longest:
                raise LabelsError(f"{path}, line {number}: has {len(line)} characters; the limit is {longest}")
    return content


def without_folders(name: str) -> str:
    """Return a path's last part, whether it is written as Unix or as Windows does."""
    return re.split(r"[/\\]", name)[-1]


def is_file(path: Path) -> bool:
    """Tell whether there is such a file; there is none whose name cannot be one."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long for a name, or with a null byte
        return False


def check_regular(path: Path, number: int, file: Path) -> None:
    """Raise LabelsError for an image that is no file: a pipe would be waited for, a device never ends."""
    try:
        mode = file.stat().st_mode
    except (OSError, ValueError):  # missing, which is told where it is read
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise LabelsError(f"{path}, line {number}: {file.name} is a pipe or a device, not a file")
