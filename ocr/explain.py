"""A picture of how an answer came about: the image, what the network saw of it, and each character in its place."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.recognizer import Recognition
from preprocessing.read import Pixels

NARROWEST, WIDEST = 640, 1600
"""Limits of a strip's width in pixels; smaller images are enlarged, larger ones shrunk."""

_TEXT_SIZE = 18
_SMALL_SIZE = 11
_ROW = 26
_MARGIN = 8
_INK = (20, 20, 20)
_MARK = (0, 110, 220)
_DOUBT = (215, 30, 30)
_PAPER = (255, 255, 255)

_DOUBTFUL = 0.9  # characters below this confidence are drawn in red


def explain(image: Pixels, recognition: Recognition, *, seen: Pixels | None = None, title: str = "") -> Pixels:
    """Draw a strip about one answer: uint8 RGB (H, W, 3), W from NARROWEST to WIDEST and a margin.

    From top to bottom: `title` and the answer, `image` (H, W, 3) RGB, the channels of `seen` (H, W, C), which is what
    the network was given, and the characters with their confidences in percent over the columns they were found in.
    """
    width = int(np.clip(image.shape[1], NARROWEST, WIDEST))
    scale = width / image.shape[1]
    pictures = [_resized(image, width)]
    if seen is not None:
        pictures += [_resized(cv2.cvtColor(channel, cv2.COLOR_GRAY2RGB), width) for channel in cv2.split(seen)]
    gap = np.full((_MARGIN // 2, width, 3), 255, np.uint8)
    pictures = [part for picture in pictures for part in (picture, gap)]
    below = sum(picture.shape[0] for picture in pictures) + _ROW
    head, foot = np.full((_ROW, width, 3), 255, np.uint8), np.full((2 * _ROW, width, 3), 255, np.uint8)
    canvas = Image.fromarray(np.vstack([head, *pictures, foot]))
    draw = ImageDraw.Draw(canvas)
    large, small = ImageFont.load_default(_TEXT_SIZE), ImageFont.load_default(_SMALL_SIZE)
    draw.text((0, 2), _printable(_summary(recognition, title), large), fill=_INK, font=large)
    for each in recognition.characters:
        left, right = each.start * scale, each.end * scale
        colour = _DOUBT if each.confidence < _DOUBTFUL else _MARK
        draw.line([(left, _ROW), (left, below)], fill=colour)
        draw.line([(right, _ROW), (right, below)], fill=colour)
        draw.line([(left, below), (right, below)], fill=colour, width=3)
        middle = (left + right) / 2
        draw.text((middle, below + 4), _printable(each.symbol, large), fill=colour, font=large, anchor="ma")
        draw.text((middle, below + _ROW + 4), f"{100 * each.confidence:.0f}", fill=colour, font=small, anchor="ma")
    return np.asarray(canvas)


def stack(strips: Sequence[Pixels]) -> Pixels:
    """Put strips (H, W, 3) below each other on white, with a line between them."""
    width = max(strip.shape[1] for strip in strips)
    rows: list[NDArray[np.uint8]] = []
    for strip in strips:
        if rows:
            rows.append(np.full((1, width + 2 * _MARGIN, 3), 160, np.uint8))
        right = width - strip.shape[1] + _MARGIN
        rows.append(cv2.copyMakeBorder(strip, _MARGIN, _MARGIN, _MARGIN, right, cv2.BORDER_CONSTANT, value=_PAPER))
    return np.vstack(rows)


def png(picture: Pixels) -> bytes:
    """Return an RGB picture (H, W, 3) as the bytes of a PNG file."""
    file = BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def _resized(image: Pixels, width: int) -> Pixels:
    """Scale an image (H, W, 3) to `width`, keeping its aspect up to the height of a page."""
    height = int(np.clip(round(image.shape[0] * width / image.shape[1]), 1, WIDEST))
    if image.shape[:2] == (height, width):
        return image
    shrinking = width < image.shape[1]
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_NEAREST)


def _summary(recognition: Recognition, title: str) -> str:
    parts = [recognition.text or "(no text)"]
    if recognition.value is not None:
        parts.append(f"= {recognition.value}")
    parts.append(f"confidence {recognition.confidence:.4f}")
    if recognition.problem is not None:
        parts.append(recognition.problem)
    return "   ".join([f"{title}:" if title else "", *parts]).strip()


def _printable(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """`text` with what the typeface cannot draw, as Chinese characters, written as [U+6D41]."""
    blank = bytes(font.getmask("\uffff"))
    drawn = {char: char == " " or (char.isascii() and char.isprintable()) for char in set(text)}
    for char in set(text):
        if not drawn[char] and char.isprintable():
            drawn[char] = bytes(font.getmask(char)) != blank
    return "".join(char if drawn[char] else f"[U+{ord(char):04X}]" for char in text)
