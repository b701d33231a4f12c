"""Laying a transparent picture on a ground that shows what is on it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from preprocessing.arrays import Pixels

_LIGHT = 200
"""Mean luma above which what is visible of a transparent picture was made for a dark ground."""
_DARK, _MOST_DARK = 128, 0.001
"""A share of the visible pixels with a luma below _DARK; more are ink, so that it brought its own light ground."""
_BAND = 1_000_000
"""Pixels that are reckoned with at once."""


def on_ground(rgba: Pixels) -> Pixels:
    """Lay a picture (H, W, 4), RGB and alpha, on white, or on black where it would vanish in white."""
    if rgba[:, :, 3].min() == 255:
        return np.ascontiguousarray(rgba[:, :, :3])
    ground = np.uint16(0 if _is_light(rgba) else 255)
    laid = np.empty((*rgba.shape[:2], 3), np.uint8)
    for band in _bands(rgba):
        alpha = rgba[band, :, 3:].astype(np.uint16)
        laid[band] = (rgba[band, :, :3] * alpha + ground * (255 - alpha) + 127) // 255  # at most 65152
    return laid


def _is_light(rgba: Pixels) -> bool:
    """Whether nearly all that is visible is light: a high mean luma, by Rec. 601, and no dark ink."""
    count, dark, total = 0, 0, 0.0
    for band in _bands(rgba):
        visible = rgba[band][rgba[band, :, 3] > 0]
        luma = visible[:, :3] @ np.array([0.299, 0.587, 0.114], np.float32)
        count, dark = count + len(luma), dark + np.count_nonzero(luma < _DARK)
        total += float(luma.sum(dtype=np.float64))
    return count > 0 and total > _LIGHT * count and dark <= _MOST_DARK * count


def _bands(image: Pixels) -> Iterator[slice]:
    """Yield bands of rows, so that what is reckoned with wider numbers never takes much memory at once."""
    rows = max(1, _BAND // image.shape[1])
    return (slice(top, top + rows) for top in range(0, len(image), rows))
