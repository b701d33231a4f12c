"""The bounding boxes of an answer's characters along the columns, from a network's output that keeps its place.

A reader's recurrent layers may hold back a character until long after its column, so its logits say what was read but
not where. The second output of its network, "places", is computed from the columns before those layers: it sees little
more than a character's own surroundings and can only answer there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocr.text.ctc.probability import Floats, align_batch

WIDEST_HALF = 0.6
"""Half the width of the widest box, in median distances between the middles of characters."""


def character_boxes(scores: Floats, ids: Sequence[Sequence[int]], *, lone: float) -> NDArray[np.float64]:
    """Return the box of each character of one text per image, in columns: (N, L, 2), start and end.

    `scores` are the network's "places" (N, T, C). The best alignment of a text gives each character a few columns near
    its middle. Its box reaches half-way to the middles next to it, but no further than WIDEST_HALF median distances of
    the text's middles; the outer sides of the first and the last box are half a median distance away. `lone` is the
    width of the box of a character that is alone. Boxes may end a little outside the image. L is the longest text's
    length; what stands for no character, or for one of a text that does not fit, is (0, 0).
    """
    spans, _ = align_batch(scores, ids)
    found = spans[:, :, 1] > 0
    middles = spans.sum(axis=2) / 2
    between = np.where(found[:, 1:], np.diff(middles, axis=1), np.inf)
    typical = _median(between, lone)
    gaps = np.repeat(typical[:, None], found.shape[1] + 1, axis=1)  # also what is assumed beyond both ends
    gaps[:, 1:-1] = np.where(found[:, 1:], between, gaps[:, 1:-1])
    sides = np.minimum(gaps / 2, WIDEST_HALF * typical[:, None])
    placed = np.stack([middles - sides[:, :-1], middles + sides[:, 1:]], axis=2)
    return np.where(found[:, :, None], placed, 0.0)


def _median(values: NDArray[np.float64], otherwise: float) -> NDArray[np.float64]:
    """The median of the finite values of each row (N, K), `otherwise` where there are none."""
    counts = np.isfinite(values).sum(axis=1)
    ordered = np.sort(np.pad(values, ((0, 0), (0, 1)), constant_values=np.inf), axis=1)  # never without a value
    rows = np.arange(len(values))
    medians = (ordered[rows, np.maximum(counts - 1, 0) // 2] + ordered[rows, counts // 2]) / 2
    return np.where(counts > 0, medians, otherwise)
