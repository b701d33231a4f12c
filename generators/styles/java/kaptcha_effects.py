"""Effects of kaptcha: water, ripple and fish eye, noise curves, the gradient of the paper.

The facts are in generators.styles.java.kaptcha.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Mask, Picture, Point
from generators.drawing.distortion import Field, grid, shifted
from generators.drawing.java_text import draw_segment

GREY, WHITE, BLACK, BLUE, RED = (192, 192, 192), (255, 255, 255), (0, 0, 0), (0, 0, 255), (255, 0, 0)


@lru_cache(maxsize=64)
def water_shift(width: int, height: int) -> tuple[Field, Field]:
    """Return how far the water filter looks aside for each pixel, along x and y; (height, width) each."""
    radius = 50
    x, y = grid(width, height)
    right, down = x - np.float32(width * 0.5), y - np.float32(height * 0.5)
    away = np.sqrt(right**2 + down**2)
    amount = 1.5 * np.sin(np.pi * away - 10) * (radius - away) / radius * 2 / np.maximum(away, 1)
    amount = np.where(away > radius, 0, amount).astype(np.float32)
    return right * amount, down * amount


def ripple_shift(
    width: int, height: int, amplitudes: tuple[float, float], lengths: tuple[float, float], phases: tuple[float, float]
) -> tuple[Field, Field]:
    """Return how far the ripple filter looks aside: along x by the sine of y, along y by the sine of x."""
    dx = amplitudes[0] * np.sin(np.arange(height, dtype=np.float32)[:, None] / lengths[0] + phases[0])
    dy = amplitudes[1] * np.sin(np.arange(width, dtype=np.float32)[None] / lengths[1] + phases[1])
    return dx.astype(np.float32), dy.astype(np.float32)


def bend(page: Mask, support: Mask, dx: Field, dy: Field) -> tuple[Mask, Mask]:
    """Return opacity and support (255 where a pixel has the ink's colour) after looking (dx, dy) aside."""
    both = cv2.merge([page, support])
    moved = shifted(both, dx, dy, (0, 0, 0))
    return np.ascontiguousarray(moved[..., 0]), np.ascontiguousarray(moved[..., 1])


def fish_eye(picture: Picture, rng: np.random.Generator) -> Picture:
    """Return the picture with red and blue lines over it and a lens in its middle."""
    height, width = picture.shape[:2]
    for lines, length, colour, rows in ((height // 7, height, BLUE, True), (width // 7, width, RED, False)):
        gap = max(2, length // (lines + 1))
        if rows:
            picture[gap::gap] = colour
        else:
            picture[:, gap::gap] = colour
    radius = float(rng.integers(width // 4, width // 3 + 1))
    x, y = grid(width, height)
    right, down = x - width // 2, y - height // 2
    share = np.minimum(np.sqrt(right**2 + down**2) / radius, 1)
    factor = -0.75 * share**2 + 1.5 * share + 0.25
    at_x, at_y = width // 2 + np.trunc(right * factor), height // 2 + np.trunc(down * factor)
    return cv2.remap(picture, at_x.astype(np.float32), at_y.astype(np.float32), cv2.INTER_NEAREST)


def flatten(points: list[Point], flatness: float = 2) -> list[Point]:
    """Return the corners of a polyline that is at most `flatness` off the cubic curve with these control points."""
    (x0, y0), first, second, (x3, y3) = points
    length = math.hypot(x3 - x0, y3 - y0) or 1e-6
    off = max(abs((x3 - x0) * (y0 - y) - (x0 - x) * (y3 - y0)) / length for x, y in (first, second))
    if off < flatness:
        return [points[0], points[3]]
    corners = np.array(points)
    left, right = [points[0]], [points[3]]
    while len(corners) > 1:
        corners = (corners[:-1] + corners[1:]) / 2
        left.append((float(corners[0, 0]), float(corners[0, 1])))
        right.append((float(corners[-1, 0]), float(corners[-1, 1])))
    return flatten(left, flatness)[:-1] + flatten(right[::-1], flatness)


def add_noise(picture: Picture, shares: tuple[float, ...], colour: Colour, rng: np.random.Generator) -> None:
    """Draw a noise curve, in place: its control points stand at these shares of the width, at random heights."""
    height, width = picture.shape[:2]
    corners = flatten([(width * share, height * float(rng.random())) for share in shares])
    for index, (start, end) in enumerate(pairwise(corners)):
        whole = (int(start[0]), int(start[1])), (int(end[0]), int(end[1]))
        draw_segment(picture, *whole, 0.9 * (4 - min(index, 2)), colour)


def gradient(width: int, height: int, first: Colour, second: Colour) -> Picture:
    """Return a picture that goes from one colour in the upper left to another in the lower right."""
    x, y = grid(width, height)
    share = ((x * width + y * height) / (width**2 + height**2))[..., None]
    return (np.array(first, np.float32) + share * np.subtract(second, first, dtype=np.float32)).astype(np.uint8)
