"""Boxes, connected parts, and lines: tall parts close to each other, flat ones among them, no remains of arcs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Pixels
from preprocessing.page.params import Box, LineParams

Mask = NDArray[np.uint8]
Points = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Columns and rows of some pixels of a page, (N,) each."""

HALVED = np.array([2, 2, 2, 2, 3])
"""Position, size and number of pixels of a part, seen in half the size; there its edges count in full."""


def lines_of(strokes: Mask, finding: LineParams) -> Iterator[tuple[float, Box, tuple[bool, bool]]]:
    """Yield the lines in a mask (H, W) of strokes: tall parts close to each other and flat ones among them.

    Of each how many pixels of stroke it has per column, its box, and whether its left and right end are low, as a
    fraction's are.
    """
    pairs = strokes[: strokes.shape[0] // 2 * 2 : 2] | strokes[1::2]
    half = pairs[:, : strokes.shape[1] // 2 * 2 : 2] | pairs[:, 1::2]
    labels, stats = parts(half)
    tall: list[Box] = []
    flat: list[Box] = []
    for label, (x, y, width, height, pixels) in enumerate((stats * HALVED).tolist()[1:], 1):
        box = (x, y, x + width, y + height)
        arc = width >= finding.long and pixels < finding.heavy * width
        if height >= finding.high and arc:
            tall.extend(_on_arc(box, labels, label, finding))
        elif height >= finding.tall and pixels >= finding.thick and not arc:
            tall.append(box)
        elif width > finding.speck and pixels > 3 * finding.speck:
            flat.append(box)
    for box in (band for group in united(tall, finding.gap) for band in _bands(group, strokes, finding)):
        box = _trimmed(box, strokes, finding)
        left, top, right, lower = box
        if right - left < finding.smallest[0] or lower - top < finding.smallest[1]:
            continue
        fill = cv2.countNonZero(strokes[top:lower, left:right]) / ((right - left) * (lower - top))
        if fill >= finding.fill:
            low = _low_ends(box, [part for part in tall if near(part, box, (0, 0))], strokes, finding)
            yield fill * (lower - top), _with_flat(box, low, flat, finding), low


def _on_arc(box: Box, labels: NDArray[Any], label: int, finding: LineParams) -> Iterator[Box]:
    """Yield the boxes of characters that an arc connects, with the arc a part in half the size, in its `box`."""
    left, top, right, lower = box
    part: NDArray[np.bool_] = labels[top // 2 : lower // 2, left // 2 : right // 2] == label
    width = finding.column // 2
    part = np.pad(part, ((0, 0), (0, -part.shape[1] % width)))
    occupied = part.reshape(part.shape[0], -1, width).max(2)
    full = np.flatnonzero(2 * occupied.sum(0) >= finding.high)
    for run in np.split(full, 1 + np.flatnonzero(np.diff(full) > 1)):
        if len(run):
            rows = np.flatnonzero(occupied[:, run[0] : run[-1] + 1].any(1))
            first, last = left + 2 * width * int(run[0]), left + 2 * width * int(run[-1] + 1)
            yield first, top + 2 * int(rows[0]), min(last, right), top + 2 * int(rows[-1] + 1)


def _bands(box: Box, strokes: Mask, finding: LineParams) -> Iterator[Box]:
    """Yield a group of parts as it is, or the bands of full rows in it if it is too high for a line: remains of arcs
    may lie between two."""
    left, top, right, lower = box
    if lower - top <= finding.highest:
        yield box
        return
    counts = np.count_nonzero(strokes[top:lower, left:right], axis=1)
    full = np.flatnonzero(counts >= finding.full_row * np.percentile(counts, 75))
    for band in np.split(full, 1 + np.flatnonzero(np.diff(full) > finding.apart)):
        first, last = top + int(band[0]), top + int(band[-1]) + 1
        columns = np.flatnonzero(strokes[first:last, left:right].any(0))
        yield left + int(columns[0]), first, left + int(columns[-1]) + 1, last


def _trimmed(box: Box, strokes: Mask, finding: LineParams) -> Box:
    """Shorten the ends of a line that are low for longer than a bar: remains of arcs that touch the line."""
    left, top, right, lower = box
    width = 8
    piece = np.zeros((lower - top, -(-(right - left) // width) * width), np.uint8)
    piece[:, : right - left] = strokes[top:lower, left:right]
    occupied = piece.view(np.uint64) > 0  # eight columns in one number
    tall = np.flatnonzero(np.count_nonzero(occupied, axis=0) > 0.2 * piece.shape[0])
    if len(tall) == 0:
        return box
    first, last = int(tall[0]) * width, int(tall[-1] + 1) * width
    if first > finding.bar:
        left += first - finding.bar // 2
    if right - box[0] - last > finding.bar:
        right = box[0] + last + finding.bar // 2
    rows = np.flatnonzero(strokes[top:lower, left:right].any(1))
    return left, top + int(rows[0]), right, top + int(rows[-1]) + 1


def _low_ends(box: Box, tall: list[Box], strokes: Mask, finding: LineParams) -> tuple[bool, bool]:
    """Whether a line is low at its left end, and at its right end, as at a fraction's: all of its `tall` parts there
    are, or they are one with its bar and nothing stands above or below."""
    left, top, right, lower = box
    third = (lower - top) // 3

    def bare(first: int, last: int) -> tuple[bool, bool]:
        columns = strokes[:, first:last]
        return not columns[top : top + third].any(), not columns[lower - third : lower].any()

    low = 0.62 * (lower - top)
    before = max((part[3] - part[1] for part in tall if part[0] < left + finding.end), default=0)
    behind = max((part[3] - part[1] for part in tall if part[2] > right - finding.end), default=0)
    return (
        before < low or any(bare(left, left + finding.end)),
        behind < low or any(bare(right - finding.end, right)),
    )


def _with_flat(box: Box, low: tuple[bool, bool], flat: list[Box], finding: LineParams) -> Box:
    """Widen the box of a line, whose ends are `low` or not, by flat parts: what lies in it, a bar or a minus at an end.

    The remains of arcs are flat too, but lie anywhere. A fraction's bar stands out half-way down the line, and only
    where the characters at that end are low, for they are those above and below it.
    """
    left, top, right, lower = box
    for x0, y0, x1, y1 in sorted(flat, key=lambda part: max(left - part[2], part[0] - right)):
        if y0 < top - finding.near or y1 > lower + finding.near:
            continue
        half_way = 0.25 < (0.5 * (y0 + y1) - top) / (lower - top) < 0.75
        fraction = low[0] if x0 < left else low[1]
        beyond = max(left - x0, x1 - right)
        apart = max(box[0] - x1, x0 - box[2])
        bar = beyond <= finding.bar and fraction
        minus = beyond <= finding.minus and apart <= finding.minus // 2
        if beyond <= finding.near or (half_way and (bar or minus)):
            box = (min(box[0], x0), min(box[1], y0), max(box[2], x1), max(box[3], y1))
    return box


def fringed(box: Box, low: tuple[bool, bool], ink: Mask, seen: Mask, finding: LineParams) -> Box:
    """Widen a box by the rows and columns next to it that show ink in a mask (H, W): hairlines and ends of strokes.

    Anything `seen`, but dots above and below, counts for a while, for an arc may hide the end of a stroke; longer at a
    `low` end, where it may be that of a fraction's bar.
    """
    left, top, right, lower = box
    across, down = finding.fringe
    above = ink[max(0, top - down) : top, left:right].sum(1)[::-1] > 1
    below = ink[lower : lower + down, left:right].sum(1) > 1
    before = ink[top:lower, max(0, left - across) : left].max(0)[::-1] > 0
    behind = ink[top:lower, right : right + across].max(0) > 0
    before[: finding.covered] |= seen[top:lower, max(0, left - finding.covered) : left].max(0)[::-1] > 0
    behind[: finding.covered] |= seen[top:lower, right : right + finding.covered].max(0) > 0
    above[: finding.covered] |= seen[max(0, top - finding.covered) : top, left:right].sum(1)[::-1] > finding.speck
    below[: finding.covered] |= seen[lower : lower + finding.covered, left:right].sum(1) > finding.speck
    more = [int(np.argmin(np.append(side, False))) for side in (before, above, behind, below)]
    middle = slice(top + (lower - top) * 3 // 10, top + (lower - top) * 7 // 10)
    if low[0]:
        bar = seen[middle, max(0, left - finding.bar) : left].max(0)[::-1] > 0
        more[0] = max(more[0], int(np.argmin(np.append(bar, False))))
    if low[1]:
        bar = seen[middle, right : right + finding.bar].max(0) > 0
        more[2] = max(more[2], int(np.argmin(np.append(bar, False))))
    left, top, right, lower = left - more[0], top - more[1], right + more[2], lower + more[3]
    thin = [
        ink[top:lower, max(0, left - finding.apart_thin) : left][:, ::-1],
        ink[top:lower, right : right + finding.apart_thin],
    ]
    beside = [_reached(side, finding) for side in thin]
    top = min(top, box[1] - _hairlines(ink[: box[1], left:right][::-1], finding))
    return left - beside[0], top, right + beside[1], lower


def _hairlines(above: Mask, finding: LineParams) -> int:
    """Return how far a character of hairlines that is as narrow as a variable reaches into the ink (H, W) above a line,
    nearest row first; 0 if there is none, or none higher than any hairlines may be."""
    width, rows = finding.thin
    down = finding.fringe[1]
    reached = 0
    if len(above) < down:
        return reached
    _, stats = parts(above[:down])
    for left, top, wide, height, _ in stats[1:].tolist():
        if top == 0 and height == down and wide <= width:
            inked = above[:rows, left : left + wide].any(axis=1)
            reached = max(reached, int(np.argmin(np.append(inked, False))))
    return reached


def _reached(side: Mask, finding: LineParams) -> int:
    """Return how far a character of hairlines alone reaches into the ink (H, W) beside a line, 0 if there is none."""
    tall = side.any(axis=1).mean() >= finding.tall_thin
    return int(np.flatnonzero(side.any(axis=0))[-1]) + 1 if tall else 0


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


def grown(box: Box, by: Box, page: Pixels) -> Box:
    """Return `box` with so many more pixels on its left, above, on its right and below, as far as the page goes."""
    left, top, right, lower = box
    rows, columns = page.shape[:2]
    return max(0, left - by[0]), max(0, top - by[1]), min(columns, right + by[2]), min(rows, lower + by[3])


def ink_in(seen: Points, box: Box) -> int:
    """Return how much of the ink that is seen on a page lies in a box."""
    return int(np.count_nonzero(_inside(seen, box)))


def reaching(page: Pixels, seen: Points, box: Box, most: Box, beyond: Box) -> Box:
    """Widen a box on a page by at most so much, but by no more than `beyond` the outermost ink that is seen there."""
    left, top, right, lower = box = grown(box, most, page)
    columns, rows = (side[_inside(seen, box)] for side in seen)
    if not len(columns):
        return box
    ink = int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
    near = grown(ink, beyond, page)
    return max(left, near[0]), max(top, near[1]), min(right, near[2]), min(lower, near[3])


def _inside(seen: Points, box: Box) -> NDArray[np.bool_]:
    left, top, right, lower = box
    columns, rows = seen
    return (columns >= left) & (columns < right) & (rows >= top) & (rows < lower)
