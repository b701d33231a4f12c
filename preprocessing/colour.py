"""Paper, ink and everything foreign, told apart by colour: a text has one colour, arcs and dots have others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.clean import PAPER

Pixels = NDArray[np.uint8]
Colour = NDArray[np.float32]

FAINTEST = 2.0
"""A pixel at least this far from the paper, in grey levels, may be ink."""
FOREIGN = 6.0
"""A pixel this far, in grey levels, from every mixture of paper and ink is foreign ..."""
FOREIGN_SHARE = 0.35
"""... unless it is less than this share of its distance from the paper: strokes have darker edges."""
_STEPS = 6  # to which a direction in the colour space is rounded, on each side of zero, when directions are counted


@dataclass(frozen=True)
class Colours:
    """The colour of the paper and of the ink of a text, each (3,), float32, 0 to 255."""

    paper: Colour
    ink: Colour

    @property
    def contrast(self) -> float:
        """The distance between the two, in grey levels; 0 where there is no ink."""
        return float(np.linalg.norm(self.ink - self.paper))


def _paper(pixels: Pixels) -> Colour:
    """The commonest colour of `pixels` (N, 3): the fullest bin's mean where no colour is exact, as in a photograph."""
    codes = (pixels[:, 0].astype(np.int32) << 16) | (pixels[:, 1].astype(np.int32) << 8) | pixels[:, 2]
    values, counts = np.unique(codes, return_counts=True)
    if counts.max() * 8 < len(codes):
        coarse = (pixels >> 4).astype(np.int32)
        bins = (coarse[:, 0] << 8) | (coarse[:, 1] << 4) | coarse[:, 2]
        return pixels[bins == np.bincount(bins).argmax()].mean(0, dtype=np.float32)
    code = int(values[counts.argmax()])
    return np.array([code >> 16, code >> 8 & 255, code & 255], np.float32)


def find_colours(crops: Sequence[Pixels]) -> Colours:
    """Find the colours of paper and ink in RGB pieces (H, W, 3) of one page, each mostly one line of text.

    The paper's is the commonest colour. Whatever is drawn in one colour on paper, its blurred edges too, lies in one
    direction from the paper's colour; the text has the most pixels in its direction, for arcs are thin. The ink's
    colour is the one that nine in ten of them do not go beyond. Without any ink both are the same.
    """
    pixels = np.concatenate([crop.reshape(-1, 3) for crop in crops])
    paper = _paper(pixels)
    offset = pixels - paper
    length = np.linalg.norm(offset, axis=1)
    exact = (length < 1).mean() > 0.3
    away = length >= (FAINTEST if exact else 12 * FAINTEST)
    if not away.any():
        return Colours(paper, paper)
    offset, length = offset[away], length[away]
    unit = offset / length[:, None]
    base = 2 * _STEPS + 1
    places = np.rint(unit * _STEPS).astype(np.int32) + _STEPS
    bins = (places[:, 0] * base + places[:, 1]) * base + places[:, 2]
    direction = unit[bins == np.bincount(bins).argmax()].mean(0)
    for _ in range(3):
        direction /= np.linalg.norm(direction)
        along = offset @ direction
        near = along > 0.94 * length
        if not near.any():
            break
        direction = (unit[near] * np.minimum(length[near], 30)[:, None]).sum(0)
    direction /= np.linalg.norm(direction)
    along = offset @ direction
    near = along > 0.94 * length
    reach = float(np.percentile(along[near], 90)) if near.any() else float(length.max())
    return Colours(paper, (paper + reach * direction).astype(np.float32))


def separate(crop: Pixels, colours: Colours) -> tuple[Pixels, Pixels]:
    """Tell ink from everything foreign in an RGB piece (H, W, 3) of a page.

    Returns two grey images (H, W): the ink, 0 where it is full and 255 on paper and under anything foreign; and the
    foreign, 0 where a pixel's colour is no mixture of paper and ink, else 255. A page without ink is all paper.
    """
    if colours.contrast == 0:
        blank = np.full(crop.shape[:2], PAPER, np.uint8)
        return blank, blank.copy()
    direction = (colours.ink - colours.paper) / colours.contrast
    offset = crop.astype(np.float32) - colours.paper
    along = cv2.transform(offset, direction[None])
    across = np.sqrt(np.maximum(cv2.transform(offset * offset, np.ones((1, 3), np.float32)) - along * along, 0))
    foreign = across > np.maximum(FOREIGN, FOREIGN_SHARE * np.maximum(along, 0))
    foreign |= along < -FOREIGN
    share = np.clip(along / colours.contrast, 0, 1)
    share[foreign] = 0
    return (PAPER - np.rint(255 * share)).astype(np.uint8), np.where(foreign, 0, PAPER).astype(np.uint8)
