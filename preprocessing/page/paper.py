"""Paper, and what of an image is not paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Floats, Pixels

Colour = NDArray[np.float32]
"""A colour (3,), RGB, 0 to 255."""

SAMPLE = 4096
"""About so many pixels are looked at to tell the paper's colour."""

UNEVEN = 1.3
"""Paper is not all of one colour if there are so many times more pixels within 3 levels of it than exactly of it."""


def paper_colour(planes: Sequence[Pixels]) -> tuple[Colour, bool]:
    """Return the commonest colour of an image given as three planes (H, W), and whether its paper is just that.

    It is not where pixels nearly of that colour are many, as in a JPEG file. A few thousand are looked at. Where no
    colour is common, as in a photograph, it is the mean of those in the fullest of 4096 bins.
    """
    rows, columns = planes[0].shape
    step = max(1, round((rows * columns / SAMPLE) ** 0.5))
    row, column = (min(step // 2, side - 1) for side in (rows, columns))  # an image may be one pixel high
    red, green, blue = (plane[row::step, column::step].astype(np.int32).ravel() for plane in planes)
    values, counts = np.unique((red << 16) | (green << 8) | blue, return_counts=True)
    if counts.max() * 4 > len(red):
        code = int(values[counts.argmax()])
        colour = code >> 16, code >> 8 & 255, code & 255
        off = [np.abs(plane - level) for plane, level in zip((red, green, blue), colour, strict=True)]
        near = np.count_nonzero(np.maximum(np.maximum(off[0], off[1]), off[2]) <= 3)
        return np.array(colour, np.float32), bool(near < UNEVEN * counts.max())
    bins = (red >> 4 << 8) | (green >> 4 << 4) | (blue >> 4)
    fullest = bins == np.bincount(bins).argmax()
    return np.array([plane[fullest].mean() for plane in (red, green, blue)], np.float32), False


def away_from(image: Pixels, paper: Colour, tolerance: float) -> NDArray[np.uint8]:
    """Return where an RGB image (H, W, 3) differs from `paper` by more than `tolerance` in a channel: 255, else 0.

    Likewise for one channel (H, W) of an image and of the paper's colour, ().
    """
    levels = np.ravel(paper).tolist()
    low, high = [ceil(level - tolerance) for level in levels], [floor(level + tolerance) for level in levels]
    return cv2.bitwise_not(cv2.inRange(image, tuple(low), tuple(high)))


@dataclass(frozen=True)
class Unlike:
    """The pixels of an image of some `shape` (H, W) that are not paper, and their differences from it.

    `places` (N,) are their numbers, row by row, `offset` (3, N) their differences from the paper in grey levels.
    """

    shape: tuple[int, int]
    places: NDArray[np.intp]
    offset: Floats


def unlike_paper(image: Pixels, paper: Colour) -> Unlike:
    """Tell which pixels of an RGB image (H, W, 3) are not paper."""
    image = np.ascontiguousarray(image)
    places = np.flatnonzero(away_from(image, paper, 0.5).ravel().view(bool))
    offset = np.subtract(image.reshape(-1, 3).take(places, 0).T, paper[:, None], dtype=np.float32, order="C")
    return Unlike(image.shape[:2], places, offset)
