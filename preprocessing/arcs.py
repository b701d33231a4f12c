"""Arcs of the ink's own colour, told from strokes by their shape: thin, long, and drawn before the page is smoothed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
Levels = NDArray[np.uint8] | NDArray[np.uint16]
"""Amounts of ink, FULL where it is the ink's full colour, more where an arc is darker than that."""

FULL = 100
RIDGE = 0.55
"""A ridge's neighbours show less than this share of its ink: 3/7 beside a line of one pixel that was smoothed."""
ROUNDED = 0.6
"""By so many grey levels a pixel's distance from the paper may be less for the rounding of its channels."""

DARK = 65535
FAINT = 12
"""An arc is at least so dark, of FULL; a light one of the ink's colour may be far paler than the ink."""
GAP = 15
"""Pixels across which pieces of one arc belong together: strokes cross it, and hide it."""
LONG = 28
"""An arc, or a piece of it with such gaps, is at least so many pixels wide; hairlines of characters are shorter."""
THIN = 6.0
"""Its pieces, with one more pixel above and below, cover at most so many pixels a column."""


def ridges(levels: Levels, contrast: float) -> tuple[Levels, Mask]:
    """Return what of the ink (H, W) is at least two pixels wide and high, and where ridges of one pixel are, 255 or 0.

    A line of one pixel that was smoothed is more than twice as dark as what lies beside it; strokes, three wide and
    more, are not. `contrast` is the distance of the ink's colour from the paper's in grey levels.
    """
    square = np.ones((2, 2), np.uint8)
    thick = cv2.dilate(cv2.erode(levels, square, anchor=(0, 0)), square, anchor=(1, 1))
    # Faint ink has but a few levels: by rounding alone one may be twice the next.
    sure = cv2.subtract(levels, min(255.0, ROUNDED * FULL / (RIDGE * contrast)))
    return thick, cv2.compare(thick, cv2.multiply(sure, RIDGE), cv2.CMP_LT)


def arcs(levels: Levels, contrast: float) -> Mask:
    """Return where the ink (H, W) is an arc's and no stroke's: a mask, 255 or 0.

    Ridges that lie one behind the other, however often strokes interrupt them, are an arc; single ones are hairlines of
    characters.
    """
    _, ridge = ridges(levels, contrast)
    ridge &= cv2.inRange(levels, FAINT, DARK)
    # A page's arcs are much wider than high, and what a piece is bridged with lies beside it.
    bridged = cv2.dilate(ridge, np.ones((3, 1), np.uint8))
    bridged = cv2.morphologyEx(bridged, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(bridged, connectivity=8)
    width, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_AREA]
    chosen = np.where((width >= LONG) & (area <= THIN * width), 255, 0).astype(np.uint8)
    chosen[0] = 0  # what is no ridge
    if not chosen.any():
        return np.zeros_like(ridge)
    found = ridge & chosen[labels]
    beside = cv2.dilate(cv2.copyTo(levels, found), np.ones((3, 3), np.uint8))
    return found | cv2.compare(levels, cv2.multiply(beside, RIDGE), cv2.CMP_LT)
