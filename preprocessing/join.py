"""Lines of text cut from a page, joined into one picture as a network reads it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.clean import PAPER
from preprocessing.colour import Colours, find_colours, separate

Pixels = NDArray[np.uint8]

CHANNELS = ("ink", "foreign")
"""What joined pictures have: the ink, dark on paper, and where something foreign lies, 0, or nothing, 255."""


def join(crops: Sequence[Pixels], colours: Colours | None = None, *, height: int = 64, gap: int = 2) -> Pixels:
    """Join RGB pieces (H, W, 3) of one page, from left to right, into a picture (height, W', 2), uint8.

    The channels are those of `CHANNELS`; without `colours` they are found in the pieces. All pieces are made smaller by
    one factor, so that the highest fits, and never larger; they are centred between top and bottom, `gap` pixels apart,
    on paper. No pieces give a picture one pixel wide.
    """
    if not crops:
        return np.full((height, 1, len(CHANNELS)), PAPER, np.uint8)
    colours = colours or find_colours(crops)
    scale = min(1.0, height / max(crop.shape[0] for crop in crops))
    parts = []
    for crop in crops:
        layers = cv2.merge(separate(crop, colours))
        if scale < 1:
            size = (max(1, round(crop.shape[1] * scale)), min(height, max(1, round(crop.shape[0] * scale))))
            layers = cv2.resize(layers, size, interpolation=cv2.INTER_AREA)
        parts.append(layers)
    width = sum(part.shape[1] for part in parts) + gap * (len(parts) - 1)
    joined = np.full((height, width, len(CHANNELS)), PAPER, np.uint8)
    left = 0
    for part in parts:
        top = (height - part.shape[0]) // 2
        joined[top : top + part.shape[0], left : left + part.shape[1]] = part
        left += part.shape[1] + gap
    return joined
