"""Images as text: base64, as services send them, and data URLs, as web pages hold them."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from preprocessing.formats.limits import MAX_BYTES

LONGEST_NAME = 60
"""Characters of such a text that a message may show."""
LONGEST = 4 * MAX_BYTES // 3
"""Characters of an image as text; what they stand for is no longer than an image file may be."""
LONGEST_ESCAPED = 4_000_000
"""Characters of a data URL with %-escapes, each of which takes many times its memory to undo."""

_DATA_URL = re.compile(r"\s*data:(?P<type>[\w.+/-]*)(?P<parameters>(?:;[\w.+=-]+)*),(?P<data>.*)", re.DOTALL | re.I)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*", b"<svg", b"<?xml", b"P5", b"P6")
"""How image files begin; what does not begin so is no base64 of one, but the name of a file."""

_BLANKS = b" \t\r\n\v\f"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def is_data_url(text: str) -> bool:
    """Tell whether a text is a data URL."""
    return text[:64].lstrip()[:5].lower() == "data:"


def image_bytes(text: str) -> bytes | None:
    """Return the bytes of the image file that a data URL or base64 text holds; None for any other text.

    Blanks and line breaks within base64 do not count, nor does a missing `=` at its end. Raises ValueError for a data
    URL whose data are damaged, and for more than LONGEST characters.
    """
    if len(text) > LONGEST:
        raise ValueError(f"has {len(text)} characters; the limit for an image as text is {LONGEST}")
    if is_data_url(text):
        found = _DATA_URL.fullmatch(text)
        if found is None:
            raise ValueError("has no comma between its kind and its data")
        given = found["data"]
        if "%" in given:
            if len(given) > LONGEST_ESCAPED:
                raise ValueError(f"has %-escapes in {len(given)} characters; the limit is {LONGEST_ESCAPED}")
            content = unquote_to_bytes(given)
        else:
            content = given.encode()
        if not found["parameters"].lower().endswith(";base64"):
            return content
        data = _decoded(content)
        if data is None:
            raise ValueError("its base64 is damaged")
        return data
    if len(text) < LONGEST_NAME or not _BASE64.match(text.lstrip()[:40] + text.lstrip()[40:41]):
        return None
    data = _decoded(text.encode("utf-8", "replace"))
    return data if data is not None and data.startswith(_STARTS) else None


def base64_bytes(text: str) -> bytes | None:
    """Return what base64 text stands for, whatever it is; None for a text that is no base64, or too short for an image.

    For callers to whom a text is never the name of a file.
    """
    return None if not LONGEST_NAME <= len(text) <= LONGEST else _decoded(text.encode("utf-8", "replace"))


def _decoded(text: bytes) -> bytes | None:
    joined = text.translate(_URL_SAFE, _BLANKS).rstrip(b"=")
    try:
        return base64.b64decode(joined + b"=" * (-len(joined) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
