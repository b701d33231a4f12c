"""Draw letters and lines as PHP's GD library does: sizes in points, turns about the pen, hard edges, JPEG."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.drawing.canvas import Colour, Ink, Picture, Point
from generators.drawing.lettering import put

PIXELS_PER_POINT = 96 / 72
"""GD takes a typeface's size in points and draws 96 points to the inch of 72."""


def pixels(points: float) -> int:
    """Return the height in pixels of a typeface that GD is asked for in points."""
    return max(6, round(points * PIXELS_PER_POINT))


def put_about_pen(
    picture: Picture, ink: Ink, paint: Colour | Picture, pen: Point, degrees: float, *, opacity: float = 1
) -> None:
    """Draw a letter in place, turned anticlockwise about its pen, moved so that all of it is inside the picture."""
    rows, columns = ink.mask.shape
    if not ink.mask.size:
        return
    angle = math.radians(degrees)
    right, down = ink.left + columns / 2, ink.top + rows / 2
    moved = (
        pen[0] + math.cos(angle) * right + math.sin(angle) * down - right,
        pen[1] - math.sin(angle) * right + math.cos(angle) * down - down,
    )
    put(picture, ink, paint, moved, degrees=degrees, opacity=opacity)


def hard_line(picture: Picture, start: Point, end: Point, colour: Colour, width: int = 1) -> None:
    """Draw a straight line with hard edges, in place."""
    first, last = (round(start[0]), round(start[1])), (round(end[0]), round(end[1]))
    cv2.line(picture, first, last, colour, width, cv2.LINE_8)


def squares(
    page: NDArray[np.uint8], x: NDArray[np.floating], y: NDArray[np.floating], paint: Colour | int, size: int = 1
) -> None:
    """Set squares of `size` pixels in a picture or mask, in place, whose upper left corners are (x, y)."""
    height, width = page.shape[:2]
    columns, rows = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    if size > 1:
        down, right = np.divmod(np.arange(size * size), size)
        columns, rows = np.add.outer(right, columns).ravel(), np.add.outer(down, rows).ravel()
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    page[rows[inside], columns[inside]] = paint


def jpeg(picture: Picture, quality: int) -> Picture:
    """Return the picture after JPEG of a quality from 0 to 100."""
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[..., ::-1])
