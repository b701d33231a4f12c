"""Other looks at a network's input: a little shifted or larger. What is misread by chance is misread in few of them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.clean import PAPER

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Look:
    """A change to an input: pixels to the right and down, and factors of its width and height."""

    right: int = 0
    down: int = 0
    wider: float = 1.0
    higher: float = 1.0

    def __call__(self, pixels: Pixels) -> Pixels:
        """Return an input (height, W, C), uint8, as this look shows it: as high as it was."""
        height, width, channels = pixels.shape
        size = max(1, round(width * self.wider)), max(1, round(height * self.higher))
        if size != (width, height):
            shrinks = self.wider < 1 or self.higher < 1
            way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            pixels = cv2.resize(pixels, size, interpolation=way).reshape(size[1], size[0], channels)
        top = (height - size[1]) // 2 + self.down
        seen = np.full((height, self.right + size[0], channels), PAPER, np.uint8)
        rows = pixels[max(0, -top) : height - top]
        seen[max(0, top) : max(0, top) + len(rows), self.right :] = rows
        return seen


@dataclass(frozen=True, slots=True)
class Round:
    """Looks at what is read with less than this confidence so far."""

    below: float
    looks: tuple[Look, ...]


ROUNDS = (
    Round(0.97, (Look(wider=1.07),)),
    Round(0.9, (Look(right=3), Look(down=-2), Look(wider=1.06, higher=1.06))),
    Round(0.9, (Look(right=1), Look(right=2), Look(down=2), Look(wider=0.93, higher=0.93))),
)
"""How formulas are looked at that are not sure yet, after the first look at the input as it is. Columns of the shipped
network are four pixels wide."""
