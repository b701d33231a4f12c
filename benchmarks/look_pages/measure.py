"""Measure one line that was cut out of a page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generators.pages.layout import Line, Page, draw
from preprocessing.arrays import Pixels
from preprocessing.page.colour import find_colours
from preprocessing.page.join import separate

MARGIN = 5
"""Pixels around the ink of a line in the contest's crops."""


LEAST_GLYPH = 15
"""Height in pixels of parts of the ink that are characters or several that touch, not signs or small digits."""


LEAST_ARC, LARGEST_DOT = 12, 6
"""Longer side in pixels of foreign parts: pieces of arcs from here on, dots up to here."""


@dataclass(frozen=True)
class Measures:
    """Figures of one line that was cut out: lengths in pixels, contrast in levels of the RGB cube's diagonal."""

    width: float
    height: float
    glyph_height: float
    """Median height of what hangs together, small things left out."""
    uneven: float
    """Standard deviation of these heights, as a percentage of their mean."""
    stroke_width: float
    """Four times the mean distance of ink from its edge: the width of a long stroke."""
    ink: float
    """Percentage of the crop that is ink."""
    contrast: float
    """Distance of the ink's colour from the paper's."""
    arcs: float
    """Pieces of arcs of another colour than the text; one that crosses a stroke may be in two."""
    dots: float
    """Dots of another colour on 10,000 pixels."""


def measure(crop: Pixels) -> Measures | None:
    """Measure a line (H, W, 3), RGB, with little around it; None when no ink stands out."""
    colours = find_colours([crop])
    if colours.contrast == 0:
        return None
    light, free = separate(crop, colours)
    foreign = cv2.compare(free, 128, cv2.CMP_LT)
    ink = cv2.compare(light, 128, cv2.CMP_LT)
    # A stroke that an arc crosses is one.
    ink |= cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)) & foreign
    heights = [height for _, height in _sides(ink) if height >= LEAST_GLYPH]
    if not heights:
        return None
    longest = [max(sides) for sides in _sides(foreign)]
    distances = cv2.distanceTransform(ink, cv2.DIST_L2, 5)[ink > 0]
    rows, columns = ink.shape
    return Measures(
        columns,
        rows,
        float(np.median(heights)),
        100 * float(np.std(heights) / np.mean(heights)),
        4 * float(distances.mean()) - 1,
        100 * cv2.countNonZero(ink) / ink.size,
        colours.contrast,
        sum(side >= LEAST_ARC for side in longest),
        1e4 * sum(1 < side <= LARGEST_DOT for side in longest) / ink.size,
    )


def _sides(mask: Pixels) -> list[tuple[int, int]]:
    """Width and height of each part of a mask (H, W)."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return [(width, height) for _, _, width, height, _ in stats[1:].tolist()]


def cut_out(page: Page, line: Line) -> Pixels:
    """Draw a line of a page with the margin that the contest's crops have: RGB (H, W, 3)."""
    left, top, right, lower = line.box
    box = max(0, left - MARGIN), max(0, top - MARGIN), min(page.width, right + MARGIN), min(page.height, lower + MARGIN)
    return draw(page, box)
