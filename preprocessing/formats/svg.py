"""SVG captchas: looked through, then drawn by resvg, where it is installed.

What an SVG costs to draw shows in nothing but its elements: a few hundred bytes of nested references, filters or
dashes keep a drawing program busy for days. So only elements are drawn that cost no more than the pixels they cover.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from xml.parsers import expat

from preprocessing.errors import UnreadableImageError

LARGEST = 1_000_000
"""Bytes of an SVG that is drawn; captchas have about 10,000."""
LARGEST_SIDE = 2048
"""Pixels of a side of the drawing."""
MOST_PIXELS = 2_000_000
"""Pixels of a drawing; captchas have about 10,000."""
MOST_ELEMENTS = 5_000
"""Elements of an SVG; captchas have 5 to 200."""
MOST_WORK = 40_000_000
"""Elements times pixels of the drawing; what is half transparent takes some 25 ns for each."""
MOST_STYLING = 2_000_000
"""Characters of style sheets times elements: each rule is held against each element."""
DEEPEST = 16
"""Levels of elements within elements: each may take a picture of its own to draw."""
LEAST_HEIGHT = 64
"""Pixels that a drawing is high at least: outlines lose nothing when enlarged."""

_SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "image")
_OTHERS = ("svg", "g", "a", "title", "desc", "metadata", "defs", "style", "linearGradient", "radialGradient", "stop")
_DRAWN = frozenset({*_SHAPES, *_OTHERS})
"""Elements that may stand in an SVG. Of images, only such as lie elsewhere, and these are left out."""
_EMBEDDED = re.compile(r"(?:^|:)href$")
_OUTSIDE = re.compile(rb"(?:xlink:)?href\s*=\s*([\"'])\s*(?!#|data:)[^\"']*\1", re.I)
"""References to other files or addresses."""
_LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d{0,9})?)\s*(px|pt|pc|mm|cm|in)?\s*")
_UNITS = {None: 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


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
            f"{name}: is an SVG; install what draws it, {sys.executable} -m pip install resvg-py, or make a PNG of it"
        ) from None
    try:
        width, height = _drawing_size(_looked_through(data))
    except _UndrawnError as error:
        raise UnreadableImageError(f"{name}: SVG file {error}; make a PNG of it") from None
    text = _OUTSIDE.sub(b"", data).decode("utf-8", "replace")
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=text, width=width, height=height))
    except Exception as error:  # resvg's own errors are ValueErrors, but it is not ours
        raise UnreadableImageError(f"{name}: SVG file cannot be drawn ({error})") from error


class _UndrawnError(Exception):
    """An SVG that is not drawn; the message says why and follows its name."""


@dataclass
class _Seen:
    """What an SVG is made of."""

    elements: int = 0
    styles: int = 0
    """Characters of its style sheets."""
    size: tuple[float, float] = (0.0, 0.0)
    """Width and height in pixels, without enlarging; 0 where it says none."""


def _looked_through(data: bytes) -> _Seen:
    """Read an SVG from end to end without drawing it. Raises _UndrawnError."""
    seen = _Seen()
    within: list[str] = []
    parser = expat.ParserCreate("utf-8")

    def start(element: str, attributes: dict[str, str]) -> None:
        seen.elements += 1
        within.append(element.rpartition(":")[2])
        if len(within) > DEEPEST:
            raise _UndrawnError(f"has elements within elements, more than {DEEPEST} levels deep")
        if seen.elements > MOST_ELEMENTS:
            raise _UndrawnError(f"has more than {MOST_ELEMENTS} elements")
        kind = within[-1]
        if kind not in _DRAWN:
            raise _UndrawnError(f"holds <{kind[:40]}>, which is not drawn")
        if kind == "image" and any(_EMBEDDED.search(key) and "data:" in value for key, value in attributes.items()):
            raise _UndrawnError("holds an embedded picture, which is not drawn")
        if seen.elements == 1:
            seen.size = _size(attributes)

    def end(element: str) -> None:
        within.pop()

    def characters(text: str) -> None:
        seen.styles += len(text) * (within[-1] == "style")

    def refuse(*_: object) -> None:
        raise _UndrawnError("declares entities, which are not read")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = characters, refuse
    try:
        parser.Parse(data.decode("utf-8", "replace").encode(), True)
    except expat.ExpatError as error:
        raise _UndrawnError(f"is damaged ({error})") from error
    if b"dasharray" in data.lower():
        raise _UndrawnError("has dashed lines, which are not drawn")
    return seen


def _size(attributes: dict[str, str]) -> tuple[float, float]:
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())[2:]
    sides = []
    for key, other in zip(("width", "height"), [*box, "", ""], strict=False):
        found = _LENGTH.fullmatch(attributes.get(key, "")) or _LENGTH.fullmatch(other)
        sides.append(float(found[1]) * _UNITS[found[2]] if found else 0.0)
    return sides[0], sides[1]


def _drawing_size(seen: _Seen) -> tuple[int, int]:
    """Return the width and height to draw an SVG in: its own, enlarged up to four times where it is small."""
    width, height = seen.size
    if not width or not height:
        raise _UndrawnError("says no width and height")
    zoom = max(1, min(4, round(LEAST_HEIGHT / height)))
    size = max(1, round(zoom * width)), max(1, round(zoom * height))
    pixels = size[0] * size[1]
    if max(size) > LARGEST_SIDE or pixels > MOST_PIXELS:
        raise _UndrawnError(f"would be {size[0]}x{size[1]} pixels large; the limit is {LARGEST_SIDE} a side")
    if seen.elements * pixels > MOST_WORK:
        raise _UndrawnError(f"has {seen.elements} elements, too many for {size[0]}x{size[1]} pixels")
    if seen.elements * seen.styles > MOST_STYLING:
        raise _UndrawnError(f"has {seen.styles} characters of style sheets, too many for {seen.elements} elements")
    return size
