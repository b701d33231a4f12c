"""The lines of a page side by side in one image, as the reader sees them: ink and everything foreign, each by itself.

Arcs and dots have colours of their own, and what ink an arc covers still shows through it.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from preprocessing.arrays import Pixels
from preprocessing.clean import CHANNELS, PAPER, grey
from preprocessing.page.arcs import DARK, FULL, arcs
from preprocessing.page.colour import DARKEST, Colours, project, showing_through
from preprocessing.page.paper import unlike_paper

Place = tuple[int, int, int, int]
"""Left, top, width, height in a joined image, in pixels."""

JOINED = ("ink", "foreign")
"""The channels of a joined image: its ink, dark on 255 and clear of arcs, and where something foreign lay, 0 on 255."""


def places(sizes: Sequence[tuple[int, int]], *, height: int = 64, gap: int = 2) -> list[Place]:
    """Tell where lines of these sizes (rows, columns) come to lie in a joined image of so many rows.

    All are shrunk by one factor so that the highest fits, but never enlarged; they lie from left to right, centred
    vertically, `gap` pixels apart.
    """
    scale = min(1.0, height / max((rows for rows, _ in sizes), default=1))
    found: list[Place] = []
    left = 0
    for rows, columns in sizes:
        size = max(1, round(columns * scale)), min(height, max(1, round(rows * scale)))
        found.append((left, (height - size[1]) // 2, *size))
        left += size[0] + gap
    return found


def join(
    crops: Sequence[Pixels],
    colours: Colours,
    *,
    height: int = 64,
    gap: int = 2,
    channels: Sequence[str] = JOINED,
) -> Pixels:
    """Join the RGB pieces (H, W, 3) of a page that are its lines to one image (height, W', len(channels)), uint8.

    See `separated` for the channels and `laid_out` for the rest.
    """
    if not crops:
        return np.full((height, 1, len(channels)), PAPER, np.uint8)
    return laid_out(separated(crops, colours, channels), height=height, gap=gap)


def separated(crops: Sequence[Pixels], colours: Colours, channels: Sequence[str] = JOINED) -> list[Pixels]:
    """Turn RGB pieces (H, W, 3) of one page into what a reader sees of them: (H, W, len(channels)) each, uint8.

    `channels` are those of `JOINED`, or of a reader's input without regard to colour: "grey", "stretched" and
    "equalized".
    """
    return [cv2.merge(_channels(crop, colours, channels)).reshape(*crop.shape[:2], len(channels)) for crop in crops]


def laid_out(lines: Sequence[Pixels], *, height: int = 64, gap: int = 2) -> Pixels:
    """Lay lines (H, W, C), at least one, side by side as `places` says: (height, W', C), paper between and around."""
    layout = places([line.shape[:2] for line in lines], height=height, gap=gap)
    joined = np.full((height, layout[-1][0] + layout[-1][2], lines[0].shape[2]), PAPER, np.uint8)
    for line, (left, top, columns, rows) in zip(lines, layout, strict=True):
        if line.shape[:2] != (rows, columns):
            line = cv2.resize(line, (columns, rows), interpolation=cv2.INTER_AREA)
        joined[top : top + rows, left : left + columns] = line.reshape(rows, columns, -1)
    return joined


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


def _channels(crop: Pixels, colours: Colours, names: Sequence[str]) -> list[Pixels]:
    known = dict(zip(JOINED, separate(crop, colours), strict=True)) if set(names) & set(JOINED) else {}
    return [known[name] if name in known else CHANNELS[name](grey(crop)) for name in names]


def shrink(joined: Pixels, max_width: int) -> tuple[Pixels, float]:
    """Shrink a joined image (height, W, C) that is wider than `max_width`, and centre it vertically on paper of the
    same height; return it, (height, W', C), and the factor."""
    height, width, channels = joined.shape
    if width <= max_width:
        return joined, 1.0
    factor = max_width / width
    size = max_width, max(1, round(height * factor))
    small = cv2.resize(joined, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], channels)
    canvas = np.full((height, size[0], channels), PAPER, np.uint8)
    top = (height - size[1]) // 2
    canvas[top : top + size[1]] = small
    return canvas, factor
