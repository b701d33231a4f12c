"""Decorated letters as masks: outlined with depth, hollow, with a line inside, striped, stamped, worn.

For the typefaces of EasyCaptcha and of older servlets, which are not free: any typeface is decorated in their way.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal, get_args

import cv2
import numpy as np

from generators.drawing.canvas import Ink, Mask, letter
from generators.drawing.java_text import stem_width

Decoration = Literal["cartoon", "deep", "hollow", "inline", "striped", "stamped", "worn"]
DECORATIONS: tuple[Decoration, ...] = get_args(Decoration)

FINE = 3
"""How many times larger a letter is decorated than it is drawn."""
CONTRAST = 1.9
"""How much steeper a decorated letter's edges are than an even mean of the pixels under them makes them."""


@lru_cache(maxsize=1024)
def is_outlined(path: str) -> bool:
    """Tell whether the typeface at `path` is an outlined one already: its `1` has two strokes side by side."""
    mask = letter(path, 96, "1").mask
    if not mask.size:
        return False
    middle = mask[round(0.5 * len(mask)) : max(1, round(0.7 * len(mask)))] > 127
    edges = np.diff(np.pad(middle, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    return bool(np.median((edges == 1).sum(axis=1)) > 1)


def _grown(mask: Mask, radius: float, *, sharp: bool = False) -> Mask:
    """Return a mask that is thicker by `radius` pixels on every side, with round or sharp corners."""
    side = 2 * max(0, round(radius)) + 1
    shape = cv2.MORPH_RECT if sharp else cv2.MORPH_ELLIPSE
    return cv2.dilate(mask, cv2.getStructuringElement(shape, (side, side)))


def _smeared(mask: Mask, across: int, down: int) -> Mask:
    """Return a mask drawn at all places from where it is to (across, down) from there."""
    steps = max(abs(across), abs(down))
    result = mask
    for step in range(1, steps + 1):
        shift = np.array([[1, 0, across * step / steps], [0, 1, down * step / steps]])
        result = np.maximum(result, cv2.warpAffine(mask, shift, (mask.shape[1], mask.shape[0])))
    return result


def _body(path: str, size: int, text: str, stem: float) -> Ink:
    """Draw a letter with stems of about `stem` of the size, thinner than the typeface's where that is thicker."""
    missing = (stem - stem_width(path)) * size / 2
    ink = letter(path, size, text, max(0, round(missing)))
    if missing <= -1 and ink.mask.size:
        side = 2 * round(-missing) + 1
        thinner = cv2.erode(ink.mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
        whole = cv2.connectedComponents((ink.mask > 127).astype(np.uint8))[0]
        parts = cv2.connectedComponents((thinner > 127).astype(np.uint8))[0]
        low, high = np.flatnonzero((thinner > 127).any(axis=1))[[0, -1]] if parts > 1 else (0, 0)
        if parts == whole and high - low > 0.85 * ink.mask.shape[0] - side:  # no thin stroke was lost
            return Ink(thinner, ink.left, ink.top, ink.advance)
    return ink


def _cracks(height: int, width: int, above: float = 1.35) -> Mask:
    """Return a fixed pattern of specks, 255 where the ink is worn off; there are fewer, the higher `above` is."""
    y, x = np.mgrid[:height, :width].astype(np.float32) / 1.5
    waves = np.sin(0.9 * x + 2.1 * np.sin(0.31 * y)) + np.sin(0.7 * y + 2.7 * np.sin(0.23 * x)) + np.sin(0.53 * (x + y))
    return np.where(waves > above, np.uint8(255), np.uint8(0))


def _fine(path: str, size: int, text: str, decoration: Decoration) -> tuple[Mask, int, int, float]:
    """Draw a decorated letter at `size`; return its mask, the left and top of that, and the advance."""
    unit = size / 32
    heavy = decoration in ("striped", "stamped", "worn")
    stems = {"cartoon": 0.07, "deep": 0.1, "hollow": 0.13, "inline": 0.05}
    ink = (
        letter(path, size, text, max(0, round((0.14 - stem_width(path)) * size / 2)))
        if heavy
        else _body(path, size, text, stems[decoration])
    )
    pad = math.ceil(7 * unit)
    above, below = pad, pad
    if decoration == "stamped":  # blocks are as high as a digit at least
        above += max(0, ink.top + round(0.72 * size))
        below += max(0, -ink.top - ink.mask.shape[0])
    mask = cv2.copyMakeBorder(ink.mask, above, below, pad, pad, cv2.BORDER_CONSTANT, value=0)
    height, width = mask.shape
    if decoration == "cartoon":
        mask = cv2.subtract(_smeared(_grown(mask, 1.6 * unit, sharp=True), round(0.7 * unit), round(2.4 * unit)), mask)
    elif decoration == "deep":
        around = _grown(mask, 1.2 * unit)
        mask = cv2.subtract(_smeared(around, round(3 * unit), round(3 * unit)), mask)
    elif decoration == "hollow":
        mask = cv2.subtract(_grown(mask, 1.3 * unit), mask)
    elif decoration == "inline":
        mask = cv2.subtract(_grown(mask, 2.2 * unit), mask)
    elif decoration == "striped":
        rows = np.arange(height) % round(4 * unit)
        if text not in "+-=×÷*":  # a striped plus looks like ÷
            mask = np.where((rows < 2.9 * unit)[:, None], mask, np.uint8(0))
    elif decoration == "stamped":
        block = np.zeros_like(mask)
        block[pad // 2 : height - pad // 2, pad // 2 : width - pad // 2] = 255
        worn = cv2.bitwise_and(_cracks(height, width, 1.9), cv2.subtract(block, _grown(mask, 2 * unit)))
        mask = cv2.subtract(cv2.subtract(block, mask), worn)
    elif decoration == "worn":
        mask = cv2.subtract(mask, _cracks(height, width))
    return mask, ink.left - pad, ink.top - above, ink.advance


@lru_cache(maxsize=16384)
def decorated(path: str, size: int, text: str, decoration: Decoration) -> Ink:
    """Draw a decorated letter `size` pixels high; cached, not to be written to. An outlined typeface stays as it is."""
    if not text.strip() or is_outlined(path):
        return letter(path, size, text)
    mask, left, top, advance = _fine(path, FINE * size, text, decoration)
    before_x, before_y = left % FINE, top % FINE
    after_x, after_y = -(mask.shape[1] + before_x) % FINE, -(mask.shape[0] + before_y) % FINE
    mask = cv2.copyMakeBorder(mask, before_y, after_y, before_x, after_x, cv2.BORDER_CONSTANT, value=0)
    small = cv2.resize(mask, (mask.shape[1] // FINE, mask.shape[0] // FINE), interpolation=cv2.INTER_AREA)
    small = cv2.addWeighted(small, CONTRAST, small, 0, 127.5 * (1 - CONTRAST))
    rows, columns = np.flatnonzero(small.max(axis=1) > 8), np.flatnonzero(small.max(axis=0) > 8)
    if not rows.size or not columns.size:
        return letter(path, size, text)
    small = np.ascontiguousarray(small[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    small.setflags(write=False)
    return Ink(small, left // FINE + int(columns[0]), top // FINE + int(rows[0]), advance / FINE)
