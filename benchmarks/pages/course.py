"""Prepare final pages as the winner of the 2017 contest did, written anew from his steps: the baseline of ours.

He used no colour: grey is equalised, a median takes arcs and dots away, what is left is smeared into blocks, one a
line, and each is looked at again, closer. The lines are joined in grey, and the network has to read past the arcs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from preprocessing.arrays import Pixels

Box = tuple[int, int, int, int]
"""Left, top, right, lower, in pixels of the page; the last two exclusive."""


@dataclass(frozen=True)
class CourseOptions:
    """The winner's settings, lengths in pixels. Three that are not known are ours, those that find the most lines."""

    median: int = 9
    shrink: int = 4
    smear: tuple[int, int] = (7, 40)  # rows and columns of the shrunk page; joins what is dark
    clean: tuple[int, int] = (4, 4)  # of the shrunk page; drops what is dark and small
    grow: int = 20  # around a block, for the closer look
    thin: tuple[int, int] = (5, 5)  # ours: what is thinner does not count then
    level: int = 127  # ours: darker is ink, of equalised grey
    speck: int = 24  # ours: longest side of what is no ink
    margin: int = 5  # around a line
    gap: int = 2  # between lines that are joined


def find_lines(page: Pixels, options: CourseOptions = CourseOptions()) -> list[Box]:
    """Find the lines of an RGB page (H, W, 3): their boxes, from top to bottom."""
    equal = cv2.equalizeHist(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY))
    rows, columns = equal.shape
    size = max(1, columns // options.shrink), max(1, rows // options.shrink)
    small = cv2.resize(cv2.medianBlur(equal, options.median), size)
    # Paper is bright: opening lets the dark spread over bright gaps, closing does away with dark crumbs.
    small = cv2.morphologyEx(small, cv2.MORPH_OPEN, np.ones(options.smear, np.uint8))
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones(options.clean, np.uint8))
    found = []
    for x, y, width, height in _dark(small, options.level):
        block = x * options.shrink, y * options.shrink, (x + width) * options.shrink, (y + height) * options.shrink
        left, top, right, lower = _grown(block, options.grow, rows, columns)
        line = _tight(equal[top:lower, left:right], options)
        if line is not None:
            line = line[0] + left, line[1] + top, line[2] + left, line[3] + top
            found.append(_grown(line, options.margin, rows, columns))
    return sorted(found, key=lambda box: (box[1], box[0]))


def join(page: Pixels, boxes: Sequence[Box], options: CourseOptions = CourseOptions()) -> Pixels:
    """Paste the lines of an RGB page (H, W, 3) in grey, left to right, on black: (highest line, W'), uint8."""
    height = max((lower - top for _, top, _, lower in boxes), default=1)
    width = sum(right - left + options.gap for left, _, right, _ in boxes) - options.gap
    joined = np.zeros((height, max(1, width)), np.uint8)
    at = 0
    for left, top, right, lower in boxes:
        crop = cv2.cvtColor(np.ascontiguousarray(page[top:lower, left:right]), cv2.COLOR_RGB2GRAY)
        joined[: crop.shape[0], at : at + crop.shape[1]] = crop
        at += crop.shape[1] + options.gap
    return joined


def read_page(page: Pixels, options: CourseOptions = CourseOptions()) -> Pixels:
    """Find the lines of an RGB page (H, W, 3) and join them; see `join`."""
    return join(page, find_lines(page, options), options)


def _dark(image: Pixels, level: int) -> list[tuple[int, int, int, int]]:
    """The places, left, top, width and height, of what is darker than `level` in a grey image (H, W)."""
    _, dark = cv2.threshold(image, level, 255, cv2.THRESH_BINARY_INV)
    contours, _ = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [cv2.boundingRect(contour) for contour in contours]


def _tight(crop: Pixels, options: CourseOptions) -> Box | None:
    """The box around what is neither thin nor a speck in an equalised crop (H, W); None without any."""
    closed = cv2.morphologyEx(crop, cv2.MORPH_CLOSE, np.ones(options.thin, np.uint8))
    parts = [part for part in _dark(closed, options.level) if max(part[2:]) > options.speck]
    if not parts:
        return None
    return (
        min(x for x, _, _, _ in parts),
        min(y for _, y, _, _ in parts),
        max(x + width for x, _, width, _ in parts),
        max(y + height for _, y, _, height in parts),
    )


def _grown(box: Box, by: int, rows: int, columns: int) -> Box:
    left, top, right, lower = box
    return max(0, left - by), max(0, top - by), min(columns, right + by), min(rows, lower + by)
