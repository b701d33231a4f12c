"""Test-time augmentation: read unsure inputs again, shifted or scaled a little; chance errors are in few of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.inference.decoder import Candidate, Decoder
from preprocessing.arrays import Pixels
from preprocessing.clean import PAPER


@dataclass(frozen=True, slots=True)
class Transform:
    """A change to an input."""

    right: int = 0
    """Shift in pixels."""
    down: int = 0
    """Shift in pixels."""
    wider: float = 1.0
    """Factor of the width."""
    higher: float = 1.0
    """Factor of the height of what is shown; the input keeps its own."""

    def __call__(self, pixels: Pixels) -> Pixels:
        """Return an input (height, W, C), uint8, changed, of the same height."""
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
class TransformStage:
    """The stage that reads inputs again whose answer has less than the confidence `below`, under each transform."""

    below: float
    transforms: tuple[Transform, ...]

    def __call__(self, candidates: Sequence[Candidate], decoder: Decoder) -> list[Candidate]:
        found = list(candidates)
        rows = [row for row, each in enumerate(found) if each.is_below(math.log(self.below))]
        for transform in self.transforms if rows else ():
            inputs = [transform(found[row].input.pixels) for row in rows]
            for row, logits in zip(rows, decoder.session.run_each(inputs), strict=True):
                log_probs, each = decoder.log_probs(logits), found[row]
                texts = [other.text for other in decoder.decode(log_probs[None], [each.budget]) if other]
                found[row] = replace(each, log_probs=(*each.log_probs, log_probs), texts=(*each.texts, *texts))
        for row in rows:
            found[row] = replace(found[row], answer=decoder.best(found[row]))
        return found


TRANSFORM_STAGES = (
    TransformStage(0.97, (Transform(wider=1.07),)),
    TransformStage(0.9, (Transform(right=3), Transform(down=-2), Transform(wider=1.06, higher=1.06))),
    TransformStage(
        0.9, (Transform(right=1), Transform(right=2), Transform(down=2), Transform(wider=0.93, higher=0.93))
    ),
)
"""The stages for pages. Columns of the shipped network's output are four pixels of its input."""
