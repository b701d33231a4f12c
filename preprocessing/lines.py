"""Where the lines of text stand on a page: dense, high and dark against thin arcs and scattered dots."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.colour import Colours, find_colours, separate

Pixels = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right, lower, in pixels of the page; the last two exclusive."""


@dataclass(frozen=True)
class Finding:
    """How lines are looked for. Lengths are pixels of the page; text of the contest is 30 to 70 high."""

    step: int = 2  # every so manieth row and column is looked at until boxes are known: strokes are 3 wide
    window: int = 24  # side of the square in which ink is counted
    dense: float = 0.2  # share of the window that text covers at least; an arc covers an eighth
    reach: int = 48  # gap inside of a line, at a fraction's bar say, that does not end it
    grow: int = 24  # around a box that was found, to look for what belongs to it: a minus at the end, small digits
    smallest: tuple[int, int] = (40, 18)  # width and height of what may be a line
    margin: int = 3  # around the ink that is found in the end
    pause: int = 6  # rows without ink between two lines


def page_colour(page: Pixels) -> NDArray[np.int64]:
    """Return the commonest colour of an RGB page (H, W, 3), looking at every eighth pixel of every eighth row."""
    sample = page[::8, ::8].reshape(-1, 3).astype(np.int64)
    codes = (sample[:, 0] << 16) | (sample[:, 1] << 8) | sample[:, 2]
    values, counts = np.unique(codes, return_counts=True)
    code = int(values[counts.argmax()])
    return np.array([code >> 16, code >> 8 & 255, code & 255])


def ink_mask(page: Pixels, finding: Finding) -> Mask:
    """Return where a reduced page differs from its paper: (H / step, W / step), 1 or 0.

    Paper that is one colour all over, as a drawn page's is, shows even ink one level away from it; on uneven paper ink
    must stand out from the noise.
    """
    small = np.ascontiguousarray(page[:: finding.step, :: finding.step])
    paper = page_colour(page)
    for tolerance in (0, 2, 24):
        low = tuple(int(c) for c in np.clip(paper - tolerance, 0, 255))
        high = tuple(int(c) for c in np.clip(paper + tolerance, 0, 255))
        same = cv2.inRange(small, low, high)
        if tolerance == 24 or cv2.countNonZero(same) > 0.6 * same.size:
            break
    return (same == 0).astype(np.uint8)


def find_blocks(page: Pixels, finding: Finding) -> list[Box]:
    """Find the boxes, from top to bottom, of everything as dense as text on an RGB page (H, W, 3)."""
    step = finding.step
    mask = ink_mask(page, finding)
    side = finding.window // step
    share = cv2.boxFilter(mask, cv2.CV_32F, (side, side), borderType=cv2.BORDER_CONSTANT)
    dense = (share > finding.dense).astype(np.uint8)
    wide = cv2.getStructuringElement(cv2.MORPH_RECT, (finding.reach // step | 1, 3))
    closed = cv2.morphologyEx(dense, cv2.MORPH_CLOSE, wide)
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    boxes = []
    for x, y, width, height, _ in stats[1:]:
        if width * step >= finding.smallest[0] and height * step >= finding.smallest[1]:
            boxes.append((int(x * step), int(y * step), int((x + width) * step), int((y + height) * step)))
    return sorted(boxes, key=lambda box: (box[1], box[0]))


def grown(box: Box, margin: int, page: Pixels) -> Box:
    """Return `box` with `margin` more pixels on every side, as far as the page goes."""
    left, top, right, lower = box
    rows, columns = page.shape[:2]
    return max(0, left - margin), max(0, top - margin), min(columns, right + margin), min(rows, lower + margin)


def cut(page: Pixels, box: Box) -> Pixels:
    """Return the piece of `page` inside `box`, as a view."""
    left, top, right, lower = box
    return page[top:lower, left:right]


def _runs(there: NDArray[np.bool_], pause: int) -> list[tuple[int, int]]:
    """The stretches of True in `there`, joined over gaps shorter than `pause`: (first, past the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int8), [0]])))
    runs: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if runs and first - runs[-1][1] < pause:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _text_mask(ink: Pixels, finding: Finding) -> Mask:
    """Where ink is dense enough for text, and what touches it: (H, W), 1 or 0. `ink` is dark on 255."""
    mask = (ink < 160).astype(np.uint8)
    side = finding.window
    share = cv2.boxFilter(mask, cv2.CV_32F, (side, side), borderType=cv2.BORDER_CONSTANT)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = np.zeros(len(stats), bool)
    kept[np.unique(labels[(share > finding.dense) & (mask > 0)])] = True
    # A component is a character or part of one; an arc of the ink's own hue is long and flat, a dot is tiny.
    flat = (stats[:, 3] < 8) & (stats[:, 2] > 6 * stats[:, 3]) & (stats[:, 2] > 160)
    kept &= ~flat & (stats[:, 4] >= 10)
    kept[0] = False
    return kept[labels].astype(np.uint8)


def find_lines(page: Pixels, finding: Finding = Finding()) -> tuple[list[Box], Colours]:
    """Find the lines of text on an RGB page (H, W, 3): their boxes from top to bottom, and the colours of the text.

    First everything dense is found on a reduced page; what is dense in one colour is text. A page without text gives
    no box.
    """
    blocks = [grown(box, finding.grow, page) for box in find_blocks(page, finding)]
    colours = find_colours([cut(page, box) for box in blocks] or [page[:1, :1]])
    if colours.contrast == 0:
        return [], colours
    boxes: list[Box] = []
    for left, top, right, lower in _merged(blocks):
        ink, _ = separate(page[top:lower, left:right], colours)
        mask = _text_mask(ink, finding)
        for first, last in _runs(mask.sum(1) > 1, finding.pause):
            band = mask[first:last]
            for start, end in _runs(band.any(0), 3 * finding.reach):
                if end - start >= finding.smallest[0] and last - first >= finding.smallest[1]:
                    boxes.append((left + start, top + first, left + end, top + last))
    boxes = [grown(box, finding.margin, page) for box in boxes]
    return sorted(boxes, key=lambda box: (box[1], box[0])), colours


def _merged(boxes: list[Box]) -> list[Box]:
    """Unite boxes that overlap until none do."""
    united: list[Box] = []
    for box in boxes:
        while True:
            hits = [k for k in united if box[0] < k[2] and k[0] < box[2] and box[1] < k[3] and k[1] < box[3]]
            if not hits:
                break
            for hit in hits:
                united.remove(hit)
            every = [box, *hits]
            box = (min(b[0] for b in every), min(b[1] for b in every), max(b[2] for b in every), max(b[3] for b in every))
        united.append(box)
    return united
