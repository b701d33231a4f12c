"""The small digits under a fraction's bar, as large as others are: what a reader's closer look sees."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Pixels
from preprocessing.clean import PAPER

WIDER, HIGHER = 1.4, 1.8
"""Factors by which small digits become about as large as others: they are 0.75 times as wide and 0.55 times as high."""
DOWN, TOP = 3, 2
"""Rows that what is enlarged lies below the middle, and below the upper edge at least."""
ASIDE = 8
"""Columns of paper to its left and right."""
MIDDLE = (0.3, 0.72)
"""Range of a bar's place, as shares of the height of a line."""
BARE = 0.53
"""Begin of the digits if no bar is found, as such a share."""
WHOLE, REST = 0.7, 0.6
"""A row of a bar is inked in this share of its columns, and the rows below that belong to it, in that."""
THICKEST = 4
"""Rows of a bar, at most: digits may touch it."""
BLANK = 2
"""So many columns without ink below the bar lie between its digits and anything else."""
REACH = 24
"""Columns from the middle of the first and the last digit in which its outer edge is looked for."""
BEYOND = 2
"""Columns by which digits may stand out from under their bar."""


def enlarged(line: Pixels, left: int, right: int, *, height: int = 64) -> Pixels:
    """Return what lies below the bar of a fraction, enlarged, on paper: (height, W', C), uint8.

    `line` is a line of a page as large as it stands there (H, W, C), of the channels preprocessing.page.join.JOINED, in
    which the digits under the bar stand between the columns `left` and, exclusive, `right`.
    """
    line = _at_least(line, height)
    width, channels = line.shape[1:]
    left = max(0, min(left, width - 1))
    piece = line[:, left : max(left + 1, right)]
    piece = piece[_rows(piece)[1] :]
    size = max(1, round(piece.shape[1] * WIDER)), max(1, round(piece.shape[0] * HIGHER))
    large = cv2.resize(piece, size, interpolation=cv2.INTER_LINEAR).reshape(size[1], size[0], channels)
    canvas = np.full((height, size[0] + 2 * ASIDE, channels), PAPER, np.uint8)
    top = max(TOP, (height - size[1]) // 2 + DOWN)
    rows = large[: height - top]
    canvas[top : top + len(rows), ASIDE : ASIDE + size[0]] = rows
    return canvas


def digits_below(line: Pixels, first: int, last: int, *, height: int = 64) -> tuple[int, int]:
    """Return between which columns of a line (H, W, C) the digits below a bar stand, the latter exclusive.

    `first` and `last` are columns in the middle of the first and the last digit. To either side the ink below the bar
    belongs to them up to a gap, or to where the bar ends.
    """
    line = _at_least(line, height)
    width = line.shape[1]
    first, last = sorted(max(0, min(column, width - 1)) for column in (first, last))
    bar = _rows(line[:, first : last + 1])
    left, right = max(0, first - REACH), min(width, last + 1 + REACH)
    from_, to = first - left, last - left  # in what is looked at
    ends = _gap(line[bar[1] :, left:right, 0], from_, to)
    if bar[0] < bar[1]:
        over = _gap(line[bar[0] : bar[1], left:right].min(axis=2), from_, to)
        ends = max(ends[0], over[0] - BEYOND), min(ends[1], over[1] + BEYOND)
    return left + ends[0], left + ends[1]


def _at_least(line: Pixels, height: int) -> Pixels:
    """Return a line (H, W, C) in the middle of paper that is at least `height` rows high."""
    more = max(0, height - line.shape[0])
    paper = [(more // 2, more - more // 2), (0, 0), (0, 0)]
    return np.pad(line, paper, constant_values=PAPER) if more else line


def _rows(piece: Pixels) -> tuple[int, int]:
    """Return the rows, the latter exclusive, of a bar that reaches across all columns of a piece (H, W, C).

    Where the ink shows none, an arc may lie on it: then anything that is not paper counts. Without any bar both are
    where digits would begin.
    """
    height = piece.shape[0]
    first, last = (round(share * height) for share in MIDDLE)
    for seen in (piece[..., 0], piece.min(axis=2)):
        covered = (seen[first:last] < PAPER // 2).mean(axis=1)
        if covered.max(initial=0) >= WHOLE:
            row = int(np.argmax(covered >= WHOLE))
            return first + row, first + row + int(np.argmin(np.append(covered[row : row + THICKEST] >= REST, False)))
    return (round(BARE * height),) * 2


def _gap(ink: NDArray[np.uint8], first: int, last: int) -> tuple[int, int]:
    """Return where the ink (H, W) around the columns from `first` to `last` ends on both sides at a gap of BLANK."""
    width = ink.shape[1]
    bare = np.append((ink >= PAPER // 2).all(axis=0), [True] * BLANK)
    gaps = np.flatnonzero(np.lib.stride_tricks.sliding_window_view(bare, BLANK).all(axis=1))
    before, behind = gaps[gaps + BLANK <= first], gaps[gaps > last]
    return int(before[-1]) + BLANK if len(before) else 0, min(int(behind[0]), width)
