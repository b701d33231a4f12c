"""The lines of a page side by side in one image, as the reader sees them: ink and what is foreign, each a channel."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.clean import CHANNELS, PAPER, grey
from preprocessing.colour import Colours
from preprocessing.separation import separate

Pixels = NDArray[np.uint8]
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

    `channels` are those of `JOINED`, or of a reader's input without regard to colour: "grey", "stretched" and
    "equalized". See `places` for the layout; between and around the lines is paper, 255. Without any line the image
    is one column of paper.
    """
    layout = places([crop.shape[:2] for crop in crops], height=height, gap=gap)
    width = layout[-1][0] + layout[-1][2] if layout else 1
    joined = np.full((height, width, len(channels)), PAPER, np.uint8)
    for crop, (left, top, columns, rows) in zip(crops, layout, strict=True):
        image = cv2.merge(_channels(crop, colours, channels))
        if image.shape[:2] != (rows, columns):
            image = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)
        joined[top : top + rows, left : left + columns] = image.reshape(rows, columns, len(channels))
    return joined


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
