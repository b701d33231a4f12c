"""The pages of a submission: a folder of 0.png, 1.png, ... with what is missing among them and what is none."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from ocr.errors import OcrError

PAGE_NAME = re.compile(r"(0|[1-9][0-9]{0,6})\.png")

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


def find_pages(folder: str | os.PathLike[str]) -> Pages:
    """List 0.png, 1.png, ... in a folder; the highest number says how many there should be. Raises PagesError."""
    found: dict[int, tuple[int, int]] = {}
    others = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if match := PAGE_NAME.fullmatch(entry.name):
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
