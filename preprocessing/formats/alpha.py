"""Laying a transparent picture on a ground that shows what is on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from preprocessing.arrays import Pixels

_LIGHT = 200
"""Mean luma above which what is visible of a transparent picture was made for a dark ground."""
_DARK, _MOST_DARK = 128, 0.001
"""A share of the visible pixels with a luma below _DARK; more are ink, so that it brought its own light ground."""
BAND = 1_000_000
"""Pixels that are reckoned with at once."""


def on_ground(rgba: Pixels) -> Pixels:
    """Lay a picture (H, W, 4), RGB and alpha, on white, or on black where it would vanish in white."""
    return bands_on_ground(rgba.shape[0], rgba.shape[1], lambda: (rgba[rows] for rows in bands(*rgba.shape[:2])))


def bands_on_ground(height: int, width: int, parts: Callable[[], Iterable[Pixels]]) -> Pixels:
    """`on_ground` for a picture whose `bands` (rows, W, 4) `parts` returns, twice if need be: (H, W, 3)."""
    opaque = all(part[:, :, 3].min() == 255 for part in parts())
    ground = np.uint16(0 if not opaque and _is_light(parts()) else 255)
    laid = np.empty((height, width, 3), np.uint8)
    for rows, part in zip(bands(height, width), parts(), strict=True):
        if opaque:
            laid[rows] = part[:, :, :3]
            continue
        alpha = part[:, :, 3:].astype(np.uint16)
        laid[rows] = (part[:, :, :3] * alpha + ground * (255 - alpha) + 127) // 255  # at most 65152
    return laid


def bands(height: int, width: int) -> Iterator[slice]:
    """Yield bands of rows, so that what is reckoned with wider numbers never takes much memory at once."""
    rows = max(1, BAND // width)
    return (slice(top, min(height, top + rows)) for top in range(0, height, rows))


def _is_light(parts: Iterable[Pixels]) -> bool:
    """Tell whether nearly all that is visible is light: a high mean luma, by Rec. 601, and no dark ink."""
    count, dark, total = 0, 0, 0.0
    for part in parts:
        visible = part[part[:, :, 3] > 0]
        luma = visible[:, :3] @ np.array([0.299, 0.587, 0.114], np.float32)
        count, dark = count + len(luma), dark + np.count_nonzero(luma < _DARK)
        total += float(luma.sum(dtype=np.float64))
    return count > 0 and total > _LIGHT * count and dark <= _MOST_DARK * count
