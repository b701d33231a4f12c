"""SVG captchas: drawn by resvg, where it is installed."""

from __future__ import annotations

import re

from preprocessing.errors import UnreadableImageError

LARGEST = 1_000_000
"""Bytes of an SVG that is drawn; captchas have about 10,000."""
LARGEST_SIDE = 2048
LEAST_HEIGHT = 64
"""Pixels that a drawing is high at least: outlines lose nothing when enlarged."""

_OUTSIDE = re.compile(rb"(?:xlink:)?href\s*=\s*([\"'])\s*(?!#|data:)[^\"']*\1", re.I)
"""References to other files or addresses."""
_SIZE = re.compile(rb"<svg[^>]*?\sheight\s*=\s*[\"']\s*(\d{1,6}(?:\.\d+)?)", re.DOTALL | re.I)


def is_svg(data: bytes) -> bool:
    """Tell whether a file begins as an SVG does."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start[:4].lower() == b"<svg" or (start[:1] == b"<" and b"<svg" in start.lower())


def draw_svg(data: bytes, name: str) -> bytes:
    """Return the SVG file `data` drawn as a PNG file. Raises UnreadableImageError, which says what to do.

    Nothing outside the file is read: pictures that it refers to are left out.
    """
    if len(data) > LARGEST:
        raise UnreadableImageError(f"{name}: an SVG of more than {LARGEST // 10**6} MB is not drawn")
    try:
        import resvg_py
    except ImportError:
        raise UnreadableImageError(
            f"{name}: is an SVG; install what draws it, python -m pip install 'suanshi[svg]', or make a PNG of it"
        ) from None
    found = _SIZE.search(data[:4096])
    height = float(found[1]) if found else 0.0
    zoom = max(1, min(4, round(LEAST_HEIGHT / height))) if 0 < height < LARGEST_SIDE else 1
    data = _OUTSIDE.sub(b"", data)
    try:
        drawn = resvg_py.svg_to_bytes(svg_string=data.decode("utf-8", "replace"), zoom=zoom)
    except Exception as error:  # resvg's own errors are ValueErrors, but it is not ours
        raise UnreadableImageError(f"{name}: SVG file cannot be drawn ({error})") from error
    return bytes(drawn)
