"""Operators drawn with strokes: the shapes of `+` and `*` that typefaces take one at a time, without a typeface."""

from __future__ import annotations

import math

import cv2
import numpy as np

from generators.contest.glyphs import Glyph

SIGNS = "+*"
_FINE = 16  # rows per pixel of the canvas on which bars of less than a pixel are drawn


def drawn_sign(character: str, size: int, rng: np.random.Generator) -> Glyph:
    """Return `+` or `*` made of strokes, about as large as in a typeface of `size` pixels, as a glyph.

    A plus has two strokes that cross at right angles; a star has five to eight arms. Length, thickness, roundness of
    the ends and the tilt are random, and a star may stand high in its cell.
    """
    length = size * rng.uniform(0.36, 0.6)
    thickness = max(1, round(size * rng.uniform(0.03, 0.13)))
    side = math.ceil(length) + 2 * thickness + 4
    canvas = np.zeros((side, side), np.uint8)
    middle = side / 2
    if character == "+":
        reach = length / 2 * np.array([1, rng.uniform(0.75, 1.25), 1, 1])
        reach[2:] = reach[:2]
        angles = [0.0, 90.0, 180.0, 270.0]
    else:
        arms = int(rng.choice([5, 6, 6, 6, 8]))
        first = rng.choice([0.0, 30.0, 90.0]) if arms == 6 else 90.0
        angles = [first + arm * 360 / arms for arm in range(arms)]
        reach = np.full(arms, length / 2)
    tilt = rng.normal(0, 3)
    shift = 4  # fractional bits of OpenCV's coordinates
    centre = (round(middle * 2**shift), round(middle * 2**shift))
    for angle, arm in zip(angles, reach, strict=True):
        turn = math.radians(angle + tilt)
        tip = (middle + arm * math.cos(turn), middle - arm * math.sin(turn))
        end = (round(tip[0] * 2**shift), round(tip[1] * 2**shift))
        cv2.line(canvas, centre, end, 255, thickness, cv2.LINE_AA, shift)
    x, y, width, height = cv2.boundingRect(canvas)
    coverage = canvas[y : y + height, x : x + width]
    square = (coverage.astype(np.uint16) ** 2 // 255).astype(np.uint8)
    cell = (max(width, round(size * rng.uniform(0.4, 0.7))), round(size * rng.uniform(0.7, 1.0)))
    return Glyph(np.dstack([coverage, square]), max(1, cell[0]), max(1, cell[1], height // 2))


def drawn_equals(size: int, thickness: float, rng: np.random.Generator) -> Glyph:
    """Return `=` made of two bars, about as large as in a typeface of `size` pixels, as a glyph.

    `thickness` is that of a bar as a share of the whole sign's height: 0.12 is a hairline once the sign is stretched
    to its cell.
    """
    width, height = round(size * rng.uniform(0.36, 0.7)), round(size * rng.uniform(0.15, 0.3))
    canvas = np.zeros((height * _FINE, width), np.uint8)
    rows = max(1, round(thickness * height * _FINE))
    canvas[:rows] = canvas[-rows:] = 255
    coverage = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    square = (coverage.astype(np.uint16) ** 2 // 255).astype(np.uint8)
    return Glyph(np.dstack([coverage, square]), width, height)
