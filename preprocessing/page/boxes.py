"""Boxes on a page."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Pixels

Box = tuple[int, int, int, int]
"""Left, top, right, lower, in pixels of the page; the last two exclusive."""


def cut(page: Pixels, box: Box) -> Pixels:
    """Return the piece of `page` inside `box`, as a view."""
    left, top, right, lower = box
    return page[top:lower, left:right]


def united(boxes: list[Box], gap: tuple[int, int]) -> list[Box]:
    """Unite boxes that overlap, or are no further apart than `gap` across and down, until none are."""
    done: list[Box] = []
    for box in boxes:
        while True:
            beside = [k for k in done if near(box, k, gap)]
            if not beside:
                break
            for k in beside:
                done.remove(k)
            every = [box, *beside]
            box = (
                min(k[0] for k in every),
                min(k[1] for k in every),
                max(k[2] for k in every),
                max(k[3] for k in every),
            )
        done.append(box)
    return done


def near(a: Box, b: Box, gap: tuple[int, int]) -> bool:
    """Tell whether two boxes overlap, or are no further apart than `gap` across and down."""
    across = a[0] - gap[0] < b[2] and b[0] - gap[0] < a[2]
    return across and a[1] - gap[1] < b[3] and b[1] - gap[1] < a[3]


def parts(mask: Pixels) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """Return the connected parts of a mask (H, W), as OpenCV numbers them: labels (H, W), 0 where there is nothing, and
    statistics (N, 5), one row a label: left, top, width, height, number of pixels."""
    kind = cv2.CV_16U if mask.size < 4 * 2**16 else cv2.CV_32S  # the small ones take half the time
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=kind)
    return labels, stats
