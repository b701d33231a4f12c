"""Draw the outlines of objects over pictures."""

from __future__ import annotations

from skimage.morphology import dilation, disk
from skimage.segmentation import find_boundaries

from classifiers.segmentation.pairs import Labels
from preprocessing.arrays import Pixels

FOUND, TRUE = (0, 160, 0), (255, 190, 0)
"""Colours of outlines, RGB: green, amber."""


def draw_outlines(image: Pixels, found: Labels, colour: tuple[int, int, int] = FOUND, width: int = 3) -> Pixels:
    """Return an image (H, W, 3) with the outlines of objects (H, W), inside of them and about `width` pixels wide."""
    drawn = image.copy()
    lines = find_boundaries(found, mode="inner", background=0)
    drawn[dilation(lines, disk(width // 2)) & (found > 0)] = colour
    return drawn
