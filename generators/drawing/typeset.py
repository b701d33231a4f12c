"""Turn a row of letters into one mask, for looks that bend, outline or colour a whole line of text."""

from __future__ import annotations

import math

import numpy as np

from generators.drawing.canvas import Ink, Mask
from generators.drawing.lettering import Row


def row_mask(row: Row) -> Mask:
    """Return the row's ink as one mask (above + below, width); the baseline is `row.above` rows below its upper end."""
    mask = np.zeros((max(1, row.above + row.below), max(1, math.ceil(row.width) + 1)), np.uint8)
    for ink, pen in zip(row.inks, row.pens, strict=True):
        if ink.mask.size:
            left, top = max(0, round(pen + ink.left)), row.above + ink.top
            here = mask[top : top + ink.mask.shape[0], left : left + ink.mask.shape[1]]
            np.maximum(here, ink.mask[:, : here.shape[1]], out=here)
    return mask


def shown(row: Row) -> list[tuple[Ink, float]]:
    """Return the letters that have ink, each with its pen position."""
    return [(ink, pen) for ink, pen in zip(row.inks, row.pens, strict=True) if ink.mask.size]
