"""Images as text: base64, as services send them, and data URLs, as web pages hold them."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

LONGEST_NAME = 60
"""Characters of such a text that a message may show."""

_DATA_URL = re.compile(r"\s*data:(?P<type>[\w.+/-]*)(?P<parameters>(?:;[\w.+=-]+)*),(?P<data>.*)", re.DOTALL | re.I)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*", b"<svg", b"<?xml", b"P5", b"P6")
"""How image files begin; what does not begin so is no base64 of one, but the name of a file."""


def is_data_url(text: str) -> bool:
    """Tell whether a text is a data URL."""
    return text[:64].lstrip()[:5].lower() == "data:"


def image_bytes(text: str) -> bytes | None:
    """Return the bytes of the image file that a data URL or base64 text holds; None for any other text.

    Blanks and line breaks within base64 do not count, nor does a missing `=` at its end. Raises ValueError for a data
    URL whose data are damaged.
    """
    if is_data_url(text):
        found = _DATA_URL.fullmatch(text)
        if found is None:
            raise ValueError("has no comma between its kind and its data")
        if not found["parameters"].lower().endswith(";base64"):
            return unquote_to_bytes(found["data"])
        data = _decoded(unquote_to_bytes(found["data"]).decode("ascii", "replace"))
        if data is None:
            raise ValueError("its base64 is damaged")
        return data
    if len(text) < LONGEST_NAME or not _BASE64.match(text.lstrip()[:40] + text.lstrip()[40:41]):
        return None
    data = _decoded(text)
    return data if data is not None and data.startswith(_STARTS) else None


def _decoded(text: str) -> bytes | None:
    joined = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(joined + "=" * (-len(joined) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
