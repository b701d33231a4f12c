"""Where the lines of text stand on a page: dense, thick and of one colour against thin arcs and scattered dots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.colour import Colours, away_from, candidates, full_ink, paper_colour, project

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
    grow: tuple[int, int] = (64, 28)  # around what was found, to look for what belongs to it: a sign at the end
    gap: tuple[int, int] = (70, 14)  # between two tall parts of a line at most: a fraction's variable stands apart
    smallest: tuple[int, int] = (40, 18)  # width and height of what may be a line
    strokes: int = 200  # pixels of ink, at least, in a line
    tall: int = 10  # height of a part of a character, at least; lower ones are signs, bars and remains of arcs
    thick: int = 30  # pixels of a tall part, at least
    speck: int = 5  # width of a dot
    bar: int = 60  # how far a fraction's bar may stand out of its line
    near: int = 5  # how far other flat parts may stand out: feet of characters that an arc cuts off
    minus: int = 26  # how far a minus may
    margin: int = 4  # around the ink that is found in the end


@dataclass(frozen=True)
class Reduced:
    """A page seen through every `step`-th pixel.

    `away` is where it is not paper, `ink` where it has the ink's colour, both (H / step, W / step), 255 or 0; `dense`
    is where ink is as dense as text: True or False for each square of `CELL` by `CELL` of those.
    """

    away: Mask
    ink: Mask
    dense: NDArray[np.bool_]
    colours: Colours


CELL = 4
"""Side of the squares in which pixels of a reduced page are counted."""


def reduce(page: Pixels, finding: Finding = Finding()) -> Reduced:
    """Find the colours of an RGB page (H, W, 3) and where it is densely covered with ink, on a fraction of its pixels.

    Paper that is one colour all over, as a drawn page's is, shows even ink one level away from it; on rough paper ink
    must stand out from the noise. Of the commonest hues on the page the ink's is that which is dense by itself: an arc
    never is, nor where arcs of several colours meet.
    """
    step = finding.step
    rows, columns = (min(step // 2, side - 1) for side in page.shape[:2])
    paper, exact = paper_colour(page)
    # Channel by channel: many times as fast as slicing the pixels whole.
    planes = [np.ascontiguousarray(page[rows::step, columns::step, channel]) for channel in range(3)]
    away = np.zeros_like(planes[0])
    for plane, level in zip(planes, paper, strict=True):
        away |= away_from(plane, level, 0.5 if exact else finding.tolerance)
    places = np.flatnonzero(away.ravel())
    ink = np.zeros_like(away)
    grid = -(-away.shape[0] // CELL), -(-away.shape[1] // CELL)
    cells = places // away.shape[1] // CELL * grid[1] + places % away.shape[1] // CELL
    crowded = _crowded(cells, grid, finding).ravel()[cells]
    if not crowded.any():
        return Reduced(away, ink, np.zeros(grid, bool), Colours(paper, paper))
    offset = np.stack([plane.ravel()[places] for plane in planes], 1).astype(np.float32) - paper
    best, most = np.zeros((1, 3), np.float32), 0
    for colours in candidates(offset[crowded], paper):
        own = np.flatnonzero(full_ink(offset, colours))
        within = own[_crowded(cells[own], grid, finding).ravel()[cells[own]]]
        if len(within) > most:
            best, most = offset[within], len(within)
    colours = Colours(paper, paper + best.mean(0))
    if colours.contrast == 0:
        return Reduced(away, ink, np.zeros(grid, bool), colours)
    amount, foreign = project(offset, colours)
    own = np.flatnonzero(~foreign & (amount > 0.3))
    ink.ravel()[places[own]] = 255
    return Reduced(away, ink, _crowded(cells[own], grid, finding), colours)


def _crowded(cells: NDArray[np.int64], grid: tuple[int, int], finding: Finding) -> NDArray[np.bool_]:
    """Tell for each cell of a grid (rows, columns) whether many of `cells` (N,), numbers of cells, are around it."""
    counts = np.bincount(cells, minlength=grid[0] * grid[1]).reshape(grid).astype(np.float32)
    width, height = (max(1, round(side / (finding.step * CELL))) for side in finding.window)
    near = cv2.boxFilter(counts, -1, (width, height), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return near > finding.dense * width * height * CELL * CELL


def find_blocks(reduced: Reduced, finding: Finding = Finding()) -> list[Box]:
    """Return the boxes of what is dense with ink, from top to bottom; one line may come in several pieces."""
    side = finding.step * CELL
    wide = np.ones((1, finding.gap[0] // side | 1), np.uint8)
    joined = cv2.morphologyEx(reduced.dense.astype(np.uint8), cv2.MORPH_CLOSE, wide)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = [
        (x * side, y * side, (x + width) * side, (y + height) * side) for x, y, width, height, _ in stats[1:].tolist()
    ]
    return sorted(boxes, key=lambda box: (box[1], box[0]))


def grown(box: Box, by: tuple[int, int], page: Pixels) -> Box:
    """Return `box` with `by` more pixels on both sides, and above and below, as far as the page goes."""
    left, top, right, lower = box
    rows, columns = page.shape[:2]
    return max(0, left - by[0]), max(0, top - by[1]), min(columns, right + by[0]), min(rows, lower + by[1])


def cut(page: Pixels, box: Box) -> Pixels:
    """Return the piece of `page` inside `box`, as a view."""
    left, top, right, lower = box
    return page[top:lower, left:right]


def stroke_mask(crop: Pixels, colours: Colours) -> tuple[Mask, Mask]:
    """Return where an RGB piece (H, W, 3) shows ink, and where strokes of it: two masks (H, W), 1 or 0.

    An arc of the ink's own colour is drawn one pixel wide and then smoothed: its ridge is more than twice as dark as
    what lies beside it, which strokes, three wide and more, are not. Ridges are no strokes, nor are hairlines of the
    text. What an arc or a dot cuts in two is one stroke.
    """
    levels = np.zeros(crop.shape[:2], np.uint8)
    places = away_from(crop, colours.paper, 0.5) > 0
    amount, foreign = project(crop[places].astype(np.float32) - colours.paper, colours)
    amount[foreign] = 0
    levels[places] = np.clip(100 * amount, 0, 255).astype(np.uint8)  # full ink is 100
    ink = cv2.inRange(levels, 36, 255)
    square = np.ones((2, 2), np.uint8)
    thick = cv2.dilate(cv2.erode(levels, square, anchor=(0, 0)), square, anchor=(1, 1))
    ridge = cv2.bitwise_and(ink, cv2.compare(thick, cv2.convertScaleAbs(levels, alpha=0.55), cv2.CMP_LT))
    strokes = cv2.bitwise_and(
        cv2.inRange(thick, 36, 255), cv2.bitwise_not(cv2.dilate(ridge, np.ones((3, 3), np.uint8)))
    )
    bridges = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    places[places] = foreign
    strokes |= bridges & (ink | (255 * places.astype(np.uint8)))
    return ink & 1, strokes & 1


def find_lines(page: Pixels, finding: Finding = Finding()) -> tuple[list[Box], Colours]:
    """Find the lines of text on an RGB page (H, W, 3): their boxes from top to bottom, and the colours of the text.

    A page without text gives no box.
    """
    reduced = reduce(page, finding)
    if reduced.colours.contrast == 0:
        return [], reduced.colours
    boxes: list[Box] = []
    for block in united([grown(box, finding.grow, page) for box in find_blocks(reduced, finding)], (0, 0)):
        ink, strokes = stroke_mask(cut(page, block), reduced.colours)
        for line in _lines(strokes, finding):
            left, top, right, lower = _fringed(line, ink, finding)
            boxes.append((block[0] + left, block[1] + top, block[0] + right, block[1] + lower))
    boxes = [grown(box, (finding.margin, finding.margin), page) for box in boxes]
    return sorted(boxes, key=lambda box: (box[1], box[0])), reduced.colours


def _lines(mask: Mask, finding: Finding) -> Iterator[Box]:
    """The boxes of lines in a mask (H, W) of strokes: tall parts close to each other, and flat ones among them."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    tall: list[Box] = []
    flat: list[Box] = []
    for x, y, width, height, pixels in stats[1:].tolist():
        box = (x, y, x + width, y + height)
        if height >= finding.tall and pixels >= finding.thick:
            tall.append(box)
        elif width > finding.speck and pixels > 3 * finding.speck:
            flat.append(box)
    for box in united(tall, finding.gap):
        left, top, right, lower = box
        large = right - left >= finding.smallest[0] and lower - top >= finding.smallest[1]
        if large and int(cut(mask, box).sum()) >= finding.strokes:
            yield _with_flat(box, flat, finding)


def _with_flat(box: Box, flat: list[Box], finding: Finding) -> Box:
    """Widen the box of a line by its flat parts: what lies in it, and a bar or a minus at one of its ends.

    The remains of arcs are flat too, but lie anywhere; a bar stands out half-way down the line, and not far.
    """
    left, top, right, lower = box
    for x0, y0, x1, y1 in sorted(flat, key=lambda part: max(left - part[2], part[0] - right)):
        if y0 < top - finding.near or y1 > lower + finding.near:
            continue
        half_way = 0.2 < (0.5 * (y0 + y1) - top) / (lower - top) < 0.8
        apart = max(box[0] - x1, x0 - box[2])
        beyond = max(left - x0, x1 - right)
        bar = beyond <= finding.bar and beyond <= 0.75 * (x1 - x0)
        minus = beyond <= finding.minus and apart <= finding.minus // 2
        if beyond <= finding.near or (half_way and (bar or minus)):
            box = (min(box[0], x0), min(box[1], y0), max(box[2], x1), max(box[3], y1))
    return box


def _fringed(box: Box, ink: Mask, finding: Finding) -> Box:
    """Widen a box by the rows and columns next to it that show ink in a mask (H, W): hairlines and ends of strokes."""
    left, top, right, lower = box
    reach = 3
    above = ink[max(0, top - reach) : top, left:right].sum(1)[::-1]
    below = ink[lower : lower + reach, left:right].sum(1)
    before = ink[top:lower, max(0, left - reach) : left].sum(0)[::-1]
    behind = ink[top:lower, right : right + reach].sum(0)
    more = [int(np.argmin(np.append(side > 1, False))) for side in (before, above, behind, below)]
    return left - more[0], top - more[1], right + more[2], lower + more[3]


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
            box = (
                min(k[0] for k in every),
                min(k[1] for k in every),
                max(k[2] for k in every),
                max(k[3] for k in every),
            )
        done.append(box)
    return done


def _near(a: Box, b: Box, gap: tuple[int, int]) -> bool:
    across = a[0] - gap[0] < b[2] and b[0] - gap[0] < a[2]
    return across and a[1] - gap[1] < b[3] and b[1] - gap[1] < a[3]
