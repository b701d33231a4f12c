"""Outlines of objects over pictures."""

from __future__ import annotations

import numpy as np

from classifiers.segmentation.outlines import FOUND, draw_outlines


def test_outlines_lie_inside_of_the_objects() -> None:
    found = np.zeros((20, 20), np.int32)
    found[5:15, 5:15] = 1
    image = np.zeros((20, 20, 3), np.uint8)
    drawn = draw_outlines(image, found)
    assert not image.any()
    assert tuple(drawn[5, 5]) == FOUND
    assert not drawn[10, 10].any()
    assert not drawn[4, 4].any()
