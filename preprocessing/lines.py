"""Where the lines of text stand on a page: dense, thick and of one colour against thin arcs and scattered dots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.colour import Colours, away_from, find_colours, ink_colour, paper_colour, project

Pixels = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right, lower, in pixels of the page; the last two exclusive."""


@dataclass(frozen=True)
class Finding:
    """How lines are looked for. Lengths are pixels of the page; text of the contest is 30 to 80 high."""

    step: int = 4  # every so manieth row and column is looked at until boxes are known: strokes are 3 wide or more
    window: tuple[int, int] = (48, 32)  # width and height of the rectangle in which ink is counted
    dense: float = 0.14  # share of the window that text covers at least; an arc covers a tenth
    tolerance: float = 24.0  # of the colour of rough paper, as in a photograph, in grey levels
    grow: tuple[int, int] = (48, 28)  # around what was found, to look for what belongs to it: a sign at the end
    gap: tuple[int, int] = (44, 14)  # between two parts of a line at most: a fraction's variable stands apart
    smallest: tuple[int, int] = (40, 18)  # width and height of what may be a line
    strokes: int = 200  # pixels of ink, at least, in a line
    speck: tuple[int, int] = (5, 16)  # a part is a dot that is at most this wide and high, or has fewer pixels
    margin: int = 4  # around the ink that is found in the end


@dataclass(frozen=True)
class Reduced:
    """A page seen through every `step`-th pixel: where it is not paper, where it is ink, and where that is dense.

    Each mask is (H / step, W / step), 255 or 0.
    """

    away: Mask
    ink: Mask
    dense: Mask
    colours: Colours


def reduce(page: Pixels, finding: Finding = Finding()) -> Reduced:
    """Find the colours of an RGB page (H, W, 3) and where it is densely covered with ink, on a fraction of its pixels.

    Paper that is one colour all over, as a drawn page's is, shows even ink one level away from it; on rough paper ink
    must stand out from the noise. First everything that is dense tells the ink's colour, then what has that colour
    and is dense is text: where arcs of other colours meet is none.
    """
    start = min(finding.step // 2, page.shape[0] - 1, page.shape[1] - 1)
    small = np.ascontiguousarray(page[start :: finding.step, start :: finding.step])
    paper, exact = paper_colour(page)
    away = away_from(small, paper, 0.5 if exact else finding.tolerance)
    rows, columns = np.nonzero(away)
    offset = small[rows, columns].astype(np.float32) - paper
    colours = ink_colour(offset[_crowded(away, finding)[rows, columns] > 0], paper)
    ink = np.zeros_like(away)
    if colours.contrast > 0:
        amount, foreign = project(offset, colours)
        kept = ~foreign & (amount > 0.3)
        ink[rows[kept], columns[kept]] = 255
    return Reduced(away, ink, _crowded(ink, finding), colours)


def _crowded(mask: Mask, finding: Finding) -> Mask:
    size = (finding.window[0] // finding.step, finding.window[1] // finding.step)
    share = cv2.boxFilter(mask, -1, size, borderType=cv2.BORDER_CONSTANT)
    return cv2.compare(share, 255 * finding.dense, cv2.CMP_GT)


def find_blocks(reduced: Reduced, finding: Finding = Finding()) -> list[Box]:
    """Return the boxes of what is dense with ink, from top to bottom; one line may come in several pieces."""
    step = finding.step
    wide = cv2.getStructuringElement(cv2.MORPH_RECT, (finding.gap[0] // step | 1, 1))
    joined = cv2.morphologyEx(reduced.dense, cv2.MORPH_CLOSE, wide)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = ((int(x), int(y), int(x + width), int(y + height)) for x, y, width, height, _ in stats[1:])
    return sorted(
        ((x0 * step, y0 * step, x1 * step, y1 * step) for x0, y0, x1, y1 in boxes), key=lambda box: (box[1], box[0])
    )


def grown(box: Box, by: tuple[int, int], page: Pixels) -> Box:
    """Return `box` with `by` more pixels on both sides, and above and below, as far as the page goes."""
    left, top, right, lower = box
    rows, columns = page.shape[:2]
    return max(0, left - by[0]), max(0, top - by[1]), min(columns, right + by[0]), min(rows, lower + by[1])


def cut(page: Pixels, box: Box) -> Pixels:
    """Return the piece of `page` inside `box`, as a view."""
    left, top, right, lower = box
    return page[top:lower, left:right]


def stroke_mask(crop: Pixels, colours: Colours) -> Mask:
    """Return where an RGB piece (H, W, 3) shows strokes of the ink's colour: 1, else 0.

    An arc of that colour is drawn one pixel wide and then smoothed: its ridge is more than twice as dark as what lies
    beside it, which strokes, three wide and more, are not. Ridges are left out, and so are hairlines of the text.
    """
    levels = np.zeros(crop.shape[:2], np.uint8)
    places = away_from(crop, colours.paper, 0.5) > 0
    amount, foreign = project(crop[places].astype(np.float32) - colours.paper, colours)
    amount[foreign] = 0
    levels[places] = np.clip(100 * amount, 0, 255).astype(np.uint8)  # full ink is 100
    square = np.ones((2, 2), np.uint8)
    thick = cv2.dilate(cv2.erode(levels, square, anchor=(0, 0)), square, anchor=(1, 1))
    ridge = ((levels > 35) & (thick < 0.55 * levels)).astype(np.uint8)
    return (thick > 35) & (cv2.dilate(ridge, np.ones((3, 3), np.uint8)) == 0)


def find_lines(page: Pixels, finding: Finding = Finding()) -> tuple[list[Box], Colours]:
    """Find the lines of text on an RGB page (H, W, 3): their boxes from top to bottom, and the colours of the text.

    A page without text gives no box.
    """
    reduced = reduce(page, finding)
    if reduced.colours.contrast == 0:
        return [], reduced.colours
    boxes: list[Box] = []
    for block in united([grown(box, finding.grow, page) for box in find_blocks(reduced, finding)], (0, 0)):
        mask = stroke_mask(cut(page, block), reduced.colours).astype(np.uint8)
        for left, top, right, lower in _lines(mask, finding):
            boxes.append((block[0] + left, block[1] + top, block[0] + right, block[1] + lower))
    boxes = [grown(box, (finding.margin, finding.margin), page) for box in boxes]
    boxes.sort(key=lambda box: (box[1], box[0]))
    return boxes, reduced.colours


def _lines(mask: Mask, finding: Finding) -> Iterator[Box]:
    """The boxes of lines in a mask (H, W) of strokes: parts close to each other, large enough together."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    side, pixels = finding.speck
    stats = stats[1:]
    stats = stats[(np.maximum(stats[:, 2], stats[:, 3]) > side) & (stats[:, 4] > pixels)]
    parts = [(int(x), int(y), int(x + width), int(y + height)) for x, y, width, height, _ in stats]
    for box in united(parts, finding.gap):
        left, top, right, lower = box
        if right - left < finding.smallest[0] or lower - top < finding.smallest[1]:
            continue
        if int(cut(mask, box).sum()) >= finding.strokes:
            yield box


def united(boxes: list[Box], gap: tuple[int, int]) -> list[Box]:
    """Unite boxes that overlap, or are no further apart than `gap` across and down, until none are."""
    done: list[Box] = []
    for box in boxes:
        while True:
            near = [k for k in done if _near(box, k, gap)]
            if not near:
                break
            for k in near:
                done.remove(k)
            every = [box, *near]
            box = (min(k[0] for k in every), min(k[1] for k in every), max(k[2] for k in every), max(k[3] for k in every))
        done.append(box)
    return done


def _near(a: Box, b: Box, gap: tuple[int, int]) -> bool:
    across = a[0] - gap[0] < b[2] and b[0] - gap[0] < a[2]
    return across and a[1] - gap[1] < b[3] and b[1] - gap[1] < a[3]
