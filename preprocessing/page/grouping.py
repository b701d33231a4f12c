"""Strokes grouped into lines: tall parts close to each other, flat ones among them, and none that an arc left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.page.arcs import parts
from preprocessing.page.blocks import Box, Mask, Search

HALVED = np.array([2, 2, 2, 2, 3])
"""Position, size and number of pixels of a part, seen in half the size; there its edges count in full."""


@dataclass(frozen=True)
class LineParams:
    """Parameters of the search for lines. Lengths are pixels of the page; text of the contest is 30 to 80 high."""

    search: Search = field(default_factory=Search)
    attempts: int = 4  # colours that are tried
    sources: int = 1  # blocks from which it is told how dark full ink is, one after the other
    thinner: float = 0.7  # times as dense is ink that is looked for where nothing sure was found
    full: float = 7.0  # pixels of stroke per column of lines that are beyond doubt
    pitch: int = 160  # rows from one line to the next, at most, if there is none in between: in the contest about 110
    expression: int = 250  # width of the lowest line at least; the contest's are from 315, assignments up to 214
    widest: int = 800  # of lines; the contest's are up to 600 wide, and an arc may be longer
    astray: float = 0.5  # times its strokes count of one wider, or with a left edge of its own; and of lines far apart
    ahead: float = 1.5  # times as many strokes in lines must a less likely colour have
    grow: Box = (128, 36, 192, 36)  # around a block, to look for what belongs to it: a fraction, a bracket behind one
    beyond: Box = (96, 16, 96, 16)  # around the ink seen there: no further, for a bar may be all that is not seen
    gap: tuple[int, int] = (120, 14)  # between two tall parts of a line at most: a fraction's variable stands apart
    tall: int = 8  # height of a part of a character, at least; lower ones are signs, bars and remains of arcs
    thick: int = 30  # pixels of a tall part, at least
    long: int = 200  # width of an arc, of which a column has less than `heavy` pixels of strokes: no character's has
    heavy: float = 5.0
    high: int = 20  # part of an arc that is a character, at least
    column: int = 10  # width of the columns in which it is looked for
    apart: int = 5  # rows between bands of full rows
    speck: int = 5  # width of a dot
    highest: int = 100  # of lines
    full_row: float = 0.25  # times the strokes of a row that is fuller than three of four has each row of a line
    smallest: tuple[int, int] = (40, 18)  # width and height of what may be a line
    fill: float = 0.06  # share of a line's box that strokes cover, at least; a quarter is usual
    broken: float = 0.4  # times as dense is ink that rounding has broken up
    sparse: float = 0.45  # times the strokes per column of the page's heaviest line are the least of any other
    near: int = 5  # how far flat parts may stand out of a line anywhere
    bar: int = 80  # how far a fraction's bar may stand out of its characters
    end: int = 30  # width of an end of a line, where all characters are low if it is a fraction
    minus: int = 26  # how far a minus may stand out at an end
    fringe: tuple[int, int] = (12, 8)  # how far hairlines, that are no strokes, may: across and down
    thin: tuple[int, int] = (44, 14)  # width of a character whose hairlines may stand out further: so many rows
    apart_thin: int = 26  # how far a character of hairlines alone may reach beyond the end of a line
    tall_thin: float = 0.35  # of the line's rows show one, at least
    covered: int = 5  # how far an arc may hide the end of a stroke; that of a fraction's bar it may run along
    indent: int = 30  # by how much the left edges of lines may seem to differ
    aside: int = 150  # by how much they may differ where an arc or a long bar is taken for the beginning of one
    margin: int = 4  # around the ink that is found in the end


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
