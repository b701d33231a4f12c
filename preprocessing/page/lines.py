"""Find the lines of text on a page: thick strokes of one colour, close together, against arcs and dots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from preprocessing.page.arcs import FULL, ridges
from preprocessing.page.blocks import Mask, Pixels, Reduced, find_blocks, reduce_page, text_colours
from preprocessing.page.colour import Colours, project, with_full_ink
from preprocessing.page.grouping import fringed, grown, ink_in, lines_of, reaching, united
from preprocessing.page.paper import Unlike, unlike_paper
from preprocessing.page.params import Box, LineParams

FAINT = 5.0
"""Ink so few grey levels from the paper is broken up by rounding, and nothing else on a page is as pale."""

ALIKE = 0.2
"""Inks that differ by less, as a share of their distance from the paper, find the same lines."""

MOST_AREA, MOST_SEEN = 3.0, 1.0
"""Pixels of blocks, and among them pixels that are not paper, that are looked at to find lines, as shares of the page:
when there were more, no other guess at the ink is made. Pages have up to 0.7 and 0.12, noise up to 12 and 8."""

LARGEST_AREA = 6_000_000
"""Pixels of blocks in all that may hold text; the largest page of the contest has 4 million. What has more is no text,
and would take 60 bytes each to look at."""


@dataclass
class Work:
    """What finding the lines of one page has cost so far."""

    area: int = 0
    """Pixels of the blocks that were looked at, again for each guess at the ink."""
    seen: int = 0
    """Pixels of these that are not paper."""

    def add(self, pieces: Sequence[Unlike]) -> None:
        """Count some blocks that are looked at."""
        self.area += sum(piece.shape[0] * piece.shape[1] for piece in pieces)
        self.seen += sum(piece.offset.shape[1] for piece in pieces)

    def is_enough(self, page: Pixels) -> bool:
        """Tell whether no more should be looked at of a page (H, W, 3)."""
        pixels = page.shape[0] * page.shape[1]
        return self.area > MOST_AREA * pixels or self.seen > MOST_SEEN * pixels


def stroke_mask(seen: Unlike, colours: Colours) -> tuple[Mask, Mask, Mask]:
    """Return where a piece (H, W) of a page shows ink, where strokes of it, and where something that may hide it.

    These are three masks (H, W), 1 or 0.

    Ridges, as arcs of the ink's own colour, are no strokes, nor are hairlines of the text. What an arc or a dot cuts in
    two is one stroke.
    """
    levels = np.zeros(seen.shape, np.uint8)
    strange = levels.copy()
    amount, elsewhere = project(seen.offset, colours)
    foreign = np.flatnonzero(elsewhere)
    amount[foreign] = 0
    levels.ravel()[seen.places] = np.clip(FULL * amount, 0, 255).astype(np.uint8)
    strange.ravel()[seen.places[foreign]] = 255
    least = round(0.36 * FULL)
    ink = cv2.inRange(levels, least, 255)
    thick, ridge = ridges(levels, colours.contrast)
    ridge &= ink
    strokes = cv2.inRange(thick, least, 255) & ~cv2.dilate(ridge, np.ones((3, 3), np.uint8))
    bridges = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    strokes |= bridges & (ink | strange)
    return cv2.inRange(levels, round(0.2 * FULL), 255) & 1, strokes & 1, strange & 1


@dataclass(frozen=True)
class Lines:
    """Lines found on a page by one guess at the ink: boxes from top to bottom, and the page's colours.

    `strokes` is how many pixels of stroke they have, less where they are in doubt, `lightest` the fewest per column of
    any. `aligned` are lines of which each has its left edge in common with another. `sure` are such as a page of the
    contest has: two or more that begin not far from each other, none missing in between, the lowest an expression.
    """

    boxes: list[Box]
    colours: Colours
    strokes: float = 0.0
    lightest: float = 0.0
    aligned: bool = False
    sure: bool = False


def find_lines(page: Pixels, finding: LineParams = LineParams()) -> tuple[list[Box], Colours]:
    """Find the lines of text on an RGB page (H, W, 3): their boxes from top to bottom, and the colours of the text.

    A page without text gives no box, and colours without contrast.
    """
    reduced = reduce_page(page, finding.search)
    work = Work()
    best = _best_lines(page, reduced, finding, work)
    if not best.sure:  # arcs had most of the ink, or their colour looked like a text's, so that no other was tried
        search = replace(finding.search, plain=1.0, dense=finding.search.dense * finding.thinner)
        wider = replace(
            finding, search=search, attempts=2 * finding.attempts, sources=finding.attempts, beyond=finding.grow
        )
        best = _better(best, _best_lines(page, reduced, wider, work), finding)
    if reduced.exact and (not best.boxes or best.colours.contrast < FAINT) and not work.is_enough(page):
        search = replace(finding.search, dense=finding.search.dense * finding.broken)
        finding = replace(finding, search=search, fill=finding.fill * finding.broken, tall=6, thick=12, margin=16)
        best = _best_lines(page, reduced.faint(FAINT), finding, work)
    return best.boxes, best.colours


def _best_lines(page: Pixels, reduced: Reduced, finding: LineParams, work: Work) -> Lines:
    """The lines of the likeliest colours by which there are some below each other, or else of those with the most."""
    best = Lines([], Colours(reduced.paper, reduced.paper))
    for colours in text_colours(reduced, finding.search)[: finding.attempts]:
        if work.is_enough(page):
            break
        for found in lines_in(page, reduced, colours, finding, work):
            best = _better(best, found, finding)
            if found.sure and found.aligned and found.lightest >= finding.full:
                return best  # arcs lie anyhow
    return best


def _better(best: Lines, other: Lines, finding: LineParams) -> Lines:
    """Return which lines are the likelier; the others, of a less likely colour, must be sure or have more strokes."""
    if best.sure != other.sure:
        return best if best.sure else other
    return other if other.strokes > finding.ahead * best.strokes else best


def _judged(lines: list[tuple[float, Box]], colours: Colours, finding: LineParams) -> Lines:
    """Tell how many strokes some lines have, and whether they are sure."""
    boxes = [box for _, box in lines]
    aligned = _share_left(boxes, finding)
    strokes = 0.0
    for (weight, box), shared in zip(lines, aligned, strict=True):
        doubts = (not shared) + (box[2] - box[0] > finding.widest)
        strokes += weight * (box[2] - box[0]) * finding.astray**doubts
    close = all(lower[1] - upper[1] <= finding.pitch for upper, lower in pairwise(boxes))
    if not close:  # one in between may be missing
        strokes *= finding.astray
    below = all(upper[3] <= lower[1] for upper, lower in pairwise(boxes))
    lefts = [box[0] for box in boxes]
    sure = len(boxes) > 1 and below and close and boxes[-1][2] - boxes[-1][0] >= finding.expression
    sure = sure and max(lefts) - min(lefts) <= finding.aside
    return Lines(boxes, colours, strokes, min((weight for weight, _ in lines), default=0.0), all(aligned), sure)


def blocks_in(page: Pixels, reduced: Reduced, colours: Colours, finding: LineParams = LineParams()) -> list[Box]:
    """Return where lines of text are looked for on an RGB page (H, W, 3): blocks dense with ink, and what is around.

    The first is the one in which the most ink is seen for its width, if it isn't wider than a line and what is around
    one: then it may be all arcs.
    """
    seen = reduced.seen(colours, finding.search)
    blocks = find_blocks(reduced, colours, finding.search)
    around = united([reaching(page, seen, box, finding.grow, finding.beyond) for box in blocks], (0, 0))
    widest = finding.widest + finding.grow[0] + finding.grow[2]
    return sorted(around, key=lambda box: (box[2] - box[0] > widest, -ink_in(seen, box) / (box[2] - box[0])))


def lines_in(
    page: Pixels, reduced: Reduced, colours: Colours, finding: LineParams = LineParams(), work: Work | None = None
) -> Iterator[Lines]:
    """Yield the lines of text of about these colours on an RGB page (H, W, 3).

    How dark full ink is, is told from the first block, and with `finding.sources` anew from those after it; where the
    lines then found show another ink, they are looked for again by that.
    """
    blocks = blocks_in(page, reduced, colours, finding)
    if _area(blocks) > LARGEST_AREA:
        return
    pieces = [unlike_paper(page[top:lower, left:right], colours.paper) for left, top, right, lower in blocks]
    tried: list[Colours] = []
    for piece in pieces[: finding.sources]:
        if work is not None and work.is_enough(page):
            break
        full = with_full_ink(piece, colours)
        if any(_alike(full, other) for other in tried):
            continue
        tried.append(full)
        if work is not None:
            work.add(pieces)
        found = _lines_of(page, blocks, pieces, full, finding)
        if not _alike(found.colours, full):  # arcs in the block were taken for ink
            around = blocks_in(page, reduced, found.colours, finding)
            if _area(around) > LARGEST_AREA:
                continue
            inside = [unlike_paper(page[top:lower, left:right], colours.paper) for left, top, right, lower in around]
            if work is not None:
                work.add(inside)
            again = _lines_of(page, around, inside, found.colours, finding)
            found = max(found, again, key=lambda lines: (lines.sure, lines.strokes))
        yield found


def _area(boxes: list[Box]) -> int:
    return sum((right - left) * (lower - top) for left, top, right, lower in boxes)


def _alike(one: Colours, other: Colours) -> bool:
    """Tell whether two inks are as good as one."""
    return bool(np.linalg.norm(one.ink - other.ink) <= ALIKE * max(one.contrast, other.contrast))


def _lines_of(page: Pixels, blocks: list[Box], pieces: list[Unlike], colours: Colours, finding: LineParams) -> Lines:
    """Return the lines of text of just these colours in blocks of a page, of which `pieces` are not paper.

    With them come the colours that the largest of them shows.
    """
    found: list[tuple[float, Box]] = []
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
    found = [(weight, (_common_left(box, boxes, finding), *box[1:])) for weight, box in found]
    if found:
        largest = max((box for _, box in found), key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
        left, top, right, lower = largest
        colours = with_full_ink(unlike_paper(page[top:lower, left:right], colours.paper), colours)
    return _judged(found, colours, finding)


def _share_left(boxes: list[Box], finding: LineParams) -> list[bool]:
    """Tell of each box whether it has its left edge in common with another."""
    return [sum(abs(box[0] - other[0]) <= finding.indent for other in boxes) > 1 for box in boxes]


def _aligned(lines: list[tuple[float, Box]], finding: LineParams) -> list[tuple[float, Box]]:
    """Leave out what begins far from a left edge that two lines or more have in common: remains of arcs.

    A line beyond doubt that reaches across that edge has such remains at its beginning, and loses them alone.
    """
    boxes = [box for _, box in lines]
    sharing = [line for line, shared in zip(lines, _share_left(boxes, finding), strict=True) if shared]
    if not sharing:
        return lines
    common = [box[0] for _, box in sharing]
    full = min(finding.full, *(weight for weight, _ in sharing))
    kept = []
    for weight, box in lines:
        left = min(common, key=lambda edge: abs(box[0] - edge))
        if abs(box[0] - left) <= finding.aside:
            kept.append((weight, box))
        elif box[0] < left < box[2] - finding.smallest[0] and weight >= full:
            kept.append((weight, (left - finding.indent, *box[1:])))
    return kept


def _common_left(box: Box, boxes: list[Box], finding: LineParams) -> int:
    """Return the left edge that a line should have next to others: where an arc hides its first stroke, theirs."""
    left = max((other[0] for other in boxes if other is not box), default=box[0])
    return left if 0 < box[0] - left <= finding.indent else box[0]
