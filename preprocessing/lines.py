"""Where the lines of text stand on a page: thick strokes of one colour, close together, against arcs and dots."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np

from preprocessing.arcs import FULL, ridges
from preprocessing.blocks import Mask, Pixels, Reduced, find_blocks, ink_in, reaching, reduce_page, text_colours
from preprocessing.boxes import Box, cut, grown, united
from preprocessing.colour import Colours, Unlike, project, unlike_paper, with_full_ink
from preprocessing.grouping import Finding, fringed, lines_of

FAINT = 5.0
"""Ink so few grey levels from the paper is broken up by rounding, and nothing else on a page is as pale."""


def stroke_mask(seen: Unlike, colours: Colours) -> tuple[Mask, Mask, Mask]:
    """Return where a piece (H, W) of a page shows ink, where strokes of it, and where something that may hide it.

    These are three masks (H, W), 1 or 0.

    Ridges, as arcs of the ink's own colour, are no strokes, nor are hairlines of the text. What an arc or a dot cuts in
    two is one stroke.
    """
    levels = np.zeros(seen.shape, np.uint8)
    strange = levels.copy()
    amount, foreign = project(seen.offset, colours)
    amount[foreign] = 0
    levels.ravel()[seen.places] = np.clip(FULL * amount, 0, 255).astype(np.uint8)
    strange.ravel()[seen.places] = np.where(foreign, 255, 0)
    least = round(0.36 * FULL)
    ink = cv2.inRange(levels, least, 255)
    thick, ridge = ridges(levels, colours.contrast)
    ridge &= ink
    strokes = cv2.inRange(thick, least, 255) & ~cv2.dilate(ridge, np.ones((3, 3), np.uint8))
    bridges = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    strokes |= bridges & (ink | strange)
    return cv2.inRange(levels, round(0.2 * FULL), 255) & 1, strokes & 1, strange & 1


def find_lines(page: Pixels, finding: Finding = Finding()) -> tuple[list[Box], Colours]:
    """Find the lines of text on an RGB page (H, W, 3): their boxes from top to bottom, and the colours of the text.

    A page without text gives no box, and colours without contrast.
    """
    reduced = reduce_page(page, finding.search)
    boxes, colours = _best_lines(page, reduced, finding)
    if not boxes:  # an arc's colour looked like a text's, so that no other was tried, or an arc had most of the ink
        search = replace(finding.search, plain=1.0)
        wider = replace(finding, search=search, attempts=2 * finding.attempts, beyond=finding.grow)
        boxes, colours = _best_lines(page, reduced, wider)
    if reduced.exact and (not boxes or colours.contrast < FAINT):
        search = replace(finding.search, dense=finding.search.dense * finding.broken)
        finding = replace(finding, search=search, fill=finding.fill * finding.broken, tall=6, thick=12, margin=16)
        boxes, colours = _best_lines(page, reduced.faint(FAINT), finding)
    return boxes, colours


def _best_lines(page: Pixels, reduced: Reduced, finding: Finding) -> tuple[list[Box], Colours]:
    """The lines of the likeliest colours by which there are some below each other, or else of those with the most."""
    best: tuple[list[Box], Colours] = [], Colours(reduced.paper, reduced.paper)
    most = 0.0
    for colours in text_colours(reduced, finding.search)[: finding.attempts]:
        lines = lines_in(page, reduced, colours, finding)
        aligned = _share_left([box for _, box in lines], finding)
        strokes = 0.0
        for (weight, box), shared in zip(lines, aligned, strict=True):
            doubts = (not shared) + (box[2] - box[0] > finding.widest)
            strokes += weight * (box[2] - box[0]) * finding.astray**doubts
        close = all(lower[1][1] - upper[1][1] <= finding.pitch for upper, lower in pairwise(lines))
        if not close:  # one in between may be missing
            strokes *= finding.astray
        if strokes > finding.ahead * most:
            best, most = ([box for _, box in lines], colours), strokes
        below = all(upper[1][3] <= lower[1][1] for upper, lower in pairwise(lines))
        full = min((weight for weight, _ in lines), default=0) >= finding.full
        if len(lines) > 1 and below and close and all(aligned) and full:
            break  # lines below each other: arcs lie anyhow
    return best


def blocks_in(page: Pixels, reduced: Reduced, colours: Colours, finding: Finding = Finding()) -> list[Box]:
    """Return where lines of text are looked for on an RGB page (H, W, 3): blocks dense with ink, and what is around.

    The first is the one in which the most ink is seen.
    """
    seen = reduced.seen(colours, finding.search)
    blocks = find_blocks(reduced, colours, finding.search)
    around = united([reaching(page, seen, box, finding.grow, finding.beyond) for box in blocks], (0, 0))
    return sorted(around, key=lambda box: -ink_in(seen, box))


def lines_in(page: Pixels, reduced: Reduced, colours: Colours, finding: Finding = Finding()) -> list[tuple[float, Box]]:
    """Return the lines of text of these colours on an RGB page (H, W, 3), from top to bottom.

    Of each how many pixels of stroke it has per column, and its box.
    """
    found: list[tuple[float, Box]] = []
    blocks = blocks_in(page, reduced, colours, finding)
    pieces = [unlike_paper(cut(page, block), colours.paper) for block in blocks]
    colours = with_full_ink(pieces[0], colours) if blocks else colours
    for block, piece in zip(blocks, pieces, strict=True):
        ink, strokes, foreign = stroke_mask(piece, colours)
        for weight, line, low in lines_of(strokes, finding):
            left, top, right, lower = fringed(line, low, ink, ink | foreign, finding)
            box = (block[0] + left, block[1] + top, block[0] + right, block[1] + lower)
            found.append((weight, grown(box, (finding.margin,) * 4, page)))
    least = finding.sparse * max((weight for weight, _ in found), default=0)
    found = sorted((line for line in found if line[0] >= least), key=lambda line: (line[1][1], line[1][0]))
    found = _aligned(found, finding)
    boxes = [box for _, box in found]
    return [(weight, (_common_left(box, boxes, finding), *box[1:])) for weight, box in found]


def _share_left(boxes: list[Box], finding: Finding) -> list[bool]:
    """Tell of each box whether it has its left edge in common with another."""
    return [sum(abs(box[0] - other[0]) <= finding.indent for other in boxes) > 1 for box in boxes]


def _aligned(lines: list[tuple[float, Box]], finding: Finding) -> list[tuple[float, Box]]:
    """Leave out what begins far from a left edge that two lines or more have in common: remains of arcs.

    A line beyond doubt that reaches across that edge has such remains at its beginning, and loses them alone.
    """
    boxes = [box for _, box in lines]
    common = [box[0] for box, shared in zip(boxes, _share_left(boxes, finding), strict=True) if shared]
    if not common:
        return lines
    kept = []
    for weight, box in lines:
        left = min(common, key=lambda edge: abs(box[0] - edge))
        if abs(box[0] - left) <= finding.aside:
            kept.append((weight, box))
        elif box[0] < left < box[2] - finding.smallest[0] and weight >= finding.full:
            kept.append((weight, (left - finding.indent, *box[1:])))
    return kept


def _common_left(box: Box, boxes: list[Box], finding: Finding) -> int:
    """The left edge that a line should have next to others: where an arc hides its first stroke, theirs."""
    left = max((other[0] for other in boxes if other is not box), default=box[0])
    return left if 0 < box[0] - left <= finding.indent else box[0]
