"""What captcha programs in Java share: bold and slanted letters, strokes of fractional width, ImageIO's JPEG."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np

from generators.drawing.canvas import SHIFT, Colour, Ink, Picture, Point, letter

BOLD_STEM = 0.138
"""Width of an upright stem of a bold sans serif, as a share of the size."""
ITALIC_SHEAR = -0.2126
"""Columns a row by which Java slants a typeface without an italic of its own."""


@lru_cache(maxsize=512)
def stem_width(path: str) -> float:
    """Return the width of the stem of `1` in the typeface at `path`, as a share of the size."""
    size = 96
    mask = letter(path, size, "1").mask
    if not mask.size:
        return BOLD_STEM
    middle = mask[round(0.45 * len(mask)) : max(1, round(0.75 * len(mask)))]
    return float(np.median(middle.astype(np.float64).sum(axis=1)) / 255 / size)


def bold(path: str, size: int, text: str) -> Ink:
    """Draw `text` as the bold cut of the typeface; a lighter one is made thicker by whole pixels."""
    missing = (BOLD_STEM - stem_width(path)) * size / 2
    return letter(path, size, text, max(0, math.floor(missing + 0.55)))


def draw_segment(picture: Picture, start: Point, end: Point, width: float, colour: Colour) -> None:
    """Draw a straight stroke with square caps and smooth edges, in place."""
    along = np.subtract(end, start).astype(np.float64)
    length = float(np.hypot(*along))
    along = along / length if length else np.array([1.0, 0.0])
    half = max(0.2, width / 2 - 0.55)  # OpenCV's smooth edge lies outside of the polygon
    side, cap = half * np.array([-along[1], along[0]]), half * along
    first, last = np.subtract(start, cap), np.add(end, cap)
    corners = np.array([first + side, last + side, last - side, first - side])
    fixed = np.rint(corners * (1 << SHIFT)).astype(np.int32)
    cv2.fillConvexPoly(picture, fixed, colour, cv2.LINE_AA, SHIFT)


def draw_curve(picture: Picture, points: np.ndarray, width: float, colour: Colour, opacity: float = 1) -> None:
    """Draw a smooth line of fractional width through `points` (N, 2), in place."""
    layer = picture if opacity >= 1 else picture.copy()
    if width <= 1.05:
        fixed = np.rint(points * (1 << SHIFT)).astype(np.int32)
        cv2.polylines(layer, [fixed.reshape(-1, 1, 2)], False, colour, 1, cv2.LINE_AA, SHIFT)
    else:
        for start, end in pairwise(points):
            draw_segment(layer, (start[0], start[1]), (end[0], end[1]), width, colour)
    if layer is not picture:
        picture[:] = cv2.addWeighted(layer, opacity, picture, 1 - opacity, 0)


def through_jpeg(picture: Picture, quality: int) -> Picture:
    """Return the picture after JPEG with halved colour resolution; Java's default is quality 75."""
    _, stored = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])
