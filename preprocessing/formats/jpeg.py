"""Scans of a JPEG file, counted before it is decoded: each passes over the whole picture, and may take a few bytes."""

from __future__ import annotations

import re
import struct

from preprocessing.errors import UnreadableImageError

MOST_SCANS = 100
"""Scans of one picture; cameras and programs write 1 to 12."""

MOST_WORK = 20
"""Scans that a picture as large as the limit of pixels may have; smaller ones may have more, up to MOST_SCANS."""

PROGRESSIVE = b"\xff\xc2"
"""The marker of a progressive picture; it never stands in the data of others."""

_START = b"\xff\xd8\xff"
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length behind them."""
_SCAN, _END = 0xDA, 0xD9
_NEXT = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
"""A marker behind a scan's data, in which ff is followed by 00, or by a restart marker."""


def is_jpeg(data: bytes) -> bool:
    """Tell whether a file begins as a JPEG does."""
    return data.startswith(_START)


def count_scans(data: bytes) -> int:
    """Return how many scans a JPEG file has before its end; of a damaged one, those that a decoder may find."""
    scans, position = 0, 2
    while (found := _NEXT.search(data, position)) is not None:
        kind, position = data[found.end() - 1], found.end()
        if kind == _END:
            break
        if kind in _ALONE or position + 2 > len(data):
            continue
        scans += kind == _SCAN
        length = struct.unpack_from(">H", data, position)[0]
        position += max(2, length)
    return scans


def check_scans(data: bytes, pixels: int, limit: int, name: str) -> None:
    """Raise UnreadableImageError for a JPEG of `pixels` pixels that has more scans than one may; see MOST_WORK."""
    scans = count_scans(data)
    if scans > MOST_SCANS or scans * pixels > MOST_WORK * limit:
        most = min(MOST_SCANS, MOST_WORK * limit // max(1, pixels))
        raise UnreadableImageError(
            f"{name}: JPEG of {scans} scans, which are too many; the limit for its size is {most}"
        )
