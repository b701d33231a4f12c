"""Ink on paper: letters as masks, blended into an RGB picture; what every style is drawn with.

A mask is (rows, columns), uint8, 255 where ink covers a pixel fully. A picture is (H, W, 3), uint8, RGB. Colours are
triples from 0 to 255. Positions are (x, y) in pixels, y grows downwards.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Mask = NDArray[np.uint8]
Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]
Point = tuple[float, float]

SHIFT = 4
"""Binary digits behind the point in the coordinates that OpenCV draws with."""


@dataclass(frozen=True)
class Ink:
    """A letter's mask, cut to its ink, and where it stands relative to the pen on the baseline."""

    mask: Mask
    left: int
    """Columns from the pen to the mask's first column."""
    top: int
    """Rows from the baseline to the mask's first row; mostly negative."""
    advance: float
    """Columns from this pen position to the next."""


@lru_cache(maxsize=1024)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=32768)
def letter(path: str, size: int, text: str, stroke: int = 0) -> Ink:
    """Draw `text` (a letter or several) with the typeface at `path`, `size` pixels high; cached, not to be written to.

    `stroke` makes it thicker by so many pixels on every side. A blank has no ink but an advance.
    """
    font = _font(path, max(4, size))
    advance = font.getlength(text) if text.strip() else 0.3 * size * len(text)
    if not text.strip():
        return Ink(np.zeros((0, 0), np.uint8), 0, 0, advance)
    left, top, right, bottom = font.getbbox(text, anchor="ls", stroke_width=stroke)
    left, top, right, bottom = math.floor(left) - 1, math.floor(top) - 1, math.ceil(right) + 1, math.ceil(bottom) + 1
    page = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(page).text((-left, -top), text, fill=255, font=font, anchor="ls", stroke_width=stroke)
    box = page.getbbox()
    if box is None:
        return Ink(np.zeros((0, 0), np.uint8), 0, 0, advance)
    mask = np.array(page.crop(box))
    mask.setflags(write=False)
    return Ink(mask, left + box[0], top + box[1], advance)


def blank(width: int, height: int, colour: Colour = (255, 255, 255)) -> Picture:
    """Return a picture (height, width, 3) of one colour."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = colour
    return picture


def blend(
    picture: Picture, mask: Mask, paint: Colour | Picture, left: int = 0, top: int = 0, opacity: float = 1
) -> None:
    """Lay `paint`, a colour or a picture as large as `picture`, over `picture` through a mask, in place.

    The mask's first pixel stands at (left, top), which may lie outside.
    """
    height, width = picture.shape[:2]
    rows, columns = mask.shape
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(height, top + rows), min(width, left + columns)
    if y1 <= y0 or x1 <= x0:
        return
    part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
    alpha = part[..., None].astype(np.uint16)
    if opacity < 1:
        alpha = (alpha * opacity).astype(np.uint16)
    here = picture[y0:y1, x0:x1]
    over = paint[y0:y1, x0:x1] if isinstance(paint, np.ndarray) else np.array(paint, np.uint16)
    here[:] = (here * (255 - alpha) + over * alpha + 127) // 255


def turned(mask: Mask, degrees: float = 0, *, shear: float = 0, wider: float = 1, higher: float = 1) -> Mask:
    """Return the mask scaled, slanted by `shear` (columns a row) and turned anticlockwise, on a page that holds it."""
    rows, columns = mask.shape
    if not rows or not columns:
        return mask
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = np.array([[cos, sin], [-sin, cos]]) @ np.array([[1, -shear], [0, 1]]) @ np.diag([wider, higher])
    corners = matrix @ np.array([[-columns, columns, columns, -columns], [-rows, -rows, rows, rows]]) / 2
    width, height = (math.ceil(2 * extent) + 2 for extent in np.abs(corners).max(axis=1))
    shift = np.array([(width - 1) / 2, (height - 1) / 2]) - matrix @ np.array([(columns - 1) / 2, (rows - 1) / 2])
    return cv2.warpAffine(mask, np.column_stack([matrix, shift]), (width, height), flags=cv2.INTER_LINEAR)


def place(
    picture: Picture,
    ink: Ink,
    paint: Colour | Picture,
    pen: Point,
    *,
    degrees: float = 0,
    shear: float = 0,
    wider: float = 1,
    higher: float = 1,
    opacity: float = 1,
) -> None:
    """Draw a letter, in place, whose pen stands at `pen` on the baseline; it is turned about its own middle."""
    mask = ink.mask
    x, y = pen[0] + ink.left, pen[1] + ink.top
    if degrees or shear or wider != 1 or higher != 1:
        rows, columns = mask.shape
        mask = turned(mask, degrees, shear=shear, wider=wider, higher=higher)
        x, y = x + (columns - mask.shape[1]) / 2, y + (rows - mask.shape[0]) / 2
    blend(picture, mask, paint, round(x), round(y), opacity)


def hollow(mask: Mask, width: int = 1) -> Mask:
    """Return the outline of a mask, about `width` pixels wide, inside and outside of its edge."""
    padded = cv2.copyMakeBorder(mask, width, width, width, width, cv2.BORDER_CONSTANT, value=0)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width + 1 + width % 2, width + 1 + width % 2))
    outline = cv2.subtract(cv2.dilate(padded, kernel), cv2.erode(padded, kernel))
    return outline[width:-width, width:-width]


def line(
    picture: Picture, points: NDArray[np.floating] | list[Point], colour: Colour, width: int = 1, *, smooth: bool = True
) -> None:
    """Draw a line through `points` (N, 2), in place; `smooth` fades its edges as Java and browsers do."""
    fixed = np.rint(np.asarray(points, np.float64) * (1 << SHIFT)).astype(np.int32)
    kind = cv2.LINE_AA if smooth else cv2.LINE_8
    cv2.polylines(picture, [fixed.reshape(-1, 1, 2)], False, colour, max(1, width), kind, SHIFT)


def circle(
    picture: Picture, centre: Point, radius: float, colour: Colour, width: int = 1, *, smooth: bool = True
) -> None:
    """Draw a circle, in place; a `width` of -1 fills it."""
    kind = cv2.LINE_AA if smooth else cv2.LINE_8
    scale = 1 << SHIFT
    middle = round(centre[0] * scale), round(centre[1] * scale)
    cv2.circle(picture, middle, max(1, round(radius * scale)), colour, width, kind, SHIFT)


def bezier(points: list[Point], count: int = 24) -> NDArray[np.float64]:
    """Return `count` points (count, 2) of the Bézier curve with these two, three or four control points."""
    t = np.linspace(0, 1, count)[:, None]
    level = [np.asarray(point, np.float64)[None] for point in points]
    while len(level) > 1:
        level = [(1 - t) * a + t * b for a, b in itertools.pairwise(level)]
    return level[0]


def random_colour(rng: np.random.Generator, low: int = 0, high: int = 255) -> Colour:
    """Return a colour with each channel uniform from `low` to `high`, both included."""
    red, green, blue = rng.integers(low, high + 1, 3).tolist()
    return red, green, blue
