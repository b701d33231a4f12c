"""The ink of a line and everything foreign on it, each by itself: arcs and dots have colours of their own, and what ink
an arc covers still shows through it."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.clean import PAPER
from preprocessing.page.arcs import DARK, FULL, arcs, parts
from preprocessing.page.colour import ALIGNED, DARKEST, Colours, Floats, Pixels, hues, project, unlike_paper

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


def separate(crop: Pixels, colours: Colours) -> tuple[Pixels, Pixels]:
    """Tell ink from everything foreign in an RGB piece (H, W, 3) of a page.

    Returns two grey images (H, W): the ink, 0 where it is full and 255 on paper, under arcs as far as it shows through;
    and the foreign, 0 where a pixel's colour is no mixture of paper and ink, or where it is an arc's by its shape, else
    255. A page without ink is all paper.
    """
    ink = np.full(crop.shape[:2], PAPER, np.uint8)
    strange = ink.copy()
    if colours.contrast > 0:
        seen = unlike_paper(crop, colours.paper)
        places, offset = seen.places, seen.offset
        amount, elsewhere = project(offset, colours)
        foreign = np.flatnonzero(elsewhere)
        under = showing_through(places[foreign], offset[:, foreign], ink.shape, colours)
        # A dark arc's middle belongs to its sides, and a bar is whole under an arc along it.
        amount[foreign] = np.where(amount[foreign] < DARKEST, under, amount[foreign])
        levels = np.zeros(ink.shape, np.uint16)
        levels.ravel()[places] = np.clip(FULL * amount, 0, DARK).astype(np.uint16)
        amount[foreign] = under
        ink.ravel()[places] = PAPER - np.rint(255 * np.clip(amount, 0, 1)).astype(np.uint8)
        strange.ravel()[places[foreign]] = 0
        thin = arcs(levels, colours.contrast) > 0
        ink[thin], strange[thin] = PAPER, 0
    return ink, strange


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
