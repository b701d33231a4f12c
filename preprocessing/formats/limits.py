"""Limits on images: pixels that are decoded and bytes that are taken in, so that a small file costs little."""

from __future__ import annotations

import os

from preprocessing.errors import OcrError, UnreadableImageError

MAX_PIXELS = 16_000_000
"""Pixels of an image that is decoded unless told otherwise: four times the largest contest page, 48 MB as RGB. The
frames of an animation that are looked at have no more of them together."""

HIGHEST = 89_000_000
"""The largest limit that can be set: Pillow warns of larger pictures by itself."""

VARIABLE = "SUANSHI_MAX_PIXELS"
"""The environment variable that sets another limit."""

MAX_BYTES = 130_000_000
"""Bytes of an image file; one of MAX_PIXELS fits even when it is stored plainly with 16 bits a channel and alpha."""


def max_pixels() -> int:
    """Return the limit of pixels that holds now: SUANSHI_MAX_PIXELS, or else MAX_PIXELS. Raises OcrError."""
    given = os.environ.get(VARIABLE, "")
    if not given:
        return MAX_PIXELS
    if not (given.isascii() and given.isdecimal() and len(given) < 10 and 1 <= int(given) <= HIGHEST):
        raise OcrError(f"{VARIABLE} is {given[:40]!r}, expected a number of pixels from 1 to {HIGHEST}")
    return int(given)


def check_size(width: int, height: int, limit: int, name: str) -> None:
    """Raise UnreadableImageError for an image that has no pixels, or more than `limit`; `name` is for the message."""
    if not width or not height:
        raise UnreadableImageError(f"{name}: has no pixels ({width}x{height})")
    if width * height > limit:
        raise UnreadableImageError(f"{name}: {width}x{height} pixels are too many; the limit is {told(limit)}")


def told(limit: int) -> str:
    """Return a limit of pixels in words, with what changes it."""
    number = f"{limit / 10**6:g} million" if limit >= 10**6 else str(limit)
    return f"{number}, set by {VARIABLE}"
