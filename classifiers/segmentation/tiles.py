"""Apply a network to large images tile by tile, blended without seams, in the memory of one tile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.errors import OcrError
from preprocessing.arrays import Floats, Pixels

Apply = Callable[[Floats], Floats]
"""From images (N, h, w, 3), 0 to 255, to what a network says of each of their pixels (N, h, w, C)."""


@dataclass(frozen=True)
class Tiling:
    """Tiles of `side` pixels, each of which shares `overlap` pixels with the next."""

    side: int = 512
    overlap: int = 128

    def __post_init__(self) -> None:
        if self.side < 1 or not 0 <= 2 * self.overlap <= self.side:
            raise OcrError(f"tiles of {self.side} with {self.overlap} pixels in common: expected at most half of it")

    def check(self, step: int) -> None:
        """Raise OcrError unless the sides are multiples of `step`, as the network needs."""
        if self.side % step or self.overlap % step:
            raise OcrError(f"tiles of {self.side} with {self.overlap} in common: expected multiples of {step} pixels")


def apply_in_tiles(image: Pixels, apply: Apply, tiling: Tiling, step: int) -> Floats:
    """Return the outputs (H, W, C) of `apply` for an image (H, W, 3) of any size, in tiles.

    Tiles lie on multiples of `step`, where a network that pools sees the same as in the whole image. Of what two of
    them say in common, the quarter at the end of each, where it lacks surroundings, counts nothing; between these its
    weight rises from 0 to 1, of one tile, and falls, of the other. At the edges of the image itself weights are whole.
    """
    tiling.check(step)
    whole = padded(image, step)
    height, width = whole.shape[:2]
    weights = np.zeros((height, width, 1), np.float32)
    said: Floats | None = None
    for top, bottom, down in _spans(height, tiling):
        for left, right, across in _spans(width, tiling):
            place = np.s_[top:bottom, left:right]
            found = apply(whole[place][None].astype(np.float32))[0]
            if said is None:
                said = np.zeros((height, width, found.shape[2]), np.float32)
            weight = (down[:, None] * across)[..., None]
            said[place] += weight * found
            weights[place] += weight
    assert said is not None
    said /= weights
    return said[: image.shape[0], : image.shape[1]]


def average_mirrored(apply: Apply) -> Apply:
    """Return a function that averages `apply` over an image and its three mirror images."""

    def mean(images: Floats) -> Floats:
        ways = ((1, 1), (1, -1), (-1, 1), (-1, -1))
        return np.asarray(
            np.mean([apply(images[:, ::down, ::across])[:, ::down, ::across] for down, across in ways], 0)
        )

    return mean


def padded(image: NDArray[Any], step: int) -> NDArray[Any]:
    """Return an image (H, W, ...) with its reflection to the right and below, so that its sides divide by `step`."""
    down, right = (-length % step for length in image.shape[:2])
    return np.asarray(cv2.copyMakeBorder(image, 0, down, 0, right, cv2.BORDER_REFLECT))


def _spans(length: int, tiling: Tiling) -> list[tuple[int, int, Floats]]:
    """Return start, end and weights (end - start,) of the tiles along one side of an image."""
    side, overlap = min(tiling.side, length), tiling.overlap
    starts = [*range(0, length - side, tiling.side - overlap), length - side]
    rise = np.clip((np.arange(side, dtype=np.float32) + 0.5 - overlap / 4) / max(overlap / 2, 0.5), 0, 1)
    spans = []
    for start in starts:
        weights = np.ones(side, np.float32)
        if start:
            weights *= rise
        if start + side < length:
            weights *= rise[::-1]
        spans.append((start, start + side, weights))
    return spans
