"""A picture of how an answer came about: the image, what the network saw of it, and each character in its place."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.inference.recognizer import Recognition
from ocr.text.ctc.decoding import Character
from preprocessing.read import Pixels

ZOOM = 2.5
"""How much an image is enlarged, within the limits of a tile's width."""

NARROWEST, WIDEST = 360, 1500
"""Limits of a tile's width in pixels."""

_MARGIN = 12
_GAP = 4
_ANSWER, _NOTE, _SYMBOL = 20, 13, 22  # sizes of letters, in pixels
_INK = (20, 20, 20)
_GREY = (110, 110, 110)
_MARK = (0, 110, 220)
_DOUBT = (215, 30, 30)
_EDGE = (210, 210, 210)
_PAPER = (255, 255, 255)

_DOUBTFUL = 0.9  # characters below this confidence are drawn in red

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
FontPath = str | os.PathLike[str]


def explain(
    image: Pixels,
    recognition: Recognition,
    *,
    seen: Pixels | None = None,
    title: str = "",
    font: FontPath | None = None,
) -> Pixels:
    """Draw a tile about one answer: uint8 RGB (H, W, 3), W from NARROWEST to WIDEST.

    From top to bottom: the answer, then confidence and `title`, `image` (H, W, 3) RGB, the channels of `seen`
    (H, W, C), which is what the network was given, and the characters below the columns they stand in, red where in
    doubt. `font` is a typeface's file for what Pillow's own lacks, as Chinese characters; without it these are
    written as [U+6D41].
    """
    width = int(np.clip(round(ZOOM * image.shape[1]), NARROWEST, WIDEST))
    pictures = [image]
    if seen is not None:
        pictures += [cv2.cvtColor(channel, cv2.COLOR_GRAY2RGB) for channel in cv2.split(seen)]
    pictures = [resized(picture, width) for picture in pictures]
    placed = marked(pictures, recognition.characters, scale=width / image.shape[1], font=font)
    return np.vstack([header(recognition, width, title=title, font=font), placed])


def header(recognition: Recognition, width: int, *, title: str = "", font: FontPath | None = None) -> Pixels:
    """Write an answer, and below it its confidence, its problem and `title`: uint8 RGB (H, width, 3)."""
    canvas = Image.new("RGB", (width, _ANSWER + _NOTE + 3 * _GAP), _PAPER)
    draw = ImageDraw.Draw(canvas)
    write(draw, (0, 0), _answer(recognition), _ANSWER, _INK, font, width)
    write(draw, (0, _ANSWER + _GAP), _note(recognition, title), _NOTE, _GREY, font, width)
    return np.asarray(canvas)


def caption(text: str, width: int) -> Pixels:
    """Write a line of small print: uint8 RGB (H, width, 3)."""
    canvas = Image.new("RGB", (width, _NOTE + 2 * _GAP), _PAPER)
    write(ImageDraw.Draw(canvas), (0, _GAP), text, _NOTE, _GREY, None, width)
    return np.asarray(canvas)


def marked(
    pictures: Sequence[Pixels], characters: Sequence[Character], *, scale: float, font: FontPath | None = None
) -> Pixels:
    """Draw pictures of one width, RGB (H, W, 3), below each other, and below these the characters in their columns.

    `scale` are pixels of the pictures per column.
    """
    width = pictures[0].shape[1]
    gap = np.full((_GAP, width, 3), 255, np.uint8)
    stacked = np.vstack([part for picture in pictures for part in (picture, gap)])
    below = stacked.shape[0]
    canvas = Image.new("RGB", (width, below + _SYMBOL + 4 * _GAP), _PAPER)
    canvas.paste(Image.fromarray(stacked))
    draw = ImageDraw.Draw(canvas)
    for each in characters:
        left, right = each.start * scale, each.end * scale - 1
        colour = _DOUBT if each.confidence < _DOUBTFUL else _MARK
        draw.line([(left, 0), (left, below)], fill=colour)
        draw.line([(right, 0), (right, below)], fill=colour)
        draw.rectangle([(left + 1, below), (max(left + 1, right - 1), below + 3)], fill=colour)
        length = _length(each.symbol, _SYMBOL, font)
        write(draw, ((left + right - length) / 2, below + 2 * _GAP), each.symbol, _SYMBOL, colour, font)
    return np.asarray(canvas)


def can_write(text: str, font: FontPath | None = None) -> bool:
    """Whether Pillow's own typeface and that of `font` have all characters of a text between them."""
    own, other = _face(_NOTE), None if font is None else _face(_NOTE, os.fspath(font))
    return all(_drawing(char, own, other) is not None for char in text)


def grid(tiles: Sequence[Pixels]) -> Pixels:
    """Put tiles (H, W, 3) side by side on white, in rows as wide as the widest tile or three narrow ones."""
    most = max(WIDEST, *(tile.shape[1] for tile in tiles))
    rows: list[list[Pixels]] = []
    used = most + 1
    for tile in tiles:
        used += tile.shape[1] + 2 * _MARGIN
        if used > most + 2 * _MARGIN:
            rows.append([])
            used = tile.shape[1] + 2 * _MARGIN
        rows[-1].append(tile)
    joined = [_row(row) for row in rows]
    width = max(row.shape[1] for row in joined)
    return np.vstack([_framed(row, right=width - row.shape[1]) for row in joined])


def png(picture: Pixels | NDArray[np.uint16]) -> bytes:
    """Return a picture, RGB (H, W, 3) or grey (H, W), 8 bits or 16, as the bytes of a PNG file."""
    file = BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def _row(tiles: Sequence[Pixels]) -> NDArray[np.uint8]:
    """Tiles next to each other, each with a margin and a frame."""
    height = max(tile.shape[0] for tile in tiles)
    framed = [_framed(tile, _MARGIN - 1, height - tile.shape[0] + _MARGIN - 1, _MARGIN - 1) for tile in tiles]
    return np.hstack([cv2.copyMakeBorder(tile, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=_EDGE) for tile in framed])


def _framed(picture: Pixels, around: int = 0, bottom: int = 0, right: int = 0) -> NDArray[np.uint8]:
    """A picture with white on all sides; `around` is that on its left and top."""
    return cv2.copyMakeBorder(picture, around, bottom, around, right, cv2.BORDER_CONSTANT, value=_PAPER)


def resized(image: Pixels, width: int) -> Pixels:
    """Scale an image (H, W, 3) to `width`, keeping its aspect up to the height of a page."""
    height = int(np.clip(round(image.shape[0] * width / image.shape[1]), 1, WIDEST))
    if image.shape[:2] == (height, width):
        return image
    shrinking = width < image.shape[1]
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)


def _answer(recognition: Recognition) -> str:
    value = "" if recognition.value is None else f" = {recognition.value}"
    return (recognition.text or "(no text)") + value


def _note(recognition: Recognition, title: str) -> str:
    return "   ".join(filter(None, [f"confidence {recognition.confidence:.4f}", recognition.problem, title]))


@lru_cache(maxsize=16)
def _face(size: int, font: str | None = None) -> Font:
    """A typeface's file, or Pillow's own typeface, at a size in pixels."""
    return ImageFont.load_default(size) if font is None else ImageFont.truetype(font, size)


def _pieces(text: str, size: int, font: FontPath | None) -> list[tuple[str, Font]]:
    """The characters of a text as they can be drawn, each with its typeface."""
    own = _face(size)
    other = None if font is None else _face(size, os.fspath(font))
    pieces: list[tuple[str, Font]] = []
    for char in text:
        face = _drawing(char, own, other)
        pieces.append((f"[U+{ord(char):04X}]", own) if face is None else (char, face))
    return pieces


def _drawing(char: str, own: Font, other: Font | None) -> Font | None:
    """The typeface that draws a character, Pillow's own before the other; None when neither does."""
    if (char.isascii() and char.isprintable()) or _draws(own, char):
        return own
    return other if other is not None and _draws(other, char) else None


def _draws(font: Font, char: str) -> bool:
    """Whether a typeface knows a character: what it draws is not what it draws for one that nobody has."""
    return char.isprintable() and bytes(font.getmask(char)) != bytes(font.getmask("\uffff"))


def _length(text: str, size: int, font: FontPath | None) -> float:
    return sum(face.getlength(piece) for piece, face in _pieces(text, size, font))


def write(
    draw: ImageDraw.ImageDraw,
    corner: tuple[float, float],
    text: str,
    size: int,
    colour: tuple[int, int, int],
    font: FontPath | None,
    room: float = float("inf"),
) -> None:
    """Write a line of letters of `size` pixels that hang from `corner`, cut off after `room` pixels.

    `font` is a typeface's file for what Pillow's own lacks.
    """
    left, top = corner
    baseline = top + round(0.85 * size)
    dots = _face(size).getlength("...")
    pieces = _pieces(text, size, font)
    lengths = [face.getlength(piece) for piece, face in pieces]
    fits = sum(lengths) <= room
    for (piece, face), length in zip(pieces, lengths, strict=True):
        if not fits and left + length + dots > corner[0] + room:
            draw.text((left, baseline), "...", fill=colour, font=_face(size), anchor="ls")
            return
        draw.text((left, baseline), piece, fill=colour, font=face, anchor="ls")
        left += length
