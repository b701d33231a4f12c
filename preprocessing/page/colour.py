"""Paper, ink and everything foreign, told apart by colour: a text has one colour, arcs and dots have others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Floats, Pixels
from preprocessing.page.arcs import RIDGE, ROUNDED, opened
from preprocessing.page.grouping import parts
from preprocessing.page.paper import Colour, Unlike, paper_colour, unlike_paper

VOTES = 1500
"""About so many pixels, that are not paper, are looked at to tell the commonest hues, or a hue more precisely."""
FAINTEST = 2.0
"""A pixel at least this far from the paper, in grey levels, may be ink, on paper of one exact colour ..."""
ROUGH = 24.0
"""... and at least this far on rough paper, as in a photograph."""
FOREIGN = 6.0
"""A pixel this far, in grey levels, from every mixture of paper and ink is foreign ..."""
FOREIGN_SHARE = 0.35
"""... unless it is less than this share of its distance from the paper: strokes have darker edges."""
DARKEST = 2.3
"""Whatever has more than this times the ink's contrast is foreign too: overlapping faint glyphs come to twice."""
FULLEST = 3.0
"""Nor is full ink so many times as dark as what seemed to be its contrast: that is an arc of about its hue."""
_STEPS = 6  # to which a direction in the colour space is rounded, on each side of zero, when directions are counted
_LEVELS = 6  # into which contrasts are sorted, between one and its double
AGAIN, DARKER = 3, 1.4
"""So often at most the ink's contrast is looked for again, while it comes out so many times as large."""
ALIGNED = 0.94  # cosine of the angle within which two directions are one colour's


@dataclass(frozen=True)
class Colours:
    """The colour of the paper and of the ink of a text, each (3,), float32, 0 to 255."""

    paper: Colour
    ink: Colour

    @cached_property
    def contrast(self) -> float:
        """The distance between the two, in grey levels; 0 where there is no ink."""
        return float(np.linalg.norm(self.ink - self.paper))

    @cached_property
    def direction(self) -> Colour:
        """The unit vector from the paper's colour to the ink's; without ink it is zero."""
        return (self.ink - self.paper) / max(self.contrast, 1e-6)


def hues(offset: Floats, number: int) -> Iterator[Colour]:
    """Yield up to `number` directions, unit vectors (3,), in which the most of `offset` (3, N) lie, commonest first.

    `offset` are pixels' differences from the paper's colour, in grey levels. Whatever is drawn in one colour on paper,
    its blurred edges too, lies in one direction from the paper's colour.
    """
    length = np.sqrt(np.einsum("ij,ij->j", offset, offset))
    unit = offset / length
    base = 2 * _STEPS + 1
    red, green, blue = (unit * _STEPS + (_STEPS + 0.5)).astype(np.int32)
    bins = (red * base + green) * base + blue
    weight = np.minimum(length, 30)
    left = np.ones(offset.shape[1], bool)
    for _ in range(number):
        if not left.any():
            break
        commonest = np.bincount(bins[left], weights=weight[left]).argmax()
        near = left & (bins == commonest)
        for _ in range(3):
            direction = unit @ (weight * near)
            direction /= np.linalg.norm(direction)
            near = direction @ unit > ALIGNED
        yield direction
        left &= ~near & (bins != commonest)


def contrasts(along: Floats, number: int) -> list[float]:
    """Return up to `number` commonest of `along` (N,), how far pixels of one hue are from the paper, in grey levels.

    Most pixels of a stroke show the full ink. The darker a pixel the more it counts, for blurred edges are many; but
    not so much that a few black pixels of an arc hide a faint text.
    """
    bins = (np.log2(np.maximum(along, 1)) * _LEVELS).astype(np.int32)
    counts = np.convolve(np.bincount(bins, weights=np.sqrt(along)), [0, 0.5, 1, 0.5, 0])
    peaks = 1 + np.flatnonzero((counts[1:-1] >= counts[:-2]) & (counts[1:-1] > counts[2:]))
    peaks = peaks[np.argsort(-counts[peaks])] - 2
    found: list[float] = []
    for peak in peaks.tolist():
        contrast = 2 ** ((peak + 0.5) / _LEVELS)
        if len(found) < number and all(not 0.75 < contrast / other < 1.33 for other in found):
            found.append(contrast)
    return found


def candidates(offset: Floats, paper: Colour) -> Iterator[tuple[Colours, NDArray[np.intp]]]:
    """Yield what may be the colours of a text, from pixels' differences from the paper (3, N).

    With them come the numbers of those pixels that show about full ink.
    """
    square = np.einsum("ij,ij->j", offset, offset)
    for hue in hues(offset[:, :: 1 + offset.shape[1] // VOTES], 4):
        along = hue @ offset
        own = np.flatnonzero((along > 0) & (along * along > ALIGNED * ALIGNED * square))
        if len(own) == 0:
            continue
        along = along[own]
        for contrast, full in [(contrast, own[_near(along, contrast)]) for contrast in contrasts(along, 3)]:
            yield Colours(paper, paper + contrast * hue), full


def _near(along: Floats, contrast: float) -> NDArray[np.bool_]:
    """Tell of pixels so far from the paper (N,) which show about full ink of a contrast, in grey levels."""
    return (along > 0.6 * contrast - ROUNDED) & (along < 1.5 * contrast)


def find_colours(crops: Sequence[Pixels]) -> Colours:
    """Find the colours of paper and ink in RGB pieces (H, W, 3) of one page, each mostly one line of text.

    The paper's is the commonest colour of the largest piece, the ink's that of most other pixels: arcs are thin.
    Without any ink both are the same.
    """
    largest = max(crops, key=lambda crop: crop.size)
    paper, exact = paper_colour([largest[..., channel] for channel in range(3)])
    seen = [unlike_paper(crop, paper) for crop in crops]
    offset = np.concatenate([each.offset for each in seen], axis=1)
    least = FAINTEST if exact else ROUGH
    offset = offset[:, np.einsum("ij,ij->j", offset, offset) >= least * least]
    best = max((full for _, full in candidates(offset, paper)), key=len, default=np.zeros(0, np.intp))
    if not len(best):
        return Colours(paper, paper)
    return with_full_ink(
        max(seen, key=lambda each: each.shape[0] * each.shape[1]), Colours(paper, paper + offset[:, best].mean(1))
    )


def with_full_ink(seen: Unlike, colours: Colours) -> Colours:
    """Return the ink's hue in what is not paper on a piece of a page, as far from the paper as strokes' middles.

    Of thin strokes there is more edge than middle, so that the commonest contrast may be that of edges. Arcs, which are
    thinner still, don't count. Where middles are much darker than `colours` say, they may be so by more than is looked
    at; then it is done again from there.
    """
    for _ in range(AGAIN):
        before, colours = colours, _fuller(seen, colours)
        if colours.contrast < DARKER * before.contrast:
            break
    return colours


def _fuller(seen: Unlike, colours: Colours) -> Colours:
    """Return the ink's colours by what is not paper on a piece of a page."""
    hue = _refined(seen.offset, colours)
    along = hue @ seen.offset
    aligned = along * along > ALIGNED * ALIGNED * np.einsum("ij,ij->j", seen.offset, seen.offset)
    aligned &= (along > 0.3 * colours.contrast) & (along < FULLEST * colours.contrast)
    own = np.flatnonzero(aligned)
    along, places = along[own], seen.places[own]
    levels = np.zeros(seen.shape, np.float32)
    levels.ravel()[places] = along
    middle = along >= cv2.dilate(levels, np.ones((3, 3), np.uint8)).ravel()[places]
    of_strokes = along[middle & (opened(levels).ravel()[places] >= RIDGE * along)]
    if not len(of_strokes):
        return colours
    middle_one = (len(of_strokes) - 1) // 2  # NumPy's own median takes longer, and may lie between two levels
    contrast = along[_near(along, float(np.partition(of_strokes, middle_one)[middle_one]))].mean()
    return Colours(colours.paper, colours.paper + contrast * hue)


def _refined(offset: Floats, colours: Colours) -> Colour:
    """Return the direction of those pixels, by their differences from the paper (3, N), that have about the ink's."""
    offset = offset[:, :: 1 + offset.shape[1] // VOTES]
    along = colours.direction @ offset
    own = along > ALIGNED * np.sqrt(np.einsum("ij,ij->j", offset, offset))
    mean = offset[:, own & (along > 0.6 * colours.contrast) & (along < FULLEST * colours.contrast)].sum(1)
    length = np.linalg.norm(mean)
    return (mean / length).astype(np.float32) if length else colours.direction


def project(offset: Floats, colours: Colours) -> tuple[Floats, NDArray[np.bool_]]:
    """Tell for pixels' differences from the paper (3, N) how much ink each shows, and whether it is foreign.

    The amount (N,) is 1 for full ink, 0 for paper; it may lie outside of that. Foreign is a pixel whose colour is no
    mixture of paper and ink.
    """
    contrast = colours.contrast
    along = colours.direction @ offset
    square = np.einsum("ij,ij->j", offset, offset) - along * along
    limit = np.maximum(FOREIGN, FOREIGN_SHARE * along)
    foreign = (square > limit * limit) | (along < -FOREIGN) | (along > DARKEST * contrast + FOREIGN / 2)
    return along / contrast, foreign


COVER = 7 / 13
"""What an arc one pixel wide, once smoothed by weights of 5 and eight times 1, covers of the pixels in its middle."""

MOST = 0.75
"""No pixel is covered by more than this by an arc; where arcs meet it may seem so."""

SMALLEST = 16
"""Fewer foreign pixels than these together are a dot, which lets nothing through."""

HEAVIEST = 15
"""Arcs have fewer pixels than this a column, even where some cross; text of a colour that is not the ink's has more."""

ARCS = 4
"""So many colours of arcs are told apart in connected foreign pixels."""


OFF, OFF_SHARE = 3.0, 0.06
"""A mixture of paper, ink and an arc's colour is met so nearly, in grey levels, and as a share of its distance from the
paper: colours are rounded."""

LEAST = 0.15
"""Less ink than this under an arc is none."""


def showing_through(places: NDArray[np.intp], offset: Floats, shape: tuple[int, ...], colours: Colours) -> Floats:
    """Return how much ink lies under foreign pixels (N,), 1 for full ink; 0 under dots and where it can't be told.

    `places` (N,) are their numbers, row by row, in a piece (H, W), `offset` (3, N) their differences from the paper.
    """
    shown = np.zeros(len(places), np.float32)
    mask = np.zeros(shape, np.uint8)
    mask.ravel()[places] = 1
    # Strokes hide an arc here and there.
    bridged = cv2.dilate(mask, np.ones((3, 7), np.uint8))
    labels, stats = parts(bridged)
    label = labels.ravel()[places]
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.arange(1, len(stats) + 1)).tolist()
    for (first, last), width in zip(pairwise(bounds), stats[1:, cv2.CC_STAT_WIDTH].tolist(), strict=True):
        if SMALLEST <= last - first <= HEAVIEST * width:
            own = order[first:last]
            shown[own] = _under_arcs(offset[:, own], colours)
    return shown


def _under_arcs(offset: Floats, colours: Colours) -> Floats:
    """Return how much ink lies under the pixels of connected arcs (N,), by their differences from the paper (3, N).

    On paper an arc's pixels lie in one direction from the paper's colour; on ink they are a mixture of three colours.
    """
    ink = colours.direction
    along = ink @ offset
    square = np.einsum("ij,ij->j", offset, offset)
    limit = OFF + OFF_SHARE * np.sqrt(square)
    shown = np.zeros(offset.shape[1], np.float32)
    left = np.ones(offset.shape[1], bool)
    for hue in hues(offset, ARCS):
        between = float(hue @ ink)
        if abs(between) >= ALIGNED:  # of the ink's own hue, or its opposite: what is of which can't be told
            continue
        # The nearest mixture of both hues, and how far it is.
        with_hue = hue @ offset
        cover = (with_hue - between * along) / (1 - between * between)
        amount = along - between * cover
        off = square - amount * along - cover * with_hue
        own = left & (off <= limit * limit) & (cover > 0) & (amount > -limit)
        amount /= colours.contrast
        bare = cover[own & (amount < LEAST)]
        if len(bare) < SMALLEST // 2:
            continue
        full = np.sort(bare)[len(bare) * 4 // 5] / COVER
        shown[own] = amount[own] / (1 - np.minimum(cover[own] / full, MOST))
        left &= ~own
        if np.count_nonzero(left) < SMALLEST:
            break
    return np.where(shown < LEAST, 0, np.minimum(shown, 1)).astype(np.float32)
