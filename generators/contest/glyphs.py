"""Characters as masks, and what the captcha library does with one: rotate, resize to its cell, pull its corners."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike, fspath

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Mask = NDArray[np.uint8]


@dataclass(frozen=True)
class Glyph:
    """One character in one typeface and size, cut to its ink.

    `ink` (rows, columns, 2), uint8: the coverage of each pixel, and its square. The library draws the character with a
    colour that fades with the coverage, then multiplies by it once more before it rotates; hence the square.
    `width` and `height` are those of the cell: from the line's origin to the ink's right and lower end, in pixels.
    """

    ink: Mask
    width: int
    height: int

    @property
    def blank(self) -> bool:
        return self.ink.size == 0


@lru_cache(maxsize=512)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@lru_cache(maxsize=65536)
def _glyph(path: str, size: int, character: str) -> Glyph:
    font = _font(path, size)
    if character == " ":  # no typeface here was cut with one
        fixed = font.getlength("(") == font.getlength("0")
        return Glyph(np.zeros((0, 0, 2), np.uint8), math.ceil(font.getlength("0") if fixed else 0.28 * size), 1)
    _, _, right, lower = font.getbbox(character)
    width, height = max(1, math.ceil(right)), max(1, math.ceil(lower))
    canvas = Image.new("L", (width + 8, height + 8))
    ImageDraw.Draw(canvas).text((4, 4), character, font=font, fill=255)
    box = canvas.getbbox()
    if box is None:
        return Glyph(np.zeros((0, 0, 2), np.uint8), width, height)
    coverage = np.asarray(canvas.crop(box))
    square = (coverage.astype(np.uint16) ** 2 // 255).astype(np.uint8)
    ink = np.ascontiguousarray(np.dstack([coverage, square]))
    ink.setflags(write=False)
    return Glyph(ink, width, height)


def glyph(path: str | PathLike[str], size: int, character: str) -> Glyph:
    """Return `character` as drawn by the typeface at `path` in `size` pixels; a blank one has no ink. Cached."""
    return _glyph(fspath(path), int(size), character)


def thinner(ink: Mask, share: float) -> Mask:
    """Take away the ink where it covers less than this share of what it covers of a neighbour: edges, but no hairlines.

    `ink` (rows, columns, 2) comes back in its own shape.
    """
    coverage = ink[..., 0]
    most = cv2.dilate(coverage, np.ones((3, 3), np.uint8))
    coverage = cv2.addWeighted(coverage, 1 / (1 - share), most, -share / (1 - share), 0)
    return np.dstack([coverage, cv2.multiply(coverage, coverage, scale=1 / 255)])


def rotate(ink: Mask, degrees: float) -> Mask:
    """Rotate `ink` (rows, columns, 2) anticlockwise on a canvas that grows with it: (rows', columns', 2)."""
    rows, columns = ink.shape[:2]
    turn = math.radians(degrees)
    cos, sin = math.cos(turn), math.sin(turn)
    width = math.ceil(abs(columns * cos) + abs(rows * sin) - 1e-6)
    height = math.ceil(abs(columns * sin) + abs(rows * cos) - 1e-6)
    x, y = (columns - 1) / 2, (rows - 1) / 2
    matrix = np.array(
        [
            [cos, sin, (width - 1) / 2 - cos * x - sin * y],
            [-sin, cos, (height - 1) / 2 + sin * x - cos * y],
        ]
    )
    return cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR)


def shade(ink: Mask) -> Mask:
    """Return the share of the full colour that each pixel of `ink` (rows, columns, 2) shows, (rows, columns), 0 to 255.

    It hardly falls off at the edges: the library keeps colour and transparency apart, and pastes by the colour only.
    That is why its strokes are fat and have steps.
    """
    return cv2.divide(ink[..., 1], ink[..., 0], scale=255)


@lru_cache(maxsize=4096)
def _cell(width: int, height: int) -> NDArray[np.float32]:
    """1, u, v and uv of every pixel's centre of a cell (height, width), u and v in [0, 1]: (4, height * width)."""
    u = (np.arange(width, dtype=np.float32) + 0.5) / width
    v = (np.arange(height, dtype=np.float32) + 0.5) / height
    v_grid, u_grid = np.meshgrid(v, u, indexing="ij")
    return np.stack([np.ones_like(u_grid), u_grid, v_grid, u_grid * v_grid]).reshape(4, -1)


def warp(
    ink: Mask, width: int, height: int, corners: tuple[float, float, float, float], *, smooth: bool = False
) -> Mask:
    """Resize `ink` (rows, columns, 2) to a cell (height, width) whose corners are pulled, and return the cell's shade.

    `corners` are x1, y1, x2, y2 in pixels as the library uses them: the ink is resized to
    (width + |x1| + |x2|, height + |y1| + |y2|), and the cell's corners show it at (x1, y1), (-x1, h2 - y2),
    (w2 + x2, h2 + y2) and (w2 - x2, -y1), bilinear in between. `smooth` resizes by interpolation, as the library does
    with today's Pillow; without it by the nearest pixel, as it did with the Pillow of 2017.
    """
    x1, y1, x2, y2 = corners
    w2, h2 = width + abs(x1) + abs(x2), height + abs(y1) + abs(y2)
    if smooth:
        ink = cv2.resize(ink, (round(w2), round(h2)), interpolation=cv2.INTER_CUBIC)
    rows, columns = ink.shape[:2]
    nw, sw, se, ne = (x1, y1), (-x1, h2 - y2), (w2 + x2, h2 + y2), (w2 - x2, -y1)
    bilinear = np.array(
        [[nw[i], ne[i] - nw[i], sw[i] - nw[i], se[i] - sw[i] - ne[i] + nw[i]] for i in (0, 1)], np.float32
    )
    bilinear *= np.array([[columns / w2], [rows / h2]], np.float32)
    bilinear[:, 0] -= 0.5  # from pixel borders to pixel centres, where OpenCV's coordinates are whole
    x, y = (bilinear @ _cell(width, height)).reshape(2, height, width)
    return cv2.remap(shade(ink), x, y, cv2.INTER_NEAREST)
