"""Draw the pair that most errors come from: 0 and O."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from benchmarks.measuring.pictures import figure
from generators.contest.captcha_library import LIBRARY_FACE
from generators.contest.glyphs import glyph
from generators.contest.sampler import CONFUSED

LIBRARY_SIZES = (42, 50, 56)
"""The captcha library's own sizes of type, in pixels."""


def zero_and_o(path: Path) -> None:
    """Draw 0 and O of the library's typeface in its three sizes, stretched to their common cell as it does, and what
    is left of their difference."""
    drawn = figure(9, 2.6)
    places = np.ravel(drawn.subplots(1, 3 * len(LIBRARY_SIZES)))
    for size, (*both, left) in zip(LIBRARY_SIZES, places.reshape(-1, 3), strict=True):
        inks = [glyph(LIBRARY_FACE, size, character).ink[..., 0] for character in CONFUSED]
        cell = (glyph(LIBRARY_FACE, size, CONFUSED[0]).width, glyph(LIBRARY_FACE, size, CONFUSED[0]).height)
        stretched = [cv2.resize(ink, cell, interpolation=cv2.INTER_LINEAR) for ink in inks]
        for place, character, ink in zip(both, CONFUSED, stretched, strict=True):
            place.imshow(255 - ink, cmap="gray", vmin=0, vmax=255)
            place.set_title(f"{character}, {size} px", fontsize=9)
        left.imshow(255 - cv2.absdiff(*stretched), cmap="gray", vmin=0, vmax=255)
        left.set_title("difference", fontsize=9)
    for place in places:
        place.set_axis_off()
    drawn.savefig(path, dpi=100)
