"""Check how large the frames of a GIF are before they are decoded: each states its own place and size."""

from __future__ import annotations

from preprocessing.formats.limits import check_size

_HEADER = 13
"""Bytes of the signature and of the screen, which end with its flags, the background and the aspect."""
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B


def is_gif(data: bytes) -> bool:
    """Tell whether a file begins as GIFs do."""
    return data[:6] in (b"GIF87a", b"GIF89a")


def check_frames(data: bytes, limit: int, name: str) -> None:
    """Raise UnreadableImageError where a frame reaches beyond `limit` pixels of the whole; `name` is for messages.

    Bytes between blocks are passed over, and a damaged end is the end, as for Pillow.
    """
    place = _HEADER + _colours(data, 10)
    while place < len(data) and data[place] != _END:
        block = data[place]
        if block == _IMAGE:
            left, top, width, height = (
                int.from_bytes(data[start : start + 2], "little") for start in range(place + 1, place + 9, 2)
            )
            check_size(max(left + width, 1), max(top + height, 1), limit, name)
            place = _behind(data, place + 11 + _colours(data, place + 9))
        elif block == _EXTENSION:
            place = _behind(data, place + 2)
        else:
            place += 1


def _colours(data: bytes, flags: int) -> int:
    """Return the bytes of the table of colours that the flags at this place announce."""
    value = data[flags] if flags < len(data) else 0
    return 3 << ((value & 7) + 1) if value & 0x80 else 0


def _behind(data: bytes, place: int) -> int:
    """Return the place behind the parts of a block, each of a byte with its length and so many more."""
    while place < len(data) and data[place]:
        place += 1 + data[place]
    return place + 1
